"""How tabs, headings and cells look, as plain values in the words that XlsxWriter uses for formats.

Both kinds of workbook are dressed by it: `styles.py` makes formats of Excel's of them, `google_looks.py` Google's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.template import Column, Kind, Owner, Template

Look = dict[str, Any]

FONTS: Mapping[Language, str] = {"ja": "Yu Gothic", "en": "Calibri"}
TAB_ORDER = (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES, Tab.DEFAULTS, Tab.GUIDE, Tab.HISTORY)
TAB_COLOURS: Mapping[Tab, str] = {
    Tab.PRODUCTS: "FFC000",
    Tab.SKUS: "FFC000",
    Tab.ATTRIBUTES: "FFD966",
    Tab.DEFAULTS: "FFD966",
    Tab.GUIDE: "5B9BD5",
    Tab.HISTORY: "A9D08E",
}
FROZEN: Mapping[Tab, str] = {
    Tab.PRODUCTS: "cart_title",
    Tab.SKUS: "product_title",
    Tab.ATTRIBUTES: "product_title",
    Tab.DEFAULTS: "match_value",
    Tab.HISTORY: "run_id",
}
"""The last column that stays in sight while scrolling."""

_TYPED_AS_TEXT = frozenset({Kind.ID, Kind.TEXT, Kind.LINES, Kind.CATEGORY, Kind.BRAND, Kind.IMAGE})
_CENTRED = frozenset({Kind.FLAG, Kind.CHOICE, Kind.DATE, Kind.DATETIME})
_LONG = frozenset({Kind.LINES, Kind.HTML})
_NUMBERS = frozenset({Kind.INTEGER, Kind.MONEY})
_GRID = "D9D9D9"
_ERROR_TEXT = "9C0006"


def heading_look(template: Template, column: Column) -> Look:
    """Heading cell in its owner's colour."""
    style = template.owners[column.owner]
    return {
        "bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1,
        "border_color": "FFFFFF", "bg_color": style.colour, "font_color": style.text,
    }  # fmt: skip


def cell_look(template: Template, column: Column) -> Look:
    """Cells of a column: number format by kind, a faint tint where she does not write."""
    look: Look = {"num_format": number_format(template, column), "border": 1, "border_color": _GRID}
    look["valign"] = "top" if column.kind in _LONG else "vcenter"
    if column.kind in _CENTRED:
        look["align"] = "center"
    elif column.kind not in _NUMBERS:
        look |= {"align": "left", "indent": 1}
    if column.kind is Kind.LINES:
        look["text_wrap"] = True
    if column.key.endswith("errors"):
        look["font_color"] = _ERROR_TEXT
    if column.owner is Owner.EDITOR:
        look["locked"] = False
    else:
        look["bg_color"] = _tint(template.owners[column.owner].colour)
    return look


def number_format(template: Template, column: Column) -> str:
    """Number format of a column's cells, in Excel's words."""
    match column.kind:
        case Kind.MONEY:
            decimals = template.price_decimals
            return "#,##0." + "0" * decimals if decimals else "#,##0"
        case Kind.INTEGER:
            return "#,##0"
        case Kind.DATE:
            return "yyyy-mm-dd"
        case Kind.DATETIME:
            return "yyyy-mm-dd hh:mm"
        case kind if kind in _TYPED_AS_TEXT and (column.owner is not Owner.RESULT or kind is Kind.ID):
            return "@"  # what is typed stays as typed: 00123, 1-2, 3/4, =1+1
        case _:
            return "General"


def _tint(colour: str, share: float = 0.12) -> str:
    """The colour thinned with white."""
    channels = (int(colour[i : i + 2], 16) for i in (0, 2, 4))
    return "".join(f"{round(255 - (255 - channel) * share):02X}" for channel in channels)
