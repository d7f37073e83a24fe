"""The paths of the Sheets API v4, told apart and handed to the methods behind them."""

import re
import urllib.parse
from dataclasses import dataclass
from typing import Any

from . import masks
from .batch import Batch, batch_update, check_batch
from .colours import mirrored
from .errors import ApiError, bad
from .files import File, Files
from .kinds.sheets import new_sheet
from .metadata import matching
from .query import check_query
from .resource import lean, resource
from .schema import check, check_reply_mask
from .spreadsheet import Spreadsheet
from .values_methods import Query, ValuesMethods, one

_FILE = re.compile(r"/v4/spreadsheets/([^/:]+)(.*)", re.DOTALL)
_VALUES = re.compile(r"/values/(.+?)(:append|:clear)?", re.DOTALL)
_READ_POSTS = (":getByDataFilter", "/developerMetadata:search", "/values:batchGetByDataFilter")


@dataclass
class SheetsCall:
    method: str
    path: str
    query: Query
    body: dict[str, Any]
    user: str
    year: int

    def key(self) -> str:
        return f"{self.method} {self.path}"


def cost(method: str, path: str) -> str:
    return "read" if method == "GET" or path.endswith(_READ_POSTS) else "write"


def answer(files: Files, call: SheetsCall) -> dict[str, Any]:
    """The reply, cut by the mask of the query; raises `ApiError`."""
    text = one(call.query, "fields")
    mask = masks.parse(text) if text else None
    if call.path == "/v4/spreadsheets" and call.method == "POST":
        return _create(files, call, mask)
    found = _FILE.fullmatch(call.path)
    if found is None:
        raise ApiError(404, "Not Found", html=True)
    write = cost(call.method, call.path) == "write"
    file = files.for_sheets(urllib.parse.unquote(found[1]), call.user, write=write)
    snapshot = file.spreadsheet.snapshot() if write else None
    try:
        reply = _of_file(files, file, found[2], call, mask)
    except BaseException:
        if snapshot is not None:
            file.spreadsheet.restore(snapshot)
        raise
    if write:
        file.touch(files.clock())
    return reply


def _of_file(files: Files, file: File, rest: str, call: SheetsCall, mask: masks.Mask | None) -> dict[str, Any]:
    method, query, body, spreadsheet = call.method, call.query, call.body, file.spreadsheet
    check_query(method, rest, query)
    if not rest and method == "GET":
        grid = one(query, "includeGridData").lower() == "true"
        return resource(spreadsheet, query.get("ranges", []), mask, grid=grid, user=call.user)
    if rest == ":batchUpdate" and method == "POST":
        check_batch(body)
        if mask is not None:
            check_reply_mask(mask, "BatchUpdateSpreadsheetResponse")
        reply = batch_update(Batch(spreadsheet, call.user, file.owner, call.year), body, mask)
        return _cut_reply(reply, mask)
    if rest == "/developerMetadata:search" and method == "POST":
        check(body, "SearchDeveloperMetadataRequest")
        found = [item for wanted in body.get("dataFilters", []) for item in matching(spreadsheet, wanted)]
        return {"matchedDeveloperMetadata": [{"developerMetadata": lean(item)} for item in found]} if found else {}
    reply_type, reply = _values(ValuesMethods(spreadsheet, call.user, file.owner, call.year), rest, call)
    if mask is not None:
        check_reply_mask(mask, reply_type)
    cut: dict[str, Any] = masks.cut(reply, mask or masks.ALL)
    return cut


def _cut_reply(reply: dict[str, Any], mask: masks.Mask | None) -> dict[str, Any]:
    """The spreadsheet inside was made by its part of the mask already."""
    updated = reply.pop("updatedSpreadsheet", None)
    cut: dict[str, Any] = masks.cut(reply, mask or masks.ALL)
    if updated and masks.wants(mask or masks.ALL, "updatedSpreadsheet"):
        cut["updatedSpreadsheet"] = updated
    return cut


def _values(values: ValuesMethods, rest: str, call: SheetsCall) -> tuple[str, dict[str, Any]]:
    method, query, body = call.method, call.query, call.body
    if rest == "/values:batchGet" and method == "GET":
        return "BatchGetValuesResponse", values.batch_get(query)
    if rest == "/values:batchGetByDataFilter" and method == "POST":
        check(body, "BatchGetValuesByDataFilterRequest")
        return "BatchGetValuesByDataFilterResponse", values.batch_get_by_filter(body)
    if rest == "/values:batchUpdate" and method == "POST":
        check(body, "BatchUpdateValuesRequest")
        return "BatchUpdateValuesResponse", values.batch_update(body)
    if rest == "/values:batchClear" and method == "POST":
        check(body, "BatchClearValuesRequest")
        return "BatchClearValuesResponse", values.batch_clear(body)
    found = _VALUES.fullmatch(rest)
    if found is None:
        raise ApiError(404, "Not Found", html=True)
    text, action = urllib.parse.unquote(found[1]), found[2]
    if method == "GET" and not action:
        return "ValueRange", values.get(text, query)
    if method == "PUT" and not action:
        _check_value_range(body)
        return "UpdateValuesResponse", values.update(text, query, body)
    if method == "POST" and action == ":append":
        _check_value_range(body)
        return "AppendValuesResponse", values.append(text, query, body)
    if method == "POST" and action == ":clear":
        check(body, "ClearValuesRequest")
        return "ClearValuesResponse", values.clear(text)
    raise ApiError(404, "Not Found", html=True)


def _check_value_range(body: dict[str, Any]) -> None:
    for row in body.get("values") or []:
        if not isinstance(row, list):
            return  # refused with its own words further on
    check(body, "ValueRange", "data")


def _create(files: Files, call: SheetsCall, mask: masks.Mask | None) -> dict[str, Any]:
    check(call.body, "Spreadsheet")
    files.check_storage(call.user)
    defaults = {"title": "Untitled spreadsheet", "locale": "en_US", "timeZone": "Etc/GMT"}
    spreadsheet = Spreadsheet(files.new_id(), defaults | call.body.get("properties", {}))
    for sheet in call.body.get("sheets") or [{}]:
        if set(sheet) - {"properties"}:
            raise bad(f"tests/google_double creates sheets by their properties only, not {sorted(sheet)}")
        new_sheet(spreadsheet, mirrored(sheet.get("properties", {"title": "Sheet1"})))
    files.add(spreadsheet, call.user)
    return resource(spreadsheet, [], mask, grid=False, user=call.user)
