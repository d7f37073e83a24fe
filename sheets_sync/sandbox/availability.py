"""Activate, deactivate, delete, recover (reference 3.18): batches of 20, each product judged alone."""

from collections.abc import Callable

from .answers import ApiError, Wire, item_error, wrapped_item_error
from .call import Call
from .editing import check_shop
from .products import Audit, Product
from .validation.types import PRODUCT_IDS, check_types

MOST_IDS = 20


def activate(call: Call) -> Wire:
    """Hidden products go to review, and on sale after it; the quota is spent."""

    def change(product: Product) -> None:
        _require(product, product.status in ("SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED"))
        check_shop(call.shop)
        call.shop.quota.check()
        call.shop.quota.spend()
        call.shop.reviews.submit(product, call.world.clock.now(), call.world.review_seconds)

    return _each(call, change, lambda error, product_id: wrapped_item_error([error], product_id=product_id))


def deactivate(call: Call) -> Wire:
    """Off sale at once; a version under review is kept as a draft."""

    def change(product: Product) -> None:
        _require(product, product.on_sale)
        hide(product)
        call.shop.reviews.withdraw(product)

    return _each(call, change, _plain)


def delete(call: Call) -> Wire:
    """Anything that is not frozen or already deleted."""

    def change(product: Product) -> None:
        _require(product, product.condition not in ("FREEZE", "DELETED"))
        call.shop.reviews.withdraw(product)
        product.condition, product.audit, product.review, product.refused = "DELETED", Audit(), None, None
        if not call.world.options.deleted_keeps_external_id and product.external_id:
            call.shop.external_ids.pop(product.external_id, None)
            product.external_id = ""

    return _each(call, change, _plain)


def recover(call: Call) -> Wire:
    """A deleted product comes back hidden; only activate, with its review, puts it on sale."""

    def change(product: Product) -> None:
        _require(product, product.condition == "DELETED")
        product.condition = "SELLER_DEACTIVATED"

    return _each(call, change, _plain)


def hide(product: Product) -> None:
    """What a seller's deactivation does to a live product."""
    product.condition, product.audit = "SELLER_DEACTIVATED", Audit()
    product.draft, product.review, product.refused = product.review or product.draft, None, None


def _require(product: Product, allowed: bool) -> None:
    if not allowed:
        raise ApiError(12052901, f"the product status {product.status} does not allow this operation")


def _plain(error: Wire, product_id: str) -> Wire:
    return item_error(error["code"], error["message"], product_id=product_id)


def _each(call: Call, change: Callable[[Product], None], report: Callable[[Wire, str], Wire]) -> Wire:
    check_types(call.json, PRODUCT_IDS)
    product_ids = call.json["product_ids"]
    if not product_ids:
        raise ApiError(12052910, "product_ids is empty")
    if len(product_ids) > MOST_IDS:
        raise ApiError(12019120, f"at most {MOST_IDS} product ids")
    errors = []
    for product_id in dict.fromkeys(product_ids):
        try:
            _change_one(call, product_id, change)
        except ApiError as error:
            errors.append(report({"code": error.code, "message": error.message}, product_id))
    return {"errors": errors} if errors else {}


def _change_one(call: Call, product_id: str, change: Callable[[Product], None]) -> None:
    ordered = call.world.faults.item_failure(product_id)
    if ordered is not None:
        raise ApiError(*ordered)
    if any(product_id in shop.products for shop in call.world.shops.values() if shop is not call.shop):
        raise ApiError(12052048, "not your product")
    product = call.shop.product(product_id)
    change(product)
    product.updated = call.world.clock.now()
    call.shop.changed(product)
