"""The platform's answers on products as our values; prices and weights are read in either of their forms.

Field names of the wire stand here, in `shop_wire.py` and in `client.py` only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sheets_sync.shop import (
    Checked,
    Fault,
    Reason,
    SalesAttribute,
    Saved,
    ShopProduct,
    ShopSku,
    ShopSummary,
)
from sheets_sync.tiktok.classify import is_conflict, without_help_link
from sheets_sync.tiktok.fields import Wire, needed, number_of, part, parts, plain_number, text_of, texts_of, whole

_GRAMS = {"GRAM": Decimal(1), "KILOGRAM": Decimal(1000), "POUND": Decimal("453.59237")}
_CENTIMETRES = {"CENTIMETER": Decimal(1), "INCH": Decimal("2.54")}
_CHECK_FAILED = "12052990"
"""A wrapper whose causes are told inside it (Partner Center, Activate Product and Update Inventory)."""


def saved(data: Wire, request_id: str = "") -> Saved:
    """Answer of create, edit and partial edit."""
    return Saved(
        product_id=needed(data, "product_id"),
        skus=tuple(_sku(sku) for sku in parts(data, "skus")),
        warnings=tuple(words for entry in parts(data, "warnings") if (words := text_of(entry, "message"))),
        audit=text_of(part(data, "audit"), "status"),
        request_id=request_id,
    )


def product(data: Wire) -> ShopProduct:
    """Answer of Get Product."""
    return ShopProduct(
        id=needed(data, "id"),
        status=needed(data, "status"),
        audit=text_of(part(data, "audit"), "status"),
        title=text_of(data, "title"),
        description=text_of(data, "description"),
        category_id=_leaf(parts(data, "category_chains")),
        brand_id=text_of(part(data, "brand"), "id"),
        images=tuple(text_of(image, "uri") for image in parts(data, "main_images")),
        attributes={
            text_of(attribute, "id"): tuple((text_of(v, "id"), text_of(v, "name")) for v in parts(attribute, "values"))
            for attribute in parts(data, "product_attributes")
        },
        weight_g=_measure(part(data, "package_weight"), "value", _GRAMS),
        dimensions_cm=_dimensions(part(data, "package_dimensions")),
        external_id=text_of(data, "external_product_id"),
        skus=tuple(_sku(sku) for sku in parts(data, "skus")),
        reasons=tuple(_reason(entry) for entry in parts(data, "audit_failed_reasons")),
        has_draft=data.get("has_draft") is True,
        update_time=whole(data, "update_time"),
        kept=_kept(data),
        open_items=_open_items(part(data, "audit")),
    )


def _open_items(audit: Wire) -> tuple[str, ...]:
    """One sample of the pages spells the first name without its last letter, and has a text there (reference: 3.21)."""
    names = ("pre_approved_reasons", "pre_approved_reason", "not_submitted_reasons")
    return tuple(dict.fromkeys(item for name in names for item in texts_of(audit, name)))


_AS_SHOWN = ("search_terms", "key_product_features", "minimum_order_quantity", "scheduled_sale",
             "shipping_template_id", "is_not_for_sale", "is_cod_allowed", "is_pre_owned", "is_blind_box",
             "shipping_insurance_requirement", "manufacturer_ids", "responsible_person_ids")  # fmt: skip
_AS_SHOWN_BY_SKUS = ("pre_sale", "sku_weight", "sku_dimensions", "list_price", "external_list_prices",
                     "external_urls", "extra_identifier_codes", "sku_unit_count", "fees")  # fmt: skip


def _kept(data: Wire) -> dict[str, Any]:
    """Properties that only pass through us, in the form in which an edit takes them (Partner Center, Edit Product)."""
    kept: dict[str, Any] = {name: data[name] for name in _AS_SHOWN if data.get(name)}
    # Written once for the product, read with each of its SKUs.
    name = "purchase_order_quantity_limit"
    if limits := [limit for holder in (data, *parts(data, "skus")) if (limit := part(holder, name))]:
        kept[name] = dict(limits[0])
    chart = part(data, "size_chart")
    if uri := text_of(part(chart, "image"), "uri"):
        kept["size_chart"] = {"image": {"uri": uri}}
    elif template := text_of(part(chart, "template"), "id"):
        kept["size_chart"] = {"template": {"id": template}}
    if video := text_of(part(data, "video"), "id"):
        kept["video"] = {"id": video}
    if certificates := parts(data, "certifications"):
        kept["certifications"] = [_certificate(entry) for entry in certificates]
    return kept


def _certificate(data: Wire) -> dict[str, Any]:
    found: dict[str, Any] = {"id": text_of(data, "id")}
    if images := [{"uri": uri} for image in parts(data, "images") if (uri := text_of(image, "uri"))]:
        found["images"] = images
    names = ("id", "name", "format")
    if files := [{n: file[n] for n in names if file.get(n)} for file in parts(data, "files")]:
        found["files"] = files
    return found | {name: data[name] for name in ("expiration_date",) if data.get(name)}


def summaries(data: Wire) -> tuple[list[ShopSummary], str]:
    """A page of Search Products and the token of the next one ("" at the end)."""
    found = [
        ShopSummary(
            id=needed(entry, "id"),
            title=text_of(entry, "title"),
            status=text_of(entry, "status"),
            audit=text_of(part(entry, "audit"), "status"),
            has_draft=entry.get("has_draft") is True,
            update_time=whole(entry, "update_time"),
            skus=tuple((text_of(sku, "id"), text_of(sku, "seller_sku")) for sku in parts(entry, "skus")),
        )
        for entry in parts(data, "products")
    ]
    return found, text_of(data, "next_page_token")


def faults(data: Wire, request_id: str = "") -> list[Fault]:
    """Refusals inside an accepted call. A wrapper is replaced by its causes; the target is the product or SKU id."""
    return [fault for entry in parts(data, "errors") for fault in _faults_of(entry, request_id)]


def cause_of(code: int | None, data: object) -> Fault | None:
    """The first cause that a failed call names inside the wrapper "check failed", None where it names none."""
    if str(code) != _CHECK_FAILED or not isinstance(data, Mapping):
        return None
    found = [*faults(data), *_faults_of({"code": _CHECK_FAILED, "detail": data.get("detail") or data}, "")]
    return next((fault for fault in found if fault.code.isdigit() and fault.code != _CHECK_FAILED), None)


def checked(data: Wire, request_id: str = "") -> Checked:
    """Answer of Check Product Listing. `warnings` is one object there, a list elsewhere, and often says nothing."""
    found = [
        Fault("", text_of(entry, "code"), without_help_link(text_of(entry, "message")), request_id)
        for entry in parts(data, "fail_reasons")
    ]
    if not found and text_of(data, "check_result") == "FAILED":
        found = [Fault("", "", "FAILED", request_id)]
    warnings = tuple(words for entry in parts(data, "warnings") if (words := text_of(entry, "message")))
    return Checked(tuple(found), warnings)


def _faults_of(entry: Wire, request_id: str) -> Iterator[Fault]:
    detail = part(entry, "detail")
    target = text_of(detail, "sku_id") or text_of(detail, "product_id")
    causes = parts(detail, "extra_errors") if text_of(entry, "code") == _CHECK_FAILED else []
    for cause in causes or [entry]:
        code, words = text_of(cause, "code"), without_help_link(text_of(cause, "message"))
        yield Fault(target, code, words, request_id, conflict=is_conflict(code))


def _sku(data: Wire) -> ShopSku:
    code = part(data, "identifier_code")
    return ShopSku(
        id=needed(data, "id"),
        seller_sku=text_of(data, "seller_sku"),
        external_id=text_of(data, "external_sku_id"),
        price=_price(part(data, "price")),
        stock={text_of(place, "warehouse_id"): whole(place, "quantity") for place in parts(data, "inventory")},
        attributes=tuple(
            SalesAttribute(
                name=text_of(attribute, "name"),
                value=text_of(attribute, "value_name"),
                id=text_of(attribute, "id"),
                value_id=text_of(attribute, "value_id"),
                image_uri=text_of(part(attribute, "sku_img"), "uri"),
            )
            for attribute in parts(data, "sales_attributes")
        ),
        barcode=text_of(code, "code"),
        barcode_type=text_of(code, "type"),
        off=_off(part(data, "status_info")),
        kept={name: data[name] for name in _AS_SHOWN_BY_SKUS if data.get(name)},
    )


def _off(info: Wire) -> str:
    return text_of(info, "deactivation_source") or "PLATFORM" if text_of(info, "status") == "DEACTIVATED" else ""


def _price(data: Wire) -> Decimal | None:
    """Written as `amount`, read as `sale_price` (Get) or `tax_exclusive_price` (Search, local sellers)."""
    read = (number_of(text_of(data, name)) for name in ("sale_price", "tax_exclusive_price", "amount"))
    return next((price for price in read if price is not None), None)


def _reason(data: Wire) -> Reason:
    return Reason(text_of(data, "position"), texts_of(data, "reasons"), texts_of(data, "suggestions"))


def _leaf(chain: Sequence[Wire]) -> str:
    leaves = [node for node in chain if node.get("is_leaf") is True] or chain[-1:]
    return text_of(leaves[-1], "id") if leaves else ""


def _dimensions(data: Wire) -> tuple[str, str, str] | None:
    sides = [_measure(data, side, _CENTIMETRES) for side in ("length", "width", "height")]
    if any(side is None for side in sides):
        return None
    length, width, height = (plain_number(side) for side in sides if side is not None)
    return length, width, height


def _measure(data: Wire, name: str, units: Mapping[str, Decimal]) -> Decimal | None:
    value, factor = number_of(text_of(data, name)), units.get(text_of(data, "unit"))
    return None if value is None or factor is None else Decimal(plain_number(value * factor))
