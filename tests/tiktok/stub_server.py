"""A server on loopback that answers what a test tells it to, and remembers the very bytes it was sent."""

from __future__ import annotations

import http.server
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass
class Received:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    port: int
    """The caller's port: the same one for calls over the same connection."""

    @property
    def json(self) -> Any:
        return json.loads(self.body)


@dataclass
class Reply:
    """`body` objects become JSON. `cut`: "all" closes without an answer, "half" in the middle of the body."""

    body: Any = None
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    cut: str = ""
    hold: threading.Event | None = None


def ok(data: Any = None) -> Reply:
    data = {} if data is None else data
    return Reply({"code": 0, "message": "Success", "request_id": "20260101090000AA", "data": data})


def failed(code: int, message: str = "no", status: int = 200, **headers: str) -> Reply:
    body = {"code": code, "message": message, "request_id": "20260101090000BB", "data": None}
    return Reply(body, status, {name.replace("_", "-"): value for name, value in headers.items()})


class _Server(http.server.ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 64


class StubServer:
    """Gives `replies` one after the other, the last one for ever; a callable is asked for each request."""

    def __init__(self, *replies: Reply | Callable[[Received], Reply]) -> None:
        self.replies = list(replies)
        self.received: list[Received] = []
        stub = self

        class Handler(http.server.BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # an answer in one packet

            def answer(self) -> None:
                path, _, query = self.path.partition("?")
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                values = dict(parse_qsl(query, keep_blank_values=True))
                request = Received(self.command, path, values, headers, body, self.client_address[1])
                stub.received.append(request)
                reply = stub.replies.pop(0) if len(stub.replies) > 1 else stub.replies[0]
                self.reply(reply(request) if callable(reply) else reply)

            def reply(self, reply: Reply) -> None:
                if reply.hold:
                    reply.hold.wait(10)
                if reply.cut == "all":
                    self.close_connection = True
                    return
                body = reply.body if isinstance(reply.body, bytes) else json.dumps(reply.body).encode()
                self.send_response_only(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body[: len(body) // 2] if reply.cut == "half" else body)
                self.wfile.flush()
                self.close_connection = reply.cut == "half"

            do_GET = do_POST = do_PUT = do_DELETE = answer  # noqa: N815

            def log_message(self, *_: object) -> None: ...

        self._server = _Server(("127.0.0.1", 0), Handler)
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"
        threading.Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def __enter__(self) -> StubServer:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
