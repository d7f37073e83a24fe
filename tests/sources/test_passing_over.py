"""A CSV read with what the last reading left: the same cart, less what did not change."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.ports import Known
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.sources import shopify_csv
from sheets_sync.sources.shopify_csv import ShopifyCsv

HEADING = ["Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU", "Variant Price", "Image Src", "Vendor"]
Cells = list[str]

_texts = st.sampled_from(["", "赤", "青", "a\nb", " ", "x"])
_handles = st.sampled_from(["a", "b", "c", "d", "a/赤", ""])
_records = st.lists(
    st.tuples(_handles, _texts, st.just("色"), _texts, _texts, st.sampled_from(["", "100", "高い"]), _texts, _texts),
    max_size=12,
)


def write(
    path: Path, records: Sequence[Sequence[str]], heading: Sequence[str] = HEADING, encoding: str = "utf-8"
) -> Path:
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([heading, *records])
    return path


def known(path: Path) -> Known:
    """What a complete reading leaves."""
    products = [item for item in ShopifyCsv(path).products() if isinstance(item, Product)]
    return Known("", {product.key: product.fingerprint for product in products})


def same_cart(path: Path, before: Known, was: dict[str, Product]) -> int:
    """Assert that reading with what is known tells the same cart; how many products were passed over."""
    fully, shortly = ShopifyCsv(path), ShopifyCsv(path)
    whole = list(fully.products())
    short = list(shortly.products(before))
    assert shortly.records() == fully.records() == sum(i.lines if isinstance(i, Skipped) else i.records for i in short)
    assert len(short) == len(whole)
    for one, other in zip(short, whole, strict=True):
        if not isinstance(one, Unchanged):
            assert one == other
            continue
        assert isinstance(other, Product)
        assert other == was[one.key]
        assert (one.key, one.records) == (other.key, other.records)
        assert other.fingerprint == before.fingerprints[one.key]
    return sum(isinstance(item, Unchanged) for item in short)


@given(records=_records, later=_records, grouped=st.booleans())
@settings(max_examples=150, deadline=None)
def test_random_files_tell_the_same_cart_with_and_without_what_is_known(
    records: list[Sequence[str]], later: list[Sequence[str]], grouped: bool
) -> None:
    order = (lambda row: row[0]) if grouped else (lambda row: "")
    with tempfile.TemporaryDirectory() as folder:
        path = write(Path(folder) / "products.csv", sorted(records, key=order))
        before = known(path)
        was = {item.key: item for item in ShopifyCsv(path).products() if isinstance(item, Product)}
        same_cart(path, before, was)
        same_cart(write(path, sorted((*records, *later), key=order)), before, was)
        same_cart(write(path, sorted((*records[1:], *later[:1]), key=order)), before, was)


def rows_of(*keys: str) -> list[Cells]:
    return [
        [key, f"商品 {key}" if n == 0 else "", "色", colour, f"{key}-{n}", "1000", "", ""]
        for key in keys
        for n, colour in enumerate(("赤", "青"))
    ]


def items(path: Path, before: Known) -> list[Product | Unchanged | Skipped]:
    return [item for item in ShopifyCsv(path).products(before) if not (isinstance(item, Skipped) and not item.lines)]


def test_a_cart_as_it_was_is_passed_over_and_one_changed_cell_is_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "products.csv", rows_of("a", "b", "c"))
    before = known(path)
    assert items(path, before) == [Unchanged("a", 2), Unchanged("b", 2), Unchanged("c", 2)]
    rows = rows_of("a", "b", "c")
    rows[3][5] = "1200"
    first, second, third = items(write(path, rows), before)
    assert (first, third) == (Unchanged("a", 2), Unchanged("c", 2))
    assert isinstance(second, Product)
    assert str(second.variants[1].price) == "1200"


def test_rows_that_moved_in_the_file_are_no_change_but_their_order_in_the_product_is(tmp_path: Path) -> None:
    path = write(tmp_path / "products.csv", rows_of("a", "b"))
    before = known(path)
    assert items(write(path, rows_of("z", "b", "a")), before)[1:] == [Unchanged("b", 2), Unchanged("a", 2)]
    one, two, *others = rows_of("a", "b")
    assert isinstance(items(write(path, [two, one, *others]), before)[0], Product)


def test_a_lost_and_an_added_row_are_seen(tmp_path: Path) -> None:
    path = write(tmp_path / "products.csv", rows_of("a", "b"))
    before = known(path)
    shorter = items(write(path, rows_of("a", "b")[:-1]), before)
    assert [type(item) for item in shorter] == [Unchanged, Product]
    longer = items(write(path, [*rows_of("a", "b"), ["b", "", "色", "白", "b-3", "1", "", ""]]), before)
    assert [type(item) for item in longer] == [Unchanged, Product]


@pytest.mark.parametrize("change", ["heading", "encoding"])
def test_other_headings_and_encodings_are_read_anew(tmp_path: Path, change: str) -> None:
    path = write(tmp_path / "products.csv", rows_of("a", "b"))
    before = known(path)
    if change == "heading":
        write(path, rows_of("a", "b"), heading=[*HEADING[:-1], "Type"])
    else:
        write(path, rows_of("a", "b"), encoding="cp932")
    assert all(isinstance(item, Product) for item in items(path, before))


def test_a_product_over_two_files_counts_as_one(tmp_path: Path) -> None:
    rows = rows_of("a", "b", "c")
    write(tmp_path / "p1.csv", rows[:3])
    write(tmp_path / "p2.csv", rows[3:])
    before = known(tmp_path / "p*.csv")
    assert items(tmp_path / "p*.csv", before) == [Unchanged("a", 2), Unchanged("b", 2), Unchanged("c", 2)]


def test_a_file_in_which_much_changed_is_read_as_if_nothing_were_known(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shopify_csv, "_MOST_HELD", 3)
    path = write(tmp_path / "products.csv", rows_of("a", "b", "c"))
    before = known(path)
    rows = rows_of("a", "b", "c")
    rows[0][5] = rows[2][5] = "7"
    was = {item.key: item for item in ShopifyCsv(path).products() if isinstance(item, Product)}
    assert same_cart(write(path, rows), before, was) == 0
