"""Other programs see the same in our workbooks: openpyxl reads them, LibreOffice reads, calculates and saves them."""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import openpyxl
import pytest
import xlsxwriter

from sheets_sync.issue import Tab
from sheets_sync.messages import text
from sheets_sync.ooxml.refs import letters
from sheets_sync.states import State
from sheets_sync.tables import NewWorkbook, Patch, RowRef
from sheets_sync.workbooks import lists
from sheets_sync.workbooks.colours import ALARM, DEFAULTED, ERROR, MISSING, STATE_INKS, STRUCK, Ink, paints
from sheets_sync.workbooks.excel import ExcelWorkbook
from sheets_sync.workbooks.shown_columns import DATA_TABS, shown_columns
from tests.contracts.workbook_contract import AWKWARD, IDS, LISTS, TEMPLATE, StoppedClock, product
from tests.workbooks import people
from tests.workbooks.office import needs_soffice, saved_by_libreoffice

MOMENT = dt.datetime(2026, 11, 22, 10, 5)
ROWS: dict[Tab, list[dict[str, Any]]] = {
    Tab.PRODUCTS: [
        product(
            "1729382561234567890", sync=True, last_synced_at=MOMENT, added_at=dt.date(2026, 11, 20),
            cart_price=1980, package_weight_g=0.5, errors="商品名: 長すぎます\nブランド: 確認してください",
        ),
        *(product(f"00{i}", title=text, memo=text) for i, text in enumerate(AWKWARD.values())),
    ],
    Tab.SKUS: [{"product_key": "001", "variant_key": "=v1", "option1_value": "3/4", "exclude": True}],
    Tab.ATTRIBUTES: [{"product_key": "001", "attribute_id": "100", "value": "綿\n麻"}],
    Tab.HISTORY: [{"run_id": "r1", "started": MOMENT, "state_synced": 3}],
}  # fmt: skip


