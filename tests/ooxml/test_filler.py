"""Rows poured into a skeleton look as XlsxWriter itself would have written them."""
# ruff: noqa: E501 - XML reads best on one line

import datetime
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter  # type: ignore[import-untyped]
from python_calamine import CalamineWorkbook

from sheets_sync.ooxml.errors import MissingSheet, SheetFull, UnwritableValue
from sheets_sync.ooxml.filler import fill
from sheets_sync.ooxml.reader import Package
from sheets_sync.ooxml.row_xml import RowValues
from sheets_sync.ooxml.values import Value

from .conftest import SHEET, members

HEADINGS = ["ID", "価格", "日付", "ON", "説明", "日時"]
MOMENT = datetime.datetime(2024, 5, 6, 7, 8, 9)


@pytest.fixture
def skeleton(tmp_path: Path) -> Path:
    path = tmp_path / "skeleton.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        for name in ("商品", "SKU"):
            sheet = book.add_worksheet(name)
            sheet.write_row(0, 0, HEADINGS)
            text, money = book.add_format({"num_format": "@"}), book.add_format({"num_format": "#,##0"})
            date, open_ = book.add_format({"num_format": "yyyy/m/d"}), book.add_format({"locked": False})
            sheet.set_row(1, 30)
            sheet.set_column(0, 0, 20, text)
            sheet.write_blank(1, 0, None, text)
            sheet.write_blank(1, 1, None, money)
            sheet.write_blank(1, 2, None, date)
            sheet.insert_checkbox(1, 3, False)
            sheet.write_blank(1, 4, None, open_)
            sheet.write_blank(1, 5, None, open_)
            sheet.autofilter(0, 0, 1, 5)
            sheet.data_validation(1, 1, 1048575, 1, {"validate": "decimal", "criteria": ">", "value": 0})
        book.add_worksheet("_lists").hide()
    return path


def rows(count: int) -> Iterator[list[Value]]:
    for n in range(count):
        yield [f"{n:05d}", n * 1.5, datetime.date(2024, 1, 1), n % 2 == 0, "<p>あ&い</p>\n" if n % 3 else None, MOMENT]


def test_typed_values_in_the_sample_styles(skeleton: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.xlsx"
    assert fill(skeleton, target, {"商品": rows(300), "SKU": []}) == {"商品": 300, "SKU": 0}
    sheet = openpyxl.load_workbook(target)["商品"]
    assert sheet.dimensions == "A1:F301"
    assert [cell.value for cell in sheet[1]] == HEADINGS
    for number, row in enumerate(rows(300), 2):
        cells = sheet[number]
        assert [cell.value for cell in cells] == [
            datetime.datetime(2024, 1, 1) if column == 2 else value for column, value in enumerate(row)
        ]
        assert [cell.number_format for cell in cells] == ["@", "#,##0", "yyyy/m/d", "General", "General", "m/d/yy h:mm"]
        assert not cells[4].protection.locked
        assert sheet.row_dimensions[number].height == 30
    assert sheet.auto_filter.ref == "A1:F301"


def test_filters_end_with_the_rows(skeleton: Path, tmp_path: Path) -> None:
    fill(skeleton, tmp_path / "out.xlsx", {"商品": rows(5), "SKU": ()})
    after = members(tmp_path / "out.xlsx")
    assert b"$A$1:$F$6" in after["xl/workbook.xml"]
    assert b"SKU!$A$1:$F$1<" in after["xl/workbook.xml"]
    assert b'<autoFilter ref="A1:F1"/>' in after["xl/worksheets/sheet2.xml"]
    assert b'<dimension ref="A1:F1"' in after["xl/worksheets/sheet2.xml"]
    unchanged = {name for name, data in members(skeleton).items() if after[name] == data}
    assert unchanged == set(after) - {SHEET, "xl/worksheets/sheet2.xml", "xl/workbook.xml", "xl/styles.xml"}


def test_mappings_sequences_and_blanks(skeleton: Path, tmp_path: Path) -> None:
    streams: list[RowValues] = [{4: "x", 0: "1"}, ("2",), ["3", None, None, None, ""], {}, {7: 1}]
    fill(skeleton, tmp_path / "out.xlsx", {"商品": streams})
    with Package.open(tmp_path / "out.xlsx") as package:
        found = [{column: cell.value for column, cell in row.cells.items()} for row in package.rows("商品")]
    assert found[1:] == [{0: "1", 4: "x"}, {0: "2"}, {0: "3"}, {7: 1}]
    xml = members(tmp_path / "out.xlsx")[SHEET].decode()
    assert '<c r="E3" s="' in xml  # a blank keeps its style ...
    assert '<c r="A5"' not in xml  # ... but not where the column has the same
    assert '<dimension ref="A1:H6"' in xml


def test_calamine_agrees(skeleton: Path, tmp_path: Path) -> None:
    fill(skeleton, tmp_path / "out.xlsx", {"商品": rows(40)})
    found = CalamineWorkbook.from_path(str(tmp_path / "out.xlsx")).get_sheet_by_name("商品").to_python()
    assert found[0] == HEADINGS
    assert [row[0] for row in found[1:]] == [row[0] for row in rows(40)]
    assert [row[1] for row in found[1:]] == [row[1] for row in rows(40)]


@pytest.mark.parametrize("value", ["x" * 32768, float("nan"), object(), datetime.date(1800, 1, 1)])
def test_a_bad_value_leaves_no_file(skeleton: Path, tmp_path: Path, value: Value) -> None:
    def stream() -> Iterator[list[Value]]:
        yield from rows(200)
        yield ["a", None, value]

    with pytest.raises(UnwritableValue, match="C202"):
        fill(skeleton, tmp_path / "out.xlsx", {"商品": stream()})
    assert [each.name for each in tmp_path.iterdir()] == [skeleton.name]


def test_an_error_of_the_source_passes_and_leaves_no_file(skeleton: Path, tmp_path: Path) -> None:
    def stream() -> Iterator[list[Value]]:
        yield ["a"]
        raise ConnectionError("cart")

    with pytest.raises(ConnectionError):
        fill(skeleton, tmp_path / "out.xlsx", {"商品": stream()})
    assert [each.name for each in tmp_path.iterdir()] == [skeleton.name]


def test_wrong_skeletons(skeleton: Path, tmp_path: Path) -> None:
    with pytest.raises(MissingSheet):
        fill(skeleton, tmp_path / "out.xlsx", {"Products": []})
    with pytest.raises(ValueError, match="sample row"):
        fill(skeleton, tmp_path / "out.xlsx", {"_lists": []})
    with pytest.raises(SheetFull):
        fill(skeleton, tmp_path / "out.xlsx", {"商品": [["x"] * 16385]})


def test_memory_does_not_grow_with_the_rows(skeleton: Path, tmp_path: Path) -> None:
    code = (
        "import resource, sys; from pathlib import Path; from sheets_sync.ooxml.filler import fill\n"
        "fill(Path(sys.argv[1]), Path(sys.argv[2]), {'SKU': ([str(n), n, None, True, 'x' * 1000] for n in range(int(sys.argv[3])))})\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
    )

    def peak(count: int) -> int:
        command = [sys.executable, "-c", code, str(skeleton), str(tmp_path / "out.xlsx"), str(count)]
        return int(subprocess.run(command, capture_output=True, text=True, check=True).stdout)

    assert peak(40_000) < peak(4_000) + 20_000
