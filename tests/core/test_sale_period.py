"""When a cart's sale period begins and ends, in the market's time."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from sheets_sync.sale_period import ALWAYS, sale_period

JAPAN = ZoneInfo("Asia/Tokyo")


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).replace(tzinfo=JAPAN)


@pytest.mark.parametrize(
    ("starts", "ends", "now", "ahead", "over", "days"),
    [
        ("", "2026-11-30", "2026-11-30T23:59:59", False, False, ("", "11/30")),
        ("", "2026-11-30", "2026-12-01T00:00", False, True, ("", "11/30")),
        ("", "2026-11-30T12:00", "2026-11-30T11:59", False, False, ("", "11/30 12:00")),
        ("", "2026-11-30T12:00", "2026-11-30T12:00", False, True, ("", "11/30 12:00")),
        ("", "2026-11-30T03:00:00+00:00", "2026-11-30T12:00", False, True, ("", "11/30 12:00")),
        ("2026-12-01", "", "2026-11-30T23:59", True, False, ("12/01", "")),
        ("2026-12-01", "2026-12-31", "2026-12-01T00:00", False, False, ("12/01", "12/31")),
        ("", "", "2026-12-01T00:00", False, False, ("", "")),
        ("いつでも", "11月末", "2026-12-01T00:00", False, False, ("", "")),
    ],
)
def test_a_day_is_sold_through_and_a_time_is_the_markets(
    starts: str, ends: str, now: str, *, ahead: bool, over: bool, days: tuple[str, str]
) -> None:
    period = sale_period(starts, ends, JAPAN)
    assert (period.ahead(at(now)), period.over(at(now))) == (ahead, over)
    assert (period.first_day, period.last_day) == days


def test_no_limits_are_one_value() -> None:
    assert sale_period("", "", JAPAN) is ALWAYS
