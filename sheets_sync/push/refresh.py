"""Reads what TikTok Shop shows now: what is in review, and what changed since the last time (design, section 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from sheets_sync.errors import ShopConflict, ShopRejected
from sheets_sync.observe import gone, observe
from sheets_sync.push.context import PushContext
from sheets_sync.records import Link
from sheets_sync.shop import SearchFilter, ShopSummary
from sheets_sync.states import Listing

SWEPT = "swept_at"
# Search lags behind writes, and clocks differ: look a little further back than the last sweep.
OVERLAP = dt.timedelta(minutes=15)
CLOCKS_DIFFER = 60
"""Seconds by which the platform's `update_time` of our own write may lie after our own clock's."""


def refresh(ctx: PushContext, workers: int) -> int:
    """Bring every link up to date; returns how many listings were read. Raises ShopUnavailable, CredentialsError."""
    started = ctx.now()
    links = ctx.store.links()
    chosen = _to_read(ctx, links)
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="read") as pool:
        list(pool.map(lambda link: _read_and_save(ctx, link), chosen.values()))
    ctx.store.save_fact(SWEPT, started.isoformat())
    return len(chosen)


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
    """Whether the listing moved since we last knew it. A time that our own last write explains is none of it: after a
    night of price updates nobody wants to read the whole shop.
    """
    if (link.status, link.audit) != (summary.status, summary.audit):
        return True
    ours = int(link.synced_at.timestamp()) + CLOCKS_DIFFER if link.synced_at else 0
    return summary.update_time != link.update_time and summary.update_time > ours


def _read_and_save(ctx: PushContext, link: Link) -> None:
    ctx.store.save_link(read_again(ctx, link))


def read_again(ctx: PushContext, link: Link) -> Link:
    """The link as the listing shows itself now. One that cannot be read keeps what was known of it; it never stops the
    others. Raises ShopUnavailable, CredentialsError.
    """
    try:
        actual = ctx.shop.get(link.product_id)
    except (ShopRejected, ShopConflict):
        return link
    return gone(link) if actual is None else observe(link, actual, ctx.market.cart_id, ctx.now())
