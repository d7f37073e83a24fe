"""Which searches find what is wanted, and all that each of them finds (Partner Center, Search Products)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

from sheets_sync.errors import ShopRejected
from sheets_sync.shop import SearchFilter, ShopSummary

T = TypeVar("T")
Token = Mapping[str, str]
"""What asks for the next page: the query's `page_token`, nothing for the first."""

Page = Callable[[Mapping[str, Any], Token], tuple[list[ShopSummary], str]]
"""Asks for a page of one search, by its body."""

_TOO_MANY_HITS = "12052180"
_SKUS_PER_SEARCH = 10
_FIRST_SHOPS_OPENED = 1_577_836_800  # 1 January 2020


def found(wanted: SearchFilter, page: Page, now: dt.datetime) -> Iterator[ShopSummary]:
    """All listings that fit, each once. More hits than the platform pages through are read in slices of time."""
    seen: set[str] = set()
    for body in _searches(wanted):
        for hit in _hits(body, page, _seconds(now)):
            if hit.id not in seen:
                seen.add(hit.id)
                yield hit


def all_pages(page: Callable[[Token], tuple[list[T], str]]) -> Iterator[T]:
    """Everything on all pages. The end is an empty token, not a short page."""
    token: Token = {}
    while True:
        entries, following = page(token)
        yield from entries
        if not following or following == token.get("page_token"):
            return
        token = {"page_token": following}


def _searches(wanted: SearchFilter) -> Iterator[Mapping[str, Any]]:
    """Bodies of Search Products: one, or one for each ten seller SKUs."""
    body: dict[str, Any] = {"status": wanted.status}
    if wanted.audit:
        body["audit_status"] = list(wanted.audit)
    if wanted.created_from:
        body["create_time_ge"] = _seconds(wanted.created_from)
    if wanted.updated_from:
        body["update_time_ge"] = _seconds(wanted.updated_from)
    if not wanted.seller_skus:
        yield body
    for start in range(0, len(wanted.seller_skus), _SKUS_PER_SEARCH):
        yield {**body, "seller_skus": list(wanted.seller_skus[start : start + _SKUS_PER_SEARCH])}


def _hits(body: Mapping[str, Any], page: Page, now: int) -> Iterator[ShopSummary]:
    """Hits of one search, in halves of its time of creation where there are too many; may name a listing twice."""
    try:
        yield from all_pages(lambda token: page(body, token))
    except ShopRejected as error:
        first = body.get("create_time_ge", _FIRST_SHOPS_OPENED)
        last = body.get("create_time_le", now)
        if error.shop_code != _TOO_MANY_HITS or first >= last:
            raise
        middle = (first + last) // 2
        yield from _hits({**body, "create_time_ge": first, "create_time_le": middle}, page, now)
        yield from _hits({**body, "create_time_ge": middle + 1}, page, now)


def _seconds(moment: dt.datetime) -> int:
    return int(moment.timestamp())
