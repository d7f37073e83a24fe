"""Reads what TikTok Shop shows now: what is in review, and what changed since the last time (design, section 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from sheets_sync.observe import observe
from sheets_sync.push.context import PushContext
from sheets_sync.records import Link
from sheets_sync.shop import SearchFilter, ShopSummary
from sheets_sync.states import Listing

SWEPT = "swept_at"
# Search lags behind writes, and clocks differ: look a little further back than the last sweep.
OVERLAP = dt.timedelta(minutes=15)


def refresh(ctx: PushContext, workers: int) -> int:
    """Bring every link up to date; returns how many listings were read. Raises what the shop's reads raise."""
    started = ctx.now()
    links = ctx.store.links()
    ids = _to_read(ctx, links)
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="read") as pool:
        list(pool.map(lambda link: _read(ctx, link), ids.values()))
    ctx.store.save_fact(SWEPT, started.isoformat())
    return len(ids)


def _to_read(ctx: PushContext, links: Mapping[str, Link]) -> dict[str, Link]:
    """Listings worth a read, by product key: in review here, or found changed by the search."""
    wanted = {key: link for key, link in links.items() if in_review(link)}
    if not links:
        return wanted
    by_id = {link.product_id: link for link in links.values()}
    for summary in _changed(ctx):
        link = by_id.get(summary.id)
        if link and _differs(link, summary):
            wanted[link.product_key] = link
    return wanted


def _changed(ctx: PushContext) -> Iterator[ShopSummary]:
    swept = ctx.store.fact(SWEPT)
    since = dt.datetime.fromisoformat(swept) - OVERLAP if swept else None
    return ctx.shop.search(SearchFilter(updated_from=since))


def in_review(link: Link) -> bool:
    """Whether TikTok is still deciding something about the listing."""
    return link.audit in ("AUDITING", "PRE_APPROVED") or link.listing in (Listing.IN_REVIEW, Listing.SCHEDULED)


def _differs(link: Link, summary: ShopSummary) -> bool:
    known = (link.status, link.audit, link.update_time)
    return known != (summary.status, summary.audit, summary.update_time)


def _read(ctx: PushContext, link: Link) -> None:
    actual = ctx.shop.get(link.product_id)
    if actual is None:
        link.status, link.audit, link.listing = "DELETED", "NONE", Listing.DELETED
        ctx.store.save_link(link)
        return
    ctx.store.save_link(observe(link, actual, ctx.market.cart_id, ctx.now()))
