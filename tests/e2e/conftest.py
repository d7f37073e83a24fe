from __future__ import annotations

import datetime as dt
import gc
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_sync.clock import SystemClock
from sheets_sync.sandbox import Sandbox
from tests.google_double import GoogleDouble

from .shop_folder import ShopFolder, Time


@pytest.fixture(autouse=True)
def swept() -> Iterator[None]:
    """Hundreds of runs in one process: what each leaves behind is swept up, as the end of its process would."""
    yield
    gc.collect()


@pytest.fixture
def moved() -> Time:
    """How far time has been moved on, for us and for the platform alike."""
    return Time()


@pytest.fixture
def sandbox(moved: Time) -> Iterator[Sandbox]:
    with Sandbox(review_seconds=0, clock=lambda: time.time() + moved.seconds) as served:
        yield served


@pytest.fixture
def google(moved: Time) -> Iterator[GoogleDouble]:
    """A Google on loopback."""
    with GoogleDouble(clock=lambda: time.time() + moved.seconds) as double:
        yield double


@pytest.fixture
def moving_time(moved: Time, monkeypatch: pytest.MonkeyPatch) -> None:
    """Waiting moves time instead of taking it."""

    def sleep(_clock: SystemClock, seconds: float) -> None:
        moved.seconds += seconds

    def now(_clock: SystemClock) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=moved.seconds)

    monkeypatch.setattr(SystemClock, "sleep", sleep)
    monkeypatch.setattr(SystemClock, "now", now)


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox, moved: Time, moving_time: None) -> ShopFolder:
    """A folder to work in."""
    return ShopFolder(tmp_path, sandbox, moved)
