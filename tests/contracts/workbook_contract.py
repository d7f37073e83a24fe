"""What every workbook promises (ports.Workbook), whatever keeps it. An adapter's test inherits `WorkbookContract`.

People's edits are made through `put`, cell by cell, as a person would: by sheet name, row and column.
"""

from __future__ import annotations

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ports import Workbook
from sheets_sync.tables import CellError, NewWorkbook, OwnColumn, Patch, RowRef, Snapshot, WorkbookIds
from sheets_sync.template import Template
from sheets_sync.template_files import load_template

TEMPLATE: Template = load_template("JP")
IDS = WorkbookIds("wb-1", "main", "")
NOW = dt.datetime(2026, 11, 22, 10, 15, tzinfo=ZoneInfo("Asia/Tokyo"))
LISTS = {
    "category": ["ホーム > タオル [601226]", "服 > Tシャツ [601227]"],
    "brand": ["いまばり織"],
    "values:100": ["綿", "麻"],
}

AWKWARD = {
    "formula": "=1+1",
    "plus": "+81-3-0000-0000",
    "minus": "-50%",
    "at": "@SUM(A1)",
    "zeros": "00123",
    "digits": "1729382561234567890",
    "emoji": "秋冬👗セール🉐",
    "lines": "一行目\n二行目\n\n四行目",
    "outer blanks": "  前後に空白  ",
    "markup": "<p>A & B \"C\" 'D'</p>",
    "control": "a_x000D_b",
    "tab": "a\tb",
    "quote": "'引用",
    "date-like": "3/4",
    "long": "あ" * 9_000,
}


class StoppedClock:
    """A clock that stands still, and tells UTC as the real one does."""

    def now(self) -> dt.datetime:
        return NOW.astimezone(dt.UTC)

    def sleep(self, seconds: float) -> None:
        raise AssertionError("a workbook never waits")


def product(key: str, **values: Any) -> dict[str, Any]:
    """A row of the products tab."""
    name = f"商品{key}"
    return {"sync": False, "state": "対象外", "product_key": key, "cart_title": name, "title": name} | values


