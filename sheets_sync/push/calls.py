"""The steps that carry no content: price, stock, pause, activate, delete. None of them can move anything else."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from sheets_sync.desired import DesiredListing
from sheets_sync.errors import ShopConflict, ShopLimit, ShopRejected
from sheets_sync.plan import Step, step_print
from sheets_sync.push.context import PushContext
from sheets_sync.push.journal import begin, refuse, send
from sheets_sync.records import Attempt, Call, Instruction, Link, Outcome
from sheets_sync.shop import Fault, listing_of
from sheets_sync.states import Listing

ALLOWANCE_SPENT = "12052093"


def update_prices(ctx: PushContext, want: DesiredListing, step: Step, link: Link) -> Link:
    """New prices of a live listing, in one call."""
    prices = {key: price for key, price in step.prices if key in link.skus}
    by_id = {link.skus[key].sku_id: price for key, price in prices.items()}
    attempt = _begin(ctx, want, step, link, Call.PRICE)
    send(ctx, attempt, lambda: ctx.shop.update_prices(link.product_id, by_id))
    skus = link.skus | {key: replace(link.skus[key], price=price) for key, price in prices.items()}
    # What the shop showed before no longer tells anything about these prices.
    shop = {name: value for name, value in link.shop.items() if not name.startswith("price:")}
    return _accept(ctx, attempt, replace(link, skus=skus, shop=shop))


def update_stock(ctx: PushContext, want: DesiredListing, step: Step, link: Link) -> Link:
    """Absolute stock by SKU. SKUs that the platform refuses keep their last sent number; the first fault is raised."""
    stock = {key: quantity for key, quantity in step.stock if key in link.skus}
    warehouse = ctx.market.warehouse_id
    by_id = {link.skus[key].sku_id: {warehouse: quantity} for key, quantity in stock.items()}
    attempt = _begin(ctx, want, step, link, Call.STOCK)
    faults = send(ctx, attempt, lambda: ctx.shop.update_stock(link.product_id, by_id))
    refused = {fault.target for fault in faults}
    accepted = {key: n for key, n in stock.items() if link.skus[key].sku_id not in refused}
    skus = link.skus | {key: replace(link.skus[key], stock=n) for key, n in accepted.items()}
    if not faults:
        return _accept(ctx, attempt, replace(link, skus=skus))
    ctx.store.save_link(replace(link, skus=skus))
    raise _refused(ctx, attempt, faults[0])


def pause(ctx: PushContext, want: DesiredListing, step: Step, link: Link, instruction: Instruction) -> Link:
    """Hide a live listing."""
    return _batch(ctx, want, step, link, Call.DEACTIVATE, ctx.shop.deactivate, ("SELLER_DEACTIVATED", "NONE"), instruction)


def activate(ctx: PushContext, want: DesiredListing, step: Step, link: Link, instruction: Instruction | None) -> Link:
    """Put a hidden listing back on sale: the platform reviews it first."""
    return _batch(ctx, want, step, link, Call.ACTIVATE, ctx.shop.activate, ("PENDING", "AUDITING"), instruction)


def delete(ctx: PushContext, want: DesiredListing, step: Step, link: Link, instruction: Instruction) -> Link:
    """Remove a listing from TikTok Shop."""
    return _batch(ctx, want, step, link, Call.DELETE, ctx.shop.delete, ("DELETED", "NONE"), instruction)


def _batch(
    ctx: PushContext,
    want: DesiredListing,
    step: Step,
    link: Link,
    call: Call,
    method: Callable[[Sequence[str]], Sequence[Fault]],
    becomes: tuple[str, str],
    instruction: Instruction | None,
) -> Link:
    attempt = _begin(ctx, want, step, link, call)
    faults = send(ctx, attempt, lambda: method([link.product_id]))
    if faults:
        raise _refused(ctx, attempt, faults[0])
    status, audit = becomes
    listing = listing_of(status, audit)
    hold = link.hold and listing is not Listing.PAUSED
    return _accept(ctx, attempt, replace(link, status=status, audit=audit, listing=listing, hold=hold), instruction)


def _begin(ctx: PushContext, want: DesiredListing, step: Step, link: Link, call: Call) -> Attempt:
    facts = {"step": step.kind.value, "prices": dict(step.prices), "stock": dict(step.stock)}
    mark = step_print(step, want)
    return begin(ctx, want.product_key, call, mark, product_id=link.product_id, facts=facts)


def _accept(ctx: PushContext, attempt: Attempt, link: Link, instruction: Instruction | None = None) -> Link:
    attempt.outcome = Outcome.PUSHED
    attempt.ended_at = ctx.now()
    link = replace(link, synced_at=attempt.ended_at)
    ctx.store.close_attempt(attempt, link, instruction)
    return link


def _refused(ctx: PushContext, attempt: Attempt, fault: Fault) -> ShopRejected | ShopConflict | ShopLimit:
    limit = fault.code == ALLOWANCE_SPENT
    refuse(ctx, attempt, fault.code, fault.words, fault.request_id, conflict=fault.conflict or limit)
    kind = ShopLimit if limit else ShopConflict if fault.conflict else ShopRejected
    return kind("shop_refused", shop_code=fault.code, words=fault.words, request_id=fault.request_id)
