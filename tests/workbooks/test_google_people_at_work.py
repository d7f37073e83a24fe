"""Whatever a person does between any two requests of a write, every value stands in its own row and column after it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from threading import Thread
from typing import Any

import pytest

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.gsheets.batch import blank_if
from sheets_sync.gsheets.cell_values import entered
from sheets_sync.issue import Tab
from sheets_sync.tables import CellValue, NewWorkbook, Patch, RowRef, WriteResult
from sheets_sync.workbooks.google import flush, writing
from tests.contracts.workbook_contract import IDS, LISTS, TEMPLATE, product
from tests.google_double.faults import Call
from tests.workbooks.google_people import Desk

KEYS = [f"p{number}" for number in range(1, 7)]
HERS = "社内メモ"
Table = dict[str, dict[str, Any]]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Desk(tmp_path) as desk:
        filled(desk)
        yield desk


@cache
def _filled() -> Any:
    """The spreadsheet that `fill` makes, made once."""
    with TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        fill(desk)
        return desk.google.file(desk.file.id).spreadsheet


def filled(desk: Desk) -> None:
    """As `fill`, and faster."""
    copied = deepcopy(_filled())
    copied.id = desk.file.id
    desk.google.file(desk.file.id).spreadsheet = copied
    desk.file = desk.google.spreadsheet(desk.file.id)


def fill(desk: Desk) -> None:
    rows = [product(key, memo=f"メモ{key}", action="出品する", person=f"担当{key}", price=100 + i)
            for i, key in enumerate(KEYS)]  # fmt: skip
    skus = [{"product_key": key, "variant_key": f"v{key}", "seller_sku": f"S{key}"} for key in KEYS]
    desk.book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: rows, Tab.SKUS: skus}, LISTS))
    width = len(desk.grid("商品")[0])
    desk.put("商品", {(1, width): HERS} | {(n + 2, width): f"社内{key}" for n, key in enumerate(KEYS)})


def wishes() -> Patch:
    patch = Patch()
    products = patch.tab(Tab.PRODUCTS)
    for key in KEYS:
        products.set(RowRef(key), "errors", f"エラー{key}")
    products.set(RowRef("p2"), "title", "新しい名前")
    products.set(RowRef("p3"), "action", None)
    products.set(RowRef("p5"), "state", "連携済み")
    products.appends.append(product("p7", memo="メモp7", errors="エラーp7"))
    patch.tab(Tab.SKUS).set(RowRef("vp4"), "sku_errors", "だめ")
    return patch


def table(desk: Desk, sheet: str = "商品", key: str = "カート商品ID") -> Table:
    """The sheet by key and heading, blank cells and previews left out."""
    heading, *rows = desk.grid(sheet)
    found: Table = {}
    for row in rows:
        cells = {
            name: value
            for name, value in zip(heading, row, strict=True)
            if value is not None and name not in ("画像プレビュー", None)
        }
        if cells.get(key):
            assert cells[key] not in found, f"{cells[key]} stands twice"
            found[str(cells[key])] = cells
    return found


def after(before: Table) -> Table:
    wanted = {key: dict(cells) for key, cells in before.items()}
    for key, cells in wanted.items():
        cells["エラー"] = f"エラー{key}"
    wanted["p2"]["商品名"] = "新しい名前"
    del wanted["p3"]["出品指示"]
    wanted["p5"]["状態"] = "連携済み"
    wanted["p7"] = {
        "連携対象": False, "状態": "対象外", "カート商品名": "商品p7", "エラー": "エラーp7", "カート商品ID": "p7",
        "商品名": "商品p7", "メモ": "メモp7",
    }  # fmt: skip
    return wanted


Act = Callable[[Any, Desk], object]


def row(desk: Desk, key: str) -> int:
    return int(desk.person.row_of("商品", "カート商品ID", key))


def add_row_below(person: Any, desk: Desk) -> None:
    """She types a note below the last product."""
    desk.put("商品", {(len(desk.grid("商品")) + 1, 0): "下のメモ"})


ACTS: dict[str, Act] = {
    "nothing": lambda person, desk: None,
    "sort": lambda person, desk: person.sort("商品", person.column_of("商品", "カート商品ID"), descending=True),
    "insert a row": lambda person, desk: person.insert_rows("商品", 3),
    "insert rows at the top": lambda person, desk: person.insert_rows("商品", 2, 3),
    "move a row": lambda person, desk: person.move_row("商品", 2, 6),
    "cut and paste a row": lambda person, desk: person.cut_paste_row("商品", row(desk, "p1"), 9),
    "insert a column": lambda person, desk: person.insert_columns("商品", 2),
    "move a column to the front": lambda person, desk: person.move_column("商品", 20, 1),
    "move the key column": lambda person, desk: person.move_column(
        "商品", person.column_of("商品", "カート商品ID"), 3
    ),
    "rename the tab": lambda person, desk: person.rename_tab("商品", "Products"),
    "rename a heading": lambda person, desk: person.rename_heading("商品", "商品名", "Title"),
    "filter": lambda person, desk: person.filter_by_values(
        "商品", person.column_of("商品", "カート商品ID"), ["p2", "p4"]
    ),
    "type below": add_row_below,
    "another tab": lambda person, desk: person.add_tab("集計"),
    "sort the SKUs": lambda person, desk: person.sort("SKU", 2, descending=True),
}


@pytest.mark.parametrize("position", range(2))
@pytest.mark.parametrize("name", ACTS)
def test_every_value_stands_where_it_belongs(desk: Desk, name: str, position: int) -> None:
    before = table(desk)
    desk.book.read()
    desk.google.between(position, lambda: ACTS[name](desk.person, desk))
    result = desk.book.write(wishes())
    assert result == WriteResult(10, 1, ())
    settled(desk, before)


def settled(desk: Desk, before: Table) -> None:
    if "Products" in desk.file.titles:
        desk.person.rename_tab("Products", "商品")
    if "Title" in desk.grid("商品")[0]:
        desk.person.rename_heading("商品", "Title", "商品名")
    assert table(desk) == after(before)
    assert table(desk, "SKU", "カートSKU ID")["vp4"]["エラー"] == "だめ"
    strangers = [row for row in desk.grid("商品")[1:] if set(row) - {None} and "下のメモ" not in row]
    assert len(strangers) == 7


@pytest.mark.parametrize(
    ("first", "second"),
    [("sort", "insert a row"), ("insert a column", "sort"), ("insert rows at the top", "insert a column"),
     ("move the key column", "filter"), ("sort", "filter"), ("move a row", "rename the tab")],
)  # fmt: skip
@pytest.mark.parametrize("gap", [1, 2])
def test_two_doings_in_one_write_do_no_harm_either(desk: Desk, first: str, second: str, gap: int) -> None:
    before = table(desk)
    desk.book.read()
    desk.google.between(1, lambda: ACTS[first](desk.person, desk))
    desk.google.between(1 + gap, lambda: ACTS[second](desk.person, desk))
    assert desk.book.write(wishes()) == WriteResult(10, 1, ())
    settled(desk, before)


def test_keys_that_cannot_be_put_back_are_told_with_their_cell(desk: Desk) -> None:
    desk.book.read()
    desk.google.between(1, lambda: ACTS["move the key column"](desk.person, desk))
    desk.google.between(3, lambda: ACTS["insert rows at the top"](desk.person, desk))
    with pytest.raises(Unavailable) as told:
        desk.book.write(wishes())
    assert (told.value.code, told.value.params["tab"]) == ("google_mixed_up", "商品")


@pytest.mark.parametrize("position", range(2))
def test_her_edits_meanwhile_stay(desk: Desk, position: int) -> None:
    before = table(desk)
    desk.book.read()

    def work() -> None:
        desk.person.edit_under("商品", "カート商品ID", "p4", "メモ", "今書いた")
        desk.person.edit_under("商品", "カート商品ID", "p6", HERS, "これも")
        desk.person.sort("商品", 4, descending=True)

    desk.google.between(position, work)
    desk.book.write(wishes())
    before["p4"]["メモ"], before["p6"][HERS] = "今書いた", "これも"
    settled(desk, before)


@pytest.mark.parametrize("small", [writing.SMALL, 10])
@pytest.mark.parametrize(
    ("heading", "read", "wish", "typed"),
    [("商品名", "商品p2", "カートの新しい名前", "彼女の名前"), ("メモ", "メモp2", None, "あとで"),
     ("出品指示", "出品する", None, "停止する（非公開）"), ("TikTok価格(別価格の時だけ)", 101, 500, "1,980"),
     ("商品名", "商品p2", "カートの新しい名前", ""), ("公開予約日時", None, dt.datetime(2026, 12, 1, 9), "2027/1/5")],
)  # fmt: skip
def test_what_she_types_after_it_was_read_is_hers(
    desk: Desk, heading: str, read: Any, wish: Any, typed: str, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SMALL", small)
    name = next(c.key for c in TEMPLATE.columns[Tab.PRODUCTS] if c.ja == heading)
    snapshot = desk.book.read()
    assert next(r for r in snapshot.tabs[Tab.PRODUCTS].rows if r.key(Tab.PRODUCTS) == "p2").cells.get(name) == read
    desk.person.edit_under("商品", "カート商品ID", "p2", heading, typed)
    before = table(desk)
    patch = Patch()
    for key in ("p2", "p3"):
        patch.tab(Tab.PRODUCTS).set(RowRef(key), name, wish)
        patch.tab(Tab.PRODUCTS).set(RowRef(key), "errors", "だめ")
    result = desk.book.write(patch)
    assert (result.kept, result.vanished) == (((Tab.PRODUCTS, "p2", name),), ())
    found = table(desk)
    assert found["p2"] == before["p2"] | {"エラー": "だめ"}
    assert found["p3"].get(heading) == (entered(wish) if wish is not None else None)


@pytest.mark.parametrize("small", [writing.SMALL, 10])
@pytest.mark.parametrize("moving", [False, True])
def test_an_instruction_given_while_an_earlier_one_is_taken_away_stays(
    desk: Desk, small: int, moving: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look and the write that follows it: no look can see it."""
    monkeypatch.setattr(writing, "SMALL", small)
    desk.book.read()

    def act() -> None:
        desk.person.edit_under("商品", "カート商品ID", "p2", "出品指示", "停止する（非公開）")
        if moving:
            ACTS["sort"](desk.person, desk)

    desk.google.between(is_write, act)
    patch = Patch()
    for key in ("p1", "p2", "p3"):
        patch.tab(Tab.PRODUCTS).set(RowRef(key), "action", None)
        patch.tab(Tab.PRODUCTS).set(RowRef(key), "errors", "だめ")
    assert desk.book.write(patch).kept == ((Tab.PRODUCTS, "p2", "action"),)
    found = table(desk)
    assert {key: found[key].get("出品指示") for key in KEYS} == {
        **dict.fromkeys(KEYS, "出品する"), "p1": None, "p2": "停止する（非公開）", "p3": None
    }  # fmt: skip


