"""Ids in the platform's shapes, deterministic: the same calls in the same order give the same ids."""

import itertools
import time


class Ids:
    """Counters of one sandbox. Callers hold the sandbox's lock."""

    def __init__(self) -> None:
        self._objects = itertools.count(1)
        self._custom = itertools.count(101)
        self._requests = itertools.count(1)
        self._notifications = itertools.count(1)

    def object_id(self) -> str:
        """19 digits beginning with 17, and never a round number: one that passes through a float is damaged."""
        return str(1_729_592_969_712_207_001 + 7 * next(self._objects))

    def custom_id(self) -> str:
        """Id of a sales attribute or value that the seller named."""
        return str(7_000_000_000_000_000_000 + next(self._custom))

    def notification_id(self) -> str:
        """Id of a webhook event."""
        return str(7_327_112_393_057_371_901 + 7 * next(self._notifications))

    def request_id(self, now: float) -> str:
        """14 digits of time and 20 hexadecimal digits."""
        return time.strftime("%Y%m%d%H%M%S", time.gmtime(now)) + f"{next(self._requests):020X}"
