"""The workbook after other programs and other people had it: what still works, and what is said when it cannot."""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from openpyxl.styles import PatternFill

from sheets_sync.cli.main import run
from sheets_sync.issue import Tab

from . import office
from .shop_folder import ShopFolder, product, variants

Change = Callable[[openpyxl.Workbook], None]


@pytest.fixture
def ready(shop: ShopFolder) -> ShopFolder:
    """Three products that wait to be sent."""
    shop.cart(product("ao"), product("aka"), *variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill("ao", "aka", "sara")
    assert shop.run("check") == 0
    return shop


def renamed(old: str, new: str) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book["商品"].cell(1, office.column(book["商品"], old)).value = new

    return change


def without_column(heading: str) -> Change:
    return lambda book: book["商品"].delete_cols(office.column(book["商品"], heading))


def without_tab(name: str) -> Change:
    return lambda book: book.remove(book[name])


@office.needs_libreoffice
def test_libreoffice_may_save_it_at_every_stage(shop: ShopFolder) -> None:
    shop.cart(product("ao"), *variants("sara", {"S": "3", "M": "4"}), product("tee", title="綿のTシャツ 半袖 白"))
    shop.run("export")
    office.resave(shop.workbook)
    shop.fill("ao", "sara", title="手直しした磁器のうつわ")
    shop.fill("tee", category="601226", package_length_cm=30, package_width_cm=20, package_height_cm=3)
    office.resave(shop.workbook)
    assert shop.run("export") == 0
    assert shop.run("check") == 3
    shop.type("tee/100397", Tab.ATTRIBUTES, value="コットン")
    office.resave(shop.workbook)
    assert shop.run("import", "--yes", "--wait") == 0
    office.resave(shop.workbook)
    assert shop.run("review") == 0
    assert shop.run("export") == 0
    shop.sandbox.control.clear_requests()
    assert shop.run("import", "--yes") == 0
    assert {r["method"] for r in shop.sandbox.control.requests} <= {"GET", "POST"}
    assert not {"create", "edit", "partial_edit", "prices"} & {r["operation"] for r in shop.sandbox.control.requests}
    assert shop.row("ao")["title"] == "手直しした磁器のうつわ"
    assert {key: shop.row(key)["state"] for key in ("ao", "sara", "tee")} == dict.fromkeys(
        ("ao", "sara", "tee"), "連携済み"
    )
    assert len(shop.listings()["sara"]["skus"]) == 2


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (renamed("商品名", "商品名称"), ("商品名称", "商品名")),
        (renamed("TikTok価格(別価格の時だけ)", "売価"), ("売価", "TikTok価格(別価格の時だけ)")),
        (renamed("TikTok価格(別価格の時だけ)", "TikTok価格"), ("『TikTok価格』", "TikTok価格(別価格の時だけ)")),
        (renamed("連携対象", "連携"), ("連携対象",)),
        (renamed("メモ", "商品名"), ("商品名", "2つ以上")),
        (without_column("カート商品ID"), ("カート商品ID",)),
        (without_tab("商品"), ("商品", "restore")),
        (without_tab("属性"), ("属性", "restore")),
    ],
)
def test_a_structure_that_cannot_be_read_is_told_and_nothing_is_sent(
    ready: ShopFolder, capsys: pytest.CaptureFixture[str], change: Change, said: tuple[str, ...]
) -> None:
    office.edit(ready.workbook, change)
    before = ready.workbook.read_bytes()
    for command in (("check",), ("export",), ("import", "--yes")):
        capsys.readouterr()
        assert ready.run(*command) == 2
        words = capsys.readouterr().err
        assert all(part in words for part in said), words
    assert ready.workbook.read_bytes() == before
    assert ready.listings() == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Excel"),
        ("商品名,価格\nマグ,1200\n".encode("cp932"), "CSV"),
        (bytes.fromhex("D0CF11E0A1B11AE1") + bytes(2000), "xls"),
        (b"<html><body>sign in</body></html>", "Excel"),
    ],
)
def test_another_file_in_its_place_is_told(
    ready: ShopFolder, capsys: pytest.CaptureFixture[str], content: bytes, said: str
) -> None:
    ready.workbook.write_bytes(content)
    for command in (("check",), ("export",), ("import", "--yes")):
        capsys.readouterr()
        assert ready.run(*command) == 2
        words = capsys.readouterr().err
        assert ready.workbook.name in words
        assert said in words
    assert ready.workbook.read_bytes() == content
    assert ready.listings() == {}


