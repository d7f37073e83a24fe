"""From typed rows, defaults and rules to the desired state; and the attribute rows that follow from it."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from sheets_sync.desired import DesiredListing, Taken
from sheets_sync.issue import Issue, Tab
from sheets_sync.products import Option
from sheets_sync.rows.attributes import asked_by, attribute_rows, value_lists
from sheets_sync.rows.categories import CategoryIndex
from sheets_sync.rows.defaults import Defaults, parse_defaults
from sheets_sync.rows.desired import SUGGESTED, DesiredRules, Surroundings, desired_listings
from sheets_sync.rows.parse import typed_rows
from sheets_sync.rows.pricing import PriceRule, StockRule
from sheets_sync.shop import AttributeRule, CategoryRules, CertificateRule, Condition
from sheets_sync.states import Action, CartStatus, StockPolicy
from sheets_sync.tables import Patch, RowRef, SheetRow, TabPatch, TabSnapshot
from sheets_sync.template import Headings, Owner
from tests.rows.bench import JP, Bench, accidents_of, cup, shirt

CATEGORIES = CategoryIndex({"601226": "ホーム > タオル", "601227": "服 > Tシャツ", "601228": "服 > シャツ"})
BRANDS = {"サンプル工房": "7001", "いまばり織": "7002"}
COTTON, WOOL = ("v1", "コットン"), ("v2", "ウール")
RULES = CategoryRules(
    "601227",
    attributes=(
        AttributeRule("100", "カラー", sales=True, required=True),
        AttributeRule("202", "柄"),
        AttributeRule("201", "素材", required=True, multiple=True, values=(COTTON, WOOL)),
        AttributeRule("203", "毛の種類", conditions=(Condition("201", "v2"),)),
    ),
    certificates=(
        CertificateRule("900", "検査証明書", conditions=(Condition("201", "v2"),)),
        CertificateRule("901", "品質証明書"),
    ),
    size_chart_required=True,
)


class Desk:
    """A bench, and the check's way from the sheet to the desired state."""

    def __init__(self, *products: Any) -> None:
        self.bench = Bench()
        self.cart = products
        self.bench.export(*products)
        self.rules = DesiredRules()
        self.issues: list[Issue] = []

    def defaults(self, *rows: dict[str, Any]) -> tuple[Defaults, list[Issue]]:
        snapshot = TabSnapshot(Headings({}), [SheetRow(n, row) for n, row in enumerate(rows, 2)])
        typed = typed_rows(Tab.DEFAULTS, snapshot, JP)
        return parse_defaults(typed, CATEGORIES, {"601227": RULES}, "ja")

    def listings(self, *defaults: dict[str, Any]) -> list[DesiredListing]:
        snapshot = self.bench.book.read()
        around = Surroundings(
            self.bench.base, CATEGORIES, BRANDS, {"601227": RULES}, self.defaults(*defaults)[0], self.rules,
            accidents_of(self.bench),
        )  # fmt: skip
        tabs = snapshot.tabs
        found, self.issues = desired_listings(
            typed_rows(Tab.PRODUCTS, tabs[Tab.PRODUCTS], JP, columns=[SUGGESTED]),
            typed_rows(Tab.SKUS, tabs[Tab.SKUS], JP),
            typed_rows(Tab.ATTRIBUTES, tabs[Tab.ATTRIBUTES], JP),
            around,
        )
        return found

    def only(self, *defaults: dict[str, Any]) -> DesiredListing:
        (found,) = self.listings(*defaults)
        return found

    def attribute_patch(self, *defaults: dict[str, Any]) -> TabPatch:
        existing = typed_rows(
            Tab.ATTRIBUTES,
            self.bench.book.read().tabs[Tab.ATTRIBUTES],
            JP,
            owners=(Owner.KEY, Owner.CART, Owner.EDITOR),
        )
        patch, prefilled = attribute_rows(
            self.listings(*defaults), {"601227": RULES}, existing, self.bench.base, template=JP, language="ja"
        )
        self.bench.book.write(Patch({Tab.ATTRIBUTES: patch}))
        self.bench.look()
        self.bench.keep(prefilled)
        return patch

    def attributes(self) -> dict[str, tuple[Any, Any]]:
        rows = self.bench.book.read().tabs[Tab.ATTRIBUTES].rows
        return {str(r.cells["attribute_id"]): (r.cells.get("required"), r.cells.get("value")) for r in rows}

    def answer(self, attribute: str, value: Any) -> None:
        book = self.bench.book
        row = next(row for row in book.grid(Tab.ATTRIBUTES) if attribute in row)
        row.extend([None] * 10)
        row[book.column(Tab.ATTRIBUTES, "value")] = value


