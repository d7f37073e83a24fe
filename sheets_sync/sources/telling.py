"""Rows of a file that are in no product, told to a person: the first few one by one, the rest together."""

from collections.abc import Iterator, Mapping
from typing import Final, NamedTuple

from sheets_sync.messages import Language, text
from sheets_sync.products import Skipped

SHOWN: Final = 60
_FEW: Final = 20  # a forgotten file would fill the summary otherwise


class Place(NamedTuple):
    """Where a row begins: a file's name and a 1-based line."""

    file: str
    line: int


class Telling:
    """Counts what was told of each file, by message. All records are in one of the `Skipped` in the end."""

    def __init__(self, language: Language) -> None:
        self._language = language
        self._told: dict[tuple[str, str], int] = {}
        self._rest: dict[tuple[str, str], tuple[Place, int, Mapping[str, object]]] = {}

    def one_by_one(self, code: str, at: Place, read: str, **params: object) -> Iterator[Skipped]:
        """The row, while there are only a few of its kind."""
        key = (at.file, code)
        self._told[key] = self._told.get(key, 0) + 1
        if self._told[key] <= _FEW:
            yield Skipped(self._place(at), code, {"read": read[:SHOWN], **params})
        else:
            self._count(f"{code}_more", at, 1, params)

    def together(self, code: str, at: Place, lines: int = 1) -> None:
        """A row that is told with all others of its kind, by the number of them."""
        self._count(code, at, lines, {})

    def rest(self) -> Iterator[Skipped]:
        """What was counted only, at the end of a file or of all."""
        for (_, code), (first, count, params) in self._rest.items():
            yield Skipped(self._place(first), code, {**params, "count": count}, count)
        self._rest.clear()

    def _count(self, code: str, at: Place, lines: int, params: Mapping[str, object]) -> None:
        first, count, said = self._rest.get((at.file, code), (at, 0, params))
        self._rest[at.file, code] = (first, count + lines, said)

    def _place(self, at: Place) -> str:
        return text("source_place", self._language, file=at.file, line=at.line)
