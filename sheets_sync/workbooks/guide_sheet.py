"""Lays the rows of the guide out on its sheet."""

from __future__ import annotations

from xlsxwriter.format import Format  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from sheets_sync.messages import Language
from sheets_sync.template import Template
from sheets_sync.workbooks.colours import swatch_ink
from sheets_sync.workbooks.guide import GuideRow, Look, guide_rows
from sheets_sync.workbooks.shown_columns import text_width
from sheets_sync.workbooks.styles import Styles

_WIDTHS = (34, 30, 104)
_LINE = 17
_HEIGHTS = {Look.TITLE: 34, Look.SECTION: 26, Look.HEAD: 20, Look.GAP: 12}
_NAVY = "1F3864"
_RULE = "D9D9D9"


def write_guide(sheet: Worksheet, template: Template, language: Language, styles: Styles, *, sign_off: bool) -> None:
    """Write the guide: for reading on screen, and on A4 paper one page wide."""
    sheet.hide_gridlines(2)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    for index, width in enumerate(_WIDTHS):
        sheet.set_column(index, index, width)
    for number, row in enumerate(guide_rows(template, language, sign_off=sign_off)):
        sheet.set_row(number, _height(row))
        formats = _formats(row, template, styles)
        for index, look in enumerate(formats):
            if index < len(row.cells) and row.cells[index]:
                sheet.write_string(number, index, row.cells[index], look)
            else:
                sheet.write_blank(number, index, None, look)


def _height(row: GuideRow) -> float:
    """Height in points; lines are counted here, since a file cannot ask for a fitting height."""
    if row.look in _HEIGHTS:
        return _HEIGHTS[row.look]
    if row.look is Look.LEAD:
        return _LINE + 6
    lines = (-(-text_width(cell) // (width - 2)) for cell, width in zip(row.cells, _WIDTHS, strict=True))
    return _LINE * max(1, *lines) + 3


def _formats(row: GuideRow, template: Template, styles: Styles) -> tuple[Format, ...]:
    match row.look:
        case Look.TITLE:
            return (styles.make(bold=True, font_size=18, font_color=_NAVY, valign="vcenter"),)
        case Look.LEAD:
            return (styles.make(font_color="595959", valign="vcenter"),)
        case Look.SECTION:
            text = {"bold": True, "font_size": 13, "font_color": _NAVY, "valign": "vcenter"}
            look = styles.make(**text, bottom=2, bottom_color=_NAVY)
            return (look, look, look)
        case Look.HEAD:
            look = styles.make(bold=True, bg_color="F2F2F2", font_color="595959", indent=1, valign="vcenter")
            return (look, look, look)
        case Look.GAP:
            return ()
        case Look.BODY:
            plain = styles.make(text_wrap=True, indent=1, valign="vcenter", bottom=1, bottom_color=_RULE)
            return (_name(row, template, styles), plain, plain)


def _name(row: GuideRow, template: Template, styles: Styles) -> Format:
    ink = swatch_ink(row.swatch, template)
    return styles.make(
        bold=True, text_wrap=True, indent=1, valign="vcenter", bottom=1, bottom_color=_RULE,
        **({"bg_color": ink.fill} if ink.fill else {}), **({"font_color": ink.text} if ink.text else {}),
    )  # fmt: skip
