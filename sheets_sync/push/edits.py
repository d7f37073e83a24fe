"""The steps that carry content: create, edit, save as draft, publish. Each ends with a link that says what was accepted."""

from __future__ import annotations

from dataclasses import replace

from sheets_sync.content import content
from sheets_sync.errors import ShopConflict
from sheets_sync.issue import Severity
from sheets_sync.observe import observe
from sheets_sync.payload import Body, Parts, create_body, external_sku_id, full_body, partial_body, pictures_needed
from sheets_sync.plan import Step, StepKind, step_print
from sheets_sync.push.context import PushContext, Pushed, Task
from sheets_sync.push.journal import begin, send
from sheets_sync.push.uploads import upload
from sheets_sync.records import Attempt, Call, Instruction, Link, Outcome, SkuLink
from sheets_sync.shop import Saved, ShopProduct, listing_of
from sheets_sync.states import Listing


class Unusable(Exception):
    """Pictures of the product cannot be used; the issues are in `Pushed`. Nothing was sent."""


def create(ctx: PushContext, task: Task, step: Step, told: Pushed, instruction: Instruction | None) -> Link:
    """Create the listing, as a draft or submitted for review."""
    draft = step.kind is StepKind.CREATE_DRAFT
    parts = _parts(ctx, task, step, told, None, None, None)
    body = create_body(parts, draft=draft)
    attempt = begin(ctx, task.want.product_key, Call.CREATE, step_print(step, task.want), facts=_facts(ctx, task, step))
    saved = send(ctx, attempt, lambda: ctx.shop.create(body, attempt.idempotency_key))
    status, audit = ("DRAFT", "NONE") if draft else ("PENDING", "AUDITING")
    link = link_from_facts(task.want.product_key, saved.product_id, attempt, status, audit)
    link = replace(link, skus=_linked_skus(ctx, link, saved), warnings=saved.warnings)
    _accept(ctx, attempt, saved, link, instruction)
    return link


def edit(
    ctx: PushContext,
    task: Task,
    step: Step,
    link: Link,
    told: Pushed,
    instruction: Instruction | None,
    *,
    whole: bool = False,
    expect: frozenset[Listing] | None = None,
) -> Link:
    """Edit content after a fresh read: partial where that is enough, else full; as a draft where it is one.

    Raises ShopConflict when the listing is no longer in the state for which the step was planned.
    """
    actual = fresh(ctx, link)
    link = observe(link, actual, ctx.market.cart_id, ctx.now())
    if actual.listing not in (expect or frozenset({task_listing(link, step)})):
        ctx.store.save_link(link)
        raise ShopConflict("listing_changed", listing=actual.listing.value)
    draft = step.kind is StepKind.SAVE_DRAFT
    full = whole or draft or link.full_edit or "category" in step.fields
    parts = _parts(ctx, task, step, told, _newest(ctx, actual) if full else actual, link, None if full else step.fields)
    body = full_body(parts, draft=draft) if full else partial_body(parts)
    call = Call.EDIT if full else Call.PARTIAL_EDIT
    facts = _facts(ctx, task, step)
    mark = step_print(step, task.want)
    attempt = begin(ctx, task.want.product_key, call, mark, product_id=link.product_id, facts=facts)
    saved = send(ctx, attempt, lambda: _send_edit(ctx, link.product_id, body, full=full))
    link = _edited(ctx, link, attempt, step, saved, draft=draft)
    _accept(ctx, attempt, saved, link, instruction)
    return link


def task_listing(link: Link, step: Step) -> Listing:
    """The state in which the step may run: a draft for a draft, else the one that was just read, unless that hides it."""
    if step.kind is StepKind.SAVE_DRAFT:
        return Listing.DRAFT
    hidden = (Listing.PAUSED, Listing.TAKEN_DOWN, Listing.FROZEN, Listing.DELETED, Listing.DRAFT)
    return Listing.LIVE if link.listing in hidden else link.listing


def fresh(ctx: PushContext, link: Link) -> ShopProduct:
    """The listing as it is now. Raises ShopConflict when it is gone."""
    actual = ctx.shop.get(link.product_id)
    if actual is None:
        ctx.store.save_link(replace(link, status="DELETED", audit="NONE", listing=Listing.DELETED))
        raise ShopConflict("listing_gone")
    return actual


def _newest(ctx: PushContext, actual: ShopProduct) -> ShopProduct:
    """What a full edit completes itself from: the version in review where there is one, since that will go live."""
    if actual.audit == "AUDITING":
        return ctx.shop.get(actual.id, "review") or actual
    return actual


