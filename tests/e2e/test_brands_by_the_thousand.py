"""A market with more brands than the platform pages through, and a list of brands that cannot be read."""

from __future__ import annotations

import pytest

from .shop_folder import ShopFolder, product

FAR = "Sandbox Brand 126"
"""One that stands behind the first page of brands."""


@pytest.fixture
def filled(shop: ShopFolder) -> ShopFolder:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", "aka", brand=FAR)
    return shop


def brands(shop: ShopFolder) -> set[str]:
    return {listing["brand"]["name"] for listing in shop.listings().values()}


def test_a_brand_beyond_the_last_page_is_looked_up_by_its_name(filled: ShopFolder) -> None:
    filled.sandbox.control.set(brand_hits=100)
    filled.type("aka", brand="{{新規}}" + FAR)
    assert filled.run("import", "--yes", "--wait") == 0
    assert brands(filled) == {FAR}
    filled.sandbox.control.clear_requests()
    assert filled.run("import", "--yes") == 0
    assert "brands" not in [row["operation"] for row in filled.sandbox.control.requests]


def test_a_name_that_no_brand_has_is_told_all_the_same(filled: ShopFolder) -> None:
    filled.sandbox.control.set(brand_hits=100)
    filled.type("ao", brand="どこにもないブランド")
    assert filled.run("import", "--yes") == 3
    assert "ブランドが見つかりません" in str(filled.row("ao")["errors"])
    assert set(filled.listings()) == {"aka"}


def test_no_product_goes_out_without_its_brand_because_the_list_could_not_be_read(shop: ShopFolder) -> None:
    shop.sandbox.control.fault("error", operation="brands", code=12052910, count=None)
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", brand=FAR)
    shop.fill("aka")
    assert shop.run("import", "--yes") == 3
    assert "ブランドの一覧" in str(shop.row("ao")["errors"])
    assert set(shop.listings()) == {"aka"}
    shop.sandbox.control.clear_faults()
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.listings()["ao"]["brand"]["name"] == FAR


@pytest.mark.parametrize("first", [True, False], ids=["the authorised one first", "the authorised one last"])
def test_of_two_brands_of_one_name_the_authorised_one_is_meant(shop: ShopFolder, first: bool) -> None:
    statuses = {"7082427311584999001": "AUTHORIZED", "7082427311584999002": "UNAUTHORIEZD"}
    for brand_id, status in sorted(statuses.items(), reverse=not first):
        shop.sandbox._world.catalogue.brands[brand_id] = {
            "id": brand_id, "name": "双子工房", "authorized_status": status, "is_t1_brand": False,
            "brand_status": "AVAILABLE",
        }  # fmt: skip
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao", brand="双子工房")
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.listings()["ao"]["brand"]["id"] == "7082427311584999001"
