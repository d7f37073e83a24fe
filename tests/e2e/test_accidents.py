"""What spreadsheets do to rows, and how each of it ends (docs/design.md, section 4, "Accidents")."""

from __future__ import annotations

import openpyxl
import pytest

from sheets_sync.issue import Tab
from sheets_sync.tables import RowRef

from . import office
from .shop_folder import ShopFolder, product, variants

KEYS = [f"mug{n:02}" for n in range(12)]


@pytest.fixture
def exported(shop: ShopFolder) -> ShopFolder:
    shop.cart(*(product(key, title=f"{key}番のマグカップ 磁器") for key in KEYS))
    assert shop.run("export") == 0
    return shop


def rows(shop: ShopFolder, tab: Tab = Tab.PRODUCTS) -> list[dict[str, object]]:
    return [dict(row.cells) for _, row in shop.read().tabs[tab].refs(tab)]


def test_a_deleted_row_does_nothing_on_tiktok_and_comes_back_with_her_values(exported: ShopFolder) -> None:
    exported.fill("mug00")
    exported.type("mug00", memo="大切", title="手直しした名前のマグカップ")
    exported.run("import", "--yes", "--wait")
    exported.remove("mug00", Tab.PRODUCTS)
    exported.run("import", "--yes")
    assert exported.listings()["mug00"]["status"] == "ACTIVATE"
    exported.run("export")
    row = exported.row("mug00")
    assert (row["memo"], row["title"], row["sync"]) == ("大切", "手直しした名前のマグカップ", True)
    assert row["cart_changes"]


def test_an_identical_copy_is_ignored(exported: ShopFolder) -> None:
    exported.fill("mug00")
    exported.edit({}, {Tab.PRODUCTS: [exported.row("mug00")]})
    exported.run("import", "--yes", "--wait")
    assert exported.row("mug00")["state"] == "連携済み"
    assert len(exported.listings()) == 1


