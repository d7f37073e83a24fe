"""Sends what the outbox holds, to a listener on this machine."""

import http.client
import threading
from urllib.parse import urlsplit

from .shop import World
from .webhooks import Delivery

PATIENCE_SECONDS = 3.0
"""The platform waits so long for an answer."""
_BEAT = 0.05


class WebhookSender:
    """A thread that delivers what is due, and the same on demand. Reviews that are due are decided first, since with
    webhooks nobody has to ask for them.
    """

    def __init__(self, world: World) -> None:
        self._world = world
        self._turn = threading.Lock()
        self._stop = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._run, name="webhooks", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._stop.set()
        if self._thread is not None:
            self._thread.join(2 * PATIENCE_SECONDS)

    def deliver(self) -> int:
        """Try everything that is due, in order; returns how many were taken."""
        taken = 0
        with self._turn:
            with self._world.lock:
                self._world.settle()
                due = self._world.outbox.due()
                forward = self._world.outbox.forward
            for delivery in due:
                status = _post(delivery, forward) if forward else 0
                with self._world.lock:
                    self._world.outbox.tried(delivery, status)
                taken += status == 200
                if self._stop.is_set():
                    break
        return taken

    def _run(self) -> None:
        world = self._world
        while not self._stop.wait(_BEAT):
            if world.outbox.forward and world.options.webhook_delivery == "auto":
                self.deliver()


def _post(delivery: Delivery, forward: str) -> int:
    """The HTTP status, 0 for no answer in time. Only ever to the machine that `forward` names."""
    to, meant = urlsplit(forward), urlsplit(delivery.address)
    connection = http.client.HTTPConnection(to.hostname or "", to.port, timeout=PATIENCE_SECONDS)
    headers = {"Content-Type": "application/json", "Authorization": delivery.signature, "Host": meant.netloc}
    target = (meant.path or "/") + (f"?{meant.query}" if meant.query else "")
    try:
        connection.request("POST", target, delivery.body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        connection.close()
