"""Never more calls a second than allowed, per API path, whatever the number of threads.

The platform counts per app, shop and API path (Partner Center, "Rate limits") and answers 429 beyond. Calls get evenly
spaced slots at 96 % of the rate, and before each one the calls of the last second are counted, so that a thread that
woke late cannot push a sliding second over the limit.
"""

from __future__ import annotations

import threading
from collections import defaultdict, deque
from dataclasses import dataclass, field

from sheets_sync.ports import Clock

_SHARE = 0.96
"""Of ten calls a second the eleventh may then come 40 ms early, by a slow way of the first, and still fit."""
_SLOWEST = 0.05
"""Share of the rate that is left after many refusals."""
_RECOVERY = 0.05
"""Share of the rate that comes back with each second without a refusal."""
_WINDOW = 1.0
_LONGEST_REST = 60.0


@dataclass(slots=True)
class _Lane:
    next_slot: float = 0.0
    last_seen: float = 0.0
    calls: deque[float] = field(default_factory=deque)
    share: float = 1.0
    share_since: float = 0.0


class Pacing:
    """Hands out moments to call at: `wait(path)` returns when the caller may send. Safe to use from many threads."""

    def __init__(self, per_second: float, clock: Clock) -> None:
        if per_second <= 0:
            raise ValueError("a rate is above zero")
        self._rate = per_second
        self._in_window = max(1, int(per_second))
        self._clock = clock
        self._lock = threading.Lock()
        self._lanes: defaultdict[str, _Lane] = defaultdict(_Lane)

    def wait(self, path: str) -> None:
        """Sleep until this call's turn on `path`."""
        with self._lock:
            now = self._now(self._lanes[path])
            lane = self._lanes[path]
            slot = max(now, lane.next_slot)
            lane.next_slot = slot + 1 / (self._rate * _SHARE * self._share(lane, now))
        self._sleep(slot - now)
        while (more := self._too_early(path)) > 0:
            self._sleep(more)

    def refused(self, path: str, retry_after: float = 0.0) -> None:
        """The platform said "too many": halve the pace of `path`, once a second at most, and rest a minute at most."""
        with self._lock:
            lane = self._lanes[path]
            now = self._now(lane)
            if now - lane.share_since >= _WINDOW or lane.share == 1.0:
                lane.share = max(_SLOWEST, self._share(lane, now) / 2)
                lane.share_since = now
            lane.next_slot = max(lane.next_slot, now + min(retry_after, _LONGEST_REST))

    def _share(self, lane: _Lane, now: float) -> float:
        """The share of the rate in force now; it grows back with time."""
        return min(1.0, lane.share + _RECOVERY * (now - lane.share_since)) if lane.share < 1.0 else 1.0

    def _too_early(self, path: str) -> float:
        """Seconds that are still to wait because the last second is full; 0 and the call is counted when it is not."""
        with self._lock:
            lane = self._lanes[path]
            now = self._now(lane)
            while lane.calls and lane.calls[0] < now - _WINDOW:
                lane.calls.popleft()
            if len(lane.calls) >= self._in_window:
                return lane.calls[-self._in_window] + _WINDOW - now + 1e-3
            lane.calls.append(now)
            return 0.0

    def _now(self, lane: _Lane) -> float:
        now = self._clock.now().timestamp()
        if now < lane.last_seen:  # the machine's clock was set back: slots handed out so far mean nothing any more
            lane.next_slot = now + _WINDOW
            lane.share_since = min(lane.share_since, now)
            lane.calls.clear()
        lane.last_seen = now
        return now

    def _sleep(self, seconds: float) -> None:
        if seconds > 0:
            self._clock.sleep(seconds)
