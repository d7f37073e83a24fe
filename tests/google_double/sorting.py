"""Sorts rows of an area: cells move with values, formats, notes and rules; heights and hidden rows stay."""

from typing import Any

from .a1 import Area
from .grid import Formula, Value
from .values import ErrorValue, effective

Key = tuple[int, Any]


def sort_area(area: Area, by: list[tuple[int, bool]]) -> None:
    """`by`: columns (from 0, of the sheet) with whether they descend. Empty cells come last either way."""
    grid = area.sheet.grid
    bottom, right = area.ends()
    last = min(bottom, len(grid.rows))
    order = list(range(area.top, last))
    for column, descending in reversed(by):
        keys = {index: _key(value) for index in order if (value := grid.value(index, column)) is not None}
        filled = sorted(keys, key=keys.__getitem__, reverse=descending)
        order = filled + [index for index in order if index not in keys]
    cells = [_cells(area, index, right) for index in order]
    for index, (values, looks) in zip(range(area.top, last), cells, strict=True):
        row = grid.writable(index)
        _put(row.values, area.left, right, values)
        _put(row.looks, area.left, right, looks)


def _cells(area: Area, index: int, right: int) -> tuple[list[Any], list[Any]]:
    row = area.sheet.grid.row(index)
    return (row.values[area.left : right], row.looks[area.left : right]) if row else ([], [])


def _put(cells: list[Any], left: int, right: int, new: list[Any]) -> None:
    if len(cells) > right or len(cells) < left:
        cells.extend([None] * (left - len(cells)))
        if len(cells) > right:
            new = new + [None] * (right - left - len(new))
    cells[left:right] = new


def _key(value: Value) -> Key:
    found = effective(value) if isinstance(value, Formula) else value
    if isinstance(found, ErrorValue):
        return 3, found.text
    if isinstance(found, bool):
        return 2, found
    if isinstance(found, str):
        return 1, found.casefold()
    return 0, found or 0
