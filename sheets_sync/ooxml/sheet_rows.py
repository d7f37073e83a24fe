"""Reads the rows of a sheet part as a stream: by search where the XML is plain, by a parser where it is not."""

import itertools
import re
from collections.abc import Callable, Container, Iterable, Iterator
from typing import TypeVar

from .cell_text import unescape_cell, unescape_xml
from .cell_values import CellValues
from .plain_part import NotPlain, PlainPart
from .refs import column_index, letters, split_ref
from .values import Cell, Row
from .xml_parts import defended_parser, local

Choose = Callable[[dict[int, Cell]], Container[int]]
_R = TypeVar("_R")

_ROW = re.compile(r'<row r="(\d+)"([^>]*)>')
_CELL = re.compile(
    r'<c r="([A-Z]{1,3}+)\d++"(?: s="(\d++)")?+(?: t="(\w++)")?+(?: (?:cm|vm|ph)="\d++")*+'
    r"(?:>(<f[^>]*+>(?:[^<]*+</f>)?+)?+(?:<v[^>]*+>([^<]*+)</v>|<is><t[^>]*+>([^<]*+)</t></is>)?+</c>|/>)"
)
_HIDDEN = re.compile(r'\bhidden="(?:1|true)"')
_TRUE = ("1", "true", "on")


def rows(chunks: Callable[[], Iterable[bytes]], values: CellValues, choose: Choose | None = None) -> Iterator[Row]:
    """Rows with at least one decoded cell; ``chunks`` opens the part, and may be called twice."""
    wanted = Wanted(choose)

    def read(number: int, piece: str, at: int, hidden: bool) -> Row | None:
        cells = decoded(piece, at, values, wanted)
        return Row(number, cells, hidden) if cells else None

    return walked(chunks, values, wanted, read, lambda row: row)


def walked(
    chunks: Callable[[], Iterable[bytes]],
    values: CellValues,
    wanted: "Wanted",
    read: Callable[[int, str, int, bool], _R | None],
    parsed: Callable[[Row], _R],
) -> Iterator[_R]:
    """What `read` makes of the rows: their number, XML, where their cells begin in it, and whether they are hidden. Of
    rows for which it raises StrangeRow, and of sheets that are not plain, `parsed` gets the cells by the parser.
    """
    given = 0
    try:
        for row in _by_search(chunks(), values, wanted, read, parsed):
            given += 1
            yield row
    except NotPlain:
        yield from map(parsed, itertools.islice(_by_parser(chunks(), values, wanted), given, None))


class StrangeRow(Exception):
    """A row of a shape that the search does not know."""


class Wanted(dict[str, int | None]):
    """Column letters -> index, or None for a column that nobody asked for."""

    def __init__(self, choose: Choose | None) -> None:
        self._choose = choose
        self._columns: Container[int] | None = None

    def __missing__(self, name: str) -> int | None:
        index = column_index(name)
        found = self[name] = index if self._columns is None or index in self._columns else None
        return found

    def index(self, column: int) -> int | None:
        return self[letters(column)]

    @property
    def pending(self) -> bool:
        """Row 1 is still to come, and with it the choice."""
        return self._choose is not None

    def settle(self, heading: dict[int, Cell]) -> None:
        if self._choose is not None:
            self._columns = self._choose(heading)
            self._choose = None
            self.clear()


def _by_search(
    chunks: Iterable[bytes],
    values: CellValues,
    wanted: Wanted,
    read: Callable[[int, str, int, bool], _R | None],
    parsed: Callable[[Row], _R],
) -> Iterator[_R]:
    match_row = _ROW.match
    for batch in PlainPart(chunks, b"sheetData", b"row").batches():
        *pieces, empty_rows = batch.decode().split("</row>")
        if "<c" in empty_rows:
            raise NotPlain
        for piece in pieces:
            head = match_row(piece)
            while head is not None and head[2].endswith("/"):
                head = match_row(piece, head.end())
            if head is None:
                yield from map(parsed, _parsed_piece(piece, values, wanted))
                continue
            number = int(head[1])
            if wanted.pending:
                if number == 1:
                    yield from map(parsed, _parsed_piece(piece, values, wanted))
                    continue
                wanted.settle({})
            hidden = "hidden" in head[2] and _HIDDEN.search(head[2]) is not None
            try:
                row = read(number, piece, head.end(), hidden)
            except StrangeRow:
                yield from map(parsed, _parsed_piece(piece, values, wanted))
                continue
            if row is not None:
                yield row


