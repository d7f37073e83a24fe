"""The memory of a profile: SQLAlchemy Core over SQLite or PostgreSQL (docs/design.md, section 9)."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sheets_sync.ports import Store


def open_store(url: str) -> Store:
    """Open the store at `url` (`sqlite:///path` or `postgresql://…`), making it or bringing its tables up to date.

    Raises UsageError (no such folder, unknown kind of url, not a store, damaged, made by a newer version),
    Unavailable (held, read-only, disk full, server out of reach) and CredentialsError (the server refuses the sign-in).
    SQLAlchemy is imported here and not before, so that commands without a store start fast.
    """
    from sheets_sync.store.sql_store import SqlStore  # noqa: PLC0415

    return SqlStore.open(url)
