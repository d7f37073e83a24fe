"""Bodies of create and edit, from the desired state. Pure: pictures are uploaded before, and come as a mapping.

Lists go out whole (reference: TikTok Shop API 3.12, 3.13): an edit that names `skus`, `main_images` or
`product_attributes` replaces them, so what the sheet does not speak of is completed from a fresh read of the listing.
Existing SKUs carry neither price nor stock in an edit unless the step says so: left out, both survive.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sheets_sync.content import CLEARED, content
from sheets_sync.description import clean, picture_addresses, with_pictures
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.plan import Step
from sheets_sync.records import Link
from sheets_sync.shop import AttributeRule, CategoryRules, SalesAttribute, ShopProduct, ShopSku, UploadedImage

MAIN, VARIANT, DESCRIPTION, SIZE_CHART, CERTIFICATE = (
    "MAIN_IMAGE", "ATTRIBUTE_IMAGE", "DESCRIPTION_IMAGE", "SIZE_CHART_IMAGE", "CERTIFICATION_IMAGE",
)  # fmt: skip
CERTIFICATION = "certification:"

Body = dict[str, Any]
Pictures = Mapping[tuple[str, str], UploadedImage]
"""Uploaded pictures by (address, use case)."""


@dataclass(frozen=True, slots=True)
class Market:
    """What a body needs to know of the shop and its market."""

    currency: str
    category_version: str
    weight_unit: str
    size_unit: str
    warehouse_id: str
    cart_id: str


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that bodies are made from. `actual` is a fresh read of the listing, None before it exists."""

    want: DesiredListing
    step: Step
    market: Market
    rules: CategoryRules | None = None
    pictures: Pictures = field(default_factory=dict)
    actual: ShopProduct | None = None
    link: Link | None = None
    foreign: frozenset[str] = frozenset()
    """Fields that someone changed on TikTok's side and that are to be left as they are."""


def external_product_id(cart_id: str, product_key: str) -> str:
    """Our name for a product on TikTok's side; it survives lost stores and half-run imports."""
    return f"{cart_id}:{product_key}"


def external_sku_id(cart_id: str, variant_key: str) -> str:
    return f"{cart_id}:{variant_key}"


def pictures_needed(want: DesiredListing, fields: tuple[str, ...] | None) -> list[tuple[str, str]]:
    """(address, use case) of each picture that an edit of `fields` needs; None = all fields."""

    def of(name: str, found: Iterator[tuple[str, str]]) -> list[tuple[str, str]]:
        return list(found) if fields is None or name in fields else []

    certificates = ((k, v) for k, v in want.attributes.items() if k.startswith(CERTIFICATION))
    needed = [
        *of("images", ((address, MAIN) for address in want.images)),
        *of("description", ((address, DESCRIPTION) for address in picture_addresses(clean(want.description)))),
        *of("skus", ((sku.image, VARIANT) for sku in want.active_skus if sku.image and sku.options)),
        *of("size_chart", ((address, SIZE_CHART) for address in (want.size_chart,) if address)),
        *of("attributes", ((value, CERTIFICATE) for _, values in certificates for value in values)),
    ]
    return list(dict.fromkeys(needed))


def create_body(parts: Parts, *, draft: bool) -> Body:
    """Body of Create Product, without the idempotency key."""
    want = parts.want
    body: Body = {"save_mode": "AS_DRAFT" if draft else "LISTING", **_whole(parts)}
    body["external_product_id"] = external_product_id(parts.market.cart_id, want.product_key)
    body["skus"] = [_new_sku(sku, parts) for sku in want.active_skus]
    return body


def partial_body(parts: Parts) -> Body:
    """Body of a partial edit: the fields of the step and nothing else. Category changes need `full_body`."""
    whole = _whole(parts)
    names = {
        "title": ("title",), "description": ("description",), "brand": ("brand_id",), "images": ("main_images",),
        "package": ("package_weight", "package_dimensions"), "attributes": ("product_attributes", "certifications"),
        "size_chart": ("size_chart",), "search_terms": ("search_terms",), "features": ("key_product_features",),
        "scheduled_at": ("scheduled_sale",), "max_order_quantity": ("purchase_order_quantity_limit",),
    }  # fmt: skip
    body: Body = {"save_mode": "LISTING", "category_version": parts.market.category_version}
    for field_name in parts.step.fields:
        body |= {name: whole[name] for name in names.get(field_name, ()) if name in whole}
    if "skus" in parts.step.fields or parts.step.prices:
        body["skus"] = _edited_skus(parts)
    return body


