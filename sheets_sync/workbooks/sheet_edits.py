"""Turns a patch, which speaks of row keys and column keys, into edits of a sheet, which speak of rows and columns."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from sheets_sync.cell_lengths import cell_length, cut_to
from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ooxml.patcher import SheetEdit
from sheets_sync.ooxml.values import MAX_TEXT
from sheets_sync.ooxml.values import CellError as ErrorCell
from sheets_sync.tables import CellError, CellValue, NewWorkbook, TabPatch, row_key
from sheets_sync.template import Column, Owner, Template
from sheets_sync.workbooks.shown_columns import CHECKBOXES, shown_columns, shown_width
from sheets_sync.workbooks.tab_places import TabPlaces


@dataclass(slots=True)
class PlannedEdit:
    """Edits of one sheet, with what they come to: cells written into existing rows, keys that were no longer there."""

    cells: dict[int, dict[int, CellValue]] = field(default_factory=dict)
    append: list[dict[int, CellValue]] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    like: dict[int, int] = field(default_factory=dict)
    written: int = 0
    vanished: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.cells or self.append)

    def sheet_edit(self) -> SheetEdit:
        return SheetEdit(self.cells, self.append, self.widths, self.like)


class SheetEditor:
    """Plans the edits of one tab. `new_columns`: columns that come back at the right, with their 0-based places."""

    def __init__(
        self, template: Template, tab: Tab, places: TabPlaces, language: Language, new_columns: Mapping[str, int]
    ) -> None:
        self._template = template
        self._tab = tab
        self._places = places
        self._language = language
        self._columns = {**places.headings.columns, **new_columns}
        self._new = new_columns

    def plan(self, patch: TabPatch) -> PlannedEdit:
        """The edits. Raises UsageError for a text that no cell can hold, unless it is a result, which is cut."""
        edit = PlannedEdit()
        self._headings(edit)
        for ref, values in patch.updates.items():
            if ref in patch.removes:
                continue
            number = self._places.row(ref)
            if number is None:
                edit.vanished.append(ref.key)
            elif cells := self._cells(values, ref.key):
                edit.cells.setdefault(number, {}).update(cells)
                edit.written += len(cells)
        for ref in sorted(patch.removes):
            number = self._places.row(ref)
            if number is not None:
                edit.cells[number] = dict.fromkeys(self._places.headings.columns.values())
        rows = (self._cells(values, row_key(self._tab, values)) for values in patch.appends)
        edit.append = [cells for cells in rows if any(value is not None for value in cells.values())]
        if edit.append and self._places.last_row == 1:
            self._style_first_rows(edit)
        return edit

    def _headings(self, edit: PlannedEdit) -> None:
        for key, index in self._new.items():
            column = self._template.column(self._tab, key)
            edit.cells.setdefault(1, {})[index] = column.label(self._language)
            edit.widths[index] = shown_width(self._template, column, self._language)
            twin = self._twin(column)
            if twin is not None:
                edit.like[index] = twin

    def _twin(self, column: Column) -> int | None:
        """An existing column that looks as the new one should: same owner and, if possible, same kind."""
        present = [self._template.column(self._tab, key) for key in self._places.headings.columns]
        alike = [other for other in present if other.owner is column.owner and other.key not in CHECKBOXES]
        alike.sort(key=lambda other: other.kind is not column.kind)
        return self._places.headings.columns[alike[0].key] if alike else None

    def _style_first_rows(self, edit: PlannedEdit) -> None:
        """Below a bare heading, columns of boxes have no cell above to take a look from but the heading itself."""
        plain = self._places.headings.columns.get("action")
        for key in CHECKBOXES:
            if plain is not None and key in self._columns:
                edit.like[self._columns[key]] = plain

    def _cells(self, values: Mapping[str, CellValue], key: str) -> dict[int, CellValue]:
        """Values by column; those of columns that the tab lacks are dropped."""
        present = ((name, value) for name, value in values.items() if name in self._columns)
        return {self._columns[name]: self._fitted(value, name, key) for name, value in present}

    def _fitted(self, value: CellValue, name: str, key: str) -> CellValue:
        return fitted(value, self._template.column(self._tab, name), self._places.sheet, key, self._language)


def fitted(value: CellValue, column: Column, sheet: str, key: str, language: Language) -> CellValue:
    """The value as a cell can hold it: moments without zone, results cut at 32,767 characters (UTF-16).

    Raises UsageError for a longer text of any other owner, naming its cell.
    """
    if _holds(value):
        return value
    if isinstance(value, dt.datetime):
        return value.replace(tzinfo=None)
    if isinstance(value, CellError):
        return ErrorCell(value)
    text = str(value)
    length = cell_length(text)
    if length <= MAX_TEXT:
        return value
    if column.owner is not Owner.RESULT:
        label = column.label(language)
        raise UsageError("workbook_text_too_long", tab=sheet, column=label, row=key or "?", length=f"{length:,}")
    return cut_to(text, MAX_TEXT)


def rows_by_place(tab: Tab, content: NewWorkbook) -> Iterator[list[CellValue]]:
    """Rows of a new workbook from column A on, as a stream. Columns that it does not show are dropped."""
    shown = shown_columns(content.template, tab, content.sign_off)
    places = {column.key: index for index, column in enumerate(shown)}
    sheet = content.template.tab_name(tab, content.language)
    own = content.own.get(tab, ())
    for number, row in enumerate(content.rows.get(tab, ()), start=2):
        cells: list[CellValue] = [None] * len(shown)
        for key, value in row.items():
            index = places.get(key)
            if index is None or value is None:
                continue
            cells[index] = value
            if (type(value) is not str or len(value) > _SHORT) and not _holds(value):
                cells[index] = fitted(value, shown[index], sheet, row_key(tab, row), content.language)
        if own:
            name = row_key(tab, row) or str(number)
            cells += [_fitted_own(mine.cells.get(number), mine.heading, sheet, name) for mine in own]
        yield cells


def _fitted_own(value: CellValue, heading: str, sheet: str, row: str) -> CellValue:
    """A value of hers, never cut. Raises UsageError for a text that no cell can hold."""
    if isinstance(value, CellError):
        return ErrorCell(value)
    if not _holds(value) and isinstance(value, str) and (length := cell_length(value)) > MAX_TEXT:
        raise UsageError("workbook_text_too_long", tab=sheet, column=heading, row=row, length=f"{length:,}")
    return value


_SHORT = MAX_TEXT // 2
"""A text of so many characters fits a cell, whichever they are."""


def _holds(value: CellValue) -> bool:
    """The quick answer for nearly all values: nothing is to be done about it."""
    if isinstance(value, str):
        return len(value) <= _SHORT and not isinstance(value, CellError)
    return not isinstance(value, dt.datetime) or value.tzinfo is None
