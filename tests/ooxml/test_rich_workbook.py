"""A merchandiser's workbook with everything in it: all but the written cells comes out byte for byte."""

import datetime
import io
import os
import re
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from PIL import Image
from python_calamine import CalamineWorkbook

from sheets_sync.ooxml.errors import UnsupportedCell
from sheets_sync.ooxml.patcher import SheetEdit, patch
from sheets_sync.ooxml.reader import Package
from sheets_sync.ooxml.values import CellError, Value

from .conftest import SHEET, members, zipped

ROWS = 60


def picture() -> io.BytesIO:
    data = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(data, "PNG")
    return data


@pytest.fixture
def rich(tmp_path: Path) -> Path:
    """Charts, pictures on and in cells, notes, checkboxes, a dynamic array, sparklines, validations, formats, filter,
    hidden and grouped rows, merges, names, header picture, and parts of other programs."""
    path = tmp_path / "rich.xlsx"
    (tmp_path / "p.png").write_bytes(picture().getvalue())
    with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
        sheet, other = book.add_worksheet("商品"), book.add_worksheet("集計")
        wide = book.add_format({"num_format": "yyyy-mm-dd", "bg_color": "#FFEE00", "locked": False})
        sheet.write_row(0, 0, ["ID", "連携対象", "価格", "名前", "日付", "式", "メモ", "絵"])
        for row in range(1, ROWS + 1):
            sheet.write_string(row, 0, f"{row:013d}")
            sheet.insert_checkbox(row, 1, row % 2 == 0)
            sheet.write_number(row, 2, row * 100.5)
            sheet.write_rich_string(row, 3, "赤", book.add_format({"bold": True}), f" {row}", " S")
            sheet.write_datetime(row, 4, datetime.datetime(2024, 1, 1) + datetime.timedelta(days=row), wide)
            sheet.write_formula(row, 5, f"=C{row + 1}*2", None, row * 201.0)
        sheet.embed_image(1, 7, "p.png", {"image_data": picture()})
        sheet.insert_image(4, 9, "p.png", {"image_data": picture(), "url": "https://example.com/"})
        sheet.write_comment(2, 2, "ノート")
        sheet.write_dynamic_array_formula("J1:J3", "=UNIQUE(C2:C4)", None, 100.5)
        sheet.add_sparkline(2, 8, {"range": "C2:C10"})
        sheet.data_validation(1, 2, 1048575, 2, {"validate": "decimal", "criteria": ">", "value": 0})
        sheet.data_validation(1, 6, 1048575, 6, {"validate": "list", "source": "=集計!$A$1:$A$3"})
        sheet.conditional_format(1, 2, 1048575, 2, {"type": "data_bar", "data_bar_2010": True})
        sheet.autofilter(0, 0, ROWS, 7)
        sheet.filter_column("C", "x > 200")
        sheet.set_row(1, None, None, {"hidden": True})
        sheet.set_row(5, 30, None, {"level": 1})
        sheet.set_column(8, 9, 22, None, {"hidden": True})
        sheet.merge_range("L1:M1", "見出し")
        sheet.freeze_panes(1, 1)
        sheet.set_header("&C&G", {"image_center": str(tmp_path / "p.png")})
        sheet.protect("", {"sort": True})
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=商品!$C$2:$C$10"})
        sheet.insert_chart("N2", chart)
        other.write_column(0, 0, ["a", "b", "c"])
        other.write_formula(0, 1, '=COUNTIF(商品!G:G,"x")', None, 3)
        book.define_name("名前", "=商品!$A$1")
        book.set_custom_property("shop", "x")
    more = members(path)
    more |= {
        "xl/threadedComments/threadedComment1.xml": b"<ThreadedComments/>",
        "xl/persons/person.xml": b"<personList/>",
        "customXml/item1.xml": b"<mine>  kept </mine>",
        "docProps/ thumbnail.jpeg": os.urandom(200),
    }
    return zipped(path, more)


