"""A person at the sheet: what she does in the browser, between any two requests of the program."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from .a1 import Area, column_number
from .batch import Batch
from .files import File
from .filtering import apply_filter
from .formats import shown
from .grid import Formula, Value
from .kinds import dimensions, protection
from .kinds.sheets import check_title, drop_sheet, new_sheet
from .pasting import clear, read_block, write_block
from .sorting import sort_area
from .spreadsheet import Sheet
from .typed import enter
from .unswept import unswept

Column = int | str  # 1 or "A"


class Merchandiser:
    """Rows and columns count from 1, as she sees them. Her edits count in the file's version, and cost no quota."""

    def __init__(self, file: File, lock: Any, clock: Callable[[], float]) -> None:
        self._file, self._lock, self._clock = file, lock, clock
        self._spreadsheet = file.spreadsheet

    # cells

    def edit(self, title: str, row: int, column: Column, typed: str) -> None:
        """Types into a cell: 0012 becomes 12 unless the cell is formatted as text. Rules do not stop her (paste)."""
        with self._at(title) as sheet:
            year = dt.datetime.fromtimestamp(self._clock(), dt.UTC).year
            enter(sheet.grid.writable(row - 1), _index(column), typed, self._locale, year)

    def edit_under(self, title: str, key_heading: str, key: str, heading: str, typed: str) -> None:
        """Types into the cell under a heading in the row that has `key` under `key_heading`."""
        self.edit(title, self.row_of(title, key_heading, key), self.column_of(title, heading), typed)

    def note(self, title: str, row: int, column: Column, text: str) -> None:
        with self._at(title) as sheet:
            mine = sheet.grid.writable(row - 1)
            look = {name: part for name, part in (mine.look(_index(column)) or {}).items() if name != "note"}
            mine.set_look(_index(column), look | ({"note": text} if text else {}))

    def rename_heading(self, title: str, old: str, new: str) -> None:
        self.edit(title, 1, self.column_of(title, old), new)

    # rows and columns

    def sort(
        self, title: str, column: Column, columns: tuple[Column, Column] | None = None, *, descending: bool = False
    ) -> None:
        """All rows below the heading by a column; with `columns` (first, last) only those cells move."""
        with self._at(title) as sheet:
            left, right = (_index(columns[0]), _index(columns[1]) + 1) if columns else (0, sheet.grid.column_count)
            area = Area(sheet, 1, left, max(sheet.grid.used_rows(), 1), right)
            sort_area(area, [(_index(column), descending)])

    def insert_rows(self, title: str, before: int, count: int = 1) -> None:
        self._insert(title, "ROWS", before - 1, count)

    def insert_columns(self, title: str, before: Column, count: int = 1) -> None:
        self._insert(title, "COLUMNS", _index(before), count)

    def delete_rows(self, title: str, first: int, count: int = 1) -> None:
        with self._at(title) as sheet:
            dimensions.remove(self._batch(), sheet, "ROWS", first - 1, first - 1 + count)

    def delete_column(self, title: str, column: Column) -> None:
        with self._at(title) as sheet:
            dimensions.remove(self._batch(), sheet, "COLUMNS", _index(column), _index(column) + 1)

    def move_column(self, title: str, frm: Column, before: Column) -> None:
        self._move(title, "COLUMNS", _index(frm), _index(before))

    def move_row(self, title: str, frm: int, before: int) -> None:
        self._move(title, "ROWS", frm - 1, before - 1)

    def copy_row(self, title: str, frm: int, to: int) -> None:
        """Copies a row's cells over those of another row."""
        with self._at(title) as sheet:
            block = read_block(_row(sheet, frm))
            write_block(sheet.grid, to - 1, 0, block)

    def cut_paste_row(self, title: str, frm: int, to: int) -> None:
        """Cuts a row's cells and pastes them over those of another row; the row itself stays, empty."""
        with self._at(title) as sheet:
            block = read_block(_row(sheet, frm))
            clear(_row(sheet, frm))
            write_block(sheet.grid, to - 1, 0, block)

    def hide_rows(self, title: str, first: int, count: int = 1) -> None:
        with self._at(title) as sheet:
            for index in range(first - 1, first - 1 + count):
                sheet.grid.set_row_props(index, sheet.grid.row_props(index) | {"hiddenByUser": True})

    def filter_by_values(self, title: str, column: Column, hidden: list[str]) -> None:
        """Filters the tab so that rows showing one of `hidden` in the column are not seen."""
        with self._at(title) as sheet:
            used = {"startRowIndex": 0, "endRowIndex": max(sheet.grid.used_rows(), 2), "startColumnIndex": 0}
            found = sheet.parts["basicFilter"] or {
                "range": {"sheetId": sheet.id, **used, "endColumnIndex": max(sheet.grid.used_columns(), 1)}
            }
            criteria = dict(found.get("criteria", {})) | {str(_index(column)): {"hiddenValues": list(hidden)}}
            sheet.parts["basicFilter"] = found | {"criteria": criteria}
            apply_filter(sheet, self._locale)

    def clear_filter(self, title: str) -> None:
        with self._at(title) as sheet:
            sheet.parts["basicFilter"] = None
            apply_filter(sheet, self._locale)

    def protect(self, title: str, first: int, count: int, columns: tuple[Column, Column]) -> None:
        """Protects cells so that only the file's owner may edit them."""
        with self._at(title) as sheet:
            place = Area(sheet, first - 1, _index(columns[0]), first - 1 + count, _index(columns[1]) + 1).grid_range()
            protection.add_protected_range(self._batch(), {"protectedRange": {"range": place}})

    # tabs

    def rename_tab(self, title: str, new: str) -> None:
        with self._at(title) as sheet:
            check_title(self._spreadsheet, new, sheet)
            sheet.title = new

    def add_tab(self, title: str) -> None:
        with self._lock:
            new_sheet(self._spreadsheet, {"title": title})
            self._file.touch(self._clock())

    def delete_tab(self, title: str) -> None:
        with self._at(title) as sheet:
            drop_sheet(self._spreadsheet, sheet)

    # what she sees

    def cells(self, title: str) -> list[list[Value]]:
        """What the cells hold; formulas as their text."""
        with self._lock:
            rows = self._sheet(title).grid.rows
            return [[v.text if isinstance(v, Formula) else v for v in row.values] if row else [] for row in rows]

    def column_of(self, title: str, heading: str) -> int:
        with self._lock:
            row = self._sheet(title).grid.row(0)
            for index, value in enumerate(row.values if row else []):
                if value == heading:
                    return index + 1
        raise KeyError(heading)

    def row_of(self, title: str, key_heading: str, key: str) -> int:
        """The row that shows `key` under the heading."""
        column = self.column_of(title, key_heading) - 1
        with self._lock:
            for index, row in enumerate(self._sheet(title).grid.rows):
                if index and row and shown(row.value(column), row.look(column), self._locale) == key:
                    return index + 1
        raise KeyError(key)

    @property
    def _locale(self) -> str:
        return str(self._spreadsheet.properties["locale"])

    def _batch(self) -> Batch:
        return Batch(self._spreadsheet, self._file.owner, self._file.owner, 2026)

    def _insert(self, title: str, dimension: str, at: int, count: int) -> None:
        with self._at(title) as sheet:
            dimensions.insert(self._batch(), sheet, dimension, at, count, before=at > 0)

    def _move(self, title: str, dimension: str, frm: int, before: int) -> None:
        with self._at(title) as sheet:
            place = {"sheetId": sheet.id, "dimension": dimension, "startIndex": frm, "endIndex": frm + 1}
            dimensions.move_dimension(self._batch(), {"source": place, "destinationIndex": before})

    def _sheet(self, title: str) -> Sheet:
        sheet = self._spreadsheet.by_title(title)
        if sheet is None:
            raise KeyError(title)
        return sheet

    def _at(self, title: str) -> "_Doing":
        return _Doing(self, title)


class _Doing:
    """One thing that she does: under the server's lock, and counted in the file's version."""

    def __init__(self, person: Merchandiser, title: str) -> None:
        self._person, self._title = person, title
        self._calm = unswept()

    def __enter__(self) -> Sheet:
        self._person._lock.acquire()
        self._calm.__enter__()
        try:
            return self._person._sheet(self._title)
        except BaseException:
            self.__exit__()
            raise

    def __exit__(self, *_: object) -> None:
        self._person._file.touch(self._person._clock())
        self._calm.__exit__(None, None, None)
        self._person._lock.release()


def _index(column: Column) -> int:
    return column_number(column) if isinstance(column, str) else column - 1


def _row(sheet: Sheet, row: int) -> Area:
    return Area(sheet, row - 1, 0, row, sheet.grid.column_count)
