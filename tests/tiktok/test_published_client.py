"""Our requests, judged by the published client of the platform: its paths, its ciphers, its models, its readings."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tiktok_shop_api import TikTokShop as PublishedClient
from tiktok_shop_api.generated import models
from tiktok_shop_api.signing import operation_for, requires_shop_cipher

from sheets_sync.sandbox import Sandbox, SandboxOptions
from sheets_sync.shop import SearchFilter
from sheets_sync.tiktok.client import TikTokShop
from sheets_sync.tiktok.tokens import Tokens
from tests.contracts.shop_contract import ShopContract, a_picture

from .conftest import ShopOf
from .stub_server import StubServer, ok

PRODUCT = "1729592969712207008"
BODY = {
    "title": "オーガニックコットンTシャツ",
    "description": "<p>半袖</p>",
    "category_id": "601226",
    "main_images": [{"uri": "tos-jp-i-example/53b5"}],
    "package_weight": {"value": "250", "unit": "GRAM"},
    "skus": [ShopContract.a_sku("TS-1", "7068517275539719942")],
    "external_product_id": "main:1",
}
SINCE = datetime(2026, 1, 1, tzinfo=UTC)
SEARCH = SearchFilter("ACTIVATE", ("FAILED",), ("A",), SINCE, SINCE)
ADDRESS = "https://hooks.example.jp/tiktok"
CALLS: list[tuple[Callable[[TikTokShop], Any], Any]] = [
    (lambda shop: shop.create(BODY, "key"), models.CreateProductRequest),
    (lambda shop: shop.edit(PRODUCT, BODY), models.EditProductRequest),
    (lambda shop: shop.partial_edit(PRODUCT, {"title": "新しい名前"}), models.PartialEditProductRequest),
    (lambda shop: shop.update_prices(PRODUCT, {"1": "2780"}), models.UpdatePriceRequest),
    (lambda shop: shop.update_stock(PRODUCT, {"1": {"70": 3}}), models.UpdateInventoryRequest),
    (lambda shop: shop.activate([PRODUCT]), models.ActivateProductsRequest),
    (lambda shop: shop.deactivate([PRODUCT]), models.DeactivateProductsRequest),
    (lambda shop: shop.delete([PRODUCT]), models.DeleteProductsRequest),
    (lambda shop: list(shop.search(SEARCH)), models.SearchProductsRequest),
    (lambda shop: shop.get(PRODUCT, "review"), None),
    (lambda shop: shop.get(PRODUCT, "draft"), None),
    (lambda shop: shop.upload_image(b"bytes", "MAIN_IMAGE"), None),
    (lambda shop: shop.authorised_shops(), None),
    (lambda shop: shop.categories(), None),
    (lambda shop: shop.category_rules("601226"), None),
    (lambda shop: shop.recommend_category("綿のTシャツ", "半袖", ["tos-1"]), models.RecommendCategoryRequest),
    (lambda shop: list(shop.brands()), None),
    (lambda shop: shop.create_brand("わたしの窯"), models.CreateCustomBrandsRequest),
    (lambda shop: shop.upload_file(b"%PDF", "pse.pdf"), None),
    (lambda shop: shop.warehouses(), None),
    (lambda shop: shop.prerequisites(), None),
    (lambda shop: shop.webhooks(), None),
    (lambda shop: shop.set_webhook("PRODUCT_STATUS_CHANGE", ADDRESS), models.UpdateShopWebhookRequest),
    (lambda shop: shop.delete_webhook("PRODUCT_STATUS_CHANGE"), models.DeleteWebhookForAnEventRequest),
]


@pytest.mark.parametrize(("call", "model"), CALLS)
def test_each_request_is_one_of_the_platforms(open_shop: ShopOf, call: Callable[[TikTokShop], Any], model: Any) -> None:
    with StubServer(ok({"product_id": PRODUCT, "id": PRODUCT, "status": "ACTIVATE", "uri": "u"})) as stub:
        call(open_shop(stub))
    for sent in stub.received:
        assert operation_for(sent.method, sent.path) is not None
        assert ("shop_cipher" in sent.query) is requires_shop_cipher(sent.method, sent.path)
        if model is not None:
            parsed = model.from_dict(sent.json)
            assert parsed.to_dict() == sent.json
            assert not parsed.additional_properties


class MachineClock:
    def now(self) -> datetime:
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


def test_both_clients_read_the_same(tmp_path: Path) -> None:
    with Sandbox(options=SandboxOptions(rate_per_second=0)) as sandbox:
        clock = MachineClock()  # the published client signs by the machine's clock
        ours = TikTokShop(
            api_base=sandbox.url,
            auth_base=sandbox.url,
            app_key=sandbox.app_key,
            app_secret=sandbox.app_secret,
            tokens=lambda auth: Tokens(
                tmp_path / "credentials.json", auth, clock, app_key=sandbox.app_key, access_token=sandbox.access_token
            ),
            clock=clock,
            requests_per_second=1000,
        )
        uri = ours.upload_image(a_picture(), "MAIN_IMAGE").uri
        body = {**BODY, "category_id": "600024", "main_images": [{"uri": uri}]}
        product_id = ours.create(body, "key").product_id
        mine = ours.get(product_id)
        with PublishedClient(
            sandbox.app_key, sandbox.app_secret, sandbox.access_token, sandbox.shop_cipher, base_url=sandbox.url
        ) as published:
            products: Any = published.products
            theirs = products.get_product(product_id).data
            found = products.search_products(page_size=100, body=models.SearchProductsRequest()).data
        listed = list(ours.search(SearchFilter()))
        ours.close()
    assert mine is not None
    assert (mine.title, mine.status, mine.external_id) == (theirs.title, theirs.status, theirs.external_product_id)
    assert mine.images == tuple(image.uri for image in theirs.main_images)
    assert mine.weight_g == Decimal(theirs.package_weight.value) * 1000
    assert str(theirs.package_weight.unit) == "KILOGRAM"
    assert [(sku.id, sku.price) for sku in mine.skus] == [
        (sku.id, Decimal(sku.price.sale_price)) for sku in theirs.skus
    ]
    assert [(one.id, one.skus) for one in listed] == [
        (one.id, tuple((sku.id, sku.seller_sku) for sku in one.skus)) for one in found.products
    ]
