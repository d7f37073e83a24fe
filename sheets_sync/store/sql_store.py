"""`ports.Store` on SQLAlchemy Core. What each method promises is said there."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from itertools import islice
from typing import Any, Self, TypeVar

from sqlalchemy import ColumnElement, Connection, Delete, Select, Table, and_, bindparam, delete, func, insert, select
from sqlalchemy.exc import IntegrityError

from sheets_sync.issue import Tab
from sheets_sync.records import Attempt, BaseRow, Call, FetchedPicture, Instruction, Link, Outcome, Run
from sheets_sync.rows.row_print import is_current, print_of
from sheets_sync.shop import UploadedImage
from sheets_sync.store import documents, schema
from sheets_sync.store.database import Database
from sheets_sync.store.lazy_rows import PAGE, LazyRows
from sheets_sync.store.lock import run_lock
from sheets_sync.store.migrate import migrate
from sheets_sync.store.statements import delete_one, upsert

KEPT_ATTEMPTS = 5
"""So many of each product and call stay in the journal, and whatever is unsettled; only the newest is ever read."""

KEPT_RUNS = 1_000

_CHUNK = 1_000
_UNSETTLED = (Outcome.OPEN.value, Outcome.UNKNOWN.value)
_T = TypeVar("_T")


class SqlStore:
    """A store in a SQLite file or a PostgreSQL database."""

    def __init__(self, database: Database) -> None:
        self._database = database

    @classmethod
    def open(cls, url: str) -> Self:
        """See `sheets_sync.store.open_store`."""
        database = Database(url)
        try:
            migrate(database)
        except BaseException:
            database.close()
            raise
        return cls(database)

    def close(self) -> None:
        self._database.close()

    def lock(self) -> AbstractContextManager[None]:
        return run_lock(self._database)

    # -- profile

    def fact(self, name: str) -> str:
        return str(self._document(schema.facts, name=name) or "")

    def save_fact(self, name: str, value: str) -> None:
        self._save(schema.facts, [{"name": name, "document": documents.dumps(value)}])

    # -- exported base

    def base_rows(self, tab: Tab) -> dict[str, BaseRow]:
        table = schema.base_rows
        found = self._documents(select(table.c.key, table.c.document).where(table.c.tab == tab.value))
        return {key: documents.base_row(tab, key, plain) for key, plain in found}

    def base_prints(self, tab: Tab) -> dict[str, str]:
        found = self._prints(tab)
        older = [key for key, kept in found.items() if not is_current(kept)]
        if older:  # saved by an older version
            self.save_base_rows(self.base_rows(tab).values())
            found = self._prints(tab)
        return found

    def _prints(self, tab: Tab) -> dict[str, str]:
        table = schema.base_rows
        with self._database.reading() as connection:
            found = connection.execute(select(table.c.key, table.c.print).where(table.c.tab == tab.value))
            return {key: kept for key, kept in found}  # noqa: C416  a result has keys of its own, which dict() would take

    def base_rows_lazily(self, tab: Tab, keys: Iterable[str] | None = None) -> LazyRows:
        table = schema.base_rows
        query = select(table.c.key, table.c.document).where(table.c.tab == tab.value)
        size = 1 if tab is Tab.PRODUCTS else PAGE  # large rows, of which the next one is seldom asked for

        def fetch(key: str | None) -> dict[str, str]:
            page = query if key is None else query.where(table.c.key >= key).order_by(table.c.key).limit(size)
            with self._database.reading() as connection:
                found = connection.execute(page)
                return {key: document for key, document in found}  # noqa: C416

        return LazyRows(tab, self._prints(tab) if keys is None else keys, fetch)

    def save_base_rows(self, rows: Iterable[BaseRow]) -> None:
        self._save(schema.base_rows, map(_base_row, rows))

    def forget_base_rows(self, tab: Tab, keys: Collection[str]) -> None:
        self._forget(schema.base_rows, ({"key_tab": tab.value, "key_key": key} for key in keys))

    # -- links

    def links(self) -> dict[str, Link]:
        table = schema.links
        found = self._documents(select(table.c.product_key, table.c.document))
        return {key: documents.link(plain) for key, plain in found}

    def link(self, product_key: str) -> Link | None:
        plain = self._document(schema.links, product_key=product_key)
        return None if plain is None else documents.link(plain)

    def save_link(self, link: Link) -> None:
        self.save_links([link])

    def save_links(self, links: Iterable[Link]) -> None:
        self._save(schema.links, map(_link_row, links))

    def forget_link(self, product_key: str) -> None:
        self._forget(schema.links, [{"key_product_key": product_key}])

    # -- journal

    def open_attempt(self, attempt: Attempt) -> None:
        try:
            with self._database.writing() as connection:
                connection.execute(insert(schema.attempts), _attempt_row(attempt))
        except IntegrityError as error:
            raise ValueError(f"attempt {attempt.id!r} was opened before") from error

    def close_attempt(self, attempt: Attempt, link: Link | None = None, instruction: Instruction | None = None) -> None:
        row = _attempt_row(attempt)
        with self._database.writing() as connection:
            self._put(connection, schema.attempts, [row])
            connection.execute(_OLD_ATTEMPTS, {"of_product": row["product_key"], "of_call": row["call"]})
            if link is not None:
                self._put(connection, schema.links, [_link_row(link)])
            if instruction is not None:
                self._put(connection, schema.instructions, [_instruction_row(instruction)])

    def note_look(self, attempt: Attempt) -> None:
        self._save(schema.attempts, [_attempt_row(attempt)])

    def unsettled_attempts(self) -> list[Attempt]:
        table = schema.attempts
        unsettled = select(table.c.id, table.c.document).where(table.c.outcome.in_(_UNSETTLED))
        found = self._documents(unsettled.order_by(table.c.number))
        return [documents.attempt(plain) for _, plain in found]

    def last_attempts(self, product_key: str | None = None) -> dict[tuple[str, Call], Attempt]:
        table = schema.attempts
        newest = select(func.max(table.c.number)).group_by(table.c.product_key, table.c.call)
        if product_key is not None:
            newest = newest.where(table.c.product_key == product_key)
        found = self._documents(select(table.c.id, table.c.document).where(table.c.number.in_(newest)))
        attempts = (documents.attempt(plain) for _, plain in found)
        return {(attempt.product_key, attempt.call): attempt for attempt in attempts}

    # -- instructions

    def instructions(self) -> dict[str, Instruction]:
        table = schema.instructions
        found = self._documents(select(table.c.product_key, table.c.document))
        return {key: documents.instruction(plain) for key, plain in found}

    def save_instruction(self, instruction: Instruction) -> None:
        self._save(schema.instructions, [_instruction_row(instruction)])

    def forget_instructions(self, product_keys: Collection[str]) -> None:
        self._forget(schema.instructions, ({"key_product_key": key} for key in product_keys))

    # -- sign-off

    def approvals(self) -> dict[str, str]:
        table = schema.approvals
        with self._database.reading() as connection:
            rows = connection.execute(select(table.c.product_key, table.c.fingerprint))
            return {row.product_key: row.fingerprint for row in rows}

    def save_approvals(self, approvals: Mapping[str, str]) -> None:
        """Insert or replace by product key; products not named keep theirs, a blank fingerprint forgets."""
        kept = [{"product_key": key, "fingerprint": value} for key, value in approvals.items() if value]
        gone = [{"key_product_key": key} for key, value in approvals.items() if not value]
        with self._database.writing() as connection:
            self._put(connection, schema.approvals, kept)
            if gone:
                connection.execute(delete_one(schema.approvals), gone)

    # -- pictures

    def uploaded(self, content: str, use: str) -> UploadedImage | None:
        plain = self._document(schema.uploads, content=content, image_use=use)
        return None if plain is None else documents.uploaded_image(plain)

    def save_uploaded(self, content: str, use: str, image: UploadedImage) -> None:
        row = {"content": content, "image_use": use, "uri": image.uri, "document": documents.dumps(image)}
        self._save(schema.uploads, [row], lasting=False)

    def forget_uploaded(self, uri: str) -> None:
        with self._database.writing() as connection:
            connection.execute(delete(schema.uploads).where(schema.uploads.c.uri == uri))

    def fetched(self, address: str) -> FetchedPicture | None:
        plain = self._document(schema.fetched, address_hash=_address_hash(address))
        return None if plain is None else documents.fetched_picture(plain)

    def save_fetched(self, picture: FetchedPicture) -> None:
        row = {"address_hash": _address_hash(picture.address), "document": documents.dumps(picture)}
        self._save(schema.fetched, [row], lasting=False)

    # -- cached platform rules

    def cached(self, kind: str, key: str) -> tuple[Any, dt.datetime] | None:
        plain = self._document(schema.cached, kind=kind, key=key)
        return None if plain is None else documents.cached(plain)

    def save_cached(self, kind: str, key: str, value: Any, at: dt.datetime) -> None:
        self._save(schema.cached, [{"kind": kind, "key": key, "document": documents.cached_document(value, at)}])

    def cached_keys(self, kind: str) -> list[str]:
        table = schema.cached
        with self._database.reading() as connection:
            return sorted(connection.execute(select(table.c.key).where(table.c.kind == kind)).scalars())

    def forget_cached(self, kind: str, key: str | None = None) -> None:
        table = schema.cached
        chosen = table.c.kind == kind if key is None else and_(table.c.kind == kind, table.c.key == key)
        with self._database.writing() as connection:
            connection.execute(delete(table).where(chosen))

    # -- runs

    def save_run(self, run: Run) -> None:
        with self._database.writing() as connection:
            self._put(connection, schema.runs, [{"run_id": run.run_id, "document": documents.dumps(run)}])
            connection.execute(_OLD_RUNS)

    def runs(self, limit: int = 50) -> list[Run]:
        """The newest runs first."""
        table = schema.runs
        found = self._documents(select(table.c.run_id, table.c.document).order_by(table.c.number.desc()).limit(limit))
        return [documents.run(plain) for _, plain in found]

    # -- how rows are read and written

    def _document(self, table: Table, **key: str) -> Any:
        """The document of one row as plain values, None where there is none."""
        with self._database.reading() as connection:
            query = select(table.c.document).where(*(table.c[name] == value for name, value in key.items()))
            found = connection.execute(query).scalar()
            return None if found is None else documents.loads(found)

    def _documents(self, query: Select[Any]) -> Iterator[tuple[Any, Any]]:
        with self._database.reading() as connection:
            yield from _read(connection, query)

    def _save(self, table: Table, rows: Iterable[Mapping[str, str]], *, lasting: bool = True) -> None:
        """Insert or replace all rows in one transaction."""
        with self._database.writing(lasting=lasting) as connection:
            for chunk in _chunks(rows):
                self._put(connection, table, chunk)

    def _put(self, connection: Connection, table: Table, rows: Sequence[Mapping[str, str]]) -> None:
        if rows:
            connection.execute(upsert(connection.dialect.name, table), rows)

    def _forget(self, table: Table, keys: Iterable[Mapping[str, str]]) -> None:
        with self._database.writing() as connection:
            for chunk in _chunks(keys):
                connection.execute(delete_one(table), chunk)


def _but_newest(table: Table, keep: int, *of: ColumnElement[bool]) -> Delete:
    """DELETE of the rows of a numbered table that came before the newest `keep` of those that `of` chooses."""
    number = table.c.number
    oldest_kept = select(number).where(*of).order_by(number.desc()).limit(1).offset(keep - 1).scalar_subquery()
    return delete(table).where(*of, number < oldest_kept)


_OLD_ATTEMPTS = _but_newest(
    schema.attempts,
    KEPT_ATTEMPTS,
    schema.attempts.c.product_key == bindparam("of_product"),
    schema.attempts.c.call == bindparam("of_call"),
).where(schema.attempts.c.outcome.not_in(_UNSETTLED))
_OLD_RUNS = _but_newest(schema.runs, KEPT_RUNS)


def _read(connection: Connection, query: Select[Any]) -> Iterator[tuple[Any, Any]]:
    """Rows of a query that ends in the document, as (key, plain values); a key of several columns is a tuple."""
    for chunk in connection.execute(query, execution_options={"yield_per": _CHUNK}).partitions():
        plain = documents.loads_many([row[-1] for row in chunk])
        for row, value in zip(chunk, plain, strict=True):
            yield (row[0] if len(row) == 2 else tuple(row[:-1])), value


def _chunks(values: Iterable[_T]) -> Iterator[list[_T]]:
    stream = iter(values)
    while chunk := list(islice(stream, _CHUNK)):
        yield chunk


def _base_row(row: BaseRow) -> dict[str, str]:
    document = documents.base_row_document(row)
    return {"tab": row.tab.value, "key": row.key, "document": document, "print": print_of(row)}


def _link_row(link: Link) -> dict[str, str]:
    return {"product_key": link.product_key, "document": documents.dumps(link)}


def _instruction_row(instruction: Instruction) -> dict[str, str]:
    return {"product_key": instruction.product_key, "document": documents.dumps(instruction)}


def _attempt_row(attempt: Attempt) -> dict[str, str]:
    return {
        "id": attempt.id,
        "product_key": attempt.product_key,
        "call": attempt.call.value,
        "outcome": attempt.outcome.value,
        "document": documents.dumps(attempt),
    }


def _address_hash(address: str) -> str:
    return hashlib.sha256(address.encode("utf-8", "surrogatepass")).hexdigest()
