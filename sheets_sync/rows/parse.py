"""Rows of a tab with every cell read: what could be read as typed values, what could not as issues."""

from __future__ import annotations

from collections.abc import Collection

from sheets_sync.cells import CellFault, CellParser, cell_parser
from sheets_sync.issue import Issue, Tab
from sheets_sync.rows.typed import Typed, TypedRow
from sheets_sync.tables import RowRef, SheetRow, TabSnapshot, key_text
from sheets_sync.template import KEY_COLUMNS, Owner, Template


def typed_rows(
    tab: Tab,
    snapshot: TabSnapshot,
    template: Template,
    *,
    owners: Collection[Owner] = (Owner.KEY, Owner.EDITOR),
    columns: Collection[str] = (),
) -> list[TypedRow]:
    """The rows of `tab` that have a key, in sheet order, with the cells of these owners (and of `columns`) parsed.

    Result cells are written, never read back as truth, and cart cells have theirs in the store: they are parsed on
    request only. Every fault is an error on its cell; blank cells and faulty ones are not among the values.
    """
    parsers = {
        column.key: cell_parser(column, template)
        for column in template.columns[tab]
        if column.owner in owners or column.key in columns
    }
    return [_typed(tab, ref, row, parsers) for ref, row in snapshot.refs(tab)]


def _typed(tab: Tab, ref: RowRef, row: SheetRow, parsers: dict[str, CellParser]) -> TypedRow:
    values: dict[str, Typed] = {}
    faults: list[tuple[str, CellFault]] = []
    for key, cell in row.cells.items():
        parser = parsers.get(key)
        if parser is None:
            continue
        value = parser(cell)
        if isinstance(value, CellFault):
            faults.append((key, value))
        elif value is not None:
            values[key] = value
    product = ref.key if tab is Tab.PRODUCTS else _product_key(tab, row)
    typed = TypedRow(tab, ref, row.number, product, values)
    if faults:
        typed.bad = frozenset(key for key, _ in faults)
        typed.issues = [
            Issue(tab, ref.key, key, fault.code, params=fault.params, product_key=product) for key, fault in faults
        ]
    return typed


def _product_key(tab: Tab, row: SheetRow) -> str:
    """The product that the row belongs to; "" on tabs whose rows are nobody's (既定値)."""
    named = "product_key" in row.cells and tab in KEY_COLUMNS
    return key_text(row.cells["product_key"]) if named else ""
