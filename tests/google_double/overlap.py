"""Whether two ranges of a sheet share a cell, and whether one lies within the other."""

from typing import Any

GridRange = dict[str, Any]
_FAR = 1_000_000_000


def bounds(grid_range: GridRange) -> tuple[int, int, int, int]:
    """Top, left, bottom, right; what is open reaches far."""
    return (
        grid_range.get("startRowIndex", 0), grid_range.get("startColumnIndex", 0),
        grid_range.get("endRowIndex", _FAR), grid_range.get("endColumnIndex", _FAR),
    )  # fmt: skip


def overlap(first: GridRange, second: GridRange) -> bool:
    top, left, bottom, right = bounds(first)
    other_top, other_left, other_bottom, other_right = bounds(second)
    return top < other_bottom and other_top < bottom and left < other_right and other_left < right


def within(inner: GridRange, outer: GridRange) -> bool:
    top, left, bottom, right = bounds(inner)
    other_top, other_left, other_bottom, other_right = bounds(outer)
    return other_top <= top and other_left <= left and bottom <= other_bottom and right <= other_right
