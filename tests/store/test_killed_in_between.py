"""What is left when the process is killed: whatever a call returned from is there, and never half an answer."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sheets_sync.errors import Locked
from sheets_sync.records import Outcome
from sheets_sync.store import open_store

needs_sigkill = pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="this system knows no SIGKILL")

_PRELUDE = """
import datetime as dt, os, signal, sys
from sheets_sync.records import Attempt, Call, Instruction, Link, Outcome
from sheets_sync.states import Action
from sheets_sync.store import open_store
store = open_store(sys.argv[1])
now = dt.datetime(2026, 11, 24, tzinfo=dt.UTC)
def attempt(n): return Attempt(f"a{n}", f"p{n}", Call.CREATE, "hash", f"key {n}", now)
def say(words): print(words, flush=True)
"""
_DIE_DURING_THE_CALL = _PRELUDE + "store.open_attempt(attempt(1)); os.kill(os.getpid(), signal.SIGKILL)"
_DIE_IN_A_TRANSACTION = _PRELUDE + (
    "from sheets_sync.store import schema, sql_store\n"
    "store.open_attempt(attempt(1))\n"
    "sql_store._instruction_row = lambda record: os.kill(os.getpid(), signal.SIGKILL)\n"
    "closed = attempt(1); closed.outcome = Outcome.PUSHED\n"
    "store.close_attempt(closed, Link('p1', '17'), Instruction('p1', Action.PUBLISH, now))"
)
_PUSH_ON_AND_ON = _PRELUDE + (
    "for n in range(100_000):\n"
    "    entry = attempt(n); store.open_attempt(entry); say(f'open {n}')\n"
    "    entry.outcome = Outcome.PUSHED\n"
    "    store.close_attempt(entry, Link(f'p{n}', str(n)), Instruction(f'p{n}', Action.PUBLISH, now, now))\n"
    "    say(f'closed {n}')"
)
_HOLD_THE_LOCK = _PRELUDE + "with store.lock(): say(os.getpid()); sys.stdin.read()"


def _run(script: str, url: str) -> int:
    return subprocess.run([sys.executable, "-c", script, url], timeout=60, check=False).returncode


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path / 'store.db'}"


@needs_sigkill
def test_killed_during_the_call_the_attempt_is_known_with_its_idempotency_key(url: str) -> None:
    assert _run(_DIE_DURING_THE_CALL, url) == -signal.SIGKILL
    store = open_store(url)
    (found,) = store.unsettled_attempts()
    store.close()
    assert (found.outcome, found.idempotency_key) == (Outcome.OPEN, "key 1")


@needs_sigkill
def test_killed_while_the_answer_is_recorded_nothing_of_it_stays(url: str) -> None:
    assert _run(_DIE_IN_A_TRANSACTION, url) == -signal.SIGKILL
    store = open_store(url)
    assert [attempt.outcome for attempt in store.unsettled_attempts()] == [Outcome.OPEN]
    assert (store.links(), store.instructions()) == ({}, {})
    store.close()


@needs_sigkill
@pytest.mark.parametrize("lines", [7, 40, 121])
def test_killed_anywhere_what_was_reported_is_there_and_answers_are_whole(url: str, lines: int) -> None:
    process = subprocess.Popen([sys.executable, "-c", _PUSH_ON_AND_ON, url], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline().split() for _ in range(lines)]
    process.kill()
    said += [words for line in process.stdout if len(words := line.split()) == 2 and line.endswith("\n")]
    process.wait()
    process.stdout.close()
    store = open_store(url)
    attempts = {product_key for product_key, _ in store.last_attempts()}
    links, instructions = store.links(), store.instructions()
    unsettled = {attempt.product_key for attempt in store.unsettled_attempts()}
    store.close()
    assert {f"p{number}" for _, number in said} <= attempts
    assert {f"p{number}" for word, number in said if word == "closed"} <= links.keys()
    assert links.keys() == instructions.keys() == attempts - unsettled
    assert len(unsettled) <= 1


@needs_sigkill
def test_a_dead_process_holds_no_lock(url: str) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD_THE_LOCK, url], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdin is not None
    holder = int(process.stdout.readline())
    store = open_store(url)
    with pytest.raises(Locked) as caught, store.lock():
        pass
    os.kill(holder, signal.SIGKILL)
    process.wait()
    process.stdin.close()
    process.stdout.close()
    with store.lock():
        pass
    store.close()
    assert caught.value.params["pid"] == holder
