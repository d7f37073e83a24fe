"""The Excel workbook keeps what every workbook promises, and stays whole through accidents with its file."""

from __future__ import annotations

import datetime as dt
import errno
import os
import shutil
import zipfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import text
from sheets_sync.ooxml import patcher
from sheets_sync.ports import Workbook
from sheets_sync.tables import CellError, NewWorkbook, Patch, RowRef
from sheets_sync.workbooks.excel import ExcelWorkbook
from sheets_sync.workbooks.shown_columns import shown_columns
from tests.contracts.workbook_contract import IDS, LISTS, NOW, TEMPLATE, StoppedClock, WorkbookContract, product
from tests.workbooks import people


def excel(path: Path, **options: Any) -> ExcelWorkbook:
    return ExcelWorkbook(path, TEMPLATE, language="ja", clock=StoppedClock(), **options)


def new_title(key: str = "p1", title: str = "新しい名前") -> Patch:
    patch = Patch()
    patch.tab(Tab.PRODUCTS).set(RowRef(key), "title", title)
    return patch


def titles(book: ExcelWorkbook) -> list[Any]:
    return [row.cells.get("title") for row in book.read().tabs[Tab.PRODUCTS].rows]


def left_over(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir() if path.name != "products.xlsx")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "products.xlsx"


@pytest.fixture
def three(path: Path) -> ExcelWorkbook:
    """A workbook of three products on disk."""
    book = excel(path)
    rows = {Tab.PRODUCTS: [product("p1"), product("p2"), product("p3")]}
    book.create(NewWorkbook(TEMPLATE, "ja", IDS, rows, LISTS))
    return book


class TestExcelWorkbook(WorkbookContract):
    @pytest.fixture
    def book(self, path: Path) -> Workbook:
        return excel(path)

    def grid(self, book: Workbook, sheet: str) -> list[list[Any]]:
        return people.grid(self._path(book), sheet)

    def put(self, book: Workbook, sheet: str, cells: Mapping[tuple[int, int], Any]) -> None:
        people.put(self._path(book), sheet, cells)

    @staticmethod
    def _path(book: Workbook) -> Path:
        assert isinstance(book, ExcelWorkbook)
        return book._path


# ---------------------------------------------------------------- reading

def test_the_moment_of_saving_is_told_in_the_clocks_zone(three: ExcelWorkbook, path: Path) -> None:
    os.utime(path, (NOW.timestamp(), NOW.timestamp()))
    snapshot = three.read()
    assert (snapshot.saved_at, snapshot.saved_at.tzinfo) == (NOW, dt.UTC)
    assert snapshot.open_elsewhere is False


@pytest.mark.parametrize("lock", ["~$products.xlsx", ".~lock.products.xlsx#"])
def test_an_open_workbook_is_read_but_not_written(three: ExcelWorkbook, path: Path, lock: str) -> None:
    before = path.read_bytes()
    (path.parent / lock).touch()
    assert three.read().open_elsewhere is True
    with pytest.raises(Unavailable) as refused:
        three.write(new_title())
    assert refused.value.code == "workbook_open"
    assert path.read_bytes() == before
    assert left_over(path.parent) == [lock]
    (path.parent / lock).unlink()
    three.write(new_title())
    assert titles(three)[0] == "新しい名前"


