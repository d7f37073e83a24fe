"""Strict JSON types of request bodies: the first check, answered with 36009004 and the path of the field."""

from collections.abc import Iterator
from typing import Any

from ..answers import ApiError

Shape = Any
"""str, int or bool; [shape] = a list of it; a dict = an object, where a key ending in "!" is required."""

_NAMES = {str: "string", int: "integer", bool: "boolean"}

IMAGE: Shape = {"uri!": str}
WEIGHT: Shape = {"value!": str, "unit!": str}
DIMENSIONS: Shape = {"length!": str, "width!": str, "height!": str, "unit!": str}
STOCK: Shape = {"warehouse_id": str, "quantity!": int, "backorder_quantity": int, "handling_time": int}
PRICE: Shape = {"currency!": str, "amount": str, "sale_price": str}
SKU: Shape = {
    "id": str,
    "seller_sku": str,
    "external_sku_id": str,
    "price": PRICE,
    "inventory": [STOCK],
    "sales_attributes": [{"id": str, "name": str, "value_id": str, "value_name": str, "sku_img": IMAGE,
                          "supplementary_sku_images": [IMAGE]}],
    "identifier_code": {"code": str, "type": str},
    "pre_sale": {"type": str, "fulfillment_type": {"handling_duration_days": int}},
    "sku_weight": WEIGHT,
    "sku_dimensions": DIMENSIONS,
}
OPTIONAL_FIELDS: Shape = {
    "save_mode": str,
    "title": str,
    "description": str,
    "category_id": str,
    "category_version": str,
    "brand_id": str,
    "main_images": [IMAGE],
    "skus": [SKU],
    "package_weight": WEIGHT,
    "package_dimensions": DIMENSIONS,
    "product_attributes": [{"id!": str, "values!": [{"id": str, "name": str}]}],
    "certifications": [{"id!": str, "images": [IMAGE], "files": [{"id!": str, "name": str, "format": str}],
                        "expiration_date": int}],
    "size_chart": {"image": IMAGE, "template": {"id!": str}},
    "video": {"id!": str},
    "external_product_id": str,
    "idempotency_key": str,
    "is_cod_allowed": bool,
    "is_not_for_sale": bool,
    "delivery_option_ids": [str],
    "shipping_template_id": str,
    "scheduled_sale": {"is_enabled_scheduled_sale!": bool, "schedule_sale_time": int},
    "search_terms": [str],
    "key_product_features": [str],
    "purchase_order_quantity_limit": {"maximum_order_quantity": int, "cumulative_order_quantity": int},
    "minimum_order_quantity": int,
    "locale": str,
}


def _require(shape: Shape, *names: str) -> Shape:
    return {f"{key}!" if key in names else key: part for key, part in shape.items()}


_REQUIRED = ("title", "description", "category_id", "main_images", "skus")
EDIT = _require(OPTIONAL_FIELDS, *_REQUIRED)
PARTIAL_EDIT = OPTIONAL_FIELDS



def _create(*sku_fields: str) -> Shape:
    return _require({**OPTIONAL_FIELDS, "skus": [_require(SKU, *sku_fields)]}, *_REQUIRED, "package_weight")


CREATE = _create("price", "inventory")
DRAFT_CREATE = _create("price")  # drafts do not store inventory
PRICES: Shape = {"skus!": [{"id!": str, "price!": PRICE}]}
INVENTORIES: Shape = {"skus!": [{"id!": str, "inventory!": [STOCK]}]}
PRODUCT_IDS: Shape = {"product_ids!": [str]}
INVENTORY_SEARCH: Shape = {"product_ids": [str], "sku_ids": [str]}
PRODUCT_SEARCH: Shape = {
    "status": str, "audit_status": [str], "seller_skus": [str], "sku_ids": [str], "create_time_ge": int,
    "create_time_le": int, "update_time_ge": int, "update_time_le": int, "category_version": str,
    "listing_quality_tiers": [str], "return_draft_version": bool, "locale": str,
}
RECOMMEND: Shape = {
    "product_title!": str, "description": str, "images": [IMAGE], "category_version": str, "locale": str,
    "include_prohibited_categories": bool,
}
BRAND: Shape = {"name!": str}
WEBHOOK: Shape = {"address!": str, "event_type!": str}
WEBHOOK_EVENT: Shape = {"event_type!": str}


def check_types(body: object, shape: Shape) -> None:
    """Raise 36009004 for the first field that is missing or of another JSON type."""
    for problem in _problems(body, shape, "body"):
        raise ApiError(36009004, f"Invalid parameter {problem}")


def _problems(value: object, shape: Shape, path: str) -> Iterator[str]:
    if isinstance(shape, dict):
        yield from _object_problems(value, shape, path)
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield f"{path}: expected array, got {_kind(value)}"
            return
        for position, item in enumerate(value):
            yield from _problems(item, shape[0], f"{path}[{position}]")
    elif not isinstance(value, shape) or (shape is int and isinstance(value, bool)):
        yield f"{path}: expected {_NAMES[shape]}, got {_kind(value)}"


def _object_problems(value: object, shape: dict[str, Shape], path: str) -> Iterator[str]:
    if not isinstance(value, dict):
        yield f"{path}: expected object, got {_kind(value)}"
        return
    for key, part in shape.items():
        name = key.removesuffix("!")
        given = value.get(name)
        if given is not None:
            yield from _problems(given, part, f"{path}.{name}")
        elif key.endswith("!"):
            yield f"{path}.{name} is required"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    names = {bool: "boolean", int: "integer", float: "number", str: "string", list: "array", dict: "object"}
    return names[type(value)]
