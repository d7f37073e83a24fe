"""Copies and cuts blocks of cells."""

from typing import Any

from .a1 import Area
from .grid import Grid, Look, Value

Block = list[list[tuple[Value, Look | None]]]


def read_block(area: Area) -> Block:
    grid = area.sheet.grid
    bottom, right = area.ends()
    return [
        [(grid.value(row, column), grid.look(row, column)) for column in range(area.left, right)]
        for row in range(area.top, bottom)
    ]


def clear(area: Area) -> None:
    grid = area.sheet.grid
    bottom, right = area.ends()
    for index in range(area.top, min(bottom, len(grid.rows))):
        if grid.rows[index] is not None:
            row = grid.writable(index)
            for column in range(area.left, right):
                row.set_value(column, None)
                row.set_look(column, None)


def write_block(grid: Grid, top: int, left: int, block: Block, what: str = "PASTE_NORMAL") -> None:
    for index, cells in enumerate(block, top):
        row = grid.writable(index)
        for column, (value, look) in enumerate(cells, left):
            if what in ("PASTE_NORMAL", "PASTE_VALUES", "PASTE_FORMULA", "PASTE_NO_BORDERS"):
                row.set_value(column, value)
            row.set_look(column, pasted_look(row.look(column), look, what))


def pasted_look(old: Look | None, new: Look | None, what: str) -> Look | None:
    if what in ("PASTE_NORMAL", "PASTE_NO_BORDERS"):
        return new
    part = {"PASTE_FORMAT": "userEnteredFormat", "PASTE_DATA_VALIDATION": "dataValidation"}.get(what)
    if part is None:
        return old
    out: dict[str, Any] = dict(old or {})
    out.pop(part, None)
    if new and part in new:
        out[part] = new[part]
    return out
