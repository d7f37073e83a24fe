"""What a fresh read of a listing means for what we remember of it. Pure: a link and a reading in, a link out."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from sheets_sync.content import content, drifted, fingerprint, price_text, sku_field
from sheets_sync.description import strip_tags
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.payload import external_sku_id, variant_of
from sheets_sync.records import Link, SkuLink
from sheets_sync.shop import ShopProduct, ShopSku
from sheets_sync.states import Listing

# Only in these states does the live version show what was last accepted: otherwise an edit of ours is still on its way.
_SETTLED = frozenset({("ACTIVATE", "APPROVED"), ("ACTIVATE", "NONE"), ("SELLER_DEACTIVATED", "NONE")})


def observe(link: Link, actual: ShopProduct, cart_id: str, now: dt.datetime) -> Link:
    """The link after reading the listing: its state, its SKU ids, the review's reasons, and what others changed."""
    shown = shown_fields(actual, link, cart_id)
    settled = (actual.status, actual.audit) in _SETTLED
    baseline = link.shop or (shown if settled else {})
    changes = {name: shown[name] for name in drifted(baseline, shown)} if settled else link.drift
    return replace(
        link,
        product_id=actual.id,
        status=actual.status,
        audit=actual.audit,
        listing=actual.listing,
        reasons=actual.reasons if actual.audit == "FAILED" else (),
        update_time=actual.update_time,
        checked_at=now,
        full_edit=needs_full_edit(actual),
        hold=link.hold and actual.listing is not Listing.DELETED,
        skus=_skus(link, actual, cart_id),
        shop=baseline,
        drift=changes,
    )


def needs_full_edit(actual: ShopProduct) -> bool:
    """A partial edit would build on a draft, or on a version in review or refused (reference: TikTok Shop API 3.13)."""
    return actual.has_draft or actual.audit in ("AUDITING", "FAILED") or actual.status in ("PENDING", "FAILED")


def shown_fields(actual: ShopProduct, link: Link, cart_id: str) -> dict[str, str]:
    """What the listing shows, as short texts by field: values where a person can read them, else fingerprints."""
    fields = {
        "title": actual.title,
        "description": fingerprint(actual.description),
        "category": actual.category_id,
        "brand": actual.brand_id,
        "images": fingerprint(list(actual.images)),
    }
    for sku in actual.skus:
        if sku.price is not None and (key := variant_of(sku, link, cart_id)):
            fields[f"price:{key}"] = f"{sku.price.normalize():f}"
    return fields


def _skus(link: Link, actual: ShopProduct, cart_id: str) -> dict[str, SkuLink]:
    """SKU links with ids as the listing has them now: ids may be reissued when options change (reference: 6, 16)."""
    found = dict(link.skus)
    for sku in actual.skus:
        key = variant_of(sku, link, cart_id)
        if key:
            known = found.get(key) or SkuLink(key, sku.id)
            found[key] = replace(known, sku_id=sku.id, seller_sku=sku.seller_sku or known.seller_sku)
    return found


def adopt(want: DesiredListing, actual: ShopProduct, cart_id: str, decimals: int, now: dt.datetime) -> Link:
    """A link to a listing that carries our external id but is not linked: a half-run import, or a lost store.

    What the shop shows becomes the prior state, so only what the sheet wants otherwise counts as a change.
    """
    link = Link(want.product_key, actual.id, sent=same_content(want, actual, cart_id))
    for sku in actual.skus:
        key = variant_of(sku, link, cart_id)
        if key:
            stock = sum(sku.stock.values()) if sku.stock else None
            link.skus[key] = SkuLink(key, sku.id, sku.seller_sku, price_text(sku.price, decimals), stock)
    return observe(link, actual, cart_id, now)


def same_content(want: DesiredListing, actual: ShopProduct, cart_id: str) -> dict[str, str]:
    """Fingerprints of the wanted fields that the listing already shows.

    Pictures cannot be compared once TikTok hosts them: the same number of them counts as the same pictures. What Get
    Product does not tell (search terms, features, videos …) counts as the same too.
    """
    prints = content(want)
    shown = {external_sku_id(cart_id, sku.variant_key): sku.variant_key for sku in want.active_skus}
    by_key = {shown[sku.external_id]: sku for sku in actual.skus if sku.external_id in shown}
    differs = {
        "title": want.title != actual.title,
        "description": _words(want.description) != _words(actual.description),
        "category": want.category != actual.category_id,
        "brand": want.brand != actual.brand_id,
        "images": len(want.images) != len(actual.images),
        "package": want.package_weight_g != actual.weight_g,
        "attributes": bool(want.attributes) and not set(want.attributes) <= set(actual.attributes),
    }
    differs |= {sku_field(s.variant_key): not _same_sku(s, by_key.get(s.variant_key)) for s in want.active_skus}
    return {name: value for name, value in prints.items() if not differs.get(name, False)}


def _words(html: str) -> str:
    return "".join(strip_tags(html).split())


def _same_sku(want: DesiredSku, actual: ShopSku | None) -> bool:
    if actual is None or want.seller_sku != actual.seller_sku:
        return False
    return {(o.name, o.value) for o in want.options} == {(a.name, a.value) for a in actual.attributes}
