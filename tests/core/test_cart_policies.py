"""What the cart's state asks of a listing: told, held back, or stopped once."""

from __future__ import annotations

import dataclasses
import datetime as dt
from typing import Any

import pytest

from sheets_sync.cart_policies import CartPolicies, policy_issues, settled, stops_since, waits_for_period
from sheets_sync.content import presale_field
from sheets_sync.desired import DesiredListing
from sheets_sync.issue import Severity
from sheets_sync.plan import StepKind, Wait
from sheets_sync.planning import Approved, PlanRules, plan_product
from sheets_sync.products import ProductKind
from sheets_sync.records import Instruction
from sheets_sync.sale_period import sale_period
from sheets_sync.states import Action, CartStatus, Listing
from tests.push.builders import listing, sku

from .listings import linked

NOW = dt.datetime(2026, 12, 2, 9, tzinfo=dt.UTC)
END = dt.datetime(2026, 12, 1, tzinfo=dt.UTC)
OVER = sale_period("", "2026-11-30", dt.UTC)
AHEAD = sale_period("2026-12-24", "", dt.UTC)
SHOW, PAUSE = CartPolicies(), CartPolicies(sale_period="pause", deleted_in_cart="pause")
WORDS = {status: status.value for status in CartStatus}
BEFORE, AFTER = END - dt.timedelta(hours=1), END + dt.timedelta(hours=1)


def told(want: DesiredListing, place: Listing | None, policies: CartPolicies, *, stops: bool = False) -> dict[str, str]:
    link = linked(want, place) if place else None
    found = policy_issues(want, link, policies, NOW, stops=stops, words=WORDS)
    return {issue.code: issue.severity.value for issue in found}


@pytest.mark.parametrize(
    ("changes", "place", "policies", "stops", "codes"),
    [
        ({}, Listing.LIVE, PAUSE, False, {}),
        ({"sale": OVER}, Listing.LIVE, SHOW, False, {"sale_over_live": "warning"}),
        ({"sale": OVER}, Listing.IN_REVIEW, SHOW, False, {"sale_over_live": "warning"}),
        ({"sale": OVER}, Listing.LIVE, PAUSE, True, {"sale_over_stops": "warning"}),
        ({"sale": OVER}, Listing.LIVE, PAUSE, False, {"sale_over_kept": "info"}),
        ({"sale": OVER}, Listing.PAUSED, PAUSE, False, {"sale_over": "info"}),
        ({"sale": OVER}, Listing.PAUSED, SHOW, False, {"sale_over": "info"}),
        ({"sale": OVER}, None, SHOW, False, {"sale_over_new": "warning"}),
        ({"sale": OVER}, None, PAUSE, False, {"sale_over_waits": "warning"}),
        ({"sale": OVER}, Listing.DELETED, PAUSE, False, {"sale_over_waits": "warning"}),
        ({"sale": AHEAD}, None, SHOW, False, {"sale_ahead_new": "warning"}),
        ({"sale": AHEAD}, None, PAUSE, False, {"sale_ahead_waits": "info"}),
        ({"sale": AHEAD}, Listing.LIVE, PAUSE, False, {"sale_ahead_live": "warning"}),
        ({"sale": AHEAD}, Listing.PAUSED, PAUSE, False, {}),
        ({"gone": True, "sale": OVER}, Listing.LIVE, SHOW, False, {"gone_from_cart": "warning"}),
        ({"gone": True, "sale": OVER}, Listing.LIVE, PAUSE, True, {"gone_stops": "warning"}),
        ({"gone": True}, Listing.PAUSED, PAUSE, False, {}),
        ({"cart_status": CartStatus.DRAFT}, None, SHOW, False, {"cart_unpublished": "error"}),
        ({"cart_status": CartStatus.ARCHIVED}, None, CartPolicies(push_unpublished=True), False, {}),
        ({"kind": ProductKind.GIFT_CARD}, Listing.LIVE, SHOW, False, {"kind_gift_card": "error"}),
        ({"kind": ProductKind.DIGITAL}, None, SHOW, False, {"kind_digital": "error"}),
        ({"kind": ProductKind.BUNDLE}, None, SHOW, False, {"kind_bundle": "warning"}),
        ({"kind": ProductKind.BUNDLE}, Listing.LIVE, SHOW, False, {"kind_bundle": "info"}),
        ({"kind": ProductKind.SUBSCRIPTION}, None, SHOW, False, {"kind_subscription": "warning"}),
        ({"preorder": True}, None, SHOW, False, {"preorder_days_missing": "warning"}),
        ({"preorder": True, "skus": (sku(presale_days=7),)}, None, SHOW, False, {}),
        ({"preorder": True}, Listing.LIVE, SHOW, False, {}),
    ],
)
def test_what_is_told_of_a_row(
    changes: dict[str, Any], place: Listing | None, policies: CartPolicies, *, stops: bool, codes: dict[str, str]
) -> None:
    assert told(listing(**changes), place, policies, stops=stops) == codes


