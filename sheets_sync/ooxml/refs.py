"""Cell references: letters and numbers of A1 notation. Rows are 1-based, columns 0-based."""

import functools
import re
from typing import NamedTuple

_RANGE = re.compile(r"\$?([A-Za-z]{1,3})\$?(\d{1,7})(?::\$?([A-Za-z]{1,3})\$?(\d{1,7}))?$")


@functools.cache
def letters(column: int) -> str:
    """0 -> "A", 26 -> "AA"."""
    text, rest = "", column + 1
    while rest:
        rest, digit = divmod(rest - 1, 26)
        text = chr(65 + digit) + text
    return text


def column_index(text: str) -> int:
    """Of letters: "A" -> 0, "AA" -> 26."""
    index = 0
    for letter in text.upper():
        index = index * 26 + ord(letter) - 64
    return index - 1


def ref(row: int, column: int) -> str:
    """(1, 0) -> "A1"."""
    return f"{letters(column)}{row}"


def split_ref(text: str) -> tuple[int, int] | None:
    """Row and column: "B3" -> (3, 1); None for what is no single cell."""
    found = _RANGE.match(text)
    if not found or found[3]:
        return None
    return int(found[2]), column_index(found[1])


class Area(NamedTuple):
    """A rectangle of cells, ends included."""

    top: int
    left: int
    bottom: int
    right: int

    @classmethod
    def parse(cls, text: str) -> "Area | None":
        """Of "A1:C9" or "$B$3"; None for whole columns, unions and nonsense."""
        found = _RANGE.match(text.strip())
        if not found:
            return None
        top, left = int(found[2]), column_index(found[1])
        return cls(top, left, int(found[4] or top), column_index(found[3]) if found[3] else left)

    def __str__(self) -> str:
        first, last = ref(self.top, self.left), ref(self.bottom, self.right)
        return first if first == last else f"{first}:{last}"