def excel(path: Path) -> ExcelWorkbook:
    return ExcelWorkbook(path, TEMPLATE, language="ja", clock=StoppedClock())


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with all kinds of values. Read only: shared by the tests of this module."""
    path = tmp_path_factory.mktemp("made") / "products.xlsx"
    excel(path).create(NewWorkbook(TEMPLATE, "ja", IDS, ROWS, LISTS))
    return path


@pytest.fixture(scope="module")
def saved(made: Path) -> Path:
    """The same, opened and saved by LibreOffice. Read only."""
    return saved_by_libreoffice(made, made.parent / "saved")


def cells(book: ExcelWorkbook) -> dict[Tab, list[dict[str, Any]]]:
    return {tab: [row.cells for row in found.rows] for tab, found in book.read().tabs.items()}


def test_openpyxl_reads_what_was_written(made: Path) -> None:
    book = openpyxl.load_workbook(made)
    for tab, rows in ROWS.items():
        sheet = book[TEMPLATE.tab_name(tab, "ja")]
        keys = [column.key for column in shown_columns(TEMPLATE, tab, False)]
        assert [cell.value for cell in sheet[1]] == [TEMPLATE.column(tab, key).ja for key in keys]
        for number, row in enumerate(rows, start=2):
            for index, key in enumerate(keys):
                cell = sheet.cell(number, index + 1)
                wanted = row.get(key)
                found = cell.value.date() if type(wanted) is dt.date else cell.value
                # openpyxl leaves the escapes of control characters as they stand in the file
                assert found == (wanted.replace("_x000D_", "_x005F_x000D_") if isinstance(wanted, str) else wanted)
                assert cell.data_type != "f"


def test_openpyxl_sees_a_sheet_made_for_work(made: Path) -> None:
    book = openpyxl.load_workbook(made)
    assert book.sheetnames == ["商品", "SKU", "属性", "既定値", "使い方", "実行履歴", "_lists"]
    assert [sheet.sheet_state for sheet in book] == ["visible"] * 6 + ["hidden"]
    sheet = book["商品"]
    assert (sheet.freeze_panes, sheet.page_setup.orientation) == ("E2", "landscape")
    columns = shown_columns(TEMPLATE, Tab.PRODUCTS, False)
    ends = {part for rule in sheet.data_validations.dataValidation for part in str(rule.sqref).split()}
    assert ends == {f"{letters(index)}2:{letters(index)}1048576" for index in range(len(columns))}
    assert len(sheet.conditional_formatting) > 0
    assert all(str(area.sqref).endswith("1048576") for area in sheet.conditional_formatting)
    key = [column.key for column in columns].index("product_key")
    assert (sheet.cell(2, key + 1).number_format, sheet.cell(1, key + 1).fill.fgColor.rgb[-6:]) == ("@", "595959")
    folded = [letters(index) for index, column in enumerate(columns) if column.folded]
    assert folded
    dimensions = sheet.column_dimensions
    hidden = [letter for name in dimensions for letter in _covered(dimensions[name]) if dimensions[name].hidden]
    assert sorted(hidden) == sorted(folded)


def _covered(dimension: Any) -> list[str]:
    return [letters(index - 1) for index in range(dimension.min, dimension.max + 1)]


def test_boxes_to_tick_have_the_mark_that_excel_asks_for(made: Path, tmp_path: Path) -> None:
    copy = tmp_path / "products.xlsx"
    copy.write_bytes(made.read_bytes())
    patch = Patch()
    patch.tab(Tab.PRODUCTS).appends.append(product("new", sync=True))
    excel(copy).write(patch)
    with zipfile.ZipFile(copy) as archive:
        sheet, styles = (archive.read(f"xl/{name}.xml").decode() for name in ("worksheets/sheet1", "styles"))
        assert "xl/featurePropertyBag/featurePropertyBag.xml" in archive.namelist()
    formats = ElementTree.fromstring(styles).find("{*}cellXfs")
    assert formats is not None
    boxes = {number for number, each in enumerate(formats) if b"xfComplement" in ElementTree.tostring(each)}
    flags = re.findall(r'<c r="A(\d+)" s="(\d+)" t="b">', sheet)
    assert [int(number) for number, _ in flags] == list(range(2, len(ROWS[Tab.PRODUCTS]) + 3))
    assert {int(style) for _, style in flags} <= boxes
    assert boxes
    assert not {int(style) for style in re.findall(r'<c r="B\d+" s="(\d+)"', sheet)} & boxes


@needs_soffice
def test_a_workbook_saved_by_libreoffice_says_the_same(made: Path, saved: Path) -> None:
    before, after = excel(made).read(), excel(saved).read()
    assert (after.ids, after.language) == (before.ids, before.language)
    assert cells(excel(saved)) == cells(excel(made))


@needs_soffice
def test_a_workbook_saved_by_libreoffice_works_on(saved: Path, tmp_path: Path) -> None:
    path = tmp_path / "products.xlsx"
    path.write_bytes(saved.read_bytes())
    book = excel(path)
    patch = Patch(lists={"category": ["新しい分類 [1]"]}, add_columns=True)
    patch.tab(Tab.PRODUCTS).set(RowRef("1729382561234567890"), "title", "=新しい名前")
    patch.tab(Tab.PRODUCTS).set(RowRef("001"), "sync", True)
    patch.tab(Tab.PRODUCTS).appends.append(product("new", sync=True, added_at=dt.date(2026, 11, 22)))
    result = book.write(patch)
    assert (result.cells, result.appended, result.vanished) == (2, 1, ())
    wanted = [dict(row) for row in ROWS[Tab.PRODUCTS]]
    wanted[0]["title"], wanted[2]["sync"] = "=新しい名前", True
    assert cells(book)[Tab.PRODUCTS] == [*wanted, product("new", sync=True, added_at=dt.date(2026, 11, 22))]
    again = saved_by_libreoffice(path, tmp_path / "again")
    assert cells(excel(again)) == cells(book)


# ---------------------------------------------------------------- formulas of drop-downs and colours, calculated

GAPS = {"sync": True, "state": "不足項目あり"}
WRONG = {"sync": True, "state": "入力エラー"}
TAKEN = {
    "sync": True,
    "state": "同期待ち",
    "planned": "新規出品\n" + text("plan_defaults", "ja", values="TikTokカテゴリ=服 > シャツ [1], 梱包後の重量(g)=350"),
}
SCENES: list[tuple[Tab, dict[str, Any], str, Ink | None]] = [
    (Tab.PRODUCTS, {"sync": True, "state": "対象外"}, "category", MISSING),
    (Tab.PRODUCTS, {"sync": True, "state": "対象外", "category": "服 [1]"}, "category", None),
    (Tab.PRODUCTS, {"sync": False, "state": "対象外"}, "category", None),
    (Tab.PRODUCTS, GAPS | {"errors": "ブランド: 空欄です"}, "category", None),
    (Tab.PRODUCTS, GAPS | {"errors": "商品名: x\nブランド: 空欄です"}, "brand", MISSING),
    (Tab.PRODUCTS, GAPS | {"errors": "ブランド: 空欄です", "brand": "今"}, "brand", None),
    (Tab.PRODUCTS, WRONG | {"errors": "画像12: だめ"}, "image_1", None),
    (Tab.PRODUCTS, WRONG | {"errors": "画像1: だめ", "image_1": "x"}, "image_1", ERROR),
    (Tab.PRODUCTS, {"state": "審査NG", "review_reasons": "商品名: 誇大", "title": "世界一"}, "title", ERROR),
    (Tab.PRODUCTS, {"state": "連携済み", "errors": "【警告】商品名: 長め", "title": "x"}, "title", None),
    (Tab.PRODUCTS, {"state": "審査NG"}, "state", STATE_INKS[State.REVIEW_FAILED]),
    (Tab.PRODUCTS, {"sync": False, "listing": "出品中", "planned": "TikTokでは販売継続"}, "planned", ALARM),
    (Tab.PRODUCTS, {"sync": False, "listing": "出品中"}, "listing", ALARM),
    (Tab.PRODUCTS, {"sync": True, "listing": "出品中", "planned": "変更なし"}, "planned", None),
    (Tab.PRODUCTS, TAKEN, "package_weight_g", DEFAULTED),
    (Tab.PRODUCTS, TAKEN, "category", DEFAULTED),
    (Tab.PRODUCTS, TAKEN | {"category": "服 [1]"}, "category", None),
    (Tab.PRODUCTS, TAKEN, "brand", None),
    (Tab.SKUS, {"exclude": True}, "seller_sku", STRUCK),
    (Tab.SKUS, {"sku_errors": "商品識別コード: だめ", "barcode": "49"}, "barcode", ERROR),
    (Tab.ATTRIBUTES, {"required": "必須"}, "value", MISSING),
    (Tab.ATTRIBUTES, {"required": "任意"}, "value", None),
]  # fmt: skip


@needs_soffice
def test_colours_follow_the_values(tmp_path: Path) -> None:
    path = tmp_path / "scenes.xlsx"
    with xlsxwriter.Workbook(path) as book:
        for number, (tab, row, key, _) in enumerate(SCENES):
            columns = shown_columns(TEMPLATE, tab, False)
            sheet = book.add_worksheet(f"s{number}")
            for index, column in enumerate(columns):
                sheet.write(0, index, column.ja)
                sheet.write(1, index, row.get(column.key))
            place = [column.key for column in columns].index(key)
            for line, paint in enumerate(paints(TEMPLATE, tab, columns, "ja")):
                if place in paint.columns:
                    sheet.write_formula(line + 4, 0, moved(paint.formula, paint.columns[0], place), None, "")
    calculated = saved_by_libreoffice(path, tmp_path / "calculated")
    for number, (tab, _, key, wanted) in enumerate(SCENES):
        rules = list(paints(TEMPLATE, tab, shown_columns(TEMPLATE, tab, False), "ja"))
        holding = [rules[i].ink for i, row in enumerate(people.grid(calculated, f"s{number}")[4:]) if row[0] is True]
        assert (holding or [None])[0] == wanted, (SCENES[number], key)


def moved(formula: str, first: int, place: int) -> str:
    """The formula as it is for another column of the rule: references without $ move along."""
    return re.sub(rf"(?<![A-Z$]){letters(first)}(?=\$?[12]\b)", letters(place), formula)


@needs_soffice
@pytest.mark.parametrize("contents", [LISTS, {}, {"category": [f"分類 [{i}]" for i in range(3000)], "brand": ["甲"]}])
def test_drop_downs_reach_exactly_their_entries(tmp_path: Path, contents: Mapping[str, list[str]]) -> None:
    path = tmp_path / "lists.xlsx"
    columns = lists.first_contents(TEMPLATE, "ja", IDS, contents)
    with xlsxwriter.Workbook(path) as book:
        sheet, entries = book.add_worksheet("商品"), book.add_worksheet("_lists")
        for number, row in enumerate(lists.rows_of(columns)):
            entries.write_row(number, 0, [entry or None for entry in row])
        sheet.write_string(0, 4, "100")
        formulas = [lists.growing_range(TEMPLATE, name, "_lists") for name in lists.GROWING]
        formulas += [lists.choice_range(TEMPLATE, "action", "_lists"), lists.values_range("$E1", "_lists")]
        for number, formula in enumerate(formulas):
            sheet.write_formula(number, 0, f"=ROWS({formula[1:]})", None, "")
            sheet.write_formula(number, 1, f"=INDEX({formula[1:]},ROWS({formula[1:]}))", None, "")
    found = [row[:2] for row in people.grid(saved_by_libreoffice(path, tmp_path / "calculated"), "商品")]
    for (rows, last), name in zip(found, lists.GROWING, strict=False):
        given = contents.get(name, [])
        assert (rows, last or None) == ((len(given), given[-1]) if given else (1, last or None))
    assert found[2] == [4, "TikTokから削除する"]
    if "values:100" in contents:
        assert found[3] == [2, "麻"]


def test_every_formula_and_text_fits_the_limits_of_the_format(made: Path) -> None:
    for sheet in openpyxl.load_workbook(made):
        for rule in sheet.data_validations.dataValidation:
            assert len(rule.formula1 or "") <= 255
            assert max(len(rule.promptTitle or ""), len(rule.errorTitle or "")) <= 32
            assert max(len(rule.prompt or ""), len(rule.error or "")) <= 255
    assert set(ROWS) <= set(DATA_TABS)
