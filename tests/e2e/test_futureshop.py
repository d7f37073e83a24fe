"""futureshop's files → workbook → TikTok Shop, under the rules that futureshop's own tool knows."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from sheets_sync.issue import Tab
from tests.sources.futureshop_shop import Row, branch, goods, write

from .shop_folder import ShopFolder

CART = '[cart]\nkind = "futureshop"\npath = "futureshop"\n'
DISH = goods("sara", 商品名="丸皿 磁器 15cm", バリエーション横軸名="色", バリエーション縦軸名="サイズ", 消費税="0")
SKUS = [
    branch("sara", "白", "w", "小", "s", 商品管理番号="SARA-WS"),
    branch("sara", "白", "w", "大", "l", 商品管理番号="SARA-WL"),
]


def cup(key: str, *, updated: str = "2026/11/20 10:00:00", **cells: str) -> Row:
    return goods(key, **{"商品名": f"{key}の湯のみ 益子焼", "最終更新日時": updated, **cells})


class Futureshop:
    """A merchandiser's folder whose cart is futureshop."""

    def __init__(self, shop: ShopFolder) -> None:
        self.shop = shop
        self.rules()

    def rules(self, rules: str = "", cart: str = CART) -> None:
        self.shop.configure(f"{rules}\n{cart}")

    def export_from_admin(self, rows: Sequence[Row], *, pictures: bool = True, **files: Sequence[Row]) -> Path:
        """Download the files, the ones of the last time are replaced."""
        folder = self.shop.folder / "futureshop"
        for old in folder.glob("*.csv"):
            old.unlink()
        if pictures:
            files["images"] = [{"商品URLコード": row["商品URLコード"], "画像1": "images/mug.jpg"} for row in rows]
        return write(folder, {"ccGoods": rows, **files})


@pytest.fixture
def cart(shop: ShopFolder) -> Futureshop:
    return Futureshop(shop)


@pytest.fixture
def listed(cart: Futureshop) -> Futureshop:
    """A cup and a dish of two sizes, on sale."""
    stock = [{**row, "現在在庫数": n} for row, n in zip(SKUS, "47", strict=True)]
    cart.export_from_admin([cup("yunomi"), DISH], goodsVariationDetail=SKUS, goodsVariationStock=stock)
    assert cart.shop.run("export") == 0
    cart.shop.fill("yunomi", "sara")
    assert cart.shop.run("import", "--yes", "--wait") == 0
    assert {item["status"] for item in cart.shop.listings().values()} == {"ACTIVATE"}
    return cart


def stock_of(shop: ShopFolder, key: str) -> dict[str, int]:
    return {
        sku["seller_sku"]: sum(place["quantity"] for place in sku["inventory"]) for sku in shop.listings()[key]["skus"]
    }


def test_products_and_variations_come_to_tiktok_with_their_prices_and_stock(listed: Futureshop) -> None:
    shop = listed.shop
    dish = shop.listings()["sara"]
    assert {sku["seller_sku"]: sku["price"]["sale_price"] for sku in dish["skus"]} == {
        "SARA-WS": "1100", "SARA-WL": "1100",
    }  # fmt: skip
    assert [
        [(a["name"], a["value_name"]) for a in sku["sales_attributes"]] for sku in dish["skus"]
    ] == [[("色", "白"), ("サイズ", "小")], [("色", "白"), ("サイズ", "大")]]
    assert stock_of(shop, "sara") == {"SARA-WS": 4, "SARA-WL": 7}
    assert shop.listings()["yunomi"]["skus"][0]["price"]["sale_price"] == "1000"
    assert shop.row("sara/w/s", Tab.SKUS)["option2_value"] == "小"


