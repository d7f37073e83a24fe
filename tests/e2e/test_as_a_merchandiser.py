"""What a merchandiser does on a working day, and what she then sees in her workbook and in her shop."""

from __future__ import annotations

import pytest
from PIL import Image

from sheets_sync.issue import Tab

from . import office
from .shop_folder import ShopFolder, product

TEE, DRESS, NECKLACE, LOTION, FOOD = "601226", "601227", "605197", "601451", "700438"
PARCEL = {"package_length_cm": 30, "package_width_cm": 20, "package_height_cm": 3}


def asked(shop: ShopFolder, key: str) -> dict[str, str]:
    """Rows of 属性 of a product: item → 必須."""
    rows = shop.read().tabs[Tab.ATTRIBUTES].refs(Tab.ATTRIBUTES)
    found = [row.cells for _, row in rows if row.cells["product_key"] == key]
    return {str(cells["attribute"]): str(cells["required"]) for cells in found}


def sent_attributes(shop: ShopFolder, key: str) -> dict[str, list[str]]:
    return {a["name"]: [v["name"] for v in a["values"]] for a in shop.listings()[key]["product_attributes"]}


# -- the missing fields ----------------------------------------------------------------------------------------------


def test_the_category_asks_and_her_answers_reach_the_shop(shop: ShopFolder) -> None:
    Image.effect_noise((1200, 1200), 60).convert("RGB").save(shop.folder / "images" / "chart.jpg")
    shop.cart(
        product("tee", title="綿のTシャツ 半袖 白"),
        product("dress", title="リネンのワンピース ロング丈"),
        product("neck", title="真鍮のネックレス ペンダント"),
        product("lotion", title="ゆずの化粧水 120ml"),
    )
    shop.run("export")
    for key, category in {"tee": TEE, "dress": DRESS, "neck": NECKLACE, "lotion": LOTION}.items():
        shop.fill(key, category=category, **PARCEL)
    assert shop.run("check") == 3
    assert asked(shop, "tee")["素材"] == "必須"
    assert asked(shop, "dress")["サイズ表"] == "必須"
    assert asked(shop, "lotion")["化粧品製造販売届書"] == "必須"
    assert "メッキの種類" not in asked(shop, "neck")
    assert shop.row("tee")["state"] == "不足項目あり"
    assert "素材" in str(shop.row("tee/100397", Tab.ATTRIBUTES)["attribute_errors"])

    for key, value in {
        "tee/100397": "コットン\nリネン",
        "dress/100397": "手織りの布",
        "dress/size_chart": "images/chart.jpg",
        "neck/100405": "1001091",
        "neck/100406": "はい",
        "lotion/100408": 120,
        "lotion/100410": "水、グリセリン",
        "lotion/certification:7182427311584347001": "images/chart.jpg",
    }.items():
        shop.type(key, Tab.ATTRIBUTES, value=value)
    assert shop.run("check") == 3, "yes to plating makes its kind required"
    assert asked(shop, "neck")["メッキの種類"] == "必須"
    shop.type("neck/100407", Tab.ATTRIBUTES, value="金メッキ")
    assert shop.run("import", "--yes", "--wait") == 0

    assert sent_attributes(shop, "tee") == {"素材": ["コットン", "リネン"]}
    assert sent_attributes(shop, "dress") == {"素材": ["手織りの布"]}
    assert sent_attributes(shop, "neck") == {"地金": ["真鍮"], "メッキ加工": ["はい"], "メッキの種類": ["金メッキ"]}
    assert sent_attributes(shop, "lotion") == {"容量(ml)": ["120"], "全成分・原材料名": ["水、グリセリン"]}
    assert shop.listings()["dress"]["size_chart"]["image"]["uri"]
    assert shop.listings()["lotion"]["certifications"][0]["images"]


def test_attribute_cells_offer_what_the_platform_offers(shop: ShopFolder) -> None:
    shop.cart(product("tee", title="綿のTシャツ 半袖 白"))
    shop.run("export")
    shop.fill("tee", category=TEE, **PARCEL)
    shop.run("check")
    lists = office.shown(shop.workbook, "_lists")
    offered = [row["values:100397"] for row in lists if row["values:100397"]]
    assert "コットン" in offered


