"""The Admin GraphQL API of one shop: asked within its limits, judged, and asked again where that may help.

Every operation of this adapter may be repeated without harm, writes too: tags and metafields are set, not added up.
An answer with errors is never used, not even the part of it that came (Shopify, "GraphQL Admin API: errors").
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_random_exponential

from sheets_sync.errors import CredentialsError, Refused, SheetsSyncError, Unavailable, UsageError
from sheets_sync.ports import Clock, Progress
from sheets_sync.shopify.exchange import Answer, Exchange, NoAnswer
from sheets_sync.shopify.throttle import Bucket
from sheets_sync.shopify.tokens import Tokens

log = logging.getLogger(__name__)

MOST_TRIES = 6
MOST_THROTTLED = 100
_WORDS = 300
_TOLD_FROM_SECONDS = 2.0
_BACKOFF = wait_random_exponential(multiplier=2, max=60)
_PASSING = frozenset({"INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE"})


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer's data. `cost`: points that the query was charged for beforehand. `at`: the server's clock."""

    data: Mapping[str, Any]
    cost: float
    at: float


class TooDear(Exception):
    """The query asks for more points than a single one may cost: ask for less."""


class _Again(Exception):
    """This try failed in a way that allows another; `error` is raised when there is none."""

    def __init__(self, error: SheetsSyncError) -> None:
        super().__init__()
        self.error = error


class _Throttled(Exception):
    """The bucket is empty: the same again after a wait."""

    def __init__(self, retry_after: float = 0.0) -> None:
        super().__init__()
        self.retry_after = retry_after