# ---------------------------------------------------------------- one product


def test_a_product_row_becomes_a_listing() -> None:
    desk = Desk(cup("a"))
    desk.bench.type(
        "a", sync="○", action="停止する", category="服 > Tシャツ [601227]", brand="サンプル工房",
        package_weight_g="320.2g", package_length_cm=10.5, image_1=None, image_3="https://e.x/3.jpg",
        image_7="https://e.x/7.jpg", price="1,500円", stock=3, priority=2, stock_policy="毎回送信",
        search_terms="夏\n\n 涼しい ", scheduled_at=dt.datetime(2026, 12, 1, 9),
    )  # fmt: skip
    listing = desk.only()
    assert (listing.product_key, listing.sync, listing.action) == ("a", True, Action.PAUSE)
    assert (listing.category, listing.category_text, listing.brand) == ("601227", "", "7001")
    assert listing.images == ("https://e.x/3.jpg", "https://e.x/7.jpg")
    assert (listing.package_weight_g, listing.dimensions_cm) == (321, (11, None, None))
    assert (listing.priority, listing.stock_policy) == (2, StockPolicy.ALWAYS)
    assert listing.search_terms == ("夏", "涼しい")
    assert listing.scheduled_at == dt.datetime(2026, 12, 1, 9)
    (sku,) = listing.skus
    assert (sku.tab, sku.ref, sku.variant_key) == (Tab.PRODUCTS, RowRef("a"), "a-v")
    assert (sku.seller_sku, sku.price, sku.stock, sku.stock_fixed, sku.cart_stock) == (
        "SKU-a",
        Decimal(1500),
        3,
        True,
        7,
    )
    assert (sku.barcode, sku.barcode_type, sku.options) == ("4901234567894", "JAN", ())
    assert not desk.issues


def test_variants_come_from_the_skus_tab_and_the_note_is_no_code() -> None:
    desk = Desk(shirt("s", status=CartStatus.DRAFT))
    desk.rules = DesiredRules(PriceRule(markup_percent=Decimal(10), round_to=10), StockRule(buffer=2))
    desk.bench.type("s-M", Tab.SKUS, exclude=True, price=100, sku_image="https://e.x/m.jpg")
    listing = desk.only()
    assert listing.cart_status is CartStatus.DRAFT
    assert listing.has_variants
    assert [(s.variant_key, s.seller_sku, s.price, s.stock) for s in listing.skus] == [
        ("s-S", "SKU-s-S", Decimal(3280), 3), ("s-M", "SKU-s-M", Decimal(100), 3),
    ]  # fmt: skip
    assert listing.skus[0].options == (Option("サイズ", "S"),)
    assert [s.variant_key for s in listing.active_skus] == ["s-S"]
    assert listing.skus[1].image == "https://e.x/m.jpg"


def test_cart_cells_are_believed_from_the_store_only() -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", cart_price=1, cart_stock=999, cart_status="下書き")
    (sku,) = desk.only().skus
    assert (sku.price, sku.stock) == (Decimal(1980), 7)
    assert desk.only().cart_status is CartStatus.ACTIVE


def test_unmanaged_stock_goes_by_the_rule() -> None:
    loose = cup("a").variants[0]
    desk = Desk(cup("a", variants=(replace(loose, stock=None, stock_managed=False),)))
    assert desk.only().skus[0].stock is None
    desk.rules = DesiredRules(stock=StockRule(unmanaged=20))
    assert desk.only().skus[0].stock == 20


def test_gone_products_and_variants_say_so() -> None:
    desk = Desk(cup("a"), shirt("s"))
    desk.bench.type("s-M", Tab.SKUS, stock=9)
    desk.bench.export(shirt("s", sizes=["S"]), allow_gone=True)
    gone, shirts = desk.listings()
    assert (gone.gone, shirts.gone) == (True, False)
    assert [(s.gone, s.stock, s.stock_fixed) for s in shirts.skus] == [(False, 5, False), (True, 0, False)]
    assert [(i.code, i.row_key, i.product) for i in desk.issues] == [("sku_gone", "s-M", "s")]
    assert [s.stock for s in gone.skus] == [0], "nothing is left to be sold of a product that left, either"


def test_deleted_sku_rows_are_told() -> None:
    desk = Desk(shirt("s"))
    for key in ("s-S", "s-M"):
        desk.bench.delete(key, Tab.SKUS)
    assert desk.only().skus == ()
    assert [i.code for i in desk.issues] == ["skus_missing"]


