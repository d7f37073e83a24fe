"""Decides what an import will do, before anything is done: desired state against prior state, values in, a plan out.

The table of what may be sent in which state of the platform is docs/design.md, section 6; each of its cells is one
branch here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sheets_sync.content import content, fingerprint, group, is_fixed, offered, price_text
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.plan import Plan, Prices, ProductPlan, Step, StepKind, Stock, Wait, step_print
from sheets_sync.records import Link
from sheets_sync.states import Action, Listing, StockPolicy


@dataclass(frozen=True, slots=True)
class PlanRules:
    """Settings that the plan depends on. `allowance_left` None = not known. `drift`: "ours" sends our value again where
    someone changed it on TikTok's side; otherwise a difference there is only shown.
    """

    publish_new: str = "listing"
    price_decimals: int = 0
    allowance_left: int | None = None
    drift: str = "show"


@dataclass(frozen=True, slots=True)
class Approved:
    """A product as the plan takes it: its desired state, whether its rows may be sent, and its fresh instruction.

    `refusals`: step kind → `step_print` of what TikTok Shop refused last. `listed`: its seller SKUs stand on a listing
    of the shop that is no row's: it is not created a second time. `waits`: outside of the cart's sale period it is
    created by an instruction only.
    """

    want: DesiredListing
    approved: bool
    action: Action = Action.KEEP
    refusals: Mapping[str, str] = field(default_factory=dict)
    listed: bool = False
    waits: bool = False


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
    """Decide for one product. Stopping and deleting need no approval: they work for OFF and invalid rows too, but not
    for held ones: whose cells those are is just what is not known.
    """
    if link and link.hold and link.listing is Listing.LIVE and not _calls_stop_off(item):
        return ProductPlan(item.want.product_key, (Step(StepKind.PAUSE),), instruction=Action.PAUSE)
    if item.want.held:
        return ProductPlan(item.want.product_key)
    plan = _decide(item, link, rules)
    if item.listed and plan.creates:
        return replace(plan, steps=(), wait=Wait.LISTED)
    if item.waits and plan.creates and plan.instruction is Action.KEEP:
        return replace(plan, steps=(), wait=Wait.SALE_PERIOD)
    return _without_refused(plan, item)


def _calls_stop_off(item: Approved) -> bool:
    """Whether a stop that waits is over. A publish that may not be carried out (of an OFF row, say) leaves it."""
    return item.action is Action.DELETE or (item.action is Action.PUBLISH and item.approved)


def _without_refused(plan: ProductPlan, item: Approved) -> ProductPlan:
    """Leave out what was refused with exactly this content. An instruction is a person's word: it is tried again."""
    if plan.instruction is not Action.KEEP or not item.refusals:
        return plan
    refused = tuple(s.kind for s in plan.steps if item.refusals.get(s.kind) == step_print(s))
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


def _pause(  # noqa: PLR0911  one return per state of the platform
    item: Approved, link: Link | None, rules: PlanRules
) -> ProductPlan:
    key = item.want.product_key
    plan = ProductPlan(key, instruction=Action.PAUSE)
    if link is None or link.listing in (Listing.DRAFT, Listing.DELETED):
        return replace(plan, impossible="pause_not_listed")
    match link.listing:
        case Listing.LIVE if item.approved:
            # A stop hides the product at once; stock may follow, since a stock call never moves the publication state.
            after = _keep(item.want, replace(link, listing=Listing.PAUSED), rules)
            return replace(plan, steps=(Step(StepKind.PAUSE), *after.steps), waiting=after.waiting, wait=after.wait)
        case Listing.LIVE:
            return replace(plan, steps=(Step(StepKind.PAUSE),))
        case Listing.PAUSED | Listing.TAKEN_DOWN | Listing.FROZEN:
            return replace(plan, already=True)
        case Listing.NONE if link.hold:
            # The first review failed: the product is off sale, and the hold keeps it so.
            return replace(plan, already=True)
        case _ if link.hold:
            return replace(_keep(item.want, link, rules), instruction=Action.PAUSE) if item.approved else plan
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
    plan = ProductPlan(want.product_key, instruction=Action.DRAFT)
    if link is None or link.listing is Listing.DELETED:
        return _created(plan, want, StepKind.CREATE_DRAFT, rules)
    if link.listing is Listing.DRAFT:
        kept = _keep(want, link, rules)
        return replace(kept, instruction=Action.DRAFT, already=not kept.steps)
    return replace(plan, impossible="draft_already_listed")


def _publish(want: DesiredListing, link: Link | None, rules: PlanRules) -> ProductPlan:
    plan = ProductPlan(want.product_key, instruction=Action.PUBLISH)
    if link is None or link.listing is Listing.DELETED:
        return _created(plan, want, StepKind.CREATE, rules)
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


