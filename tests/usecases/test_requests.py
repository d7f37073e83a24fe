"""What the menu in the sheet leaves is what the tool understands: the script itself is run, in a sheet of its own."""

from __future__ import annotations

import datetime as dt
import json
import re
from pathlib import Path
from typing import Any

import click
import dukpy
import pytest

from sheets_sync.cli.commands import cli
from sheets_sync.issue import Tab
from sheets_sync.tables import WorkbookIds
from sheets_sync.template_files import load_template, templates_folder
from sheets_sync.usecases.requests import parse_request
from sheets_sync.workbooks import lists

SCRIPT = (templates_folder() / "sheets_menu.gs").read_text("utf-8")
TEMPLATE = load_template("JP")
DOCS = Path(__file__).parents[2] / "docs"
MENU = {"ja": ("チェックを予約", "TikTokへの送信を予約"), "en": ("Book a check", "Book an import to TikTok")}

# As much of Google's SpreadsheetApp as the script uses; what it does not know fails.
FAKE = """
const told = {menu: [], toasts: [], alerts: []};
let answer = 'OK';
const grid = dukpy.rows;
const sheet = {
  getMaxRows: () => grid.length,
  insertRowAfter: (row) => { grid.splice(row, 0, []); },
  getRange: (row, column, height, width) => {
    if (row < 1 || row + (height || 1) - 1 > grid.length) { throw new Error('outside of the grid'); }
    const range = {
      getValue: () => grid[row - 1][column - 1] ?? '',
      getValues: () => grid.slice(row - 1, row - 1 + height).map((line) => [line[column - 1] ?? '']),
      setNumberFormat: (format) => { if (format !== '@') { throw new Error('not a text'); } return range; },
      setValue: (value) => { grid[row - 1][column - 1] = value; return range; },
    };
    return range;
  },
};
const menu = {
  addItem: (label, name) => {
    if (typeof globalThis[name] !== 'function') { throw new Error(name); }
    told.menu.push([label, name]);
    return menu;
  },
  addSeparator: () => menu,
  addToUi: () => { told.shown = true; },
};
const ui = {
  ButtonSet: {OK: 'ok', OK_CANCEL: 'ok or cancel'},
  Button: {OK: 'OK', CANCEL: 'CANCEL'},
  createMenu: (title) => { told.title = title; return menu; },
  alert: (title, prompt, buttons) => { told.alerts.push(prompt); return answer; },
};
const SpreadsheetApp = {
  getUi: () => ui,
  getActive: () => ({
    getSheetByName: (name) => (name === dukpy.tab ? sheet : null),
    toast: (text, title) => { told.toasts.push(text); },
  }),
};
"""


def lists_rows(language: Any = "ja") -> list[list[str]]:
    columns = lists.first_contents(TEMPLATE, language, WorkbookIds("wb", "main", ""), {"brand": ["A", "B"]})
    return [list(row) for row in lists.rows_of(columns)]


def menu(*calls: str, rows: list[list[str]] | None = None, tab: str = "_lists") -> tuple[dict[str, Any], Any]:
    """Call functions of the script; what it told the person, and what the tab `_lists` holds for the tool."""
    rows = lists_rows() if rows is None else rows
    code = f"{FAKE}\n{SCRIPT}\n{';'.join(calls)};\nJSON.stringify([told, grid])"
    told, grid = json.loads(dukpy.evaljs(code, rows=rows, tab=tab))
    filled = ((n, {i: v for i, v in enumerate(row) if v not in (None, "")}) for n, row in enumerate(grid, start=1))
    return told, lists.parse((n, cells) for n, cells in filled if cells)


def requestable() -> set[str]:
    """Commands that obey the menu."""
    found = {
        name: command.params
        for name, command in cli.commands.items()
        if any(isinstance(option, click.Option) and "--if-requested" in option.opts for option in command.params)
    }
    return set(found)


def test_names_in_the_script_are_the_tools() -> None:
    constants = dict(re.findall(r"^const (\w+) = '([^']+)';", SCRIPT, re.MULTILINE))
    assert constants == {"LISTS_TAB": TEMPLATE.tab_name(Tab.LISTS, "ja"), "REQUEST": lists.REQUEST}
    assert TEMPLATE.tab_name(Tab.LISTS, "ja") == TEMPLATE.tab_name(Tab.LISTS, "en")
    assert set(re.findall(r"book_\('(\w+)'\)", SCRIPT)) == requestable() == {"check", "import"}
    assert "UrlFetchApp" not in SCRIPT
    assert "@OnlyCurrentDoc" in SCRIPT


@pytest.mark.parametrize("language", ["ja", "en"])
def test_the_menu_speaks_the_workbooks_language(language: str) -> None:
    told, _ = menu("onOpen()", rows=lists_rows(language))
    assert told["title"] == "TikTok Shop"
    assert told["shown"]
    assert tuple(label for label, _ in told["menu"][:2]) == MENU[language]
    assert [name for _, name in told["menu"]] == ["bookCheck", "bookImport", "cancelBooking"]
    page = (DOCS / ("google_sheets.ja.md" if language == "ja" else "google_sheets.md")).read_text("utf-8")
    for label in MENU[language]:
        assert label in page


@pytest.mark.parametrize("command", ["check", "import"])
def test_what_is_booked_the_tool_understands(command: str) -> None:
    before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=1)
    told, found = menu(f"book{command.capitalize()}()")
    request = parse_request(found.facts["request"])
    assert request is not None
    assert request.command == command
    assert before <= request.at <= dt.datetime.now(dt.UTC) + dt.timedelta(seconds=1)
    assert found.ids == WorkbookIds("wb", "main", "")
    assert found.language == "ja"
    assert len(told["toasts"]) == 1


def test_a_second_booking_takes_the_place_of_the_first() -> None:
    _, found = menu("bookCheck()", "bookImport()")
    assert [name for name in found.fact_rows if name == "request"] == ["request"]
    assert found.facts["request"].startswith("import ")


def test_a_booking_can_be_cancelled() -> None:
    _, found = menu("bookImport()", "cancelBooking()")
    assert found.facts.get("request", "") == ""


def test_an_import_is_asked_about_first() -> None:
    told, found = menu("answer = 'CANCEL'", "bookImport()")
    assert "request" not in found.facts
    assert len(told["alerts"]) == 1
    assert told["toasts"] == []


def test_a_full_tab_gets_another_row() -> None:
    rows = [row[:2] for row in lists_rows() if row[0]]
    _, found = menu("bookCheck()", rows=rows)
    assert found.facts["request"].startswith("check ")


def test_a_spreadsheet_without_our_tabs_is_told_and_left_alone() -> None:
    told, found = menu("onOpen()", "bookCheck()", tab="another")
    assert told["alerts"] == ["このスプレッドシートには sheets_sync のタブがありません。"]
    assert "request" not in found.facts


# ---------------------------------------------------------------- what a request's text means


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("check 2026-11-22T10:05:00.000Z", "check"),
        (" import 2026-11-22T19:05:00+09:00 ", "import"),
        ("anything 2026-11-22T10:05:00Z", "anything"),
    ],
)
def test_a_request_is_a_command_and_a_moment(text: str, command: str) -> None:
    found = parse_request(text)
    assert found is not None
    assert found.command == command
    assert found.at == dt.datetime(2026, 11, 22, 10, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize("text", ["", "check", "check now", "2026-11-22T10:05:00Z", " 2026-11-22T10:05:00Z", "check 1"])
def test_anything_else_is_none(text: str) -> None:
    assert parse_request(text) is None
