"""What every part of a push works with, and what it tells of each product."""

from __future__ import annotations

import datetime as dt
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field

from sheets_sync.desired import DesiredListing
from sheets_sync.issue import Issue
from sheets_sync.payload_parts import Market
from sheets_sync.plan import ProductPlan, StepKind
from sheets_sync.ports import Clock, Pictures, Shop, Store
from sheets_sync.records import Link
from sheets_sync.shop import CategoryRules

# Refusals that every product of the shop would meet (reference: TikTok Shop API 2.4): the seller, the contracts, the
# warehouses and the shipping of the shop.
SHOP_WIDE = frozenset(
    {
        "12052700", "12052703", "12052704", "12052705", "12019112", "12019114", "12019215", "12052923", "12052995",
        "12052535", "12052402", "12052403", "12052405", "12052420", "12052115", "12019022", "12052096", "12052531",
    }
)  # fmt: skip


def _random_id() -> str:
    return secrets.token_hex(16)


class Turns:
    """One at a time for each key, so that two products with the same picture upload it once."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._locks: dict[str, tuple[threading.Lock, int]] = {}

    @contextmanager
    def of(self, key: str) -> Iterator[None]:
        with self._guard:
            lock, others = self._locks.get(key, (threading.Lock(), 0))
            self._locks[key] = (lock, others + 1)
        try:
            with lock:
                yield
        finally:
            with self._guard:
                _, users = self._locks[key]
                self._locks[key] = (lock, users - 1)
                if users == 1:
                    del self._locks[key]


@dataclass(frozen=True)
class PushContext:
    """The ports and facts that pushing needs. `replan` decides again for one product after its listing was read anew.

    `keys`: (product key, content) → idempotency key of an earlier create that came to nothing. `drift` and
    `price_decimals` are those of the settings and of the market. `new_id` makes ids for attempts and idempotency keys.
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
    turns: Turns = field(default_factory=Turns)

    def now(self) -> dt.datetime:
        return self.clock.now()


@dataclass(slots=True)
class Pushed:
    """What became of one product in this run. `done`: steps the platform accepted. `refused`: at least one was not.

    `shop_fault`: code of a refusal that is the whole shop's. `limit`: the day's allowance ended here. `unknown`: a
    write without an answer. `later`: out of reach, nothing done.
    """

    product_key: str
    done: list[StepKind] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    refused: bool = False
    shop_fault: str = ""
    limit: bool = False
    unknown: bool = False
    later: bool = False


@dataclass(frozen=True, slots=True)
class Task:
    """One product to be pushed: its plan and its desired state."""

    plan: ProductPlan
    want: DesiredListing
