"""Categories, what they ask for, brands: over HTTP against the sandbox, asserted on what the shop holds."""

from __future__ import annotations

from typing import Any

import openpyxl
import pytest
from openpyxl.utils import get_column_letter

from sheets_sync.issue import Tab
from sheets_sync.tables import RowRef

from .office import column, edit, needs_libreoffice, resave
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


# -- what is asked, and what is sent


def lines(shop: ShopFolder, key: str) -> dict[str, dict[str, Any]]:
    """The product's rows of 属性 by attribute id."""
    rows = (row.cells for _, row in shop.read().tabs[Tab.ATTRIBUTES].refs(Tab.ATTRIBUTES))
    return {str(row["attribute_id"]): row for row in rows if row["product_key"] == key}


@pytest.mark.parametrize("must_be_empty", [False, True])
def test_a_conditional_attribute_is_asked_for_and_sent_only_under_its_condition(
    shop: ShopFolder, must_be_empty: bool
) -> None:
    shop.sandbox.control.set(conditional_must_be_empty=must_be_empty)
    metal, plated, plating = "100405", "100406", "100407"
    shop.cart(product("kubi", title="真鍮のネックレス 45cm"))
    shop.run("export")
    shop.fill("kubi", category=NECKLACE)
    assert shop.run("check") == 3
    assert plating not in lines(shop, "kubi")
    answer(shop, "kubi", **{f"_{metal}": "真鍮", f"_{plated}": "はい"})
    assert shop.run("check") == 3
    row = lines(shop, "kubi")[plating]
    assert (row["required"], "attribute_missing" in str(row["attribute_errors"])) == ("必須", True)
    options = {a["id"]: a for a in shop.sandbox.dump()["rules"]["versions"]["v1"]["attributes"][NECKLACE]}
    kind = options[plating]["values"][0]["name"]
    answer(shop, "kubi", **{f"_{plating}": kind})
    assert shop.run("import", "--yes", "--wait") == 0
    assert attributes(shop, "kubi") == {metal: ["真鍮"], plated: ["はい"], plating: [kind]}
    # She changes her mind: the answer to the question that is no longer asked stays in the sheet and is not sent.
    no = next(value["name"] for value in options[plated]["values"] if value["name"] != "はい")
    answer(shop, "kubi", **{f"_{plated}": no})
    assert shop.run("import", "--yes", "--wait") == 0
    assert attributes(shop, "kubi") == {metal: ["真鍮"], plated: [no]}
    row = lines(shop, "kubi")[plating]
    assert (row["required"], row["value"]) == ("不要", kind)


def test_several_values_and_own_ones(shop: ShopFolder) -> None:
    shop.cart(product("shirt", title="綿のTシャツ 半袖 白"))
    shop.run("export")
    sizes = {"package_length_cm": 30, "package_width_cm": 20, "package_height_cm": 3}
    shop.fill("shirt", category=SHIRT, **sizes)
    shop.run("check")
    answer(shop, "shirt", **{f"_{MATERIAL}": "コットン\n竹"})
    assert shop.run("import", "--yes", "--wait") == 0
    (material,) = shop.listings()["shirt"]["product_attributes"]
    cotton, bamboo = material["values"]
    assert (cotton["id"], cotton["name"], bamboo["name"]) == ("1001039", "コットン", "竹")


def test_a_category_that_wants_plain_codes(shop: ShopFolder) -> None:
    rules = {"seller_sku": {"is_required": True}, "package_dimension": {"is_required": False}}
    dumped = shop.sandbox.dump()["rules"]
    dumped["versions"]["v1"]["rules"][MUG] |= rules
    shop.sandbox.load(rules=dumped)
    shop.cart(product("ao", sku="A1"))
    shop.run("export")
    shop.fill("ao")
    assert shop.run("import", "--yes") == 3
    assert "sku_code_plain" in str(shop.row("ao")["errors"])
    assert shop.listings() == {}
    shop.type("ao", seller_sku="AO-0001_x")
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.listings()["ao"]["skus"][0]["seller_sku"] == "AO-0001_x"


