"""One run at a time: a file lock beside a SQLite store, an advisory lock on PostgreSQL. The dead hold neither."""

from __future__ import annotations

import datetime as dt
import json
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout
from sqlalchemy import Connection, text

from sheets_sync.errors import Locked, Unavailable
from sheets_sync.store.database import Database
from sheets_sync.store.failures import told_plainly

_ADVISORY_CLASS = 0x5353  # "SS": keeps our lock apart from those of other programs on the same database


@contextmanager
def run_lock(database: Database) -> Iterator[None]:
    """Hold the store's lock for the block. Raises Locked at once, with `pid`, `host` and `since` of the holder."""
    with _file_lock(database.file) if database.file else _advisory_lock(database):
        yield


@contextmanager
def _file_lock(store: Path) -> Iterator[None]:
    # The holder stands in a file of its own, since Windows lets nobody else read a locked file.
    holder = store.with_name(f"{store.name}.holder")
    lock = FileLock(store.with_name(f"{store.name}.lock"), timeout=0)
    try:
        lock.acquire()
    except Timeout:
        raise _locked(_read(holder)) from None
    except OSError as error:
        raise Unavailable("store_read_only", store=str(store)) from error
    try:
        with suppress(OSError):  # the lock holds without its label
            holder.write_text(_me(), encoding="utf-8")
        yield
    finally:
        with suppress(OSError):
            holder.unlink(missing_ok=True)
        lock.release()


@contextmanager
def _advisory_lock(database: Database) -> Iterator[None]:
    """Held by a connection of its own, outside any transaction; its application name tells who holds it."""
    with told_plainly(database.name):
        connection = database.engine.connect().execution_options(isolation_level="AUTOCOMMIT")
    try:
        with told_plainly(database.name):
            _take_advisory_lock(connection)
        yield
    finally:
        connection.invalidate()  # the server frees the lock with the connection, whatever became of the run
        connection.close()


def _take_advisory_lock(connection: Connection) -> None:
    key = connection.execute(text("SELECT hashtext(current_schema())")).scalar_one()
    places = {"class": _ADVISORY_CLASS, "key": key}
    if not connection.execute(text("SELECT pg_try_advisory_lock(:class, :key)"), places).scalar_one():
        raise _locked(connection.execute(text(_HOLDER_SQL), places).scalar() or "")
    connection.execute(text("SELECT set_config('application_name', :me, false)"), {"me": _me()})


_HOLDER_SQL = """
SELECT activity.application_name FROM pg_locks AS lock JOIN pg_stat_activity AS activity ON activity.pid = lock.pid
WHERE lock.locktype = 'advisory' AND lock.granted AND lock.classid = :class AND lock.objid::bigint = :key & 4294967295
AND lock.database = (SELECT oid FROM pg_database WHERE datname = current_database())
"""


def _me() -> str:
    since = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M")
    return json.dumps([os.getpid(), since, socket.gethostname()[:30]])


def _read(holder: Path) -> str:
    try:
        return holder.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""


def _locked(holder: str) -> Locked:
    """A holder that has not yet written who it is shows as `?`."""
    try:
        pid, since, host = json.loads(holder)
    except (ValueError, TypeError):
        pid = since = host = "?"
    return Locked("store_locked", pid=pid, host=host, since=since)
