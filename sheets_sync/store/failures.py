"""What a database's failures mean to a person: one place that turns its exceptions into those of `errors.py`."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, InterfaceError, OperationalError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from sheets_sync.errors import CredentialsError, SheetsSyncError, Unavailable, UsageError
from sheets_sync.store.documents import DamagedDocumentError

_Meaning = tuple[type[SheetsSyncError] | None, str]
_OUR_BUG: _Meaning = (None, "")
_SQLITE_CODES: dict[str, _Meaning] = {
    "SQLITE_NOTADB": (UsageError, "store_not_a_store"),
    "SQLITE_CORRUPT": (UsageError, "store_damaged"),
    "SQLITE_BUSY": (Unavailable, "store_busy"),
    "SQLITE_LOCKED": (Unavailable, "store_busy"),
    "SQLITE_FULL": (Unavailable, "store_disk_full"),
    "SQLITE_READONLY": (Unavailable, "store_read_only"),
    "SQLITE_PERM": (Unavailable, "store_read_only"),
    "SQLITE_CANTOPEN": (Unavailable, "store_cannot_open"),
    "SQLITE_IOERR": (Unavailable, "store_cannot_open"),
}
_SIGN_IN_STATES = ("28000", "28P01")
_OUT_OF_REACH = ("", "08", "53", "57")  # no connection, connection lost, too many connections, server shuts down


@contextmanager
def told_plainly(store: str) -> Iterator[None]:
    """Turn the database's failures inside the block into ours. `store`: what a person calls it, free of passwords.

    Faults of our own statements stay what they are: bugs.
    """
    try:
        yield
    except PoolTimeout as error:
        raise Unavailable("store_busy", store=store) from error
    except DataError as error:  # PostgreSQL takes no NUL in a text
        raise UsageError("store_key_unusable", store=store, key="") from error
    except DBAPIError as error:
        kind, code = _of_sqlite(error.orig) if isinstance(error.orig, sqlite3.Error) else _of_server(error)
        if kind is None:
            raise
        raise kind(code, store=store, reason=_last_line(error.orig)) from error
    except UnicodeEncodeError as error:  # half a surrogate pair in a key
        raise UsageError("store_key_unusable", store=store, key=ascii(error.object)) from error
    except DamagedDocumentError as error:
        raise UsageError("store_damaged", store=store) from error


def _of_sqlite(error: sqlite3.Error) -> _Meaning:
    name = getattr(error, "sqlite_errorname", "")
    primary = "_".join(name.split("_")[:2])  # SQLITE_IOERR_WRITE is a kind of SQLITE_IOERR
    return _SQLITE_CODES.get(primary, _OUR_BUG)


def _of_server(error: DBAPIError) -> _Meaning:
    """By SQLSTATE; a connection that was never made has none."""
    state = getattr(error.orig, "sqlstate", None) or ""
    if state in _SIGN_IN_STATES or "authentication failed" in str(error.orig):
        return CredentialsError, "store_sign_in_refused"
    if error.statement is None and isinstance(error, ProgrammingError):
        return UsageError, "store_url_unreadable"  # the driver does not know what the address asks of it
    if state == "53100":
        return Unavailable, "store_disk_full"
    if state[:2] in _OUT_OF_REACH and isinstance(error, OperationalError | InterfaceError):
        return Unavailable, "store_out_of_reach"
    return _OUR_BUG


def _last_line(error: BaseException | None) -> str:
    """What the server said itself: libpq puts that last, and never a password."""
    return (str(error).strip().splitlines() or [""])[-1]
