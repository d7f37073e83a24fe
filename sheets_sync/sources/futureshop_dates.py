"""Moments as futureshop's files write them, as ISO 8601 text with Japan's time zone."""

import datetime as dt
import re
import unicodedata

from sheets_sync.sources.cart_values import UnreadableError

_DIGITS = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MOMENT = re.compile(r"(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})(?:[ T]+(\d{1,2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?)?")
_JAPAN = dt.timezone(dt.timedelta(hours=9))


def japan_time(text: str) -> str:
    """2026/12/01 10:00 is 2026-12-01T10:00:00+09:00, a day without time stays a day, a blank cell "".

    Raises UnreadableError.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if not plain:
        return ""
    found = _MOMENT.fullmatch(_DIGITS.sub(r"\1/\2/\3", plain, count=1))
    if not found:
        raise UnreadableError(text)
    year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
    try:
        moment = dt.datetime(year, month, day, hour, minute, second, tzinfo=_JAPAN)
    except ValueError:
        raise UnreadableError(text) from None
    return moment.isoformat() if found[4] else moment.date().isoformat()
