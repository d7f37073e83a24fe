"""Reads what of an open Excel workbook is not the template's: her own columns, and the entries of drop-downs."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sheets_sync.ooxml.reader import Package
from sheets_sync.ooxml.values import Cell
from sheets_sync.ooxml.values import CellError as ErrorCell
from sheets_sync.tables import CellError, CellValue, OwnColumn
from sheets_sync.template import Headings
from sheets_sync.workbooks import lists


def own_columns(package: Package, sheet: str, headings: Headings) -> list[OwnColumn]:
    """Columns with unknown headings, or with notes below none, from the left. Formulas come as their values."""
    beyond = _NotThese(set(headings.columns.values()))
    names: dict[int, str] = {}
    cells: dict[int, dict[int, CellValue]] = {}
    for row in package.rows(sheet, columns=lambda _: beyond):
        for index, cell in row.cells.items():
            if index not in beyond or (value := _plain(cell)) == "":
                continue
            if row.number == 1:
                names[index] = str(value)
            else:
                cells.setdefault(index, {})[row.number] = value
    return [OwnColumn(names.get(index, ""), cells.get(index, {})) for index in sorted({*names, *cells})]


def list_entries(package: Package, sheet: str) -> Mapping[str, list[str]]:
    """Entries of the drop-downs on the tab `_lists`."""
    rows = package.rows(sheet)
    return lists.entries((row.number, {i: c.value for i, c in row.cells.items() if c.value != ""}) for row in rows)


def _plain(cell: Cell) -> CellValue:
    """A value; an error cell by its text, a formula without a result as `CellError("=")`."""
    if cell.value is None or isinstance(cell.value, ErrorCell):
        return CellError("=" if cell.value is None else cell.value)
    return cell.value


class _NotThese:
    """All columns but some."""

    def __init__(self, columns: Collection[int]) -> None:
        self._columns = columns

    def __contains__(self, column: object) -> bool:
        return column not in self._columns
