"""What shall go wrong, and when: a list of faults that each meet some requests and are then used up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

Kind = Literal[
    "throttled",  # HTTP 200, THROTTLED, nothing done
    "internal",  # HTTP 200, INTERNAL_SERVER_ERROR, no data
    "broken_field",  # one field fails, with what that means for the data around it (`field`, `only`)
    "status",  # an HTTP status: 402, 403, 404, 423, 429 (with Retry-After), 430, 500, 502, 503, 504
    "cut_before",  # the connection ends, nothing was done
    "cut_after",  # it was done, but no answer comes
    "cut_half",  # it was done, and half of the answer comes
    "slow",  # the answer takes `seconds`
    "do",  # nothing goes wrong, but `action` is done right before: somebody edits the shop meanwhile
]


@dataclass
class Fault:
    """`on`: part of a root field's name (`products`, `bulkOperation`), or `token`, or `file`; "" meets every request.
    The first `after` requests that fit are let through, then `times` are met."""

    kind: Kind
    on: str = ""
    times: int = 1
    after: int = 0
    status: int = 500
    retry_after: str = "2"
    field: str = ""
    only: str = ""
    seconds: float = 0.0
    at_byte: int = 0
    action: Callable[[], Any] = lambda: None

    def meets(self, names: list[str]) -> bool:
        """Whether it meets a request to these roots; counts it."""
        if self.times <= 0 or (self.on and not any(self.on in name for name in names)):
            return False
        if self.after:
            self.after -= 1
            return False
        self.times -= 1
        return True
