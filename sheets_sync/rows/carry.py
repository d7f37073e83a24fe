"""Her SKU cells when a product gets variants or loses them: they move with the SKU to the other tab."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace

from sheets_sync.records import BaseRow
from sheets_sync.rows.merge import Row
from sheets_sync.rows.project import ProjectedProduct
from sheets_sync.rows.seen import edits
from sheets_sync.rows.sheet_merge import SheetMerge


def carried_down(
    products: SheetMerge, skus: SheetMerge, old: BaseRow, shown: ProjectedProduct, columns: Iterable[str]
) -> dict[str, BaseRow]:
    """For a product that got variants: the SKU cells of its product row, by the variant that continues its only SKU."""
    variant_key, code = str(old.extra.get("variant_key") or ""), old.base.get("seller_sku")
    heir = _heir(variant_key, code, shown.sku_rows)
    if heir is None or heir in skus.base or heir in skus.lines:
        return {}
    return {heir: _as_sku(products, old, columns)}


def carried_up(
    skus: SheetMerge, rows: Iterable[BaseRow], shown: ProjectedProduct, columns: Iterable[str]
) -> BaseRow | None:
    """For a product that lost its variants: the SKU cells of the SKU row that goes on as its only SKU."""
    by_key = {row.key: row for row in rows}
    heir = _heir(
        str(shown.extra.get("variant_key") or ""),
        shown.product_row.get("seller_sku"),
        {key: row.base for key, row in by_key.items()},
    )
    return None if heir is None else _as_sku(skus, by_key[heir], columns)


def _heir(variant_key: str, code: object, rows: Mapping[str, Row]) -> str | None:
    """The row of the same SKU: by key, else by its code."""
    if variant_key in rows:
        return variant_key
    return next((key for key, row in rows.items() if code is not None and row.get("seller_sku") == code), None)


def _as_sku(sheet: SheetMerge, row: BaseRow, columns: Iterable[str]) -> BaseRow:
    """Only the SKU cells of a row as it stands, as base and edits."""
    columns = tuple(columns)
    base = {column: row.base[column] for column in columns if column in row.base}
    hers = [column for column in columns if column in sheet.fields.editor]
    return replace(row, base=base, seen=edits(sheet.cells(row.key), base, hers))
