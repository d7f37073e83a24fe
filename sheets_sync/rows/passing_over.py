"""What a product's base rows keep so that the next export can pass it over, and the product as they remember it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.project import ProjectedProduct
from sheets_sync.rows.sheet_merge import CONFLICT

FINGERPRINT = "fingerprint"
"""In `BaseRow.extra` of a product row: `Product.fingerprint`, behind a mark of the settings that its values hang on. A
product without it is read anew each time: something has to be told of its record.
"""

PLACE = "place"
"""In `BaseRow.extra` of a SKU row: which of its product's SKUs it is in the cart, from 0."""

WAITS = "waits_for_key"
"""In `BaseRow.extra` of a product row: the gone key that it seems to continue. It is held until that is settled."""


def passing_facts(fingerprint: str, under: str) -> dict[str, Plain]:
    """What is kept of a product of which nothing has to be told. `under`: mark of the settings."""
    return {FINGERPRINT: f"{under}:{fingerprint}"}


def known_fingerprints(kept: Mapping[str, str], under: str) -> dict[str, str]:
    """Fingerprints of the products that may be passed over (`ports.Known`): the cart had them at the last export, and
    the settings are what they were then. `kept`: what the base has of each product.
    """
    start = f"{under}:"
    return {key: text.removeprefix(start) for key, text in kept.items() if text.startswith(start)}


def remembered(product: BaseRow, skus: Iterable[BaseRow]) -> ProjectedProduct:
    """A product as the cart had it at the last export. `skus`: the base rows of its SKUs, those that are gone too."""
    there = sorted((row for row in skus if not row.gone), key=lambda row: int(row.extra.get(PLACE) or 0))
    return ProjectedProduct(
        dict(product.base),
        {row.key: dict(row.base) for row in there},
        _of_the_cart(product),
        {row.key: _of_the_cart(row) for row in there},
    )


def _of_the_cart(row: BaseRow) -> dict[str, Plain]:
    """Facts without what an export adds to them."""
    return {name: value for name, value in row.extra.items() if name != WAITS and not name.startswith(CONFLICT)}
