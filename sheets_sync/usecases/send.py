"""Import: check, plan, push, and write every result back into its row. In Japanese texts 「TikTokへ送信」."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from sheets_sync.errors import Refused, UsageError
from sheets_sync.payload_parts import Market
from sheets_sync.plan import Plan, ProductPlan, StepKind, Wait
from sheets_sync.planning import PlanRules, plan_product
from sheets_sync.push.context import PushContext, Pushed, Task
from sheets_sync.push.refresh import refresh
from sheets_sync.push.run import SHOP_AT_FAULT, push_all
from sheets_sync.push.settle import settle
from sheets_sync.records import Link, Outcome
from sheets_sync.usecases.binding import bind_shop
from sheets_sync.usecases.check import Picture, decide_again, limit_breaches, look, name_plan, tell, write
from sheets_sync.usecases.clock_check import clock_fault
from sheets_sync.usecases.mark_cart import mark_cart
from sheets_sync.usecases.new_brands import make_brands
from sheets_sync.usecases.platform_rules import load_warehouse, renew
from sheets_sync.usecases.prerequisites import open_prerequisites, refuse_listing
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.standings import ALLOWANCE_DAY, Decision, idempotency_keys, only
from sheets_sync.usecases.stop_signal import stop_on_interrupt
from sheets_sync.usecases.unlinked import adopt_named, hold_duplicates

log = logging.getLogger(__name__)
# Reviews take minutes up to days: look after 5 s (a sandbox), then ever more rarely (reference: TikTok Shop API 4.2).
WAITS = (1, 2, 5, 15, 60, 300, 900, 3600)
# Taking products down is always allowed, also for a shop that may not list.
TAKES_DOWN = (StepKind.PAUSE, StepKind.HOLD, StepKind.DELETE)
STEPS_COUNTED = {
    "created": (StepKind.CREATE, StepKind.CREATE_DRAFT),
    "updated": (StepKind.EDIT, StepKind.SAVE_DRAFT, StepKind.PRICE, StepKind.STOCK),
    "paused": (StepKind.PAUSE,),
    "published": (StepKind.PUBLISH,),
    "deleted": (StepKind.DELETE,),
}


@dataclass(frozen=True, slots=True)
class SendOptions:
    """Options of `import`. `confirm` is asked with the plan before anything is sent; None = do not ask."""

    dry_run: bool = False
    only: Sequence[str] = ()
    limit: int | None = None
    plan_id: str = ""
    allow_many: bool = False
    wait: bool = False
    wait_seconds: float = 24 * 3600
    confirm: Callable[[Plan], bool] | None = None

    def choice(self) -> str:
        """The options that cut the plan down to some products, as they are typed."""
        return "".join(f" --only {key}" for key in self.only) + (f" --limit {self.limit}" if self.limit else "")


def send(session: Session, options: SendOptions = SendOptions()) -> RunResult:
    """Send approved rows and write the results. Raises Refused (limits, stale plan, shop not ready), CredentialsError,
    Unavailable, UsageError; whatever was sent before is in the store and reaches the rows with the next run.
    """
    prepared = prepare(session, options)
    context, picture, decision, tasks = prepared.context, prepared.picture, prepared.decision, prepared.tasks
    declined = not options.dry_run and options.confirm and tasks and not options.confirm(decision.plan)
    if options.dry_run or declined:
        result = told(session, replace(picture, decision=decision), [], dry=True, chosen=options.choice())
        result.notes += [("declined", {})] if declined else []
        return result
    if (faults := make_brands(session, [task.want for task in tasks])) is not None:
        picture.assessment.issues += faults
        picture = decide_again(session, picture, retry_pictures=True)
        decision = _chosen(picture.decision, options)
        tasks = _tasks(decision)
    context = replace(
        context,
        rules=picture.assessment.platform.rules,
        replan=_replanner(decision),
        keys=idempotency_keys(decision.attempts),
    )
    pushed, interrupted = _push(session, context, tasks)
    renew(session, _refusals(session, decision))
    if options.wait and not interrupted:
        interrupted = wait_for_reviews(session, context, options.wait_seconds)
    picture = decide_again(session, picture)
    result = told(session, picture, pushed)
    result.interrupted = interrupted
    if interrupted:
        result.notes.append(("interrupted", {}))
    write(session, picture, result)
    if not interrupted:
        mark_cart(session, picture.standings, result)
    return result


@dataclass(frozen=True, slots=True)
class Prepared:
    """An import up to the moment before it sends. `decision` is the picture's, cut down to what was asked for."""

    context: PushContext
    picture: Picture
    decision: Decision
    tasks: Sequence[Task]


