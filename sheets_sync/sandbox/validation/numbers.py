"""Numbers that travel as text."""

import re
from decimal import Decimal

_PLAIN = re.compile(r"-?[0-9]{1,18}(\.[0-9]{1,9})?")


def plain_decimal(text: str) -> Decimal | None:
    """The number, or None for anything but ASCII digits with at most one point: no exponent, no separator."""
    return Decimal(text) if _PLAIN.fullmatch(text) else None


def whole_number(text: str) -> int | None:
    """A whole number of zero or more in ASCII digits, or None."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
