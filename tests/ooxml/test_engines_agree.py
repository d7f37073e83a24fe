"""Search and parser give the same result for random edits of random sheets; openpyxl and calamine are the judges."""

import datetime
import string
import tempfile
from collections.abc import Iterator
from pathlib import Path
from unittest import mock
from xml.etree import ElementTree

import openpyxl
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape
from python_calamine import CalamineWorkbook

from sheets_sync.ooxml import patch_by_search, sheet_rows, sheet_survey
from sheets_sync.ooxml.cell_text import text_element, unescape_cell, unescape_xml
from sheets_sync.ooxml.patcher import SheetEdit, patch
from sheets_sync.ooxml.plain_part import NotPlain
from sheets_sync.ooxml.reader import Package
from sheets_sync.ooxml.values import Value

from .conftest import SHEET, members, parts, sheet_xml, zipped

LETTERS = string.ascii_uppercase[:8]
texts = st.text(st.sampled_from("aB<>&'\"_x000D_ \n\tあ😀]!-é"), min_size=1, max_size=12)
numbers = st.integers(-(10**14), 10**14) | st.floats(allow_nan=False, allow_infinity=False, width=32)
dates = st.dates(datetime.date(1900, 3, 1), datetime.date(2100, 1, 1))
new_values: st.SearchStrategy[Value] = st.none() | st.booleans() | numbers | texts | dates
cells = st.sampled_from(
    [
        '<c r="{0}" s="1"/>',
        '<c r="{0}"><v>12</v></c>',
        '<c r="{0}" s="2"><v>1.50</v></c>',
        '<c r="{0}" t="s"><v>0</v></c>',
        '<c r="{0}" s="3" t="s"><v>1</v></c>',
        '<c r="{0}" t="b"><v>1</v></c>',
        '<c r="{0}" t="inlineStr"><is><t>in &amp; line</t></is></c>',
        '<c r="{0}" t="inlineStr"><is><r><t>ri</t></r><r><t>ch</t></r></is></c>',
        '<c r="{0}" t="str"><f>"a"&amp;"b"</f><v>ab</v></c>',
        '<c r="{0}"><f>1+1</f><v>2</v></c>',
        '<c s="1" r="{0}"><v>3</v></c>',
        '<c  r="{0}" ><v>4</v></c>',
    ]
)
row_tags = st.sampled_from(
    ['<row r="{0}">', '<row r="{0}" spans="1:3">', '<row r="{0}" s="2" customFormat="1" ht="9">']
)
SHARED = '<si><t>shared</t></si><si><r><t>東</t></r><r><t>京</t></r><rPh sb="0" eb="1"><t>トウ</t></rPh></si>'


@st.composite
def sheets(draw: st.DrawFn) -> str:
    """Rows of a sheet, with gaps, empty rows, blanks and every kind of cell."""
    rows = []
    for number in sorted(draw(st.sets(st.integers(1, 12)))):
        columns = sorted(draw(st.sets(st.sampled_from(LETTERS), max_size=6)))
        inner = "".join(draw(cells).format(f"{column}{number}") for column in columns)
        tag = draw(row_tags).format(number)
        rows.append(f"{tag}{inner}</row>" if inner or draw(st.booleans()) else tag[:-1] + "/>")
    return draw(st.sampled_from(["", "\n "])).join(rows)


