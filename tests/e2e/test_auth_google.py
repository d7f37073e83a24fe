"""Signing in to Google and choosing the spreadsheet, as a person meets it, over HTTP against a Google on loopback."""

from __future__ import annotations

import json
import socket
import stat
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from sheets_sync.cli.main import run
from sheets_sync.settings import load_settings
from sheets_sync.usecases.session import open_session
from tests.google_double import Fault, GoogleDouble, is_api

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def google() -> Iterator[GoogleDouble]:
    with GoogleDouble() as double:
        yield double


@pytest.fixture
def folder(google: GoogleDouble, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty working folder with a service account's key, on a machine whose Google is the one on loopback."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SHEETS_SYNC__WORKBOOK__API_BASE", google.url)
    google.service_account_file(tmp_path / "key.json")
    return tmp_path


def said(capsys: Capture, *arguments: str) -> tuple[int, str]:
    """Run a command; exit code and everything it printed."""
    capsys.readouterr()
    code = run(arguments)
    printed = capsys.readouterr()
    return code, printed.out + printed.err


def checks(capsys: Capture, *arguments: str) -> tuple[int, dict[str, Any]]:
    capsys.readouterr()
    code = run([*arguments, "--json"])
    told = json.loads(capsys.readouterr().out)
    return code, {check["code"]: check for check in told["checks"]}


class TestServiceAccount:
    """`auth google` with a key file, and `init --google`."""

    def test_before_anything_it_names_the_address_to_share_with(self, folder: Path, capsys: Capture) -> None:
        code, words = said(capsys, "auth", "google", "--credentials", "key.json")
        assert code == 3
        assert GoogleDouble.EMAIL in words
        assert "編集者" in words
        assert not list(folder.glob("*.db")), "signing in leaves no store behind"

    def test_a_shared_spreadsheet_is_adopted_and_worked_in(
        self, folder: Path, google: GoogleDouble, capsys: Capture
    ) -> None:
        sheet = google.new_spreadsheet("秋の商品", shared_with=[google.EMAIL])
        address = f"https://docs.google.com/spreadsheets/d/{sheet.id}/edit#gid=0"
        code, words = said(capsys, "init", "--google", "--credentials", "key.json", "--spreadsheet", address)
        assert code == 0, words
        assert "秋の商品" in words
        settings = load_settings(folder / "sheets_sync.toml").workbook
        assert (settings.kind, settings.spreadsheet_id, settings.credentials) == ("google", sheet.id, "key.json")
        assert "# " in (folder / "sheets_sync.toml").read_text("utf-8"), "the comments of the sample settings stay"
        code, found = checks(capsys, "auth", "google")
        assert code == 0
        assert found["google_check_editable"]["verdict"] == "ok"
        (folder / "products.csv").write_text("Title,URL handle,Price\n湯のみ,cup,900\n", "utf-8")
        assert run(["export", "--quiet"]) == 0
        with open_session(load_settings(folder / "sheets_sync.toml"), "test", locked=False) as session:
            assert session.workbook.exists()
        assert run(["auth", "check", "--quiet"]) in (3, 7), "the shop is still to be signed in to"

    def test_a_workbook_that_is_there_is_taken_over_with_its_cart(
        self, folder: Path, google: GoogleDouble, capsys: Capture
    ) -> None:
        sheet = google.new_spreadsheet("共有", shared_with=[google.EMAIL])
        asked = ("--google", "--credentials", "key.json", "--spreadsheet", sheet.id)
        assert run(["init", *asked, "--folder", "first"]) == 0
        first = folder / "first" / "sheets_sync.toml"
        first.write_text(first.read_text("utf-8").replace('id = "main"', 'id = "osaka"'), "utf-8")
        (folder / "first" / "products.csv").write_text("Title,URL handle,Price\n湯のみ,cup,900\n", "utf-8")
        assert run(["export", "--quiet", "--config", str(first)]) == 0
        code, words = said(capsys, "init", *asked, "--folder", "second")
        assert code == 0
        assert "osaka" in words
        assert load_settings(folder / "second" / "sheets_sync.toml").cart.id == "osaka"

    def test_without_a_place_for_files_it_says_how_to_go_on_and_lays_nothing_down(
        self, folder: Path, capsys: Capture
    ) -> None:
        code, words = said(capsys, "init", "--google", "--credentials", "key.json")
        assert code == 2
        assert GoogleDouble.EMAIL in words
        assert not (folder / "sheets_sync.toml").exists()

    @pytest.mark.parametrize(
        ("trouble", "code", "exit_code"),
        [
            ("viewer", "google_not_shared", 7),
            ("stranger", "google_not_shared", 7),
            ("disabled", "google_api_disabled", 7),
            ("wrong id", "google_not_found", 2),
            ("revoked", "google_signed_out", 7),
        ],
    )
    def test_what_is_missing_is_one_clear_line(
        self, folder: Path, google: GoogleDouble, capsys: Capture, trouble: str, code: str, exit_code: int
    ) -> None:
        sheet = google.new_spreadsheet("商品", shared_with=[google.EMAIL])
        assert run(["init", "--google", "--credentials", "key.json", "--spreadsheet", sheet.id]) == 0
        match trouble:
            case "viewer":
                google.share(sheet.id, google.EMAIL, role="reader")
            case "stranger":
                google.unshare(sheet.id, google.EMAIL)
            case "disabled":
                google.disable_api("sheets")
            case "wrong id":
                settings = folder / "sheets_sync.toml"
                settings.write_text(settings.read_text("utf-8").replace(sheet.id, "x" * 44), "utf-8")
            case "revoked":
                google.revoke(google.EMAIL)
        found_exit, found = checks(capsys, "auth", "google")
        assert found_exit == exit_code
        assert code in found
        if trouble in ("viewer", "stranger"):
            assert google.EMAIL in found[code]["message"]
        if trouble == "disabled":
            assert "https://" in found[code]["message"]

    def test_the_key_is_never_shown(self, folder: Path, google: GoogleDouble, capsys: Capture) -> None:
        key = json.loads((folder / "key.json").read_text("utf-8"))["private_key"].splitlines()[1]
        google.fail(Fault.UNAVAILABLE_HTML, when=is_api, times=1)
        _, words = said(capsys, "auth", "google", "--credentials", "key.json", "--verbose")
        (folder / "broken.json").write_text((folder / "key.json").read_text("utf-8").replace("service_account", "x"))
        _, more = said(capsys, "auth", "google", "--credentials", "broken.json", "--verbose")
        assert key not in words + more

    def test_with_a_cart_file_existing_settings_are_refused_and_not_passed_over(
        self, folder: Path, google: GoogleDouble, capsys: Capture
    ) -> None:
        sheet = google.new_spreadsheet("商品", shared_with=[google.EMAIL])
        (folder / "products.csv").write_text("Title,URL handle,Price\n湯のみ,cup,900\n", "utf-8")
        (folder / "sheets_sync.toml").write_text('language = "ja"\n', "utf-8")
        asked = ("--google", "--credentials", "key.json", "--spreadsheet", sheet.id, "--from", "products.csv", "--yes")
        code, words = said(capsys, "init", *asked)
        assert code == 2
        assert "sheets_sync.toml" in words
        (folder / "sheets_sync.toml").unlink()
        assert said(capsys, "init", *asked)[0] == 0
        assert load_settings(folder / "sheets_sync.toml").workbook.spreadsheet_id == sheet.id

    def test_options_that_speak_of_google_need_it(self, folder: Path, capsys: Capture) -> None:
        code, words = said(capsys, "init", "--credentials", "key.json")
        assert code == 2
        assert "--google" in words


class TestConsent:
    """`auth google --client`: a person at a browser."""

    @pytest.fixture
    def client(self, folder: Path, google: GoogleDouble, monkeypatch: pytest.MonkeyPatch) -> Path:
        monkeypatch.setenv("OAUTHLIB_INSECURE_TRANSPORT", "1")  # the Google on loopback speaks no TLS
        file = folder / "client.json"
        file.write_text(json.dumps(google.client_secrets()), "utf-8")
        return file

    @pytest.fixture
    def browser(self, monkeypatch: pytest.MonkeyPatch) -> list[str]:
        """Whatever page is opened is visited at once, as a person would who says yes."""
        opened: list[str] = []

        def visit(link: str) -> None:
            opened.append(link)
            threading.Thread(target=requests.get, args=(link,), kwargs={"timeout": 10}, daemon=True).start()

        monkeypatch.setattr("sheets_sync.cli.google_steps._show", lambda _caller, link: visit(link))
        return opened

    def test_consent_is_kept_for_the_person_alone_and_a_spreadsheet_made(
        self, folder: Path, client: Path, browser: list[str], google: GoogleDouble, capsys: Capture
    ) -> None:
        code, words = said(capsys, "auth", "google", "--client", str(client), "--no-browser")
        assert code == 3, words  # no spreadsheet is chosen yet
        kept = folder / "google_credentials.json"
        assert stat.S_IMODE(kept.stat().st_mode) == 0o600
        refresh = json.loads(kept.read_text("utf-8"))["refresh_token"]
        assert refresh not in words
        assert len(browser) == 1
        code, words = said(capsys, "init", "--google", "--language", "ja")
        assert code == 0, words
        made = load_settings(folder / "sheets_sync.toml").workbook
        assert made.credentials == "google_credentials.json"
        assert google.file(made.spreadsheet_id).permissions.keys().isdisjoint({"anyone"})
        code, found = checks(capsys, "auth", "google")
        assert code == 0
        assert "google_check_editable" in found

    def test_a_key_file_is_no_client_file(self, folder: Path, capsys: Capture) -> None:
        code, words = said(capsys, "auth", "google", "--client", "key.json", "--no-browser")
        assert code == 7
        assert "OAuth" in words

    def test_a_client_file_alone_signs_nobody_in(self, client: Path, capsys: Capture) -> None:
        code, words = said(capsys, "auth", "google", "--credentials", str(client))
        assert code == 7
        assert "auth google" in words

    def test_a_refusal_and_silence_say_what_to_do(
        self, client: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def refuse(_caller: object, link: str) -> None:
            asked = parse_qs(urlsplit(link).query)
            back = f"{asked['redirect_uri'][0]}?error=access_denied&state={asked['state'][0]}"
            threading.Thread(target=requests.get, args=(back,), kwargs={"timeout": 10}, daemon=True).start()

        monkeypatch.setattr("sheets_sync.cli.google_steps._show", refuse)
        code, words = said(capsys, "auth", "google", "--client", str(client), "--no-browser")
        assert code == 7
        assert "access_denied" in words
        monkeypatch.setattr("sheets_sync.cli.google_steps._show", lambda *_: None)
        monkeypatch.setattr("sheets_sync.usecases.auth_google.CONSENT_SECONDS", 0.01)
        code, words = said(capsys, "auth", "google", "--client", str(client), "--no-browser")
        assert code == 7
        assert "--client" in words

    def test_a_port_in_use_is_named(self, client: Path, capsys: Capture) -> None:
        with socket.create_server(("127.0.0.1", 0)) as taken:
            port = str(taken.getsockname()[1])
            code, words = said(capsys, "auth", "google", "--client", str(client), "--no-browser", "--port", port)
        assert code == 2
        assert port in words
