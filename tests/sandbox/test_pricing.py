"""Price and stock calls, inventory search."""

import pytest

from sheets_sync.sandbox import Sandbox

from .conftest import Caller, Wire


@pytest.fixture
def live_shirt(call: Caller, sandbox: Sandbox, shirt: Wire) -> tuple[str, list[str]]:
    data = call.create(shirt).data
    sandbox.control.advance(60)
    return data["product_id"], [sku["id"] for sku in data["skus"]]


def amounts(call: Caller, product_id: str) -> list[str]:
    return [sku["price"]["sale_price"] for sku in call.get(product_id).data["skus"]]


def quantities(call: Caller, product_id: str) -> list[int]:
    return [sku["inventory"][0]["quantity"] for sku in call.get(product_id).data["skus"]]


def test_a_price_is_effective_at_once_and_others_stay(call: Caller, live_shirt: tuple[str, list[str]]) -> None:
    product_id, skus = live_shirt
    assert call.prices(product_id, {skus[1]: "2500"}).data == {}
    assert amounts(call, product_id) == ["2980", "2500", "2980"]
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")


def test_prices_change_all_or_none(call: Caller, live_shirt: tuple[str, list[str]]) -> None:
    product_id, skus = live_shirt
    for wrong, code in (({skus[0]: "2500", skus[1]: "0"}, 12052570), ({skus[0]: "2500", "17": "100"}, 12052557),
                        ({}, 12052902), ({skus[0]: "x"}, 12052012), ({skus[0]: "2500.0"}, 12052073)):
        assert call.prices(product_id, wrong).code == code
    path = f"/product/202309/products/{product_id}/prices/update"
    row = {"id": skus[0], "price": {"currency": "JPY", "amount": "100"}}
    assert call("POST", path, {"skus": [row, row]}).code == 12052553
    assert amounts(call, product_id) == ["2980"] * 3


def test_prices_need_a_live_product(call: Caller, sandbox: Sandbox, mug: Wire, live_mug: str) -> None:
    created = call.create(mug).data
    assert call.prices(created["product_id"], {created["skus"][0]["id"]: "100"}).code == 12052901
    sku = call.get(live_mug).data["skus"][0]["id"]
    call.batch("deactivate", live_mug)
    assert call.prices(live_mug, {sku: "100"}).code == 12052901
    assert call.prices("1", {sku: "100"}).code == 12052032


def test_a_price_also_reaches_the_version_under_review(
    call: Caller, sandbox: Sandbox, live_shirt: tuple[str, list[str]]
) -> None:
    product_id, skus = live_shirt
    call.partial(product_id, title="オーガニックコットンTシャツ 長袖")
    call.prices(product_id, {skus[0]: "2500"})
    sandbox.control.advance(60)
    assert amounts(call, product_id) == ["2500", "2980", "2980"]


def test_a_promotion_locks_price_and_lets_stock_only_grow(
    call: Caller, sandbox: Sandbox, live_shirt: tuple[str, list[str]], shirt: Wire
) -> None:
    product_id, skus = live_shirt
    sandbox.control.promotion(product_id)
    assert call.prices(product_id, {skus[0]: "2500"}).code == 12052038
    errors = call.stock(product_id, {skus[0]: 19, skus[1]: 21}).data["errors"]
    assert [(e["detail"]["sku_id"], e["detail"]["extra_errors"][0]["code"]) for e in errors] == [(skus[0], 12052393)]
    edited = {**shirt, "skus": [{**sku, "id": sku_id} for sku, sku_id in zip(shirt["skus"], skus, strict=True)]}
    assert call.edit(product_id, edited).code == 0
    edited["skus"][0] |= {"price": {"currency": "JPY", "amount": "1"}}
    assert call.edit(product_id, edited).code == 12052038
    sandbox.control.promotion(product_id, False)
    assert call.prices(product_id, {skus[0]: "2500"}).code == 0


def test_stock_is_absolute_and_a_sku_may_fail_alone(call: Caller, live_shirt: tuple[str, list[str]]) -> None:
    product_id, skus = live_shirt
    answer = call.stock(product_id, {skus[0]: 0, skus[1]: 100_000, "17": 1})
    assert answer.code == 0
    assert [(e["code"], e["detail"]["sku_id"], e["detail"]["extra_errors"][0]["code"]) for e in answer.data["errors"]
            ] == [(12052990, skus[1], 12052055), (12052990, "17", 12052556)]
    assert quantities(call, product_id) == [0, 20, 20]


