"""`sandbox`: serve until interrupted, and say how to reach it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sheets_sync.cli.context import Caller

if TYPE_CHECKING:
    from sheets_sync.sandbox import Sandbox


def serve_and_show(caller: Caller, port: int, review_seconds: float) -> int:
    from sheets_sync.sandbox import serve  # noqa: PLC0415  loaded only to serve

    def ready(sandbox: Sandbox) -> None:
        caller.tell("sandbox_ready", url=sandbox.url)
        for line in (
            "[tiktok]",
            f'api_base = "{sandbox.url}"',
            f'auth_base = "{sandbox.url}"',
            f'app_key = "{sandbox.app_key}"',
            f'app_secret = "{sandbox.app_secret}"',
            f'access_token = "{sandbox.access_token}"',
            f'refresh_token = "{sandbox.refresh_token}"',
            f'shop_cipher = "{sandbox.shop_cipher}"',
        ):
            caller.say(line)

    stop = threading.Event()
    try:
        serve(port, review_seconds=review_seconds, ready=ready, until=stop)
    except KeyboardInterrupt:
        stop.set()
        caller.tell("sandbox_stopped")
    return 0
