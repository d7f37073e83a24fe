"""The steps that carry no content: price, stock, pause, activate, delete. None of them can move anything else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from decimal import Decimal

from sheets_sync.drift import PRICE, number, without
from sheets_sync.errors import ShopRejected
from sheets_sync.observe import observe
from sheets_sync.payload_skus import own_warehouses
from sheets_sync.plan import Step, StepKind, step_print
from sheets_sync.push.context import PushContext
from sheets_sync.push.journal import accept, begin, refuse, send
from sheets_sync.push.reading import fresh
from sheets_sync.records import Attempt, Call, Instruction, Link
from sheets_sync.shop import UNDER_REVIEW, Fault, listing_of
from sheets_sync.states import Listing

# The SKU's stock lies in other warehouses than the call named (reference: 2.4, 3.16).
OTHER_WAREHOUSES = frozenset({"12019028", "12052533", "12052534"})


def update_prices(ctx: PushContext, step: Step, link: Link) -> Link:
    """New prices of a live listing, in one call. SKUs that only the version in review has wait for it: one of them
    would make the platform refuse all (reference: 3.15).
    """
    link = with_sku_ids(ctx, link, [key for key, _ in step.prices])
    prices = {key: price for key, price in step.prices if key in link.skus and link.skus[key].sku_id}
    if link.audit in UNDER_REVIEW:
        on_sale = {sku.id for sku in fresh(ctx, link).skus}
        prices = {key: price for key, price in prices.items() if link.skus[key].sku_id in on_sale}
    if not prices:
        return link
    by_id = {link.skus[key].sku_id: price for key, price in prices.items()}
    attempt = _begin(ctx, step, link, Call.PRICE)
    send(ctx, attempt, lambda: ctx.shop.update_prices(link.product_id, by_id))
    skus = link.skus | {key: replace(link.skus[key], price=price) for key, price in prices.items()}
    drift = without(link.drift, {PRICE + key for key in prices})
    return accept(ctx, attempt, replace(link, skus=skus, shop=_price_baseline(link, prices), drift=drift))


def _price_baseline(link: Link, prices: dict[str, str]) -> dict[str, str]:
    """What the shop will show after a price call: our price, where it showed our price before. Elsewhere (a price with
    tax on top) the next reading tells.
    """
    shop = dict(link.shop)
    for key, price in prices.items():
        before, shown = link.skus[key].price, shop.pop(PRICE + key, None)
        if before is not None and shown == number(Decimal(before)):
            shop[PRICE + key] = number(Decimal(price))
    return shop


def update_stock(ctx: PushContext, step: Step, link: Link) -> Link:
    """Absolute stock by SKU. SKUs that the platform refuses keep their last sent number; the first fault is raised."""
    link = with_sku_ids(ctx, link, [key for key, _ in step.stock])
    stock = {key: quantity for key, quantity in step.stock if key in link.skus and link.skus[key].sku_id}
    if not stock:
        return link
    places = {link.skus[key].sku_id: {ctx.market.warehouse_id: quantity} for key, quantity in stock.items()}
    attempt = _begin(ctx, step, link, Call.STOCK)
    faults = send(ctx, attempt, lambda: _send_stock(ctx, link, places))
    refused = {fault.target for fault in faults}
    left = tuple((key, quantity) for key, quantity in step.stock if key in stock and link.skus[key].sku_id in refused)
    taken = {key: quantity for key, quantity in stock.items() if link.skus[key].sku_id not in refused}
    link = replace(link, skus=link.skus | {key: replace(link.skus[key], stock=n) for key, n in taken.items()})
    if not faults:
        return accept(ctx, attempt, link)
    # Only what is left was refused: that, and not the whole step, is not to be sent again as it is.
    attempt.payload_hash = step_print(Step(StepKind.STOCK, stock=left))
    fault = next((fault for fault in faults if fault.conflict), faults[0])
    raise refuse(ctx, attempt, fault, link)


def _send_stock(ctx: PushContext, link: Link, places: dict[str, dict[str, int]]) -> Sequence[Fault]:
    """Refused for warehouses that are not the SKU's own, the same numbers go where its stock lies. That the whole call
    is refused for it, or the SKU alone, is not known for certain (reference: 2.4, 3.16): both are taken.
    """
    refusal: ShopRejected | None = None
    try:
        faults = ctx.shop.update_stock(link.product_id, places)
        elsewhere = {fault.target for fault in faults if fault.code in OTHER_WAREHOUSES}
    except ShopRejected as error:
        if error.shop_code not in OTHER_WAREHOUSES:
            raise
        refusal, faults, elsewhere = error, [], set(places)
    if not elsewhere:
        return faults
    held = {sku.id: sku.stock for sku in fresh(ctx, link).skus}
    again = {sku: own_warehouses(held.get(sku, {}), places[sku]) for sku in elsewhere}
    if refusal and again == places:
        raise refusal
    return [*(f for f in faults if f.target not in elsewhere), *ctx.shop.update_stock(link.product_id, again)]


def with_sku_ids(ctx: PushContext, link: Link, keys: Collection[str]) -> Link:
    """The link with the ids of these variants' SKUs: an answer that lost them is made good by a read."""
    if all(key in link.skus and link.skus[key].sku_id for key in keys):
        return link
    actual = fresh(ctx, link)
    link = observe(link, actual, ctx.market.cart_id, ctx.now())
    if actual.audit in UNDER_REVIEW and (coming := ctx.shop.get(actual.id, "review")):
        link = replace(link, skus=observe(link, coming, ctx.market.cart_id, ctx.now()).skus)
    ctx.store.save_link(link)
    return link


def pause(ctx: PushContext, step: Step, link: Link, instruction: Instruction) -> Link:
    """Hide a live listing."""
    return _batch(
        ctx,
        step,
        link,
        call=Call.DEACTIVATE,
        method=ctx.shop.deactivate,
        becomes=("SELLER_DEACTIVATED", "NONE"),
        then=instruction,
    )


def activate(ctx: PushContext, step: Step, link: Link, instruction: Instruction | None) -> Link:
    """Put a hidden listing back on sale: the platform reviews it first."""
    return _batch(
        ctx, step, link, call=Call.ACTIVATE, method=ctx.shop.activate, becomes=("PENDING", "AUDITING"), then=instruction
    )


def delete(ctx: PushContext, step: Step, link: Link, instruction: Instruction) -> Link:
    """Remove a listing from TikTok Shop."""
    return _batch(
        ctx, step, link, call=Call.DELETE, method=ctx.shop.delete, becomes=("DELETED", "NONE"), then=instruction
    )


def _batch(
    ctx: PushContext,
    step: Step,
    link: Link,
    *,
    call: Call,
    method: Callable[[Sequence[str]], Sequence[Fault]],
    becomes: tuple[str, str],
    then: Instruction | None,
) -> Link:
    attempt = _begin(ctx, step, link, call)
    faults = send(ctx, attempt, lambda: method([link.product_id]))
    if faults:
        raise refuse(ctx, attempt, faults[0])
    status, audit = becomes
    listing = listing_of(status, audit)
    hold = link.hold and listing not in (Listing.PAUSED, Listing.DELETED)
    return accept(ctx, attempt, replace(link, status=status, audit=audit, listing=listing, hold=hold), then)


def _begin(ctx: PushContext, step: Step, link: Link, call: Call) -> Attempt:
    facts = {
        "step": step.kind.value,
        "prices": dict(step.prices),
        "stock": dict(step.stock),
        "seen_at": link.update_time,
    }
    return begin(ctx, link.product_key, call, step_print(step), product_id=link.product_id, facts=facts)
