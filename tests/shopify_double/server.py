"""HTTP/1.1 on loopback, a thread per connection: bytes in, bytes out, and connections that are cut on demand."""

import http.server
import socketserver
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from email.utils import formatdate


@dataclass(frozen=True)
class Request:
    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


@dataclass
class Reply:
    """`cut_at`: so many bytes of the body are sent before the connection ends; -1 sends all, -2 not even a status."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=lambda: {"Content-Type": "application/json; charset=utf-8"})
    cut_at: int = -1


NO_ANSWER = -2


class Server:
    """Serves until closed. `answer` is called from many threads. `clock`: what the `Date` of answers is told by."""

    def __init__(self, answer: Callable[[Request], Reply], clock: Callable[[], float]) -> None:
        class Handler(_Handler):
            answering = staticmethod(answer)
            telling = staticmethod(clock)

        self._server = _Threads(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Threads(socketserver.ThreadingMixIn, http.server.HTTPServer):
    daemon_threads = True
    block_on_close = False
    request_queue_size = 64


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    wbufsize = -1
    timeout = 60.0
    answering: Callable[[Request], Reply]
    telling: Callable[[], float]

    def date_time_string(self, timestamp: float | None = None) -> str:
        return formatdate(self.telling() if timestamp is None else timestamp, usegmt=True)

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        reply = self.answering(Request(self.command, self.path, headers, body))
        if reply.cut_at == NO_ANSWER:
            self.close_connection = True
            return
        self.send_response(reply.status)
        for name, value in reply.headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(reply.body)))
        self.end_headers()
        self.wfile.write(reply.body if reply.cut_at < 0 else reply.body[: reply.cut_at])
        self.wfile.flush()
        if reply.cut_at >= 0:
            self.close_connection = True

    do_GET = do_POST = _serve  # noqa: N815  the names are http.server's

    def log_message(self, *_: object) -> None:
        """Nothing on stderr."""
