"""Clocks under which no test sleeps."""

from __future__ import annotations

import datetime as dt
import threading

START = 1_795_300_000.0  # 2026-11-22 07:26 in Japan


class FakeClock:
    """Sleeping moves time on at once. Calling it gives Unix seconds, as the sandbox wants its clock."""

    def __init__(self, now: float = START) -> None:
        self.seconds = now
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.seconds

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self.seconds, dt.UTC)

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


class VirtualClock:
    """Time for a fixed number of threads: it jumps to the next waking moment once all of them sleep or have left."""

    def __init__(self, threads: int, now: float = START) -> None:
        self._now = now
        self._awake = threads
        self._wake_at: dict[int, float] = {}
        self._changed = threading.Condition()

    def now(self) -> dt.datetime:
        return dt.datetime.fromtimestamp(self._now, dt.UTC)

    def sleep(self, seconds: float) -> None:
        me = threading.get_ident()
        with self._changed:
            # the port speaks in datetimes: whole microseconds
            self._wake_at[me] = self._now + max(seconds, 1e-6)
            self._awake -= 1
            self._move_on()
            while me in self._wake_at:
                self._changed.wait()

    def leave(self) -> None:
        with self._changed:
            self._awake -= 1
            self._move_on()

    def _move_on(self) -> None:
        if self._awake or not self._wake_at:
            return
        me, moment = min(self._wake_at.items(), key=lambda entry: entry[1])
        self._now = moment
        del self._wake_at[me]
        self._awake = 1
        self._changed.notify_all()
