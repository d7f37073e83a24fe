"""What an import will do, decided before anything is done: desired state against prior state, values in, a plan out.

A plan is data: it can be printed, hashed, compared and refused. A step names the fields that differ, so that a price or
stock update can never carry the publication state with it. The table of what may be sent in which state of the platform
is docs/design.md, section 6; each of its cells is one branch here.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from sheets_sync.content import SKU, content, fingerprint, price_text
from sheets_sync.desired import DesiredListing
from sheets_sync.records import Link
from sheets_sync.states import Action, Listing, StockPolicy


class StepKind(StrEnum):
    """One thing to be done to a listing. HOLD only remembers that the listing is to be paused once it is live."""

    CREATE = "create"
    CREATE_DRAFT = "create_draft"
    EDIT = "edit"
    SAVE_DRAFT = "save_draft"
    PRICE = "price"
    STOCK = "stock"
    PUBLISH = "publish"
    PAUSE = "pause"
    HOLD = "hold"
    DELETE = "delete"


class Wait(StrEnum):
    """Why a change, or a whole product, is not sent now."""

    ALLOWANCE = "allowance"
    PAUSED = "paused"
    TAKEN_DOWN = "taken_down"
    FROZEN = "frozen"
    HELD = "held"
    DELETED = "deleted"
    REFUSED = "refused"
    UNSETTLED = "unsettled"


@dataclass(frozen=True, slots=True)
class Step:
    """One step. `fields`: content fields that differ. `prices`, `stock`: by variant. `added`, `removed`: variants."""

    kind: StepKind
    fields: tuple[str, ...] = ()
    prices: tuple[tuple[str, str], ...] = ()
    stock: tuple[tuple[str, int], ...] = ()
    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ProductPlan:
    """Steps of one product in order. `waiting`: fields that differ but are not sent now, and `wait` says why.

    `refused`: steps left out because TikTok Shop refused exactly this content before: only a change can heal that.
    `instruction`: the fresh 出品指示 that these steps carry out (KEEP: none). `already`: it needs no call, the listing
    is so by now. `impossible`: message code when it cannot be carried out in this state.
    """

    product_key: str
    steps: tuple[Step, ...] = ()
    waiting: tuple[str, ...] = ()
    wait: Wait | None = None
    instruction: Action = Action.KEEP
    already: bool = False
    impossible: str = ""
    refused: tuple[StepKind, ...] = ()

    @property
    def creates(self) -> bool:
        return any(step.kind in (StepKind.CREATE, StepKind.CREATE_DRAFT) for step in self.steps)

    @property
    def spends_allowance(self) -> bool:
        """Whether the platform counts this against the day's allowance (creates and activations, reference: 5.4)."""
        return any(step.kind in (StepKind.CREATE, StepKind.PUBLISH) for step in self.steps)


@dataclass(frozen=True, slots=True)
class PlanRules:
    """Settings that the plan depends on. `allowance_left` None = not known."""

    publish_new: str = "listing"
    price_decimals: int = 0
    allowance_left: int | None = None


@dataclass(frozen=True, slots=True)
class Approved:
    """A product as the plan takes it: its desired state, whether its rows may be sent, and its fresh instruction.

    `refusals`: step kind → `step_print` of what TikTok Shop refused last.
    """

    want: DesiredListing
    approved: bool
    action: Action = Action.KEEP
    refusals: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Plan:
    """Everything that one import will do, for one shop."""

    shop_id: str
    products: tuple[ProductPlan, ...] = field(default_factory=tuple)

    @property
    def id(self) -> str:
        """Twelve hex digits that stand for exactly this plan."""
        body = json.dumps([self.shop_id, [asdict(p) for p in self.products if p.steps]], sort_keys=True)
        return hashlib.sha256(body.encode()).hexdigest()[:12]

    def by_key(self) -> dict[str, ProductPlan]:
        return {plan.product_key: plan for plan in self.products}

    def count(self, *kinds: StepKind) -> int:
        """How many products have a step of these kinds."""
        return sum(any(step.kind in kinds for step in p.steps) for p in self.products)


