"""A client on a fake clock, pointed at a sandbox or at a stub."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.sandbox import Sandbox, SandboxOptions
from sheets_sync.tiktok.auth_host import AuthHost
from sheets_sync.tiktok.client import TikTokShop
from sheets_sync.tiktok.tokens import Tokens

from .fake_clock import FakeClock
from .stub_server import StubServer

APP_KEY = "6aexample1234"
APP_SECRET = "0123456789abcdef0123456789abcdef01234567"
ACCESS, REFRESH = "TTP_example_access", "TTP_example_refresh"
CIPHER = "ROW_ABCDEFAAAAB0123456789abcdefghij"

ShopOf = Callable[..., TikTokShop]


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def sandbox(clock: FakeClock) -> Iterator[Sandbox]:
    with Sandbox(clock=clock, review_seconds=60, options=SandboxOptions(rate_per_second=0)) as running:
        yield running


@pytest.fixture
def open_shop(clock: FakeClock, tmp_path: Path) -> Iterator[ShopOf]:
    """Opens clients: `open_shop(sandbox)` or `open_shop(stub)`, with any argument of the client changed."""
    opened: list[TikTokShop] = []

    def make(
        server: Sandbox | StubServer, *, access: str | None = None, refresh: str | None = None, **changed: Any
    ) -> TikTokShop:
        known = server.credentials() if isinstance(server, Sandbox) else {}
        app_key, app_secret = known.get("app_key", APP_KEY), known.get("app_secret", APP_SECRET)
        path = changed.pop("file", tmp_path / "credentials.json")
        token_seeds = {
            "access_token": known.get("access_token", ACCESS) if access is None else access,
            "refresh_token": known.get("refresh_token", REFRESH) if refresh is None else refresh,
        }

        def tokens(auth: AuthHost) -> Tokens:
            return Tokens(path, auth, clock, app_key=app_key, **token_seeds)

        arguments = {
            "api_base": server.url,
            "auth_base": server.url,
            "app_key": app_key,
            "app_secret": app_secret,
            "tokens": tokens,
            "clock": clock,
            "shop_cipher": CIPHER,
            "requests_per_second": 1000,
            "connect_seconds": 2,
            "read_seconds": 5,
            **changed,
        }
        opened.append(TikTokShop(**arguments))
        return opened[-1]

    yield make
    for shop in opened:
        shop.close()


@pytest.fixture
def shop(open_shop: ShopOf, sandbox: Sandbox) -> TikTokShop:
    return open_shop(sandbox)
