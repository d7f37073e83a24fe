"""The whole job over real HTTP: cart CSV → workbook → check → import → review → rows."""

from __future__ import annotations

import pytest

from sheets_sync.issue import Tab

from .shop_folder import ShopFolder, product, variants


@pytest.fixture
def listed(shop: ShopFolder) -> ShopFolder:
    """Two products on sale."""
    shop.cart(product("ao"), product("aka"))
    assert shop.run("export") == 0
    shop.fill("ao", "aka")
    assert shop.run("import", "--yes", "--wait") == 0
    assert {item["status"] for item in shop.listings().values()} == {"ACTIVATE"}
    shop.sandbox.control.clear_requests()
    return shop


def writes(shop: ShopFolder) -> list[str]:
    changing = {"create", "edit", "partial_edit", "prices", "inventory", "activate", "deactivate", "delete"}
    return [r["operation"] for r in shop.sandbox.control.requests if r["operation"] in changing]


def test_new_products_start_off_and_nothing_is_sent(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    assert shop.run("import", "--yes") == 0
    assert shop.listings() == {}
    assert shop.row("ao")["state"] == "対象外"


def test_states_and_listings_add_up(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(
        product("ao"),
        product("aka", price=""),
        product("kiro", title="[NG:title]のマグカップ"),
        *variants("sara", {"S": "3", "M": "4"}),
    )
    shop.run("export")
    shop.fill("ao", "aka", "kiro", "sara")
    code, told = shop.json(capsys, "import", "--yes", "--wait")
    assert code == 3
    assert told["products"] == 4 == sum(told["states"].values()) == sum(told["listings"].values())
    assert told["states"]["synced"] == 2
    assert told["states"]["incomplete"] == 1
    assert told["states"]["review_failed"] == 1
    assert told["created"] == 3
    assert "商品名" in str(shop.row("kiro")["review_reasons"])


def test_nothing_changed_means_no_call(listed: ShopFolder) -> None:
    assert listed.run("import", "--yes") == 0
    assert writes(listed) == []


def test_a_price_goes_by_the_price_call_alone(listed: ShopFolder) -> None:
    listed.type("ao", price=1500)
    assert listed.run("import", "--yes") == 0
    assert writes(listed) == ["prices"]
    assert listed.listings()["ao"]["skus"][0]["price"]["sale_price"] == "1500"
    assert listed.listings()["aka"]["skus"][0]["price"]["sale_price"] == "1200"


def test_price_and_texts_of_a_product_are_one_update(listed: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    listed.type("ao", price=1500, title="新しい名前の青いマグカップ 磁器")
    _, told = listed.json(capsys, "import", "--yes")
    assert writes(listed) == ["prices", "partial_edit"]
    assert told["updated"] == 1


def test_stock_is_sent_once_unless_always(listed: ShopFolder) -> None:
    listed.cart(product("ao", stock="9"), product("aka", stock="2"))
    listed.run("export")
    listed.run("import", "--yes")
    assert writes(listed) == []
    listed.configure('stock_policy = "always"')
    listed.run("import", "--yes")
    assert writes(listed) == ["inventory", "inventory"]
    listed.sandbox.control.sell(listed.listings()["ao"]["skus"][0]["id"], 3)
    listed.sandbox.control.clear_requests()
    listed.run("import", "--yes")
    assert writes(listed) == [], "sales on TikTok are no reason to send stock"


def test_a_paused_product_stays_paused(listed: ShopFolder) -> None:
    """The promise: whoever paused it, price, stock and text updates never bring it back on sale."""
    listed.sandbox.control.seller_deactivate(listed.listings()["ao"]["id"])
    listed.configure('stock_policy = "always"')
    listed.cart(product("ao", stock="2", price="1300"), product("aka"))
    listed.run("export")
    listed.type("ao", title="新しい名前の青いマグカップ 磁器")
    listed.run("import", "--yes", "--wait")
    listed.settle(days=2)
    assert listed.listings()["ao"]["status"] == "SELLER_DEACTIVATED"
    assert listed.row("ao")["listing"] == "停止中（非公開）"
    assert "出品時に送信" in str(listed.row("ao")["planned"])
    listed.type("ao", action="出品する")
    listed.run("import", "--yes", "--wait")
    listed.settle(days=1)
    back = listed.listings()["ao"]
    assert (back["status"], back["title"]) == ("ACTIVATE", "新しい名前の青いマグカップ 磁器")
    assert back["skus"][0]["price"]["sale_price"] == "1300"


def test_an_instruction_is_carried_out_once(listed: ShopFolder) -> None:
    listed.type("ao", action="停止する（非公開）")
    listed.run("import", "--yes")
    assert listed.listings()["ao"]["status"] == "SELLER_DEACTIVATED"
    assert "action" not in listed.row("ao")
    assert "停止済み" in str(listed.row("ao")["action_result"])
    # She brings it back by hand in Seller Center: our old instruction must not hide it again.
    listed.sandbox.control.settle()
    listed.run("import", "--yes")
    listed.run("review")
    assert "停止済み" in str(listed.row("ao")["action_result"])


def test_a_stop_works_for_off_and_invalid_rows(listed: ShopFolder) -> None:
    listed.type("ao", sync=False, action="停止する（非公開）")
    listed.type("aka", title=None, action="停止する（非公開）")
    listed.run("import", "--yes")
    assert {item["status"] for item in listed.listings().values()} == {"SELLER_DEACTIVATED"}


def test_a_stop_during_review_hides_the_product_once_it_is_live(shop: ShopFolder) -> None:
    shop.sandbox.control.set(review_mode="manual")
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.run("import", "--yes")
    shop.type("ao", action="停止する（非公開）")
    shop.run("import", "--yes")
    assert shop.row("ao")["listing"] == "審査中"
    assert "審査通過後に停止" in str(shop.row("ao")["action_result"])
    shop.sandbox.control.decide(shop.listings()["ao"]["id"], "pass")
    shop.run("review")
    assert shop.listings()["ao"]["status"] == "SELLER_DEACTIVATED"
    assert shop.row("ao")["listing"] == "停止中（非公開）"
    assert "停止済み" in str(shop.row("ao")["action_result"])
    assert "action" not in shop.row("ao")


def test_a_refused_edit_leaves_the_product_on_sale_and_says_so(listed: ShopFolder) -> None:
    listed.type("ao", title="[NG:title] 青いマグカップ 磁器")
    listed.run("import", "--yes", "--wait")
    row = listed.row("ao")
    assert (row["listing"], row["state"]) == ("出品中", "審査NG")
    assert "商品名" in str(row["review_reasons"])
    listed.type("ao", title="青いマグカップ 磁器 350ml")
    listed.run("import", "--yes", "--wait")
    row = listed.row("ao")
    assert (row["listing"], row["state"]) == ("出品中", "連携済み")
    assert not row.get("review_reasons")
    assert listed.listings()["ao"]["title"] == "青いマグカップ 磁器 350ml"


def test_a_refusal_is_not_sent_again_until_the_row_changes(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.run("check")
    shop.sandbox.control.category_permission("600024", "INVITE_ONLY")
    assert shop.run("import", "--yes") == 3
    assert shop.row("ao")["state"] == "連携エラー"
    shop.sandbox.control.clear_requests()
    shop.run("import", "--yes")
    assert writes(shop) == []
    assert shop.row("ao")["state"] == "連携エラー"
    shop.settle(hours=2)
    shop.run("import", "--yes")
    assert writes(shop) == ["create"], "what the seller can mend in Seller Center is tried again after a while"
    shop.type("ao", category="605249")
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.row("ao")["state"] == "連携済み"


def test_what_only_a_change_can_heal_is_never_sent_again(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.sandbox.control.fault("error", operation="create", code=12052051, message="title too long")
    shop.run("import", "--yes")
    shop.sandbox.control.clear_requests()
    shop.settle(hours=30)
    shop.run("import", "--yes")
    assert writes(shop) == []
    assert "12052051" in str(shop.row("ao")["errors"]) or "商品名" in str(shop.row("ao")["errors"])
    shop.type("ao", title="短い名前のマグカップ")
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.row("ao")["state"] == "連携済み"


def test_one_bad_sku_blocks_its_product_and_is_named(shop: ShopFolder) -> None:
    shop.cart(*variants("sara", {"S": "3", "M": "4"}), product("ao"))
    shop.run("export")
    shop.fill("sara", "ao")
    first = shop.read().tabs[Tab.SKUS].refs(Tab.SKUS)[0][0].key
    shop.type(first, Tab.SKUS, seller_sku="S 1")
    assert shop.run("import", "--yes") == 3
    assert set(shop.listings()) == {"ao"}
    assert "S 1" in str(shop.row("sara")["errors"])


def test_excluding_a_sku_deletes_it_and_a_missing_row_does_not(shop: ShopFolder) -> None:
    shop.cart(*variants("sara", {"S": "3", "M": "4", "L": "5"}))
    shop.run("export")
    shop.fill("sara")
    shop.run("import", "--yes", "--wait")
    keys = [ref.key for ref, _ in shop.read().tabs[Tab.SKUS].refs(Tab.SKUS)]
    shop.type(keys[1], Tab.SKUS, exclude=True)
    shop.run("check")
    assert "SKU削除: M" in str(shop.row("sara")["planned"])
    shop.run("import", "--yes", "--wait")
    assert [sku["seller_sku"] for sku in shop.listings()["sara"]["skus"]] == ["SARA-S", "SARA-L"]


def test_limits_refuse_an_instruction_dragged_down(shop: ShopFolder) -> None:
    shop.configure("max_pauses = 2")
    keys = [f"mug{n}" for n in range(4)]
    shop.cart(*(product(key) for key in keys))
    shop.run("export")
    shop.fill(*keys)
    shop.run("import", "--yes", "--wait")
    for key in keys:
        shop.type(key, action="停止する（非公開）")
    assert shop.run("import", "--yes") == 5
    assert {item["status"] for item in shop.listings().values()} == {"ACTIVATE"}
    assert shop.run("import", "--yes", "--allow-many") == 0
    assert {item["status"] for item in shop.listings().values()} == {"SELLER_DEACTIVATED"}


def test_a_stale_plan_is_refused(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    _, told = shop.json(capsys, "import", "--dry-run")
    shop.type("ao", price=1500)
    assert shop.run("import", "--plan", told["plan"]) == 5
    assert shop.listings() == {}
    _, told = shop.json(capsys, "import", "--dry-run")
    assert shop.run("import", "--plan", told["plan"]) == 0
    assert set(shop.listings()) == {"ao"}


def test_the_allowance_lets_the_rest_wait(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.sandbox.control.set(daily_quota=2)
    keys = [f"mug{n}" for n in range(4)]
    shop.cart(*(product(key) for key in keys))
    shop.run("export")
    shop.fill(*keys)
    code, told = shop.json(capsys, "import", "--yes")
    assert (told["states"]["waiting"], len(shop.listings())) == (2, 2)
    assert code == 0
    waiting = [row for row in map(shop.row, keys) if row["state"] == "出品上限待ち"]
    assert len(waiting) == 2
    assert all("出品上限待ち" in str(row["planned"]) for row in waiting)
    shop.settle(days=1)
    assert shop.run("import", "--yes", "--wait") == 0
    assert set(shop.listings()) == set(keys)


def test_a_known_allowance_is_spent_by_priority(shop: ShopFolder) -> None:
    keys = [f"mug{n}" for n in range(4)]
    shop.cart(*(product(key) for key in keys))
    shop.run("export")
    shop.fill(*keys)
    shop.type("mug3", priority=1)
    (shop.folder / "sheets_sync.toml").write_text(
        (shop.folder / "sheets_sync.toml").read_text("utf-8").replace("[rules]", "daily_allowance = 2\n[rules]"),
        "utf-8",
    )
    assert shop.run("import", "--yes", "--wait") == 0
    assert set(shop.listings()) == {"mug3", "mug0"}
    assert shop.row("mug1")["state"] == "出品上限待ち"
    assert shop.run("import", "--yes", "--wait") == 0
    assert set(shop.listings()) == {"mug3", "mug0"}, "the same day brings nothing new"
    shop.settle(days=1)
    assert shop.run("import", "--yes", "--wait") == 0
    assert set(shop.listings()) == set(keys)


def test_an_adopted_listing_when_the_store_is_lost(listed: ShopFolder) -> None:
    (listed.folder / "sheets_sync.db").unlink()
    assert listed.run("export") in (0, 3)
    listed.run("import", "--yes", "--wait")
    assert set(listed.listings()) == {"ao", "aka"}
    assert {listed.row(key)["listing"] for key in ("ao", "aka")} == {"出品中"}


def test_a_cart_without_a_product_makes_no_workbook(shop: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    shop.cart()
    code, told = shop.json(capsys, "export")
    assert (code, told["error"]["code"]) == (2, "export_nothing")
    shop.cart("ゼロ,,,,,,,,,,,,900,,,,", "イチ,,,,,,,,,,,,900,,,,")
    code, told = shop.json(capsys, "export")
    assert (code, told["error"]["code"]) == (2, "export_nothing_readable")
    assert all(words in told["error"]["message"] for words in ("2件", "2行目", "3行目"))
    assert not shop.workbook.exists()
    shop.cart(product("ao"))
    assert shop.run("export") == 0
