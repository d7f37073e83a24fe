"""The seller's consent: the link to the platform's page and what its redirect brings back (Partner Center, "Seller
authorization guide"). The redirect's address is fixed in Partner Center; a `state` ties the answer to the question.
"""

from __future__ import annotations

import hmac
import html
import http.server
import os
import time
from dataclasses import dataclass, field
from types import TracebackType
from urllib.parse import parse_qsl, unquote

from sheets_sync.errors import CredentialsError, UsageError
from sheets_sync.messages import Language, text
from sheets_sync.tiktok.signing import wire_query

AUTH_HOST = "https://auth.tiktok-shops.com"
"""The platform's own authorisation host; its consent page has a host to itself, in the US another one."""
_PAGES = {"US": "https://services.us.tiktokshop.com"}
_PAGE = "https://services.tiktokshop.com"
_LOOK_AGAIN_SECONDS = 0.2
_DARK_LINE_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Redirect:
    """What the consent page hands back. `state` "": none was told. `error`: the platform's word for a refusal."""

    code: str = field(default="", repr=False)
    state: str = field(default="", repr=False)
    error: str = ""

    def is_of(self, state: str) -> bool:
        """Whether this answers the question that carried `state`; compared in constant time."""
        return hmac.compare_digest(self.state.encode(), state.encode())


def is_platform(auth_base: str) -> bool:
    """Whether the authorisation host is TikTok's own, not a sandbox."""
    return auth_base.rstrip("/") == AUTH_HOST


def consent_link(service_id: str, state: str, *, market: str, auth_base: str) -> str:
    """Address of the page on which the seller gives consent. A sandbox serves that page on its authorisation host."""
    page = _PAGES.get(market.upper(), _PAGE) if is_platform(auth_base) else auth_base.rstrip("/")
    return f"{page}/open/authorize?{wire_query({'service_id': service_id, 'state': state})}"


def read_redirect(pasted: str) -> Redirect:
    """Read a redirect's address, its query alone, or a bare code. Unknown parameters are ignored."""
    plain = pasted.strip().strip("\"'<>")
    if "=" not in plain.partition("?")[2] and not plain.startswith(("code=", "state=", "error=")):
        # A code has no "://" in it: an address without a query brings nothing.
        return Redirect() if "://" in plain or plain.startswith("/") else Redirect(unquote(plain))
    query = (plain.partition("?")[2] or plain).partition("#")[0]
    found = dict(parse_qsl(query.replace("+", "%2B")))
    code = found.get("code", "")
    return Redirect("" if code == "null" else code, found.get("state", ""), found.get("error", ""))


class RedirectListener:
    """Catches one redirect on this machine alone. Open it before the link is shown, then `wait`.

    Raises UsageError when the port cannot be had. `port` 0 takes any free one.
    """

    def __init__(self, port: int, state: str, language: Language) -> None:
        try:
            self._server = _Server(port, state, language)
        except OSError:
            raise UsageError("auth_port_taken", port=port) from None
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> RedirectListener:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.server_close()

    def wait(self, seconds: float) -> Redirect:
        """The redirect with the right state, or a refusal of the consent. Raises CredentialsError after `seconds`."""
        end = time.monotonic() + seconds
        while self._server.caught is None:
            left = end - time.monotonic()
            if left <= 0:
                raise CredentialsError("auth_not_answered", minutes=max(1, round(seconds / 60)))
            self._server.timeout = min(left, _LOOK_AGAIN_SECONDS)
            self._server.handle_request()
        return self._server.caught


class _Server(http.server.ThreadingHTTPServer):
    """Loopback only. A thread per connection: browsers open some that say nothing."""

    daemon_threads = True
    allow_reuse_address = os.name == "posix"  # elsewhere it would let two programs share the port

    def __init__(self, port: int, state: str, language: Language) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.state = state
        self.language: Language = language
        self.caught: Redirect | None = None

    def judge(self, found: Redirect) -> tuple[int, str, bool]:
        """HTTP status, message code of the page, and whether the wait is over."""
        if not found.code and not found.error:
            return 404, "auth_page_nothing", False
        if found.error and not found.state:
            return 200, "auth_page_denied", True  # a refusal may come back without the state, and gives nothing away
        if not found.is_of(self.state):
            return 403, "auth_page_wrong_state", False
        return 200, "auth_page_denied" if found.error else "auth_page_done", True

    def handle_error(self, request: object, client_address: object) -> None:
        """A browser that goes away in the middle is no matter, and a traceback could quote its request."""


class _Handler(http.server.BaseHTTPRequestHandler):
    server: _Server
    timeout = _DARK_LINE_SECONDS

    def do_GET(self) -> None:
        found = read_redirect(self.path)
        status, code, over = self.server.judge(found)
        self._show(status, text(code, self.server.language))
        if over and self.server.caught is None:
            self.server.caught = found

    def _show(self, status: int, words: str) -> None:
        page = (
            f'<!doctype html><html lang="{self.server.language}"><meta charset="utf-8"><title>sheets-sync</title>'
            f'<body style="font:18px/1.8 sans-serif;max-width:36em;margin:15vh auto;padding:0 1em">'
            f"<p>{html.escape(words)}</p></body></html>"
        ).encode()
        self.send_response(status)
        for name, value in (
            ("Content-Type", "text/html; charset=utf-8"),
            ("Content-Length", str(len(page))),
            ("Cache-Control", "no-store"),
            ("Referrer-Policy", "no-referrer"),  # the address has the code in it
            ("Connection", "close"),
        ):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(page)
        self.wfile.flush()

    def log_message(self, *_: object) -> None:
        """Silence: what the base class would print has the code in it."""
