"""Writes what is known into the rows: result cells only, and only those that differ from what stands there."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal

from sheets_sync.cells import render_cell
from sheets_sync.content import price_text
from sheets_sync.desired import DesiredSku
from sheets_sync.issue import Issue, Tab
from sheets_sync.report import (
    Standing,
    Voice,
    action_text,
    drift_text,
    issue_lines,
    planned_text,
    review_text,
    state_of,
)
from sheets_sync.rows.typed import Typed
from sheets_sync.states import Action
from sheets_sync.tables import CellValue, Patch, RowRef, Snapshot
from sheets_sync.template import Template
from sheets_sync.validation.codes import MISSING_CODES

Cells = dict[str, Typed]
Results = dict[tuple[Tab, RowRef], Cells]

# A check writes these and nothing else (docs/design.md, section 6).
CHECKED = frozenset(
    {
        "state",
        "errors",
        "planned",
        "effective_price",
        "effective_stock",
        "sku_errors",
        "attribute_errors",
        "default_errors",
    }
)


def results(standings: Iterable[Standing], voice: Voice, loose: Iterable[Issue]) -> Results:
    """Typed result cells by row. `loose`: issues of rows that belong to no product (既定値, rows that do not count)."""
    found: Results = defaultdict(dict)
    for standing in standings:
        found[Tab.PRODUCTS, standing.want.ref].update(_product_cells(standing, voice))
        for sku in standing.want.skus:
            found[sku.tab, sku.ref].update(_sku_cells(standing, sku, voice))
        _attribute_errors(found, standing, voice)
    _loose_errors(found, loose, voice)
    return found


def _product_cells(standing: Standing, voice: Voice) -> Cells:
    state = state_of(standing, MISSING_CODES)
    names = {sku.variant_key: sku.seller_sku for sku in standing.want.skus}
    link = standing.link
    cells: Cells = {
        "state": state.value,
        "listing": standing.listing.value,
        "errors": issue_lines(standing.told, voice, Tab.PRODUCTS, names),
        "planned": planned_text(standing, state, voice),
        "review_reasons": review_text(link, voice),
        "tiktok_changes": drift_text(link, voice),
        "tiktok_product_id": link.product_id if link else None,
        "last_synced_at": link.synced_at.astimezone(voice.timezone).replace(tzinfo=None)
        if link and link.synced_at
        else None,
    }
    told = action_text(standing, voice)
    return cells if told is None else cells | {"action_result": told}


def _sku_cells(standing: Standing, sku: DesiredSku, voice: Voice) -> Cells:
    link = standing.link.skus.get(sku.variant_key) if standing.link else None
    price = price_text(sku.price, voice.template.price_decimals)
    cells: Cells = {
        "effective_price": Decimal(price) if price is not None else None,
        "effective_stock": sku.stock,
        "tiktok_sku_id": link.sku_id if link else None,
    }
    if sku.tab is Tab.SKUS:
        own = [issue for issue in standing.told if issue.tab is Tab.SKUS and issue.row_key == sku.ref.key]
        cells["sku_errors"] = issue_lines(own, voice, Tab.SKUS)
    return cells


def _attribute_errors(found: Results, standing: Standing, voice: Voice) -> None:
    rows: dict[str, list[Issue]] = defaultdict(list)
    for issue in standing.told:
        if issue.tab is Tab.ATTRIBUTES:
            rows[issue.row_key].append(issue)
    for key in standing.want.attributes:
        rows.setdefault(f"{standing.want.product_key}/{key}", [])
    for key, issues in rows.items():
        found[Tab.ATTRIBUTES, RowRef(key)]["attribute_errors"] = issue_lines(issues, voice, Tab.ATTRIBUTES)


_ERROR_COLUMNS = {
    Tab.PRODUCTS: "errors",
    Tab.SKUS: "sku_errors",
    Tab.ATTRIBUTES: "attribute_errors",
    Tab.DEFAULTS: "default_errors",
}


def _loose_errors(found: Results, loose: Iterable[Issue], voice: Voice) -> None:
    rows: dict[tuple[Tab, str], list[Issue]] = defaultdict(list)
    for issue in loose:
        rows[issue.tab, issue.row_key].append(issue)
    for (tab, key), issues in rows.items():
        cells = found[tab, RowRef(key)]
        column = _ERROR_COLUMNS[tab]
        if not cells.get(column):
            cells[column] = issue_lines(issues, voice, tab)


def results_patch(snapshot: Snapshot, found: Results, template: Template, *, checking: bool) -> Patch:
    """The cells that differ from the sheet. `checking`: only what a check may write."""
    patch = Patch()
    for tab, sheet in snapshot.tabs.items():
        columns = {column.key: column for column in template.columns[tab]} if tab in template.columns else {}
        for ref, row in sheet.refs(tab):
            # A copied row says what its original says.
            cells = found.get((tab, ref)) or found.get((tab, RowRef(ref.key)))
            for key, value in _blank_errors(tab, cells, sheet.headings.columns).items():
                if key not in sheet.headings.columns or (checking and key not in CHECKED):
                    continue
                shown = render_cell(columns[key], value, template, snapshot.language)
                if not same_cell(row.cells.get(key), shown):
                    patch.tab(tab).set(ref, key, shown)
    return patch


def _blank_errors(tab: Tab, cells: Cells | None, present: Mapping[str, int]) -> Cells:
    """Rows without results lose an old error; rows with some keep theirs."""
    column = _ERROR_COLUMNS.get(tab)
    if cells is None:
        return {column: None} if column in present and column is not None else {}
    return cells


def same_cell(before: CellValue, after: CellValue) -> bool:
    """Whether a cell already shows the value: blank is blank, numbers are numbers, moments to the second."""
    if before in (None, "") and after in (None, ""):
        return True
    if isinstance(before, dt.datetime) and isinstance(after, dt.datetime):
        return abs(before - after) < dt.timedelta(seconds=1)
    return (type(before) is type(after) and before == after) or _number(before) == _number(after) is not None


def _number(value: CellValue) -> float | None:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None


def clear_actions(patch: Patch, snapshot: Snapshot, standings: Iterable[Standing], template: Template) -> None:
    """Blank the 出品指示 cells whose instruction is confirmed and that still hold the same value."""
    sheet = snapshot.tabs[Tab.PRODUCTS]
    rows = dict(sheet.refs(Tab.PRODUCTS))
    for standing in standings:
        done = standing.instruction
        if done is None or done.confirmed_at is None or done.action is Action.KEEP or standing.want.held:
            continue
        row = rows.get(standing.want.ref)
        cell = row.cells.get("action") if row else None
        if isinstance(cell, str) and template.choice_id("action", cell) == done.action:
            patch.tab(Tab.PRODUCTS).set(standing.want.ref, "action", None)
