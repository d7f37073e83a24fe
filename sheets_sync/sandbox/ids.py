"""Ids in the platform's shapes, deterministic: the same calls in the same order give the same ids."""

import itertools
import time

_FIRST_OBJECT = 1_729_592_969_712_207_001
_STEP = 7


class Ids:
    """Counters of one sandbox. Callers hold the sandbox's lock."""

    def __init__(self) -> None:
        self._objects = 0
        self._custom = itertools.count(101)
        self._requests = itertools.count(1)
        self._notifications = itertools.count(1)

    def object_id(self) -> str:
        """19 digits beginning with 17, and never a round number: one that passes through a float is damaged."""
        self._objects += 1
        return str(_FIRST_OBJECT + _STEP * self._objects)

    def beyond(self, object_id: str) -> None:
        """Give out no id that another shop gave out already, up to this one."""
        if object_id.isascii() and object_id.isdigit() and len(object_id) <= len(str(_FIRST_OBJECT)):
            self._objects = max(self._objects, (int(object_id) - _FIRST_OBJECT) // _STEP + 1)

    def custom_id(self) -> str:
        """Id of a sales attribute or value that the seller named."""
        return str(7_000_000_000_000_000_000 + next(self._custom))

    def notification_id(self) -> str:
        """Id of a webhook event."""
        return str(7_327_112_393_057_371_901 + 7 * next(self._notifications))

    def request_id(self, now: float) -> str:
        """14 digits of time and 20 hexadecimal digits."""
        return time.strftime("%Y%m%d%H%M%S", time.gmtime(now)) + f"{next(self._requests):020X}"
