"""What an export does to the rows of a workbook, beyond the merge of single cells."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from msgspec.structs import replace

from sheets_sync.errors import Refused
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Option, Product, Skipped, Variant
from sheets_sync.rows.export import export_patch
from sheets_sync.rows.new_rows import first_rows
from sheets_sync.rows.passing_over import FINGERPRINT, WAITS
from sheets_sync.rows.project import DeletedInCart, ExportRules, remarks, shown_moment
from sheets_sync.rows.tag_rule import TagRule
from sheets_sync.states import CartStatus, Overwrite
from sheets_sync.tables import CellError
from tests.rows.bench import JP, TODAY, Bench, cup, shirt, with_variant


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.export(cup("a"), shirt("b"), cup("c"))
    return made


def rest(*changed: Product) -> list[Product]:
    """The cart of `bench` with some products changed."""
    cart = {"a": cup("a"), "b": shirt("b"), "c": cup("c")}
    return list((cart | {product.key: product for product in changed}).values())


def codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]


# ---------------------------------------------------------------- the first export


def test_a_new_workbook_shows_the_cart_switched_off(bench: Bench) -> None:
    row = bench.row("a")
    assert row["sync"] is False
    assert (row["title"], row["seller_sku"], row["cart_price"]) == ("カップ a", "SKU-a", "1980")
    assert (bench.cell("a", "state"), bench.cell("a", "listing")) == ("対象外", "未出品")
    assert bench.cell("a", "added_at") == TODAY
    assert bench.cell("a", "cart_price") == 1980
    assert bench.cell("a", "cart_status") == "公開"
    assert bench.row_keys(Tab.SKUS) == ["b-S", "b-M"]
    assert "barcode" not in bench.row("b")
    assert bench.row("b-S", Tab.SKUS)["option1_value"] == "S"


def test_an_english_workbook_points_to_the_skus_tab_in_english() -> None:
    bench = Bench("en")
    bench.export(shirt("b"))
    assert bench.cell("b", "seller_sku") == "See SKUs tab (2)"
    assert not bench.export(shirt("b")).issues


def test_the_tag_switches_new_products_on_and_nothing_else() -> None:
    bench = Bench()
    bench.export(cup("a", tags=("夏", "ＴＩＫＴＯＫ shop接続")), cup("b"), tag_rule=TagRule("TikTok Shop接続"))
    assert (bench.row("a")["sync"], bench.row("b")["sync"]) == (True, False)
    bench.type("a", sync=False)
    tagged = ("TikTok Shop接続",)
    bench.export(cup("a", tags=tagged), cup("b", tags=tagged), tag_rule=TagRule("TikTok Shop接続"))
    assert (bench.row("a")["sync"], bench.row("b")["sync"]) == (False, False)


def test_the_streams_of_a_first_export_hold_one_product_at_a_time() -> None:
    alive: list[int] = []

    def cart() -> Iterator[Product | Skipped]:
        for number in range(1000):
            alive.append(number)
            yield cup(f"k{number}")
        yield Skipped("products.csv 9行目", "no_key")

    first = first_rows(cart, ExportRules(), JP, "ja", TODAY)
    rows = first.rows(Tab.PRODUCTS)
    next(rows)
    assert len(alive) == 1
    assert sum(1 for _ in rows) == 999
    assert (first.counts.products, first.counts.skus, len(first.skipped)) == (1000, 1000, 1)
    bases = first.base_rows()
    assert next(bases).key == "k0"


# ---------------------------------------------------------------- rows that come and go


def test_new_products_and_variants_are_appended_and_nothing_is_sorted(bench: Bench) -> None:
    result = bench.export(cup("z"), shirt("b", sizes=["XS", "S", "M"]), cup("c"), cup("a"))
    assert bench.row_keys() == ["a", "b", "c", "z"]
    assert bench.row_keys(Tab.SKUS) == ["b-S", "b-M", "b-XS"]
    assert (result.counts.added, result.counts.refreshed, result.counts.unchanged) == (1, 1, 2)
    assert bench.cell("b", "seller_sku") == "SKUタブ（3件）"
    assert "SKU XS" in str(bench.row("b")["cart_changes"])
    assert not result.issues


def test_a_deleted_row_comes_back_as_she_left_it_and_says_so(bench: Bench) -> None:
    bench.type(
        "a",
        title="私の商品名",
        price="1,500円",
        memo="大事",
        sync=True,
        barcode=None,
        scheduled_at=dt.datetime(2026, 12, 1, 9),
    )
    bench.type("b-S", Tab.SKUS, price=2500)
    bench.look()
    bench.delete("a")
    bench.delete("b-S", Tab.SKUS)
    result = bench.export(*rest())
    row = bench.row("a")
    assert (row["title"], row["price"], row["memo"], row["sync"]) == ("私の商品名", "1500", "大事", True)
    assert "barcode" not in row
    assert bench.cell("a", "scheduled_at") == dt.datetime(2026, 12, 1, 9)
    assert "元に戻しました" in str(row["cart_changes"])
    assert bench.row("b-S", Tab.SKUS)["price"] == "2500"
    assert "SKU S" in str(bench.row("b")["cart_changes"])
    assert (result.counts.added, result.counts.refreshed) == (0, 2)
    assert bench.row_keys() == ["b", "c", "a"]


def test_an_error_cell_is_kept_but_never_brought_back_as_text(bench: Bench) -> None:
    bench.type("a", title=CellError("#N/A"), memo=CellError("="))
    bench.export(*rest(cup("a", title="新しい題")))
    assert isinstance(bench.cell("a", "title"), CellError)
    bench.delete("a")
    bench.export(*rest(cup("a", title="新しい題")))
    assert (bench.cell("a", "title"), bench.cell("a", "memo")) == ("新しい題", None)


def test_gone_products_are_marked_and_return(bench: Bench) -> None:
    bench.type("c", title="私の商品名", sync=True)
    result = bench.export(*rest()[:2], max_gone_percent=50)
    assert result.counts.gone == 1
    assert bench.cell("c", "cart_status") == "カートから削除"
    assert "停止する" in str(bench.row("c")["cart_changes"])
    assert bench.base[Tab.PRODUCTS]["c"].gone
    assert not bench.export(*rest()[:2], max_gone_percent=0).base_rows  # gone once, never counted again
    bench.export(*rest())
    assert bench.cell("c", "cart_status") == "公開"
    assert bench.row("c")["title"] == "私の商品名"
    assert "cart_changes" not in bench.row("c")
    assert not bench.base[Tab.PRODUCTS]["c"].gone


def test_gone_products_may_leave_when_they_are_off(bench: Bench) -> None:
    bench.type("a", sync=True)
    bench.export(cup("c"), deleted_in_cart=DeletedInCart.REMOVE_IF_OFF, allow_gone=True)
    assert bench.row_keys() == ["a", "c"]
    assert bench.row_keys(Tab.SKUS) == []
    assert set(bench.base[Tab.PRODUCTS]) == {"a", "c"}
    assert not bench.base[Tab.SKUS]


def test_pause_says_that_the_next_import_pauses(bench: Bench) -> None:
    bench.export(*rest()[:2], deleted_in_cart=DeletedInCart.PAUSE, allow_gone=True)
    assert "次の" in str(bench.row("c")["cart_changes"])
    assert bench.cell("c", "action") is None


def test_too_many_gone_at_once_is_refused_and_changes_nothing(bench: Bench) -> None:
    before = [list(row) for row in bench.book.grid(Tab.PRODUCTS)]
    with pytest.raises(Refused) as refused:
        bench.export(cup("a"))
    assert refused.value.code == "too_many_gone"
    assert (refused.value.params["gone"], refused.value.params["known"]) == (2, 3)
    assert bench.book.grid(Tab.PRODUCTS) == before
    with pytest.raises(Refused):
        bench.export()
    assert bench.export(cup("a"), allow_gone=True).counts.gone == 2


def test_a_gone_variant_is_marked_and_never_removed(bench: Bench) -> None:
    bench.type("b-M", Tab.SKUS, price=2500)
    bench.export(*rest(shirt("b", sizes=["S"])))
    assert bench.row_keys(Tab.SKUS) == ["b-S", "b-M"]
    assert bench.cell("b-M", "cart_stock", Tab.SKUS) == 0
    assert "カートから無くなりました" in bench.cell("b-M", "sku_errors", Tab.SKUS)
    assert "SKU M" in str(bench.row("b")["cart_changes"])
    assert bench.base[Tab.SKUS]["b-M"].gone
    assert not any(bench.export(*rest(shirt("b", sizes=["S"]))).patch.tabs.values())
    bench.export(*rest())
    assert bench.cell("b-M", "cart_stock", Tab.SKUS) == 5
    assert bench.cell("b-M", "sku_errors", Tab.SKUS) is None
    assert bench.cell("b-M", "price", Tab.SKUS) == 2500


def test_her_sku_cells_follow_a_product_that_gets_variants_and_loses_them(bench: Bench) -> None:
    bench.type("a", price=1500, seller_sku="MY-CODE", stock=3)
    only = cup("a").variants[0]
    more = (
        replace(only, options=(Option("色", "白"),)),
        replace(only, key="a-2", sku="SKU-a2", options=(Option("色", "黒"),)),
    )
    bench.export(*rest(cup("a", variants=more, has_variants=True)))
    assert bench.cell("a", "seller_sku") == "SKUタブ（2件）"
    assert all(bench.cell("a", column) is None for column in ("price", "stock", "barcode", "cart_price", "cart_stock"))
    moved = bench.row("a-v", Tab.SKUS)
    assert (moved["price"], moved["seller_sku"], moved["stock"]) == ("1500", "MY-CODE", 3)
    assert (moved["option1_value"], moved["barcode"]) == ("白", "4901234567894")
    bench.type("a-v", Tab.SKUS, price=1400)
    bench.export(*rest())
    back = bench.row("a")
    assert (back["price"], back["seller_sku"], back["stock"], back["barcode"]) == (
        "1400",
        "MY-CODE",
        3,
        "4901234567894",
    )
    assert bench.base[Tab.SKUS]["a-v"].gone
    assert "商品タブで編集" in bench.cell("a-v", "sku_errors", Tab.SKUS)
    bench.export(*rest())
    assert not any(bench.export(*rest()).patch.tabs.values())


# ---------------------------------------------------------------- conflicts and modes


def test_a_conflict_is_shown_with_the_carts_value_until_it_is_settled(bench: Bench) -> None:
    bench.type("a", title="私の商品名")
    bench.type("b-S", Tab.SKUS, barcode="4900000000000")
    now = rest(cup("a", title="カートの新しい題"), with_variant(shirt("b"), "b-S", barcode="4911111111111"))
    result = bench.export(*now)
    assert result.counts.conflicts == 2
    assert bench.row("a")["title"] == "私の商品名"
    assert bench.row("a")["cart_changes"] == "商品名: カートでは「カートの新しい題」に変わりました"
    assert "SKU S の商品識別コード" in str(bench.row("b")["cart_changes"])
    assert not any(bench.export(*now).patch.tabs.values())
    bench.type("a", title="カートの新しい題")
    bench.export(*now)
    assert "cart_changes" not in bench.row("a")
    bench.export(*rest(cup("a", title="もう一度"), now[1]))
    assert bench.row("a")["title"] == "もう一度"


@pytest.mark.parametrize(
    ("changes", "overwritten"),
    [
        ({}, False),
        ({"updated_at": "2026-11-02T09:00:00+09:00"}, True),
        ({"updated_at": "2026-11-01T00:00:00Z", "description": "新"}, False),  # the same moment, told in another zone
    ],
)
def test_if_updated_overwrites_only_what_the_cart_updated(
    bench: Bench, changes: dict[str, Any], overwritten: bool
) -> None:
    bench.type("a", title="私の商品名", price=1)
    bench.export(*rest(cup("a", **changes)), mode=Overwrite.IF_UPDATED)
    assert bench.row("a")["title"] == ("カップ a" if overwritten else "私の商品名")
    assert bench.row("a")["price"] == "1"


def test_if_updated_without_dates_looks_at_the_values_but_not_at_stock() -> None:
    bench = Bench()
    product = cup("a", updated_at="")
    bench.export(product)
    bench.type("a", title="私の商品名")
    product = with_variant(product, "a-v", stock=1)
    bench.export(product, mode=Overwrite.IF_UPDATED)
    assert bench.row("a")["title"] == "私の商品名"
    bench.export(replace(product, description="新"), mode=Overwrite.IF_UPDATED)
    assert bench.row("a")["title"] == "カップ a"


def test_no_mode_touches_what_the_cart_does_not_have(bench: Bench) -> None:
    bench.type("b", description="私の説明")
    bench.type("b-S", Tab.SKUS, barcode="4901234567894")
    bench.export(*rest(shirt("b", description="")), mode=Overwrite.MERGE)
    bench.type("b", description="もう一度")
    bench.export(*rest(shirt("b", description="", title="x")), mode=Overwrite.ALWAYS)
    assert bench.row("b")["description"] == "もう一度"
    assert bench.row("b-S", Tab.SKUS)["barcode"] == "4901234567894"


def test_a_lost_store_keeps_filled_cells_and_fills_blank_ones(bench: Bench) -> None:
    bench.type("a", title="私の商品名", description=None, sync=True)
    for rows in bench.base.values():
        rows.clear()
    result = bench.export(*rest())
    row = bench.row("a")
    assert (row["title"], row["description"], row["sync"]) == ("私の商品名", "<p>陶器</p>", True)
    assert row["cart_changes"] == "商品名: カートでは「カップ a」に変わりました"
    assert (result.counts.added, result.counts.conflicts) == (0, 1)
    assert bench.base[Tab.PRODUCTS]["a"].base["title"] == "カップ a"
    assert not result.issues


# ---------------------------------------------------------------- cells and columns that are not hers


def test_tool_cells_are_put_back_and_what_was_typed_is_told(bench: Bench) -> None:
    bench.type("a", cart_title="書いた", cart_stock=99, cart_type="書いた", added_at=None)
    bench.type("b", seller_sku="REAL-CODE")
    bench.type("b-S", Tab.SKUS, product_key="other")
    result = bench.export(*rest())
    assert (bench.cell("a", "cart_title"), bench.cell("a", "cart_stock"), bench.cell("a", "cart_type")) == (
        "カップ a",
        7,
        None,
    )
    assert bench.cell("a", "added_at") == TODAY
    assert bench.cell("b", "seller_sku") == "SKUタブ（2件）"
    assert bench.cell("b-S", "product_key", Tab.SKUS) == "b"
    told = {(i.row_key, i.column): (i.severity, i.params["read"]) for i in result.issues}
    assert told == {
        ("a", "cart_title"): (Severity.INFO, "書いた"),
        ("a", "cart_stock"): (Severity.INFO, 99),
        ("a", "cart_type"): (Severity.INFO, "書いた"),
        ("b", "seller_sku"): (Severity.INFO, "REAL-CODE"),
        ("b-S", "product_key"): (Severity.INFO, "other"),
    }
    assert [line.partition(":")[0] for line in str(bench.cell("a", "cart_changes")).splitlines()] == [
        "カート商品名", "カート商品種別", "カート在庫",
    ]  # fmt: skip
    assert "「99」" in str(bench.cell("a", "cart_changes"))
    assert "SKU S のカート商品ID: " in str(bench.cell("b", "cart_changes"))
    bench.export(*rest())
    assert bench.cell("a", "cart_changes") is None


def test_a_key_that_was_typed_over_is_put_back(bench: Bench) -> None:
    bench.type("a", title="私の商品名", product_key="くずれた")
    result = bench.export(*rest())
    assert bench.row_keys() == ["a", "b", "c"]
    assert bench.row("a")["title"] == "私の商品名"
    assert [(i.code, i.column, i.params["read"]) for i in result.issues] == [
        ("tool_cell_edited", "product_key", "くずれた")
    ]


def test_a_lost_column_comes_back_with_what_stood_in_it(bench: Bench) -> None:
    bench.type("a", memo="大事", title="私の商品名")
    bench.look()
    grid = bench.book.grid(Tab.PRODUCTS)
    for column in ("memo", "title", "cart_title"):
        index = bench.book.column(Tab.PRODUCTS, column)
        for row in grid:
            del row[index : index + 1]
    bench.look()
    bench.export(*rest())
    back = bench.row("a")
    assert (back["memo"], back["title"], back["cart_title"]) == ("大事", "私の商品名", "カップ a")
    assert bench.row("c")["title"] == "カップ c"


def test_rows_made_by_hand_are_told_and_left_alone(bench: Bench) -> None:
    grid = bench.book.grid(Tab.PRODUCTS)
    grid.append([None] * len(grid[0]))
    grid[-1][bench.book.column(Tab.PRODUCTS, "product_key")] = "mine"
    result = bench.export(*rest())
    assert [(i.code, i.row_key) for i in result.issues] == [("unknown_row", "mine")]
    assert bench.row("mine") == {"product_key": "mine"}


def test_a_sheet_that_was_partly_sorted_is_not_touched() -> None:
    bench = Bench()
    cart = [cup(f"k{n:02d}") for n in range(12)]
    bench.export(*cart)
    column = bench.book.column(Tab.PRODUCTS, "product_key")
    grid = bench.book.grid(Tab.PRODUCTS)
    for row, key in zip(grid[1:], sorted((str(row[column]) for row in grid[1:]), reverse=True), strict=True):
        row[column] = key
    before = [list(row) for row in grid]
    with pytest.raises(Refused) as refused:
        bench.export(*cart)
    assert (refused.value.code, refused.value.params["count"]) == ("export_rows_shifted", 12)
    assert grid == before


# ---------------------------------------------------------------- keys that change


def api_keys() -> list[Product]:
    """The same products as another kind of source names them."""
    shirts = shirt("b")
    return [
        replace(cup("a"), key="1001", variants=(replace(cup("a").variants[0], key="9001"),)),
        replace(shirts, key="1002", variants=tuple(replace(v, key=f"90{n}") for n, v in enumerate(shirts.variants))),
        cup("c"),
    ]


def test_a_changed_key_is_offered_and_the_product_waits(bench: Bench) -> None:
    result = bench.export(*api_keys())
    assert {(change.old, change.new) for change in result.key_changes} == {("a", "1001"), ("b", "1002")}
    assert {(i.code, i.row_key, i.params["old"]) for i in result.issues} == {
        ("key_changed", "1001", "a"),
        ("key_changed", "1002", "b"),
    }
    assert bench.base[Tab.PRODUCTS]["1001"].extra[WAITS] == "a"
    assert not bench.base[Tab.PRODUCTS]["a"].gone
    assert "1001" in str(bench.row("a")["cart_changes"])
    again = bench.export(*api_keys())
    assert len(again.key_changes) == 2
    assert bench.base[Tab.PRODUCTS]["1001"].extra[WAITS] == "a"
    assert len(bench.row_keys()) == 5


def test_deleting_the_old_row_settles_that_they_are_different_products(bench: Bench) -> None:
    bench.export(*api_keys())
    bench.delete("a")
    result = bench.export(*api_keys(), allow_gone=True)
    assert WAITS not in bench.base[Tab.PRODUCTS]["1001"].extra
    assert "a" not in bench.base[Tab.PRODUCTS]
    assert [change.old for change in result.key_changes] == ["b"]


def test_accepted_keys_are_taken_over_by_the_rows_with_all_edits(bench: Bench) -> None:
    bench.type("a", title="私の商品名", sync=True)
    bench.type("b-S", Tab.SKUS, price=2500)
    result = bench.export(*api_keys(), accept_key_changes=True)
    assert bench.row_keys() == ["1001", "1002", "c"]
    assert bench.row_keys(Tab.SKUS) == ["900", "901"]
    assert (bench.row("1001")["title"], bench.row("1001")["sync"]) == ("私の商品名", True)
    assert (bench.row("900", Tab.SKUS)["price"], bench.row("900", Tab.SKUS)["product_key"]) == ("2500", "1002")
    assert set(bench.base[Tab.PRODUCTS]) == {"1001", "1002", "c"}
    assert set(bench.base[Tab.SKUS]) == {"900", "901"}
    assert not result.issues
    assert not any(bench.export(*api_keys()).patch.tabs.values())


def long_s() -> Product:
    """`shirt("b")` whose S the cart calls S（細身） by now: to a CSV, that is another variant with the same code."""
    was = shirt("b")
    named = replace(was.variants[0], key="b-S（細身）", options=(Option("サイズ", "S（細身）"),))
    return replace(was, variants=(named, *was.variants[1:]))


def test_a_variant_that_the_cart_renamed_keeps_its_row_and_every_edit(bench: Bench) -> None:
    bench.type("b-S", Tab.SKUS, price=2500)
    result = bench.export(*rest(long_s()))
    assert bench.row_keys(Tab.SKUS) == ["b-S（細身）", "b-M"]
    row = bench.row("b-S（細身）", Tab.SKUS)
    assert (row["price"], row["option1_value"], row["seller_sku"]) == ("2500", "S（細身）", "SKU-b-S")
    assert "sku_errors" not in row
    assert "SKU S（細身）: カートで「S」から変わりました" in str(bench.row("b")["cart_changes"])
    assert [dict(change.variants) for change in result.variant_changes] == [{"b-S": "b-S（細身）"}]
    assert set(bench.base[Tab.SKUS]) == {"b-S（細身）", "b-M"}
    assert not any(bench.export(*rest(long_s())).patch.tab(Tab.SKUS).updates)


def test_a_variant_that_comes_back_under_another_name_later_goes_on_too(bench: Bench) -> None:
    bench.export(*rest(shirt("b", sizes=("M",))))
    assert bench.base[Tab.SKUS]["b-S"].gone
    bench.export(*rest(long_s()))
    assert bench.row_keys(Tab.SKUS) == ["b-S（細身）", "b-M"]
    assert "sku_errors" not in bench.row("b-S（細身）", Tab.SKUS)
    assert not bench.base[Tab.SKUS]["b-S（細身）"].gone


@pytest.mark.parametrize("code", ["SKU-b-M", ""])
def test_a_code_that_two_variants_share_or_none_renames_nothing(bench: Bench, code: str) -> None:
    bench.export(*rest(with_variant(long_s(), "b-S（細身）", sku=code)))
    assert bench.row_keys(Tab.SKUS) == ["b-S", "b-M", "b-S（細身）"]


def test_a_variant_that_she_takes_off_tiktok_is_not_what_comes_back() -> None:
    other = Bench()
    other.export(shirt("b"))
    other.export(shirt("b", sizes=("M",)))
    other.type("b-S", Tab.SKUS, exclude=True)
    other.export(shirt("b", sizes=("M",)))
    other.export(long_s())
    assert other.row_keys(Tab.SKUS) == ["b-S", "b-M", "b-S（細身）"]
    assert "exclude" not in other.row("b-S（細身）", Tab.SKUS)


# ---------------------------------------------------------------- awkward carts


def test_doubled_keys_in_the_cart_make_no_copied_rows(bench: Bench) -> None:
    result = bench.export(*rest(), cup("a", title="二つ目"), shirt("b2", variants=shirt("b").variants))
    assert codes(result.issues) == ["doubled_in_cart", "variant_doubled_in_cart"]
    assert bench.row_keys() == ["a", "b", "c"]
    assert bench.row("a")["title"] == "カップ a"


def test_texts_are_cut_at_what_a_cell_holds_and_stay_untouched_edits() -> None:
    bench = Bench()
    long = cup("a", description="𠮷" * 20_000, title="  題\u3000")
    bench.export(long)
    assert bench.cell("a", "description") == "𠮷" * 16_383
    assert bench.cell("a", "title") == "題"
    assert not any(bench.export(long).patch.tabs.values())
    bench.export(replace(long, description="短い"))
    assert bench.cell("a", "description") == "短い"


def test_issues_and_skips_of_the_source_go_along(bench: Bench) -> None:
    issue = Issue(Tab.PRODUCTS, "a", "barcode", "mangled")
    result = bench.export(*rest(cup("a", issues=(issue,))), Skipped("products.csv 12行目", "no_key"))
    assert result.issues == [issue]
    assert result.skipped[0].where == "products.csv 12行目"


def test_without_a_workbook_all_rows_are_appended_with_her_last_seen_values(bench: Bench) -> None:
    bench.type("a", title="私の商品名")
    bench.look()
    result = export_patch(None, rest(), bench.base, ExportRules(), today=TODAY, template=JP, language="ja")
    rows = result.patch.tabs[Tab.PRODUCTS].appends
    assert [row["title"] for row in rows] == ["私の商品名", "シャツ b", "カップ c"]
    assert len(result.patch.tabs[Tab.SKUS].appends) == 2


def test_moments_are_shown_in_the_shops_time() -> None:
    assert shown_moment("2026-11-01T00:00:05Z", "Asia/Tokyo") == "2026-11-01 09:00:05"
    assert shown_moment("2026-11-01 10:00", "Asia/Tokyo") == "2026-11-01 10:00:00"
    assert shown_moment("昨日", "Asia/Tokyo") == "昨日"
    assert shown_moment("", "Asia/Tokyo") == ""


def test_a_product_shows_its_status_type_and_unmanaged_stock() -> None:
    bench = Bench()
    loose = Variant("a-v", "ＳＫＵ１", None, None, stock_managed=False)
    bench.export(cup("a", status=CartStatus.DRAFT, product_type="食器", variants=(loose,), weight_g=Decimal("120.5")))
    assert bench.cell("a", "cart_status") == "下書き"
    assert bench.row("a")["seller_sku"] == "SKU1"
    assert "cart_stock" not in bench.row("a")
    facts = {"variant_key": "a-v", "unmanaged": True, FINGERPRINT: "these settings:"}
    assert bench.base[Tab.PRODUCTS]["a"].extra == facts


def test_pictures_without_room_are_told() -> None:
    images = tuple(f"images/{number}.jpg" for number in range(12))
    told = remarks(Product("p1", "名前", images=images))
    assert [(issue.code, issue.params["read"], issue.params["max"]) for issue in told] == [("images_left_out", 12, 9)]
    assert remarks(Product("p1", "名前", images=images[:9])) == []
