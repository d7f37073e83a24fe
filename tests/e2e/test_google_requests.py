"""The menu in the sheet asks, the scheduled run obeys: once, within all limits, and only what is meant for it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest

from sheets_sync.clock import SystemClock
from sheets_sync.issue import Tab
from sheets_sync.sandbox import Sandbox
from sheets_sync.usecases.session import open_session
from tests.google_double import GoogleDouble
from tests.google_double.faults import Fault

from .google_folder import GoogleFolder
from .shop_folder import ShopFolder, Time, product


class Booked(GoogleFolder):
    """As `GoogleFolder`, with the menu in the sheet."""

    def book(self, command: str, *, ago: dt.timedelta = dt.timedelta()) -> str:
        """What a click in the menu leaves; its text."""
        at = SystemClock().now() - ago
        text = f"{command} {at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 1000:03}Z"
        self.write(text)
        return text

    def write(self, text: str) -> None:
        rows = self.sheet.tab("_lists").values()
        names = [row[0] if row else None for row in rows]
        free = names.index("request") if "request" in names else len([name for name in names if name])
        person = self.google.merchandiser(self.sheet.id)
        person.edit("_lists", free + 1, 1, "request")
        person.edit("_lists", free + 1, 2, f"'{text}" if text else "")

    def asked(self) -> str:
        with open_session(self.settings, "test", locked=False) as session:
            return session.workbook.request()

    def scheduled(self, command: str) -> int:
        return self.run(command, "--if-requested", *(["--yes"] if command == "import" else []))

    def logs(self) -> list[Path]:
        return sorted((self.folder / "logs").glob("*.log"))

    def history(self, command: str) -> list[dict[str, object]]:
        rows = self.read().tabs[Tab.HISTORY].rows
        return [dict(row.cells) for row in rows if row.cells["command"] == command]


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox, moved: Time, google: GoogleDouble, moving_time: None) -> Booked:
    folder = Booked(tmp_path, sandbox, moved, google)
    folder.cart(product("ao"), product("aka"))
    assert folder.run("export") == 0
    folder.fill("ao", "aka")
    return folder


def test_nothing_booked_is_one_call_and_no_word(shop: Booked, capsys: pytest.CaptureFixture[str]) -> None:
    logs = shop.logs()
    capsys.readouterr()
    for command in ("check", "import"):
        shop.google.clear_log()
        assert shop.scheduled(command) == 0
        assert [call.cost for call in shop.google.calls() if call.cost != "token"] == ["read"]
    assert capsys.readouterr() == ("", "")
    assert shop.logs() == logs, "a run every five minutes must not push the logs of real ones out"
    assert len(shop.listings()) == 0


def test_nothing_booked_in_json(shop: Booked, capsys: pytest.CaptureFixture[str]) -> None:
    code, told = shop.json(capsys, "check", "--if-requested")
    assert (code, told) == (0, {"command": "check", "run_id": "", "products": 0, "skus": 0, "requested": False})


def test_a_booked_check_is_done_once(shop: Booked, capsys: pytest.CaptureFixture[str]) -> None:
    shop.book("check")
    assert shop.scheduled("import") == 0, "meant for the check"
    assert len(shop.listings()) == 0
    code, told = shop.json(capsys, "check", "--if-requested")
    assert (code, told["requested"], told["states"]["ready"]) == (0, True, 2)
    assert shop.row("ao")["state"] == "同期待ち"
    assert shop.asked() == ""
    assert "メニューからの予約" in str(shop.history("check")[0]["note"])
    assert shop.scheduled("check") == 0
    assert len(shop.history("check")) == 1


def test_a_booked_import_keeps_limits_and_approvals(shop: Booked) -> None:
    shop.book("import")
    assert shop.scheduled("import") == 0
    assert set(shop.listings()) == {"ao", "aka"}
    assert shop.asked() == ""
    shop.type("ao", price=99)
    shop.book("import")
    assert shop.scheduled("import") == 5
    assert shop.listings()["ao"]["skus"][0]["price"]["sale_price"] == "1200"
    told = shop.history("import")[-1]
    assert told["exit"] == 5
    assert "50%" in str(told["note"]), "who asked sees nothing but the sheet"
    assert shop.scheduled("import") == 0, "not obeyed again"
    assert shop.asked() == ""


def test_a_request_is_never_obeyed_twice_even_if_its_cell_stays(shop: Booked) -> None:
    text = shop.book("import")
    shop.google.fail(Fault.UNAVAILABLE, lambda call: "findReplace" in str(call.body), times=1000)
    assert shop.scheduled("import") == 0
    assert shop.asked() == text
    shop.sandbox.control.clear_requests()
    runs = len(shop.history("import"))
    assert shop.scheduled("import") == 0
    assert len(shop.history("import")) == runs
    assert shop.sandbox.control.requests == []
    shop.google.faults.armed.clear()
    assert shop.scheduled("import") == 0
    assert shop.asked() == ""
    shop.write(text)  # somebody undoes the clearing in Google's version history
    shop.book("check")
    shop.scheduled("check")
    shop.write(text)
    assert shop.scheduled("import") == 0
    assert len(shop.history("import")) == runs


def test_a_run_that_dies_leaves_its_request_obeyed(shop: Booked, monkeypatch: pytest.MonkeyPatch) -> None:
    text = shop.book("import")

    def killed(*_: object) -> None:
        raise SystemExit(137)

    with monkeypatch.context() as patched:
        patched.setattr("sheets_sync.usecases.send.prepare", killed)
        patched.setattr("sheets_sync.usecases.requests._clear", lambda *_: None)  # it died before
        with pytest.raises(SystemExit):
            shop.scheduled("import")
    assert shop.asked() == text
    assert shop.scheduled("import") == 0
    assert shop.listings() == {}


def test_what_was_booked_while_the_run_was_at_work_stays(shop: Booked) -> None:
    shop.book("check")
    later: list[str] = []

    def book_again() -> None:
        shop.moved.seconds += 60
        later.append(shop.book("import"))

    shop.google.between(lambda call: "findReplace" in str(call.body), book_again)
    assert shop.scheduled("check") == 0
    assert [shop.asked()] == later
    assert shop.scheduled("import") == 0
    assert len(shop.listings()) == 2


@pytest.mark.parametrize("ago", [dt.timedelta(hours=24, minutes=1), -dt.timedelta(hours=1, minutes=1)])
def test_a_request_out_of_date_is_told_and_cancelled(
    shop: Booked, ago: dt.timedelta, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.book("import", ago=ago)
    capsys.readouterr()
    assert shop.scheduled("import") == 0
    assert "取り消しました" in capsys.readouterr().out
    assert shop.listings() == {}
    assert shop.asked() == ""


@pytest.mark.parametrize("ago", [dt.timedelta(hours=23, minutes=58), -dt.timedelta(minutes=58)])
def test_a_request_within_a_day_is_obeyed(shop: Booked, ago: dt.timedelta) -> None:
    shop.book("import", ago=ago)
    assert shop.scheduled("import") == 0
    assert len(shop.listings()) == 2


@pytest.mark.parametrize("text", ["import", "import now", "import 2026-11-22T10:05:00", "delete 2026-11-22T10:05:00Z"])
def test_words_that_mean_nothing_do_nothing(shop: Booked, text: str) -> None:
    shop.write(text)
    assert shop.scheduled("import") == 0
    assert shop.listings() == {}


def test_an_export_and_a_check_keep_the_request(shop: Booked) -> None:
    text = shop.book("import")
    assert shop.run("export") == 0
    assert shop.run("check") == 0
    assert shop.asked() == text


def test_a_restored_copy_brings_no_request_back(shop: Booked) -> None:
    shop.book("import")
    assert shop.run("export") == 0
    shop.write("")  # she thought better of it
    (copy,) = shop.folder.glob("google_*_copies/*.gz")
    assert shop.run("restore", re.sub(r"^.*_", "", copy.stem)) == 0
    assert shop.scheduled("import") == 0
    assert shop.listings() == {}


def test_another_run_at_work_leaves_the_request_for_the_next_turn(shop: Booked) -> None:
    text = shop.book("check")
    with open_session(shop.settings, "test"):
        assert shop.scheduled("check") == 8
    assert shop.asked() == text
    assert shop.scheduled("check") == 0
    assert shop.asked() == ""


def test_without_yes_nobody_is_asked_in_a_schedule(shop: Booked) -> None:
    shop.book("import")
    assert shop.run("import", "--if-requested") == 2
    assert shop.listings() == {}


def test_an_excel_file_has_no_menu_and_nothing_happens(
    tmp_path_factory: pytest.TempPathFactory, sandbox: Sandbox, moved: Time, moving_time: None
) -> None:
    excel = ShopFolder(tmp_path_factory.mktemp("excel"), sandbox, moved)
    assert excel.run("check", "--if-requested") == 0
    assert not (excel.folder / "sheets_sync.db").exists()


def test_a_deleted_lists_tab_is_named(shop: Booked, capsys: pytest.CaptureFixture[str]) -> None:
    shop.google.merchandiser(shop.sheet.id).delete_tab("_lists")
    assert shop.scheduled("check") == 2
    assert "_lists" in capsys.readouterr().err
