"""A workbook moves from Excel to Google and back, and nothing in it differs: cells, rows, columns of hers."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.ports import Workbook
from sheets_sync.records import BaseRow
from sheets_sync.rows.conversion import carried
from sheets_sync.tables import CellError, CellValue, NewWorkbook, OwnColumn, TabSnapshot, Whole
from sheets_sync.template import KEY_COLUMNS, Kind
from sheets_sync.workbooks.excel import ExcelWorkbook
from tests.contracts.workbook_contract import IDS, LISTS, TEMPLATE, StoppedClock
from tests.workbooks.google_people import Desk

ERRORS = [CellError(text) for text in ("#N/A", "#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!")]
ODD = ["00123", "1729382561234567890", "=1+1", "'引用", "  前後  ", "一行目\n二行目", "TRUE", "3/4", "1E+15", "秋冬👗"]
texts = st.one_of(
    st.sampled_from(ODD),
    st.text(st.characters(exclude_categories=("Cs", "Cc", "Co", "Cn")), min_size=1, max_size=30),
).filter(lambda text: not text.startswith("#") and text != "Loading...")
numbers = st.one_of(
    st.integers(-(10**14), 10**14),
    st.floats(-1e9, 1e9, allow_nan=False).map(lambda number: round(number, 4)).filter(lambda number: number % 1),
)
days = st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31))
moments = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2099, 12, 31)).map(lambda at: at.replace(microsecond=0))
times = st.times().map(lambda at: at.replace(microsecond=0))
anything = st.one_of(texts, numbers, st.booleans(), st.sampled_from(ERRORS))


def cells_of(tab: Tab) -> st.SearchStrategy[dict[str, CellValue]]:
    """Cells of a row, whatever people leave in them; its key is a text of few choices, so that keys repeat."""
    kinds: dict[str, st.SearchStrategy[Any]] = {}
    for column in TEMPLATE.columns[tab]:
        match column.kind:
            case Kind.DATE:
                kinds[column.key] = st.one_of(days, moments.filter(lambda at: at.time() != dt.time()), texts)
            case Kind.DATETIME:
                kinds[column.key] = st.one_of(moments, texts)
            case _:
                kinds[column.key] = anything
    keys = {key: st.sampled_from(["p1", "00123", "=x", "鍵/1"]) for key in KEY_COLUMNS[tab]}
    return st.fixed_dictionaries(keys, optional={key: kind for key, kind in kinds.items() if key not in keys})


def own_columns() -> st.SearchStrategy[list[OwnColumn]]:
    cells = st.dictionaries(st.integers(2, 9), st.one_of(anything, days, moments, times), max_size=6)
    headings = st.sampled_from(["撮影メモ", "原価", "Shelf", "2026"])
    return st.lists(st.builds(OwnColumn, headings, cells), max_size=3, unique_by=lambda column: column.heading)


TABS = (Tab.PRODUCTS, Tab.SKUS, Tab.DEFAULTS)


def made(book: Workbook, whole: Whole, *, dates_anywhere: bool) -> Whole:
    """The workbook carried into another one, as read there."""
    found = carried(whole, {}, TEMPLATE, dates_anywhere=dates_anywhere)
    assert not found.as_text
    content = NewWorkbook(
        TEMPLATE, whole.snapshot.language, whole.snapshot.ids, found.rows, whole.lists, found.sign_off, own=found.own
    )
    book.create(content)
    return book.read_whole()


def contents(whole: Whole) -> dict[Tab, list[tuple[int, dict[str, tuple[type, CellValue]]]]]:
    """Cells of all rows with their types: 1 is not TRUE, and a day is not a moment."""
    return {
        tab: [(row.number, {key: (kind_of(value), value) for key, value in row.cells.items()}) for row in sheet.rows]
        for tab, sheet in whole.snapshot.tabs.items()
    }


def typed_own(whole: Whole) -> dict[Tab, list[tuple[str, dict[int, tuple[type, CellValue]]]]]:
    return {
        tab: [(column.heading, {n: (kind_of(v), v) for n, v in column.cells.items()}) for column in own]
        for tab, own in whole.own.items()
    }


def kind_of(value: CellValue) -> type:
    """Whole numbers and others are one kind, as in spreadsheets."""
    return float if isinstance(value, int) and not isinstance(value, bool) else type(value)


@pytest.fixture(scope="module")
def desks() -> Iterator[Desk]:
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        desk.google.quotas.on = False
        yield desk


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])
@given(st.data())
def test_excel_to_google_and_back(desks: Desk, data: st.DataObject) -> None:
    rows = {tab: data.draw(st.lists(cells_of(tab), max_size=5), label=tab) for tab in TABS}
    rows[Tab.PRODUCTS] += [{}] * (8 - len(rows[Tab.PRODUCTS]))  # rows with nothing of ours, for her columns
    own = {Tab.PRODUCTS: data.draw(own_columns(), label="own")}
    with tempfile.TemporaryDirectory() as folder:
        books = [
            ExcelWorkbook(Path(folder) / f"{n}.xlsx", TEMPLATE, language="ja", clock=StoppedClock()) for n in range(2)
        ]
        books[0].create(NewWorkbook(TEMPLATE, "ja", IDS, rows, LISTS, own=own))
        first = books[0].read_whole()
        desks.file = desks.google.new_spreadsheet("商品表", shared_with=[desks.google.EMAIL], locale="ja_JP")
        there = made(desks.open(), first, dates_anywhere=False)
        back = made(books[1], there, dates_anywhere=True)
    closed = made_closed(first)
    assert contents(there) == contents(closed)
    assert contents(back) == contents(closed)
    assert typed_own(there) == typed_own(closed)
    assert typed_own(back) == typed_own(closed)
    assert back.lists == there.lists == first.lists
    assert back.snapshot.ids == there.snapshot.ids == IDS


def made_closed(whole: Whole) -> Whole:
    """The same with its blank rows closed up, as a conversion leaves it."""
    found = carried(whole, {}, TEMPLATE, dates_anywhere=True)
    for tab, sheet in whole.snapshot.tabs.items():
        rows = found.rows[tab]
        numbers = [number for number, cells in enumerate(rows, start=2) if cells]
        for row, number in zip(sheet.rows, numbers, strict=True):
            row.number = number
    return Whole(whole.snapshot, found.own, whole.lists)


def products(whole: Whole) -> TabSnapshot:
    return whole.snapshot.tabs[Tab.PRODUCTS]


@pytest.fixture
def excel(tmp_path: Path) -> Workbook:
    return ExcelWorkbook(tmp_path / "a.xlsx", TEMPLATE, language="ja", clock=StoppedClock())


def test_a_column_that_is_gone_comes_back_with_what_was_last_seen(excel: Workbook) -> None:
    rows = {Tab.PRODUCTS: [{"product_key": "p1", "price": 1980}, {"product_key": "p2"}]}
    excel.create(NewWorkbook(TEMPLATE, "ja", IDS, rows))
    whole = excel.read_whole()
    lost = {key: place for key, place in products(whole).headings.columns.items() if key not in ("title", "action")}
    object.__setattr__(products(whole).headings, "columns", lost)
    seen = {"title": "彼女の名前", "action": "publish"}
    base = {
        "p1": BaseRow(Tab.PRODUCTS, "p1", "p1", {"title": "カートの名前"}, seen),
        "p2": BaseRow(Tab.PRODUCTS, "p2", "p2", {"title": "カートの名前"}, {"title": None}),
    }
    found = carried(whole, {Tab.PRODUCTS: base}, TEMPLATE, dates_anywhere=True)
    assert found.rows[Tab.PRODUCTS] == [
        {"product_key": "p1", "price": 1980, "title": "彼女の名前", "action": "出品する"}, {"product_key": "p2"},
    ]  # fmt: skip


def test_dates_in_columns_of_texts_become_what_she_sees(excel: Workbook) -> None:
    cells: dict[str, CellValue] = {
        "product_key": "p1", "title": dt.date(2026, 3, 4), "memo": dt.time(9, 30), "added_at": dt.date(2026, 11, 1),
    }  # fmt: skip
    excel.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: [cells]}))
    found = carried(excel.read_whole(), {}, TEMPLATE, dates_anywhere=False)
    texts = cells | {"title": "2026/03/04", "memo": "09:30:00"}
    assert found.rows[Tab.PRODUCTS] == [texts]
    assert sorted(found.as_text) == [(Tab.PRODUCTS, 2, "memo"), (Tab.PRODUCTS, 2, "title")]


def test_a_formula_without_a_value_is_named(excel: Workbook) -> None:
    excel.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: [{"product_key": "p1"}]}))
    whole = excel.read_whole()
    products(whole).rows[0].cells["title"] = CellError("=")
    with pytest.raises(UsageError) as told:
        carried(whole, {}, TEMPLATE, dates_anywhere=True)
    assert told.value.params == {"tab": "商品", "row": 2, "column": "商品名"}


def test_a_column_of_a_setting_that_is_off_by_now_comes_along(tmp_path: Path, excel: Workbook) -> None:
    rows = {Tab.PRODUCTS: [{"product_key": "p1", "approval": True}]}
    excel.create(NewWorkbook(TEMPLATE, "ja", IDS, rows, sign_off=True))
    other = ExcelWorkbook(tmp_path / "b.xlsx", TEMPLATE, language="ja", clock=StoppedClock())
    assert products(made(other, excel.read_whole(), dates_anywhere=True)).rows[0].cells["approval"] is True


def test_a_file_has_no_menu_to_ask_by(excel: Workbook) -> None:
    assert excel.request() == ""
    excel.clear_request("check 2026-11-22T10:05:00.000Z")


def test_the_filter_takes_her_columns_in_so_that_a_sort_moves_whole_rows(tmp_path: Path, excel: Workbook) -> None:
    rows = {Tab.PRODUCTS: [{"product_key": "p1"}, {"product_key": "p2"}]}
    own = {Tab.PRODUCTS: [OwnColumn("撮影日", {2: dt.date(2026, 11, 1)}), OwnColumn("原価", {3: 812})]}
    content = NewWorkbook(TEMPLATE, "ja", IDS, rows, LISTS, own=own)
    excel.create(content)
    book = openpyxl.load_workbook(tmp_path / "a.xlsx")
    sheet = book["商品"]
    assert sheet.auto_filter.ref == sheet.dimensions
    assert [cell.value for cell in sheet[1]][-2:] == ["撮影日", "原価"]
    assert (sheet.cell(2, sheet.max_column - 1).value, sheet.cell(3, sheet.max_column).value) == (
        dt.datetime(2026, 11, 1), 812,
    )  # fmt: skip
    with Desk(tmp_path) as desk:
        desk.book.create(content)
        there = desk.file.tab("商品").sheet
        assert there.parts["basicFilter"]["range"]["endColumnIndex"] == there.grid.column_count
