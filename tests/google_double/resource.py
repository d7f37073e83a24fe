"""The spreadsheet as `spreadsheets.get` answers it, with ranges and the field mask."""

import copy
from typing import Any

from . import a1, masks
from .grid_data import DEFAULT_FORMAT, grid_data
from .schema import check_reply_mask
from .spreadsheet import Sheet, Spreadsheet

_FALSE_STAYS = {"bold", "italic", "strikethrough", "underline", "boolValue"}


def resource(
    spreadsheet: Spreadsheet, ranges: list[str], mask: masks.Mask | None, *, grid: bool, user: str = ""
) -> dict[str, Any]:
    """`mask` of None: the whole, with cells only where `grid` is true; with a mask only the mask counts."""
    if mask is not None:
        check_reply_mask(mask, "Spreadsheet")
        grid = masks.wants(mask, "sheets", "data")
    mask = mask if mask is not None else masks.ALL
    areas = [a1.parse(spreadsheet, text) for text in ranges]
    for area in areas:
        a1.check_inside(area)
    shown = [sheet for sheet in spreadsheet.sheets if not areas or any(area.sheet is sheet for area in areas)]
    whole: dict[str, Any] = {
        "spreadsheetId": spreadsheet.id,
        "properties": spreadsheet_properties(spreadsheet),
        "sheets": [sheet_resource(spreadsheet, sheet, user) for sheet in shown],
        "namedRanges": [lean_named(found) for found in spreadsheet.named_ranges],
        "developerMetadata": copy.deepcopy(spreadsheet.developer_metadata),
        "spreadsheetUrl": f"https://docs.google.com/spreadsheets/d/{spreadsheet.id}/edit",
    }
    out: dict[str, Any] = masks.cut({name: value for name, value in whole.items() if value != []}, mask)
    if masks.wants(mask, "sheets"):
        below = masks.below(mask, "sheets")
        out["sheets"] = [masks.cut(found, below) for found in whole["sheets"]]
        if grid:
            _add_data(spreadsheet, shown, areas, out["sheets"], masks.below(below, "data"))
    return out


def _add_data(
    spreadsheet: Spreadsheet, shown: list[Sheet], areas: list[a1.Area], out: list[dict[str, Any]], mask: masks.Mask
) -> None:
    locale = spreadsheet.properties["locale"]
    for sheet, found in zip(shown, out, strict=True):
        mine = [area for area in areas if area.sheet is sheet] or [a1.Area(sheet, 0, 0, None, None)]
        found["data"] = [grid_data(area, mask, locale) for area in mine]


def spreadsheet_properties(spreadsheet: Spreadsheet) -> dict[str, Any]:
    return {
        "title": "", "locale": "en_US", "autoRecalc": "ON_CHANGE", "timeZone": "Etc/GMT",
        "defaultFormat": DEFAULT_FORMAT,
    } | spreadsheet.properties  # fmt: skip


def sheet_properties(spreadsheet: Spreadsheet, sheet: Sheet) -> dict[str, Any]:
    counts = {"rowCount": sheet.grid.row_count, "columnCount": sheet.grid.column_count}
    return {
        "sheetId": sheet.id, "title": sheet.title, "index": spreadsheet.sheets.index(sheet), "sheetType": "GRID",
        "gridProperties": counts | sheet.grid_properties,
    } | sheet.properties  # fmt: skip


def sheet_resource(spreadsheet: Spreadsheet, sheet: Sheet, user: str) -> dict[str, Any]:
    out: dict[str, Any] = {"properties": sheet_properties(spreadsheet, sheet)}
    for name, part in sheet.parts.items():
        if part:
            out[name] = lean(part)
    for found in out.get("protectedRanges", []):
        found["requestingUserCanEdit"] = found.get("warningOnly") or user in found.get("editors", {}).get("users", [])
        if not found["requestingUserCanEdit"]:
            del found["requestingUserCanEdit"]
    return out


def lean(value: Any) -> Any:
    """As in a reply: ranges without the sheet id 0, and without anything false."""
    if isinstance(value, list):
        return [lean(item) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: lean(item)
        for name, item in value.items()
        if not (name == "sheetId" and item == 0)
        and not (item is False and name not in _FALSE_STAYS)
        and item is not None
    }


def lean_named(named: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = lean(named)
    return found
