"""The access token to send: the one from the settings, or one asked for with the app's id and secret.

Client credentials grant (Shopify, "Client credentials grant"): no refresh token; a day's token is asked for again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Protocol
from urllib.parse import urlencode

from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from sheets_sync.errors import CredentialsError, Unavailable
from sheets_sync.file_placing import put_in_place, take_away
from sheets_sync.ports import Clock
from sheets_sync.shopify.exchange import Answer, Exchange, NoAnswer

log = logging.getLogger(__name__)

RENEW_BEFORE_SECONDS = 600
_PATH = "/admin/oauth/access_token"


class Tokens(Protocol):
    """Where the client gets its token from."""

    def access(self) -> str:
        """The token to send now. Raises CredentialsError, Unavailable."""

    def renew(self, refused: str) -> str:
        """Another token than `refused`, which the shop did not take. Raises CredentialsError when there is none."""


class FixedToken:
    """The token of a custom app, as it stands in the settings."""

    def __init__(self, token: str) -> None:
        self._token = token

    def access(self) -> str:
        return self._token

    def renew(self, refused: str) -> str:  # noqa: ARG002  a fixed token has no successor
        raise CredentialsError("shopify_token_refused")


@dataclass(frozen=True, slots=True)
class _Kept:
    """What the file holds. `of` tells which shop, app and secret the token was got with."""

    of: str
    access_token: str = field(repr=False)
    expires: float


class _Again(Exception):
    """The host did not answer usably; another try may help."""


class GrantedToken:
    """Tokens by the client credentials grant, kept in a file of the owner's alone until shortly before they end."""

    def __init__(self, client_id: str, client_secret: str, exchange: Exchange, clock: Clock, file: Path) -> None:
        self._client_id = client_id
        self._secret = client_secret
        self._exchange = exchange
        self._clock = clock
        self._file = file
        self._of = hashlib.sha256(f"{exchange.base}\n{client_id}\n{client_secret}".encode()).hexdigest()[:16]
        self._kept: _Kept | None = None

    def access(self) -> str:
        kept = self._kept or self._read()
        if kept is None or kept.expires - RENEW_BEFORE_SECONDS <= self._now():
            kept = self._granted()
        self._kept = kept
        return kept.access_token

    def renew(self, refused: str) -> str:
        kept = self._read()
        if kept is None or kept.access_token == refused:
            kept = self._granted()
        self._kept = kept
        return kept.access_token

    def _granted(self) -> _Kept:
        form = {"client_id": self._client_id, "client_secret": self._secret, "grant_type": "client_credentials"}
        body = urlencode(form).encode()
        tries = Retrying(
            sleep=self._clock.sleep,
            wait=wait_random_exponential(multiplier=1, max=20),
            stop=stop_after_attempt(5),
            retry=retry_if_exception_type((_Again, NoAnswer)),
        )
        try:
            answer: Answer = tries(self._ask, body)
        except RetryError:
            raise Unavailable("shopify_unreachable", shop=self._exchange.base) from None
        told = answer.body or {}
        token = told.get("access_token")
        if answer.status >= 400 or not isinstance(token, str) or not token:
            raise self._refusal(answer)
        log.info("Shopify granted an access token, good for %s s", told.get("expires_in"))
        kept = _Kept(self._of, token, self._now() + float(told.get("expires_in") or 3600))
        self._write(kept)
        return kept

    def _ask(self, body: bytes) -> Answer:
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        answer = self._exchange.post(_PATH, body, headers)
        if answer.status == 429 or answer.status >= 500:
            raise _Again
        return answer

    def _refusal(self, answer: Answer) -> CredentialsError:
        told = answer.body or {}
        words = f"{told.get('error', '')} {told.get('error_description', '')} {answer.text}"
        if "shop_not_permitted" in words or "cannot be performed on this shop" in words:
            return CredentialsError("shopify_shop_not_permitted")
        if answer.status == 404:
            return CredentialsError("shopify_no_such_shop", shop=self._exchange.base)
        return CredentialsError("shopify_secret_refused", http_status=answer.status)

    def _read(self) -> _Kept | None:
        """The kept token, None where there is none for this shop and app."""
        try:
            kept = _Kept(**json.loads(self._file.read_text("utf-8")))
            return kept if kept.of == self._of and kept.access_token else None
        except (OSError, ValueError, TypeError):
            return None

    def _write(self, kept: _Kept) -> None:
        """Keep the token for the next run; a folder that cannot be written costs no more than asking again."""
        beside = self._file.with_name(f"{self._file.name}.{os.getpid()}.new")
        take_away(beside)
        with suppress(OSError):
            with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
                json.dump(asdict(kept), file)
            put_in_place(beside, self._file)
        take_away(beside)

    def _now(self) -> float:
        return self._clock.now().timestamp()
