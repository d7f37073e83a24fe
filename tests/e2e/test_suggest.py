"""`export --suggest`: proposals for rows without a category, over HTTP against the sandbox."""

from __future__ import annotations

from typing import Any

import pytest

from sheets_sync.issue import Tab
from sheets_sync.usecases import suggest

from .shop_folder import MUG, ShopFolder, product

SHIRT = "601226"


def asked(shop: ShopFolder) -> int:
    return sum(request["operation"] == "recommend" for request in shop.sandbox.control.requests)


def suggestion(shop: ShopFolder, key: str) -> str:
    return str(shop.row(key).get("suggested_category") or "")


@pytest.fixture
def cart(shop: ShopFolder) -> ShopFolder:
    shop.cart(
        product("ao"),
        product("shirt", title="綿のTシャツ 半袖 白", kind="衣類"),
        product("nazo", title="なぞの品 謎", kind=""),
    )
    return shop


def test_a_suggestion_stands_beside_the_cell_and_is_taken_only_when_she_says_so(
    cart: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    code, told = cart.json(capsys, "export", "--suggest")
    assert code == 0
    assert told["suggested"] == 2
    assert suggestion(cart, "ao").endswith(f"[{MUG}]")
    assert suggestion(cart, "shirt").endswith(f"[{SHIRT}]")
    assert not suggestion(cart, "nazo"), "the platform knows no category for it"
    assert "category" not in cart.row("ao")
    cart.type("ao", sync=True, package_weight_g=350)
    assert cart.run("import", "--yes") == 3
    assert cart.listings() == {}, "a suggestion alone is no category"
    cart.type("ao", category="候補どおり")
    assert cart.run("import", "--yes", "--wait") == 0
    assert cart.listings()["ao"]["category_chains"][-1]["id"] == MUG


def test_without_the_option_nothing_is_asked(cart: ShopFolder) -> None:
    assert cart.run("export") == 0
    assert asked(cart) == 0
    assert not suggestion(cart, "ao")


def test_a_title_is_asked_once(cart: ShopFolder) -> None:
    cart.run("export", "--suggest")
    assert asked(cart) == 3
    cart.run("export", "--suggest")
    assert asked(cart) == 3, "neither answers nor the lack of one are asked for again"
    cart.type("ao", title="ふわふわのぬいぐるみ くま")
    cart.run("export", "--suggest")
    assert asked(cart) == 4
    assert "ぬいぐるみ" in suggestion(cart, "ao")


def test_her_own_decision_for_a_product_type_comes_first(shop: ShopFolder) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.type("ao", category="600026")
    shop.run("export", "--suggest")
    assert suggestion(shop, "aka").endswith("[600026]")
    assert asked(shop) == 0
    # Remembered for the type's next products, also when the row that told it is gone.
    shop.type("ao", category=None)
    shop.cart(product("ao"), product("aka"), product("kiro"))
    shop.run("export", "--suggest")
    assert suggestion(shop, "kiro").endswith("[600026]")
    assert asked(shop) == 0


def test_rows_that_a_default_serves_need_none(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.edit({}, {Tab.DEFAULTS: [{"match_kind": "カート商品種別", "match_value": "食器", "category": MUG}]})
    shop.run("export", "--suggest")
    assert not suggestion(shop, "ao")
    assert asked(shop) == 0


def test_a_suggestion_asked_for_in_advance(shop: ShopFolder) -> None:
    shop.cart(product("ao", kind=""))
    shop.run("export")
    shop.type("ao", category="候補どおり", sync=True, package_weight_g=350)
    shop.run("export", "--suggest")
    assert suggestion(shop, "ao").endswith(f"[{MUG}]")
    # Taken now: it does not move under her, whatever the title says.
    shop.type("ao", title="ふわふわのぬいぐるみ くま")
    shop.run("export", "--suggest")
    assert suggestion(shop, "ao").endswith(f"[{MUG}]")


@pytest.mark.parametrize("fault", [{"kind": "error", "code": 12019999, "message": "strange"}, {"kind": "unavailable"}])
def test_failures_never_stop_the_export(cart: ShopFolder, fault: dict[str, Any]) -> None:
    cart.sandbox.control.fault(**fault, operation="recommend", count=None)
    assert cart.run("export", "--suggest") == 0
    assert len(list(cart.read().tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS))) == 3
    assert not suggestion(cart, "ao")


def test_an_expired_sign_in_does_not_stop_it_either(cart: ShopFolder) -> None:
    cart.run("export")
    cart.sandbox.control.revoke()
    assert cart.run("export", "--suggest") == 0
    assert not suggestion(cart, "ao")


def test_one_run_asks_a_bounded_number_and_rows_that_are_on_come_first(
    shop: ShopFolder, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(suggest, "MOST_ASKED", 2)
    shop.cart(*(product(f"mug{n}", kind="") for n in range(5)))
    shop.run("export")
    shop.type("mug4", sync=True)
    _, told = shop.json(capsys, "export", "--suggest")
    assert (told["suggested"], asked(shop)) == (2, 2)
    assert suggestion(shop, "mug4")
    _, told = shop.json(capsys, "export", "--suggest")
    assert told["suggested"] == 2
    assert asked(shop) == 4