def test_accidents_and_changed_keys_hold_the_product() -> None:
    desk = Desk(cup("a"), cup("b"), cup("c"))
    desk.bench.copy_row("a")
    desk.bench.type("a", title="違う")
    desk.bench.copy_row("b")
    desk.bench.export(cup("a"), cup("b"), replace(cup("c"), key="new"))
    held = {(x.ref.key, x.ref.occurrence): x.held for x in desk.listings()}
    assert held == {("a", 0): True, ("a", 1): True, ("b", 0): False, ("c", 0): False, ("new", 0): True}
    assert [(i.code, i.params) for i in desk.issues] == [("key_changed", {"old": "c", "new": "new"})]


def test_clearing_on_purpose_is_not_a_blank_cell() -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", brand="{{空}}", memo=None, barcode="{{clear}}")
    listing = desk.only({"match_kind": "すべて", "brand": "サンプル工房"})
    assert listing.cleared == {"brand", "barcode"}
    assert (listing.brand, listing.brand_text, listing.new_brand, listing.taken) == ("", "", "", {})


# ---------------------------------------------------------------- categories and brands


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("服 > Tシャツ [601227]", "601227"), ("601227", "601227"), ("６０１２２７", "601227"), (601227, "601227"),
        ("服 > Tシャツ", "601227"), ("服＞Ｔシャツ", "601227"), ("服>tシャツ", "601227"),
        ("名前が変わった ［601227］", "601227"),
        ("服 > Tシャツ [999]", "601227"), ("Tシャツ", ""), ("999999", ""), ("服", ""),
    ],
)  # fmt: skip
def test_a_category_is_understood_by_id_or_path(typed: Any, found: str) -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", category=typed)
    listing = desk.only()
    assert listing.category == found
    assert bool(listing.category_text) is not bool(found)


def test_as_suggested_takes_the_suggestion() -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", category="候補どおり")
    assert desk.only().category == ""
    assert [i.code for i in desk.issues] == ["suggestion_missing"]
    desk.bench.type("a", suggested_category="ホーム > タオル [601226]", category="as suggested")
    assert desk.only().category == "601226"
    assert not desk.issues


def test_without_a_list_of_categories_an_id_is_believed() -> None:
    assert CategoryIndex({}).id_of("服 > Tシャツ [601227]") == "601227"
    assert CategoryIndex({}).id_of("服 > Tシャツ") == ""
    assert CategoryIndex({"1": "A > B", "2": "a > b"}).id_of("A > B") == ""


def test_an_unknown_brand_is_kept_as_text() -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", brand="知らない")
    assert (desk.only().brand, desk.only().brand_text) == ("", "知らない")
    desk.bench.type("a", brand="ノーブランド")
    assert (desk.only().brand, desk.only().brand_text) == ("", "")


# ---------------------------------------------------------------- defaults


def test_the_nearest_default_fills_a_blank_cell() -> None:
    desk = Desk(shirt("s"))
    rows = (
        {
            "match_kind": "すべて",
            "brand": "サンプル工房",
            "package_weight_g": 100,
            "package_height_cm": 3,
            "category": "601226",
        },
        {
            "match_kind": "カート商品種別",
            "match_value": "トップス",
            "package_weight_g": 200,
            "category": "服 > Tシャツ",
        },
        {
            "match_kind": "TikTokカテゴリ",
            "match_value": "服 > Tシャツ",
            "package_weight_g": 300,
            "attributes": "素材＝コットン\n素材=ウール\n柄 = 無地",
        },
    )
    listing = desk.only(*rows)
    assert (listing.category, listing.brand, listing.package_weight_g) == ("601227", "7001", 300)
    assert listing.dimensions_cm == (None, None, 3)
    assert listing.attributes == {"201": ("コットン", "ウール"), "202": ("無地",)}
    assert listing.taken["package_weight_g"] == Taken("300", "既定値（カテゴリ: 服 > Tシャツ）")
    assert listing.taken["category"] == Taken("服 > Tシャツ", "既定値（商品種別: トップス）")
    assert listing.taken["attribute:202"] == Taken("無地", "既定値（カテゴリ: 服 > Tシャツ）", "柄")
    desk.bench.type("s", package_weight_g="あ", brand="いまばり織", category="ホーム > タオル")
    own = desk.only(*rows)
    assert (own.category, own.brand, own.package_weight_g) == ("601226", "7002", None)
    assert own.attributes == {}


