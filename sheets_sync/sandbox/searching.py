"""Product search and inventory search (reference 3.14, 3.17)."""

from collections.abc import Iterator

from .answers import ApiError, Wire
from .call import Call
from .paging import page_of
from .products import Product
from .reading import audit_wire, sku_status_wire, stock_wire
from .shop import World
from .validation.types import INVENTORY_SEARCH, PRODUCT_SEARCH, check_types

_STATUSES = frozenset({"ALL", "DRAFT", "PENDING", "FAILED", "ACTIVATE", "SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED",
                       "FREEZE", "DELETED"})
_AUDIT_STATUSES = frozenset({"AUDITING", "FAILED", "APPROVED"})
_TIMES = (("create_time", 12019118, "created"), ("update_time", 12019119, "updated"))


def search_products(call: Call) -> Wire:
    """POST /product/202502/products/search"""
    body = call.json
    check_types(body, PRODUCT_SEARCH)
    size = call.integer("page_size", 1, 100, 12019109)
    _check_filters(body)
    hits = list(_hits(call))
    if len(hits) > call.world.options.search_hits:
        raise ApiError(12052180, "more than 10,000 products match, narrow the time range")
    page, token = page_of(hits, size, call.query.get("page_token", ""), body, 12019108)
    return {
        "total_count": len(hits),
        "next_page_token": token,
        "products": [_row(call.world, product) for product in page],
    }


def _check_filters(body: Wire) -> None:
    for name, code in (("seller_skus", 12019027), ("sku_ids", 12019087)):
        if len(body.get(name) or []) > 10:
            raise ApiError(code, f"at most 10 {name}")
    if (body.get("status") or "ALL") not in _STATUSES:
        raise ApiError(36009004, "Invalid parameter body.status")
    if not set(body.get("audit_status") or ()) <= _AUDIT_STATUSES:
        raise ApiError(36009004, "Invalid parameter body.audit_status")
    for name, code, _ in _TIMES:
        low, high = body.get(f"{name}_ge"), body.get(f"{name}_le")
        if any(moment is not None and moment < 0 for moment in (low, high)) or (low and high and low > high):
            raise ApiError(code, f"{name} is invalid")


def _hits(call: Call) -> Iterator[Product]:
    body, shop = call.json, call.shop
    status = body.get("status") or "ALL"
    audits = set(body.get("audit_status") or ())
    seller_skus, sku_ids = set(body.get("seller_skus") or ()), set(body.get("sku_ids") or ())
    products = shop.products
    if seller_skus:
        products = {key: products[key] for key in sorted(shop.index.candidates(list(seller_skus)))}
    for product in shop.index.visible(products):
        hidden = product.status == "DELETED" and status == "ALL" and not call.world.options.search_shows_deleted
        if hidden or status not in ("ALL", product.status) or (audits and product.audit.status not in audits):
            continue
        if seller_skus and not any(sku["seller_sku"] in seller_skus for sku in product.base.skus):
            continue
        if sku_ids and not any(sku["id"] in sku_ids for sku in product.base.skus):
            continue
        if _in_time(product, body):
            yield product


def _in_time(product: Product, body: Wire) -> bool:
    for name, _, field_name in _TIMES:
        moment = int(getattr(product, field_name))
        low, high = body.get(f"{name}_ge"), body.get(f"{name}_le")
        if (low is not None and moment < low) or (high is not None and moment > high):
            return False
    return True


def _row(world: World, product: Product) -> Wire:
    version = product.base
    return {
        "id": product.id,
        "title": version.content["title"],
        "status": "UNKNOWN" if product.status == "SCHEDULED" else product.status,
        "audit": audit_wire(product),
        "has_draft": product.draft is not None,
        "sales_regions": [world.market.region],
        "create_time": int(product.created),
        "update_time": int(product.updated),
        "is_not_for_sale": version.content.get("is_not_for_sale", False),
        "recommended_categories": [],
        "skus": [
            {
                "id": sku["id"], "seller_sku": sku["seller_sku"], "price": _price(world, sku),
                "inventory": stock_wire(product, sku["id"]), "status_info": sku_status_wire(product, sku["id"]),
            }
            for sku in version.skus
        ],
    }


def _price(world: World, sku: Wire) -> Wire:
    where = world.options.search_price_field
    both = where == "both" or world.options.seller_type == "CROSS_BORDER"
    names = ("tax_exclusive_price", "sale_price") if both else (where,)
    return {"currency": sku["price"]["currency"], **dict.fromkeys(names, sku["price"]["amount"])}


def search_inventory(call: Call) -> Wire:
    """POST /product/202309/inventory/search; SKU ids win where both are given."""
    body, shop = call.json, call.shop
    check_types(body, INVENTORY_SEARCH)
    product_ids, sku_ids = body.get("product_ids") or [], body.get("sku_ids") or []
    if len(product_ids) > 100:
        raise ApiError(12019120, "at most 100 product ids")
    if len(sku_ids) > 600:
        raise ApiError(12019015, "at most 600 sku ids")
    if not product_ids and not sku_ids:
        raise ApiError(12052910, "product_ids or sku_ids is needed")
    if not sku_ids and any(product_id not in shop.products for product_id in product_ids):
        raise ApiError(12019008, "invalid product ids")
    chosen = shop.products.values() if sku_ids else [shop.products[product_id] for product_id in product_ids]
    found = []
    for product in chosen:
        skus = [sku for sku in product.base.skus if not sku_ids or sku["id"] in sku_ids]
        if skus:
            found.append({"product_id": product.id, "skus": [_stock_row(product, sku) for sku in skus]})
    return {"inventory": found}


def _stock_row(product: Product, sku: Wire) -> Wire:
    held, committed = product.stock.get(sku["id"], {}), product.committed.get(sku["id"], 0)
    total = sum(held.values())
    return {
        "id": sku["id"], "seller_sku": sku["seller_sku"], "total_available_quantity": total,
        "total_committed_quantity": committed,
        "warehouse_inventory": [
            {"warehouse_id": warehouse_id, "available_quantity": quantity,
             "committed_quantity": 0 if position else committed}
            for position, (warehouse_id, quantity) in enumerate(held.items())
        ],
        "total_available_inventory_distribution": {
            "in_shop_inventory": {"quantity": total}, "campaign_inventory": [], "creator_inventory": [],
        },
    }