def make_plan(
    items: Iterable[Approved], links: Mapping[str, Link], unsettled: Iterable[str], shop_id: str, rules: PlanRules
) -> Plan:
    """Decide for every product. `unsettled`: keys of products whose last write has no known outcome: they wait."""
    open_keys = set(unsettled)
    chosen: list[tuple[DesiredListing, ProductPlan]] = []
    for item in items:
        key = item.want.product_key
        if key in open_keys:
            chosen.append((item.want, ProductPlan(key, wait=Wait.UNSETTLED)))
        else:
            chosen.append((item.want, plan_product(item, links.get(key), rules)))
    plans = _within_allowance(chosen, rules.allowance_left)
    return Plan(shop_id, tuple(plans))


def plan_product(item: Approved, link: Link | None, rules: PlanRules) -> ProductPlan:
    """Decide for one product. Stopping and deleting need no approval: they work for OFF and invalid rows too."""
    if link and link.hold and link.listing is Listing.LIVE and item.action in (Action.KEEP, Action.PAUSE):
        return ProductPlan(item.want.product_key, (Step(StepKind.PAUSE),), instruction=Action.PAUSE)
    return _without_refused(_decide(item, link, rules), item)


def step_print(step: Step, want: DesiredListing) -> str:
    """Fingerprint of what a step sends: tells whether a refusal speaks of the same content."""
    now = content(want)
    sent = {name: now.get(name) for name in step.fields}
    if "skus" in step.fields:
        sent |= {name: value for name, value in now.items() if name.startswith(SKU)}
    return fingerprint([sent, step.prices, step.stock, step.removed])


def _without_refused(plan: ProductPlan, item: Approved) -> ProductPlan:
    """Leave out what was refused with exactly this content. An instruction is a person's word: it is tried again."""
    if plan.instruction is not Action.KEEP or not item.refusals:
        return plan
    refused = tuple(s.kind for s in plan.steps if item.refusals.get(s.kind) == step_print(s, item.want))
    if not refused:
        return plan
    steps = tuple(step for step in plan.steps if step.kind not in refused)
    return replace(plan, steps=steps, refused=refused, wait=plan.wait or Wait.REFUSED)


def _decide(item: Approved, link: Link | None, rules: PlanRules) -> ProductPlan:
    match item.action:
        case Action.PAUSE:
            return _pause(item, link, rules)
        case Action.DELETE:
            return _delete(item.want.product_key, link)
        case _ if not item.approved:
            return ProductPlan(item.want.product_key)
        case Action.DRAFT:
            return _draft(item.want, link, rules)
        case Action.PUBLISH:
            return _publish(item.want, link, rules)
        case _:
            return _keep(item.want, link, rules)


def _pause(item: Approved, link: Link | None, rules: PlanRules) -> ProductPlan:
    key = item.want.product_key
    plan = ProductPlan(key, instruction=Action.PAUSE)
    if link is None or link.listing in (Listing.DRAFT, Listing.DELETED):
        return replace(plan, impossible="pause_not_listed")
    match link.listing:
        case Listing.LIVE:
            steps = [Step(StepKind.PAUSE)]
            # A stop hides the product at once; stock may follow, since a stock call never moves the publication state.
            steps += [s for s in _keep(item.want, link, rules).steps if item.approved and s.kind is StepKind.STOCK]
            return replace(plan, steps=tuple(steps))
        case Listing.PAUSED | Listing.TAKEN_DOWN | Listing.FROZEN:
            return replace(plan, already=True)
        case _ if link.hold:
            return plan
        case _:
            return replace(plan, steps=(Step(StepKind.HOLD),))


