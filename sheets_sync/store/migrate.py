"""Brings a store's tables to the schema that this version works on. The usual case, nothing to do, is one SELECT."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, column, inspect, select, table

from sheets_sync.errors import UsageError
from sheets_sync.store.database import Database
from sheets_sync.store.schema import HEAD, VERSION_TABLE, metadata


def migrate(database: Database) -> None:
    """Make or upgrade the tables in one transaction; raises UsageError for what is no store or a newer one's."""
    with database.reading() as connection:
        if _version(connection) == HEAD:
            return
    with database.writing() as connection:
        version = _version(connection)  # another process may have been faster
        if version is None:
            _refuse_foreign_tables(connection, database)
        if version != HEAD:
            _upgrade(connection, version, database.name)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table(VERSION_TABLE):
        return None
    version = connection.execute(select(column("version_num")).select_from(table(VERSION_TABLE))).scalar()
    return None if version is None else str(version)


def _refuse_foreign_tables(connection: Connection, database: Database) -> None:
    """A file with other tables is another program's; on a server only tables of our names are in the way."""
    present = set(inspect(connection).get_table_names())
    if present if database.file else present & set(metadata.tables):
        raise UsageError("store_not_a_store", store=database.name)


def _upgrade(connection: Connection, version: str | None, name: str) -> None:
    from alembic import command  # noqa: PLC0415  only a new or an older store pays for this import
    from alembic.config import Config  # noqa: PLC0415
    from alembic.script import ScriptDirectory  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).with_name("migrations")).replace("%", "%%"))
    known = {revision.revision for revision in ScriptDirectory.from_config(config).walk_revisions()}
    if version is not None and version not in known:
        raise UsageError("store_newer", store=name, version=version)
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
