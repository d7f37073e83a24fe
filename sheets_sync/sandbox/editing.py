"""Create, full edit, partial edit and listing check (reference 3.8, 3.10, 3.12, 3.13)."""

from .answers import ApiError, Wire
from .call import Call
from .products import Audit, Product, Version
from .shop import Shop, World
from .validation import CheckedSku, Judgement, Standing, judge_listing
from .validation.types import CREATE, DRAFT_CREATE, EDIT, PARTIAL_EDIT, check_types

_SHOP_FAULTS = {
    "SHOP_STATUS": (12052700, "the seller is inactive"),
    "SHOP_TAX": (12052703, "the tax number is missing"),
    "RETURN_WAREHOUSE": (12052535, "the shop has no return warehouse"),
    "SHIPPING_TEMPLATE": (12052402, "the shop has no shipping template"),
    "DELIVERY_OPTION": (12052403, "the warehouse has no shipping service"),
    "CONTACT_INFO": (12052923, "contact information is incomplete"),
}
_UNSUBMITTED = {"BANk_ACCOUNT": "PAYMENT_ACCOUNT_NOT_LINKED"}


def create(call: Call) -> Wire:
    """POST /product/202309/products"""
    world, shop, body = call.world, call.shop, call.json
    draft = _is_draft(body)
    check_types(body, DRAFT_CREATE if draft else CREATE)
    remembered = _remembered(world, shop, body)
    if remembered is not None:
        return remembered
    judgement = judge_listing(body, world.ground(shop, for_draft=draft))
    _refuse_first(judgement)
    if not draft:
        check_shop(shop)
        shop.quota.check()
    external_id = body.get("external_product_id") or ""
    _check_external_id(shop, external_id, None)

    now = world.clock.now()
    version = _version(world, shop, judgement)
    product = Product(world.ids.object_id(), now, now, version, "DRAFT" if draft else "INITIAL")
    _put_stock(product, product.base, judgement.skus)
    shop.products[product.id] = product
    _hold_external_id(shop, product, external_id)
    if not draft:
        shop.quota.spend()
        _submit(world, shop, product)
    shop.changed(product)
    answer = _answer(product, product.base, judgement)
    if body.get("idempotency_key"):
        shop.idempotent[body["idempotency_key"]] = answer
    return answer


def listing_check(call: Call) -> Wire:
    """POST /product/202309/products/listing_check: creates nothing, and names every fault."""
    check_types(call.json, CREATE)
    judgement = judge_listing(call.json, call.world.ground(call.shop))
    faults = list(judgement.findings.faults)
    try:
        _check_external_id(call.shop, call.json.get("external_product_id") or "", None)
    except ApiError as error:
        faults.append(error)
    return {
        "check_result": "FAILED" if faults else "PASS",
        "fail_reasons": [{"code": fault.code, "message": fault.message} for fault in faults],
        "warnings": {"message": "; ".join(judgement.findings.warnings)},
    }


def edit(call: Call) -> Wire:
    """PUT /product/202509/products/{product_id}: everything is overwritten; only price and stock survive silence."""
    _is_draft(call.json)
    check_types(call.json, EDIT)
    return _apply(call, call.shop.product(call.variables["product_id"]), call.json)


def partial_edit(call: Call) -> Wire:
    """POST /product/202509/products/{product_id}/partial_edit: given properties are replaced whole."""
    _is_draft(call.json)
    check_types(call.json, PARTIAL_EDIT)
    product = call.shop.product(call.variables["product_id"])
    working = product.working_version(call.world.options.failed_edit_is_base)
    given = {key: part for key, part in call.json.items() if part is not None and key != "category_id"}
    if call.world.options.partial_blanks:
        _refuse_blanks(given.get("skus") or [])
    skus = [{key: part for key, part in sku.items() if key != "price"} for sku in working.skus]
    return _apply(call, product, {"main_images": [], **working.content, "skus": skus, **given})


def _refuse_blanks(skus: list[Wire]) -> None:
    """Nested properties that are left out are overwritten with blanks (Partner Center, Partial Edit Product)."""
    if any(not sku.get("price") for sku in skus):
        raise ApiError(12052571, "a SKU has no price")
    if any(not sku.get("inventory") for sku in skus):
        raise ApiError(12052516, "inventory details are missing")


def _apply(call: Call, product: Product, body: Wire) -> Wire:
    world, shop = call.world, call.shop
    draft = _is_draft(body)
    _check_state(world, product, draft)
    standing = Standing(product.known_skus(), product.stock, product.submitted, product.ever_live)
    judgement = judge_listing(body, world.ground(shop, for_draft=draft), standing)
    _refuse_first(judgement)
    _check_promotion(product, judgement)
    external_id = body.get("external_product_id") or ""
    _check_external_id(shop, external_id, product)
    if not draft:
        check_shop(shop)
        if world.options.quota_counts_edits:
            shop.quota.check()
            shop.quota.spend()
    version = _version(world, shop, judgement)
    if draft:
        _save_draft(product, version)
    else:
        _publish(world, shop, product, version, judgement)
    _hold_external_id(shop, product, external_id)
    product.updated = world.clock.now()
    shop.changed(product)
    return {**_answer(product, version, judgement), "audit": {"status": "NONE" if draft else product.audit.status}}


def _save_draft(product: Product, version: Version) -> None:
    if product.condition == "DRAFT":
        product.base = version
        product.forget_dropped_skus()
    else:
        product.draft = version


