"""Which listings of the shop hold the SKUs of rows that have no listing yet. Pure: rows and listings in, matches out.

A match is full when one listing, and no other, holds every SKU of the row once, and no other row claims that listing.
Anything less is only told: tying it would mix two products up.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from sheets_sync.content import offered
from sheets_sync.desired import DesiredListing
from sheets_sync.external_ids import external_product_id, first_external_id, names_product
from sheets_sync.shop import ShopProduct, ShopSummary, listing_of
from sheets_sync.states import Listing


class Half(StrEnum):
    """Why a match is not a full one."""

    SOME = "some"
    SPREAD = "spread"
    DOUBLED = "doubled"
    CLAIMED = "claimed"
    OTHER_ROW = "other_row"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A listing that holds SKUs of a row: its title and state there, and which of the row's codes it has."""

    product_id: str
    title: str
    listing: Listing
    codes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A row and what was found for it. `missing`: codes of the row on none of the listings. `half` None: a full match
    with its one candidate. `rivals`: keys of the other rows that the listing belongs to or that claim it.
    """

    product_key: str
    title: str
    candidates: tuple[Candidate, ...]
    missing: tuple[str, ...] = ()
    half: Half | None = None
    rivals: tuple[str, ...] = ()

    @property
    def product_id(self) -> str:
        """The listing of a full match."""
        return self.candidates[0].product_id


def codes_of(want: DesiredListing) -> tuple[str, ...]:
    """Seller SKUs by which a row is looked for."""
    return tuple(sku.seller_sku for sku in offered(want) if sku.seller_sku)


def matches(wants: Iterable[DesiredListing], listings: Iterable[ShopSummary], linked: Collection[str]) -> list[Match]:
    """A match for each row of which at least one SKU stands on a listing. `linked`: ids of listings that rows have."""
    holders: dict[str, list[ShopSummary]] = defaultdict(list)
    for listing in listings:
        if listing.status != "DELETED" and listing.id not in linked:
            for code in {code for _, code in listing.skus if code}:
                holders[code].append(listing)
    found = [match for want in wants if (match := _match(want, holders))]
    return _unclaimed(found)


def judged(found: Sequence[Match], read: Mapping[str, ShopProduct], rows: Collection[str], cart_id: str) -> list[Match]:
    """The matches after the candidates were read. A listing with the external id of a row is that row's, whatever its
    SKUs are called by now, and no other row's. `read`: listings by id. `rows`: keys of all rows.
    """
    owners = {external_product_id(cart_id, key): key for key in rows}
    owner_of = {
        product.id: owners[name]
        for product in read.values()
        for name in (product.external_id, first_external_id(product.external_id))
        if name in owners
    }
    return _unclaimed([_owned(match, owner_of) for match in found])


def confirmed(want: DesiredListing, product: ShopProduct, rows: Collection[str], cart_id: str) -> bool:
    """Whether a listing that a row names by its id (TikTok商品ID of a workbook whose store was lost) is that row's: by
    our external id or, where it carries no row's, by holding every seller SKU of the row. `rows`: keys of all rows.
    """
    if names_product(product.external_id, cart_id, want.product_key):
        return True
    owners = {external_product_id(cart_id, key) for key in rows}
    if owners & {product.external_id, first_external_id(product.external_id)}:
        return False
    codes = {sku.seller_sku for sku in want.skus}
    return bool(codes) and "" not in codes and codes <= {sku.seller_sku for sku in product.skus}


def _match(want: DesiredListing, holders: Mapping[str, Sequence[ShopSummary]]) -> Match | None:
    codes = codes_of(want)
    on: dict[str, ShopSummary] = {listing.id: listing for code in codes for listing in holders.get(code, ())}
    if not on:
        return None
    candidates = tuple(
        Candidate(
            listing.id,
            listing.title,
            listing_of(listing.status, listing.audit),
            tuple(code for code in codes if code in {code for _, code in listing.skus}),
        )
        for listing in on.values()
    )
    missing = tuple(code for code in codes if code not in holders)
    match = Match(want.product_key, want.title, candidates, missing)
    if len(on) > 1:
        return replace(match, half=Half.SPREAD)
    if missing or len(codes) < len(offered(want)):
        return replace(match, half=Half.SOME)
    (listing,) = on.values()
    there = Counter(code for _, code in listing.skus)
    once = all(there[code] == 1 for code in codes) and len(set(codes)) == len(codes)
    return match if once else replace(match, half=Half.DOUBLED)


def _owned(match: Match, owner_of: Mapping[str, str]) -> Match:
    mine = tuple(one for one in match.candidates if owner_of.get(one.product_id) == match.product_key)
    if len(mine) == 1:
        return replace(match, candidates=mine, half=None, rivals=())
    others = {owner_of[one.product_id] for one in match.candidates if one.product_id in owner_of} - {match.product_key}
    return replace(match, half=Half.OTHER_ROW, rivals=tuple(sorted(others))) if others else match


def _unclaimed(found: Sequence[Match]) -> list[Match]:
    """A listing that two rows claim is neither's: both are named."""
    claims: dict[str, list[str]] = defaultdict(list)
    for match in found:
        if match.half in (None, Half.CLAIMED) and len(match.candidates) == 1:
            claims[match.product_id].append(match.product_key)
    return [_rivalled(match, claims) for match in found]


def _rivalled(match: Match, claims: Mapping[str, Sequence[str]]) -> Match:
    if match.half not in (None, Half.CLAIMED):
        return match
    rivals = tuple(key for key in claims[match.product_id] if key != match.product_key)
    return replace(match, half=Half.CLAIMED if rivals else None, rivals=rivals)
