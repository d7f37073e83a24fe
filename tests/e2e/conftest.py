from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_sync.clock import SystemClock
from sheets_sync.sandbox import Sandbox

from .shop_folder import ShopFolder


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with Sandbox(review_seconds=0) as served:
        yield served


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch) -> ShopFolder:
    """A folder to work in. Waiting passes the platform's time instead of ours."""
    monkeypatch.setattr(SystemClock, "sleep", lambda _self, seconds: sandbox.control.advance(seconds))
    return ShopFolder(tmp_path, sandbox)
