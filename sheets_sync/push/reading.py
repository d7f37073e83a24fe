"""Reads one listing before something is done to it."""

from __future__ import annotations

from sheets_sync.errors import ShopConflict
from sheets_sync.observe import gone
from sheets_sync.push.context import PushContext
from sheets_sync.records import Link
from sheets_sync.shop import ShopProduct


def fresh(ctx: PushContext, link: Link) -> ShopProduct:
    """The listing as it is now. Raises ShopConflict when it is gone."""
    actual = ctx.shop.get(link.product_id)
    if actual is None:
        ctx.store.save_link(gone(link))
        raise ShopConflict("listing_gone")
    return actual
