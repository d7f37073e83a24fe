"""Killed at any point, with any fault, the next runs settle what is open and go on: one listing per product, every link
right, each instruction carried out once at most, and nothing back on sale that a person has hidden.
"""

from __future__ import annotations

import dataclasses
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.desired import DesiredListing
from sheets_sync.records import Outcome
from sheets_sync.sandbox import Sandbox
from sheets_sync.states import Action, Listing, StockPolicy
from tests.tiktok.fake_clock import FakeClock

from .builders import World, listing, shirt, variant
from .mortal import Died, Life, mortal_shop, mortal_store

ALL = 25
"""More products than any scenario has points to die at."""
SAME = ("https://pictures.example/same.jpg",)


@dataclasses.dataclass(frozen=True)
class Scenario:
    """`before`: the situation it begins in. `act`: what she does in the row. `after`: the platform's status at the end.

    `calls`: the writes that carry it out, for faults to strike. `alone`: each run reads all products of this situation,
    so there is one at a time.
    """

    before: Callable[[World, list[DesiredListing]], None]
    act: Callable[[World, str], None]
    after: str | None
    calls: tuple[str, ...]
    make: Callable[[str], DesiredListing] = lambda key: listing(key, images=SAME, stock_policy=StockPolicy.ALWAYS)
    alone: bool = False


def nothing(world: World, wants: list[DesiredListing]) -> None:
    world.sheet(*wants)
    world.wants.clear()


def live(world: World, wants: list[DesiredListing]) -> None:
    world.live(*wants)


def paused(world: World, wants: list[DesiredListing]) -> None:
    world.paused(*wants)


def in_review(world: World, wants: list[DesiredListing]) -> None:
    world.sandbox.control.set(review_mode="manual")
    world.sheet(*wants)
    world.run()


def held(world: World, wants: list[DesiredListing]) -> None:
    in_review(world, wants)
    for want in wants:
        world.say(want.product_key, Action.PAUSE)
    world.run()


def drafts(world: World, wants: list[DesiredListing]) -> None:
    world.sheet(*wants)
    for want in wants:
        world.say(want.product_key, Action.DRAFT)
    world.run()
    world.plan()


def deleted(world: World, wants: list[DesiredListing]) -> None:
    world.live(*wants)
    for want in wants:
        world.say(want.product_key, Action.DELETE)
    world.run()
    world.plan()


def say(action: Action) -> Callable[[World, str], None]:
    return lambda world, key: world.say(key, action)


def edit_everything(world: World, key: str) -> None:
    world.change(key, title=f"新しい名前のマグカップ {key}")
    world.change_sku(key, price=Decimal(2480), stock=3)


def publish_with_edits(world: World, key: str) -> None:
    edit_everything(world, key)
    world.say(key, Action.PUBLISH)


def other_skus(world: World, key: str) -> None:
    skus = world.wants[key].skus
    dropped = dataclasses.replace(skus[1], excluded=True)
    world.change(key, skus=(skus[0], dropped, variant(f"{key}/b-s", "ブラック", "S")))


def pass_review(world: World, key: str) -> None:
    world.sandbox.control.decide(world.listed(key)["id"], "pass")


def new_listing(world: World, key: str) -> None:
    world.sheet(shirts(key))


def new_draft(world: World, key: str) -> None:
    world.sheet(listing(key, images=SAME))
    world.say(key, Action.DRAFT)


def lose(call: str, act: Callable[[World, str], None]) -> Callable[[World, str], None]:
    """A run before that never got its answer: the one that dies has to settle it."""

    def do(world: World, key: str) -> None:
        act(world, key)
        world.run(between=lambda: world.sandbox.control.fault("drop", operation=call, after_write=True))
        world.sandbox.control.clear_faults()

    return do


def shirts(key: str) -> DesiredListing:
    return shirt(key, images=SAME, stock_policy=StockPolicy.ALWAYS)


