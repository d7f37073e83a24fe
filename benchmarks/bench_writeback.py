"""Writing results into a shop's workbook: our patch against the floor (inflate and deflate the one sheet, copy the
rest raw), wolfxl in modify mode, and openpyxl load + save. Five columns: text, choice, long text, date, checkbox."""
# ruff: noqa: PLC0415 - each child imports its own library only

import argparse
import datetime
import functools
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
SHEET, PART = "商品", "xl/worksheets/sheet1.xml"
COLUMNS = (0, 1, 2, 33, 35)
LONG = "商品名: 長すぎます。読み取った文字数は300、正しくは255文字までです [title.too_long]\n"


def cells(count: int, every: int) -> Iterator[tuple[int, dict[int, bool | str | datetime.date]]]:
    for row in range(2, count + 2, every):
        values = (row % 2 == 0, "入力エラー", LONG * (row % 4 + 1), datetime.date(2025, 1, 1 + row % 28), f"確認 {row}")
        yield row, dict(zip(COLUMNS, values, strict=True))


def ours(source: Path, target: Path, count: int, every: int) -> None:
    from sheets_sync.ooxml.patcher import SheetEdit, patch

    patch(source, target, {SHEET: SheetEdit(cells=dict(cells(count, every)))})


def floor(source: Path, target: Path, _: int, __: int) -> None:
    with zipfile.ZipFile(source) as archive, source.open("rb") as raw, target.open("wb") as out:
        for info in archive.infolist():
            if info.filename != PART:
                raw.seek(info.header_offset + 30)
                out.write(raw.read(info.compress_size))
                continue
            deflate = zlib.compressobj(6, zlib.DEFLATED, -15)
            with archive.open(info) as stream:
                while chunk := stream.read(1 << 20):
                    out.write(deflate.compress(chunk))
            out.write(deflate.flush())


def openpyxl(source: Path, target: Path, count: int, every: int) -> None:
    import openpyxl

    book = openpyxl.load_workbook(source)
    sheet = book[SHEET]
    for row, values in cells(count, every):
        for column, value in values.items():
            sheet.cell(row, column + 1).value = value
    book.save(target)


def wolfxl(source: Path, target: Path, count: int, every: int) -> None:
    import wolfxl

    book = wolfxl.load_workbook(str(source), modify=True)
    sheet = book[SHEET]
    for row, values in cells(count, every):
        for column, value in values.items():
            sheet.cell(row, column + 1).value = value
    book.save(str(target))


def untouched(source: Path, target: Path) -> bool:
    """Every member but the sheet and the workbook part is the same, byte for byte."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target) as new:
        if old.namelist() != new.namelist() or new.testzip() is not None:
            return False
        rest = [name for name in old.namelist() if name not in (PART, "xl/workbook.xml")]
        before, after = (
            {name: (archive.getinfo(name).CRC, archive.getinfo(name).file_size) for name in rest}
            for archive in (old, new)
        )
        return before == after


JOBS = {"floor": floor, "ours": ours, "wolfxl": wolfxl, "openpyxl": openpyxl}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=100_000)
    parser.add_argument("--runs", type=int, default=3)
    parser.add_argument("--check", action="store_true", help="exit 1 when a must is missed")
    parser.add_argument("--child", nargs=5, metavar="X", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        job, source, target, count, every = options.child
        JOBS[job](Path(source), Path(target), int(count), int(every))
        return 0
    return 1 if not _measured(options) and options.check else 0


def _measured(options: argparse.Namespace) -> bool:
    from measure import Claim, Run, child, interleaved, report

    met = True
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "book.xlsx"
        child(str(Path(__file__).with_name("make_workbook.py")), str(source), str(options.rows), "1")
        for every, title, must in ((1, "all rows", 2.0), (100, "1 % of the rows", 1.25)):
            names = [name for name in JOBS if name != "openpyxl" or every == 1]

            def job(name: str, every: int = every) -> Run:
                target = Path(folder) / f"{name}.xlsx"
                return child(__file__, name, str(source), str(target), str(options.rows), str(every))

            runs = interleaved({name: functools.partial(job, name) for name in names}, options.runs, once=["openpyxl"])
            claims = [
                Claim("time / floor", runs["ours"].wall / runs["floor"].wall, must, 1.1),
                Claim("peak memory", runs["ours"].peak, 150, unit="MB"),
                Claim("time / wolfxl modify mode", runs["ours"].wall / runs["wolfxl"].wall, 1.0),
                Claim("other members changed", not untouched(source, Path(folder) / "ours.xlsx"), 0, unit=""),
            ]
            if every == 1:
                claims.append(Claim("time / openpyxl load + save", runs["ours"].wall / runs["openpyxl"].wall, 0.10))
            met = report(f"write back {title} of {options.rows:,}, 5 columns of 43", runs, "floor", claims) and met
    return met


if __name__ == "__main__":
    sys.exit(main())
