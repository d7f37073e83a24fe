"""How cells look in Google Sheets: the looks that both kinds of workbook share, in the words of its API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_sync.workbooks.colours import Ink
from sheets_sync.workbooks.looks import Look

Format = dict[str, Any]
FIELDS = (
    "userEnteredFormat(numberFormat,backgroundColorStyle,horizontalAlignment,verticalAlignment,wrapStrategy,textFormat)"
)
_FLOWS = {"center": "CENTER", "left": "LEFT"}
_HEIGHTS = {"top": "TOP", "vcenter": "MIDDLE"}
_PIXELS = 7
_MARGIN = 8


def colour(rrggbb: str) -> dict[str, Any]:
    """A colour as the API wants it: shares of red, green and blue."""
    names = ("red", "green", "blue")
    return {"rgbColor": {name: int(rrggbb[2 * i : 2 * i + 2], 16) / 255 for i, name in enumerate(names)}}


def cell_format(look: Look) -> Format:
    """The format of a cell. Long texts are cut off at the cell's edge instead of lying over their neighbours."""
    found: Format = {"wrapStrategy": "WRAP" if look.get("text_wrap") else "CLIP"}
    if number := _number_format(look.get("num_format", "")):
        found["numberFormat"] = number
    if fill := look.get("bg_color"):
        found["backgroundColorStyle"] = colour(fill)
    if flow := _FLOWS.get(look.get("align", "")):
        found["horizontalAlignment"] = flow
    if height := _HEIGHTS.get(look.get("valign", "")):
        found["verticalAlignment"] = height
    if text := _text_format(look):
        found["textFormat"] = text
    return found


def ink_format(ink: Ink) -> Format:
    """What a colour rule lays over a cell."""
    found: Format = {"backgroundColorStyle": colour(ink.fill)} if ink.fill else {}
    look = {"font_color": ink.text, "bold": ink.bold, "strikethrough": ink.strike}
    return found | ({"textFormat": text} if (text := _text_format(look)) else {})


def pixels(width: float) -> int:
    """Width of a column in pixels, from characters."""
    return round(width * _PIXELS) + _MARGIN


def _text_format(look: Mapping[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {name: True for name in ("bold", "strikethrough") if look.get(name)}
    if text := look.get("font_color"):
        found["foregroundColorStyle"] = colour(text)
    if size := look.get("font_size"):
        found["fontSize"] = size
    return found


def _number_format(code: str) -> dict[str, str] | None:
    if code in ("", "General"):
        return None
    if code == "@":
        return {"type": "TEXT"}
    if code.startswith("yyyy"):
        return {"type": "DATE_TIME" if "hh" in code else "DATE", "pattern": code}
    return {"type": "NUMBER", "pattern": code}
