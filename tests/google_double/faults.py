"""Faults on demand, and other people's doings between two requests."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from .errors import ApiError
from .quotas import exceeded


@dataclass
class Call:
    """A request as it came in; `status` is 0 where the connection was cut or left hanging."""

    number: int
    method: str
    path: str
    query: dict[str, list[str]]
    body: Any
    size: int
    cost: str  # read, write, drive, token
    user: str = ""
    status: int = 0
    at: float = 0.0


When = Callable[[Call], bool]
Action = Callable[[], object]


class Fault(Enum):
    QUOTA = "429"
    INTERNAL = "500"
    UNAVAILABLE = "503"
    BAD_GATEWAY = "502 as a page"
    UNAVAILABLE_HTML = "503 as a page"
    CUT_BEFORE = "the connection is cut and nothing was done"
    CUT_AFTER = "it was done, and then the connection is cut"
    ERROR_AFTER = "it was done, and the answer is 503"
    HANG = "no answer until the client gives up"
    TOKEN_EXPIRED = "401"
    ABORTED = "409"

    @property
    def applies(self) -> bool:
        """Whether the request takes effect all the same."""
        return self in (Fault.CUT_AFTER, Fault.ERROR_AFTER)


@dataclass
class Armed:
    fault: Fault
    when: When
    times: int
    retry_after: int | None = None
    applied: bool = False  # of HANG: the request took effect

    def error(self, call: Call) -> ApiError:
        if self.fault is Fault.QUOTA:
            error = exceeded(call.cost)
            if self.retry_after is not None:
                error.headers["Retry-After"] = str(self.retry_after)
            return error
        if self.fault is Fault.INTERNAL:
            return ApiError(500, "Internal error encountered.")
        if self.fault is Fault.BAD_GATEWAY:
            return ApiError(502, "Server Error", html=True)
        if self.fault is Fault.UNAVAILABLE_HTML:
            return ApiError(503, "Service Unavailable", html=True)
        if self.fault is Fault.TOKEN_EXPIRED:
            return unauthenticated()
        if self.fault is Fault.ABORTED:
            return ApiError(409, "The operation was aborted.")
        return ApiError(503, "The service is currently unavailable.")


def unauthenticated() -> ApiError:
    return ApiError(
        401,
        "Request had invalid authentication credentials. Expected OAuth 2 access token, login cookie or other valid "
        "authentication credential. See https://developers.google.com/identity/sign-in/web/devconsole-project.",
    )


@dataclass
class Faults:
    armed: list[Armed] = field(default_factory=list)
    waiting: list[tuple[int | When, Action]] = field(default_factory=list)
    handled: int = 0  # Sheets and Drive requests so far

    def take(self, call: Call) -> Armed | None:
        for armed in self.armed:
            if armed.times > 0 and armed.when(call):
                armed.times -= 1
                return armed
        return None

    def due(self, call: Call) -> list[Action]:
        """What is to happen before this request is handled."""
        found: list[Action] = []
        for entry in list(self.waiting):
            when, action = entry
            if self.handled >= when if isinstance(when, int) else when(call):
                self.waiting.remove(entry)
                found.append(action)
        return found


def is_token(call: Call) -> bool:
    return call.cost == "token"


def is_write(call: Call) -> bool:
    return call.cost == "write"


def is_read(call: Call) -> bool:
    return call.cost == "read"


def is_api(call: Call) -> bool:
    return call.cost != "token"
