"""The listener under good and bad clients, over loopback."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sheets_sync.errors import UsageError
from sheets_sync.webhooks import server
from sheets_sync.webhooks.server import Listener


class Door:
    """Takes what is signed with "right"."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []

    def __call__(self, signed: bytes, body: bytes) -> int:
        if body == b"bug":
            raise RuntimeError("a bug")
        if signed != b"right":
            return 401
        self.taken.append(body)
        return 200


@pytest.fixture
def door() -> Door:
    return Door()


@pytest.fixture
def listener(door: Door) -> Iterator[Listener]:
    with Listener("127.0.0.1", 0, "/tiktok", door) as opened:
        yield opened


def post(
    listener: Listener, body: bytes = b"{}", path: str = "/tiktok", method: str = "POST", **headers: str
) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=5)
    try:
        connection.request(method, path, body, {"Authorization": "right", **headers})
        answer = connection.getresponse()
        return answer.status, answer.read()
    finally:
        connection.close()


def raw(listener: Listener, content: bytes, *, end: bool = True) -> bytes:
    """Whatever comes back on a connection that sends exactly this."""
    with socket.create_connection(("127.0.0.1", listener.port), timeout=5) as client:
        with suppress(OSError):
            client.sendall(content)
            if end:
                client.shutdown(socket.SHUT_WR)
        answer = b""
        with suppress(OSError):
            while part := client.recv(4096):
                answer += part
        return answer


def test_an_event_is_taken_and_answered_with_an_empty_200(listener: Listener, door: Door) -> None:
    assert post(listener, "{\"商品\": 1}".encode()) == (200, b"")
    assert door.taken == ["{\"商品\": 1}".encode()]


def test_wrong_signatures_paths_and_methods(listener: Listener, door: Door) -> None:
    assert post(listener, Authorization="wrong") == (401, b"")
    assert post(listener, path="/") == (404, b"")
    assert post(listener, path="/tiktok/") == (404, b"")
    assert post(listener, path="/../tiktok") == (404, b"")
    assert post(listener, method="GET") == (405, b"")
    assert post(listener, path="/tiktok?shop=1")[0] == 200, "an address may carry a query"
    assert len(door.taken) == 1


def test_bodies_are_bounded(listener: Listener, door: Door) -> None:
    assert post(listener, b"a" * server.LARGEST_BODY)[0] == 200
    assert post(listener, b"a" * (server.LARGEST_BODY + 1))[0] == 413
    assert post(listener, b"a" * 5_000_000)[0] == 413
    assert len(door.taken) == 1


def test_chunks_are_put_together(listener: Listener, door: Door) -> None:
    """A proxy or a tunnel may hand on what it was sent in chunks."""
    connection = http.client.HTTPConnection("127.0.0.1", listener.port, timeout=5)
    connection.request("POST", "/tiktok", iter([b"{", b"}"]), {"Authorization": "right"}, encode_chunked=True)
    assert connection.getresponse().status == 200
    connection.close()
    assert door.taken == [b"{}"]


def test_a_client_that_asks_first_is_told_to_go_on(listener: Listener, door: Door) -> None:
    with socket.create_connection(("127.0.0.1", listener.port), timeout=5) as client:
        client.sendall(
            b"POST /tiktok HTTP/1.1\r\nHost: a\r\nAuthorization: right\r\nContent-Length: 2\r\n"
            b"Expect: 100-continue\r\n\r\n"
        )
        assert client.recv(100).startswith(b"HTTP/1.1 100")
        client.sendall(b"{}")
        assert b" 200 " in client.recv(200)
    assert door.taken == [b"{}"]


