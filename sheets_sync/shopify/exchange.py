"""One HTTP request to the shop's host, one answer. Follows a shop's alias to its lasting name and remembers it.

No exception of this module carries an address or a body: they hold tokens, secrets and signatures.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any

import requests
import urllib3.exceptions

from sheets_sync.errors import UsageError
from sheets_sync.shopify.address import is_loopback, moved_to

TIMEOUT_SECONDS = (10.0, 60.0)
MOST_MOVES = 3
_MOVED = (301, 302, 303, 307, 308)


class NoAnswer(Exception):
    """No connection, a time-out, or an answer that broke off."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer. `body` is None when it is no JSON object, `text` then holds its beginning. `date`: the server's clock
    as Unix seconds, 0 when it told none. `retry_after`: seconds.
    """

    status: int
    body: dict[str, Any] | None = field(default=None, repr=False)
    text: str = field(default="", repr=False)
    version: str = ""
    request_id: str = ""
    retry_after: float = 0.0
    date: float = 0.0


class Exchange:
    """Sends requests to one shop. `moved` is told the shop's lasting address when an alias points to it."""

    def __init__(
        self,
        base: str,
        moved: Callable[[str], None] = lambda _base: None,
        *,
        timeout_seconds: tuple[float, float] = TIMEOUT_SECONDS,
    ) -> None:
        self.base = base.rstrip("/")
        self._moved = moved
        self._timeout = timeout_seconds
        self._session = requests.Session()
        self._session.trust_env = not is_loopback(base)  # proxies of the house, but not to reach this very machine

    def post(self, path: str, body: bytes, headers: Mapping[str, str]) -> Answer:
        """Raises NoAnswer, and UsageError when the shop's address leads elsewhere."""
        for _ in range(MOST_MOVES):
            response = self._send(path, body, headers)
            if response.status_code not in _MOVED:
                return _answer(response)
            base = moved_to(self.base, response.headers.get("Location", ""))
            if base is None or base == self.base:
                break
            self.base = base
            self._moved(base)
        raise UsageError("shopify_shop_elsewhere", shop=self.base)

    def close(self) -> None:
        """Close the kept connection."""
        self._session.close()

    def _send(self, path: str, body: bytes, headers: Mapping[str, str]) -> requests.Response:
        try:
            return self._session.post(
                self.base + path, data=body, headers=dict(headers), timeout=self._timeout, allow_redirects=False
            )
        except (requests.exceptions.InvalidURL, requests.exceptions.MissingSchema, requests.exceptions.InvalidSchema):
            raise UsageError("shopify_address_wrong", read=self.base) from None
        except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError, OSError):
            raise NoAnswer from None


def _answer(response: requests.Response) -> Answer:
    try:
        body = json.loads(response.content)
    except (ValueError, RecursionError):
        body = None
    plain = isinstance(body, dict)
    return Answer(
        status=response.status_code,
        body=body if plain else None,
        text="" if plain else response.text[:300],
        version=response.headers.get("X-Shopify-API-Version", ""),
        request_id=response.headers.get("X-Request-Id", ""),
        retry_after=_seconds(response.headers.get("Retry-After", "")),
        date=_moment(response.headers.get("Date", "")),
    )


def _seconds(text: str) -> float:
    try:
        return max(0.0, float(text))
    except ValueError:
        return 0.0


def _moment(text: str) -> float:
    try:
        return parsedate_to_datetime(text).timestamp() if text else 0.0
    except (ValueError, OverflowError):
        return 0.0