def _delete(key: str, link: Link | None) -> ProductPlan:
    plan = ProductPlan(key, instruction=Action.DELETE)
    if link is None:
        return replace(plan, impossible="delete_not_listed")
    if link.listing is Listing.FROZEN:
        return replace(plan, impossible="delete_frozen")
    if link.listing is Listing.DELETED:
        return replace(plan, already=True)
    return replace(plan, steps=(Step(StepKind.DELETE),))


def _draft(want: DesiredListing, link: Link | None, rules: PlanRules) -> ProductPlan:
    key = want.product_key
    if link is None or link.listing is Listing.DELETED:
        return ProductPlan(key, (_create(want, StepKind.CREATE_DRAFT, rules),), instruction=Action.DRAFT)
    if link.listing is Listing.DRAFT:
        plan = _keep(want, link, rules)
        return replace(plan, instruction=Action.DRAFT, already=not plan.steps)
    return ProductPlan(key, instruction=Action.DRAFT, impossible="draft_already_listed")


def _publish(want: DesiredListing, link: Link | None, rules: PlanRules) -> ProductPlan:
    key = want.product_key
    plan = ProductPlan(key, instruction=Action.PUBLISH)
    if link is None or link.listing is Listing.DELETED:
        return replace(plan, steps=(_create(want, StepKind.CREATE, rules),))
    match link.listing:
        case Listing.DRAFT | Listing.PAUSED | Listing.TAKEN_DOWN:
            return replace(plan, steps=(_full(want, link, StepKind.PUBLISH, rules),))
        case Listing.FROZEN:
            return replace(plan, impossible="publish_frozen")
        case Listing.LIVE:
            return replace(_keep(want, link, rules), instruction=Action.PUBLISH, already=True)
        case _:
            # In review anyway, or refused: the instruction takes a hold away, content goes out as ever.
            unheld = replace(link, hold=False)
            return replace(_keep(want, unheld, rules), instruction=Action.PUBLISH, already=True)


def _keep(  # noqa: PLR0911  one return per state of the platform: the table of docs/design.md, section 6
    want: DesiredListing, link: Link | None, rules: PlanRules
) -> ProductPlan:
    key = want.product_key
    if link is None:
        kind = StepKind.CREATE_DRAFT if rules.publish_new == "draft" else StepKind.CREATE
        return ProductPlan(key, (_create(want, kind, rules),))
    edit = _edit(want, link)
    price = _prices(want, link, rules)
    stock = _stock(want, link)
    changed = (*edit.fields, *(("price",) if price else ()))
    match link.listing:
        case Listing.LIVE:
            parts = [Step(StepKind.PRICE, prices=price)] if price else []
            parts += [Step(StepKind.STOCK, stock=stock)] if stock else []
            parts += [edit] if edit.fields else []
            return ProductPlan(key, tuple(parts))
        case Listing.PAUSED:
            parts = [Step(StepKind.STOCK, stock=stock)] if stock else []
            return ProductPlan(key, tuple(parts), waiting=changed, wait=Wait.PAUSED if changed else None)
        case Listing.DRAFT:
            parts = [_full(want, link, StepKind.SAVE_DRAFT, rules)] if changed else []
            return ProductPlan(key, tuple(parts))
        case Listing.TAKEN_DOWN | Listing.FROZEN | Listing.DELETED:
            changed = (*changed, *(("stock",) if stock else ()))
            wait = Wait(link.listing.value)
            return ProductPlan(key, waiting=changed, wait=wait if changed else None)
        case _:
            parts = [Step(StepKind.STOCK, stock=stock)] if stock else []
            if changed and link.hold:
                return ProductPlan(key, tuple(parts), waiting=changed, wait=Wait.HELD)
            # Outside of 出品中 the price call is refused (reference: 3.15): the price rides in the edit.
            parts = [replace(edit, prices=price), *parts] if changed else parts
            return ProductPlan(key, tuple(parts))


