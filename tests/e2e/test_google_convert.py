"""The workbook moves from Excel to Google and back, and the job goes on as if nothing had happened."""

from __future__ import annotations

import datetime as dt
import tomllib
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.settings import Settings, load_settings
from sheets_sync.tables import CellValue, RowRef, Snapshot, Whole
from sheets_sync.usecases.session import open_session
from tests.google_double import GoogleDouble

from .shop_folder import ShopFolder, Time, product, variants


class TwoHomes(ShopFolder):
    """A folder whose workbook is an Excel file, with an empty spreadsheet at hand."""

    def __init__(self, folder: Path, sandbox: Sandbox, moved: Time, google: GoogleDouble) -> None:
        self.google = google
        self.sheet = google.new_spreadsheet("商品表", shared_with=[google.EMAIL], locale="ja_JP")
        google.service_account_file(folder / "google.json")
        super().__init__(folder, sandbox, moved)

    def configure(self, rules: str = "", language: str = "ja") -> None:
        super().configure(rules, language)
        file = self.folder / "sheets_sync.toml"
        more = f'# my notes\n[workbook]\ncredentials = "google.json" # of the shop\napi_base = "{self.google.url}"\n'
        file.write_text(f'{file.read_text("utf-8")}{more}', "utf-8")

    def kind(self) -> str:
        return self.settings.workbook.kind

    def at(self, kind: str) -> Settings:
        """The settings as if that kind were chosen."""
        found = load_settings(self.folder / "sheets_sync.toml")
        workbook = found.workbook.model_copy(update={"kind": kind, "spreadsheet_id": self.sheet.id})
        return found.model_copy(update={"workbook": workbook})

    def whole(self, kind: str) -> Whole:
        with open_session(self.at(kind), "test", locked=False) as session:
            return session.workbook.read_whole()

    def to_google(self, *more: str) -> int:
        return self.run("convert", "--to", "google", "--spreadsheet", self.sheet.id, *more)


@pytest.fixture
def home(tmp_path: Path, sandbox: Sandbox, moved: Time, google: GoogleDouble, moving_time: None) -> TwoHomes:
    return TwoHomes(tmp_path, sandbox, moved, google)


def contents(snapshot: Snapshot) -> dict[Tab, list[dict[str, CellValue]]]:
    """Cells of all rows in sheet order; what the runs themselves wrote into the history aside."""
    found = {tab: [row.cells for row in sheet.rows] for tab, sheet in snapshot.tabs.items()}
    found[Tab.HISTORY] = [row for row in found[Tab.HISTORY] if row["command"] != "convert"]
    return found


def put(file: Path, sheet: str, cells: dict[tuple[int, int], Any]) -> None:
    """Type into an Excel file, by 1-based row and column."""
    book = openpyxl.load_workbook(file)
    for (row, column), value in cells.items():
        book[sheet].cell(row, column).value = value
    book.save(file)


@pytest.fixture
def edited(home: TwoHomes) -> TwoHomes:
    """A shop at work: listed, edited, sorted by hand, with columns of her own."""
    home.cart(product("ao"), product("00123"), *variants("sara", {"S": "3", "M": "4"}), product("kiro"))
    assert home.run("export") == 0
    home.fill("ao", "00123", "sara", barcode="04901234567894")
    assert home.run("import", "--yes", "--wait") in (0, 3)
    home.type("ao", title="藍色のマグカップ 手描き 300ml", price=1300)
    home.edit(
        {Tab.SKUS: {RowRef(key): {"stock": 0} for key in ("sara|S",) if key in home_keys(home, Tab.SKUS)}},
        append={Tab.DEFAULTS: [{"match_kind": "すべて", "package_weight_g": 300}]},
    )
    book = openpyxl.load_workbook(home.workbook)
    sheet = book["商品"]
    free = sheet.max_column + 1
    for row, values in enumerate([("撮影日", "社内番号"), (dt.date(2026, 11, 1), "007"), (None, 12.5)], start=1):
        for column, value in enumerate(values, start=free):
            sheet.cell(row, column).value = value
    cells = [[(cell.value, cell.number_format) for cell in row] for row in sheet.iter_rows(min_row=2, max_row=5)]
    for row, values in enumerate([*reversed(cells), cells[0]], start=2):  # sorted by hand, one row copied
        for column, (value, shown) in enumerate(values, start=1):
            sheet.cell(row, column).value, sheet.cell(row, column).number_format = value, shown
    book.save(home.workbook)
    home.type("kiro", memo="=1+1", person="  山田  ")
    assert home.run("check") in (0, 3)
    return home


