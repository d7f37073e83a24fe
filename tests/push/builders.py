"""Desired listings, and a world to push them into: a client over real HTTP, a sandbox, a store, pictures, time."""

from __future__ import annotations

import dataclasses
import io
import zlib
from collections.abc import Callable, Iterable
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PIL import Image

from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.external_ids import external_product_id
from sheets_sync.issue import Tab
from sheets_sync.payload_parts import Market
from sheets_sync.plan import Plan
from sheets_sync.planning import Approved, PlanRules, make_plan, plan_product
from sheets_sync.ports import PictureFault, PreparedPicture, Shop, Store
from sheets_sync.products import Option
from sheets_sync.push.context import PushContext, Pushed, Task
from sheets_sync.push.refresh import refresh
from sheets_sync.push.run import push_all
from sheets_sync.push.settle import settle
from sheets_sync.records import Link
from sheets_sync.sandbox import Sandbox
from sheets_sync.shop import AttributeRule, CategoryRules
from sheets_sync.states import Action, Listing
from sheets_sync.store import open_store
from sheets_sync.tables import RowRef
from sheets_sync.tiktok.client import TikTokShop
from sheets_sync.tiktok.tokens import Tokens
from sheets_sync.usecases import standings
from tests.tiktok.fake_clock import FakeClock

MUG = "600024"  # asks for nothing but the parcel's weight
SHIRT = "601226"  # asks for 素材 and the parcel's size
CART = "main"
RULES = {
    MUG: CategoryRules(MUG, (AttributeRule("100000", "カラー", sales=True, values=(("1000001", "ホワイト"),)),)),
    SHIRT: CategoryRules(
        SHIRT,
        (
            AttributeRule("100000", "カラー", sales=True, values=(("1000001", "ホワイト"), ("1000002", "ブラック"))),
            AttributeRule("100397", "素材", required=True, multiple=True, values=(("1001039", "コットン"),)),
        ),
    ),
}


def sku(key: str = "P1", **changes: Any) -> DesiredSku:
    """A right SKU; with a slash in its key it is edited on the tab SKU."""
    found = DesiredSku(
        tab=Tab.SKUS if "/" in key else Tab.PRODUCTS,
        ref=RowRef(key),
        variant_key=key,
        seller_sku=f"S-{key.replace('/', '-')}",
        price=Decimal(1980),
        stock=5,
        cart_stock=5,
    )
    return dataclasses.replace(found, **changes)


def variant(key: str, *values: str, **changes: Any) -> DesiredSku:
    """A SKU with options カラー, サイズ of these values."""
    options = tuple(Option(name, value) for name, value in zip(("カラー", "サイズ"), values, strict=False))
    return sku(key, options=options, **changes)


def listing(key: str = "P1", **changes: Any) -> DesiredListing:
    """A right listing with one SKU, switched on."""
    found = DesiredListing(
        ref=RowRef(key),
        product_key=key,
        sync=True,
        title=f"陶器のマグカップ {key}",
        description="<p>電子レンジで使えるマグカップです。</p>",
        category=MUG,
        images=(f"https://pictures.example/{key}.jpg",),
        package_weight_g=350,
        skus=(sku(key),),
    )
    return dataclasses.replace(found, **changes)


def shirt(key: str = "T1", **changes: Any) -> DesiredListing:
    """A listing with variants in two options, an attribute and a parcel's size."""
    skus = (variant(f"{key}/w-s", "ホワイト", "S"), variant(f"{key}/w-m", "ホワイト", "M"))
    right: dict[str, Any] = {
        "title": f"オーガニックコットンTシャツ {key}",
        "category": SHIRT,
        "attributes": {"100397": ("コットン",)},
        "dimensions_cm": (30, 22, 3),
        "skus": skus,
        "has_variants": True,
    }
    return listing(key, **(right | changes))


def change_sku(want: DesiredListing, position: int = 0, **changes: Any) -> DesiredListing:
    skus = list(want.skus)
    skus[position] = dataclasses.replace(skus[position], **changes)
    return dataclasses.replace(want, skus=tuple(skus))


