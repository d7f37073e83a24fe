"""What was heard already, and when it is time to write. Pure: moments come in as seconds of any steady clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

REMEMBERED = 2000


class Seen:
    """The newest ids of events, so that a repetition is known as one, also after a restart."""

    def __init__(self, ids: Iterable[object] = (), most: int = REMEMBERED) -> None:
        self._most = most
        self._ids: dict[str, None] = {}
        for one in ids:
            if isinstance(one, str):
                self.add(one)

    def __contains__(self, event_id: str) -> bool:
        return event_id in self._ids

    def add(self, event_id: str) -> None:
        """Remember an id, and forget the oldest ones where there are too many. An event without an id is always new."""
        if not event_id:
            return
        self._ids.pop(event_id, None)
        self._ids[event_id] = None
        while len(self._ids) > self._most:
            del self._ids[next(iter(self._ids))]

    def ids(self) -> list[str]:
        """Oldest first."""
        return list(self._ids)


@dataclass
class Debounce:
    """When to write: once it has been quiet for a while, but under lasting noise not later than `at_most`.

    `quiet`, `at_most`: seconds after the last and after the first thing that was heard.
    """

    quiet: float = 30.0
    at_most: float = 300.0
    _due: float | None = None
    _limit: float = 0.0

    def heard(self, now: float) -> None:
        """Something happened that has to be written some time."""
        if self._due is None:
            self._limit = now + self.at_most
        self._due = min(now + self.quiet, max(self._limit, self._due or 0))

    def again(self, now: float, seconds: float) -> None:
        """It could not be written now: not before so many seconds from now."""
        self._due = self._limit = now + seconds

    def done(self) -> None:
        """It was written."""
        self._due = None

    @property
    def waiting(self) -> bool:
        """Whether something is still to be written."""
        return self._due is not None

    def is_due(self, now: float) -> bool:
        return self._due is not None and now >= self._due