@pytest.mark.parametrize("name", ["tiktok_products.xls", "tiktok_products.csv", "tiktok_products.xlsm"])
def test_no_workbook_is_made_under_a_name_that_excel_would_not_open(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    settings = shop.folder / "sheets_sync.toml"
    settings.write_text(settings.read_text("utf-8") + f'[workbook]\npath = "{name}"\n', "utf-8")
    shop.cart(product("ao"))
    assert shop.run("export") == 2
    assert ".xlsx" in capsys.readouterr().err
    assert not (shop.folder / name).exists()


def test_a_deleted_optional_column_comes_back_with_the_next_export(ready: ShopFolder) -> None:
    office.edit(ready.workbook, without_column("メモ"))
    assert ready.run("check") == 0
    assert ready.run("export") == 0
    sheet = openpyxl.load_workbook(ready.workbook)["商品"]
    assert sheet.cell(1, sheet.max_column).value == "メモ"
    ready.type("ao", memo="戻った")
    assert ready.run("import", "--yes", "--wait") == 0
    assert ready.row("ao")["memo"] == "戻った"


def test_a_lost_column_of_hers_is_told_before_it_changes_what_is_sent(
    ready: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    """Without its column an override counts as blank: the cart's price would go out, and nobody would know why."""
    heading = "TikTok価格(別価格の時だけ)"
    ready.type("ao", price=1300)
    assert ready.run("import", "--yes", "--wait") == 0
    office.edit(ready.workbook, without_column(heading))
    capsys.readouterr()
    assert ready.run("plan") == 3
    assert f"列「{heading}」がない" in capsys.readouterr().out
    code, told = ready.json(capsys, "check")
    assert (code, [(i["tab"], i["code"]) for i in told["issues"]]) == (3, [("products", "columns_absent")])
    assert run(["import", "--dry-run", "--config", str(ready.folder / "sheets_sync.toml")]) == 3
    assert f"列「{heading}」がない" in capsys.readouterr().err, "on the screen before the question"
    capsys.readouterr()
    assert ready.run("export") == 0
    assert f"列「{heading}」を、タブの右端に戻しました" in capsys.readouterr().out
    assert ready.row("ao")["price"] == 1300
    assert ready.run("import", "--yes", "--wait") == 0
    assert ready.listings()["ao"]["skus"][0]["price"]["sale_price"] == "1300"


def test_her_own_columns_sheets_and_colours_stay_as_they_are(ready: ShopFolder) -> None:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book["商品"]
        own = sheet.max_column + 1
        sheet.cell(1, own, "粗利")
        price = sheet.cell(1, office.column(sheet, "カート価格(税込)")).column_letter
        for row in range(2, sheet.max_row + 1):
            sheet.cell(row, own, f"={price}{row}*0.4").fill = PatternFill("solid", fgColor="FF00FF00")
        sheet.row_dimensions[3].hidden = True
        book.create_sheet("仕入先")["A1"] = "=SUM(商品!A:A)"

    office.edit(ready.workbook, change)
    with zipfile.ZipFile(ready.workbook) as package:
        mine = {name: package.read(name) for name in package.namelist() if name.endswith(("sheet8.xml", "styles.xml"))}
    ready.cart(product("ao", price="1500"), product("aka"), *variants("sara", {"S": "3", "M": "4"}), product("shin"))
    ready.run("export")
    ready.run("import", "--yes", "--wait")
    assert set(ready.listings()) == {"ao", "aka", "sara"}, "a hidden row counts like any other"
    with zipfile.ZipFile(ready.workbook) as package:
        assert {name: package.read(name) for name in mine} == mine
    sheet = openpyxl.load_workbook(ready.workbook)["商品"]
    own = office.column(sheet, "粗利")
    price = sheet.cell(1, office.column(sheet, "カート価格(税込)")).column_letter
    assert [sheet.cell(row, own).value for row in (2, 3, 4)] == [f"={price}{row}*0.4" for row in (2, 3, 4)]
    assert sheet.cell(2, own).fill.fgColor.rgb == "FF00FF00"
    assert sheet.row_dimensions[3].hidden


def test_a_lost_workbook_is_made_again_with_her_edits(ready: ShopFolder) -> None:
    ready.type("ao", title="手直しした青いマグカップ", memo="大切")
    ready.run("import", "--yes", "--wait")
    ready.workbook.unlink()
    assert ready.run("check") == 2
    assert ready.run("export") == 0
    assert ready.run("import", "--yes") == 0
    row = ready.row("ao")
    assert (row["title"], row["memo"], row["state"]) == ("手直しした青いマグカップ", "大切", "連携済み")
    assert len(ready.listings()) == 3


def test_a_workbook_of_another_cart_or_shop_is_refused(ready: ShopFolder, tmp_path: Path) -> None:
    ready.run("import", "--yes", "--wait")
    settings = ready.folder / "sheets_sync.toml"
    original = settings.read_text("utf-8")
    settings.write_text(f"{original}[cart]\nid = 'second'\n", "utf-8")
    assert [ready.run(*command) for command in (("check",), ("export",), ("import", "--yes"))] == [5, 5, 5]
    settings.write_text(original, "utf-8")
    other = ready.sandbox.control.add_shop("別のお店")
    env = ready.folder / ".env"
    env.write_text(env.read_text("utf-8").replace(ready.sandbox.shop_cipher, other["cipher"]), "utf-8")
    assert ready.run("import", "--yes") == 5
    assert len(ready.listings()) == 3