def test_stock_is_sent_at_the_first_link_only(listed: Futureshop) -> None:
    stock = [{**row, "現在在庫数": "1"} for row in SKUS]
    listed.export_from_admin(
        [cup("yunomi", 現在在庫数="1"), DISH], goodsVariationDetail=SKUS, goodsVariationStock=stock
    )
    assert listed.shop.run("export") == 0
    assert listed.shop.row("sara/w/s", Tab.SKUS)["cart_stock"] == 1
    assert listed.shop.run("import", "--yes", "--wait") == 0
    assert stock_of(listed.shop, "sara") == {"SARA-WS": 4, "SARA-WL": 7}
    assert stock_of(listed.shop, "yunomi") == {"yunomi-no": 5}


def test_the_refresh_by_updated_date_and_the_forced_one(cart: Futureshop) -> None:
    """futureshop's [情報を更新する] and [一括情報更新]."""
    shop = cart.shop
    cart.export_from_admin([cup("a"), cup("b")])
    shop.run("export")
    for key in ("a", "b"):
        shop.type(key, title=f"{key}を手で直した商品名", memo="残す")
    moved = [cup("a", 商品名="カートの新しい名前", updated="2026/11/21 09:00:00"), cup("b", 商品名="更新日は同じ")]
    cart.export_from_admin(moved)
    shop.run("export", "--overwrite", "if-updated")
    assert (shop.row("a")["title"], shop.row("b")["title"]) == ("カートの新しい名前", "bを手で直した商品名")
    shop.run("export", "--overwrite", "always")
    assert (shop.row("a")["title"], shop.row("b")["title"]) == ("カートの新しい名前", "更新日は同じ")
    assert {shop.row(key)["memo"] for key in "ab"} == {"残す"}


def test_by_default_her_edits_stay_whatever_the_cart_does(cart: Futureshop) -> None:
    cart.export_from_admin([cup("a")])
    cart.shop.run("export")
    cart.shop.type("a", title="手で直した商品名")
    cart.export_from_admin([cup("a", 商品名="カートの新しい名前", updated="2026/11/21 09:00:00")])
    cart.shop.run("export")
    row = cart.shop.row("a")
    assert row["title"] == "手で直した商品名"
    assert "カートの新しい名前" in str(row["cart_changes"])


def test_deleted_products_leave_when_they_are_off(listed: Futureshop) -> None:
    shop = listed.shop
    listed.rules('deleted_in_cart = "remove-if-off"\nmax_gone_percent = 100')
    listed.export_from_admin([cup("yunomi"), DISH, cup("off")], goodsVariationDetail=SKUS)
    shop.run("export")
    assert "off" in keys(shop)
    listed.export_from_admin([cup("new")])
    shop.run("export")
    assert keys(shop) == {"yunomi", "sara", "new"}
    assert shop.row("yunomi")["cart_status"] == "カートから削除"
    assert set(shop.listings()) == {"yunomi", "sara"}, "never removed from TikTok Shop by itself"
    shop.type("yunomi", sync=False)
    shop.run("export")
    assert keys(shop) == {"sara", "new"}


def keys(shop: ShopFolder) -> set[str]:
    return {ref.key for ref, _ in shop.read().tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS)}


@pytest.mark.parametrize("overwrite", ["merge", "if-updated", "always"])
def test_pictures_that_she_typed_stay_where_the_cart_has_none(cart: Futureshop, overwrite: str) -> None:
    cart.export_from_admin([cup("a")], pictures=False)
    cart.shop.run("export")
    cart.shop.type("a", image_1="images/mug.jpg")
    cart.export_from_admin([cup("a", updated="2026/11/22 09:00:00")], pictures=False)
    cart.shop.run("export", "--overwrite", overwrite)
    assert cart.shop.row("a")["image_1"] == "images/mug.jpg"


