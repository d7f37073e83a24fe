"""Dates and times as Excel stores them: days since 1899-12-30 (or 1904-01-01), told by the number format."""

import datetime
import math
import re
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["", "date", "time", "datetime", "duration"]
"""What a number format makes of a number; "" is a plain number."""

_BUILT_IN: dict[int, Kind] = {
    **dict.fromkeys((14, 15, 16, 17, *range(27, 32), 36, *range(50, 55), 57, 58), "date"),
    **dict.fromkeys((18, 19, 20, 21, 32, 33, 34, 35, 45, 47, 55, 56), "time"),
    22: "datetime",
    46: "duration",
}
"""ECMA-376 Part 1, 18.8.30, with the East Asian ids 27-36 and 50-58."""

_LITERAL = re.compile(r'"[^"]*"?|\\.|_.|\*.|E[+-]|general', re.IGNORECASE | re.DOTALL)
_ELAPSED = re.compile(r"\[(?:h+|m+|s+)\]", re.IGNORECASE)
_BRACKET = re.compile(r"\[[^\]]*\]")
_HALF_DAY = re.compile(r"am/pm|a/p|上午/下午|午前/午後", re.IGNORECASE)
_DAY_MS = 86_400_000
_EPOCH_1900 = datetime.datetime(1899, 12, 30)
_EPOCH_1904 = datetime.datetime(1904, 1, 1)
_PHANTOM_DAY = 60
"""Serial 60 is 1900-02-29, a day that never was; Excel keeps it for the sake of Lotus 1-2-3."""
_LAST_SERIAL = 2_958_466


def kind_of_format(number_format_id: int, code: str | None) -> Kind:
    """The kind of a number format; ``code`` is the workbook's own format code of that id, if it has one."""
    if code is None:
        return _BUILT_IN.get(number_format_id, "")
    bare = _LITERAL.sub("", code).split(";")[0]
    if _ELAPSED.search(bare):
        return "duration"
    bare = _BRACKET.sub("", bare).lower()
    half_day = _HALF_DAY.search(bare)
    bare = _HALF_DAY.sub("", bare)
    clock = bool(half_day) or "h" in bare or "s" in bare
    calendar = any(letter in bare for letter in "ydegab")
    if clock:
        return "datetime" if calendar else "time"
    return "date" if calendar or "m" in bare else ""


def from_serial(
    serial: float, kind: Kind, date1904: bool
) -> datetime.datetime | datetime.date | datetime.time | datetime.timedelta | None:
    """A serial by its kind; None where no such day exists (then it stays a number). Rounded to milliseconds."""
    if not math.isfinite(serial) or abs(serial) >= _LAST_SERIAL - (1462 if date1904 else 0):
        return None
    milliseconds = round(serial * _DAY_MS)
    if kind == "duration":
        return datetime.timedelta(milliseconds=milliseconds)
    days, rest = divmod(milliseconds, _DAY_MS)
    if days < 0 or (days == _PHANTOM_DAY and not date1904):
        return None
    if days == 0 and (kind == "time" or not date1904):
        return (datetime.datetime.min + datetime.timedelta(milliseconds=rest)).time()
    if not date1904 and days < _PHANTOM_DAY:
        days += 1
    moment = (_EPOCH_1904 if date1904 else _EPOCH_1900) + datetime.timedelta(days=days, milliseconds=rest)
    return moment.date() if kind == "date" and rest == 0 else moment


def to_serial(value: datetime.datetime | datetime.date | datetime.time | datetime.timedelta, date1904: bool) -> str:
    """The number text of a date, time or duration. Raises ValueError where Excel has no number for it."""
    if isinstance(value, datetime.timedelta):
        return _number(value // datetime.timedelta(milliseconds=1))
    if isinstance(value, datetime.time):
        if value.tzinfo is not None:
            raise ValueError("a time with a time zone has no place in a cell")
        return _number(((value.hour * 60 + value.minute) * 60 + value.second) * 1000 + value.microsecond // 1000)
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            raise ValueError("a date with a time zone has no place in a cell")
        moment = value
    else:
        moment = datetime.datetime(value.year, value.month, value.day)
    since = (moment - (_EPOCH_1904 if date1904 else _EPOCH_1900)) // datetime.timedelta(milliseconds=1)
    if not date1904 and since <= _PHANTOM_DAY * _DAY_MS:
        since -= _DAY_MS
    if since < (0 if date1904 else _DAY_MS):
        raise ValueError("a date before the first day of Excel's calendar")
    return _number(since)


def from_iso(text: str) -> datetime.datetime | datetime.date | datetime.time | None:
    """Value of a cell of type "d" (ISO 8601); None where it is not one."""
    for parse in (datetime.date.fromisoformat, datetime.time.fromisoformat, datetime.datetime.fromisoformat):
        try:
            found: datetime.datetime | datetime.date | datetime.time = parse(text)
        except ValueError:
            continue
        return found.replace(tzinfo=None) if isinstance(found, datetime.datetime | datetime.time) else found
    return None


def _number(milliseconds: int) -> str:
    days, rest = divmod(milliseconds, _DAY_MS)
    return repr(milliseconds / _DAY_MS) if rest else str(days)
