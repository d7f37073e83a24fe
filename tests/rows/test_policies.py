"""What the cart does beyond values: tags that come and go, kinds that are no goods, what finds no room."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Option, Product, ProductKind, Variant
from sheets_sync.rows.project import remarks
from sheets_sync.rows.tag_rule import TagRule
from sheets_sync.sale_period import sale_period
from tests.rows.bench import JP, Bench, cup, shirt
from tests.rows.test_desired import Desk

TAG = "TikTok Shop接続"
SHOW, OFF = TagRule(TAG), TagRule(TAG, turns_off=True)


def tagged(key: str = "a", **changes: Any) -> Product:
    return cup(key, tags=("夏", TAG), **changes)


def changes_of(bench: Bench, key: str = "a") -> str:
    return str(bench.row(key).get("cart_changes") or "")


# ---------------------------------------------------------------- tags


@pytest.mark.parametrize("rule", [SHOW, OFF])
def test_a_tag_that_was_taken_away_is_shown_and_obeyed_only_if_asked_for(rule: TagRule) -> None:
    bench = Bench()
    bench.export(tagged(), tag_rule=rule)
    assert (bench.row("a")["sync"], changes_of(bench)) == (True, "")
    bench.export(cup("a"), tag_rule=rule)
    assert bench.row("a")["sync"] is (rule is SHOW)
    assert TAG in changes_of(bench)
    assert "外され" in changes_of(bench)
    before = bench.book.grid(Tab.PRODUCTS)[1:]
    bench.export(cup("a"), tag_rule=rule)
    assert bench.book.grid(Tab.PRODUCTS)[1:] == before, "said for as long as it is so"


def test_her_later_on_stays_although_the_tag_is_gone() -> None:
    bench = Bench()
    bench.export(tagged(), tag_rule=OFF)
    bench.export(cup("a"), tag_rule=OFF)
    bench.type("a", sync=True)
    for _ in range(2):
        bench.export(cup("a"), tag_rule=OFF)
        assert (bench.row("a")["sync"], changes_of(bench)) == (True, "")
    bench.export(tagged(), tag_rule=OFF)
    bench.export(cup("a"), tag_rule=OFF)
    assert bench.row("a")["sync"] is False, "taken away anew"


def test_a_row_that_she_turned_off_herself_is_left_alone() -> None:
    bench = Bench()
    bench.export(tagged(), tag_rule=SHOW)
    bench.type("a", sync=False)
    bench.export(cup("a"), tag_rule=SHOW)
    assert (bench.row("a")["sync"], changes_of(bench)) == (False, "")


def test_a_row_that_went_off_by_its_tag_comes_back_off_when_it_was_deleted() -> None:
    bench = Bench()
    bench.export(tagged(), cup("b"), tag_rule=OFF)
    bench.export(cup("a"), cup("b"), tag_rule=OFF)
    bench.delete("a")
    bench.export(cup("a"), cup("b"), tag_rule=OFF)
    assert bench.row("a")["sync"] is False


def test_a_tag_that_comes_later_is_a_suggestion() -> None:
    bench = Bench()
    bench.export(cup("a"), tag_rule=OFF)
    bench.export(tagged(), tag_rule=OFF)
    assert bench.row("a")["sync"] is False
    assert "付きました" in changes_of(bench)
    bench.export(tagged(), tag_rule=OFF)
    assert "付きました" in changes_of(bench)
    bench.type("a", sync=True)
    bench.export(tagged(), tag_rule=OFF)
    assert (bench.row("a")["sync"], changes_of(bench)) == (True, "")


def test_a_rule_that_is_new_or_another_one_moves_nothing() -> None:
    bench = Bench()
    bench.export(tagged(), cup("b"))
    bench.type("a", sync=True)
    for rule in (OFF, TagRule("夏", turns_off=True), TagRule("冬", turns_off=True), TagRule(), OFF):
        bench.export(tagged(), cup("b"), tag_rule=rule)
        assert (bench.row("a")["sync"], bench.row("b")["sync"]) == (True, False), rule
        assert changes_of(bench) == changes_of(bench, "b") == ""


# ---------------------------------------------------------------- what is no goods


@pytest.mark.parametrize("kind", [kind for kind in ProductKind if kind is not ProductKind.GOODS])
def test_what_is_no_goods_is_named_and_does_not_start_by_its_tag(kind: ProductKind) -> None:
    desk = Desk()
    bench = desk.bench
    bench.book = Bench().book
    first = bench.export(tagged(kind=kind), cup("b"), tag_rule=SHOW)
    assert [(i.row_key, i.code, i.severity) for i in first.issues] == [("a", f"cart_kind_{kind}", Severity.INFO)]
    assert bench.row("a")["sync"] is False
    assert changes_of(bench)
    assert not changes_of(bench, "b")
    again = bench.export(tagged(kind=kind), cup("b"), tag_rule=SHOW)
    assert [issue.code for issue in again.issues] == [f"cart_kind_{kind}"]
    assert changes_of(bench)
    assert [listing.kind for listing in desk.listings()] == [kind, ProductKind.GOODS]
    bench.export(tagged(), cup("b"), tag_rule=SHOW)
    assert changes_of(bench) == ""


# ---------------------------------------------------------------- what finds no room


def four(values: str = "綿 花", **changes: Any) -> Product:
    """A product of four options, of which two SKUs differ in the fourth only."""
    variants = tuple(
        Variant(
            f"a-{last}", f"SKU-{last}", Decimal(1000), 3,
            options=(Option("サイズ", "M"), Option("色", "赤"), Option("袖", "長"), Option("素材", last)),
        )
        for last in values.split()
    )  # fmt: skip
    return replace(shirt("a"), variants=variants, **changes)


def test_more_than_three_options_hold_the_product_until_they_are_combined() -> None:
    desk = Desk(four())
    desk.bench.export(four())
    assert "素材" in changes_of(desk.bench)
    desk.listings()
    (told,) = [issue for issue in desk.issues if issue.code == "options_too_many"]
    assert (told.row_key, told.severity, told.params["names"]) == ("a", Severity.ERROR, "素材")
    for value in ("綿", "花"):
        desk.bench.type(f"a-{value}", Tab.SKUS, option3_name="袖・素材", option3_value=f"長・{value}")
    desk.listings()
    assert desk.issues == []
    desk.bench.type("a-花", Tab.SKUS, option3_value="長・綿")
    desk.listings()
    assert [issue.code for issue in desk.issues] == ["options_too_many"], "never two SKUs that look the same"


def test_an_option_that_all_skus_share_is_not_dropped_in_silence() -> None:
    desk = Desk(four("綿"))
    desk.listings()
    assert [issue.code for issue in desk.issues] == ["options_too_many"]


def test_more_than_nine_pictures_are_told_in_the_row() -> None:
    bench = Bench()
    many = cup("a", images=tuple(f"https://e.x/{n}.jpg" for n in range(12)))
    for _ in range(2):
        bench.export(many, cup("b"))
        assert "12枚" in changes_of(bench)
        assert changes_of(bench, "b") == ""
    bench.export(cup("a"), cup("b"))
    assert changes_of(bench) == ""


def test_faults_of_the_record_reach_the_row_and_stay_until_they_are_mended() -> None:
    issues = (
        Issue(Tab.SKUS, "b-S", "barcode", "key_changed", params={"old": "4.9E+12", "new": Decimal(1)}, product_key="b"),
        Issue(Tab.PRODUCTS, "b", None, "skus_missing"),
    )
    bench = Bench()
    for _ in range(2):
        result = bench.export(shirt("b", issues=issues), cup("a"))
        assert [issue.code for issue in result.issues] == ["key_changed", "skus_missing"]
        lines = changes_of(bench, "b").splitlines()
        assert len(lines) == 2
        assert "SKU S" in lines[0]
        assert JP.column(Tab.SKUS, "barcode").ja in lines[0]
        assert "4.9E+12" in lines[0]
    assert json.loads(str(bench.base[Tab.PRODUCTS]["b"].extra["remarks"]))
    bench.export(shirt("b"), cup("a"))
    assert changes_of(bench, "b") == ""


def test_many_faults_are_counted_in_the_row() -> None:
    issues = tuple(Issue(Tab.SKUS, f"b-{n}", "barcode", "skus_missing", product_key="b") for n in range(25))
    bench = Bench()
    bench.export(shirt("b", sizes=[str(n) for n in range(25)], issues=issues))
    lines = changes_of(bench, "b").splitlines()
    assert len(lines) == 21
    assert "5" in lines[-1]


def test_what_is_told_is_in_the_summary_of_the_export() -> None:
    found = remarks(four(kind=ProductKind.BUNDLE, images=tuple(map(str, range(10)))))
    assert [issue.code for issue in found] == ["cart_kind_bundle", "options_left_out", "images_left_out"]


# ---------------------------------------------------------------- further cells


CELLS = {
    "category": "服 > Tシャツ [601227]", "package_length_cm": "12.4", "presale_days": "７", "stock_policy": "毎回送信"
}  # fmt: skip
NOT_FOR_CARTS = {
    "sync": "TRUE", "action": "出品する", "approval": "TRUE", "price": "1", "stock": "1", "exclude": "TRUE"
}  # fmt: skip


def test_further_cells_are_prefilled_where_the_sheet_has_the_column_and_it_is_not_hers_alone() -> None:
    desk = Desk(cup("a", cells={**CELLS, **NOT_FOR_CARTS, "state": "x", "nothing": "x", "image_9": "x"}))
    row = desk.bench.row("a")
    assert {column: row.get(column) for column in CELLS} == {
        "category": CELLS["category"], "package_length_cm": 13, "presale_days": 7, "stock_policy": "always"
    }  # fmt: skip
    assert {column: row.get(column) for column in NOT_FOR_CARTS} == dict.fromkeys(NOT_FOR_CARTS) | {"sync": False}
    assert (row.get("image_9"), desk.bench.cell("a", "state")) == (None, "対象外")
    want = desk.only()
    assert (want.category, want.skus[0].presale_days) == ("601227", 7)


def test_what_a_cart_says_of_a_product_holds_for_its_skus_and_a_variants_own_word_wins() -> None:
    made = shirt("s", cells={"presale_days": "7", "memo": "秋"})
    small, *rest = made.variants
    bench = Bench()
    bench.export(replace(made, variants=(replace(small, cells={"presale_days": "5"}), *rest)))
    assert [bench.row(f"s-{size}", Tab.SKUS).get("presale_days") for size in "SM"] == [5, 7]
    row = bench.row("s")
    assert (row.get("presale_days"), row["memo"]) == (None, "秋")


def test_further_cells_are_merged_like_any_other() -> None:
    bench = Bench()

    def export(days: str, **more: str) -> None:
        bench.export(cup("a", cells={"presale_days": days, **more} if days else more), cup("b"))

    export("7", memo="カートの覚え")
    export("14")
    assert (bench.row("a")["presale_days"], bench.row("a").get("memo")) == (14, None), "untouched: the cart's"
    bench.type("a", presale_days=10, memo="私の覚え")
    export("14")
    assert (bench.row("a")["presale_days"], changes_of(bench)) == (10, "")
    export("20")
    assert bench.row("a")["presale_days"] == 10
    assert "20" in changes_of(bench)
    bench.type("a", presale_days=20)
    export("")
    assert bench.row("a").get("presale_days") is None, "sold normally again, as the cart says"
    assert bench.row("a")["memo"] == "私の覚え"
    bench.delete("a")
    export("")
    assert bench.row("a")["memo"] == "私の覚え"


def test_the_weight_that_a_cart_knows_is_prefilled_in_whole_grams_and_merged() -> None:
    bench = Bench()
    bench.export(cup("a", weight_g=Decimal("180.2")), cup("b", weight_g=Decimal(0)), cup("c"))
    assert [bench.row(key).get("package_weight_g") for key in "abc"] == [181, None, None]
    bench.type("b", package_weight_g=350)
    bench.export(cup("a", weight_g=Decimal(200)), cup("b", weight_g=Decimal(90)), cup("c"))
    assert [bench.row(key).get("package_weight_g") for key in "abc"] == [200, 350, None], "hers stays"


def test_a_pre_order_that_becomes_a_normal_product_follows_the_cart_in_price_and_days() -> None:
    before = replace(cup("a", cells={"presale_days": "14"}, preorder=True))
    desk = Desk(before)
    desk.bench.type("a", sync=True)
    want = desk.only()
    assert (want.skus[0].presale_days, want.skus[0].price, want.preorder) == (14, Decimal(1980), True)
    after = replace(cup("a"), variants=(replace(before.variants[0], price=Decimal(2980)),))
    desk.bench.export(after)
    want = desk.only()
    assert (want.skus[0].presale_days, want.skus[0].price, want.preorder) == (None, Decimal(2980), False)


def test_rows_with_further_cells_are_at_rest_when_nothing_moved() -> None:
    bench = Bench()
    made = cup("a", cells={"category": "601227", "memo": "秋"})
    bench.export(made, cup("b"))
    bench.type("b", category="601227")
    bench.look()
    result = bench.export(made, cup("b"))
    assert not any(result.patch.tab(tab) for tab in (Tab.PRODUCTS, Tab.SKUS))
    assert result.base_rows == []
    bench.type("a", category=None)
    bench.look()
    bench.export(made, cup("b"))
    assert bench.row("a").get("category") is None, "blanked on purpose: it stays blank"


# ---------------------------------------------------------------- attributes


def made_of(material: str, **more: str) -> Product:
    return cup("a", cells={"category": "601227"}, attributes={"素材": material, **more} if material else more)


def value_of(desk: Desk, attribute: str) -> tuple[Any, Any]:
    """A value as it will be sent, and as its row says after a check."""
    sent = desk.only().attributes.get(attribute)
    desk.attribute_patch()
    assert desk.only().attributes.get(attribute) == sent, "the check says what the row says afterwards"
    return sent, desk.attributes()[attribute][1]


def test_what_the_cart_knows_of_attributes_fills_their_rows_and_is_merged() -> None:
    desk = Desk(made_of("コットン", 産地="今治"))
    desk.bench.type("a", sync=True)
    assert value_of(desk, "201") == (("コットン",), "コットン")
    assert value_of(desk, "202") == (None, None)
    desk.bench.export(made_of("ウール", 柄="無地"))
    assert value_of(desk, "201") == (("ウール",), "ウール"), "untouched: it follows the cart"
    assert value_of(desk, "202") == (("無地",), "無地"), "a blank one is filled"
    desk.answer("201", "カシミヤ")
    desk.bench.export(made_of("コットン", 柄="無地"))
    assert value_of(desk, "201") == (("カシミヤ",), "カシミヤ"), "hers stays"
    desk.answer("202", None)
    for material in ("コットン", "ウール"):
        desk.bench.export(made_of(material, 柄="無地"))
        assert value_of(desk, "202") == (None, None), "blanked on purpose"
    desk.answer("201", "ウール")
    desk.bench.export(made_of("", 柄="無地"))
    assert value_of(desk, "201") == (None, None), "the cart's word again, and the cart says nothing more"


def test_the_carts_value_is_nearer_than_a_default_and_hers_nearer_than_the_carts() -> None:
    default = {"match_kind": "すべて", "attributes": "素材=シルク\n柄=花柄"}
    desk = Desk(made_of("コットン"))
    desk.bench.type("a", sync=True)
    want = desk.only(default)
    assert (want.attributes["201"], want.attributes["202"]) == (("コットン",), ("花柄",))
    assert set(want.taken) == {"attribute:202"}
    desk.attribute_patch(default)
    assert desk.attributes()["201"][1] == "コットン"
    desk.answer("201", "ウール")
    assert desk.only(default).attributes["201"] == ("ウール",)


def test_a_deleted_attribute_row_comes_back_with_the_carts_value_or_hers() -> None:
    desk = Desk(made_of("コットン", 柄="無地"))
    desk.bench.type("a", sync=True)
    desk.attribute_patch()
    desk.answer("202", "花柄")
    desk.attribute_patch()
    grid = desk.bench.book.grid(Tab.ATTRIBUTES)
    grid[1:] = [row for row in grid[1:] if not {"201", "202"} & {str(cell) for cell in row}]
    desk.attribute_patch()
    assert (desk.attributes()["201"][1], desk.attributes()["202"][1]) == ("コットン", "花柄")


def test_values_stay_while_the_category_is_not_known() -> None:
    desk = Desk(made_of("コットン"))
    desk.bench.type("a", sync=True)
    desk.attribute_patch()
    desk.bench.type("a", category="601228")
    assert desk.only().attributes == {"201": ("コットン",)}, "no rules are known: as the row says"
    desk.attribute_patch()
    desk.bench.type("a", category="601227")
    assert value_of(desk, "201") == (("コットン",), "コットン")


# ---------------------------------------------------------------- periods and pre-orders reach the check


def test_the_sale_period_is_kept_with_the_row_and_read_in_the_markets_time() -> None:
    desk = Desk(cup("a", sale_starts="2026-11-01", sale_ends="2026-11-30T12:00:00+09:00", preorder=True))
    want = desk.only()
    assert want.sale == sale_period("2026-11-01", "2026-11-30T12:00:00+09:00", desk.rules.timezone)
    assert want.preorder
    desk.bench.export(cup("a"))
    want = desk.only()
    assert (want.sale.starts, want.sale.ends, want.preorder) == (None, None, False)
