"""Calls that hand out reference data: shops, categories, rules, attributes, brands, prerequisites, warehouses."""

import re

from .answers import ApiError, Wire
from .call import Call
from .paging import page_of
from .validation.text import format_fault
from .validation.types import BRAND, RECOMMEND, check_types

_PREREQUISITES = (
    "SHOP_STATUS", "SHOP_TAX", "PICKUP_WAREHOUSE", "RETURN_WAREHOUSE", "DELIVERY_OPTION", "SHIPPING_TEMPLATE",
    "PRODUCT_QUANTITY_LIMIT", "EXTENDED_PRODUCER_RESPONSIBILITY", "BANk_ACCOUNT", "CONTACT_INFO",
)
MOST_CUSTOM_BRANDS = 100
_TITLE_ADVICE = {"code": "TITLE_TOO_SHORT", "how_to_solve": "商品名に素材とサイズを加えてください"}


def authorized_shops(call: Call) -> Wire:
    """GET /authorization/202309/shops"""
    seller_type = call.world.options.seller_type
    return {"shops": [{**shop.profile, "seller_type": seller_type} for shop in call.world.shops.values()]}


def _version(call: Call, given: str | None) -> str:
    version = given or call.world.options.default_category_version
    if version not in call.world.options.category_versions:
        raise ApiError(12052217, f"category_version {version} is not supported here")
    return version


def categories(call: Call) -> Wire:
    """GET /product/202309/categories: the whole tree, flat."""
    tree = call.world.catalogue.trees[_version(call, call.query.get("category_version"))]
    keyword = call.query.get("keyword", "").lower()
    found = [entry for entry in tree.categories.values() if keyword in entry["local_name"].lower()]
    return {"categories": found}


def category_rules(call: Call) -> Wire:
    """GET /product/202309/categories/{category_id}/rules"""
    version = _version(call, call.query.get("category_version"))
    call.world.catalogue.leaf(version, call.variables["category_id"])
    return call.world.catalogue.rules(version, call.variables["category_id"])


def category_attributes(call: Call) -> Wire:
    """GET /product/202309/categories/{category_id}/attributes"""
    version = _version(call, call.query.get("category_version"))
    call.world.catalogue.leaf(version, call.variables["category_id"])
    return {"attributes": call.world.catalogue.attributes(version, call.variables["category_id"])}


def recommend_category(call: Call) -> Wire:
    """POST /product/202309/categories/recommend: by keywords of the title."""
    check_types(call.json, RECOMMEND)
    title = call.json["product_title"]
    if not title.strip():
        raise ApiError(12052261, "product name is empty")
    if len(title) > call.world.market.title_length:
        raise ApiError(12052051, "product name is too long")
    version = _version(call, call.json.get("category_version"))
    leaf_id = call.world.catalogue.recommend(version, title)
    if leaf_id is None:
        raise ApiError(12019064, "no category matches")
    chain = call.world.catalogue.trees[version].chain(leaf_id)
    return {
        "leaf_category_id": leaf_id,
        "categories": [
            {"id": entry["id"], "name": entry["local_name"], "level": level, "is_leaf": entry["is_leaf"],
             "permission_statuses": entry["permission_statuses"]}
            for level, entry in enumerate(chain, start=1)
        ],
    }


def brands(call: Call) -> Wire:
    """GET /product/202309/brands: paged, by prefix of the name."""
    size = call.integer("page_size", 1, 100, 12019109)
    prefix = call.query.get("brand_name", "").lower()
    category_id = call.query.get("category_id")
    if category_id:
        call.world.catalogue.leaf(_version(call, call.query.get("category_version")), category_id)
    found = [
        brand for brand in [*call.world.catalogue.brands.values(), *call.shop.brands.values()]
        if brand["name"].lower().startswith(prefix) and _authorisation_fits(brand, call.query.get("is_authorized"))
    ]
    question = {key: call.query.get(key) for key in ("brand_name", "category_id", "is_authorized")}
    page, token = page_of(found, size, call.query.get("page_token", ""), question, 12019108)
    if page and found.index(page[0]) >= call.world.options.brand_hits:
        raise ApiError(12019123, "the page is too deep, narrow the brands down by their name")
    return {
        "brands": [_brand_wire(brand, with_status=bool(category_id)) for brand in page],
        "total_count": len(found),
        "next_page_token": token,
    }