def test_error_cells_and_uncalculated_formulas_are_told_apart(three: ExcelWorkbook, path: Path) -> None:
    sheet, member = path.with_suffix(".tmp"), "xl/worksheets/sheet1.xml"
    memo = people.grid(path, "商品")[0].index("メモ")
    people.put(path, "商品", {(2, memo): "M2", (3, memo): "M3", (4, memo): "M4"})
    cells = {"M2": ' t="e"><v>#N/A</v>', "M3": "><f>A1</f>", "M4": ' t="str"><f>""</f><v></v>'}
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(sheet, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            for label, xml in cells.items() if name == member else ():
                content = content.replace(f' t="inlineStr"><is><t>{label}</t></is>'.encode(), xml.encode())
            new.writestr(name, content)
    sheet.replace(path)
    memos = [row.cells.get("memo") for row in three.read().tabs[Tab.PRODUCTS].rows]
    assert memos == [CellError("#N/A"), CellError("="), None]
    assert all(isinstance(memo, CellError) for memo in memos[:2])


def test_a_missing_or_doubled_tab_is_refused(three: ExcelWorkbook, path: Path) -> None:
    rename_sheet(path, "SKU", "SKU（旧）")
    with pytest.raises(UsageError) as refused:
        three.read()
    assert (refused.value.code, refused.value.params["tab"]) == ("workbook_tab_missing", "SKU")
    rename_sheet(path, "SKU（旧）", "Products")
    with pytest.raises(UsageError, match="tab_doubled"):
        three.read()


def test_tabs_are_found_by_either_languages_name(three: ExcelWorkbook, path: Path) -> None:
    rename_sheet(path, "商品", "Products")
    three.write(new_title())
    assert titles(three)[0] == "新しい名前"
    assert three.read().language == "ja"


def test_without_a_language_on_lists_the_tabs_names_tell_it(path: Path) -> None:
    book = excel(path)
    book.create(NewWorkbook(TEMPLATE, "en", IDS, {}, {}))
    names = [row[0] for row in people.grid(path, "_lists")]
    people.put(path, "_lists", {(names.index("language") + 1, 1): None})
    assert book.read().language == "en"


def write_csv(path: Path) -> None:
    path.write_text("連携対象,商品名\nTRUE,タオル\n", "utf-8")


def write_ole(path: Path, stream: str) -> None:
    """The head of a compound file with a directory entry of that name, as .xls files and encrypted ones have."""
    head = bytes.fromhex("D0CF11E0A1B11AE1") + b"\0" * 16 + bytes.fromhex("3E000300FEFF0900") + b"\0" * 480
    path.write_bytes(head + stream.encode("utf-16-le").ljust(64, b"\0") + b"\0" * 4096)


def write_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-2000])


@pytest.mark.parametrize(
    ("spoil", "code"),
    [
        (write_csv, "workbook_not_excel"),
        (lambda path: write_ole(path, "Workbook"), "workbook_old_excel"),
        (lambda path: write_ole(path, "EncryptedPackage"), "workbook_encrypted"),
        (write_cut, "workbook_damaged"),
        (lambda path: path.write_bytes(b""), "workbook_not_excel"),
        (Path.unlink, "workbook_missing"),
    ],
)
def test_a_file_that_is_no_readable_workbook_is_refused(
    three: ExcelWorkbook, path: Path, spoil: Any, code: str
) -> None:
    spoil(path)
    for act in (three.read, lambda: three.write(new_title())):
        with pytest.raises(UsageError) as refused:
            act()
        assert refused.value.code == code
        assert "products.xlsx" in text(code, "ja", **refused.value.params)


# ---------------------------------------------------------------- writing

def test_a_save_between_read_and_write_is_not_lost(three: ExcelWorkbook, path: Path) -> None:
    three.read()
    heading, first, _, third = people.grid(path, "商品")
    third[heading.index("メモ")] = "読んだ後のメモ"
    people.put(path, "商品", {(n, i): v for n, row in ((2, third), (4, first)) for i, v in enumerate(row)})
    three.write(new_title())
    rows = {row.key(Tab.PRODUCTS): row.cells for row in three.read().tabs[Tab.PRODUCTS].rows}
    assert (rows["p1"]["title"], rows["p3"]["title"]) == ("新しい名前", "商品p3")
    assert rows["p3"]["memo"] == "読んだ後のメモ"


def test_cells_of_hers_that_she_saved_meanwhile_stay_hers(three: ExcelWorkbook, path: Path) -> None:
    three.read()
    heading, first, second, third = people.grid(path, "商品")
    title, sync = heading.index("商品名"), heading.index("連携対象")
    first[title], second[sync] = "彼女の名前", True
    rows = (third, first, second)  # and she sorted
    people.put(path, "商品", {(n, i): v for n, row in enumerate(rows, 2) for i, v in enumerate(row)})
    patch = Patch()
    for key in ("p1", "p3"):
        patch.tab(Tab.PRODUCTS).updates[RowRef(key)] = {"title": "カートの名前", "state": "審査中"}
    patch.tab(Tab.PRODUCTS).removes.add(RowRef("p2"))
    result = three.write(patch)
    assert set(result.kept) == {(Tab.PRODUCTS, "p1", "title"), (Tab.PRODUCTS, "p2", "")}
    found = {row.key(Tab.PRODUCTS): row.cells for row in three.read().tabs[Tab.PRODUCTS].rows}
    assert (found["p1"]["title"], found["p1"]["state"]) == ("彼女の名前", "審査中")
    assert (found["p3"]["title"], found["p2"]["sync"]) == ("カートの名前", True)
    again = Patch()
    again.tab(Tab.PRODUCTS).updates[RowRef("p1")] = {"title": "次の名前"}
    assert three.write(again).kept == (), "what was read last is what she saved"
    assert titles(three)[1] == "次の名前"


