"""What a merchandiser does on a working day, and what she then sees in her workbook and in her shop."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from sheets_sync.issue import Tab
from sheets_sync.store import open_store
from sheets_sync.tables import RowRef

from . import office
from .shop_folder import ShopFolder, product, variants

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
    Image.new("RGB", (1200, 1200), "white").save(shop.folder / "images" / "chart.jpg")
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


def test_a_faulty_default_asks_for_a_person_though_no_product_is_at_fault(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.edit({}, {Tab.DEFAULTS: [{"match_kind": "カート商品種別", "match_value": "食器", "attributes": "素材:綿"}]})
    assert shop.run("check") == 3
    assert shop.row("ao")["state"] == "同期待ち"


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
        ({"title": "贈り物🎁のマグカップ 磁器"}, "🎁"),
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


# -- settings, instructions, rehearsal -------------------------------------------------------------------------------


def test_sign_off_holds_until_ticked_and_again_after_a_change(shop: ShopFolder) -> None:
    shop.configure("sign_off = true")
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    assert shop.run("check") == 3
    assert shop.row("ao")["state"] == "不足項目あり"
    assert "承認" in str(shop.row("ao")["errors"])
    shop.type("ao", approval=True)
    shop.run("import", "--yes", "--wait")
    assert set(shop.listings()) == {"ao"}
    shop.type("ao", title="承認のあとで変えた名前のマグ")
    shop.run("import", "--yes", "--wait")
    assert shop.listings()["ao"]["title"] != "承認のあとで変えた名前のマグ"
    shop.type("ao", approval=False)
    shop.run("check")
    shop.type("ao", approval=True)
    shop.run("import", "--yes", "--wait")
    assert shop.listings()["ao"]["title"] == "承認のあとで変えた名前のマグ"


def test_drafts_are_mended_as_drafts_and_published_with_stock(shop: ShopFolder) -> None:
    shop.configure('publish_new = "draft"')
    shop.cart(product("ao"), *variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill("ao", "sara")
    shop.run("import", "--yes", "--wait")
    assert {item["status"] for item in shop.listings().values()} == {"DRAFT"}
    shop.type("ao", title="下書きを直した青いマグカップ")
    shop.run("import", "--yes", "--wait")
    assert (shop.listings()["ao"]["title"], shop.listings()["ao"]["status"]) == (
        "下書きを直した青いマグカップ",
        "DRAFT",
    )
    shop.edit({Tab.PRODUCTS: {RowRef(key): {"action": "出品する"} for key in ("ao", "sara")}})
    shop.run("import", "--yes", "--wait")
    assert {item["status"] for item in shop.listings().values()} == {"ACTIVATE"}
    assert [sku["inventory"][0]["quantity"] for sku in shop.listings()["sara"]["skus"]] == [3, 4]


@pytest.mark.parametrize(
    ("mode", "kept", "status"),
    [
        ("mark", ["ao", "aka", "kiro"], {"ao": "ACTIVATE", "aka": "ACTIVATE"}),
        ("remove-if-off", ["ao", "aka"], {"ao": "ACTIVATE", "aka": "ACTIVATE"}),
        ("pause", ["ao", "aka", "kiro"], {"ao": "ACTIVATE", "aka": "SELLER_DEACTIVATED"}),
    ],
)
def test_what_is_gone_from_the_cart_goes_by_the_setting(
    shop: ShopFolder, mode: str, kept: list[str], status: dict[str, str]
) -> None:
    shop.configure(f'deleted_in_cart = "{mode}"\nmax_gone_percent = 100')
    shop.cart(product("ao"), product("aka"), product("kiro"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.run("import", "--yes", "--wait")
    shop.cart(product("ao"))
    shop.run("export")
    assert [ref.key for ref, _ in shop.read().tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS)] == kept
    shop.run("import", "--yes", "--wait")
    assert {key: item["status"] for key, item in shop.listings().items()} == status


def test_where_stock_is_ours_nothing_is_sold_of_what_left_the_cart(shop: ShopFolder) -> None:
    shop.configure('stock_policy = "always"\nmax_gone_percent = 100')
    shop.cart(product("ao"), product("aka"), *variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill("ao", "aka", "sara")
    shop.type("ao", stock_policy="初回のみ送信")
    shop.run("import", "--yes", "--wait")
    shop.cart(product("other"))
    shop.run("export")
    shop.run("import", "--yes", "--wait")

    def stock() -> dict[str, list[int]]:
        return {key: [s["inventory"][0]["quantity"] for s in one["skus"]] for key, one in shop.listings().items()}

    assert stock() == {"ao": [5], "aka": [0], "sara": [0, 0]}
    assert shop.row("aka")["listing"] == "出品中", "never a pause by itself"
    shop.cart(product("ao"), product("aka"), *variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.run("import", "--yes", "--wait")
    assert stock() == {"ao": [5], "aka": [5], "sara": [3, 4]}


def test_a_brand_is_taken_away_on_purpose_only(shop: ShopFolder) -> None:
    shop.cart(product("ao"), product("aka"), product("kiro"))
    shop.run("export")
    shop.fill("ao", "aka", "kiro", brand="青空製作所")
    shop.run("import", "--yes", "--wait")

    def branded() -> set[str]:
        return {key for key, one in shop.listings().items() if (one.get("brand") or {}).get("name")}

    assert branded() == {"ao", "aka", "kiro"}
    shop.type("ao", brand="{{空}}")
    shop.type("aka", brand="ノーブランド")
    shop.type("kiro", brand=None, title="名前だけを変えたマグカップ 磁器")
    assert shop.run("import", "--yes", "--wait") == 0
    assert branded() == {"kiro"}
    assert shop.row("ao")["planned"] == "変更なし"


@pytest.mark.parametrize(
    ("mode", "title"),
    [
        ("merge", "手直しした名前のマグ"),
        ("if-updated", "カートの新しい名前のマグ"),
        ("always", "カートの新しい名前のマグ"),
    ],
)
def test_overwriting_goes_by_the_setting_or_the_option(shop: ShopFolder, mode: str, title: str) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.type("ao", title="手直しした名前のマグ", package_weight_g=300)
    shop.cart(product("ao", title="カートの新しい名前のマグ"))
    shop.run("export", "--overwrite", mode)
    row = shop.row("ao")
    assert (row["title"], row["package_weight_g"]) == (title, 300)


def test_price_tax_and_stock_rules_reach_the_shop(shop: ShopFolder) -> None:
    shop.configure(
        'price_markup_percent = 10\nprice_round_to = 100\nprice_rounding = "up"\nstock_buffer = 2\n'
        "unmanaged_stock = 7\n[cart]\nprices_include_tax = false"
    )
    shop.cart(product("ao", price="1980"), product("aka", stock="1"), product("kiro").replace(",shopify,", ",,"))
    shop.run("export")
    shop.fill("ao", "aka", "kiro")
    shop.type("aka", price=1234)
    shop.run("import", "--yes", "--wait")
    sent = {key: item["skus"][0] for key, item in shop.listings().items()}
    assert {key: sku["price"]["sale_price"] for key, sku in sent.items()} == {
        "ao": "2400",
        "aka": "1234",
        "kiro": "1500",
    }
    assert {key: sku["inventory"][0]["quantity"] for key, sku in sent.items()} == {"ao": 3, "aka": 0, "kiro": 7}
    assert shop.row("ao")["effective_price"] == 2400


def test_a_deleted_listing_comes_back_only_by_a_new_instruction(shop: ShopFolder) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.run("import", "--yes", "--wait")
    shop.type("ao", action="TikTokから削除する")
    shop.run("import", "--yes")
    assert set(shop.listings()) == {"aka"}
    row = shop.row("ao")
    assert (row["listing"], row.get("action")) == ("削除済み", None)
    assert "出品する" in str(row["planned"]), "what brings it back is said"
    shop.run("import", "--yes", "--wait")
    assert set(shop.listings()) == {"aka"}
    shop.type("ao", action="出品する")
    shop.run("import", "--yes", "--wait")
    assert set(shop.listings()) == {"ao", "aka"}


def test_only_and_limit_send_so_much_and_no_more(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    keys = [f"mug{n}" for n in range(5)]
    shop.cart(*map(product, keys))
    shop.run("export")
    shop.fill(*keys)
    assert shop.run("import", "--yes", "--only", "mug7") == 2
    assert "mug7" in capsys.readouterr().err
    assert shop.listings() == {}
    shop.run("import", "--yes", "--only", "mug3", "--only", "mug1")
    assert set(shop.listings()) == {"mug1", "mug3"}
    shop.run("import", "--yes", "--limit", "2")
    assert len(shop.listings()) == 4


def test_a_rehearsal_tells_the_reviews_objections_and_lists_nothing(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.cart(product("ao"), product("aka", title="[NG:title]のマグカップ 磁器"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.run("check")
    code, told = shop.json(capsys, "import", "--rehearse")
    assert code == 3
    assert told["states"]["review_failed"] == 1
    assert [(i["row_key"], i["column"]) for i in told["issues"]] == [("aka", "title")]
    assert shop.sandbox.control.products() == []
    for key in ("ao", "aka"):
        row = shop.row(key)
        assert (row["state"], row["listing"], row.get("tiktok_product_id")) == ("同期待ち", "未出品", None)
    store = open_store(shop.settings.store_url())
    assert store.links() == {}
    store.close()


def test_a_dry_run_names_the_numbers_and_sends_nothing(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.run("check")
    before = shop.workbook.read_bytes()
    capsys.readouterr()
    assert shop.run("import", "--dry-run", "--only", "ao") == 0
    assert "新規 1件" in capsys.readouterr().out
    assert shop.workbook.read_bytes() == before
    assert shop.listings() == {}


def test_counts_of_an_import_add_up(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"), product("aka"), product("kiro"))
    shop.run("export")
    shop.fill("ao", "aka")
    _, told = shop.json(capsys, "import", "--yes", "--wait")
    assert (told["created"], told["unchanged"]) == (2, 1)


# -- faults on the way -----------------------------------------------------------------------------------------------

FAULTS: list[tuple[str, dict[str, object], int]] = [
    ("rate_limit", {"count": 3}, 0),
    ("unavailable", {"operation": "create", "count": 2}, 0),
    ("drop", {"operation": "create", "count": 2}, 0),
    ("drop", {"operation": "create", "count": 2, "after_write": True}, 0),
    ("half_body", {"operation": "create", "count": 2}, 0),
    ("timeout", {"operation": "create", "count": 2}, 0),
    ("expire_token", {"operation": "create", "count": 1}, 0),
    ("drop", {"operation": "upload_image", "count": 2}, 0),
    ("unavailable", {"operation": "upload_image", "count": None}, 6),
    ("rate_limit", {"operation": "create", "count": None}, 6),
    ("unavailable", {"count": None}, 6),
    ("bad_signature", {"operation": "create", "count": None}, 7),
]


@pytest.mark.parametrize(("kind", "where", "code"), FAULTS)
def test_a_fault_is_told_doubles_nothing_and_heals(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str], kind: str, where: dict[str, object], code: int
) -> None:
    keys = [f"mug{n}" for n in range(4)]
    shop.cart(*map(product, keys))
    shop.run("export")
    shop.fill(*keys)
    shop.run("check")
    shop.sandbox.control.fault(kind, **where)
    capsys.readouterr()
    assert shop.run("import", "--yes") == code
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    assert not code or "TikTok" in said.out + said.err
    shop.sandbox.control.clear_faults()
    shop.run("import", "--yes", "--wait")
    shop.settle(minutes=11)
    assert shop.run("import", "--yes", "--wait") == 0
    assert set(shop.listings()) == set(keys)
    assert {shop.row(key)["state"] for key in keys} == {"連携済み"}


def test_an_outage_in_the_middle_heals(shop: ShopFolder) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka")
    shop.run("import", "--yes", "--wait")
    shop.type("ao", price=1500)
    shop.sandbox.stop()
    assert [shop.run(*command) for command in (("import", "--yes"), ("review",))] == [6, 6]
    assert shop.run("check") == 0, "a check needs nobody"
    shop.sandbox.start()
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.listings()["ao"]["skus"][0]["price"]["sale_price"] == "1500"


def test_a_wrong_clock_of_this_machine_is_told_and_stops_nothing(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.sandbox.control.skew(900)
    capsys.readouterr()
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.listings()["ao"]["status"] == "ACTIVATE"
    assert "時計が約15分遅れています" in capsys.readouterr().out


# -- at the terminal -------------------------------------------------------------------------------------------------


def test_a_person_is_asked_with_the_numbers_and_may_decline(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    asked: list[str] = []

    def decline(question: str, **_: object) -> bool:
        asked.append(question)
        return False

    monkeypatch.setattr("click.confirm", decline)
    monkeypatch.setattr("sys.stdin", Terminal())
    assert shop.run("import") == 0
    assert "新規 1件" in asked[0]
    assert "送信しませんでした" in capsys.readouterr().out
    assert shop.listings() == {}


class Terminal(io.StringIO):
    """Somebody sits there."""

    def isatty(self) -> bool:
        return True