def _authorisation_fits(brand: Wire, wanted: str | None) -> bool:
    return wanted is None or (brand["authorized_status"] == "AUTHORIZED") == (wanted.lower() == "true")


def _brand_wire(brand: Wire, *, with_status: bool) -> Wire:
    wire = {key: brand[key] for key in ("id", "name", "authorized_status", "is_t1_brand")}
    if with_status and brand["authorized_status"] == "AUTHORIZED":
        wire["brand_status"] = brand.get("brand_status", "AVAILABLE")
    return wire


def create_brand(call: Call) -> Wire:
    """POST /product/202309/brands: a custom brand."""
    check_types(call.json, BRAND)
    name, known = call.json["name"].strip(), call.shop.brands
    if len(name) < 2:
        raise ApiError(12052189, "brand name is too short")
    if len(name) > 30:
        raise ApiError(12052190, "brand name is too long")
    if format_fault(name):
        raise ApiError(12052191, "brand name has special characters")
    if re.search(r"\d{5}", name):
        raise ApiError(12052192, "brand name has 5 or more digits in a row")
    if any(brand["name"] == name for brand in [*call.world.catalogue.brands.values(), *known.values()]):
        raise ApiError(12052205, "brand exists")
    if len(known) >= MOST_CUSTOM_BRANDS:
        raise ApiError(12052203, "too many custom brands")
    brand_id = call.world.ids.object_id()
    known[brand_id] = {"id": brand_id, "name": name, "authorized_status": "UNAUTHORIEZD", "is_t1_brand": False,
                       "brand_status": "AVAILABLE"}
    return {"id": brand_id}


def prerequisites(call: Call) -> Wire:
    """GET /product/202312/prerequisites: whether the shop may list at all."""
    failed = dict(call.shop.failed_prerequisites)
    enabled = {w["type"] for w in call.shop.warehouses if w["effect_status"] != "DISABLED"}
    if "SALES_WAREHOUSE" not in enabled:
        failed.setdefault("PICKUP_WAREHOUSE", ["出荷元倉庫が未設定です"])
    if "RETURN_WAREHOUSE" not in enabled:
        failed.setdefault("RETURN_WAREHOUSE", ["返品先倉庫が未設定です"])
    if call.shop.quota.exhausted:
        failed.setdefault("PRODUCT_QUANTITY_LIMIT", ["本日の出品可能数の上限に達しています"])
    return {
        "check_results": [
            {"check_item": item, "is_failed": item in failed, "fail_reasons": failed.get(item, [])}
            for item in _PREREQUISITES
        ]
    }


def warehouses(call: Call) -> Wire:
    """GET /logistics/202309/warehouses; the key is absent when there are none."""
    return {"warehouses": call.shop.warehouses} if call.shop.warehouses else {}


def delivery_options(call: Call) -> Wire:
    """GET /logistics/202309/warehouses/{warehouse_id}/delivery_options"""
    if all(warehouse["id"] != call.variables["warehouse_id"] for warehouse in call.shop.warehouses):
        raise ApiError(12052097, "warehouse does not exist")
    return {"delivery_options": call.shop.delivery_options}


def diagnoses(call: Call) -> Wire:
    """GET /product/202405/products/diagnoses: advice on live products."""
    product_ids = [text for text in call.query.get("product_ids", "").split(",") if text]
    if not product_ids or len(product_ids) > 200:
        raise ApiError(12019120, "product_ids must hold 1 to 200 ids")
    found = []
    for product_id in product_ids:
        product = call.shop.products.get(product_id)
        if product is not None and product.on_sale:
            short = len(product.base.content["title"]) < 25
            advice = [_TITLE_ADVICE] if short else []
            found.append({"id": product_id, "diagnoses": [{"field": "TITLE", "diagnosis_results": advice}]})
    return {"products": found}
