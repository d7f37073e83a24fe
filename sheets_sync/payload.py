"""Bodies of create and edit, from the desired state. Pure: pictures are uploaded before, and come as a mapping.

Lists go out whole (reference: TikTok Shop API 3.12, 3.13): an edit that names `skus`, `main_images` or
`product_attributes` replaces them, so what the sheet does not speak of is completed from a fresh read of the listing.
Existing SKUs carry neither price nor stock in an edit unless the step says so: left out, both survive.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from decimal import ROUND_CEILING, Decimal
from typing import Any

from sheets_sync.content import ATTRIBUTE, CLEARED, content, group, offered
from sheets_sync.description import clean, picture_addresses, with_pictures
from sheets_sync.desired import DesiredListing
from sheets_sync.external_ids import external_product_id, names_product
from sheets_sync.option_pictures import pictured_place
from sheets_sync.payload_parts import (
    CERTIFICATE,
    CERTIFICATE_FILE,
    CERTIFICATION,
    DESCRIPTION,
    MAIN,
    SIZE_CHART,
    VARIANT,
    VIDEO,
    Body,
    Parts,
)
from sheets_sync.payload_skus import edited_skus, new_sku, with_options
from sheets_sync.plan import Step
from sheets_sync.rows.attributes import asked_ids
from sheets_sync.rows.certificates import certificate
from sheets_sync.shop import AttributeRule, ShopProduct
from sheets_sync.states import Listing


def pictures_needed(want: DesiredListing, fields: tuple[str, ...] | None) -> list[tuple[str, str]]:
    """(address, use case) of each picture that an edit of `fields` needs; None = all fields."""

    def of(name: str, addresses: Iterable[str], use: str) -> Iterator[tuple[str, str]]:
        if fields is None or name in fields:
            yield from ((address, use) for address in addresses if address)

    certificates = (
        file
        for key, values in want.attributes.items()
        if key.startswith(CERTIFICATION)
        for file in certificate(values).files
    )
    needed = [
        *of("images", want.images, MAIN),
        *of("description", picture_addresses(clean(want.description)), DESCRIPTION),
        *of("skus", (sku.image for sku in offered(want) if sku.options), VARIANT),
        *of("size_chart", (want.size_chart,), SIZE_CHART),
        *of("attributes", certificates, CERTIFICATE),
        *of("video", (want.video,), VIDEO),
    ]
    return list(dict.fromkeys(needed))


def create_body(parts: Parts, *, draft: bool) -> Body:
    """Body of Create Product, without the idempotency key."""
    want = parts.want
    body: Body = {"save_mode": "AS_DRAFT" if draft else "LISTING", **_whole(parts)}
    body["external_product_id"] = external_product_id(parts.market.cart_id, want.product_key)
    place = pictured_place(with_options(want))
    body["skus"] = [new_sku(sku, parts, place, draft=draft) for sku in offered(want)]
    return body


# Which properties of a body a field of a step fills.
PROPERTIES = {
    "title": ("title",), "description": ("description",), "brand": ("brand_id",), "images": ("main_images",),
    "weight": ("package_weight",), "dimensions": ("package_dimensions",),
    "attributes": ("product_attributes", "certifications"), "size_chart": ("size_chart",),
    "video": ("video",),
    "search_terms": ("search_terms",), "features": ("key_product_features",), "scheduled_at": ("scheduled_sale",),
    "max_order_quantity": ("purchase_order_quantity_limit",),
}  # fmt: skip
# What Partial Edit does not take, and SKUs: in a list that it is given it blanks all that is left out, so price and
# stock would have to ride along. A full edit keeps those (reference: 3.12, 3.13; Partner Center, Partial Edit Product).
_FULL_ONLY = frozenset({"category", "max_order_quantity", "skus"})
# A value emptied on purpose is sent empty here; other fields are emptied by a full edit that leaves them out.
_EMPTIED_BY = {"brand": "brand_id", "search_terms": "search_terms", "features": "key_product_features"}


def needs_full_body(step: Step, want: DesiredListing) -> bool:
    """Whether a partial edit cannot say it: a field that it does not take, a price, or a field to be emptied."""
    cleared = {name for name, value in content(want).items() if value == CLEARED and name not in _EMPTIED_BY}
    alone = bool(step.prices) or not _FULL_ONLY.isdisjoint(step.fields)
    return alone or any(group(name) in step.fields for name in cleared)


def partial_body(parts: Parts) -> Body:
    """Body of a partial edit: the fields of the step and nothing else. See `needs_full_body`."""
    whole = _whole(parts)
    body: Body = {"save_mode": "LISTING", "category_version": parts.market.category_version}
    for field_name in parts.step.fields:
        body |= {name: whole[name] for name in PROPERTIES.get(field_name, ()) if name in whole}
    return body


def full_body(parts: Parts, *, draft: bool = False) -> Body:
    """Body of a full edit: everything, since what is left out is erased (reference: 3.12). What the sheet does not
    speak of goes back as the listing has it.
    """
    kept = dict(parts.actual.kept) if parts.actual else {}
    for name in _cleared(parts.want):
        for wire in PROPERTIES.get(name, ()):
            kept.pop(wire, None)
    if _has_passed(kept.get("scheduled_sale"), parts.now):
        del kept["scheduled_sale"]
    body: Body = {"save_mode": "AS_DRAFT" if draft else "LISTING", **kept, **_whole(parts)}
    known = parts.actual.external_id if parts.actual else ""
    cart, key = parts.market.cart_id, parts.want.product_key
    body["external_product_id"] = known if names_product(known, cart, key) else external_product_id(cart, key)
    body["skus"] = edited_skus(parts, draft=draft)
    return body


def _cleared(want: DesiredListing) -> set[str]:
    return {name for name, value in content(want).items() if value == CLEARED}


def _whole(parts: Parts) -> Body:
    """All content fields that have a value: the sheet's, else the listing's own where we read it."""
    want, actual, market = parts.want, parts.actual, parts.market
    cleared = _cleared(want)

    def ours(name: str, value: Any, theirs: Any) -> Any:
        if actual is not None and (name in parts.foreign or (not value and name not in cleared)):
            return theirs
        return value

    weight = ours("weight", want.package_weight_g, actual and actual.weight_g)
    sizes = ours("dimensions", want.dimensions_cm if all(want.dimensions_cm) else None, actual and actual.dimensions_cm)
    fields: Body = {
        "title": ours("title", want.title, actual and actual.title),
        "description": ours("description", _description(parts), actual and actual.description),
        "category_id": ours("category", want.category, actual and actual.category_id),
        "category_version": market.category_version,
        "brand_id": ours("brand", want.brand, actual and actual.brand_id),
        "main_images": [{"uri": uri} for uri in ours("images", _uris(parts), actual and actual.images) or ()],
        "package_weight": _weight(weight, market.weight_unit) if weight else None,
        "package_dimensions": _dimensions(sizes, market.size_unit) if sizes else None,
        "product_attributes": _attributes(parts, cleared),
        "certifications": _certifications(parts, cleared),
        "size_chart": {"image": {"uri": uri}} if (uri := parts.uri(want.size_chart, SIZE_CHART)) else None,
        "video": {"id": uri} if (uri := parts.uri(want.video, VIDEO)) else None,
        "search_terms": list(want.search_terms),
        "key_product_features": list(want.features),
        "scheduled_sale": _schedule(parts),
        "purchase_order_quantity_limit": _order_limit(want.max_order_quantity, actual),
    }
    emptied = {_EMPTIED_BY[name] for name in cleared if name in _EMPTIED_BY}
    return {name: value for name, value in fields.items() if value or name in emptied}


def _description(parts: Parts) -> str:
    pictures = {address: image for (address, use), image in parts.pictures.items() if use == DESCRIPTION}
    return with_pictures(clean(parts.want.description), pictures)


def _uris(parts: Parts) -> tuple[str, ...]:
    return tuple(uri for address in parts.want.images if (uri := parts.uri(address, MAIN)))


def _weight(grams: Decimal | int, unit: str) -> Body:
    if unit == "GRAM":
        return {"value": str(int(Decimal(grams).to_integral_value(ROUND_CEILING))), "unit": unit}
    kilograms = (Decimal(grams) / 1000).quantize(Decimal("0.001"), ROUND_CEILING)
    return {"value": str(kilograms), "unit": "KILOGRAM"}


def _dimensions(sizes: tuple[int | str | None, ...], unit: str) -> Body:
    """Whole numbers, rounded up (reference: 5.3): a listing made by hand may show fractions of a centimetre."""
    length, width, height = (str(Decimal(size or 0).to_integral_value(ROUND_CEILING)) for size in sizes)
    return {"length": length, "width": width, "height": height, "unit": unit}


def _order_limit(most: int | None, actual: ShopProduct | None) -> Body | None:
    """The limit of one order. That of all orders together, which only Seller Center sets, stays, and cannot be less."""
    if not most:
        return None
    total = actual.kept.get("purchase_order_quantity_limit", {}).get("cumulative_order_quantity") if actual else None
    limit = {"maximum_order_quantity": most}
    return limit | {"cumulative_order_quantity": max(total, most)} if total else limit


def _schedule(parts: Parts) -> Body | None:
    """The moment in milliseconds. Once the product is on sale an old moment would only be refused."""
    at, actual = parts.want.scheduled_at, parts.actual
    past = actual is not None and actual.listing is Listing.LIVE and "scheduled_at" not in parts.step.fields
    if at is None or past:
        return None
    local = at if at.tzinfo or parts.market.timezone is None else at.replace(tzinfo=parts.market.timezone)
    schedule = {"is_enabled_scheduled_sale": True, "schedule_sale_time": int(local.timestamp() * 1000)}
    return None if _has_passed(schedule, parts.now) else schedule


def _has_passed(schedule: Body | None, now: dt.datetime | None) -> bool:
    return bool(schedule and now and schedule.get("schedule_sale_time", 0) <= now.timestamp() * 1000)


# -- attributes ------------------------------------------------------------------------------------------------------


def _attributes(parts: Parts, cleared: set[str]) -> list[Body]:
    """The sheet's attributes; those the sheet does not name stay as the listing has them."""
    rules = {rule.id: rule for rule in parts.rules.attributes} if parts.rules else {}
    ours = {
        key: [_value(rules.get(key), value) for value in values]
        for key, values in parts.want.attributes.items()
        if values and not key.startswith(CERTIFICATION) and key != "size_chart" and ATTRIBUTE + key not in parts.foreign
    }
    kept = parts.actual.attributes if parts.actual else {}
    theirs = {
        key: [{"id": value_id} if value_id else {"name": name} for value_id, name in values]
        for key, values in kept.items()
        if key not in ours and ATTRIBUTE + key not in cleared and (not rules or key in rules)
    }
    everything = ours | theirs
    if parts.rules:
        words = {key: tuple(word for pair in values for word in pair) for key, values in kept.items() if key in theirs}
        asked = asked_ids(parts.rules, {**words, **parts.want.attributes})
        everything = {key: values for key, values in everything.items() if key in asked}
    return [{"id": key, "values": values} for key, values in everything.items()]


