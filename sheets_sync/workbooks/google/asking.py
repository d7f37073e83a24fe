"""What people ask for by the menu in the sheet: one fact on the tab `_lists`, read alone and taken away alone."""

from __future__ import annotations

from dataclasses import dataclass

from sheets_sync.errors import UsageError
from sheets_sync.gsheets import a1
from sheets_sync.gsheets.batch import request
from sheets_sync.gsheets.failures import LayoutChanged
from sheets_sync.gsheets.spreadsheets import Spreadsheet
from sheets_sync.workbooks.lists import REQUEST

_NAME, _VALUE = 0, 1


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked for, "" for nothing, and the sheet on which it stands."""

    text: str
    sheet: int


def read_request(spreadsheet: Spreadsheet, lists_tab: str) -> Asked:
    """One read of two columns. Raises UsageError where the tab is missing."""
    try:
        grids = spreadsheet.grids([a1.columns(lists_tab, _NAME, _VALUE)])
    except LayoutChanged:
        raise UsageError("request_no_lists", tab=lists_tab, name=spreadsheet.url) from None
    for sheet, grid in grids.items():
        for row in sorted(grid.cells):
            if grid.shown(row, _NAME) == REQUEST:
                return Asked(str(grid.shown(row, _VALUE) or "").strip(), sheet)
    return Asked("", next(iter(grids), 0))


def clear(spreadsheet: Spreadsheet, asked: Asked) -> None:
    """Blank the cell, if it holds this very request: Google compares and clears in one step, so that one that was
    left meanwhile stays.
    """
    area = {"sheetId": asked.sheet, "startColumnIndex": _VALUE, "endColumnIndex": _VALUE + 1}
    spreadsheet.write(
        [request("findReplace", find=asked.text, replacement="", matchCase=True, matchEntireCell=True, range=area)]
    )
