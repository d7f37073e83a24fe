"""Requests of a batch, as JSON texts: encoded once, so that their size is known before they are sent.

(Google, Sheets API, `spreadsheets.batchUpdate`.) Rows and columns are 0-based and ends are exclusive, as in the API.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sheets_sync.gsheets.cell_values import Entered, cell_json

T = TypeVar("T")
Area = tuple[int, int, int, int]
"""First row, row after the last, first column, column after the last."""


def request(kind: str, **body: Any) -> str:
    """One request of a batch by its name in the API."""
    return json.dumps({kind: body}, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def grid_range(sheet: int, area: Area) -> dict[str, int]:
    """A rectangle of a sheet."""
    first, last, left, right = area
    return {
        "sheetId": sheet, "startRowIndex": first, "endRowIndex": last,
        "startColumnIndex": left, "endColumnIndex": right,
    }  # fmt: skip


def add_sheet(sheet: int, title: str, rows: int, columns: int, **properties: Any) -> str:
    size = {"rowCount": rows, "columnCount": columns}
    return request("addSheet", properties={"sheetId": sheet, "title": title, "gridProperties": size, **properties})


def change_sheet(sheet: int, fields: str, **properties: Any) -> str:
    return request("updateSheetProperties", properties={"sheetId": sheet, **properties}, fields=fields)


def delete_sheet(sheet: int) -> str:
    return request("deleteSheet", sheetId=sheet)


def resize(sheet: int, *, rows: int | None = None, columns: int | None = None) -> str:
    """Set the grid's size; a smaller one would cut content off, so never ask for one."""
    size = {name: value for name, value in (("rowCount", rows), ("columnCount", columns)) if value is not None}
    fields = ",".join(f"gridProperties.{name}" for name in size)
    return change_sheet(sheet, fields, gridProperties=size)


def insert_rows(sheet: int, at: int, count: int, *, like_above: bool) -> str:
    """Room for new rows before row `at`: what stands there moves down and is never written over."""
    area = {"sheetId": sheet, "dimension": "ROWS", "startIndex": at, "endIndex": at + count}
    return request("insertDimension", range=area, inheritFromBefore=like_above)


def append_columns(sheet: int, count: int) -> str:
    return request("appendDimension", sheetId=sheet, dimension="COLUMNS", length=count)


def repeat_format(sheet: int, area: Area, cell_format: Mapping[str, Any], fields: str) -> str:
    return request("repeatCell", range=grid_range(sheet, area), cell={"userEnteredFormat": cell_format}, fields=fields)


def validation(sheet: int, area: Area, rule: Mapping[str, Any] | None) -> str:
    """A rule for all cells of an area, also those that a filter hides; None takes rules away."""
    body: dict[str, Any] = {"range": grid_range(sheet, area), "filteredRowsIncluded": True}
    return request("setDataValidation", **(body | ({"rule": rule} if rule else {})))


def write_rows(sheet: int, row: int, column: int, rows: Sequence[str], fields: str = "userEnteredValue") -> str:
    """Cells from (row, column) on; `rows` are rows of cells as JSON (`row_json`)."""
    start = f'{{"sheetId":{sheet},"rowIndex":{row},"columnIndex":{column}}}'
    return f'{{"updateCells":{{"start":{start},"rows":[{",".join(rows)}],"fields":"{fields}"}}}}'


def row_json(cells: Iterable[Entered]) -> str:
    """A row of values. Blank cells in it are emptied."""
    return '{"values":[' + ",".join(map(cell_json, cells)) + "]}"


def new_row_json(cells: Sequence[Entered]) -> str:
    """A row of values for a row that is blank: what is blank at its end stays away."""
    filled = next((index for index in range(len(cells), 0, -1) if cells[index - 1] is not None), 0)
    return row_json(cells[:filled])


def write_cells(sheet: int, cells: Mapping[int, Mapping[int, Entered]]) -> list[str]:
    """Scattered cells by row and column: neighbours travel together, cells between them are not touched."""
    return _scattered(sheet, cells, row_json, "userEnteredValue")


def write_notes(sheet: int, notes: Mapping[int, Mapping[int, str]]) -> list[str]:
    """Scattered notes by row and column; "" takes one away."""
    return _scattered(sheet, notes, _notes_json, "note")


def blank_if(sheet: int, row: int, column: int, text: str) -> str:
    """Empty a cell if it holds this very text: Google compares and clears in one step."""
    area = grid_range(sheet, (row, row + 1, column, column + 1))
    return request("findReplace", find=text, replacement="", matchCase=True, matchEntireCell=True, range=area)


def _notes_json(words: Iterable[str]) -> str:
    cells = (json.dumps({"note": text} if text else {}, ensure_ascii=False) for text in words)
    return '{"values":[' + ",".join(cells) + "]}"


def _scattered(
    sheet: int, cells: Mapping[int, Mapping[int, T]], spelled: Callable[[Sequence[T]], str], fields: str
) -> list[str]:
    found: list[str] = []
    open_blocks: dict[tuple[int, int], tuple[int, list[str]]] = {}
    last_row = -2
    for row in sorted(cells):
        if row != last_row + 1:
            found += _closed(sheet, open_blocks, fields)
        still: dict[tuple[int, int], tuple[int, list[str]]] = {}
        for left, values in _runs(cells[row]):
            shape = left, len(values)
            first, rows = open_blocks.pop(shape, (row, []))
            rows.append(spelled(values))
            still[shape] = first, rows
        found += _closed(sheet, open_blocks, fields)
        open_blocks, last_row = still, row
    return found + _closed(sheet, open_blocks, fields)


def _closed(sheet: int, blocks: dict[tuple[int, int], tuple[int, list[str]]], fields: str) -> list[str]:
    done = [write_rows(sheet, first, left, rows, fields) for (left, _), (first, rows) in blocks.items()]
    blocks.clear()
    return done


def _runs(cells: Mapping[int, T]) -> Iterable[tuple[int, list[T]]]:
    """Neighbouring cells of a row: (first column, values)."""
    runs: list[tuple[int, list[T]]] = []
    for column in sorted(cells):
        if runs and runs[-1][0] + len(runs[-1][1]) == column:
            runs[-1][1].append(cells[column])
        else:
            runs.append((column, [cells[column]]))
    return runs