def prepare(session: Session, options: SendOptions) -> Prepared:
    """Settle what is open, read how TikTok stands, decide, and refuse what must not be sent. See `send`."""
    context = open_shop(session)
    open_items = open_prerequisites(session)
    session.progress.step("step_settle")
    settle(context)
    session.progress.step("step_refresh")
    refresh(context, session.settings.tiktok.workers)
    picture = look(session, online=True, retry_pictures=True)
    if adopt_named(session, picture.snapshot, picture.decision):
        picture = decide_again(session, picture, retry_pictures=True)
    if hold_duplicates(session, picture.decision):
        picture = decide_again(session, picture, retry_pictures=True)
    for issue in picture.assessment.loose:
        if issue.code == "columns_absent":  # said before she is asked, since it may change what is sent
            session.progress.step(issue.code, **issue.params)
    decision = _chosen(picture.decision, options)
    _guard(session, replace(picture, decision=decision), options)
    if any(step.kind not in TAKES_DOWN for plan in decision.plan.products for step in plan.steps):
        if not context.market.warehouse_id:
            raise Refused("warehouse_missing")  # one banner, not an error in every row
        refuse_listing(open_items, session.language)
    context = replace(context, rules=picture.assessment.platform.rules)
    return Prepared(context, picture, decision, _tasks(decision))


def open_shop(session: Session) -> PushContext:
    """The push context of this run's shop; its warehouse is "" when there is none to sell from. Raises Refused (another
    shop), CredentialsError.
    """
    template, settings = session.template, session.settings
    bind_shop(session)
    market = Market(
        currency=template.currency,
        category_version=settings.tiktok.category_version or template.category_version,
        weight_unit=template.weight_unit,
        size_unit=template.size_unit,
        warehouse_id=load_warehouse(session),
        cart_id=settings.cart.id,
        timezone=session.timezone,
    )
    return PushContext(
        shop=session.shop,
        store=session.store,
        pictures=session.pictures,
        clock=session.clock,
        market=market,
        run_id=session.run_id,
        rules={},
        replan=lambda key, _link: ProductPlan(key),
        drift=settings.rules.drift,
        price_decimals=template.price_decimals,
    )


def _chosen(decision: Decision, options: SendOptions) -> Decision:
    """The decision cut down to `--only` and `--limit`. Raises UsageError for a product that is not there."""
    keys = [p.product_key for p in decision.plan.products if p.steps or p.already]
    if options.only:
        wanted = set(options.only)
        if unknown := sorted(wanted - {p.product_key for p in decision.plan.products}):
            raise UsageError("only_unknown", names=", ".join(unknown))
        keys = [key for key in keys if key in wanted]
    if options.limit is not None:
        keys = keys[: options.limit]
    return only(decision, keys) if options.only or options.limit is not None else decision


def _guard(session: Session, picture: Picture, options: SendOptions) -> None:
    """Refuse a stale plan and mass changes, before anything leaves the house."""
    plan = picture.decision.plan
    if options.plan_id and options.plan_id != plan.id:
        raise Refused("plan_stale", read=options.plan_id, now=plan.id)
    found = () if options.allow_many else limit_breaches(session, picture)
    if found:
        first = found[0]
        more = len(found) - 1
        raise Refused(first.code, count=first.count, limit=first.limit, names=", ".join(first.names), more=more)


def _tasks(decision: Decision) -> list[Task]:
    """Products with something to do; those that spend the allowance in the order in which it is spent."""
    tasks = [Task(p, decision.wants[p.product_key]) for p in decision.plan.products if p.steps or p.already]
    return sorted(tasks, key=lambda t: (t.want.priority is None, t.want.priority or 0, t.want.position))


