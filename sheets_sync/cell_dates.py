"""Dates and moments as people and spreadsheets leave them in cells. All in the shop's local time, without a zone."""

from __future__ import annotations

import datetime as dt
import math
import re
import unicodedata

_SERIAL_ZERO = dt.datetime(1899, 12, 30)
_SERIALS = range(36526, 73051)  # 2000 to 2100: a day number whose cell lost its date format
_REIWA_ZERO = 2018
_DATE = re.compile(
    r"(?P<era>令和|r)?(?P<a>\d{1,4}|元)[/.\-年]\s?(?P<b>\d{1,2})[/.\-月]\s?(?P<c>\d{1,4})日?"
    r"(\s?\([月火水木金土日](曜日?)?\))?",
    re.ASCII,
)
_PACKED = re.compile(r"(?P<a>\d{4})(?P<b>\d{2})(?P<c>\d{2})", re.ASCII)
_TIME = re.compile(
    r"(?P<half>午前|午後|am|pm)?\s?(?P<hour>\d{1,2})[:時](?P<minute>\d{1,2})?(:(?P<second>\d{2})(\.0+)?)?分?"
    r"\s?(?P<after>am|pm)?",
    re.ASCII,
)


def read_moment(value: object) -> dt.datetime | None:
    """The moment that a cell means for certain; a date alone is its midnight. None when it means none."""
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, dt.date):
        return dt.datetime.combine(value, dt.time())
    if isinstance(value, bool):
        return None
    if isinstance(value, int | float):
        return _from_number(value)
    return _from_text(value) if isinstance(value, str) else None


def read_date(value: object) -> dt.date | None:
    """The day that a cell means for certain; a time of day in it is left out."""
    moment = read_moment(value)
    return moment.date() if moment else None


def _from_number(value: int | float) -> dt.datetime | None:
    if isinstance(value, float) and not math.isfinite(value):  # 1E+999 in a cell
        return None
    if int(value) in _SERIALS:
        return _SERIAL_ZERO + dt.timedelta(seconds=round(value * 86400))
    return _from_text(str(int(value))) if value == int(value) else None


def _from_text(text: str) -> dt.datetime | None:
    folded = unicodedata.normalize("NFKC", text).casefold().strip()
    found = _DATE.match(folded) or _PACKED.match(folded)
    if not found:
        return None
    day = _day(found.groupdict())
    rest = folded[found.end() :].removeprefix("t").strip()
    time = _time(rest) if rest else dt.time()
    return dt.datetime.combine(day, time) if day and time else None


def _day(parts: dict[str, str | None]) -> dt.date | None:
    first, month, last = parts["a"] or "", int(parts["b"] or 0), parts["c"] or ""
    if parts.get("era"):
        year, day = _REIWA_ZERO + (1 if first == "元" else int(first)), int(last)
    elif len(first) == 4:
        year, day = int(first), int(last)
    elif len(last) == 4 and first.isdigit():  # 24/11/2026 or 11/24/2026: certain only where one of them is no month
        one, other = int(first), month
        if one <= 12 and other <= 12 and one != other:
            return None
        year, month, day = int(last), min(one, other), max(one, other)
    else:
        return None
    try:
        return dt.date(year, month, day)
    except ValueError:
        return None


def _time(text: str) -> dt.time | None:
    found = _TIME.fullmatch(text)
    if not found:
        return None
    hour, half = int(found["hour"]), found["half"] or found["after"]
    if half:
        hour = hour % 12 + (12 if half in ("午後", "pm") else 0) if hour <= 12 else 24
    try:
        return dt.time(hour, int(found["minute"] or 0), int(found["second"] or 0))
    except ValueError:
        return None
