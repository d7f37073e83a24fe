"""Turns what a cell says in the file (type, style, text) into a value."""

import re
from functools import cached_property

from .cell_text import unescape_cell
from .serials import Kind, from_iso, from_serial
from .values import Cell, CellError, Value
from .xml_parts import UnreadableXmlError, whole

_WHOLE = re.compile(r"[+-]?[0-9]+$")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$")
_MOST_NUMBERS = 1 << 16


class NumberCells(dict[str, Cell]):
    """Number text -> cell, for one kind of number format. Remembers, since prices and flags repeat."""

    def __init__(self, kind: Kind, date1904: bool) -> None:
        self._kind, self._date1904 = kind, date1904

    def __missing__(self, raw: str) -> Cell:
        if len(self) >= _MOST_NUMBERS:
            self.clear()
        cell = self[raw] = Cell(self._value(raw.strip()), False, raw)
        return cell

    def _value(self, raw: str) -> Value:
        if self._kind and _DECIMAL.match(raw):
            moment = from_serial(float(raw), self._kind, self._date1904)
            if moment is not None:
                return moment
        if _WHOLE.match(raw):
            return int(raw) if len(raw) < 4000 else raw
        return float(raw) if _DECIMAL.match(raw) else raw


class CellValues:
    """The cells of one workbook: its shared strings, its date system, and the kind of each style."""

    def __init__(self, shared: list[str], kinds: list[Kind], date1904: bool) -> None:
        self.texts = shared
        plain = NumberCells("", date1904)
        by_kind = {kind: NumberCells(kind, date1904) if kind else plain for kind in {"", *kinds}}
        self.numbers = _ByStyle(plain)
        self.numbers.update((str(style), by_kind[kind]) for style, kind in enumerate(kinds))
        self.numbers[""] = by_kind[kinds[0]] if kinds else plain

    @cached_property
    def shared(self) -> list[Cell]:
        """The shared strings as cells."""
        return [Cell(text) for text in self.texts]

    def cell(self, style: str, kind: str, formula: bool, content: str, text: str) -> Cell | None:
        """``content`` is the text of ``<v>``, ``text`` that of ``<is>``, both free of XML; None is a blank cell."""
        found = self._cell(style, kind, content, text)
        if not formula:
            return found
        return Cell(None, True) if found is None else found._replace(formula=True)

    def shared_cell(self, content: str) -> Cell:
        """Raises UnreadableXmlError where no such text exists."""
        place = whole(content.strip(), -1)
        if not 0 <= place < len(self.shared):
            raise UnreadableXmlError(f"no shared string {content!r}")
        return self.shared[place]

    def _cell(self, style: str, kind: str, content: str, text: str) -> Cell | None:
        if kind in ("inlineStr", "str"):
            return Cell(unescape_cell(text if kind == "inlineStr" else content))
        if not content:
            return None
        if kind == "s":
            return self.shared_cell(content)
        return _typed(kind, content) if kind in ("b", "e", "d") else self.numbers[style][content]


def _typed(kind: str, content: str) -> Cell:
    """Booleans, errors and ISO dates."""
    if kind == "b":
        return Cell(content.strip() in ("1", "true"))
    if kind == "e":
        return Cell(CellError(content))
    moment = from_iso(content.strip())
    return Cell(content if moment is None else moment, False, content)


class _ByStyle(dict[str, NumberCells]):
    """Style number as text -> its numbers; an unknown style shows plain numbers."""

    def __init__(self, plain: NumberCells) -> None:
        self._plain = plain

    def __missing__(self, style: str) -> NumberCells:
        self[style] = self._plain
        return self._plain
