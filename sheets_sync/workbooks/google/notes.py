"""Notes on the cells that an error speaks of, so that it is read where it is mended.

They say what the error column says, and are known by their mark: a note of hers is never touched. What stands on the
wrong cell, because rows were moved, the next pass puts right. Of a large tab only the columns are looked at that errors
speak of now or spoke of before.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.gsheets import a1
from sheets_sync.gsheets.batch import write_notes
from sheets_sync.gsheets.grid import Grid, Sheet
from sheets_sync.gsheets.spreadsheets import Spreadsheet
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.template import Owner, Template
from sheets_sync.workbooks.colours import ERROR_COLUMNS
from sheets_sync.workbooks.google.reading import headings_of

MARK = "⚠ "
AT_ONCE = 5_000
"""Notes of one call: within the 2 MB that Google recommends."""
_CALLS = 4
"""In one run. Where more cells are wrong than these can say, the rest is noted by a later run."""
_ROUNDS = 2
_LONGEST = 1_000
_Told = Mapping[int, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class _Looked:
    """A tab as it was looked at. `told`: what its error columns, which are at `places`, say, by 0-based row. `hers`:
    the columns that may bear notes, by heading; `notes`: those that stand there.
    """

    sheet: Sheet
    places: Sequence[int]
    told: _Told
    hers: Mapping[str, int]
    notes: Mapping[tuple[int, int], str]

    def changes(self) -> Iterator[tuple[int, int, int, str]]:
        """Notes that differ: sheet, row, column, and what they shall say."""
        rows = {*self.told, *(row for row, _ in self.notes)} - {0}
        for row in sorted(rows):
            wanted = _named(self.told.get(row, ()))
            for heading, column in self.hers.items():
                present, words = self.notes.get((row, column), ""), wanted.get(heading, "")
                if present != words and (not present or present.startswith(MARK)):
                    yield self.sheet.id, row, column, words


@dataclass(slots=True)
class Notes:
    """Brings the notes of some tabs up to date. `small`: tabs of so many cells are looked at as a whole. `before`: what
    the error columns of larger ones said before. Raises what `Spreadsheet` raises, and UsageError for headings.
    """

    spreadsheet: Spreadsheet
    template: Template
    language: Language
    small: int
    before: Mapping[Tab, Iterable[str]] = field(default_factory=dict)
    _calls: int = _CALLS

    def refresh(self, sheets: Mapping[Tab, Sheet]) -> None:
        """Look, write what differs, and look again where rows moved in between."""
        large = {tab: sheet for tab, sheet in sheets.items() if sheet.cells > self.small}
        for _ in range(_ROUNDS):
            looked = [
                *self._look({tab: sheet for tab, sheet in sheets.items() if tab not in large}),
                *(self._look_at_columns(tab, sheet) for tab, sheet in large.items()),
            ]
            if self._written(looked):
                return

    def _written(self, looked: Sequence[_Looked]) -> bool:
        """Write what differs. False where something moved meanwhile."""
        changes = itertools.chain.from_iterable(tab.changes() for tab in looked)
        while self._calls and (some := list(itertools.islice(changes, AT_ONCE))):
            self._calls -= 1
            cells: dict[int, dict[int, dict[int, str]]] = {}
            for sheet, row, column, words in some:
                cells.setdefault(sheet, {}).setdefault(row, {})[column] = words
            requests = [one for sheet, rows in cells.items() for one in write_notes(sheet, rows)]
            tabs = [tab for tab in looked if tab.sheet.id in cells]
            back = [a1.columns(tab.sheet.title, place, place) for tab in tabs for place in tab.places]
            after = self.spreadsheet.write(requests, back)
            if any(_told(after[tab.sheet.id], tab.places) != tab.told for tab in tabs):
                return False
        return True

    # ---------------------------------------------------------------- looking

    def _look(self, sheets: Mapping[Tab, Sheet]) -> Iterator[_Looked]:
        """Small tabs, all at one moment."""
        found = self.spreadsheet.noted([a1.whole(sheet.title) for sheet in sheets.values()]) if sheets else {}
        for tab, sheet in sheets.items():
            grid = found[sheet.id]
            places, hers = self._columns(tab, grid)
            yield _Looked(grid.sheet, places, _told(grid, places), hers, grid.notes)

    def _look_at_columns(self, tab: Tab, sheet: Sheet) -> _Looked:
        """A large tab: its error columns, then the notes of the columns that they speak of."""
        grid = self.spreadsheet.noted([a1.rows(sheet.title, 0, 0)])[sheet.id]
        places, hers = self._columns(tab, grid)
        told = _told(self.spreadsheet.noted([a1.columns(sheet.title, n, n) for n in places])[sheet.id], places)
        named = {name for texts in (self.before.get(tab, ()), *told.values()) for name in _named(texts)}
        hers = {name: column for name, column in hers.items() if name in named}
        columns = [a1.columns(sheet.title, column, column) for column in hers.values()]
        notes = self.spreadsheet.notes(columns)[sheet.id].notes if columns else {}
        return _Looked(sheet, places, told, hers, notes)

    def _columns(self, tab: Tab, grid: Grid) -> tuple[list[int], dict[str, int]]:
        """Where the error columns are, and by heading where hers are."""
        row = grid.cells.get(0, {})
        texts = ["" if row.get(index) is None else row[index] for index in range(max(row, default=-1) + 1)]
        columns = headings_of(self.template, tab, grid.sheet.title, texts, self.language).columns
        hers = {
            str(texts[i]): i for key, i in columns.items() if self.template.column(tab, key).owner is Owner.EDITOR
        }
        return [columns[key] for key in ERROR_COLUMNS[tab] if key in columns], hers


def _told(grid: Grid, places: Sequence[int]) -> _Told:
    """What error columns say, by row; rows of which they say nothing are left out."""
    texts = {row: tuple(str(grid.entered(row, place) or "") for place in places) for row in grid.cells}
    return {row: said for row, said in texts.items() if any(said)}


def _named(texts: Iterable[str]) -> dict[str, str]:
    """What is said of cells, by heading: lines that begin with it."""
    found: dict[str, str] = {}
    for line in (line for text in texts for line in text.splitlines()):
        heading, colon, _ = line.partition(":")
        if colon:
            before = found.get(heading, "")
            found[heading] = (f"{before}\n{line}" if before else MARK + line)[:_LONGEST]
    return found
