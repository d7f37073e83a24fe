"""`sandbox`: serve until interrupted, and say how to reach it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from sheets_sync.cli.context import Caller
from sheets_sync.errors import UsageError

if TYPE_CHECKING:
    from sheets_sync.sandbox import Sandbox


def serve_and_show(caller: Caller, port: int, review_seconds: float) -> int:
    from sheets_sync.sandbox import serve  # noqa: PLC0415  loaded only to serve

    def ready(sandbox: Sandbox) -> None:
        caller.tell("sandbox_ready", url=sandbox.url)
        keys = {
            "api_base": sandbox.url,
            "auth_base": sandbox.url,
            "app_key": sandbox.app_key,
            "app_secret": sandbox.app_secret,
            "access_token": sandbox.access_token,
            "refresh_token": sandbox.refresh_token,
            "shop_cipher": sandbox.shop_cipher,
        }
        caller.show({"command": caller.command, "tiktok": keys})
        for line in ("[tiktok]", *(f'{key} = "{value}"' for key, value in keys.items())):
            caller.say(line)

    stop = threading.Event()
    try:
        serve(port, review_seconds=review_seconds, ready=ready, until=stop)
    except OSError as error:
        raise UsageError("listen_port_taken", host="127.0.0.1", port=port, reason=str(error)) from None
    except KeyboardInterrupt:
        stop.set()
        caller.tell("sandbox_stopped")
    return 0