def _keep(  # noqa: PLR0911  one return per state of the platform
    want: DesiredListing, link: Link | None, rules: PlanRules
) -> ProductPlan:
    """A blank cell: whatever is sent, the publication state stays. One case per state: docs/design.md, section 6."""
    plan = ProductPlan(want.product_key)
    if link is None:
        # What is gone from the cart is not offered anew.
        draft = rules.publish_new == "draft"
        kind = StepKind.CREATE_DRAFT if draft else StepKind.CREATE
        return plan if want.gone or not offered(want) else _created(plan, want, kind, rules)
    edit, price, stock = _edit(want, link, rules), _prices(want, link, rules), _stock(want, link)
    # The stock call names the states in which it is taken; a scheduled listing is in none of them (reference: 3.16).
    until_live = bool(stock) and link.listing is Listing.SCHEDULED
    stock_steps = (Step(StepKind.STOCK, stock=stock),) if stock and not until_live else ()
    changed = (*edit.fields, *(("price",) if price else ()))
    match link.listing:
        case Listing.LIVE:
            steps = (Step(StepKind.PRICE, prices=price),) if price else ()
            return replace(plan, steps=(*steps, *stock_steps, *((edit,) if edit.fields else ())))
        case Listing.PAUSED:
            return replace(plan, steps=stock_steps, waiting=changed, wait=Wait.PAUSED if changed else None)
        case Listing.DRAFT:
            return replace(plan, steps=(_full(want, link, StepKind.SAVE_DRAFT, rules),) if changed else ())
        case Listing.TAKEN_DOWN | Listing.FROZEN | Listing.DELETED:
            changed = (*changed, *(("stock",) if stock else ()))
            return replace(plan, waiting=changed, wait=Wait(link.listing.value) if changed else None)
        case _ if changed and link.hold:
            return replace(plan, steps=stock_steps, waiting=changed, wait=Wait.HELD)
        case _:
            # Outside of 出品中 the price call is refused (reference: 3.15): the price rides in the edit.
            rides = (replace(edit, prices=(*price, *edit.prices)),) if changed else ()
            plan = replace(plan, steps=(*rides, *stock_steps))
            return replace(plan, waiting=("stock",), wait=Wait.SCHEDULED) if until_live else plan


def _created(plan: ProductPlan, want: DesiredListing, kind: StepKind, rules: PlanRules) -> ProductPlan:
    skus = offered(want)
    if want.gone or not skus:
        return replace(plan, impossible="publish_gone")
    now = content(want)
    stock = tuple((s.variant_key, _first_stock(want, s)) for s in skus) if kind is StepKind.CREATE else ()
    fields = tuple(dict.fromkeys(map(group, now)))
    added = tuple(s.variant_key for s in skus)
    return replace(plan, steps=(Step(kind, fields, _price_texts(skus, rules), stock, added, mark=fingerprint(now)),))


def _first_stock(want: DesiredListing, sku: DesiredSku) -> int:
    """Stock at a SKU's first submission: the platform wants a number even where she sends none."""
    return 0 if want.stock_policy is StockPolicy.NEVER else sku.stock or 0


def _price_texts(skus: Iterable[DesiredSku], rules: PlanRules) -> Prices:
    texts = ((sku.variant_key, price_text(sku.price, rules.price_decimals)) for sku in skus)
    return tuple([(key, price) for key, price in texts if price])


def _full(want: DesiredListing, link: Link, kind: StepKind, rules: PlanRules) -> Step:
    """A whole edit. One that may put the product on sale goes with all prices, and with the stock that a draft could
    not store.
    """
    edit = _edit(want, link, rules)
    mark = fingerprint(content(want))
    if kind is StepKind.SAVE_DRAFT:
        return replace(edit, kind=kind, prices=(*_prices(want, link, rules), *edit.prices), stock=(), mark=mark)
    stock = (*_stock(want, link), *edit.stock)
    return replace(edit, kind=kind, prices=_prices_of_all(want, link, rules), stock=stock, mark=mark)


def _prices_of_all(want: DesiredListing, link: Link, rules: PlanRules) -> Prices:
    """Every price, but for those that someone changed on TikTok's side and that have not moved here since: left out of
    an edit, they stay.
    """
    due = {key for key, _ in _prices(want, link, rules)}
    theirs = {name for name in link.drift if rules.drift != "ours"}
    texts = _price_texts(offered(want), rules)
    return tuple((key, price) for key, price in texts if key in due or f"price:{key}" not in theirs)


def _edit(want: DesiredListing, link: Link, rules: PlanRules) -> Step:
    """What differs in content. Variants that were switched off are removed; variants merely absent are left alone."""
    now = content(want)
    ours = link.drift if rules.drift == "ours" else {}
    differing = (name for name, value in now.items() if link.sent.get(name) != value or name in ours)
    names = dict.fromkeys(group(name) for name in differing if not is_fixed(name, link.listing))
    if want.no_brand and "brand" not in link.sent:
        names.pop("brand", None)  # a listing that never had one
    removed = tuple(s.variant_key for s in want.skus if s.excluded and s.variant_key in link.skus)
    new = [s for s in offered(want) if s.variant_key not in link.skus]
    if removed or new:
        names["skus"] = None
    if not names:
        return Step(StepKind.EDIT)
    return Step(
        StepKind.EDIT,
        tuple(names),
        _price_texts(new, rules),
        tuple((s.variant_key, _first_stock(want, s)) for s in new),
        tuple(s.variant_key for s in new),
        removed,
        fingerprint({name: value for name, value in now.items() if group(name) in names}),
    )


def _prices(want: DesiredListing, link: Link, rules: PlanRules) -> Prices:
    """Prices that differ from what was last sent, or that were never sent, of SKUs that the listing has."""
    ours = link.drift if rules.drift == "ours" else {}
    texts = _price_texts([s for s in offered(want) if s.variant_key in link.skus], rules)
    return tuple((key, price) for key, price in texts if link.skus[key].price != price or f"price:{key}" in ours)


def _stock(want: DesiredListing, link: Link) -> Stock:
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


def _within_allowance(chosen: list[tuple[DesiredListing, ProductPlan]], left: int | None) -> Iterable[ProductPlan]:
    """Spend the day's allowance by 優先度, then sheet order; what is over waits."""
    if left is None:
        return [plan for _, plan in chosen]
    queue = sorted(
        (pair for pair in chosen if pair[1].spends_allowance),
        key=lambda pair: (pair[0].priority is None, pair[0].priority or 0, pair[0].position),
    )
    late = {plan.product_key for _, plan in queue[left:]}
    return [replace(p, steps=(), wait=Wait.ALLOWANCE) if p.product_key in late else p for _, p in chosen]
