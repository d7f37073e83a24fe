from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.content import CLEARED, content, drifted, fingerprint, group, price_text, whole
from sheets_sync.states import StockPolicy
from tests.push.builders import change_sku, listing, shirt

FULL = change_sku(
    shirt(brand="71", search_terms=("夏",), features=("軽い",), size_chart="s.jpg", max_order_quantity=3),
    barcode="4901234567894", barcode_type="JAN", image="w.jpg", presale_days=5,
)  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"title": "別"}, {"description": "<p>別</p>"}, {"category": "600024"}, {"brand": "72"}, {"images": ("b.jpg",)},
        {"package_weight_g": 1}, {"dimensions_cm": (1, 1, 1)}, {"search_terms": ("冬",)}, {"features": ("重い",)},
        {"size_chart": "t.jpg"}, {"max_order_quantity": 4}, {"attributes": {"100397": ("麻",)}},
        {"attributes": {"100397": ("コットン",), "1": ("x",)}}, {"images": ("b.jpg", "a.jpg")},
    ],
    ids=str,
)  # fmt: skip
def test_every_field_counts(change: dict[str, object]) -> None:
    assert content(dataclasses.replace(FULL, **change)) != content(FULL)


@pytest.mark.parametrize(
    "change", [{"memo": 1}, {"price": Decimal(1)}, {"stock": 9}, {"cart_stock": 1}, {"stock_fixed": True}], ids=str
)
def test_price_and_stock_are_no_content(change: dict[str, object]) -> None:
    if "memo" in change:
        assert content(dataclasses.replace(FULL, priority=1, position=9, sync=False, approved=True)) == content(FULL)
    else:
        assert content(change_sku(FULL, **change)) == content(FULL)


def test_what_is_not_set_has_no_fingerprint() -> None:
    bare = listing(description="", images=(), package_weight_g=None)
    assert set(content(bare)) == {"title", "category", "sku:P1"}


def test_excluded_and_gone_skus_are_no_content() -> None:
    for change in ({"excluded": True}, {"gone": True}):
        names = set(content(change_sku(FULL, 0, **change)))
        assert not any(name.startswith("sku:T1/w-s") for name in names)
        assert "sku:T1/w-m" in names


def test_groups() -> None:
    assert {group(name) for name in content(FULL)} == {
        "title", "description", "category", "brand", "images", "weight", "dimensions", "search_terms", "features",
        "size_chart", "max_order_quantity", "attributes", "skus",
    }  # fmt: skip


def test_cleared_beats_blank_but_not_a_value() -> None:
    cleared = dataclasses.replace(FULL, images=(), cleared=frozenset({"image_1", "image_2"}))
    assert content(cleared)["images"] == CLEARED
    one_left = dataclasses.replace(FULL, cleared=frozenset({"image_2"}))
    assert content(one_left)["images"] == content(FULL)["images"]


def test_the_whole_speaks_of_price_stock_and_exclusion_too() -> None:
    others = [
        change_sku(FULL, price=Decimal(1)), change_sku(FULL, stock=99), change_sku(FULL, 1, excluded=True),
        dataclasses.replace(FULL, title="別"),
    ]  # fmt: skip
    assert len({whole(want, 0) for want in (FULL, *others)}) == 5
    never = dataclasses.replace(FULL, stock_policy=StockPolicy.NEVER)
    assert whole(never, 0) == whole(change_sku(never, stock=99), 0)


@pytest.mark.parametrize(
    ("price", "decimals", "text"),
    [("1980", 0, "1980"), ("1980.00", 0, "1980"), ("12.5", 2, "12.50"), ("1E+3", 0, "1000"), ("0.01", 2, "0.01")],
)
def test_prices_as_they_are_sent(price: str, decimals: int, text: str) -> None:
    assert price_text(Decimal(price), decimals) == text


@given(st.text(), st.text())
def test_fingerprints_tell_texts_apart(one: str, other: str) -> None:
    assert (fingerprint(one) == fingerprint(other)) == (one == other)


def test_half_a_surrogate_pair_has_a_fingerprint() -> None:
    assert len(fingerprint("\ud83d")) == 16


def test_drift_is_what_both_showed_differently() -> None:
    assert drifted({"a": "1", "b": "2", "c": "3"}, {"a": "1", "b": "9", "d": "4"}) == ("b",)
