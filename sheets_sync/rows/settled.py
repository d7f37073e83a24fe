"""Tells, while a workbook is read, which rows stand as the store remembers them: most rows of most runs.

Such a row needs no memory of its own: its cells are what the base says, and come back from there when they are asked
for (`plain.Line`). Everything that is not certain is read whole.
"""

from __future__ import annotations

from collections.abc import Mapping

from sheets_sync.issue import Tab
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.cart_facts import ATTRIBUTE, ENDS, PREORDER, STARTS
from sheets_sync.rows.fields import fields_of
from sheets_sync.rows.passing_over import FINGERPRINT, PLACE
from sheets_sync.rows.plain import RESULTS_READ, PlainTab
from sheets_sync.rows.tag_rule import TAG, TAGGED
from sheets_sync.tables import CellValue, row_key
from sheets_sync.template import KEY_COLUMNS, Template

_SILENT = frozenset(
    (
        *(FINGERPRINT, PLACE, TAG, TAGGED, STARTS, ENDS, PREORDER),
        *("has_variants", "variant_key", "cart_brand", "weight_g", "unmanaged"),
    )
)
"""Facts of a base row of which カート側の変更 never speaks. A row with any other one is read whole."""


class SettledRows:
    """Is a `tables.Shorten`: leaves only the key and result cells of rows that are settled. `base`: the store's base
    rows by tab. `fingerprints`: what the base has of the settled products that may be passed over.
    """

    def __init__(self, base: Mapping[Tab, Mapping[str, BaseRow]], template: Template) -> None:
        self.fingerprints: dict[str, Plain] = {}
        self._tabs = {tab: _Tab(tab, rows, template) for tab, rows in base.items() if rows}

    def __call__(self, tab: Tab, cells: dict[str, CellValue]) -> dict[str, CellValue] | None:
        known = self._tabs.get(tab)
        row = known.settled(cells) if known else None
        if known is None or row is None:
            return None
        if tab is Tab.PRODUCTS:
            self.fingerprints[row.key] = row.extra.get(FINGERPRINT)
        return known.kept(cells)


class _Tab:
    def __init__(self, tab: Tab, base: Mapping[str, BaseRow], template: Template) -> None:
        self._tab, self._base = tab, base
        self._words = PlainTab(tab, template, "en")  # reading is the same in all languages
        fields = fields_of(template, tab)
        self._told = frozenset((*fields.tool, *fields.editor))
        self._dated = "added_at" in self._words.columns
        self._keys = KEY_COLUMNS[tab] if tab is Tab.PRODUCTS else ("product_key", *KEY_COLUMNS[tab])

    def settled(self, cells: dict[str, CellValue]) -> BaseRow | None:
        row = self._base.get(row_key(self._tab, cells))
        if row is None or row.gone or not _silent(row.extra) or not self._says(cells, row):
            return None
        return row

    def kept(self, cells: dict[str, CellValue]) -> dict[str, CellValue]:
        kept: dict[str, CellValue] = {key: cells[key] for key in self._keys}
        for key in RESULTS_READ:
            if key in cells:
                kept[key] = cells[key]
        return kept

    def _says(self, cells: dict[str, CellValue], row: BaseRow) -> bool:
        """Whether the cells say exactly what the store remembers of the row, and nothing has to be told in it."""
        wanted = {**row.base, **row.seen} if row.seen else row.base
        told, read, found = self._told, self._words.read, 0
        added_on: Plain = None
        for key, value in cells.items():
            if key in told:
                was = wanted.get(key)
                if value == was:
                    same = type(value) is type(was) or read(key, value) == was
                else:  # prices are texts in the store: no need to parse the number
                    same = (type(value) is int and str(value) == was) or read(key, value) == was
                if not same:
                    return False
                found += was is not None
            elif key == "added_at":
                added_on = read(key, value)
            elif key == "cart_changes":
                return False
        wanted_cells = len(wanted) - list(wanted.values()).count(None)
        return found == wanted_cells and (not self._dated or (added_on or "") == row.added_on)


def _silent(facts: Mapping[str, Plain]) -> bool:
    return facts.keys() <= _SILENT or all(name in _SILENT or name.startswith(ATTRIBUTE) for name in facts)
