"""One cell both ways: what a person or a program left in it becomes a typed value, and a typed value becomes a cell.

Everything here hangs on the kind of the column (template.py). What is certain is mended (full-width digits, thousands
separators, blanks around a text, units); what is not becomes a `CellFault`, never a guess and never a silent blank.
"""

from __future__ import annotations

import datetime as dt
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache, partial
from typing import TypeAlias

from sheets_sync.cell_dates import read_date, read_moment
from sheets_sync.cell_numbers import LARGEST_EXACT, read_number, units_of
from sheets_sync.messages import Language
from sheets_sync.rows.typed import CLEAR, Clear, Typed
from sheets_sync.tables import CellError, CellValue
from sheets_sync.template import Column, Kind, Owner, Template, fold

READ_LENGTH = 40
"""So much of what was read is repeated in a message."""

NOTES = frozenset({"person", "memo"})
"""Columns for the merchandiser's own words: never sent, so nothing in them can be wrong."""

CLEAR_WORDS: Mapping[Language, str] = {"ja": "{{空}}", "en": "{{clear}}"}

_CLEAR_FOLDED = frozenset(fold(word) for word in CLEAR_WORDS.values())
_BRACES = "{｛"
_DATED = frozenset({Kind.DATE, Kind.DATETIME})
_NUMBERS = frozenset({Kind.INTEGER, Kind.MONEY})
_UNCLEARABLE = frozenset({Kind.FLAG, Kind.CHOICE, Kind.MONEY, Kind.CATEGORY})
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_OUTER = " \t\r\n\f\v\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\u200b\u2060\ufeff"
_TRIM = re.compile(f"^[{_OUTER}]+|[{_OUTER}]+$")
_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys((0x200B, 0x2060, 0xFEFF))
_POWER_OF_TEN = re.compile(r"\d(\.\d+)?[eE]\+\d+")
_NEXT_ADDRESS = re.compile(r"[\s,、;|]\s*(https?:)?//")
_ROUNDED_UP = "package_"


@dataclass(frozen=True, slots=True)
class CellFault:
    """Why a cell cannot be used: a message code with its places (what was read, what would be right)."""

    code: str
    params: Mapping[str, object] = field(default_factory=dict)


CellParser: TypeAlias = Callable[[CellValue], Typed | CellFault]
_Scalar: TypeAlias = bool | int | float | str | dt.date
_Reader: TypeAlias = Callable[[_Scalar], Typed | CellFault]


def cell_parser(column: Column, template: Template) -> CellParser:
    """The function that reads cells of `column`: flag → bool, choice → id, integer → int (package sizes and weights are
    rounded up to whole centimetres and grams), money → Decimal, dates, everything else text; None when blank.
    """
    readers: Mapping[Kind, _Reader] = {
        Kind.ID: partial(_id, column.owner is Owner.KEY),
        Kind.INTEGER: partial(_integer, column, units_of(column.key)),
        Kind.MONEY: partial(_money, units_of(column.key)),
        Kind.FLAG: partial(_flag, template),
        Kind.CHOICE: lru_cache(maxsize=1024, typed=True)(partial(_choice, template, column.choices)),
        Kind.DATE: partial(_dated, "cell_not_date", read_date),
        Kind.DATETIME: partial(_dated, "cell_not_moment", read_moment),
        Kind.IMAGE: _image,
    }
    return _note if column.key in NOTES else partial(_cell, column, readers.get(column.kind, _text))


def render_cell(column: Column, value: Typed, template: Template, language: Language) -> CellValue:
    """The cell that shows `value`, as `cell_parser` reads it. Ids stay text, whole prices become whole numbers."""
    if isinstance(value, Clear):
        return CLEAR_WORDS[language]
    if isinstance(value, str) and column.kind is Kind.CHOICE:
        return template.choice_label(column.choices, value, language)
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return value


def shortened(value: object) -> str:
    """What was read, on one line and short enough for a message."""
    words = " ".join(shown(value).split())
    return words if len(words) <= READ_LENGTH else f"{words[: READ_LENGTH - 1]}…"


def shown(value: object) -> str:
    """A cell's value about as a spreadsheet shows it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < LARGEST_EXACT else f"{value:.15g}".upper()
    if isinstance(value, dt.datetime):
        return f"{value:%Y/%m/%d}" if value.time() == dt.time() else f"{value:%Y/%m/%d %H:%M}"
    if isinstance(value, dt.date):
        return f"{value:%Y/%m/%d}"
    return str(value)


def clearable(column: Column) -> bool:
    """Whether `{{空}}` means something in this column: an editor's, not required, and its field can be empty."""
    sent = column.owner is Owner.EDITOR and column.key not in NOTES
    return sent and not column.required and column.kind not in _UNCLEARABLE


# ---------------------------------------------------------------- what every cell goes through first


def _cell(column: Column, read: _Reader, value: CellValue) -> Typed | CellFault:
    if type(value) is str:
        text = trimmed(value)
        if not text:
            return None
        return _clear(column, text) if text[0] in _BRACES and is_clear(text) else read(text)
    if value is None:
        return None
    if isinstance(value, bool | int | float) or (isinstance(value, dt.date) and column.kind in _DATED):
        return read(value)
    return _unusable(column, value)


def _clear(column: Column, text: str) -> Clear | CellFault:
    return CLEAR if clearable(column) else CellFault("cell_not_clearable", {"read": text})


