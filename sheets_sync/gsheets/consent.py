"""A person's own consent, given in the browser and kept as a file (Google, "OAuth 2.0 for installed applications")."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from google_auth_oauthlib.flow import InstalledAppFlow, WSGITimeoutError  # type: ignore[import-untyped]
from oauthlib.oauth2.rfc6749.errors import OAuth2Error  # type: ignore[import-untyped]
from requests.exceptions import RequestException

from sheets_sync.errors import CredentialsError, Unavailable, UsageError
from sheets_sync.gsheets.credentials import SCOPES

_KEPT = ("client_id", "client_secret", "refresh_token", "token_uri")


def ask_consent(
    client_file: Path, *, show: Callable[[str], None], done: str, open_browser: bool, port: int, seconds: int
) -> str:
    """Send the person to Google, wait for the answer on `port` (0 = any) of this machine, and return the credentials
    file's text.

    `show` is told the address to open, `done` is what the browser says at the end. Raises CredentialsError (refused, no
    client file, no answer in time, not all rights given), Unavailable, UsageError (the port is taken).
    """
    flow = _flow(client_file, show)
    try:
        found = flow.run_local_server(
            host="localhost",
            bind_addr="127.0.0.1",
            port=port,
            authorization_prompt_message=None,
            success_message=done,
            open_browser=open_browser,
            timeout_seconds=seconds,
            prompt="consent",  # without it a second sign-in brings no refresh token
        )
    except WSGITimeoutError:
        raise CredentialsError("google_consent_late", minutes=round(seconds / 60)) from None
    except Warning:  # so oauthlib says that other rights were granted than were asked for
        raise CredentialsError("google_scope_missing") from None
    except OAuth2Error as error:
        raise CredentialsError("google_consent_refused", reason=error.error) from None
    except RequestException:
        raise Unavailable("google_unreachable") from None
    except OSError:
        raise UsageError("google_consent_port", port=port) from None
    return _kept(json.loads(found.to_json()))


class _Flow(InstalledAppFlow):  # type: ignore[misc] # the library has no types
    """Tells the address to open, which else only the browser gets to see."""

    show: Callable[[str], None]

    def authorization_url(self, **options: Any) -> tuple[str, str]:
        address, state = super().authorization_url(**options)
        self.show(address)
        return address, state


def _flow(client_file: Path, show: Callable[[str], None]) -> _Flow:
    try:
        flow: _Flow = _Flow.from_client_secrets_file(str(client_file), scopes=list(SCOPES))
    except FileNotFoundError:
        raise CredentialsError("google_credentials_missing", file=str(client_file)) from None
    except (OSError, ValueError, KeyError):
        raise CredentialsError("google_consent_client", file=str(client_file)) from None
    flow.show = show
    return flow


def _kept(found: dict[str, Any]) -> str:
    return json.dumps({"type": "authorized_user"} | {name: found[name] for name in _KEPT}, indent=1)