class AdminApi:
    """Asks one shop. `answered_version`: the API version that really answered, "" before the first answer."""

    def __init__(self, exchange: Exchange, tokens: Tokens, version: str, clock: Clock, progress: Progress) -> None:
        self._exchange = exchange
        self._tokens = tokens
        self.version = version
        self.answered_version = ""
        self._clock = clock
        self._progress = progress
        self._bucket = Bucket(clock)
        self._costs: dict[str, float] = {}

    @property
    def shop(self) -> str:
        """The address of the shop, for a person."""
        return self._exchange.base.partition("://")[2]

    @property
    def ceiling(self) -> float:
        """Points that a single query may cost."""
        return self._bucket.ceiling

    def ask(self, text: str, variables: Mapping[str, Any] | None = None) -> Reply:
        """Raises TooDear, CredentialsError, UsageError (query or shop address wrong), Refused, Unavailable."""
        tries = Retrying(
            sleep=self._clock.sleep,
            wait=_BACKOFF,
            stop=_enough,
            retry=retry_if_exception_type(_Again),
            reraise=True,
        )
        renewed: set[str] = set()
        try:
            reply: Reply = tries(self._patiently, text, variables or {}, renewed)
            return reply
        except _Again as last:
            raise last.error from None

    def _patiently(self, text: str, variables: Mapping[str, Any], renewed: set[str]) -> Reply:
        """One try, however often the bucket has to fill up first."""
        self._rest(self._bucket.wait(self._costs.get(text, 0.0)))
        for _ in range(MOST_THROTTLED):
            try:
                return self._once(text, variables, renewed)
            except _Throttled as throttled:
                wait = self._bucket.wait_when_refused(throttled.retry_after)
                log.info("throttled: waiting %.1f s", wait)
                self._progress.step("step_shopify_throttled", seconds=max(1, round(wait)))
                self._clock.sleep(wait)
        raise Unavailable("shopify_throttled_too_long")

    def _rest(self, seconds: float) -> None:
        if seconds >= _TOLD_FROM_SECONDS:
            self._progress.step("step_shopify_throttled", seconds=round(seconds))
        if seconds > 0:
            self._clock.sleep(seconds)

    def _once(self, text: str, variables: Mapping[str, Any], renewed: set[str]) -> Reply:
        token = self._tokens.access()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Access-Token": token,
            "Shopify-Search-Query-Debug": "1",  # so that a search that was not understood is told
        }
        body = json.dumps({"query": text, "variables": variables}, ensure_ascii=False).encode()
        path = f"/admin/api/{self.version}/graphql.json"
        try:
            answer = self._exchange.post(path, body, headers)
        except NoAnswer:
            log.info("%s: no answer", _name(text))
            raise _Again(Unavailable("shopify_unreachable", shop=self.shop)) from None
        log.info("%s: HTTP %d, request %s", _name(text), answer.status, answer.request_id)
        if answer.status == 401 and not renewed:
            renewed.add(self._tokens.renew(token))
            return self._once(text, variables, renewed)
        self._compare_version(answer.version)
        if answer.status >= 400 or answer.body is None:
            raise self._http_failure(answer, token)
        return self._judged(text, variables, answer, token)

    def _judged(self, text: str, variables: Mapping[str, Any], answer: Answer, token: str) -> Reply:
        body = answer.body or {}
        extensions = body.get("extensions") or {}
        cost = extensions.get("cost") or {}
        if cost.get("throttleStatus"):
            self._bucket.learn(cost)
        if body.get("errors"):
            raise _graphql_failure(body["errors"], body.get("data"), answer.retry_after, token)
        for search in extensions.get("search") or ():
            for warning in search.get("warnings") or ():
                read = search.get("query") or variables.get("query") or ""
                words = f"{warning.get('field') or ''}: {warning.get('message') or ''}".strip(": ")
                raise UsageError("shopify_search_unclear", read=read, words=words)
        if not isinstance(body.get("data"), dict):
            raise _Again(Unavailable("shopify_odd_answer", shop=self.shop))
        charged = float(cost.get("requestedQueryCost") or 0)
        self._costs[text] = charged
        return Reply(body["data"], charged, answer.date or self._clock.now().timestamp())

    def _compare_version(self, version: str) -> None:
        """An API version that has ended is answered by a later one, in silence."""
        if version and not self.answered_version and version != self.version:
            log.warning("API version %s was asked for, %s answered", self.version, version)
            self._progress.step("step_shopify_version", asked=self.version, answered=version)
        self.answered_version = version or self.answered_version

    def _http_failure(self, answer: Answer, token: str) -> Exception:
        """What to raise for an answer that is no GraphQL answer at all (Shopify, "Response status codes")."""
        status = answer.status
        words = _words((answer.body or {}).get("errors") or answer.text, token)
        if status == 429:
            return _Throttled(answer.retry_after)
        if status >= 500 or status == 408:
            return _Again(Unavailable("shopify_internal"))
        codes: dict[int, SheetsSyncError] = {
            400: UsageError("shopify_query_refused", words=words),
            401: CredentialsError("shopify_token_refused"),
            402: Refused("shopify_shop_frozen", shop=self.shop),
            403: CredentialsError("shopify_forbidden", words=words),
            404: UsageError("shopify_not_found", shop=self.shop, version=self.version),
            423: Refused("shopify_shop_locked", shop=self.shop),
            430: Unavailable("shopify_security", shop=self.shop),
        }
        return codes.get(status) or _Again(Unavailable("shopify_odd_answer", shop=self.shop))


def _graphql_failure(errors: Any, data: Any, retry_after: float, token: str) -> Exception:
    """What to raise for errors in a GraphQL answer."""
    told = [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []
    codes = {str((error.get("extensions") or {}).get("code") or "") for error in told}
    words = _words([error.get("message") for error in told] or errors, token)
    known: tuple[tuple[frozenset[str], Exception], ...] = (
        (frozenset({"THROTTLED"}), _Throttled(retry_after)),
        (frozenset({"MAX_COST_EXCEEDED"}), TooDear()),
        (frozenset({"ACCESS_DENIED"}), CredentialsError("shopify_access_denied", words=words)),
        (frozenset({"SHOP_INACTIVE"}), Refused("shopify_shop_inactive")),
        (_PASSING, _Again(Unavailable("shopify_internal"))),
    )
    for named, failure in known:
        if codes & named:
            return failure
    if data is not None:
        return _Again(Unavailable("shopify_partial_answer", words=words))
    return UsageError("shopify_query_refused", words=words)


def _words(told: Any, token: str) -> str:
    """The shop's own words, short and without the token."""
    lines = told if isinstance(told, list) else list(told.values()) if isinstance(told, dict) else [told]
    text = " / ".join(str(line) for line in lines if line)
    return text.replace(token, "•••")[:_WORDS]


def _name(text: str) -> str:
    """The operation's own name, for the log."""
    return text.split("(", 1)[0].split("{", 1)[0].strip()


def _enough(state: RetryCallState) -> bool:
    return state.attempt_number >= MOST_TRIES
