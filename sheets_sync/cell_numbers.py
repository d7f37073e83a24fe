"""Numbers as people type them into cells: 1,980円, ￥２，９８０, 350ｇ, 1.2kg, ▲5."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from decimal import Decimal

LARGEST_EXACT = 10**15
"""From here on a spreadsheet no longer keeps every digit of a number."""

_ONE = Decimal(1)
_COUNTS = dict.fromkeys(
    ("個", "点", "枚", "着", "本", "冊", "箱", "台", "足", "日", "日間", "pcs", "pieces", "days"), _ONE
)
_UNITS: Mapping[str, Mapping[str, Decimal]] = {
    "_g": {"g": _ONE, "グラム": _ONE, "gram": _ONE, "grams": _ONE, "kg": Decimal(1000), "キロ": Decimal(1000)},
    "_cm": {
        "cm": _ONE,
        "センチ": _ONE,
        "センチメートル": _ONE,
        "mm": Decimal("0.1"),
        "ミリ": Decimal("0.1"),
        "m": Decimal(100),
    },
    "price": dict.fromkeys(("円", "円(税込)", "(税込)", "yen", "jpy", "usd", "ドル"), _ONE),
}
_MINUS = str.maketrans({"\u2212": "-", "\u2010": "-", "\u2011": "-", "\u2013": "-", "▲": "-", "△": "-"})
_NUMBER = re.compile(r"([-+]?)[¥$]?([-+]?)(\d{1,3}(?:,\d{3})+|\d+)(\.\d*)?", re.ASCII)


def units_of(column_key: str) -> Mapping[str, Decimal]:
    """Units that may stand behind a number in a column, with what one of them is in the column's own unit."""
    return next((units for ending, units in _UNITS.items() if column_key.endswith(ending)), _COUNTS)


def read_number(text: str, units: Mapping[str, Decimal]) -> Decimal | None:
    """The number that a text means for certain, in the column's unit; None otherwise (`1,98`, `1e5`, `abc`)."""
    folded = unicodedata.normalize("NFKC", text).translate(_MINUS).strip()
    found = _NUMBER.match(folded)
    if not found:
        return None
    sign, inner_sign, digits, decimals = found.groups(default="")
    unit = folded[found.end() :].strip().casefold()
    if (unit and unit not in units) or (sign and inner_sign):
        return None
    return Decimal(f"{sign}{inner_sign}{digits.replace(',', '')}{decimals}") * units.get(unit, _ONE)
