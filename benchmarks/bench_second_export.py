"""Exporting again into the workbook that the first export made, against the first export of the same cart: after 1 % of
the products changed in the cart, after 1 % of the rows were edited by hand, and with nothing changed.

That the second export does its work is looked at first, cell by cell, on a small cart: new titles and prices of the
cart have arrived, what was typed stands, and all the rest is as it was.
"""

# ruff: noqa: PLC0415 - the parent stays small
import argparse
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

EACH = 100
"""Of so many products one changes in the cart; another one is edited by hand."""
SMALL = 2_000


def typed(count: int) -> dict[str, dict[str, object]]:
    """What somebody types into 商品, by product key."""
    numbers = range(EACH // 2, count, EACH)
    return {f"item-{number:06d}": {"title": f"私の商品名 {number}", "memo": "確認済み"} for number in numbers}


def type_in(workbook: Path, cells: Mapping[str, Mapping[str, object]]) -> None:
    """Type cells into a workbook that the first export made: the products stand in the cart's order."""
    from sheets_sync.issue import Tab
    from sheets_sync.ooxml.patcher import SheetEdit, patch
    from sheets_sync.ooxml.reader import Package
    from sheets_sync.template_files import load_template

    template = load_template("JP")
    sheet = template.tab_name(Tab.PRODUCTS, "ja")
    with Package.open(workbook) as package:
        heading = next(package.rows(sheet, columns=lambda _: ()))
        at = {str(cell.value): index for index, cell in heading.cells.items()}
        key = at[template.column(Tab.PRODUCTS, "product_key").ja]
        keys = package.rows(sheet, columns=lambda _: (key,))
        numbers = {str(row.cells[key].value): row.number for row in keys}
    columns = {column.key: at[column.ja] for column in template.columns[Tab.PRODUCTS] if column.ja in at}
    edits = {
        numbers[key]: {columns[column]: value for column, value in row.items()}
        for key, row in cells.items()
        if key in numbers
    }
    patch(workbook, workbook, {sheet: SheetEdit(edits)})  # type: ignore[arg-type]


def faults(path: Path) -> int:
    """Cells that are not as they should be after a second export of a small cart."""
    from bench_export import differences
    from catalogue_cart import Folder, write_cart
    from measure import process

    folder = Folder(path)
    products = write_cart(folder.cart, SMALL)
    process(*folder.command("export"))
    type_in(folder.workbook, typed(products))
    write_cart(folder.cart, SMALL, changed_every=EACH)
    found = 0
    for _ in range(2):  # the second time nothing is left to do
        process(*folder.command("export"))
        found += differences(folder.cart, folder.workbook, typed(products))
    return found


def main() -> int | str:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs=2, metavar=("JOB", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        job, path = options.child
        if job == "type":
            type_in(Path(path), typed(options.rows))
            return 0
        found = faults(Path(path))
        return f"{found} cells are wrong after a second export" if found else 0
    return 1 if not _measured(options) and options.check else 0


def _measured(options: argparse.Namespace) -> bool:
    from catalogue_cart import Folder, write_cart
    from measure import Claim, Run, child, interleaved, process, report

    with tempfile.TemporaryDirectory() as name:
        child(__file__, "faults", str(Path(name) / "small"))
        folder = Folder(Path(name) / "shop")
        as_it_was, moved = folder.path / "was.csv_", folder.path / "moved.csv_"
        write_cart(as_it_was, options.rows)
        write_cart(moved, options.rows, changed_every=EACH)
        kept, edited = Path(name) / "kept", Path(name) / "edited"

        def first() -> Run:
            folder.use(as_it_was)
            folder.forget()
            run = process(*folder.command("export"))
            folder.keep(kept)
            folder.keep(edited)
            child(__file__, "type", str(edited / folder.workbook.name))
            return run

        def again(cart: Path, place: Path) -> Run:
            folder.use(cart)
            folder.restore(place)
            return process(*folder.command("export"))

        jobs = {
            "first export": first,
            "1 % changed": lambda: again(moved, kept),
            "1 % edited by hand": lambda: again(as_it_was, edited),
            "nothing changed": lambda: again(as_it_was, kept),
        }
        runs = interleaved(jobs, options.runs)
    base = runs["first export"]
    claims = [
        Claim("1 % changed / first export", runs["1 % changed"].wall / base.wall, 0.6, 0.4),
        Claim("1 % changed / first export, processor", runs["1 % changed"].cpu / base.cpu, 0.6, 0.4),
        Claim("1 % edited by hand / first export", runs["1 % edited by hand"].wall / base.wall, 0.6, 0.4),
        Claim("nothing changed / first export", runs["nothing changed"].wall / base.wall, 0.6, 0.4),
    ]
    return report(f"second export of {options.rows:,} SKUs, whole process", runs, "first export", claims)


if __name__ == "__main__":
    sys.exit(main())
