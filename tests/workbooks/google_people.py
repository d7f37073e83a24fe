"""A Google Sheet on the local double, and what a person sees of it and does to it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sheets_sync.gsheets.credentials import account_of
from sheets_sync.gsheets.spreadsheets import Spreadsheets
from sheets_sync.workbooks.google.workbook import GoogleWorkbook
from tests.contracts.workbook_contract import NOW, TEMPLATE
from tests.google_double import GoogleDouble


class TurnedClock:
    """Time that passes only while somebody sleeps."""

    def __init__(self) -> None:
        self.at = NOW
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        return self.at

    def seconds(self) -> float:
        return self.at.timestamp()

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.at += dt.timedelta(seconds=seconds)


class Told:
    """Progress that keeps what it was told."""

    def __init__(self) -> None:
        self.steps: list[tuple[str, dict[str, object]]] = []

    def step(self, code: str, **params: object) -> None:
        self.steps.append((code, params))

    def advance(self, code: str, done: int, total: int) -> None:
        """Nothing is kept of it."""


class Desk:
    """One spreadsheet that a person made and shared, on a Google of its own, with everything around it."""

    def __init__(self, folder: Path, **options: Any) -> None:
        self.clock, self.told, self.folder = TurnedClock(), Told(), folder
        self.google = GoogleDouble(clock=self.clock.seconds)
        self.file = self.google.new_spreadsheet(
            "商品表", shared_with=[self.google.EMAIL], locale="ja_JP", time_zone="Asia/Tokyo"
        )
        self.options = options

    def __enter__(self) -> Desk:
        self.google.__enter__()
        self.book = self.open()
        return self

    def __exit__(self, *why: Any) -> None:
        self.google.__exit__(*why)

    def spreadsheets(self) -> Spreadsheets:
        account = account_of(self.google.service_account())
        return Spreadsheets(account, clock=self.clock, progress=self.told, api_base=self.google.url)

    def open(self, **options: Any) -> GoogleWorkbook:
        """The workbook as another run would open it."""
        spreadsheet = self.spreadsheets().open(self.file.id)
        options = {"language": "ja", "clock": self.clock, "folder": self.folder} | self.options | options
        return GoogleWorkbook(spreadsheet, TEMPLATE, **options)

    @property
    def person(self) -> Any:
        return self.google.merchandiser(self.file.id)

    def grid(self, sheet: str) -> list[list[Any]]:
        """Rows of a sheet from row 1 down; blank cells are None."""
        rows = self.file.tab(sheet).values()
        width = max(map(len, rows), default=0)
        return [row + [None] * (width - len(row)) for row in rows]

    def put(self, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
        """Type into cells, by (1-based row, 0-based column); None clears one. The grid grows as she adds columns."""
        grid = self.file.tab(sheet).sheet.grid
        for (row, column), value in cells.items():
            grid.resize(max(grid.row_count, row), max(grid.column_count, column + 1))
            grid.writable(row - 1).set_value(column, value)
