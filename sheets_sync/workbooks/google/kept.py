"""Copies of a Google Sheet: all that was entered in our tabs, compressed, in a file beside the settings.

Not copies in Google Drive: a service account has no room for files there, and the tool would need rights on more than
the one spreadsheet that was shared with it. Google's own version history remains besides.
"""

from __future__ import annotations

import gzip
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sheets_sync.errors import UsageError
from sheets_sync.file_placing import put_in_place, take_away
from sheets_sync.gsheets import a1
from sheets_sync.gsheets.batch import add_sheet, request, resize, row_json, validation, write_rows
from sheets_sync.gsheets.cell_values import Entered, Formula
from sheets_sync.gsheets.failures import LayoutChanged
from sheets_sync.gsheets.grid import Grid, Sheet
from sheets_sync.gsheets.spreadsheets import About, Spreadsheet
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.template import Template
from sheets_sync.workbooks.google.dress import Dress, boxes
from sheets_sync.workbooks.google.rules import is_box
from sheets_sync.workbooks.google.sending import MOST_BYTES, pieces, send
from sheets_sync.workbooks.shown_columns import DATA_TABS

_FORMAT = 1
_AT_ONCE = 250_000
_TRIES = 3
_TABS = (*DATA_TABS, Tab.LISTS)
_Rows = list[list[Entered]]


@dataclass(frozen=True, slots=True)
class KeptTab:
    """A tab as it was: its name and what was entered, from row 1 and column A on."""

    tab: Tab
    title: str
    rows: _Rows


def contents(spreadsheet: Spreadsheet, template: Template) -> bytes:
    """What a copy holds, as the spreadsheet is now. Raises Unavailable for tabs that kept being moved."""
    for left in reversed(range(_TRIES)):
        sheets = [sheet for sheet in spreadsheet.about().sheets if template.tab_of(sheet.title) in _TABS]
        try:
            grids = _read(spreadsheet, sheets)
            break
        except LayoutChanged:  # a tab was renamed or deleted between the two calls
            if not left:
                raise
    tabs: list[dict[str, Any]] = []
    for sheet in sheets:
        rows = [[_plain(value) for value in row] for row in _rows(grids[sheet.id])]
        tabs.append({"tab": template.tab_of(sheet.title), "title": sheet.title, "rows": rows})
    found = {"format": _FORMAT, "spreadsheet": spreadsheet.id, "tabs": tabs}
    return gzip.compress(json.dumps(found, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "replace"), 6)


def save(content: bytes, place: Path) -> None:
    """As a whole or not at all, and for its owner's eyes."""
    beside = place.with_name(f".{place.name}.{os.getpid()}.tmp")
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        put_in_place(beside, place)
    finally:
        take_away(beside)


def load(place: Path, spreadsheet: Spreadsheet) -> list[KeptTab]:
    """A kept copy. Raises UsageError where the file is none, or one of another spreadsheet."""
    try:
        found = json.loads(gzip.decompress(place.read_bytes()))
        tabs = [
            KeptTab(Tab(entry["tab"]), str(entry["title"]), [[_entered(cell) for cell in row] for row in entry["rows"]])
            for entry in found["tabs"]
        ]
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        raise UsageError("google_copy_unreadable", file=place.name) from None
    if found.get("format") != _FORMAT:
        raise UsageError("google_copy_unreadable", file=place.name)
    if found.get("spreadsheet") != spreadsheet.id:
        raise UsageError("google_copy_of_another", file=place.name)
    return tabs


def bring_back(
    spreadsheet: Spreadsheet, template: Template, language: Language, about: About, tabs: Sequence[KeptTab]
) -> None:
    """Put what was entered back in place, tab by tab. Doing it again after an interruption does no harm."""
    batch: list[str] = []
    size = 0
    for part in _restored(template, language, about, tabs):
        if batch and size + len(part.encode()) > MOST_BYTES:
            send(spreadsheet, batch)
            batch, size = [], 0
        batch.append(part)
        size += len(part.encode())
    send(spreadsheet, batch)


