"""The listener: takes a webhook's bytes, answers at once, and never lets a slow or broken client hold it up.

One thread, however many connections: each has a short life, a bounded request and at most one answer. HTTP itself is
h11's. TLS is the business of the proxy or tunnel in front, which the registered https address leads to.
"""

from __future__ import annotations

import asyncio
import logging
import threading
from collections.abc import Callable
from types import TracebackType

import h11

from sheets_sync.errors import UsageError

LARGEST_BODY = 64 * 1024
LARGEST_HEAD = 16 * 1024
LONGEST_SECONDS = 10.0
"""A connection's whole life. The platform sends within a blink; whoever takes longer is not the platform."""
LINGER_SECONDS = 1.0
MOST_CONNECTIONS = 256
_CHUNK = 16 * 1024
log = logging.getLogger(__name__)

Accept = Callable[[bytes, bytes], int]
"""Header `Authorization` and raw body in, HTTP status out. Called on the listener's thread: has to be quick."""


class Listener:
    """Serves `POST path` on host and port until closed; a context manager. `port` 0 chooses a free one.

    Raises UsageError when the port cannot be had.
    """

    def __init__(self, host: str, port: int, path: str, accept: Accept) -> None:
        self.host, self.path, self._accept = host, path, accept
        self.port = port
        self._open = 0
        self._tasks: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, name="listen", daemon=True)

    def __enter__(self) -> Listener:
        try:
            server = self._loop.run_until_complete(
                asyncio.start_server(self._serve, self.host, self.port, limit=LARGEST_HEAD, backlog=MOST_CONNECTIONS)
            )
        except (OSError, OverflowError) as error:
            self._loop.close()
            raise UsageError("listen_port_taken", host=self.host, port=self.port, reason=str(error)) from None
        self._server = server
        self.port = int(server.sockets[0].getsockname()[1])
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Take no more; what was answered with 200 is with the caller already."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            self._server.close()
            for task in list(self._tasks):
                task.cancel()
            self._loop.run_until_complete(asyncio.gather(*self._tasks, return_exceptions=True))
            self._loop.close()

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is None or self._open >= MOST_CONNECTIONS:
            writer.transport.abort()
            return
        self._tasks.add(task)
        self._open += 1
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await _Conversation(reader, writer, self.path, self._accept).hold()
        except (TimeoutError, OSError, asyncio.CancelledError):
            pass  # too slow, gone, or we are closing: nobody is left to be answered
        except Exception:  # one client's trouble never ends the listener
            log.exception("a webhook could not be answered")
        finally:
            self._open -= 1
            self._tasks.discard(task)
            writer.transport.abort()


class _Conversation:
    """One connection: one request, one answer."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, path: str, accept: Accept) -> None:
        self._reader, self._writer, self._path, self._accept = reader, writer, path, accept
        self._http = h11.Connection(h11.SERVER, max_incomplete_event_size=LARGEST_HEAD)

    async def hold(self) -> None:
        try:
            status = await self._request()
        except h11.RemoteProtocolError as error:
            status = error.error_status_hint or 400
        if status:
            await self._answer(status)

    async def _request(self) -> int:
        """The status to answer, 0 for a client that went away."""
        head = await self._next()
        if not isinstance(head, h11.Request):
            return 0
        if head.target.partition(b"?")[0].decode("latin-1") != self._path:
            return 404
        if head.method != b"POST":
            return 405
        body = b""
        while not isinstance(part := await self._next(), h11.EndOfMessage):
            if not isinstance(part, h11.Data):
                return 0
            body += part.data
            if len(body) > LARGEST_BODY:
                return 413
        signed = next((value for name, value in head.headers if name == b"authorization"), b"")
        return self._accept(signed, body)

    async def _next(self) -> object:
        while (event := self._http.next_event()) is h11.NEED_DATA:
            if self._http.they_are_waiting_for_100_continue:
                go_on = h11.InformationalResponse(status_code=100, headers=[])
                self._writer.write(self._http.send(go_on))
            self._http.receive_data(await self._reader.read(_CHUNK))
        return event

    async def _answer(self, status: int) -> None:
        """An empty body: TikTok Shop wants nothing else, and nobody else is told anything."""
        if self._http.our_state not in (h11.IDLE, h11.SEND_RESPONSE):
            return
        headers = [("Content-Length", "0"), ("Connection", "close")]
        self._writer.write(self._http.send(h11.Response(status_code=status, headers=headers)))
        await self._writer.drain()
        self._writer.write_eof()
        # What is still coming is read away: closing on it would tear the answer out of the client's hands.
        async with asyncio.timeout(LINGER_SECONDS):
            while await self._reader.read(_CHUNK):
                pass
