"""Listings that were made by hand or by another connector: found, shown, tied on confirmation, and never made twice."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image

from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.store import open_store
from sheets_sync.usecases.session import open_session

from .shop_folder import MUG, ShopFolder, product, variants

WRITES = {"create", "edit", "partial_edit", "prices", "inventory", "activate", "deactivate", "delete"}


def made_by_hand(shop: ShopFolder, title: str, *codes: str, price: str = "1200", **more: Any) -> str:
    """A listing as Seller Center or another connector makes it; its id. Several codes are sizes of one product."""
    picture = io.BytesIO()
    Image.new("RGB", (600, 600), "white").save(picture, "JPEG")
    with open_session(shop.settings, "seller", locked=False) as session:
        skus = [
            {
                "seller_sku": code,
                "price": {"currency": "JPY", "amount": price},
                "inventory": [{"warehouse_id": shop.sandbox.warehouse_id, "quantity": 9}],
                **({"sales_attributes": [{"name": "サイズ", "value_name": code[-1]}]} if len(codes) > 1 else {}),
            }
            for code in codes
        ]
        body = {
            "title": title,
            "description": "<p>毎日使える磁器のマグカップです。</p>",
            "category_id": MUG,
            "main_images": [{"uri": session.shop.upload_image(picture.getvalue(), "MAIN_IMAGE").uri}],
            "package_weight": {"value": "350", "unit": "GRAM"},
            "skus": skus,
            **more,
        }
        made = session.shop.create(body, f"by hand {title} {codes}")
    shop.sandbox.control.settle()
    shop.sandbox.control.clear_requests()
    return made.product_id


def writes(shop: ShopFolder) -> list[str]:
    return [row["operation"] for row in shop.sandbox.control.requests if row["operation"] in WRITES]


def snapshot(sandbox: Sandbox) -> list[dict[str, Any]]:
    return sandbox.control.products()


@pytest.fixture
def filled(shop: ShopFolder) -> ShopFolder:
    """Two single products and one with sizes, filled in and not listed."""
    shop.cart(product("ao"), product("aka"), *variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill("ao", "aka", "sara")
    return shop


def test_matches_are_shown_and_nothing_is_tied_without_a_yes(
    filled: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    mug = made_by_hand(filled, "手作業で出品した青いマグ", "AO")
    before = snapshot(filled.sandbox)
    capsys.readouterr()
    assert filled.run("link") == 0
    shown = capsys.readouterr().out
    assert all(part in shown for part in ("ao", "手作業で出品した青いマグ", mug, "出品中"))
    code, told = filled.json(capsys, "link")
    assert code == 0
    assert set(told) == {"command", "run_id", "products", "skus", "matches", "half", "linked"}
    assert told["matches"] == [
        {
            "product_key": "ao",
            "title": "aoのマグカップ 磁器 300ml",
            "product_id": mug,
            "listing_title": "手作業で出品した青いマグ",
            "listing": "live",
            "skus": 1,
            "linked": False,
        }
    ]
    assert (told["half"], told["linked"]) == ([], 0)
    assert "tiktok_product_id" not in filled.row("ao")
    assert snapshot(filled.sandbox) == before


def test_after_tying_only_real_differences_are_sent(filled: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    mug = made_by_hand(filled, "aoのマグカップ 磁器 300ml", "AO")
    plate = made_by_hand(filled, "手作業で出品した丸皿", "SARA-S", "SARA-M", price="2400")
    before = snapshot(filled.sandbox)
    code, told = filled.json(capsys, "link", "--yes")
    assert (code, told["linked"]) == (0, 2)
    assert snapshot(filled.sandbox) == before, "tying changes nothing on TikTok"
    row = filled.row("ao")
    assert (row["tiktok_product_id"], row["listing"], row["state"]) == (mug, "出品中", "連携済み")
    assert filled.row("sara")["tiktok_product_id"] == plate
    assert "更新: 商品名" in str(filled.row("sara")["planned"])
    filled.sandbox.control.clear_requests()
    assert filled.run("import", "--yes", "--wait") == 0
    # aka is new, the plate's title differs, the mug is right as it is.
    assert sorted(writes(filled)) == ["create", "partial_edit"]
    found = {item["id"]: item for item in snapshot(filled.sandbox)}
    assert found[plate]["title"] == "saraの丸皿 磁器"
    assert [sku["inventory"][0]["quantity"] for sku in found[plate]["skus"]] == [9, 9], "stock was sent once already"
    filled.sandbox.control.clear_requests()
    assert filled.run("import", "--yes") == 0
    assert writes(filled) == []
    sku = filled.read().tabs[Tab.SKUS].refs(Tab.SKUS)[0][0].key
    filled.type(sku, Tab.SKUS, price=2500)
    filled.run("import", "--yes")
    assert writes(filled) == ["prices"]


class Terminal(io.StringIO):
    """A person at the keyboard who types this."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(("answer", "tied"), [("y", True), ("n", False)])
