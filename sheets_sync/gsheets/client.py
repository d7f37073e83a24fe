"""One HTTP call to Google: paced, with a time-out, repeated only where that is right, and its refusals understood.

gspread's own client waits for ever and repeats nothing; its repeating one never stops and repeats writes that may have
been done. Here reads are repeated with growing, random pauses; a write only where surely nothing happened (over quota,
no connection). Any other write without a clear answer is `NoAnswer`: the caller looks before sending again.
"""

from __future__ import annotations

import json
import logging
import re
import ssl
import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any, TypeVar

from google.auth.exceptions import RefreshError, TransportError
from gspread.http_client import HTTPClient
from requests import Response
from requests.exceptions import ConnectionError as NoConnection
from requests.exceptions import ConnectTimeout, RequestException
from tenacity import RetryCallState, Retrying, retry_if_exception_type, wait_exponential, wait_random
from urllib3.exceptions import NewConnectionError
from urllib3.exceptions import SSLError as TlsError

from sheets_sync.errors import CredentialsError, SheetsSyncError, Unavailable
from sheets_sync.gsheets.credentials import Account
from sheets_sync.gsheets.failures import NoAnswer, refusal, signed_out, translated
from sheets_sync.gsheets.quota import Cost, Quota
from sheets_sync.ports import Clock, Progress

log = logging.getLogger(__name__)
T = TypeVar("T")

SHEETS_HOST = "https://sheets.googleapis.com"
DRIVE_HOST = "https://www.googleapis.com"
MOST_TRIES = 8
MOST_WAITING_SECONDS = 240.0
"""After so long nothing is begun again, whether the time went into pauses or into answers that never came."""
TIMEOUT = (10, 190)
"""Seconds to connect and to answer; Google itself gives a request up after 180."""
_BACKOFF = wait_exponential(max=32) + wait_random(0, 3)
"""As Google advises: doubled each time, with a random part. All tries together last longer than a minute's quota."""
_LONGEST_ASKED = 120.0
_ANOTHER_TIME = re.compile(r"reasonable timeframe|\biat\b")
"""How Google's token host says that a signature was made at another time than its own."""
_WAITS = {"google_unreachable": "google_wait_unreachable", "google_no_answer": "google_wait_no_answer"}
_TOLD_FROM = 1.0


class _Again(Exception):
    """This try failed and may be repeated; `error` is what to raise when it is not."""

    def __init__(self, error: SheetsSyncError, at_least: float = 0.0) -> None:
        super().__init__(str(error))
        self.error = error
        self.at_least = at_least


