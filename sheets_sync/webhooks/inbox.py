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
    _first: float | None = None
    _last: float = 0.0
    _not_before: float = 0.0

    def heard(self, now: float) -> None:
        """Something happened that has to be written some time."""
        self._first = now if self._first is None else self._first
        self._last = now

    def again(self, now: float, seconds: float) -> None:
        """It could not be written now: not before so many seconds from now, whatever is heard meanwhile."""
        self._not_before = now + seconds

    def done(self) -> None:
        """It was written."""
        self._first = None

    @property
    def waiting(self) -> bool:
        """Whether something is still to be written."""
        return self._first is not None

    def is_due(self, now: float) -> bool:
        if self._first is None:
            return False
        return now >= max(min(self._last + self.quiet, self._first + self.at_most), self._not_before)
