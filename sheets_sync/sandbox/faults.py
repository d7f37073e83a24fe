"""Faults on demand: what goes wrong, on which requests, and how often."""

import random
import threading
from dataclasses import dataclass, field
from typing import Literal

from .answers import NoSuchControlError

Kind = Literal[
    "rate_limit", "unavailable", "error", "internal", "timeout", "bad_signature", "expire_token", "drop", "half_body",
    "slow", "not_json",
]
KINDS = ("rate_limit", "unavailable", "error", "internal", "timeout", "bad_signature", "expire_token", "drop",
         "half_body", "slow", "not_json")
WRITE_FIRST = ("timeout", "half_body", "not_json")
"""Kinds that answer wrongly after the request took effect, unless told otherwise."""


@dataclass
class Fault:
    """One order for trouble. See `Control.fault` for the meaning of the fields."""

    id: str
    kind: Kind
    path: str = ""
    method: str = ""
    operation: str = ""
    count: int | None = 1
    nth: int = 1
    probability: float = 1.0
    after_write: bool = False
    seconds: float = 0.0
    code: int = 36009003
    message: str = "internal error"
    status: int = 200
    seen: int = field(default=0, init=False)
    fired: int = field(default=0, init=False)

    def matches(self, method: str, path: str, operation: str) -> bool:
        return (
            path.startswith(self.path)
            and self.method.upper() in ("", method)
            and self.operation in ("", operation)
        )

    @property
    def spent(self) -> bool:
        return self.count is not None and self.fired >= self.count


class Faults:
    """The standing orders. Thread-safe; probabilities come from a fixed seed, so runs repeat."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._faults: list[Fault] = []
        self._items: dict[str, tuple[int, str, int]] = {}
        self._dice = random.Random(20260101)  # noqa: S311 (repeatable on purpose)
        self._serial = 0
        self._release = threading.Event()

    def add(self, fault: Fault) -> Fault:
        if fault.kind not in KINDS:
            raise NoSuchControlError(f"no fault {fault.kind!r}; there are: {', '.join(KINDS)}")
        with self._lock:
            self._serial += 1
            fault.id = f"fault-{self._serial}"
            self._faults.append(fault)
            self._release.clear()
        return fault

    def pick(self, method: str, path: str, operation: str) -> Fault | None:
        """The fault that strikes this request, if any; the oldest order first."""
        if not self._faults:
            return None
        with self._lock:
            for fault in self._faults:
                if not fault.matches(method, path, operation) or fault.spent:
                    continue
                fault.seen += 1
                if fault.seen >= fault.nth and self._dice.random() < fault.probability:
                    fault.fired += 1
                    return fault
        return None

    def clear(self) -> None:
        """Drop all orders and let slow answers go."""
        with self._lock:
            self._faults.clear()
            self._items.clear()
        self.release()

    def listed(self) -> list[Fault]:
        return list(self._faults)

    def wait(self, seconds: float) -> None:
        """Hold a slow answer back, at most this long (real seconds)."""
        self._release.wait(seconds)

    def release(self) -> None:
        self._release.set()

    def fail_item(self, item_id: str, code: int, message: str, count: int) -> None:
        with self._lock:
            self._items[item_id] = (code, message, count)

    def item_failure(self, item_id: str) -> tuple[int, str] | None:
        """Code and message by which a batch call must fail this product or SKU, once per order."""
        if item_id not in self._items:
            return None
        with self._lock:
            code, message, count = self._items.pop(item_id)
            if count > 1:
                self._items[item_id] = (code, message, count - 1)
        return code, message