def _publish(world: World, shop: Shop, product: Product, version: Version, judgement: Judgement) -> None:
    """A LISTING edit: straight through for price and stock of a live product, otherwise by the review."""
    unchanged = product.on_sale and product.audit.status == "APPROVED" and version.same_content(product.base)
    _put_stock(product, version, judgement.skus)
    product.draft = product.refused = None
    if unchanged:
        product.base = version
        return
    if product.on_sale:
        product.review = version
        if world.options.edit_price_at_once:
            prices = {sku["id"]: sku["price"] for sku in version.skus}
            for sku in product.base.skus:
                sku["price"] = prices.get(sku["id"], sku["price"])
        _submit(world, shop, product)
        return
    product.base = version
    product.forget_dropped_skus()
    if product.condition == "SELLER_DEACTIVATED" and world.options.paused_edit == "stay":
        product.audit = Audit()
        return
    if product.condition in ("DRAFT", "SCHEDULED"):
        product.condition = "INITIAL"
    _submit(world, shop, product)


def _submit(world: World, shop: Shop, product: Product) -> None:
    reasons = [reason for item, reason in _UNSUBMITTED.items() if item in shop.failed_prerequisites]
    if reasons:
        shop.reviews.withdraw(product)
        product.audit = Audit(not_submitted_reasons=reasons)
        if product.condition == "INITIAL":
            product.condition = "DRAFT"
    else:
        shop.reviews.submit(product, world.clock.now(), world.review_seconds)


def _is_draft(body: Wire) -> bool:
    mode = body.get("save_mode")
    if mode not in (None, "LISTING", "AS_DRAFT"):
        raise ApiError(36009004, "Invalid parameter body.save_mode: expected LISTING or AS_DRAFT")
    return mode == "AS_DRAFT"


def _remembered(world: World, shop: Shop, body: Wire) -> Wire | None:
    key = body.get("idempotency_key")
    if not key or key not in shop.idempotent:
        return None
    if world.options.idempotency != "replay":
        code = 12052910 if world.options.idempotency == "error" else 12059999
        raise ApiError(code, "idempotency_key was already used")
    return shop.idempotent[key]


def _refuse_first(judgement: Judgement) -> None:
    if judgement.findings.faults:
        raise judgement.findings.faults[0]


def check_shop(shop: Shop) -> None:
    """Refuse what a shop with an open prerequisite may not do."""
    for item, (code, message) in _SHOP_FAULTS.items():
        if item in shop.failed_prerequisites:
            raise ApiError(code, message)
    if not any(w["type"] == "RETURN_WAREHOUSE" for w in shop.warehouses):
        raise ApiError(*_SHOP_FAULTS["RETURN_WAREHOUSE"])


def _check_state(world: World, product: Product, draft: bool) -> None:
    status = product.status
    refused = {"FREEZE", "DELETED"} | ({"PENDING"} if draft else set())
    if world.options.pending_edit == "refuse" and not product.ever_live:
        refused.add("PENDING")
    if status in refused:
        raise ApiError(12052901, f"the product status {status} does not allow this operation")


def _check_promotion(product: Product, judgement: Judgement) -> None:
    prices = {sku_id: sku["price"] for sku_id, sku in product.known_skus().items()}
    if product.promotion and any(
        sku.wire["id"] in prices and sku.wire["price"] != prices[sku.wire["id"]] for sku in judgement.skus
    ):
        raise ApiError(12052038, "the price is locked by a running promotion")


def _check_external_id(shop: Shop, external_id: str, product: Product | None) -> None:
    holder = shop.external_ids.get(external_id)
    if holder is not None and (product is None or holder != product.id):
        raise ApiError(12052996, "external_product_id is already used by another product")


def _hold_external_id(shop: Shop, product: Product, external_id: str) -> None:
    if product.external_id:
        shop.external_ids.pop(product.external_id, None)
    product.external_id = external_id
    if external_id:
        shop.external_ids[external_id] = product.id


def _version(world: World, shop: Shop, judgement: Judgement) -> Version:
    """The judged listing with ids for new SKUs and for names the seller made up."""
    skus = []
    for checked in judgement.skus:
        sku = checked.wire
        sku["id"] = sku["id"] or world.ids.object_id()
        for attribute in sku["sales_attributes"]:
            attribute["id"] = attribute["id"] or shop.custom_id(world.ids, "", attribute["name"])
            attribute["value_id"] = attribute["value_id"] or shop.custom_id(
                world.ids, attribute["id"], attribute["value_name"]
            )
        skus.append(sku)
    return Version(judgement.content, skus).copy()


def _put_stock(product: Product, version: Version, checked: list[CheckedSku]) -> None:
    for sku, entry in zip(version.skus, checked, strict=True):
        if entry.stock is not None:
            product.stock[sku["id"]] = dict(entry.stock)


def _answer(product: Product, version: Version, judgement: Judgement) -> Wire:
    return {
        "product_id": product.id,
        "skus": [
            {
                "id": sku["id"], "seller_sku": sku["seller_sku"], "external_sku_id": sku["external_sku_id"],
                "sales_attributes": [{"id": a["id"], "value_id": a["value_id"]} for a in sku["sales_attributes"]],
            }
            for sku in version.skus
        ],
        "warnings": [{"message": text} for text in judgement.findings.warnings],
    }
