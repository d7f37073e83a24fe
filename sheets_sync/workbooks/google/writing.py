"""Writes a patch into a spreadsheet in which people are at work.

Before each call everything is looked up anew; the answer of the call shows the keys as they stood right after it. What
landed in a wrong place, because rows moved in between, is put back and written again. After a lost answer nothing is
sent again before it was seen what is there. Whatever is left undone when we give up is in the store, and the next run
writes it.
"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.errors import SheetsSyncError, Unavailable, UsageError
from sheets_sync.gsheets import a1
from sheets_sync.gsheets.batch import resize, write_cells
from sheets_sync.gsheets.cell_values import Entered, same
from sheets_sync.gsheets.failures import LayoutChanged, NoAnswer, TooLarge
from sheets_sync.gsheets.grid import Grid, Sheet
from sheets_sync.gsheets.spreadsheets import MOST_CELLS, Spreadsheet
from sheets_sync.issue import Tab
from sheets_sync.ooxml.refs import ref
from sheets_sync.ports import Clock
from sheets_sync.tables import Patch, TabPatch, TabSnapshot, WriteResult, key_text
from sheets_sync.template import KEY_COLUMNS, Template
from sheets_sync.workbooks import lists
from sheets_sync.workbooks.colours import ERROR_COLUMNS
from sheets_sync.workbooks.google.flush import LostCell, Part, Room
from sheets_sync.workbooks.google.notes import Notes
from sheets_sync.workbooks.google.places import Name, Places
from sheets_sync.workbooks.google.reading import Found, Reader, headings_of, parse_lists
from sheets_sync.workbooks.google.sending import MOST_BYTES
from sheets_sync.workbooks.google.work import TabWork, work_of
from sheets_sync.workbooks.shown_columns import DATA_TABS, shown_columns

log = logging.getLogger(__name__)

SMALL = 100_000
"""Tabs of so many cells are looked at as a whole before each call; of larger ones the columns that matter."""
_MOST_TROUBLES = 3
_LEAST_BYTES = 500_000


@dataclass(slots=True)
class Look:
    """What a look found: tabs, and the tab `_lists` where it is to be written."""

    tabs: dict[Tab, Places]
    lists: Grid | None = None


@dataclass(slots=True)
class Writer:
    """Writes one patch, which was made from what was `seen`. Raises Unavailable (a sheet in motion, no answer),
    UsageError (structure, text, no room).
    """

    spreadsheet: Spreadsheet
    template: Template
    reader: Reader
    known: Found
    clock: Clock
    patch: Patch
    seen: Mapping[Tab, TabSnapshot]
    sign_off: bool = False
    _work: dict[Tab, TabWork] = field(default_factory=dict)
    _lists_open: bool = False
    _columns_open: bool = False
    _fresh: set[str] = field(default_factory=set)
    _listed: dict[str, int] = field(default_factory=dict)
    _headings: dict[Tab, list[Name]] = field(default_factory=dict)
    _parts: list[Part] = field(default_factory=list)
    _doubted: list[Part] = field(default_factory=list)
    _bytes: int = MOST_BYTES
    _troubles: int = 0
    _fits: bool = False

    def write(self) -> WriteResult:
        patch = self.patch
        self._lists_open = patch.lists is not None or patch.ids is not None
        self._columns_open = patch.add_columns
        for tab in DATA_TABS:
            if patch.add_columns or patch.tabs.get(tab):
                changes, seen = patch.tabs.get(tab) or TabPatch(), self.seen.get(tab)
                self._work[tab] = work_of(self.template, tab, changes, self.known.language, seen)
        self._fresh = self._fresh_attributes()
        if self._fresh:
            self._work.setdefault(Tab.ATTRIBUTES, TabWork(Tab.ATTRIBUTES))
        try:
            self._run()
        except LostCell as lost:
            raise Unavailable("google_mixed_up", tab=lost.tab, cell=ref(lost.row + 1, lost.column)) from None
        with contextlib.suppress(SheetsSyncError):  # a courtesy: everything is written, and the next run notes it
            self._note_errors()
        works = self._work.items()
        return WriteResult(
            sum(work.written for _, work in works),
            sum(work.appended for _, work in works),
            tuple((tab, key) for tab, work in works for key in work.vanished),
            tuple((tab, *cell) for tab, work in works for cell in dict.fromkeys(work.kept)),
        )

    def _note_errors(self) -> None:
        """Notes on the cells that error columns written just now speak of."""
        told = {
            tab
            for tab, changes in self.patch.tabs.items()
            if tab in ERROR_COLUMNS
            and any(column in cells for column in ERROR_COLUMNS[tab] for cells in changes.updates.values())
        }
        if not told:
            return
        sheets = {tab: self._sheet(tab) for tab in DATA_TABS if tab in told}
        before = {
            tab: {str(row.cells[key]) for row in seen.rows for key in ERROR_COLUMNS[tab] if key in row.cells}
            for tab, seen in self.seen.items()
            if tab in told
        }
        Notes(self.spreadsheet, self.template, self.known.language, SMALL, before).refresh(sheets)

    def _run(self) -> None:
        while self._lists_open or self._columns_open or self._fresh or any(w.open for w in self._work.values()):
            try:
                answer = self.spreadsheet.in_turn(self._call)
                if answer is None:
                    return
            except LayoutChanged:  # a tab was renamed or deleted, or the grid shrank: nothing was done
                self._trouble(Unavailable("google_moving", name=self.reader.name))
                self.known = self.reader.read(())
                continue
            except TooLarge as error:
                if self._bytes <= _LEAST_BYTES:
                    raise
                self._send_less(error)
                continue
            except NoAnswer as error:
                self._trouble(error)
                self._send_less(error)
                self.spreadsheet.rest()
                self._doubted = self._parts
                continue
            self._lists_open = self._columns_open = False
            self._doubted, self._parts = self._landed(self._parts, answer), []

    def _call(self) -> dict[int, Grid] | None:
        """Look, and write what one call may carry; None when nothing is left."""
        now = self._look()
        for part in self._doubted:
            part.doubted(now.tabs[part.tab])
        self._doubted = []
        for part in self._parts:
            part.put_off()
        self._parts, requests = self._share(now)
        if not requests:
            return None
        return self.spreadsheet.write(requests, [name for part in self._parts for name in part.back])

    def _send_less(self, error: Unavailable) -> None:
        """Too much for Google at once, or for the time that it gives a request: the next call carries less."""
        log.info("the next call carries less: %s", error)
        self._bytes = max(self._bytes // 4, _LEAST_BYTES)

    def _landed(self, parts: Sequence[Part], answer: Mapping[int, Grid]) -> list[Part]:
        """See where everything landed. Returns the parts of which that could not be seen."""
        doubted: list[Part] = []
        fine = True
        for part in parts:
            try:
                after = self._after(part, answer)
            except LayoutChanged:
                doubted.append(part)
            else:
                fine = part.landed(after) and fine
        if doubted or not fine:
            self._trouble(Unavailable("google_moving", name=self.reader.name))
        return doubted

    def _trouble(self, error: Unavailable) -> None:
        self._troubles += 1
        if self._troubles > _MOST_TROUBLES:
            raise error

    # ---------------------------------------------------------------- one call

    def _share(self, now: Look) -> tuple[list[Part], list[str]]:
        """The parts of the next call and its requests, as much as one call may carry."""
        requests = self._lists_requests(now.lists) if now.lists else []
        self._refuse_too_many(now)
        parts: list[Part] = []
        room = Room(self._bytes)
        for tab, places in now.tabs.items():
            work = self._work[tab]
            part = Part(self.template, self.known.language, work, places, self._values_columns())
            part.new = self._new_columns(places)
            if tab is Tab.ATTRIBUTES:
                self._offer_values(places)
            work.meet(places, part.new)
            if added := part.fill(room):
                requests += added
                parts.append(part)
        if not any(isinstance(part.new, dict) and part.new for part in parts):
            self._columns_open = False
        return parts, requests

    def _new_columns(self, places: Places) -> dict[Name, int]:
        """Columns that the tab lacks, with their places right of everything that stands there."""
        if not self.patch.add_columns:
            return {}
        shown = shown_columns(self.template, places.tab, self.sign_off)
        absent = [column.key for column in shown if column.key not in places.columns]
        free = places.width if self._is_small(places.grid.sheet) else places.grid.sheet.columns
        return {key: free + number for number, key in enumerate(absent)}

    def _lists_requests(self, grid: Grid) -> list[str]:
        """Cells of `_lists` that differ. Notes the lists that are new there with their columns."""
        height = max(grid.cells, default=-1) + 1
        rows = [_padded(grid.row(row)) for row in range(height)]
        wanted = lists.edits(parse_lists(rows), self.patch.lists, self.patch.ids)
        cells: dict[int, dict[int, Entered]] = {}
        for row, values in wanted.items():
            for column, value in values.items():
                if not same(grid.entered(row - 1, column), value or None):
                    cells.setdefault(row - 1, {})[column] = value or None
        if not cells:
            self._lists_open = False
            return []
        sheet = grid.sheet
        size = max(sheet.rows, max(cells) + 1), max(sheet.columns, max(map(max, cells.values())) + 1)
        grown = [resize(sheet.id, rows=size[0], columns=size[1])] if size != (sheet.rows, sheet.columns) else []
        self._listed |= {str(value): column for column, value in cells.get(0, {}).items()}
        return [*grown, *write_cells(sheet.id, cells)]

    def _fresh_attributes(self) -> set[str]:
        """Attributes that get a list of values by this patch and had none before."""
        names = (name for name in self.patch.lists or {} if name.startswith(lists.VALUES))
        return {name.removeprefix(lists.VALUES) for name in names if name not in self.known.lists.lists}

    def _offer_values(self, places: Places) -> None:
        """Rows of such attributes that are there already shall offer them."""
        attribute = places.columns["attribute_id"]
        rows = places.refs.items()
        found = {ref for row, ref in rows if key_text(places.grid.shown(row, attribute)) in self._fresh}
        self._work[Tab.ATTRIBUTES].rules |= found
        self._fresh.clear()

    def _values_columns(self) -> dict[str, int]:
        """The columns of `_lists` that hold an attribute's values, by its id."""
        known = {name: column.index for name, column in self.known.lists.lists.items()} | self._listed
        return {name.removeprefix(lists.VALUES): i for name, i in known.items() if name.startswith(lists.VALUES)}

    def _refuse_too_many(self, now: Look) -> None:
        """Before the first call, for all calls together: otherwise rows would be left out half-way."""
        if self._fits:
            return
        cells = self.known.about.cells
        for tab, places in now.tabs.items():
            sheet, rows = places.grid.sheet, len(self._work[tab].appends)
            columns = max([sheet.columns, *(index + 1 for index in self._new_columns(places).values())])
            more = (sheet.rows + rows) * columns - sheet.cells
            cells += more
            if more and cells > MOST_CELLS:
                raise UsageError("google_too_many_cells", tab=sheet.title, cells=f"{cells:,}")
        self._fits = True

    # ---------------------------------------------------------------- looking

    def _look(self) -> Look:
        """Everything that the open work needs to know, all at one moment."""
        tabs = [tab for tab, work in self._work.items() if work.open or self._columns_open]
        if self._fresh and Tab.ATTRIBUTES not in tabs:
            tabs.append(Tab.ATTRIBUTES)
        ranges: list[str] = []
        if self._lists_open:
            ranges.append(a1.whole(self._sheet(Tab.LISTS).title))
        read: dict[Tab, list[int] | None] = {}
        for tab in tabs:
            sheet = self._sheet(tab)
            read[tab] = None if self._is_small(sheet) else self._needed(tab, sheet)
            ranges += _ranges(sheet.title, read[tab])
        found = self.spreadsheet.grids(ranges) if ranges else {}
        by_title = {grid.sheet.title: grid for grid in found.values()}
        places = {tab: self._places(tab, by_title[self._sheet(tab).title], read[tab]) for tab in tabs}
        for tab, place in places.items():
            names = [place.names.get(index, "") for index in range(max(place.names, default=-1) + 1)]
            if read[tab] is not None and names != self._headings.get(tab):
                self._headings[tab] = names
                raise LayoutChanged("google_layout_changed", words="headings moved")
        return Look(places, by_title[self._sheet(Tab.LISTS).title] if self._lists_open else None)

    def _sheet(self, tab: Tab) -> Sheet:
        return self.reader.sheets(self.known.about, [tab])[tab]

    def _places(self, tab: Tab, grid: Grid, read: list[int] | None) -> Places:
        row = _padded(grid.row(0))
        headings = headings_of(self.template, tab, grid.sheet.title, row, self.known.language)
        return Places(tab, grid, headings, read)

    def _needed(self, tab: Tab, sheet: Sheet) -> list[int]:
        """Columns of a large tab that have to be seen: the keys, and those that are to be written."""
        if tab not in self._headings:
            row = self.spreadsheet.values([a1.rows(sheet.title, 0, 0)])[0]
            grid = Grid(sheet, {0: {i: str(text) for i, text in enumerate(row[0] if row else []) if text != ""}})
            names = self._places(tab, grid, None).names
            self._headings[tab] = [names.get(index, "") for index in range(max(names, default=-1) + 1)]
        headings, work = self._headings[tab], self._work[tab]
        if work.removes or work.bare or work.lost:
            return list(range(len(headings)))
        wanted = {*KEY_COLUMNS[tab], *work.names()}
        return [index for index, name in enumerate(headings) if name in wanted]

    def _is_small(self, sheet: Sheet) -> bool:
        return sheet.cells <= SMALL

    def _after(self, part: Part, answer: Mapping[int, Grid]) -> Places:
        """The tab right after the write: by the answer, or by another look where the key columns have moved."""
        grid = answer.get(part.sheet)
        if grid is not None:
            texts = [(i, str(v)) for i, v in grid.row(0).items()]
            headings = self.template.headings(part.tab, texts, self.known.language)
            keys = {key: headings.columns.get(key, -1) for key in KEY_COLUMNS[part.tab]}
            if -1 not in keys.values() and (part.before.whole or keys.items() <= part.before.columns.items()):
                return Places(part.tab, grid, headings)
        ranges = _ranges(part.title, None)
        return self._places(part.tab, self.spreadsheet.grids(ranges)[part.sheet], None)


def _padded(row: Mapping[int, Entered]) -> list[object]:
    """Cells by column as a list from the first column on."""
    return [("" if row.get(index) is None else row[index]) for index in range(max(row, default=-1) + 1)]


def _ranges(title: str, columns: Sequence[int] | None) -> list[str]:
    """The whole tab, or its headings and some columns, neighbours together."""
    if columns is None:
        return [a1.whole(title)]
    runs: list[list[int]] = []
    for column in columns:
        if runs and runs[-1][1] == column - 1:
            runs[-1][1] = column
        else:
            runs.append([column, column])
    return [a1.rows(title, 0, 0), *(a1.columns(title, first, last) for first, last in runs)]
