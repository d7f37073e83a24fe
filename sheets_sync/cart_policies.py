"""What a product's state in its cart asks of its listing, by the shop's rules: told, held back, or stopped once.

None of it ever puts a product on sale, and a stop is carried out once: what a person puts on sale after that stays.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from sheets_sync.content import fingerprint, is_fixed, presale_field
from sheets_sync.desired import DesiredListing
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import ProductKind
from sheets_sync.records import Instruction, Link
from sheets_sync.states import Action, CartStatus, Listing

NEVER_SOLD = frozenset({ProductKind.GIFT_CARD, ProductKind.DIGITAL})
"""Kinds that TikTok Shop does not sell."""

_ON_ITS_WAY = frozenset({Listing.LIVE, Listing.IN_REVIEW, Listing.PRE_APPROVED, Listing.SCHEDULED})
_OFF_SALE = frozenset({Listing.PAUSED, Listing.TAKEN_DOWN, Listing.FROZEN, Listing.DELETED})
_LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


@dataclass(frozen=True, slots=True)
class CartPolicies:
    """The shop's rules of `[rules]`: `push_unpublished`, `deleted_in_cart` and `sale_period`."""

    push_unpublished: bool = False
    deleted_in_cart: str = "mark"
    sale_period: str = "show"


def stops_since(
    want: DesiredListing, policies: CartPolicies, now: dt.datetime, timezone: dt.tzinfo = dt.UTC
) -> dt.datetime | None:
    """Since when there is a reason to stop the product by itself, None = there is none.

    A product that is gone from the cart is stopped whether its row is ON or OFF, as the row says; the end of a sale
    period stops only what is ON: an OFF row is left alone.
    """
    if want.gone and policies.deleted_in_cart == "pause":
        day = dt.date.fromisoformat(want.gone_on) if want.gone_on else None
        return dt.datetime.combine(day, dt.time(), timezone) if day else _LONG_AGO
    if want.sync and not want.gone and policies.sale_period == "pause" and want.sale.over(now):
        return want.sale.ends
    return None


def settled(since: dt.datetime, link: Link | None, instruction: Instruction | None) -> bool:
    """Whether a reason to stop is done with: since it arose the listing was off sale, or a person put it on sale."""
    if instruction and instruction.action is Action.PUBLISH and instruction.consumed_at >= since:
        return True
    if link is None or link.listing not in _OFF_SALE:
        return False
    return any(at is not None and at >= since for at in (link.checked_at, link.synced_at))


def waits_for_period(want: DesiredListing, policies: CartPolicies, now: dt.datetime) -> bool:
    """Whether a product is not listed by itself now: its sale period has not begun, or is over."""
    return policies.sale_period == "pause" and (want.sale.over(now) or want.sale.ahead(now))


def policy_issues(
    want: DesiredListing,
    link: Link | None,
    policies: CartPolicies,
    now: dt.datetime,
    *,
    stops: bool,
    words: Mapping[CartStatus, str],
) -> Iterator[Issue]:
    """What is to be told of a row that is ON. `stops`: the next import stops it; `words`: statuses for a person."""
    key, listing = want.product_key, link.listing if link else Listing.NONE
    if want.cart_status is not CartStatus.ACTIVE and not policies.push_unpublished and not want.gone:
        yield Issue(Tab.PRODUCTS, key, "cart_status", "cart_unpublished", params={"read": words[want.cart_status]})
    if want.gone and listing is Listing.LIVE:
        code = "gone_stops" if stops else "gone_from_cart"
        yield Issue(Tab.PRODUCTS, key, "cart_status", code, Severity.WARNING)
    if want.kind is not ProductKind.GOODS:
        told = Severity.ERROR if want.kind in NEVER_SOLD else Severity.INFO if link else Severity.WARNING
        yield Issue(Tab.PRODUCTS, key, "sync", f"kind_{want.kind}", told)
    if not want.gone:
        yield from _period_issues(want, link, policies, now, stops=stops)
        yield from _preorder_issues(want, link)


def _period_issues(
    want: DesiredListing, link: Link | None, policies: CartPolicies, now: dt.datetime, *, stops: bool
) -> Iterator[Issue]:
    listed = link is not None and link.listing is not Listing.DELETED
    selling = link is not None and link.listing in _ON_ITS_WAY
    pauses = policies.sale_period == "pause"
    if want.sale.over(now):
        day = want.sale.last_day
        if not listed:
            yield _told(want, "sale_over_waits" if pauses else "sale_over_new", day, Severity.WARNING)
        elif not selling:
            yield _told(want, "sale_over", day, Severity.INFO)
        elif stops:
            yield _told(want, "sale_over_stops", day, Severity.WARNING)
        elif pauses and link is not None and link.listing is Listing.LIVE:
            yield _told(want, "sale_over_kept", day, Severity.INFO)
        else:
            yield _told(want, "sale_over_live", day, Severity.WARNING)
    elif want.sale.ahead(now):
        day = want.sale.first_day
        if not listed:
            code, severity = ("sale_ahead_waits", Severity.INFO) if pauses else ("sale_ahead_new", Severity.WARNING)
            yield _told(want, code, day, severity)
        elif selling:
            yield _told(want, "sale_ahead_live", day, Severity.WARNING)


def _told(want: DesiredListing, code: str, day: str, severity: Severity) -> Issue:
    return Issue(Tab.PRODUCTS, want.product_key, "cart_status", code, severity, {"day": day})


def _preorder_issues(want: DesiredListing, link: Link | None) -> Iterator[Issue]:
    """A pre-order without days; and days that differ from those of a listing on which they are fixed: everything else
    of it follows the row.
    """
    skus = want.active_skus
    if link is None:
        if want.preorder and not any(sku.presale_days for sku in skus):
            yield Issue(Tab.PRODUCTS, want.product_key, "presale_days", "preorder_days_missing", Severity.WARNING)
        return
    for sku in skus:
        name, days = presale_field(sku.variant_key), sku.presale_days
        sent, now = link.sent.get(name), fingerprint(days) if days else None
        if sku.variant_key in link.skus and sent != now and is_fixed(name, link.listing):
            code = "preorder_fixed" if sent and now else "preorder_still" if sent else "preorder_not_yet"
            yield Issue(Tab.PRODUCTS, want.product_key, "presale_days", code, Severity.WARNING)
            return
