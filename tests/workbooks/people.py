"""What a person does to a workbook, done by the project's own engine: looking at a sheet and typing into cells."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sheets_sync.ooxml.patcher import SheetEdit, patch
from sheets_sync.ooxml.reader import Package


def grid(path: Path, sheet: str) -> list[list[Any]]:
    """Rows of a sheet from row 1 down; blank cells are None."""
    rows: list[list[Any]] = []
    with Package.open(path) as package:
        for row in package.rows(sheet):
            rows += [[] for _ in range(row.number - 1 - len(rows))]
            values = {i: cell.value for i, cell in row.cells.items()}
            rows.append([values.get(i) for i in range(max(values) + 1)])
    width = max(map(len, rows), default=0)
    return [row + [None] * (width - len(row)) for row in rows]


def put(path: Path, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
    """Type into cells, by (1-based row, 0-based column); None clears one."""
    by_row: dict[int, dict[int, Any]] = {}
    for (row, column), value in cells.items():
        by_row.setdefault(row, {})[column] = value
    patch(path, path, {sheet: SheetEdit(by_row)})
