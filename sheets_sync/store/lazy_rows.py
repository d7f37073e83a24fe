"""Base rows that stay texts until somebody asks for them: of a large shop a run looks closely at a few only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Self

from sheets_sync.issue import Tab
from sheets_sync.records import BaseRow
from sheets_sync.store import documents

_RECENT = 1_024
"""So many rows are kept as they were made: who asks for a row asks for it again soon."""


class LazyRows(MutableMapping[str, BaseRow]):
    """Base rows of a tab by key, over their documents. A row that is set stays as it is; nothing reaches the store."""

    def __init__(self, tab: Tab, rows: Iterable[tuple[str, str | BaseRow]]) -> None:
        self._tab = tab
        self._rows: dict[str, str | BaseRow] = dict(rows)
        self._recent: dict[str, BaseRow] = {}

    def __getitem__(self, key: str) -> BaseRow:
        """Raises KeyError, DamagedDocumentError."""
        row = self._rows[key]
        if not isinstance(row, str):
            return row
        known = self._recent.get(key)
        if known is None:
            if len(self._recent) >= _RECENT:
                self._recent.clear()
            known = self._recent[key] = documents.base_row(self._tab, key, documents.loads(row))
        return known

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
        return type(self)(self._tab, self._rows.items())
