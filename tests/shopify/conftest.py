"""A shop on loopback under a clock that only moves when told, and adapters that read it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.shopify.bulk import Bulk
from sheets_sync.shopify.client import AdminApi
from sheets_sync.shopify.exchange import Exchange
from sheets_sync.shopify.source import Choice, ShopifyShop
from sheets_sync.shopify.tokens import FixedToken, Tokens

from ..shopify_double import ShopifyDouble


class StandingClock:
    """Sleeping moves time on at once."""

    def __init__(self) -> None:
        self.seconds = 1_795_300_000.0
        self.slept: list[float] = []

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.seconds, dt.UTC)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class Watcher:
    """Progress that is remembered."""

    def __init__(self) -> None:
        self.steps: list[str] = []

    def step(self, code: str, **params: object) -> None:
        self.steps.append(code)

    def advance(self, code: str, done: int, total: int) -> None:
        """Not of interest."""


class Facts(dict[str, str]):
    """What a store remembers."""

    def fact(self, name: str) -> str:
        return self.get(name, "")

    def save_fact(self, name: str, value: str) -> None:
        self[name] = value


class Desk:
    """Everything that stands between a test and its shop. Facts outlive the adapters, as a store does."""

    def __init__(self, shop: ShopifyDouble, clock: StandingClock, folder: Path) -> None:
        self.shop, self.clock, self.folder = shop, clock, folder
        self.watcher, self.facts = Watcher(), Facts()
        self.opened: list[Exchange] = []

    def exchange(self, base: str = "") -> Exchange:
        known = self.facts.fact("moved") or base or self.shop.url
        made = Exchange(known, lambda moved: self.facts.save_fact("moved", moved), timeout_seconds=(2, 2))
        self.opened.append(made)
        return made

    def api(self, version: str = "2026-10", tokens: Tokens | None = None) -> AdminApi:
        return AdminApi(self.exchange(), tokens or FixedToken(self.shop.token), version, self.clock, self.watcher)

    def source(self, **choice: Any) -> ShopifyShop:
        api = self.api()
        bulk = Bulk(api, self.facts, self.clock, self.watcher, "bulk")
        return ShopifyShop(api, bulk, Choice(**choice), self.watcher)


@pytest.fixture
def clock() -> StandingClock:
    return StandingClock()


@pytest.fixture
def shop(clock: StandingClock) -> Iterator[ShopifyDouble]:
    with ShopifyDouble(clock=lambda: clock.seconds) as running:
        yield running


@pytest.fixture
def desk(shop: ShopifyDouble, clock: StandingClock, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(shop, clock, tmp_path)
    yield made
    for exchange in made.opened:
        exchange.close()
