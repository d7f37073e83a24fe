"""The listings a shop may send a day (reference 5.4): counted by Japanese calendar days."""

from .answers import ApiError
from .clock import SandboxClock
from .options import SandboxOptions

JST_SECONDS = 9 * 3600
DAY_SECONDS = 86400


class Quota:
    """Spent by LISTING creates and activations, by edits on a switch. Callers hold the sandbox's lock."""

    def __init__(self, clock: SandboxClock, options: SandboxOptions) -> None:
        self._clock, self._options = clock, options
        self._day = -1
        self._used = 0

    @property
    def used(self) -> int:
        """Listings spent today."""
        today = int((self._clock.now() + JST_SECONDS) // DAY_SECONDS)
        if today != self._day:
            self._day, self._used = today, 0
        return self._used

    @property
    def exhausted(self) -> bool:
        return 0 < self._options.daily_quota <= self.used

    def check(self) -> None:
        if self.exhausted:
            raise ApiError(12052093, "the number of products listed today has reached the limit")

    def spend(self) -> None:
        self._used = self.used + 1