def test_an_option_that_the_category_requires(shop: ShopFolder) -> None:
    shop.sandbox.control.require_attribute(MUG, "100000")
    shop.cart(*variants("sara", {"S": "3", "M": "4"}))
    shop.run("export")
    shop.fill("sara")
    assert shop.run("import", "--yes") == 3
    assert "カラー" in str(shop.row("sara")["errors"])
    assert "option_required" in str(shop.row("sara")["errors"])
    assert shop.listings() == {}


# -- brands


def test_an_unknown_brand_names_the_closest_ones(mug: ShopFolder) -> None:
    mug.type("ao", brand="青空制作所")
    assert mug.run("check") == 3
    said = str(mug.row("ao")["errors"])
    assert "青空製作所" in said
    assert "{{新規}}青空制作所" in said
    mug.type("ao", brand="青空製作所")
    assert mug.run("import", "--yes", "--wait") == 0
    assert mug.listings()["ao"]["brand"]["name"] == "青空製作所"


def test_brands_that_this_shop_cannot_use_are_not_offered(mug: ShopFolder) -> None:
    mug.type("ao", brand="LUMIERE SANDBOX")
    assert mug.run("check") == 3
    assert "brand_unknown" in str(mug.row("ao")["errors"])


def test_a_new_brand_is_made_once_and_used_by_all_that_name_it(shop: ShopFolder) -> None:
    shop.cart(product("ao"), product("aka"), product("kiro"))
    shop.run("export")
    shop.fill("ao", "aka", brand="{{新規}}わたしの窯")
    shop.fill("kiro", brand="｛｛new｝｝わたしの窯")
    assert shop.run("check") == 0
    assert shop.run("import", "--dry-run") == 0
    assert requests(shop, "create_brand") == 0
    assert shop.run("import", "--yes", "--wait") == 0
    assert requests(shop, "create_brand") == 1
    assert {item["brand"]["name"] for item in shop.listings().values()} == {"わたしの窯"}
    # It is known from now on, by the marker and by its plain name, and nothing has changed.
    shop.type("aka", brand="わたしの窯")
    shop.sandbox.control.clear_requests()
    assert shop.run("import", "--yes") == 0
    assert not requests(shop, "create_brand") + requests(shop, "edit") + requests(shop, "partial_edit")


def test_a_new_brand_that_someone_made_meanwhile_is_taken(mug: ShopFolder) -> None:
    mug.type("ao", brand="{{新規}}わたしの窯")
    mug.run("check")
    other = ShopBrands(mug)
    made = other.make("わたしの窯")
    assert mug.run("import", "--yes", "--wait") == 0
    assert mug.listings()["ao"]["brand"]["id"] == made


@pytest.mark.parametrize(("code", "again"), [(12052191, 0), (12052202, 1)])
def test_a_refused_new_brand_holds_its_products_and_is_not_offered_again(
    shop: ShopFolder, code: int, again: int
) -> None:
    shop.cart(product("ao"), product("aka"))
    shop.run("export")
    shop.fill("ao", brand="{{新規}}わたしの窯")
    shop.fill("aka")
    shop.sandbox.control.fault("error", operation="create_brand", code=code, message="no such brand", count=1)
    assert shop.run("import", "--yes", "--wait") == 3
    assert set(shop.listings()) == {"aka"}
    row = shop.row("ao")
    assert row["state"] == "入力エラー"
    assert "ブランド" in str(row["errors"])
    assert "no such brand" in str(row["errors"])
    before = requests(shop, "create_brand")
    shop.run("import", "--yes", "--wait")
    assert requests(shop, "create_brand") - before == again
    assert ("ao" in shop.listings()) is bool(again)
    shop.type("ao", brand="{{新規}}わたしの窯二号")
    shop.run("import", "--yes", "--wait")
    if not again:
        assert shop.listings()["ao"]["brand"]["name"] == "わたしの窯二号"


def test_a_new_brand_without_an_answer_is_settled_by_the_next_import(mug: ShopFolder) -> None:
    mug.type("ao", brand="{{新規}}わたしの窯")
    mug.sandbox.control.fault("drop", operation="create_brand", after_write=True, count=1)
    assert mug.run("import", "--yes") == 3
    assert "brand_not_made" in str(mug.row("ao")["errors"])
    assert mug.run("import", "--yes", "--wait") == 0
    assert mug.listings()["ao"]["brand"]["name"] == "わたしの窯"


