"""Price and stock calls: at once, without review (reference 3.15, 3.16)."""

from .answers import ApiError, Wire, wrapped_item_error
from .call import Call
from .products import Product
from .validation.money import check_price
from .validation.stock import check_stock
from .validation.types import INVENTORIES, PRICES, check_types

_STOCK_STATUSES = ("DRAFT", "PENDING", "FAILED", "ACTIVATE", "SELLER_DEACTIVATED")


def update_prices(call: Call) -> Wire:
    """POST .../prices/update: all SKUs or none, live products only."""
    check_types(call.json, PRICES)
    product = call.shop.product(call.variables["product_id"])
    if not product.on_sale:
        raise ApiError(12052901, f"the product status {product.status} does not allow this operation")
    if product.promotion:
        raise ApiError(12052038, "the price is locked by a running promotion")
    rows = call.json["skus"]
    _check_ids(rows)
    live = {sku["id"] for sku in product.base.skus}
    if any(row["id"] not in live for row in rows):
        raise ApiError(12052557, "sku id does not belong to this product")
    prices = {row["id"]: check_price(row["price"], call.world.market, call.world.options) for row in rows}
    for version in filter(None, (product.base, product.review)):
        for sku in version.skus:
            sku["price"] = prices.get(sku["id"], sku["price"])
    product.updated = call.world.clock.now()
    call.shop.changed(product)
    return {}


def update_inventory(call: Call) -> Wire:
    """POST .../inventory/update: absolute quantities; a SKU may fail alone, below code 0."""
    check_types(call.json, INVENTORIES)
    product = call.shop.product(call.variables["product_id"])
    if product.status not in _STOCK_STATUSES:
        raise ApiError(12052901, f"the product status {product.status} does not allow this operation")
    _check_ids(call.json["skus"])
    errors = []
    for row in call.json["skus"]:
        causes = _set_stock(call, product, row)
        if causes:
            if call.world.options.stock_refused_whole:
                raise ApiError(causes[0]["code"], causes[0]["message"])
            errors.append(wrapped_item_error(causes, sku_id=row["id"]))
    call.shop.changed(product)
    return {"errors": errors} if errors else {}


def _set_stock(call: Call, product: Product, row: Wire) -> list[Wire]:
    """Set one SKU's stock, or say why not."""
    ordered = call.world.faults.item_failure(row["id"])
    if ordered is not None:
        return [{"code": ordered[0], "message": ordered[1]}]
    if row["id"] not in product.known_skus():
        return [{"code": 12052556, "message": "sku id does not exist"}]
    stock, faults = check_stock(row["inventory"], call.shop.warehouses, call.world.market, call.world.options)
    faults = faults or _change_faults(product, product.stock.get(row["id"], {}), stock)
    if not faults:
        product.stock[row["id"]] = stock
    return faults


def _change_faults(product: Product, held: dict[str, int], stock: dict[str, int]) -> list[Wire]:
    """What speaks against this stock in the place of the one held: all warehouses of a SKU, and no other."""
    if set(held) - set(stock):
        return [{"code": 12019028, "message": "all warehouses of the SKU must be listed"}]
    if held and set(stock) - set(held):
        return [{"code": 12052533, "message": "the warehouses of a SKU may not change"}]
    if product.promotion and sum(stock.values()) < sum(held.values()):
        return [{"code": 12052393, "message": "stock may not go below the present stock during a promotion"}]
    return []


def _check_ids(rows: list[Wire]) -> None:
    if not rows:
        raise ApiError(12052902, "skus is empty")
    if len({row["id"] for row in rows}) < len(rows):
        raise ApiError(12052553, "sku id is repeated")
