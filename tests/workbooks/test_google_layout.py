"""What a new Google Sheet wears, how few calls it takes, and what its cells hold."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.issue import Tab
from sheets_sync.tables import CellError, NewWorkbook, Patch, RowRef
from sheets_sync.template import Kind
from sheets_sync.workbooks.google import dress, flush, making, notes, reading, writing
from sheets_sync.workbooks.google.columns import sheet_columns
from tests.contracts.workbook_contract import AWKWARD, IDS, LISTS, TEMPLATE, product
from tests.google_double.clients import gspread_client
from tests.workbooks.google_people import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        yield desk


def made(desk: Desk, count: int = 3, **more: Any) -> Any:
    rows = {
        Tab.PRODUCTS: [product(f"p{n}", image_1=f"https://example.com/{n}.jpg") for n in range(1, count + 1)],
        Tab.SKUS: [{"product_key": "p1", "variant_key": f"v{n}"} for n in range(1, count + 1)],
        Tab.ATTRIBUTES: [
            {"product_key": "p1", "attribute_id": "100", "attribute": "素材"},
            {"product_key": "p1", "attribute_id": "999", "attribute": "色"},
        ],
    }
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, rows, LISTS, **more))
    return desk.file.tab("商品")


def place(desk: Desk, heading: str, sheet: str = "商品") -> int:
    return int(desk.person.column_of(sheet, heading))


# ---------------------------------------------------------------- calls


@pytest.mark.parametrize(("rows", "most"), [(10, 2), (1_000, 2), (5_000, 2), (5_001, 3), (20_000, 5)])
def test_calls_grow_with_payload_and_not_with_rows(desk: Desk, rows: int, most: int) -> None:
    desk.google.keep_bodies = False
    skus = ({"product_key": "p", "variant_key": f"v{n}", "seller_sku": f"S{n}"} for n in range(rows))
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.SKUS: skus}, LISTS))
    assert len(desk.google.calls("write")) <= most
    assert max(call.size for call in desk.google.calls("write")) < 10_000_000
    desk.google.clear_log()
    found = desk.book.read().tabs[Tab.SKUS].rows
    assert [row.cells["variant_key"] for row in found] == [f"v{n}" for n in range(rows)]
    assert len(desk.google.calls("read")) == 2


@pytest.mark.parametrize("rows", [100, 1_000, 20_000])
def test_results_take_one_look_and_one_write(desk: Desk, rows: int) -> None:
    desk.google.keep_bodies = False
    skus = ({"product_key": "p", "variant_key": f"v{n}"} for n in range(rows))
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.SKUS: skus}, LISTS))
    refs = [ref for ref, _ in desk.book.read().tabs[Tab.SKUS].refs(Tab.SKUS)]
    desk.google.clear_log()
    patch = Patch()
    for number, ref in enumerate(refs):
        patch.tab(Tab.SKUS).set(ref, "effective_stock", number)
        patch.tab(Tab.SKUS).set(ref, "sku_errors", f"エラー{ref.key}")
    assert desk.book.write(patch).cells == 2 * rows
    assert len(desk.google.calls("write")) <= 2
    assert len(desk.google.calls("read")) <= 4
    cells = [row.cells for row in desk.book.read().tabs[Tab.SKUS].rows]
    assert all(row["sku_errors"] == f"エラー{row['variant_key']}" for row in cells)


def test_a_write_without_effect_sends_nothing(desk: Desk) -> None:
    made(desk)
    desk.book.read()
    desk.google.clear_log()
    gone = Patch(ids=IDS)
    gone.tab(Tab.PRODUCTS).set(RowRef("gone"), "title", "x")
    gone.tab(Tab.PRODUCTS).set(RowRef("p1"), "title", "商品p1")
    assert desk.book.write(gone).vanished == ((Tab.PRODUCTS, "gone"),)
    assert desk.book.write(Patch(add_columns=True)).cells == 0
    assert desk.google.calls("write") == []


def test_large_tabs_are_read_in_pieces_that_fit_together(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made(desk, 40)
    whole = desk.book.read()
    monkeypatch.setattr(reading, "AT_ONCE", 700)
    desk.google.clear_log()
    assert desk.book.read().tabs == whole.tabs
    calls = len(desk.google.calls("read"))
    desk.google.between(calls - 2, lambda: desk.person.sort("商品", place(desk, "カート商品ID"), descending=True))
    rows = desk.book.read().tabs[Tab.PRODUCTS].rows
    assert sorted(row.key(Tab.PRODUCTS) for row in rows) == sorted(f"p{n}" for n in range(1, 41))


# ---------------------------------------------------------------- limits


@pytest.mark.parametrize("most", [5_000, 100_000, 120_300])
def test_a_spreadsheet_without_room_is_told_before_anything_is_sent(
    desk: Desk, most: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_CELLS", most)
    monkeypatch.setattr(making, "MOST_ROWS", 100)  # many calls
    with pytest.raises(UsageError, match="google_too_many_cells"):
        made(desk, 1_200)
    assert desk.google.calls("write") == []


def test_rows_that_do_not_all_fit_are_told_before_any_is_written(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    made(desk)
    desk.book.read()
    desk.google.clear_log()
    width = len(desk.grid("商品")[0])
    monkeypatch.setattr(writing, "MOST_CELLS", desk.spreadsheets().open(desk.file.id).about().cells + 25 * width)
    monkeypatch.setattr(writing, "Room", lambda _: flush.Room(rows=10))  # a call has room, all together have not
    before = desk.grid("商品")
    patch = Patch()
    patch.tab(Tab.PRODUCTS).appends += [product(f"n{n}") for n in range(26)]
    with pytest.raises(UsageError, match="google_too_many_cells"):
        desk.book.write(patch)
    assert desk.google.calls("write") == []
    assert desk.grid("商品") == before
    patch.tab(Tab.PRODUCTS).appends.pop()
    desk.book.write(patch)
    assert len(desk.grid("商品")) == len(before) + 25


def test_a_text_too_long_in_a_late_row_is_told_before_anything_is_sent(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(making, "MOST_ROWS", 10)
    rows = [product(f"p{n}", description="長" * (50_001 if n == 55 else 5)) for n in range(60)]
    with pytest.raises(UsageError) as told:
        desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: rows}, LISTS))
    assert (told.value.code, told.value.params["row"], told.value.params["length"]) == (
        "google_text_too_long", "p55", "50,001",
    )  # fmt: skip
    assert desk.google.calls("write") == []
    rows[55] = product("p55", description="長" * 50_000)
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: rows}, LISTS))
    assert desk.book.read().tabs[Tab.PRODUCTS].rows[55].cells["description"] == "長" * 50_000


def test_a_result_too_long_for_a_cell_is_cut(desk: Desk) -> None:
    made(desk)
    patch = Patch()
    patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "errors", "あ" * 60_000)
    desk.book.write(patch)
    assert desk.book.read().tabs[Tab.PRODUCTS].rows[0].cells["errors"] == "あ" * 49_999 + "…"


# ---------------------------------------------------------------- cells


def test_nothing_becomes_a_formula(desk: Desk) -> None:
    rows = [product(f"k{n}", title=text, memo=text) for n, text in enumerate(AWKWARD.values())]
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: rows}, LISTS))
    patch = Patch()
    for number, words in enumerate(AWKWARD.values()):
        patch.tab(Tab.PRODUCTS).set(RowRef(f"k{number}"), "errors", words)
    desk.book.write(patch)
    title, errors = place(desk, "商品名"), place(desk, "エラー")
    tab = desk.file.tab("商品")
    for number, words in enumerate(AWKWARD.values(), start=2):
        assert (tab.cell(number, title).value, tab.cell(number, errors).value) == (words, words)


def test_error_cells_are_told_apart_from_texts(desk: Desk) -> None:
    made(desk)
    desk.person.edit("商品", 2, place(desk, "候補カテゴリ"), "=NA()")
    cells = desk.book.read().tabs[Tab.PRODUCTS].rows[0].cells
    assert isinstance(cells["suggested_category"], CellError)


def test_dates_are_dates_and_codes_stay_texts_when_she_types(desk: Desk) -> None:
    made(desk)
    desk.person.edit("商品", 2, place(desk, "公開予約日時"), "2026-12-24 18:30")
    desk.person.edit("商品", 2, place(desk, "追加日"), "2026-12-24")
    for heading in ("SKU管理番号", "商品識別コード", "商品名"):
        desk.person.edit("商品", 2, place(desk, heading), "0012")
    cells = desk.book.read().tabs[Tab.PRODUCTS].rows[0].cells
    assert cells["scheduled_at"] == dt.datetime(2026, 12, 24, 18, 30)
    assert cells["added_at"] == dt.date(2026, 12, 24)
    assert {cells[key] for key in ("seller_sku", "barcode", "title")} == {"0012"}


# ---------------------------------------------------------------- looks


def test_boxes_stand_in_rows_with_products_only(desk: Desk) -> None:
    tab = made(desk)
    kinds = [tab.cell(row, 1).validation.get("condition", {}).get("type") for row in (1, 2, 4, 5)]
    assert kinds == [None, "BOOLEAN", "BOOLEAN", None]
    patch = Patch()
    patch.tab(Tab.PRODUCTS).appends.append(product("p4"))
    desk.book.write(patch)
    assert tab.cell(5, 1).validation["condition"]["type"] == "BOOLEAN"
    assert tab.cell(6, 1).validation == {}
    exclude = place(desk, "このSKUを除外", "SKU")
    assert desk.file.tab("SKU").cell(2, exclude).validation["condition"]["type"] == "BOOLEAN"


def test_drop_downs_come_from_ranges_and_refuse_only_where_the_list_is_closed(desk: Desk) -> None:
    tab = made(desk)
    for heading, strict in (("出品指示", True), ("コード種別", True), ("TikTokカテゴリ", False), ("ブランド", False)):
        rule = tab.cell(3, place(desk, heading)).validation
        assert rule["condition"]["type"] == "ONE_OF_RANGE"
        assert rule["condition"]["values"][0]["userEnteredValue"].startswith("=_lists!$")
        assert (bool(rule.get("strict")), rule["showCustomUi"]) == (strict, True)
    assert tab.cell(3, place(desk, "状態")).validation == {}
    weight = tab.cell(3, place(desk, "梱包後の重量(g)")).validation
    assert weight["condition"]["type"].startswith("NUMBER_")


def test_each_attribute_offers_its_own_values(desk: Desk) -> None:
    made(desk)
    value, lists = place(desk, "値", "属性"), desk.grid("_lists")[0]
    tab = desk.file.tab("属性")
    column = "ABCDEFGHIJKLMNOP"[lists.index("values:100")]
    source = tab.cell(2, value).validation["condition"]["values"][0]["userEnteredValue"]
    assert source == f"=_lists!${column}$2:${column}"
    assert tab.cell(3, value).validation == {}
    patch = Patch(lists={"values:200": ["S", "M"]})
    patch.tab(Tab.ATTRIBUTES).appends.append({"product_key": "p2", "attribute_id": "200", "attribute": "サイズ"})
    desk.book.write(patch)
    assert tab.cell(4, value).validation["condition"]["type"] == "ONE_OF_RANGE"


@pytest.mark.parametrize("moving", [False, True])
def test_rows_that_are_there_offer_values_that_become_known_later(desk: Desk, moving: bool) -> None:
    made(desk)
    value, tab = place(desk, "値", "属性"), desk.file.tab("属性")
    desk.book.read()
    if moving:
        desk.google.between(lambda call: call.cost == "write", lambda: desk.person.insert_rows("属性", 2))
    desk.book.write(Patch(lists={"values:999": ["赤", "青"]}))
    kinds = [tab.cell(row, value).validation.get("condition", {}).get("values") for row in range(2, 5)]
    lists = "ABCDEFGHIJKLMNOP"[desk.grid("_lists")[0].index("values:999")]
    assert kinds[1 + moving][0]["userEnteredValue"] == f"=_lists!${lists}$2:${lists}"
    desk.google.clear_log()
    desk.book.read()
    desk.book.write(Patch(lists={"values:999": ["赤", "青"]}))
    assert desk.google.calls("write") == []


def test_formats_and_rules_reach_rows_that_a_filter_hides_and_the_sheets_end(desk: Desk) -> None:
    tab = made(desk)
    action, sku = place(desk, "出品指示"), place(desk, "SKU管理番号")
    desk.person.filter_by_values("商品", place(desk, "カート商品ID"), ["p2", "p3"])
    patch = Patch()
    patch.tab(Tab.PRODUCTS).appends += [product("p4"), product("p5")]
    patch.tab(Tab.PRODUCTS).set(RowRef("p2"), "errors", "見えない行")
    desk.book.write(patch)
    last = tab.sheet.grid.row_count
    for row in (2, 3, 4, 5, 6, last):
        assert tab.cell(row, action).validation["condition"]["type"] == "ONE_OF_RANGE", row
        assert tab.cell(row, sku).format["numberFormat"]["type"] == "TEXT", row
    assert tab.cell(3, place(desk, "エラー")).value == "見えない行"


def test_rules_of_columns_that_come_back_reach_rows_that_a_filter_hides(desk: Desk) -> None:
    tab = made(desk)
    desk.person.delete_column("商品", place(desk, "出品指示"))
    desk.person.filter_by_values("商品", place(desk, "カート商品ID"), ["p1", "p2"])
    assert tab.hidden_rows()
    desk.book.write(Patch(add_columns=True))
    for row in (2, 3, 4):
        assert tab.cell(row, place(desk, "出品指示")).validation["condition"]["type"] == "ONE_OF_RANGE", row


def test_every_column_has_the_format_of_its_kind(desk: Desk) -> None:
    tab = made(desk)
    kinds = {Kind.ID: "TEXT", Kind.DATE: "DATE", Kind.DATETIME: "DATE_TIME"}
    kinds |= {Kind.INTEGER: "NUMBER", Kind.MONEY: "NUMBER"}
    for number, column in enumerate(sheet_columns(TEMPLATE, Tab.PRODUCTS, False), start=1):
        if column.kind in kinds:
            assert tab.cell(2, number).format["numberFormat"]["type"] == kinds[column.kind], column.key
        assert tab.cell(1, number).value == column.ja
        assert bool(tab.cell(1, number).note) == bool(column.help_ja)


def test_the_sheet_is_frozen_filtered_folded_and_coloured(desk: Desk) -> None:
    sheet = made(desk).sheet
    properties = gspread_client(desk.google).open_by_key(desk.file.id).fetch_sheet_metadata()["sheets"]
    found = {entry["properties"]["title"]: entry for entry in properties}
    products = found["商品"]
    grid = products["properties"]["gridProperties"]
    assert (grid["frozenRowCount"], grid["frozenColumnCount"]) == (1, place(desk, "カート商品名"))
    assert products["basicFilter"]["range"].get("startRowIndex", 0) == 0
    assert products["columnGroups"]
    assert len(products["conditionalFormats"]) >= 12
    assert found["_lists"]["properties"]["hidden"] is True
    assert "protectedRanges" not in products
    assert sheet.grid.column_count == len(sheet_columns(TEMPLATE, Tab.PRODUCTS, False))
    assert any("実行中も編集" in str(cell) for row in desk.grid("使い方") for cell in row)


def test_protection_is_there_for_those_who_ask(tmp_path: Path) -> None:
    with Desk(tmp_path, protect=True) as desk:
        made(desk)
        book = gspread_client(desk.google).open_by_key(desk.file.id)
        products = book.fetch_sheet_metadata()["sheets"][0]
        assert products["protectedRanges"][0]["unprotectedRanges"]
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "title", "新")
        assert desk.book.write(patch).cells == 1


def test_previews_show_the_picture_of_their_own_row(desk: Desk) -> None:
    tab = made(desk)
    preview, picture = place(desk, "画像プレビュー"), place(desk, "画像1")
    assert picture == preview + 1
    patch = Patch()
    patch.tab(Tab.PRODUCTS).appends.append(product("p4", image_1="https://example.com/4.jpg"))
    desk.book.write(patch)
    desk.person.sort("商品", place(desk, "カート商品ID"), descending=True)
    assert picture == 25  # column Y
    for row in range(2, 6):
        assert tab.cell(row, preview).value.text == '=IFERROR(IMAGE(INDEX(Y:Y;ROW()));"")'


def test_columns_that_come_back_are_dressed(desk: Desk) -> None:
    tab = made(desk)
    desk.person.delete_column("商品", place(desk, "出品指示"))
    desk.person.delete_column("商品", place(desk, "画像プレビュー"))
    desk.book.write(Patch(add_columns=True))
    action = place(desk, "出品指示")
    assert action == len(desk.grid("商品")[0])
    assert tab.cell(4, action).validation["condition"]["type"] == "ONE_OF_RANGE"
    assert "画像プレビュー" not in desk.grid("商品")[0]


@pytest.mark.parametrize("small", [writing.SMALL, 10])
def test_cells_that_an_error_speaks_of_carry_it_as_a_note(
    desk: Desk, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SMALL", small)
    tab = made(desk)
    title, brand, sku = (place(desk, heading) for heading in ("商品名", "ブランド", "SKU管理番号"))
    desk.person.note("商品", 2, sku, "私のメモ")
    lines = "商品名: 長すぎます\nブランド: 見つかりません\nSKU管理番号: 重複しています\n【警告】価格が変わりました"
    told(desk, p1=lines)
    noted = {column: tab.cell(2, column).note for column in (title, brand, sku)}
    assert noted == {title: "⚠ 商品名: 長すぎます", brand: "⚠ ブランド: 見つかりません", sku: "私のメモ"}
    desk.person.sort("商品", place(desk, "カート商品ID"), descending=True)
    for words, expected in (("商品名: 空です", "⚠ 商品名: 空です"), (None, "")):
        told(desk, p1=words)
        assert [tab.cell(row, title).note for row in (2, 3, 4)] == ["", "", expected]
    assert {tab.cell(row, brand).note for row in (2, 3, 4)} == {""}
    assert tab.cell(1, title).note, "headings keep their explanations"
    assert tab.cell(4, title).value == "商品p1"


def told(desk: Desk, **errors: str | None) -> None:
    """A run that reads and then says these errors."""
    desk.book.read()
    patch = Patch()
    for key, words in errors.items():
        patch.tab(Tab.PRODUCTS).set(RowRef(key), "errors", words)
    desk.book.write(patch)


@pytest.mark.parametrize("small", [writing.SMALL, 10])
def test_notes_stand_on_their_cells_although_rows_move_while_they_are_written(
    desk: Desk, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SMALL", small)
    tab = made(desk)
    title = place(desk, "商品名")
    writes = iter(range(100))
    desk.google.between(
        lambda call: call.cost == "write" and next(writes) == 1,
        lambda: desk.person.sort("商品", place(desk, "カート商品ID"), descending=True),
    )
    told(desk, p1="商品名: 一", p3="商品名: 三")
    assert [tab.cell(row, title).note for row in (2, 3, 4)] == ["⚠ 商品名: 三", "", "⚠ 商品名: 一"]


@pytest.mark.parametrize("small", [writing.SMALL, 10])
def test_more_notes_than_a_call_carries_come_in_several_and_no_endless_number(
    desk: Desk, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SMALL", small)
    monkeypatch.setattr(notes, "AT_ONCE", 1)
    rows = [product(f"p{n}") for n in range(8)]
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: rows}, LISTS))
    tab, title = desk.file.tab("商品"), place(desk, "商品名")
    told(desk, **{f"p{n}": "商品名: 長すぎます" for n in range(8)})
    assert sum(bool(tab.cell(row, title).note) for row in range(2, 10)) == 4
    told(desk, p0="商品名: 短すぎます")
    assert tab.cell(2, title).note == "⚠ 商品名: 短すぎます"
    assert sum(bool(tab.cell(row, title).note) for row in range(2, 10)) == 7
    told(desk, p0="商品名: 短すぎます")
    assert sum(bool(tab.cell(row, title).note) for row in range(2, 10)) == 8
    desk.google.clear_log()
    told(desk, p0="商品名: 短すぎます")
    assert desk.google.calls("write") == []


# ---------------------------------------------------------------- copies


def test_a_copy_brings_back_deleted_tabs_formulas_and_columns_in_their_order(desk: Desk) -> None:
    made(desk)
    width = len(desk.grid("商品")[0])
    desk.person.insert_columns("商品", width + 1)
    desk.person.edit("商品", 1, width + 1, "社内メモ")
    desk.person.edit("商品", 2, width + 1, "=1+1")
    before = {title: desk.grid(title) for title in ("商品", "SKU", "_lists")}
    desk.book.keep_copy("20261122-090000", keep=5)
    desk.person.move_column("商品", 3, 10)
    desk.person.delete_rows("商品", 2)
    desk.person.delete_tab("SKU")
    desk.open().restore("20261122-090000")
    assert {title: desk.grid(title) for title in ("商品", "SKU", "_lists")} == before
    assert desk.file.tab("商品").cell(3, place(desk, "SKU管理番号")).format["numberFormat"]["type"] == "TEXT"
    assert desk.file.tab("商品").cell(3, 1).validation["condition"]["type"] == "BOOLEAN"
    assert len(desk.book.copies()) == 2


def test_a_copy_is_taken_in_two_calls_and_whatever_people_do_meanwhile(desk: Desk) -> None:
    made(desk)
    desk.google.clear_log()
    desk.book.keep_copy("20261122-090000", keep=5)
    assert [call.cost for call in desk.google.calls() if call.cost != "token"] == ["read", "read"]
    desk.google.between(1, lambda: desk.person.rename_tab("SKU", "SKUs"))
    desk.book.keep_copy("20261122-100000", keep=5)
    assert len(desk.book.copies()) == 2
    changes = iter(range(100))

    def restless() -> None:
        number = next(changes)
        names = ("SKUs", "SKU") if number % 2 == 0 else ("SKU", "SKUs")
        desk.person.rename_tab(*names)
        desk.google.between(2, restless)

    desk.google.between(1, restless)
    with pytest.raises(Unavailable):
        desk.book.keep_copy("20261122-110000", keep=5)


def test_notes_follow_the_rows_that_a_copy_brings_back(desk: Desk) -> None:
    tab = made(desk)
    title = place(desk, "商品名")
    told(desk, p1="商品名: 長すぎます")
    desk.book.keep_copy("20261122-090000", keep=5)
    desk.person.sort("商品", place(desk, "カート商品ID"), descending=True)
    told(desk, p2="商品名: 短すぎます")
    desk.open().restore("20261122-090000")
    assert [tab.cell(row, title).note for row in (2, 3, 4)] == ["⚠ 商品名: 長すぎます", "", ""]


def test_copies_are_private_files_and_a_damaged_one_is_told(desk: Desk) -> None:
    made(desk)
    desk.book.keep_copy("20261122-090000", keep=5)
    (file,) = desk.folder.glob("google_*_copies/*.gz")
    assert file.stat().st_mode & 0o077 == 0
    assert "商品p1" in gzip.decompress(file.read_bytes()).decode()
    file.write_bytes(file.read_bytes()[:-40])
    with pytest.raises(UsageError, match="google_copy_unreadable"):
        desk.book.restore("20261122-090000")
    assert len(desk.grid("商品")) == 4


@pytest.mark.parametrize("locale", ["ja_JP", "de_DE"])
def test_formulas_are_spelt_as_every_locale_takes_them(desk: Desk, locale: str) -> None:
    desk.google.file(desk.file.id).spreadsheet.properties["locale"] = locale
    tab = made(desk)
    rules = tab.sheet.parts["conditionalFormats"]
    formulas = [rule["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for rule in rules]
    formulas.append(tab.cell(2, place(desk, "画像プレビュー")).value.text)
    outside = ["".join(formula.split('"')[::2]) for formula in formulas]
    assert any(";" in words for words in outside)
    assert not any("," in words for words in outside)


def test_a_comma_in_a_text_of_a_formula_stays() -> None:
    assert dress.anywhere('=AND(A2="a,b",OR(B2="",C2="x"))') == '=AND(A2="a,b";OR(B2="";C2="x"))'


TYPED: dict[str, list[tuple[str, object]]] = {
    "TikTok価格(別価格の時だけ)": [("1,980", 1980), ("￥1,980", 1980), ("=990*2", 1980), ("{{空}}", "{{空}}")],
    "公開予約日時": [("2026/12/1", dt.datetime(2026, 12, 1)), ("2026-12-01 9:30", dt.datetime(2026, 12, 1, 9, 30))],
    "SKU管理番号": [("0012", "0012"), ("1E+15", "1E+15"), ("=A1", "=A1"), ("3-4", "3-4")],
    "連携対象": [("TRUE", True), ("false", False)],
    "梱包後の重量(g)": [("=1/0", CellError("#DIV/0!")), ("350g", "350g")],
}


@pytest.mark.parametrize("locale", ["ja_JP", "en_US", "de_DE"])
@pytest.mark.parametrize("heading", TYPED)
def test_what_people_type_is_read_as_they_mean_it(desk: Desk, heading: str, locale: str) -> None:
    """Whatever the spreadsheet's locale and time zone; also in the blank rows below the last product."""
    properties = desk.google.file(desk.file.id).spreadsheet.properties
    properties["locale"], properties["timeZone"] = locale, "America/Los_Angeles"
    made(desk)
    key = next(column.key for column in TEMPLATE.columns[Tab.PRODUCTS] if column.ja == heading)
    for typed, meant in TYPED[heading]:
        for row in (2, 5, 40):
            desk.person.edit("商品", row, place(desk, heading), typed)
            rows = {found.number: found.cells for found in desk.book.read().tabs[Tab.PRODUCTS].rows}
            assert rows[row][key] == meant
