"""Finds out what became of writes without an answer, before anything is sent again.

A create is looked for by seller SKU, then in the time window of its attempt; a candidate counts only if it carries our
external id. Search lags behind (reference: TikTok Shop API 3.14), so "not there" counts after two looks ten minutes
apart. Everything else is settled by reading the listing: those calls set absolute values and may be repeated.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import replace

from sheets_sync.errors import ShopUnavailable
from sheets_sync.observe import observe
from sheets_sync.payload import external_product_id
from sheets_sync.push.context import PushContext
from sheets_sync.push.edits import link_from_facts
from sheets_sync.records import Attempt, Call, Outcome
from sheets_sync.shop import SearchFilter, ShopProduct
from sheets_sync.states import Action, Listing

BETWEEN_LOOKS = dt.timedelta(minutes=10)
WINDOW = dt.timedelta(minutes=10)
SKUS_PER_SEARCH = 10


def settle(ctx: PushContext) -> int:
    """Settle every open attempt that can be settled now; returns how many stay open."""
    still_open = 0
    for attempt in ctx.store.unsettled_attempts():
        try:
            settled = _settle_create(ctx, attempt) if attempt.call is Call.CREATE else _settle_write(ctx, attempt)
        except ShopUnavailable:
            settled = False
        still_open += not settled
    return still_open


def _settle_create(ctx: PushContext, attempt: Attempt) -> bool:
    sellers = [seller for seller in attempt.facts.get("seller_skus", {}).values() if seller]
    actual = find_listing(ctx, attempt.product_key, sellers, attempt.started_at)
    if actual is not None:
        link = link_from_facts(attempt.product_key, actual.id, attempt, actual.status, actual.audit)
        link = observe(link, actual, ctx.market.cart_id, ctx.now())
        _close(ctx, replace(attempt, product_id=actual.id), Outcome.PUSHED)
        ctx.store.save_link(link)
        _confirm_instruction(ctx, attempt)
        return True
    now = ctx.now()
    if attempt.looks and now - attempt.looks[0] >= BETWEEN_LOOKS:
        _close(ctx, attempt, Outcome.FAILED)
        return True
    attempt.looks.append(now)
    attempt.outcome = Outcome.UNKNOWN
    ctx.store.note_look(attempt)
    return False


def find_listing(
    ctx: PushContext, product_key: str, seller_skus: Sequence[str], since: dt.datetime | None
) -> ShopProduct | None:
    """The listing that carries the product's external id, among those with its seller SKUs or made since then."""
    wanted = external_product_id(ctx.market.cart_id, product_key)
    seen: set[str] = set()
    for query in _queries(seller_skus, since):
        for summary in ctx.shop.search(query):
            if summary.id in seen or summary.status == "DELETED":
                continue
            seen.add(summary.id)
            actual = ctx.shop.get(summary.id)
            if actual is not None and actual.external_id == wanted and actual.status != "DELETED":
                return actual
    return None


def _queries(seller_skus: Sequence[str], since: dt.datetime | None) -> Iterator[SearchFilter]:
    for start in range(0, len(seller_skus), SKUS_PER_SEARCH):
        yield SearchFilter(seller_skus=tuple(seller_skus[start : start + SKUS_PER_SEARCH]))
    if since is not None:
        yield SearchFilter(created_from=since - WINDOW)


def _settle_write(ctx: PushContext, attempt: Attempt) -> bool:
    """Read the listing. The call's effect shows in its state; what does not show is simply sent again by the plan."""
    link = ctx.store.link(attempt.product_key)
    if link is None:
        _close(ctx, attempt, Outcome.FAILED)
        return True
    actual = ctx.shop.get(attempt.product_id or link.product_id)
    if actual is None:
        link = replace(link, status="DELETED", audit="NONE", listing=Listing.DELETED)
        landed = attempt.call is Call.DELETE
    else:
        link = observe(link, actual, ctx.market.cart_id, ctx.now())
        landed = _landed(attempt.call, actual)
    if attempt.call in (Call.EDIT, Call.PARTIAL_EDIT):
        # It may have landed: what the shop shows is no baseline, and the next edit must not build on a guess.
        link = replace(link, full_edit=True, shop={})
    ctx.store.save_link(link)
    if landed:
        _confirm_instruction(ctx, attempt)
    elif attempt.call is Call.ACTIVATE and actual is not None:
        _activation_in_doubt(ctx, attempt, actual)
    _close(ctx, attempt, Outcome.PUSHED if landed else Outcome.FAILED)
    return True


def _landed(call: Call, actual: ShopProduct) -> bool:
    match call:
        case Call.DEACTIVATE:
            return actual.listing is Listing.PAUSED
        case Call.DELETE:
            return actual.listing is Listing.DELETED
        case Call.ACTIVATE:
            return actual.listing in (Listing.IN_REVIEW, Listing.PRE_APPROVED, Listing.LIVE)
        case _:
            return False


def _activation_in_doubt(ctx: PushContext, attempt: Attempt, actual: ShopProduct) -> None:
    """Still hidden. If the listing moved after our call, a person may have hidden it again: then only a new
    instruction may bring it back.
    """
    instruction = ctx.store.instructions().get(attempt.product_key)
    if instruction and actual.update_time > attempt.started_at.timestamp():
        ctx.store.save_instruction(replace(instruction, failed="publish_in_doubt"))


def _confirm_instruction(ctx: PushContext, attempt: Attempt) -> None:
    fits = {
        Call.CREATE: (Action.PUBLISH, Action.DRAFT),
        Call.DEACTIVATE: (Action.PAUSE,),
        Call.DELETE: (Action.DELETE,),
        Call.ACTIVATE: (Action.PUBLISH,),
    }
    instruction = ctx.store.instructions().get(attempt.product_key)
    if instruction and instruction.confirmed_at is None and instruction.action in fits.get(attempt.call, ()):
        ctx.store.save_instruction(replace(instruction, confirmed_at=ctx.now()))


def _close(ctx: PushContext, attempt: Attempt, outcome: Outcome) -> None:
    attempt.outcome = outcome
    attempt.ended_at = ctx.now()
    ctx.store.close_attempt(attempt)
