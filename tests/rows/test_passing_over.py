"""What a source passes over changes nothing: the same carts, edits and accidents, read wholly and in part.

Each export of the bench is carried out four times on the same workbook and base: with every product of the cart or
without those that the base says can be left out, with every row read whole or without the cells that the base knows.
Workbook, base, counts and issues have to come out the same.
"""

from __future__ import annotations

import copy
import hashlib
from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import settings
from msgspec.structs import replace

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.rows.export import ExportResult, export_patch
from sheets_sync.rows.passing_over import known_fingerprints
from sheets_sync.rows.project import ExportRules
from sheets_sync.rows.row_print import fingerprint_in, print_of
from sheets_sync.rows.settled import SettledRows
from sheets_sync.states import Overwrite
from tests.rows.bench import JP, TODAY, Bench, cup, shirt, with_variant
from tests.rows.test_nobodys_edit_is_lost import EditsSurvive


class TwinBench(Bench):
    """A bench whose source takes fingerprints. `passed`: what it passed over in the last export; `settled`: rows that
    were shortened.
    """

    def __init__(self, language: Any = "ja") -> None:
        super().__init__(language)
        self.passed: list[str] = []
        self.settled: list[str] = []

    def export(self, *products: Product | Skipped, mode: Overwrite = Overwrite.MERGE, **rules: Any) -> ExportResult:
        printed = [with_fingerprint(item) for item in products]
        if not self.book.exists():
            return super().export(*printed, mode=mode, **rules)
        short = self.without_what_is_known(printed)
        self.passed = [item.key for item in short if isinstance(item, Unchanged)]
        wanted = ExportRules(overwrite=mode, **rules)
        tried = [self.tried(items, wanted, shortened) for items in (printed, short) for shortened in (False, True)]
        wholly = super().export(*printed, mode=mode, **rules)
        assert tried == [wholly] * 4
        return wholly

    def without_what_is_known(self, products: list[Product | Skipped]) -> list[Product | Unchanged | Skipped]:
        kept = {key: fingerprint_in(print_of(row)) for key, row in self.base[Tab.PRODUCTS].items()}
        known = known_fingerprints(kept, self.under)
        return [
            Unchanged(item.key) if isinstance(item, Product) and known.get(item.key) == item.fingerprint else item
            for item in products
        ]

    def tried(
        self, items: Sequence[Product | Unchanged | Skipped], rules: ExportRules, shortened: bool
    ) -> ExportResult:
        """What an export would do, and nothing done."""
        base = copy.deepcopy(self.base)
        prints = {tab: {key: print_of(row) for key, row in rows.items()} for tab, rows in base.items()}
        book = self.book.read(shorten=SettledRows(prints, JP) if shortened else None)
        self.settled = [row.key(tab) for tab, sheet in book.tabs.items() for row in sheet.rows if row.settled]
        return export_patch(
            book, items, base, rules, today=TODAY, template=JP, language=self.language, under=self.under
        )


def with_fingerprint(item: Product | Skipped) -> Product | Skipped:
    if isinstance(item, Skipped):
        return item
    return replace(item, fingerprint=hashlib.sha256(repr(replace(item, fingerprint="")).encode()).hexdigest())


class PassedOver(EditsSurvive):
    """The merchandiser and the cart of the other test, over a source that passes over what it can."""

    bench_kind = TwinBench


PassedOver.TestCase.settings = settings(max_examples=40, stateful_step_count=18, deadline=None)
TestPassedOver = PassedOver.TestCase


@pytest.fixture
def bench() -> TwinBench:
    bench = TwinBench()
    bench.export(cup("a"), shirt("b", sizes="SML"), cup("c"))
    return bench


CART = (cup("a"), shirt("b", sizes="SML"), cup("c"))


def test_all_of_a_cart_that_did_not_change_is_passed_over_and_counted(bench: TwinBench) -> None:
    counts = bench.export(*CART).counts
    assert bench.passed == ["a", "b", "c"]
    assert bench.settled == ["a", "b", "c", "b-S", "b-M", "b-L"]
    assert (counts.products, counts.skus, counts.unchanged, counts.gone) == (3, 5, 3, 0)


def test_rows_that_she_edited_before_the_last_export_are_settled_too(bench: TwinBench) -> None:
    bench.type("a", title="私の商品名", memo="メモ", brand=None, sync=True)
    bench.type("b-S", Tab.SKUS, option1_value="小", price=2500)
    bench.export(*CART)
    assert bench.settled == ["b", "c", "b-M", "b-L"]
    bench.export(*CART)
    assert bench.settled == ["a", "b", "c", "b-S", "b-M", "b-L"]
    bench.export(*CART, mode=Overwrite.ALWAYS)
    assert bench.cell("a", "title") == "カップ a"


