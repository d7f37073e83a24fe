"""What goes wrong on the way, and what the shop holds afterwards: nothing twice, nothing lost without a word."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.errors import CredentialsError, ShopError, ShopLimit, ShopUnavailable, ShopUnknown
from sheets_sync.sandbox import Sandbox
from sheets_sync.shop import SearchFilter
from sheets_sync.tiktok.client import TikTokShop
from tests.contracts.shop_contract import ShopContract, a_picture

from .conftest import ShopOf
from .fake_clock import FakeClock

BEFORE = {"after_write": False}
AFTER = {"after_write": True}


@pytest.fixture
def mug(shop: TikTokShop, sandbox: Sandbox) -> dict[str, Any]:
    return {
        "title": "陶器のマグカップ 300ml",
        "description": "<p>マグカップです。</p>",
        "category_id": "600024",
        "main_images": [{"uri": shop.upload_image(a_picture(), "MAIN_IMAGE").uri}],
        "package_weight": {"value": "350", "unit": "GRAM"},
        "skus": [ShopContract.a_sku("MUG-1", sandbox.warehouse_id)],
        "external_product_id": "main:mug",
    }


@pytest.fixture
def live(shop: TikTokShop, sandbox: Sandbox, mug: dict[str, Any]) -> str:
    product_id = shop.create(mug, "key").product_id
    sandbox.control.advance(61)
    sandbox.control.clear_requests()
    return product_id


def status(sandbox: Sandbox, product_id: str) -> str:
    return str(sandbox.control.product(product_id)["status"])


def calls(sandbox: Sandbox, operation: str) -> int:
    return sum(request["operation"] == operation for request in sandbox.control.requests)


# ---------------------------------------------------------------- a creation, the call that must not happen twice


@pytest.mark.parametrize(
    ("kind", "when", "made"),
    [
        ("unavailable", BEFORE, 0),
        ("unavailable", AFTER, 1),
        ("internal", BEFORE, 0),
        ("internal", AFTER, 1),
        ("timeout", {}, 1),
        ("drop", BEFORE, 0),
        ("drop", AFTER, 1),
        ("half_body", {}, 1),
        ("not_json", {}, 1),
    ],
)
def test_a_creation_without_a_clear_answer(
    shop: TikTokShop, sandbox: Sandbox, mug: dict[str, Any], kind: Any, when: dict[str, Any], made: int
) -> None:
    sandbox.control.fault(kind, operation="create", **when)
    with pytest.raises(ShopUnknown):
        shop.create(mug, "the key")
    assert calls(sandbox, "create") == 1
    assert len(sandbox.control.products()) == made
    # the same key settles it
    saved = shop.create(mug, "the key")
    assert [product["id"] for product in sandbox.control.products()] == [saved.product_id]


def test_a_creation_too_slow_to_wait_for(open_shop: ShopOf, sandbox: Sandbox, mug: dict[str, Any]) -> None:
    sandbox.control.fault("slow", operation="create", seconds=5, after_write=True)
    with pytest.raises(ShopUnknown, match="tiktok_no_answer"):
        open_shop(sandbox, read_seconds=0.1).create(mug, "the key")
    sandbox.control.release()
    assert len(sandbox.control.products()) == 1
    assert [found.skus[0][1] for found in open_shop(sandbox).search(SearchFilter(seller_skus=("MUG-1",)))] == ["MUG-1"]


def test_a_creation_refused_for_haste_is_made_once(shop: TikTokShop, sandbox: Sandbox, mug: dict[str, Any]) -> None:
    sandbox.control.fault("rate_limit", operation="create", count=3)
    saved = shop.create(mug, "key")
    assert calls(sandbox, "create") == 4
    assert [product["id"] for product in sandbox.control.products()] == [saved.product_id]


def test_haste_that_never_ends(shop: TikTokShop, sandbox: Sandbox, mug: dict[str, Any], clock: FakeClock) -> None:
    sandbox.control.fault("rate_limit", operation="create", count=None)
    with pytest.raises(ShopUnavailable, match="tiktok_busy"):
        shop.create(mug, "key")
    assert sandbox.control.products() == []
    assert sum(clock.slept) < 200


def test_an_outage_before_anything_was_sent(shop: TikTokShop, sandbox: Sandbox, mug: dict[str, Any]) -> None:
    sandbox.stop()
    with pytest.raises(ShopError) as caught:
        shop.create(mug, "key")
    # the kept connection was cut by the outage: whether the call was read cannot be told from here
    assert type(caught.value) in (ShopUnavailable, ShopUnknown)
    with pytest.raises(ShopUnavailable, match="tiktok_unreachable"):
        shop.create(mug, "key")
    sandbox.start()
    assert sandbox.control.products() == []
    shop.create(mug, "key")
    assert len(sandbox.control.products()) == 1


def test_the_days_allowance(shop: TikTokShop, sandbox: Sandbox, mug: dict[str, Any]) -> None:
    sandbox.control.set(daily_quota=1)
    shop.create(mug, "key")
    with pytest.raises(ShopLimit) as caught:
        shop.create({**mug, "external_product_id": "main:2"}, "key 2")
    assert caught.value.shop_code == "12052093"
    assert len(sandbox.control.products()) == 1


# ---------------------------------------------------------------- every other write


def the_price(shop: TikTokShop, product_id: str) -> None:
    found = shop.get(product_id)
    assert found is not None
    shop.update_prices(product_id, {found.skus[0].id: "777"})


WRITES: dict[str, tuple[Callable[[TikTokShop, str], Any], Callable[[dict[str, Any]], bool]]] = {
    "deactivate": (
        lambda shop, product_id: shop.deactivate([product_id]),
        lambda product: bool(product["status"] == "SELLER_DEACTIVATED"),
    ),
    "delete": (
        lambda shop, product_id: shop.delete([product_id]),
        lambda product: bool(product["status"] == "DELETED"),
    ),
    "prices": (the_price, lambda product: bool(product["skus"][0]["price"]["sale_price"] == "777")),
    "partial_edit": (
        lambda shop, product_id: shop.partial_edit(product_id, {"title": "別の名前のマグカップ"}),
        lambda product: bool(product["audit"]["status"] == "AUDITING"),
    ),
}


@pytest.mark.parametrize("operation", WRITES)
@pytest.mark.parametrize(
    ("kind", "when", "done"),
    [("drop", BEFORE, False), ("drop", AFTER, True), ("unavailable", BEFORE, False), ("timeout", {}, True)],
)
def test_a_write_is_sent_once_and_its_effect_is_open(
    shop: TikTokShop, sandbox: Sandbox, live: str, operation: str, kind: Any, when: dict[str, Any], done: bool
) -> None:
    act, happened = WRITES[operation]
    sandbox.control.fault(kind, operation=operation, **when)
    with pytest.raises(ShopUnknown):
        act(shop, live)
    assert calls(sandbox, operation) == 1
    assert happened(sandbox.control.product(live)) is done


def test_an_upload_without_an_answer_is_repeated(shop: TikTokShop, sandbox: Sandbox) -> None:
    for kind in ("drop", "unavailable", "timeout"):
        sandbox.control.fault(kind, operation="upload_image")
    uri = shop.upload_image(a_picture(), "MAIN_IMAGE").uri
    assert uri in {image["uri"] for image in sandbox.control.images()}


@pytest.mark.parametrize("kind", ["drop", "unavailable", "internal", "timeout", "half_body", "not_json", "rate_limit"])
def test_reads_come_through(shop: TikTokShop, sandbox: Sandbox, live: str, kind: Any) -> None:
    for operation in ("get", "search", "warehouses", "attributes"):
        sandbox.control.fault(kind, operation=operation, count=2)
    assert shop.get(live) is not None
    assert [found.id for found in shop.search(SearchFilter())] == [live]
    assert shop.warehouses()
    assert shop.category_rules("601226").attributes


# ---------------------------------------------------------------- tokens


def test_a_token_that_ends_in_the_middle_of_a_run(shop: TikTokShop, sandbox: Sandbox, live: str) -> None:
    old = sandbox.access_token
    sandbox.control.expire_token()
    assert list(shop.deactivate([live])) == []
    assert status(sandbox, live) == "SELLER_DEACTIVATED"
    assert sandbox.access_token != old
    assert calls(sandbox, "deactivate") == 2
    assert calls(sandbox, "token") == 1


def test_an_expired_answer_in_mid_batch_repeats_the_call_once(shop: TikTokShop, sandbox: Sandbox, live: str) -> None:
    sandbox.control.fault("expire_token", operation="deactivate")
    assert list(shop.deactivate([live])) == []
    assert status(sandbox, live) == "SELLER_DEACTIVATED"


def test_a_token_is_renewed_a_day_before_its_end(shop: TikTokShop, sandbox: Sandbox, clock: FakeClock) -> None:
    sandbox.control.expire_token()
    shop.warehouses()  # the file knows the end of the token from here on
    clock.seconds += 6 * 86400 + 60
    sandbox.control.clear_requests()
    shop.warehouses()
    shop.warehouses()
    assert [request["operation"] for request in sandbox.control.requests] == ["token", "warehouses", "warehouses"]


def test_a_withdrawn_authorisation_ends_the_run(shop: TikTokShop, sandbox: Sandbox, live: str) -> None:
    sandbox.control.revoke()
    with pytest.raises(CredentialsError, match="tiktok_sign_in_again"):
        shop.deactivate([live])
    assert status(sandbox, live) == "ACTIVATE"


def test_a_missing_right_is_named(shop: TikTokShop, sandbox: Sandbox, live: str) -> None:
    sandbox.control.set_scopes(["seller.product.basic"])
    with pytest.raises(CredentialsError, match="tiktok_scope_missing"):
        the_price(shop, live)


def test_a_wrong_secret(open_shop: ShopOf, sandbox: Sandbox, live: str, tmp_path: Path) -> None:
    wrong = open_shop(sandbox, app_secret="f" * 40, file=tmp_path / "other.json")
    with pytest.raises(CredentialsError, match="tiktok_signature_wrong"):
        wrong.deactivate([live])
    assert status(sandbox, live) == "ACTIVATE"


def test_another_shops_cipher(open_shop: ShopOf, sandbox: Sandbox, live: str) -> None:
    with pytest.raises(CredentialsError, match="tiktok_shop_mismatch"):
        open_shop(sandbox, shop_cipher="ROW_other").deactivate([live])


@pytest.mark.parametrize("seconds", [3600, -3600])
def test_a_clock_that_is_off_sends_nothing_through(
    shop: TikTokShop, sandbox: Sandbox, live: str, seconds: float
) -> None:
    """The sandbox may tell its time or not: told, the call comes through; untold, the run ends with the reason."""
    sandbox.control.skew(seconds)
    told = ""
    try:
        shop.deactivate([live])
    except CredentialsError as error:
        told = error.code
    assert (told, status(sandbox, live)) in (("", "SELLER_DEACTIVATED"), ("tiktok_clock_wrong", "ACTIVATE"))
    assert calls(sandbox, "deactivate") <= 2


def test_two_processes_never_spend_each_others_refresh_token(open_shop: ShopOf, sandbox: Sandbox) -> None:
    one, other = open_shop(sandbox), open_shop(sandbox)  # they share a credential file and nothing else
    one.warehouses()
    other.warehouses()
    sandbox.control.expire_token()
    results: list[Any] = [shop.warehouses() for shop in (one, other, one, other)]
    sandbox.control.expire_token()
    eight = (one, other) * 4
    threads = [threading.Thread(target=lambda shop=shop: results.append(shop.warehouses())) for shop in eight]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(results) == 12
    assert calls(sandbox, "token") == 2
