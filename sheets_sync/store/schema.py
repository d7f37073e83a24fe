"""The store's tables at the present schema version.

One rule: what is searched by is a column, everything else of a record is one JSON text (`documents.py`). A change of a
table or of a record's fields needs a new file in `migrations/versions` and a new `HEAD`, so that an older program
refuses the store instead of losing what it does not know.
"""

from __future__ import annotations

from sqlalchemy import Column, Index, Integer, MetaData, Table, Text

HEAD = "0002"
"""Revision that these tables stand for: the newest one in `migrations/versions`."""

VERSION_TABLE = "store_version"
"""Where the revision is kept. Not alembic's default name: a PostgreSQL schema may hold other programs' tables."""

metadata = MetaData()


def _text(name: str, *, key: bool = False) -> Column[str]:
    return Column(name, Text, primary_key=key, nullable=False)


facts = Table("facts", metadata, _text("name", key=True), _text("document"))

# `print` tells a row that stands as it should without its document; the index holds all that is asked for then.
base_rows = Table(
    "base_rows",
    metadata,
    _text("tab", key=True),
    _text("key", key=True),
    _text("document"),
    _text("print"),
    Index("base_rows_prints", "tab", "key", "print"),
)

links = Table("links", metadata, _text("product_key", key=True), _text("document"))

# `number` is the order of opening: the journal must not depend on a clock that was set back.
attempts = Table(
    "attempts",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("id"),
    _text("product_key"),
    _text("call"),
    _text("outcome"),
    _text("document"),
    Index("attempts_id", "id", unique=True),
    Index("attempts_newest", "product_key", "call", "number"),
    Index("attempts_outcome", "outcome", "number"),
)

instructions = Table("instructions", metadata, _text("product_key", key=True), _text("document"))

approvals = Table("approvals", metadata, _text("product_key", key=True), _text("fingerprint"))

uploads = Table(
    "uploads",
    metadata,
    _text("content", key=True),
    _text("image_use", key=True),
    _text("uri"),
    _text("document"),
    Index("uploads_uri", "uri"),
)

# Addresses are looked up by their SHA-256: cells hold texts longer than an index takes.
fetched = Table("fetched", metadata, _text("address_hash", key=True), _text("document"))

cached = Table("cached", metadata, _text("kind", key=True), _text("key", key=True), _text("document"))


runs = Table(
    "runs",
    metadata,
    Column("number", Integer, primary_key=True),
    _text("run_id"),
    _text("document"),
    Index("runs_id", "run_id", unique=True),
)
