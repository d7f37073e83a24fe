"""Never over the limit in any sliding second, and close to the best that the limit and the latency allow."""

from __future__ import annotations

import threading
from bisect import bisect_right

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.tiktok.pacing import Pacing

from .fake_clock import FakeClock, VirtualClock


def most_in_a_second(moments: list[float]) -> int:
    """The largest number of calls in a closed window of one second."""
    moments = sorted(moments)
    return max(bisect_right(moments, moment + 1.0) - index for index, moment in enumerate(moments))


def calls_in(seconds: float, rate: float, workers: int, latency: float) -> list[float]:
    """Moments of all calls that `workers` threads make in `seconds` of virtual time."""
    clock = VirtualClock(workers)
    pacing = Pacing(rate, clock)
    end = clock.now().timestamp() + seconds
    moments: list[float] = []

    def work() -> None:
        while True:
            pacing.wait("/path")
            now = clock.now().timestamp()
            if now >= end:
                break
            moments.append(now)
            clock.sleep(latency)
        clock.leave()

    threads = [threading.Thread(target=work) for _ in range(workers)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)
    return moments


@pytest.mark.parametrize(
    ("rate", "workers", "latency"), [(10, 8, 0.05), (50, 8, 0.05), (20, 16, 0.5), (20, 8, 0.5), (3, 2, 0.01)]
)
def test_fast_enough_and_never_over(rate: float, workers: int, latency: float) -> None:
    seconds = 20
    moments = calls_in(seconds, rate, workers, latency)
    assert most_in_a_second(moments) <= rate
    assert len(moments) >= 0.95 * min(rate, workers / latency) * seconds
    assert len(moments) <= 0.98 * rate * seconds + 1  # a margin for the way to the platform


@given(
    rate=st.floats(0.4, 60),
    gaps=st.lists(st.floats(0, 3), min_size=1, max_size=120),
    late=st.lists(st.floats(0, 0.4), min_size=1, max_size=7),
)
@settings(deadline=None, max_examples=60)
def test_threads_that_wake_late_never_push_a_second_over(rate: float, gaps: list[float], late: list[float]) -> None:
    class Sleepy(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + late[len(self.slept) % len(late)])

    clock = Sleepy()
    pacing = Pacing(rate, clock)
    moments = []
    for gap in gaps:
        pacing.wait("/path")
        moments.append(clock.seconds)
        clock.seconds += gap
    assert most_in_a_second(moments) <= max(1, int(rate))


@pytest.mark.parametrize("late_at", range(1, 12))
def test_one_thread_late_once(late_at: int) -> None:
    class LateOnce(FakeClock):
        def sleep(self, seconds: float) -> None:
            super().sleep(seconds + (0.3 if len(self.slept) == late_at else 0))

    clock = LateOnce()
    pacing = Pacing(10, clock)
    moments = []
    for _ in range(40):
        pacing.wait("/path")
        moments.append(clock.seconds)
    assert most_in_a_second(moments) <= 10


def test_paths_do_not_slow_each_other() -> None:
    clock = FakeClock()
    pacing = Pacing(2, clock)
    for path in ("/a", "/b", "/c"):
        pacing.wait(path)
    assert clock.slept == []


def test_slower_after_a_refusal_and_back_to_full_pace() -> None:
    clock = FakeClock()
    pacing = Pacing(10, clock)

    def pace() -> float:
        pacing.wait("/path")
        began = clock.seconds
        for _ in range(10):
            pacing.wait("/path")
        return (clock.seconds - began) / 10

    full = pace()
    pacing.refused("/path")
    assert pace() > full * 1.5
    clock.seconds += 30
    pace()
    assert pace() == pytest.approx(full, rel=0.05)


def test_a_burst_of_refusals_counts_once() -> None:
    def pause_after(refusals: int) -> float:
        clock = FakeClock()
        pacing = Pacing(10, clock)
        for _ in range(refusals):
            pacing.refused("/path")
        pacing.wait("/path")
        pacing.wait("/path")
        return sum(clock.slept)

    assert pause_after(8) == pytest.approx(pause_after(1))
    assert pause_after(1) > pause_after(0) * 1.9


def test_the_platform_may_ask_for_a_rest() -> None:
    clock = FakeClock()
    pacing = Pacing(10, clock)
    pacing.refused("/path", retry_after=7)
    began = clock.seconds
    pacing.wait("/path")
    assert clock.seconds - began == pytest.approx(7, abs=0.01)


def test_no_rest_is_longer_than_a_minute() -> None:
    clock = FakeClock()
    pacing = Pacing(10, clock)
    pacing.refused("/path", retry_after=3600)
    pacing.wait("/path")
    assert sum(clock.slept) == pytest.approx(60, abs=0.1)


def test_a_clock_set_back_an_hour_stops_nothing() -> None:
    clock = FakeClock()
    pacing = Pacing(10, clock)
    for _ in range(20):
        pacing.wait("/path")
    clock.seconds -= 3600
    pacing.wait("/path")
    assert sum(clock.slept) < 5


def test_a_rate_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="above zero"):
        Pacing(0, FakeClock())