def test_zero_by_switch(call: Caller, sandbox: Sandbox, live_shirt: tuple[str, list[str]]) -> None:
    product_id, skus = live_shirt
    sandbox.control.set(accept_zero_stock=False)
    assert call.stock(product_id, {skus[0]: 0}).data["errors"][0]["detail"]["extra_errors"][0]["code"] == 12052055
    assert quantities(call, product_id)[0] == 20


def test_warehouses_of_a_stock_update(call: Caller, sandbox: Sandbox, live_shirt: tuple[str, list[str]]) -> None:
    product_id, skus = live_shirt
    path = f"/product/202309/products/{product_id}/inventory/update"
    second = {**call("GET", "/logistics/202309/warehouses").data["warehouses"][0], "id": "7068517275539719999"}

    def cause(*rows: Wire) -> int:
        data = call("POST", path, {"skus": [{"id": skus[0], "inventory": list(rows)}]}).data
        return int(data["errors"][0]["detail"]["extra_errors"][0]["code"]) if data else 0

    assert cause({"quantity": 7}) == 0
    assert quantities(call, product_id)[0] == 7
    assert cause({"warehouse_id": "1", "quantity": 7}) == 12052097
    sandbox.control.set_warehouses([*sandbox.dump()["rules"]["warehouses"], second])
    assert cause({"quantity": 7}) == 12052097
    assert cause({"warehouse_id": second["id"], "quantity": 7}) == 12019028
    both = [{"warehouse_id": sandbox.warehouse_id, "quantity": 3}, {"warehouse_id": second["id"], "quantity": 4}]
    assert cause(*both) == 12052533
    sandbox.control.seller_stock(skus[0], 1, second["id"])
    assert cause(*both) == 0
    assert len(call.get(product_id).data["skus"][0]["inventory"]) == 2


def test_a_refused_sku_may_fail_the_whole_stock_call(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    sandbox.control.set(stock_refused_whole=True)
    assert call.stock(live_mug, {call.get(live_mug).data["skus"][0]["id"]: 100_000}).code == 12052055


def test_stock_of_paused_and_waiting_products(call: Caller, sandbox: Sandbox, mug: Wire, live_mug: str) -> None:
    sku = call.get(live_mug).data["skus"][0]["id"]
    call.batch("deactivate", live_mug)
    assert call.stock(live_mug, {sku: 9}).data == {}
    assert quantities(call, live_mug) == [9]
    assert call.status(live_mug) == ("SELLER_DEACTIVATED", "NONE")
    call.batch("delete", live_mug)
    assert call.stock(live_mug, {sku: 8}).code == 12052901


def test_sales_and_inventory_search(call: Caller, sandbox: Sandbox, live_shirt: tuple[str, list[str]]) -> None:
    product_id, skus = live_shirt
    path = "/product/202309/inventory/search"
    sandbox.control.sell(skus[0], 2)
    rows = call("POST", path, {"product_ids": [product_id]}).data["inventory"][0]["skus"]
    assert [(row["total_available_quantity"], row["total_committed_quantity"]) for row in rows] == [
        (18, 2), (20, 0), (20, 0)]
    rows = call("POST", path, {"product_ids": ["none"], "sku_ids": [skus[2]]}).data["inventory"][0]["skus"]
    assert [row["id"] for row in rows] == [skus[2]]
    assert call("POST", path, {"product_ids": ["none"]}).code == 12019008
    assert call("POST", path, {}).code == 12052910
    assert call("POST", path, {"product_ids": ["1"] * 101}).code == 12019120
    assert call("POST", path, {"sku_ids": ["1"] * 601}).code == 12019015


def test_what_the_seller_does_by_hand(call: Caller, sandbox: Sandbox, live_shirt: tuple[str, list[str]]) -> None:
    product_id, skus = live_shirt
    before = call.get(product_id).data["update_time"]
    sandbox.control.advance(5)
    sandbox.control.seller_edit(product_id, title="店長おすすめTシャツ")
    sandbox.control.seller_price(skus[0], "999")
    sandbox.control.seller_stock(skus[1], 1)
    data = call.get(product_id).data
    assert (data["title"], amounts(call, product_id)[0], quantities(call, product_id)[1]) == (
        "店長おすすめTシャツ", "999", 1)
    assert data["update_time"] > before
    sandbox.control.seller_deactivate(product_id)
    assert call.status(product_id) == ("SELLER_DEACTIVATED", "NONE")
    sandbox.control.seller_delete(product_id)
    assert call.status(product_id) == ("DELETED", "NONE")
