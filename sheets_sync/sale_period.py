"""From when until when a cart sells a product."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SalePeriod:
    """`starts` is the first moment, `ends` the first one after; None = no limit. `first_day`, `last_day`: as a person
    reads them, "" where there is no limit.
    """

    starts: dt.datetime | None = None
    ends: dt.datetime | None = None
    first_day: str = ""
    last_day: str = ""

    def over(self, now: dt.datetime) -> bool:
        return self.ends is not None and now >= self.ends

    def ahead(self, now: dt.datetime) -> bool:
        """Whether it has not begun yet."""
        return self.starts is not None and now < self.starts


ALWAYS = SalePeriod()


def sale_period(starts: str, ends: str, timezone: dt.tzinfo) -> SalePeriod:
    """Read what a cart says (ISO 8601; "" = no limit). A day as the end is sold through; a time without an offset is
    the market's. Text that is no moment sets no limit.
    """
    if not starts and not ends:
        return ALWAYS
    first, last = _moment(starts, timezone), _moment(ends, timezone)
    through = last + dt.timedelta(days=1) if last and len(ends) == len("2026-11-30") else last
    return SalePeriod(first, through, _day(first, starts), _day(last, ends))


def _moment(text: str, timezone: dt.tzinfo) -> dt.datetime | None:
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return None
    return found.astimezone(timezone) if found.tzinfo else found.replace(tzinfo=timezone)


def _day(at: dt.datetime | None, text: str) -> str:
    """The day, and the time where one was told that is not midnight: `11/30`, `11/30 12:00`."""
    if at is None:
        return ""
    timed = len(text) > len("2026-11-30") and (at.hour, at.minute) != (0, 0)
    return f"{at:%m/%d %H:%M}" if timed else f"{at:%m/%d}"
