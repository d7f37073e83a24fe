"""The workbook double keeps what every workbook promises: without that it would prove nothing."""

from collections.abc import Mapping
from typing import Any

import pytest

from sheets_sync.ports import Workbook
from tests.contracts.memory_workbook import MemoryWorkbook, sheet_grid, type_into
from tests.contracts.workbook_contract import TEMPLATE, StoppedClock, WorkbookContract


class TestMemoryWorkbook(WorkbookContract):
    @pytest.fixture
    def book(self, tmp_path: Any) -> Workbook:
        return MemoryWorkbook(TEMPLATE, StoppedClock())

    def grid(self, book: Workbook, sheet: str) -> list[list[Any]]:
        assert isinstance(book, MemoryWorkbook)
        return sheet_grid(book, TEMPLATE, sheet)

    def put(self, book: Workbook, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
        assert isinstance(book, MemoryWorkbook)
        tab = TEMPLATE.tab_of(sheet)
        assert tab is not None
        type_into(book, tab, cells)