def test_a_person_is_asked_first(filled: ShopFolder, monkeypatch: pytest.MonkeyPatch, answer: str, tied: bool) -> None:
    mug = made_by_hand(filled, "手作業で出品した青いマグ", "AO")
    monkeypatch.setattr("sys.stdin", Terminal(f"{answer}\n"))
    assert filled.run("link") == 0
    assert filled.row("ao").get("tiktok_product_id") == (mug if tied else None)


def test_only_ties_the_rows_that_are_named(filled: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    made_by_hand(filled, "青いマグ 手作業", "AO")
    made_by_hand(filled, "赤いマグ 手作業", "AKA")
    _, told = filled.json(capsys, "link", "--yes", "--only", "aka")
    assert ([match["product_key"] for match in told["matches"]], told["linked"]) == (["aka"], 1)
    assert "tiktok_product_id" not in filled.row("ao")
    assert filled.run("link", "--only", "nobody") == 2


def test_a_listing_that_another_connector_named_is_tied_too(filled: ShopFolder) -> None:
    other = made_by_hand(filled, "ほかの連携で出品した皿", "SARA-S", "SARA-M", external_product_id="shopify-8123")
    assert filled.run("link", "--yes") == 0
    assert filled.row("sara")["tiktok_product_id"] == other
    with open_session(filled.settings, "test", locked=False) as session:
        link = session.store.link("sara")
        assert link is not None
        wire = filled.sandbox.control.product(other)
        assert {sku.sku_id for sku in link.skus.values()} == {sku["id"] for sku in wire["skus"]}
        assert {sku.seller_sku for sku in link.skus.values()} == {"SARA-S", "SARA-M"}


def test_half_matches_are_listed_and_never_tied(filled: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    some = made_by_hand(filled, "片方だけの皿", "SARA-S")
    made_by_hand(filled, "青いマグ その1", "AO")
    made_by_hand(filled, "青いマグ その2", "AO")
    code, told = filled.json(capsys, "link", "--yes")
    assert (code, told["matches"], told["linked"]) == (3, [], 0)
    half = {entry["product_key"]: entry for entry in told["half"]}
    assert (half["sara"]["reason"], half["sara"]["missing"]) == ("some", ["SARA-M"])
    assert half["sara"]["listings"][0]["product_id"] == some
    assert (half["ao"]["reason"], len(half["ao"]["listings"])) == ("spread", 2)
    capsys.readouterr()
    assert filled.run("link") == 3
    shown = capsys.readouterr().out
    assert all(word in shown for word in ("片方だけの皿", "SARA-M", "青いマグ その1", "青いマグ その2"))


def test_two_rows_that_claim_one_listing_get_neither(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao", sku="SAME-1"), product("aka", sku="SAME-2"))
    shop.run("export")
    shop.fill("ao", "aka")
    made_by_hand(shop, "二つの行にまたがる商品", "SAME-1", "SAME-2")
    code, told = shop.json(capsys, "link", "--yes")
    assert (code, told["linked"]) == (3, 0)
    assert {entry["product_key"]: entry["rivals"] for entry in told["half"]} == {"ao": ["aka"], "aka": ["ao"]}
    assert {entry["reason"] for entry in told["half"]} == {"claimed"}


def test_our_external_id_ties_whatever_the_codes_are_by_now(
    filled: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """And a listing that carries another row's external id is that row's."""
    ours = made_by_hand(filled, "半分だけの皿", "SARA-S", external_product_id="main:sara")
    made_by_hand(filled, "青いマグ", "AO", external_product_id="main:aka")
    code, told = filled.json(capsys, "link", "--yes")
    assert (code, [match["product_id"] for match in told["matches"]]) == (3, [ours])
    (half,) = told["half"]
    assert (half["product_key"], half["reason"], half["rivals"]) == ("ao", "other_row", ["aka"])


def test_linked_and_deleted_listings_are_no_matches(filled: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    filled.run("import", "--yes", "--wait")
    gone = made_by_hand(filled, "削除した青いマグ", "AO")
    filled.sandbox.control.seller_delete(gone)
    _, told = filled.json(capsys, "link", "--yes")
    assert (told["matches"], told["half"]) == ([], [])


# -- the guard of an import


def test_an_import_does_not_make_what_the_shop_has_already(
    filled: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    mug = made_by_hand(filled, "手作業で出品した青いマグ", "AO")
    made_by_hand(filled, "片方だけの皿", "SARA-M")
    code, told = filled.json(capsys, "import", "--yes", "--wait")
    assert (code, told["created"]) == (3, 1)
    assert len(snapshot(filled.sandbox)) == 3
    found = [issue for issue in told["issues"] if issue["code"] == "sku_already_listed"]
    assert [(issue["row_key"], issue["severity"]) for issue in found] == [("ao", "warning"), ("sara", "warning")]
    row = filled.row("ao")
    assert all(word in str(row["errors"]) for word in ("【警告】", "手作業で出品した青いマグ", mug, "sheets-sync link"))
    assert "見合わせ" in str(row["planned"])
    assert row["state"] == "同期待ち"
    assert sum(told["states"].values()) == 3
    # A check is offline and still knows.
    filled.run("check")
    assert "sku_already_listed" in str(filled.row("ao")["errors"])
    assert filled.run("link", "--yes") == 3
    filled.run("import", "--yes", "--wait")
    assert not filled.row("ao").get("errors")
    assert (filled.row("ao")["tiktok_product_id"], filled.row("ao")["state"]) == (mug, "連携済み")
    assert len(snapshot(filled.sandbox)) == 3


def test_the_guard_lets_go_when_the_code_is_free_again(filled: ShopFolder) -> None:
    mug = made_by_hand(filled, "手作業で出品した青いマグ", "AO")
    assert filled.run("import", "--yes", "--wait", "--only", "ao") == 3
    filled.sandbox.control.seller_delete(mug)
    assert filled.run("import", "--yes", "--wait", "--only", "ao") == 0
    assert filled.row("ao")["listing"] == "出品中"
    assert not filled.row("ao").get("errors")


def test_the_guard_costs_one_search_and_no_reads(filled: ShopFolder) -> None:
    for number in range(3):
        made_by_hand(filled, f"関係のない商品 {number}", f"OTHER-{number}")
    filled.run("import", "--yes")
    operations = [row["operation"] for row in filled.sandbox.control.requests]
    assert (operations.count("search"), operations.count("get")) == (1, 0)


def test_a_lost_store_finds_its_listings_before_it_creates_any(filled: ShopFolder) -> None:
    filled.run("import", "--yes", "--wait")
    for name in ("sheets_sync.db", "sheets_sync.db-wal", "sheets_sync.db-shm"):
        (filled.folder / name).unlink(missing_ok=True)
    filled.run("export")
    filled.sandbox.control.clear_requests()
    assert filled.run("import", "--yes", "--wait") in (0, 3)
    assert writes(filled) == []
    assert len(filled.listings()) == 3
    store = open_store(filled.settings.store_url())
    assert set(store.links()) == {"ao", "aka", "sara"}
    store.close()


def test_a_stop_reaches_the_listing_that_a_lost_store_forgot(
    filled: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    filled.run("import", "--yes", "--wait")
    filled.type("ao", action="停止する（非公開）", sync=False)
    filled.type("aka", action="TikTokから削除する")
    before = filled.workbook.read_bytes()
    for path in filled.folder.glob("sheets_sync.db*"):
        path.unlink()
    for command in (("check",), ("plan",), ("status",), ("import", "--yes")):
        capsys.readouterr()
        assert filled.run(*command) == 2
        assert "先に「カートから取り込む」" in capsys.readouterr().err
    assert filled.workbook.read_bytes() == before, "cells of the cart stand there; that they are blank is not true"
    assert filled.run("export") == 0
    filled.run("check")
    assert f"{filled.listings()['sara']['id']} の商品を確認して引き継ぎます" in str(filled.row("sara")["planned"])
    filled.run("import", "--yes", "--wait")
    assert filled.row("sara")["planned"] == "変更なし"
    assert {key: item["status"] for key, item in filled.listings().items()} == {
        "ao": "SELLER_DEACTIVATED",
        "sara": "ACTIVATE",
    }
    assert "停止済み" in str(filled.row("ao")["action_result"])
