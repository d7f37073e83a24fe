"""Never more calls a minute than Google allows one user (Google, "Usage limits": 60 reads and 60 writes a minute).

A batch counts as one call, however much it holds. Calls are counted in a sliding minute, so that no calendar minute can
hold more either; who has to wait is told why.
"""

from __future__ import annotations

import math
import threading
from collections import deque
from typing import Literal

from sheets_sync.ports import Clock, Progress

Cost = Literal["read", "write"]
A_MINUTE = 60
_WINDOW = 60.5
"""Seconds: a little more than a minute, since a call is counted when it arrives at Google's."""
_TOLD_FROM = 1.0


class Quota:
    """Hands out turns: `wait(cost)` returns when the call may be sent. Safe to use from several threads."""

    def __init__(self, clock: Clock, progress: Progress) -> None:
        self._clock = clock
        self._progress = progress
        self._lock = threading.Lock()
        self._sent: dict[Cost, deque[float]] = {"read": deque(), "write": deque()}

    def wait(self, cost: Cost, *, count: bool = True) -> None:
        """Sleep until the minute has room for one more call, which is counted unless it is only being prepared."""
        while (pause := self._pause(cost, count=count)) > 0:
            if pause >= _TOLD_FROM:
                self._progress.step("quota_wait", seconds=math.ceil(pause))
            self._clock.sleep(pause)

    def _pause(self, cost: Cost, *, count: bool) -> float:
        """Seconds to wait; 0 and the call is counted when there is room."""
        with self._lock:
            sent, now = self._sent[cost], self._clock.now().timestamp()
            while sent and not now - _WINDOW < sent[0] <= now:  # a clock that was set back forgets, too
                sent.popleft()
            if len(sent) < A_MINUTE:
                if count:
                    sent.append(now)
                return 0.0
            return max(sent[0] + _WINDOW - now, 0.01)