def home_keys(home: TwoHomes, tab: Tab) -> list[str]:
    return [row.key(tab) for row in home.read().tabs[tab].rows]


def test_excel_to_google_and_back_is_the_same_workbook(edited: TwoHomes) -> None:
    before = edited.whole("excel")
    file = edited.workbook.read_bytes()
    assert edited.to_google() == 0
    assert edited.workbook.read_bytes() == file, "the former workbook stays as it is"
    there = edited.whole("google")
    assert contents(there.snapshot) == contents(before.snapshot)
    assert (there.own, there.lists, there.snapshot.ids) == (before.own, before.lists, before.snapshot.ids)
    edited.workbook.rename(edited.folder / "old.xlsx")
    assert edited.run("convert", "--to", "excel", "--spreadsheet", edited.sheet.id) == 0
    back = edited.whole("excel")
    assert contents(back.snapshot) == contents(before.snapshot)
    assert (back.own, back.lists, back.snapshot.ids) == (before.own, before.lists, before.snapshot.ids)


def test_the_job_goes_on_in_the_new_workbook_without_a_false_edit(
    edited: TwoHomes, capsys: pytest.CaptureFixture[str]
) -> None:
    _, plan = edited.json(capsys, "import", "--dry-run", "--yes")
    _, before = edited.json(capsys, "check")
    assert edited.to_google("--switch") == 0
    assert edited.kind() == "google"
    _, after = edited.json(capsys, "check")
    assert [after[key] for key in ("states", "listings")] == [before[key] for key in ("states", "listings")]
    told = [[(i["row_key"], i["column"], i["code"]) for i in run["issues"]] for run in (before, after)]
    assert told[0] == told[1]
    _, again = edited.json(capsys, "import", "--dry-run", "--yes")
    assert again["plan"] == plan["plan"], "exactly the same would be sent"
    _, exported = edited.json(capsys, "export")
    assert (exported["conflicts"], exported["refreshed"], exported["added"], exported["gone"]) == (0, 0, 0, 0)
    assert edited.row("ao")["title"] == "藍色のマグカップ 手描き 300ml"


def test_export_to_brings_the_cart_into_the_new_workbook_and_stays_there(
    edited: TwoHomes, capsys: pytest.CaptureFixture[str]
) -> None:
    edited.cart(product("ao", stock="8"), product("00123"), *variants("sara", {"S": "3", "M": "4"}), product("neu"))
    code, told = edited.json(capsys, "export", "--to", "google", "--spreadsheet", edited.sheet.id, "--all")
    assert code in (0, 3)
    assert (told["added"], told["gone"], told["from"]) == (1, 1, "tiktok_products.xlsx")
    assert edited.kind() == "google", "the store's base went with it"
    settings = (edited.folder / "sheets_sync.toml").read_text("utf-8")
    assert "# my notes" in settings
    assert "# of the shop" in settings
    assert tomllib.loads(settings)["workbook"]["spreadsheet_id"] == edited.sheet.id
    assert edited.row("ao")["cart_stock"] == 8
    assert edited.row("neu")["state"] == "対象外"
    runs = [row.cells["run_id"] for row in edited.read().tabs[Tab.HISTORY].rows]
    assert len(runs) == len(set(runs))


def test_without_switch_the_settings_stay_and_are_told(edited: TwoHomes, capsys: pytest.CaptureFixture[str]) -> None:
    assert edited.to_google() == 0
    said = capsys.readouterr().out
    assert edited.kind() == "excel"
    assert f'spreadsheet_id = "{edited.sheet.id}"' in said
    assert "グラフ" in said