GARBAGE = {
    "nothing": b"",
    "blank lines": b"\r\n" * 50,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(range(256)),
    "noise": bytes(range(256)) * 40,
    "a head without end": b"POST /tiktok HTTP/1.1\r\nX: " + b"a" * 200_000,
    "many heads": b"POST /tiktok HTTP/1.1\r\nHost: a\r\n" + b"X: y\r\n" * 20_000 + b"\r\n",
    "a cut body": b"POST /tiktok HTTP/1.1\r\nHost: a\r\nAuthorization: right\r\nContent-Length: 50\r\n\r\n{",
    "two lengths": b"POST /tiktok HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n{}",
    "a wrong length": b"POST /tiktok HTTP/1.1\r\nHost: a\r\nContent-Length: -5\r\n\r\n",
    "a huge length": b"POST /tiktok HTTP/1.1\r\nHost: a\r\nContent-Length: 99999999999999999999999\r\n\r\n{}",
    "length and chunks": b"POST /tiktok HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n"
    b"Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "broken chunks": b"POST /tiktok HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n",
    "no host": b"POST /tiktok HTTP/1.1\r\n\r\n",
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "HTTP/0.9": b"GET /tiktok\r\n",
    "a foreign target": b"POST http://example.org/tiktok HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n",
    "a bug of ours": b"POST /tiktok HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nbug",
}


@pytest.mark.parametrize("content", GARBAGE.values(), ids=GARBAGE.keys())
def test_garbage_is_never_taken_and_ends_nothing(listener: Listener, door: Door, content: bytes) -> None:
    answer = raw(listener, content)
    assert b" 200 " not in answer
    assert door.taken == []
    assert post(listener)[0] == 200


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_bytes(listener: Listener, content: bytes) -> None:
    raw(listener, content)
    assert post(listener)[0] == 200


def test_slow_and_half_open_clients_hold_nobody_up(
    listener: Listener, door: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server, "LONGEST_SECONDS", 0.5)
    with ExitStack() as stack:
        idle = [
            stack.enter_context(socket.create_connection(("127.0.0.1", listener.port), timeout=5)) for _ in range(100)
        ]
        for number, client in enumerate(idle):
            client.sendall(b"" if number % 2 else b"POST /tiktok HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\n{")
        began = time.monotonic()
        assert post(listener)[0] == 200
        assert time.monotonic() - began < 0.4, "an event is not kept waiting by them"
        for client in idle:
            with suppress(ConnectionError):
                assert client.recv(10) == b"", "they are cut off in the end"
    assert door.taken == [b"{}"]


def test_a_flood_is_cut_and_ends(listener: Listener, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(server, "MOST_CONNECTIONS", 20)
    with ExitStack() as stack:
        for _ in range(60):
            with suppress(OSError):
                stack.enter_context(socket.create_connection(("127.0.0.1", listener.port), timeout=5))
        with pytest.raises((OSError, http.client.HTTPException)):
            post(listener)
    end = time.monotonic() + 5
    while time.monotonic() < end:
        with suppress(OSError, http.client.HTTPException):
            if post(listener)[0] == 200:
                return
    pytest.fail("no event is taken after the flood")


def test_many_events_at_once(listener: Listener, door: Door) -> None:
    statuses: list[int] = []

    def send(number: int) -> None:
        statuses.extend(post(listener, b"%d-%d" % (number, turn))[0] for turn in range(25))

    threads = [threading.Thread(target=send, args=(number,)) for number in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert statuses == [200] * 400
    assert len(set(door.taken)) == 400


def test_a_port_that_is_taken_says_so(listener: Listener, door: Door) -> None:
    with pytest.raises(UsageError, match="listen_port_taken"), Listener("127.0.0.1", listener.port, "/", door):
        pass


def test_closing_frees_the_port_and_open_connections(door: Door) -> None:
    with Listener("127.0.0.1", 0, "/", door) as first:
        client = socket.create_connection(("127.0.0.1", first.port), timeout=5)
        post(first, path="/")
    with client, suppress(ConnectionError):
        assert client.recv(10) == b""
    with Listener("127.0.0.1", first.port, "/", door) as second:
        assert post(second, path="/")[0] == 200
