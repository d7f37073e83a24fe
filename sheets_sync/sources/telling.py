"""Rows of a file that are in no product, told to a person: the first few one by one, the rest together."""

from collections.abc import Iterator
from typing import Final

from sheets_sync.messages import Language, text
from sheets_sync.products import Skipped
from sheets_sync.sources.profile_layout import Row

SHOWN: Final = 60
_FEW: Final = 20


class Telling:
    """Counts what was told of each file, by message. All records are in one of the `Skipped` in the end."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._told: dict[tuple[str, str], int] = {}
        self._rest: dict[tuple[str, str], list[int]] = {}

    def one_by_one(self, code: str, row: Row, read: str, **params: object) -> Iterator[Skipped]:
        """The row, while there are only a few of its kind."""
        key = (row.layout.file, code)
        self._told[key] = self._told.get(key, 0) + 1
        if self._told[key] <= _FEW:
            yield Skipped(self.place(row), code, {"read": read[:SHOWN], **params})
        else:
            self.together(f"{code}_more", row)

    def together(self, code: str, row: Row, lines: int = 1) -> None:
        """A row that is told with all others of its kind, by the number of them."""
        found = self._rest.setdefault((row.layout.file, code), [row.line, 0])
        found[1] += lines

    def rest(self) -> Iterator[Skipped]:
        """What was counted only, at the end."""
        for (file, code), (line, count) in self._rest.items():
            yield Skipped(text("source_place", self._language, file=file, line=line), code, {"count": count}, count)

    def place(self, row: Row) -> str:
        """Where a row stands, for a person."""
        return text("source_place", self._language, file=row.layout.file, line=row.line)
