"""A Shopify shop as the port `Source`: by pages while it is small, by bulk operation when it is large.

Once a shop was read completely, the next reading asks for all ids with the moment of their last change and their stock,
and reads only those products whole that changed since. Ids alone cost next to nothing, find what was deleted, and
unlike a search by time depend on no index that lags. What changed without anything that matters here having changed
(our own tags, say) is told by its content and passed over as well.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import logging
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheets_sync.errors import Unavailable
from sheets_sync.ports import NOTHING_KNOWN, Known, Progress
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.shopify import jsonl, queries
from sheets_sync.shopify.bulk import Bulk
from sheets_sync.shopify.client import AdminApi
from sheets_sync.shopify.gathered import Gathered, Node, number_of
from sheets_sync.shopify.pages import PAGING_ENDS, Pages, names_of
from sheets_sync.shopify.products import Maker, Place, same_stock
from sheets_sync.shopify.queries import Wanted
from sheets_sync.shopify.search import Search, search_for

log = logging.getLogger(__name__)

MARGIN = dt.timedelta(minutes=5)
"""How far before its beginning a reading is said to have seen everything: the shop's machines do not agree at once."""
_MISSING_SHARE = 0.02
_MISSING_FEW = 5


@dataclass(frozen=True, slots=True)
class Choice:
    """What of a shop is read, as the settings say. `metafields`: "namespace.key" by the place that it goes to;
    "seo.title" and "seo.description" are the texts for search engines.

    `locations`: ids of the places whose stock counts, none = the shop's own sum. `own_tags`: tags that we wrote.
    `prices_include_tax`, `currency`: what the settings take the shop's prices for, None and "" = nothing.
    """

    query: str = ""
    metafields: Mapping[str, str] | None = None
    locations: Sequence[str] = ()
    own_tags: frozenset[str] = frozenset()
    bulk_from: int = 500
    prices_include_tax: bool | None = None
    currency: str = ""

    def wanted(self) -> Wanted:
        pairs = [name.rpartition(".")[::2] for name in (self.metafields or {}).values()]
        return Wanted(pairs, self.locations)

    def places(self) -> list[Place]:
        return [Place.of(name) for name in self.metafields or {}]