@pytest.mark.parametrize("overwrite", ["merge", "if-updated", "always"])
def test_what_an_export_leaves_out_blanks_nothing(cart: Futureshop, overwrite: str) -> None:
    """Once with pictures, descriptions and barcodes, then without: no column is not the same as an empty cell."""
    shop = cart.shop
    more = {"JANコード": "4901234567894", "キーワード(コマースクリエイター)": "湯のみ,益子焼"}
    cart.export_from_admin([cup("a", **more), cup("b", **more)])
    shop.run("export")
    shop.type("b", description="<p>手で直した説明</p>")
    few = ("商品URLコード", "商品番号", "商品名", "本体価格", "最終更新日時")
    rows = [{name: row[name] for name in few} for row in (cup("a"), cup("b", updated="2026/11/22 09:00:00"))]
    folder = cart.export_from_admin([], pictures=False)
    write(folder.parent, {"ccGoods": rows}, ccGoods=few)
    shop.run("export", "--overwrite", overwrite)
    a, b = shop.row("a"), shop.row("b")
    assert (a["image_1"], a["description"]) == ("images/mug.jpg", "<p>aの説明</p>")
    assert (a["barcode"], a["search_terms"]) == ("4901234567894", "湯のみ\n益子焼")
    assert b["image_1"] == "images/mug.jpg"
    assert b["description"] == "<p>手で直した説明</p>"
    cart.export_from_admin([cup("a", **{"商品説明（大）": ""})])
    shop.run("export", "--all")
    assert shop.row("a").get("description") is None, "an empty cell of the cart is a value"


def test_pictures_by_the_settings_pattern(cart: Futureshop) -> None:
    cart.rules(cart=f'{CART}image_base = "https://img.example.jp/{{code}}/{{n:02}}.jpg"\nimage_count = 2\n')
    cart.export_from_admin([cup("a")], pictures=False)
    cart.shop.run("export")
    row = cart.shop.row("a")
    assert (row["image_1"], row["image_2"]) == ("https://img.example.jp/a/01.jpg", "https://img.example.jp/a/02.jpg")


def test_the_files_work_without_naming_the_cart(cart: Futureshop) -> None:
    cart.export_from_admin([cup("a")])
    cart.rules(cart='[cart]\npath = "futureshop/*.csv"\n')
    assert cart.shop.run("export") == 0
    assert cart.shop.row("a")["cart_title"] == "aの湯のみ 益子焼"


def test_what_the_files_leave_open_is_said(cart: Futureshop, capsys: pytest.CaptureFixture[str]) -> None:
    cart.export_from_admin([DISH], pictures=False, goodsVariationDetail=[*SKUS, branch("nanika", "赤", "r")])
    cart.shop.run("export")
    told = capsys.readouterr().out
    assert "取り込めなかったデータ: goodsVariationDetail.csv 4行目: 商品URLコード「nanika」の商品が" in told
    assert "バリエーション在庫のファイル: このファイルがないため" in told
    assert "ステータス" in told
    assert "image_base" in told


def test_the_api_is_refused_with_what_to_do_instead(cart: Futureshop, capsys: pytest.CaptureFixture[str]) -> None:
    cart.export_from_admin([cup("a")])
    cart.rules(cart=f"{CART}futureshop_api = true\n")
    assert cart.shop.run("export") == 2
    assert "商品データ一括取得" in capsys.readouterr().err
    assert not cart.shop.workbook.exists()


def test_the_check_up_names_the_files_and_what_is_lacking(
    cart: Futureshop, capsys: pytest.CaptureFixture[str]
) -> None:
    cart.export_from_admin([DISH], goodsVariationDetail=SKUS)
    _, told = cart.shop.json(capsys, "auth", "check")
    lines = {check["code"]: check["message"] for check in told["checks"] if check["item"] == "cart"}
    assert "商品 1" in lines["checkup_cart_fine"] or "1" in lines["checkup_cart_fine"]
    assert "商品一括登録用ファイル（ccGoods.csv）" in lines["checkup_cart_files"]
    missing = [check["message"] for check in told["checks"] if check["code"] == "checkup_cart_file_missing"]
    assert missing == [
        "バリエーション在庫のファイルがありません。あれば「バリエーションの在庫数」も取り込めます",
        "バリエーション価格のファイルがありません。あれば「バリエーションごとの価格」も取り込めます",
    ]