def full_body(parts: Parts, *, draft: bool = False) -> Body:
    """Body of a full edit: everything, since what is left out is erased (reference: 3.12)."""
    body: Body = {"save_mode": "AS_DRAFT" if draft else "LISTING", **_whole(parts)}
    body["external_product_id"] = external_product_id(parts.market.cart_id, parts.want.product_key)
    body["skus"] = _edited_skus(parts)
    return body


def _whole(parts: Parts) -> Body:
    """All content fields that have a value: the sheet's, else the listing's own where we read it."""
    want, actual, market = parts.want, parts.actual, parts.market
    cleared = {name for name, value in content(want).items() if value == CLEARED}

    def ours(name: str, value: Any, theirs: Any) -> Any:
        if actual is not None and (name in parts.foreign or (not value and name not in cleared)):
            return theirs
        return value

    weight = ours("package", want.package_weight_g, actual and actual.weight_g)
    sizes = ours("package", want.dimensions_cm if all(want.dimensions_cm) else None, actual and actual.dimensions_cm)
    fields: Body = {
        "title": ours("title", want.title, actual and actual.title),
        "description": ours("description", _description(parts), actual and actual.description),
        "category_id": ours("category", want.category, actual and actual.category_id),
        "category_version": market.category_version,
        "brand_id": ours("brand", want.brand, actual and actual.brand_id),
        "main_images": [{"uri": uri} for uri in ours("images", _uris(parts), actual and actual.images) or ()],
        "package_weight": _weight(weight, market.weight_unit) if weight else None,
        "package_dimensions": _dimensions(sizes, market.size_unit) if sizes else None,
        "product_attributes": _attributes(parts),
        "certifications": _certifications(parts),
        "size_chart": {"image": {"uri": uri}} if (uri := _uri(parts, want.size_chart, SIZE_CHART)) else None,
        "search_terms": list(want.search_terms),
        "key_product_features": list(want.features),
        "scheduled_sale": _schedule(want),
        "purchase_order_quantity_limit": (
            {"maximum_order_quantity": want.max_order_quantity} if want.max_order_quantity else None
        ),
    }
    # A value emptied on purpose is sent empty; a value never set is not sent at all.
    wire = {"brand": "brand_id", "search_terms": "search_terms", "features": "key_product_features"}
    emptied = {wire[name] for name in cleared if name in wire}
    return {name: value for name, value in fields.items() if value or name in emptied}


def _description(parts: Parts) -> str:
    pictures = {address: image for (address, use), image in parts.pictures.items() if use == DESCRIPTION}
    return with_pictures(clean(parts.want.description), pictures)


def _uris(parts: Parts) -> tuple[str, ...]:
    return tuple(uri for address in parts.want.images if (uri := _uri(parts, address, MAIN)))


def _uri(parts: Parts, address: str, use: str) -> str:
    image = parts.pictures.get((address, use))
    return image.uri if image else ""


def _weight(grams: Decimal | int, unit: str) -> Body:
    if unit == "GRAM":
        return {"value": str(int(grams)), "unit": unit}
    return {"value": f"{Decimal(grams) / 1000:.3f}", "unit": "KILOGRAM"}


def _dimensions(sizes: tuple[int | str | None, ...], unit: str) -> Body:
    length, width, height = (str(size) for size in sizes)
    return {"length": length, "width": width, "height": height, "unit": unit}


def _schedule(want: DesiredListing) -> Body | None:
    if want.scheduled_at is None:
        return None
    return {"is_enabled_scheduled_sale": True, "schedule_sale_time": int(want.scheduled_at.timestamp() * 1000)}


# -- attributes ------------------------------------------------------------------------------------------------------


def _attributes(parts: Parts) -> list[Body]:
    """The sheet's attributes; those the sheet does not name stay as the listing has them."""
    rules = {rule.id: rule for rule in parts.rules.attributes} if parts.rules else {}
    ours = {
        key: [_value(rules.get(key), value) for value in values]
        for key, values in parts.want.attributes.items()
        if values and not key.startswith(CERTIFICATION) and key != "size_chart"
    }
    kept = parts.actual.attributes if parts.actual else {}
    theirs = {
        key: [{"id": value_id} if value_id else {"name": name} for value_id, name in values]
        for key, values in kept.items()
        if key not in ours and (not rules or key in rules)
    }
    return [{"id": key, "values": values} for key, values in (ours | theirs).items()]


def _value(rule: AttributeRule | None, text: str) -> Body:
    for value_id, name in rule.values if rule else ():
        if text in (name, value_id, f"{name} [{value_id}]"):
            return {"id": value_id}
    return {"name": text}


