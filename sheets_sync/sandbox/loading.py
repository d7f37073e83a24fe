"""Putting a real shop's data into the sandbox, for rehearsals, and getting the state out again."""

import copy

from .answers import Wire
from .images import Picture
from .products import Audit, Product, Version
from .shop import World

_NOT_CONTENT = frozenset({
    "id", "status", "product_status", "has_draft", "create_time", "update_time", "audit", "audit_failed_reasons",
    "category_chains", "brand", "delivery_options", "recommended_categories", "is_cod_allowed", "skus", "main_images",
    "size_chart", "versions", "video",
})


def load_products(world: World, products: list[Wire]) -> None:
    """Take listings in Get Product's format: ids, states, prices, stock and picture addresses are kept."""
    for wire in products:
        product = _product(world, wire)
        shop = world.main
        shop.products[product.id] = product
        for object_id in (product.id, *(sku["id"] for sku in product.base.skus)):
            world.ids.beyond(object_id)
        if product.external_id:
            shop.external_ids[product.external_id] = product.id
        for sku in product.base.skus:
            for attribute in sku["sales_attributes"]:
                for key, name in (("", attribute["name"]), (attribute["id"], attribute["value_name"])):
                    custom = attribute["id"] if not key else attribute["value_id"]
                    shop.custom_ids[key, name] = custom
                    shop.custom_names[custom] = name
        shop.index.changed(product)


def _product(world: World, wire: Wire) -> Product:
    chain = wire.get("category_chains") or []
    leaf = next((entry["id"] for entry in chain if entry.get("is_leaf")), chain[-1]["id"] if chain else "0")
    version = next((name for name, tree in world.catalogue.trees.items() if leaf in tree.categories),
                   world.options.default_category_version)
    content = {key: copy.deepcopy(part) for key, part in wire.items() if key not in _NOT_CONTENT and part}
    content |= {
        "title": wire["title"], "description": wire.get("description", ""), "category_id": leaf,
        "category_version": version, "brand_id": (wire.get("brand") or {}).get("id", ""),
        "product_attributes": copy.deepcopy(wire.get("product_attributes") or []),
        "main_images": [{"uri": _picture(world, image)} for image in wire.get("main_images") or []],
    }
    limit = next((sku["purchase_order_quantity_limit"] for sku in wire["skus"]
                  if sku.get("purchase_order_quantity_limit")), None)
    if limit:
        content["purchase_order_quantity_limit"] = copy.deepcopy(limit)
    chart = (wire.get("size_chart") or {}).get("image")
    if chart:
        content["size_chart"] = {"image": {"uri": _picture(world, chart)}}
    condition = wire.get("product_status") or wire["status"]
    audit = wire.get("audit") or {}
    product = Product(
        wire["id"], wire.get("create_time", world.clock.now()), wire.get("update_time", world.clock.now()),
        Version(content, [_sku(world, sku) for sku in wire["skus"]]),
        "INITIAL" if condition in ("PENDING", "FAILED") else condition,
        Audit(audit.get("status", "NONE"), wire.get("audit_failed_reasons") or [],
              audit.get("pre_approved_reasons") or []),
    )
    product.external_id = wire.get("external_product_id") or ""
    product.ever_live = condition not in ("INITIAL", "DRAFT", "PENDING", "FAILED")
    product.submitted = condition != "DRAFT"
    product.stock = {
        sku["id"]: {row["warehouse_id"]: row["quantity"] for row in sku.get("inventory") or []} for sku in wire["skus"]
    }
    return product


def _sku(world: World, wire: Wire) -> Wire:
    price = wire.get("price") or {}
    amount = price.get("sale_price") or price.get("tax_exclusive_price") or "1"
    sku = {key: copy.deepcopy(wire[key]) for key in ("identifier_code", "pre_sale", "sku_weight", "sku_dimensions")
           if wire.get(key)}
    attributes = copy.deepcopy(wire.get("sales_attributes") or [])
    for attribute in attributes:
        if attribute.get("sku_img"):
            attribute["sku_img"] = {"uri": _picture(world, attribute["sku_img"])}
    return sku | {
        "id": wire["id"], "seller_sku": wire.get("seller_sku") or "",
        "external_sku_id": wire.get("external_sku_id") or "", "sales_attributes": attributes,
        "price": {"currency": price.get("currency", world.market.currency), "amount": amount},
    }


def _picture(world: World, image: Wire) -> str:
    """Make a foreign picture known by its uri; its bytes are not here."""
    uri: str = image["uri"]
    if uri not in world.uploads.pictures:
        url = (image.get("urls") or [f"{world.uploads.base_url}/{uri}"])[0]
        world.uploads.register(Picture(uri, url, image.get("width") or 1000, image.get("height") or 1000,
                                       "MAIN_IMAGE"))
    return uri