def test_a_pre_order_that_became_a_normal_product_is_told_where_tiktok_cannot_follow() -> None:
    before = listing(skus=(sku(presale_days=7),))
    link = linked(before)
    assert presale_field("P1") in link.sent
    after = listing()
    found = list(policy_issues(after, link, SHOW, NOW, stops=False, words=WORDS))
    assert [(issue.code, issue.severity, issue.column) for issue in found] == [
        ("preorder_still", Severity.WARNING, "presale_days")
    ]
    assert not list(policy_issues(before, link, SHOW, NOW, stops=False, words=WORDS))


@pytest.mark.parametrize(
    ("was", "now", "place", "code"),
    [
        (7, 14, Listing.LIVE, "preorder_fixed"),
        (7, 14, Listing.PAUSED, "preorder_fixed"),
        (None, 14, Listing.LIVE, "preorder_not_yet"),
        (7, None, Listing.LIVE, "preorder_still"),
        (7, 7, Listing.LIVE, ""),
        (7, 14, Listing.DRAFT, ""),
        (7, 14, Listing.IN_REVIEW, ""),
    ],
)
def test_days_are_fixed_once_a_product_was_live(was: int | None, now: int | None, place: Listing, code: str) -> None:
    """The rest of the row still goes out: an edit that named the days would be refused as a whole."""
    before, after = (listing(skus=(sku(presale_days=days),)) for days in (was, now))
    link = linked(before, place)
    found = [issue.code for issue in policy_issues(after, link, SHOW, NOW, stops=False, words=WORDS)]
    assert found == ([code] if code else [])
    plan = plan_product(Approved(after, approved=True), link, PlanRules())
    assert bool(plan.steps) is (was != now and place in (Listing.DRAFT, Listing.IN_REVIEW))
    named = dataclasses.replace(after, title="新しい名前")
    steps = plan_product(Approved(named, approved=True), linked(before), PlanRules()).steps
    assert [step.fields for step in steps] == [("title",)]


@pytest.mark.parametrize(
    ("changes", "policies", "since"),
    [
        ({"sale": OVER}, PAUSE, END),
        ({"sale": OVER}, SHOW, None),
        ({"sale": OVER, "sync": False}, PAUSE, None),
        ({"sale": AHEAD}, PAUSE, None),
        ({"gone": True, "gone_on": "2026-11-22"}, PAUSE, dt.datetime(2026, 11, 22, tzinfo=dt.UTC)),
        ({"gone": True, "gone_on": "2026-11-22", "sync": False}, PAUSE, dt.datetime(2026, 11, 22, tzinfo=dt.UTC)),
        ({"gone": True}, PAUSE, dt.datetime(1970, 1, 1, tzinfo=dt.UTC)),
        ({"gone": True}, SHOW, None),
        ({"gone": True, "sale": OVER}, CartPolicies(sale_period="pause"), None),
        ({}, PAUSE, None),
    ],
)
def test_reasons_to_stop(changes: dict[str, Any], policies: CartPolicies, since: dt.datetime | None) -> None:
    assert stops_since(listing(**changes), policies, NOW) == since


def test_a_reason_is_done_with_once_the_listing_was_off_sale_or_a_person_put_it_on_sale_after_it() -> None:
    want = listing()
    live, paused = linked(want, Listing.LIVE), linked(want, Listing.PAUSED)
    assert not settled(END, None, None)
    assert not settled(END, dataclasses.replace(live, checked_at=AFTER, synced_at=AFTER), None)
    assert not settled(END, dataclasses.replace(paused, checked_at=BEFORE), None), "stopped before: nobody saw it since"
    assert settled(END, dataclasses.replace(paused, checked_at=AFTER), None)
    assert settled(END, dataclasses.replace(paused, synced_at=AFTER), None), "stopped by us"
    assert settled(END, live, Instruction("P1", Action.PUBLISH, AFTER))
    assert not settled(END, live, Instruction("P1", Action.PUBLISH, BEFORE, BEFORE)), "that was another time"
    assert not settled(END, live, Instruction("P1", Action.PAUSE, AFTER))


@pytest.mark.parametrize("sale", [OVER, AHEAD])
def test_outside_of_its_period_a_new_product_is_listed_by_instruction_only(sale: Any) -> None:
    want = listing(sale=sale)
    assert not waits_for_period(want, SHOW, NOW)
    assert waits_for_period(want, PAUSE, NOW)
    held = plan_product(Approved(want, approved=True, waits=True), None, PlanRules())
    assert (held.steps, held.wait) == ((), Wait.SALE_PERIOD)
    asked = plan_product(Approved(want, approved=True, action=Action.PUBLISH, waits=True), None, PlanRules())
    assert [step.kind for step in asked.steps] == [StepKind.CREATE]
    known = plan_product(Approved(want, approved=True, waits=True), linked(want), PlanRules())
    assert known.wait is None
