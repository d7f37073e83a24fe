"""Reads what TikTok Shop shows now: what is in review, and what changed since the last time (design, section 6)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from sheets_sync.errors import ShopConflict, ShopRejected
from sheets_sync.observe import gone, observe
from sheets_sync.push.context import PushContext
from sheets_sync.records import Link
from sheets_sync.shop import UNDER_REVIEW, SearchFilter, ShopSummary
from sheets_sync.states import Listing

SWEPT = "swept_at"
SWEPT_WHOLE = "swept_whole_at"
# Whether a stop by the platform counts as an update, and whether a search for all shows what was deleted, is not known
# (reference: TikTok Shop API 3.14): once a day everything is looked through, whenever it was updated.
WHOLE_EVERY = dt.timedelta(days=1)
MOST_UNSEEN = 0.05
"""Share of the listings that may be missing from a whole sweep and be read one by one: more is the search's fault."""
FEW = 20
# Search lags behind writes, and clocks differ: look a little further back than the last sweep.
OVERLAP = dt.timedelta(minutes=15)
CLOCKS_DIFFER = 60
"""Seconds by which the platform's `update_time` of our own write may lie after our own clock's."""


def refresh(ctx: PushContext, workers: int) -> int:
    """Bring every link up to date; returns how many listings were read. Raises ShopUnavailable, CredentialsError."""
    started = ctx.now()
    links = ctx.store.links()
    before = ctx.store.fact(SWEPT_WHOLE)
    whole = not before or started - dt.datetime.fromisoformat(before) >= WHOLE_EVERY
    chosen = _to_read(ctx, links, whole=whole)
    with ThreadPoolExecutor(max_workers=workers, thread_name_prefix="read") as pool:
        list(pool.map(lambda link: _read_and_save(ctx, link), chosen.values()))
    for fact in (SWEPT, SWEPT_WHOLE) if whole else (SWEPT,):
        ctx.store.save_fact(fact, started.isoformat())
    return len(chosen)


def _to_read(ctx: PushContext, links: Mapping[str, Link], *, whole: bool) -> dict[str, Link]:
    """Listings worth a read, by product key: in review here, found changed by the search, or missing from all of it."""
    wanted = {key: link for key, link in links.items() if in_review(link)}
    if not links:
        return wanted
    by_id = {link.product_id: link for link in links.values()}
    unseen = {link.product_id: link for link in links.values() if link.listing is not Listing.DELETED}
    for summary in _changed(ctx, whole=whole):
        unseen.pop(summary.id, None)
        link = by_id.get(summary.id)
        if link and _differs(link, summary):
            wanted[link.product_key] = link
    if whole and len(unseen) <= max(FEW, MOST_UNSEEN * len(links)):
        wanted |= {link.product_key: link for link in unseen.values()}
    return wanted


def _changed(ctx: PushContext, *, whole: bool) -> Iterator[ShopSummary]:
    swept = ctx.store.fact(SWEPT)
    since = dt.datetime.fromisoformat(swept) - OVERLAP if swept and not whole else None
    return ctx.shop.search(SearchFilter(updated_from=since))


def in_review(link: Link) -> bool:
    """Whether TikTok is still deciding something about the listing."""
    return link.audit in UNDER_REVIEW or link.listing in (Listing.IN_REVIEW, Listing.SCHEDULED)


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
