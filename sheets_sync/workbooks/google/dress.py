"""What a tab of a Google Sheet wears: formats, rules, colours, widths, notes, filter, frozen headings.

All of it reaches to the grid's end and over rows that a filter hides, so that rows added later only take after their
neighbours.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from sheets_sync.gsheets.batch import change_sheet, repeat_format, request, validation
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.template import Column, Owner, Template
from sheets_sync.workbooks.colours import paints, swatch_ink
from sheets_sync.workbooks.google.looks import FIELDS, Format, cell_format, colour, ink_format, pixels
from sheets_sync.workbooks.google.rules import BOX, column_rule, is_box
from sheets_sync.workbooks.guide import GuideRow, Look
from sheets_sync.workbooks.looks import FROZEN, TAB_COLOURS, cell_look, heading_look
from sheets_sync.workbooks.shown_columns import shown_width

_HEADING_PIXELS = 48
_ROW_PIXELS = 45
_GUIDE_WIDTHS = (34, 30, 104)
_NAVY = "1F3864"
_GREY = "595959"


@dataclass(frozen=True, slots=True)
class Dress:
    """The dress of one data tab."""

    template: Template
    language: Language
    tab: Tab
    sheet: int

    def whole(self, columns: Sequence[Column], rows: int, filled: int, own: int = 0) -> Iterator[str]:
        """Requests for a new tab of `rows` rows, the first `filled` of them (with the heading) with content.

        `own`: so many columns of hers follow; the filter takes them in, so that a sort by it moves whole rows.
        """
        sheet, places = self.sheet, {column.key: index for index, column in enumerate(columns)}
        for index, column in enumerate(columns):
            yield from self.column(column, index, rows, places)
            if is_box(column) and filled > 1:
                yield boxes(sheet, 1, filled, index)
        frozen = {"frozenRowCount": 1, "frozenColumnCount": places[FROZEN[self.tab]] + 1}
        fields = "gridProperties(frozenRowCount,frozenColumnCount),tabColorStyle"
        yield change_sheet(sheet, fields, gridProperties=frozen, tabColorStyle=colour(TAB_COLOURS[self.tab]))
        yield _pixels(sheet, "ROWS", 0, 1, _HEADING_PIXELS)
        yield _pixels(sheet, "ROWS", 1, rows, _ROW_PIXELS)
        yield from _folded(sheet, columns)
        area = {"sheetId": sheet, "startRowIndex": 0, "startColumnIndex": 0, "endColumnIndex": len(columns) + own}
        yield request("setBasicFilter", filter={"range": area})
        yield from self._painted(columns)

    def column(self, column: Column, index: int, rows: int, places: Mapping[str, int]) -> Iterator[str]:
        """Requests for one column: its heading with a note that explains it, its cells, its rule, its width."""
        sheet, heading = self.sheet, cell_format(heading_look(self.template, column))
        yield repeat_format(sheet, (0, 1, index, index + 1), heading, FIELDS)
        if help_text := column.help(self.language):
            yield note(sheet, 0, index, help_text)
        cells = cell_format(cell_look(self.template, column))
        yield repeat_format(sheet, (1, rows, index, index + 1), cells, FIELDS)
        if rule := column_rule(self.template, self.tab, column, places, self.language):
            yield validation(sheet, (1, rows, index, index + 1), rule)
        width = shown_width(self.template, column, self.language)
        yield _pixels(sheet, "COLUMNS", index, index + 1, pixels(width))

    def _painted(self, columns: Sequence[Column]) -> Iterator[str]:
        """Colour rules; of two that hold, the one that stands first wins, as in Excel."""
        for index, paint in enumerate(paints(self.template, self.tab, columns, self.language)):
            runs = groupby(enumerate(sorted(paint.columns)), key=lambda pair: pair[1] - pair[0])
            areas = [[column for _, column in run] for _, run in runs]
            ranges = [
                {"sheetId": self.sheet, "startRowIndex": 1, "startColumnIndex": area[0], "endColumnIndex": area[-1] + 1}
                for area in areas
            ]
            condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": anywhere(paint.formula)}]}
            rule = {"ranges": ranges, "booleanRule": {"condition": condition, "format": ink_format(paint.ink)}}
            yield request("addConditionalFormatRule", rule=rule, index=index)


def anywhere(formula: str) -> str:
    """A formula in the spelling that Google takes under every locale: semicolons between arguments."""
    parts = formula.split('"')
    return '"'.join(part if number % 2 else part.replace(",", ";") for number, part in enumerate(parts))


def boxes(sheet: int, first: int, last: int, column: int) -> str:
    """Boxes to tick in rows `first` to before `last`."""
    return validation(sheet, (first, last, column, column + 1), BOX)


def note(sheet: int, row: int, column: int, words: str) -> str:
    """A note on one cell; "" takes it away."""
    return request(
        "updateCells", rows=[{"values": [{"note": words} if words else {}]}], fields="note",
        start={"sheetId": sheet, "rowIndex": row, "columnIndex": column},
    )  # fmt: skip


def protected(sheet: int, columns: Sequence[Column], words: str) -> str:
    """Protection of everything but her columns. People cannot sort a protected tab: only for those who ask for it."""
    free = [
        {"sheetId": sheet, "startRowIndex": 1, "startColumnIndex": index, "endColumnIndex": index + 1}
        for index, column in enumerate(columns)
        if column.owner is Owner.EDITOR
    ]
    area = {"range": {"sheetId": sheet}, "unprotectedRanges": free, "description": words}
    return request("addProtectedRange", protectedRange=area)


def guide_dressed(template: Template, sheet: int, rows: Sequence[GuideRow]) -> Iterator[str]:
    """Requests that dress the guide."""
    for index, width in enumerate(_GUIDE_WIDTHS):
        yield _pixels(sheet, "COLUMNS", index, index + 1, pixels(width))
    plain: Format = {"wrapStrategy": "WRAP", "verticalAlignment": "MIDDLE"}
    yield repeat_format(sheet, (0, len(rows), 0, len(_GUIDE_WIDTHS)), plain, FIELDS)
    for number, row in enumerate(rows):
        if look := _guide_look(template, row):
            last = 1 if row.look in (Look.BODY, Look.TITLE, Look.LEAD) else len(_GUIDE_WIDTHS)
            yield repeat_format(sheet, (number, number + 1, 0, last), look, FIELDS)
    yield change_sheet(
        sheet, "gridProperties.hideGridlines,tabColorStyle",
        gridProperties={"hideGridlines": True}, tabColorStyle=colour(TAB_COLOURS[Tab.GUIDE]),
    )  # fmt: skip


def _guide_look(template: Template, row: GuideRow) -> Format | None:
    wrap: Format = {"wrapStrategy": "OVERFLOW_CELL", "verticalAlignment": "MIDDLE"}
    match row.look:
        case Look.TITLE:
            return wrap | {"textFormat": {"bold": True, "fontSize": 18, "foregroundColorStyle": colour(_NAVY)}}
        case Look.LEAD:
            return wrap | {"textFormat": {"foregroundColorStyle": colour(_GREY)}}
        case Look.SECTION:
            return wrap | {"textFormat": {"bold": True, "fontSize": 13, "foregroundColorStyle": colour(_NAVY)}}
        case Look.HEAD:
            bold = {"bold": True, "foregroundColorStyle": colour(_GREY)}
            return {"backgroundColorStyle": colour("F2F2F2"), "textFormat": bold}
        case Look.BODY:
            ink = ink_format(swatch_ink(row.swatch, template))
            text = {"bold": True} | ink.get("textFormat", {})
            return {"wrapStrategy": "WRAP", "verticalAlignment": "MIDDLE"} | ink | {"textFormat": text}
        case Look.GAP:
            return None


def _folded(sheet: int, columns: Sequence[Column]) -> Iterator[str]:
    """Optional columns, grouped and folded away."""
    for folded, run in groupby(enumerate(columns), key=lambda pair: pair[1].folded):
        if folded:
            places = [index for index, _ in run]
            area = {"sheetId": sheet, "dimension": "COLUMNS", "startIndex": places[0], "endIndex": places[-1] + 1}
            yield request("addDimensionGroup", range=area)
            group = {"range": area, "depth": 1, "collapsed": True}
            yield request("updateDimensionGroup", dimensionGroup=group, fields="collapsed")


def _pixels(sheet: int, dimension: str, first: int, last: int, size: int) -> str:
    area = {"sheetId": sheet, "dimension": dimension, "startIndex": first, "endIndex": last}
    return request("updateDimensionProperties", range=area, properties={"pixelSize": size}, fields="pixelSize")