def test_only_the_written_cells_change(rich: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    written: dict[int, dict[int, Value]] = {
        row: {1: row % 3 == 0, 2: row, 4: datetime.date(2025, 1, 1), 6: f"メモ <{row}>", 8: "x"}
        for row in range(2, ROWS + 2)
    }
    report = patch(rich, target, {"商品": SheetEdit(cells=written, append=[{0: "00001", 6: "新"}])})
    assert report.cells == {"商品": 5 * ROWS + 2}
    before, after = members(rich), members(target)
    assert set(before) == set(after)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {SHEET, "xl/workbook.xml"}
    assert after["xl/workbook.xml"] == before["xl/workbook.xml"].replace(b"$H$61", b"$H$62")

    def cells(xml: bytes) -> dict[str, str]:
        return dict(re.findall(r'<c r="([A-Z]+\d+)"(.*?)(?=<c r=|</row>)', xml.decode()))

    old, new = cells(before[SHEET]), cells(after[SHEET])
    touched = {f"{'ABCDEFGHI'[column]}{row}" for row, each in written.items() for column in each} | {"A62", "G62"}
    assert {ref for ref in old.keys() | new.keys() if old.get(ref) != new.get(ref)} <= touched
    style = re.compile(r'^(?: s="\d+")?')
    assert all(style.findall(new[ref]) == style.findall(old[ref]) for ref in touched & old.keys())
    outside = re.compile(rb"<sheetData>.*</sheetData>", re.DOTALL)
    assert outside.sub(b"", after[SHEET]).replace(b"A1:M62", b"A1:M61").replace(b"A1:H62", b"A1:H61") == outside.sub(
        b"", before[SHEET]
    )


def test_judges_read_the_result(rich: Path) -> None:
    patch(rich, rich, {"商品": SheetEdit(cells={3: {6: "メモ", 2: 5}, 4: {1: True}})})
    book = openpyxl.load_workbook(rich, data_only=True)["商品"]
    assert [book["G3"].value, book["C3"].value, book["B4"].value, book["F3"].value] == ["メモ", 5, True, 402]
    with zipfile.ZipFile(rich) as archive:
        assert archive.testzip() is None
    with Package.open(rich) as package:
        row = next(row for row in package.rows("商品") if row.number == 2)
        assert row.hidden
        assert row.cells[7].value == CellError("#VALUE!")
        assert row.cells[5] == (201, True, "201") or row.cells[5].value == 201.0
    other = CalamineWorkbook.from_path(str(rich)).get_sheet_by_name("集計").to_python()
    assert other[0] == ["a", 3.0]


def test_rows_of_an_array_below_its_head_are_refused(rich: Path) -> None:
    with pytest.raises(UnsupportedCell, match="J2"):
        patch(rich, rich, {"商品": SheetEdit(cells={2: {9: "x"}})})


def test_large_members_and_descriptors(rich: Path, tmp_path: Path) -> None:
    """Members written to a pipe carry their sizes behind the data; zip64 fields may stand in any header."""
    source = tmp_path / "streamed.xlsx"

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.file = source.open("wb")

        def writable(self) -> bool:
            return True

        def write(self, data: Any) -> int:
            return self.file.write(data)

        def close(self) -> None:
            self.file.close()

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members(rich).items():
            with archive.open(zipfile.ZipInfo(name), "w", force_zip64=True) as member:
                member.write(data)
    pipe.close()
    with zipfile.ZipFile(source) as archive:
        assert all(info.flag_bits & 8 for info in archive.infolist())
    target = tmp_path / "out.xlsx"
    patch(source, target, {"商品": SheetEdit(cells={2: {6: "x"}})})
    after = members(target)
    assert {name for name, data in members(source).items() if after[name] != data} == {SHEET}
    with zipfile.ZipFile(target) as archive:
        assert not any(info.flag_bits & 8 for info in archive.infolist())
