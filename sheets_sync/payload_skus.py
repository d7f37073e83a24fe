"""SKUs in the bodies of create and edit. Pure. The list goes out whole: a SKU that no row names is kept as it is
(reference: TikTok Shop API 3.12, 3.13).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from sheets_sync.content import is_fixed, offered, presale_field
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.external_ids import external_sku_id, variant_of
from sheets_sync.option_pictures import pictured_place
from sheets_sync.payload_parts import VARIANT, Body, Parts
from sheets_sync.shop import SalesAttribute, ShopSku
from sheets_sync.states import StockPolicy


def with_options(want: DesiredListing) -> list[DesiredSku]:
    return [sku for sku in offered(want) if sku.options]


def new_sku(sku: DesiredSku, parts: Parts, place: int, *, draft: bool) -> Body:
    """A SKU with everything: for a create, or for a variant that the listing does not have. A draft names a stock as
    well, though it stores none (reference: 3.10, 3.12). `place`: of the option that carries the pictures.
    """
    price, stock = dict(parts.step.prices).get(sku.variant_key), dict(parts.step.stock).get(sku.variant_key, 0)
    if draft and parts.want.stock_policy is not StockPolicy.NEVER:
        stock = sku.stock or 0
    body = _sku_content(sku, parts, None, place)
    if price:
        body["price"] = {"currency": parts.market.currency, "amount": price}
    body["inventory"] = [{"warehouse_id": parts.market.warehouse_id, "quantity": stock}]
    return body


def _sku_content(sku: DesiredSku, parts: Parts, actual: ShopSku | None, place: int) -> Body:
    """A SKU as its row wants it; what a blank cell leaves open stays as the listing has it."""
    body: Body = dict(actual.kept) if actual else {}
    body["seller_sku"] = sku.seller_sku
    body["external_sku_id"] = external_sku_id(parts.market.cart_id, sku.variant_key)
    if sku.options:
        body["sales_attributes"] = list(_sales_attributes(sku, parts, actual, place))
    code = (sku.barcode, sku.barcode_type) if sku.barcode or actual is None else (actual.barcode, actual.barcode_type)
    if barcode := _barcode(*code):
        body["identifier_code"] = barcode
    if parts.actual is not None and is_fixed(presale_field(sku.variant_key), parts.actual.listing):
        # All SKUs have to agree (12052273), and those that are listed cannot change.
        if kept := [other.kept["pre_sale"] for other in parts.actual.skus if "pre_sale" in other.kept]:
            body["pre_sale"] = kept[0]
    elif sku.presale_days:
        body["pre_sale"] = {
            "type": "PRE_ORDER",
            "fulfillment_type": {"handling_duration_days": sku.presale_days},
        }
    return body


def _barcode(code: str, kind: str) -> Body | None:
    return {"code": code, "type": kind} if code else None


def _sales_attributes(sku: DesiredSku, parts: Parts, actual: ShopSku | None, place: int) -> Iterator[Body]:
    """Options by id where the listing or the category knows one, own ones by name; the picture at `place` only."""
    known = {rule.name: rule for rule in parts.rules.attributes if rule.sales} if parts.rules else {}
    used = {(a.name, a.value): a for other in (parts.actual.skus if parts.actual else ()) for a in other.attributes}
    names = {name: attribute.id for (name, _), attribute in used.items() if attribute.id}
    before = {a.name: a.image_uri for a in actual.attributes if a.image_uri} if actual else {}
    for position, option in enumerate(sku.options):
        rule, same = known.get(option.name), used.get((option.name, option.value))
        kind = names.get(option.name) or (rule.id if rule else "")
        listed = next((i for i, name in rule.values if name == option.value), "") if rule else ""
        value_id = (same.value_id if same else "") or listed
        entry: Body = {"id": kind} if kind else {"name": option.name}
        entry |= {"value_id": value_id} if value_id else {"value_name": option.value}
        if position == place and (uri := _option_picture(sku, parts, place) or before.get(option.name, "")):
            entry["sku_img"] = {"uri": uri}
        yield entry


def _option_picture(sku: DesiredSku, parts: Parts, place: int) -> str:
    """The picture of the SKUs with the same option: sizes of one colour look alike, and the platform refuses a picture
    that only some of them have (reference: 2.4, 12052522).
    """
    alike = (s for s in with_options(parts.want) if s.options[place : place + 1] == sku.options[place : place + 1])
    return next((uri for s in alike if s.image and (uri := parts.uri(s.image, VARIANT))), "")


def edited_skus(parts: Parts, *, draft: bool) -> list[Body]:
    """The listing's SKUs as they shall be: changed, added, and every other one kept as it is; removed only by name."""
    wanted = {sku.variant_key: sku for sku in offered(parts.want)}
    prices, stock = dict(parts.step.prices), dict(parts.step.stock)
    listed = parts.actual.skus if parts.actual else ()
    place = pictured_place(with_options(parts.want), _keeping_pictures(parts, wanted))
    skus: list[Body] = []
    for actual in listed:
        key = variant_of(actual, parts.link, parts.market.cart_id)
        if key in parts.step.removed:
            continue
        sku = wanted.pop(key, None) if key else None
        entry = {"id": actual.id, **(_sku_content(sku, parts, actual, place) if sku else _kept_sku(actual))}
        if key in prices:
            entry["price"] = {"currency": parts.market.currency, "amount": prices[key]}
        if not draft and (key in stock or not actual.stock):
            entry["inventory"] = _inventory(actual, parts.market.warehouse_id, stock.get(key, 0))
        skus.append(entry)
    # A variant that vanished from the listing since the plan was made comes back when a plan names it, not silently.
    return skus + [new_sku(wanted[key], parts, place, draft=draft) for key in parts.step.added if key in wanted]


