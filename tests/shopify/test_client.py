"""Questions to the Admin API: limits obeyed, failures told, nothing half taken."""

from __future__ import annotations

from typing import Any

import pytest

from sheets_sync.errors import CredentialsError, Refused, SheetsSyncError, Unavailable, UsageError
from sheets_sync.shopify import queries
from sheets_sync.shopify.address import moved_to, shop_host
from sheets_sync.shopify.client import AdminApi, TooDear
from sheets_sync.shopify.exchange import Exchange
from sheets_sync.shopify.locations import location_ids
from sheets_sync.shopify.tokens import FixedToken

from ..shopify_double import Product, ShopifyDouble
from .conftest import Desk

ALL = {"query": "status:active"}


def counted(api: AdminApi) -> int:
    return int(api.ask(queries.COUNT, ALL).data["productsCount"]["count"])


def refused(desk: Desk, **fault: Any) -> SheetsSyncError:
    desk.shop.fault(**fault)
    with pytest.raises(SheetsSyncError) as stopped:
        counted(desk.api())
    return stopped.value


# -- the shop's address ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "read",
    [
        "example", "example.myshopify.com", "https://example.myshopify.com/", "EXAMPLE.myshopify.com ",
        "https://example.myshopify.com/admin/products", "https://admin.shopify.com/store/example/products",
    ],
)  # fmt: skip
def test_a_shop_is_known_by_whatever_a_person_writes(read: str) -> None:
    assert shop_host(read) == "example.myshopify.com"


@pytest.mark.parametrize("read", ["", "shop.example.jp", "https://www.example.com", "exa mple"])
def test_an_address_that_names_no_shop_is_asked_about(read: str) -> None:
    with pytest.raises(UsageError):
        shop_host(read)


def test_a_token_travels_to_shops_only() -> None:
    here = "https://old.myshopify.com"
    assert moved_to(here, "https://new.myshopify.com/admin/api/x") == "https://new.myshopify.com"
    for location in (
        "http://new.myshopify.com/", "https://myshopify.com.evil.example/", "https://evil.example/new.myshopify.com",
        "https://new.myshopify.com:8443/", "http://127.0.0.1:80/", "/relative", "", "https://[broken",
    ):  # fmt: skip
        assert moved_to(here, location) is None


def test_an_alias_is_followed_and_remembered(desk: Desk) -> None:
    desk.shop.add(Product("品"))
    with ShopifyDouble() as alias:
        alias.moved_to = desk.shop.url
        exchange = desk.exchange(alias.url)
        api = AdminApi(exchange, FixedToken(desk.shop.token), "2026-10", desk.clock, desk.watcher)
        assert counted(api) == 1
        assert desk.facts == {"moved": desk.shop.url}
        assert counted(desk.api()) == 1
        assert len(alias.log) == 1


def test_a_shop_that_leads_elsewhere_gets_no_token_there(desk: Desk) -> None:
    desk.shop.moved_to = "https://accounts.example"
    with pytest.raises(UsageError) as stopped:
        counted(desk.api())
    assert stopped.value.code == "shopify_shop_elsewhere"


# -- limits ----------------------------------------------------------------------------------------------------------


def test_throttled_is_waited_out_as_the_answer_says(desk: Desk) -> None:
    for number in range(40):
        desk.shop.add(Product(f"品 {number}"))
    desk.shop.bucket.size, desk.shop.bucket.restore = 40, 5
    api = desk.api()
    for _ in range(12):
        api.ask(queries.LISTING, {"first": 250, **ALL})
    throttled = sum("THROTTLED" in call.codes for call in desk.shop.log)
    assert throttled <= 1
    assert sum(desk.clock.slept) >= 5


def test_throttled_by_others_is_waited_out(desk: Desk) -> None:
    desk.shop.fault("throttled", on="products", times=3)
    assert counted(desk.api()) == 0
    assert len(desk.clock.slept) == 3
    assert min(desk.clock.slept) >= 1
    assert desk.watcher.steps == ["step_shopify_throttled"] * 3


def test_too_many_requests_wait_as_long_as_they_are_told(desk: Desk) -> None:
    desk.shop.fault("status", status=429, retry_after="7")
    assert counted(desk.api()) == 0
    assert desk.clock.slept == [7]