SCENARIOS = {
    "create": Scenario(nothing, new_listing, "ACTIVATE", ("create",), shirts),
    "edit price stock": Scenario(live, edit_everything, "ACTIVATE", ("prices", "inventory", "partial_edit")),
    "skus": Scenario(live, other_skus, "ACTIVATE", ("edit",), shirts),
    "edits of a paused one": Scenario(paused, edit_everything, "SELLER_DEACTIVATED", ("inventory",)),
    "publish": Scenario(paused, publish_with_edits, "ACTIVATE", ("edit",)),
    "pause": Scenario(live, say(Action.PAUSE), "SELLER_DEACTIVATED", ("deactivate",)),
    "hold": Scenario(in_review, say(Action.PAUSE), "PENDING", (), alone=True),
    "a hold falls due": Scenario(held, pass_review, "SELLER_DEACTIVATED", ("deactivate",), alone=True),
    "delete": Scenario(live, say(Action.DELETE), None, ("delete",)),
    "draft": Scenario(nothing, new_draft, "DRAFT", ("create",)),
    "publish a draft": Scenario(drafts, publish_with_edits, "ACTIVATE", ("edit",)),
    "settle a create": Scenario(nothing, lose("create", new_listing), "ACTIVATE", (), shirts),
    "settle a publish": Scenario(paused, lose("edit", publish_with_edits), "ACTIVATE", ()),
    "settle a delete": Scenario(live, lose("delete", say(Action.DELETE)), None, ()),
    "publish a deleted one": Scenario(deleted, say(Action.PUBLISH), "ACTIVATE", ("create",)),
}
FAULTS: dict[str, dict[str, Any]] = {
    "no fault": {},
    "answer lost": {"kind": "drop", "after_write": True},
    "503 after the write": {"kind": "unavailable", "after_write": True},
    "time-out after the write": {"kind": "timeout"},
    "too many requests": {"kind": "rate_limit"},
    "connection cut before": {"kind": "drop"},
}
# Every fault where it matters most; elsewhere the worst one.
COMBINATIONS = [
    (name, fault)
    for name, scenario in SCENARIOS.items()
    for fault in FAULTS
    if fault == "no fault"
    or (scenario.calls and fault == "answer lost")
    or name in {"create", "publish", "edit price stock"}
]


@dataclasses.dataclass
class Mortals:
    world: World
    life: Life

    def dying(self, run: Callable[[], object], changes: int) -> bool:
        """Run as a process that dies after so many changes; whether it died."""
        self.life.dies_after(changes)
        try:
            run()
        except Died:
            return True
        finally:
            self.life.for_ever()
        return False


@pytest.fixture
def mortals(sandbox: Sandbox, clock: FakeClock, tmp_path: Path) -> Iterator[Mortals]:
    life = Life()
    made = World(sandbox, clock, tmp_path, shop=mortal_shop(life), store=mortal_store(life))
    yield Mortals(made, life)
    made.close()


def each_death(mortals: Mortals, scenario: Scenario, fault: dict[str, Any]) -> Iterator[str]:
    """A product for each point to die at: brought into the scenario, begun, and left by a dead process."""
    world = mortals.world
    wants = [scenario.make(f"P{n}") for n in range(1, ALL)]
    if not scenario.alone:
        scenario.before(world, wants)
    begun = dict(world.wants)
    for changes, want in enumerate(wants, start=1):
        key = want.product_key
        if scenario.alone:
            world.wants = {}
            scenario.before(world, [want])
            begun = dict(world.wants)
        world.wants = {key: begun[key]} if key in begun else {}
        scenario.act(world, key)
        if fault:
            for call in scenario.calls:
                world.sandbox.control.fault(operation=call, **fault)
        died = mortals.dying(world.run, changes)
        world.sandbox.control.clear_faults()
        yield key
        if not died:
            return
        if scenario.after == "PENDING":
            pass_review(world, key)
            world.run()
    raise AssertionError("a scenario has more points to die at than products were made")


def recover(world: World) -> None:
    """The next runs: at once, after eleven minutes, and after the review."""
    world.run()
    if world.store.unsettled_attempts():
        world.clock.seconds += 11 * 60
        world.run()
    world.reviews_pass()
    world.run()
    assert world.store.unsettled_attempts() == []


