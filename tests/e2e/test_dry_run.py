"""Trials, the listing check of the platform and the rehearsal: what they find is told in the rows, nothing is sent."""

from __future__ import annotations

from typing import Any

import pytest

from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.shop import Checked
from sheets_sync.store import open_store
from sheets_sync.tiktok.client import TikTokShop

from .shop_folder import ShopFolder, product, variants
from .test_link import made_by_hand

WRITES = {"create", "edit", "partial_edit", "prices", "inventory", "activate", "deactivate", "delete", "create_brand"}
NOT_CHECKED = ("listing", "tiktok_product_id", "last_synced_at", "action_result", "review_reasons", "tiktok_changes")


def world(sandbox: Sandbox) -> list[dict[str, Any]]:
    return sandbox.control.products()


def operations(shop: ShopFolder) -> list[str]:
    return [row["operation"] for row in shop.sandbox.control.requests]


def known(shop: ShopFolder) -> dict[str, Any]:
    """What the store knows of listings, calls and instructions."""
    store = open_store(shop.settings.store_url())
    try:
        return {
            "links": {key: (link.product_id, link.sent, link.skus) for key, link in store.links().items()},
            "attempts": store.last_attempts(),
            "instructions": store.instructions(),
            "shop": store.fact("shop_id"),
        }
    finally:
        store.close()


@pytest.fixture
def filled(shop: ShopFolder) -> ShopFolder:
    """Three new products: one right, one whose parcel TikTok refuses, one whose title fails the review."""
    shop.cart(product("ao"), product("omoi"), product("kiro", title="[NG:title]のマグカップ"))
    shop.run("export")
    shop.fill("ao", "omoi", "kiro")
    shop.sandbox.control.clear_requests()
    return shop


# -- the online dry run


