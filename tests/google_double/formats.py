"""How values are shown: number formats and their patterns, as far as a Japanese or an American sheet uses them."""

import datetime as dt
import re
from typing import Any

from .grid import Look, Value
from .values import ErrorValue, effective

EPOCH = dt.datetime(1899, 12, 30)
DATES = {"DATE", "TIME", "DATE_TIME"}
_DEFAULTS = {
    "ja": {"DATE": "yyyy/mm/dd", "TIME": "h:mm:ss", "DATE_TIME": "yyyy/mm/dd h:mm:ss", "CURRENCY": "¥#,##0"},
    "en": {"DATE": "m/d/yyyy", "TIME": "h:mm:ss am/pm", "DATE_TIME": "m/d/yyyy h:mm:ss", "CURRENCY": "$#,##0.00"},
}
_OTHERS = {"NUMBER": "#,##0.00", "PERCENT": "0.00%", "SCIENTIFIC": "0.00E+00"}
_DATE_PART = re.compile(r"yyyy|yy|mmmm|mmm|mm|m|dd|d|hh|h|ss|s|am/pm|\"[^\"]*\"|.", re.IGNORECASE | re.DOTALL)


def number_format(look: Look | None) -> dict[str, Any]:
    return ((look or {}).get("userEnteredFormat") or {}).get("numberFormat") or {}


def is_date(look: Look | None) -> bool:
    return number_format(look).get("type") in DATES


def shown(value: Value, look: Look | None, locale: str) -> str:
    """The text that a person sees."""
    found = effective(value)
    if found is None:
        return ""
    if isinstance(found, ErrorValue):
        return found.text
    if isinstance(found, bool):
        return "TRUE" if found else "FALSE"
    if isinstance(found, str):
        return found
    form = number_format(look)
    kind = form.get("type", "")
    pattern = form.get("pattern") or _DEFAULTS.get(locale[:2], _DEFAULTS["en"]).get(kind) or _OTHERS.get(kind, "")
    if kind in DATES:
        return _date(float(found), pattern)
    if not pattern or kind == "TEXT" or pattern == "@":
        return general(found)
    return _number(float(found), pattern)


def general(value: float) -> str:
    """A number without a format: up to 15 digits, an exponent beyond."""
    if value == 0:
        return "0"
    if abs(value) >= 1e15 or abs(value) < 1e-9:
        mantissa, exponent = f"{value:.5E}".split("E")
        mantissa = mantissa.rstrip("0").rstrip(".")
        return f"{mantissa}E{exponent}"
    if float(value).is_integer():
        return str(int(value))
    return f"{value:.10f}".rstrip("0").rstrip(".")


def serial(moment: dt.datetime) -> float:
    return (moment - EPOCH).total_seconds() / 86400


def _number(value: float, pattern: str) -> str:
    pattern = pattern.split(";", maxsplit=1)[0]
    found = re.search(r"[#0?,]*[#0?](\.[0#?]+)?(E\+0+)?", pattern)
    if found is None:
        return pattern.replace('"', "")
    body = found[0]
    if "%" in pattern:
        value *= 100
    decimals = len(found[1]) - 1 if found[1] else 0
    optional = len(found[1]) - len(found[1].rstrip("#")) if found[1] else 0
    if found[2]:
        text = f"{value:.{decimals}E}"
    else:
        text = f"{value:{',' if ',' in body else ''}.{decimals}f}"
        for _ in range(optional):
            text = text[:-1] if text.endswith("0") else text
        text = text.rstrip(".")
        least = body.split(".")[0].count("0")
        sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text)
        text = sign + digits.rjust(len(digits) + max(0, least - len(digits.split(".")[0])), "0")
    before, after = pattern[: found.start()].replace('"', ""), pattern[found.end() :].replace('"', "")
    return f"-{before}{text[1:]}{after}" if text.startswith("-") else f"{before}{text}{after}"


def _date(value: float, pattern: str) -> str:
    moment = EPOCH + dt.timedelta(seconds=round(value * 86400))
    out = ""
    in_time = False
    for part in _DATE_PART.findall(pattern):
        low = part.lower()
        if low[0] in "hs":
            in_time = True
        elif low[0] in "yd":
            in_time = False
        out += _date_part(low, part, moment, minutes=in_time, twelve="am/pm" in pattern.lower())
    return out


def _date_part(low: str, part: str, moment: dt.datetime, *, minutes: bool, twelve: bool) -> str:
    hour = (moment.hour % 12 or 12) if twelve else moment.hour
    numbers = {
        "yyyy": f"{moment.year:04}", "yy": f"{moment.year % 100:02}",
        "mmmm": f"{moment:%B}", "mmm": f"{moment:%b}",
        "mm": f"{moment.minute if minutes else moment.month:02}", "m": str(moment.minute if minutes else moment.month),
        "dd": f"{moment.day:02}", "d": str(moment.day), "hh": f"{hour:02}", "h": str(hour),
        "ss": f"{moment.second:02}", "s": str(moment.second), "am/pm": "AM" if moment.hour < 12 else "PM",
    }  # fmt: skip
    return numbers.get(low, part.strip('"') or part)