def _send_edit(ctx: PushContext, product_id: str, body: Body, *, full: bool) -> Saved:
    return ctx.shop.edit(product_id, body) if full else ctx.shop.partial_edit(product_id, body)


def _parts(
    ctx: PushContext,
    task: Task,
    step: Step,
    told: Pushed,
    actual: ShopProduct | None,
    link: Link | None,
    fields: tuple[str, ...] | None,
) -> Parts:
    uploads = upload(ctx, task.want, pictures_needed(task.want, fields))
    told.issues += uploads.issues
    if any(issue.severity is Severity.ERROR for issue in uploads.issues):
        raise Unusable
    foreign = frozenset(link.drift) - set(step.fields) if link and ctx.drift != "ours" else frozenset()
    rules = ctx.rules.get(task.want.category)
    return Parts(task.want, step, ctx.market, rules, uploads.images, actual, link, foreign)


def _facts(ctx: PushContext, task: Task, step: Step) -> dict[str, object]:
    """What settling needs if the answer never comes."""
    wanted = {sku.variant_key: sku.seller_sku for sku in task.want.active_skus}
    now = content(task.want)
    names = {n for n in now if n in step.fields or (n.startswith("sku:") and "skus" in step.fields)}
    created = step.kind in (StepKind.CREATE, StepKind.CREATE_DRAFT)
    return {
        "step": step.kind.value,
        "sent": now if created else {n: now[n] for n in names},
        "seller_skus": wanted,
        "prices": dict(step.prices),
        "stock": dict(step.stock),
        "cart": ctx.market.cart_id,
    }


def link_from_facts(product_key: str, product_id: str, attempt: Attempt, status: str, audit: str) -> Link:
    """The link that a create makes, from what was written down before the call."""
    facts = attempt.facts
    skus = {
        key: SkuLink(key, "", seller, facts["prices"].get(key), facts["stock"].get(key))
        for key, seller in facts["seller_skus"].items()
    }
    listing = listing_of(status, audit)
    synced = attempt.started_at
    return Link(product_key, product_id, status, audit, listing, sent=dict(facts["sent"]), skus=skus, synced_at=synced)


def _linked_skus(ctx: PushContext, link: Link, saved: Saved) -> dict[str, SkuLink]:
    """SKU links with the ids of the answer, matched by external id or seller SKU, never by position (reference: 3.10)."""
    by_external = {external_sku_id(ctx.market.cart_id, key): key for key in link.skus}
    by_seller = {sku.seller_sku: key for key, sku in link.skus.items()}
    skus = dict(link.skus)
    for sku in saved.skus:
        key = by_external.get(sku.external_id) or by_seller.get(sku.seller_sku)
        if key:
            skus[key] = replace(skus[key], sku_id=sku.id)
    return skus


def _edited(ctx: PushContext, link: Link, attempt: Attempt, step: Step, saved: Saved, *, draft: bool) -> Link:
    """The link after an accepted edit."""
    facts = attempt.facts
    skus = {key: sku for key, sku in link.skus.items() if key not in step.removed}
    for key in step.added:
        skus[key] = SkuLink(key, "", facts["seller_skus"].get(key, ""))
    prices = facts["prices"] | {k: facts["prices"].get(k) for k in step.added}
    skus = {k: replace(s, price=prices.get(k) or s.price, stock=facts["stock"].get(k, s.stock)) for k, s in skus.items()}
    audit = saved.audit or ("NONE" if draft else "AUDITING")
    live = link.listing is Listing.LIVE
    status = link.status if live or draft else "PENDING"
    link = replace(
        link,
        status=status,
        audit=audit,
        listing=listing_of(status, audit),
        sent={**link.sent, **facts["sent"]},
        reasons=(),
        shop={},
        drift={},
        skus=skus,
        full_edit=audit != "APPROVED",
        warnings=saved.warnings,
    )
    return replace(link, skus=_linked_skus(ctx, link, saved))


def _accept(ctx: PushContext, attempt: Attempt, saved: Saved, link: Link, instruction: Instruction | None) -> None:
    """Answer, link and instruction in one commit."""
    attempt.outcome = Outcome.PUSHED
    attempt.ended_at = ctx.now()
    attempt.product_id = saved.product_id or link.product_id
    attempt.request_id = saved.request_id
    link.synced_at = attempt.ended_at
    ctx.store.close_attempt(attempt, link, instruction)
