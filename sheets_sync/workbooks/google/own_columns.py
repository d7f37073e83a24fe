"""Her own columns in a new Google Sheet: to the right of ours, with their dates shown as dates."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from sheets_sync.cell_lengths import cell_length
from sheets_sync.errors import UsageError
from sheets_sync.gsheets.batch import repeat_format
from sheets_sync.gsheets.cell_values import MAX_TEXT, Entered, entered
from sheets_sync.tables import CellError, CellValue, OwnColumn

_FORMATS = {
    "DATE": "yyyy/mm/dd",
    "DATE_TIME": "yyyy/mm/dd hh:mm:ss",
    "TIME": "hh:mm:ss",
    "DURATION": "[h]:mm:ss",
}


def own_cells(columns: Sequence[OwnColumn], number: int, tab: str, row: str) -> Iterator[Entered]:
    """Her cells of one row. Raises UsageError for a text that no cell can hold."""
    for column in columns:
        found = entered(column.cells.get(number))
        if isinstance(found, str) and (length := cell_length(found)) > MAX_TEXT:
            raise UsageError("google_text_too_long", tab=tab, column=column.heading, row=row, length=f"{length:,}")
        yield found


def dates_shown(sheet: int, first: int, columns: Sequence[OwnColumn]) -> Iterator[str]:
    """Requests by which dates and times are shown as such; `first`: the 0-based place of the first column.

    Neighbouring cells share one, also over blanks and texts between them, to which the format means nothing.
    """
    for index, column in enumerate(columns, start=first):
        for top, bottom, kind in _runs(column):
            shown = {"type": "TIME" if kind == "DURATION" else kind, "pattern": _FORMATS[kind]}
            area = (top - 1, bottom, index, index + 1)
            yield repeat_format(sheet, area, {"numberFormat": shown}, "userEnteredFormat.numberFormat")


def _runs(column: OwnColumn) -> Iterator[tuple[int, int, str]]:
    """Rows from .. to, 1-based and included, whose dates are of one kind."""
    top = bottom = 0
    kind = ""
    for number in sorted(column.cells):
        value = column.cells[number]
        if value is None or isinstance(value, str | CellError):
            continue
        found = _kind(value)
        if found != kind:
            if kind:
                yield top, bottom, kind
            kind, top = found, number
        bottom = number
    if kind:
        yield top, bottom, kind


def _kind(value: CellValue) -> str:
    match value:
        case dt.datetime():
            return "DATE_TIME"
        case dt.date():
            return "DATE"
        case dt.time():
            return "TIME"
        case dt.timedelta():
            return "DURATION"
        case _:
            return ""
