"""Reads single values as carts and spreadsheet programs write them. Pure: text in, value out.

Mended silently where it is certain: full-width digits, the marks by which spreadsheets keep text, `.0` after a whole
number. What a spreadsheet destroyed for good (4.90E+12, a code turned into a day) is never guessed.
"""

import re
import unicodedata
from decimal import Decimal
from functools import lru_cache
from typing import Final

_DIGITS: Final = 15
_NUMBER: Final = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d{1,15})(?:\.\d{0,9})?|[+-]?\.\d{1,9}", re.ASCII)
_SCIENTIFIC: Final = re.compile(r"\d(?:\.\d+)?E\+\d{1,3}", re.ASCII | re.IGNORECASE)
_DAY: Final = re.compile(r"\d{1,2}月\d{1,2}日", re.ASCII)  # 1-2, as Excel takes it in Japan
_WHOLE_AS_FLOAT: Final = re.compile(r"(\d{6,})\.0", re.ASCII)
_YEN: Final = "¥\\"  # NFKC turns ￥ into ¥; a backslash is how CP932 shows the yen sign


class UnreadableError(ValueError):
    """The text is no value of its kind. `read` is what stood there."""

    def __init__(self, read: str) -> None:
        super().__init__(read)
        self.read = read


def plain(text: str) -> str:
    """Text without surrounding blanks and without what keeps it text in a spreadsheet: a leading apostrophe, `="…"`."""
    text = text.strip()
    mark = text[:1]
    if mark == "=" and text[1:2] == '"' == text[-1] and len(text) > 2:
        return text[2:-1].strip()
    return text[1:].strip() if mark == "'" else text


def number(text: str) -> Decimal | None:
    """A number, None for a blank cell. Thousands separators have to stand where they belong. Raises UnreadableError."""
    if text.isdecimal() and text.isascii() and len(text) <= _DIGITS:  # nearly all of them
        return Decimal(text)
    return _number(text)


def price(text: str) -> Decimal | None:
    """A price without its currency mark: "2,980.00", "¥2980" and "２９８０円" are 2980.

    Raises UnreadableError, also below 0.
    """
    if text.isdecimal() and text.isascii() and len(text) <= _DIGITS:  # nearly all of them
        return Decimal(text)
    return _price(text)


def whole(text: str) -> int | None:
    """A whole number, None for a blank cell. Raises UnreadableError."""
    value = number(text)
    if value is not None and value != value.to_integral_value():
        raise UnreadableError(text.strip())
    return None if value is None else int(value)


def is_mangled(code: str) -> bool:
    """Whether a spreadsheet made 3.65E+11 or 1月2日 of an article code: different ones may be the same text now."""
    if code.isascii() and "+" not in code:  # nearly all of them
        return False
    folded = _folded(code)
    return bool(_SCIENTIFIC.fullmatch(folded) or _DAY.fullmatch(folded))


def code(text: str) -> str:
    """An article code as text.

    Raises UnreadableError when a spreadsheet turned it into 3.65E+11 or 1月2日: what it was is lost.
    """
    if is_mangled(text):
        raise UnreadableError(text.strip())
    return plain(text)


def barcode(text: str) -> str:
    """A barcode as text with half-width digits and its leading zeros. Raises UnreadableError like `code`."""
    if text.isdecimal() and text.isascii():  # nearly all of them
        return text
    digits = _folded(code(text))
    as_float = _WHOLE_AS_FLOAT.fullmatch(digits)
    return as_float[1] if as_float else digits


@lru_cache(maxsize=4096)
def _number(text: str) -> Decimal | None:
    folded = _folded(text)
    if not folded:
        return None
    if not _NUMBER.fullmatch(folded):
        raise UnreadableError(text.strip())
    value = Decimal(folded.replace(",", ""))
    integral = value.to_integral_value()
    return integral if value == integral else value


@lru_cache(maxsize=4096)
def _price(text: str) -> Decimal | None:
    marked = _folded(text)
    bare = marked.lstrip(_YEN).removesuffix("円").strip()
    if bool(bare) != bool(marked) or "-" in bare:
        raise UnreadableError(text.strip())
    try:
        return number(bare)
    except UnreadableError:
        raise UnreadableError(text.strip()) from None


def _folded(text: str) -> str:
    if text.isascii():
        return plain(text)
    return unicodedata.normalize("NFKC", plain(text)).strip().replace("−", "-")
