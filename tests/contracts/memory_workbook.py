"""A workbook in memory that keeps the whole promise of `ports.Workbook`: grids with headings, found by heading and key.

It passes `WorkbookContract` like the real ones, so that the pure core, and whoever uses the port, can be tested fast.
A person's hand is `grid()` (look, and change in place).
"""

from __future__ import annotations

import copy
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ports import Clock, Copy
from sheets_sync.tables import (
    CellValue,
    NewWorkbook,
    OwnColumn,
    Patch,
    RowRef,
    SheetRow,
    Shorten,
    Snapshot,
    TabPatch,
    TabSnapshot,
    Whole,
    WorkbookIds,
    WriteResult,
)
from sheets_sync.template import Headings, Template
from sheets_sync.workbooks.copies import stamp_of

TABS = (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES, Tab.DEFAULTS, Tab.HISTORY)
Grid = list[list[CellValue]]


@dataclass
class _Contents:
    language: Language
    ids: WorkbookIds
    grids: dict[Tab, Grid]
    lists: dict[str, list[str]] = field(default_factory=dict)


class MemoryWorkbook:
    """Implements `ports.Workbook`."""

    def __init__(self, template: Template, clock: Clock) -> None:
        self._template, self._clock = template, clock
        self._now: _Contents | None = None
        self._copies: dict[str, _Contents] = {}
        self.requested = ""

    # -- the port

    @property
    def name(self) -> str:
        return "memory"

    def exists(self) -> bool:
        return self._now is not None

    def create(self, content: NewWorkbook) -> None:
        if self._now is not None:
            raise UsageError("workbook_exists", name=self.name)
        grids: dict[Tab, Grid] = {}
        for tab in TABS:
            columns = [c for c in self._template.columns[tab] if not c.when or content.sign_off]
            heading: list[CellValue] = [c.label(content.language) for c in columns]
            own = content.own.get(tab, ())
            rows = [
                [*(row.get(c.key) for c in columns), *(mine.cells.get(number) for mine in own)]
                for number, row in enumerate(content.rows.get(tab, ()), start=2)
            ]
            grids[tab] = [[*heading, *(mine.heading or None for mine in own)], *rows]
        lists = {name: list(entries) for name, entries in content.lists.items()}
        self._now = _Contents(content.language, content.ids, grids, lists)

    def read(self, tabs: Collection[Tab] | None = None, shorten: Shorten | None = None) -> Snapshot:
        now = self._contents()
        found = {tab: self._read_tab(tab) for tab in TABS if tabs is None or tab in tabs}
        for tab, sheet in found.items() if shorten else ():
            for row in sheet.rows:
                if (kept := shorten(tab, row.cells)) is not None:
                    row.cells, row.settled = kept, True
        return Snapshot(now.language, now.ids, found, self._clock.now())

    def read_whole(self) -> Whole:
        own = {tab: self._own_columns(tab) for tab in TABS}
        lists = {name: list(entries) for name, entries in self._contents().lists.items()}
        return Whole(self.read(), own, lists)

    def _own_columns(self, tab: Tab) -> list[OwnColumn]:
        grid, ours = self.grid(tab), set(self._headings(tab).columns.values())
        found: list[OwnColumn] = []
        for index in (i for i in range(max(map(len, grid))) if i not in ours):
            cells = {n: row[index] for n, row in enumerate(grid, 1) if index < len(row) and row[index] is not None}
            if cells:
                found.append(OwnColumn(str(cells.pop(1, "")), cells))
        return found

    def request(self) -> str:
        return self.requested

    def clear_request(self, request: str) -> None:
        if self.requested == request:
            self.requested = ""

    def write(self, patch: Patch) -> WriteResult:
        now = self._contents()
        before = copy.deepcopy(now)
        try:
            cells = appended = 0
            vanished: list[tuple[Tab, str]] = []
            for tab in TABS:
                if patch.add_columns:
                    self._add_columns(tab)
                if tab in patch.tabs:
                    written, lost = self._write_tab(tab, patch.tabs[tab])
                    cells, appended = cells + written, appended + len(patch.tabs[tab].appends)
                    vanished += lost
        except UsageError:
            self._now = before
            raise
        now.lists |= {name: list(entries) for name, entries in (patch.lists or {}).items()}
        now.ids = patch.ids or now.ids
        return WriteResult(cells, appended, tuple(vanished))

    def keep_copy(self, stamp: str, keep: int) -> None:
        self._copies[stamp] = copy.deepcopy(self._contents())
        for old in sorted(self._copies)[:-keep]:
            del self._copies[old]

    def copies(self) -> Sequence[Copy]:
        return [Copy(stamp, stamp) for stamp in sorted(self._copies, reverse=True)]

    def restore(self, stamp: str) -> None:
        if stamp not in self._copies:
            raise UsageError("workbook_copy_missing", stamp=stamp, known=", ".join(self._copies) or "-")
        wanted = copy.deepcopy(self._copies[stamp])
        if self._now is not None:
            self._copies[stamp_of(self._clock.now(), self._template.timezone)] = copy.deepcopy(self._now)
        self._now = wanted

    # -- a person's hand

    def grid(self, tab: Tab) -> Grid:
        """The tab's cells, heading first. Changing it is what a person does to the sheet."""
        return self._contents().grids[tab]

    def column(self, tab: Tab, key: str) -> int:
        """Index of a column by its key."""
        return self._headings(tab).columns[key]

    def lists(self) -> Mapping[str, Sequence[str]]:
        return self._contents().lists

    # -- inside

    def _contents(self) -> _Contents:
        if self._now is None:
            raise UsageError("workbook_missing", name=self.name)
        return self._now

    def _headings(self, tab: Tab) -> Headings:
        now = self._contents()
        row = [(i, str(text)) for i, text in enumerate(now.grids[tab][0]) if text not in (None, "")]
        found = self._template.headings(tab, row, now.language)
        sheet = self._template.tab_name(tab, now.language)
        if found.doubled:
            raise UsageError("workbook_heading_doubled", tab=sheet, found="、".join(found.doubled))
        if found.unclear:
            heading, label = found.unclear[0]
            raise UsageError("workbook_heading_unclear", tab=sheet, found=heading, label=label)
        if found.missing:
            raise UsageError("workbook_heading_missing", tab=sheet, found="、".join(found.missing))
        return found

    def _read_tab(self, tab: Tab) -> TabSnapshot:
        headings = self._headings(tab)
        rows = [(number, self._cells(headings, row)) for number, row in enumerate(self.grid(tab)[1:], 2)]
        return TabSnapshot(headings, [SheetRow(number, cells) for number, cells in rows if cells])

    @staticmethod
    def _cells(headings: Headings, row: Sequence[CellValue]) -> dict[str, CellValue]:
        pairs = ((key, row[i] if i < len(row) else None) for key, i in headings.columns.items())
        return {key: value for key, value in pairs if value is not None and value != ""}

    def _places(self, tab: Tab, headings: Headings) -> dict[RowRef, list[CellValue]]:
        seen: dict[str, int] = {}
        places: dict[RowRef, list[CellValue]] = {}
        for row in self.grid(tab)[1:]:
            if key := SheetRow(0, self._cells(headings, row)).key(tab):
                places[RowRef(key, seen.get(key, 0))] = row
                seen[key] = seen.get(key, 0) + 1
        return places

    def _write_tab(self, tab: Tab, patch: TabPatch) -> tuple[int, list[tuple[Tab, str]]]:
        headings = self._headings(tab)
        places = self._places(tab, headings)
        cells = 0
        vanished = [(tab, ref.key) for ref in (*patch.updates, *patch.removes) if ref not in places]
        for ref, values in patch.updates.items():
            if ref in places:
                cells += self._put(places[ref], headings, values)
        for row in patch.appends:
            fresh: list[CellValue] = []
            self._put(fresh, headings, row)
            self.grid(tab).append(fresh)
        for ref in patch.removes:  # our cells go; what she wrote into columns of her own stays
            if ref in places:
                self._put(places[ref], headings, dict.fromkeys(headings.columns))
        self.grid(tab)[1:] = [row for row in self.grid(tab)[1:] if any(value is not None for value in row)]
        return cells, vanished

    @staticmethod
    def _put(row: list[CellValue], headings: Headings, values: Mapping[str, CellValue]) -> int:
        known = {headings.columns[key]: value for key, value in values.items() if key in headings.columns}
        for index, value in known.items():
            row.extend([None] * (index + 1 - len(row)))
            row[index] = value
        return len(known)

    def _add_columns(self, tab: Tab) -> None:
        headings, grid = self._headings(tab), self.grid(tab)
        width = max(map(len, grid))
        for column in self._template.columns[tab]:
            if column.key not in headings.columns and not column.when:
                grid[0].extend([None] * (width - len(grid[0])))
                grid[0].append(column.label(self._contents().language))
                width += 1


def sheet_grid(book: MemoryWorkbook, template: Template, sheet: str) -> list[list[Any]]:
    """A sheet as a person sees it, by its name; the hidden tab of lists included."""
    tab = template.tab_of(sheet)
    assert tab is not None
    if tab is not Tab.LISTS:
        width = max(map(len, book.grid(tab)))
        return [[*row, *[None] * (width - len(row))] for row in book.grid(tab)]
    lists = book.lists()
    height = max(map(len, lists.values()), default=0)
    body = [[entries[n] if n < len(entries) else None for entries in lists.values()] for n in range(height)]
    return [list(lists), *body]


def type_into(book: MemoryWorkbook, tab: Tab, cells: Mapping[tuple[int, int], Any]) -> None:
    """Type into cells, by (1-based row, 0-based column); None clears one."""
    grid = book.grid(tab)
    for (number, index), value in cells.items():
        grid.extend([] for _ in range(number - len(grid)))
        row = grid[number - 1]
        row.extend([None] * (index + 1 - len(row)))
        row[index] = value


