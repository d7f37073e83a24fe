"""The connection behind a store: what SQLite and PostgreSQL need to be set to, and how transactions begin."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import partial
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from sheets_sync.errors import UsageError
from sheets_sync.store.failures import told_plainly

BUSY_SECONDS = 30.0
"""How long to wait for another connection's write before saying that the store is busy."""


class Database:
    """Transactions on one database, safe to use from several threads. `name` is free of passwords."""

    def __init__(self, url: str) -> None:
        parsed = _parse(url)
        self.name = parsed.set(query={}).render_as_string(hide_password=True)  # a query may hold a password, too
        self.file: Path | None = None
        if parsed.get_backend_name() == "sqlite":
            self.file = _sqlite_file(parsed)
            self.name = str(self.file)
            parsed = parsed.set(database=self.name)  # connections made after a change of folder find the same file
        self.engine = _engine(parsed)
        self._writer = self.engine.execution_options(sheets_write="FULL")
        self._noter = self.engine.execution_options(sheets_write="NORMAL")
        # SQLite takes one writer at a time and lets the others sleep ever longer: a queue of our own is faster.
        self._turn = threading.RLock() if self.file else nullcontext()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        with told_plainly(self.name), self.engine.begin() as connection:
            yield connection

    @contextmanager
    def writing(self, *, lasting: bool = True) -> Iterator[Connection]:
        """One transaction, on disk when the block ends; nothing of it stays when the block raises.

        `lasting` False: what can be had again (an uploaded picture) does not wait for the disk; a power cut may take
        the last such writes with it, but never anything that was written before a lasting one.
        """
        writer = self._writer if lasting else self._noter
        with self._turn, told_plainly(self.name), writer.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


def _parse(url: str) -> URL:
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):  # ValueError: a port that is no number
        raise UsageError("store_url_unreadable") from None  # the text may hold a password
    backend = parsed.get_backend_name()
    if backend in ("postgresql", "postgres"):
        return parsed.set(drivername="postgresql+psycopg")
    if backend != "sqlite":
        raise UsageError("store_url_unknown", kind=backend)
    if parsed.database in (None, "", ":memory:"):
        raise UsageError("store_url_without_file")
    return parsed


def _sqlite_file(url: URL) -> Path:
    file = Path(url.database or "").absolute()
    if not file.parent.is_dir():
        raise UsageError("store_folder_missing", folder=str(file.parent))
    if file.is_dir():
        raise UsageError("store_is_a_folder", folder=str(file))
    return file


def _engine(url: URL) -> Engine:
    if url.get_backend_name() == "postgresql":
        try:
            return create_engine(url, hide_parameters=True, pool_pre_ping=True, pool_size=8, max_overflow=24)
        except ModuleNotFoundError as error:
            raise UsageError("store_driver_missing") from error
    engine = create_engine(
        url, hide_parameters=True, pool_size=8, max_overflow=24, connect_args={"timeout": BUSY_SECONDS}
    )
    event.listen(engine, "connect", partial(_set_up_sqlite, _journal(url.database or "")))
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _journal(file: str) -> str:
    """WAL lets readers go on beside a writer, by memory that they share: machines around a folder on a server have none
    (SQLite, "Write-Ahead Logging"). Windows names such a folder by its server, also behind a drive letter.
    """
    return "DELETE" if os.path.realpath(file).startswith("\\\\") else "WAL"


def _set_up_sqlite(journal: str, connection: sqlite3.Connection, _record: object) -> None:
    connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
    # FULL means that a commit is on disk before the call to the shop is made.
    for pragma in (f"journal_mode={journal}", "synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {pragma}").close()


def _begin_sqlite(connection: Connection) -> None:
    # A writer asks for its turn at once: a transaction that reads first and writes later could be refused half-way.
    writes = connection.get_execution_options().get("sheets_write", "")
    if writes:
        connection.exec_driver_sql(f"PRAGMA synchronous={writes}")
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
