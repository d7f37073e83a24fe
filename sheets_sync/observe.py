"""What a fresh read of a listing means for what we remember of it. Pure: a link and a reading in, a link out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from decimal import Decimal

from sheets_sync.content import ATTRIBUTE, SKU, content, drifted, price_text, sku_field
from sheets_sync.description import clean, strip_tags
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.drift import PRICE, noted, number
from sheets_sync.external_ids import variant_of
from sheets_sync.payload_parts import CERTIFICATION
from sheets_sync.records import Link, SkuLink
from sheets_sync.shop import UNDER_REVIEW, ShopProduct, ShopSku
from sheets_sync.states import Listing

# Only in these states does the live version show what was last accepted: otherwise an edit of ours is still on its way.
_SETTLED = frozenset({("ACTIVATE", "APPROVED"), ("ACTIVATE", "NONE"), ("SELLER_DEACTIVATED", "NONE")})
_STOPPED = frozenset({Listing.TAKEN_DOWN, Listing.FROZEN})


def observe(link: Link, actual: ShopProduct, cart_id: str, now: dt.datetime) -> Link:
    """The link after reading the listing: its state, its SKU ids, the review's reasons, and what others changed."""
    settled = (actual.status, actual.audit) in _SETTLED
    skus = _skus(link, actual, cart_id, settled=settled)
    shown = shown_fields(actual, replace(link, skus=skus), cart_id)
    # What was not compared before counts from now on; what was keeps the value that followed our last write.
    baseline = {**shown, **link.shop} if settled else link.shop
    return replace(
        link,
        product_id=actual.id,
        status=actual.status,
        audit=actual.audit,
        listing=actual.listing,
        reasons=actual.reasons if actual.audit == "FAILED" or actual.listing in _STOPPED else (),
        open_items=actual.open_items,
        update_time=actual.update_time,
        checked_at=now,
        full_edit=needs_full_edit(actual),
        hold=link.hold and actual.listing is not Listing.DELETED,
        skus=skus,
        shop=baseline,
        drift={name: shown[name] for name in drifted(baseline, shown)} if settled else link.drift,
    )


def gone(link: Link) -> Link:
    """The link after TikTok Shop no longer knew its listing."""
    return replace(link, status="DELETED", audit="NONE", listing=Listing.DELETED, hold=False, reasons=(), open_items=())


def needs_full_edit(actual: ShopProduct) -> bool:
    """A partial edit would build on a draft, or on a version in review or refused (reference: TikTok Shop API 3.13)."""
    return actual.has_draft or actual.audit in {*UNDER_REVIEW, "FAILED"} or actual.status in ("PENDING", "FAILED")


def shown_fields(actual: ShopProduct, link: Link, cart_id: str) -> dict[str, str]:
    """What the listing shows, as notes by field (see drift.py). An attribute that went away shows as nothing."""
    fields = dict.fromkeys((name for name in link.shop if name.startswith(ATTRIBUTE)), "") | noted(actual)
    for sku in actual.skus:
        if sku.price is not None and (key := variant_of(sku, link, cart_id)):
            fields[PRICE + key] = number(sku.price)
    return fields


def _skus(link: Link, actual: ShopProduct, cart_id: str, *, settled: bool) -> dict[str, SkuLink]:
    """SKU links with ids as the listing has them now: ids may be reissued when options change (reference: 6, 16).

    Where the listing shows what was last accepted, a SKU that is not on it was deleted on TikTok's side: forgotten, so
    that the next plan names it as one to be added, and no call speaks of an id that is refused.
    """
    found = dict(link.skus)
    present = {key: sku for sku in actual.skus if (key := variant_of(sku, link, cart_id))}
    for key, sku in present.items():
        known = found.get(key) or SkuLink(key, sku.id)
        # Of a hidden listing every SKU is off with it.
        off = sku.off if actual.listing is Listing.LIVE else ""
        found[key] = replace(known, sku_id=sku.id, seller_sku=sku.seller_sku or known.seller_sku, off=off)
    return {key: sku for key, sku in found.items() if key in present} if settled else found


