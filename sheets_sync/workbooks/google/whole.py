"""Reads all of a spreadsheet that a workbook of another kind can hold: our tabs, her own columns, the drop-downs.

Her columns have no kind that a template would tell: which of their numbers are dates is told by how they are shown.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence

from sheets_sync.errors import Unavailable
from sheets_sync.gsheets import a1
from sheets_sync.gsheets.cell_values import from_rendered, moment
from sheets_sync.issue import Tab
from sheets_sync.tables import CellValue, OwnColumn
from sheets_sync.workbooks import lists
from sheets_sync.workbooks.google.columns import preview_place
from sheets_sync.workbooks.google.reading import Found, Reader, Rows, filled_rows
from sheets_sync.workbooks.shown_columns import DATA_TABS

_TRIES = 3
_Kinds = Mapping[tuple[int, int], tuple[float, str]]


def read_whole(reader: Reader) -> tuple[Found, dict[Tab, list[OwnColumn]], dict[str, list[str]]]:
    """What was found on our tabs, her own columns, and the drop-downs' entries, all of one moment.

    Raises as `Reader.read` does, Unavailable when her columns kept changing between two looks.
    """
    for _ in range(_TRIES):
        read = reader.rows(DATA_TABS)
        found = reader.found(read)
        places = {tab: _own_places(read.rows[tab], found, tab) for tab in DATA_TABS}
        kinds = _kinds(reader, read, places)
        own = {tab: _own_columns(read, tab, places[tab], kinds) for tab in DATA_TABS}
        if all(columns is not None for columns in own.values()):
            entries = lists.entries(filled_rows(read.rows[Tab.LISTS]))
            return found, {tab: columns or [] for tab, columns in own.items()}, entries
    raise Unavailable("google_moving", name=reader.name)


def _own_places(rows: Sequence[Sequence[object]], found: Found, tab: Tab) -> list[int]:
    """0-based columns that are neither the template's nor the picture preview, and hold anything."""
    headings = rows[0] if rows else []
    ours = set(found.tabs[tab].headings.columns.values())
    if tab is Tab.PRODUCTS and (preview := preview_place(enumerate(headings))) is not None:
        ours.add(preview)
    width = max(map(len, rows), default=0)
    return [i for i in range(width) if i not in ours and any(i < len(row) and row[i] != "" for row in rows)]


def _kinds(reader: Reader, read: Rows, places: Mapping[Tab, Sequence[int]]) -> Mapping[int, _Kinds]:
    """How the numbers of these columns are shown, by sheet; nothing is asked where there are none."""
    ranges = [
        a1.columns(read.sheets[tab].title, column, column)
        for tab, columns in places.items()
        for column in columns
        if any(column < len(row) and _is_number(row[column]) for row in read.rows[tab])
    ]
    return reader.spreadsheet.number_kinds(ranges) if ranges else {}


def _own_columns(
    read: Rows, tab: Tab, places: Sequence[int], kinds: Mapping[int, _Kinds]
) -> list[OwnColumn] | None:
    """The columns, None where a number is no more what it was at the first look."""
    shown = kinds.get(read.sheets[tab].id, {})
    rows = read.rows[tab]
    columns: list[OwnColumn] = []
    for column in places:
        cells: dict[int, CellValue] = {}
        for number, row in enumerate(rows):
            if column >= len(row) or (value := row[column]) == "":
                continue
            known = shown.get((number, column))
            if _is_number(value) and (known is None or known[0] != value):
                return None
            cells[number + 1] = _dated(from_rendered(value), known[1] if known else "")
        columns.append(OwnColumn(str(cells.pop(1, "")), cells))
    return columns


def _dated(value: CellValue, kind: str) -> CellValue:
    """A number as the day, the moment or the time that it is shown as."""
    match kind:
        case "DATE" | "DATE_TIME":
            return moment(value, with_time=kind == "DATE_TIME")
        case "TIME" if isinstance(value, int | float):
            span = dt.timedelta(seconds=round(value * 86_400, 3))
            return (dt.datetime.min + span).time() if 0 <= value < 1 else span
        case _:
            return value


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