@cache
def picture(shade: int) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (600, 600), (shade % 256, 99, 30)).save(out, "JPEG")
    return out.getvalue()


class Gallery:
    """Pictures by address: the content depends on the file's name, addresses with "bad" cannot be used."""

    def __init__(self) -> None:
        self.fetches: list[str] = []
        self.bad: set[str] = set()

    def fetch(self, address: str) -> bytes | PictureFault:
        self.fetches.append(address)
        if address in self.bad:
            return PictureFault("picture_not_found", {})
        return picture(zlib.crc32(address.rsplit("/", 1)[-1].encode()))

    def fetch_file(self, address: str) -> bytes | PictureFault:
        return self.fetch(address)

    def prepare(self, content: bytes, use: str) -> PreparedPicture | PictureFault:
        return PreparedPicture(content, "picture.jpg")


class World:
    """Everything around a push, and the runs of an import as `usecases` makes them.

    `wants` is what the sheet says now, with each row's 出品指示 in `action`.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        clock: FakeClock,
        folder: Path,
        *,
        shop: Callable[[Shop], Shop] = lambda shop: shop,
        store: Callable[[Store], Store] = lambda store: store,
    ) -> None:
        self.sandbox, self.clock, self.folder = sandbox, clock, folder
        self.gallery = Gallery()
        self.wants: dict[str, DesiredListing] = {}
        self.rules = PlanRules()
        self.approved: Callable[[DesiredListing], bool] = lambda want: want.sync
        self._wrap_shop, self._wrap_store = shop, store
        self.client = self._client()
        self._opened = open_store(f"sqlite:///{folder / 'store.db'}")
        self._opened.save_fact("shop_id", sandbox.shop_id)

    def _client(self) -> TikTokShop:
        sb = self.sandbox

        def tokens(auth: Any) -> Tokens:
            return Tokens(
                self.folder / "credentials.json",
                auth,
                self.clock,
                app_key=sb.app_key,
                access_token=sb.access_token,
                refresh_token=sb.refresh_token,
            )

        return TikTokShop(
            api_base=sb.url,
            auth_base=sb.url,
            app_key=sb.app_key,
            app_secret=sb.app_secret,
            tokens=tokens,
            clock=self.clock,
            shop_cipher=sb.shop_cipher,
            requests_per_second=10_000,
            connect_seconds=2,
            read_seconds=5,
        )

    @property
    def store(self) -> Store:
        return self._wrap_store(self._opened)

    @property
    def shop(self) -> Shop:
        return self._wrap_shop(self.client)

    def close(self) -> None:
        self.client.close()
        self._opened.close()

    # -- the sheet

    def sheet(self, *wants: DesiredListing) -> None:
        for want in wants:
            self.wants[want.product_key] = dataclasses.replace(want, position=len(self.wants))

    def change(self, key: str, **changes: Any) -> None:
        self.wants[key] = dataclasses.replace(self.wants[key], **changes)

    def change_sku(self, key: str, position: int = 0, **changes: Any) -> None:
        self.wants[key] = change_sku(self.wants[key], position, **changes)

    def say(self, key: str, action: Action) -> None:
        """Choose a 出品指示 in the row."""
        self.change(key, action=action)

    # -- runs

    def context(self, **changes: Any) -> PushContext:
        market = Market("JPY", "v1", "GRAM", "CENTIMETER", self.sandbox.warehouse_id, CART)
        made = PushContext(
            shop=self.shop,
            store=self.store,
            pictures=self.gallery,
            clock=self.clock,
            market=market,
            run_id="run",
            rules=RULES,
            replan=lambda key, link: plan_product(self.items[key], link, self.rules),
            drift=self.rules.drift,
        )
        return dataclasses.replace(made, **changes)

    def plan(self) -> Plan:
        """Decide as `usecases/standings.py` does."""
        store = self._opened
        run = SimpleNamespace(store=store, started=self.clock.now())
        instructions = standings._current_instructions(run, self.wants)
        attempts = standings._by_product(store.last_attempts().values())
        links = store.links()
        self.keys = standings.idempotency_keys(attempts)
        self.items = {
            key: Approved(
                want,
                self.approved(want),
                standings._effective(want.action, instructions.get(key), stops=False),
                standings._refusals(attempts.get(key, ()), self.clock.now()),
            )
            for key, want in self.wants.items()
        }
        unsettled = {attempt.product_key for attempt in store.unsettled_attempts()}
        return make_plan(self.items.values(), links, unsettled, "shop", self.rules)

    def run(
        self, *, workers: int = 1, between: Callable[[], None] = lambda: None, clear: bool = True
    ) -> dict[str, Pushed]:
        """One import: settle, refresh, plan, push, then clear confirmed instructions as the write-back does.

        `between` happens after the plan was made and before anything is sent.
        """
        self.look()
        plan = self.plan()
        between()
        ctx = self.context(keys=self.keys)
        told = {done.product_key: done for done in push_all(ctx, self.tasks(plan), workers)}
        if clear:
            self.clear_actions()
        return told

    def look(self) -> None:
        """What a run does first: settle what is open, then read what changed."""
        ctx = self.context()
        settle(ctx)
        refresh(ctx, 1)

    def tasks(self, plan: Plan) -> list[Task]:
        tasks = [Task(p, self.wants[p.product_key]) for p in plan.products if p.steps or p.already]
        return sorted(tasks, key=lambda t: (t.want.priority is None, t.want.priority or 0, t.want.position))

    def clear_actions(self) -> None:
        for key, done in self._opened.instructions().items():
            if done.confirmed_at and key in self.wants and self.wants[key].action is done.action:
                self.say(key, Action.KEEP)

    def reviews_pass(self) -> None:
        self.clock.seconds += 61
        self.sandbox.control.settle()

    # -- what is so afterwards

    def link(self, key: str = "P1") -> Link:
        found = self._opened.link(key)
        assert found is not None
        return found

    def listings(self, key: str = "P1") -> list[dict[str, Any]]:
        """What the platform has of a product, deleted listings left out."""
        wanted = external_product_id(CART, key)
        found = [product for product in self.sandbox.control.products() if product["external_product_id"] == wanted]
        return [product for product in found if product["status"] != "DELETED"]

    def listed(self, key: str = "P1") -> dict[str, Any]:
        (found,) = self.listings(key)
        return found

    def status(self, key: str = "P1") -> str:
        return str(self.listed(key)["status"])

    def price(self, key: str = "P1", position: int = 0) -> str:
        return str(self.listed(key)["skus"][position]["price"]["sale_price"])

    def stock(self, key: str = "P1", position: int = 0) -> int:
        return sum(place["quantity"] for place in self.listed(key)["skus"][position]["inventory"])

    def operations(self) -> list[str]:
        """Writes that reached the platform since the last look at them."""
        writes = {"create", "edit", "partial_edit", "prices", "inventory", "activate", "deactivate", "delete"}
        found = [row["operation"] for row in self.sandbox.control.requests if row["operation"] in writes]
        self.sandbox.control.clear_requests()
        return found

    # -- ready-made situations

    def live(self, *wants: DesiredListing) -> None:
        """These products on sale, everything sent, nothing open."""
        self.sheet(*(wants or (listing(),)))
        self.run()
        self.reviews_pass()
        self.look()
        assert all(self.link(want.product_key).listing is Listing.LIVE for want in wants or (listing(),))
        assert not any(plan.steps for plan in self.plan().products)
        self.operations()

    def paused(self, *wants: DesiredListing) -> None:
        """These products hidden by 停止する."""
        self.live(*wants)
        keys = [want.product_key for want in wants] or ["P1"]
        for key in keys:
            self.say(key, Action.PAUSE)
        self.run()
        assert all(self.status(key) == "SELLER_DEACTIVATED" for key in keys)
        assert all(self.wants[key].action is Action.KEEP for key in keys)
        self.look()
        self.plan()  # reads the blank cell, which ends the instruction
        self.clock.seconds += 120
        self.operations()


def steps(plan: Plan, key: str = "P1") -> list[str]:
    return [step.kind.value for step in plan.by_key()[key].steps]


def keys(found: Iterable[DesiredListing]) -> list[str]:
    return [want.product_key for want in found]
