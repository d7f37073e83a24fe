"""First export of a Shopify CSV as a whole process, against bare XlsxWriter (constant memory, typed calls, no styles)
that parses the same CSV and writes the same cells. What is written alike is compared, not assumed."""
# ruff: noqa: PLC0415 - each child imports its own library only

import argparse
import csv
import datetime
import functools
import itertools
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

Cells = dict[str, object]
TABS = ("商品", "SKU")
NOTHING: Mapping[str, Cells] = {}


def bare_cells(cart: Path) -> Iterator[tuple[Cells, list[Cells]]]:
    """What the export writes of each product, in the plainest way: the product's cells and those of its SKUs."""
    today = datetime.datetime.now(datetime.timezone(datetime.timedelta(hours=9))).date()
    with cart.open(encoding="utf-8", newline="") as file:
        for handle, group in itertools.groupby(csv.DictReader(file), lambda row: row["URL handle"]):
            rows = list(group)
            first, variants = rows[0], [row for row in rows if row["Price"]]
            title = first["Title"].strip()
            images = [row["Product image URL"] for row in rows if row["Product image URL"]]
            product: Cells = {
                "sync": False, "state": "対象外", "listing": "未出品", "added_at": today, "product_key": handle,
                "cart_title": title, "cart_type": first["Type"], "cart_status": "公開", "title": title,
                "description": first["Description"].strip(),
                "package_weight_g": max(int(row["Weight value (grams)"]) for row in variants),
                **{f"image_{place}": image for place, image in enumerate(images, 1)},
            }  # fmt: skip
            if first["Option1 value"] == "Default Title":
                yield product | bare_sku(first), []
                continue
            product["seller_sku"] = f"SKUタブ（{len(variants)}件）"
            shared = {"product_key": handle, "product_title": title}
            names = {"option1_name": first["Option1 name"], "option2_name": first["Option2 name"]}
            yield product, [bare_variant(handle, row) | shared | names | bare_sku(row) for row in variants]


def bare_variant(handle: str, row: dict[str, str]) -> Cells:
    one, two = row["Option1 value"], row["Option2 value"]
    return {"variant_key": f"{handle}/{one} / {two}", "option1_value": one, "option2_value": two}


def bare_sku(row: dict[str, str]) -> Cells:
    return {
        "seller_sku": row["SKU"], "cart_price": int(row["Price"]), "cart_stock": int(row["Inventory quantity"]),
        "barcode": row["Barcode"],
    }  # fmt: skip


def bare(cart: Path, workbook: Path) -> None:
    import xlsxwriter  # type: ignore[import-untyped]
    from catalogue_workbook import TEXT_OPTIONS

    with xlsxwriter.Workbook(str(workbook), {**TEXT_OPTIONS, "constant_memory": True}) as book:
        date = book.add_format({"num_format": "yyyy-mm-dd"})
        sheets = {name: book.add_worksheet(name) for name in TABS}
        places: dict[str, dict[str, int]] = {name: {} for name in TABS}
        last = dict.fromkeys(TABS, 0)

        def write(name: str, cells: Cells) -> None:
            last[name] += 1
            number, sheet, at = last[name], sheets[name], places[name]
            for key, value in cells.items():
                column = at.setdefault(key, len(at))
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(number, column, value, date)
                else:
                    sheet.write_number(number, column, value)

        for product, skus in bare_cells(cart):
            write(TABS[0], product)
            for sku in skus:
                write(TABS[1], sku)


def differences(cart: Path, workbook: Path, typed: Mapping[str, Cells] = NOTHING) -> int:
    """Cells in which the two workbooks disagree; ours is read by openpyxl. `typed`: what stands in cells of 商品 since
    somebody typed it, by product key.
    """
    import openpyxl

    from sheets_sync.template_files import load_template

    template = load_template("JP")
    book = openpyxl.load_workbook(workbook, read_only=True)
    found = 0
    ours: dict[str, list[Cells]] = {}
    for tab, columns in template.columns.items():
        name = template.tab_name(tab, "ja")
        if name in TABS:
            heading, *rows = book[name].iter_rows(values_only=True)
            by_label = {column.ja: column.key for column in columns}
            keys = [by_label[str(label)] for label in heading]
            ours[name] = [{k: v for k, v in zip(keys, row, strict=True) if v is not None} for row in rows]
    wanted: dict[str, list[Cells]] = {name: [] for name in TABS}
    for product, skus in bare_cells(cart):
        wanted[TABS[0]].append(product | typed.get(str(product["product_key"]), {}))
        wanted[TABS[1]] += skus
    for name in TABS:
        found += abs(len(ours[name]) - len(wanted[name]))
        for mine, theirs in zip(ours[name], wanted[name], strict=False):
            keys_of = mine.keys() | theirs.keys()
            wrong = [k for k in keys_of if _plain(mine.get(k)) != _plain(theirs.get(k))]
            found += len(wrong)
    return found


def _plain(value: object) -> object:
    return value.date() if isinstance(value, datetime.datetime) else value


def main() -> int | str:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs=3, metavar=("JOB", "CART", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        job, cart, workbook = options.child
        if job == "bare":
            bare(Path(cart), Path(workbook))
            return 0
        found = differences(Path(cart), Path(workbook))
        return f"{found} cells differ between the two workbooks" if found else 0
    return 1 if not _measured(options) and options.check else 0


def _measured(options: argparse.Namespace) -> bool:
    from catalogue_cart import Folder, write_cart
    from measure import Claim, Run, child, interleaved, process, report

    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name) / "shop")
        rival = Path(name) / "bare.xlsx"
        write_cart(folder.cart, min(options.rows, 2_000))
        process(*folder.command("export"))
        child(__file__, "compare", str(folder.cart), str(folder.workbook))
        write_cart(folder.cart, options.rows)

        def ours() -> Run:
            folder.forget()
            return process(*folder.command("export"))

        jobs = {"sheets-sync export": ours}
        jobs["bare XlsxWriter"] = functools.partial(child, __file__, "bare", str(folder.cart), str(rival))
        runs = interleaved(jobs, options.runs)
        size = folder.workbook.stat().st_size / rival.stat().st_size
    mine, base = runs["sheets-sync export"], runs["bare XlsxWriter"]
    claims = [
        Claim("time / bare XlsxWriter constant_memory", mine.wall / base.wall, 1.3, 0.5),
        Claim("processor time / bare XlsxWriter", mine.cpu / base.cpu, 1.3, 0.5),
        Claim("peak memory", mine.peak, 150, 100, "MB"),
        Claim("file / bare XlsxWriter constant_memory", size, 1.2),
    ]
    return report(f"first export of {options.rows:,} SKUs, whole process", runs, "bare XlsxWriter", claims)


if __name__ == "__main__":
    sys.exit(main())