edits = st.builds(
    SheetEdit,
    cells=st.dictionaries(st.integers(1, 14), st.dictionaries(st.integers(0, 9), new_values, max_size=4), max_size=6),
    append=st.lists(st.dictionaries(st.integers(0, 9), new_values, max_size=3), max_size=3),
    style_like=st.dictionaries(st.integers(7, 9), st.integers(0, 6), max_size=2),
    new_column_width=st.dictionaries(st.integers(7, 9), st.integers(1, 40), max_size=2),
)
before = st.sampled_from(["", '<dimension ref="A1:C3"/><cols><col min="2" max="4" width="9" style="3"/></cols>'])


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(rows=sheets(), edit=edits, before=before)
def test_both_engines_write_the_same(rows: str, edit: SheetEdit, before: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        made = parts(sheet_xml(rows, before=before), shared=SHARED, xfs=(0, 1, 2, 3))
        source = zipped(Path(folder) / "source.xlsx", made)
        fast, robust = Path(folder) / "fast.xlsx", Path(folder) / "robust.xlsx"
        patch(source, fast, {"S": edit})
        with (
            mock.patch.object(patch_by_search, "PlainPart", side_effect=NotPlain),
            mock.patch.object(sheet_survey, "PlainPart", side_effect=NotPlain),
        ):
            patch(source, robust, {"S": edit})
        assert members(fast) == members(robust)
        _judge(source, fast, edit)


def _judge(source: Path, target: Path, edit: SheetEdit) -> None:
    """Each cell is what the edit says, or what it was before."""
    old = {(row, column): value for row, column, value in _ours(source)}
    new = {(row, column): value for row, column, value in _ours(target)}
    bottom = max([row for row, _ in old], default=0)
    wanted = {(row, column): value for row, each in edit.cells.items() for column, value in each.items()}
    bottom = max([bottom, *(row for (row, _), value in wanted.items() if value is not None)])
    for number, appended in enumerate(edit.append, bottom + 1):
        wanted |= {(number, column): value for column, value in appended.items()}
    expected = {place: value for place, value in (old | wanted).items() if value is not None}
    assert new == expected
    judges = (dict(_openpyxl(target)), dict(_calamine(target)))
    for place, value in expected.items():
        for judge in judges:
            _same(judge.get(place), value)


def _ours(path: Path) -> Iterator[tuple[int, int, Value]]:
    with Package.open(path) as package:
        for row in package.rows("S"):
            for column, cell in row.cells.items():
                yield row.number, column, cell.value


def _openpyxl(path: Path) -> Iterator[tuple[tuple[int, int], object]]:
    sheet = openpyxl.load_workbook(path, data_only=True)["S"]
    for number, row in enumerate(sheet.iter_rows(values_only=True), 1):
        for column, value in enumerate(row):
            yield (number, column), unescape(value) if isinstance(value, str) else value


def _calamine(path: Path) -> Iterator[tuple[tuple[int, int], object]]:
    sheet = CalamineWorkbook.from_path(str(path)).get_sheet_by_name("S")
    for number, row in enumerate(sheet.to_python(skip_empty_area=False), 1):
        for column, value in enumerate(row):
            yield (number, column), value


def _same(judged: object, value: Value) -> None:
    if isinstance(value, str) and isinstance(judged, str):
        assert judged.strip() == value.strip()  # calamine strips blanks that xml:space does not protect
    elif isinstance(value, datetime.date):
        assert str(judged)[:10] == value.isoformat()
    else:
        assert judged == value


def test_the_source_has_the_sheet(tmp_path: Path) -> None:
    """Guards the generator: what it makes is a workbook for the judges too."""
    source = zipped(tmp_path / "a.xlsx", parts(sheet_xml('<row r="1"><c r="A1"><v>1</v></c></row>'), shared=SHARED))
    assert SHEET in members(source)
    assert dict(_openpyxl(source))[1, 0] == 1


@settings(max_examples=100, deadline=None)
@given(rows=sheets(), chosen=st.none() | st.sets(st.integers(0, 8)))
def test_both_engines_read_the_same(rows: str, chosen: set[int] | None) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = zipped(Path(folder) / "a.xlsx", parts(sheet_xml(rows), shared=SHARED, xfs=(0, 1, 14, 22)))
        columns = None if chosen is None else lambda _: chosen
        with Package.open(path) as package:
            fast = list(package.rows("S", columns=columns))
        with mock.patch.object(sheet_rows, "PlainPart", side_effect=NotPlain), Package.open(path) as package:
            assert list(package.rows("S", columns=columns)) == fast


@settings(max_examples=300, deadline=None)
@given(text=st.text(max_size=40) | texts)
def test_text_survives(text: str) -> None:
    """Through our own escapes, and (where XML is concerned) through expat's eyes."""
    element = text_element(text)
    inner = element[element.index(">") + 1 : -4]
    expected = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    assert unescape_cell(unescape_xml(inner)) == expected
    assert unescape_cell(ElementTree.fromstring(element.replace("xml:space", "space")).text or "") == expected
