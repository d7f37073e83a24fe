"""Codes that lost their leading zeros: a spreadsheet made a number of `0012` where the cell's text format was lost.

From the number alone nobody could tell; what the cart said can. It is told and not mended: the cell
would lose them again as long as its format is that of a number.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.records import BaseRow
from sheets_sync.tables import CellValue, Snapshot
from sheets_sync.template import Kind, Owner, Template

_TABS = (Tab.PRODUCTS, Tab.SKUS)


def lost_zeros(
    snapshot: Snapshot, base: Mapping[Tab, Mapping[str, BaseRow]], template: Template
) -> Iterator[Issue]:
    """An error for each such cell, with the code as it was."""
    for tab in _TABS:
        editor = (column for column in template.columns[tab] if column.owner is Owner.EDITOR)
        codes = [column.key for column in editor if column.kind is Kind.ID]
        known = base.get(tab, {})
        for ref, row in snapshot.tabs[tab].refs(tab):
            numbers = [(key, value) for key in codes if type(value := row.cells.get(key)) in (int, float)]
            if not numbers or ref.key not in known:
                continue
            was = known[ref.key]
            for key, value in numbers:
                if _is_it(right := was.base.get(key), value):
                    params = {"read": str(value).removesuffix(".0"), "right": right}
                    yield Issue(tab, ref.key, key, "zeros_lost", Severity.ERROR, params, was.product_key)


def _is_it(code: object, number: CellValue) -> bool:
    """Whether a code with leading zeros is that number."""
    return isinstance(code, str) and code.startswith("0") and code.isascii() and code.isdigit() and int(code) == number
