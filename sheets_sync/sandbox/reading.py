"""Products as the wire shows them: Get Product (reference 3.11)."""

from decimal import Decimal

from .answers import ApiError, Wire
from .call import Call
from .products import Product, Version
from .shop import Shop, World
from .validation.package import grams


def get_product(call: Call) -> Wire:
    """GET /product/202309/products/{product_id}; deleted and frozen products are shown too."""
    product = call.shop.product(call.variables["product_id"])
    reviewed, draft = call.flag("return_under_review_version"), call.flag("return_draft_version")
    if reviewed and draft:
        raise ApiError(12052910, "return_under_review_version and return_draft_version exclude each other")
    version: Version | None = product.base
    if reviewed:
        version = product.version_in_review()
        if version is None:
            raise ApiError(12052547, "the product has no version under review")
    elif draft:
        version = product.draft or product.base
    return product_wire(call.world, call.shop, product, version or product.base)


def product_wire(world: World, shop: Shop, product: Product, version: Version) -> Wire:
    content, audit = version.content, product.audit
    wire: Wire = {
        "id": product.id,
        "title": content["title"],
        "description": content["description"],
        "status": product.status,
        "product_status": "INITIAL" if product.condition == "SCHEDULED" else product.condition,
        "has_draft": product.draft is not None,
        "external_product_id": content.get("external_product_id", ""),
        "create_time": int(product.created),
        "update_time": int(product.updated),
        "audit": audit_wire(product) | {"not_submitted_reasons": audit.not_submitted_reasons},
        "audit_failed_reasons": audit.reasons,
        "category_chains": [
            {key: entry[key] for key in ("id", "parent_id", "local_name", "is_leaf")}
            for entry in world.catalogue.trees[content["category_version"]].chain(content["category_id"])
        ],
        "brand": _brand(world, shop, content.get("brand_id", "")),
        "main_images": [image_wire(world, image["uri"]) for image in content["main_images"]],
        "product_attributes": content.get("product_attributes", []),
        "is_cod_allowed": False,
        "is_not_for_sale": content.get("is_not_for_sale", False),
        "delivery_options": [],
        "recommended_categories": [],
        "skus": [_sku_wire(world, product, sku) | _order_limit(content) for sku in version.skus],
    }
    if content.get("package_weight"):
        wire["package_weight"] = _weight_wire(world, content["package_weight"])
    for name in ("package_dimensions", "certifications", "scheduled_sale", "search_terms", "key_product_features",
                 "shipping_template_id", "minimum_order_quantity"):
        if content.get(name):
            wire[name] = content[name]
    if content.get("size_chart"):
        wire["size_chart"] = {"image": image_wire(world, content["size_chart"]["image"]["uri"])}
    if content.get("video"):
        wire["video"] = {**world.uploads.files[content["video"]["id"]]}
    return wire


def _order_limit(content: Wire) -> Wire:
    """Written once for the product, shown with each SKU (Partner Center, Get Product)."""
    limit = content.get("purchase_order_quantity_limit")
    return {"purchase_order_quantity_limit": limit} if limit else {}


def audit_wire(product: Product) -> Wire:
    return {"status": product.audit.status, "pre_approved_reasons": product.audit.pre_approved_reasons}


def image_wire(world: World, uri: str) -> Wire:
    picture = world.uploads.pictures.get(uri)
    if picture is None:
        return {"uri": uri, "urls": [], "thumb_urls": [], "width": 0, "height": 0}
    return {"uri": uri, "urls": [picture.url], "thumb_urls": [picture.url], "width": picture.width,
            "height": picture.height}


def stock_wire(product: Product, sku_id: str) -> list[Wire]:
    return [
        {"warehouse_id": warehouse_id, "quantity": quantity}
        for warehouse_id, quantity in product.stock.get(sku_id, {}).items()
    ]


def sku_status_wire(product: Product, sku_id: str) -> Wire:
    """A SKU of a hidden product is off with it; others are where somebody switched them off."""
    sources = {"SELLER_DEACTIVATED": "SELLER", "PLATFORM_DEACTIVATED": "PLATFORM"}
    source = sources.get(product.condition) or product.skus_off.get(sku_id)
    return {"status": "DEACTIVATED", "deactivation_source": source} if source else {"status": "NORMAL"}


def _sku_wire(world: World, product: Product, sku: Wire) -> Wire:
    amount = sku["price"]["amount"]
    wire: Wire = {
        **{key: part for key, part in sku.items() if key != "price"},
        "price": {"currency": sku["price"]["currency"], "sale_price": amount, "tax_exclusive_price": amount},
        "inventory": stock_wire(product, sku["id"]),
        "status_info": sku_status_wire(product, sku["id"]),
    }
    wire["sales_attributes"] = [_sales_attribute_wire(world, attribute) for attribute in sku["sales_attributes"]]
    return wire


def _sales_attribute_wire(world: World, attribute: Wire) -> Wire:
    if "sku_img" not in attribute:
        return attribute
    return {**attribute, "sku_img": image_wire(world, attribute["sku_img"]["uri"])}


def _weight_wire(world: World, weight: Wire) -> Wire:
    """GRAM is read back in KILOGRAM where the switch says so."""
    if weight["unit"] != "GRAM" or not world.options.gram_reads_as_kilogram:
        return weight
    return {"value": format(((grams(weight) or Decimal(0)) / 1000).normalize(), "f"), "unit": "KILOGRAM"}


def _brand(world: World, shop: Shop, brand_id: str) -> Wire:
    brand = shop.brands.get(brand_id) or world.catalogue.brands.get(brand_id)
    return {"id": brand_id, "name": brand["name"]} if brand else {"id": "", "name": ""}
