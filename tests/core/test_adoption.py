"""Which listing is a row's: full matches, halves and rivals."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.adoption import Half, judged, matches
from sheets_sync.desired import DesiredListing
from sheets_sync.shop import ShopProduct, ShopSummary
from tests.push.builders import listing, variant


def row(key: str, *codes: str) -> DesiredListing:
    skus = tuple(variant(f"{key}/{n}", str(n), seller_sku=code) for n, code in enumerate(codes))
    return listing(key, skus=skus)


def there(product_id: str, *codes: str, status: str = "ACTIVATE") -> ShopSummary:
    skus = tuple((f"{product_id}-{n}", code) for n, code in enumerate(codes))
    return ShopSummary(product_id, f"title {product_id}", status, "APPROVED", False, 0, skus)


def read(product_id: str, external_id: str = "") -> ShopProduct:
    return ShopProduct(product_id, "ACTIVATE", "APPROVED", external_id=external_id)


def halves(
    rows: list[DesiredListing], listings: list[ShopSummary], linked: tuple[str, ...] = ()
) -> dict[str, Half | None]:
    return {match.product_key: match.half for match in matches(rows, listings, linked)}


def test_every_sku_on_one_listing_is_a_full_match() -> None:
    (match,) = matches([row("A", "a1", "a2")], [there("1", "a2", "a1", "extra")], ())
    assert (match.half, match.product_id, match.candidates[0].codes) == (None, "1", ("a1", "a2"))


def test_anything_less_is_a_half() -> None:
    a = row("A", "a1", "a2")
    assert halves([a], [there("1", "a1")]) == {"A": Half.SOME}
    assert halves([a], [there("1", "a1"), there("2", "a2")]) == {"A": Half.SPREAD}
    assert halves([a], [there("1", "a1", "a2"), there("2", "a2")]) == {"A": Half.SPREAD}
    assert halves([a], [there("1", "a1", "a2", "a2")]) == {"A": Half.DOUBLED}
    assert halves([row("A", "a1", "a1")], [there("1", "a1")]) == {"A": Half.DOUBLED}
    assert halves([row("A", "a1", "")], [there("1", "a1")]) == {"A": Half.SOME}
    assert halves([a], [there("1", "b1", "")]) == {}
    assert halves([row("A", "", "")], [there("1", "", "")]) == {}


def test_deleted_and_linked_listings_are_nobodys_match() -> None:
    a = row("A", "a1")
    assert halves([a], [there("1", "a1", status="DELETED")]) == {}
    assert halves([a], [there("1", "a1")], linked=("1",)) == {}
    assert halves([a], [there("1", "a1"), there("2", "a1")], linked=("1",)) == {"A": None}


def test_rivals_are_named() -> None:
    found = matches([row("A", "a1"), row("B", "b1"), row("C", "c1")], [there("1", "a1", "b1"), there("2", "c1")], ())
    assert {match.product_key: (match.half, match.rivals) for match in found} == {
        "A": (Half.CLAIMED, ("B",)),
        "B": (Half.CLAIMED, ("A",)),
        "C": (None, ()),
    }


def test_an_external_id_decides() -> None:
    rows = [row("A", "a1"), row("B", "b1"), row("D", "d1", "d2")]
    found = matches(rows, [there("1", "a1", "b1"), there("3", "d1"), there("4", "d2")], ())
    shown = {"1": read("1", "main:B"), "3": read("3", "main:D"), "4": read("4", "other:9")}
    told = {match.product_key: match for match in judged(found, shown, ["A", "B", "D"], "main")}
    assert (told["A"].half, told["A"].rivals) == (Half.OTHER_ROW, ("B",))
    assert told["B"].half is None
    assert (told["D"].half, told["D"].product_id) == (None, "3")


def test_a_name_of_a_row_that_is_no_more_stands_in_nobodys_way() -> None:
    found = matches([row("A", "a1")], [there("1", "a1")], ())
    (match,) = judged(found, {"1": read("1", "main:gone")}, ["A"], "main")
    assert match.half is None


CODES = st.lists(st.sampled_from("abcdef"), max_size=3)


@given(st.lists(CODES, max_size=5), st.lists(CODES, max_size=5))
def test_no_listing_is_ever_tied_to_two_rows(rows: list[list[str]], listings: list[list[str]]) -> None:
    wants = [row(f"R{n}", *codes) for n, codes in enumerate(rows)]
    found = matches(wants, [there(str(n), *codes) for n, codes in enumerate(listings)], ())
    tied = [match.product_id for match in found if not match.half]
    assert len(tied) == len(set(tied))
    for match in found:
        if not match.half:
            codes = rows[int(match.product_key[1:])]
            assert set(codes) <= set(listings[int(match.product_id)])
            assert not [n for n, other in enumerate(listings) if n != int(match.product_id) and set(codes) & set(other)]
