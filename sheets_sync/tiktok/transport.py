"""Calls on the business host: signed afresh at each try, paced, judged, and repeated only where that is right.

Reads are repeated with growing pauses. A write is repeated only where surely nothing happened: no connection, "too many
requests", a token renewed once, a clock corrected once. Any other write without a clear answer is ShopUnknown: the
caller looks before sending again.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from sheets_sync.errors import (
    CredentialsError,
    SheetsSyncError,
    ShopConflict,
    ShopLimit,
    ShopRejected,
    ShopUnavailable,
    ShopUnknown,
)
from sheets_sync.ports import Clock
from sheets_sync.tiktok.auth_host import without
from sheets_sync.tiktok.classify import BUSY, Kind, Verdict, classify, without_help_link
from sheets_sync.tiktok.exchange import Answer, Exchange, NoAnswer, NotSent, Upload
from sheets_sync.tiktok.fields import OddAnswer, Wire
from sheets_sync.tiktok.pacing import Pacing
from sheets_sync.tiktok.signing import json_bytes, sign, wire_query
from sheets_sync.tiktok.tokens import Tokens
from sheets_sync.tiktok.wire import cause_of

log = logging.getLogger(__name__)
T = TypeVar("T")

MOST_TRIES = 6
MOST_WAITING_SECONDS = 180.0
_JSON = "application/json"
_BACKOFF = wait_random_exponential(multiplier=2, max=60)

_ERRORS = {
    Kind.REJECT: ShopRejected,
    Kind.SELLER: ShopRejected,
    Kind.CONFLICT: ShopConflict,
    Kind.LIMIT: ShopLimit,
    Kind.RETRY: ShopUnavailable,
    Kind.UNKNOWN: ShopUnknown,
}


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A call of the platform. `path` has places like {product_id}. `write`: a lost answer may hide an effect.

    `cipher`: takes the shop's cipher; sending it where it is not wanted is refused.
    """

    method: str
    path: str
    write: bool = False
    cipher: bool = True


@dataclass(frozen=True, slots=True)
class Request:
    """One call with its values: `places` fill the path, `query` holds decoded values, `body` becomes JSON."""

    endpoint: Endpoint
    places: Mapping[str, str] = field(default_factory=dict)
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    upload: Upload | None = None

    @property
    def path(self) -> str:
        return self.endpoint.path.format_map(self.places)


class _Again(Exception):
    """This try failed in a way that allows another; `error` is raised when there is none. `pause` None: grow it."""

    def __init__(self, error: SheetsSyncError, pause: float | None = None, at_least: float = 0.0) -> None:
        super().__init__()
        self.error = error
        self.pause = pause
        self.at_least = at_least