class PatientClient(HTTPClient):
    """gspread's client with patience. `api_base`: another host for Sheets and Drive, for tests; "" is Google."""

    def __init__(self, account: Account, *, clock: Clock, progress: Progress, api_base: str = "") -> None:
        super().__init__(account.credentials)
        self.set_timeout(TIMEOUT)
        self.address = account.address
        self._clock = clock
        self._progress = progress
        self._quota = Quota(clock, progress)
        self._base = api_base.rstrip("/")
        self._in_turn = False

    def request(  # noqa: PLR0917  gspread's signature
        self,
        method: str,
        endpoint: str,
        params: Any = None,
        data: bytes | None = None,
        json: Mapping[str, Any] | None = None,
        files: Any = None,
        headers: MutableMapping[str, str] | None = None,
    ) -> Response:
        """Send, and answer with a 2xx in JSON. Raises Unavailable, NoAnswer (writes), CredentialsError, UsageError,
        LayoutChanged; a request that Google cannot understand is our bug and a plain SheetsSyncError.
        """
        sent = {"params": params, "data": data, "json": json, "files": files, "headers": headers}
        if self._in_turn and method.lower() != "get":
            return self._try(method, endpoint, sent)
        return self._patiently(lambda: self._try(method, endpoint, sent))

    def in_turn(self, action: Callable[[], T]) -> T:
        """Carry out `action`, a look with one write after it. Where surely nothing of the write was done, it is not the
        write that is repeated after a pause but all of `action`: what was looked at before the pause is old by then.
        """
        self._in_turn = True
        try:
            return self._patiently(lambda: self._awaited(action))
        finally:
            self._in_turn = False

    def _awaited(self, action: Callable[[], T]) -> T:
        """Wait until a write would not have to: what is looked at next is then written to at once."""
        self._quota.wait("write", count=False)
        return action()

    def _patiently(self, action: Callable[[], T]) -> T:
        tries = Retrying(
            sleep=self._clock.sleep, before_sleep=self._tell, wait=_pause, stop=_enough,
            retry=retry_if_exception_type(_Again), reraise=True,
        )  # fmt: skip
        try:
            return tries(action)
        except _Again as last:
            raise last.error from None

    def rest(self, seconds: float) -> None:
        self._clock.sleep(seconds)

    def _try(self, method: str, endpoint: str, sent: Mapping[str, Any]) -> Response:
        cost: Cost = "read" if method.lower() == "get" else "write"
        if endpoint.startswith(SHEETS_HOST):
            self._quota.wait(cost)
        began = time.monotonic()
        try:
            response = self.session.request(method=method, url=self._url(endpoint), timeout=self.timeout, **sent)
        except (RefreshError, TransportError) as error:
            raise _of_the_token(error, self.address) from None
        except RequestException as error:
            log.info("google %s: %s after %d ms", cost, type(error).__name__, _ms_since(began))
            if _never_sent(error):
                raise _Again(Unavailable("google_unreachable")) from None
            raise _unanswered(cost) from None
        log.info("google %s: %s in %d ms", cost, response.status_code, _ms_since(began))
        if response.ok and "json" in response.headers.get("Content-Type", ""):
            return response
        raise self._refused(response, cost, endpoint)

    def _refused(self, response: Response, cost: Cost, endpoint: str) -> Exception:
        found = refusal(response.status_code, _body(response))
        if found.too_many:
            return _Again(Unavailable("google_busy"), at_least=_asked_for(response))
        if found.broken or response.ok:
            return _unanswered(cost)
        log.warning("google refused a %s: %s %s", cost, found.status, found.words)
        return translated(found, address=self.address, spreadsheet=_spreadsheet_of(endpoint))

    def _url(self, endpoint: str) -> str:
        for host in (SHEETS_HOST, DRIVE_HOST):
            if self._base and endpoint.startswith(host):
                return self._base + endpoint.removeprefix(host)
        return endpoint

    def _tell(self, state: RetryCallState) -> None:
        """Why there is a pause, and for how long."""
        last = state.outcome.exception() if state.outcome else None
        if isinstance(last, _Again) and state.upcoming_sleep >= _TOLD_FROM:
            self._progress.step(_WAITS.get(last.error.code, "google_wait"), seconds=round(state.upcoming_sleep))


def _pause(state: RetryCallState) -> float:
    last = state.outcome.exception() if state.outcome else None
    least = last.at_least if isinstance(last, _Again) else 0.0
    return max(least, _BACKOFF(state))


def _enough(state: RetryCallState) -> bool:
    spent = max(state.idle_for, state.seconds_since_start or 0.0)
    return state.attempt_number >= MOST_TRIES or spent >= MOST_WAITING_SECONDS


def _unanswered(cost: Cost) -> Exception:
    if cost == "write":
        return NoAnswer("google_no_answer")
    return _Again(Unavailable("google_no_answer"))


def _of_the_token(error: RefreshError | TransportError, address: str) -> Exception:
    """A token was needed and not given: nothing of the call itself was sent."""
    if isinstance(error, TransportError) or error.retryable:
        return _Again(Unavailable("google_unreachable"))
    if _ANOTHER_TIME.search(str(error)):
        return CredentialsError("google_clock_wrong")
    return signed_out(address)


def _never_sent(error: RequestException) -> bool:
    """Whether no connection came about. Other trouble with TLS may come after the request was sent."""
    if isinstance(error, ConnectTimeout):
        return True
    cause = error.args[0] if isinstance(error, NoConnection) and error.args else None
    reason = getattr(cause, "reason", None)
    refused = reason.args[0] if isinstance(reason, TlsError) and reason.args else None
    return isinstance(reason, NewConnectionError) or isinstance(refused, ssl.SSLCertVerificationError)


def _asked_for(response: Response) -> float:
    """Seconds that the answer asks us to wait."""
    try:
        return min(float(response.headers.get("Retry-After", 0)), _LONGEST_ASKED)
    except ValueError:
        return 0.0


def _body(response: Response) -> object:
    try:
        return json.loads(response.content)
    except ValueError:
        return None


def _spreadsheet_of(endpoint: str) -> str:
    return endpoint.partition("/spreadsheets/")[2].partition("/")[0].partition(":")[0].partition("?")[0]


def _ms_since(began: float) -> int:
    return round((time.monotonic() - began) * 1000)
