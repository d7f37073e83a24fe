"""Reads tabs of a spreadsheet: small ones at one moment, large ones in pieces that are seen to fit together."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheets_sync.errors import Unavailable
from sheets_sync.gsheets import a1
from sheets_sync.gsheets.cell_values import from_rendered, moment
from sheets_sync.gsheets.failures import LayoutChanged
from sheets_sync.gsheets.grid import Sheet
from sheets_sync.gsheets.spreadsheets import About, Spreadsheet
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.tables import CellValue, SheetRow, TabSnapshot
from sheets_sync.template import Headings, Kind, Template
from sheets_sync.workbooks import lists
from sheets_sync.workbooks.google.columns import preview_place
from sheets_sync.workbooks.lists import ListsTab
from sheets_sync.workbooks.shown_columns import DATA_TABS
from sheets_sync.workbooks.tab_places import find_sheets, key_places, read_headings

AT_ONCE = 1_000_000
"""So many cells are read in one call, blank ones included; more come in pieces."""
_TRIES = 3
_Rows = list[list[object]]


@dataclass(frozen=True, slots=True)
class Rows:
    """What stands on tabs, row by row from row 1, as Google gave it (dates as serials, errors as their texts)."""

    about: About
    sheets: Mapping[Tab, Sheet]
    rows: Mapping[Tab, list[list[object]]]


@dataclass(frozen=True, slots=True)
class Found:
    """What a reading found. `sheets`: the sheet of each tab."""

    about: About
    language: Language
    lists: ListsTab
    sheets: Mapping[Tab, Sheet]
    tabs: Mapping[Tab, TabSnapshot]


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads one spreadsheet. `language` is that of messages and of a workbook that does not tell its own."""

    spreadsheet: Spreadsheet
    template: Template
    language: Language
    name: str

    def read(self, tabs: Collection[Tab]) -> Found:
        """Raises UsageError for missing tabs and headings that leave a doubt, Unavailable for a sheet in motion."""
        return self.found(self.rows(tabs))

    def rows(self, tabs: Collection[Tab]) -> Rows:
        """Everything that stands on `_lists` and these tabs. Raises as `read` does."""
        for _ in range(_TRIES):
            about = self.spreadsheet.about()
            sheets = self.sheets(about, [Tab.LISTS, *tabs])
            try:
                rows = self._all_rows(sheets)
            except LayoutChanged:  # a tab was renamed or deleted between the two calls
                continue
            if rows is not None:
                return Rows(about, sheets, rows)
        raise Unavailable("google_moving", name=self.name)

    def sheets(self, about: About, tabs: Collection[Tab]) -> dict[Tab, Sheet]:
        """The sheet of each tab. Raises UsageError for missing and doubled ones."""
        by_title = {sheet.title: sheet for sheet in about.sheets}
        language = language_of(about, self.template, self.language)
        found = find_sheets(self.template, tabs, list(by_title), language, self.name)
        return {tab: by_title[title] for tab, title in found.items()}

    def found(self, read: Rows) -> Found:
        """What rows amount to."""
        about, sheets, rows = read.about, read.sheets, read.rows
        listed = parse_lists(rows[Tab.LISTS])
        language = listed.language or language_of(about, self.template, self.language)
        tabs = {
            tab: self._snapshot(tab, sheets[tab].title, rows[tab], language) for tab in DATA_TABS if tab in sheets
        }
        return Found(about, language, listed, sheets, tabs)

    def _snapshot(self, tab: Tab, title: str, rows: _Rows, language: Language) -> TabSnapshot:
        headings = headings_of(self.template, tab, title, rows[0] if rows else [], language)
        return TabSnapshot(headings, list(_sheet_rows(self.template, tab, headings, rows)))

    # ---------------------------------------------------------------- large ones

    def _all_rows(self, sheets: Mapping[Tab, Sheet]) -> dict[Tab, _Rows] | None:
        """The rows of each tab; None where rows moved between the pieces of one."""
        small = [tab for tab, sheet in sheets.items() if sheet.cells <= AT_ONCE]
        rows: dict[Tab, _Rows] = {}
        for group in _groups(small, sheets):
            found = self.spreadsheet.values([a1.whole(sheets[tab].title) for tab in group])
            rows |= dict(zip(group, found, strict=True))
        for tab, sheet in sheets.items():
            if tab not in rows:
                pieces = self._in_pieces(tab, sheet)
                if pieces is None:
                    return None
                rows[tab] = pieces
        return rows

    def _in_pieces(self, tab: Tab, sheet: Sheet) -> _Rows | None:
        """All rows of a large tab. The keys are read once more at the end: in another order, somebody moved rows."""
        step = max(AT_ONCE // max(sheet.columns, 1), 1)
        rows: _Rows = []
        for first in range(0, sheet.rows, step):
            last = min(first + step, sheet.rows) - 1
            piece = self.spreadsheet.values([a1.area(sheet.title, first, last, 0, sheet.columns - 1)])[0]
            rows += piece
            if last < sheet.rows - 1:
                rows += [[] for _ in range(first + step - len(rows))]
        headings = headings_of(self.template, tab, sheet.title, rows[0] if rows else [], self.language)
        keys = sorted(key_places(tab, headings))
        again = self.spreadsheet.values([a1.columns(sheet.title, key, key) for key in keys])
        for key, column in zip(keys, again, strict=True):
            before = [row[key] if key < len(row) else "" for row in rows]
            if _trimmed(before) != _trimmed([row[0] if row else "" for row in column]):
                return None
        return rows


def _groups(tabs: Sequence[Tab], sheets: Mapping[Tab, Sheet]) -> Iterator[list[Tab]]:
    """Tabs that are read in one call."""
    group: list[Tab] = []
    for tab in tabs:
        if group and sum(sheets[other].cells for other in group) + sheets[tab].cells > AT_ONCE:
            yield group
            group = []
        group.append(tab)
    if group:
        yield group


def _trimmed(values: list[object]) -> list[object]:
    while values and values[-1] == "":
        values.pop()
    return values


def language_of(about: About, template: Template, otherwise: Language) -> Language:
    """The language that the tabs are named in."""
    names = {sheet.title for sheet in about.sheets}
    for language in ("ja", "en"):
        if template.tab_name(Tab.PRODUCTS, language) in names:
            return language
    return otherwise


def parse_lists(rows: Sequence[Sequence[object]]) -> ListsTab:
    """The tab `_lists`."""
    return lists.parse(filled_rows(rows))


def filled_rows(rows: Sequence[Sequence[object]]) -> Iterator[tuple[int, dict[int, object]]]:
    """Rows with anything in them: 1-based number, filled cells by column."""
    filled = ((n, {i: value for i, value in enumerate(row) if value != ""}) for n, row in enumerate(rows, start=1))
    return ((n, cells) for n, cells in filled if cells)


def headings_of(template: Template, tab: Tab, title: str, row: Sequence[object], language: Language) -> Headings:
    """Understand row 1; the tool's own preview column is nobody's."""
    preview = preview_place(enumerate(row)) if tab is Tab.PRODUCTS else None
    cells = {index: value for index, value in enumerate(row) if index != preview}
    return read_headings(template, tab, title, cells, language)


def _sheet_rows(template: Template, tab: Tab, headings: Headings, rows: _Rows) -> Iterator[SheetRow]:
    """Rows below the heading with a value of ours; dates by the kind of their column."""
    dates = {
        key: kind is Kind.DATETIME
        for key in headings.columns
        if (kind := template.column(tab, key).kind) in (Kind.DATE, Kind.DATETIME)
    }
    places = sorted((index, key) for key, index in headings.columns.items())
    for number, row in enumerate(rows[1:], start=2):
        width = len(row)
        cells: dict[str, CellValue] = {}
        for index, key in places:
            if index >= width:
                break
            value = row[index]
            if value == "" or value is None:
                continue
            found = value if type(value) is str and value[:1] not in "#L" else from_rendered(value)
            cells[key] = moment(found, with_time=dates[key]) if key in dates else found
        if cells:
            yield SheetRow(number, cells)
