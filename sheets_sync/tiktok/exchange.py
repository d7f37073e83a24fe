"""One HTTP request, one answer in the platform's envelope. Tells apart what was never sent and what got no answer.

No exception of this module carries an address: query strings hold signatures and, on the authorisation host, secrets.
"""

from __future__ import annotations

import ipaddress
import json
import logging
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import requests
import urllib3.exceptions
from requests.adapters import HTTPAdapter

from sheets_sync.errors import UsageError

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
_QUERY = re.compile(r"\?[^\s'\"]*")


class NotSent(Exception):
    """No connection: surely nothing happened."""


class NoAnswer(Exception):
    """Sent at least in part, and then a time-out, a cut connection or a cut body."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A multipart body: one file as the part `data`, and plain fields."""

    name: str
    content: bytes = field(repr=False)
    media_type: str
    fields: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `code` is None when the body is no envelope. `date`: the server's clock, Unix seconds or 0."""

    status: int
    code: int | None = None
    message: str = ""
    request_id: str = ""
    data: Any = None
    retry_after: float = 0.0
    date: float = 0.0


class Exchange:
    """Sends requests over one kept connection per thread. Never repeats anything and never follows a redirect."""

    def __init__(self, *, connect_seconds: float = CONNECT_SECONDS, read_seconds: float = READ_SECONDS) -> None:
        self._timeout = (connect_seconds, read_seconds)
        self._local = threading.local()
        self._sessions: list[requests.Session] = []
        self._lock = threading.Lock()
        self.sent = 0
        _keep_queries_out_of_logs()

    def send(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        upload: Upload | None = None,
    ) -> Answer:
        """Raises NotSent, NoAnswer, and UsageError when `url` is no usable address."""
        with self._lock:
            self.sent += 1
        parts: dict[str, Any] = {"data": body}
        if upload is not None:
            parts = {"data": dict(upload.fields), "files": {"data": (upload.name, upload.content, upload.media_type)}}
        try:
            response = self._session(url).request(
                method, url, headers=dict(headers or {}), timeout=self._timeout, allow_redirects=False, **parts
            )
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
            raise UsageError("tiktok_address_wrong", read=url.partition("?")[0]) from None
        except (requests.exceptions.ConnectTimeout, requests.exceptions.ProxyError):
            raise NotSent from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            raise (NotSent() if _never_connected(error) else NoAnswer()) from None
        return _answer(response)

    def close(self) -> None:
        """Close all kept connections."""
        with self._lock:
            sessions, self._sessions = self._sessions, []
        for session in sessions:
            session.close()

    def _session(self, url: str) -> requests.Session:
        session: requests.Session | None = getattr(self._local, "session", None)
        if session is None:
            session = requests.Session()
            session.trust_env = not _is_loopback(url)  # proxies of the house, but not to reach this very machine
            for scheme in ("http://", "https://"):
                session.mount(scheme, HTTPAdapter(pool_connections=2, pool_maxsize=2, max_retries=0))
            self._local.session = session
            with self._lock:
                self._sessions.append(session)
        return session


def _answer(response: requests.Response) -> Answer:
    date = _moment(response.headers.get("Date", ""))
    retry_after = _retry_after(response.headers.get("Retry-After", ""), date)
    try:
        envelope = json.loads(response.content, parse_float=Decimal)
    except (ValueError, RecursionError):
        envelope = None
    if not isinstance(envelope, dict):
        return Answer(response.status_code, retry_after=retry_after, date=date)
    return Answer(
        status=response.status_code,
        code=_code(envelope.get("code")),
        message=str(envelope.get("message") or ""),
        request_id=str(envelope.get("request_id") or ""),
        data=envelope.get("data"),
        retry_after=retry_after,
        date=date,
    )


def _code(value: object) -> int | None:
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return value
    return int(value) if isinstance(value, str) and value.isascii() and value.isdigit() else None


def _moment(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp() if text else 0.0
    except (ValueError, OverflowError):
        return 0.0


def _retry_after(text: str, date: float) -> float:
    """Seconds, or a moment that is compared with the server's own clock."""
    if text.strip().isdigit():
        return float(text)
    moment = _moment(text)
    return max(0.0, moment - date) if moment and date else 0.0


def _never_connected(error: Exception) -> bool:
    """Whether the connection never came about: refused, name unknown, certificate not trusted."""
    reason = error.args[0] if error.args else None
    reason = getattr(reason, "reason", reason)
    if isinstance(reason, urllib3.exceptions.NewConnectionError | urllib3.exceptions.ConnectTimeoutError):
        return True
    return isinstance(reason, urllib3.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(reason)


def _is_loopback(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


class _WithoutQueries(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _QUERY.sub("?…", record.getMessage()), ()
        return True


def _keep_queries_out_of_logs() -> None:
    """urllib3 logs whole addresses at DEBUG; ours carry signatures and secrets."""
    for name in ("urllib3.connectionpool", "urllib3.util.retry"):
        logger = logging.getLogger(name)
        if not any(isinstance(known, _WithoutQueries) for known in logger.filters):
            logger.addFilter(_WithoutQueries())
