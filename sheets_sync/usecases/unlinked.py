"""Rows without a listing against listings without a row: what `link` offers to tie, and what an import must not create
a second time.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from sheets_sync.adoption import Match, codes_of, confirmed, judged, matches
from sheets_sync.desired import DesiredListing
from sheets_sync.errors import ShopConflict, ShopRejected
from sheets_sync.external_ids import names_product
from sheets_sync.issue import Tab
from sheets_sync.observe import adopt
from sheets_sync.ports import Shop
from sheets_sync.records import Link
from sheets_sync.shop import SearchFilter, ShopProduct, ShopSummary
from sheets_sync.tables import Snapshot, key_text
from sheets_sync.usecases.session import Session
from sheets_sync.usecases.standings import ELSEWHERE, Decision, without_listing

_PER_PAGE = 100
_CODES_PER_SEARCH = 10
_UNKNOWN_HERE = frozenset({"pause_not_listed", "delete_not_listed"})
"""Why a stop or a deletion cannot be carried out where only the store may have forgotten the listing."""


@dataclass(frozen=True)
class Unlinked:
    """What a sweep of the shop found: a match for each row that something was found for, and the listings as read."""

    matches: tuple[Match, ...]
    read: Mapping[str, ShopProduct]

    def adopt(self, session: Session, want: DesiredListing, match: Match) -> Link:
        """Tie the row to its listing. Nothing changes on TikTok: what it shows becomes the prior state."""
        cart, decimals = session.settings.cart.id, session.template.price_decimals
        link = adopt(want, self.read[match.product_id], cart, decimals, session.clock.now())
        session.store.save_link(link)
        session.store.forget_cached(ELSEWHERE, want.product_key)
        return link


def find_unlinked(session: Session, decision: Decision, wants: Sequence[DesiredListing]) -> Unlinked:
    """Look for these rows' seller SKUs on listings that no row has. Only listings that hold one are read: the search
    does not tell external ids. Raises ShopUnavailable, CredentialsError.
    """
    codes = list(dict.fromkeys(code for want in wants for code in codes_of(want)))
    if not codes:
        return Unlinked((), {})
    linked = {link.product_id for link in decision.links.values() if not without_listing(link)}
    found = matches(wants, _listings_with(session.shop, codes), linked)
    ids = list(dict.fromkeys(one.product_id for match in found for one in match.candidates))
    read = _read(session, ids)
    return Unlinked(tuple(judged(found, read, decision.wants, session.settings.cart.id)), read)


def _listings_with(shop: Shop, codes: Sequence[str]) -> Iterable[ShopSummary]:
    """All listings of the shop, or, where it has so many that asking for each code is cheaper, those with the codes."""
    pages = -(-len(codes) // _CODES_PER_SEARCH)
    swept: list[ShopSummary] = []
    for summary in shop.search(SearchFilter()):
        swept.append(summary)
        if len(swept) > pages * _PER_PAGE:
            return shop.search(SearchFilter(seller_skus=tuple(codes)))
    return swept


def _read(session: Session, ids: Sequence[str]) -> dict[str, ShopProduct]:
    def one(product_id: str) -> ShopProduct | None:
        try:
            return session.shop.get(product_id)
        except (ShopRejected, ShopConflict):
            return None

    with ThreadPoolExecutor(max_workers=session.settings.tiktok.workers, thread_name_prefix="read") as pool:
        return {product.id: product for product in pool.map(one, ids) if product}


# -- a store that was lost --------------------------------------------------------------------------------------------


def named_listings(snapshot: Snapshot, decision: Decision) -> dict[str, str]:
    """Ids of listings that rows without any link name in their TikTok商品ID, by product: what a lost store left."""
    linked = {link.product_id for link in decision.links.values()}
    named: dict[str, str] = {}
    for ref, row in snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS):
        name, want = key_text(row.cells.get("tiktok_product_id")), decision.wants.get(ref.key)
        if name and name not in linked and want and not want.held and _never_linked(decision, ref.key):
            named.setdefault(ref.key, name)
    return named


def adopt_named(session: Session, snapshot: Snapshot, decision: Decision) -> bool:
    """Tie rows without any link to the listings that their TikTok商品ID names, deleted ones too: the store was lost.
    The ids are hints, each confirmed by a read. True: decide again. Raises ShopUnavailable, CredentialsError.
    """
    named = named_listings(snapshot, decision)
    claims = Counter(named.values())
    read = _read(session, [name for name in claims if claims[name] == 1])
    cart, decimals, now = session.settings.cart.id, session.template.price_decimals, session.clock.now()
    found = {key: read[name] for key, name in named.items() if name in read}
    tied = [key for key, product in found.items() if confirmed(decision.wants[key], product, decision.wants, cart)]
    for key in tied:
        session.store.save_link(adopt(decision.wants[key], found[key], cart, decimals, now))
    return bool(tied)


def _never_linked(decision: Decision, key: str) -> bool:
    return key not in decision.links and key not in decision.unsettled


# -- the guard of an import ------------------------------------------------------------------------------------------


def hold_duplicates(session: Session, decision: Decision) -> bool:
    """Before anything is created, or a stop told to be in vain: products whose seller SKUs the shop has already are
    held, or, where the listing carries our own external id (the store was lost, a run was cut short), tied to it.
    True: decide again.
    """
    store, cart = session.store, session.settings.cart.id
    held = set(store.cached_keys(ELSEWHERE))
    plans = decision.plan.products
    keys = [p.product_key for p in plans if p.creates or p.impossible in _UNKNOWN_HERE or p.product_key in held]
    wants = {key: decision.wants[key] for key in keys if without_listing(decision.links.get(key))}
    found = find_unlinked(session, decision, list(wants.values()))
    hits = {match.product_key: match for match in found.matches}
    for key, match in hits.items():
        ours = not match.half and names_product(found.read[match.product_id].external_id, cart, key)
        if ours:
            found.adopt(session, wants[key], match)
        else:
            store.save_cached(ELSEWHERE, key, _facts(match), session.clock.now())
    over = held - hits.keys()
    for key in over:
        store.forget_cached(ELSEWHERE, key)
    return bool(hits or over)


def _facts(match: Match) -> dict[str, str]:
    """Which listing it is, for the row's warning."""
    first = match.candidates[0]
    return {"read": ", ".join(first.codes), "listing": first.title, "id": first.product_id}
