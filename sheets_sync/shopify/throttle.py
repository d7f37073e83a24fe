"""How much the shop lets us ask for now: a leaky bucket of points, known from its own answers (Shopify, "Rate limits").

Nothing is assumed of a plan: size, fill and refill come with every answer.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_sync.ports import Clock

MOST_PER_QUERY = 1000.0
"""Points that a single query may cost, whatever the plan."""
_LEAST_WAIT = 1.0


class Bucket:
    """The points of one app and shop. `asked`: what the last query was charged for beforehand."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._most = self._available = self._rate = 0.0
        self._seen = 0.0
        self.asked = 0.0

    def learn(self, cost: Mapping[str, Any]) -> None:
        """Take over the figures of an answer (`extensions.cost`)."""
        status = cost.get("throttleStatus") or {}
        self.asked = float(cost.get("requestedQueryCost") or 0)
        self._most = float(status.get("maximumAvailable") or 0)
        self._available = float(status.get("currentlyAvailable") or 0)
        self._rate = float(status.get("restoreRate") or 0)
        self._seen = self._now()

    @property
    def ceiling(self) -> float:
        """What a single query may cost at most."""
        return min(MOST_PER_QUERY, self._most or MOST_PER_QUERY)

    def wait(self, cost: float) -> float:
        """Seconds until a query of this cost fits; 0 when it fits now or nothing is known yet."""
        if not self._rate or not cost:
            return 0.0
        now = min(self._most, self._available + self._rate * max(0.0, self._now() - self._seen))
        return max(0.0, (min(cost, self._most) - now) / self._rate)

    def wait_when_refused(self, retry_after: float = 0.0) -> float:
        """Seconds to wait after "throttled": as the figures say, a second at least."""
        return max(_LEAST_WAIT, retry_after, self.wait(self.asked))

    def _now(self) -> float:
        return self._clock.now().timestamp()
