"""What every part of a push works with, and what it tells of each product."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sheets_sync.desired import DesiredListing
from sheets_sync.issue import Issue
from sheets_sync.payload import Market
from sheets_sync.plan import ProductPlan, StepKind
from sheets_sync.ports import Clock, Pictures, Shop, Store
from sheets_sync.records import Link
from sheets_sync.shop import CategoryRules


def _random_id() -> str:
    return secrets.token_hex(16)


@dataclass(frozen=True)
class PushContext:
    """The ports and facts that pushing needs. `replan` decides again for one product after its listing was read anew.

    `keys`: (product key, content) → idempotency key of an earlier create that came to nothing. `drift`: `[rules] drift`. `price_decimals` of the market. `new_id` makes ids for attempts and idempotency keys.
    """

    shop: Shop
    store: Store
    pictures: Pictures
    clock: Clock
    market: Market
    run_id: str
    rules: Mapping[str, CategoryRules]
    replan: Callable[[str, Link | None], ProductPlan]
    keys: Mapping[tuple[str, str], str] = field(default_factory=dict)
    drift: str = "show"
    price_decimals: int = 0
    new_id: Callable[[], str] = _random_id

    def now(self) -> dt.datetime:
        return self.clock.now()


@dataclass(slots=True)
class Pushed:
    """What became of one product in this run. `done`: steps the platform accepted. `code`, `words`: of a refusal.

    `limit`: the day's allowance ended here. `unknown`: a write without an answer. `later`: out of reach, nothing done.
    """

    product_key: str
    done: list[StepKind] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    refused: bool = False
    limit: bool = False
    unknown: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One product to be pushed: its plan and its desired state."""

    plan: ProductPlan
    want: DesiredListing