def _restored(template: Template, language: Language, about: About, tabs: Sequence[KeptTab]) -> Iterator[str]:
    sheets: Mapping[Tab | None, Sheet] = {template.tab_of(sheet.title): sheet for sheet in about.sheets}
    new = max((sheet.id for sheet in about.sheets), default=0)
    for kept in tabs:
        height, width = max(len(kept.rows), 2), max(map(len, kept.rows), default=1)
        sheet = sheets.get(kept.tab)
        if sheet is None:
            new += 1
            sheet = Sheet(new, kept.title, height, width)
            yield add_sheet(new, kept.title, height, width, hidden=kept.tab is Tab.LISTS)
        elif sheet.rows < height or sheet.columns < width:
            sheet = Sheet(sheet.id, sheet.title, max(sheet.rows, height), max(sheet.columns, width))
            yield resize(sheet.id, rows=sheet.rows, columns=sheet.columns)
        yield request("updateCells", range={"sheetId": sheet.id}, fields="userEnteredValue")
        for first, piece in pieces([row_json(row) for row in kept.rows]):
            yield write_rows(sheet.id, first, 0, piece)
        if kept.tab in DATA_TABS:
            yield from _dressed(template, language, kept, sheet)


def _dressed(template: Template, language: Language, kept: KeptTab, sheet: Sheet) -> Iterator[str]:
    """Formats and rules where the columns stand now, boxes in the rows that are filled."""
    texts = [(i, str(value)) for i, value in enumerate(kept.rows[0] if kept.rows else []) if value is not None]
    places = template.headings(kept.tab, texts, language).columns
    dress = Dress(template, language, kept.tab, sheet.id)
    for key, index in places.items():
        column = template.column(kept.tab, key)
        yield validation(sheet.id, (1, sheet.rows, index, index + 1), None)
        yield from dress.column(column, index, sheet.rows, places)
        if is_box(column) and len(kept.rows) > 1:
            yield boxes(sheet.id, 1, len(kept.rows), index)


def _read(spreadsheet: Spreadsheet, sheets: Sequence[Sheet]) -> dict[int, Grid]:
    """Everything that was entered on these sheets: those that fit into one call together, large ones in pieces."""
    found: dict[int, Grid] = {}
    together: list[Sheet] = []
    for sheet in sorted(sheets, key=lambda sheet: sheet.cells):
        if sum(one.cells for one in together) + sheet.cells <= _AT_ONCE:
            together.append(sheet)
        else:
            found[sheet.id] = _in_pieces(spreadsheet, sheet)
    return found | (spreadsheet.grids([a1.whole(sheet.title) for sheet in together]) if together else {})


def _in_pieces(spreadsheet: Spreadsheet, sheet: Sheet) -> Grid:
    whole = Grid(sheet)
    step = max(_AT_ONCE // max(sheet.columns, 1), 1)
    for first in range(0, sheet.rows, step):
        last = min(first + step, sheet.rows) - 1
        piece = spreadsheet.grids([a1.area(sheet.title, first, last, 0, max(sheet.columns, 1) - 1)])[sheet.id]
        whole.cells.update(piece.cells)
    return whole


def _rows(whole: Grid) -> _Rows:
    rows: _Rows = []
    for number in range(max(whole.cells, default=-1) + 1):
        cells = whole.cells.get(number, {})
        rows.append([cells.get(column) for column in range(max(cells, default=-1) + 1)])
    return rows


def _plain(value: Entered) -> object:
    return {"formula": str(value)} if isinstance(value, Formula) else value


def _entered(cell: object) -> Entered:
    if isinstance(cell, Mapping):
        return Formula(cell["formula"])
    if cell is None or isinstance(cell, str | int | float):
        return cell
    raise ValueError("no cell")