def _value(rule: AttributeRule | None, text: str) -> Body:
    for value_id, name in rule.values if rule else ():
        if text in (name, value_id, f"{name} [{value_id}]"):
            return {"id": value_id}
    return {"name": text}


def _certifications(parts: Parts, cleared: set[str]) -> list[Body]:
    """The sheet's certificates; those the sheet does not name stay as the listing has them."""
    kept = parts.actual.kept.get("certifications", ()) if parts.actual else ()
    found: dict[str, Body] = {
        entry["id"]: entry for entry in kept if f"{ATTRIBUTE}{CERTIFICATION}{entry['id']}" not in cleared
    }
    for key, values in parts.want.attributes.items():
        if key.startswith(CERTIFICATION) and (body := _certificate(parts, values)):
            name = key.removeprefix(CERTIFICATION)
            found[name] = {"id": name, **body}
    return list(found.values())


def _certificate(parts: Parts, lines: Iterable[str]) -> Body:
    """Pictures, PDFs and the last day, as the last second of it in the market's time."""
    told = certificate(lines)
    images = [{"uri": uri} for file in told.files if (uri := parts.uri(file, CERTIFICATE))]
    files = [
        {"id": uri, "name": f"certificate{number}.pdf", "format": "PDF"}
        for number, file in enumerate(told.files, start=1)
        if (uri := parts.uri(file, CERTIFICATE_FILE))
    ]
    body: Body = {name: entries for name, entries in (("images", images), ("files", files)) if entries}
    if body and told.expires:
        end = dt.datetime.combine(told.expires, dt.time(23, 59, 59), parts.market.timezone)
        body["expiration_date"] = int(end.timestamp())
    return body