def assert_settled(world: World, key: str, after: str | None) -> None:
    if after is None:
        assert world.listings(key) == []
        assert world.link(key).listing is Listing.DELETED
        return
    product, link, want = world.listed(key), world.link(key), world.wants[key]
    assert product["status"] == after
    assert link.product_id == product["id"]
    ids = {entry["external_sku_id"].removeprefix("main:"): entry for entry in product["skus"]}
    assert {name: known.sku_id for name, known in link.skus.items()} == {name: e["id"] for name, e in ids.items()}
    assert len(product["skus"]) == len({e["seller_sku"] for e in product["skus"]})
    if after != "SELLER_DEACTIVATED":
        assert product["title"] == want.title
        for sku in want.active_skus:
            assert ids[sku.variant_key]["price"]["sale_price"] == str(sku.price)
    if after in ("ACTIVATE", "SELLER_DEACTIVATED"):
        for sku in want.active_skus:
            assert sum(place["quantity"] for place in ids[sku.variant_key]["inventory"]) == sku.stock
    assert want.action is Action.KEEP or after == "PENDING"


@pytest.mark.parametrize(("name", "fault"), COMBINATIONS, ids=lambda value: value.replace(" ", "_"))
def test_killed_anywhere_the_next_runs_end_as_one_without_a_death(mortals: Mortals, name: str, fault: str) -> None:
    scenario, world = SCENARIOS[name], mortals.world
    deaths = 0
    for key in each_death(mortals, scenario, FAULTS[fault]):
        recover(world)
        assert_settled(world, key, scenario.after)
        if scenario.after != "PENDING":
            assert not world.plan().by_key()[key].steps
        deaths += 1
    assert deaths > 3 or not scenario.calls


@pytest.mark.parametrize("paused_edit", ["relist", "stay"])
@pytest.mark.parametrize("fault", ["no fault", "answer lost", "503 after the write"])
def test_hidden_by_hand_after_a_death_it_stays_hidden(mortals: Mortals, fault: str, paused_edit: str) -> None:
    """What the dead process had put on sale and a person hid is not put on sale a second time by the same word."""
    world = mortals.world
    world.sandbox.control.set(paused_edit=paused_edit)
    call = "edit" if paused_edit == "relist" else "activate"
    scenario = dataclasses.replace(SCENARIOS["publish"], calls=(call,))
    hidden = 0
    for key in each_death(mortals, scenario, FAULTS[fault]):
        world.clock.seconds += 5
        world.reviews_pass()
        was_on_sale = world.status(key) == "ACTIVATE"
        if was_on_sale:
            hidden += 1
            world.sandbox.control.seller_deactivate(world.listed(key)["id"])
        recover(world)
        if was_on_sale:
            assert world.status(key) == "SELLER_DEACTIVATED"
    assert hidden


def test_an_instruction_that_was_confirmed_does_nothing_more_while_it_stands_in_the_cell(mortals: Mortals) -> None:
    """The workbook could not be written, 出品する still stands there. Somebody hides the product: it stays hidden."""
    world = mortals.world
    for key in each_death(mortals, SCENARIOS["publish"], {}):
        world.run(clear=False)
        world.reviews_pass()
        world.run(clear=False)
        assert world.status(key) == "ACTIVATE"
        world.clock.seconds += 5
        world.sandbox.control.seller_deactivate(world.listed(key)["id"])
        world.run(clear=False)
        world.reviews_pass()
        assert world.status(key) == "SELLER_DEACTIVATED"


def test_changing_her_mind_after_a_lost_answer_counts(world: World) -> None:
    """The edit landed though its answer was lost. The row says the old values again: so shall the shop."""
    world.live(listing(images=SAME, stock_policy=StockPolicy.ALWAYS))
    before = world.wants["P1"]
    edit_everything(world, "P1")

    def lose_all() -> None:
        for call in ("prices", "inventory", "partial_edit"):
            world.sandbox.control.fault("drop", operation=call, after_write=True)

    for _ in range(3):
        world.clock.seconds += 5
        world.run(between=lose_all)
    world.sandbox.control.clear_faults()
    world.sheet(before)
    world.run()
    world.reviews_pass()
    world.run()
    assert (world.price(), world.stock(), world.listed()["title"]) == ("1980", 5, before.title)


# -- search lags behind


def lost_create(world: World) -> None:
    world.sandbox.control.search_lag(300)
    world.sheet(listing(images=SAME))
    world.run(between=lambda: world.sandbox.control.fault("drop", operation="create", after_write=True))
    assert world.store.unsettled_attempts()