def test_an_environment_that_says_otherwise_is_told(
    edited: TwoHomes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SHEETS_SYNC__WORKBOOK__KIND", "excel")
    assert edited.to_google("--switch") == 0
    assert "環境変数" in capsys.readouterr().out
    assert edited.kind() == "excel"


def test_a_workbook_that_is_there_is_never_overwritten(edited: TwoHomes) -> None:
    assert edited.to_google() == 0
    before = edited.whole("google")
    edited.type("ao", title="Excelで続けて編集した名前 300ml")
    assert edited.to_google() == 2
    assert edited.whole("google").snapshot.tabs == before.snapshot.tabs
    assert edited.run("convert", "--to", "excel", "--spreadsheet", edited.sheet.id) == 2
    assert edited.row("ao")["title"] == "Excelで続けて編集した名前 300ml"


def test_an_old_excel_file_does_not_replace_the_sheet_at_work(edited: TwoHomes) -> None:
    assert edited.to_google("--switch") == 0
    other = edited.google.new_spreadsheet("別の表", shared_with=[edited.google.EMAIL], locale="ja_JP")
    assert edited.run("convert", "--to", "google", "--spreadsheet", other.id, "--switch") == 2
    assert edited.settings.workbook.spreadsheet_id == edited.sheet.id


def test_a_text_that_excel_cannot_hold_is_refused_by_name(
    edited: TwoHomes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edited.to_google("--switch") == 0
    person = edited.google.merchandiser(edited.sheet.id)
    person.edit_under("商品", "カート商品ID", "ao", "商品説明", "あ" * 40_000)
    capsys.readouterr()
    target = edited.folder / "long.xlsx"
    assert edited.run("convert", "--to", "excel", "--path", str(target)) == 2
    said = capsys.readouterr().err
    assert "商品説明" in said
    assert "ao" in said
    assert "40,000" in said
    assert not target.exists()


def test_a_long_text_of_her_own_column_is_refused_by_name(
    edited: TwoHomes, capsys: pytest.CaptureFixture[str]
) -> None:
    assert edited.to_google("--switch") == 0
    person = edited.google.merchandiser(edited.sheet.id)
    person.edit_under("商品", "カート商品ID", "ao", "社内番号", "番" * 33_000)
    capsys.readouterr()
    assert edited.run("convert", "--to", "excel", "--path", str(edited.folder / "long.xlsx")) == 2
    assert "社内番号" in capsys.readouterr().err


def test_a_column_that_she_deleted_is_no_wish_to_blank_it(
    edited: TwoHomes, capsys: pytest.CaptureFixture[str]
) -> None:
    titles = {key: edited.row(key)["title"] for key in ("ao", "kiro")}
    book = openpyxl.load_workbook(edited.workbook)
    heading = [cell.value for cell in book["商品"][1]]
    book["商品"].delete_cols(heading.index("商品名") + 1)
    book.save(edited.workbook)
    assert edited.to_google("--switch") == 0
    assert {key: edited.row(key)["title"] for key in titles} == titles
    _, told = edited.json(capsys, "export")
    assert told["conflicts"] == 0


def test_a_date_in_a_column_of_texts_goes_as_the_text_she_sees(
    edited: TwoHomes, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = [cell.value for cell in openpyxl.load_workbook(edited.workbook)["商品"][1]]
    put(edited.workbook, "商品", {(3, heading.index("メモ") + 1): dt.date(2026, 3, 4)})
    capsys.readouterr()
    assert edited.to_google("--switch") == 0
    assert "商品 3 メモ" in capsys.readouterr().out
    assert [row.cells.get("memo") for row in edited.read().tabs[Tab.PRODUCTS].rows][1] == "2026/03/04"


def test_a_formula_that_nobody_calculated_is_asked_about(
    edited: TwoHomes, capsys: pytest.CaptureFixture[str]
) -> None:
    heading = [cell.value for cell in openpyxl.load_workbook(edited.workbook)["商品"][1]]
    put(edited.workbook, "商品", {(3, heading.index("撮影日") + 1): "=TODAY()"})
    assert edited.to_google() == 2
    said = capsys.readouterr().err
    assert "撮影日" in said
    assert "3行目" in said
    assert "商品" not in edited.sheet.titles


@pytest.mark.parametrize("lock", ["~$tiktok_products.xlsx"])
def test_an_open_file_may_hold_unsaved_edits(edited: TwoHomes, lock: str) -> None:
    (edited.folder / lock).touch()
    assert edited.to_google() == 6
    assert "商品" not in edited.sheet.titles


def test_what_is_missing_is_said(home: TwoHomes, capsys: pytest.CaptureFixture[str]) -> None:
    assert home.run("convert", "--to", "google") == 2
    assert "--spreadsheet" in capsys.readouterr().err
    assert home.to_google() == 2
    assert "tiktok_products.xlsx" in capsys.readouterr().err
    assert home.run("export", "--spreadsheet", home.sheet.id) == 2
    assert "--to" in capsys.readouterr().err
    assert home.run("convert", "--to", "excel", "--path", "x.csv", "--spreadsheet", home.sheet.id) == 2
    assert ".xlsx" in capsys.readouterr().err
