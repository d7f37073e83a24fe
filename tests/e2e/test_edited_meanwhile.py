"""What she types while an export is at work stays, and what the cart says instead is shown until they agree."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.usecases import export as use_case
from tests.google_double import GoogleDouble

from .google_folder import GoogleFolder
from .shop_folder import ShopFolder, Time, product, variants

Typing = Callable[[Callable[[], object]], None]


@pytest.fixture(params=["excel", "google"])
def shop(request: pytest.FixtureRequest, tmp_path: Path, sandbox: Sandbox, moved: Time) -> Iterator[ShopFolder]:
    with ExitStack() as stack:
        if request.param == "excel":
            yield ShopFolder(tmp_path, sandbox, moved)
        else:
            google = stack.enter_context(GoogleDouble(clock=lambda: time.time() + moved.seconds))
            google.quotas.on = False
            yield GoogleFolder(tmp_path, sandbox, moved, google)


@pytest.fixture
def meanwhile(monkeypatch: pytest.MonkeyPatch) -> Typing:
    """Something that she does between an export's reading of the workbook and its writing."""
    waiting: list[Callable[[], object]] = []
    original: Callable[..., None] = use_case.__dict__["add_history"]

    def add_history(*arguments: Any) -> None:
        original(*arguments)
        while waiting:
            waiting.pop()()

    monkeypatch.setattr(use_case, "add_history", add_history)
    return waiting.append


def changes(shop: ShopFolder, key: str) -> str:
    return str(shop.row(key).get("cart_changes") or "")


def test_the_carts_value_is_shown_until_they_agree(
    shop: ShopFolder, meanwhile: Typing, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.cart(product("ao", title="はじめの名前"), product("aka"))
    assert shop.run("export") == 0
    shop.cart(product("ao", title="カートの新しい名前"), product("aka"))
    meanwhile(lambda: shop.type("ao", title="彼女の名前"))
    capsys.readouterr()
    assert shop.run("export") == 0
    told = capsys.readouterr().out
    assert "ao" in told
    assert "競合 1項目" in told
    for _ in range(3):
        assert shop.row("ao")["title"] == "彼女の名前"
        assert "商品名" in changes(shop, "ao")
        assert "カートの新しい名前" in changes(shop, "ao")
        assert changes(shop, "aka") == ""
        assert shop.run("export") == 0
    shop.type("ao", title="カートの新しい名前")
    assert shop.run("export") == 0
    assert (shop.row("ao")["title"], changes(shop, "ao")) == ("カートの新しい名前", "")


def test_what_stood_in_the_row_already_stays_beside_it(shop: ShopFolder, meanwhile: Typing) -> None:
    shop.cart(product("ao", title="はじめの名前", description="<p>一</p>"))
    shop.run("export")
    shop.type("ao", description="<p>彼女の説明</p>")
    shop.cart(product("ao", title="新しい名前", description="<p>二</p>"))
    meanwhile(lambda: shop.type("ao", title="彼女の名前"))
    shop.run("export")
    first = changes(shop, "ao")
    assert all(part in first for part in ("<p>二</p>", "新しい名前"))
    shop.run("export")
    assert sorted(changes(shop, "ao").splitlines()) == sorted(first.splitlines())


def test_a_cell_of_a_sku_is_told_on_its_product(shop: ShopFolder, meanwhile: Typing) -> None:
    shop.cart(*variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    (key,) = [row.key(Tab.SKUS) for row in shop.read().tabs[Tab.SKUS].rows if row.cells["option1_value"] == "M"]
    shop.cart(*(line.replace("SARA-M", "SARA-MM") for line in variants("sara", {"S": "3", "M": "4"})))
    meanwhile(lambda: shop.type(key, Tab.SKUS, seller_sku="KANOJO-M"))
    shop.run("export")
    for _ in range(2):
        assert shop.row(key, Tab.SKUS)["seller_sku"] == "KANOJO-M"
        assert "SARA-MM" in changes(shop, "sara")
        shop.run("export")


def test_pictures_are_one_field_whichever_of_them_she_typed(shop: ShopFolder, meanwhile: Typing) -> None:
    shop.cart(product("ao", image="images/mug.jpg"))
    shop.run("export")
    (shop.folder / "images" / "cart.jpg").write_bytes((shop.folder / "images" / "mug.jpg").read_bytes())
    shop.cart(product("ao", image="images/cart.jpg"))
    meanwhile(lambda: shop.type("ao", image_2="images/hers.jpg"))
    shop.run("export")
    for _ in range(2):
        row = shop.row("ao")
        assert (row["image_1"], row["image_2"]) == ("images/mug.jpg", "images/hers.jpg")
        assert "images/cart.jpg" in changes(shop, "ao")
        shop.run("export")


def test_what_always_takes_over_is_taken_by_the_next_run(shop: ShopFolder, meanwhile: Typing) -> None:
    shop.cart(product("ao", title="一"))
    shop.run("export")
    shop.type("ao", title="二")
    meanwhile(lambda: shop.type("ao", title="三"))
    shop.run("export", "--overwrite", "always")
    assert (shop.row("ao")["title"], "一" in changes(shop, "ao")) == ("三", True)
    shop.run("export", "--overwrite", "always")
    assert (shop.row("ao")["title"], changes(shop, "ao")) == ("一", "")
