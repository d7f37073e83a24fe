"""Requests a minute: 60 reads and 60 writes a user, 300 a project (Sheets API, usage limits)."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from .errors import ApiError

PROJECT = "424242424242"
_NAMES = {
    "read": ("Read requests", "ReadRequests", "read_requests"),
    "write": ("Write requests", "WriteRequests", "write_requests"),
}


@dataclass
class Quotas:
    """The allowance is filled up whenever a minute of the clock begins. A refused request costs nothing."""

    clock: Callable[[], float]
    on: bool = True
    reads: int = 60
    writes: int = 60
    project: int = 300
    _minute: int = -1
    _spent: Counter[tuple[str, str]] = field(default_factory=Counter)

    def spend(self, user: str, cost: str) -> None:
        if not self.on or cost not in _NAMES:
            return
        minute = int(self.clock() // 60)
        if minute != self._minute:
            self._minute = minute
            self._spent.clear()
        if self._spent[user, cost] >= (self.reads if cost == "read" else self.writes):
            raise exceeded(cost, " per user", "PerMinutePerUser")
        if self._spent["", cost] >= self.project:
            raise exceeded(cost, "", "PerMinutePerProject")
        self._spent[user, cost] += 1
        self._spent["", cost] += 1


def exceeded(cost: str, whose: str = " per user", limit: str = "PerMinutePerUser") -> ApiError:
    words, camel, snake = _NAMES[cost if cost in _NAMES else "read"]
    message = (
        f"Quota exceeded for quota metric '{words}' and limit '{words} per minute{whose}' of service "
        f"'sheets.googleapis.com' for consumer 'project_number:{PROJECT}'."
    )
    info = {
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": "RATE_LIMIT_EXCEEDED",
        "domain": "googleapis.com",
        "metadata": {
            "service": "sheets.googleapis.com",
            "consumer": f"projects/{PROJECT}",
            "quota_limit": camel + limit,
            "quota_limit_value": "60",
            "quota_location": "global",
            "quota_metric": f"sheets.googleapis.com/{snake}",
        },
    }
    return ApiError(429, message, details=[info])
