"""How cells look in Excel: one XlsxWriter format per column, heading and colour rule, made once and shared."""

from __future__ import annotations

from typing import Any

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.format import Format  # type: ignore[import-untyped]

from sheets_sync.messages import Language
from sheets_sync.template import Column, Template
from sheets_sync.workbooks.colours import Ink
from sheets_sync.workbooks.looks import FONTS, cell_look, heading_look


def default_font(language: Language) -> dict[str, Any]:
    """Font of the whole workbook."""
    return {"font_name": FONTS[language], "font_size": 10}


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
        return self.make(**heading_look(self._template, column))

    def cells(self, column: Column, *, checkbox: bool = False) -> Format:
        """Cells of a column: number format by kind, a faint tint where she does not write."""
        return self.make(**cell_look(self._template, column), **({"checkbox": True} if checkbox else {}))

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
