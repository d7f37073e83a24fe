"""Drive, and the ways to a token."""

import json
from pathlib import Path
from urllib.parse import urlparse

import gspread
import pytest
import requests
from google.auth.exceptions import RefreshError
from google.auth.transport.requests import AuthorizedSession, Request
from google.oauth2.credentials import Credentials
from gspread.exceptions import APIError

from . import GoogleDouble
from .accounts import DRIVE, SHEETS
from .state import SheetState


def test_a_service_account_has_no_storage_unless_told(google: GoogleDouble, client: gspread.Client) -> None:
    with pytest.raises(APIError) as refused:
        client.create("Mine")
    assert refused.value.code == 403
    assert refused.value.error["errors"][0]["reason"] == "storageQuotaExceeded"
    google.service_accounts_have_no_storage = False
    book = client.create("Mine")
    book.share("someone@example.com", perm_type="user", role="writer", notify=False)
    assert {found["emailAddress"] for found in book.list_permissions()} == {google.EMAIL, "someone@example.com"}
    assert client.open("Mine").id == book.id
    client.del_spreadsheet(book.id)
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        client.open("Mine")


def test_version_and_modified_time_move_with_every_change(
    google: GoogleDouble, client: gspread.Client, shared: SheetState
) -> None:
    def version() -> int:
        url = f"https://www.googleapis.com/drive/v3/files/{shared.id}"
        return int(client.http_client.request("get", url, params={"fields": "id,name,version"}).json()["version"])

    first = version()
    google.merchandiser(shared.id).edit("Sheet1", 1, 1, "x")
    second = version()
    client.open_by_key(shared.id).sheet1.update([["y"]], "A1")
    assert first < second < version()
    assert client.open_by_key(shared.id).get_lastUpdateTime().endswith("Z")


def test_what_is_not_shared_is_not_there_for_drive(google: GoogleDouble, client: gspread.Client) -> None:
    other = google.new_spreadsheet("Private")
    with pytest.raises(APIError) as missing:
        client.http_client.request("get", f"https://www.googleapis.com/drive/v3/files/{other.id}")
    assert (missing.value.code, missing.value.error["errors"][0]["reason"]) == (404, "notFound")
    google.disable_api("drive")
    with pytest.raises(APIError) as off:
        client.list_spreadsheet_files()
    assert off.value.error["errors"][0]["reason"] == "accessNotConfigured"


def test_a_persons_consent_opens_her_sheets(google: GoogleDouble) -> None:
    hers = google.new_spreadsheet("Hers", owner="shop@example.com")
    consent = google.consent("shop@example.com")
    credentials = Credentials(
        None, refresh_token=consent["refresh_token"], client_id=consent["client_id"],
        client_secret=consent["client_secret"], token_uri=consent["token_uri"],
    )  # type: ignore[no-untyped-call]  # fmt: skip
    session = AuthorizedSession(credentials)  # type: ignore[no-untyped-call]
    reply = session.get(f"{google.url}/v4/spreadsheets/{hers.id}", params={"fields": "properties/title"}, timeout=5)
    assert reply.json() == {"properties": {"title": "Hers"}}
    made = session.post(f"{google.url}/v4/spreadsheets", json={"properties": {"title": "New"}}, timeout=5).json()
    assert made["properties"]["title"] == "New"
    assert made["sheets"][0]["properties"]["sheetId"] == 0


def test_the_consent_page_sends_the_browser_back_with_a_code(google: GoogleDouble) -> None:
    app = google.client_secrets()["installed"]
    asked = {
        "client_id": app["client_id"],
        "redirect_uri": "http://localhost:1/",
        "state": "s",
        "scope": f"{SHEETS} {DRIVE}",
    }
    page = requests.get(app["auth_uri"], params=asked, allow_redirects=False, timeout=5)
    assert page.status_code == 302
    back = urlparse(page.headers["Location"])
    fields = dict(part.split("=") for part in back.query.split("&"))
    assert fields["state"] == "s"
    form = {"grant_type": "authorization_code", "code": fields["code"], "client_id": app["client_id"]}
    first = requests.post(app["token_uri"], data=form, timeout=5).json()
    assert first["refresh_token"]
    assert first["token_type"] == "Bearer"
    again = requests.post(app["token_uri"], data=form, timeout=5)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_a_wrong_scope_an_unknown_account_and_no_token(
    google: GoogleDouble, shared: SheetState, tmp_path: Path
) -> None:
    path = google.service_account_file(tmp_path / "account.json")
    assert json.loads(path.read_text())["client_email"] == google.EMAIL
    bare = requests.get(f"{google.url}/v4/spreadsheets/{shared.id}", timeout=5)
    assert (bare.status_code, bare.json()["error"]["status"]) == (401, "UNAUTHENTICATED")
    narrow = google.consent(google.EMAIL, scopes=("openid",))
    form = {"grant_type": "refresh_token", "refresh_token": narrow["refresh_token"]}
    token = requests.post(narrow["token_uri"], data=form, timeout=5).json()["access_token"]
    found = requests.get(
        f"{google.url}/v4/spreadsheets/{shared.id}", headers={"Authorization": f"Bearer {token}"}, timeout=5
    )
    assert (found.status_code, found.json()["error"]["message"]) == (
        403,
        "Request had insufficient authentication scopes.",
    )
    stranger = gspread.service_account_from_dict(google.service_account("gone@double.iam.gserviceaccount.com"))
    google.accounts.services.discard("gone@double.iam.gserviceaccount.com")
    with pytest.raises(RefreshError, match="account not found"):
        stranger.http_client.auth.refresh(Request())  # type: ignore[no-untyped-call]
