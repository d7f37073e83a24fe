"""Where `values.append` thinks that a table ends: the block of filled cells around the last one in the range."""

from .a1 import Area
from .grid import Grid


def last_table(area: Area) -> Area | None:
    seed = _seed(area)
    if seed is None:
        return None
    grid = area.sheet.grid
    top, left = seed
    bottom, right = top + 1, left + 1
    while True:
        if top > 0 and _row_filled(grid, top - 1, left, right):
            top -= 1
        elif _row_filled(grid, bottom, left, right):
            bottom += 1
        elif left > 0 and _column_filled(grid, left - 1, top, bottom):
            left -= 1
        elif _column_filled(grid, right, top, bottom):
            right += 1
        else:
            return Area(area.sheet, top, left, bottom, right)


def _seed(area: Area) -> tuple[int, int] | None:
    """The lowest and then rightmost filled cell of the range."""
    grid = area.sheet.grid
    bottom, right = area.ends()
    for index in range(min(bottom, len(grid.rows)) - 1, area.top - 1, -1):
        row = grid.rows[index]
        if row is None:
            continue
        for column in range(min(right, len(row.values)) - 1, area.left - 1, -1):
            if row.values[column] is not None:
                return index, column
    return None


def _row_filled(grid: Grid, index: int, left: int, right: int) -> bool:
    row = grid.row(index)
    return row is not None and any(value is not None for value in row.values[left:right])


def _column_filled(grid: Grid, column: int, top: int, bottom: int) -> bool:
    return any(grid.value(index, column) is not None for index in range(top, bottom))
