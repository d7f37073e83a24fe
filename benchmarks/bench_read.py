"""Reading back: our streamed reader against openpyxl read_only streamed; python-calamine for information."""
# ruff: noqa: PLC0415 - each child imports its own library only

import argparse
import functools
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
SHEET = "商品"


def ours(path: Path) -> int:
    from sheets_sync.ooxml.reader import Package

    with Package.open(path) as package:
        return sum(len(row.cells) for row in package.rows(SHEET))


def ours_15_columns(path: Path) -> int:
    from sheets_sync.ooxml.reader import Package

    with Package.open(path) as package:
        return sum(len(row.cells) for row in package.rows(SHEET, columns=lambda _: range(15)))


def openpyxl(path: Path) -> int:
    import openpyxl

    sheet = openpyxl.load_workbook(path, read_only=True, data_only=True)[SHEET]
    sheet.reset_dimensions()
    return sum(1 for row in sheet.iter_rows() for cell in row if cell.value is not None)


def calamine(path: Path) -> int:
    from python_calamine import CalamineWorkbook

    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name(SHEET)
    return sum(1 for row in sheet.iter_rows() for value in row if value != "")


def main() -> int:
    jobs = {"ours": ours, "ours, 15 columns": ours_15_columns, "openpyxl read_only": openpyxl, "calamine": calamine}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs=2, metavar=("JOB", "FILE"), help=argparse.SUPPRESS)
    parser.add_argument("--make", metavar="FILE", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        assert jobs[options.child[0]](Path(options.child[1])) > options.rows
        return 0
    from measure import Claim, child, interleaved, report

    met = True
    with tempfile.TemporaryDirectory() as folder:
        for shared, kind in ((True, "shared strings, as Excel saves"), (False, "inline strings, as we export")):
            path = Path(folder) / "book.xlsx"
            child(str(Path(__file__).with_name("make_workbook.py")), str(path), str(options.rows), str(int(shared)))
            runs = interleaved(
                {
                    name: functools.partial(child, __file__, name, str(path), "--rows", str(options.rows))
                    for name in jobs
                },
                options.runs,
            )
            base = runs["openpyxl read_only"]
            claims = [
                Claim("time / openpyxl read_only streamed", runs["ours"].wall / base.wall, 1.1, 0.6),
                Claim("peak memory / openpyxl's", runs["ours"].peak / base.peak, 1.5),
            ]
            title = f"read {options.rows:,} rows x 40 columns, {kind}"
            met = report(title, runs, "openpyxl read_only", claims) and met
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
