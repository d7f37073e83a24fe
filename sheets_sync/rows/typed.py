"""A row of a tab with its cells parsed: the form in which everything after reading works."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final, TypeAlias

from sheets_sync.issue import Issue, Tab
from sheets_sync.tables import RowRef


class Clear:
    """`{{空}}` / `{{clear}}`: emptied on purpose, unlike a blank cell, which means "not set"."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "CLEAR"


CLEAR: Final = Clear()

Typed: TypeAlias = bool | int | str | Decimal | dt.date | dt.datetime | Clear | None
"""A parsed cell: flag → bool, choice → id, integer → int, money → Decimal, dates, else text. None = blank."""


@dataclass(slots=True)
class TypedRow:
    """A row with parsed cells by column key; blank and unreadable cells are left out. `bad`: columns that could not be
    parsed (masked for the schema). `issues`: what was wrong with them.
    """

    tab: Tab
    ref: RowRef
    number: int
    product_key: str
    values: dict[str, Typed] = field(default_factory=dict)
    bad: frozenset[str] = frozenset()
    issues: list[Issue] = field(default_factory=list)

    def text(self, column: str) -> str:
        """Text of a cell, "" when blank, cleared or unreadable."""
        value = self.values.get(column)
        return value if isinstance(value, str) else ""
