"""The platform's answers on what a shop has and asks for, as our values: shops, categories, brands, warehouses …

Both spellings of misspelt names are read. Field names of the wire stand here, in `wire.py` and in `client.py` only.
"""

from __future__ import annotations

from sheets_sync.shop import (
    AttributeRule,
    AuthorisedShop,
    Brand,
    Category,
    CategoryRules,
    CertificateRule,
    Condition,
    Prerequisite,
    UploadedFile,
    UploadedImage,
    Warehouse,
)
from sheets_sync.tiktok.fields import Wire, needed, part, parts, text_of, texts_of, whole


def uploaded(data: Wire) -> UploadedImage:
    return UploadedImage(needed(data, "uri"), text_of(data, "url"), whole(data, "width"), whole(data, "height"))


def uploaded_file(data: Wire) -> UploadedFile:
    return UploadedFile(needed(data, "id"), text_of(data, "url"), text_of(data, "name"))


def shops(data: Wire) -> list[AuthorisedShop]:
    return [
        AuthorisedShop(
            id=needed(shop, "id"),
            name=text_of(shop, "name"),
            region=text_of(shop, "region"),
            cipher=text_of(shop, "cipher"),
            cross_border=text_of(shop, "seller_type") == "CROSS_BORDER",
        )
        for shop in parts(data, "shops")
    ]


def categories(data: Wire) -> list[Category]:
    return [
        Category(
            id=needed(node, "id"),
            parent_id=text_of(node, "parent_id"),
            name=text_of(node, "local_name"),
            leaf=node.get("is_leaf") is True,
            available="AVAILABLE" in (texts_of(node, "permission_statuses") or ("AVAILABLE",)),
        )
        for node in parts(data, "categories")
    ]


def category_rules(category_id: str, rules: Wire, attributes: Wire) -> CategoryRules:
    """Answers of Get Category Rules and Get Attributes together."""
    return CategoryRules(
        category_id=category_id,
        attributes=tuple(_attribute_rule(entry) for entry in parts(attributes, "attributes")),
        certificates=tuple(
            CertificateRule(
                needed(entry, "id"),
                text_of(entry, "name"),
                _required(entry),
                _conditions(entry),
                expires=_required(part(entry, "expiration_date")),
            )
            for entry in parts(rules, "product_certifications")
        ),
        size_chart_required=_required(part(rules, "size_chart")),
        size_chart_supported=part(rules, "size_chart").get("is_supported") is True,
        dimensions_required=_required(part(rules, "package_dimension")),
        pre_order="PRE_ORDER" in texts_of(rules, "allowed_special_product_types"),
        plain_codes=_required(part(rules, "seller_sku")),
    )


def recommended(data: Wire) -> tuple[Category, ...]:
    """Answer of Recommend Category: the chain from the root to the leaf, which alone tells its parents by its order."""
    parent, chain = "0", []
    for node in parts(data, "categories"):
        names = texts_of(node, "permission_statuses") or ("AVAILABLE",)
        found = Category(
            needed(node, "id"), parent, text_of(node, "name"), node.get("is_leaf") is True, "AVAILABLE" in names
        )
        chain.append(found)
        parent = found.id
    return tuple(chain)


def _attribute_rule(data: Wire) -> AttributeRule:
    return AttributeRule(
        id=needed(data, "id"),
        name=text_of(data, "name"),
        sales=text_of(data, "type") == "SALES_PROPERTY",
        required=_required(data),
        multiple=data.get("is_multiple_selection") is True,
        custom=data.get("is_customizable") is True,
        number=text_of(data, "value_data_format") == "POSITIVE_INT_OR_DECIMAL",
        values=tuple((text_of(value, "id"), text_of(value, "name")) for value in parts(data, "values")),
        conditions=_conditions(data),
    )


def _required(data: Wire) -> bool:
    """`is_requried` is how the platform spells it for attributes."""
    return data.get("is_requried") is True or data.get("is_required") is True


def _conditions(data: Wire) -> tuple[Condition, ...]:
    return tuple(
        Condition(text_of(entry, "attribute_id"), text_of(entry, "attribute_value_id"))
        for entry in parts(data, "requirement_conditions")
        if text_of(entry, "condition_type") in ("", "VALUE_ID_MATCH")
    )


def brands(data: Wire) -> tuple[list[Brand], str]:
    """A page of the brands that this shop can use, and the token of the next page.

    Usable: authorised and available, or unauthorised and not protected (Partner Center, Get Brands). The platform
    spells the second state UNAUTHORIEZD.
    """
    found = [
        Brand(needed(entry, "id"), text_of(entry, "name"), _authorised(entry))
        for entry in parts(data, "brands")
        if _usable(entry)
    ]
    return found, text_of(data, "next_page_token")


def new_brand(data: Wire, name: str) -> Brand:
    return Brand(needed(data, "id"), name)


def _authorised(brand: Wire) -> bool:
    return text_of(brand, "authorized_status") == "AUTHORIZED"


def _usable(brand: Wire) -> bool:
    if _authorised(brand):
        return text_of(brand, "brand_status") != "UNAVAILABLE"
    return brand.get("is_t1_brand") is not True


def warehouses(data: Wire) -> list[Warehouse]:
    """Sales warehouses, the only ones that may hold stock, less the disabled ones. One on holiday, or at its limit of
    orders, comes after those at work: the stock in it stays where it is.
    """
    usable = [
        entry
        for status in ("ENABLED", "RESTRICTED")
        for entry in parts(data, "warehouses")
        if text_of(entry, "type") == "SALES_WAREHOUSE" and text_of(entry, "effect_status") == status
    ]
    return [Warehouse(needed(entry, "id"), text_of(entry, "name"), entry.get("is_default") is True) for entry in usable]


def prerequisites(data: Wire) -> list[Prerequisite]:
    return [
        Prerequisite(text_of(entry, "check_item"), entry.get("is_failed") is True, texts_of(entry, "fail_reasons"))
        for entry in parts(data, "check_results")
    ]


def webhooks(data: Wire) -> dict[str, str]:
    """Addresses by event type."""
    return {needed(entry, "event_type"): text_of(entry, "address") for entry in parts(data, "webhooks")}
