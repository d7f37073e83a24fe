"""Cells in the store's words (`Plain`) and back: free of language, and equal exactly when they mean the same."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from functools import cache, lru_cache

from sheets_sync import messages
from sheets_sync.cells import CellFault, cell_parser, render_cell, shown, trimmed
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.fields import fields_of
from sheets_sync.rows.typed import CLEAR, Clear, Typed
from sheets_sync.tables import CellError, CellValue, RowRef, Snapshot, TabSnapshot, key_text
from sheets_sync.template import Column, Kind, Owner, Template, fold

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
    """The plain value of a note, in either language and with full-width or plain brackets."""
    folded = fold(text)
    for head, tail in _note_frames():
        if folded.startswith(head) and folded.endswith(tail):
            count = folded[len(head) : len(folded) - len(tail)]
            if count.isdecimal():
                return skus_note(int(count))
    return None


@cache
def _note_frames() -> tuple[tuple[str, str], ...]:
    frames = (entry.partition("{count}") for entry in messages.catalogue()[_SKUS_NOTE].values())
    return tuple((fold(head), fold(tail)) for head, _, tail in frames)


class PlainTab:
    """Reads and writes the cells of one tab in one language."""

    def __init__(self, tab: Tab, template: Template, language: Language) -> None:
        self.tab = tab
        self.columns: Mapping[str, Column] = {column.key: column for column in template.columns[tab]}
        self.template = template
        self.language: Language = language
        self._merged = fields_of(template, tab).merged
        self._as_they_are = frozenset(key for key, c in self.columns.items() if c.kind not in _TYPED) - {"seller_sku"}
        # Prices, choices and days repeat from row to row.
        self._typed = lru_cache(maxsize=4096, typed=True)(self._render)
        self._typed_cell = lru_cache(maxsize=4096, typed=True)(self._parse)
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
        if key == "seller_sku" and type(value) is str and self.tab is Tab.PRODUCTS and (note := _read_note(value)):
            return note
        return self._typed_cell(key, value) if self.columns[key].kind in _TYPED else self._parse(key, value)

    def _parse(self, key: str, value: CellValue) -> Plain:
        found = self._parsers[key](value)
        if isinstance(found, CellFault):
            return trimmed(shown(value)) or None
        return plain_of(found)

    def read_row(self, cells: Mapping[str, CellValue], base: Mapping[str, Plain]) -> tuple[dict[str, Plain], bool]:
        """Non-blank cells as plain values, and whether all that have a base say just what `base` says."""
        row: dict[str, Plain] = {}
        left, intact = len(base), True
        for key, value in cells.items():
            was = base.get(key)
            if value == was and type(value) is type(was):  # most cells: nothing to parse
                row[key] = was
                left -= 1
            elif key in self._parsers and (read := self.read(key, value)) is not None:
                row[key] = read
                if read == was:
                    left -= 1
                elif key in self._merged:
                    intact = False
        return row, intact and left == 0

    def write(self, key: str, value: Plain) -> CellValue:
        """The cell that shows a plain value."""
        if isinstance(value, str):
            if value == CLEARED:
                return render_cell(self.columns[key], CLEAR, self.template, self.language)
            if key == "seller_sku" and (note := _NOTE.fullmatch(value)):
                return messages.text(_SKUS_NOTE, self.language, count=note[1])
        return self._typed(key, value) if self.columns[key].kind in _TYPED else value

    def _render(self, key: str, value: Plain) -> CellValue:
        column = self.columns[key]
        return render_cell(column, _TYPED[column.kind](value), self.template, self.language)

    def write_row(self, values: Mapping[str, Plain]) -> dict[str, CellValue]:
        """Rendered cells; blank ones are left out."""
        simple = self._as_they_are
        return {
            key: value if key in simple and value != CLEARED else self.write(key, value)
            for key, value in values.items()
            if value is not None
        }


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
    was typed over. `number` is the sheet's row number, for messages. `intact`: all cells with a base say what it says,
    or what she is known to have made of them. `settled`: so do all the others; then `late` makes the cells, when they
    are asked for, of the key and the cells that were `kept`. `product`: key of its product, as the row says.
    """

    tab: Tab
    ref: RowRef
    number: int
    key: str
    product: str
    intact: bool = False
    settled: bool = False
    late: Callable[[str, Mapping[str, CellValue]], dict[str, Plain]] | None = field(default=None, repr=False)
    kept: Mapping[str, CellValue] = field(default_factory=dict, repr=False)
    _cells: dict[str, Plain] | None = None

    @property
    def cells(self) -> dict[str, Plain]:
        if self._cells is None:
            self._cells = self.late(self.ref.key, self.kept) if self.late else {}
        return self._cells


def cells_of(base: BaseRow) -> dict[str, Plain]:
    """The row as she last left it: the cart's values with her own over them."""
    return {key: value for key, value in (base.base | base.seen).items() if value is not None}


def lines_of(sheet: TabSnapshot | None, words: PlainTab, known: Mapping[str, BaseRow]) -> list[Line]:
    """The rows of a tab that have a key, in sheet order. `known`: what the store knows of them."""
    lines: list[Line] = []
    tab = words.tab

    def remembered(key: str, kept: Mapping[str, CellValue]) -> dict[str, Plain]:
        return cells_of(known[key]) | words.read_row(kept, {})[0]

    for ref, row in sheet.refs(tab) if sheet else ():
        if row.settled:
            kept = row.cells
            product = key_text(kept["product_key"])
            lines.append(Line(tab, ref, row.number, ref.key, product, True, True, remembered, kept))
            continue
        base = known.get(ref.key)
        cells, intact = words.read_row(row.cells, base.base if base else {})
        product = str(cells.get("product_key") or "")
        lines.append(Line(tab, ref, row.number, ref.key, product, intact and base is not None, _cells=cells))
    return lines


def lines_by_tab(
    snapshot: Snapshot, base: Mapping[Tab, Mapping[str, BaseRow]], template: Template, tabs: Iterable[Tab]
) -> dict[Tab, list[Line]]:
    """The rows of these tabs in plain values, with what the store knows of them."""
    language = snapshot.language
    return {
        tab: lines_of(snapshot.tabs.get(tab), PlainTab(tab, template, language), base.get(tab, {})) for tab in tabs
    }
