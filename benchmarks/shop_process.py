"""A sandbox in a process of its own, so that its work and memory are not counted as ours; with a slow line before it.

    with shop_process(latency=0.05) as shop: ...     # credentials; shop["url"] answers 50 ms late
"""

import asyncio
import json
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))


@contextmanager
def shop_process(latency: float = 0, **switches: Any) -> Iterator[dict[str, str]]:
    """Credentials of a sandbox, without rate limit and allowance. `latency`: seconds; `switches`: SandboxOptions."""
    command = [sys.executable, __file__, str(latency), json.dumps(switches)]
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert process.stdin
    assert process.stdout
    try:
        yield json.loads(process.stdout.readline())
    finally:
        process.stdin.close()
        process.wait()


def control(shop: dict[str, str], name: str, **arguments: Any) -> Any:
    """Turn a switch of the sandbox, or ask it something; not by the slow line."""
    body = json.dumps(arguments).encode()
    request = urllib.request.Request(f"{shop['direct']}/_sandbox/{name}", body, {"Content-Type": "application/json"})
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)["result"]


def main() -> None:
    from sheets_sync.sandbox import Sandbox, SandboxOptions  # noqa: PLC0415

    latency, switches = float(sys.argv[1]), json.loads(sys.argv[2])
    options = SandboxOptions(**{"rate_per_second": 0, "daily_quota": 0, **switches})
    with Sandbox(options=options) as sandbox:
        shop = {**sandbox.credentials(), "direct": sandbox.url}
        if latency:
            shop["url"] = f"http://127.0.0.1:{SlowLine(int(sandbox.url.rsplit(':', 1)[1]), latency).port}"
        print(json.dumps(shop), flush=True)
        sys.stdin.read()


class SlowLine:
    """Hands every byte on `latency` seconds late, on the way back; in a thread with a loop of its own."""

    def __init__(self, port: int, latency: float) -> None:
        self._target, self._latency = port, latency
        self._ready = threading.Event()
        self.port = 0
        threading.Thread(target=lambda: asyncio.run(self._serve()), daemon=True).start()
        self._ready.wait()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._connected, "127.0.0.1", 0, limit=1 << 20, backlog=512)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await server.serve_forever()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", self._target)
        await asyncio.gather(_pass_on(reader, back, 0), _pass_on(there, writer, self._latency))


async def _pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, delay: float) -> None:
    """Bytes keep their distance in time: each chunk waits for its own moment, not for the one before."""
    held: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def deliver() -> None:
        while True:
            due, data = await held.get()
            if (wait := due - time.monotonic()) > 0:
                await asyncio.sleep(wait)
            writer.write(data)
            if not data:
                writer.close()
                return
            await writer.drain()

    delivering = asyncio.create_task(deliver())
    try:
        while data := await reader.read(1 << 16):
            held.put_nowait((time.monotonic() + delay, data))
    except ConnectionError:
        pass
    held.put_nowait((0, b""))
    await asyncio.gather(delivering, return_exceptions=True)


if __name__ == "__main__":
    main()