class Transport:
    """Sends requests for one app and one shop. Safe to use from many threads. `cipher` is asked for when needed, and
    once more with a cipher that was refused: "" says that there is no other.
    """

    def __init__(
        self,
        *,
        api_base: str,
        app_key: str,
        app_secret: str,
        tokens: Tokens,
        cipher: Callable[[str], str],
        clock: Clock,
        pacing: Pacing,
        exchange: Exchange,
    ) -> None:
        self._base = api_base.rstrip("/")
        self._app_key = app_key
        self._app_secret = app_secret
        self._tokens = tokens
        self._cipher = cipher
        self._clock = clock
        self._pacing = pacing
        self._exchange = exchange
        self._clock_offset = 0.0
        self.clock_behind: float | None = None
        """Seconds this machine's clock was behind the platform's when it last told its time (negative: ahead)."""

    def call(self, request: Request, read: Callable[[Wire, str], T]) -> T:
        """Send and hand the answer's data and request id to `read`, which raises OddAnswer for what is no answer.

        Raises ShopRejected, ShopConflict, ShopLimit, ShopUnavailable, ShopUnknown (writes only), CredentialsError.
        """
        query = dict(request.query)
        if request.endpoint.cipher:
            query["shop_cipher"] = self._cipher("")
        mended: set[str] = set()
        tries = Retrying(
            sleep=self._clock.sleep,
            wait=_pause,
            stop=_enough,
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )
        try:
            result: T = tries(self._try, request, query, read, mended)
            return result
        except _Again as last:
            raise last.error from None

    def _try(self, request: Request, query: dict[str, str], read: Callable[[Wire, str], T], mended: set[str]) -> T:
        endpoint = request.endpoint
        token = self._tokens.access()
        self._pacing.wait(endpoint.path)
        try:
            answer = self._send(request, query, token)
        except NotSent:
            raise _Again(ShopUnavailable("tiktok_unreachable")) from None
        except NoAnswer:
            if endpoint.write:
                raise ShopUnknown("tiktok_no_answer") from None
            raise _Again(ShopUnavailable("tiktok_no_answer")) from None
        if answer.code == 0 and answer.status < 400:
            try:
                return read(_data(answer), answer.request_id)
            except OddAnswer:
                answer = Answer(answer.status, None, request_id=answer.request_id)
        raise self._failure(endpoint, answer, token, query, mended)

    def _failure(
        self, endpoint: Endpoint, answer: Answer, token: str, query: dict[str, str], mended: set[str]
    ) -> Exception:
        """What to raise for an answer that is no success: another try, or the error. A repair may change `query`."""
        if cause := cause_of(answer.code, answer.data):
            answer = replace(answer, code=int(cause.code), message=cause.words)
        verdict = classify(answer.status, answer.code, answer.message, endpoint.write)
        error = _error(verdict, answer)
        if verdict.kind is Kind.RETRY:
            wait = max(verdict.wait, answer.retry_after)
            if verdict.advice == BUSY:
                self._pacing.refused(endpoint.path, wait)
            return _Again(error, at_least=wait)
        if verdict.repair and verdict.repair not in mended:
            mended.add(verdict.repair)
            if verdict.repair == "token":
                self._tokens.renew(token)
            elif verdict.repair == "shop":
                another = self._cipher(query["shop_cipher"]) if endpoint.cipher else ""
                if not another:
                    return error
                query["shop_cipher"] = another
            elif answer.date:
                self._clock_offset = self.clock_behind or 0.0
            return _Again(error, pause=0.0)
        return error

    def _send(self, request: Request, query: Mapping[str, str], token: str) -> Answer:
        """Sign the very bytes that are sent, at this moment."""
        endpoint, path = request.endpoint, request.path
        timestamp = int(self._clock.now().timestamp() + self._clock_offset)
        signed = {**query, "app_key": self._app_key, "timestamp": str(timestamp)}
        body = None if request.body is None else json_bytes(request.body)
        media_type = "multipart/form-data" if request.upload else _JSON
        signed["sign"] = sign(self._app_secret, path, signed, body or b"", media_type)
        headers = {"x-tts-access-token": token}
        if request.upload is None:
            headers["content-type"] = _JSON
        began = time.monotonic()
        try:
            answer = self._exchange.send(
                endpoint.method,
                f"{self._base}{path}?{wire_query(signed)}",
                headers=headers,
                body=body,
                upload=request.upload,
            )
        except (NotSent, NoAnswer) as failure:
            log.info("%s %s: %s after %d ms", endpoint.method, path, type(failure).__name__, _ms_since(began))
            raise
        if answer.date:
            self.clock_behind = answer.date - self._clock.now().timestamp()
        level = logging.DEBUG if answer.code == 0 else logging.INFO
        told = (endpoint.method, path, answer.status, answer.code, answer.request_id, _ms_since(began))
        log.log(level, "%s %s: HTTP %d, code %s, request %s, %d ms", *told)
        return replace(answer, message=without(answer.message, (self._app_secret, token, signed["sign"])))


def _error(verdict: Verdict, answer: Answer) -> SheetsSyncError:
    words = without_help_link(answer.message)
    shop_code = str(answer.code) if answer.code else ""
    if verdict.kind is Kind.CREDENTIALS:
        return CredentialsError(verdict.advice, shop_code=shop_code, words=words, request_id=answer.request_id)
    return _ERRORS[verdict.kind](
        verdict.advice,
        shop_code=shop_code,
        words=words,
        request_id=answer.request_id,
        http_status=answer.status,
    )


def _data(answer: Answer) -> Wire:
    """The data of an accepted call; none at all counts as empty."""
    if answer.data is None:
        return {}
    if not isinstance(answer.data, Mapping):
        raise OddAnswer("data is no object")
    return answer.data


def _pause(state: RetryCallState) -> float:
    """Seconds until the next try: none after a repair, else growing with full jitter; the platform may ask for more."""
    failure = state.outcome.exception() if state.outcome else None
    if not isinstance(failure, _Again):
        return 0.0
    return failure.pause if failure.pause is not None else max(_BACKOFF(state), failure.at_least)


def _enough(state: RetryCallState) -> bool:
    """Stop by number of tries, or when the next pause would make the waiting too long in all."""
    return state.attempt_number >= MOST_TRIES or state.idle_for + state.upcoming_sleep > MOST_WAITING_SECONDS


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
