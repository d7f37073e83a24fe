"""How cells look: one XlsxWriter format per column, heading and colour rule, made once and shared."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]

from sheets_sync.messages import Language
from sheets_sync.template import Column, Kind, Owner, Template
from sheets_sync.workbooks.colours import Ink

_FONTS: dict[Language, str] = {"ja": "Yu Gothic", "en": "Calibri"}
_TYPED_AS_TEXT = frozenset({Kind.ID, Kind.TEXT, Kind.LINES, Kind.CATEGORY, Kind.BRAND, Kind.IMAGE})
_CENTRED = frozenset({Kind.FLAG, Kind.CHOICE, Kind.DATE, Kind.DATETIME})
_LONG = frozenset({Kind.LINES, Kind.HTML})
_NUMBERS = frozenset({Kind.INTEGER, Kind.MONEY})
_GRID = "D9D9D9"
_ERROR_TEXT = "9C0006"


def default_font(language: Language) -> dict[str, Any]:
    """Font of the whole workbook."""
    return {"font_name": _FONTS[language], "font_size": 10}


class Styles:
    """The formats of one workbook under construction."""

    def __init__(self, book: Workbook, template: Template) -> None:
        self._book = book
        self._template = template
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def make(self, **properties: Any) -> Format:
        """A format with these properties, the same object for the same properties."""
        key = tuple(sorted(properties.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(properties)
        return self._made[key]

    def heading(self, column: Column) -> Format:
        """Heading cell in its owner's colour."""
        style = self._template.owners[column.owner]
        return self.make(
            bold=True, text_wrap=True, align="center", valign="vcenter", border=1, border_color="FFFFFF",
            bg_color=style.colour, font_color=style.text,
        )  # fmt: skip

    def cells(self, column: Column, *, checkbox: bool = False) -> Format:
        """Cells of a column: number format by kind, a faint tint where she does not write."""
        look: dict[str, Any] = {"num_format": self._number_format(column), "border": 1, "border_color": _GRID}
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
            look["bg_color"] = _tint(self._template.owners[column.owner].colour)
        return self.make(**look, **({"checkbox": True} if checkbox else {}))

    def ink(self, ink: Ink) -> Format:
        """What a colour rule lays over a cell."""
        look: dict[str, Any] = {}
        if ink.fill:
            look["bg_color"] = ink.fill
        if ink.text:
            look["font_color"] = ink.text
        if ink.bold:
            look["bold"] = True
        if ink.strike:
            look["font_strikeout"] = True
        return self.make(**look)

    def _number_format(self, column: Column) -> str:
        match column.kind:
            case Kind.MONEY:
                decimals = self._template.price_decimals
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
