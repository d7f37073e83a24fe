"""What a listing is made of, field by field, and fingerprints by which two states are compared.

A blank cell means "not set", so a field without a value has no fingerprint and never counts as a change; a field that
was emptied on purpose has the fingerprint CLEARED. Each variant is a field of its own (`sku:<variant key>`), so that a
SKU row that is missing from the sheet changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal

from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.states import StockPolicy

CLEARED = "cleared"
SKU = "sku:"
# The fields of a content edit, in the order in which people are told of them.
FIELDS = (
    "title", "description", "category", "brand", "images", "package", "attributes",
    "search_terms", "features", "size_chart", "video", "scheduled_at", "max_order_quantity",
)  # fmt: skip


def fingerprint(value: object) -> str:
    """Short stable hash of a value made of JSON types."""
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def sku_field(variant_key: str) -> str:
    return SKU + variant_key


def content(want: DesiredListing) -> dict[str, str]:
    """Fingerprint per field that is set, without price and stock, which have calls of their own."""
    values: dict[str, object] = {
        "title": want.title,
        "description": want.description,
        "category": want.category,
        "brand": want.brand,
        "images": list(want.images),
        "package": [want.package_weight_g, *want.dimensions_cm] if want.package_weight_g else None,
        "attributes": {key: list(values) for key, values in want.attributes.items()},
        "search_terms": list(want.search_terms),
        "features": list(want.features),
        "size_chart": want.size_chart,
        "video": want.video,
        "scheduled_at": want.scheduled_at.isoformat() if want.scheduled_at else "",
        "max_order_quantity": want.max_order_quantity,
    }
    prints = {field: fingerprint(value) for field, value in values.items() if value}
    prints |= dict.fromkeys(_cleared_fields(want), CLEARED)
    prints |= {sku_field(sku.variant_key): fingerprint(_sku(sku)) for sku in want.active_skus if not sku.gone}
    return prints


def _cleared_fields(want: DesiredListing) -> Iterator[str]:
    for column in want.cleared:
        if column in FIELDS:
            yield column
        elif column.startswith("image_") and not want.images:
            yield "images"


def _sku(sku: DesiredSku) -> object:
    options = [[option.name, option.value] for option in sku.options]
    return [sku.seller_sku, options, sku.barcode, sku.barcode_type, sku.image, sku.presale_days]


def whole(want: DesiredListing, decimals: int) -> str:
    """Fingerprint of everything that would be sent: what a refusal and a sign-off speak of."""
    prices = {s.variant_key: price_text(s.price, decimals) for s in want.active_skus}
    stock = {s.variant_key: s.stock for s in want.active_skus}
    excluded = sorted(s.variant_key for s in want.skus if s.excluded)
    return fingerprint([content(want), prices, stock if want.stock_policy is not StockPolicy.NEVER else {}, excluded])


def price_text(price: Decimal | None, decimals: int) -> str | None:
    """A price as it is sent and remembered: whole yen without point, else with the market's decimals."""
    return None if price is None else f"{price:.{decimals}f}"


def drifted(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Fields that the shop shows differently from what it showed right after our last write."""
    return tuple(field for field, value in before.items() if field in now and now[field] != value)
