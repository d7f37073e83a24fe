"""The store's contract on PostgreSQL, where SHEETS_SYNC_TEST_POSTGRES names a database to make schemas in."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator

import pytest
from sqlalchemy import create_engine, make_url, text

from sheets_sync.errors import CredentialsError, Unavailable, UsageError
from sheets_sync.ports import Store
from sheets_sync.store import open_store
from tests.contracts.store_contract import StoreContract, a_link

SERVER = os.environ.get("SHEETS_SYNC_TEST_POSTGRES", "")
pytestmark = pytest.mark.skipif(not SERVER, reason="SHEETS_SYNC_TEST_POSTGRES names no database")


def _admin(statement: str) -> None:
    engine = create_engine(make_url(SERVER).set(drivername="postgresql+psycopg"), isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(statement))
    engine.dispose()


def _fresh_schema() -> Iterator[str]:
    name = f"sheets_sync_{uuid.uuid4().hex[:12]}"
    _admin(f"CREATE SCHEMA {name}")
    url = make_url(SERVER).update_query_dict({"options": f"-csearch_path={name}"})
    yield url.render_as_string(hide_password=False)
    _admin(f"DROP SCHEMA {name} CASCADE")


class TestPostgresStore(StoreContract):
    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls) -> Iterator[Store]:
        for url in _fresh_schema():
            store = open_store(url)
            yield store
            store.close()

    @pytest.fixture
    def url(self) -> Iterator[str]:
        yield from _fresh_schema()

    def open(self, url: str) -> Store:
        return open_store(url)

    def test_a_key_that_cannot_be_stored_is_told(self, store: Store) -> None:
        with pytest.raises(UsageError) as caught:
            store.save_link(a_link("p\0"))
        assert caught.value.code == "store_key_unusable"

    def test_tables_of_our_names_by_another_program_are_refused(self, url: str) -> None:
        engine = create_engine(make_url(url).set(drivername="postgresql+psycopg"))
        with engine.begin() as connection:
            connection.execute(text("CREATE TABLE links (id integer)"))
        engine.dispose()
        with pytest.raises(UsageError) as caught:
            open_store(url)
        assert caught.value.code == "store_not_a_store"

    @pytest.mark.parametrize("url", ["someone:hush@127.0.0.1:1/shop", "127.0.0.1:1/shop?user=someone&password=hush"])
    def test_a_server_out_of_reach(self, url: str) -> None:
        with pytest.raises(Unavailable) as caught:
            open_store(f"postgresql://{url}")
        assert caught.value.code == "store_out_of_reach"
        assert "hush" not in str(caught.value)

    def test_a_database_that_is_not_there_is_named_by_the_server(self) -> None:
        with pytest.raises(Unavailable) as caught:
            open_store(make_url(SERVER).set(database="no_such_shop").render_as_string(hide_password=False))
        assert "no_such_shop" in str(caught.value.params["reason"])

    @pytest.mark.parametrize("query", ["connect_timeout=soon", "no_such_option=hush"])
    def test_an_address_that_asks_for_what_nobody_knows(self, query: str) -> None:
        with pytest.raises(UsageError) as caught:
            open_store(make_url(SERVER).update_query_string(query).render_as_string(hide_password=False))
        assert caught.value.code == "store_url_unreadable"
        assert "hush" not in str(caught.value)

    def test_a_wrong_password_is_a_matter_of_credentials(self) -> None:
        wrong = make_url(SERVER).set(username="nobody_of_ours", password="hush").render_as_string(hide_password=False)
        with pytest.raises((CredentialsError, Unavailable)) as caught:
            open_store(wrong)
        assert "hush" not in str(caught.value)
