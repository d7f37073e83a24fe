"""Opens and makes spreadsheets, reads them and writes batches into them: the small API that the rest builds upon."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from gspread.urls import DRIVE_FILES_API_V3_URL, SPREADSHEET_BATCH_UPDATE_URL, SPREADSHEET_DRIVE_URL, SPREADSHEET_URL
from gspread.utils import MimeType

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.gsheets.client import PatientClient
from sheets_sync.gsheets.credentials import Account
from sheets_sync.gsheets.failures import NoAnswer
from sheets_sync.gsheets.grid import Grid, Sheet, grids_of, sheet_of
from sheets_sync.ports import Clock, Progress

MOST_CELLS = 10_000_000
"""Of one spreadsheet, blank ones included (Google, "Files you can store in Google Drive")."""
T = TypeVar("T")
_REST_SECONDS = 2.0
_ID = re.compile(r"[A-Za-z0-9_-]{20,}")
_IN_ADDRESS = re.compile(r"(?:/d/|[?&](?:id|key)=)([A-Za-z0-9_-]{20,})(?![A-Za-z0-9_-])")
"""Of a spreadsheet's page, also under one of several accounts (`/u/1/d/…`), or of its place in Drive."""
_SHEETS = "sheets.properties(sheetId,title,hidden,gridProperties(rowCount,columnCount))"
_ABOUT = f"properties(title,locale,timeZone),{_SHEETS}"
_SHEET_ALONE = "properties(sheetId,title,hidden,gridProperties(rowCount,columnCount))"
_CELLS = f"sheets({_SHEET_ALONE},data(startRow,startColumn,rowData(values(userEnteredValue,effectiveValue))))"
_NUMBER = "effectiveValue(numberValue),effectiveFormat(numberFormat(type))"
_NUMBERS = f"sheets(properties(sheetId),data(startRow,startColumn,rowData(values({_NUMBER}))))"
_NOTES = f"sheets({_SHEET_ALONE},data(startRow,startColumn,rowData(values(effectiveValue,note))))"
_NOTES_ALONE = f"sheets({_SHEET_ALONE},data(startRow,startColumn,rowData(values(note))))"
_RESULTS = f"sheets({_SHEET_ALONE},data(startRow,startColumn,rowData(values(effectiveValue))))"


@dataclass(frozen=True, slots=True)
class About:
    """What a spreadsheet is: its title, locale and time zone, and its tabs from the left."""

    title: str
    sheets: tuple[Sheet, ...]
    locale: str = ""
    timezone: str = ""

    @property
    def cells(self) -> int:
        return sum(sheet.cells for sheet in self.sheets)


