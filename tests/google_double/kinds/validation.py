"""setDataValidation: skips rows that a filter hides unless told otherwise (Sheets API, SetDataValidationRequest)."""

from typing import Any

from ..batch import Batch
from ..cells import CellWriter


def set_data_validation(batch: Batch, request: dict[str, Any]) -> None:
    area = batch.editable(request.get("range"))
    writer = CellWriter.of("dataValidation")
    cell = {"dataValidation": request["rule"]} if request.get("rule") else {}
    grid = area.sheet.grid
    bottom, right = area.ends()
    hidden_too = bool(request.get("filteredRowsIncluded"))
    for index in range(area.top, bottom):
        if not hidden_too and grid.row_props(index).get("hiddenByFilter"):
            continue
        if cell or grid.row(index):
            row = grid.writable(index)
            for column in range(area.left, right):
                writer.repeat(row, column, cell, None)


KINDS = {"setDataValidation": set_data_validation}
