"""Pushes one product: its steps in order, its instruction once, and a second decision when its listing turned out
to be in another state than planned. Whatever happens to it stays with it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sheets_sync.errors import ShopConflict, ShopLimit, ShopRejected, ShopUnavailable, ShopUnknown
from sheets_sync.observe import adopt, gone, observe
from sheets_sync.payload import pictures_needed
from sheets_sync.plan import ProductPlan, Step, StepKind
from sheets_sync.push import calls, edits
from sheets_sync.push.context import SHOP_WIDE, PushContext, Pushed, Task
from sheets_sync.push.finding import find_listing
from sheets_sync.push.instruction import Order
from sheets_sync.push.uploads import forget_uploads
from sheets_sync.records import Instruction, Link
from sheets_sync.states import Action, Listing

# TikTok no longer knows a picture that it took before (reference: 2.4, 3.9): upload it again.
PICTURE_FORGOTTEN = frozenset({"12052300", "12052722", "12052520", "12052670", "12052340", "12052360"})
DECISIONS = 3


def push_product(ctx: PushContext, task: Task, known: Instruction | None = None) -> Pushed:
    """Carry out a product's plan. `known`: the record of its instruction. Raises CredentialsError, and bugs."""
    told = Pushed(task.plan.product_key)
    try:
        _Push(ctx, task, told, Order(ctx, known)).run()
    except ShopLimit:
        told.limit = True
    except ShopUnknown:
        told.unknown = True
    except ShopUnavailable:
        told.later = True
    return told


@dataclass
class _Push:
    ctx: PushContext
    task: Task
    told: Pushed
    order: Order

    @property
    def key(self) -> str:
        return self.task.plan.product_key

    def run(self) -> None:
        plan = self.task.plan
        for _ in range(DECISIONS):
            if self._carry_out(plan):
                return
            plan = self.order.still(self.ctx.replan(self.key, self.ctx.store.link(self.key)))
        self.told.refused = True
        self.order.fail("listing_changed")

    def _carry_out(self, plan: ProductPlan) -> bool:
        """All steps in order; one that is refused does not hold up the others. False: the listing is in another state
        than planned, decide again.
        """
        self.order.take(plan)
        if plan.already:
            self._already(plan)
        for step in plan.steps:
            before = self.ctx.store.link(self.key)
            try:
                self._with_pictures(lambda step=step, link=before: self._step(step, link))  # type: ignore[misc]
                self.told.done.append(step.kind)
            except edits.Unusable:
                self.told.refused = True
            except ShopRejected as error:
                self._refused(step, error.shop_code or error.code)
            except ShopConflict as error:
                if _differs(before, self._look_again(before, error)):
                    return False
                self._refused(step, error.shop_code or error.code)
        return True

    def _refused(self, step: Step, why: str) -> None:
        """Price and stock carry out no instruction: a stop that waits goes on waiting when they are refused."""
        self.told.refused = True
        if why in SHOP_WIDE:
            self.told.shop_fault = why
        if step.kind not in (StepKind.PRICE, StepKind.STOCK):
            self.order.fail(why)

    def _already(self, plan: ProductPlan) -> None:
        """The listing is as the instruction wants it; publishing also takes a hold away."""
        link = self.ctx.store.link(self.key)
        if link and link.hold and plan.instruction is Action.PUBLISH:
            self.ctx.store.save_link(replace(link, hold=False))
        self.order.confirm()

    def _with_pictures(self, send: Callable[[], None]) -> None:
        """Once more with fresh uploads when TikTok has forgotten a picture."""
        try:
            send()
        except ShopRejected as error:
            if error.shop_code not in PICTURE_FORGOTTEN:
                raise
            forget_uploads(self.ctx, pictures_needed(self.task.want, None))
            send()

    def _step(self, step: Step, link: Link | None) -> None:
        ctx, task, told, done = self.ctx, self.task, self.told, self.order.done()
        if step.kind in (StepKind.CREATE, StepKind.CREATE_DRAFT):
            edits.create(ctx, task, step, link, told=told, instruction=done)
            self.order.carried_out()
            return
        assert link is not None, "only a create may run without a link"  # noqa: S101  a plan without a link creates
        stop = done or Instruction(self.key, Action.PAUSE, ctx.now(), ctx.now())
        match step.kind:
            case StepKind.EDIT | StepKind.SAVE_DRAFT:
                edits.edit(ctx, task, step, link, told=told, instruction=done)
            case StepKind.PRICE:
                calls.update_prices(ctx, step, link)
                return
            case StepKind.STOCK:
                calls.update_stock(ctx, step, link)
                return
            case StepKind.PAUSE:
                calls.pause(ctx, step, link, stop)
            case StepKind.DELETE:
                calls.delete(ctx, step, link, replace(stop, action=Action.DELETE))
            case StepKind.HOLD:
                self._hold(link)
                return
            case StepKind.PUBLISH:
                self._publish(step, link, done)
        self.order.carried_out()

    def _hold(self, link: Link) -> None:
        """To be paused as soon as it is live. One that failed its first review is off sale: that is all it takes."""
        self.ctx.store.save_link(replace(link, hold=True))
        if link.listing is Listing.NONE:
            self.order.confirm()

    def _publish(self, step: Step, link: Link, done: Instruction | None) -> None:
        """Submit; a listing that is still paused after that is activated."""
        link = edits.publish(self.ctx, self.task, step, link, told=self.told, instruction=done)
        if link.listing is Listing.PAUSED:
            calls.activate(self.ctx, step, link, done)

    def _look_again(self, before: Link | None, error: ShopConflict) -> Link | None:
        """Read what the platform has: a listing of ours that we did not know, or a known one in another state."""
        ctx, want = self.ctx, self.task.want
        if error.shop_code == edits.EXTERNAL_ID_TAKEN:
            actual = find_listing(ctx, self.key, [sku.seller_sku for sku in want.active_skus], None)
            if actual is None:
                return before
            link = adopt(want, actual, ctx.market.cart_id, ctx.price_decimals, ctx.now())
        elif before is None:
            return None
        else:
            known = ctx.store.link(self.key) or before
            found = ctx.shop.get(before.product_id)
            link = gone(known) if found is None else observe(known, found, ctx.market.cart_id, ctx.now())
        ctx.store.save_link(link)
        return link


def _differs(before: Link | None, now: Link | None) -> bool:
    if before is None or now is None:
        return before is not now
    return (before.product_id, before.status, before.audit, before.full_edit) != (
        now.product_id, now.status, now.audit, now.full_edit
    )  # fmt: skip
