"""Quotas by the minute, faults before and after a write took effect, tokens that end."""

from collections.abc import Callable
from typing import Any

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from gspread.exceptions import APIError

from . import Fault, GoogleDouble, is_read, is_token, is_write
from .conftest import FakeTime
from .state import SheetState


def test_sixty_writes_a_minute_then_429_until_the_next(
    tab: gspread.Worksheet, shared: SheetState, google: GoogleDouble, time: FakeTime
) -> None:
    for number in range(60):
        tab.update([[number]], "A1")
    with pytest.raises(APIError) as refused:
        tab.update([["too much"]], "A1")
    error = refused.value.error
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"] == (
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute per user' of service "
        "'sheets.googleapis.com' for consumer 'project_number:424242424242'."
    )
    assert error["details"][0]["reason"] == "RATE_LIMIT_EXCEEDED"
    assert error["details"][0]["metadata"]["quota_limit"] == "WriteRequestsPerMinutePerUser"
    assert "Retry-After" not in refused.value.response.headers
    assert tab.acell("A1").value == "59", "reads have an allowance of their own"
    time.now += 60
    tab.update([["again"]], "A1")
    assert shared.tab("Sheet1").values() == [["again"]]
    assert len(google.calls("write")) == 62


def test_a_batch_costs_one_and_another_user_has_an_own_allowance(tab: gspread.Worksheet, google: GoogleDouble) -> None:
    google.quotas.writes = 1
    tab.batch_update([{"range": f"A{row}", "values": [[row]]} for row in range(1, 100)])
    with pytest.raises(APIError, match="Quota exceeded"):
        tab.update([[1]], "A1")
    google.quotas.on = False
    tab.update([[1]], "A1")


@pytest.mark.parametrize(
    ("fault", "status", "code"),
    [
        (Fault.QUOTA, 429, 429),
        (Fault.INTERNAL, 500, 500),
        (Fault.UNAVAILABLE, 503, 503),
        (Fault.BAD_GATEWAY, 502, -1),
        (Fault.UNAVAILABLE_HTML, 503, -1),
    ],
)
def test_refusals_on_demand_leave_nothing_behind(
    tab: gspread.Worksheet, shared: SheetState, google: GoogleDouble, fault: Fault, status: int, code: int
) -> None:
    google.fail(fault, is_write, retry_after=7)
    with pytest.raises(APIError) as refused:
        tab.update([["x"]], "A1")
    assert refused.value.code == code
    assert refused.value.response.status_code == status
    assert (refused.value.response.headers.get("Retry-After") == "7") is (fault is Fault.QUOTA)
    assert shared.tab("Sheet1").values() == []
    tab.update([["x"]], "A1")
    assert shared.tab("Sheet1").values() == [["x"]]


def test_a_cut_before_leaves_nothing_and_a_cut_after_leaves_all(
    tab: gspread.Worksheet, shared: SheetState, google: GoogleDouble
) -> None:
    google.fail(Fault.CUT_BEFORE, is_write)
    with pytest.raises(requests.ConnectionError):
        tab.update([["before"]], "A1")
    assert shared.tab("Sheet1").values() == []
    google.fail(Fault.CUT_AFTER, is_write)
    with pytest.raises(requests.ConnectionError):
        tab.update([["after"]], "A1")
    assert shared.tab("Sheet1").values() == [["after"]]
    google.fail(Fault.ERROR_AFTER, is_write)
    with pytest.raises(APIError, match="503"):
        tab.update([["503"]], "A1")
    assert shared.tab("Sheet1").values() == [["503"]]


@pytest.mark.parametrize("applied", [False, True])
def test_no_answer_until_the_client_gives_up(
    client: gspread.Client, tab: gspread.Worksheet, shared: SheetState, google: GoogleDouble, applied: bool
) -> None:
    google.fail(Fault.HANG, is_write, applied=applied)
    client.set_timeout((1, 0.1))
    with pytest.raises(requests.Timeout):
        tab.update([["x"]], "A1")
    assert shared.tab("Sheet1").values() == ([["x"]] if applied else [])
    client.set_timeout((5, 20))
    assert tab.acell("A1").value == ("x" if applied else None)


def test_faults_come_as_often_as_they_are_ordered_and_where(tab: gspread.Worksheet, google: GoogleDouble) -> None:
    google.fail(Fault.UNAVAILABLE, is_read, times=2)
    tab.update([["x"]], "A1")
    outcomes = [_status(lambda: tab.acell("A1")) for _ in range(3)]
    assert outcomes == [503, 503, 200]


def _status(action: Callable[[], Any]) -> int:
    try:
        action()
    except APIError as error:
        return int(error.response.status_code)
    return 200


def test_an_expired_token_is_fetched_anew_by_google_auth(
    tab: gspread.Worksheet, google: GoogleDouble, time: FakeTime
) -> None:
    time.now += 3600
    tab.update([["x"]], "A1")
    google.fail(Fault.TOKEN_EXPIRED)
    assert tab.acell("A1").value == "x"
    assert len(google.calls("token")) == 3


def test_a_revoked_account_is_told_by_the_token_endpoint(tab: gspread.Worksheet, google: GoogleDouble) -> None:
    google.revoke(google.EMAIL)
    with pytest.raises(RefreshError, match="invalid_grant"):
        tab.acell("A1")


def test_the_token_endpoint_fails_on_demand(shared: SheetState, client: gspread.Client, google: GoogleDouble) -> None:
    google.fail(Fault.BAD_GATEWAY, is_token)
    with pytest.raises(RefreshError, match="502"):
        client.open_by_key(shared.id)


def test_something_happens_between_two_requests(
    tab: gspread.Worksheet, google: GoogleDouble, shared: SheetState
) -> None:
    her = google.merchandiser(shared.id)
    google.between(1, lambda: her.edit("Sheet1", 1, "A", "hers"))
    tab.update([["ours"]], "A1")
    assert shared.tab("Sheet1").values() == [["ours"]]
    assert tab.acell("A1").value == "hers"
    google.between(is_write, lambda: her.delete_rows("Sheet1", 1))
    assert tab.acell("A1").value == "hers"
    tab.update([["late"]], "B1")
    assert shared.tab("Sheet1").values() == [[None, "late"]]


def test_a_tab_deleted_in_mid_run_is_an_unknown_range(
    book: gspread.Spreadsheet, google: GoogleDouble, shared: SheetState
) -> None:
    tab = book.add_worksheet("Products", 10, 3)
    google.between(is_write, lambda: google.merchandiser(shared.id).delete_tab("Products"))
    with pytest.raises(APIError, match="Unable to parse range: 'Products'!A1"):
        tab.update([["x"]], "A1")
    request = {"updateCells": {"start": {"sheetId": tab.id}, "rows": [], "fields": "note"}}
    with pytest.raises(APIError, match="No grid with id"):
        book.batch_update({"requests": [request]})


def test_the_log_tells_what_was_asked(tab: gspread.Worksheet, google: GoogleDouble) -> None:
    google.clear_log()
    tab.update([["x"]], "A1")
    (call,) = google.log
    assert (call.method, call.cost, call.status, call.user) == ("PUT", "write", 200, google.EMAIL)
    assert call.body["values"] == [["x"]]
    assert call.size > 20
