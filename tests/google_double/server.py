"""HTTP on loopback: reads requests, hands them to `answer`, and sends, cuts or holds back what it answers."""

import json
import select
import socket
import threading
import urllib.parse
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Request:
    method: str
    path: str  # as sent, still quoted
    query: dict[str, list[str]]
    headers: Any
    raw: bytes


@dataclass
class Answer:
    status: int
    body: bytes = b""
    kind: str = "application/json; charset=UTF-8"
    headers: dict[str, str] = field(default_factory=dict)
    cut: bool = False  # close the connection without a word
    hang: bool = False  # hold it open until the client leaves


def as_json(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


class Server:
    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        self.stopping = threading.Event()
        handler = type("Handler", (_Handler,), {"answer": staticmethod(answer), "stopping": self.stopping})
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._http.daemon_threads = True
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self.url = f"http://127.0.0.1:{self._http.server_port}"

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self.stopping.set()
        self._http.shutdown()
        self._thread.join()
        self._http.socket.close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True
    answer: Callable[[Request], Answer]
    stopping: threading.Event

    def _serve(self) -> None:
        path, _, query = self.path.partition("?")
        raw = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fields = urllib.parse.parse_qs(query, keep_blank_values=True)
        found = self.answer(Request(self.command, path, fields, self.headers, raw))
        if found.hang:
            self._hold()
            return
        if found.cut:
            self._cut()
            return
        self.send_response(found.status)
        self.send_header("Content-Type", found.kind)
        self.send_header("Content-Length", str(len(found.body)))
        for name, value in found.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(found.body)

    do_GET = do_POST = do_PUT = do_PATCH = do_DELETE = _serve  # noqa: N815 - the library's names

    def _cut(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _hold(self) -> None:
        """Until the client closes its end, which its timeout makes it do, or the server stops."""
        self.close_connection = True
        while not self.stopping.is_set():
            ready, _, _ = select.select([self.connection], [], [], 0.05)
            if ready and not self.connection.recv(1, socket.MSG_PEEK):
                return

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the library's name
        """Nothing on stderr: `GoogleDouble.log` has it."""
