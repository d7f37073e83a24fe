"""A Google that does not answer, or refuses: every command ends in bounded time, says why, and loses nothing."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.clock import SystemClock
from sheets_sync.gsheets import client
from sheets_sync.sandbox import Sandbox
from tests.google_double import GoogleDouble
from tests.google_double.faults import Call, Fault, is_token, is_write

from .google_folder import GoogleFolder
from .shop_folder import Time, product

LONGEST = 900
"""Seconds that no command waits longer, however Google behaves."""
Capture = pytest.CaptureFixture[str]


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox, moved: Time, moving_time: None, google: GoogleDouble) -> GoogleFolder:
    """A shop with one product that is ready to be sent."""
    found = GoogleFolder(tmp_path, sandbox, moved, google)
    found.cart(product("ao"))
    assert found.run("export") == 0
    found.fill("ao")
    return found


def watched(shop: GoogleFolder, capsys: Capture, *arguments: str) -> tuple[int, str]:
    """The exit code, and what a person at the terminal reads."""
    from sheets_sync.cli.main import run  # noqa: PLC0415

    capsys.readouterr()
    code = run([*arguments, "--config", str(shop.folder / "sheets_sync.toml"), "--verbose"])
    found = capsys.readouterr()
    return code, found.out + found.err


def gone_host() -> str:
    """An address of this machine at which nobody answers."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{free.getsockname()[1]}"


def change(file: Path, before: str, now: str) -> None:
    words = file.read_text("utf-8")
    assert before in words
    file.write_text(words.replace(before, now), "utf-8")


def every(fault: Fault, when: Callable[[Call], bool] | None = None) -> Callable[[GoogleFolder], None]:
    def fail(shop: GoogleFolder) -> None:
        shop.google.fail(fault, when or (lambda call: call.cost in ("read", "write")), times=10_000)

    return fail


def no_host(shop: GoogleFolder) -> None:
    change(shop.folder / "sheets_sync.toml", shop.google.url, gone_host())


def no_name(shop: GoogleFolder) -> None:
    change(shop.folder / "sheets_sync.toml", shop.google.url, "http://sheets.invalid")


def only_known_names(ask: Callable[..., Any]) -> Callable[..., Any]:
    """Names are looked up as on a machine without a network."""

    def found(host: Any, *more: Any, **options: Any) -> Any:
        if str(host).endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return ask(host, *more, **options)

    return found


def no_token_host(shop: GoogleFolder) -> None:
    key = shop.folder / "google.json"
    info = json.loads(key.read_text("utf-8"))
    key.write_text(json.dumps(info | {"token_uri": f"{gone_host()}/token"}), "utf-8")


def wrong_clock(shop: GoogleFolder) -> None:
    shop.google.accounts.judges_time = True
    shop.moved.seconds += 86_400  # Google's time, not this machine's


def revoked(shop: GoogleFolder) -> None:
    shop.google.revoke(shop.google.EMAIL)


def secrets_in(shop: GoogleFolder, words: str) -> list[str]:
    """Secrets that stand in what was said, or in any log."""
    info = json.loads((shop.folder / "google.json").read_text("utf-8"))
    logs = [file.read_text("utf-8") for file in (shop.folder / "logs").glob("*.log")]
    assert logs
    known = [*info["private_key"].splitlines()[1:-1], info["private_key_id"], *shop.google.accounts.tokens]
    return [secret for secret in known if any(secret in found for found in [words, *logs])]


TROUBLES: dict[str, tuple[Callable[[GoogleFolder], None], int, str, str]] = {
    "429 for ever": (every(Fault.QUOTA), 6, "呼び出し回数の上限", "混み合っている"),
    "503 for ever": (every(Fault.UNAVAILABLE), 6, "応答がありません", "応答がない"),
    "a page of a gateway for ever": (every(Fault.BAD_GATEWAY), 6, "応答がありません", "応答がない"),
    "connections that hang": (every(Fault.HANG), 6, "応答がありません", "応答がない"),
    "connections that are cut": (every(Fault.CUT_BEFORE), 6, "応答がありません", "応答がない"),
    "nobody there": (no_host, 6, "つながりません", "つながらない"),
    "no such name": (no_name, 6, "つながりません", "つながらない"),
    "no host for tokens": (no_token_host, 6, "つながりません", "つながらない"),
    "a wrong clock": (wrong_clock, 7, "日付と時刻", ""),
    "a key taken back": (revoked, 7, "新しいJSONの鍵", ""),
    "a token that is never taken": (every(Fault.TOKEN_EXPIRED), 7, "サインインが無効", ""),
}


@pytest.mark.parametrize("name", TROUBLES)
def test_every_trouble_ends_soon_with_its_reason(
    shop: GoogleFolder, name: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", (2, 0.2))
    monkeypatch.setattr(socket, "getaddrinfo", only_known_names(socket.getaddrinfo))
    trouble, code, line, waiting = TROUBLES[name]
    files = {file: file.read_bytes() for file in (shop.folder / "sheets_sync.toml", shop.folder / "google.json")}
    trouble(shop)
    began = shop.moved.seconds
    ended, words = watched(shop, capsys, "import", "--yes")
    assert (ended, line in words, waiting in words) == (code, True, True), words
    assert shop.moved.seconds - began < LONGEST
    assert secrets_in(shop, words) == []
    assert len(shop.listings()) == 0, "nothing was sent for rows that could not be read"

    for file, content in files.items():
        file.write_bytes(content)
    shop.google.faults.armed.clear()
    shop.google.accounts.judges_time = False
    shop.google.accounts.revoked.clear()
    assert shop.run("import", "--yes", "--wait") == 0
    assert (len(shop.listings()), shop.row("ao")["state"]) == (1, "連携済み")


@pytest.mark.parametrize("fault", [Fault.QUOTA, Fault.UNAVAILABLE, Fault.CUT_AFTER, Fault.HANG])
def test_results_of_what_was_sent_wait_in_the_store(
    shop: GoogleFolder, fault: Fault, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client, "TIMEOUT", (2, 0.2))
    begun: list[int] = []

    def after_the_first_look(call: Call) -> bool:
        return is_write(call) or bool(begun)

    shop.google.between(is_write, lambda: begun.append(1))
    shop.google.fail(fault, after_the_first_look, times=10_000)
    began = shop.moved.seconds
    code, words = watched(shop, capsys, "import", "--yes", "--wait")
    assert code == 6, words
    assert shop.moved.seconds - began < LONGEST
    assert len(shop.listings()) == 1
    shop.google.faults.armed.clear()
    assert shop.run("report") == 0
    assert shop.row("ao")["state"] == "連携済み"
    assert shop.run("import", "--yes") == 0
    assert len(shop.listings()) == 1


def test_a_token_host_in_trouble_is_asked_again(shop: GoogleFolder) -> None:
    shop.google.fail(Fault.CUT_BEFORE, is_token, times=2)
    assert shop.run("check") == 0


def test_an_interrupt_in_a_pause_ends_at_once_and_the_next_run_goes_on(
    shop: GoogleFolder, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop.google.fail(Fault.UNAVAILABLE, times=10_000)

    def interrupted(_clock: SystemClock, _seconds: float) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(SystemClock, "sleep", interrupted)
        code, words = watched(shop, capsys, "import", "--yes")
    assert (code, "Traceback" in words) == (130, False)
    shop.google.faults.armed.clear()
    assert shop.run("import", "--yes", "--wait") == 0
    assert len(shop.listings()) == 1
