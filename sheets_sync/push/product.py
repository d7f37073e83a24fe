"""Pushes one product: its steps in order, its instruction once, and a second decision when its listing turned out
to be in another state than planned. Whatever happens to it stays with it.
"""

from __future__ import annotations

from dataclasses import replace

from sheets_sync.errors import ShopConflict, ShopLimit, ShopRejected, ShopUnavailable, ShopUnknown
from sheets_sync.observe import adopt, observe
from sheets_sync.plan import ProductPlan, Step, StepKind
from sheets_sync.push.calls import activate, delete, pause, update_prices, update_stock
from sheets_sync.push.context import PushContext, Pushed, Task
from sheets_sync.push.edits import Unusable, create, edit, fresh
from sheets_sync.push.settle import find_listing
from sheets_sync.records import Instruction, Link
from sheets_sync.states import Action, Listing

EXTERNAL_ID_TAKEN = "12052996"
DECISIONS = 3


def push_product(ctx: PushContext, task: Task) -> Pushed:
    """Carry out a product's plan. Only credentials problems and bugs are raised."""
    told = Pushed(task.plan.product_key)
    try:
        _with_second_thoughts(ctx, task, told)
    except ShopRejected as error:
        told.refused = True
        _fail_instruction(ctx, task, error.shop_code or error.code)
    except ShopConflict as error:
        told.refused = True
        _fail_instruction(ctx, task, error.shop_code or error.code)
    except ShopLimit:
        told.limit = True
    except ShopUnknown:
        told.unknown = True
    except ShopUnavailable:
        told.later = True
    except Unusable:
        told.refused = True
    return told


def _with_second_thoughts(ctx: PushContext, task: Task, told: Pushed) -> None:
    for decision in range(DECISIONS):
        before = ctx.store.link(task.want.product_key)
        try:
            _carry_out(ctx, task, told)
            return
        except ShopConflict as error:
            now = _look_again(ctx, task, before, error)
            if decision == DECISIONS - 1 or not _differs(before, now):
                raise
            task = replace(task, plan=ctx.replan(task.want.product_key, now))


def _differs(before: Link | None, now: Link | None) -> bool:
    if before is None or now is None:
        return before is not now
    return (before.status, before.audit, before.full_edit) != (now.status, now.audit, now.full_edit)


def _look_again(ctx: PushContext, task: Task, before: Link | None, error: ShopConflict) -> Link | None:
    """Read what the platform has: a listing of ours that we did not know, or a known one in another state."""
    if before is None:
        if error.shop_code != EXTERNAL_ID_TAKEN:
            return None
        sellers = [sku.seller_sku for sku in task.want.active_skus]
        actual = find_listing(ctx, task.want.product_key, sellers, None)
        if actual is None:
            return None
        link = adopt(task.want, actual, ctx.market.cart_id, ctx.price_decimals, ctx.now())
    else:
        actual = ctx.shop.get(before.product_id)
        if actual is None:
            return ctx.store.link(task.want.product_key)
        known = ctx.store.link(task.want.product_key) or before
        link = observe(known, actual, ctx.market.cart_id, ctx.now())
    ctx.store.save_link(link)
    return link


def _carry_out(ctx: PushContext, task: Task, told: Pushed) -> None:
    plan = task.plan
    instruction = _consume(ctx, plan)
    if plan.already:
        _confirm(ctx, plan, instruction)
    for position, step in enumerate(plan.steps):
        last = position == len(plan.steps) - 1
        _step(ctx, task, step, told, instruction, last=last)
        told.done.append(step.kind)


def _consume(ctx: PushContext, plan: ProductPlan) -> Instruction | None:
    """Mark the instruction as taken before anything is called, so that it can never be carried out twice."""
    if plan.instruction is Action.KEEP or plan.impossible:
        return None
    instruction = Instruction(plan.product_key, plan.instruction, ctx.now())
    known = ctx.store.instructions().get(plan.product_key)
    if known and known.action is plan.instruction:
        instruction.consumed_at = known.consumed_at
    ctx.store.save_instruction(instruction)
    return instruction


def _confirm(ctx: PushContext, plan: ProductPlan, instruction: Instruction | None) -> None:
    """The listing is already as the instruction wants it; publishing also takes a hold away."""
    if instruction is None:
        return
    link = ctx.store.link(plan.product_key)
    if link and link.hold and plan.instruction is Action.PUBLISH:
        ctx.store.save_link(replace(link, hold=False))
    ctx.store.save_instruction(replace(instruction, confirmed_at=ctx.now()))


def _fail_instruction(ctx: PushContext, task: Task, why: str) -> None:
    known = ctx.store.instructions().get(task.want.product_key)
    if known and known.confirmed_at is None:
        ctx.store.save_instruction(replace(known, failed=why))


def _step(
    ctx: PushContext, task: Task, step: Step, told: Pushed, instruction: Instruction | None, *, last: bool
) -> None:
    want = task.want
    done = replace(instruction, confirmed_at=ctx.now()) if instruction else None
    if step.kind in (StepKind.CREATE, StepKind.CREATE_DRAFT):
        create(ctx, task, step, told, done)
        return
    link = ctx.store.link(want.product_key)
    assert link is not None, "only a create may run without a link"  # noqa: S101  a plan without a link creates
    match step.kind:
        case StepKind.EDIT | StepKind.SAVE_DRAFT:
            edit(ctx, task, step, link, told, done if last else None)
        case StepKind.PRICE:
            update_prices(ctx, want, step, link)
        case StepKind.STOCK:
            update_stock(ctx, want, step, link)
        case StepKind.PAUSE:
            pause(ctx, want, step, link, done or Instruction(want.product_key, Action.PAUSE, ctx.now(), ctx.now()))
        case StepKind.DELETE:
            delete(ctx, want, step, link, done or Instruction(want.product_key, Action.DELETE, ctx.now(), ctx.now()))
        case StepKind.HOLD:
            _hold(ctx, link, instruction)
        case StepKind.PUBLISH:
            _publish(ctx, task, step, link, told, done)


def _hold(ctx: PushContext, link: Link, instruction: Instruction | None) -> None:
    """To be paused as soon as it is live. A listing that failed its first review is not on sale: that is all it takes."""
    ctx.store.save_link(replace(link, hold=True))
    if instruction and link.listing is Listing.NONE:
        ctx.store.save_instruction(replace(instruction, confirmed_at=ctx.now()))


def _publish(
    ctx: PushContext, task: Task, step: Step, link: Link, told: Pushed, done: Instruction | None
) -> None:
    """Full edit with prices; a paused listing is then read back and activated only if it is still paused."""
    startable = frozenset({Listing.DRAFT, Listing.PAUSED, Listing.TAKEN_DOWN})
    paused = link.listing is Listing.PAUSED
    link = replace(link, hold=False)
    link = edit(ctx, task, step, link, told, None if paused else done, whole=True, expect=startable)
    if not paused:
        return
    actual = fresh(ctx, link)
    link = observe(link, actual, ctx.market.cart_id, ctx.now())
    ctx.store.save_link(link)
    if actual.listing is Listing.PAUSED:
        activate(ctx, task.want, step, link, done)
    elif done:
        ctx.store.save_instruction(done)
