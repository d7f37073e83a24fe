"""A workbook as read becomes the contents of a new one of another kind, with every edit in it.

What the other kind cannot hold is told or refused, never quietly left out. Columns that she deleted come back as an
export would bring them back, with what was last seen in them: blank, they would look like her wish.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.cells import shown
from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.records import BaseRow
from sheets_sync.rows.fields import fields_of
from sheets_sync.rows.plain import PlainTab
from sheets_sync.rows.seen import REMEMBERED, absent_columns, lost_cells
from sheets_sync.tables import CellError, CellValue, OwnColumn, TabSnapshot, Whole
from sheets_sync.template import Kind, Template

Row = dict[str, CellValue]
_MOMENTS = (dt.date, dt.time, dt.timedelta)
_DATED = (Kind.DATE, Kind.DATETIME)


@dataclass(slots=True)
class Carried:
    """Contents of the new workbook. Blank rows are closed up; rows with nothing but cells of hers have no cells here.

    `as_text`: cells of other columns than dates that held one; it goes as the text that was shown.
    """

    rows: dict[Tab, list[Row]] = field(default_factory=dict)
    own: dict[Tab, Sequence[OwnColumn]] = field(default_factory=dict)
    as_text: list[tuple[Tab, int, str]] = field(default_factory=list)
    sign_off: bool = False


def carried(
    whole: Whole, base: Mapping[Tab, Mapping[str, BaseRow]], template: Template, *, dates_anywhere: bool
) -> Carried:
    """Everything of a workbook, for a new one. `dates_anywhere`: any cell of the new one can be a date.

    Raises UsageError for a formula whose value nobody has calculated yet, naming its cell.
    """
    found = Carried()
    for tab, sheet in whole.snapshot.tabs.items():
        own = whole.own.get(tab, ())
        numbers = sorted({row.number for row in sheet.rows}.union(*(column.cells for column in own)))
        places = {number: place for place, number in enumerate(numbers, start=2)}
        _refuse_unknown_values(whole, tab, own, template)
        found.own[tab] = [_moved(column, places) for column in own]
        rows = _rows(tab, sheet, base.get(tab, {}), template, whole.snapshot.language)
        by_number = dict(rows if dates_anywhere else _with_texts(tab, rows, template, found.as_text))
        found.rows[tab] = [by_number.get(number, {}) for number in numbers]
        found.sign_off = found.sign_off or any(template.column(tab, key).when for key in sheet.headings.columns)
    return found


def _moved(column: OwnColumn, places: Mapping[int, int]) -> OwnColumn:
    return OwnColumn(column.heading, {places[number]: value for number, value in column.cells.items()})


def _rows(
    tab: Tab, sheet: TabSnapshot, base: Mapping[str, BaseRow], template: Template, language: Language
) -> Iterator[tuple[int, Row]]:
    """Rows by number, with what was last seen in columns that are gone."""
    words = PlainTab(tab, template, language) if tab in REMEMBERED else None
    absent = absent_columns(sheet, fields_of(template, tab), words) if words else ()
    for row in sheet.rows:
        known = base.get(row.key(tab)) if absent else None
        lost = words.write_row(lost_cells(known, absent)) if words and known else {}
        yield row.number, {**row.cells, **lost}


def _with_texts(
    tab: Tab, rows: Iterator[tuple[int, Row]], template: Template, told: list[tuple[Tab, int, str]]
) -> Iterator[tuple[int, Row]]:
    """The same rows, dates in columns that are none as the texts that she sees."""
    dated = {column.key for column in template.columns[tab] if column.kind in _DATED}
    for number, cells in rows:
        for key, value in cells.items():
            if isinstance(value, _MOMENTS) and (key not in dated or not isinstance(value, dt.date)):
                cells[key] = shown(value)
                told.append((tab, number, key))
        yield number, cells


def _refuse_unknown_values(whole: Whole, tab: Tab, own: Sequence[OwnColumn], template: Template) -> None:
    language = whole.snapshot.language
    for row in whole.snapshot.tabs[tab].rows:
        for key, value in row.cells.items():
            if _unknown(value):
                _refuse(tab, row.number, template.column(tab, key).label(language), template, language)
    for column in own:
        for number, value in column.cells.items():
            if _unknown(value):
                _refuse(tab, number, column.heading, template, language)


def _unknown(value: CellValue) -> bool:
    return isinstance(value, CellError) and value == "="


def _refuse(tab: Tab, number: int, column: str, template: Template, language: Language) -> None:
    raise UsageError("convert_formula", tab=template.tab_name(tab, language), row=number, column=column or "-")
