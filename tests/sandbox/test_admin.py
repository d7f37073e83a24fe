"""Starting, stopping, loading, and the controls over HTTP."""

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests

from sheets_sync.sandbox import NoSuchControlError, Sandbox, SandboxOptions, serve

from .conftest import Caller, FakeTime, Wire, picture


def admin(sandbox: Sandbox, name: str, **arguments: Any) -> Any:
    response = requests.post(f"{sandbox.url}/_sandbox/{name}", json=arguments, timeout=5)
    assert response.status_code == 200, response.text
    return response.json()["result"]


def test_controls_over_http(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    assert admin(sandbox, "credentials")["shop_cipher"] == sandbox.shop_cipher
    now = admin(sandbox, "now")
    assert admin(sandbox, "advance", seconds=5) == now + 5
    admin(sandbox, "take_down", product_id=live_mug)
    assert admin(sandbox, "product", product_id=live_mug)["status"] == "PLATFORM_DEACTIVATED"
    admin(sandbox, "set", business_status=400)
    assert admin(sandbox, "options")["business_status"] == 400
    admin(sandbox, "fault", kind="internal", operation="get")
    assert call.get(live_mug).code == 36009003
    assert requests.get(f"{sandbox.url}/_sandbox/requests", timeout=5).json()["result"][-1]["fault"] == "internal"
    assert len(admin(sandbox, "products")) == 1


@pytest.mark.parametrize(("name", "arguments"), [
    ("nothing", {}), ("_world", {}), ("take_down", {"product_id": "1"}), ("take_down", {}), ("set", {"colour": 1}),
    ("fault", {"kind": "x"}), ("category_permission", {"category_id": "1", "status": "AVAILABLE"}),
])
def test_wrong_admin_calls_say_what_is_wrong(sandbox: Sandbox, name: str, arguments: Wire) -> None:
    response = requests.post(f"{sandbox.url}/_sandbox/{name}", json=arguments, timeout=5)
    assert response.status_code == 400
    assert response.json()["error"]


def test_options_are_a_copy(sandbox: Sandbox) -> None:
    options = SandboxOptions(daily_quota=7)
    with Sandbox(options=options) as other:
        other.control.set(daily_quota=8)
        assert other.control.options()["daily_quota"] == 8
    assert options.daily_quota == 7


def test_an_unknown_switch_changes_nothing(sandbox: Sandbox) -> None:
    with pytest.raises(NoSuchControlError, match="daily_quota"):
        sandbox.control.set(daily_quota=1, quota=2)
    assert sandbox.control.options()["daily_quota"] == 1000


def test_the_clock_can_be_frozen(sandbox: Sandbox, time: FakeTime) -> None:
    sandbox.control.freeze(1_800_000_000)
    time.now += 100
    assert sandbox.control.now() == 1_800_000_000
    sandbox.control.advance(10)
    assert sandbox.control.thaw() == 1_800_000_010
    time.now += 5
    assert sandbox.control.now() == 1_800_000_015


def test_the_state_survives_an_outage(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    url = sandbox.url
    sandbox.stop()
    with pytest.raises(requests.ConnectionError):
        call.get(live_mug)
    sandbox.start()
    assert sandbox.url == url
    assert call.status(live_mug)[0] == "ACTIVATE"


def test_ids_are_the_same_in_every_run(mug: Wire) -> None:
    def first_id() -> str:
        with Sandbox(clock=(time := FakeTime())) as sandbox:
            call = Caller(sandbox, time)
            body = {**mug, "main_images": [{"uri": call.upload(picture()).data["uri"]}]}
            product_id: str = call.create(body).data["product_id"]
            return product_id

    assert first_id() == first_id()
    assert len(first_id()) == 19
    assert first_id().startswith("17")
    assert str(int(float(first_id()))) != first_id()


def test_many_callers_at_once(sandbox: Sandbox, time: FakeTime, mug: Wire) -> None:
    def work(number: int) -> list[str]:
        call = Caller(sandbox, time)
        paths = [f"{number}-{step}" for step in range(10)]
        return [call.create({**mug, "external_product_id": path}).data["product_id"] for path in paths]

    with ThreadPoolExecutor(8) as pool:
        made = [product_id for batch in pool.map(work, range(8)) for product_id in batch]
    assert len(set(made)) == 80
    assert {product["id"] for product in sandbox.control.products()} == set(made)


def test_a_real_shops_rules_can_be_loaded(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    sandbox.load(rules={
        "category_version": "v1",
        "categories": [
            {"id": "1", "parent_id": "0", "local_name": "根", "is_leaf": False, "permission_statuses": ["AVAILABLE"]},
            {"id": "2", "parent_id": "1", "local_name": "葉", "is_leaf": True, "permission_statuses": ["AVAILABLE"]},
            {"id": "3", "parent_id": "1", "local_name": "枝", "is_leaf": True, "permission_statuses": ["AVAILABLE"]},
        ],
        "rules": {"2": {"package_dimension": {"is_required": True}}},
        "attributes": {"2": [{"id": "9", "name": "色味", "type": "PRODUCT_PROPERTY", "is_requried": True,
                              "is_customizable": True, "values": []}]},
        "brands": [{"id": "5", "name": "実店舗", "authorized_status": "AUTHORIZED", "is_t1_brand": True}],
        "warehouses": [{"id": "77", "name": "実倉庫", "type": "SALES_WAREHOUSE", "effect_status": "ENABLED"},
                       {"id": "78", "name": "返品", "type": "RETURN_WAREHOUSE", "effect_status": "ENABLED"}],
        "shop": {"id": "123", "name": "実店舗", "cipher": "ROW_real"},
    })
    assert sandbox.warehouse_id == "77"
    assert call("GET", "/authorization/202309/shops", cipher=False).data["shops"][0]["name"] == "実店舗"
    mug["skus"][0]["inventory"][0]["warehouse_id"] = "77"
    assert call.create(mug).code == 12052023
    mug["category_id"] = "2"
    assert call.create(mug).code == 12052104
    mug |= {"product_attributes": [{"id": "9", "values": [{"name": "あか"}]}]}
    assert call.create(mug).code == 12019012
    assert call.create({**mug, "category_id": "3", "brand_id": "5", "product_attributes": []}).code == 0
    assert call("POST", "/product/202309/categories/recommend", {"product_title": "すてきな枝"}).data[
        "leaf_category_id"] == "3"


def test_dump_and_load_carry_a_shop_over(call: Caller, sandbox: Sandbox, shirt: Wire, live_mug: str) -> None:
    created = call.create({**shirt, "brand_id": "7082427311584347912"}).data
    sandbox.control.advance(60)
    call.batch("deactivate", live_mug)
    state = sandbox.dump()
    with Sandbox(clock=(time := FakeTime()), review_seconds=60) as twin:
        twin.load(**state)
        other = Caller(twin, time)
        assert twin.dump()["rules"] == state["rules"]
        before, after = call.get(created["product_id"]).data, other.get(created["product_id"]).data
        assert after == before
        assert other.status(live_mug) == ("SELLER_DEACTIVATED", "NONE")
        assert other.create(shirt).code == 12052996
        sku = created["skus"][0]["id"]
        assert other.prices(created["product_id"], {sku: "1000"}).code == 0
        assert other.partial(created["product_id"], title="オーガニックコットンTシャツ 長袖").code == 0
        twin.control.advance(60)
        assert other.status(created["product_id"]) == ("ACTIVATE", "APPROVED")


def test_serve_runs_until_told() -> None:
    done, seen = threading.Event(), []

    def ready(sandbox: Sandbox) -> None:
        seen.append(requests.get(f"{sandbox.url}/_sandbox/now", timeout=5).status_code)
        done.set()

    serve(0, ready=ready, until=done)
    assert seen == [200]


def test_other_markets_have_no_data() -> None:
    with pytest.raises(ValueError, match="JP"):
        Sandbox(market="US")


def test_platform_controls(call: Caller, sandbox: Sandbox, shirt: Wire, mug: Wire) -> None:
    sandbox.control.require_attribute("600024", "100397")
    assert call.create(mug).code == 12052104
    sandbox.control.require_attribute("600024", "100397", False)
    sandbox.control.category_permission("600024", "INVITE_ONLY")
    assert call.create(mug).code == 12052221
    sandbox.control.fail_prerequisite("SHOP_STATUS", ["停止中"])
    assert call.create(shirt).code == 12052700
    with pytest.raises(NoSuchControlError):
        sandbox.control.require_attribute("600024", "1")


def test_platform_controls_do_not_reach_other_sandboxes(sandbox: Sandbox) -> None:
    sandbox.control.require_attribute("601226", "100398")
    sandbox.control.category_permission("600024", "PROHIBITED")
    with Sandbox() as other:
        tree = other.dump()["rules"]["versions"]["v1"]
        pattern = next(a for a in tree["attributes"]["601226"] if a["id"] == "100398")
        mug = next(c for c in tree["categories"] if c["id"] == "600024")
        assert (pattern["is_requried"], mug["permission_statuses"]) == (False, ["AVAILABLE"])