def test_a_limit_that_never_ends_ends_the_run(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheets_sync.shopify.client.MOST_THROTTLED", 10)
    assert refused(desk, kind="throttled", times=1000).code == "shopify_throttled_too_long"


def test_a_query_too_dear_is_told_apart(desk: Desk) -> None:
    desk.shop.cost_rule = "linear"
    text = queries.products_page(queries.Wanted())
    with pytest.raises(TooDear):
        desk.api().ask(text, {"first": 50, "variants": 100, "media": 10, **ALL})


# -- failures --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "fault",
    [
        {"kind": "internal"}, {"kind": "cut_before"}, {"kind": "cut_half"}, {"kind": "status", "status": 502},
        {"kind": "status", "status": 504}, {"kind": "broken_field", "field": "Product.id"},
    ],
)  # fmt: skip
def test_what_passes_is_tried_again(desk: Desk, fault: dict[str, Any]) -> None:
    desk.shop.add(Product("品"))
    desk.shop.fault(**fault, times=2)
    assert counted(desk.api()) == 1
    assert len(desk.shop.log) == 3


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ({"kind": "internal"}, "shopify_internal"),
        ({"kind": "cut_before"}, "shopify_unreachable"),
        ({"kind": "status", "status": 500}, "shopify_internal"),
        ({"kind": "broken_field", "field": "Product.id"}, "shopify_internal"),
    ],
)
def test_what_does_not_pass_is_said(desk: Desk, fault: dict[str, Any], code: str) -> None:
    desk.shop.add(Product("品"))
    stopped = refused(desk, **fault, times=100)
    assert isinstance(stopped, Unavailable)
    assert stopped.code == code
    assert len(desk.shop.log) == 6


@pytest.mark.parametrize(
    ("status", "kind", "code"),
    [
        (402, Refused, "shopify_shop_frozen"),
        (403, CredentialsError, "shopify_forbidden"),
        (404, UsageError, "shopify_not_found"),
        (423, Refused, "shopify_shop_locked"),
        (430, Unavailable, "shopify_security"),
    ],
)
def test_what_a_person_has_to_mend_is_told_at_once(desk: Desk, status: int, kind: type, code: str) -> None:
    stopped = refused(desk, kind="status", status=status)
    assert isinstance(stopped, kind)
    assert stopped.code == code
    assert len(desk.shop.log) == 1


def test_a_right_that_lacks_is_named(desk: Desk) -> None:
    desk.shop.scopes -= {"read_inventory", "read_locations"}
    with pytest.raises(CredentialsError) as stopped:
        location_ids(desk.api(), ["本店"])
    assert stopped.value.code == "shopify_access_denied"


def test_locations_are_known_by_name_number_and_id(desk: Desk) -> None:
    place = desk.shop.add_location("第2 倉庫")
    gid = f"gid://shopify/Location/{place.number}"
    for name in ("第2 倉庫", " 第2  倉庫 ", str(place.number), gid):
        assert location_ids(desk.api(), [name, gid]) == [gid]
    with pytest.raises(UsageError) as stopped:
        location_ids(desk.api(), ["第3倉庫"])
    assert stopped.value.params == {"read": "第3倉庫", "known": "本店, 第2 倉庫"}


def test_a_version_that_is_no_version_is_told(desk: Desk) -> None:
    with pytest.raises(UsageError) as stopped:
        counted(desk.api(version="newest"))
    assert stopped.value.code == "shopify_not_found"


def test_a_query_that_is_refused_is_told(desk: Desk) -> None:
    with pytest.raises(UsageError) as stopped:
        desk.api().ask("query { nothing }")
    assert stopped.value.code == "shopify_query_refused"


def test_another_version_that_answers_is_noticed(desk: Desk) -> None:
    desk.shop.answers_as_version = "2026-10"
    api = desk.api(version="2026-07")
    counted(api)
    counted(api)
    assert api.answered_version == "2026-10"
    assert desk.watcher.steps == ["step_shopify_version"]


def test_nobody_there_is_told(desk: Desk) -> None:
    exchange = Exchange("http://127.0.0.1:9", timeout_seconds=(0.5, 0.5))
    api = AdminApi(exchange, FixedToken("shpat_x"), "2026-10", desk.clock, desk.watcher)
    with pytest.raises(Unavailable) as stopped:
        counted(api)
    assert stopped.value.code == "shopify_unreachable"


def test_no_secret_is_in_any_error_or_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    told = []
    for status in (401, 402, 403, 404, 423, 430, 500):
        times = 100 if status == 500 else 1
        if status == 401:
            desk.shop.tokens.static.clear()
            api = AdminApi(desk.exchange(), FixedToken("shpat_secret"), "2026-10", desk.clock, desk.watcher)
            with pytest.raises(CredentialsError) as stopped:
                counted(api)
            told.append(f"{stopped.value} {stopped.value.params}")
            desk.shop.tokens.static.add("shpat_secret")
            continue
        error = refused(desk, kind="status", status=status, times=times)
        told.append(f"{error} {error.params}")
    assert "shpat_secret" not in "\n".join([*told, caplog.text])
