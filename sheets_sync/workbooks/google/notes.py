"""Notes on the cells that an error speaks of, so that it is read where it is mended.

They say what the error column says, and are known by their mark: a note of hers is never touched. What stands on the
wrong cell, because rows were moved, the next pass puts right.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sheets_sync.gsheets import a1
from sheets_sync.gsheets.grid import Grid, Sheet
from sheets_sync.gsheets.spreadsheets import Spreadsheet
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.template import Headings, Owner, Template
from sheets_sync.workbooks.colours import ERROR_COLUMNS
from sheets_sync.workbooks.google.dress import note
from sheets_sync.workbooks.google.reading import headings_of

MARK = "⚠ "
_ROUNDS = 2
_LONGEST = 1_000


@dataclass(frozen=True, slots=True)
class Notes:
    """Brings the notes of some tabs up to date. Raises what `Spreadsheet` raises, and UsageError for headings."""

    spreadsheet: Spreadsheet
    template: Template
    language: Language

    def refresh(self, sheets: Mapping[Tab, Sheet]) -> None:
        """Look, write what differs, and look again whether it landed where it should."""
        for _ in range(_ROUNDS):
            found = self.spreadsheet.noted([a1.whole(sheet.title) for sheet in sheets.values()])
            requests = [request for tab, sheet in sheets.items() for request in self._changes(tab, found[sheet.id])]
            if not requests:
                return
            self.spreadsheet.write(requests)

    def _changes(self, tab: Tab, grid: Grid) -> Iterator[str]:
        row = grid.cells.get(0, {})
        texts = ["" if row.get(index) is None else row[index] for index in range(max(row, default=-1) + 1)]
        headings = headings_of(self.template, tab, grid.sheet.title, texts, self.language)
        hers = {
            str(texts[index]): index
            for key, index in headings.columns.items()
            if self.template.column(tab, key).owner is Owner.EDITOR
        }
        for number in range(1, max([*grid.cells, *(row for row, _ in grid.notes)], default=0) + 1):
            wanted = _named(tab, grid, headings, number)
            for heading, column in hers.items():
                present, words = grid.notes.get((number, column), ""), wanted.get(heading, "")
                if present != words and (not present or present.startswith(MARK)):
                    yield note(grid.sheet.id, number, column, words)


def _named(tab: Tab, grid: Grid, headings: Headings, row: int) -> dict[str, str]:
    """What the error columns of a row say of its cells, by heading: lines that begin with it."""
    found: dict[str, str] = {}
    for key in ERROR_COLUMNS[tab]:
        told = grid.entered(row, headings.columns[key]) if key in headings.columns else None
        for line in str(told or "").splitlines():
            heading, colon, _ = line.partition(":")
            if colon:
                before = found.get(heading, "")
                found[heading] = (f"{before}\n{line}" if before else MARK + line)[:_LONGEST]
    return found
