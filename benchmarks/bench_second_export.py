"""Exporting again into the workbook that the first export made, after 1 % of the products changed in the cart, against
the first export of the same cart; and once more with nothing changed."""

# ruff: noqa: PLC0415 - the parent stays small
import argparse
import sys
import tempfile
from pathlib import Path


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    options = parser.parse_args()
    return 1 if not _measured(options) and options.check else 0


def _measured(options: argparse.Namespace) -> bool:
    from catalogue_cart import Folder, write_cart
    from measure import Claim, Run, interleaved, process, report

    with tempfile.TemporaryDirectory() as name:
        folder = Folder(Path(name))
        as_it_was, moved = folder.path / "was.csv_", folder.path / "moved.csv_"
        write_cart(as_it_was, options.rows)
        write_cart(moved, options.rows, changed_every=100)
        kept = Path(name) / "kept"

        def first() -> Run:
            folder.use(as_it_was)
            folder.forget()
            run = process(*folder.command("export"))
            folder.keep(kept)
            return run

        def again(cart: Path) -> Run:
            folder.use(cart)
            folder.restore(kept)
            return process(*folder.command("export"))

        jobs = {"first export": first, "1 % changed": lambda: again(moved), "nothing changed": lambda: again(as_it_was)}
        runs = interleaved(jobs, options.runs)
    base = runs["first export"]
    claims = [
        Claim("1 % changed / first export", runs["1 % changed"].wall / base.wall, 0.6, 0.4),
        Claim("1 % changed / first export, processor", runs["1 % changed"].cpu / base.cpu, 0.6, 0.4),
        Claim("nothing changed / first export", runs["nothing changed"].wall / base.wall, 0.6, 0.4),
    ]
    return report(f"second export of {options.rows:,} SKUs, whole process", runs, "first export", claims)


if __name__ == "__main__":
    sys.exit(main())
