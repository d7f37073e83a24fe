"""Rows and columns as wholes: insert, delete, append, move, properties."""

from typing import Any

from .. import masks
from ..a1 import Area
from ..batch import Batch
from ..errors import bad
from ..formats import shown
from ..grid import Grid, Look
from ..protected import check_editable
from ..schema import check_update_mask
from ..shifting import deleted, inserted, moved, shift
from ..spreadsheet import Sheet

_WORDS = {"ROWS": "rows", "COLUMNS": "columns"}


def count_of(grid: Grid, dimension: str) -> int:
    return grid.row_count if dimension == "ROWS" else grid.column_count


def span(batch: Batch, place: dict[str, Any] | None, *, may_end_behind: bool = False) -> tuple[Sheet, str, int, int]:
    if not place or place.get("dimension") not in _WORDS:
        raise bad("range.dimension must be ROWS or COLUMNS.")
    sheet = batch.sheet(place.get("sheetId", 0))
    dimension = place["dimension"]
    count = count_of(sheet.grid, dimension)
    start, end = place.get("startIndex", 0), place.get("endIndex", count)
    if start < 0 or end <= start:
        raise bad(f"range.endIndex[{end}] must be greater than range.startIndex[{start}].")
    if start > count or (not may_end_behind and end > count):
        raise bad(f"range.endIndex[{end}] is too large: the sheet has {count} {_WORDS[dimension]}.")
    return sheet, dimension, start, end


def insert_dimension(batch: Batch, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = span(batch, request.get("range"), may_end_behind=True)
    before = bool(request.get("inheritFromBefore"))
    if before and start == 0:
        raise bad("range.startIndex must be greater than 0 if inheritFromBefore is true.")
    count = count_of(sheet.grid, dimension)
    if not before and start >= count:
        raise bad(
            f"range.startIndex[{start}] must be less than the grid size ({count}) if inheritFromBefore is false."
        )
    insert(batch, sheet, dimension, start, end - start, before=before)


def insert(batch: Batch, sheet: Sheet, dimension: str, at: int, count: int, *, before: bool) -> None:
    sheet.grid.insert(dimension, at, count)
    batch.spreadsheet.check_size()
    shift(batch.spreadsheet, sheet, dimension, inserted(at, count))
    like = at - 1 if before else at + count
    if like < count_of(sheet.grid, dimension):
        _inherit(sheet.grid, dimension, like, range(at, at + count))


def _inherit(grid: Grid, dimension: str, like: int, new: range) -> None:
    if dimension == "ROWS":
        neighbour = grid.row(like)
        looks = [_inherited(look) for look in (neighbour.looks if neighbour else [])]
        if any(looks):
            for index in new:
                grid.writable(index).looks = looks.copy()
        return
    for index, row in enumerate(grid.rows):
        look = _inherited(row.look(like)) if row else None
        if look:
            mine = grid.writable(index)
            for column in new:
                mine.set_look(column, look)


def _inherited(look: Look | None) -> Look | None:
    """New cells look like their neighbours; notes stay where they are."""
    kept = ("userEnteredFormat", "dataValidation")
    return {name: part for name, part in look.items() if name in kept} if look else None


def append_dimension(batch: Batch, request: dict[str, Any]) -> None:
    sheet = batch.sheet(request.get("sheetId", 0))
    length = request.get("length", 0)
    dimension = request.get("dimension")
    if length <= 0 or dimension not in _WORDS:
        raise bad("length must be greater than 0." if length <= 0 else "dimension must be specified.")
    sheet.grid.insert(dimension, count_of(sheet.grid, dimension), length)
    batch.spreadsheet.check_size()


def delete_dimension(batch: Batch, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = span(batch, request.get("range"))
    rows = dimension == "ROWS"
    area = Area(sheet, start, 0, end, None) if rows else Area(sheet, 0, start, None, end)
    check_editable(area, batch.user, batch.owner)
    remove(batch, sheet, dimension, start, end)


def remove(batch: Batch, sheet: Sheet, dimension: str, start: int, end: int) -> None:
    count = count_of(sheet.grid, dimension)
    frozen = sheet.grid_properties.get("frozenRowCount" if dimension == "ROWS" else "frozenColumnCount", 0)
    if end - start >= count:
        raise bad(f"You can't delete all the {_WORDS[dimension]} on the sheet.")
    if start <= frozen and end >= count:
        raise bad(f"You can't delete all the non-frozen {_WORDS[dimension]} on the sheet.")
    sheet.grid.delete(dimension, start, end)
    shift(batch.spreadsheet, sheet, dimension, deleted(start, end))


def move_dimension(batch: Batch, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = span(batch, request.get("source"))
    to = request.get("destinationIndex", 0)
    if not 0 <= to <= count_of(sheet.grid, dimension):
        raise bad(f"destinationIndex[{to}] is out of the grid.")
    if start < to < end:
        raise bad("destinationIndex must not be within the source range.")
    sheet.grid.move(dimension, start, end, to)
    shift(batch.spreadsheet, sheet, dimension, moved(start, end, to))


def update_dimension_properties(batch: Batch, request: dict[str, Any]) -> None:
    sheet, dimension, start, end = span(batch, request.get("range"))
    mask = masks.parse(request.get("fields", ""))
    if not request.get("fields"):
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    check_update_mask(mask, "DimensionProperties")
    new = {name: item for name, item in request.get("properties", {}).items() if item is not False}
    grid = sheet.grid
    for index in range(start, end):
        if dimension == "ROWS":
            grid.set_row_props(index, masks.update(grid.row_props(index), new, mask))
        else:
            grid.set_column_props(index, masks.update(grid.column_props(index), new, mask))


def auto_resize_dimensions(batch: Batch, request: dict[str, Any]) -> None:
    """Columns become as wide as their longest text, at a guess."""
    sheet, dimension, start, end = span(batch, request.get("dimensions"))
    if dimension == "ROWS":
        return
    for column in range(start, end):
        texts = [shown(row.value(column), row.look(column), batch.locale) for row in sheet.grid.rows if row is not None]
        width = max((len(text) for text in texts), default=0) * 7 + 6
        sheet.grid.set_column_props(column, sheet.grid.column_props(column) | {"pixelSize": max(width, 21)})


KINDS = {
    "insertDimension": insert_dimension,
    "appendDimension": append_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
}
