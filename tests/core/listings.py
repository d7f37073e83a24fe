"""Links that fit a desired listing: everything of it sent and accepted."""

from __future__ import annotations

import dataclasses
from typing import Any

from sheets_sync.content import content, price_text
from sheets_sync.desired import DesiredListing
from sheets_sync.plan import ProductPlan
from sheets_sync.planning import Approved, PlanRules, plan_product
from sheets_sync.records import Link, SkuLink
from sheets_sync.shop import listing_of
from sheets_sync.states import Action, Listing

PAIRS = {
    Listing.DRAFT: ("DRAFT", "NONE"),
    Listing.IN_REVIEW: ("PENDING", "AUDITING"),
    Listing.PRE_APPROVED: ("PENDING", "PRE_APPROVED"),
    Listing.SCHEDULED: ("SCHEDULED", "APPROVED"),
    Listing.NONE: ("FAILED", "FAILED"),
    Listing.LIVE: ("ACTIVATE", "APPROVED"),
    Listing.PAUSED: ("SELLER_DEACTIVATED", "NONE"),
    Listing.TAKEN_DOWN: ("PLATFORM_DEACTIVATED", "NONE"),
    Listing.FROZEN: ("FREEZE", "NONE"),
    Listing.DELETED: ("DELETED", "NONE"),
}


def linked(want: DesiredListing, listing: Listing = Listing.LIVE, **changes: Any) -> Link:
    """The link of a product whose wanted state was sent and accepted as it is."""
    status, audit = PAIRS[listing]
    skus = {
        s.variant_key: SkuLink(s.variant_key, f"17{n}", s.seller_sku, price_text(s.price, 0), s.stock)
        for n, s in enumerate(want.skus)
    }
    found = Link(want.product_key, "1729", status, audit, listing_of(status, audit), sent=content(want), skus=skus)
    return dataclasses.replace(found, **changes)


def decide(
    want: DesiredListing,
    link: Link | None,
    action: Action = Action.KEEP,
    *,
    approved: bool = True,
    rules: PlanRules | None = None,
    refusals: dict[str, str] | None = None,
) -> ProductPlan:
    return plan_product(Approved(want, approved, action, refusals or {}), link, rules or PlanRules())


def told(plan: ProductPlan) -> list[str]:
    """Steps in short: `edit(title+price)`, `stock`."""
    found = []
    for step in plan.steps:
        parts = [*step.fields, *(["price"] if step.prices else []), *(["stock"] if step.stock else [])]
        plain = step.kind.value in ("price", "stock", "create", "create_draft")
        found.append(step.kind.value if plain else f"{step.kind.value}({'+'.join(parts)})")
    return found