def test_the_listing_check_is_told_in_the_rows_and_nothing_is_created(
    filled: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    filled.run("check")
    filled.sandbox.control.category_permission("600024", "INVITE_ONLY")
    filled.type("ao", category="605249")
    code, told = filled.json(capsys, "import", "--dry-run", "--online")
    assert code == 3
    assert world(filled.sandbox) == []
    assert not WRITES & set(operations(filled))
    assert operations(filled).count("listing_check") == 3
    assert {issue["row_key"] for issue in told["issues"]} == {"omoi", "kiro"}
    row = filled.row("omoi")
    assert "TikTokの事前チェック: " in str(row["errors"])
    assert "TikTokカテゴリ" in str(row["errors"])
    assert "TikTokの事前チェック: 問題 1件" in str(row["planned"])
    assert row["state"] == "同期待ち", "nothing was refused: nothing was sent"
    assert not filled.row("ao").get("errors")
    assert "TikTokの事前チェック: 問題なし" in str(filled.row("ao")["planned"])
    assert not [column for column in ("tiktok_product_id", "last_synced_at") if column in filled.row("ao")]
    history = filled.read().tabs[Tab.HISTORY].rows[-1].cells
    assert "事前チェック" in str(history["note"])
    # The next check knows nothing of it any more.
    filled.run("check")
    assert "事前チェック" not in str(filled.row("omoi").get("errors")) + str(filled.row("omoi")["planned"])


def test_an_edit_is_checked_whole_and_is_not_held_against_itself(filled: ShopFolder) -> None:
    """Its own external id, and the stock that an edit leaves alone, are no faults."""
    filled.type("kiro", title="黄色いマグカップ 磁器 300ml")
    assert filled.run("import", "--yes", "--wait") == 0
    filled.type("ao", title="新しい名前の青いマグカップ 磁器")
    filled.type("omoi", stock_policy="送信しない", title="重いマグカップ 磁器 大きめ")
    before, knew = world(filled.sandbox), known(filled)
    filled.sandbox.control.clear_requests()
    assert filled.run("import", "--dry-run", "--online") == 0
    assert operations(filled).count("listing_check") == 2
    assert (world(filled.sandbox), known(filled)) == (before, knew)
    assert "更新: 商品名" in str(filled.row("ao")["planned"])
    assert "問題なし" in str(filled.row("ao")["planned"])
    assert "問題なし" not in str(filled.row("kiro")["planned"])


def test_a_check_that_is_refused_as_a_whole_is_a_fault_of_its_row(filled: ShopFolder) -> None:
    filled.sandbox.control.fault("error", operation="listing_check", code=12052051, message="title too long")
    assert filled.run("import", "--dry-run", "--online", "--only", "ao") == 3
    assert "TikTokの事前チェック: 商品名" in str(filled.row("ao")["errors"])


def test_warnings_of_the_check_are_told(filled: ShopFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(TikTokShop, "listing_check", lambda _shop, _body: Checked(warnings=("brand was dropped",)))
    assert filled.run("import", "--dry-run", "--online", "--only", "ao") == 3
    assert "【警告】TikTokの事前チェック: " in str(filled.row("ao")["errors"])
    assert "brand was dropped" in str(filled.row("ao")["errors"])


def test_pictures_that_cannot_be_used_are_found(filled: ShopFolder) -> None:
    filled.type("ao", image_1="images/nowhere.jpg")
    assert filled.run("import", "--dry-run", "--online") == 3
    assert "TikTokの事前チェック: 画像1" in str(filled.row("ao")["errors"])
    assert operations(filled).count("listing_check") == 2


def test_online_goes_with_a_dry_run_only(filled: ShopFolder) -> None:
    assert filled.run("import", "--online", "--yes") == 2
    assert filled.run("import", "--online", "--rehearse") == 2
    assert world(filled.sandbox) == []


def test_a_plain_dry_run_writes_nothing(filled: ShopFolder) -> None:
    before = filled.workbook.read_bytes()
    assert filled.run("import", "--dry-run") == 0
    assert filled.workbook.read_bytes() == before
    assert operations(filled).count("listing_check") == 0


# -- the rehearsal


@pytest.fixture
def selling(filled: ShopFolder) -> ShopFolder:
    """The right product and one with sizes are on sale in the real shop."""
    filled.cart(product("ao"), product("omoi"), product("kiro", title="[NG:title]のマグカップ"),
                *variants("sara", {"S": "3", "M": "4"}))  # fmt: skip
    filled.run("export")
    filled.fill("sara")
    assert filled.run("import", "--yes", "--wait", "--only", "ao", "--only", "sara") == 0
    filled.settle(minutes=5)
    filled.sandbox.control.clear_requests()
    return filled


def test_a_rehearsal_tells_what_the_review_would_say_and_sends_nothing(
    selling: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    before, knew = world(selling.sandbox), known(selling)
    was = {column: selling.row("ao").get(column) for column in NOT_CHECKED}
    selling.type("ao", title="[NG:title] 青いマグカップ")
    code, told = selling.json(capsys, "import", "--rehearse")
    assert code == 3
    assert (world(selling.sandbox), known(selling)) == (before, knew)
    assert operations(selling) == [], "the real shop is not asked for anything"
    assert (told["created"], told["updated"]) == (2, 1), "what is listed is edited, not listed again"
    assert told["states"]["review_failed"] == 2
    for key in ("ao", "kiro"):
        row = selling.row(key)
        assert "リハーサル: 商品名: 審査で指摘されました" in str(row["errors"])
        assert "リハーサル: 審査NGの見込み" in str(row["planned"])
        assert row["state"] == "同期待ち"
        assert not row.get("review_reasons")
    assert "更新: 商品名" in str(selling.row("ao")["planned"])
    assert not selling.row("omoi").get("errors")
    assert "リハーサル: 問題なし（出品中になる見込み）" in str(selling.row("omoi")["planned"])
    assert "リハーサル" not in str(selling.row("sara").get("planned"))
    assert {column: selling.row("ao").get(column) for column in NOT_CHECKED} == was


def test_a_rehearsed_refusal_stands_in_the_row(filled: ShopFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Found by the platform's rules alone: here, a picture that is there no more."""
    filled.type("ao", image_1="images/nowhere.jpg")
    assert filled.run("import", "--rehearse") == 3
    row = filled.row("ao")
    assert "リハーサル: 画像1: " in str(row["errors"])
    assert "リハーサル: 問題 1件" in str(row["planned"])
    # The real run knows nothing of it: it looks for itself.
    filled.run("check")
    assert not filled.row("ao").get("errors")


def test_no_id_of_a_rehearsal_is_left_anywhere(selling: ShopFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    ids: set[str] = set()
    stop = Sandbox.stop

    def remember(sandbox: Sandbox) -> None:
        if sandbox is not selling.sandbox:
            for item in sandbox.control.products():
                ids.update([item["id"], *(sku["id"] for sku in item["skus"])])
            ids.update(image["uri"] for image in sandbox.control.images())
        stop(sandbox)

    monkeypatch.setattr(Sandbox, "stop", remember)
    real = {value for item in world(selling.sandbox) for value in (item["id"], *(sku["id"] for sku in item["skus"]))}
    selling.type("ao", title="[NG:title] 青いマグカップ")
    selling.run("import", "--rehearse")
    assert real < ids, "the listings that are known were there under their own ids"
    ids -= real | {image["uri"] for image in selling.sandbox.control.images()}
    assert len(ids) > 4
    snapshot = selling.read()
    cells = "\n".join(str(value) for tab in snapshot.tabs.values() for row in tab.rows for value in row.cells.values())
    store = "\n".join(path.read_bytes().decode("utf-8", "replace") for path in selling.folder.glob("sheets_sync.db*"))
    assert not [one for one in ids if one in cells or one in store]


@pytest.mark.parametrize("status", ["paused", "in review", "waiting for a person"])
def test_a_rehearsal_plans_what_the_import_would(selling: ShopFolder, status: str) -> None:
    """Paused, in review, or held because the shop has it already: nothing of that is rehearsed as a new listing."""
    mine = selling.listings()["ao"]["id"]
    if status == "paused":
        selling.sandbox.control.seller_deactivate(mine)
        selling.run("review")
        selling.type("ao", title="新しい名前の青いマグカップ 磁器")
    elif status == "in review":
        selling.sandbox.control.set(review_mode="manual")
        selling.type("ao", title="新しい名前の青いマグカップ 磁器")
        selling.run("import", "--yes", "--only", "ao")
    else:
        made_by_hand(selling, "手作業で出品した重いマグ", "OMOI")
        selling.run("import", "--yes", "--only", "omoi")
    key = "omoi" if status == "waiting for a person" else "ao"
    selling.run("import", "--rehearse")
    assert "リハーサル" not in str(selling.row(key)["planned"])
    assert "リハーサル" not in str(selling.row(key).get("errors"))


def test_variants_are_rehearsed_under_their_own_ids(selling: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    """A price, a SKU that goes, a move to a category that asks for attributes: each as the import would send it."""
    first, second = (ref.key for ref, _ in selling.read().tabs[Tab.SKUS].refs(Tab.SKUS))
    selling.type(first, Tab.SKUS, price=2500)
    selling.type(second, Tab.SKUS, exclude=True)
    sizes = {f"package_{side}_cm": 10 for side in ("length", "width", "height")}
    selling.type("sara", category="601226", **sizes)
    selling.run("check")
    selling.type("sara/100397", Tab.ATTRIBUTES, value="コットン")
    _, told = selling.json(capsys, "import", "--rehearse", "--only", "sara")
    assert (told["rejected"], told["states"]["synced"]) == (0, 2)
    planned = str(selling.row("sara")["planned"])
    assert "SKU削除: M" in planned
    assert "リハーサル: 問題なし（出品中になる見込み）" in planned
    _, real = selling.json(capsys, "import", "--yes", "--wait", "--only", "sara")
    assert {name: real[name] for name in ("created", "updated", "rejected", "states")} == {
        name: told[name] for name in ("created", "updated", "rejected", "states")
    }
    listed = selling.listings()["sara"]
    assert [(sku["seller_sku"], sku["price"]["sale_price"]) for sku in listed["skus"]] == [("SARA-S", "2500")]


def test_a_rehearsed_publish_brings_a_paused_listing_back_there_alone(selling: ShopFolder) -> None:
    mine = selling.listings()["sara"]["id"]
    selling.sandbox.control.seller_deactivate(mine)
    selling.run("review")
    selling.type("sara", action="出品する")
    selling.run("import", "--rehearse")
    assert "リハーサル: 問題なし（出品中になる見込み）" in str(selling.row("sara")["planned"])
    assert selling.row("sara")["action"] == "出品する", "an instruction is not spent by a rehearsal"
    assert selling.listings()["sara"]["status"] == "SELLER_DEACTIVATED"
    selling.run("import", "--yes", "--wait")
    assert selling.listings()["sara"]["status"] == "ACTIVATE"