def _certifications(parts: Parts) -> list[Body]:
    found: list[Body] = []
    for key, values in parts.want.attributes.items():
        uris = [uri for value in values if (uri := _uri(parts, value, CERTIFICATE))]
        if key.startswith(CERTIFICATION) and uris:
            found.append({"id": key.removeprefix(CERTIFICATION), "images": [{"uri": uri} for uri in uris]})
    return found


# -- SKUs ------------------------------------------------------------------------------------------------------------


def _new_sku(sku: DesiredSku, parts: Parts) -> Body:
    """A SKU with everything, for a create or for a variant that the listing does not have yet."""
    prices, stock = dict(parts.step.prices), dict(parts.step.stock)
    price = prices.get(sku.variant_key) or (str(sku.price) if sku.price is not None else "")
    quantity = stock.get(sku.variant_key, sku.stock or 0)
    return {
        **_sku_content(sku, parts),
        "price": {"currency": parts.market.currency, "amount": price},
        "inventory": [{"warehouse_id": parts.market.warehouse_id, "quantity": quantity}],
    }


def _sku_content(sku: DesiredSku, parts: Parts) -> Body:
    body: Body = {
        "seller_sku": sku.seller_sku,
        "external_sku_id": external_sku_id(parts.market.cart_id, sku.variant_key),
    }
    if sku.options:
        body["sales_attributes"] = list(_sales_attributes(sku, parts))
    if sku.barcode:
        body["identifier_code"] = {"code": sku.barcode, "type": sku.barcode_type}
    if sku.presale_days:
        body["pre_sale"] = {
            "type": "PRE_ORDER",
            "fulfillment_type": {"handling_duration_days": sku.presale_days},
        }
    return body


def _sales_attributes(sku: DesiredSku, parts: Parts) -> Iterator[Body]:
    """Built-in sales attributes by id where the category has them, own ones by name; the picture on the first only."""
    known = {rule.name: rule for rule in parts.rules.attributes if rule.sales} if parts.rules else {}
    for position, option in enumerate(sku.options):
        rule = known.get(option.name)
        entry: Body = {"id": rule.id} if rule else {"name": option.name}
        value_id = next((i for i, name in rule.values if name == option.value), "") if rule else ""
        entry |= {"value_id": value_id} if value_id else {"value_name": option.value}
        if position == 0 and (uri := _uri(parts, sku.image, VARIANT)):
            entry["sku_img"] = {"uri": uri}
        yield entry


def _edited_skus(parts: Parts) -> list[Body]:
    """The listing's SKUs as they shall be: changed, added, and every other one kept as it is; removed only by name."""
    wanted = {sku.variant_key: sku for sku in parts.want.active_skus if not sku.gone}
    prices, stock = dict(parts.step.prices), dict(parts.step.stock)
    skus: list[Body] = []
    for actual in parts.actual.skus if parts.actual else ():
        key = variant_of(actual, parts.link, parts.market.cart_id)
        if key in parts.step.removed:
            continue
        sku = wanted.pop(key, None) if key else None
        entry = {"id": actual.id, **(_sku_content(sku, parts) if sku else _kept_sku(actual))}
        if key in prices:
            entry["price"] = {"currency": parts.market.currency, "amount": prices[key]}
        if key in stock:
            entry["inventory"] = [{"warehouse_id": parts.market.warehouse_id, "quantity": stock[key]}]
        skus.append(entry)
    return skus + [_new_sku(sku, parts) for sku in wanted.values()]


def variant_of(sku: ShopSku, link: Link | None, cart_id: str) -> str:
    """Variant key of a SKU of the listing: by its link, else by its external id; "" when it is not ours."""
    for key, known in link.skus.items() if link else ():
        if known.sku_id == sku.id:
            return key
    prefix = f"{cart_id}:"
    return sku.external_id.removeprefix(prefix) if sku.external_id.startswith(prefix) else ""


def _kept_sku(sku: ShopSku) -> Body:
    body: Body = {"seller_sku": sku.seller_sku, "external_sku_id": sku.external_id}
    if sku.attributes:
        body["sales_attributes"] = [_kept_attribute(attribute) for attribute in sku.attributes]
    if sku.barcode:
        body["identifier_code"] = {"code": sku.barcode, "type": sku.barcode_type}
    return {name: value for name, value in body.items() if value}


def _kept_attribute(attribute: SalesAttribute) -> Body:
    entry: Body = {"id": attribute.id} if attribute.id else {"name": attribute.name}
    entry |= {"value_id": attribute.value_id} if attribute.value_id else {"value_name": attribute.value}
    return entry | ({"sku_img": {"uri": attribute.image_uri}} if attribute.image_uri else {})
