"""Who we are to Google: a service account's JSON file, or the file that a person's consent left.

(Google, "Using OAuth 2.0 for server to server applications", "OAuth 2.0 for installed applications".)
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urlsplit

from google.auth.credentials import Credentials
from google.auth.exceptions import GoogleAuthError
from google.oauth2 import credentials as of_a_person
from google.oauth2 import service_account

from sheets_sync.errors import CredentialsError

SCOPES = ("https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/drive.file")
"""Spreadsheets that are shared with the account, and files that this tool makes itself; nothing else of the Drive."""
TOKEN_URI = "https://oauth2.googleapis.com/token"  # noqa: S105  an address
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, slots=True)
class Account:
    """Credentials, and the e-mail address that a spreadsheet has to be shared with ("" = a person's own, unknown)."""

    credentials: Credentials = field(repr=False)
    address: str
    kind: Literal["service", "person"]


def open_account(file: Path) -> Account:
    """Read a credentials file. Raises CredentialsError that names the file and what is wrong, never what is in it."""
    try:
        found = json.loads(file.read_text("utf-8-sig"))
    except FileNotFoundError:
        raise CredentialsError("google_credentials_missing", file=str(file)) from None
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) and error.strerror else "JSON"
        raise CredentialsError("google_credentials_unreadable", file=str(file), reason=reason) from None
    if not isinstance(found, Mapping):
        raise CredentialsError("google_credentials_unreadable", file=str(file), reason="JSON")
    if "installed" in found or "web" in found:
        raise CredentialsError("google_credentials_client", file=str(file))
    try:
        return account_of(found)
    except (GoogleAuthError, ValueError, TypeError, KeyError):
        raise CredentialsError("google_credentials_kind", file=str(file)) from None


def account_of(found: Mapping[str, Any]) -> Account:
    """The account that the contents of a credentials file stand for. Raises ValueError or GoogleAuthError."""
    address = str(found.get("client_email") or found.get("account") or found.get("email") or "")
    token_uri = str(found.get("token_uri") or TOKEN_URI)
    _check_token_uri(token_uri)
    if found.get("type") == "service_account":
        signed = service_account.Credentials.from_service_account_info(  # type: ignore[no-untyped-call]
            dict(found), scopes=list(SCOPES)
        )
        return Account(signed, address, "service")
    if not all(found.get(name) for name in ("refresh_token", "client_id", "client_secret")):
        raise ValueError("neither a service account nor a person's consent")
    # Its own reader of such files ignores `token_uri`; the constructor does not.
    consent = of_a_person.Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=str(found["refresh_token"]),
        token_uri=token_uri,
        client_id=str(found["client_id"]),
        client_secret=str(found["client_secret"]),
        scopes=list(SCOPES),
    )
    return Account(consent, address, "person")


def _check_token_uri(address: str) -> None:
    """Secrets go to this address: over TLS, or not further than this machine."""
    parts = urlsplit(address)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise ValueError("a token address without TLS")
