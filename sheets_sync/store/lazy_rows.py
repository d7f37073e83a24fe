"""Base rows that stay texts until somebody asks for them: of a large shop a run looks closely at a few only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, MutableMapping
from typing import Any, Self, cast

from sheets_sync.issue import Tab
from sheets_sync.records import BaseRow
from sheets_sync.store import documents


class LazyRows(MutableMapping[str, BaseRow]):
    """Base rows of a tab by key, over their documents. A row that is set stays as it is; nothing reaches the store."""

    def __init__(self, tab: Tab, rows: Iterable[tuple[str, str | BaseRow]]) -> None:
        self._tab = tab
        self._rows: dict[str, str | BaseRow] = dict(rows)
        self._last: BaseRow | None = None  # who asks for a row asks for it again soon

    def __getitem__(self, key: str) -> BaseRow:
        """Raises KeyError, DamagedDocumentError."""
        row = self._rows[key]
        if type(row) is not str:
            return cast(BaseRow, row)
        last = self._last
        if last is None or last.key != key:
            self._last = last = BaseRow(self._tab, key, *documents.loads(row))
        return last

    def __setitem__(self, key: str, row: BaseRow) -> None:
        self._rows[key] = row

    def __delitem__(self, key: str) -> None:
        del self._rows[key]

    def get(self, key: str, default: Any = None) -> Any:
        """As of any mapping, less a detour: most rows are asked for in this way."""
        return self[key] if key in self._rows else default

    def __contains__(self, key: object) -> bool:
        return key in self._rows

    def __iter__(self) -> Iterator[str]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    def __copy__(self) -> Self:
        return type(self)(self._tab, self._rows.items())
