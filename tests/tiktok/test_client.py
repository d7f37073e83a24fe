"""TikTokShop keeps the shop's promises against the sandbox, and its own where the platform needs care."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from sheets_sync.errors import ShopRejected
from sheets_sync.sandbox import Sandbox
from sheets_sync.shop import SearchFilter
from sheets_sync.tiktok.client import TikTokShop
from tests.contracts.shop_contract import ShopContract

from .conftest import ShopOf
from .fake_clock import FakeClock
from .stub_server import Reply, StubServer, ok


class TestTikTokShop(ShopContract):
    @pytest.fixture
    def shop(self, open_shop: ShopOf, sandbox: Sandbox) -> TikTokShop:
        self.sandbox = sandbox
        return open_shop(sandbox)

    def let_reviews_pass(self) -> None:
        self.sandbox.control.advance(61)

    def test_search_beyond_what_the_platform_pages_through(
        self, shop: TikTokShop, mug: dict[str, Any], clock: FakeClock
    ) -> None:
        made = set()
        for number in range(60):
            made.add(shop.create({**mug, "external_product_id": f"m:{number}"}, f"key {number}").product_id)
            clock.seconds += 977
        self.sandbox.control.set(search_hits=7)
        found = [summary.id for summary in shop.search(SearchFilter())]
        assert len(found) == len(set(found))
        assert set(found) == made

    def test_search_that_cannot_be_narrowed_says_so(self, shop: TikTokShop, mug: dict[str, Any]) -> None:
        for number in range(3):
            shop.create({**mug, "external_product_id": f"m:{number}"}, f"key {number}")
        self.sandbox.control.set(search_hits=2)
        with pytest.raises(ShopRejected, match="tiktok_too_many_hits"):
            list(shop.search(SearchFilter()))

    def test_search_since(self, shop: TikTokShop, mug: dict[str, Any], clock: FakeClock) -> None:
        shop.create(mug, "key")
        clock.seconds += 100
        since = clock.now()
        clock.seconds += 1
        late = shop.create({**mug, "external_product_id": "m:late"}, "key 2").product_id
        assert [found.id for found in shop.search(SearchFilter(created_from=since))] == [late]
        assert [found.id for found in shop.search(SearchFilter(updated_from=since))] == [late]
        assert list(shop.search(SearchFilter(created_from=since + dt.timedelta(days=1)))) == []

    def test_the_named_warehouse_is_the_default(self, open_shop: ShopOf, shop: TikTokShop) -> None:
        (place,) = open_shop(self.sandbox, warehouse_id="1").warehouses()
        assert not place.default
        (place,) = open_shop(self.sandbox, warehouse_id=self.sandbox.warehouse_id).warehouses()
        assert place.default

    def test_a_cross_border_seller(self, open_shop: ShopOf, shop: TikTokShop, mug: dict[str, Any]) -> None:
        self.sandbox.control.set(seller_type="CROSS_BORDER")
        abroad = open_shop(self.sandbox, cross_border=True)
        mug["skus"][0]["price"] = {"currency": "JPY", "sale_price": "1980"}
        product_id = self.on_sale(abroad, mug)
        (sku,) = self.sku_ids(abroad, product_id)
        abroad.update_prices(product_id, {sku: "1500"})
        assert str(self.prices(abroad, product_id)[sku]) == "1500"


@pytest.mark.parametrize(("number", "calls"), [(0, 0), (1, 1), (20, 1), (21, 2), (45, 3)])
def test_twenty_ids_a_call(open_shop: ShopOf, number: int, calls: int) -> None:
    ids = [str(n) for n in range(number)]
    with StubServer(ok()) as stub:
        open_shop(stub).activate(ids)
    assert len(stub.received) == calls
    assert [one for request in stub.received for one in request.json["product_ids"]] == ids


def test_a_fault_without_a_target_speaks_of_every_id(open_shop: ShopOf) -> None:
    with StubServer(ok({"errors": [{"code": 12052700, "message": "seller inactive"}]})) as stub:
        faults = open_shop(stub).activate(["1", "2"])
    assert [(fault.target, fault.code) for fault in faults] == [("1", "12052700"), ("2", "12052700")]


def test_a_listing_that_moves_between_pages_is_told_once(open_shop: ShopOf) -> None:
    def page(*ids: int, token: str = "") -> Reply:
        return ok({"products": [{"id": str(one)} for one in ids], "next_page_token": token})

    with StubServer(page(1, 2, token="t+/="), page(2, 3)) as stub:
        assert [found.id for found in open_shop(stub).search(SearchFilter())] == ["1", "2", "3"]
    assert stub.received[1].query["page_token"] == "t+/="


def test_paging_ends_where_a_token_repeats(open_shop: ShopOf) -> None:
    with StubServer(ok({"products": [], "next_page_token": "again"})) as stub:
        assert list(open_shop(stub).search(SearchFilter())) == []
    assert len(stub.received) == 2
