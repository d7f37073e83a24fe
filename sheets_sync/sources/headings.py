"""Finds a file's columns by the names in its heading row, never by position."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from sheets_sync.template import fold


def folded(name: str) -> str:
    """A heading as it is compared: width, case, blanks, a leading `*` and a trailing comma make no difference."""
    return fold(name.replace("\ufeff", "")).lstrip("*").rstrip(",")


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """A heading row matched with the fields that a reader knows.

    `names`: every heading as written, a repeated one with a suffix: "Price", "Price (2)". `at`: field → 0-based index.
    `ignored`: headings that no field took, in order.
    """

    names: tuple[str, ...]
    at: Mapping[str, int]
    ignored: tuple[str, ...]


def distinct(names: Iterable[str]) -> tuple[str, ...]:
    """Headings with repeated ones numbered, so that none hides another."""
    taken: set[str] = set()
    found: list[str] = []
    for name in names:
        unique, number = name, 1
        while folded(unique) in taken:
            number += 1
            unique = f"{name} ({number})"
        taken.add(folded(unique))
        found.append(unique)
    return tuple(found)


def match(heading: Sequence[str], fields: Mapping[str, Sequence[str]]) -> ColumnMap:
    """Match a heading row with `fields` (field → accepted names; where a file has several, the earlier name wins)."""
    names = distinct(heading)
    index_of = {folded(name): index for index, name in enumerate(names)}
    at = {
        field: next(index_of[folded(name)] for name in accepted if folded(name) in index_of)
        for field, accepted in fields.items()
        if any(folded(name) in index_of for name in accepted)
    }
    used = set(at.values())
    return ColumnMap(names, at, tuple(name for index, name in enumerate(names) if index not in used))
