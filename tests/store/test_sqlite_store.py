"""The store's contract on a SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_sync.ports import Store
from sheets_sync.records import Outcome
from sheets_sync.store import open_store
from sheets_sync.store.sql_store import KEPT_ATTEMPTS
from tests.contracts.store_contract import StoreContract, an_attempt


class TestSqliteStore(StoreContract):
    @pytest.fixture(scope="class")
    @classmethod
    def shared(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
        store = open_store(f"sqlite:///{tmp_path_factory.mktemp('shared') / 'store.db'}")
        yield store
        store.close()

    @pytest.fixture
    def url(self, tmp_path: Path) -> str:
        return f"sqlite:///{tmp_path / 'store.db'}"

    def open(self, url: str) -> Store:
        return open_store(url)

    def test_a_file_does_not_grow_with_the_calls_that_were_made(self, store: Store, url: str) -> None:
        sizes = []
        for day in range(8 * KEPT_ATTEMPTS):
            for number in range(10):
                attempt = an_attempt(f"{day} {number}", f"p{number}", words="x" * 500)
                store.open_attempt(attempt)
                attempt.outcome = Outcome.PUSHED
                store.close_attempt(attempt)
            with self.database(url) as database, database.reading() as connection:
                sizes.append(connection.exec_driver_sql("PRAGMA page_count").scalar_one())
        assert sizes[-1] <= sizes[2 * KEPT_ATTEMPTS] + 1
