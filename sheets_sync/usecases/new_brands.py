"""`{{新規}}name` in a brand cell: a brand of the shop's own, made once by the import that first needs it.

Source: Partner Center, Create Custom Brands (reference: TikTok Shop API 3.5).
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from sheets_sync.desired import DesiredListing
from sheets_sync.errors import ShopConflict, ShopRejected, ShopUnavailable, ShopUnknown
from sheets_sync.issue import Issue, Tab
from sheets_sync.shop import Brand
from sheets_sync.template import fold
from sheets_sync.tiktok.classify import advice
from sheets_sync.usecases.platform_rules import BRANDS
from sheets_sync.usecases.session import Session

log = logging.getLogger(__name__)

FAULT = "brand_fault"
"""Kind under which the store keeps why a name was refused, by folded name: the same name is not offered again."""

SHORTEST, LONGEST, MOST_DIGITS = 2, 30, 4
_EXISTS = "12052205"
_LATER = frozenset({"12052202", "12052203"})
"""Limits on the number of brands: the name may pass another day."""


def brand_issues(session: Session, listings: Iterable[DesiredListing]) -> list[Issue]:
    """What is known to be wrong with the names of brands that are still to be made."""
    wanted = [want for want in listings if want.new_brand and want.sync]
    refused = set(session.store.cached_keys(FAULT)) if wanted else set()
    issues = []
    for want in wanted:
        name = want.new_brand
        known = session.store.cached(FAULT, fold(name)) if fold(name) in refused else None
        if known:
            issues.append(_issue(want, *known[0]))
        elif not SHORTEST <= len(name) <= LONGEST or re.search(rf"\d{{{MOST_DIGITS + 1}}}", name):
            limits = {"read": name, "shortest": SHORTEST, "longest": LONGEST, "digits": MOST_DIGITS}
            issues.append(_issue(want, "brand_new_name", limits))
    return issues


def make_brands(session: Session, wants: Sequence[DesiredListing]) -> list[Issue] | None:
    """Make the brands that these products name and give the products their ids. None when there was nothing to make,
    else what went wrong, per product. Raises CredentialsError.
    """
    names = {fold(want.new_brand): want.new_brand for want in wants if want.new_brand}
    if not names:
        return None
    made: dict[str, Brand] = {}
    faults: dict[str, tuple[str, dict[str, object]]] = {}
    for folded, name in names.items():
        try:
            made[folded] = _make(session, name)
        except (ShopRejected, ShopConflict) as error:
            params = {"words": error.words, "shop_code": error.shop_code, "request_id": error.request_id}
            faults[folded] = advice(error.shop_code, error.words), {**params, "read": name}
            if error.shop_code not in _LATER:
                session.store.save_cached(FAULT, folded, list(faults[folded]), session.clock.now())
        except (ShopUnavailable, ShopUnknown) as error:
            # Made or not: the next import finds out, since a second brand of that name is refused.
            log.warning("the brand could not be made now: %s", error)
            faults[folded] = "brand_not_made", {"read": name}
    issues = []
    for want in wants:
        folded = fold(want.new_brand)
        if folded in made:
            want.brand, want.new_brand = made[folded].id, ""
        elif folded in faults:
            issues.append(_issue(want, *faults[folded]))
    return issues


def _make(session: Session, name: str) -> Brand:
    try:
        brand = session.shop.create_brand(name)
    except ShopRejected as error:
        if error.shop_code != _EXISTS:
            raise
        same = [known for known in session.shop.brands(name) if fold(known.name) == fold(name)]
        if not same:
            raise
        brand = same[0]
    known = session.store.cached(BRANDS, "")
    if known:
        session.store.save_cached(BRANDS, "", [*known[0], asdict(brand)], known[1])
    return brand


def _issue(want: DesiredListing, code: str, params: dict[str, object]) -> Issue:
    return Issue(Tab.PRODUCTS, want.product_key, "brand", code, params=params)