class Spreadsheet:
    """One spreadsheet. Methods raise Unavailable, NoAnswer (writes), CredentialsError, UsageError, LayoutChanged."""

    def __init__(self, client: PatientClient, spreadsheet_id: str) -> None:
        self._client = client
        self.id = spreadsheet_id

    @property
    def url(self) -> str:
        """Where a person opens it."""
        return str(SPREADSHEET_DRIVE_URL) % self.id

    @property
    def address(self) -> str:
        """E-mail address that it has to be shared with."""
        return self._client.address

    def about(self) -> About:
        """Title and tabs as they are now: one read."""
        found = self._get({"fields": _ABOUT})
        properties = found.get("properties", {})
        sheets = tuple(sheet_of(entry) for entry in found.get("sheets", ()))
        return About(
            str(properties.get("title", "")),
            sheets,
            str(properties.get("locale", "")),
            str(properties.get("timeZone", "")),
        )

    def values(self, ranges: Sequence[str]) -> list[list[list[object]]]:
        """What people see in these ranges, unformatted, dates as serials: one read. Trailing blanks are left out."""
        params: dict[str, Any] = {"valueRenderOption": "UNFORMATTED_VALUE", "dateTimeRenderOption": "SERIAL_NUMBER"}
        try:
            found = self._client.values_batch_get(self.id, list(ranges), params)
        except ValueError:
            raise Unavailable("google_no_answer") from None
        return [block.get("values", []) for block in found.get("valueRanges", ())]

    def grids(self, ranges: Sequence[str]) -> dict[int, Grid]:
        """Cells as entered and what they come to, by sheet id: one read, all at one moment."""
        found = self._get({"ranges": list(ranges), "fields": _CELLS})
        return {grid.sheet.id: grid for grid in grids_of(found.get("sheets", []))}

    def number_kinds(self, ranges: Sequence[str]) -> dict[int, dict[tuple[int, int], tuple[float, str]]]:
        """Numbers and what they are shown as (`NumberFormatType`: DATE, TIME, …, "" = a plain number), by sheet id and
        0-based row and column: one read.
        """
        found: dict[int, dict[tuple[int, int], tuple[float, str]]] = {}
        for entry in self._get({"ranges": list(ranges), "fields": _NUMBERS}).get("sheets", ()):
            kinds = found.setdefault(entry["properties"].get("sheetId", 0), {})
            for block in entry.get("data", ()):
                top, left = block.get("startRow", 0), block.get("startColumn", 0)
                for row, cells in enumerate(block.get("rowData", ()), start=top):
                    for column, cell in enumerate(cells.get("values", ()), start=left):
                        if (number := cell.get("effectiveValue", {}).get("numberValue")) is not None:
                            kind = cell.get("effectiveFormat", {}).get("numberFormat", {}).get("type", "")
                            kinds[row, column] = float(number), str(kind)
        return found

    def noted(self, ranges: Sequence[str]) -> dict[int, Grid]:
        """What cells come to and the notes on them, by sheet id: one read, all at one moment."""
        found = self._get({"ranges": list(ranges), "fields": _NOTES})
        return {grid.sheet.id: grid for grid in grids_of(found.get("sheets", []))}

    def notes(self, ranges: Sequence[str]) -> dict[int, Grid]:
        """The notes alone, by sheet id: one read."""
        found = self._get({"ranges": list(ranges), "fields": _NOTES_ALONE})
        return {grid.sheet.id: grid for grid in grids_of(found.get("sheets", []))}

    def write(self, requests: Sequence[str], back: Sequence[str] = ()) -> dict[int, Grid]:
        """Carry out all requests or none: one write. Returns what `back`, ranges, hold right after it.

        `requests` are JSON texts of `gsheets.batch`. A NoAnswer leaves it open whether they were carried out.
        """
        asked = ""
        if back:
            named = ",".join(f'"{_escaped(name)}"' for name in back)
            asked = f',"includeSpreadsheetInResponse":true,"responseIncludeGridData":true,"responseRanges":[{named}]'
        body = f'{{"requests":[{",".join(requests)}]{asked}}}'.encode("utf-8", "replace")
        fields = f"updatedSpreadsheet({_RESULTS})" if back else "spreadsheetId"
        url = str(SPREADSHEET_BATCH_UPDATE_URL) % self.id
        kind = {"Content-Type": "application/json; charset=utf-8"}
        response = self._client.request("post", url, params={"fields": fields}, data=body, headers=kind)
        try:
            found = response.json().get("updatedSpreadsheet", {})
        except ValueError:
            raise NoAnswer("google_no_answer") from None
        return {grid.sheet.id: grid for grid in grids_of(found.get("sheets", []))}

    def in_turn(self, action: Callable[[], T]) -> T:
        """Carry out a look and the write that follows it without a pause in between, so that nobody types meanwhile:
        after a pause all of it is begun anew.
        """
        return self._client.in_turn(action)

    def rest(self) -> None:
        """After a lost answer, before looking: what was sent may still be under way at Google's."""
        self._client.rest(_REST_SECONDS)

    def touch(self, about: About) -> None:
        """Write the title that it has: nothing changes, but an account that may only look is refused."""
        same = {"updateSpreadsheetProperties": {"properties": {"title": about.title}, "fields": "title"}}
        self.write([json.dumps(same)])

    def _get(self, params: dict[str, Any]) -> Mapping[str, Any]:
        response = self._client.request("get", str(SPREADSHEET_URL) % self.id, params=params)
        try:
            found: Mapping[str, Any] = response.json()
        except ValueError:
            raise Unavailable("google_no_answer") from None
        return found


class Spreadsheets:
    """The spreadsheets that an account can reach. `api_base`: another host, for tests; "" is Google."""

    def __init__(self, account: Account, *, clock: Clock, progress: Progress, api_base: str = "") -> None:
        self.account = account
        self._client = PatientClient(account, clock=clock, progress=progress, api_base=api_base)

    @property
    def address(self) -> str:
        """E-mail address that a spreadsheet has to be shared with."""
        return self.account.address

    def open(self, id_or_url: str) -> Spreadsheet:
        """A spreadsheet by its id or address, without asking Google. Raises UsageError for what is neither."""
        return Spreadsheet(self._client, spreadsheet_id(id_or_url))

    def create(self, title: str) -> Spreadsheet:
        """Make a private spreadsheet of the account's own. Raises UsageError where it has no room for files."""
        body = {"name": title, "mimeType": str(MimeType.google_sheets.value)}
        answer = self._client.request("post", str(DRIVE_FILES_API_V3_URL), params={"fields": "id"}, json=body)
        return Spreadsheet(self._client, str(answer.json()["id"]))


def spreadsheet_id(id_or_url: str) -> str:
    """The id in a spreadsheet's address, or the id itself. Raises UsageError that shows what one looks like."""
    text = id_or_url.strip().strip("<>\"'「」")
    if found := _IN_ADDRESS.search(text):
        return found[1]
    if not _ID.fullmatch(text):
        raise UsageError("google_no_id", read=text or "-")
    return text


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
