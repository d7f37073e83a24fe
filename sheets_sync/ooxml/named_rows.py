"""Reads the values of columns that have names: what most of a large workbook is read for."""

import re
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from .cell_text import unescape_cell, unescape_xml
from .cell_values import CellValues
from .sheet_rows import StrangeRow, Wanted, decoded, walked
from .values import Cell, CellError, NamedRow, Row, Value

Name = Callable[[dict[int, Cell]], Mapping[int, str]]
Odd = Callable[[Cell], Value]

# A cell's start tag and, where it has one, its text with all up to its end: less is told apart than in `sheet_rows`.
_CELL = re.compile(
    r'<c r="([A-Z]+)[0-9]+"([^>]*)>(?:(<f[^>]*>(?:[^<]*</f>)?)?<(?:v|is><t)[^>]*>([^<]*)</(?:v|t></is)></c>)?'
)
_ATTRIBUTES = re.compile(r'(?: s="(\d+)")?(?: t="(\w+)")?(?: (?:cm|vm|ph)="\d+")*(/?)')


def named_rows(chunks: Callable[[], Iterable[bytes]], values: CellValues, name: Name, odd: Odd) -> Iterator[NamedRow]:
    """The rows below row 1 with a value in a column that has a name, blank texts left out. ``name`` gets the cells of
    row 1; ``odd`` gives the value of an error cell and of a formula without a result. ``chunks``: as in `rows`.
    """
    names: dict[int, str] = {}

    def choose(heading: dict[int, Cell]) -> Container[int]:
        names.update(name(heading))
        return names

    wanted = Wanted(choose)
    by_letters, shapes = _ByLetters(wanted, names), _Shapes(values)

    def by_name(cells: Mapping[int, Cell]) -> dict[str, Value]:
        found = ((names[column], _value(cell, odd)) for column, cell in cells.items() if column in names)
        return {key: value for key, value in found if value != ""}

    def read(number: int, piece: str, at: int, _: bool) -> NamedRow | None:
        try:
            cells = _quickly(piece, at, by_letters, shapes)
        except StrangeRow:
            cells = by_name(decoded(piece, at, values, wanted))
        return NamedRow(number, cells) if cells else None

    def parsed(row: Row) -> NamedRow:
        return NamedRow(row.number, by_name(row.cells))

    return (row for row in walked(chunks, values, wanted, read, parsed) if row.number > 1 and row.cells)


class _Shape(NamedTuple):
    """What the attributes of a cell say: its ``kind`` as in the file, what its texts mean (``numbers``, of flags too),
    whether it is ``blank``.
    """

    kind: str
    numbers: Mapping[str, Sequence[Value]]
    blank: bool


class _Strange(dict[str, Sequence[Value]]):
    """The texts of cells that have to be looked at closely."""

    def __missing__(self, _: str) -> Sequence[Value]:
        raise StrangeRow


_FLAGS = _Strange({"1": (True,), "0": (False,)})
_UNKNOWN = _Strange()


class _Shapes(dict[str, _Shape]):
    """Attributes of a cell, its reference left out -> what they say."""

    def __init__(self, values: CellValues) -> None:
        self._values = values
        self.texts = values.texts

    def __missing__(self, attributes: str) -> _Shape:
        found = _ATTRIBUTES.fullmatch(attributes)
        style, kind, end = found.groups("") if found else ("", "?", "")
        numbers: Mapping[str, Sequence[Value]] = _FLAGS if kind == "b" else _UNKNOWN
        if kind == "":
            numbers = self._values.numbers[style]
        shape = self[attributes] = _Shape(kind, numbers, bool(end))
        return shape


class _ByLetters(dict[str, str | None]):
    """Column letters -> name, or None for a column without one."""

    def __init__(self, wanted: Wanted, names: Mapping[int, str]) -> None:
        self._wanted, self._names = wanted, names

    def __missing__(self, letters: str) -> str | None:
        column = self._wanted[letters]
        name = self[letters] = None if column is None else self._names.get(column)
        return name


def _quickly(piece: str, at: int, names: _ByLetters, shapes: _Shapes) -> dict[str, Value]:
    """The hot loop: the values of a row's cells. Raises StrangeRow where one has to be looked at closely."""
    found = _CELL.findall(piece, at)
    if len(found) != piece.count("<c", at):
        raise StrangeRow
    cells: dict[str, Value] = {}
    texts = shapes.texts
    for letters, attributes, formula, text in found:
        name = names[letters]
        if name is None:
            continue
        kind, numbers, blank = shapes[attributes]
        if blank:
            continue
        if formula or not text:
            raise StrangeRow
        if kind == "inlineStr":
            plain = "&" not in text and "_x" not in text and "\r" not in text
            cells[name] = text if plain else unescape_cell(unescape_xml(text))
        elif kind == "s":
            if not text.isdecimal() or int(text) >= len(texts):
                raise StrangeRow
            if shared := texts[int(text)]:
                cells[name] = shared
        else:
            cells[name] = numbers[text][0]
    return cells


def _value(cell: Cell, odd: Odd) -> Value:
    value = cell.value
    return odd(cell) if value is None or type(value) is CellError else value
