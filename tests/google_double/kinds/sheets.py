"""Whole sheets, and the properties of the spreadsheet."""

import copy
from typing import Any

from .. import masks
from ..batch import Batch
from ..colours import mirrored, with_twins
from ..errors import bad
from ..grid import Grid
from ..resource import sheet_properties
from ..schema import check_update_mask
from ..spreadsheet import Sheet, Spreadsheet

_OWN = ("hidden", "tabColor", "tabColorStyle", "rightToLeft")
_GRID = ("frozenRowCount", "frozenColumnCount", "hideGridlines", "rowGroupControlAfter", "columnGroupControlAfter")
MAX_SHEETS = 200


def add_sheet(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    properties = mirrored(request.get("properties", {}))
    return {"properties": sheet_properties(batch.spreadsheet, new_sheet(batch.spreadsheet, properties))}


def new_sheet(spreadsheet: Spreadsheet, properties: dict[str, Any]) -> Sheet:
    size = properties.get("gridProperties", {})
    sheet_id = properties.get("sheetId")
    if sheet_id is None:
        sheet_id = spreadsheet.new_id() if spreadsheet.sheets else 0
    elif any(sheet.id == sheet_id for sheet in spreadsheet.sheets):
        raise bad(f"Sheet ID {sheet_id} already exists. Please enter a different ID.")
    title = properties.get("title") or _free_title(spreadsheet)
    check_title(spreadsheet, title, None)
    sheet = Sheet(sheet_id, title, Grid(size.get("rowCount", 1000), size.get("columnCount", 26)))
    if sheet.grid.row_count < 1 or sheet.grid.column_count < 1:
        raise bad("A sheet must have at least one row and one column.")
    sheet.grid_properties = {name: size[name] for name in _GRID if size.get(name)}
    _check_frozen(sheet)
    sheet.properties = {name: properties[name] for name in _OWN if properties.get(name)}
    spreadsheet.sheets.insert(properties.get("index", len(spreadsheet.sheets)), sheet)
    if len(spreadsheet.sheets) > MAX_SHEETS:
        raise bad(f"The workbook may have no more than {MAX_SHEETS} sheets.")
    spreadsheet.check_size()
    return sheet


def _free_title(spreadsheet: Spreadsheet) -> str:
    number = len(spreadsheet.sheets) + 1
    while spreadsheet.by_title(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def check_title(spreadsheet: Spreadsheet, title: str, sheet: Sheet | None) -> None:
    found = spreadsheet.by_title(title)
    if found is not None and found is not sheet:
        raise bad(f'A sheet with the name "{title}" already exists. Please enter another name.')
    if not title or len(title) > 100:
        raise bad("A sheet's name must have 1 to 100 characters.")


def _check_frozen(sheet: Sheet) -> None:
    for name, count in (("Row", sheet.grid.row_count), ("Column", sheet.grid.column_count)):
        if sheet.grid_properties.get(f"frozen{name}Count", 0) >= count:
            raise bad(f"You can't freeze all visible {name.lower()}s on the sheet.")


def delete_sheet(batch: Batch, request: dict[str, Any]) -> None:
    spreadsheet = batch.spreadsheet
    sheet = batch.sheet(request.get("sheetId", 0))
    drop_sheet(spreadsheet, sheet)


def drop_sheet(spreadsheet: Spreadsheet, sheet: Sheet) -> None:
    if not [other for other in spreadsheet.sheets if other is not sheet and not other.properties.get("hidden")]:
        raise bad("You can't remove all the visible sheets in a document.")
    spreadsheet.sheets.remove(sheet)
    spreadsheet.named_ranges = [
        found for found in spreadsheet.named_ranges if found["range"].get("sheetId", 0) != sheet.id
    ]


def duplicate_sheet(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    spreadsheet = batch.spreadsheet
    source = batch.sheet(request.get("sourceSheetId", 0))
    title = request.get("newSheetName") or f"Copy of {source.title}"
    check_title(spreadsheet, title, None)
    sheet_id = request.get("newSheetId") or spreadsheet.new_id()
    if any(sheet.id == sheet_id for sheet in spreadsheet.sheets):
        raise bad(f"Sheet ID {sheet_id} already exists. Please enter a different ID.")
    sheet = duplicate(source, sheet_id, title)
    for found in sheet.parts["protectedRanges"]:
        found["protectedRangeId"] = spreadsheet.new_id()
    spreadsheet.sheets.insert(request.get("insertSheetIndex", 0), sheet)
    spreadsheet.check_size()
    return {"properties": sheet_properties(spreadsheet, sheet)}


def duplicate(source: Sheet, sheet_id: int, title: str) -> Sheet:
    state = copy.deepcopy((source.properties, source.grid_properties, source.parts))
    _retarget(state[2], sheet_id)
    state[2]["developerMetadata"] = []
    return Sheet(sheet_id, title, source.grid.twin(), *state)


def _retarget(value: Any, sheet_id: int) -> None:
    if isinstance(value, list):
        for item in value:
            _retarget(item, sheet_id)
    elif isinstance(value, dict):
        if "startRowIndex" in value or "endRowIndex" in value or "startColumnIndex" in value or "sheetId" in value:
            value["sheetId"] = sheet_id
        for item in value.values():
            _retarget(item, sheet_id)


def update_sheet_properties(batch: Batch, request: dict[str, Any]) -> None:
    mask = masks.parse(request.get("fields", ""))
    if not request.get("fields"):
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    check_update_mask(mask, "SheetProperties")
    new = mirrored(request.get("properties", {}))
    sheet = batch.sheet(new.get("sheetId", 0))
    spreadsheet = batch.spreadsheet
    if masks.wants(mask, "title"):
        check_title(spreadsheet, new.get("title", ""), sheet)
        sheet.title = new["title"]
    if masks.wants(mask, "index") and "index" in new:
        order = [other for other in spreadsheet.sheets if other is not sheet]
        at = new["index"] - (1 if new["index"] > spreadsheet.sheets.index(sheet) else 0)
        order.insert(at, sheet)
        spreadsheet.sheets = order
    if masks.wants(mask, "gridProperties"):
        _update_grid(batch, sheet, new.get("gridProperties", {}), masks.below(mask, "gridProperties"))
    rest = {name: sub for name, sub in with_twins(mask).items() if name in _OWN}
    if not mask or rest:
        kept = {name: item for name, item in new.items() if name in _OWN}
        updated = masks.update(sheet.properties, kept, rest)
        sheet.properties = {name: item for name, item in updated.items() if item is not False}
    if all(other.properties.get("hidden") for other in spreadsheet.sheets):
        raise bad("You can't hide all the sheets in a document.")


def _update_grid(batch: Batch, sheet: Sheet, new: dict[str, Any], mask: masks.Mask) -> None:
    rows, columns = sheet.grid.row_count, sheet.grid.column_count
    rows = new.get("rowCount", rows) if masks.wants(mask, "rowCount") else rows
    columns = new.get("columnCount", columns) if masks.wants(mask, "columnCount") else columns
    if rows < 1 or columns < 1:
        raise bad("A sheet must have at least one row and one column.")
    sheet.grid.resize(rows, columns)
    for name in _GRID:
        if masks.wants(mask, name):
            sheet.grid_properties.pop(name, None)
            if new.get(name):
                sheet.grid_properties[name] = new[name]
    _check_frozen(sheet)
    batch.spreadsheet.check_size()


def update_spreadsheet_properties(batch: Batch, request: dict[str, Any]) -> None:
    mask = masks.parse(request.get("fields", ""))
    if not request.get("fields"):
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    check_update_mask(mask, "SpreadsheetProperties")
    new = request.get("properties", {})
    if masks.wants(mask, "title") and not new.get("title"):
        raise bad("The title of a spreadsheet cannot be empty.")
    if masks.wants(mask, "locale") and "locale" in new and not new["locale"].replace("_", "").isalpha():
        raise bad(f"Unsupported locale: {new['locale']}")
    old = batch.spreadsheet.properties
    if old.get("importFunctionsExternalUrlAccessAllowed"):
        new = new | {"importFunctionsExternalUrlAccessAllowed": True}
    batch.spreadsheet.properties = old | masks.update(old, new, mask)


KINDS = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