def test_a_save_while_the_patch_is_made_is_not_lost(
    three: ExcelWorkbook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    memo = people.grid(path, "商品")[0].index("メモ")
    original, saved = patcher.patch, []

    def patch_while_she_saves(source: Path, target: Path, edits: Any) -> Any:
        report = original(source, target, edits)
        if not saved:
            saved.append(True)
            original(path, path, {"商品": patcher.SheetEdit({3: {memo: "今保存した"}})})
        return report

    monkeypatch.setattr(patcher, "patch", patch_while_she_saves)
    three.write(new_title())
    rows = three.read().tabs[Tab.PRODUCTS].rows
    assert (rows[0].cells["title"], rows[1].cells["memo"]) == ("新しい名前", "今保存した")
    assert left_over(path.parent) == []


def test_a_workbook_that_never_comes_to_rest_is_left_alone(
    three: ExcelWorkbook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original, times = patcher.patch, iter(range(1, 100))

    def patch_and_touch(source: Path, target: Path, edits: Any) -> Any:
        report = original(source, target, edits)
        os.utime(path, (0, next(times)))
        return report

    monkeypatch.setattr(patcher, "patch", patch_and_touch)
    with pytest.raises(Unavailable, match="workbook_busy"):
        three.write(new_title())
    assert titles(three)[0] == "商品p1"
    assert left_over(path.parent) == []


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "workbook_disk_full"),
        (PermissionError(errno.EACCES, "Permission denied"), "workbook_not_allowed"),
        (OSError(errno.EIO, "Input/output error"), "workbook_io"),
    ],
)
@pytest.mark.parametrize("step", ["replace", "fsync"])
def test_a_failing_disk_leaves_the_workbook_as_it_was(
    three: ExcelWorkbook, path: Path, monkeypatch: pytest.MonkeyPatch, error: OSError, code: str, step: str
) -> None:
    before = path.read_bytes()

    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(Unavailable) as refused:
        three.write(new_title())
    monkeypatch.undo()
    assert refused.value.code == code
    assert path.read_bytes() == before
    assert left_over(path.parent) == []


def test_a_full_disk_leaves_no_half_made_workbook(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(Unavailable, match="disk_full"):
        excel(path).create(NewWorkbook(TEMPLATE, "ja", IDS, {}, {}))
    assert list(path.parent.iterdir()) == []


def test_the_workbook_opened_while_the_patch_is_made_is_not_replaced(
    three: ExcelWorkbook, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = patcher.patch

    def patch_while_she_opens(source: Path, target: Path, edits: Any) -> Any:
        (path.parent / "~$products.xlsx").touch()
        return original(source, target, edits)

    before = path.read_bytes()
    monkeypatch.setattr(patcher, "patch", patch_while_she_opens)
    with pytest.raises(Unavailable, match="workbook_open"):
        three.write(new_title())
    assert path.read_bytes() == before


def test_a_write_without_effect_does_not_touch_the_file(three: ExcelWorkbook, path: Path) -> None:
    before = path.stat()
    three.write(new_title("gone"))
    three.write(Patch(add_columns=True))
    three.write(Patch(ids=IDS))
    after = path.stat()
    assert (after.st_mtime_ns, after.st_ino) == (before.st_mtime_ns, before.st_ino)


def test_only_the_sheet_written_changes_in_the_file(three: ExcelWorkbook, path: Path) -> None:
    before = members(path)
    three.write(new_title())
    changed = {name for name, content in members(path).items() if before[name] != content}
    assert changed == {"xl/worksheets/sheet1.xml"}


def test_a_linked_workbook_is_replaced_behind_its_link(three: ExcelWorkbook, path: Path, tmp_path: Path) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    link = folder / "link.xlsx"
    link.symlink_to(path)
    book = excel(link)
    book.write(new_title())
    assert link.is_symlink()
    assert titles(three)[0] == "新しい名前"


def test_a_result_too_long_for_a_cell_is_cut(three: ExcelWorkbook) -> None:
    patch = Patch()
    patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "errors", "👗" * 20_000)
    three.write(patch)
    errors = three.read().tabs[Tab.PRODUCTS].rows[0].cells["errors"]
    assert errors == "👗" * 16_383 + "…"


def test_any_other_text_too_long_is_refused_by_name(three: ExcelWorkbook, path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(UsageError) as refused:
        three.write(new_title(title="あ" * 32_768))
    assert refused.value.params == {"tab": "商品", "column": "商品名", "row": "p1", "length": "32,768"}
    assert path.read_bytes() == before
    other = excel(tmp_path / "other.xlsx")
    rows = {Tab.PRODUCTS: [product("p9", description="あ" * 32_768)]}
    with pytest.raises(UsageError, match="text_too_long"):
        other.create(NewWorkbook(TEMPLATE, "ja", IDS, rows, {}))
    assert not other.exists()


def test_moments_with_a_zone_are_written_as_the_clock_on_the_wall_shows(three: ExcelWorkbook) -> None:
    patch = Patch()
    patch.tab(Tab.PRODUCTS).set(RowRef("p1"), "last_synced_at", NOW)
    three.write(patch)
    assert three.read().tabs[Tab.PRODUCTS].rows[0].cells["last_synced_at"] == dt.datetime(2026, 11, 22, 10, 15)


def test_sign_off_brings_its_column(path: Path, tmp_path: Path) -> None:
    plain, signed = excel(path), excel(tmp_path / "signed.xlsx", sign_off=True)
    for book in (plain, signed):
        book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: [product("p1", approval=True)]}, {}))
    assert "approval" not in plain.read().tabs[Tab.PRODUCTS].headings.columns
    assert signed.read().tabs[Tab.PRODUCTS].rows[0].cells["approval"] is True
    later = excel(path, sign_off=True)
    later.write(Patch(add_columns=True))
    assert "approval" in later.read().tabs[Tab.PRODUCTS].headings.columns


