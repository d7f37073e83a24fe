"""The 出品指示 in hand while a product is pushed: taken before the first call, confirmed or failed once."""

from __future__ import annotations

from dataclasses import replace

from sheets_sync.plan import ProductPlan, StepKind
from sheets_sync.push.context import PushContext
from sheets_sync.records import Instruction
from sheets_sync.states import Action

# Steps that cannot move the publication state: all that is left to do once an instruction was carried out.
_QUIET = frozenset({StepKind.PRICE, StepKind.STOCK, StepKind.EDIT, StepKind.SAVE_DRAFT})


class Order:
    """`known`: the record of an earlier run that took the same instruction but could not finish it."""

    def __init__(self, ctx: PushContext, known: Instruction | None) -> None:
        self._ctx = ctx
        self._record = known
        self._over = False

    def take(self, plan: ProductPlan) -> None:
        """Mark the instruction as taken, before anything is called, so that it can never be carried out twice."""
        if plan.instruction is Action.KEEP or plan.impossible:
            self._record = None
            return
        known = self._record
        same = known is not None and known.action is plan.instruction
        since = known.consumed_at if known and same else self._ctx.now()
        self._record = Instruction(plan.product_key, plan.instruction, since)
        if known is None or known != self._record:
            self._ctx.store.save_instruction(self._record)

    def done(self) -> Instruction | None:
        """The record as confirmed now, to be saved in one commit with the answer that carries it out."""
        return replace(self._record, confirmed_at=self._ctx.now()) if self._record else None

    def confirm(self) -> None:
        """It is carried out: save that, unless an answer's commit did already."""
        done = self.done()
        if done and not self._over:
            self._ctx.store.save_instruction(done)
        self.carried_out()

    def carried_out(self) -> None:
        """It was confirmed together with an answer."""
        self._over = self._over or self._record is not None

    def fail(self, why: str) -> None:
        """It could not be carried out: a person has to look, and to give it again."""
        if self._record and not self._over:
            self._ctx.store.save_instruction(replace(self._record, failed=why))
            self._over = True

    def still(self, plan: ProductPlan) -> ProductPlan:
        """A new plan, without what would carry out an instruction that is over."""
        if not self._over or plan.instruction is Action.KEEP:
            return plan
        quiet = tuple(step for step in plan.steps if step.kind in _QUIET)
        return replace(plan, steps=quiet, instruction=Action.KEEP, already=False)
