"""What someone changes in Seller Center: shown, sent over or accepted, and never overwritten in silence."""

from __future__ import annotations

from typing import Any

import pytest

from sheets_sync.issue import Tab

from .shop_folder import ShopFolder, product

BAG, SHIRT, HAT = "605250", "601226", "605249"
BLUE_SKY = "7082427311584347912"  # 青空製作所; ours is サンプル工房
FIELDS = ("title", "description", "category", "brand", "images", "weight", "dimensions", "attribute", "price")


@pytest.fixture
def listed(shop: ShopFolder) -> ShopFolder:
    """A product on sale for each field, each with a brand, a parcel's size and a material."""
    shop.cart(*(product(field) for field in FIELDS))
    shop.run("export")
    sizes = {f"package_{side}_cm": 10 for side in ("length", "width", "height")}
    shop.fill(*FIELDS, category=BAG, brand="サンプル工房", **sizes)
    shop.run("check")
    for field in FIELDS:
        shop.type(f"{field}/100397", Tab.ATTRIBUTES, value="コットン")
    assert shop.run("import", "--yes", "--wait") == 0
    assert {item["status"] for item in shop.listings().values()} == {"ACTIVATE"}
    shop.settle(minutes=5)
    return shop


def change_in_seller_center(shop: ShopFolder) -> None:
    """Each product in the field that it is named after."""
    control, ids = shop.sandbox.control, {key: item["id"] for key, item in shop.listings().items()}
    pictures = control.product(ids["images"])["main_images"]
    control.seller_edit(ids["title"], title="セラーセンターで変えた名前")
    control.seller_edit(ids["description"], description="<p>セラーセンターで書き直した説明です。</p>")
    control.seller_edit(ids["category"], category_id=SHIRT)
    control.seller_edit(ids["brand"], brand_id=BLUE_SKY)
    control.seller_edit(ids["images"], main_images=[{"uri": pictures[0]["uri"]}, {"uri": control.images()[0]["uri"]}])
    control.seller_edit(ids["weight"], package_weight={"value": "900", "unit": "GRAM"})
    control.seller_edit(
        ids["dimensions"], package_dimensions={"length": "44", "width": "10", "height": "10", "unit": "CENTIMETER"}
    )
    control.seller_edit(
        ids["attribute"], product_attributes=[{"id": "100397", "values": [{"id": "1001041", "name": "リネン"}]}]
    )
    control.seller_price(shop.listings()["price"]["skus"][0]["id"], "5000")
    shop.settle(minutes=5)


def shown(shop: ShopFolder) -> dict[str, Any]:
    """The changed field of each product as TikTok has it."""
    found = shop.listings()
    values = {
        "title": found["title"]["title"],
        "description": found["description"]["description"],
        "category": found["category"]["category_chains"][-1]["id"],
        "brand": found["brand"]["brand"]["id"],
        "images": len(found["images"]["main_images"]),
        "weight": float(found["weight"]["package_weight"]["value"]),
        "dimensions": found["dimensions"]["package_dimensions"]["length"],
        "attribute": found["attribute"]["product_attributes"][0]["values"][0]["name"],
        "price": found["price"]["skus"][0]["price"]["sale_price"],
    }
    assert set(values) == set(FIELDS)
    return values


def writes(shop: ShopFolder) -> list[str]:
    kinds = {"create", "edit", "partial_edit", "prices", "inventory", "activate", "deactivate", "delete"}
    return [row["operation"] for row in shop.sandbox.control.requests if row["operation"] in kinds]


