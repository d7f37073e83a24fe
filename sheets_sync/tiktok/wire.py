"""The platform's answers as our values. Field names of the wire stand in this module and in `client.py` only.

Reads leniently, as the platform's pages contradict each other: both spellings of misspelt names, missing lists,
objects where a list was announced, prices and weights in either form. What is plainly no answer raises `OddAnswer`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from sheets_sync.shop import (
    AttributeRule,
    AuthorisedShop,
    Brand,
    Category,
    CategoryRules,
    CertificateRule,
    Checked,
    Condition,
    Fault,
    Prerequisite,
    Reason,
    SalesAttribute,
    Saved,
    ShopProduct,
    ShopSku,
    ShopSummary,
    UploadedFile,
    UploadedImage,
    Warehouse,
)
from sheets_sync.tiktok.classify import is_conflict, without_help_link

Wire = Mapping[str, Any]

_GRAMS = {"GRAM": Decimal(1), "KILOGRAM": Decimal(1000), "POUND": Decimal("453.59237")}
_CENTIMETRES = {"CENTIMETER": Decimal(1), "INCH": Decimal("2.54")}
_CHECK_FAILED = "12052990"
"""A wrapper whose causes are told inside it (Partner Center, Activate Product and Update Inventory)."""


class OddAnswer(Exception):
    """The body is not what this endpoint answers."""


# ---------------------------------------------------------------- products


def saved(data: Wire, request_id: str = "") -> Saved:
    """Answer of create, edit and partial edit."""
    return Saved(
        product_id=_needed(data, "product_id"),
        skus=tuple(_sku(sku) for sku in _objects(data, "skus")),
        warnings=tuple(words for entry in _objects(data, "warnings") if (words := _text(entry, "message"))),
        audit=_text(_object(data, "audit"), "status"),
        request_id=request_id,
    )


def product(data: Wire) -> ShopProduct:
    """Answer of Get Product."""
    chain = _objects(data, "category_chains")
    return ShopProduct(
        id=_needed(data, "id"),
        status=_needed(data, "status"),
        audit=_text(_object(data, "audit"), "status"),
        title=_text(data, "title"),
        description=_text(data, "description"),
        category_id=_leaf(chain),
        category_path=tuple(_text(node, "local_name") for node in chain),
        brand_id=_text(_object(data, "brand"), "id"),
        images=tuple(_text(image, "uri") for image in _objects(data, "main_images")),
        attributes={
            _text(attribute, "id"): tuple((_text(v, "id"), _text(v, "name")) for v in _objects(attribute, "values"))
            for attribute in _objects(data, "product_attributes")
        },
        weight_g=_measure(_object(data, "package_weight"), "value", _GRAMS),
        dimensions_cm=_dimensions(_object(data, "package_dimensions")),
        external_id=_text(data, "external_product_id"),
        skus=tuple(_sku(sku) for sku in _objects(data, "skus")),
        reasons=tuple(_reason(entry) for entry in _objects(data, "audit_failed_reasons")),
        has_draft=data.get("has_draft") is True,
        update_time=_whole(data, "update_time"),
        kept=_kept(data),
        open_items=_open_items(_object(data, "audit")),
    )


def _open_items(audit: Wire) -> tuple[str, ...]:
    """One sample of the pages spells the first name without its last letter, and has a text there (reference: 3.21)."""
    names = ("pre_approved_reasons", "pre_approved_reason", "not_submitted_reasons")
    return tuple(dict.fromkeys(item for name in names for item in _texts(audit, name)))


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
    if limits := [limit for holder in (data, *_objects(data, "skus")) if (limit := _object(holder, name))]:
        kept[name] = dict(limits[0])
    chart = _object(data, "size_chart")
    if uri := _text(_object(chart, "image"), "uri"):
        kept["size_chart"] = {"image": {"uri": uri}}
    elif template := _text(_object(chart, "template"), "id"):
        kept["size_chart"] = {"template": {"id": template}}
    if video := _text(_object(data, "video"), "id"):
        kept["video"] = {"id": video}
    if certificates := _objects(data, "certifications"):
        kept["certifications"] = [_certificate(entry) for entry in certificates]
    return kept


def _certificate(data: Wire) -> dict[str, Any]:
    found: dict[str, Any] = {"id": _text(data, "id")}
    if images := [{"uri": uri} for image in _objects(data, "images") if (uri := _text(image, "uri"))]:
        found["images"] = images
    names = ("id", "name", "format")
    if files := [{n: file[n] for n in names if file.get(n)} for file in _objects(data, "files")]:
        found["files"] = files
    return found | {name: data[name] for name in ("expiration_date",) if data.get(name)}


def summaries(data: Wire) -> tuple[list[ShopSummary], str]:
    """A page of Search Products and the token of the next one ("" at the end)."""
    found = [
        ShopSummary(
            id=_needed(entry, "id"),
            title=_text(entry, "title"),
            status=_text(entry, "status"),
            audit=_text(_object(entry, "audit"), "status"),
            has_draft=entry.get("has_draft") is True,
            create_time=_whole(entry, "create_time"),
            update_time=_whole(entry, "update_time"),
            skus=tuple((_text(sku, "id"), _text(sku, "seller_sku")) for sku in _objects(entry, "skus")),
        )
        for entry in _objects(data, "products")
    ]
    return found, _text(data, "next_page_token")


def faults(data: Wire, request_id: str = "") -> list[Fault]:
    """Refusals inside an accepted call. A wrapper is replaced by its causes; the target is the product or SKU id."""
    return [fault for entry in _objects(data, "errors") for fault in _faults_of(entry, request_id)]


def cause_of(code: int | None, data: object) -> Fault | None:
    """The first cause that a failed call names inside the wrapper "check failed", None where it names none."""
    if str(code) != _CHECK_FAILED or not isinstance(data, Mapping):
        return None
    found = [*faults(data), *_faults_of({"code": _CHECK_FAILED, "detail": data.get("detail") or data}, "")]
    return next((fault for fault in found if fault.code.isdigit() and fault.code != _CHECK_FAILED), None)


def checked(data: Wire, request_id: str = "") -> Checked:
    """Answer of Check Product Listing. `warnings` is one object there, a list elsewhere, and often says nothing."""
    found = [
        Fault("", _text(entry, "code"), without_help_link(_text(entry, "message")), request_id)
        for entry in _objects(data, "fail_reasons")
    ]
    if not found and _text(data, "check_result") == "FAILED":
        found = [Fault("", "", "FAILED", request_id)]
    warnings = tuple(words for entry in _objects(data, "warnings") if (words := _text(entry, "message")))
    return Checked(tuple(found), warnings)


def _faults_of(entry: Wire, request_id: str) -> Iterator[Fault]:
    detail = _object(entry, "detail")
    target = _text(detail, "sku_id") or _text(detail, "product_id")
    causes = _objects(detail, "extra_errors") if _text(entry, "code") == _CHECK_FAILED else []
    for cause in causes or [entry]:
        code, words = _text(cause, "code"), without_help_link(_text(cause, "message"))
        yield Fault(target, code, words, request_id, conflict=is_conflict(code))


def _sku(data: Wire) -> ShopSku:
    code = _object(data, "identifier_code")
    return ShopSku(
        id=_needed(data, "id"),
        seller_sku=_text(data, "seller_sku"),
        external_id=_text(data, "external_sku_id"),
        price=_price(_object(data, "price")),
        stock={_text(place, "warehouse_id"): _whole(place, "quantity") for place in _objects(data, "inventory")},
        attributes=tuple(
            SalesAttribute(
                name=_text(attribute, "name"),
                value=_text(attribute, "value_name"),
                id=_text(attribute, "id"),
                value_id=_text(attribute, "value_id"),
                image_uri=_text(_object(attribute, "sku_img"), "uri"),
            )
            for attribute in _objects(data, "sales_attributes")
        ),
        barcode=_text(code, "code"),
        barcode_type=_text(code, "type"),
        off=_off(_object(data, "status_info")),
        kept={name: data[name] for name in _AS_SHOWN_BY_SKUS if data.get(name)},
    )


def _off(info: Wire) -> str:
    return _text(info, "deactivation_source") or "PLATFORM" if _text(info, "status") == "DEACTIVATED" else ""


def _price(data: Wire) -> Decimal | None:
    """Written as `amount`, read as `sale_price` (Get) or `tax_exclusive_price` (Search, local sellers)."""
    read = (_number(_text(data, name)) for name in ("sale_price", "tax_exclusive_price", "amount"))
    return next((price for price in read if price is not None), None)


def _reason(data: Wire) -> Reason:
    return Reason(_text(data, "position"), _texts(data, "reasons"), _texts(data, "suggestions"))


def _leaf(chain: Sequence[Wire]) -> str:
    leaves = [node for node in chain if node.get("is_leaf") is True] or chain[-1:]
    return _text(leaves[-1], "id") if leaves else ""


def _dimensions(data: Wire) -> tuple[str, str, str] | None:
    sides = [_measure(data, side, _CENTIMETRES) for side in ("length", "width", "height")]
    if any(side is None for side in sides):
        return None
    length, width, height = (_plain(side) for side in sides if side is not None)
    return length, width, height


def _measure(data: Wire, name: str, units: Mapping[str, Decimal]) -> Decimal | None:
    value, factor = _number(_text(data, name)), units.get(_text(data, "unit"))
    return None if value is None or factor is None else Decimal(_plain(value * factor))


# ---------------------------------------------------------------- what the shop has and asks for


def uploaded(data: Wire) -> UploadedImage:
    return UploadedImage(_needed(data, "uri"), _text(data, "url"), _whole(data, "width"), _whole(data, "height"))


def uploaded_file(data: Wire) -> UploadedFile:
    return UploadedFile(_needed(data, "id"), _text(data, "url"), _text(data, "name"))


def shops(data: Wire) -> list[AuthorisedShop]:
    return [
        AuthorisedShop(
            id=_needed(shop, "id"),
            name=_text(shop, "name"),
            region=_text(shop, "region"),
            cipher=_text(shop, "cipher"),
            cross_border=_text(shop, "seller_type") == "CROSS_BORDER",
        )
        for shop in _objects(data, "shops")
    ]


def categories(data: Wire) -> list[Category]:
    return [
        Category(
            id=_needed(node, "id"),
            parent_id=_text(node, "parent_id"),
            name=_text(node, "local_name"),
            leaf=node.get("is_leaf") is True,
            available="AVAILABLE" in (_texts(node, "permission_statuses") or ("AVAILABLE",)),
        )
        for node in _objects(data, "categories")
    ]


def category_rules(category_id: str, rules: Wire, attributes: Wire) -> CategoryRules:
    """Answers of Get Category Rules and Get Attributes together."""
    return CategoryRules(
        category_id=category_id,
        attributes=tuple(_attribute_rule(entry) for entry in _objects(attributes, "attributes")),
        certificates=tuple(
            CertificateRule(
                _needed(entry, "id"),
                _text(entry, "name"),
                _required(entry),
                _conditions(entry),
                expires=_required(_object(entry, "expiration_date")),
            )
            for entry in _objects(rules, "product_certifications")
        ),
        size_chart_required=_required(_object(rules, "size_chart")),
        size_chart_supported=_object(rules, "size_chart").get("is_supported") is True,
        dimensions_required=_required(_object(rules, "package_dimension")),
        pre_order="PRE_ORDER" in _texts(rules, "allowed_special_product_types"),
        plain_codes=_required(_object(rules, "seller_sku")),
    )


def recommended(data: Wire) -> tuple[Category, ...]:
    """Answer of Recommend Category: the chain from the root to the leaf, which alone tells its parents by its order."""
    parent, chain = "0", []
    for node in _objects(data, "categories"):
        names = _texts(node, "permission_statuses") or ("AVAILABLE",)
        found = Category(
            _needed(node, "id"), parent, _text(node, "name"), node.get("is_leaf") is True, "AVAILABLE" in names
        )
        chain.append(found)
        parent = found.id
    return tuple(chain)


def _attribute_rule(data: Wire) -> AttributeRule:
    return AttributeRule(
        id=_needed(data, "id"),
        name=_text(data, "name"),
        sales=_text(data, "type") == "SALES_PROPERTY",
        required=_required(data),
        multiple=data.get("is_multiple_selection") is True,
        custom=data.get("is_customizable") is True,
        number=_text(data, "value_data_format") == "POSITIVE_INT_OR_DECIMAL",
        values=tuple((_text(value, "id"), _text(value, "name")) for value in _objects(data, "values")),
        conditions=_conditions(data),
    )


def _required(data: Wire) -> bool:
    """`is_requried` is how the platform spells it for attributes."""
    return data.get("is_requried") is True or data.get("is_required") is True


def _conditions(data: Wire) -> tuple[Condition, ...]:
    return tuple(
        Condition(_text(entry, "attribute_id"), _text(entry, "attribute_value_id"))
        for entry in _objects(data, "requirement_conditions")
        if _text(entry, "condition_type") in ("", "VALUE_ID_MATCH")
    )


def brands(data: Wire) -> tuple[list[Brand], str]:
    """A page of the brands that this shop can use, and the token of the next page.

    Usable: authorised and available, or unauthorised and not protected (Partner Center, Get Brands). The platform
    spells the second state UNAUTHORIEZD.
    """
    found = [
        Brand(_needed(entry, "id"), _text(entry, "name"), _authorised(entry))
        for entry in _objects(data, "brands")
        if _usable(entry)
    ]
    return found, _text(data, "next_page_token")


def new_brand(data: Wire, name: str) -> Brand:
    return Brand(_needed(data, "id"), name)


def _authorised(brand: Wire) -> bool:
    return _text(brand, "authorized_status") == "AUTHORIZED"


def _usable(brand: Wire) -> bool:
    if _authorised(brand):
        return _text(brand, "brand_status") != "UNAVAILABLE"
    return brand.get("is_t1_brand") is not True


def warehouses(data: Wire) -> list[Warehouse]:
    """Sales warehouses, the only ones that may hold stock, less the disabled ones. One on holiday, or at its limit of
    orders, comes after those at work: the stock in it stays where it is.
    """
    usable = [
        entry
        for status in ("ENABLED", "RESTRICTED")
        for entry in _objects(data, "warehouses")
        if _text(entry, "type") == "SALES_WAREHOUSE" and _text(entry, "effect_status") == status
    ]
    return [Warehouse(_needed(entry, "id"), _text(entry, "name"), entry.get("is_default") is True) for entry in usable]


def prerequisites(data: Wire) -> list[Prerequisite]:
    return [
        Prerequisite(_text(entry, "check_item"), entry.get("is_failed") is True, _texts(entry, "fail_reasons"))
        for entry in _objects(data, "check_results")
    ]


# ---------------------------------------------------------------- single fields


def webhooks(data: Wire) -> dict[str, str]:
    """Addresses by event type."""
    return {_needed(entry, "event_type"): _text(entry, "address") for entry in _objects(data, "webhooks")}


def _object(data: Wire, name: str) -> Wire:
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def _objects(data: Wire, name: str) -> list[Wire]:
    """A list of objects; missing counts as empty, one object as a list of one."""
    value = data.get(name)
    if isinstance(value, Mapping):
        return [value]
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def _text(data: Wire, name: str) -> str:
    """Ids arrive as text or, in places, as numbers: text either way."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return str(value)


def _texts(data: Wire, name: str) -> tuple[str, ...]:
    value = data.get(name)
    entries = value if isinstance(value, list) else [value]
    return tuple(entry for entry in entries if isinstance(entry, str) and entry)


def _needed(data: Wire, name: str) -> str:
    value = _text(data, name)
    if not value:
        raise OddAnswer(f"the answer has no {name}")
    return value


def _whole(data: Wire, name: str) -> int:
    number = _number(_text(data, name))
    return int(number) if number is not None else 0


def _number(text: str) -> Decimal | None:
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _plain(number: Decimal) -> str:
    """10, not 1E+1; 7.62, not 7.620."""
    return f"{number.normalize():f}"
