"""What a cell holds, in Python types."""

import datetime
from typing import NamedTuple, TypeAlias

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_TEXT = 32_767
"""Longest text of a cell, in UTF-16 code units, as Excel counts."""


class CellError(str):
    """An error value as the file spells it: ``#N/A``, ``#DIV/0!``, ``#SPILL!`` and so on."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"CellError({str.__repr__(self)})"


Value: TypeAlias = (
    bool | int | float | str | datetime.datetime | datetime.date | datetime.time | datetime.timedelta | CellError | None
)


class Cell(NamedTuple):
    """One cell.

    ``value`` is None only for a formula without a cached result. ``raw`` is the number's text as it stands in the
    file ("" for other kinds), so that 19 digits, "1.0" or a serial can be judged exactly. A named tuple, since
    building a frozen dataclass costs four times as much and a catalogue has millions of cells.
    """

    value: Value
    formula: bool = False
    raw: str = ""


class NamedRow(NamedTuple):
    """One row: its true 1-based number, and the values that are not blank by their columns' names."""

    number: int
    cells: dict[str, Value]


class Row(NamedTuple):
    """One row: its true 1-based number, and the cells with a value or a formula by 0-based column."""

    number: int
    cells: dict[int, Cell]
    hidden: bool = False
