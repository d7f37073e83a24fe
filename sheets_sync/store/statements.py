"""Statements that SQLite and PostgreSQL both understand, made from a table's keys."""

from __future__ import annotations

from functools import cache

from sqlalchemy import Column, Delete, Insert, Table, bindparam, delete
from sqlalchemy.dialects import postgresql, sqlite


@cache
def upsert(dialect: str, table: Table) -> Insert:
    """INSERT that replaces a row of the same key. Columns that the database fills itself stay as they were."""
    keys = _key(table)
    insert = sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)
    given = [column.name for column in table.columns if not (column.primary_key and column not in keys)]
    replaced = {name: insert.excluded[name] for name in given if name not in {key.name for key in keys}}
    return insert.values({name: bindparam(name) for name in given}).on_conflict_do_update(
        index_elements=keys, set_=replaced
    )


@cache
def delete_one(table: Table) -> Delete:
    """DELETE of the row whose key columns are given as parameters `key_<column>`."""
    return delete(table).where(*(column == bindparam(f"key_{column.name}") for column in _key(table)))


def _key(table: Table) -> list[Column[str]]:
    """A record's own key: the unique index of a numbered table, else the primary key."""
    return next((list(index.columns) for index in table.indexes if index.unique), list(table.primary_key))
