"""Copied, sorted, typed over, made by hand: what happens to rows in spreadsheets is seen before anything is sent."""

from __future__ import annotations

import random
from typing import Any

import pytest

from sheets_sync.issue import Severity, Tab
from sheets_sync.messages import text
from sheets_sync.rows.accidents import Accidents
from sheets_sync.tables import RowRef
from tests.rows.bench import Bench, accidents_of, cup, shirt


@pytest.fixture
def bench() -> Bench:
    made = Bench()
    made.export(*(cup(f"k{n:02d}") for n in range(20)), *(shirt(f"s{n}") for n in range(6)))
    return made


def look(bench: Bench) -> Accidents:
    return accidents_of(bench)


def column_cells(bench: Bench, tab: Tab, column: str) -> list[Any]:
    index = bench.book.column(tab, column)
    return [row[index] for row in bench.book.grid(tab)[1:]]


def put_column(bench: Bench, tab: Tab, column: str, cells: list[Any]) -> None:
    index = bench.book.column(tab, column)
    for row, cell in zip(bench.book.grid(tab)[1:], cells, strict=True):
        row[index] = cell


def test_an_untouched_or_wholly_sorted_sheet_is_no_accident(bench: Bench) -> None:
    assert look(bench) == Accidents()
    for tab in (Tab.PRODUCTS, Tab.SKUS):
        grid = bench.book.grid(tab)
        body = grid[1:]
        random.Random(1).shuffle(body)
        grid[1:] = body
    bench.type("k03", title="私の商品名", seller_sku="X-1")
    assert look(bench) == Accidents()


def test_of_identical_copies_the_first_counts(bench: Bench) -> None:
    bench.copy_row("k01")
    found = look(bench)
    assert found.ignored == {(Tab.PRODUCTS, RowRef("k01", 1))}
    assert not found.held
    (issue,) = found.issues
    assert (issue.code, issue.severity, issue.params["rows"]) == ("duplicate_row_ignored", Severity.INFO, "3")


def test_different_copies_hold_both_and_name_the_other_row(bench: Bench) -> None:
    bench.copy_row("k01")
    bench.type("k01", title="違う")
    found = look(bench)
    assert found.held == {"k01"}
    assert not found.ignored
    assert [(i.code, i.params["rows"]) for i in found.issues] == [("duplicate_row", "28"), ("duplicate_row", "3")]
    assert text("duplicate_row", "ja", rows="28").startswith("IDが重複（28行目）")


def test_a_copied_sku_row_holds_its_product_and_notes_do_not_count(bench: Bench) -> None:
    bench.copy_row("s1-M", Tab.SKUS)
    bench.copy_row("k01")
    bench.type("k01", memo="メモだけ違う", person="担当")
    bench.type("s1-M", Tab.SKUS, price=100)
    found = look(bench)
    assert found.held == {"s1"}
    assert found.ignored == {(Tab.PRODUCTS, RowRef("k01", 1))}


@pytest.mark.parametrize(
    ("tab", "columns"),
    [
        (Tab.PRODUCTS, ["product_key"]),
        (Tab.PRODUCTS, ["title"]),
        (Tab.PRODUCTS, ["seller_sku"]),
        (Tab.PRODUCTS, ["product_key", "cart_title"]),
        (Tab.SKUS, ["variant_key", "product_key"]),
        (Tab.SKUS, ["seller_sku"]),
    ],
)
def test_columns_sorted_without_the_others_hold_everything(bench: Bench, tab: Tab, columns: list[str]) -> None:
    for column in columns:
        put_column(bench, tab, column, column_cells(bench, tab, column)[::-1])
    found = look(bench)
    assert found.shifted[tab] > 3
    assert found.held >= set(bench.row_keys())
    held = {i.row_key for i in found.issues if i.code == "rows_shifted"}
    assert held == set(bench.row_keys())


def test_edited_titles_that_were_sorted_alone_are_seen_once_they_were_remembered(bench: Bench) -> None:
    for n in range(20):
        bench.type(f"k{n:02d}", title=f"私の商品名{n}")
    bench.look()
    put_column(bench, Tab.PRODUCTS, "title", column_cells(bench, Tab.PRODUCTS, "title")[::-1])
    assert look(bench).shifted == {Tab.PRODUCTS: 26}
    bench.look()  # a second check must not take the disorder for her edits
    assert look(bench).shifted == {Tab.PRODUCTS: 26}


def test_a_few_swapped_rows_and_mass_edits_are_no_sort(bench: Bench) -> None:
    bench.type("k01", title="カップ k02")
    bench.type("k02", title="カップ k01")
    for n in range(3, 20):
        bench.type(f"k{n:02d}", title="みんな同じ", seller_sku=f"NEW-{n}")
    for key in bench.row_keys(Tab.SKUS):  # sizes renamed by hand: M becomes S and S becomes M
        size = bench.cell(key, "option1_value", Tab.SKUS)
        bench.type(key, Tab.SKUS, option1_value="M" if size == "S" else "S")
    assert look(bench) == Accidents()


def test_prices_typed_over_in_many_rows_are_no_sort_but_told(bench: Bench) -> None:
    for n in range(20):
        bench.type(f"k{n:02d}", cart_price=500)
    found = look(bench)
    assert not found.shifted
    assert [(i.code, i.params["read"], i.params["right"]) for i in found.issues] == [
        ("tool_cell_edited", "500", "1980")
    ] * 20


def test_rows_made_by_hand_and_skus_without_their_product_are_told(bench: Bench) -> None:
    bench.copy_row("k01")
    bench.book.grid(Tab.PRODUCTS)[-1][bench.book.column(Tab.PRODUCTS, "product_key")] = "mine"
    bench.delete("s3")
    found = look(bench)
    assert "mine" in found.held
    assert sorted((i.code, i.row_key) for i in found.issues) == [
        ("sku_without_product", "s3-M"), ("sku_without_product", "s3-S"), ("unknown_row", "mine"),
    ]  # fmt: skip


def test_a_key_typed_over_is_recognised_by_the_cells_beside_it(bench: Bench) -> None:
    bench.type("k01", product_key="oops")
    found = look(bench)
    assert found.true_keys == {(Tab.PRODUCTS, RowRef("oops")): "k01"}
    assert found.held == {"oops"}
    (issue,) = found.issues
    assert (issue.code, issue.params) == ("key_typed_over", {"read": "oops", "right": "k01"})


def test_without_a_store_nothing_is_held_against_her(bench: Bench) -> None:
    bench.type("k01", cart_title="x")
    for rows in bench.base.values():
        rows.clear()
    assert look(bench) == Accidents()
