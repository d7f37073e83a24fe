"""Cells of one sheet as Google answered them: by 0-based row and column, what was entered and what it comes to."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.gsheets.cell_values import Entered, Formula, from_extended


@dataclass(frozen=True, slots=True)
class Sheet:
    """One tab of a spreadsheet. `rows` and `columns` are the size of its grid, blank cells included."""

    id: int
    title: str
    rows: int = 0
    columns: int = 0
    hidden: bool = False

    @property
    def cells(self) -> int:
        return self.rows * self.columns


@dataclass(slots=True)
class Grid:
    """What was read of a sheet. `cells`: by row and column, as entered; `results`: what formulas come to; `notes` where
    they were asked for.
    """

    sheet: Sheet
    cells: dict[int, dict[int, Entered]] = field(default_factory=dict)
    results: dict[tuple[int, int], Entered] = field(default_factory=dict)
    notes: dict[tuple[int, int], str] = field(default_factory=dict)

    def entered(self, row: int, column: int) -> Entered:
        found = self.cells.get(row)
        return None if found is None else found.get(column)

    def shown(self, row: int, column: int) -> Entered:
        """The value that a person sees: of a formula its result."""
        value = self.entered(row, column)
        return self.results.get((row, column)) if isinstance(value, Formula) else value

    def row(self, row: int) -> dict[int, Entered]:
        """The filled cells of a row, by column, as a person sees them."""
        return {column: self.shown(row, column) for column in sorted(self.cells.get(row, ()))}

    def take(self, block: Mapping[str, Any]) -> None:
        """Add a block of grid data. Cells that come without what was entered count by what they come to."""
        first, left = block.get("startRow", 0), block.get("startColumn", 0)
        for number, row in enumerate(block.get("rowData", ()), start=first):
            found: dict[int, Entered] = {}
            for column, cell in enumerate(row.get("values", ()), start=left):
                if not cell:
                    continue
                if note := cell.get("note"):
                    self.notes[number, column] = note
                result = from_extended(cell.get("effectiveValue"))
                value = from_extended(cell.get("userEnteredValue")) if "userEnteredValue" in cell else result
                if value is not None:
                    found[column] = value
                    if isinstance(value, Formula):
                        self.results[number, column] = result
            if found:
                self.cells.setdefault(number, {}).update(found)


def sheet_of(entry: Mapping[str, Any]) -> Sheet:
    """A sheet of the metadata; tabs that are no grids (charts) have no size."""
    properties = entry["properties"]
    size = properties.get("gridProperties", {})
    return Sheet(
        properties.get("sheetId", 0),
        str(properties.get("title", "")),
        size.get("rowCount", 0),
        size.get("columnCount", 0),
        bool(properties.get("hidden", False)),
    )


def grids_of(entries: list[Mapping[str, Any]]) -> Iterator[Grid]:
    """The grids of an answer that carries grid data."""
    for entry in entries:
        grid = Grid(sheet_of(entry))
        for block in entry.get("data", ()):
            grid.take(block)
        yield grid