def test_the_nearest_default_wins_and_is_shown(shop: ShopFolder) -> None:
    shop.cart(product("tee", title="綿のTシャツ 半袖 白", kind="Tシャツ"), product("mug"))
    shop.run("export")
    shop.type("tee", sync=True)
    shop.type("mug", sync=True, category="600024")
    shop.edit(
        {},
        {
            Tab.DEFAULTS: [
                {"match_kind": "すべて", "package_weight_g": 111, **PARCEL},
                {"match_kind": "カート商品種別", "match_value": "Tシャツ", "category": TEE, "package_weight_g": 222,
                 "attributes": "素材=リネン\n季節=夏"},
                {"match_kind": "TikTokカテゴリ", "match_value": TEE, "package_weight_g": 333, "attributes": "季節=冬"},
            ]
        },
    )  # fmt: skip
    assert shop.run("import", "--yes", "--wait") == 0
    weights = {key: item["package_weight"]["value"] for key, item in shop.listings().items()}
    assert weights == {"tee": "0.333", "mug": "0.111"}
    assert sent_attributes(shop, "tee") == {"素材": ["リネン"], "季節": ["冬"]}
    row = shop.row("tee")
    assert row.get("package_weight_g") is None, "a default is never written into her cell"
    assert "梱包後の重量(g)=333" in str(row["planned"])
    assert "素材=リネン" in str(row["planned"]), "attributes by name, not by number"
    assert "素材" not in asked(shop, "tee")


def test_rows_of_a_former_category_stay_until_cleared(shop: ShopFolder) -> None:
    shop.cart(product("tee", title="綿のTシャツ 半袖 白"))
    shop.run("export")
    shop.fill("tee", category=TEE, **PARCEL)
    shop.run("check")
    shop.type("tee/100397", Tab.ATTRIBUTES, value="コットン")
    shop.type("tee", category=FOOD)
    shop.run("check")
    assert asked(shop, "tee")["素材"] == "不要"
    assert "柄" not in asked(shop, "tee"), "what was blank goes"
    assert asked(shop, "tee")["保存方法"] == "必須"
    shop.type("tee/100397", Tab.ATTRIBUTES, value=None)
    shop.run("check")
    assert "素材" not in asked(shop, "tee")


@pytest.mark.parametrize(
    "typed", [TEE, "レディースウェア > Tシャツ", "レディースウェア＞Tシャツ", f"レディースウェア > Tシャツ [{TEE}]"]
)
def test_a_category_is_understood_however_it_is_typed(shop: ShopFolder, typed: str) -> None:
    shop.cart(product("tee", title="綿のTシャツ 半袖 白"))
    shop.run("export")
    shop.fill("tee", category=typed, **PARCEL)
    shop.run("check")
    assert asked(shop, "tee")["素材"] == "必須"


# -- what she types --------------------------------------------------------------------------------------------------


def test_what_is_typed_by_hand_is_understood(shop: ShopFolder) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.type("ao", sync="○", category=600024, package_weight_g="３５０", price="1,980円", stock="１２")
    shop.type("aka", sync="レ", category="600024", package_weight_g="350", title="=SUMではない磁器のマグカップ")
    shop.run("import", "--yes", "--wait")
    ao, aka = shop.listings()["ao"], shop.listings()["aka"]
    assert ao["skus"][0]["price"]["sale_price"] == "1980"
    assert ao["skus"][0]["inventory"][0]["quantity"] == 12
    assert ao["package_weight"]["value"] == "0.35"
    assert aka["title"] == "=SUMではない磁器のマグカップ"


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"sync": "たぶん"}, "たぶん"),
        ({"action": "出品"}, "「出品」"),
        ({"package_weight_g": "三百"}, "三百"),
        ({"price": -5}, "-5"),
        ({"title": "{{空}}"}, "{{空}}"),
        ({"title": "短い花の名前を二百五十六文字" * 20}, "280文字"),
        ({"category": "候補どおり"}, "候補カテゴリ"),
        ({"category": "マグカップ"}, "食器・マグカップ"),
        ({"seller_sku": 12345678901234567890}, "文字列"),
        ({"description": "<p>贈り物に🎁</p>"}, "🎁"),
        ({"image_1": "images/none.jpg"}, "images/none.jpg"),
    ],
)
def test_what_cannot_be_taken_is_told_with_what_was_read(shop: ShopFolder, typed: dict[str, object], said: str) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.type("ao", **typed)  # type: ignore[arg-type]
    assert shop.run("import", "--yes", "--wait") == 3
    row = shop.row("ao")
    assert row["state"] == "入力エラー"
    assert said in str(row["errors"])
    assert set(shop.listings()) == {"aka"}, "one faulty row holds no other"
