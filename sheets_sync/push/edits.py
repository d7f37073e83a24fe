"""The steps that carry content: create, edit, save as draft, publish. Each returns a link with what was accepted."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sheets_sync.content import content, group, is_fixed
from sheets_sync.drift import PRICE, untouched
from sheets_sync.errors import ShopConflict, ShopRejected, ShopUnavailable, ShopUnknown
from sheets_sync.external_ids import external_product_id_anew, external_sku_id
from sheets_sync.issue import Severity
from sheets_sync.observe import observe
from sheets_sync.payload import create_body, full_body, needs_full_body, partial_body, pictures_needed
from sheets_sync.payload_parts import Body, Parts
from sheets_sync.plan import Step, StepKind, step_print
from sheets_sync.push.context import PushContext, Pushed, Task
from sheets_sync.push.finding import find_listing
from sheets_sync.push.journal import accept, begin, in_doubt, send
from sheets_sync.push.reading import fresh
from sheets_sync.push.uploads import upload
from sheets_sync.records import Attempt, Call, Instruction, Link, SkuLink
from sheets_sync.shop import UNDER_REVIEW, Saved, ShopProduct, listing_of
from sheets_sync.states import Listing

EXTERNAL_ID_TAKEN = "12052996"
# A repeated idempotency key is answered with the first result or, as "invalid input", with an error (reference: 2.6).
KEY_USED_BEFORE = "12052910"
UNKNOWN_CODE = "tiktok_refused"
_DRAFT = frozenset({Listing.DRAFT})
_STARTABLE = frozenset({Listing.DRAFT, Listing.PAUSED, Listing.TAKEN_DOWN})
# Where an edit that is submitted cannot put a hidden product on sale.
_OPEN = frozenset({Listing.LIVE, Listing.NONE, Listing.IN_REVIEW, Listing.PRE_APPROVED, Listing.SCHEDULED})


class Unusable(Exception):
    """Pictures of the product cannot be used; the issues are in `Pushed`. Nothing was sent."""


def create(
    ctx: PushContext, task: Task, step: Step, link: Link | None, *, told: Pushed, instruction: Instruction | None
) -> Link:
    """Create the listing, as a draft or submitted for review. `link`: to an earlier one, which is deleted."""
    draft = step.kind is StepKind.CREATE_DRAFT
    body = create_body(_parts(ctx, task, step, told), draft=draft)
    key = ctx.keys.get((task.want.product_key, step_print(step)), "")
    deleted = _surely_deleted(ctx, link)
    try:
        attempt, saved = _create(ctx, task, step, body, key)
    except ShopConflict as error:
        if not deleted or error.shop_code != EXTERNAL_ID_TAKEN or _find(ctx, task) is not None:
            raise
        # Whether a deleted listing keeps its external id is not known (reference: 3.18): here it does.
        body["external_product_id"] = external_product_id_anew(ctx.market.cart_id, task.want.product_key, deleted)
        attempt, saved = _create(ctx, task, step, body, "")
    except ShopRejected as error:
        # The code for it is not known for certain: one that nobody knows may mean it, too.
        if not key or (error.shop_code != KEY_USED_BEFORE and error.code != UNKNOWN_CODE):
            raise
        # The first try under this key did come through: under a new one the external id tells which listing it made.
        attempt, saved = _create(ctx, task, step, body, "")
    status, audit = ("DRAFT", "NONE") if draft else ("PENDING", "AUDITING")
    made = link_from_facts(task.want.product_key, saved.product_id, attempt, status, audit)
    made = replace(made, skus=_linked_skus(ctx, made, saved), warnings=saved.warnings)
    return _accept(ctx, attempt, saved, made, instruction)


def _surely_deleted(ctx: PushContext, link: Link | None) -> str:
    """Id of the product's deleted listing, "" where there is none, or where a create since then was never found: it may
    still turn up under the first external id.
    """
    if link is None or link.listing is not Listing.DELETED:
        return ""
    before = ctx.store.last_attempts(link.product_key).get((link.product_key, Call.CREATE))
    return "" if before and before.looks else link.product_id


def _find(ctx: PushContext, task: Task) -> ShopProduct | None:
    return find_listing(ctx, task.want.product_key, [sku.seller_sku for sku in task.want.active_skus], None)


def _create(ctx: PushContext, task: Task, step: Step, body: Body, key: str) -> tuple[Attempt, Saved]:
    facts = _facts(ctx, task, step)
    attempt = begin(ctx, task.want.product_key, Call.CREATE, step_print(step), facts=facts, key=key)
    return attempt, send(ctx, attempt, lambda: ctx.shop.create(body, attempt.idempotency_key))


def edit(
    ctx: PushContext, task: Task, step: Step, link: Link, *, told: Pushed, instruction: Instruction | None
) -> Link:
    """Edit content after a fresh read: partial where that is enough, else full; as a draft where it is one.

    Raises ShopConflict when the listing is no longer in a state in which the edit moves nothing else.
    """
    draft = step.kind is StepKind.SAVE_DRAFT
    link, actual = _read(ctx, link, _DRAFT if draft else _OPEN)
    whole = draft or link.full_edit or needs_full_body(step, task.want)
    attempt, saved, link = _change(ctx, task, step, link, actual, told=told, whole=whole)
    return _accept(ctx, attempt, saved, link, instruction)


def publish(
    ctx: PushContext, task: Task, step: Step, link: Link, *, told: Pushed, instruction: Instruction | None
) -> Link:
    """Submit the whole listing with its prices. What becomes of a paused one is not known for certain (reference: 4.2):
    it is read back before the answer is recorded, and the link tells whether it is still paused.
    """
    link, actual = _read(ctx, link, _STARTABLE)
    attempt, saved, link = _change(ctx, task, step, replace(link, hold=False), actual, told=told, whole=True)
    if actual.listing is Listing.PAUSED:
        try:
            link = observe(link, fresh(ctx, link), ctx.market.cart_id, ctx.now())
        except ShopUnavailable as error:
            in_doubt(ctx, attempt)
            raise ShopUnknown(error.code, shop_code=error.shop_code, words=error.words) from error
    return _accept(ctx, attempt, saved, link, None if link.listing is Listing.PAUSED else instruction)


def _read(ctx: PushContext, link: Link, expected: frozenset[Listing]) -> tuple[Link, ShopProduct]:
    """The listing as it is now. Raises ShopConflict when it is not in an expected state: then it is decided again."""
    actual = fresh(ctx, link)
    link = observe(link, actual, ctx.market.cart_id, ctx.now())
    if actual.listing not in expected:
        ctx.store.save_link(link)
        raise ShopConflict("listing_changed", listing=actual.listing.value)
    return link, actual


def _change(
    ctx: PushContext, task: Task, step: Step, link: Link, actual: ShopProduct, *, told: Pushed, whole: bool
) -> tuple[Attempt, Saved, Link]:
    """Send an edit; the caller closes the attempt."""
    fields = (*step.fields, *(("skus",) if step.prices else ()))
    base = _newest(ctx, actual) if whole else actual
    parts = _parts(ctx, task, step, told, actual=base, link=link, fields=None if whole else fields)
    body = full_body(parts, draft=step.kind is StepKind.SAVE_DRAFT) if whole else partial_body(parts)
    facts = _facts(ctx, task, step) | {"seen_at": actual.update_time}
    facts["sent"] = {name: value for name, value in facts["sent"].items() if not is_fixed(name, actual.listing)}
    call, method = (Call.EDIT, ctx.shop.edit) if whole else (Call.PARTIAL_EDIT, ctx.shop.partial_edit)
    key, product_id = task.want.product_key, link.product_id

    def sent() -> tuple[Attempt, Saved]:
        attempt = begin(ctx, key, call, step_print(step), product_id=product_id, facts=dict(facts))
        return attempt, send(ctx, attempt, lambda: method(product_id, body))

    try:
        attempt, saved = sent()
    except ShopConflict as error:
        if not whole or error.shop_code != EXTERNAL_ID_TAKEN:
            raise
        # Another listing, perhaps a deleted one, has our first name for it. This is the one that the row is tied to.
        body["external_product_id"] = external_product_id_anew(ctx.market.cart_id, key, product_id)
        attempt, saved = sent()
    named = {*step.fields, *(PRICE + key for key, _ in step.prices)}
    left = parts.foreign | {name for name in link.drift if not whole and group(name) not in named}
    return attempt, saved, _edited(ctx, link, attempt, step, saved, theirs=left - named)


def _newest(ctx: PushContext, actual: ShopProduct) -> ShopProduct:
    """What a full edit completes itself from: the version in review where there is one, since that will go live."""
    if actual.audit in UNDER_REVIEW:
        return ctx.shop.get(actual.id, "review") or actual
    return actual


def _parts(
    ctx: PushContext,
    task: Task,
    step: Step,
    told: Pushed,
    *,
    actual: ShopProduct | None = None,
    link: Link | None = None,
    fields: tuple[str, ...] | None = None,
) -> Parts:
    uploads = upload(ctx, task.want, pictures_needed(task.want, fields))
    told.issues += uploads.issues
    if any(issue.severity is Severity.ERROR for issue in uploads.issues):
        raise Unusable
    foreign = untouched(task.want, link, ctx.drift) if link else frozenset()
    rules = ctx.rules.get(task.want.category)
    return Parts(task.want, step, ctx.market, rules, uploads.images, actual, link, foreign, ctx.now())


def _facts(ctx: PushContext, task: Task, step: Step) -> dict[str, Any]:
    """What settling needs if the answer never comes."""
    return {
        "step": step.kind.value,
        "sent": {name: value for name, value in content(task.want).items() if group(name) in step.fields},
        "seller_skus": {sku.variant_key: sku.seller_sku for sku in task.want.active_skus if not sku.gone},
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
    """SKU links with the ids of the answer: by external id or seller SKU, never by position (reference: 3.10)."""
    by_external = {external_sku_id(ctx.market.cart_id, key): key for key in link.skus}
    by_seller = {sku.seller_sku: key for key, sku in link.skus.items() if sku.seller_sku}
    skus = dict(link.skus)
    for sku in saved.skus:
        key = by_external.get(sku.external_id) or ("" if sku.external_id else by_seller.get(sku.seller_sku))
        if key:
            skus[key] = replace(skus[key], sku_id=sku.id)
    return skus


def _edited(
    ctx: PushContext, link: Link, attempt: Attempt, step: Step, saved: Saved, *, theirs: frozenset[str]
) -> Link:
    """The link after an accepted edit. `theirs`: fields that someone else changed and that the edit left so."""
    facts = attempt.facts
    prices, stock = facts["prices"], facts["stock"]
    skus = {key: sku for key, sku in link.skus.items() if key not in step.removed}
    skus |= {key: SkuLink(key, "", facts["seller_skus"].get(key, "")) for key in step.added}
    skus = {k: replace(s, price=prices.get(k, s.price), stock=stock.get(k, s.stock)) for k, s in skus.items()}
    audit = saved.audit or ("NONE" if step.kind is StepKind.SAVE_DRAFT else "AUDITING")
    in_first_review = audit in UNDER_REVIEW and link.listing is not Listing.LIVE
    status = "PENDING" if in_first_review else link.status
    link = replace(
        link,
        status=status,
        audit=audit,
        listing=listing_of(status, audit),
        sent={**link.sent, **facts["sent"]},
        reasons=(),
        open_items=(),
        shop={name: link.shop[name] for name in theirs if name in link.shop},
        drift={name: link.drift[name] for name in theirs if name in link.drift},
        skus=skus,
        full_edit=audit != "APPROVED",
        warnings=saved.warnings,
    )
    return replace(link, skus=_linked_skus(ctx, link, saved))


def _accept(ctx: PushContext, attempt: Attempt, saved: Saved, link: Link, instruction: Instruction | None) -> Link:
    attempt.product_id = saved.product_id or link.product_id
    attempt.request_id = saved.request_id
    return accept(ctx, attempt, link, instruction)
