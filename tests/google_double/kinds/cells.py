"""updateCells, appendCells, repeatCell."""

from typing import Any

from ..a1 import Area
from ..batch import Batch
from ..cells import CellWriter
from ..errors import bad
from ..grid import Formula
from ..protected import check_editable
from ..values import from_extended

Cells = list[dict[str, Any]]


def update_cells(batch: Batch, request: dict[str, Any]) -> None:
    writer = CellWriter.of(request.get("fields", ""))
    rows = [row.get("values", []) for row in request.get("rows", [])]
    if "range" in request and "start" in request:
        raise bad("Only one of start and range may be set.")
    if "range" in request:
        _fill(batch.editable(request["range"]), rows, writer)
        return
    start = request.get("start")
    if start is None:
        raise bad("Must specify either start or range.")
    sheet = batch.sheet(start.get("sheetId", 0))
    top, left = start.get("rowIndex", 0), start.get("columnIndex", 0)
    width = max((len(cells) for cells in rows), default=0)
    check_editable(Area(sheet, top, left, top + len(rows), left + width), batch.user, batch.owner)
    _put(Area(sheet, top, left, None, None), rows, writer)


def _put(area: Area, rows: list[Cells], writer: CellWriter) -> None:
    """Only cells that are given are touched."""
    grid = area.sheet.grid
    bottom, right = area.ends()
    for index, cells in enumerate(rows, area.top):
        if index >= bottom and (cells or index > area.top):
            raise bad(f"Attempting to write row: {index}, beyond the last requested row of: {bottom - 1}")
        if area.left + len(cells) > right:
            raise bad(f"Attempting to write column: {right}, beyond the last requested column of: {right - 1}")
        if cells:
            writer.write_row(grid.writable(index), area.left, cells)


def _fill(area: Area, rows: list[Cells], writer: CellWriter) -> None:
    """What `rows` does not cover of the range is cleared."""
    _put(area, rows, writer)
    bottom, right = area.ends()
    empty: dict[str, Any] = {}
    for index in range(area.top, bottom):
        given = len(rows[index - area.top]) if index - area.top < len(rows) else 0
        found = area.sheet.grid.row(index)
        end = min(right, max(len(found.values), len(found.looks))) if found else 0
        if area.left + given < end:
            row = area.sheet.grid.writable(index)
            for column in range(area.left + given, end):
                writer.repeat(row, column, empty, None)


def append_cells(batch: Batch, request: dict[str, Any]) -> None:
    """Behind the last row that holds a value; the grid grows."""
    writer = CellWriter.of(request.get("fields", ""))
    grid = batch.sheet(request.get("sheetId", 0)).grid
    top = grid.used_rows()
    rows = [row.get("values", []) for row in request.get("rows", [])]
    if top + len(rows) > grid.row_count:
        grid.insert("ROWS", grid.row_count, top + len(rows) - grid.row_count)
    _put(Area(batch.sheet(request.get("sheetId", 0)), top, 0, None, None), rows, writer)


def repeat_cell(batch: Batch, request: dict[str, Any]) -> None:
    writer = CellWriter.of(request.get("fields", ""))
    area = batch.editable(request.get("range"))
    cell = request.get("cell", {})
    value = from_extended(cell.get("userEnteredValue"))
    if isinstance(value, Formula) and writer.value:
        raise bad("tests/google_double repeats no formulas: their references would have to move")
    bottom, right = area.ends()
    for index in range(area.top, bottom):
        row = area.sheet.grid.writable(index)
        for column in range(area.left, right):
            writer.repeat(row, column, cell, value)


KINDS = {"updateCells": update_cells, "appendCells": append_cells, "repeatCell": repeat_cell}