@pytest.mark.parametrize("small", [writing.SMALL, 10])
def test_an_instruction_that_comparing_does_not_take_away_is_taken_away_all_the_same(
    desk: Desk, small: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if find and replace passed over rows that a filter hides."""
    monkeypatch.setattr(writing, "SMALL", small)
    monkeypatch.setattr(flush, "blank_if", lambda sheet, row, column, _text: blank_if(sheet, row, column, "別の文字"))
    desk.book.read()
    patch = Patch()
    patch.tab(Tab.PRODUCTS).set(RowRef("p2"), "action", None)
    assert desk.book.write(patch) == WriteResult(1)
    assert "出品指示" not in table(desk)["p2"]


def test_what_the_tool_itself_wrote_is_no_edit_of_hers(desk: Desk) -> None:
    """Two writes after one reading, and a moment with its seconds."""
    at = dt.datetime(2026, 12, 1, 9, 30, 17)
    values: dict[str, list[CellValue]] = {"title": ["一", "二"], "scheduled_at": [at, at.replace(hour=11)]}
    for name, wanted in values.items():
        for value in wanted:
            desk.book.read()
            for once in (value, None, value):
                patch = Patch()
                patch.tab(Tab.PRODUCTS).set(RowRef("p2"), name, once)
                assert desk.book.write(patch) == WriteResult(1)
            rows = desk.book.read().tabs[Tab.PRODUCTS].rows
            assert [row.cells[name] for row in rows if row.key(Tab.PRODUCTS) == "p2"] == [value]


def test_a_row_that_another_copy_of_the_tool_has_just_added_is_not_added_again(desk: Desk) -> None:
    other = desk.open()
    for book in (desk.book, other):
        book.read()
    for book in (desk.book, other):
        patch = Patch()
        patch.tab(Tab.PRODUCTS).appends += [product("p8"), product("p9")]
        book.write(patch)
    assert sorted(table(desk)) == [*KEYS, "p8", "p9"]


@pytest.mark.parametrize("position", range(2))
def test_a_row_deleted_meanwhile_is_told_or_was_written(desk: Desk, position: int) -> None:
    before = table(desk)
    desk.book.read()
    desk.google.between(position, lambda: desk.person.delete_rows("商品", row(desk, "p2")))
    result = desk.book.write(wishes())
    assert set(result.vanished) <= {(Tab.PRODUCTS, "p2")}
    if position < 1:
        assert result.vanished == ((Tab.PRODUCTS, "p2"),)
    wanted = after(before)
    del wanted["p2"]
    assert table(desk) == wanted


def test_a_column_deleted_meanwhile_takes_its_values_with_it(desk: Desk) -> None:
    before = table(desk)
    desk.book.read()
    column = desk.person.column_of("商品", "カート商品名")
    desk.google.between(1, lambda: desk.person.delete_column("商品", column))
    desk.book.write(wishes())
    wanted = {key: {n: v for n, v in cells.items() if n != "カート商品名"} for key, cells in after(before).items()}
    assert table(desk) == wanted


def test_a_tab_deleted_meanwhile_is_told(desk: Desk) -> None:
    desk.book.read()
    desk.google.between(1, lambda: desk.person.delete_tab("SKU"))
    with pytest.raises(UsageError, match="tab_missing"):
        desk.book.write(wishes())


def test_a_sheet_that_never_comes_to_rest_stops_the_run(desk: Desk) -> None:
    desk.book.read()
    turns = iter(range(100))

    def restless() -> None:
        desk.person.sort("商品", 4, descending=next(turns) % 2 == 0)
        desk.google.between(is_write, restless)

    desk.google.between(is_write, restless)
    with pytest.raises(Unavailable, match="google_moving"):
        desk.book.write(wishes())


def is_write(call: Call) -> bool:
    return call.cost == "write"


@pytest.mark.parametrize("position", range(1, 4))
@pytest.mark.parametrize("name", ["sort", "insert a row", "insert a column"])
def test_rows_taken_out_are_the_right_ones(desk: Desk, name: str, position: int) -> None:
    before = table(desk)
    desk.book.read()
    patch = Patch()
    patch.tab(Tab.PRODUCTS).removes |= {RowRef("p2"), RowRef("p5")}
    patch.tab(Tab.PRODUCTS).set(RowRef("p4"), "title", "新")
    desk.google.between(position, lambda: ACTS[name](desk.person, desk))
    assert desk.book.write(patch).cells == 1
    wanted = {key: dict(cells) for key, cells in before.items() if key not in ("p2", "p5")}
    wanted["p4"]["商品名"] = "新"
    assert table(desk) == wanted
    left = [row for row in desk.grid("商品")[1:] if "社内p2" in row or "社内p5" in row]
    assert [len([cell for cell in row if cell is not None]) for row in left] == [1, 1]


@pytest.mark.parametrize("position", range(3))
@pytest.mark.parametrize("name", ["sort", "insert rows at the top", "move a row", "type below"])
def test_large_tabs_are_looked_at_by_columns(
    desk: Desk, name: str, position: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SMALL", 10)
    before = table(desk)
    desk.book.read()
    desk.google.between(position, lambda: ACTS[name](desk.person, desk))
    assert desk.book.write(wishes()) == WriteResult(10, 1, ())
    settled(desk, before)


@pytest.mark.parametrize("name", ["insert a column", "move a column to the front", "move the key column"])
def test_columns_moved_on_a_large_tab_never_pass_in_silence(
    desk: Desk, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "SMALL", 10)
    before = table(desk)
    desk.book.read()
    desk.google.between(is_write, lambda: ACTS[name](desk.person, desk))
    try:
        desk.book.write(wishes())
    except Unavailable as told:
        code = told.code
    else:
        code = ""
        settled(desk, before)
    assert code in ("", "google_mixed_up")


def test_two_copies_of_the_tool_write_at_the_same_time(desk: Desk) -> None:
    desk.google.quotas.on = False
    before = table(desk)

    def run(name: str, keys: list[str]) -> None:
        book = desk.open()
        for number in range(6):
            patch = Patch()
            for key in keys:
                patch.tab(Tab.PRODUCTS).set(RowRef(key), "errors", f"{name}{number}")
            patch.tab(Tab.PRODUCTS).appends.append(product(f"{name}-{number}"))
            book.write(patch)

    threads = [Thread(target=run, args=args) for args in (("a", KEYS[:3]), ("b", KEYS[3:]))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found = table(desk)
    assert found.keys() == before.keys() | {f"{name}-{number}" for name in "ab" for number in range(6)}
    for key, cells in before.items():
        assert found[key] == cells | {"エラー": "a5" if key in KEYS[:3] else "b5"}
