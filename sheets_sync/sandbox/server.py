"""HTTP/1.1 with keep-alive on loopback: bytes in, bytes out."""

import http.server
import logging
import os
import socket
import socketserver
import sys
import threading
from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from urllib.parse import parse_qsl, unquote

from .gateway import Request
from .service import Reply

MOST_BODY_BYTES = 120_000_000
IDLE_SECONDS = 120.0
_log = logging.getLogger(__name__)


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1  # one packet per answer
    timeout = IDLE_SECONDS
    server: "LoopbackServer"

    def _serve(self) -> None:
        length = self.headers.get("content-length") or "0"
        if "transfer-encoding" in self.headers or not length.isdigit() or int(length) > MOST_BODY_BYTES:
            self._send(Reply(411, b"a Content-Length of at most 120 MB is needed", "text/plain"), close=True)
            return
        body = self.rfile.read(int(length))
        if len(body) < int(length):
            self.close_connection = True
            return
        path, _, query = self.path.partition("?")
        # strict decoding as documented: %20 is a space; what "+" means is unconfirmed, here it is a space too
        request = Request(
            self.command, unquote(path), dict(parse_qsl(query, keep_blank_values=True)),
            {name.lower(): value for name, value in self.headers.items()}, body,
        )
        self._send(self.server.answer(request))

    def _send(self, reply: Reply, *, close: bool = False) -> None:
        if reply.cut == "all":
            self.close_connection = True
            return
        reason = HTTPStatus(reply.status).phrase
        head = [f"HTTP/1.1 {reply.status} {reason}", f"Content-Type: {reply.content_type}",
                f"Content-Length: {len(reply.body)}", *(f"{name}: {value}" for name, value in reply.headers)]
        if close or reply.cut:
            self.close_connection = True
            head.append("Connection: close")
        body = reply.body[: len(reply.body) // 2] if reply.cut == "half" else reply.body
        if self.command == "HEAD":
            body = b""
        self.wfile.write("\r\n".join(head).encode("latin-1") + b"\r\n\r\n" + body)
        self.wfile.flush()

    do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = _serve  # noqa: N815 (names the base class looks for)

    def log_message(self, *_: Any) -> None:
        """Silence: the sandbox keeps a log of its own."""


class LoopbackServer(http.server.ThreadingHTTPServer):
    """A thread per connection on 127.0.0.1; `close` ends open connections too."""

    allow_reuse_address = os.name == "posix"  # elsewhere it would let two programs share the port
    daemon_threads = True
    block_on_close = False
    request_queue_size = 128

    def __init__(self, port: int, answer: Callable[[Request], Reply]) -> None:
        super().__init__(("127.0.0.1", port), _Handler)
        self.answer = answer
        self._open: set[socket.socket] = set()
        self._open_lock = threading.Lock()

    @property
    def port(self) -> int:
        return int(self.server_address[1])

    def server_bind(self) -> None:
        """As the base class, without its look-up of the machine's name."""
        socketserver.TCPServer.server_bind(self)
        self.server_name, self.server_port = "127.0.0.1", int(self.server_address[1])

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._open_lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._open_lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def handle_error(self, request: Any, client_address: Any) -> None:  # noqa: ARG002 (signature of the base class)
        """A client that went away is no error of the sandbox; anything else is, and is logged."""
        if not isinstance(sys.exc_info()[1], OSError):
            _log.exception("the sandbox could not answer")

    def close(self) -> None:
        self.shutdown()
        self.server_close()
        with self._open_lock:
            still_open = list(self._open)
        for connection in still_open:
            try:
                connection.shutdown(socket.SHUT_RDWR)
            except OSError:
                continue  # closed meanwhile