def test_a_protected_workbook_lets_her_edit_her_own_cells(tmp_path: Path) -> None:
    book = excel(tmp_path / "protected.xlsx", protect=True)
    book.create(NewWorkbook(TEMPLATE, "ja", IDS, {Tab.PRODUCTS: [product("p1")]}, {}))
    sheet = openpyxl.load_workbook(tmp_path / "protected.xlsx")["商品"]
    columns = enumerate(shown_columns(TEMPLATE, Tab.PRODUCTS, sign_off=False), start=1)
    assert sheet.protection.sheet is True
    assert sheet.protection.autoFilter is False
    locked = {column.key: sheet.cell(2, number).protection.locked for number, column in columns}
    filled = {key: locked[key] for key in product("p1")}
    assert filled == {"sync": False, "state": True, "product_key": True, "cart_title": True, "title": False}
    assert sheet.column_dimensions["B"].protection.locked is False
    assert sheet.column_dimensions["C"].protection.locked is True
    book.write(new_title())
    assert titles(book) == ["新しい名前"]


# ---------------------------------------------------------------- copies

def test_copies_stand_beside_the_workbook_under_their_dates(three: ExcelWorkbook, path: Path) -> None:
    three.keep_copy("20261122-101500", keep=5)
    three.keep_copy("20261122-101500", keep=5)
    folder = path.parent / "products_copies"
    assert sorted(file.name for file in folder.iterdir()) == [
        "products_20261122-101500-2.xlsx", "products_20261122-101500.xlsx",
    ]  # fmt: skip
    assert (folder / "products_20261122-101500.xlsx").read_bytes() == path.read_bytes()
    assert [copy.label for copy in three.copies()] == ["2026-11-22 10:15:00-2", "2026-11-22 10:15:00"]


def test_nothing_is_restored_over_an_open_workbook(three: ExcelWorkbook, path: Path) -> None:
    three.keep_copy("20261122-101500", keep=5)
    three.write(new_title())
    (path.parent / "~$products.xlsx").touch()
    with pytest.raises(Unavailable, match="workbook_open"):
        three.restore("20261122-101500")
    assert titles(three)[0] == "新しい名前"
    assert len(three.copies()) == 1


def test_a_deleted_workbook_can_be_restored(three: ExcelWorkbook, path: Path) -> None:
    three.keep_copy("20261122-101500", keep=5)
    path.unlink()
    three.restore("20261122-101500")
    assert titles(three) == ["商品p1", "商品p2", "商品p3"]


def rename_sheet(path: Path, old: str, new: str) -> None:
    """Rename a tab as a person does."""
    beside = path.with_suffix(".renamed")
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(beside, "w") as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "xl/workbook.xml":
                content = content.replace(f'name="{old}"'.encode(), f'name="{new}"'.encode())
            target.writestr(name, content)
    shutil.move(beside, path)


def members(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}
