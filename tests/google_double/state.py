"""A spreadsheet's state for assertions: tabs and cells as plain values, rows counted from 1."""

import threading
from dataclasses import dataclass
from typing import Any

from .a1 import column_number
from .formats import shown
from .grid import Formula, Value
from .spreadsheet import Sheet, Spreadsheet


@dataclass(frozen=True)
class CellState:
    value: Value
    text: str  # as shown
    note: str
    validation: dict[str, Any]
    format: dict[str, Any]


@dataclass(frozen=True)
class TabState:
    sheet: Sheet
    locale: str
    lock: Any

    def cell(self, row: int, column: int | str) -> CellState:
        index = column_number(column) if isinstance(column, str) else column - 1
        with self.lock:
            value = self.sheet.grid.value(row - 1, index)
            look = self.sheet.grid.look(row - 1, index) or {}
            return CellState(
                value, shown(value, look, self.locale), look.get("note", ""), look.get("dataValidation", {}),
                look.get("userEnteredFormat", {}),
            )  # fmt: skip

    def values(self) -> list[list[Value]]:
        """What the cells hold, without trailing empties; formulas as their text."""
        with self.lock:
            rows = [list(row.values) if row else [] for row in self.sheet.grid.rows]
        for row in rows:
            while row and row[-1] is None:
                row.pop()
        while rows and not rows[-1]:
            rows.pop()
        return [[value.text if isinstance(value, Formula) else value for value in row] for row in rows]

    def hidden_rows(self) -> list[int]:
        with self.lock:
            grid = self.sheet.grid
            hidden = {"hiddenByFilter", "hiddenByUser"}
            return [index + 1 for index in range(len(grid.rows)) if hidden & grid.row_props(index).keys()]


@dataclass(frozen=True)
class SheetState:
    state: Spreadsheet
    lock: "threading.RLock | Any"

    @property
    def id(self) -> str:
        return self.state.id

    @property
    def titles(self) -> list[str]:
        with self.lock:
            return [sheet.title for sheet in self.state.sheets]

    def tab(self, title: str) -> TabState:
        with self.lock:
            sheet = self.state.by_title(title)
        if sheet is None:
            raise KeyError(title)
        return TabState(sheet, self.state.properties["locale"], self.lock)
