"""Marks in the shop: our tag and our metafields, and nothing else."""

from __future__ import annotations

import pytest

from sheets_sync.errors import CredentialsError
from sheets_sync.ports import CartMark
from sheets_sync.shopify.writing import ShopifyWriter

from ..shopify_double import Metafield, Product
from .conftest import Desk

OWN = frozenset({"TikTok:出品中", "TikTok:審査NG", "TikTok:Live"})


def writer(desk: Desk, *, tags: bool = True, metafields: bool = True) -> ShopifyWriter:
    return ShopifyWriter(desk.api(), OWN, tags=tags, metafields=metafields)


def mark(product: Product, state: str = "出品中", tag: str | None = None) -> CartMark:
    return CartMark(str(product.number), "1729000000000000001", state, f"TikTok:{state}" if tag is None else tag)


def held(product: Product) -> dict[str, str]:
    return {f"{field.namespace}.{field.key}": field.value for field in product.metafields}


def test_a_product_shows_how_it_stands(desk: Desk) -> None:
    shirt = desk.shop.add(Product("シャツ", tags=["綿"], metafields=[Metafield("custom", "m", "boolean", "true")]))
    assert writer(desk).write([mark(shirt)]) == {}
    assert sorted(shirt.tags) == ["TikTok:出品中", "綿"]
    assert held(shirt) == {
        "custom.m": "true",
        "sheets_sync.tiktok_product_id": "1729000000000000001",
        "sheets_sync.tiktok_state": "出品中",
    }


def test_a_former_mark_goes_and_no_tag_of_the_shops_own(desk: Desk) -> None:
    shirt = desk.shop.add(Product("シャツ", tags=["TikTok:Live", "TikTok:おすすめ", "TikTok Shop接続"]))
    writer(desk).write([mark(shirt, "審査NG")])
    assert sorted(shirt.tags) == ["TikTok Shop接続", "TikTok:おすすめ", "TikTok:審査NG"]
    assert held(shirt)["sheets_sync.tiktok_state"] == "審査NG"


def test_only_what_is_asked_for_is_written(desk: Desk) -> None:
    one, two = desk.shop.add(Product("一")), desk.shop.add(Product("二"))
    writer(desk, metafields=False).write([mark(one)])
    writer(desk, tags=False).write([mark(two)])
    assert (one.tags, held(one)) == (["TikTok:出品中"], {})
    assert (two.tags, len(held(two))) == ([], 2)


def test_writing_twice_changes_nothing(desk: Desk) -> None:
    shirt = desk.shop.add(Product("シャツ"))
    writer(desk).write([mark(shirt)])
    before = (list(shirt.tags), held(shirt))
    writer(desk).write([mark(shirt)])
    assert (shirt.tags, held(shirt)) == before
    assert len(desk.shop.calls("tagsAdd")) == 1


def test_many_products_are_marked(desk: Desk) -> None:
    products = [desk.shop.add(Product(f"品 {n}", tags=["TikTok:審査NG"])) for n in range(60)]
    assert writer(desk).write([mark(product) for product in products]) == {}
    assert all(product.tags == ["TikTok:出品中"] and len(held(product)) == 2 for product in products)


def test_a_product_that_is_gone_is_passed_over(desk: Desk) -> None:
    gone, there = desk.shop.add(Product("消えた")), desk.shop.add(Product("ある"))
    desk.shop.delete(gone)
    assert writer(desk).write([mark(gone), mark(there)]) == {}
    assert there.tags == ["TikTok:出品中"]


def test_one_that_is_refused_does_not_hold_up_the_others(desk: Desk) -> None:
    products = [desk.shop.add(Product(f"品 {n}")) for n in range(3)]
    bad = CartMark(str(products[1].number), "", "出品中", "TikTok:出品中")  # a metafield cannot be blank
    faults = writer(desk).write([mark(products[0]), bad, mark(products[2])])
    assert list(faults) == [str(products[1].number)]
    assert faults[str(products[1].number)]
    assert [len(held(product)) for product in products] == [2, 0, 2]


def test_a_right_that_lacks_is_told(desk: Desk) -> None:
    shirt = desk.shop.add(Product("シャツ"))
    desk.shop.scopes.discard("write_products")
    with pytest.raises(CredentialsError):
        writer(desk).write([mark(shirt)])
