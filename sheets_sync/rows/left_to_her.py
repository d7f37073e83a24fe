"""Cells that she edited while an export was at work, and that were left to her: conflicts like any other from then on.

Without it the new base would say that the cart has not moved since, and nothing would show what the cart says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sheets_sync.issue import Tab
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.cart_notes import conflict_lines
from sheets_sync.rows.fields import IMAGES, fields_of
from sheets_sync.rows.merge import image_list
from sheets_sync.rows.project import variant_label
from sheets_sync.rows.sheet_merge import CONFLICT
from sheets_sync.tables import Patch, Snapshot
from sheets_sync.template import Template

Rows = Mapping[tuple[Tab, str], BaseRow]


def left_to_her(
    kept: Iterable[tuple[Tab, str, str]],
    rows: Rows,
    *,
    written: Patch,
    snapshot: Snapshot,
    template: Template,
) -> tuple[list[BaseRow], Patch]:
    """Base rows with each kept cell (`WriteResult.kept`) noted as a conflict, and カート側の変更 as the next export
    will write it. `rows`: the new base rows, by tab and key; `written`: the patch that was made from `snapshot`.
    """
    mended: list[BaseRow] = []
    lines: dict[str, list[str]] = {}
    for row, conflicts in _conflicts(kept, rows, template):
        mended.append(replace(row, extra={**row.extra, **{CONFLICT + name: now for name, now in conflicts.items()}}))
        sku = variant_label(row.base) if row.tab is Tab.SKUS else ""
        told = conflict_lines(conflicts, row.tab, template, snapshot.language, sku)
        lines.setdefault(row.product_key, []).extend(told)
    patch = Patch()
    updates = written.tab(Tab.PRODUCTS).updates
    for ref, present in snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS) if lines else ():
        if new := lines.get(ref.key):
            before = updates.get(ref, {}).get("cart_changes", present.cells.get("cart_changes"))
            patch.tab(Tab.PRODUCTS).set(ref, "cart_changes", "\n".join([*str(before or "").splitlines(), *new]))
    return mended, patch


def _conflicts(
    kept: Iterable[tuple[Tab, str, str]], rows: Rows, template: Template
) -> Iterable[tuple[BaseRow, Mapping[str, Plain]]]:
    """By row the fields that the cart fills and that were kept, with what the cart says."""
    found: dict[tuple[Tab, str], dict[str, Plain]] = {}
    for tab, key, column in kept:
        row = rows.get((tab, key))
        if row is None:
            continue
        fields = fields_of(template, tab).with_cells_of(row.base)
        if column in fields.images:
            found.setdefault((tab, key), {})[IMAGES] = "\n".join(image_list(row.base, fields) or ()) or None
        elif column in fields.prefill:
            found.setdefault((tab, key), {})[column] = row.base.get(column)
    return [(rows[place], conflicts) for place, conflicts in found.items()]
