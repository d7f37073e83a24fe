"""Cells in the store's words (`Plain`) and back: free of language, and equal exactly when they mean the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from sheets_sync import messages
from sheets_sync.cells import CellFault, cell_parser, render_cell, shown, trimmed
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.records import Plain
from sheets_sync.rows.typed import CLEAR, Clear, Typed
from sheets_sync.tables import CellError, CellValue, RowRef, TabSnapshot
from sheets_sync.template import Column, Kind, Owner, Template

CLEARED = "{{clear}}"
RESULTS_READ = frozenset({"cart_changes", "added_at", "sku_errors"})
"""Result cells that an export writes: read to see whether they say so already. No other result cell is looked at."""

_SKUS_NOTE = "see_skus_tab"
_NOTE = re.compile(r"\{\{skus:(\d+)\}\}")


def plain_of(value: Typed) -> Plain:
    """A parsed value as the store keeps it: prices and dates as text, `{{空}}` in one spelling."""
    match value:
        case Clear():
            return CLEARED
        case Decimal():
            return f"{value.normalize():f}"
        case dt.datetime() | dt.date():
            return value.isoformat()
        case _:
            return value


def skus_note(count: int) -> str:
    """Plain value of the SKU cell of a product with variants, shown as 「SKUタブ（12件）」."""
    return f"{{{{skus:{count}}}}}"


def is_skus_note(text: object) -> bool:
    """Whether a cell's text, or a plain value, only points to the SKU tab: never a SKU code, never an edit."""
    return isinstance(text, str) and (bool(_NOTE.fullmatch(text)) or _read_note(text) is not None)


def _read_note(text: str) -> str | None:
    for entry in messages.catalogue()[_SKUS_NOTE].values():
        head, _, tail = entry.partition("{count}")
        if text.startswith(head) and text.endswith(tail):
            count = text[len(head) : len(text) - len(tail)]
            if count.isdecimal():
                return skus_note(int(count))
    return None


class PlainTab:
    """Reads and writes the cells of one tab in one language."""

    def __init__(self, tab: Tab, template: Template, language: Language) -> None:
        self.tab = tab
        self.columns: Mapping[str, Column] = {column.key: column for column in template.columns[tab]}
        self.template = template
        self._language: Language = language
        self._parsers = {
            key: cell_parser(column, template)
            for key, column in self.columns.items()
            if column.owner is not Owner.RESULT or key in RESULTS_READ
        }

    def read(self, key: str, value: CellValue) -> Plain:
        """A cell as a plain value. What cannot be parsed stays the text that stands there: it is an edit all the same.

        Error cells and formulas that nobody calculated yet stay `CellError`, so that they are never written anywhere.
        """
        if isinstance(value, CellError):
            return value
        found = self._parsers[key](value)
        if isinstance(found, CellFault):
            return trimmed(shown(value)) or None
        if key == "seller_sku" and self.tab is Tab.PRODUCTS and isinstance(found, str):
            return _read_note(found) or found
        return plain_of(found)

    def read_row(self, cells: Mapping[str, CellValue], known: Mapping[str, Plain]) -> dict[str, Plain]:
        """Non-blank cells as plain values. `known`: values that likely stand there still, which saves parsing."""
        row: dict[str, Plain] = {}
        for key, value in cells.items():
            was = known.get(key)
            if type(value) is str and value == was:
                row[key] = was
            elif key in self._parsers and (read := self.read(key, value)) is not None:
                row[key] = read
        return row

    def write(self, key: str, value: Plain) -> CellValue:
        """The cell that shows a plain value."""
        if isinstance(value, str):
            if value == CLEARED:
                return render_cell(self.columns[key], CLEAR, self.template, self._language)
            if key == "seller_sku" and (note := _NOTE.fullmatch(value)):
                return messages.text(_SKUS_NOTE, self._language, count=note[1])
        if (make := _TYPED.get(self.columns[key].kind)) is None:
            return value
        return render_cell(self.columns[key], make(value), self.template, self._language)

    def write_row(self, values: Mapping[str, Plain]) -> dict[str, CellValue]:
        """Rendered cells; blank ones are left out."""
        return {key: self.write(key, value) for key, value in values.items() if value is not None}


def _money(value: Plain) -> Typed:
    try:
        return Decimal(str(value))
    except InvalidOperation:
        return str(value)


def _moment(value: Plain) -> Typed:
    try:
        return dt.datetime.fromisoformat(str(value))
    except ValueError:
        return str(value)


def _date(value: Plain) -> Typed:
    try:
        return dt.date.fromisoformat(str(value))
    except ValueError:
        return str(value)


def _unless_blank(make: Callable[[Plain], Typed]) -> Callable[[Plain], Typed]:
    return lambda value: None if value is None else make(value)


_TYPED: Mapping[Kind, Callable[[Plain], Typed]] = {
    Kind.MONEY: _unless_blank(_money),
    Kind.DATETIME: _unless_blank(_moment),
    Kind.DATE: _unless_blank(_date),
    Kind.CHOICE: _unless_blank(str),
}


@dataclass(slots=True)
class Line:
    """A row of the sheet in plain values. `key` is the row's true key: another than its address only when the key cell
    was typed over. `number` is the sheet's row number, for messages.
    """

    tab: Tab
    ref: RowRef
    number: int
    key: str
    cells: dict[str, Plain] = field(default_factory=dict)


def lines_of(sheet: TabSnapshot | None, words: PlainTab, known: Mapping[str, Mapping[str, Plain]]) -> list[Line]:
    """The rows of a tab that have a key, in sheet order. `known`: values by row key that are likely to stand there."""
    if sheet is None:
        return []
    nothing: Mapping[str, Plain] = {}
    return [
        Line(
            words.tab,
            ref,
            row.number,
            ref.key,
            words.read_row(row.cells, known.get(ref.key, nothing)),
        )
        for ref, row in sheet.refs(words.tab)
    ]
