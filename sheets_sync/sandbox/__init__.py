"""A TikTok Shop on loopback that judges requests by the platform's own rules.

For rehearsals, the demo and tests. It shares no code with the rest of the package: what it accepts, it accepts because
the platform's documentation says so, not because our client sends it.
"""

import dataclasses
import threading
import time
from collections.abc import Callable
from types import TracebackType

from .admin import PREFIX, Admin
from .answers import ApiError, NoSuchControlError, Wire
from .control import Control
from .gateway import Request
from .loading import load_products
from .options import SandboxOptions
from .server import LoopbackServer
from .service import Reply, Service
from .shop import World
from .webhook_sending import WebhookSender

__all__ = ["ApiError", "Control", "NoSuchControlError", "Sandbox", "SandboxOptions", "serve"]


class Sandbox:
    """One TikTok Shop seller on 127.0.0.1; a context manager, or `start` and `stop`.

    port: 0 chooses a free one. clock: Unix seconds; the gateway judges timestamps by it, the shop's own time starts
    from it (see `Control.advance`). review_seconds: how long a review takes, 0 = decided by the next request.
    market: "JP". options: the switches; a copy is kept. Raises ValueError for a market without data.
    """

    def __init__(
        self,
        *,
        port: int = 0,
        clock: Callable[[], float] = time.time,
        review_seconds: float = 0.0,
        market: str = "JP",
        options: SandboxOptions | None = None,
    ) -> None:
        self._world = World(clock, review_seconds, market, dataclasses.replace(options or SandboxOptions()))
        self._service = Service(self._world)
        self._port = port
        self._server: LoopbackServer | None = None
        self._webhooks = WebhookSender(self._world)
        self.control = Control(self._world, self._service, self._webhooks)
        self._admin = Admin(self.control, {})

    def __enter__(self) -> "Sandbox":
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def start(self) -> "Sandbox":
        """Listen. After a `stop`, the same state is served again on the same port."""
        if self._server is None:
            self._server = LoopbackServer(self._port, self._answer)
            self._port = self._server.port
            self._world.uploads.base_url = self.url
            self._admin = Admin(self.control, self.credentials())
            threading.Thread(
                target=self._server.serve_forever, kwargs={"poll_interval": 0.005}, name="sandbox", daemon=True
            ).start()
            self._webhooks.start()
        return self

    def stop(self) -> None:
        """Close the port and all connections; the state stays."""
        if self._server is not None:
            self._world.faults.release()
            self._webhooks.stop()
            self._server.close()
            self._server = None

    @property
    def url(self) -> str:
        """Base of the business host and of the authorisation host alike, without a slash at the end."""
        return f"http://127.0.0.1:{self._port}"

    @property
    def app_key(self) -> str:
        return self._world.tokens.app_key

    @property
    def app_secret(self) -> str:
        return self._world.tokens.app_secret

    @property
    def access_token(self) -> str:
        """The newest access token."""
        return self._world.tokens.access_token

    @property
    def refresh_token(self) -> str:
        """The newest refresh token."""
        return self._world.tokens.refresh_token

    @property
    def shop_cipher(self) -> str:
        return str(self._world.main.profile["cipher"])

    @property
    def shop_id(self) -> str:
        return str(self._world.main.profile["id"])

    @property
    def warehouse_id(self) -> str:
        """The default sales warehouse, or "" when there is none."""
        return next((str(w["id"]) for w in self._world.main.warehouses if w["type"] == "SALES_WAREHOUSE"), "")

    def credentials(self) -> dict[str, str]:
        """All of the above; made-up values, safe to show."""
        names = ("url", "app_key", "app_secret", "access_token", "refresh_token", "shop_cipher", "shop_id",
                 "warehouse_id")
        return {name: str(getattr(self, name)) for name in names}

    def load(self, rules: Wire | None = None, products: list[Wire] | None = None) -> None:
        """Put a real shop's data in, all in wire format.

        rules: any of "categories" (replaces the tree), "rules" {category id: data}, "attributes" {category id: list}
        with "category_version" ("v1" unless given) - or "versions": {"v1": {...}, "v2": {...}} -, "brands",
        "warehouses", "delivery_options", and "shop" (as Get Authorized Shops shows it; the sandbox's cipher stays).
        A category without rules asks for nothing. products: as Get Product shows them; ids are kept.
        """
        with self._world.lock:
            main = self._world.main
            if rules:
                self._world.catalogue.load(rules)
                main.warehouses = list(rules.get("warehouses", main.warehouses))
                main.delivery_options = list(rules.get("delivery_options", main.delivery_options))
                main.profile |= {key: part for key, part in rules.get("shop", {}).items() if key != "cipher"}
            load_products(self._world, products or [])

    def dump(self) -> Wire:
        """The state that `load` takes: {"rules": ..., "products": [...]}."""
        with self._world.lock:
            rules = self._world.catalogue.dump()
            rules |= {"warehouses": list(self._world.main.warehouses),
                      "delivery_options": list(self._world.main.delivery_options),
                      "shop": dict(self._world.main.profile)}
            return {"rules": rules, "products": self.control.products()}

    def _answer(self, request: Request) -> Reply:
        if request.path.startswith(PREFIX):
            return self._admin.answer(request)
        return self._service.answer(request)


def serve(
    port: int = 0,
    *,
    review_seconds: float = 5.0,
    market: str = "JP",
    options: SandboxOptions | None = None,
    ready: Callable[[Sandbox], None] = lambda _: None,
    until: threading.Event | None = None,
) -> None:
    """Serve until interrupted (or until the event is set); `ready` is called once with the listening sandbox."""
    done = until or threading.Event()
    with Sandbox(port=port, review_seconds=review_seconds, market=market, options=options) as sandbox:
        ready(sandbox)
        while not done.wait(0.5):  # on Windows a wait without an end hears no Ctrl-C
            pass
