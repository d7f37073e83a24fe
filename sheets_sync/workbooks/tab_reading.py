"""Reads tabs out of an open workbook, and notes on the way where everything is."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ooxml.reader import Package
from sheets_sync.ooxml.values import Cell
from sheets_sync.tables import CellError, CellValue, SheetRow, Shorten, TabSnapshot
from sheets_sync.template import Headings, Template
from sheets_sync.workbooks.lists import ListsTab, parse
from sheets_sync.workbooks.tab_places import TabPlaces, key_places, read_headings

_Cells = dict[str, CellValue]


@dataclass(frozen=True, slots=True)
class TabReader:
    """Reads the tabs of one open workbook. Raises UsageError for headings that leave a doubt, in `language`'s words."""

    package: Package
    template: Template
    language: Language

    def tab(self, tab: Tab, sheet: str, shorten: Shorten | None = None) -> tuple[TabSnapshot, TabPlaces]:
        """All rows of a tab with their cells in our columns, less what `shorten` takes out, and where they are."""
        headings, stream = self._open(tab, sheet, lambda found: set(found.columns.values()))
        places = TabPlaces(sheet, headings)
        rows: list[SheetRow] = []
        for number, cells in stream:
            places.note(tab, number, cells)
            kept = shorten(tab, cells) if shorten else None
            rows.append(SheetRow(number, cells) if kept is None else SheetRow(number, kept, settled=True))
        return TabSnapshot(headings, rows), places

    def places(self, tab: Tab, sheet: str) -> TabPlaces:
        """Where the rows of a tab are: decodes the key columns only."""
        headings, stream = self._open(tab, sheet, lambda found: key_places(tab, found))
        places = TabPlaces(sheet, headings)
        for number, cells in stream:
            places.note(tab, number, cells)
        return places

    def _open(
        self, tab: Tab, sheet: str, wanted: Callable[[Headings], Collection[int]]
    ) -> tuple[Headings, Iterator[tuple[int, _Cells]]]:
        """Understand row 1, then give the rows below it as (1-based number, filled cells by column key)."""
        understood: list[Headings] = []

        def choose(cells: Mapping[int, Cell]) -> Mapping[int, str]:
            values = {index: cell.value for index, cell in cells.items()}
            headings = read_headings(self.template, tab, sheet, values, self.language)
            understood.append(headings)
            places = wanted(headings)
            return {index: key for key, index in headings.columns.items() if index in places}

        rows = cast(Iterator[tuple[int, _Cells]], self.package.named_rows(sheet, choose, _odd))
        first = next(rows, None)  # runs `choose`, unless the sheet is empty
        if not understood:
            choose({})
        return understood[0], itertools.chain([first] if first else [], rows)


def read_lists(package: Package, sheet: str) -> ListsTab:
    """The tab `_lists`."""
    rows = package.rows(sheet)
    return parse((row.number, {i: cell.value for i, cell in row.cells.items() if cell.value != ""}) for row in rows)


def first_free_column(package: Package, sheet: str, headings: Headings) -> int:
    """0-based index of the first column right of everything, also of notes that have no heading."""
    last = max(headings.columns.values(), default=-1)
    beyond = _RightOf(last)
    rows = package.rows(sheet, columns=lambda _: beyond)
    return max(itertools.chain([last], itertools.chain.from_iterable(row.cells for row in rows))) + 1


class _RightOf:
    """All columns right of one."""

    def __init__(self, column: int) -> None:
        self._column = column

    def __contains__(self, column: object) -> bool:
        return isinstance(column, int) and column > self._column


def _odd(cell: Cell) -> CellError:
    """An error cell, or a formula that no program has calculated. (One that shows an empty text is blank to her.)"""
    return CellError("=" if cell.value is None else cell.value)