def _keeping_pictures(parts: Parts, wanted: Collection[str]) -> list[ShopSku]:
    """Listed SKUs that keep the pictures they have: those without a row, and all where no row names a picture."""
    listed = parts.actual.skus if parts.actual else ()
    if not any(sku.image for sku in offered(parts.want)):
        return list(listed)
    keys = {sku.id: variant_of(sku, parts.link, parts.market.cart_id) for sku in listed}
    return [sku for sku in listed if keys[sku.id] not in wanted and keys[sku.id] not in parts.step.removed]


def _inventory(actual: ShopSku, warehouse_id: str, quantity: int) -> list[Body]:
    """Stock of a SKU in an edit. One that has none, as in a draft, needs a number to be listed."""
    rows = own_warehouses(actual.stock, {warehouse_id: quantity})
    return [{"warehouse_id": place, "quantity": number} for place, number in rows.items()]


def own_warehouses(held: Mapping[str, int], numbers: Mapping[str, int]) -> dict[str, int]:
    """The numbers as the platform takes them of a SKU that is stored already: all of its warehouses and no other
    (reference: 6, 20). Stored in one place that is not ours, as in a listing made by hand, it is stored there.
    """
    if len(held) == 1 and held.keys().isdisjoint(numbers):
        return dict.fromkeys(held, sum(numbers.values()))
    return {**held, **numbers}


def _kept_sku(sku: ShopSku) -> Body:
    body: Body = {**sku.kept, "seller_sku": sku.seller_sku, "external_sku_id": sku.external_id}
    if sku.attributes:
        body["sales_attributes"] = [_kept_attribute(attribute) for attribute in sku.attributes]
    if barcode := _barcode(sku.barcode, sku.barcode_type):
        body["identifier_code"] = barcode
    return {name: value for name, value in body.items() if value}


def _kept_attribute(attribute: SalesAttribute) -> Body:
    entry: Body = {"id": attribute.id} if attribute.id else {"name": attribute.name}
    entry |= {"value_id": attribute.value_id} if attribute.value_id else {"value_name": attribute.value}
    return entry | ({"sku_img": {"uri": attribute.image_uri}} if attribute.image_uri else {})