def test_show_tells_both_values_in_words_and_sends_nothing(listed: ShopFolder) -> None:
    before = shown(listed)
    change_in_seller_center(listed)
    theirs = shown(listed)
    assert all(theirs[field] != before[field] for field in FIELDS)
    listed.sandbox.control.clear_requests()
    assert listed.run("import", "--yes", "--wait") == 0
    assert writes(listed) == []
    assert shown(listed) == theirs
    told = {field: str(listed.row(field)["tiktok_changes"]) for field in FIELDS}
    assert all(told[field].count("\n") == 0 for field in FIELDS), told
    assert "のマグカップ 磁器 300ml」→ 現在「セラーセンターで変えた名前」" in told["title"]
    assert "「毎日使える磁器のマグカップです。」→ 現在「セラーセンターで書き直した説明です。」" in told["description"]
    assert " > " in told["category"]
    assert "Tシャツ" in told["category"]
    assert "「サンプル工房」→ 現在「青空製作所」" in told["brand"]
    assert "「1枚」→ 現在「2枚」" in told["images"]
    assert "「350g」→ 現在「900g」" in told["weight"]
    assert "「10 × 10 × 10cm」→ 現在「44 × 10 × 10cm」" in told["dimensions"]
    assert told["attribute"].startswith("素材: ")
    assert "「コットン」→ 現在「リネン」" in told["attribute"]
    assert told["price"].startswith("価格 PRICE: ")
    assert "「1200」→ 現在「5000」" in told["price"]
    assert {listed.row(field)["state"] for field in FIELDS} == {"連携済み"}


@pytest.mark.parametrize("mode", ["show", "theirs"])
def test_their_value_survives_a_full_edit_of_another_field(listed: ShopFolder, mode: str) -> None:
    listed.configure(f'drift = "{mode}"')
    change_in_seller_center(listed)
    theirs = shown(listed)
    listed.run("import", "--yes", "--wait")
    for field in FIELDS:
        # A change of category or of the order limit is a full edit, which erases what it leaves out (reference: 3.12).
        other = {"max_order_quantity": 5} if field == "category" else {"category": SHIRT}
        listed.type(field, **other)
    listed.sandbox.control.clear_requests()
    assert listed.run("import", "--yes", "--wait") == 0
    assert writes(listed).count("edit") == len(FIELDS)
    assert shown(listed) == theirs
    told = [bool(listed.row(field).get("tiktok_changes")) for field in FIELDS]
    assert set(told) == {mode == "show"}


def test_theirs_is_silent_until_the_field_is_edited_here(listed: ShopFolder) -> None:
    listed.configure('drift = "theirs"')
    change_in_seller_center(listed)
    theirs = shown(listed)
    listed.sandbox.control.clear_requests()
    assert listed.run("import", "--yes", "--wait") == 0
    assert writes(listed) == []
    assert not [field for field in FIELDS if listed.row(field).get("tiktok_changes")]
    listed.type("title", title="この表で変えた新しい名前")
    listed.type("price", price=1500)
    assert listed.run("import", "--yes", "--wait") == 0
    assert shown(listed) == theirs | {"title": "この表で変えた新しい名前", "price": "1500"}


def test_ours_sends_our_values_again_once(listed: ShopFolder) -> None:
    listed.configure('drift = "ours"\nmax_price_change_percent = 500')
    before = shown(listed)
    change_in_seller_center(listed)
    assert listed.run("import", "--yes", "--wait") == 0
    assert shown(listed) == before
    assert not [field for field in FIELDS if listed.row(field).get("tiktok_changes")]
    listed.sandbox.control.clear_requests()
    listed.settle(minutes=5)
    listed.run("import", "--yes", "--wait")
    assert writes(listed) == []


def test_an_edit_here_wins_over_drift_and_says_so_no_longer(listed: ShopFolder) -> None:
    change_in_seller_center(listed)
    listed.run("import", "--yes", "--wait")
    listed.type("title", title="この表で変えた新しい名前")
    listed.type("price", price=1500)
    listed.run("import", "--yes", "--wait")
    assert (shown(listed)["title"], shown(listed)["price"]) == ("この表で変えた新しい名前", "1500")
    assert not [field for field in ("title", "price") if listed.row(field).get("tiktok_changes")]


