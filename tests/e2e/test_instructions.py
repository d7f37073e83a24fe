"""出品指示, carried out once each: a new one is a new one, and one that was carried out never comes back to life."""

from __future__ import annotations

import shutil

import pytest

from .shop_folder import ShopFolder, product

STOP, PUBLISH = "停止する（非公開）", "出品する"


@pytest.fixture
def listed(shop: ShopFolder) -> ShopFolder:
    """Two products on sale."""
    shop.cart(product("ao"), product("aka"))
    assert shop.run("export") == 0
    shop.fill("ao", "aka")
    assert shop.run("import", "--yes", "--wait") == 0
    return shop


def status(shop: ShopFolder, key: str = "ao") -> str:
    return str(shop.listings()[key]["status"])


def bring_back_by_hand(shop: ShopFolder) -> None:
    """Somebody puts the product on sale again in Seller Center."""
    shop.sandbox.control.seller_activate(shop.listings()["ao"]["id"])
    shop.settle(hours=1)
    assert status(shop) == "ACTIVATE"


def test_the_same_instruction_given_again_is_a_new_one(listed: ShopFolder) -> None:
    """No run looked at the cell between its clearing and the second time, and still it counts."""
    listed.type("ao", action=STOP)
    listed.run("import", "--yes")
    first = str(listed.row("ao")["action_result"])
    bring_back_by_hand(listed)
    listed.type("ao", action=STOP)
    assert listed.run("import", "--yes") == 0
    assert status(listed) == "SELLER_DEACTIVATED"
    row = listed.row("ao")
    assert (row["listing"], row.get("action")) == ("停止中（非公開）", None)
    assert "停止済み" in str(row["action_result"])
    assert row["action_result"] != first, "it says when it was carried out this time"


def test_a_publish_given_again_brings_back_what_somebody_paused_since(listed: ShopFolder) -> None:
    for _ in range(2):
        listed.sandbox.control.seller_deactivate(listed.listings()["ao"]["id"])
        listed.settle(hours=1)
        listed.type("ao", action=PUBLISH)
        listed.run("import", "--yes", "--wait")
        assert status(listed) == "ACTIVATE"


def test_a_workbook_from_before_the_clearing_revives_nothing(listed: ShopFolder) -> None:
    """Saved over by a copy that somebody still had open: its cell holds the value, but has not seen the result."""
    listed.sandbox.control.seller_deactivate(listed.listings()["ao"]["id"])
    listed.run("review")
    listed.type("ao", action=PUBLISH)
    before = listed.folder / "before.xlsx"
    shutil.copy(listed.workbook, before)
    listed.run("import", "--yes", "--wait")
    assert status(listed) == "ACTIVATE"
    listed.sandbox.control.seller_deactivate(listed.listings()["ao"]["id"])
    listed.settle(hours=1)
    shutil.copy(before, listed.workbook)
    for _ in range(2):
        listed.run("import", "--yes", "--wait")
        assert status(listed) == "SELLER_DEACTIVATED"


def test_a_cell_that_could_not_be_cleared_is_not_carried_out_twice(
    listed: ShopFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The workbook was held open when the result came: the value still stands there at the next import."""
    listed.sandbox.control.seller_deactivate(listed.listings()["ao"]["id"])
    listed.run("review")
    listed.type("ao", action=PUBLISH)
    lock = listed.workbook.with_name(f"~${listed.workbook.name}")
    lock.write_bytes(b"x")
    listed.run("import", "--yes", "--wait")
    assert status(listed) == "ACTIVATE"
    assert listed.row("ao")["action"] == PUBLISH, "not written while it is open"
    lock.unlink()
    listed.sandbox.control.seller_deactivate(listed.listings()["ao"]["id"])
    listed.settle(hours=1)
    listed.run("import", "--yes", "--wait")
    assert status(listed) == "SELLER_DEACTIVATED"
    assert listed.row("ao").get("action") is None


def test_stock_that_is_refused_meanwhile_does_not_end_a_stop_that_waits(shop: ShopFolder) -> None:
    shop.configure('stock_policy = "always"')
    shop.sandbox.control.set(review_mode="manual")
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.run("import", "--yes")
    shop.type("ao", action=STOP)
    shop.run("import", "--yes")
    shop.type("ao", stock=3)
    shop.sandbox.control.fault("error", operation="inventory", code=12052901, message="status")
    assert shop.run("import", "--yes") == 3
    row = shop.row("ao")
    assert (row["state"], row["action_result"]) == ("連携エラー", "審査通過後に停止します")
    shop.sandbox.control.decide(shop.listings()["ao"]["id"], "pass")
    shop.run("import", "--yes")
    assert status(shop) == "SELLER_DEACTIVATED"
    assert "停止済み" in str(shop.row("ao")["action_result"])


def test_a_publish_of_an_off_row_is_told_and_leaves_a_stop_that_waits(shop: ShopFolder) -> None:
    shop.sandbox.control.set(review_mode="manual")
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.run("import", "--yes")
    shop.type("ao", action=STOP)
    shop.run("import", "--yes")
    shop.type("ao", action=PUBLISH, sync=False)
    shop.run("check")
    assert "出品指示は実行しません" in str(shop.row("ao")["planned"])
    shop.sandbox.control.decide(shop.listings()["ao"]["id"], "pass")
    shop.run("import", "--yes")
    assert status(shop) == "SELLER_DEACTIVATED"