@pytest.mark.parametrize("name", ["窯", "わ" * 31, "窯12345"])
def test_names_that_no_brand_may_have_are_told_before(mug: ShopFolder, name: str) -> None:
    mug.type("ao", brand="{{新規}}" + name)
    assert mug.run("check") == 3
    assert "brand_new_name" in str(mug.row("ao")["errors"])


class ShopBrands:
    """Somebody else's hand on the same shop."""

    def __init__(self, shop: ShopFolder) -> None:
        self._shop = shop

    def make(self, name: str) -> str:
        from sheets_sync.usecases.session import open_session  # noqa: PLC0415

        with open_session(self._shop.settings, "test", locked=False) as session:
            return session.shop.create_brand(name).id


# -- answers that need a person


def test_a_warning_on_an_accepted_call_is_shown_and_needs_a_person(mug: ShopFolder) -> None:
    mug.cart(product("ao", barcode="4901234567894"))
    mug.run("export")
    dumped = mug.sandbox.dump()["rules"]
    mug.type("ao", brand="サンプル工房")
    mug.run("check")
    mug.sandbox.load(rules={"brands": [b for b in dumped["brands"] if b["name"] != "サンプル工房"]})
    assert mug.run("import", "--yes", "--wait") == 3
    row = mug.row("ao")
    assert row["listing"] == "出品中"
    assert "platform_warning" in str(row["errors"])
    assert mug.run("check") == 3, "it goes on asking for a person"


def test_an_unknown_code_is_shown_raw(mug: ShopFolder) -> None:
    mug.sandbox.control.fault("error", operation="create", code=12059998, message="moon is in the wrong house")
    assert mug.run("import", "--yes") == 3
    said = str(mug.row("ao")["errors"])
    assert "moon is in the wrong house" in said
    assert "12059998" in said
    assert mug.row("ao")["state"] == "連携エラー"


# -- drop-downs of values


@needs_libreoffice
def test_each_row_of_the_attributes_offers_what_its_category_takes(shop: ShopFolder) -> None:
    shop.cart(product("shirt", title="綿のTシャツ 半袖 白"), product("kubi", title="真鍮のネックレス 45cm"))
    shop.run("export")
    shop.fill("shirt", category=SHIRT)
    shop.fill("kubi", category=NECKLACE)
    shop.run("check")
    wanted = {
        entry["id"]: [value["name"] for value in entry["values"]]
        for category in (SHIRT, NECKLACE)
        for entry in shop.sandbox.dump()["rules"]["versions"]["v1"]["attributes"][category]
    }
    lists: dict[str, list[str]] = {}

    def ask(book: openpyxl.Workbook) -> None:
        """Put what the drop-down of each row offers beside the row."""
        sheet = book["属性"]
        value, ids = column(sheet, "値"), column(sheet, "項目ID")
        place = f"{get_column_letter(value)}2"
        (rule,) = [rule for rule in sheet.data_validations.dataValidation if place in rule.sqref]
        assert not rule.showErrorMessage, "own values and several lines stay possible"
        cell = f"${get_column_letter(ids)}2"
        assert cell in rule.formula1
        for row in range(2, sheet.max_row + 1):
            formula = rule.formula1.replace(cell, cell.replace("2", str(row)))
            sheet.cell(row, 20).value = f'=IFERROR(ROWS({formula}),"none")'
            for number in range(1, 31):
                sheet.cell(row, 20 + number).value = f'=IFERROR(INDEX({formula},{number})&"","")'

    edit(shop.workbook, ask)
    resave(shop.workbook)
    sheet = openpyxl.load_workbook(shop.workbook, data_only=True)["属性"]
    for cells in sheet.iter_rows(min_row=2):
        attribute = str(cells[column(sheet, "項目ID") - 1].value or "")
        if attribute:
            lists[attribute] = [str(cell.value) for cell in cells[20:50] if cell.value]
            assert cells[19].value in ("none", len(lists[attribute]))
    asked = {key: values for key, values in wanted.items() if key in lists}
    assert {key: values for key, values in lists.items() if key in wanted} == asked
    assert len(lists[MATERIAL]) >= 3