def adopt(want: DesiredListing, actual: ShopProduct, cart_id: str, decimals: int, now: dt.datetime) -> Link:
    """A link to a listing that is not linked yet: one of ours after a half-run import or a lost store, or one made by
    hand or by another connector.

    What the shop shows becomes the prior state, so only what the sheet wants otherwise counts as a change.
    """
    skus: dict[str, SkuLink] = {}
    for key, sku in paired(want, actual, cart_id).items():
        stock = sum(sku.stock.values()) if sku.stock else None
        skus[key] = SkuLink(key, sku.id, sku.seller_sku, price_text(sku.price, decimals), stock)
    link = Link(want.product_key, actual.id, sent=same_content(want, actual, cart_id), skus=skus)
    return observe(link, actual, cart_id, now)


def paired(want: DesiredListing, actual: ShopProduct, cart_id: str) -> dict[str, ShopSku]:
    """The listing's SKUs by variant key: by our external id, else by a seller SKU that only one of each side has."""
    ours = Counter(sku.seller_sku for sku in want.skus)
    theirs = Counter(sku.seller_sku for sku in actual.skus)
    codes = {s.seller_sku: s.variant_key for s in want.skus if ours[s.seller_sku] == theirs[s.seller_sku] == 1}
    found = {key: sku for sku in actual.skus if (key := variant_of(sku, None, cart_id))}
    taken = {sku.id for sku in found.values()}
    for sku in actual.skus:
        by_code = codes.get(sku.seller_sku, "") if sku.seller_sku and sku.id not in taken else ""
        if by_code and by_code not in found:
            found[by_code] = sku
    return found


def same_content(want: DesiredListing, actual: ShopProduct, cart_id: str) -> dict[str, str]:
    """Fingerprints of the wanted fields that the listing already shows.

    Pictures cannot be compared once TikTok hosts them: the same number of them counts as the same pictures. What Get
    Product does not tell in our terms (search terms, size charts, certificates …) counts as the same too.
    """
    prints = content(want)
    pairs = paired(want, actual, cart_id)
    sizes = actual.dimensions_cm or ()
    differs = {
        "title": want.title != actual.title,
        "description": _words(clean(want.description)) != _words(clean(actual.description)),
        "category": want.category != actual.category_id,
        "brand": want.brand != actual.brand_id,
        "images": len(want.images) != len(actual.images),
        "weight": not _about(want.package_weight_g, actual.weight_g),
        "dimensions": [Decimal(size or 0) for size in want.dimensions_cm] != [Decimal(size) for size in sizes],
    }
    differs |= {
        ATTRIBUTE + key: not _same_values(values, actual.attributes.get(key, ()))
        for key, values in want.attributes.items()
        if not key.startswith(CERTIFICATION)
    }
    for sku in want.active_skus:
        same = _same_sku(sku, pairs.get(sku.variant_key))
        field = sku_field(sku.variant_key)
        differs |= {name: not same for name in prints if name == field or name.startswith(f"{field} ")}
    return {name: value for name, value in prints.items() if not differs.get(name, name.startswith(SKU))}


def _words(html: str) -> str:
    return "".join(strip_tags(html).split())


def _about(grams: int | None, shown: Decimal | None) -> bool:
    """Whether a weight is the same but for rounding: pounds read back are not the grams that were written."""
    return grams is not None and shown is not None and abs(grams - shown) <= 1


def _same_values(wanted: tuple[str, ...], shown: tuple[tuple[str, str], ...]) -> bool:
    names = {text for value_id, name in shown for text in (value_id, name, f"{name} [{value_id}]")}
    return len(wanted) == len(shown) and set(wanted) <= names


def _same_sku(want: DesiredSku, actual: ShopSku | None) -> bool:
    if actual is None or want.seller_sku != actual.seller_sku:
        return False
    if want.barcode and want.barcode != actual.barcode:
        return False
    return {(o.name, o.value) for o in want.options} == {(a.name, a.value) for a in actual.attributes}
