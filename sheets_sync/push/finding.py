"""Finds the listing that carries a product's external id. Search does not tell external ids: candidates are read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterator, Sequence

from sheets_sync.external_ids import names_product
from sheets_sync.push.context import PushContext
from sheets_sync.shop import SearchFilter, ShopProduct

WINDOW = dt.timedelta(minutes=10)
SKUS_PER_SEARCH = 10


def find_listing(
    ctx: PushContext,
    product_key: str,
    seller_skus: Sequence[str],
    since: dt.datetime | None,
    taken: Collection[str] = (),
) -> ShopProduct | None:
    """The listing that carries the product's external id, among those with its seller SKUs or made since then.

    `taken`: ids of listings that are linked already and need no look.
    """
    cart = ctx.market.cart_id
    seen = set(taken)
    for query in _queries([code for code in seller_skus if code], since):
        for summary in ctx.shop.search(query):
            if summary.id in seen or summary.status == "DELETED":
                continue
            seen.add(summary.id)
            actual = ctx.shop.get(summary.id)
            if actual is None or actual.status == "DELETED":
                continue
            if names_product(actual.external_id, cart, product_key):
                return actual
    return None


def _queries(seller_skus: Sequence[str], since: dt.datetime | None) -> Iterator[SearchFilter]:
    for start in range(0, len(seller_skus), SKUS_PER_SEARCH):
        yield SearchFilter(seller_skus=tuple(seller_skus[start : start + SKUS_PER_SEARCH]))
    if since is not None:
        yield SearchFilter(created_from=since - WINDOW)