def _refusals(session: Session, decision: Decision) -> list[tuple[str, str]]:
    """What this run's refusals may prove to be out of date: (code, category id)."""
    return [
        (attempt.shop_code, decision.wants[attempt.product_key].category)
        for attempt in session.store.last_attempts().values()
        if attempt.run_id == session.run_id and attempt.outcome is Outcome.REJECTED
    ]


def _replanner(decision: Decision) -> Callable[[str, Link | None], ProductPlan]:
    rules: PlanRules = replace(decision.rules, allowance_left=None)
    return lambda key, link: plan_product(decision.items[key], link, rules)


def _push(session: Session, context: PushContext, tasks: Sequence[Task]) -> tuple[list[Pushed], bool]:
    """Push, and say whether a person interrupted it: the calls in hand are finished and recorded all the same."""
    told: list[Pushed] = []
    workers = session.settings.tiktok.workers
    with stop_on_interrupt() as stop, closing(push_all(context, tasks, workers, stop.is_set)) as stream:
        for done in stream:
            told.append(done)
            session.progress.advance("step_push", len(told), len(tasks))
            if done.limit:
                session.store.save_fact(ALLOWANCE_DAY, session.today.isoformat())
    if stop.is_set():
        log.warning("interrupted after %d of %d products", len(told), len(tasks))
    return told, stop.is_set()


def wait_for_reviews(session: Session, context: PushContext, seconds: float) -> bool:
    """Look until nothing is in review any more, ever more rarely, at most `seconds`, and say whether a person broke it
    off: what is known by then reaches the rows all the same.
    """
    waited = 0.0
    try:
        for position in range(10_000):
            refresh(context, session.settings.tiktok.workers)
            # Not what merely waits for its day, or for a permit: that may take weeks.
            open_reviews = sum(link.audit == "AUDITING" for link in session.store.links().values())
            pause = WAITS[min(position, len(WAITS) - 1)]
            if not open_reviews or waited + pause > seconds:
                break
            session.progress.step("step_wait_review", count=open_reviews)
            session.clock.sleep(pause)
            waited += pause
    except KeyboardInterrupt:
        return True
    return False


def numbers(plan: Plan) -> dict[str, object]:
    """How many products an import would create, update … by this plan, for a person."""
    return {
        "create": plan.count(StepKind.CREATE, StepKind.CREATE_DRAFT),
        "update": plan.count(StepKind.EDIT, StepKind.SAVE_DRAFT, StepKind.PRICE, StepKind.STOCK),
        "publish": plan.count(StepKind.PUBLISH),
        "pause": plan.count(StepKind.PAUSE, StepKind.HOLD),
        "delete": plan.count(StepKind.DELETE),
    }


def told(
    session: Session, picture: Picture, pushed: Sequence[Pushed], *, dry: bool = False, chosen: str = ""
) -> RunResult:
    """The numbers of an import. `dry`: nothing was sent; the plan's numbers and ID stand there instead, `chosen` being
    the options that belong to the ID.
    """
    result = tell(session, picture)
    # Products, not steps: price and texts of one product are one update, as the question before it said.
    result.counts |= {
        name: sum(any(kind in kinds for kind in one.done) for one in pushed) for name, kinds in STEPS_COUNTED.items()
    }
    plans = picture.decision.plan.products
    touched = {one.product_key for one in pushed}
    result.counts |= {
        "unchanged": sum(not plan.steps and not plan.wait and plan.product_key not in touched for plan in plans),
        "rejected": sum(one.refused for one in pushed),
        "failed": sum(one.later for one in pushed),
        "unknown": sum(one.unknown for one in pushed),
        "waiting": sum(plan.wait is Wait.ALLOWANCE for plan in plans),
        "api_calls": session.shop.calls,
    }
    if dry:
        result.notes.append(("would_send", numbers(picture.decision.plan)))
        name_plan(result, picture, chosen)
    if session.shop_override is None and (fault := clock_fault(session.tiktok.clock_behind or 0)):
        result.notes.append(fault)
    result.unavailable = bool(pushed) and pushed[-1].later and sum(one.later for one in pushed) >= len(pushed) / 2
    if any(one.later for one in pushed):
        result.notes.append(("sent_later", {}))
    if len(faults := [one.shop_fault for one in pushed if one.shop_fault]) >= SHOP_AT_FAULT:
        result.notes.append(("shop_at_fault", {"shop_code": faults[0]}))
    return result
