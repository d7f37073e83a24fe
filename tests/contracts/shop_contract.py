"""What every shop promises. An adapter's test class inherits `ShopContract` and says how to open one."""

from __future__ import annotations

import io
from decimal import Decimal
from typing import Any

import pytest
from PIL import Image

from sheets_sync.errors import ShopConflict, ShopRejected
from sheets_sync.ports import Shop
from sheets_sync.shop import SearchFilter
from sheets_sync.states import Listing

NOBODYS = "1729000000000000001"
"""A product id that no shop has."""


def a_picture(side: int = 600) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (side, side), "white").save(out, "JPEG")
    return out.getvalue()


class ShopContract:
    """Promises of `ports.Shop`, asserted on what the shop shows afterwards."""

    @pytest.fixture
    def shop(self) -> Shop:
        raise NotImplementedError

    def let_reviews_pass(self) -> None:
        """Make the platform decide everything that is in review, in the seller's favour unless the text says no."""
        raise NotImplementedError

    # -- what the tests sell

    @pytest.fixture
    def warehouse(self, shop: Shop) -> str:
        return next(place.id for place in shop.warehouses() if place.default)

    @pytest.fixture
    def mug(self, shop: Shop, warehouse: str) -> dict[str, Any]:
        """Without variants, in a category that asks for nothing."""
        return {
            "title": "陶器のマグカップ 300ml",
            "description": "<p>電子レンジで使えるマグカップです。</p>",
            "category_id": "600024",
            "main_images": [{"uri": shop.upload_image(a_picture(), "MAIN_IMAGE").uri}],
            "package_weight": {"value": "350", "unit": "GRAM"},
            "package_dimensions": {"length": "12", "width": "11", "height": "10", "unit": "CENTIMETER"},
            "skus": [self.a_sku("MUG-1", warehouse)],
            "external_product_id": "main:mug",
        }

    @pytest.fixture
    def shirt(self, mug: dict[str, Any], warehouse: str) -> dict[str, Any]:
        """With two variants and a required attribute."""
        return {
            **mug,
            "title": "オーガニックコットンTシャツ 半袖",
            "category_id": "601226",
            "product_attributes": [{"id": "100397", "values": [{"id": "1001039"}]}],
            "external_product_id": "main:shirt",
            "skus": [
                self.a_sku(
                    f"TS-{size}",
                    warehouse,
                    sales_attributes=[{"id": "100000", "value_id": "1000001"}, {"name": "丈", "value_name": size}],
                    identifier_code={"type": "JAN", "code": code},
                )
                for size, code in (("短い", "4901234567894"), ("長い", "4569951116179"))
            ],
        }

    @staticmethod
    def a_sku(code: str, warehouse: str, **more: Any) -> dict[str, Any]:
        return {
            "seller_sku": code,
            "external_sku_id": f"main:{code}",
            "price": {"currency": "JPY", "amount": "1980"},
            "inventory": [{"warehouse_id": warehouse, "quantity": 5}],
            **more,
        }

    def on_sale(self, shop: Shop, body: dict[str, Any]) -> str:
        product_id = shop.create(body, f"key of {body['external_product_id']}").product_id
        self.let_reviews_pass()
        found = shop.get(product_id)
        assert found is not None
        assert found.listing is Listing.LIVE
        return product_id

    # -- creation and reading back

    def test_a_listing_reads_back_as_it_was_sent(self, shop: Shop, shirt: dict[str, Any], warehouse: str) -> None:
        saved = shop.create(shirt, "key-1")
        self.let_reviews_pass()
        found = shop.get(saved.product_id)
        assert found is not None
        assert (found.title, found.description, found.category_id, found.external_id) == (
            shirt["title"], shirt["description"], "601226", "main:shirt"
        )  # fmt: skip
        assert found.images == (shirt["main_images"][0]["uri"],)
        assert found.weight_g == Decimal(350)
        assert found.dimensions_cm == ("12", "11", "10")
        assert found.attributes["100397"] == (("1001039", "コットン"),)
        assert [sku.seller_sku for sku in found.skus] == ["TS-短い", "TS-長い"]
        sku = found.skus[0]
        assert (sku.external_id, sku.price, sku.stock) == ("main:TS-短い", Decimal(1980), {warehouse: 5})
        assert (sku.barcode, sku.barcode_type) == ("4901234567894", "JAN")
        assert [(option.name, option.value) for option in sku.attributes] == [("カラー", "ホワイト"), ("丈", "短い")]
        assert {(sku.id, sku.external_id) for sku in saved.skus} == {(sku.id, sku.external_id) for sku in found.skus}

    def test_a_listing_check_tells_every_fault_and_creates_nothing(self, shop: Shop, mug: dict[str, Any]) -> None:
        assert shop.listing_check(mug).faults == ()
        found = shop.listing_check({**mug, "title": "あ" * 256, "main_images": [{"uri": "nobodys"}]})
        assert len({fault.code for fault in found.faults}) >= 2
        assert all(fault.words for fault in found.faults)
        assert shop.listing_check({**mug, "skus": "none"}).faults, "a body of the wrong form is a fault like another"
        assert shop.listing_check({**mug, "brand_id": "42"}).warnings
        assert list(shop.search(SearchFilter())) == []

    def test_a_creation_is_in_review_first(self, shop: Shop, mug: dict[str, Any]) -> None:
        found = shop.get(shop.create(mug, "key").product_id)
        assert found is not None
        assert (found.status, found.audit, found.listing) == ("PENDING", "AUDITING", Listing.IN_REVIEW)

    def test_the_same_key_never_makes_a_second_listing(self, shop: Shop, mug: dict[str, Any]) -> None:
        first = shop.create(mug, "the key")
        assert shop.create(mug, "the key").product_id == first.product_id
        assert len(list(shop.search(SearchFilter()))) == 1

    def test_an_external_id_is_taken_once(self, shop: Shop, mug: dict[str, Any]) -> None:
        shop.create(mug, "one key")
        with pytest.raises(ShopConflict) as caught:
            shop.create(mug, "another key")
        assert caught.value.shop_code == "12052996"
        assert len(list(shop.search(SearchFilter()))) == 1

    def test_a_draft_stays_a_draft(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = shop.create({**mug, "save_mode": "AS_DRAFT"}, "key").product_id
        self.let_reviews_pass()
        found = shop.get(product_id)
        assert found is not None
        assert found.listing is Listing.DRAFT

    def test_a_refused_creation_leaves_nothing(self, shop: Shop, mug: dict[str, Any]) -> None:
        with pytest.raises(ShopRejected) as caught:
            shop.create({**mug, "title": "あ" * 256}, "key")
        assert caught.value.shop_code == "12052051"
        assert caught.value.code == "tiktok_title_too_long"
        assert caught.value.request_id
        assert list(shop.search(SearchFilter())) == []

    def test_what_the_platform_dropped_is_told(self, shop: Shop, mug: dict[str, Any]) -> None:
        saved = shop.create({**mug, "brand_id": "123"}, "key")
        assert any("brand" in words for words in saved.warnings)

    def test_the_reasons_of_a_refused_review(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = shop.create({**mug, "title": "陶器のマグカップ [NG:title]"}, "key").product_id
        self.let_reviews_pass()
        found = shop.get(product_id)
        assert found is not None
        assert (found.status, found.audit) == ("FAILED", "FAILED")
        assert found.reasons[0].position
        assert found.reasons[0].reasons
        assert found.reasons[0].suggestions

    @pytest.mark.parametrize("version", ["live", "review", "draft"])
    def test_what_is_not_there_reads_as_nothing(self, shop: Shop, version: str) -> None:
        assert shop.get(NOBODYS, version) is None

    # -- changes

    def test_an_edit_in_review_leaves_the_live_version_on_sale(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = self.on_sale(shop, mug)
        assert shop.get(product_id, "review") is None
        saved = shop.partial_edit(product_id, {"title": "陶器のマグカップ 350ml"})
        live, review = shop.get(product_id), shop.get(product_id, "review")
        assert saved.audit == "AUDITING"
        assert live is not None
        assert review is not None
        assert (live.title, live.status, live.audit) == (mug["title"], "ACTIVATE", "AUDITING")
        assert review.title == "陶器のマグカップ 350ml"
        self.let_reviews_pass()
        decided = shop.get(product_id)
        assert decided is not None
        assert (decided.title, decided.listing, decided.audit) == ("陶器のマグカップ 350ml", Listing.LIVE, "APPROVED")

    def test_a_full_edit_keeps_price_and_stock_that_it_does_not_name(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = self.on_sale(shop, mug)
        before = shop.get(product_id)
        assert before is not None
        sku = {"id": before.skus[0].id, "seller_sku": "MUG-1", "external_sku_id": "main:MUG-1"}
        shop.edit(product_id, {**mug, "description": "<p>新しい説明です。</p>", "skus": [sku]})
        self.let_reviews_pass()
        after = shop.get(product_id)
        assert after is not None
        assert after.description == "<p>新しい説明です。</p>"
        assert (after.skus[0].price, after.skus[0].stock) == (before.skus[0].price, before.skus[0].stock)

    def test_prices_change_at_once_all_or_nothing(self, shop: Shop, shirt: dict[str, Any]) -> None:
        product_id = self.on_sale(shop, shirt)
        first, second = self.sku_ids(shop, product_id)
        shop.update_prices(product_id, {first: "2780"})
        assert self.prices(shop, product_id) == {first: Decimal(2780), second: Decimal(1980)}
        with pytest.raises(ShopRejected):
            shop.update_prices(product_id, {first: "100", second: "99999999"})
        assert self.prices(shop, product_id) == {first: Decimal(2780), second: Decimal(1980)}
        shop.update_prices(product_id, {})

    def test_a_price_of_a_paused_listing_is_a_conflict(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = self.on_sale(shop, mug)
        shop.deactivate([product_id])
        (sku,) = self.sku_ids(shop, product_id)
        with pytest.raises(ShopConflict):
            shop.update_prices(product_id, {sku: "100"})

    def test_stock_is_set_per_sku_and_faults_name_theirs(
        self, shop: Shop, shirt: dict[str, Any], warehouse: str
    ) -> None:
        product_id = self.on_sale(shop, shirt)
        first, second = self.sku_ids(shop, product_id)
        assert list(shop.update_stock(product_id, {first: {warehouse: 0}, second: {warehouse: 7}})) == []
        faults = shop.update_stock(product_id, {first: {NOBODYS: 3}, second: {warehouse: 9}})
        assert [(fault.target, fault.code) for fault in faults] == [(first, "12052097")]
        found = shop.get(product_id)
        assert found is not None
        assert {sku.id: sku.stock for sku in found.skus} == {first: {warehouse: 0}, second: {warehouse: 9}}
        assert list(shop.update_stock(product_id, {})) == []

    # -- publication

    def test_paused_stays_paused_until_activated(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = self.on_sale(shop, mug)
        assert list(shop.deactivate([product_id])) == []
        self.let_reviews_pass()
        assert self.listing(shop, product_id) is Listing.PAUSED
        assert list(shop.activate([product_id])) == []
        assert self.listing(shop, product_id) is Listing.IN_REVIEW
        self.let_reviews_pass()
        assert self.listing(shop, product_id) is Listing.LIVE

    def test_ids_not_named_in_the_faults_were_accepted(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = self.on_sale(shop, mug)
        faults = shop.deactivate([NOBODYS, product_id])
        assert [fault.target for fault in faults] == [NOBODYS]
        assert self.listing(shop, product_id) is Listing.PAUSED
        (fault,) = [fault for fault in shop.deactivate([product_id]) if fault.target == product_id]
        assert fault.conflict

    def test_activating_what_is_live_tells_the_inner_cause(self, shop: Shop, mug: dict[str, Any]) -> None:
        (fault,) = shop.activate([self.on_sale(shop, mug)])
        assert fault.code != "12052990"
        assert fault.conflict

    def test_deleted_listings_can_still_be_read(self, shop: Shop, mug: dict[str, Any]) -> None:
        product_id = self.on_sale(shop, mug)
        assert list(shop.delete([product_id])) == []
        assert self.listing(shop, product_id) is Listing.DELETED

    def test_more_ids_than_a_call_takes(self, shop: Shop, mug: dict[str, Any]) -> None:
        ids = [shop.create({**mug, "external_product_id": f"main:{n}"}, f"key {n}").product_id for n in range(45)]
        self.let_reviews_pass()
        assert list(shop.deactivate(ids)) == []
        assert {found.status for found in shop.search(SearchFilter())} == {"SELLER_DEACTIVATED"}
        assert list(shop.delete([])) == []

    # -- search

    def test_search_finds_by_seller_sku_beyond_ten(self, shop: Shop, mug: dict[str, Any], warehouse: str) -> None:
        for n in range(25):
            body = {**mug, "external_product_id": f"main:{n}", "skus": [self.a_sku(f"S-{n}", warehouse)]}
            shop.create(body, f"key {n}")
        wanted = tuple(f"S-{n}" for n in range(3, 25))
        found = list(shop.search(SearchFilter(seller_skus=wanted)))
        assert sorted(code for summary in found for _, code in summary.skus) == sorted(wanted)
        assert len({summary.id for summary in found}) == 22

    def test_search_goes_through_all_pages(self, shop: Shop, mug: dict[str, Any]) -> None:
        made = {shop.create({**mug, "external_product_id": f"m:{n}"}, f"key {n}").product_id for n in range(230)}
        assert {summary.id for summary in shop.search(SearchFilter())} == made

    def test_search_by_state(self, shop: Shop, mug: dict[str, Any], shirt: dict[str, Any]) -> None:
        live = self.on_sale(shop, mug)
        refused = shop.create({**shirt, "title": "半袖のシャツ [NG:image]"}, "key").product_id
        self.let_reviews_pass()
        assert [found.id for found in shop.search(SearchFilter(status="ACTIVATE"))] == [live]
        assert [found.id for found in shop.search(SearchFilter(audit=("FAILED",)))] == [refused]

    # -- what the shop has and asks for

    def test_pictures_get_an_address(self, shop: Shop) -> None:
        image = shop.upload_image(a_picture(640), "MAIN_IMAGE", "写真.jpg")
        assert image.uri
        assert image.url.startswith("http")
        assert (image.width, image.height) == (640, 640)

    def test_a_picture_too_small_is_refused(self, shop: Shop) -> None:
        with pytest.raises(ShopRejected):
            shop.upload_image(a_picture(50), "MAIN_IMAGE")

    def test_categories_rules_and_brands(self, shop: Shop) -> None:
        tree = {category.id: category for category in shop.categories()}
        assert tree["601226"].leaf
        assert tree[tree["601226"].parent_id].leaf is False
        assert not tree["700646"].available
        rules = shop.category_rules("601226")
        attributes = {rule.id: rule for rule in rules.attributes}
        assert attributes["100397"].required
        assert attributes["100000"].sales
        assert not attributes["100000"].required
        assert rules.dimensions_required
        assert shop.category_rules("601227").size_chart_required
        plating = {rule.id: rule for rule in shop.category_rules("605197").attributes}["100407"]
        assert (plating.required, plating.conditions[0].value_id) == (False, "1001101")
        assert shop.category_rules("601451").certificates[0].required
        brands = {brand.name for brand in shop.brands()}
        assert len(brands) > 100
        assert {"サンプル工房", "青空製作所"} <= brands
        assert "LUMIERE SANDBOX" not in brands

    def test_what_certificates_and_codes_a_category_wants(self, shop: Shop) -> None:
        assert [rule.expires for rule in shop.category_rules("601757").certificates] == [True]
        assert [rule.expires for rule in shop.category_rules("601451").certificates] == [False]
        assert not shop.category_rules("601226").plain_codes

    def test_a_category_is_recommended_with_its_way(self, shop: Shop) -> None:
        tree = {category.id: category for category in shop.categories()}
        found = shop.recommend_category("綿のTシャツ 半袖", "毎日着られます。")
        assert found is not None
        assert [category.id for category in found][-1] == "601226"
        assert [(c.parent_id, c.name, c.leaf) for c in found] == [
            (tree[c.id].parent_id, tree[c.id].name, tree[c.id].leaf) for c in found
        ]
        assert shop.recommend_category("なぞの品 謎") is None
        with pytest.raises(ShopRejected):
            shop.recommend_category("あ" * 256)

    def test_a_brand_of_its_own_is_made_once(self, shop: Shop) -> None:
        made = shop.create_brand("わたしの窯")
        assert made in list(shop.brands())
        with pytest.raises(ShopRejected) as caught:
            shop.create_brand("わたしの窯")
        assert (caught.value.shop_code, caught.value.code) == ("12052205", "tiktok_brand_exists")
        with pytest.raises(ShopRejected) as caught:
            shop.create_brand("窯")
        assert caught.value.code == "tiktok_brand_name"

    def test_files_get_an_id(self, shop: Shop) -> None:
        pdf = shop.upload_file(b"%PDF-1.7", "PSE 証明書.v2.pdf")
        assert pdf.id
        assert pdf.name.endswith(".pdf")
        assert shop.upload_file(b"frames", "clip.mp4").id != pdf.id
        with pytest.raises(ShopRejected):
            shop.upload_file(b"", "clip.mp4")

    def test_the_shop_itself(self, shop: Shop) -> None:
        (mine,) = shop.authorised_shops()
        assert (mine.region, mine.cross_border) == ("JP", False)
        assert [place.name for place in shop.warehouses()] == ["東京倉庫"]
        assert not any(item.failed for item in shop.prerequisites())

    # -- short ways

    def listing(self, shop: Shop, product_id: str) -> Listing:
        found = shop.get(product_id)
        assert found is not None
        return found.listing

    def sku_ids(self, shop: Shop, product_id: str) -> list[str]:
        found = shop.get(product_id)
        assert found is not None
        return [sku.id for sku in found.skus]

    def prices(self, shop: Shop, product_id: str) -> dict[str, Decimal | None]:
        found = shop.get(product_id)
        assert found is not None
        return {sku.id: sku.price for sku in found.skus}

    def test_webhooks_are_set_told_and_removed(self, shop: Shop) -> None:
        event, address = "PRODUCT_STATUS_CHANGE", "https://hooks.example.jp/tiktok"
        assert shop.webhooks() == {}
        shop.set_webhook(event, address)
        shop.set_webhook(event, address + "2")
        assert shop.webhooks() == {event: address + "2"}
        shop.delete_webhook(event)
        shop.delete_webhook(event)
        assert shop.webhooks() == {}
