"""Opening a store: made anew, brought up to date, refused; and how fast that is."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import tomllib
from concurrent.futures import ThreadPoolExecutor
from importlib import resources
from pathlib import Path

import pytest
from alembic import op
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from sheets_sync.errors import SheetsSyncError, Unavailable, UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import text
from sheets_sync.records import BaseRow
from sheets_sync.rows.row_print import print_of
from sheets_sync.store import migrate as migrate_module
from sheets_sync.store import open_store, schema

PACKAGE = Path(migrate_module.__file__).parent


def _url(path: Path) -> str:
    return f"sqlite:///{path}"


def _refused(url: str) -> SheetsSyncError:
    with pytest.raises((UsageError, Unavailable)) as caught:
        open_store(url).close()
    for language in ("ja", "en"):
        told = text(caught.value.code, language, **caught.value.params)
        assert "?" not in told
        assert caught.value.code not in told
    return caught.value


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "sheets_sync.db"


# -- made and migrated


def test_the_migrations_make_exactly_the_tables_of_the_schema(path: Path) -> None:
    open_store(_url(path)).close()
    with create_engine(_url(path)).connect() as connection:
        context = MigrationContext.configure(connection, opts={"version_table": schema.VERSION_TABLE})
        assert compare_metadata(context, schema.metadata) == []


def test_the_newest_migration_is_the_schema_we_know() -> None:
    config = Config()
    config.set_main_option("script_location", str(PACKAGE / "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [schema.HEAD]


def test_a_store_is_made_once_though_several_open_it_at_the_same_time(path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        for store in pool.map(open_store, [_url(path)] * 4):
            store.save_fact("cart_id", "main")
            store.close()
    store = open_store(_url(path))
    assert store.fact("cart_id") == "main"
    store.close()


def test_a_migration_that_breaks_off_leaves_nothing_behind(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(op, "create_index", lambda *args, **more: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        open_store(_url(path))
    monkeypatch.undo()
    assert sqlite3.connect(path).execute("SELECT name FROM sqlite_master").fetchall() == []
    open_store(_url(path)).close()


def test_an_older_store_is_brought_up_to_date_and_keeps_what_it_holds(
    path: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    store = open_store(_url(path))
    store.save_fact("cart_id", "main")
    store.close()
    _add_a_later_version(tmp_path, monkeypatch)
    store = open_store(_url(path))
    assert store.fact("cart_id") == "main"
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("SELECT version_num FROM store_version").fetchone() == ("0003",)
        connection.execute("SELECT colour FROM facts")


def test_rows_of_an_older_store_get_their_prints(tmp_path: Path) -> None:
    path = tmp_path / "sheets_sync.db"
    store = open_store(_url(path))
    row = BaseRow(Tab.SKUS, "1", "p", {"option1_value": "赤"})
    store.save_base_rows([row])
    store.close()
    with sqlite3.connect(path) as connection:  # back to what the version before made
        connection.execute("DROP INDEX base_rows_prints")
        connection.execute("ALTER TABLE base_rows DROP COLUMN print")
        connection.execute("UPDATE store_version SET version_num = '0001'")
    store = open_store(_url(path))
    assert store.base_rows(Tab.SKUS) == {"1": row}
    assert store.base_prints(Tab.SKUS) == {"1": print_of(row)}
    store.close()


def _add_a_later_version(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "migrations" / "versions").mkdir(parents=True)
    for source in (PACKAGE / "migrations").rglob("*.py"):
        (folder / "migrations" / source.relative_to(PACKAGE / "migrations")).write_text(source.read_text())
    (folder / "migrations" / "versions" / "v0003_later.py").write_text(
        "import sqlalchemy as sa\nfrom alembic import op\nrevision, down_revision = '0003', '0002'\n"
        "def upgrade():\n    op.add_column('facts', sa.Column('colour', sa.Text))\n"
    )
    monkeypatch.setattr(migrate_module, "HEAD", "0003")
    monkeypatch.setattr(migrate_module, "__file__", str(folder / "migrate.py"))


def test_a_relative_address_stays_where_it_was_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "商品 100% (新)"
    folder.mkdir()
    monkeypatch.chdir(folder)
    store = open_store("sqlite:///sheets_sync.db")
    monkeypatch.chdir(tmp_path)
    store._database.engine.dispose()  # type: ignore[attr-defined]
    store.save_fact("cart_id", "main")
    store.close()
    store = open_store(_url(folder / "sheets_sync.db"))
    assert store.fact("cart_id") == "main"
    store.close()
    assert [entry.name for entry in tmp_path.iterdir()] == [folder.name]


# -- refused


def test_a_store_of_a_newer_version(path: Path) -> None:
    open_store(_url(path)).close()
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE store_version SET version_num = '9999'")
    error = _refused(_url(path))
    assert error.code == "store_newer"
    assert error.params["version"] == "9999"


def test_a_file_that_is_no_database(path: Path) -> None:
    path.write_bytes(b"PK\x03\x04" + b"a workbook, say" * 100)
    before = path.read_bytes()
    assert _refused(_url(path)).code == "store_not_a_store"
    assert path.read_bytes() == before


def test_the_database_of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE bookmarks (url TEXT)")
    assert _refused(_url(path)).code == "store_not_a_store"


def test_a_damaged_store(path: Path) -> None:
    store = open_store(_url(path))
    store.save_fact("cart_id", "main")
    store.close()
    content = bytearray(path.read_bytes())
    content[100:] = b"\xff" * (len(content) - 100)
    path.write_bytes(content)
    error = _refused(_url(path))
    assert isinstance(error, UsageError)
    assert error.code == "store_damaged"


def test_a_damaged_document_is_told_when_it_is_read(path: Path) -> None:
    store = open_store(_url(path))
    store.save_fact("cart_id", "main")
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE facts SET document = '{\"half'")
    with pytest.raises(UsageError) as caught:
        store.fact("cart_id")
    store.close()
    assert caught.value.code == "store_damaged"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("sheets_sync.db", "store_url_unreadable"),
        ("sqlite://", "store_url_without_file"),
        ("sqlite:///:memory:", "store_url_without_file"),
        ("mysql://someone:hush@db/shop", "store_url_unknown"),
        ("postgresql://someone:hush@db:port/shop", "store_url_unreadable"),
        ("postgresql://someone:hush@[::1/shop", "store_url_unreadable"),
        ("sqlite:////no/such/folder/store.db", "store_folder_missing"),
    ],
)
def test_an_address_that_cannot_be_used(url: str, code: str) -> None:
    error = _refused(url)
    assert error.code == code
    assert "hush" not in str(error)


def test_an_address_that_names_a_folder(tmp_path: Path) -> None:
    assert _refused(_url(tmp_path)).code == "store_is_a_folder"


def test_a_store_that_another_program_keeps_busy(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sheets_sync.store.database.BUSY_SECONDS", 0.05)
    store = open_store(_url(path))
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable) as caught:
        store.save_fact("cart_id", "main")
    other.execute("ROLLBACK")
    store.save_fact("cart_id", "main")
    store.close()
    assert caught.value.code == "store_busy"


def test_a_disk_without_room(path: Path) -> None:
    store = open_store(_url(path))
    pages = sqlite3.connect(path).execute("PRAGMA page_count").fetchone()[0]
    with store._database.engine.connect() as connection:  # type: ignore[attr-defined]
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")
    with pytest.raises(Unavailable) as caught:
        store.save_fact("large", "x" * 100_000)
    assert store.fact("large") == ""
    store.close()
    assert caught.value.code == "store_disk_full"


def test_a_key_that_cannot_be_stored(path: Path) -> None:
    store = open_store(_url(path))
    with pytest.raises(UsageError) as caught:
        store.save_fact("half \ud83d", "x")
    store.close()
    assert caught.value.code == "store_key_unusable"
    assert caught.value.params["key"] == "'half \\ud83d'"


# -- settings of the database, and what opening costs


def test_commits_are_on_disk_and_readers_do_not_wait(path: Path) -> None:
    store = open_store(_url(path))
    with store._database.engine.connect() as connection:  # type: ignore[attr-defined]
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    store.close()
    assert found == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_a_closed_store_is_one_file(path: Path) -> None:
    store = open_store(_url(path))
    with store.lock():
        store.save_fact("cart_id", "main")
    store.close()
    left = {file.name for file in path.parent.iterdir()}
    assert left <= {"sheets_sync.db", "sheets_sync.db.lock"}


def test_opening_a_store_that_is_up_to_date_does_without_alembic(path: Path) -> None:
    open_store(_url(path)).close()
    script = (
        "import sys; from sheets_sync.store import open_store; assert 'sqlalchemy' not in sys.modules\n"
        f"open_store({_url(path)!r}).close(); assert 'alembic' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", script], check=True, timeout=60)


def test_a_folder_on_a_server_shares_no_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "s.db"
    open_store(_url(file)).close()  # made on this machine, and moved there
    monkeypatch.setattr("sheets_sync.store.database.os.path.realpath", lambda name: "\\\\server\\出品\\s.db")
    store = open_store(_url(file))
    with store._database.engine.connect() as connection:  # type: ignore[attr-defined]
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar() == "delete"
    store.save_fact("shop_id", "1")
    assert [path.name for path in tmp_path.iterdir()] == ["s.db"]
    store.close()
    again = open_store(_url(file))
    assert again.fact("shop_id") == "1"
    again.close()


def test_every_code_that_the_store_raises_has_its_words() -> None:
    raised = set(re.findall(r'"(store_[a-z_]+)"', "".join(file.read_text() for file in PACKAGE.glob("*.py"))))
    raised -= {schema.VERSION_TABLE}
    assert raised == set(tomllib.loads((resources.files("sheets_sync.messages") / "store.toml").read_text("utf-8")))
