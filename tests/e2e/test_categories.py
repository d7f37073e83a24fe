"""Categories, what they ask for, brands: over HTTP against the sandbox, asserted on what the shop holds."""

from __future__ import annotations

from typing import Any

import pytest

from sheets_sync.issue import Tab
from sheets_sync.tables import RowRef

from .shop_folder import MUG, ShopFolder, product, variants

SHIRT, NECKLACE, TOY, BATTERY = "601226", "605197", "604207", "601757"
MATERIAL = "100397"


def requests(shop: ShopFolder, operation: str) -> int:
    return sum(request["operation"] == operation for request in shop.sandbox.control.requests)


def attributes(shop: ShopFolder, key: str) -> dict[str, list[str]]:
    return {
        entry["id"]: [value["name"] for value in entry["values"]]
        for entry in shop.listings()[key]["product_attributes"]
    }


def answer(shop: ShopFolder, key: str, **values: str) -> None:
    """Type values into the product's rows of 属性, by attribute id."""
    names = {name.lstrip("_"): value for name, value in values.items()}
    shop.edit({Tab.ATTRIBUTES: {RowRef(f"{key}/{name}"): {"value": value} for name, value in names.items()}})


@pytest.fixture
def mug(shop: ShopFolder) -> ShopFolder:
    """A product that is ready to be sent."""
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.run("check")
    return shop


# -- rules that went out of date


def test_after_a_refusal_the_next_check_tells_what_the_category_asks_now(mug: ShopFolder) -> None:
    mug.sandbox.control.require_attribute(MUG, MATERIAL)
    assert mug.run("import", "--yes") == 3
    assert mug.row("ao")["state"] == "連携エラー"
    mug.run("check")
    assert mug.row("ao")["state"] == "不足項目あり"
    rows = [row.cells for _, row in mug.read().tabs[Tab.ATTRIBUTES].refs(Tab.ATTRIBUTES)]
    assert [row["required"] for row in rows if row["attribute_id"] == MATERIAL] == ["必須"]


def test_after_a_refused_category_the_next_check_knows_it(mug: ShopFolder) -> None:
    mug.sandbox.control.category_permission(MUG, "PROHIBITED")
    assert mug.run("import", "--yes") == 3
    mug.run("check")
    row = mug.row("ao")
    assert row["state"] == "入力エラー"
    assert "category_not_available" in str(row["errors"])


def test_old_rules_are_asked_for_again(mug: ShopFolder) -> None:
    before = requests(mug, "attributes")
    mug.run("check")
    assert requests(mug, "attributes") == before
    mug.settle(hours=13)
    mug.sandbox.control.require_attribute(MUG, MATERIAL)
    mug.run("check")
    assert requests(mug, "attributes") == before + 1
    assert mug.row("ao")["state"] == "不足項目あり"