def _create(want: DesiredListing, kind: StepKind, rules: PlanRules) -> Step:
    skus = want.active_skus
    prices = tuple((s.variant_key, price_text(s.price, rules.price_decimals) or "") for s in skus)
    stock = tuple((s.variant_key, _first_stock(want, s.stock)) for s in skus) if kind is StepKind.CREATE else ()
    return Step(kind, tuple(content(want)), prices, stock, added=tuple(s.variant_key for s in skus))


def _first_stock(want: DesiredListing, stock: int | None) -> int:
    """Stock at a SKU's first submission: the platform wants a number even where she sends none."""
    return 0 if want.stock_policy is StockPolicy.NEVER else stock or 0


def _full(want: DesiredListing, link: Link, kind: StepKind, rules: PlanRules) -> Step:
    """A whole edit that may put the product on sale: with prices, and with the stock that a draft could not store."""
    edit = _edit(want, link)
    prices = tuple((s.variant_key, price_text(s.price, rules.price_decimals) or "") for s in want.active_skus)
    stock = () if kind is StepKind.SAVE_DRAFT else _stock(want, link)
    return Step(kind, edit.fields, prices, stock, edit.added, edit.removed)


def _edit(want: DesiredListing, link: Link) -> Step:
    """What differs in content. Variants that were switched off are removed; variants merely absent are left alone."""
    now = content(want)
    fields = tuple(field for field, value in now.items() if link.sent.get(field) != value)
    removed = tuple(s.variant_key for s in want.skus if s.excluded and s.variant_key in link.skus)
    added = tuple(s.variant_key for s in want.active_skus if s.variant_key not in link.skus and not s.gone)
    names = dict.fromkeys("skus" if name.startswith(SKU) else name for name in fields)
    names |= dict.fromkeys(["skus"] if removed or added else [])
    return Step(StepKind.EDIT, tuple(names), added=added, removed=removed)


def _prices(want: DesiredListing, link: Link, rules: PlanRules) -> tuple[tuple[str, str], ...]:
    """Prices that differ from what was last sent, or that were never sent, of SKUs that the listing has."""
    wanted = ((s.variant_key, price_text(s.price, rules.price_decimals)) for s in want.active_skus if not s.gone)
    return tuple((key, price) for key, price in wanted if price and key in link.skus and link.skus[key].price != price)


def _stock(want: DesiredListing, link: Link) -> tuple[tuple[str, int], ...]:
    """Stock to send by the policy: compared with what was last *sent*, never with what sales left of it."""
    if want.stock_policy is StockPolicy.NEVER:
        return ()
    changes: list[tuple[str, int]] = []
    for sku in want.active_skus:
        known = link.skus.get(sku.variant_key)
        if known is None:
            continue
        target = 0 if sku.gone else sku.stock
        first = known.stock is None
        if target is not None and (first or (want.stock_policy is StockPolicy.ALWAYS and known.stock != target)):
            changes.append((sku.variant_key, target))
    changes += _orphans(want, link)
    return tuple(changes)


def _orphans(want: DesiredListing, link: Link) -> list[tuple[str, int]]:
    """SKUs without a row any more: where stock is ours they go to 0, so that nothing unsellable is sold."""
    if want.stock_policy is not StockPolicy.ALWAYS:
        return []
    rows = {sku.variant_key for sku in want.skus}
    return [(key, 0) for key, sku in link.skus.items() if key not in rows and sku.stock not in (None, 0)]


def _within_allowance(
    chosen: list[tuple[DesiredListing, ProductPlan]], left: int | None
) -> Iterable[ProductPlan]:
    """Spend the day's allowance by 優先度, then sheet order; what is over waits."""
    if left is None:
        return [plan for _, plan in chosen]
    queue = sorted(
        (pair for pair in chosen if pair[1].spends_allowance),
        key=lambda pair: (pair[0].priority is None, pair[0].priority or 0, pair[0].position),
    )
    late = {plan.product_key for _, plan in queue[left:]}
    return [replace(p, steps=(), wait=Wait.ALLOWANCE) if p.product_key in late else p for _, p in chosen]
