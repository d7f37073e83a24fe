"""What becomes of text that is typed into a cell (USER_ENTERED), which is what people do: 0012 turns into 12."""

import datetime as dt
import re
from typing import Any

from .formats import number_format, serial
from .grid import Formula, Look, Row, Value
from .values import check_text, number

_NUMBER = re.compile(r"-?(\d+|\d{1,3}(,\d{3})+)?(\.\d*)?([eE][+-]?\d+)?")
_TIME = r"(\d{1,2}):(\d{2})(?::(\d{2}))?"
_YEAR_FIRST = re.compile(rf"(\d{{4}})[-/.年](\d{{1,2}})[-/.月](\d{{1,2}})日?(?:[ T]+{_TIME})?")
_MONTH_FIRST = re.compile(rf"(\d{{1,2}})[-/](\d{{1,2}})(?:[-/](\d{{4}}))?(?:[ ]+{_TIME})?")
_ONLY_TIME = re.compile(_TIME)
_CURRENCY = re.compile(r"(-?)[¥￥$](-?[\d,]+(?:\.\d+)?)")


def typed(text: str, look: Look | None, locale: str, year: int) -> tuple[Value, dict[str, Any] | None]:
    """The value, and the number format that comes with it by itself, if any. Cells formatted as text keep the text."""
    check_text(text)
    if not text:
        return None, None
    if number_format(look).get("type") == "TEXT":
        return text, None
    if text.startswith("'"):
        return text[1:] or None, None
    if len(text) > 1 and text[0] in "=+":
        return Formula(text if text[0] == "=" else "=" + text), None
    bare = text.strip()
    if bare.upper() in ("TRUE", "FALSE"):
        return bare.upper() == "TRUE", None
    return _number(bare) or _date(bare, locale, year) or (text, None)


def enter(row: Row, column: int, text: str, locale: str, year: int) -> None:
    """Types into a cell, with what that does to its format."""
    look = row.look(column)
    value, form = typed(text, look, locale, year)
    if form and not number_format(look):
        base = dict(look or {})
        base["userEnteredFormat"] = base.get("userEnteredFormat", {}) | {"numberFormat": form}
        row.set_look(column, base)
    row.set_value(column, value)


def _number(text: str) -> tuple[Value, dict[str, Any] | None] | None:
    if found := _CURRENCY.fullmatch(text):
        pattern = "¥#,##0" if text.lstrip("-")[0] in "¥￥" else "$#,##0.00"
        return number(float(found[1] + found[2].replace(",", ""))), {"type": "CURRENCY", "pattern": pattern}
    percent = text.endswith("%")
    body = text[:-1] if percent else text
    found = _NUMBER.fullmatch(body)
    if found is None or not (found[1] or (found[2] and len(found[2]) > 1)):
        return None
    value = float(body.replace(",", ""))
    if percent:
        decimals = len(found[2]) - 1 if found[2] else 0
        return number(value / 100), {"type": "PERCENT", "pattern": "0.00%" if decimals else "0%"}
    if found[4]:
        return number(value), {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if "," in body:
        return number(value), {"type": "NUMBER", "pattern": "#,##0.00" if found[3] else "#,##0"}
    return number(value), None


def _date(text: str, locale: str, year: int) -> tuple[Value, dict[str, Any] | None] | None:
    if found := _ONLY_TIME.fullmatch(text):
        hour, minute, second = (int(part or 0) for part in found.groups())
        if minute < 60 and second < 60:
            return (hour * 3600 + minute * 60 + second) / 86400, {"type": "TIME", "pattern": "h:mm:ss"}
        return None
    if found := _YEAR_FIRST.fullmatch(text):
        day = (int(found[1]), int(found[2]), int(found[3]))
        pattern = "yyyy-mm-dd" if "-" in text.split(maxsplit=1)[0] else "yyyy/mm/dd"
    elif found := _MONTH_FIRST.fullmatch(text):
        day = (int(found[3] or year), int(found[1]), int(found[2]))
        pattern = "yyyy/mm/dd" if locale.startswith("ja") else "m/d/yyyy"
    else:
        return None
    hour, minute, second = (int(part or 0) for part in found.groups()[3:])
    try:
        moment = dt.datetime(*day, hour, minute, second)
    except ValueError:
        return None
    has_time = found[4] is not None
    form = {"type": "DATE_TIME", "pattern": f"{pattern} h:mm:ss"} if has_time else {"type": "DATE", "pattern": pattern}
    return number(serial(moment)), form
