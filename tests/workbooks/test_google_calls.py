"""What a call to Google may carry, and what is looked at again when one was put off."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.gsheets.spreadsheets import spreadsheet_id
from sheets_sync.issue import Tab
from sheets_sync.messages import text
from sheets_sync.tables import NewWorkbook, Patch, RowRef, WriteResult
from sheets_sync.workbooks.google import sending, writing
from tests.contracts.workbook_contract import IDS, LISTS, TEMPLATE, product
from tests.google_double.faults import Fault
from tests.workbooks.google_people import Desk
from tests.workbooks.test_google_people_at_work import filled, is_write, settled, table, wishes


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def desk(empty: Desk) -> Desk:
    filled(empty)
    empty.book.read()
    return empty


@pytest.mark.parametrize("small", [writing.SMALL, 10])
def test_what_she_types_while_google_is_busy_is_hers(
    desk: Desk, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A write that was put off for half a minute is not sent as it was: what it would overwrite is looked at again."""
    monkeypatch.setattr(writing, "SMALL", small)
    desk.google.fail(Fault.QUOTA, is_write, retry_after=30)
    desk.google.between(
        lambda call: desk.clock.seconds() > began + 20,
        lambda: desk.person.edit_under("商品", "カート商品ID", "p2", "商品名", "彼女の名前"),
    )
    began = desk.clock.seconds()
    patch = Patch()
    patch.tab(Tab.PRODUCTS).set(RowRef("p2"), "title", "カートの新しい名前")
    patch.tab(Tab.PRODUCTS).set(RowRef("p3"), "title", "カートの新しい名前")
    result = desk.book.write(patch)
    assert {key for _, key, _ in result.kept} == {"p2"}
    found = table(desk)
    assert (found["p2"]["商品名"], found["p3"]["商品名"]) == ("彼女の名前", "カートの新しい名前")
    assert any(code == "google_wait" for code, _ in desk.told.steps)


def test_a_google_that_stays_busy_ends_the_run_in_time(desk: Desk) -> None:
    desk.google.fail(Fault.QUOTA, is_write, times=1000)
    with pytest.raises(Unavailable, match="google_busy"):
        desk.book.write(wishes())
    assert sum(desk.clock.slept) < 600


@pytest.mark.parametrize("small", [writing.SMALL, 10])
def test_what_is_too_large_for_google_goes_in_smaller_pieces(
    desk: Desk, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = table(desk)
    monkeypatch.setattr(writing, "SMALL", small)
    monkeypatch.setattr(writing, "_LEAST_BYTES", 300)
    desk.google.most_bytes = 2_000
    assert desk.book.write(wishes()) == WriteResult(10, 1, ())
    settled(desk, before)


def test_a_piece_that_cannot_be_smaller_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.google.most_bytes = 100
    with pytest.raises(Unavailable, match="google_too_large"):
        desk.book.write(wishes())


def make(desk: Desk, products: int, attributes: int = 0) -> None:
    rows = [product(f"p{n}", description="あ" * 1000) for n in range(products)]
    asked = [
        {"product_key": f"p{n}", "attribute_id": "100", "attribute": "素材", "value": "綿"} for n in range(attributes)
    ]
    lists = {**LISTS, "values:100": ["綿", "麻"]}
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: rows, Tab.ATTRIBUTES: asked}, lists))


def test_a_new_workbook_goes_in_smaller_pieces_too(empty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sending, "_PIECE", 50_000)
    empty.google.most_bytes = 400_000  # the last call, which must be one, is about as large
    make(empty, products=300)
    assert len(table(empty)) == 300
    assert empty.file.titles == ["商品", "SKU", "属性", "既定値", "使い方", "実行履歴", "_lists"]


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.ERROR_AFTER, Fault.CUT_BEFORE])
def test_a_new_workbook_whose_calls_stay_without_answer_is_made_in_pieces(empty: Desk, fault: Fault) -> None:
    empty.google.fail(fault, lambda call: call.cost == "write" and call.size > 10_000, times=2)
    make(empty, products=300)
    assert len(table(empty)) == 300


def test_drop_downs_of_many_attributes_find_room(empty: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """A workbook that was converted has an attribute row for each product and thing asked for, each with a rule."""
    monkeypatch.setattr(sending, "_PIECE", 50_000)
    empty.google.most_bytes = 400_000
    make(empty, products=1, attributes=2000)
    grid = empty.grid("属性")
    value = grid[0].index("値")
    rules = [empty.file.tab("属性").cell(row, value + 1).validation for row in (2, 2001)]
    assert rules[0] == rules[1] != {}


@pytest.mark.parametrize(
    "address",
    ["https://docs.google.com/spreadsheets/d/{}/edit#gid=0", "https://docs.google.com/spreadsheets/u/1/d/{}/edit?gid=3",
     "https://docs.google.com/spreadsheets/d/{}", "docs.google.com/spreadsheets/d/{}/edit?usp=sharing", " {} ",
     "https://drive.google.com/open?id={}", "https://drive.google.com/file/d/{}/view", "<{}>"],
)  # fmt: skip
def test_an_address_is_taken_as_people_paste_it(address: str) -> None:
    assert spreadsheet_id(address.format("1aB-" + "c_D" * 13)) == "1aB-" + "c_D" * 13


@pytest.mark.parametrize(
    "address",
    ["https://docs.google.com/spreadsheets/", "https://docs.google.com/spreadsheets/d/e/2PACX-1vQabcdefghijklmnop/pubhtml",
     "商品表", "", "https://docs.google.com/spreadsheets/d/short/edit"],
)  # fmt: skip
def test_what_is_no_address_of_a_spreadsheet_is_told(address: str) -> None:
    with pytest.raises(UsageError, match="google_no_id"):
        spreadsheet_id(address)


def test_an_excel_file_in_drive_is_told_how_to_become_a_spreadsheet(desk: Desk) -> None:
    desk.google.file(desk.file.id).office = True
    with pytest.raises(UsageError) as told:
        desk.open().read()
    assert "保存" in text(told.value.code, "ja", **told.value.params)
