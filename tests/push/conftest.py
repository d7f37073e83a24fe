from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_sync.sandbox import Sandbox, SandboxOptions
from tests.tiktok.fake_clock import FakeClock

from .builders import World


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, review_seconds=60, options=SandboxOptions(rate_per_second=0)) as running:
        yield running


@pytest.fixture
def world(sandbox: Sandbox, clock: FakeClock, tmp_path: Path) -> Iterator[World]:
    made = World(sandbox, clock, tmp_path)
    yield made
    made.close()
