"""What a fresh read of a listing means for what we remember of it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from sheets_sync.observe import adopt, gone, needs_full_edit, observe, same_content
from sheets_sync.shop import Reason, SalesAttribute, ShopProduct, ShopSku
from sheets_sync.states import Listing
from tests.push.builders import change_sku, shirt

from .listings import PAIRS, decide, linked

NOW = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
WANT = shirt()


def shown(listing: Listing = Listing.LIVE, **changes: Any) -> ShopProduct:
    """The listing as the platform shows it when everything wanted was accepted."""
    status, audit = PAIRS[listing]
    skus = tuple(
        ShopSku(
            f"17{n}",
            s.seller_sku,
            f"main:{s.variant_key}",
            s.price,
            {"W": 5},
            tuple(SalesAttribute(o.name, o.value) for o in s.options),
        )
        for n, s in enumerate(WANT.skus)
    )
    found = ShopProduct(
        "1729",
        status,
        audit,
        WANT.title,
        WANT.description,
        WANT.category,
        images=("uri",),
        attributes={"100397": (("1001039", "コットン"),)},
        weight_g=Decimal(350),
        dimensions_cm=("30", "22", "3"),
        external_id="main:T1",
        skus=skus,
        update_time=7,
    )
    return dataclasses.replace(found, **changes)


def test_state_and_reasons_are_taken_over() -> None:
    reasons = (Reason("Main Image", ("不鮮明",)),)
    link = observe(linked(WANT), shown(Listing.NONE, reasons=reasons), "main", NOW)
    assert (link.status, link.audit, link.listing, link.reasons) == ("FAILED", "FAILED", Listing.NONE, reasons)
    link = observe(link, shown(reasons=reasons), "main", NOW)
    assert (link.listing, link.reasons, link.update_time, link.checked_at) == (Listing.LIVE, (), 7, NOW)


def test_the_first_settled_reading_is_the_baseline_and_later_ones_show_drift() -> None:
    link = observe(linked(WANT), shown(), "main", NOW)
    assert link.drift == {}
    skus = (dataclasses.replace(shown().skus[0], price=Decimal(5000)), shown().skus[1])
    link = observe(link, shown(title="別の名前", skus=skus), "main", NOW)
    assert link.drift == {"title": "別の名前", "price:T1/w-s": "5000"}
    assert observe(link, shown(), "main", NOW).drift == {}


@pytest.mark.parametrize("listing", [Listing.IN_REVIEW, Listing.NONE, Listing.DRAFT, Listing.TAKEN_DOWN])
def test_an_unsettled_reading_is_no_baseline(listing: Listing) -> None:
    link = observe(linked(WANT), shown(listing, title="審査中の名前"), "main", NOW)
    assert (link.shop, link.drift) == ({}, {})


def test_what_was_not_compared_before_counts_from_now_on() -> None:
    link = observe(linked(WANT), shown(), "main", NOW)
    partial = dataclasses.replace(link, shop={k: v for k, v in link.shop.items() if not k.startswith("price:")})
    again = observe(partial, shown(), "main", NOW)
    assert (again.shop, again.drift) == (link.shop, {})


@pytest.mark.parametrize("price", ["1980", "1980.0", "1980.00"])
def test_decimals_are_no_drift(price: str) -> None:
    link = observe(linked(WANT), shown(), "main", NOW)
    skus = tuple(dataclasses.replace(sku, price=Decimal(price)) for sku in shown().skus)
    assert observe(link, shown(skus=skus), "main", NOW).drift == {}


def test_sku_ids_are_followed_when_they_are_reissued() -> None:
    skus = tuple(dataclasses.replace(sku, id=f"99{n}") for n, sku in enumerate(shown().skus))
    link = observe(linked(WANT), shown(skus=skus), "main", NOW)
    assert {key: known.sku_id for key, known in link.skus.items()} == {"T1/w-s": "990", "T1/w-m": "991"}


def test_skus_without_an_external_id_are_told_by_their_code() -> None:
    skus = tuple(dataclasses.replace(sku, id=f"99{n}", external_id="") for n, sku in enumerate(shown().skus))
    link = observe(linked(WANT), shown(skus=skus), "main", NOW)
    assert link.skus["T1/w-m"].sku_id == "991"
    strangers = tuple(dataclasses.replace(sku, id=f"99{n}", external_id=f"other:{n}") for n, sku in enumerate(skus))
    assert observe(linked(WANT), shown(skus=strangers), "main", NOW).skus == {}


def test_a_sku_that_is_gone_from_the_listing_is_forgotten_once_the_reading_is_settled() -> None:
    fewer = shown().skus[:1]
    assert set(observe(linked(WANT), shown(skus=fewer), "main", NOW).skus) == {"T1/w-s"}
    for listing in (Listing.IN_REVIEW, Listing.NONE):
        assert len(observe(linked(WANT), shown(listing, skus=fewer), "main", NOW).skus) == 2
    assert len(observe(linked(WANT), shown(audit="AUDITING", skus=fewer), "main", NOW).skus) == 2


@pytest.mark.parametrize(
    ("status", "audit", "draft", "full"),
    [
        ("ACTIVATE", "APPROVED", False, False),
        ("ACTIVATE", "APPROVED", True, True),
        ("ACTIVATE", "AUDITING", False, True),
        ("ACTIVATE", "FAILED", False, True),
        ("PENDING", "PRE_APPROVED", False, True),
        ("FAILED", "FAILED", False, True),
        ("SELLER_DEACTIVATED", "NONE", False, False),
    ],
)
def test_when_an_edit_has_to_be_a_full_one(status: str, audit: str, draft: bool, full: bool) -> None:
    assert needs_full_edit(shown(status=status, audit=audit, has_draft=draft)) is full


def test_a_hold_outlives_everything_but_the_end() -> None:
    held = linked(WANT, Listing.IN_REVIEW, hold=True)
    assert observe(held, shown(), "main", NOW).hold
    assert not observe(held, shown(Listing.DELETED), "main", NOW).hold
    assert (gone(held).hold, gone(held).listing) == (False, Listing.DELETED)


# -- adopting


def test_what_the_shop_shows_becomes_the_prior_state() -> None:
    link = adopt(WANT, shown(), "main", 0, NOW)
    assert decide(WANT, link).steps == ()
    assert {k: (s.sku_id, s.price, s.stock) for k, s in link.skus.items()} == {
        "T1/w-s": ("170", "1980", 5),
        "T1/w-m": ("171", "1980", 5),
    }


def test_only_what_differs_is_sent_after_adopting() -> None:
    link = adopt(WANT, shown(title="別の名前", brand_id=""), "main", 0, NOW)
    want = change_sku(dataclasses.replace(WANT, brand="71"), price=Decimal(2480))
    steps = decide(want, link).steps
    assert [(step.kind.value, step.fields) for step in steps] == [("price", ()), ("edit", ("title", "brand"))]


def test_prices_with_decimals_are_the_same_prices() -> None:
    want = change_sku(change_sku(WANT, 0, price=Decimal("12.5")), 1, price=Decimal("12.50"))
    skus = tuple(
        dataclasses.replace(sku, price=Decimal(text)) for sku, text in zip(shown().skus, ("12.5", "12.50"), strict=True)
    )
    link = adopt(want, shown(skus=skus), "main", 2, NOW)
    assert {known.price for known in link.skus.values()} == {"12.50"}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": "別"}, "title"),
        ({"description": "<p>別</p>"}, "description"),
        ({"category_id": "1"}, "category"),
        ({"images": ("a", "b")}, "images"),
        ({"weight_g": Decimal(500)}, "weight"),
        ({"dimensions_cm": ("31", "22", "3")}, "dimensions"),
        ({"dimensions_cm": None}, "dimensions"),
        ({"attributes": {}}, "attribute:100397"),
        ({"attributes": {"100397": (("9", "麻"),)}}, "attribute:100397"),
        ({"skus": ()}, "sku:T1/w-s"),
    ],
)
def test_fields_that_differ_are_not_the_same(change: dict[str, Any], field: str) -> None:
    assert field not in same_content(WANT, shown(**change), "main")


@pytest.mark.parametrize(
    "change", [{"weight_g": Decimal("349.93")}, {"description": "<p>電子レンジで使える\nマグカップです。</p>"}], ids=str
)
def test_what_is_the_same_but_for_its_form_is_the_same(change: dict[str, Any]) -> None:
    assert same_content(WANT, shown(**change), "main") == same_content(WANT, shown(), "main")
    assert len(same_content(WANT, shown(), "main")) == 9
