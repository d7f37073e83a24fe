"""Reads page by page, as large as the shop allows: sizes begin small and grow while the answers' own cost lets them.

Paging ends at 25,000 objects (Shopify, "Pagination"); beyond, only a bulk operation reads everything.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sheets_sync.errors import Unavailable
from sheets_sync.shopify import queries
from sheets_sync.shopify.client import AdminApi, Reply, TooDear
from sheets_sync.shopify.gathered import Gathered, Node
from sheets_sync.shopify.queries import Wanted

PAGING_ENDS = 25_000
_SHARE = 0.9


@dataclass(slots=True)
class PageSize:
    """How many objects to ask for. `least` is where it gives up to shrink."""

    now: int
    most: int

    def learn(self, cost: float, ceiling: float) -> None:
        """Twice as many next time, where even a cost that grows in step with the number would fit."""
        if cost * 2 <= ceiling * _SHARE:
            self.now = min(self.most, self.now * 2)

    def shrink(self) -> bool:
        """Half as many from now on; False when it is one already."""
        if self.now == 1:
            return False
        self.now = self.most = self.now // 2
        return True


class Pages:
    """Products of one shop, read page by page. Raises what `AdminApi.ask` raises."""

    def __init__(self, api: AdminApi, wanted: Wanted) -> None:
        self._api = api
        self._wanted = wanted
        self._products = PageSize(5, 50)
        self._variants = PageSize(30, 30)
        self._media = PageSize(15, 15)
        self._rest = PageSize(100, 250)

    def listing(self, search: str) -> Iterator[Node]:
        """Id, status, tags and last change of every product, in the order of their ids."""
        size = PageSize(100, 250)
        yield from self._paged(queries.LISTING, {"query": search}, "products", size)

    def products(self, search: str) -> Iterator[Gathered]:
        """Whole products, in the order of their ids."""
        text = queries.products_page(self._wanted)
        for node in self._paged(text, {"query": search}, "products", self._products, nested=True):
            yield self._gathered(node)

    def by_id(self, ids: Iterator[str]) -> Iterator[Gathered | None]:
        """Whole products in the order of `ids`; None for one that is no longer there."""
        text = queries.products_by_id(self._wanted)
        waiting: list[str] = []
        while waiting := waiting or list(islice(ids, self._products.now)):
            some = waiting[: self._products.now]
            reply = self._fitting(text, {"ids": some}, self._products, nested=True)
            if reply is None:
                continue
            waiting = waiting[len(some) :]
            yield from (self._gathered(node) if node else None for node in reply.data["nodes"])

    # -- one page ----------------------------------------------------------------------------------------------------

    def _paged(
        self, text: str, variables: Mapping[str, Any], name: str, size: PageSize, *, nested: bool = False
    ) -> Iterator[Node]:
        after = None
        while True:
            reply = self._fitting(text, {**variables, "first": size.now, "after": after}, size, nested=nested)
            if reply is None:
                continue
            page = reply.data[name]
            yield from page["nodes"]
            if not page["pageInfo"]["hasNextPage"]:
                return
            after = page["pageInfo"]["endCursor"]

    def _fitting(
        self, text: str, variables: Mapping[str, Any], size: PageSize, *, nested: bool = False
    ) -> Reply | None:
        """The answer, or None when it would cost too much: sizes are smaller then."""
        inner = {"variants": self._variants.now, "media": self._media.now} if nested else {}
        try:
            reply = self._api.ask(text, {**variables, **inner})
        except TooDear:
            smaller = size.shrink() or (nested and (self._variants.shrink() | self._media.shrink()))
            if not smaller:
                raise Unavailable("shopify_too_dear") from None
            return None
        size.learn(reply.cost, self._api.ceiling)
        return reply

    # -- a whole product ---------------------------------------------------------------------------------------------

    def _gathered(self, node: Node) -> Gathered:
        """The product with the rest of its variants and media, which did not fit into the page."""
        variants = list(self._rest_of(node, "variants", queries.variants_page(self._wanted)))
        media = list(self._rest_of(node, "media", queries.media_page()))
        pictures = {variant["id"]: held[0]["id"] for variant in variants if (held := variant["media"]["nodes"])}
        return Gathered(node, variants, media, pictures)

    def _rest_of(self, node: Node, name: str, text: str) -> Iterator[Node]:
        page = node[name]
        yield from page["nodes"]
        while page["pageInfo"]["hasNextPage"]:
            variables = {"id": node["id"], "first": self._rest.now, "after": page["pageInfo"]["endCursor"]}
            reply = self._fitting(text, variables, self._rest)
            if reply is None:
                continue
            product = reply.data["product"]
            if product is None:  # deleted while it was read; the next run finds it gone
                return
            page = product[name]
            yield from page["nodes"]


def names_of(api: AdminApi, ids: Sequence[str]) -> dict[str, str]:
    """What a person calls the things behind these ids (materials, colours …), as far as they may be seen."""
    reply = api.ask(queries.NAMES, {"ids": list(ids)})
    names = (_name(node) for node in reply.data["nodes"])
    return {gid: name for gid, name in zip(ids, names, strict=False) if name}


def _name(node: Node | None) -> str:
    node = node or {}
    image = (node.get("image") or {}).get("url")
    return str(node.get("displayName") or node.get("title") or node.get("name") or node.get("url") or image or "")