class ShopifyShop:
    """The products of one shop. A record is a product. Raises UsageError, CredentialsError, Refused, Unavailable."""

    def __init__(self, api: AdminApi, bulk: Bulk, choice: Choice, progress: Progress) -> None:
        self._api = api
        self._bulk = bulk
        self._choice = choice
        self._progress = progress
        self._wanted = choice.wanted()
        self._search: Search = search_for(choice.query, api.version)
        self._names: dict[str, str] = {}
        self._records = self._left_out = 0
        self._mark = ""

    def products(self, known: Known = NOTHING_KNOWN) -> Iterator[Product | Unchanged | Skipped]:
        """All products in the order of their ids. Nothing is yielded of an answer that is not complete."""
        count, began = self._count()
        asked, answered = self._api.version, self._api.answered_version
        if answered not in ("", asked):
            yield Skipped("Shopify", "step_shopify_version", {"asked": asked, "answered": answered}, lines=0)
        yield from self._misread_prices()
        self._left_out = records = 0
        seen: set[str] = set()
        for product in self._since(known, count) or self._complete(count):
            if product.key in seen:
                continue
            seen.add(product.key)
            records += 1
            if isinstance(product, Product) and known.fingerprints.get(product.key) == product.fingerprint:
                yield Unchanged(product.key)
            else:
                yield product
        if (missing := count - records - self._left_out) > max(_MISSING_FEW, count * _MISSING_SHARE):
            raise Unavailable("shopify_incomplete", missing=missing, count=count)
        self._records = records
        self._mark = json.dumps({"at": (began - MARGIN).isoformat(), "of": self._of()})

    def records(self) -> int:
        """Products that the last complete `products()` read."""
        return self._records

    def mark(self) -> str:
        """The moment from which on changes count next time, and for which settings that holds."""
        return self._mark

    # -- how much there is -------------------------------------------------------------------------------------------

    def _count(self) -> tuple[int, dt.datetime]:
        """How many products the search gives, and the server's clock. A search that is not understood stops here."""
        self._progress.step("step_shopify_count")
        reply = self._api.ask(queries.COUNT, {"query": self._search.text})
        count = int((reply.data["productsCount"] or {}).get("count") or 0)
        log.info("%d products", count)
        return count, dt.datetime.fromtimestamp(reply.at, dt.UTC)

    def _misread_prices(self) -> Iterator[Skipped]:
        """Notes where the settings take the shop's prices for something else than they are: all would be wrong."""
        choice = self._choice
        if choice.prices_include_tax is None and not choice.currency:
            return
        about = self._api.ask(queries.ABOUT).data["shop"]
        if choice.prices_include_tax not in (None, about["taxesIncluded"]):
            code = "checkup_shopify_tax_included" if about["taxesIncluded"] else "checkup_shopify_tax_excluded"
            yield Skipped("Shopify", code, {}, lines=0)
        if choice.currency not in ("", about["currencyCode"]):
            told = {"read": about["currencyCode"], "wanted": choice.currency}
            yield Skipped("Shopify", "checkup_shopify_currency", told, lines=0)

    def _of(self) -> str:
        """A mark of everything in the settings that decides what a product looks like here."""
        choice = self._choice
        told = [self._search.text, sorted((choice.metafields or {}).items()), list(choice.locations)]
        return hashlib.sha256(json.dumps([*told, sorted(choice.own_tags)]).encode()).hexdigest()[:16]

    # -- everything --------------------------------------------------------------------------------------------------

    def _complete(self, count: int) -> Iterator[Product]:
        make = Maker(self._choice.places(), self._choice.own_tags, len(self._wanted.locations), self._named)
        for done, gathered in enumerate(self._gathered(count), 1):
            if self._search.gives(gathered.root):
                yield make(gathered)
            else:
                self._left_out += 1
            if done % 100 == 0:
                self._progress.advance("step_products", done, count)

    def _gathered(self, count: int) -> Iterator[Gathered]:
        pages = Pages(self._api, self._wanted)
        if count < min(self._choice.bulk_from, PAGING_ENDS):
            yield from pages.products(self._search.text)
            return
        with self._bulk.run(queries.products_bulk(self._wanted, self._search.text)) as result:
            if result.file is None:
                return
            try:
                for gathered in jsonl.joined(result.file, result.roots):
                    # Some results were seen to be cut short within large products: those are read again by pages.
                    again = gathered if gathered.whole else next(pages.by_id(iter([gathered.id])))
                    if again is not None:
                        yield again
            except jsonl.BrokenResult as broken:
                log.warning("bulk result: %s", broken)
                raise Unavailable("shopify_bulk_broken") from None

    # -- what changed ------------------------------------------------------------------------------------------------

    def _since(self, known: Known, count: int) -> Iterator[Product | Unchanged] | None:
        """All products, those that changed whole; None when everything has to be read.

        Stock by location moves without a trace on the product, so then everything is read.
        """
        moment = self._moment(known)
        if moment is None or self._wanted.locations:
            return None
        self._progress.step("step_shopify_changes")
        ids: list[str] = []
        changed: set[str] = set()
        for node in self._listing(count):
            if not self._search.gives(node):
                self._left_out += 1
                continue
            ids.append(node["id"])
            fingerprint = known.fingerprints.get(number_of(node["id"]), "")
            moved = dt.datetime.fromisoformat(node["updatedAt"]) >= moment
            if moved or not same_stock(fingerprint, node):
                changed.add(node["id"])
        log.info("%d of %d products may have changed", len(changed), len(ids))
        many = len(changed) >= max(1, self._choice.bulk_from)
        if many:
            self._left_out = 0
            return None
        return self._renewed(ids, changed)

    def _moment(self, known: Known) -> dt.datetime | None:
        """From when on changes count; None when what is known was read under other settings, or nothing is known."""
        try:
            mark = json.loads(known.mark or "{}")
            moment = dt.datetime.fromisoformat(mark["at"])
        except (ValueError, KeyError, TypeError):
            return None
        return moment if known.fingerprints and mark.get("of") == self._of() else None

    def _listing(self, count: int) -> Iterator[Node]:
        if count < PAGING_ENDS:
            yield from Pages(self._api, self._wanted).listing(self._search.text)
            return
        with self._bulk.run(queries.listing_bulk(self._search.text)) as result:
            if result.file is not None:
                yield from (gathered.root for gathered in jsonl.joined(result.file, result.roots))

    def _renewed(self, ids: Sequence[str], changed: set[str]) -> Iterator[Product | Unchanged]:
        make = Maker(self._choice.places(), self._choice.own_tags, 0, self._named)
        whole = Pages(self._api, self._wanted).by_id(gid for gid in ids if gid in changed)
        for gid in ids:
            if gid not in changed:
                yield Unchanged(number_of(gid))
                continue
            gathered = next(whole)
            if gathered is not None and self._search.gives(gathered.root):
                yield make(gathered)
            else:
                self._left_out += 1

    # -- names -------------------------------------------------------------------------------------------------------

    def _named(self, ids: Sequence[str]) -> Mapping[str, str]:
        """Names of the things that metafields refer to, each asked for once."""
        if missing := [gid for gid in ids if gid not in self._names]:
            found = names_of(self._api, missing)
            self._names |= {gid: found.get(gid, "") for gid in missing}
        return {gid: name for gid in ids if (name := self._names[gid])}