class WorkbookContract(ABC):
    """Inherit, and say how a workbook is made and how a person touches it."""

    @pytest.fixture
    @abstractmethod
    def book(self, tmp_path: Any) -> Workbook:
        """A workbook that does not exist yet."""

    @abstractmethod
    def grid(self, book: Workbook, sheet: str) -> list[list[Any]]:
        """The sheet as a person sees it: rows from row 1 down, blank cells None."""

    @abstractmethod
    def put(self, book: Workbook, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
        """Type into cells, by (1-based row, 0-based column); None clears one."""

    # ---------------------------------------------------------------- shared steps

    def create(self, book: Workbook, *, language: Language = "ja", **rows: list[dict[str, Any]]) -> None:
        content = {Tab(name): entries for name, entries in rows.items()}
        book.create(NewWorkbook(TEMPLATE, language, IDS, content, LISTS))

    def three_products(self, book: Workbook) -> None:
        self.create(book, products=[product("p1"), product("p2"), product("p3")])

    def column(self, book: Workbook, heading: str, sheet: str = "商品") -> int:
        return self.grid(book, sheet)[0].index(heading)

    def titles(self, snapshot: Snapshot) -> dict[str, Any]:
        return {row.key(Tab.PRODUCTS): row.cells.get("title") for row in snapshot.tabs[Tab.PRODUCTS].rows}

    def arrange(self, book: Workbook, sheet: str, rows: list[list[Any]]) -> None:
        """Put whole rows in place of what stands there, as sorting does."""
        old = self.grid(book, sheet)
        cells: dict[tuple[int, int], Any] = {}
        for number in range(max(len(old), len(rows))):
            new = rows[number] if number < len(rows) else []
            width = max(len(new), len(old[number]) if number < len(old) else 0)
            cells |= {(number + 1, i): new[i] if i < len(new) else None for i in range(width)}
        self.put(book, sheet, cells)

    # ---------------------------------------------------------------- create and read

    def test_a_new_workbook_exists_and_has_all_tabs(self, book: Workbook) -> None:
        assert not book.exists()
        self.three_products(book)
        assert book.exists()
        snapshot = book.read()
        assert set(snapshot.tabs) == {Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES, Tab.DEFAULTS, Tab.HISTORY}
        assert (snapshot.language, snapshot.ids) == ("ja", IDS)
        assert [row.key(Tab.PRODUCTS) for row in snapshot.tabs[Tab.PRODUCTS].rows] == ["p1", "p2", "p3"]
        assert all(not tab.headings.missing and not tab.headings.unknown for tab in snapshot.tabs.values())

    def test_a_workbook_that_exists_is_not_overwritten(self, book: Workbook) -> None:
        self.three_products(book)
        with pytest.raises(UsageError):
            self.create(book)
        assert len(book.read().tabs[Tab.PRODUCTS].rows) == 3

    def test_every_kind_of_column_comes_back_as_it_went_out(self, book: Workbook) -> None:
        row = product(
            "p1", sync=True, action="出品する", last_synced_at=dt.datetime(2026, 11, 22, 10, 5, 30),
            added_at=dt.date(2026, 11, 20), tiktok_product_id="1729382561234567890", description="<p>説明</p>",
            category="ホーム > タオル [601226]", brand="いまばり織", image_1="https://example.com/1.jpg",
            package_weight_g=320, cart_price=1980, price=1980.5, stock=0, barcode="04901234567894",
            errors="商品名: 長すぎます\n【警告】ブランド: 確認してください", stock_policy="毎回送信",
        )  # fmt: skip
        self.create(book, products=[row])
        assert book.read().tabs[Tab.PRODUCTS].rows[0].cells == row

    def test_awkward_texts_survive_creation_and_patching(self, book: Workbook) -> None:
        rows = [product(f"k{i}", title=text, memo=text) for i, text in enumerate(AWKWARD.values())]
        self.create(book, products=[*rows, product("target")])
        cells = [row.cells for row in book.read().tabs[Tab.PRODUCTS].rows]
        assert [(row["title"], row["memo"]) for row in cells[:-1]] == [(text, text) for text in AWKWARD.values()]
        for text in AWKWARD.values():
            patch = Patch()
            patch.tab(Tab.PRODUCTS).set(RowRef("target"), "title", text)
            book.write(patch)
            assert self.titles(book.read())["target"] == text

    def test_awkward_keys_are_found_again(self, book: Workbook) -> None:
        keys = ["00123", "1729382561234567890", "=1+1", "@x", "鍵/1", "a b"]
        self.create(book, products=[product(key) for key in keys])
        book.read()
        patch = Patch()
        for key in keys:
            patch.tab(Tab.PRODUCTS).set(RowRef(key), "title", f"新{key}")
        assert book.write(patch).vanished == ()
        assert self.titles(book.read()) == {key: f"新{key}" for key in keys}

    def test_an_english_workbook_stays_english(self, book: Workbook) -> None:
        self.create(book, language="en", products=[product("p1")])
        assert self.grid(book, "Products")[0][0] == "Sync"
        assert book.read().language == "en"

    def test_only_the_tabs_asked_for_are_read(self, book: Workbook) -> None:
        self.three_products(book)
        assert set(book.read([Tab.SKUS]).tabs) == {Tab.SKUS}

    def test_rows_may_be_shortened_while_they_are_read_and_are_still_found(self, book: Workbook) -> None:
        self.three_products(book)
        whole = {row.key(Tab.PRODUCTS): row.cells for row in book.read().tabs[Tab.PRODUCTS].rows}
        asked: list[str] = []

        def shorten(tab: Tab, cells: dict[str, Any]) -> dict[str, Any] | None:
            assert tab is Tab.PRODUCTS
            assert cells == whole[cells["product_key"]]
            asked.append(cells["product_key"])
            return {"product_key": cells["product_key"]} if cells["product_key"] == "p2" else None

        snapshot = book.read(shorten=shorten)
        read = {row.key(Tab.PRODUCTS): row for row in snapshot.tabs[Tab.PRODUCTS].rows}
        assert list(read) == ["p1", "p2", "p3"]
        if asked:  # who has the whole workbook in memory anyway need not ask
            assert asked == ["p1", "p2", "p3"]
            assert [row.settled for row in read.values()] == [False, True, False]
            assert read["p2"].cells == {"product_key": "p2"}
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p2"), "title", "新しい名前")
        assert book.write(patch).vanished == ()
        assert self.titles(book.read())["p2"] == "新しい名前"

    def test_all_tabs_with_rows_work_alike(self, book: Workbook) -> None:
        self.create(
            book, products=[product("p1")],
            skus=[{"product_key": "p1", "variant_key": "v1", "option1_value": "赤"}],
            attributes=[{"product_key": "p1", "attribute_id": "100", "attribute": "素材", "value": "綿\n麻"}],
            defaults=[{"match_kind": "すべて", "brand": "いまばり織"}],
            history=[{"run_id": "r1", "started": dt.datetime(2026, 11, 22, 10, 0), "state_synced": 3}],
        )  # fmt: skip
        patch = Patch()
        patch.tab(Tab.SKUS).set(RowRef("v1"), "sku_errors", "だめ")
        patch.tab(Tab.ATTRIBUTES).set(RowRef("p1/100"), "attribute_errors", "だめ")
        patch.tab(Tab.DEFAULTS).set(RowRef("すべて/"), "default_errors", "だめ")
        patch.tab(Tab.HISTORY).appends.append({"run_id": "r2", "state_off": 2})
        result = book.write(patch)
        assert (result.cells, result.appended, result.vanished) == (3, 1, ())
        tabs = book.read().tabs
        assert tabs[Tab.SKUS].rows[0].cells["sku_errors"] == "だめ"
        assert tabs[Tab.ATTRIBUTES].rows[0].cells["attribute_errors"] == "だめ"
        assert tabs[Tab.DEFAULTS].rows[0].cells["default_errors"] == "だめ"
        assert [row.cells["run_id"] for row in tabs[Tab.HISTORY].rows] == ["r1", "r2"]

    # ---------------------------------------------------------------- people's edits

    def test_sorted_rows_are_found_by_their_keys(self, book: Workbook) -> None:
        self.three_products(book)
        book.read()
        heading, *rows = self.grid(book, "商品")
        self.arrange(book, "商品", [heading, *reversed(rows)])
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "title", "新しい名前")
        book.write(patch)
        snapshot = book.read()
        assert self.titles(snapshot) == {"p3": "商品p3", "p2": "商品p2", "p1": "新しい名前"}
        assert [row.key(Tab.PRODUCTS) for row in snapshot.tabs[Tab.PRODUCTS].rows] == ["p3", "p2", "p1"]

    def test_moved_renamed_and_foreign_columns_survive(self, book: Workbook) -> None:
        self.three_products(book)
        grid = self.grid(book, "商品")
        moved = [["社内メモ" if n == 0 else f"私の{n}", *reversed(row)] for n, row in enumerate(grid)]
        moved[0][moved[0].index("商品名")] = "Title"  # the other language's heading is understood
        self.arrange(book, "商品", moved)
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p2"), "title", "新")
        patch.tab(Tab.PRODUCTS).appends.append(product("p4"))
        book.write(patch)
        snapshot = book.read()
        assert self.titles(snapshot) == {"p1": "商品p1", "p2": "新", "p3": "商品p3", "p4": "商品p4"}
        assert snapshot.tabs[Tab.PRODUCTS].headings.unknown == ("社内メモ",)
        assert [row[0] for row in self.grid(book, "商品")] == ["社内メモ", "私の1", "私の2", "私の3", None]

    def test_copied_rows_are_addressed_one_by_one(self, book: Workbook) -> None:
        self.three_products(book)
        heading, first, second, third = self.grid(book, "商品")
        self.arrange(book, "商品", [heading, first, second, third, first])
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p1", 1), "errors", "IDが重複")
        book.write(patch)
        rows = book.read().tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS)
        assert {ref: row.cells.get("errors") for ref, row in rows} == {
            RowRef("p1"): None, RowRef("p2"): None, RowRef("p3"): None, RowRef("p1", 1): "IDが重複",
        }  # fmt: skip

    def test_vanished_rows_are_told_and_the_rest_is_written(self, book: Workbook) -> None:
        self.three_products(book)
        book.read()
        heading, first, _, third = self.grid(book, "商品")
        self.arrange(book, "商品", [heading, first, third])
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p2"), "title", "どこ")
        patch.tab(Tab.PRODUCTS).set(RowRef("p3"), "title", "ここ")
        result = book.write(patch)
        assert result.vanished == ((Tab.PRODUCTS, "p2"),)
        assert self.titles(book.read()) == {"p1": "商品p1", "p3": "ここ"}

    def test_rows_without_a_value_of_ours_do_not_count(self, book: Workbook) -> None:
        self.three_products(book)
        foreign = len(self.grid(book, "商品")[0])
        self.put(book, "商品", {(1, foreign): "社内メモ", (6, foreign): "ここまで確認済み"})
        assert len(book.read().tabs[Tab.PRODUCTS].rows) == 3

    def test_text_typed_over_a_number_is_read_as_it_stands(self, book: Workbook) -> None:
        self.three_products(book)
        weight = self.column(book, "梱包後の重量(g)")
        self.put(book, "商品", {(2, weight): "120g", (3, weight): 0.5, (4, weight): True})
        rows = book.read().tabs[Tab.PRODUCTS].rows
        assert [row.cells["package_weight_g"] for row in rows] == ["120g", 0.5, True]

    # ---------------------------------------------------------------- what a patch can do

    def test_an_empty_patch_writes_nothing(self, book: Workbook) -> None:
        self.three_products(book)
        assert book.write(Patch()).cells == 0

    def test_a_blank_value_clears_the_cell(self, book: Workbook) -> None:
        self.create(book, products=[product("p1", action="出品する")])
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "action", None)
        book.write(patch)
        assert "action" not in book.read().tabs[Tab.PRODUCTS].rows[0].cells

    def test_appended_rows_are_found_again(self, book: Workbook) -> None:
        self.three_products(book)
        patch = Patch()
        patch.tab(Tab.PRODUCTS).appends.append(product("p4", sync=True))
        assert book.write(patch).appended == 1
        again = Patch()
        again.tab(Tab.PRODUCTS).set(RowRef("p4"), "title", "追加済み")
        assert book.write(again).vanished == ()
        assert self.titles(book.read())["p4"] == "追加済み"

    def test_rows_can_be_appended_to_an_empty_workbook(self, book: Workbook) -> None:
        self.create(book)
        patch = Patch()
        patch.tab(Tab.PRODUCTS).appends.append(product("p1", sync=True))
        book.write(patch)
        assert book.read().tabs[Tab.PRODUCTS].rows[0].cells["sync"] is True

    def test_removed_rows_are_gone_and_her_own_cells_stay(self, book: Workbook) -> None:
        self.three_products(book)
        foreign = len(self.grid(book, "商品")[0])
        self.put(book, "商品", {(1, foreign): "社内メモ", (3, foreign): "大事"})
        patch = Patch()
        patch.tab(Tab.PRODUCTS).removes.add(RowRef("p2"))
        patch.tab(Tab.PRODUCTS).set(RowRef("p3"), "title", "新")
        book.write(patch)
        assert self.titles(book.read()) == {"p1": "商品p1", "p3": "新"}
        assert any("大事" in row for row in self.grid(book, "商品"))

    def test_values_of_missing_columns_are_dropped_unless_columns_shall_come_back(self, book: Workbook) -> None:
        self.three_products(book)
        memo = self.column(book, "メモ")
        self.put(book, "商品", {(1, memo): "私の列", (2, memo): "私の値"})
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "memo", "書かない")
        assert book.write(patch).cells == 0
        assert "メモ" not in self.grid(book, "商品")[0]
        patch.add_columns = True
        patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "memo", "書く")
        book.write(patch)
        rows = book.read().tabs[Tab.PRODUCTS].rows
        assert [row.cells.get("memo") for row in rows] == ["書く", None, None]
        heading, first = self.grid(book, "商品")[:2]
        assert (heading[memo], first[memo]) == ("私の列", "私の値")
        assert heading.count("メモ") == 1

    def test_columns_that_come_back_do_not_take_over_notes_without_a_heading(self, book: Workbook) -> None:
        self.three_products(book)
        memo = self.column(book, "メモ")
        self.put(book, "商品", {(1, memo): None, (3, memo): "見出しのないメモ", (3, memo + 2): "もう一つ"})
        book.write(Patch(add_columns=True))
        rows = book.read().tabs[Tab.PRODUCTS].rows
        assert [row.cells.get("memo") for row in rows] == [None, None, None]
        assert self.grid(book, "商品")[2][memo] == "見出しのないメモ"

    def test_lists_and_ids_are_replaced(self, book: Workbook) -> None:
        self.three_products(book)
        longer = [f"分類{i} [{i}]" for i in range(50)]
        bound = WorkbookIds("wb-1", "main", "shop-7")
        book.write(Patch(lists={"category": longer, "values:200": ["S", "M"]}, ids=bound))
        assert book.read().ids == bound
        assert self.list_entries(book)["category"] == longer
        book.write(Patch(lists={"category": longer[:3]}))
        entries = self.list_entries(book)
        assert entries["category"] == longer[:3]
        assert (entries["values:200"], entries["values:100"]) == (["S", "M"], ["綿", "麻"])
        assert book.read().ids == bound

    def list_entries(self, book: Workbook) -> dict[str, list[Any]]:
        heading, *rows = self.grid(book, "_lists")
        columns = {name: [row[i] for row in rows if i < len(row)] for i, name in enumerate(heading)}
        return {name: [entry for entry in entries if entry is not None] for name, entries in columns.items()}

    # ---------------------------------------------------------------- her own columns, and moving house

    def own_things(self, book: Workbook) -> None:
        """Three products, with columns of hers beside them."""
        self.three_products(book)
        free = len(self.grid(book, "商品")[0])
        self.put(
            book, "商品",
            {
                (1, free): "撮影メモ", (2, free): "00123", (4, free): "=1+1", (6, free): "ここまで確認済み",
                (1, free + 1): "原価", (2, free + 1): 812, (3, free + 1): 12.5, (4, free + 1): True,
                (3, free + 2): "見出しのないメモ",
            },
        )  # fmt: skip

    def test_her_own_columns_and_lists_are_read_with_the_rows(self, book: Workbook) -> None:
        self.own_things(book)
        whole = book.read_whole()
        assert whole.snapshot.tabs == book.read().tabs
        assert (whole.snapshot.ids, whole.snapshot.language) == (IDS, "ja")
        assert whole.own[Tab.PRODUCTS] == [
            OwnColumn("撮影メモ", {2: "00123", 4: "=1+1", 6: "ここまで確認済み"}),
            OwnColumn("原価", {2: 812, 3: 12.5, 4: True}),
            OwnColumn("", {3: "見出しのないメモ"}),
        ]
        assert not any(columns for tab, columns in whole.own.items() if tab is not Tab.PRODUCTS)
        assert {name: entries for name, entries in whole.lists.items() if entries} == LISTS

    def test_a_workbook_is_made_with_columns_of_hers(self, book: Workbook) -> None:
        own = [
            OwnColumn("撮影日", {2: dt.date(2026, 11, 1), 3: "未定", 4: dt.date(2026, 11, 3)}),
            OwnColumn("会議", {2: dt.datetime(2026, 11, 2, 14, 30), 3: dt.time(9, 5), 4: 46000}),
            OwnColumn("", {3: "見出しなし", 4: CellError("#N/A")}),
        ]
        rows = {Tab.PRODUCTS: [product("p1"), {}, product("p3")], Tab.SKUS: [{"product_key": "p3", "variant_key": "v"}]}
        sku_notes = [OwnColumn("棚", {2: "A-3"})]
        book.create(NewWorkbook(TEMPLATE, "ja", IDS, rows, LISTS, own={Tab.PRODUCTS: own, Tab.SKUS: sku_notes}))
        whole = book.read_whole()
        assert (whole.own[Tab.PRODUCTS], whole.own[Tab.SKUS]) == (own, sku_notes)
        found = whole.snapshot.tabs[Tab.PRODUCTS]
        assert found.headings.unknown == ("撮影日", "会議")
        assert [(row.number, row.cells["product_key"]) for row in found.rows] == [(2, "p1"), (4, "p3")]
        patch = Patch()
        patch.tab(Tab.PRODUCTS).appends.append(product("p4"))
        book.write(patch)
        assert self.titles(book.read()) == {"p1": "商品p1", "p3": "商品p3", "p4": "商品p4"}
        assert book.read_whole().own[Tab.PRODUCTS] == own

    def test_lists_and_ids_leave_what_people_ask_for_alone(self, book: Workbook) -> None:
        self.three_products(book)
        names = [row[0] for row in self.grid(book, "_lists")]
        if names[0] != "id":
            pytest.skip("keeps no facts in a tab")
        free = next((n for n, name in enumerate(names) if name is None), len(names)) + 1
        asked = "check 2026-11-22T10:05:00.000Z"
        self.put(book, "_lists", {(free, 0): "request", (free, 1): asked})
        book.write(Patch(lists={"category": [f"分類{n}" for n in range(30)]}, ids=WorkbookIds("wb-1", "main", "s-1")))
        book.write(Patch(lists={"category": ["分類"]}))
        (row,) = [row for row in self.grid(book, "_lists") if row[0] == "request"]
        assert row[1] == asked
        assert book.read().ids == WorkbookIds("wb-1", "main", "s-1")

    # ---------------------------------------------------------------- structure

    def test_a_doubled_heading_is_refused(self, book: Workbook) -> None:
        self.three_products(book)
        self.put(book, "商品", {(1, self.column(book, "メモ")): "商品名"})
        with pytest.raises(UsageError, match="heading_doubled"):
            book.read()

    def test_a_heading_that_is_nearly_right_is_asked_about(self, book: Workbook) -> None:
        self.three_products(book)
        self.put(book, "商品", {(1, self.column(book, "商品説明")): "商品の説明"})
        with pytest.raises(UsageError) as refused:
            book.read()
        assert refused.value.code == "workbook_heading_unclear"
        assert (refused.value.params["found"], refused.value.params["label"]) == ("商品の説明", "商品説明")

    def test_a_missing_key_column_is_refused_and_a_missing_other_one_is_not(self, book: Workbook) -> None:
        self.three_products(book)
        self.put(book, "商品", {(1, self.column(book, "ブランド")): None})
        assert "brand" not in book.read().tabs[Tab.PRODUCTS].headings.columns
        self.put(book, "商品", {(1, self.column(book, "カート商品ID")): None})
        with pytest.raises(UsageError, match="heading_missing"):
            book.read()

    # ---------------------------------------------------------------- copies

    def test_copies_are_kept_listed_pruned_and_brought_back(self, book: Workbook) -> None:
        self.three_products(book)
        for minute in range(4):
            book.keep_copy(f"20261122-10{minute:02d}00", keep=3)
        assert [copy.stamp for copy in book.copies()] == ["20261122-100300", "20261122-100200", "20261122-100100"]
        patch = Patch()
        patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "title", "変えた")
        book.write(patch)
        book.restore("20261122-100100")
        assert self.titles(book.read())["p1"] == "商品p1"
        newest = book.copies()[0].stamp
        assert newest.startswith("20261122-101500")
        book.restore(newest)
        assert self.titles(book.read())["p1"] == "変えた"

    def test_a_copy_that_is_not_there_is_refused_by_name(self, book: Workbook) -> None:
        self.three_products(book)
        with pytest.raises(UsageError, match="copy_missing"):
            book.restore("20200101-000000")
        assert list(book.copies()) == []
