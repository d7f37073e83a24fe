"""Our names on TikTok's side, `<cart id>:<key>`: they survive a lost store and a half-run import."""

from __future__ import annotations

import re

from sheets_sync.records import Link
from sheets_sync.shop import ShopSku

_ANEW = re.compile(r"~\d{8}$")


def external_product_id(cart_id: str, product_key: str) -> str:
    """Our name for a product on TikTok's side; it survives lost stores and half-run imports."""
    return f"{cart_id}:{product_key}"


def external_product_id_anew(cart_id: str, product_key: str, deleted_id: str) -> str:
    """The same where a deleted listing, or another one, keeps the first name; the id is whose is at hand."""
    return f"{external_product_id(cart_id, product_key)}~{deleted_id[-8:]}"


def first_external_id(external_id: str) -> str:
    """The name that a listing would have if none had been deleted before it."""
    return _ANEW.sub("", external_id)


def names_product(external_id: str, cart_id: str, product_key: str) -> bool:
    """Whether a listing's external id says that it is this product's."""
    name = external_product_id(cart_id, product_key)
    return external_id == name or first_external_id(external_id) == name


def external_sku_id(cart_id: str, variant_key: str) -> str:
    return f"{cart_id}:{variant_key}"


def variant_of(sku: ShopSku, link: Link | None, cart_id: str) -> str:
    """Variant key of a SKU of the listing: by its link, by its external id, by its code where that tells; "" when it is
    not ours.
    """
    known = link.skus if link else {}
    for key, entry in known.items():
        if entry.sku_id == sku.id:
            return key
    prefix = f"{cart_id}:"
    if sku.external_id:
        return sku.external_id.removeprefix(prefix) if sku.external_id.startswith(prefix) else ""
    same_code = [key for key, entry in known.items() if entry.seller_sku and entry.seller_sku == sku.seller_sku]
    return same_code[0] if len(same_code) == 1 else ""
