"""Random carts, random edits, sorts, deletions and exports in all modes: no edit is lost, the rest follows the cart.

The model remembers, per cell, what she typed; the export's answer to it is worked out here in another way than in the
project: an edit lives until the cart says the same, or a mode overwrites it.
"""

from __future__ import annotations

import random
from decimal import Decimal
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from msgspec.structs import replace

from sheets_sync.issue import Tab
from sheets_sync.products import Product
from sheets_sync.rows.fields import IMAGES, fields_of
from sheets_sync.rows.plain import is_skus_note
from sheets_sync.rows.project import ExportRules, Projector
from sheets_sync.states import Overwrite
from tests.rows.bench import JP, TABS, Bench, cup, shirt

FIELDS = {tab: fields_of(JP, tab) for tab in TABS}
SLOTS = FIELDS[Tab.PRODUCTS].images
TYPED = {
    Tab.PRODUCTS: ("title", "description", "memo", "category", "brand", IMAGES),
    Tab.SKUS: ("option1_value", "seller_sku", "barcode", "sku_image", "presale_days"),
}
TEXTS = st.sampled_from(["", "ア", "イ", "ウ", "=1+1", "００１２３", "改行\nあり", " 空白 "])
Spot = tuple[Tab, str, str]


class EditsSurvive(RuleBasedStateMachine):
    bench_kind: type[Bench] = Bench

    def __init__(self) -> None:
        super().__init__()
        self.bench = self.bench_kind()
        self.cart: dict[str, Product] = {}
        self.last: dict[tuple[Tab, str], dict[str, Any]] = {}  # the cart's rows at the last export
        self.edits: dict[Spot, Any] = {}  # what she typed and still stands
        self.open: set[Spot] = set()  # edits that the cart moved under: shown as conflicts
        self.gone: set[str] = set()
        self.lost: dict[str, Product] = {}
        self.settled = False
        self.number = 0

    # -- the cart

    @initialize()
    def first_export(self) -> None:
        for product in (cup("a"), cup("b"), shirt("c"), shirt("d", sizes="SML")):
            self.cart[product.key] = product
        self.export(Overwrite.MERGE)

    @rule(pick=st.randoms(use_true_random=False), text=TEXTS, moved=st.booleans())
    def the_cart_changes_a_product(self, pick: random.Random, text: str, moved: bool) -> None:
        key = pick.choice(sorted(self.cart))
        product = self.cart[key]
        variants = list(product.variants)
        n = pick.randrange(len(variants))
        change = pick.randrange(6)
        if change == 0:
            product = replace(product, title=text)
        elif change == 1:
            product = replace(product, description=text, images=tuple(text))
        elif change == 2:
            product = replace(product, images=product.images[::-1] + tuple(text))
        elif change == 3:
            variants[n] = replace(variants[n], stock=pick.randrange(9), price=Decimal(pick.randrange(100, 999)))
        elif change == 4:
            variants[n] = replace(variants[n], barcode=text, sku=text)
        else:
            variants[n] = replace(variants[n], image=text, stock_managed=pick.random() < 0.5)
        self.number += 1
        stamp = f"2026-11-02T00:00:{self.number % 60:02d}+09:00" if moved else product.updated_at
        self.cart[key] = replace(product, variants=tuple(variants), updated_at=stamp)
        self.settled = False

    @rule(variants=st.booleans())
    def the_cart_gets_a_product(self, variants: bool) -> None:
        self.number += 1
        key = f"n{self.number}"
        self.cart[key] = shirt(key) if variants else cup(key)
        self.settled = False

    @precondition(lambda self: len(self.cart) > 2)
    @rule(pick=st.randoms(use_true_random=False))
    def the_cart_loses_a_product(self, pick: random.Random) -> None:
        key = pick.choice(sorted(self.cart))
        self.lost[key] = self.cart.pop(key)
        self.gone.add(key)
        self.settled = False

    @precondition(lambda self: self.lost)
    @rule(pick=st.randoms(use_true_random=False))
    def the_cart_gets_a_product_back(self, pick: random.Random) -> None:
        key = pick.choice(sorted(self.lost))
        self.cart[key] = self.lost.pop(key)
        self.settled = False

    @rule(pick=st.randoms(use_true_random=False))
    def the_cart_gets_a_variant(self, pick: random.Random) -> None:
        keys = [key for key, product in self.cart.items() if product.has_variants]
        if keys:
            self.number += 1
            key = pick.choice(keys)
            more = shirt(key, sizes=[f"X{self.number}"]).variants
            self.cart[key] = replace(self.cart[key], variants=self.cart[key].variants + more)
            self.settled = False

    # -- her

    @rule(pick=st.randoms(use_true_random=False), text=TEXTS)
    def she_types(self, pick: random.Random, text: str) -> None:
        tab, key = pick.choice(sorted(self.rows_of_the_cart()))
        column = pick.choice(TYPED[tab])
        self.number += 1
        if column == IMAGES:
            images = [f"{text.strip()}{self.number}.jpg" for _ in range(pick.randrange(4))]
            slots = sorted(pick.sample(range(9), len(images)))
            self.bench.type(key, tab, **dict.fromkeys(SLOTS))
            self.bench.type(key, tab, **{SLOTS[slot]: image for slot, image in zip(slots, images, strict=True)})
        elif column == "presale_days":
            self.bench.type(key, tab, presale_days=pick.choice([None, 3, 9]))
        else:
            typed = f"{text}{self.number}" if text and pick.random() < 0.7 else text or None
            self.bench.type(key, tab, **{column: typed})
        self.edits[tab, key, column] = self.shown(tab, key)[column]
        self.settled = False

    @rule(pick=st.randoms(use_true_random=False))
    def she_types_where_she_should_not(self, pick: random.Random) -> None:
        tab, key = pick.choice(sorted(self.rows_of_the_cart()))
        column = "cart_title" if tab is Tab.PRODUCTS else "cart_price"
        self.bench.type(key, tab, **{column: pick.choice([None, 123456])})
        self.settled = False

    @rule(pick=st.randoms(use_true_random=False), tab=st.sampled_from(TABS))
    def she_sorts(self, pick: random.Random, tab: Tab) -> None:
        grid = self.bench.book.grid(tab)
        body = grid[1:]
        pick.shuffle(body)
        grid[1:] = body

    @rule(pick=st.randoms(use_true_random=False))
    def she_deletes_a_row(self, pick: random.Random) -> None:
        if not self.settled:
            self.bench.look()  # some run read her last edits in between
        tab, key = pick.choice(sorted(self.rows_of_the_cart()))
        self.bench.delete(key, tab)
        self.settled = False
        self.export(Overwrite.MERGE)

    @rule(column=st.sampled_from(["memo", "description", "image_3", "cart_type", "cart_changes"]))
    def she_deletes_a_column(self, column: str) -> None:
        self.bench.look()
        index = self.bench.book.column(Tab.PRODUCTS, column)
        for row in self.bench.book.grid(Tab.PRODUCTS):
            del row[index : index + 1]
        self.settled = False
        self.export(Overwrite.MERGE)

    # -- the export, and what it has to do to her edits

    @rule(mode=st.sampled_from(Overwrite))
    def export(self, mode: Overwrite) -> None:
        project = Projector(ExportRules(), JP)
        result = self.bench.export(*self.cart.values(), mode=mode, allow_gone=True)
        counts = result.counts
        assert counts.products == len(self.cart) == counts.added + counts.refreshed + counts.unchanged
        now: dict[tuple[Tab, str], dict[str, Any]] = {}
        moved: set[tuple[Tab, str]] = set()
        for key, product in self.cart.items():
            shown = project(product)
            rows = {(Tab.PRODUCTS, key): shown.product_row}
            rows |= {(Tab.SKUS, variant): row for variant, row in shown.sku_rows.items()}
            now |= rows
            before = self.last.get((Tab.PRODUCTS, key), {})
            if before and before["cart_updated_at"] != shown.product_row["cart_updated_at"]:
                moved |= set(rows)
        for spot, typed in list(self.edits.items()):
            tab, key, column = spot
            if (tab, key) not in now:
                continue
            was, cart = (field_of(rows.get((tab, key), {}), column) for rows in (self.last, now))
            overwritten = mode is Overwrite.ALWAYS or (mode is Overwrite.IF_UPDATED and (tab, key) in moved)
            prefilled = column in FIELDS[tab].prefill or column == IMAGES
            if prefilled and (typed in (was, cart) or (overwritten and (was, cart) != (None, None))):
                del self.edits[spot]
                self.open.discard(spot)
            elif prefilled and was != cart:
                self.open.add(spot)
        assert counts.conflicts == sum(spot[:2] in now for spot in self.open)
        self.last |= now
        self.gone = {key for key in self.gone - self.cart.keys() if key in self.bench.row_keys()}
        self.settled = True

    # -- what must always hold after an export

    @invariant()
    def everything_is_in_its_place(self) -> None:
        if not self.settled:
            return
        keys = self.bench.row_keys()
        assert sorted(keys) == sorted(self.cart.keys() | self.gone)
        skus = self.bench.row_keys(Tab.SKUS)
        assert len(skus) == len(set(skus))
        for tab, key in self.rows_of_the_cart():
            cart, shown = self.last[tab, key], self.shown(tab, key)
            assert self.bench.base[tab][key].base == cart
            for column in FIELDS[tab].tool:
                assert shown[column] == cart.get(column), (key, column)
            for column in (*FIELDS[tab].prefill, *([IMAGES] if tab is Tab.PRODUCTS else [])):
                expected = self.edits.get((tab, key, column), field_of(cart, column))
                assert shown[column] == expected, (key, column)
            for spot, typed in self.edits.items():
                if spot[:2] == (tab, key):
                    assert shown[spot[2]] == typed, spot

    @invariant()
    def an_export_that_follows_at_once_has_nothing_to_do(self) -> None:
        if not self.settled:
            return
        self.bench.export(*self.cart.values(), allow_gone=True)  # lets news such as "row restored" go
        again = self.bench.export(*self.cart.values(), allow_gone=True)
        assert not any(again.patch.tabs.values()), again.patch.tabs
        assert not again.base_rows

    # -- looking

    def rows_of_the_cart(self) -> list[tuple[Tab, str]]:
        """Rows on the sheet whose product the cart has."""
        found = [(Tab.PRODUCTS, key) for key in self.bench.row_keys() if key in self.cart]
        variants = {v.key for p in self.cart.values() if p.has_variants for v in p.variants}
        return found + [(Tab.SKUS, key) for key in self.bench.row_keys(Tab.SKUS) if key in variants]

    def shown(self, tab: Tab, key: str) -> dict[str, Any]:
        row = self.bench.row(key, tab)
        shown = {column: row.get(column) for column in self.bench.words[tab].columns}
        return shown | {IMAGES: images(row)} if tab is Tab.PRODUCTS else shown


def images(row: dict[str, Any]) -> tuple[Any, ...] | None:
    return tuple(row[slot] for slot in SLOTS if row.get(slot) is not None) or None


def field_of(row: dict[str, Any], column: str) -> Any:
    return images(row) if column == IMAGES else row.get(column)


def test_the_note_is_no_sku_code() -> None:
    bench = Bench()
    bench.export(shirt("c"))
    assert bench.cell("c", "seller_sku") == "SKUタブ（2件）"
    assert is_skus_note(bench.cell("c", "seller_sku"))


EditsSurvive.TestCase.settings = settings(max_examples=40, stateful_step_count=18, deadline=None)
TestEditsSurvive = EditsSurvive.TestCase
