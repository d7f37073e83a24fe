"""Whatever goes wrong with any request, nothing is lost and nothing stands twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from sheets_sync.errors import CredentialsError, ExitCode, SheetsSyncError, Unavailable, UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import text
from sheets_sync.tables import NewWorkbook, Patch, RowRef, WriteResult
from tests.contracts.workbook_contract import IDS, LISTS, TEMPLATE, product
from tests.google_double.faults import Call, Fault
from tests.workbooks.google_people import Desk
from tests.workbooks.test_google_people_at_work import ACTS, after, fill, filled, is_write, settled, table, wishes

FAULTS = [fault for fault in Fault if fault is not Fault.HANG]


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def desk(empty: Desk) -> Desk:
    filled(empty)
    empty.book.read()
    return empty


def nth(number: int) -> Callable[[Call], bool]:
    """The n-th Sheets request from now, counted from 0."""
    seen = iter(range(10_000))
    return lambda call: call.cost in ("read", "write") and next(seen) == number


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("fault", FAULTS)
def test_a_write_survives_a_fault_of_any_request(desk: Desk, fault: Fault, number: int) -> None:
    before = table(desk)
    desk.google.fail(fault, nth(number))
    assert desk.book.write(wishes()) == WriteResult(10, 1, ())
    settled(desk, before)


@pytest.mark.parametrize("act", ["sort", "insert a row", "insert rows at the top", "move a row"])
@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.ERROR_AFTER, Fault.CUT_BEFORE])
def test_a_lost_answer_while_rows_move_leaves_no_stray_value(desk: Desk, fault: Fault, act: str) -> None:
    before = table(desk)
    desk.google.between(1, lambda: ACTS[act](desk.person, desk))
    desk.google.fail(fault, is_write)
    assert desk.book.write(wishes()) == WriteResult(10, 1, ())
    settled(desk, before)


@pytest.mark.parametrize("before", [2, 3, 30])
@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.ERROR_AFTER, Fault.CUT_BEFORE])
def test_a_lost_answer_while_columns_move_leaves_no_stray_value(desk: Desk, fault: Fault, before: int) -> None:
    stood = table(desk)
    desk.google.between(1, lambda: desk.person.insert_columns("商品", before))
    desk.google.fail(fault, is_write)
    desk.book.write(wishes())
    settled(desk, stood)


@pytest.mark.parametrize("fault", [Fault.CUT_AFTER, Fault.ERROR_AFTER, Fault.CUT_BEFORE])
def test_rows_are_taken_out_once_and_rightly_after_a_lost_answer(desk: Desk, fault: Fault) -> None:
    for when in (1, 3):
        desk.google.fail(fault, nth(when))
    patch = Patch()
    patch.tab(Tab.PRODUCTS).removes |= {RowRef("p2"), RowRef("p5")}
    desk.book.write(patch)
    assert sorted(table(desk)) == ["p1", "p3", "p4", "p6"]


@pytest.mark.parametrize("number", range(4))
@pytest.mark.parametrize("fault", FAULTS)
def test_a_new_workbook_survives_a_fault_of_any_request(empty: Desk, fault: Fault, number: int) -> None:
    empty.google.fail(fault, nth(number))
    fill(empty)
    assert sorted(table(empty)) == [f"p{n}" for n in range(1, 7)]
    assert empty.file.titles == ["商品", "SKU", "属性", "既定値", "使い方", "実行履歴", "_lists"]


@pytest.mark.parametrize("number", range(2))
@pytest.mark.parametrize("fault", FAULTS)
def test_a_reading_survives_a_fault_of_any_request(desk: Desk, fault: Fault, number: int) -> None:
    desk.google.fail(fault, nth(number))
    assert len(desk.book.read().tabs[Tab.PRODUCTS].rows) == 6


def test_a_google_that_never_answers_stops_the_run_and_the_next_one_writes(desk: Desk) -> None:
    before = table(desk)
    desk.google.fail(Fault.ERROR_AFTER, is_write)
    last = desk.google.log[-1].number
    desk.google.fail(Fault.UNAVAILABLE, lambda call: call.number > last + 2, times=1000)
    with pytest.raises(Unavailable) as told:
        desk.book.write(wishes())
    assert told.value.exit_code is ExitCode.UNAVAILABLE
    assert sum(desk.clock.slept) < 600
    desk.google.faults.armed.clear()
    desk.google.quotas.on = False
    again = Patch()
    again.tabs = wishes().tabs
    again.tab(Tab.PRODUCTS).appends.clear()  # the next run sees the row that is there
    desk.open().write(again)
    assert table(desk) == after(before)


def test_a_client_that_gives_up_looks_before_it_writes_again(desk: Desk) -> None:
    before = table(desk)
    desk.book._spreadsheet._client.set_timeout((2, 0.4))
    desk.google.fail(Fault.HANG, is_write, applied=True)
    assert desk.book.write(wishes()) == WriteResult(10, 1, ())
    settled(desk, before)


def test_waiting_for_quota_is_told_and_ends(desk: Desk) -> None:
    for _ in range(70):
        desk.book.exists()
    waits = [params["seconds"] for code, params in desk.told.steps if code == "quota_wait"]
    assert waits
    assert all(call.status == 200 for call in desk.google.calls())
    assert "秒待ちます" in text("quota_wait", "ja", seconds=waits[0])


def test_a_wait_comes_before_the_look_so_that_nobody_types_in_between(desk: Desk) -> None:
    sheet = desk.spreadsheets().open(desk.file.id)
    book = desk.open()
    book._spreadsheet = sheet  # the same connection, hence the same count of calls
    book.read()
    about = sheet.about()
    for _ in range(60):
        sheet.touch(about)
    desk.google.clear_log()
    book.write(wishes())
    assert any(code == "quota_wait" for code, _ in desk.told.steps)
    look, write = desk.google.calls()[:2]
    assert (look.cost, write.cost) == ("read", "write")
    assert write.at - look.at < 1


def test_another_programs_share_of_the_quota_is_waited_for(desk: Desk) -> None:
    desk.google.quotas.reads = 2
    for _ in range(5):
        desk.book.exists()
    assert [call.status for call in desk.google.calls("read")].count(429) > 0
    assert sum(desk.clock.slept) < 600


# ---------------------------------------------------------------- what is told


def failing(desk: Desk) -> SheetsSyncError:
    with pytest.raises(SheetsSyncError) as told:
        desk.open().read()
    for language in ("ja", "en"):
        assert "?" not in text(told.value.code, language, **told.value.params).replace("?project", "")
    return told.value


def test_a_sheet_that_is_not_shared_names_the_address_to_share_with(desk: Desk) -> None:
    desk.google.unshare(desk.file.id, desk.google.EMAIL)
    told = failing(desk)
    assert isinstance(told, CredentialsError | UsageError)
    assert desk.google.EMAIL in text(told.code, "ja", **told.params)


def test_an_api_that_is_not_enabled_comes_with_its_link(desk: Desk) -> None:
    desk.google.disable_api("sheets")
    told = failing(desk)
    assert told.code == "google_api_disabled"
    assert str(told.params["link"]).startswith("https://console.")


def test_a_key_that_was_taken_back_asks_to_sign_in_again(desk: Desk) -> None:
    desk.google.revoke(desk.google.EMAIL)
    assert failing(desk).code == "google_signed_out"


def test_a_wrong_id_says_where_the_id_is_found(desk: Desk) -> None:
    with pytest.raises(UsageError, match="google_not_found"):
        desk.spreadsheets().open("1abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG").about()
    with pytest.raises(UsageError, match="google_no_id"):
        desk.spreadsheets().open("商品表")
    url = f"https://docs.google.com/spreadsheets/d/{desk.file.id}/edit#gid=0"
    assert desk.spreadsheets().open(url).id == desk.file.id


def test_a_service_account_without_room_is_told_what_to_do(desk: Desk) -> None:
    with pytest.raises(UsageError, match="google_no_storage"):
        desk.spreadsheets().create("新しい表")


def test_a_request_that_google_cannot_read_is_our_own_bug(desk: Desk) -> None:
    with pytest.raises(SheetsSyncError) as told:
        desk.spreadsheets().open(desk.file.id).write(['{"updateCels":{}}'])
    assert (told.value.code, told.value.exit_code) == ("google_request_refused", ExitCode.BUG)


def test_protected_cells_are_named_as_such(desk: Desk) -> None:
    desk.person.protect("商品", 2, 3, (1, 60))
    with pytest.raises(UsageError, match="google_protected"):
        desk.book.write(wishes())


# ---------------------------------------------------------------- adopting


def test_an_empty_spreadsheet_is_adopted_and_its_blank_tab_goes(empty: Desk) -> None:
    assert not empty.book.exists()
    fill(empty)
    assert empty.book.exists()
    assert empty.file.titles[0] == "商品"
    assert len(empty.file.titles) == 7


def test_tabs_of_hers_stay_where_they_are(empty: Desk) -> None:
    title = empty.file.titles[0]
    empty.person.edit(title, 1, 1, "大事なメモ")
    empty.person.add_tab("集計")
    assert not empty.book.exists()
    fill(empty)
    assert {title, "集計"} <= set(empty.file.titles)
    assert empty.grid(title) == [["大事なメモ"]]


def test_a_tab_of_hers_with_one_of_our_names_is_not_filled(empty: Desk) -> None:
    empty.person.add_tab("商品")
    with pytest.raises(UsageError, match="google_tab_taken"):
        fill(empty)
    assert "SKU" not in empty.file.titles


def test_a_workbook_that_could_not_be_finished_is_none_and_is_made_anew(empty: Desk) -> None:
    empty.google.fail(Fault.UNAVAILABLE, lambda call: call.cost == "write" and call.number > 3, times=100)
    with pytest.raises(Unavailable):
        fill(empty)
    assert not empty.book.exists()
    empty.google.faults.armed.clear()
    fill(empty)
    assert empty.file.titles == ["商品", "SKU", "属性", "既定値", "使い方", "実行履歴", "_lists"]


def test_a_text_too_long_stops_before_anything_is_sent(empty: Desk) -> None:
    rows = {Tab.PRODUCTS: [product("p1", description="あ" * 50_001)]}
    with pytest.raises(UsageError, match="google_text_too_long"):
        empty.book.create(NewWorkbook(TEMPLATE, "ja", IDS, rows, LISTS))
    assert empty.google.calls("write") == []
