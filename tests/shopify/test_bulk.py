"""Bulk operations: begun, adopted, waited for, fetched whole or not at all."""

from __future__ import annotations

import datetime as dt
import json

import pytest

from sheets_sync.errors import CredentialsError, Unavailable
from sheets_sync.shopify import queries
from sheets_sync.shopify.bulk import Bulk

from ..shopify_double import Product
from .conftest import Desk

QUERY = queries.listing_bulk("status:active")


@pytest.fixture(autouse=True)
def _filled(desk: Desk) -> None:
    for number in range(20):
        desk.shop.add(Product(f"品 {number}"))


def bulk(desk: Desk) -> Bulk:
    return Bulk(desk.api(), desk.facts, desk.clock, desk.watcher, "bulk")


def titles(desk: Desk, query: str = QUERY) -> int:
    """How many products the result holds."""
    with bulk(desk).run(query) as result:
        if result.file is None:
            return 0
        lines = result.file.read_bytes().splitlines()
        assert result.roots == len(lines)
        return len([json.loads(line) for line in lines])


def test_a_result_comes_whole(desk: Desk) -> None:
    assert titles(desk) == 20
    assert desk.facts["bulk"] == ""


def test_nothing_that_matches_is_an_empty_result(desk: Desk) -> None:
    assert titles(desk, queries.listing_bulk("status:archived")) == 0


def test_looks_become_rarer(desk: Desk) -> None:
    desk.shop.bulk.seconds = 600
    assert titles(desk) == 20
    pauses = desk.clock.slept
    assert pauses == sorted(pauses)
    assert pauses[-1] == 60


@pytest.mark.parametrize(
    "outcome",
    [
        {"status": "CANCELED"}, {"status": "EXPIRED"},
        {"status": "FAILED", "error_code": "TIMEOUT", "partial": 0.5},
        {"status": "FAILED", "error_code": "INTERNAL_SERVER_ERROR"},
    ],
)  # fmt: skip
def test_what_came_to_nothing_is_begun_anew_and_never_taken_in_part(desk: Desk, outcome: dict[str, str]) -> None:
    desk.shop.next_bulk(**outcome)
    assert titles(desk) == 20
    assert len(desk.shop.bulk.operations) == 2
    assert len(desk.shop.calls("file")) == 1


def test_what_fails_again_and_again_is_said(desk: Desk) -> None:
    for _ in range(3):
        desk.shop.next_bulk("FAILED", error_code="TIMEOUT", partial=0.9)
    with pytest.raises(Unavailable) as stopped:
        titles(desk)
    assert stopped.value.code == "shopify_bulk_failed"


def test_a_right_that_lacks_is_said_at_once(desk: Desk) -> None:
    desk.shop.next_bulk("FAILED", error_code="ACCESS_DENIED")
    with pytest.raises(CredentialsError):
        titles(desk)
    assert len(desk.shop.bulk.operations) == 1


@pytest.mark.parametrize("code", ["OPERATION_IN_PROGRESS", "LIMIT_REACHED"])
def test_operations_of_others_are_waited_for(desk: Desk, code: str) -> None:
    desk.shop.bulk.at_once, desk.shop.bulk.refusal_code = 1, code
    desk.shop.bulk.start(QUERY, grouped=False)
    other = desk.shop.bulk.operations[0]
    desk.shop.meanwhile(lambda: setattr(other, "status", "COMPLETED"), on="bulkOperationRunQuery", after=3)
    assert titles(desk) == 20
    assert desk.watcher.steps.count("step_shopify_bulk_busy") == 3


def test_operations_that_never_end_are_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheets_sync.shopify.bulk.MOST_WAITING", dt.timedelta(minutes=20))
    desk.shop.bulk.at_once = 1
    desk.shop.next_bulk(hold=True)
    desk.shop.bulk.start(QUERY, grouped=False)
    with pytest.raises(Unavailable) as stopped:
        titles(desk)
    assert stopped.value.code == "shopify_bulk_busy"


def test_a_killed_run_is_gone_on_with(desk: Desk) -> None:
    desk.shop.next_bulk(hold=True)
    with pytest.raises(KeyboardInterrupt):
        _killed(desk)
    desk.shop.bulk.operations[0].outcome.hold = False
    assert titles(desk) == 20
    assert len(desk.shop.bulk.operations) == 1
    assert "step_shopify_bulk_adopted" in desk.watcher.steps


def _killed(desk: Desk) -> None:
    def end(seconds: float) -> None:
        raise KeyboardInterrupt

    calm, desk.clock.sleep = desk.clock.sleep, end  # type: ignore[method-assign]
    try:
        titles(desk)
    finally:
        desk.clock.sleep = calm  # type: ignore[method-assign]


def test_another_query_is_not_gone_on_with(desk: Desk) -> None:
    desk.shop.next_bulk(hold=True)
    with pytest.raises(KeyboardInterrupt):
        _killed(desk)
    assert titles(desk, queries.listing_bulk("status:archived")) == 0
    assert len(desk.shop.bulk.operations) == 2


def test_an_old_result_is_not_gone_on_with(desk: Desk) -> None:
    with pytest.raises(KeyboardInterrupt):
        _killed(desk)
    desk.clock.sleep(7200)
    desk.shop.bulk.find("gid://shopify/BulkOperation/4500000000001")
    desk.shop.add(Product("あとから"))
    assert titles(desk) == 21


# -- the file --------------------------------------------------------------------------------------------------------


def test_a_download_that_breaks_off_goes_on_where_it_ended(desk: Desk) -> None:
    desk.shop.fault("cut_half", on="file", at_byte=500, times=3)
    assert titles(desk) == 20
    ranges = [call.headers.get("range") for call in desk.shop.calls("file")]
    assert ranges == [None, "bytes=500-", "bytes=1000-", "bytes=1500-"]


def test_a_link_that_ended_is_asked_for_anew(desk: Desk) -> None:
    desk.shop.meanwhile(desk.shop.bulk.expire_links, on="file")
    assert titles(desk) == 20


def test_no_token_goes_to_the_storage(desk: Desk) -> None:
    titles(desk)
    assert all(not call.token for call in desk.shop.calls("file"))


def test_nothing_is_left_on_disk(desk: Desk) -> None:
    with bulk(desk).run(QUERY) as result:
        file = result.file
    assert file is not None
    assert not file.exists()
