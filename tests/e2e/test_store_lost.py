"""The store is lost: the TikTok ids in the workbook are hints, confirmed by a read, and what the shop shows counts."""

from __future__ import annotations

import pytest

from .shop_folder import ShopFolder, product, variants

STATUS = {
    "ao": "ACTIVATE",
    "off": "ACTIVATE",
    "paused": "SELLER_DEACTIVATED",
    "draft": "DRAFT",
    "renamed": "ACTIVATE",
    "sara": "ACTIVATE",
}
"""What is there; besides, "gone" was deleted."""


@pytest.fixture
def lost(shop: ShopFolder) -> ShopFolder:
    """Listings in every kind of state, and no memory of them but the workbook's."""
    keys = [key for key in (*STATUS, "gone") if key != "sara"]
    shop.cart(*map(product, keys), *variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill(*keys, "sara")
    shop.type("draft", action="下書きで登録")
    shop.run("import", "--yes", "--wait")
    shop.type("paused", action="停止する（非公開）")
    shop.type("gone", action="TikTokから削除する")
    shop.run("import", "--yes", "--wait")
    assert {key: one["status"] for key, one in shop.listings().items()} == STATUS
    (shop.folder / "sheets_sync.db").unlink()
    shop.type("off", sync=False)
    return shop


def operations(shop: ShopFolder) -> set[str]:
    return {request["operation"] for request in shop.sandbox.control.requests}


@pytest.mark.parametrize("command", [("import", "--yes", "--wait"), ("review",)])
def test_every_row_finds_its_listing_again_and_nothing_is_sent(lost: ShopFolder, command: tuple[str, ...]) -> None:
    ids = {key: lost.row(key)["tiktok_product_id"] for key in (*STATUS, "gone")}
    lost.run("export")
    lost.sandbox.control.clear_requests()
    lost.run(*command)
    shown = {key: lost.row(key)["listing"] for key in (*STATUS, "gone")}
    assert shown == {
        "ao": "出品中", "off": "出品中", "paused": "停止中（非公開）", "draft": "下書き", "renamed": "出品中",
        "sara": "出品中", "gone": "削除済み",
    }  # fmt: skip
    assert {key: lost.row(key)["tiktok_product_id"] for key in ids} == ids
    assert "販売継続" in str(lost.row("off")["planned"])
    assert operations(lost).isdisjoint({"create", "edit", "partial_edit", "activate", "deactivate", "delete"})
    assert {key: one["status"] for key, one in lost.listings().items()} == STATUS


def test_a_code_that_was_changed_since_is_sent_to_the_listing_that_is_there(lost: ShopFolder) -> None:
    lost.type("renamed", seller_sku="NEWCODE")
    lost.run("export")
    lost.run("import", "--yes", "--wait")
    assert {key: one["status"] for key, one in lost.listings().items()} == STATUS
    assert [sku["seller_sku"] for sku in lost.listings()["renamed"]["skus"]] == ["NEWCODE"]


def test_a_stop_and_a_deleted_listing_mean_what_they_did(lost: ShopFolder) -> None:
    lost.run("export")
    lost.type("ao", action="停止する（非公開）")
    lost.run("import", "--yes", "--wait")
    assert lost.listings()["ao"]["status"] == "SELLER_DEACTIVATED"
    assert "gone" not in lost.listings()
    lost.type("gone", action="出品する")
    lost.run("import", "--yes", "--wait")
    assert lost.listings()["gone"]["status"] == "ACTIVATE"


def test_an_id_that_is_another_rows_or_nobodys_ties_nothing(lost: ShopFolder) -> None:
    lost.run("export")
    other = lost.row("paused")["tiktok_product_id"]
    lost.type("ao", tiktok_product_id="1729000000000000001")
    lost.type("off", tiktok_product_id=other, sync=True)
    lost.run("import", "--yes", "--wait")
    assert {key: one["status"] for key, one in lost.listings().items()} == STATUS
    assert lost.row("off")["tiktok_product_id"] == lost.listings()["off"]["id"], "found by its SKU"
    assert lost.row("ao")["tiktok_product_id"] == lost.listings()["ao"]["id"]
    assert lost.row("paused")["tiktok_product_id"] == other
