"""A paused product stays paused under every combination of the shop's rules.

Each combination goes the whole way: an export of a cart that changed everything, the rows as they are wanted, and the
decision what to send. Of a paused listing nothing but stock may go out, since a stock call cannot move its state.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from decimal import Decimal
from itertools import product as combinations
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from sheets_sync.issue import Tab
from sheets_sync.plan import StepKind
from sheets_sync.products import Product, ProductKind
from sheets_sync.records import Attempt, Call, Instruction, Link, Outcome
from sheets_sync.rows.categories import CategoryIndex
from sheets_sync.rows.desired import SUGGESTED, DesiredRules, Surroundings, desired_listings
from sheets_sync.rows.parse import typed_rows
from sheets_sync.rows.project import DeletedInCart
from sheets_sync.rows.tag_rule import TagRule
from sheets_sync.settings import Rules, Settings, TikTok
from sheets_sync.states import Action, CartStatus, Listing, Overwrite, StockPolicy
from sheets_sync.store import open_store
from sheets_sync.usecases.assess import Assessment
from sheets_sync.usecases.platform_rules import PlatformRules
from sheets_sync.usecases.standings import decide
from tests.rows.bench import JP, Bench, accidents_of, cup, with_variant

from .listings import linked

JAPAN = ZoneInfo("Asia/Tokyo")
NOW = dt.datetime(2026, 12, 2, 9, tzinfo=JAPAN)
LONG_AGO = dt.datetime(2026, 10, 1, tzinfo=JAPAN)
TAG = "TikTok Shop接続"
GONE = ("gone", "gone_off")
SITUATIONS: dict[str, dict[str, Any]] = {
    "plain": {},
    "off": {},
    "over": {"sale_ends": "2026-11-30"},
    "over_off": {"sale_ends": "2026-11-30"},
    "again": {"sale_starts": "2026-12-01", "sale_ends": "2026-12-31"},
    "ahead": {"sale_starts": "2026-12-24"},
    "draft": {"status": CartStatus.DRAFT},
    "archived": {"status": CartStatus.ARCHIVED},
    "card": {"kind": ProductKind.GIFT_CARD},
    "bundle": {"kind": ProductKind.BUNDLE},
    "tagged": {"tags": (TAG,)},
    "untagged": {},
    "initial": {},
    "always": {},
    "never": {},
    "held": {},
    "refused": {},
    "drifted": {},
    "consumed": {},
    "failed": {},
    "full_edit": {},
    "hers": {},
}
PLAN_RULES = tuple(
    combinations(StockPolicy, ("show", "pause"), (False, True), ("listing", "draft"), ("show", "ours", "theirs"))
)


def cart(*, moved: bool) -> Iterator[Product]:
    """The cart before and after everything in it moved."""
    for key, changes in SITUATIONS.items():
        made = cup(key, tags=(TAG,) if key == "untagged" else ())
        if moved:
            made = msgspec.structs.replace(
                with_variant(made, f"{key}-v", price=Decimal(2480), stock=2),
                title=f"新しい{key}", updated_at="2026-12-01T09:00:00+09:00", tags=(),
            )  # fmt: skip
            made = msgspec.structs.replace(made, **changes)
        yield made
    if not moved:
        yield from map(cup, GONE)


class Desk:
    """A workbook with a link to a paused (or live) listing for each row, decided upon by the code that imports do."""

    def __init__(self, store: Any, place: Listing) -> None:
        self.bench, self.store, self.place = Bench(), store, place
        self.rule = TagRule(TAG)

    def begin(self) -> None:
        keys = (*SITUATIONS, *GONE)
        self.bench.export(*cart(moved=False), tag_rule=self.rule)
        for key in keys:
            self.bench.type(key, sync=not key.endswith("off"), package_weight_g=300)
        policies = {"initial": "初回のみ送信", "always": "毎回送信", "never": "送信しない"}
        for key, policy in policies.items():
            self.bench.type(key, stock_policy=policy)
        self.bench.type("hers", price=999, stock=1)
        self.bench.look()
        for want in self.wants(StockPolicy.INITIAL):
            changes: dict[str, Any] = {"synced_at": LONG_AGO, "checked_at": LONG_AGO}
            changes |= {"held": {"hold": True}, "full_edit": {"full_edit": True}}.get(want.product_key, {})
            if want.product_key == "drifted":
                changes["drift"] = {"title": "よその名前", f"price:{want.skus[0].variant_key}": "1"}
            self.store.save_link(linked(want, self.place, **changes))
        done = Instruction("consumed", Action.PUBLISH, LONG_AGO, LONG_AGO)
        failed = Instruction("failed", Action.PUBLISH, LONG_AGO, failed="listing_changed")
        for instruction in (done, failed):
            self.store.save_instruction(instruction)
            self.bench.type(instruction.product_key, action="出品する")
        refused = Attempt("1", "refused", Call.EDIT, "x", "k", LONG_AGO, facts={"step": "edit"})
        self.store.open_attempt(refused)
        refused.outcome = Outcome.REJECTED
        self.store.close_attempt(refused)

    def wants(self, policy: StockPolicy) -> list[Any]:
        snapshot = self.bench.book.read()
        around = Surroundings(
            self.bench.base, CategoryIndex({}), rules=DesiredRules(stock_policy=policy, timezone=JAPAN),
            accidents=accidents_of(self.bench),
        )  # fmt: skip
        tabs = snapshot.tabs
        products = typed_rows(Tab.PRODUCTS, tabs[Tab.PRODUCTS], JP, columns=[SUGGESTED])
        skus, attributes = (typed_rows(tab, tabs[tab], JP) for tab in (Tab.SKUS, Tab.ATTRIBUTES))
        return desired_listings(products, skus, attributes, around)[0]

    def plans(self, deleted: str, rules: tuple[Any, ...]) -> dict[str, Any]:
        policy, sale, unpublished, publish_new, drift = rules
        settings = Settings(
            rules=Rules(
                stock_policy=policy, sale_period=sale, push_unpublished=unpublished, publish_new=publish_new,
                drift=drift, deleted_in_cart=deleted,
            ),
            tiktok=TikTok(),
        )  # fmt: skip
        session: Any = SimpleNamespace(
            store=self.store, settings=settings, template=JP, timezone=JAPAN, language="ja", started=NOW,
            clock=SimpleNamespace(now=lambda: NOW), today=NOW.date(), local=lambda at: at.replace(tzinfo=None),
        )  # fmt: skip
        found = Assessment(self.wants(policy), [], [], PlatformRules(), self.bench.base)
        decision = decide(session, found, checking=False, retry_pictures=True)
        assert len(decision.plan.products) == len(decision.wants)
        return decision.plan.by_key()


def after_export(tmp_path: Path, place: Listing, *, overwrite: Overwrite, deleted: str, turns_off: bool) -> Desk:
    store = open_store(f"sqlite:///{tmp_path / 'store.db'}")
    desk = Desk(store, place)
    desk.begin()
    desk.bench.export(
        *cart(moved=True), mode=overwrite, deleted_in_cart=DeletedInCart(deleted), allow_gone=True,
        tag_rule=TagRule(TAG, turns_off=turns_off),
    )  # fmt: skip
    return desk


EXPORT_RULES = list(combinations(Overwrite, DeletedInCart, (False, True)))


@pytest.mark.parametrize(("overwrite", "deleted", "turns_off"), EXPORT_RULES)
def test_nothing_but_stock_goes_to_a_paused_listing(
    tmp_path: Path, overwrite: Overwrite, deleted: DeletedInCart, *, turns_off: bool
) -> None:
    desk = after_export(tmp_path, Listing.PAUSED, overwrite=overwrite, deleted=deleted, turns_off=turns_off)
    stock_sent = 0
    for rules in PLAN_RULES:
        for key, plan in desk.plans(deleted, rules).items():
            kinds = [step.kind for step in plan.steps]
            assert set(kinds) <= {StepKind.STOCK}, (key, rules, kinds)
            assert plan.instruction is Action.KEEP, (key, rules)
            stock_sent += len(kinds)
    assert stock_sent, "the cart's stock moved, so some rules send it"
    desk.store.close()


def test_the_same_rows_do_move_a_listing_that_is_live(tmp_path: Path) -> None:
    """What the promise above is held against: on sale, prices and texts go out, and what shall stop is stopped."""
    desk = after_export(
        tmp_path, Listing.LIVE, overwrite=Overwrite.MERGE, deleted=DeletedInCart.PAUSE, turns_off=False
    )
    plans = desk.plans("pause", (StockPolicy.ALWAYS, "pause", False, "listing", "show"))
    kinds = {key: {step.kind for step in plan.steps} for key, plan in plans.items()}
    assert kinds["plain"] == {StepKind.PRICE, StepKind.STOCK, StepKind.EDIT}
    assert kinds["never"] == {StepKind.PRICE, StepKind.EDIT}
    assert {key for key, found in kinds.items() if StepKind.PAUSE in found} == {"over", "held", *GONE}
    assert kinds["draft"] == kinds["card"] == kinds["off"] == kinds["over_off"] == set()
    assert kinds["bundle"] == kinds["again"] == kinds["plain"]
    desk.store.close()


def test_a_stop_by_rule_is_carried_out_once(tmp_path: Path) -> None:
    """Stopped, put on sale again by a person: it stays on sale. A later end of the period stops it anew."""
    desk = after_export(
        tmp_path, Listing.LIVE, overwrite=Overwrite.MERGE, deleted=DeletedInCart.PAUSE, turns_off=False
    )
    rules = (StockPolicy.NEVER, "pause", False, "listing", "show")

    def stopped() -> set[str]:
        plans = desk.plans("pause", rules)
        paused = {key for key, plan in plans.items() if any(step.kind is StepKind.PAUSE for step in plan.steps)}
        return paused - {"held"}  # a stop that a person asked for

    def put(place: Listing, at: dt.datetime) -> None:
        for key in ("over", *GONE):
            link: Link = desk.store.link(key)
            known = linked(next(w for w in desk.wants(StockPolicy.NEVER) if w.product_key == key), place)
            state: dict[str, Any] = {"status": known.status, "audit": known.audit, "listing": known.listing}
            desk.store.save_link(dataclasses.replace(link, **state, synced_at=at))

    assert stopped() == {"over", *GONE} == stopped(), "deciding alone changes nothing"
    put(Listing.PAUSED, NOW)
    assert stopped() == set()
    put(Listing.LIVE, NOW)
    assert stopped() == set(), "put on sale by a person"
    shown = [p for p in cart(moved=True) if p.key != "over"]
    later = cup("over", sale_ends="2026-12-01T18:00")
    desk.bench.export(*shown, later, deleted_in_cart=DeletedInCart.PAUSE, tag_rule=TagRule(TAG))
    assert stopped() == set(), "an earlier end is no news"
    desk.bench.export(*shown, cup("over"), *map(cup, GONE), deleted_in_cart=DeletedInCart.PAUSE, tag_rule=TagRule(TAG))
    assert stopped() == set()
    desk.bench.export(*shown, later, deleted_in_cart=DeletedInCart.PAUSE, tag_rule=TagRule(TAG))
    assert stopped() == {"over", *GONE}, "gone anew, and ended anew"
    desk.store.close()