def _found(piece: str, at: int) -> list[tuple[str, ...]]:
    found = _CELL.findall(piece, at)
    if len(found) != piece.count("<c", at):
        raise StrangeRow
    return found


def decoded(piece: str, at: int, values: CellValues, wanted: Wanted) -> dict[int, Cell]:
    """The cells of a row's XML by column: the common kinds without a call each. Raises StrangeRow."""
    found = _found(piece, at)
    cells: dict[int, Cell] = {}
    shared, numbers, known = values.shared, values.numbers, len(values.shared)
    make = tuple.__new__  # Cell(text), less a call
    for name, style, kind, formula, content, text in found:
        column = wanted[name]
        if column is None:
            continue
        if not formula:
            if kind == "s":
                if content.isdecimal() and (place := int(content)) < known:
                    cells[column] = shared[place]
                elif content:
                    cells[column] = values.shared_cell(content)
                continue
            if not kind:
                if content:
                    cells[column] = numbers[style][content]
                continue
            if kind == "inlineStr":
                if "&" in text or "_x" in text or "\r" in text:
                    cells[column] = Cell(unescape_cell(unescape_xml(text)))
                else:
                    cells[column] = make(Cell, (text, False, ""))
                continue
        cell = values.cell(style, kind, bool(formula), unescape_xml(content), unescape_xml(text))
        if cell is not None:
            cells[column] = cell
    return cells


def _parsed_piece(piece: str, values: CellValues, wanted: Wanted) -> Iterator[Row]:
    """A row (its end tag cut off) of a shape that the search does not know; it must say its number."""
    if piece.count("<row") != len(_ROW.findall(piece)):
        raise NotPlain
    yield from _by_parser([f"<worksheet><sheetData>{piece}</row></sheetData></worksheet>".encode()], values, wanted)


def _by_parser(chunks: Iterable[bytes], values: CellValues, wanted: Wanted) -> Iterator[Row]:
    parser = defended_parser()
    reading = _ParsedRows(values, wanted)
    parser.StartElementHandler = reading.start
    parser.EndElementHandler = reading.end
    parser.CharacterDataHandler = reading.text
    for chunk in chunks:
        parser.Parse(chunk, False)
        yield from reading.taken()
    parser.Parse(b"", True)
    yield from reading.taken()


class _ParsedRows:
    """Expat handlers: worksheet > sheetData > row > c > v, f, is. Rows and cells without ``r`` are counted on."""

    def __init__(self, values: CellValues, wanted: Wanted) -> None:
        self._values, self._wanted = values, wanted
        self._path: list[str] = []
        self._done: list[Row] = []
        self._number = 0
        self._column = -1

    def taken(self) -> list[Row]:
        done, self._done = self._done, []
        return done

    def start(self, name: str, attributes: dict[str, str]) -> None:
        path = self._path
        path.append(local(name))
        depth = len(path)
        if depth < 3 or path[1] != "sheetData":
            return
        if depth == 3 and path[2] == "row":
            number = attributes.get("r", "")
            self._number = int(number) if number.isdecimal() else self._number + 1
            self._hidden = attributes.get("hidden") in _TRUE
            self._column = -1
            self._cells: dict[int, Cell] = {}
            if self._number > 1:
                self._wanted.settle({})
        elif depth == 4 and path[3] == "c":
            place = split_ref(attributes.get("r", ""))
            self._column = place[1] if place else self._column + 1
            self._style, self._kind = attributes.get("s", ""), attributes.get("t", "")
            self._formula = False
            self._content: list[str] = []
            self._text: list[str] = []
        elif depth == 5 and path[4] == "f":
            self._formula = True

    def text(self, data: str) -> None:
        path = self._path
        if len(path) < 5 or path[1] != "sheetData":
            return
        if path[4] == "v":
            self._content.append(data)
        elif path[4] == "is" and path[-1] == "t" and "rPh" not in path:
            self._text.append(data)

    def end(self, _: str) -> None:
        path = self._path
        depth = len(path)
        name = path.pop()
        if depth == 4 and name == "c" and path[1] == "sheetData":
            self._end_cell()
        elif depth == 3 and name == "row" and path[1] == "sheetData":
            if self._number == 1:
                self._wanted.settle(self._cells)
            if self._cells:
                self._done.append(Row(self._number, self._cells, self._hidden))

    def _end_cell(self) -> None:
        known = self._column
        if not self._wanted.pending and self._wanted.index(known) is None:
            return
        kind = "" if self._kind == "n" else self._kind
        content, text = "".join(self._content), "".join(self._text)
        cell = self._values.cell(self._style, kind, self._formula, content, text)
        if cell is not None:
            self._cells[known] = cell