def test_it_is_cleared_once_both_agree_again(listed: ShopFolder) -> None:
    """Because the row takes their value over, or because they put ours back: neither needs a call."""
    ours = {key: listed.listings()[key] for key in ("description",)}
    change_in_seller_center(listed)
    listed.run("import", "--yes", "--wait")
    listed.type("title", title="セラーセンターで変えた名前")
    listed.type("brand", brand="青空製作所")
    listed.type("weight", package_weight_g=900)
    listed.type("dimensions", package_length_cm=44)
    listed.type("attribute/100397", Tab.ATTRIBUTES, value="リネン")
    listed.type("category", category=SHIRT)
    listed.type("price", price=5000)
    listed.sandbox.control.seller_edit(ours["description"]["id"], description=ours["description"]["description"])
    listed.settle(minutes=5)
    listed.sandbox.control.clear_requests()
    assert listed.run("import", "--yes", "--allow-many") == 0
    assert writes(listed) == []
    assert [field for field in FIELDS if listed.row(field).get("tiktok_changes")] == ["images"]
    # From here on it is her value: going back to the old one is an edit like any other.
    listed.type("title", title="titleのマグカップ 磁器 300ml")
    listed.run("import", "--yes", "--wait")
    assert shown(listed)["title"] == "titleのマグカップ 磁器 300ml"


@pytest.mark.parametrize("mode", ["show", "ours", "theirs"])
def test_a_product_paused_in_seller_center_stays_paused(listed: ShopFolder, mode: str) -> None:
    listed.configure(f'drift = "{mode}"\nstock_policy = "always"\nmax_price_change_percent = 500')
    change_in_seller_center(listed)
    for item in listed.listings().values():
        listed.sandbox.control.seller_deactivate(item["id"])
    listed.settle(minutes=5)
    theirs = shown(listed)
    listed.cart(*(product(field, stock="3") for field in FIELDS))
    listed.run("export")
    for _ in range(2):
        listed.run("import", "--yes", "--wait")
        listed.settle(days=1)
    assert {item["status"] for item in listed.listings().values()} == {"SELLER_DEACTIVATED"}
    assert shown(listed) == theirs
    assert {listed.row(field)["listing"] for field in FIELDS} == {"停止中（非公開）"}
    # Her own 出品する brings it back: with her price where that is wanted, else with what stands on TikTok.
    listed.type("price", action="出品する")
    listed.run("import", "--yes", "--wait")
    back = listed.listings()["price"]
    assert back["status"] == "ACTIVATE"
    assert back["skus"][0]["price"]["sale_price"] == ("1200" if mode == "ours" else "5000")


@pytest.mark.parametrize(("stop", "label"), [("take_down", "違反停止"), ("freeze_product", "凍結")])
def test_a_stop_of_the_platform_is_told_with_reason_and_advice(shop: ShopFolder, stop: str, label: str) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.run("import", "--yes", "--wait")
    shop.settle(minutes=5)
    getattr(shop.sandbox.control, stop)(shop.listings()["ao"]["id"])
    product_ = shop.sandbox._world.find_product(shop.listings()["ao"]["id"])[1]
    product_.audit.reasons = [
        {
            "position": "Main Image",
            "reasons": ["ブランドの権利を侵害しています"],
            "suggestions": ["画像を差し替えてください"],
        }
    ]
    shop.type("ao", title="新しい名前の青いマグカップ 磁器")
    shop.sandbox.control.clear_requests()
    assert shop.run("import", "--yes", "--wait") == 3
    row = shop.row("ao")
    assert writes(shop) == []
    assert (row["listing"], row["state"]) == (label, "違反停止・凍結")
    assert "権利を侵害" in str(row["review_reasons"])
    assert "画像を差し替えてください" in str(row["review_reasons"])
    assert "【お知らせ】" in str(row["errors"])
    assert "セラーセンター" in str(row["errors"])
    assert not shop.row("aka").get("errors")
    shop.type("ao", action="出品する")
    shop.run("import", "--yes", "--wait")
    row = shop.row("ao")
    if stop == "take_down":
        assert (row["listing"], row.get("review_reasons"), row.get("errors")) == ("出品中", None, None)
    else:
        assert writes(shop) == []
        assert row["listing"] == "凍結"
