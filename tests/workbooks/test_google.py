"""The Google Sheet keeps what every workbook promises, over real HTTP and by unmodified gspread."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.ports import Workbook
from tests.contracts.workbook_contract import WorkbookContract
from tests.workbooks.google_people import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


class TestGoogleWorkbook(WorkbookContract):
    desk: Desk

    @pytest.fixture
    def book(self, desk: Desk) -> Workbook:
        self.desk = desk
        return desk.book

    def grid(self, book: Workbook, sheet: str) -> list[list[Any]]:
        return self.desk.grid(sheet)

    def put(self, book: Workbook, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
        self.desk.put(sheet, cells)