def test_an_unknown_create_is_only_given_up_after_two_looks_ten_minutes_apart(world: World) -> None:
    world.sheet(listing(images=SAME))
    world.run(between=lambda: world.sandbox.control.fault("drop", operation="create"))
    (attempt,) = world.store.unsettled_attempts()
    assert (attempt.outcome, attempt.looks) == (Outcome.UNKNOWN, [])
    for minutes in (0, 5, 4):
        world.clock.seconds += minutes * 60
        assert world.run() == {}
        assert world.listings() == []
    world.clock.seconds += 120
    world.run()
    assert world.status() == "PENDING"
    created = [entry for entry in world.store.last_attempts().values() if entry.outcome is Outcome.PUSHED]
    assert created[0].idempotency_key == attempt.idempotency_key


def test_while_search_lags_nothing_is_created_a_second_time(world: World) -> None:
    lost_create(world)
    assert world.run() == {}
    assert len(world.listings()) == 1
    world.clock.seconds += 11 * 60
    world.run()
    assert world.link().product_id == world.listed()["id"]
    assert world.operations().count("create") == 1


@pytest.mark.parametrize("idempotency", ["replay", "error", "odd_error"])
def test_even_a_search_that_never_shows_it_makes_no_second_listing(world: World, idempotency: str) -> None:
    world.sandbox.control.set(idempotency=idempotency)
    lost_create(world)
    world.sandbox.control.search_lag(100_000)
    for _ in range(3):
        world.run()
        world.clock.seconds += 11 * 60
    assert len(world.listings()) == 1
    world.sandbox.control.search_lag(0)
    world.run()
    world.run()
    assert world.link().product_id == world.listed()["id"]


def test_listings_that_are_linked_already_are_not_read_in_search_of_a_lost_one(world: World) -> None:
    world.live(*(listing(f"P{n}", images=SAME) for n in range(2, 12)))
    world.sheet(listing("P1", images=SAME))
    world.run(between=lambda: world.sandbox.control.fault("drop", operation="create"))
    world.sandbox.control.clear_requests()
    world.look()
    assert not [row for row in world.sandbox.control.requests if row["operation"] == "get"]


# -- the real thing

_PUSH = """
import sys
from pathlib import Path
from types import SimpleNamespace
from tests.push.builders import FakeClock, World, listing
url, seconds, folder, credentials = sys.argv[1], float(sys.argv[2]), Path(sys.argv[3]), eval(sys.argv[4])
world = World(SimpleNamespace(url=url, **credentials), FakeClock(seconds), folder)
world.sheet(*(listing(f"P{n:02}", images=("https://pictures.example/same.jpg",)) for n in range(20)))
world.run(workers=4)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system knows no SIGKILL")
def test_a_process_that_is_killed_for_good_leaves_nothing_behind_that_the_next_run_cannot_finish(
    sandbox: Sandbox, clock: FakeClock, tmp_path: Path
) -> None:
    sandbox.control.fault("slow", operation="create", nth=9, count=4, after_write=True, seconds=60)
    credentials = {
        name: getattr(sandbox, name)
        for name in ("app_key", "app_secret", "access_token", "refresh_token", "shop_cipher", "shop_id", "warehouse_id")
    }
    process = subprocess.Popen(
        [sys.executable, "-c", _PUSH, sandbox.url, str(clock.seconds), str(tmp_path), repr(credentials)],
        cwd=Path(__file__).parents[2],
    )
    patience = time.monotonic() + 30
    while len(sandbox.control.products()) < 12 and process.poll() is None and time.monotonic() < patience:
        time.sleep(0.01)
    process.kill()
    process.wait()
    sandbox.control.release()
    assert len(sandbox.control.products()) == 12
    world = World(sandbox, clock, tmp_path)
    assert len(world.store.unsettled_attempts()) == 4
    assert len(world.store.links()) == 8
    world.sheet(*(listing(f"P{n:02}", images=SAME) for n in range(20)))
    recover(world)
    assert len(sandbox.control.products()) == 20
    for key in world.wants:
        assert_settled(world, key, "ACTIVATE")
    world.close()
