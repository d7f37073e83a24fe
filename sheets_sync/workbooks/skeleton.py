"""A new workbook without its rows: tabs, headings, widths, drop-downs, colours, guide and lists, written by XlsxWriter.

Each data tab gets its heading and one blank row that carries the styles; `ooxml.filler` puts the rows in its place.
Validations and colour rules reach to the sheet's end, so that rows appended later need nothing but their cells.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

from xlsxwriter import Workbook  # type: ignore[import-untyped]
from xlsxwriter.worksheet import Worksheet  # type: ignore[import-untyped]

from sheets_sync.issue import Tab
from sheets_sync.ooxml.refs import letters
from sheets_sync.ooxml.values import MAX_ROWS
from sheets_sync.tables import NewWorkbook
from sheets_sync.template import Column
from sheets_sync.workbooks import lists
from sheets_sync.workbooks.cell_rules import cell_rule
from sheets_sync.workbooks.colours import paints
from sheets_sync.workbooks.guide_sheet import write_guide
from sheets_sync.workbooks.looks import FROZEN, TAB_COLOURS, TAB_ORDER
from sheets_sync.workbooks.shown_columns import CHECKBOXES, DATA_TABS, shown_columns, shown_width
from sheets_sync.workbooks.styles import Styles, default_font

HEADING_HEIGHT = 36
ROW_HEIGHT = 34
"""Two lines, in points, the same for all rows: a description of forty lines must not push its neighbours away."""
_ROW_HEIGHTS = {Tab.DEFAULTS: 52}
"""Three lines where a cell lists attributes, a line each."""
_LAST = MAX_ROWS - 1
_A4 = 9
_ALLOWED_WHEN_PROTECTED = dict.fromkeys(
    ("sort", "autofilter", "format_cells", "format_columns", "format_rows", "insert_columns", "objects"), True
)


def write_skeleton(path: Path, content: NewWorkbook, made: dt.datetime) -> None:
    """Write the workbook without its rows. `made` is the moment that its properties tell. Raises OSError."""
    options = {
        "constant_memory": True,
        "strings_to_urls": False,
        "strings_to_formulas": False,
        "strings_to_numbers": False,
        "default_format_properties": default_font(content.language),
    }
    with Workbook(str(path), options) as book:
        names = {tab: content.template.tab_name(tab, content.language) for tab in Tab}
        title = f"TikTok Shop {names[Tab.PRODUCTS]}"
        book.set_properties({"title": title, "subject": "sheets_sync", "created": made.replace(tzinfo=None)})
        styles = Styles(book, content.template)
        for tab in TAB_ORDER:
            sheet = book.add_worksheet(names[tab])
            sheet.set_tab_color(TAB_COLOURS[tab])
            if tab in DATA_TABS:
                _data_tab(sheet, tab, content, styles)
            else:
                write_guide(sheet, content.template, content.language, styles, sign_off=content.sign_off)
        _lists_tab(book.add_worksheet(names[Tab.LISTS]), content)


def _data_tab(sheet: Worksheet, tab: Tab, content: NewWorkbook, styles: Styles) -> None:
    columns = shown_columns(content.template, tab, content.sign_off)
    widths = [shown_width(content.template, column, content.language) for column in columns]
    _columns(sheet, columns, widths, styles)
    height = _ROW_HEIGHTS.get(tab, ROW_HEIGHT)
    sheet.set_default_row(height)
    sheet.set_row(0, HEADING_HEIGHT)
    sheet.set_row(1, height)
    for index, column in enumerate(columns):
        sheet.write_string(0, index, column.label(content.language), styles.heading(column))
    own = content.own.get(tab, ())
    for index, mine in enumerate(own, start=len(columns)):
        if mine.heading:
            sheet.write_string(0, index, mine.heading)
    for index, column in enumerate(columns):
        sheet.write_blank(1, index, None, styles.cells(column, checkbox=column.key in CHECKBOXES))
    places = {column.key: index for index, column in enumerate(columns)}
    sheet.freeze_panes(1, places[FROZEN[tab]] + 1)
    sheet.autofilter(0, 0, _LAST, len(columns) + len(own) - 1)
    for index, column in enumerate(columns):
        rule = cell_rule(content.template, tab, column, places, content.language)
        sheet.data_validation(1, index, _LAST, index, rule)
    for paint in paints(content.template, tab, columns, content.language):
        sheet.conditional_format(
            1, paint.columns[0], _LAST, paint.columns[0],
            {
                "type": "formula", "criteria": paint.formula, "format": styles.ink(paint.ink),
                "multi_range": _ranges(paint.columns), "stop_if_true": True,
            },
        )  # fmt: skip
    _printing(sheet, tab, places[FROZEN[tab]])
    if content.protect:
        sheet.protect("", _ALLOWED_WHEN_PROTECTED)


def _columns(sheet: Worksheet, columns: Sequence[Column], widths: Sequence[float], styles: Styles) -> None:
    """Widths, formats to the sheet's end, and the optional columns folded away behind a + sign.

    Boxes to tick are for rows alone: the column has no format, so that none shows below and appended rows take theirs
    from the row above.
    """
    folded_before = False
    for index, column in enumerate(columns):
        outline = {"level": 1, "hidden": True} if column.folded else {"collapsed": folded_before}
        look = None if column.key in CHECKBOXES else styles.cells(column)
        sheet.set_column(index, index, widths[index], look, outline)
        folded_before = column.folded
    if folded_before:
        sheet.set_column(len(columns), len(columns), None, None, {"collapsed": True})


def _ranges(columns: Sequence[int]) -> str:
    """Neighbouring columns as one range each, from row 2 to the sheet's end: "A2:C1048576 F2:F1048576"."""
    runs: list[list[int]] = []
    for index in sorted(columns):
        if runs and runs[-1][1] == index - 1:
            runs[-1][1] = index
        else:
            runs.append([index, index])
    return " ".join(f"{letters(first)}2:{letters(last)}{MAX_ROWS}" for first, last in runs)


def _printing(sheet: Worksheet, tab: Tab, frozen: int) -> None:
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.repeat_rows(0)
    sheet.set_footer("&L&A&R&P / &N")
    if tab in (Tab.PRODUCTS, Tab.SKUS):
        sheet.repeat_columns(0, frozen)
    else:
        sheet.fit_to_pages(1, 0)


def _lists_tab(sheet: Worksheet, content: NewWorkbook) -> None:
    columns = lists.first_contents(content.template, content.language, content.ids, content.lists)
    for number, row in enumerate(lists.rows_of(columns)):
        for index, entry in enumerate(row):
            if entry:
                sheet.write_string(number, index, entry)
    sheet.hide()
