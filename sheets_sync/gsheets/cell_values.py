"""What a cell holds, in Python types, and how Google spells it (Google, Sheets API, `ExtendedValue`).

Dates are numbers to Google: days since 1899-12-30, time as fraction, no zone (Google, "Date and time values").
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from sheets_sync.tables import CellError, CellValue

MAX_TEXT = 50_000
"""Longest text of a cell, counted in UTF-16 as JavaScript does."""
_EPOCH = dt.datetime(1899, 12, 30)
_DAY = dt.timedelta(days=1)
_MOST_DAYS = 2_958_466
_ERRORS = {
    "ERROR": "#ERROR!", "NULL_VALUE": "#NULL!", "DIVIDE_BY_ZERO": "#DIV/0!", "VALUE": "#VALUE!", "REF": "#REF!",
    "NAME": "#NAME?", "NUM": "#NUM!", "N_A": "#N/A", "LOADING": "=",
}  # fmt: skip
_ERROR_TEXTS = {text: CellError(text) for text in _ERRORS.values() if text != "="} | {"Loading...": CellError("=")}
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False).encode


class Formula(str):
    """A formula as it was entered, with its `=`."""

    __slots__ = ()


Entered: TypeAlias = str | int | float | bool | Formula | CellError | None
"""Contents of a cell without regard to its number format; None is blank."""


def same(one: Entered, other: Entered) -> bool:
    """Whether two cells hold the same: TRUE is not 1, and a formula is not its text. Google gives a formula back with
    the commas or semicolons of the spreadsheet's locale.
    """
    if isinstance(one, Formula) and isinstance(other, Formula):
        return one.replace(";", ",") == other.replace(";", ",")
    return one == other and (type(one) is type(other) or (_is_number(one) and _is_number(other)))


def _is_number(value: Entered) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def entered(value: CellValue) -> Entered:  # noqa: PLR0911  one line a kind
    """What a value of ours is in a cell of Google's: moments become serials, blank texts nothing."""
    match value:
        case None | "":
            return None
        case dt.timedelta():
            return _plain(value / _DAY)
        case dt.datetime():
            return _plain((value.replace(tzinfo=None) - _EPOCH) / _DAY)
        case dt.date():
            return (dt.datetime(value.year, value.month, value.day) - _EPOCH).days
        case dt.time():
            return _plain(dt.timedelta(hours=value.hour, minutes=value.minute, seconds=value.second) / _DAY)
        case CellError():
            return str(value)
        case _:
            return value


def cell_json(value: Entered) -> str:
    """A cell as JSON with nothing but its value; `{}` empties it where the mask names the value."""
    return '{"userEnteredValue":' + value_json(value) + "}" if value is not None else "{}"


def value_json(value: Entered) -> str:
    """An `ExtendedValue` as JSON. A text is a text whatever it begins with: only a `Formula` becomes one."""
    if isinstance(value, Formula):
        return '{"formulaValue":' + _encode(str(value)) + "}"
    if isinstance(value, str):
        return '{"stringValue":' + _encode(str(value)) + "}"
    if isinstance(value, bool):
        return '{"boolValue":true}' if value else '{"boolValue":false}'
    return '{"numberValue":' + _encode(value) + "}"


def from_extended(value: Mapping[str, Any] | None) -> Entered:
    """A value as Google spells it in grid data."""
    if not value:
        return None
    ((name, item),) = value.items()
    match name:
        case "formulaValue":
            return Formula(item)
        case "numberValue":
            return _plain(float(item))
        case "errorValue":
            return CellError(_ERRORS.get(str(item.get("type")), "#ERROR!"))
        case _:
            return item if item != "" else None


def from_rendered(value: object) -> CellValue:
    """A value of an unformatted reading: error cells come as their text."""
    if isinstance(value, str):
        return _ERROR_TEXTS.get(value, value)
    if isinstance(value, float):
        return _plain(value)
    return value if isinstance(value, int) else None


def moment(value: CellValue, *, with_time: bool) -> CellValue:
    """A number in a column of dates as the day or moment that it stands for; anything else as it is."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value < _MOST_DAYS:
        return value
    at = _EPOCH + dt.timedelta(seconds=round(value * 86_400, 3))
    whole = float(value).is_integer()
    return at.date() if whole and not with_time else at


def _plain(number: float) -> int | float:
    return int(number) if number.is_integer() and abs(number) < 1e15 else number