def test_bad_default_rows_are_told() -> None:
    desk = Desk()
    _, issues = desk.defaults(
        {"match_value": "トップス", "brand": "x"},
        {"match_kind": "カート商品種別", "brand": "x"},
        {"match_kind": "TikTokカテゴリ", "match_value": "ない", "brand": "x"},
        {"match_kind": "すべて", "match_value": "余計"},
        {"match_kind": "全部", "brand": "x"},
        {"match_kind": "All", "brand": "x"},
        {"match_kind": "TikTokカテゴリ", "match_value": "601227", "attributes": "素材\n素材=\nかたち=丸"},
        {"match_kind": "カート商品種別", "match_value": "トップス"},
        {"match_kind": "カート商品種別", "match_value": "ﾄｯﾌﾟｽ"},
    )
    assert [i.code for i in issues] == [
        "default_kind_missing", "default_target_missing", "default_category_unknown", "default_target_not_empty",
        "cell_unknown_choice", "default_doubled", "default_attribute_line", "default_attribute_line",
        "default_attribute_unknown", "default_doubled",
    ]  # fmt: skip
    assert issues[5].params == {"rows": 5}
    assert {i.tab for i in issues} == {Tab.DEFAULTS}


# ---------------------------------------------------------------- attributes


def test_a_category_asks_required_things_first_and_conditional_ones_when_they_apply() -> None:
    plain = asked_by(RULES, {}, "ja")
    assert [(a.id, a.required) for a in plain] == [
        ("201", True), ("size_chart", True), ("202", False), ("certification:901", False),
    ]  # fmt: skip
    for value in ("ウール", "v2"):
        wool = asked_by(RULES, {"201": ("コットン", value)}, "ja")
        assert [a.id for a in wool if a.required] == ["201", "203", "certification:900", "size_chart"]


def test_attribute_rows_are_made_answered_and_greyed() -> None:
    desk = Desk(cup("a"), cup("b"))
    desk.bench.type("a", category="601227")
    patch = desk.attribute_patch({"match_kind": "すべて", "attributes": "柄=無地"})
    assert [row["attribute_id"] for row in patch.appends] == ["201", "size_chart", "certification:901"]
    assert patch.appends[0] == {
        "product_key": "a", "product_title": "カップ a", "kind": "属性", "attribute": "素材", "attribute_id": "201",
        "required": "必須",
    }  # fmt: skip
    assert not desk.attribute_patch({"match_kind": "すべて", "attributes": "柄=無地"})
    desk.answer("201", "ウール\n コットン")
    desk.answer("size_chart", "chart.png")
    listing = desk.listings()[0]
    assert listing.attributes == {"201": ("ウール", "コットン")}
    assert listing.size_chart == "chart.png"
    desk.attribute_patch()
    assert desk.attributes()["203"] == ("必須", None)
    desk.answer("203", "メリノ")
    desk.answer("201", "コットン")
    desk.attribute_patch()
    assert desk.attributes()["203"] == ("不要", "メリノ")  # no longer asked for, kept until she clears it
    assert "certification:900" not in desk.attributes()  # no longer asked for, and blank
    desk.answer("203", None)
    desk.attribute_patch()
    assert "203" not in desk.attributes()


def test_a_category_that_is_not_known_leaves_the_rows_alone() -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", category="601227")
    desk.attribute_patch()
    desk.bench.type("a", category="書きかけ")
    assert not desk.attribute_patch()


def test_products_that_are_off_get_no_rows_by_a_default_category() -> None:
    desk = Desk(cup("a"), cup("b"))
    everything = {"match_kind": "すべて", "category": "601227"}
    assert not desk.attribute_patch(everything)
    desk.bench.type("b", sync=True)
    assert {row["product_key"] for row in desk.attribute_patch(everything).appends} == {"b"}


def test_a_deleted_attribute_row_comes_back_with_its_value() -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", category="601227")
    desk.attribute_patch()
    desk.answer("201", "コットン")
    desk.bench.look()
    del desk.bench.book.grid(Tab.ATTRIBUTES)[1]
    desk.attribute_patch()
    assert desk.attributes()["201"] == ("必須", "コットン")


def test_typed_over_cells_of_attribute_rows_are_put_back() -> None:
    desk = Desk(cup("a"))
    desk.bench.type("a", category="601227")
    desk.attribute_patch()
    book = desk.bench.book
    row = next(row for row in book.grid(Tab.ATTRIBUTES) if "201" in row)
    for column in ("attribute", "required", "product_title"):
        row[book.column(Tab.ATTRIBUTES, column)] = "書いた"
    patch = desk.attribute_patch()
    assert patch.updates == {RowRef("a/201"): {"product_title": "カップ a", "attribute": "素材", "required": "必須"}}


def test_values_become_drop_downs() -> None:
    assert value_lists([RULES]) == {"values:201": ["コットン", "ウール"]}
