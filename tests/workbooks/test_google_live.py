"""The workbook's contract on Google itself. Skipped unless the environment names an account and a spreadsheet:

    SHEETS_SYNC_LIVE_CREDENTIALS=google_key.json SHEETS_SYNC_LIVE_SPREADSHEET=1AbC… pytest -m live tests/workbooks

The spreadsheet has to be shared with the account as an Editor, and must be for nothing else: each test begins by
deleting every tab that bears a name of ours (商品, SKU, Products …), and leaves all other tabs alone. One call in two
seconds or so is all that Google allows, so the suite takes some minutes.
"""

from __future__ import annotations

import datetime as dt
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.clock import SystemClock
from sheets_sync.gsheets import a1
from sheets_sync.gsheets.batch import add_sheet, delete_sheet, resize, write_cells
from sheets_sync.gsheets.cell_values import Formula, entered
from sheets_sync.gsheets.credentials import open_account
from sheets_sync.gsheets.grid import Sheet
from sheets_sync.gsheets.spreadsheets import Spreadsheet, Spreadsheets
from sheets_sync.messages import text
from sheets_sync.ports import Workbook
from sheets_sync.workbooks.google.workbook import GoogleWorkbook
from tests.contracts.workbook_contract import NOW, TEMPLATE, WorkbookContract
from tests.google_double import GoogleDouble
from tests.workbooks.google_people import Told

CREDENTIALS, SPREADSHEET = "SHEETS_SYNC_LIVE_CREDENTIALS", "SHEETS_SYNC_LIVE_SPREADSHEET"
NAMED = bool(os.environ.get(CREDENTIALS) and os.environ.get(SPREADSHEET))
PLAIN = "about this test"


class ContractsClock(SystemClock):
    """Real waiting for Google's quotas; the date is the contract's."""

    def now(self) -> dt.datetime:
        return NOW


class LiveDesk:
    """A spreadsheet on Google, emptied of our tabs, and a person's hand in it."""

    def __init__(self, spreadsheet: Spreadsheet, folder: Path) -> None:
        self.spreadsheet = spreadsheet
        self.book = GoogleWorkbook(spreadsheet, TEMPLATE, language="ja", clock=ContractsClock(), folder=folder)

    def clear(self) -> None:
        """Delete our tabs; a spreadsheet keeps one tab at least."""
        sheets = self.spreadsheet.about().sheets
        ours = [sheet for sheet in sheets if self._is_ours(sheet)]
        spare = [] if len(ours) < len(sheets) else [add_sheet(self._free(sheets), PLAIN, 10, 5)]
        if ours:
            self.spreadsheet.write([*spare, *(delete_sheet(sheet.id) for sheet in ours)])

    @staticmethod
    def _is_ours(sheet: Sheet) -> bool:
        endings = tuple(text("google_making", language, tab="") for language in ("ja", "en"))
        return TEMPLATE.tab_of(sheet.title) is not None or sheet.title.endswith(endings)

    @staticmethod
    def _free(sheets: Sequence[Sheet]) -> int:
        return max((sheet.id for sheet in sheets), default=0) % 2_000_000_000 + 1

    def grid(self, sheet: str) -> list[list[Any]]:
        found = next(iter(self.spreadsheet.grids([a1.whole(sheet)]).values()))
        height = max(found.cells, default=-1) + 1
        width = max((max(cells) for cells in found.cells.values()), default=-1) + 1
        return [[_shown(found.entered(row, column)) for column in range(width)] for row in range(height)]

    def put(self, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
        (tab,) = [found for found in self.spreadsheet.about().sheets if found.title == sheet]
        rows = max(tab.rows, *(row for row, _ in cells))
        columns = max(tab.columns, *(column + 1 for _, column in cells))
        by_row: dict[int, dict[int, Any]] = {}
        for (row, column), value in cells.items():
            by_row.setdefault(row - 1, {})[column] = entered(value)
        self.spreadsheet.write([resize(tab.id, rows=rows, columns=columns), *write_cells(tab.id, by_row)])


def _shown(value: Any) -> Any:
    return str(value) if isinstance(value, Formula) else value


class OnLiveDesk(WorkbookContract):
    """The contract over a `LiveDesk`."""

    desk: LiveDesk

    def grid(self, book: Workbook, sheet: str) -> list[list[Any]]:
        return self.desk.grid(sheet)

    def put(self, book: Workbook, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
        self.desk.put(sheet, cells)


@pytest.mark.live
@pytest.mark.skipif(not NAMED, reason=f"{CREDENTIALS} and {SPREADSHEET} name no account and spreadsheet")
class TestOnGoogle(OnLiveDesk):
    @pytest.fixture
    def book(self, tmp_path: Path) -> Iterator[Workbook]:
        account = open_account(Path(os.environ[CREDENTIALS]))
        google = Spreadsheets(account, clock=SystemClock(), progress=Told())
        self.desk = LiveDesk(google.open(os.environ[SPREADSHEET]), tmp_path)
        self.desk.clear()
        yield self.desk.book
        self.desk.clear()


class TestTheLiveDeskItself(OnLiveDesk):
    """The same hands on the local Google, so that they are known to be right when an account is at hand."""

    @pytest.fixture
    def book(self, tmp_path: Path) -> Iterator[Workbook]:
        with GoogleDouble() as google:
            google.quotas.on = False
            (tmp_path / "key.json").write_text(json.dumps(google.service_account()), "utf-8")
            file = google.new_spreadsheet("商品表", shared_with=[google.EMAIL], locale="ja_JP")
            spreadsheets = Spreadsheets(
                open_account(tmp_path / "key.json"), clock=SystemClock(), progress=Told(), api_base=google.url
            )
            self.desk = LiveDesk(spreadsheets.open(file.id), tmp_path)
            self.desk.clear()
            yield self.desk.book
            self.desk.clear()
            assert not [title for title in file.titles if TEMPLATE.tab_of(title)]
