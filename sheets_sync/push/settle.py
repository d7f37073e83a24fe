"""Finds out what became of writes without an answer, before anything is sent again.

A create is looked for by seller SKU, then in the time window of its attempt; a candidate counts only if it carries our
external id. Search lags behind (reference: TikTok Shop API 3.14), so "not there" counts after two looks ten minutes
apart. Everything else is settled by reading the listing: those calls set absolute values and may be repeated, except
that no repetition may put a product on sale that a person has hidden meanwhile.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal

from sheets_sync.errors import ShopError
from sheets_sync.observe import gone, observe
from sheets_sync.plan import StepKind
from sheets_sync.push.context import PushContext
from sheets_sync.push.edits import link_from_facts
from sheets_sync.push.finding import find_listing
from sheets_sync.records import Attempt, Call, Instruction, Link, Outcome, SkuLink
from sheets_sync.shop import ShopProduct
from sheets_sync.states import Action, Listing

BETWEEN_LOOKS = dt.timedelta(minutes=10)
_SUBMITTED = frozenset({Listing.IN_REVIEW, Listing.PRE_APPROVED, Listing.SCHEDULED, Listing.LIVE, Listing.NONE})


@dataclass(frozen=True)
class _Known:
    """What the store knew when settling began. `taken`: ids of linked listings."""

    instructions: Mapping[str, Instruction]
    taken: Collection[str]


def settle(ctx: PushContext) -> int:
    """Settle every open attempt that can be settled now; returns how many stay open. Raises CredentialsError."""
    attempts = ctx.store.unsettled_attempts()
    if not attempts:
        return 0
    known = _Known(ctx.store.instructions(), {link.product_id for link in ctx.store.links().values()})
    still_open = 0
    for attempt in attempts:
        try:
            create = attempt.call is Call.CREATE
            settled = _settle_create(ctx, attempt, known) if create else _settle_write(ctx, attempt, known)
        except ShopError:
            settled = False
        still_open += not settled
    return still_open


def _settle_create(ctx: PushContext, attempt: Attempt, known: _Known) -> bool:
    sellers = [seller for seller in attempt.facts.get("seller_skus", {}).values() if seller]
    actual = find_listing(ctx, attempt.product_key, sellers, attempt.started_at, known.taken)
    if actual is not None:
        link = link_from_facts(attempt.product_key, actual.id, attempt, actual.status, actual.audit)
        link = observe(link, actual, ctx.market.cart_id, ctx.now())
        instruction = _carried_out(ctx, attempt, known, Action.PUBLISH, Action.DRAFT)
        _close(ctx, replace(attempt, product_id=actual.id), Outcome.PUSHED, link, instruction)
        return True
    now = ctx.now()
    if attempt.looks and now - attempt.looks[0] >= BETWEEN_LOOKS:
        _close(ctx, attempt, Outcome.FAILED)
        return True
    attempt.looks.append(now)
    attempt.outcome = Outcome.UNKNOWN
    ctx.store.note_look(attempt)
    return False


def _settle_write(ctx: PushContext, attempt: Attempt, known: _Known) -> bool:
    """Read the listing. Where the call's effect shows, it landed; what does not show is sent again by the plan."""
    link = ctx.store.link(attempt.product_key)
    if link is None:
        _close(ctx, attempt, Outcome.FAILED)
        return True
    actual = ctx.shop.get(attempt.product_id or link.product_id)
    if actual is None or actual.listing is Listing.DELETED:
        done = _carried_out(ctx, attempt, known, Action.DELETE) if attempt.call is Call.DELETE else None
        landed = attempt.call is Call.DELETE
        link = gone(link)
    else:
        landed, done = _judge(ctx, attempt, actual, known)
        link = observe(link, actual, ctx.market.cart_id, ctx.now())
        if not _untouched(attempt, actual):
            link = _unlearn(link, attempt, actual)
    _close(ctx, attempt, Outcome.PUSHED if landed else Outcome.FAILED, link, done)
    return True


def _judge(
    ctx: PushContext, attempt: Attempt, actual: ShopProduct, known: _Known
) -> tuple[bool, Instruction | None]:
    """Whether the call took effect as far as that shows, and what follows for its instruction."""
    publishing = attempt.call is Call.ACTIVATE or attempt.facts.get("step") == StepKind.PUBLISH
    if attempt.call is Call.DEACTIVATE:
        landed = actual.listing is Listing.PAUSED
        return landed, _carried_out(ctx, attempt, known, Action.PAUSE) if landed else None
    if not publishing:
        return False, None
    if actual.listing in _SUBMITTED:
        return True, _carried_out(ctx, attempt, known, Action.PUBLISH)
    if actual.listing in (Listing.PAUSED, Listing.TAKEN_DOWN) and not _untouched(attempt, actual):
        # Off sale, and moved since: somebody may have hidden it again. Only a new instruction may bring it back.
        instruction = known.instructions.get(attempt.product_key)
        open_still = instruction and instruction.action is Action.PUBLISH and instruction.confirmed_at is None
        return False, replace(instruction, failed="publish_in_doubt") if instruction and open_still else None
    return False, None


def _untouched(attempt: Attempt, actual: ShopProduct) -> bool:
    """Whether the listing surely is as it was before the call, by the platform's own clock. Stock moves without it."""
    timed = attempt.call not in (Call.PRICE, Call.STOCK)
    return timed and bool(actual.update_time) and attempt.facts.get("seen_at") == actual.update_time


def _unlearn(link: Link, attempt: Attempt, actual: ShopProduct) -> Link:
    """Forget as sent what may or may not have landed, so that the plan sends it again, whatever it will be by then."""
    facts = attempt.facts
    shown = {sku.id: sku.price for sku in actual.skus}
    skus = dict(link.skus)
    for key, price in facts.get("prices", {}).items():
        if key in skus:
            landed = attempt.call is Call.PRICE and shown.get(skus[key].sku_id) == Decimal(price)
            skus[key] = replace(skus[key], price=price if landed else None)
    for key in facts.get("stock", {}):
        if key in skus:
            skus[key] = _without_stock(skus[key])
    sent = {name: value for name, value in link.sent.items() if name not in facts.get("sent", {})}
    # What the shop shows now is no baseline: nobody can tell our change from another's.
    return replace(link, skus=skus, sent=sent, shop={}, drift={})


def _without_stock(sku: SkuLink) -> SkuLink:
    return replace(sku, stock=None)


def _carried_out(ctx: PushContext, attempt: Attempt, known: _Known, *actions: Action) -> Instruction | None:
    """The product's instruction, confirmed now, where it is one of these and still open."""
    instruction = known.instructions.get(attempt.product_key)
    if instruction is None or instruction.confirmed_at or instruction.action not in actions:
        return None
    return replace(instruction, confirmed_at=ctx.now(), failed="")


def _close(
    ctx: PushContext,
    attempt: Attempt,
    outcome: Outcome,
    link: Link | None = None,
    instruction: Instruction | None = None,
) -> None:
    attempt.outcome = outcome
    attempt.ended_at = ctx.now()
    ctx.store.close_attempt(attempt, link, instruction)