def test_a_differing_copy_holds_both_and_names_the_rows(
    exported: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    exported.fill("mug00")
    exported.edit({}, {Tab.PRODUCTS: [{**exported.row("mug00"), "title": "別の名前のマグカップ 磁器"}]})
    code, told = exported.json(capsys, "import", "--yes")
    assert code == 3
    assert exported.listings() == {}
    assert told["products"] == len(KEYS) == sum(told["states"].values())
    assert "14行目" in str(exported.row("mug00")["errors"]) or "2行目" in str(exported.row("mug00")["errors"])


def test_some_columns_sorted_without_the_others_hold_everything(exported: ShopFolder) -> None:
    exported.fill(*KEYS)
    backwards = [row["product_key"] for row in rows(exported)][::-1]
    exported.edit(
        {Tab.PRODUCTS: {RowRef(key): {"product_key": other} for key, other in zip(KEYS, backwards, strict=True)}}
    )
    assert exported.run("import", "--yes") == 3
    assert exported.listings() == {}
    assert "並べ替え" in str(exported.row("mug03")["errors"])


@pytest.mark.parametrize("action", ["TikTokから削除する", "停止する（非公開）"])
def test_an_instruction_that_a_sort_moved_to_another_row_does_nothing(exported: ShopFolder, action: str) -> None:
    exported.fill(*KEYS)
    exported.run("import", "--yes", "--wait")
    exported.type("mug03", action=action)
    before = {row["product_key"]: row for row in rows(exported)}
    swapped = dict(zip(KEYS, KEYS[::-1], strict=True))
    columns = before["mug03"].keys() - {"product_key"}
    sort = {RowRef(key): {c: before[other].get(c) for c in columns} for key, other in swapped.items()}
    exported.edit({Tab.PRODUCTS: sort})  # type: ignore[arg-type]
    assert exported.row(swapped["mug03"])["action"] == action
    exported.run("import", "--yes")
    assert {key: one["status"] for key, one in exported.listings().items()} == dict.fromkeys(KEYS, "ACTIVATE")
    back = {RowRef(key): {c: before[key].get(c) for c in columns} for key in KEYS}
    exported.edit({Tab.PRODUCTS: back})  # type: ignore[arg-type]
    exported.run("import", "--yes")
    moved = {key for key in KEYS if exported.listings().get(key, {}).get("status") != "ACTIVATE"}
    assert moved == {"mug03"}, "put right, it is carried out where it was meant"


def test_an_instruction_in_one_of_two_differing_copies_does_nothing(exported: ShopFolder) -> None:
    exported.fill("mug00")
    exported.run("import", "--yes", "--wait")
    exported.edit({}, {Tab.PRODUCTS: [exported.row("mug00")]})
    exported.type("mug00", action="TikTokから削除する")
    assert exported.run("import", "--yes") == 3
    assert exported.listings()["mug00"]["status"] == "ACTIVATE"
    assert "IDが重複" in str(exported.row("mug00")["errors"])


def test_sorted_rows_and_moved_columns_keep_every_edit(exported: ShopFolder) -> None:
    exported.fill("mug05", title="選び抜いた五番のマグカップ")
    before = {row["product_key"]: row for row in rows(exported)}
    backwards = [before[key] for key in reversed(KEYS)]
    exported.edit(
        {
            Tab.PRODUCTS: {
                RowRef(key): {c: new.get(c) for c in {*before[key], *new}}
                for key, new in zip(KEYS, backwards, strict=True)
            }
        }
    )
    assert [row["product_key"] for row in rows(exported)] == KEYS[::-1]
    exported.cart(*(product(key, title=f"{key}番のマグカップ 磁器", price="1500") for key in KEYS))
    assert exported.run("export") in (0, 3)
    exported.run("import", "--yes", "--wait")
    assert exported.row("mug05")["title"] == "選び抜いた五番のマグカップ"
    assert exported.listings()["mug05"]["skus"][0]["price"]["sale_price"] == "1500"


def test_a_row_whose_id_was_blanked_is_told_and_notes_of_her_own_are_not(
    exported: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["商品"]
        sheet.cell(4, office.column(sheet, "カート商品ID")).value = None
        sheet.cell(4, office.column(sheet, "メモ")).value = "大切"
        sheet.cell(sheet.max_row + 2, office.column(sheet, "カート商品名")).value = "合計"

    office.edit(exported.workbook, change)
    code, told = exported.json(capsys, "check")
    assert code == 3
    assert [(i["row_key"], i["code"]) for i in told["issues"]] == [("mug02", "key_blanked")]
    assert "4行目" in told["issues"][0]["message"]
    capsys.readouterr()
    assert exported.run("export") == 3
    assert "4行目" in capsys.readouterr().out
    assert {row["product_key"] for row in rows(exported)} == set(KEYS)
    assert any("大切" in str(row.values()) for row in office.shown(exported.workbook, "商品"))


def test_a_typed_over_tool_cell_is_put_back_and_told(exported: ShopFolder) -> None:
    exported.type("mug01", cart_price=1, tiktok_product_id="123")
    exported.run("export")
    row = exported.row("mug01")
    assert row["cart_price"] == 1200
    assert "カート価格(税込): " in str(row["cart_changes"])
    assert "「1」" in str(row["cart_changes"]), "the row keeps what she typed"


def test_a_cut_cart_file_is_refused(exported: ShopFolder) -> None:
    exported.cart(*(product(key) for key in KEYS[:6]))
    before = exported.workbook.read_bytes()
    assert exported.run("export") == 5
    assert exported.workbook.read_bytes() == before


def test_gone_products_are_marked_and_stay(exported: ShopFolder) -> None:
    exported.cart(*(product(key, title=f"{key}番のマグカップ 磁器") for key in KEYS[:-1]))
    assert exported.run("export") in (0, 3)
    assert exported.row(KEYS[-1])["cart_status"] == "カートから削除"


def test_an_edit_on_both_sides_keeps_hers_and_shows_the_carts(exported: ShopFolder) -> None:
    exported.type("mug02", title="手で直した名前のマグカップ")
    exported.cart(*(product(key, title=f"{key}番のマグカップ 新デザイン") for key in KEYS))
    exported.run("export")
    row = exported.row("mug02")
    assert row["title"] == "手で直した名前のマグカップ"
    assert "新デザイン" in str(row["cart_changes"])
    assert exported.row("mug03")["title"] == "mug03番のマグカップ 新デザイン"


def test_restore_brings_the_copy_back_but_no_instruction(exported: ShopFolder) -> None:
    exported.fill("mug00")
    exported.run("import", "--yes", "--wait")
    exported.type("mug00", action="停止する（非公開）", memo="古い")
    exported.run("export")
    exported.run("import", "--yes")
    exported.type("mug00", memo="新しい", action="出品する")
    exported.run("import", "--yes", "--wait")
    assert exported.listings()["mug00"]["status"] == "ACTIVATE"
    stamp = next(p.stem.split("_")[-1] for p in exported.folder.glob("*_copies/*.xlsx"))
    assert exported.run("restore", stamp) == 0
    row = exported.row("mug00")
    assert row["memo"] == "古い"
    assert "action" not in row
    exported.run("import", "--yes")
    assert exported.listings()["mug00"]["status"] == "ACTIVATE"


def test_a_workbook_open_elsewhere_gets_its_results_later(exported: ShopFolder) -> None:
    exported.fill("mug00")
    lock = exported.folder / f"~${exported.workbook.name}"
    lock.write_bytes(b"x")
    assert exported.run("import", "--yes", "--wait") == 6
    assert exported.listings()["mug00"]["status"] == "ACTIVATE"
    lock.unlink()
    assert exported.row("mug00")["state"] == "対象外"
    assert exported.run("report") == 0
    assert exported.row("mug00")["state"] == "連携済み"
    assert len(exported.listings()) == 1


def test_a_sku_row_that_vanished_deletes_nothing(shop: ShopFolder) -> None:
    shop.cart(*variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill("sara")
    shop.run("import", "--yes", "--wait")
    key = shop.read().tabs[Tab.SKUS].refs(Tab.SKUS)[1][0].key
    shop.remove(key, Tab.SKUS)
    shop.type("sara", title="名前を変えた丸皿 磁器 白")
    shop.run("import", "--yes", "--wait")
    shop.settle(days=1)
    assert len(shop.listings()["sara"]["skus"]) == 2
    assert shop.listings()["sara"]["title"] == "名前を変えた丸皿 磁器 白"


def test_a_lost_workbook_comes_back_with_what_was_last_seen(exported: ShopFolder) -> None:
    exported.fill("mug00", title="手直しした名前のマグカップ", memo="大切")
    exported.run("import", "--yes", "--wait")
    exported.workbook.unlink()
    assert exported.run("export") == 0
    row = exported.row("mug00")
    assert (row["title"], row["memo"], row["sync"]) == ("手直しした名前のマグカップ", "大切", True)
    exported.run("import", "--yes", "--wait")
    assert set(exported.listings()) == {"mug00"}
    assert exported.row("mug00")["state"] == "連携済み"


def test_a_size_that_the_cart_renames_goes_on_as_the_same_sku(shop: ShopFolder) -> None:
    shop.cart(*variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill("sara")
    shop.type("sara/S", Tab.SKUS, price=2600)
    assert shop.run("import", "--yes", "--wait") == 0
    before = {sku["seller_sku"]: sku["id"] for sku in shop.listings()["sara"]["skus"]}
    lines = variants("sara", {"S": "3", "M": "4"})
    shop.cart(*(line.replace(",サイズ,S,", ",サイズ,小（15cm）,") for line in lines))
    assert shop.run("export") == 0
    assert shop.run("import", "--yes", "--wait") == 0
    skus = {sku["seller_sku"]: sku for sku in shop.listings()["sara"]["skus"]}
    assert {code: sku["id"] for code, sku in skus.items()} == before, "no SKU is made anew: its stock and sales stay"
    assert skus["SARA-S"]["sales_attributes"][0]["value_name"] == "小（15cm）"
    assert skus["SARA-S"]["price"]["sale_price"] == "2600"
    shop.sandbox.control.clear_requests()
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.row("sara")["planned"] == "変更なし"
