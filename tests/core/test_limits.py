from __future__ import annotations

import dataclasses
from decimal import Decimal

import pytest

from sheets_sync.desired import DesiredListing
from sheets_sync.limits import NAMED, Limits, breaches
from sheets_sync.plan import Plan
from sheets_sync.planning import Approved, PlanRules, make_plan
from sheets_sync.states import Action, Listing, StockPolicy
from tests.push.builders import change_sku, listing

from .listings import linked

LIMITS = Limits(price_change_percent=50, zero_stock_skus=2, pauses=2, deletes=1, publishes=2)


def plan_of(*items: Approved, row: Listing = Listing.LIVE, hold: bool = False) -> tuple[Plan, dict[str, object]]:
    links = {item.want.product_key: linked(listing(item.want.product_key), row, hold=hold) for item in items}
    return make_plan(items, links, (), "shop", PlanRules()), links


def found(*items: Approved, row: Listing = Listing.LIVE, hold: bool = False) -> list[tuple[str, int]]:
    plan, links = plan_of(*items, row=row, hold=hold)
    return [(breach.code, breach.count) for breach in breaches(plan, links, LIMITS)]  # type: ignore[arg-type]


def wants(count: int, **changes: object) -> list[DesiredListing]:
    return [dataclasses.replace(listing(f"P{n}"), **changes) for n in range(count)]


@pytest.mark.parametrize(("price", "jumps"), [(1980, 0), (2970, 0), (2971, 1), (990, 0), (989, 1), (1, 1)])
def test_a_price_may_move_by_half_either_way(price: int, jumps: int) -> None:
    item = Approved(change_sku(listing(), price=Decimal(price)), True)
    assert found(item) == ([("limit_price_change", 1)] if jumps else [])


def test_a_price_that_waits_or_is_the_first_one_is_no_jump() -> None:
    item = Approved(change_sku(listing(), price=Decimal(1)), True)
    assert found(item, row=Listing.PAUSED) == []
    plan = make_plan([item], {}, (), "shop", PlanRules())
    assert breaches(plan, {}, LIMITS) == ()


def test_a_publish_is_judged_by_its_prices_too() -> None:
    item = Approved(change_sku(listing(), price=Decimal(1)), True, Action.PUBLISH)
    assert found(item, row=Listing.PAUSED) == [("limit_price_change", 1)]
    blank = Approved(change_sku(listing(), price=None), True, Action.PUBLISH)
    assert found(blank, row=Listing.PAUSED) == []


@pytest.mark.parametrize(("count", "stopped"), [(2, False), (3, True)])
def test_stock_that_falls_to_nought_is_counted(count: int, stopped: bool) -> None:
    items = [Approved(change_sku(want, stock=0), True) for want in wants(count, stock_policy=StockPolicy.ALWAYS)]
    assert found(*items) == ([("limit_zero_stock", count)] if stopped else [])


@pytest.mark.parametrize(
    ("action", "code", "most"), [(Action.PAUSE, "limit_pauses", 2), (Action.DELETE, "limit_deletes", 1)]
)
def test_a_word_dragged_down_over_many_rows_is_held(action: Action, code: str, most: int) -> None:
    items = [Approved(want, False, action) for want in wants(most + 1)]
    assert found(*items[:most]) == []
    assert found(*items) == [(code, most + 1)]
    if action is Action.PAUSE:
        assert found(*items, row=Listing.IN_REVIEW) == [(code, most + 1)]


@pytest.mark.parametrize("row", [Listing.PAUSED, Listing.TAKEN_DOWN])
def test_so_is_one_that_puts_on_sale_what_was_taken_off(row: Listing) -> None:
    items = [Approved(want, True, Action.PUBLISH) for want in wants(3)]
    assert found(*items[:2], row=row) == []
    assert found(*items, row=row) == [("limit_publishes", 3)]
    assert found(*items, row=Listing.DRAFT) == [], "drafts wait for it"


def test_stops_that_fall_due_were_counted_when_they_were_asked_for() -> None:
    items = [Approved(want, True) for want in wants(9)]
    plan, _ = plan_of(*items, hold=True)
    assert all(product.steps for product in plan.products)
    assert found(*items, hold=True) == []


def test_all_limits_are_told_with_the_first_names() -> None:
    items = [Approved(want, False, Action.PAUSE) for want in wants(30)]
    plan, links = plan_of(*items)
    (breach,) = breaches(plan, links, LIMITS)  # type: ignore[arg-type]
    assert (len(breach.names), breach.names[0], breach.limit) == (NAMED, "P0", 2)
    mixed = [*items[:3], *(Approved(want, False, Action.DELETE) for want in wants(6)[3:])]
    assert found(*mixed) == [("limit_pauses", 3), ("limit_deletes", 3)]
