"""When a plan refuses: changes so many or so large that they look like a slip of the hand."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from sheets_sync.plan import Plan, ProductPlan, StepKind
from sheets_sync.records import Link
from sheets_sync.states import Listing

NAMED = 20
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Limits:
    """The limits of `[rules]`. 0 pauses, deletes or publishes means that none may be done without being asked.

    `publishes`: hidden listings that an instruction puts on sale again; drafts do not count, nobody took them off sale.
    """

    price_change_percent: float
    zero_stock_skus: int
    pauses: int
    deletes: int
    publishes: int = 20


@dataclass(frozen=True, slots=True)
class Breach:
    """A limit that a plan exceeds: message `code`, how many, how many are allowed, and the first names."""

    code: str
    count: int
    limit: float
    names: tuple[str, ...]


def breaches(plan: Plan, links: Mapping[str, Link], limits: Limits) -> tuple[Breach, ...]:
    """Every limit that the plan exceeds; empty = it may run."""
    jumps = sorted({key for p in plan.products for key in _price_jumps(p, links, limits.price_change_percent)})
    found = (
        _over("limit_price_change", jumps, 0, shown=limits.price_change_percent),
        _over("limit_zero_stock", [k for p in plan.products for k in _to_zero(p, links)], limits.zero_stock_skus),
        _over("limit_pauses", _stops(plan, links), limits.pauses),
        _over("limit_deletes", _with_step(plan, StepKind.DELETE), limits.deletes),
        _over("limit_publishes", _brought_back(plan, links), limits.publishes),
    )
    return tuple(breach for breach in found if breach)


def _over(code: str, names: list[str], limit: int, shown: float | None = None) -> Breach | None:
    if len(names) <= limit:
        return None
    return Breach(code, len(names), limit if shown is None else shown, tuple(names[:NAMED]))


def _with_step(plan: Plan, *kinds: StepKind) -> list[str]:
    return [p.product_key for p in plan.products if any(step.kind in kinds for step in p.steps)]


def _stops(plan: Plan, links: Mapping[str, Link]) -> list[str]:
    """Products to be stopped. One that only falls due now, the review being over, was counted when it was asked for."""
    asked = _with_step(plan, StepKind.PAUSE, StepKind.HOLD)
    return [key for key in asked if not (key in links and links[key].hold)]


def _brought_back(plan: Plan, links: Mapping[str, Link]) -> list[str]:
    """Products that were taken off sale and shall be sold again."""
    asked = _with_step(plan, StepKind.PUBLISH)
    return [key for key in asked if key in links and links[key].listing in (Listing.PAUSED, Listing.TAKEN_DOWN)]


def _price_jumps(plan: ProductPlan, links: Mapping[str, Link], percent: float) -> Iterator[str]:
    link = links.get(plan.product_key)
    for key, price in _pairs(step.prices for step in plan.steps):
        before = link.skus[key].price if link and key in link.skus else None
        if before and price and abs(Decimal(price) - Decimal(before)) * 100 > Decimal(before) * Decimal(str(percent)):
            yield key


def _to_zero(plan: ProductPlan, links: Mapping[str, Link]) -> Iterator[str]:
    link = links.get(plan.product_key)
    for key, stock in _pairs(step.stock for step in plan.steps):
        if stock == 0 and link and key in link.skus and link.skus[key].stock:
            yield key


def _pairs(lists: Iterable[Iterable[tuple[str, T]]]) -> Iterator[tuple[str, T]]:
    for entries in lists:
        yield from entries
