"""The store's contract on a SQLite file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_sync.ports import Store
from sheets_sync.store import open_store
from tests.contracts.store_contract import StoreContract


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
