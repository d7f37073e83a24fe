"""The sandbox's time: the caller's clock, moved and stopped at will."""

from collections.abc import Callable


class SandboxClock:
    """Two readings of time, both in Unix seconds.

    `now()` is the time of the shop: reviews, tokens, quotas and time stamps of products follow it, and it can be
    advanced and frozen. `wall()` is the time of the gateway, which judges a request's timestamp: it follows the
    caller's own clock (plus an artificial skew), so that advancing the shop by a week does not break every signature.
    """

    def __init__(self, source: Callable[[], float]) -> None:
        self._source = source
        self._offset = 0.0
        self._frozen: float | None = None
        self.skew = 0.0

    def now(self) -> float:
        return self._source() + self._offset if self._frozen is None else self._frozen

    def wall(self) -> float:
        return self._source() + self.skew

    def advance(self, seconds: float) -> float:
        if self._frozen is None:
            self._offset += seconds
        else:
            self._frozen += seconds
        return self.now()

    def freeze(self, at: float | None = None) -> float:
        self._frozen = self.now() if at is None else at
        return self._frozen

    def thaw(self) -> float:
        if self._frozen is not None:
            self._offset = self._frozen - self._source()
            self._frozen = None
        return self.now()
