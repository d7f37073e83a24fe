"""What a listing is made of, field by field, and fingerprints by which two states are compared.

A blank cell means "not set", so a field without a value has no fingerprint and never counts as a change; a field that
was emptied on purpose has the fingerprint CLEARED. Every attribute, every variant and each optional thing of a variant
is a field of its own, so that a row or a cell that is missing from the sheet changes nothing.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from decimal import Decimal

from sheets_sync.description import clean, picture_addresses
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.states import Listing, StockPolicy

CLEARED = "cleared"
SKU = "sku:"
ATTRIBUTE = "attribute:"
# The single fields of a content edit, in the order in which people are told of them. The groups `attributes` and `skus`
# stand for all fields that begin with ATTRIBUTE and SKU.
FIELDS = (
    "title", "description", "category", "brand", "images", "weight", "dimensions",
    "search_terms", "features", "size_chart", "video", "scheduled_at", "max_order_quantity",
)  # fmt: skip
_PRESALE = " presale_days"
_WAS_LIVE = frozenset({Listing.LIVE, Listing.PAUSED, Listing.TAKEN_DOWN, Listing.FROZEN})
_SIZES = frozenset({"package_length_cm", "package_width_cm", "package_height_cm"})
_compact = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str).encode


def fingerprint(value: object) -> str:
    """Short stable hash of a value made of JSON types; a text stands for itself."""
    text = value if isinstance(value, str) else _compact(value)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def group(name: str) -> str:
    """The name under which a step and a person speak of a field: `skus` and `attributes` for their many parts."""
    return "skus" if name.startswith(SKU) else "attributes" if name.startswith(ATTRIBUTE) else name


def sku_field(variant_key: str) -> str:
    """The field of what every variant has: its code and its options."""
    return SKU + variant_key


def presale_field(variant_key: str) -> str:
    """The field of a variant's pre-order days."""
    return f"{SKU}{variant_key}{_PRESALE}"


def is_fixed(name: str, listing: Listing) -> bool:
    """Whether a field of a listing cannot change any more: pre-order days once a product was live (12052329). A whole
    edit that named it would be refused for it.
    """
    return listing in _WAS_LIVE and name.startswith(SKU) and name.endswith(_PRESALE)


def offered(want: DesiredListing) -> tuple[DesiredSku, ...]:
    """SKUs that a listing may be given: neither switched off nor gone from the cart."""
    return tuple([sku for sku in want.skus if not sku.excluded and not sku.gone])


def content(want: DesiredListing) -> dict[str, str]:
    """Fingerprint per field that is set, without price and stock, which have calls of their own."""
    prints = {name: fingerprint(value) for name, value in _values(want) if value}
    prints |= dict.fromkeys(_cleared_fields(want), CLEARED)
    return prints


def _values(want: DesiredListing) -> Iterator[tuple[str, object]]:
    yield "title", want.title
    shown = picture_addresses(clean(want.description)) if want.replaced else ()
    yield "description", _with_marks(want.description, shown, want)
    yield "category", want.category
    yield "brand", want.brand or want.new_brand
    yield "images", _with_marks(want.images, want.images, want)
    yield "weight", want.package_weight_g
    yield "dimensions", want.dimensions_cm if all(want.dimensions_cm) else None
    yield "search_terms", want.search_terms
    yield "features", want.features
    yield "size_chart", _with_marks(want.size_chart, (want.size_chart,), want)
    yield "video", _with_marks(want.video, (want.video,), want)
    yield "scheduled_at", want.scheduled_at
    yield "max_order_quantity", want.max_order_quantity
    for key, values in want.attributes.items():
        yield ATTRIBUTE + key, _with_marks(values, values, want)
    for sku in offered(want):
        name = sku_field(sku.variant_key)
        yield name, [sku.seller_sku, [(option.name, option.value) for option in sku.options]]
        if sku.barcode:
            yield f"{name} barcode", [sku.barcode, sku.barcode_type]
        if sku.image:
            yield f"{name} image", _with_marks(sku.image, (sku.image,), want)
        if sku.presale_days:
            yield presale_field(sku.variant_key), sku.presale_days


def _with_marks(value: object, addresses: Iterable[str], want: DesiredListing) -> object:
    """The value and, of pictures that were replaced under the same address, the mark of what they show now. Merely
    knowing a picture's content changes nothing.
    """
    marks = [want.replaced[address] for address in addresses if address in want.replaced] if want.replaced else []
    return [value, marks] if value and marks else value


def _cleared_fields(want: DesiredListing) -> Iterator[str]:
    for column in want.cleared:
        if column == f"{ATTRIBUTE}size_chart":
            yield from () if want.size_chart else ("size_chart",)
        elif column in FIELDS or column.startswith(ATTRIBUTE):
            yield column
        elif column in _SIZES:
            yield "dimensions"
        elif column.startswith("image_") and not want.images:
            yield "images"


def whole(want: DesiredListing, decimals: int) -> str:
    """Fingerprint of everything that would be sent: what a sign-off speaks of."""
    prices = {s.variant_key: price_text(s.price, decimals) for s in want.active_skus}
    stock = {s.variant_key: s.stock for s in want.active_skus}
    excluded = sorted(s.variant_key for s in want.skus if s.excluded)
    return fingerprint([content(want), prices, stock if want.stock_policy is not StockPolicy.NEVER else {}, excluded])


def price_text(price: Decimal | None, decimals: int) -> str | None:
    """A price as it is sent and remembered: whole yen without point, else with the market's decimals."""
    return None if price is None else f"{price:.{decimals}f}"


def drifted(before: Mapping[str, str], now: Mapping[str, str]) -> tuple[str, ...]:
    """Fields that the shop shows differently from what it showed right after our last write."""
    return tuple(name for name, value in before.items() if name in now and now[name] != value)
