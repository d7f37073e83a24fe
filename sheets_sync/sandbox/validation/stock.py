"""Stock by warehouse (error codes 12052055, 092-097, 115, 530-534)."""

from ..answers import ApiError, Wire
from ..market import Market
from ..options import SandboxOptions


def check_stock(
    rows: list[Wire], warehouses: list[Wire], market: Market, options: SandboxOptions
) -> tuple[dict[str, int], list[Wire]]:
    """Quantities by warehouse id, and the faults as {warehouse_id, code, message}."""
    sales = [w for w in warehouses if w["type"] == "SALES_WAREHOUSE" and w["effect_status"] != "DISABLED"]
    stock: dict[str, int] = {}
    faults: list[Wire] = []
    for row in rows:
        warehouse_id = row.get("warehouse_id") or (sales[0]["id"] if len(sales) == 1 else "")
        try:
            _check_warehouse(warehouse_id, warehouses, stock)
            _check_quantity(row, market, options)
        except ApiError as error:
            faults.append({"warehouse_id": warehouse_id, "code": error.code, "message": error.message})
        else:
            stock[warehouse_id] = row["quantity"]
    return stock, faults


def _check_warehouse(warehouse_id: str, warehouses: list[Wire], listed: dict[str, int]) -> None:
    if not warehouses:
        raise ApiError(12052115, "the shop has no warehouse")
    if warehouse_id in listed:
        raise ApiError(12052910, "warehouse is listed twice")
    found = next((w for w in warehouses if w["id"] == warehouse_id), None)
    if found is None:
        raise ApiError(12052097, "warehouse does not exist")
    if found["type"] != "SALES_WAREHOUSE":
        raise ApiError(12052532, "warehouse is not a sales warehouse")
    if found["effect_status"] == "DISABLED":
        raise ApiError(12052531, "warehouse is disabled")


def _check_quantity(row: Wire, market: Market, options: SandboxOptions) -> None:
    lowest = 0 if options.accept_zero_stock else 1
    if not lowest <= row["quantity"] <= market.quantity:
        raise ApiError(12052055, f"quantity must be from {lowest} to {market.quantity}")
    if (row.get("backorder_quantity") is None) != (row.get("handling_time") is None):
        raise ApiError(12052910, "backorder_quantity and handling_time go together")
