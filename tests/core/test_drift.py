"""Notes of what a listing shows: read by a person, compared with the row, left alone in edits."""

from __future__ import annotations

import dataclasses
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.content import content
from sheets_sync.desired import DesiredListing
from sheets_sync.drift import EXCERPT, agreed, noted, readable, untouched
from sheets_sync.records import Link, SkuLink
from sheets_sync.shop import ShopProduct
from tests.push.builders import listing

WANT = dataclasses.replace(
    listing("P1"),
    brand="7082",
    dimensions_cm=(10, 20, 30),
    attributes={"100397": ("コットン", "リネン [1001041]")},
)
SHOWN = ShopProduct(
    id="1",
    status="ACTIVATE",
    audit="APPROVED",
    title=WANT.title,
    description="<div><p>電子レンジで使える マグカップです。</p></div>",
    category_id=WANT.category,
    brand_id="7082",
    images=("tos/1",),
    weight_g=Decimal("350.0"),
    dimensions_cm=("10", "20", "30"),
    attributes={"100397": (("1001039", "コットン"), ("1001041", "リネン"))},
)


def link(**drift: str) -> Link:
    """A link whose content was all sent, with this drift."""
    sku = SkuLink("P1", "11", "S-P1", "1200", 5)
    return Link("P1", "1", sent=content(WANT), shop=dict.fromkeys(drift, "before"), drift=drift, skus={"P1": sku})


@pytest.mark.parametrize(
    "name", ["title", "description", "category", "brand", "weight", "dimensions", "attribute:100397"]
)
def test_a_row_that_says_the_same_agrees(name: str) -> None:
    note = noted(SHOWN)[name]
    known = dataclasses.replace(link(), drift={name: note}, sent={})
    found = agreed(WANT, known, 0)
    assert (found.drift, found.shop[name], found.sent) == ({}, note, {name: content(WANT)[name]})


@pytest.mark.parametrize(
    "change",
    [{"title": "x"}, {"description": "<p>x</p>"}, {"category": "1"}, {"brand": "1"}, {"package_weight_g": 351},
     {"dimensions_cm": (10, 20, 31)}, {"attributes": {"100397": ("コットン",)}}],
)  # fmt: skip
def test_a_row_that_says_something_else_does_not(change: dict[str, Any]) -> None:
    known = dataclasses.replace(link(), drift=noted(SHOWN))
    assert len(agreed(WANT, known, 0).drift) == 1, "pictures never agree: they cannot be compared"
    assert len(agreed(dataclasses.replace(WANT, **change), known, 0).drift) == 2


def test_a_price_that_was_taken_over_counts_as_sent() -> None:
    found = agreed(WANT, link(**{"price:P1": "1980"}), 0)
    assert (found.drift, found.skus["P1"].price, found.shop) == ({}, "1980", {"price:P1": "1980"})


def test_blank_cells_agree_with_nothing() -> None:
    blank = DesiredListing(ref=WANT.ref, product_key="P1")
    known = link(title="", brand="", weight="", dimensions="", category="")
    assert agreed(blank, known, 0) is known


def test_what_is_edited_here_is_not_left_alone() -> None:
    known = link(title="theirs", brand="1", **{"price:P1": "1"})
    edited = dataclasses.replace(WANT, title="ours")
    assert untouched(WANT, known, "show") == {"title", "brand", "price:P1"}
    assert untouched(edited, known, "theirs") == {"brand", "price:P1"}
    assert untouched(edited, known, "ours") == frozenset()


def test_notes_are_read_by_people() -> None:
    notes = noted(dataclasses.replace(SHOWN, description="<p>" + "あ" * 100 + "</p>", images=("a", "b")))
    names = {"category:600024": "食器 > マグカップ"}
    shown = {name: readable(name, note, names) for name, note in notes.items()}
    assert shown["category"] == "食器 > マグカップ"
    assert shown["brand"] == "7082", "an id that nobody knows is shown as it is"
    assert shown["images"] == "2"
    assert shown["description"] == "あ" * EXCERPT + "…"
    assert shown["attribute:100397"] == "コットン / リネン"
    assert readable("images", "a note of another version", {}) == "version"
    assert readable("description", "0123456789abcdef", {}) == ""


@given(st.text(max_size=300))
def test_a_note_is_short_whatever_the_description(html: str) -> None:
    note = noted(dataclasses.replace(SHOWN, description=html))["description"]
    assert len(note) <= 16 + 1 + 16 + 1 + EXCERPT + 1
    assert readable("description", note, {}) in note