def test_deleted_rows_of_a_product_that_is_passed_over_come_back_in_the_carts_order(bench: TwinBench) -> None:
    moved = replace(shirt("b", sizes="SML"), variants=shirt("b", sizes="LSM").variants)
    bench.export(cup("a"), moved, cup("c"))
    for size in "SML":
        bench.delete(f"b-{size}", Tab.SKUS)
    bench.delete("a")
    bench.export(cup("a"), moved, cup("c"))
    assert bench.passed == ["a", "b", "c"]
    assert bench.row_keys(Tab.SKUS) == ["b-L", "b-S", "b-M"]
    assert bench.row_keys() == ["b", "c", "a"]


def test_tool_cells_of_a_product_that_is_passed_over_are_put_back(bench: TwinBench) -> None:
    bench.type("a", cart_title="まちがい")
    bench.type("b-S", Tab.SKUS, cart_price=1)
    result = bench.export(*CART)
    assert bench.passed == ["a", "b", "c"]
    assert (bench.cell("a", "cart_title"), bench.cell("b-S", "cart_price", Tab.SKUS)) == ("カップ a", 2980)
    assert [issue.code for issue in result.issues] == ["tool_cell_edited", "tool_cell_edited"]


def test_an_open_conflict_of_a_product_that_is_passed_over_stays_shown(bench: TwinBench) -> None:
    bench.type("b-S", Tab.SKUS, option1_value="小")
    cart = (cup("a"), with_variant(CART[1], "b-S", options=()), cup("c"))
    bench.export(*cart)
    shown = bench.cell("b", "cart_changes")
    assert shown
    assert bench.export(*cart).counts.conflicts == 1
    assert "b" in bench.passed
    assert bench.cell("b", "cart_changes") == shown


def test_a_product_whose_record_has_a_fault_is_read_each_time(bench: TwinBench) -> None:
    fault = Issue(Tab.PRODUCTS, "a", "barcode", "barcode_mangled", Severity.WARNING, {"read": "4.9E+12"})
    told = [bench.export(cup("a", issues=(fault,)), *CART[1:]).issues for _ in range(2)]
    assert told == [[fault], [fault]]
    assert bench.passed == ["b", "c"]


def test_a_product_that_left_and_came_back_is_read(bench: TwinBench) -> None:
    bench.export(*CART[1:], allow_gone=True)
    bench.export(*CART)
    assert bench.passed == ["b", "c"]
    assert bench.cell("a", "cart_status") == "公開"


def test_other_settings_read_everything(bench: TwinBench) -> None:
    bench.under = "other settings"
    bench.export(*CART)
    assert bench.passed == []
    bench.export(*CART)
    assert bench.passed == ["a", "b", "c"]


def test_a_key_that_waits_is_held_though_it_is_passed_over(bench: TwinBench) -> None:
    renamed = cup("z", variants=cup("a").variants)
    cart = (shirt("b", sizes="SML"), cup("c"), renamed)
    for _ in range(2):
        result = bench.export(*cart, allow_gone=True)
        assert [(change.old, change.new) for change in result.key_changes] == [("a", "z")]
    assert bench.passed == ["b", "c", "z"]
    bench.export(*cart, allow_gone=True, accept_key_changes=True)
    assert bench.row_keys() == ["z", "b", "c"]


def test_a_product_that_could_not_be_taken_is_not_passed_over_the_next_time(bench: TwinBench) -> None:
    thief = shirt("0", variants=CART[1].variants)
    for _ in range(2):
        codes = [issue.code for issue in bench.export(thief, *CART).issues]
        assert codes == ["variant_doubled_in_cart"]
    assert "b" not in bench.passed
    bench.export(*CART, allow_gone=True)
    bench.export(*CART, allow_gone=True)
    assert "b" in bench.passed


@pytest.mark.parametrize(
    ("column", "typed"), [("title", "私の名前"), ("memo", "メモ"), ("title", None), ("price", 1200)]
)
def test_an_edit_of_a_product_that_is_passed_over_is_remembered(bench: TwinBench, column: str, typed: Any) -> None:
    bench.type("a", **{column: typed})
    result = bench.export(*CART)
    assert bench.passed == ["a", "b", "c"]
    assert bench.settled == ["b", "c", "b-S", "b-M", "b-L"]
    (row,) = result.base_rows
    assert (row.key, column in row.seen) == ("a", True)
    assert bench.cell("a", column) == typed
