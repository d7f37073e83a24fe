"""Tells, while a workbook is read, which rows stand as the store remembers them: most rows of most runs.

Such a row needs no memory of its own: its cells are what the base says, and come back from there when they are asked
for (`plain.Line`). Everything that is not certain is read whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from sheets_sync.issue import Tab
from sheets_sync.records import Plain
from sheets_sync.rows.fields import fields_of
from sheets_sync.rows.plain import RESULTS_READ, PlainTab
from sheets_sync.rows.row_print import cells_in, cells_print
from sheets_sync.tables import CellValue, row_key
from sheets_sync.template import KEY_COLUMNS, Kind, Template

_TYPED = frozenset({Kind.INTEGER, Kind.FLAG, Kind.MONEY, Kind.DATE, Kind.DATETIME, Kind.CHOICE})
"""Kinds whose cells are no plain texts."""


class SettledRows:
    """Is a `tables.Shorten`: leaves only the key and result cells of rows that are settled. `prints`: what the store
    keeps beside its base rows (`row_print.print_of`), by tab and key.
    """

    def __init__(self, prints: Mapping[Tab, Mapping[str, str]], template: Template) -> None:
        self._tabs = {tab: _Tab(tab, kept, template) for tab, kept in prints.items() if kept}

    def __call__(self, tab: Tab, cells: dict[str, CellValue]) -> dict[str, CellValue] | None:
        return self._tabs[tab].shortened(cells) if tab in self._tabs else None


class _Tab:
    def __init__(self, tab: Tab, prints: Mapping[str, str], template: Template) -> None:
        self._tab, self._prints = tab, prints
        self._words = PlainTab(tab, template, "en")  # reading is the same in all languages
        fields = fields_of(template, tab)
        told = {*fields.tool, *fields.editor}
        kinds = {key: self._words.columns[key].kind for key in told}
        notes = {"seller_sku"} if tab is Tab.PRODUCTS else set()
        texts = {key for key, kind in kinds.items() if kind not in _TYPED} - notes
        self._told, self._odd = told, self._words.columns.keys() - texts
        self._counts = {key for key, kind in kinds.items() if kind in (Kind.INTEGER, Kind.FLAG)}
        self._money = {key for key, kind in kinds.items() if kind is Kind.MONEY}
        self._dated = "added_at" in self._words.columns
        self._keys = KEY_COLUMNS[tab] if tab is Tab.PRODUCTS else ("product_key", *KEY_COLUMNS[tab])

    def shortened(self, cells: dict[str, CellValue]) -> dict[str, CellValue] | None:
        kept = self._prints.get(row_key(self._tab, cells))
        if not kept or self._print(cells) != cells_in(kept):
            return None
        left = {key: cells[key] for key in self._keys}
        for key in RESULTS_READ:
            if key in cells:
                left[key] = cells[key]
        return left

    def _print(self, cells: dict[str, CellValue]) -> str | None:
        """The print of a row as it stands, None for one that has to be looked at."""
        plain = cast(dict[str, Plain], dict(cells))  # texts are, all else is made so here
        for key in cells.keys() & self._odd:
            if key in self._told:
                plain[key] = self._plain(key, cells[key])
                if plain[key] is None:
                    del plain[key]
            else:
                del plain[key]
        if "cart_changes" in cells:
            return None
        added_on = self._words.read("added_at", cells["added_at"]) if self._dated and "added_at" in cells else ""
        try:
            return cells_print(plain, str(added_on))
        except ValueError:  # an error cell
            return None

    def _plain(self, key: str, value: CellValue) -> Plain:
        """As `PlainTab.read`, with an answer at hand for what stands in nearly all cells."""
        if type(value) is int or type(value) is bool:
            if key in self._counts:
                return value
            if key in self._money:
                return str(value)
        return self._words.read(key, value)
