"""Credentials files of either kind, and what is wrong with others: told without showing what is in them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.clock import SystemClock
from sheets_sync.errors import CredentialsError
from sheets_sync.gsheets.credentials import open_account
from sheets_sync.gsheets.spreadsheets import Spreadsheets
from sheets_sync.messages import text
from tests.google_double import GoogleDouble
from tests.workbooks.google_people import Told


def write(path: Path, content: Any) -> Path:
    path.write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
    return path


def test_a_service_account_and_a_persons_consent_both_open_a_sheet(tmp_path: Path) -> None:
    with GoogleDouble() as google:
        person = "shop@example.com"
        sheet = google.new_spreadsheet("表", shared_with=[google.EMAIL, person])
        for content, address in ((google.service_account(), google.EMAIL), (google.consent(person), person)):
            account = open_account(write(tmp_path / "google.json", content))
            spreadsheets = Spreadsheets(account, clock=SystemClock(), progress=Told(), api_base=google.url)
            assert spreadsheets.open(sheet.id).about().title == "表"
            assert spreadsheets.address == address
        assert spreadsheets.create("新しい表").about().title == "新しい表"


SECRET = "-----BEGIN PRIVATE KEY-----\nvery secret"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (None, "google_credentials_missing"),
        ("{", "google_credentials_unreadable"),
        ("[]", "google_credentials_unreadable"),
        ({"installed": {"client_secret": SECRET}}, "google_credentials_client"),
        ({"type": "service_account", "private_key": SECRET, "client_email": "a@b"}, "google_credentials_kind"),
        ({"client_id": "1", "client_secret": SECRET}, "google_credentials_kind"),
        (
            {"client_id": "1", "client_secret": SECRET, "refresh_token": SECRET, "token_uri": "http://evil.example/"},
            "google_credentials_kind",
        ),
    ],
)
def test_other_files_are_named_with_what_to_do(tmp_path: Path, content: Any, code: str) -> None:
    path = tmp_path / "google.json"
    if content is not None:
        write(path, content)
    with pytest.raises(CredentialsError) as told:
        open_account(path)
    assert told.value.code == code
    for words in (str(told.value), repr(told.value), text(code, "ja", **told.value.params)):
        assert "secret" not in words
        assert "google.json" in words


def test_credentials_are_not_shown(tmp_path: Path) -> None:
    with GoogleDouble() as google:
        account = open_account(google.service_account_file(tmp_path / "sa.json"))
    assert "PRIVATE" not in repr(account)
    assert google.EMAIL in repr(account)
