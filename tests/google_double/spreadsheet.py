"""A spreadsheet's state: its sheets, their parts beside the cells, and snapshots to go back to."""

import copy
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from .errors import bad
from .grid import Grid

MAX_CELLS = 10_000_000
PARTS = {
    "merges": list, "conditionalFormats": list, "filterViews": list, "protectedRanges": list, "bandedRanges": list,
    "rowGroups": list, "columnGroups": list, "developerMetadata": list,
}  # fmt: skip


def _parts() -> dict[str, Any]:
    return {name: kind() for name, kind in PARTS.items()} | {"basicFilter": None}


@dataclass
class Sheet:
    id: int
    title: str
    grid: Grid
    properties: dict[str, Any] = field(default_factory=dict)  # hidden, tabColor, tabColorStyle, rightToLeft
    grid_properties: dict[str, Any] = field(default_factory=dict)  # frozenRowCount, … without the two counts
    parts: dict[str, Any] = field(default_factory=_parts)  # named as in the API's Sheet

    def snapshot(self) -> tuple[Any, ...]:
        return self.title, self.grid.snapshot(), copy.deepcopy((self.properties, self.grid_properties, self.parts))

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        self.title, cells, (self.properties, self.grid_properties, self.parts) = snapshot
        self.grid.restore(cells)


@dataclass
class Spreadsheet:
    id: str
    properties: dict[str, Any]
    sheets: list[Sheet] = field(default_factory=list)
    named_ranges: list[dict[str, Any]] = field(default_factory=list)
    developer_metadata: list[dict[str, Any]] = field(default_factory=list)
    next_id: int = 1_000_001

    def new_id(self) -> int:
        """Ids of sheets, filters, protections …: scattered as the real ones, and the same in every run."""
        self.next_id += 1
        return (self.next_id * 7919) % 2_000_000_011

    def snapshot(self) -> tuple[Any, ...]:
        sheets = [(sheet, sheet.snapshot()) for sheet in self.sheets]
        return sheets, copy.deepcopy((self.properties, self.named_ranges, self.developer_metadata))

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        sheets, (self.properties, self.named_ranges, self.developer_metadata) = snapshot
        for sheet, state in sheets:
            sheet.restore(state)
        self.sheets = [sheet for sheet, _ in sheets]

    def by_id(self, sheet_id: int) -> Sheet:
        for sheet in self.sheets:
            if sheet.id == sheet_id:
                return sheet
        raise bad(f"No grid with id: {sheet_id}")

    def by_title(self, title: str) -> Sheet | None:
        """Titles are told apart without regard to case, as the real ones."""
        for sheet in self.sheets:
            if sheet.title.casefold() == title.casefold():
                return sheet
        return None

    def cell_count(self) -> int:
        return sum(sheet.grid.row_count * sheet.grid.column_count for sheet in self.sheets)

    def check_size(self) -> None:
        if self.cell_count() > MAX_CELLS:
            raise bad(
                f"This action would increase the number of cells in the workbook above the limit of {MAX_CELLS} cells."
            )

    def each_metadata(self) -> Iterator[dict[str, Any]]:
        """All developer metadata of the file: its own, of its sheets, of rows and of columns."""
        yield from self.developer_metadata
        for sheet in self.sheets:
            yield from sheet.parts["developerMetadata"]
            for index, row in enumerate(sheet.grid.rows):
                if row is not None and row.props:
                    yield from (at(sheet, "ROWS", index, found) for found in row.props.get("developerMetadata", []))
            for index, props in enumerate(sheet.grid.columns):
                yield from (at(sheet, "COLUMNS", index, found) for found in (props or {}).get("developerMetadata", []))


def at(sheet: Sheet, dimension: str, index: int, metadata: dict[str, Any]) -> dict[str, Any]:
    """Metadata of a row or column with the place where it is now."""
    place = {"sheetId": sheet.id, "dimension": dimension, "startIndex": index, "endIndex": index + 1}
    return metadata | {"location": {"locationType": dimension[:-1], "dimensionRange": place}}
