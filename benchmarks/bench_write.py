"""First export: a skeleton by XlsxWriter filled by us, against bare XlsxWriter in constant memory, no styles."""
# ruff: noqa: PLC0415 - each child imports its own library only

import argparse
import datetime
import functools
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


def ours(path: Path, count: int) -> None:
    from catalogue_data import rows
    from catalogue_workbook import skeleton

    from sheets_sync.ooxml.filler import fill

    base = path.with_suffix(".skeleton.xlsx")
    skeleton(base)
    written = fill(base, path, {"商品": rows(count)})
    assert written == {"商品": count}


def bare(path: Path, count: int) -> None:
    import xlsxwriter  # type: ignore[import-untyped]
    from catalogue_data import HEADINGS, rows
    from catalogue_workbook import TEXT_OPTIONS

    with xlsxwriter.Workbook(str(path), {**TEXT_OPTIONS, "constant_memory": True}) as book:
        date = book.add_format({"num_format": "yyyy/m/d"})
        sheet = book.add_worksheet("商品")
        sheet.write_row(0, 0, HEADINGS)
        for number, values in enumerate(rows(count), 1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    sheet.write_string(number, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(number, column, value)
                elif isinstance(value, datetime.date):
                    sheet.write_datetime(number, column, value, date)
                elif value is not None:
                    sheet.write_number(number, column, value)


def source(_: Path, count: int) -> None:
    from catalogue_data import rows

    assert sum(1 for _ in rows(count)) == count


def main() -> int:
    jobs = {"ours": ours, "bare": bare, "source": source}
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs=2, metavar=("JOB", "FILE"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        jobs[options.child[0]](Path(options.child[1]), options.rows)
        return 0
    from measure import Claim, child, interleaved, report

    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / f"{name}.xlsx" for name in jobs}
        runs = interleaved(
            {
                name: functools.partial(child, __file__, name, str(files[name]), "--rows", str(options.rows))
                for name in jobs
            },
            options.runs,
        )
        size = {name: files[name].stat().st_size for name in ("ours", "bare")}
    claims = [
        Claim("time / bare XlsxWriter constant_memory", runs["ours"].wall / runs["bare"].wall, 1.3, 0.5),
        Claim("file / bare XlsxWriter constant_memory", size["ours"] / size["bare"], 1.2),
        Claim("peak memory", runs["ours"].peak, 150, 100, "MB"),
    ]
    met = report(f"write {options.rows:,} rows x 40 columns", runs, "bare", claims)
    return 1 if options.check and not met else 0


if __name__ == "__main__":
    sys.exit(main())