def _unusable(column: Column, value: CellValue) -> CellFault:
    """Why a cell that is an error, a date or a time cannot stand in this column."""
    if isinstance(value, CellError):
        if value == "=":
            return CellFault("cell_formula_unread")
        picture = column.kind is Kind.IMAGE and value == "#VALUE!"
        return CellFault("cell_picture" if picture else "cell_error", {"read": str(value)})
    if isinstance(value, dt.date) and column.kind in _NUMBERS:
        return CellFault("cell_number_is_date", {"read": shown(value)})
    if isinstance(value, dt.date):
        return CellFault("cell_is_date", {"read": shown(value), "month": value.month, "day": value.day})
    return CellFault("cell_is_time", {"read": shown(value)})


# ---------------------------------------------------------------- one reader per kind


def _text(value: _Scalar) -> Typed | CellFault:
    if isinstance(value, int | float) and not abs(value) < LARGEST_EXACT:
        return CellFault("cell_mangled", {"read": shown(value)})
    return value if isinstance(value, str) else shown(value)


def _image(value: _Scalar) -> Typed | CellFault:
    text = shown(value)
    several = "\n" in text or _NEXT_ADDRESS.search(text)
    return CellFault("cell_several_images", {"read": shortened(text)}) if several else text


def _id(is_key: bool, value: _Scalar) -> Typed | CellFault:
    if isinstance(value, float) and not value.is_integer():
        return CellFault("cell_mangled", {"read": shown(value)})
    if not isinstance(value, str):
        return _text(value)
    # Keys are the source's own: never mended, or their row would not be found again.
    text = value if is_key or value.isascii() else value.translate(_FULL_WIDTH)
    mangled = "+" in text and _POWER_OF_TEN.fullmatch(text)
    return CellFault("cell_mangled", {"read": shortened(text)}) if mangled else text


def _integer(column: Column, units: Mapping[str, Decimal], value: _Scalar) -> Typed | CellFault:
    number = _number(units, value)
    if isinstance(number, CellFault):
        return number
    whole = math.ceil(number)
    if number != whole and not column.key.startswith(_ROUNDED_UP):
        return CellFault("cell_not_whole", {"read": shortened(value)})
    if whole < 0 and (column.minimum or 0) >= 0 and column.owner is Owner.EDITOR:
        return CellFault("cell_negative", {"read": shortened(value)})
    return whole


def _money(units: Mapping[str, Decimal], value: _Scalar) -> Typed | CellFault:
    number = _number(units, value)
    if isinstance(number, CellFault):
        return number
    return CellFault("cell_negative", {"read": shortened(value)}) if number < 0 else plain(Decimal(number))


def _number(units: Mapping[str, Decimal], value: _Scalar) -> int | Decimal | CellFault:
    number: int | Decimal | None = None
    if type(value) is int:
        number = value
    elif isinstance(value, float) and math.isfinite(value):
        number = Decimal(f"{value:.15g}")  # fifteen digits are what a spreadsheet keeps: 19.990000000000002 is 19.99
    elif isinstance(value, str):
        number = read_number(value, units)
    if number is None:
        return CellFault("cell_not_number", {"read": shortened(value)})
    exact = -LARGEST_EXACT < number < LARGEST_EXACT
    return number if exact else CellFault("cell_too_large", {"read": shortened(value)})


def _flag(template: Template, value: _Scalar) -> Typed | CellFault:
    if isinstance(value, bool):
        return value
    found = template.choice_id("flag", shown(value))
    return CellFault("cell_not_flag", {"read": shortened(value)}) if found is None else found == "true"


def _choice(template: Template, choices: str, value: _Scalar) -> Typed | CellFault:
    if (found := template.choice_id(choices, shown(value))) is not None:
        return found
    entries = template.choices[choices]
    offered = {f"choices_{language}": " / ".join(e.label(language) for e in entries) for language in CLEAR_WORDS}
    return CellFault("cell_unknown_choice", {"read": shortened(value), **offered})


def _dated(wrong: str, read: Callable[[_Scalar], dt.date | dt.datetime | None], value: _Scalar) -> Typed | CellFault:
    found = read(value)
    return CellFault(wrong, {"read": shortened(value)}) if found is None else found


def _note(value: CellValue) -> Typed | CellFault:
    return None if value is None or isinstance(value, CellError) else trimmed(shown(value)) or None


# ---------------------------------------------------------------- what the kinds share


def trimmed(text: str) -> str:
    """Text without blanks around it (no-break, full-width and zero-width ones too), without control characters that no
    cell can show, its line breaks `\\n`.
    """
    text = text.strip()
    if text.isprintable() or text.replace("\n", "").replace("\u3000", "").isprintable():
        return text  # nearly all texts: nothing invisible in them but line breaks and full-width blanks
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _TRIM.sub("", _CONTROL.sub("", text))


def is_clear(text: str) -> bool:
    """Whether a cell says `{{空}}` or `{{clear}}`."""
    return len(text) < 16 and fold(text) in _CLEAR_FOLDED


def plain(number: Decimal) -> Decimal:
    """The same number in its plainest form: 2980.0 and 2.98E+3 are 2980, 12.50 is 12.5."""
    return Decimal(int(number)) if number == number.to_integral_value() else number.normalize()
