"""Base rows that stay in the store until somebody asks for them: of a large shop a run looks at a few only."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, MutableMapping
from typing import Self

from sheets_sync.issue import Tab
from sheets_sync.records import BaseRow
from sheets_sync.store import documents

PAGE = 16
"""So many documents are fetched at a time: the SKUs of a product stand together."""
_PAGES = 2_000
"""So many pages are fetched one at a time; who asks for more gets all documents at once."""

Fetch = Callable[[str | None], dict[str, str]]
"""Gives the documents of the page that begins with a key, or all (None)."""


class LazyRows(MutableMapping[str, BaseRow]):
    """Base rows of a tab by key. A row that is set stays as it is; nothing reaches the store."""

    def __init__(self, tab: Tab, keys: Iterable[str], fetch: Fetch) -> None:
        self._tab, self._fetch = tab, fetch
        self._rows: dict[str, BaseRow | None] = dict.fromkeys(keys)
        self._documents: dict[str, str] = {}
        self._pages = 0
        self._last: BaseRow | None = None

    def __getitem__(self, key: str) -> BaseRow:
        """Raises KeyError, DamagedDocumentError."""
        row = self._rows[key]
        if row is not None:
            return row
        if self._last is None or self._last.key != key:  # who asks for a row asks for it again soon
            self._last = documents.base_row(self._tab, key, documents.loads(self._document(key)))
        return self._last

    def _document(self, key: str) -> str:
        if key not in self._documents:
            self._documents = self._fetch(key if self._pages < _PAGES else None)
            self._pages += 1
        return self._documents[key]

    def __setitem__(self, key: str, row: BaseRow) -> None:
        self._rows[key] = row

    def __delitem__(self, key: str) -> None:
        del self._rows[key]

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __copy__(self) -> Self:
        twin = type(self)(self._tab, (), self._fetch)
        twin._rows = dict(self._rows)
        twin._documents, twin._pages = self._documents, self._pages
        return twin
