"""Writes whole rows fast, in the styles of a sample row."""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from itertools import islice
from typing import TypeAlias

from .cell_text import text_element
from .cell_xml import CellXml
from .errors import SheetFull, UnwritableValue
from .refs import letters, ref
from .sheet_plan import place
from .values import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, Value

RowValues: TypeAlias = Mapping[int, Value] | Sequence[Value]

_BATCH = 128


@dataclass(slots=True)
class _Column:
    """What all cells of a column share, and the last text written in it: variants repeat their product's texts.

    ``text``, ``number`` and ``blank`` follow the cell's row number; ``blank`` is "" where a blank needs no cell.
    """

    index: int
    style: bytes
    start: str
    text: str
    number: str
    blank: str
    last: str = ""
    last_xml: str = ""


class RowXml:
    """Rows of one sheet. ``styles``: column -> style number as in the file; blank cells are written only in the
    columns of ``styled_blanks``, whose style is not what the sheet gives a missing cell anyway.
    """

    def __init__(
        self, sheet: str, xml: CellXml, styles: Mapping[int, bytes], styled_blanks: Set[int], row_attributes: str
    ) -> None:
        self._sheet, self._xml, self._row_attributes = sheet, xml, row_attributes
        self._columns = [
            _column(index, styles.get(index, b""), index in styled_blanks)
            for index in range(max(styles, default=-1) + 1)
        ]
        self._blanks = sorted(styled_blanks)
        self.last_column = len(self._columns) - 1

    def batches(self, rows: Iterable[RowValues], first: int) -> Iterator[tuple[int, bytes]]:
        """Count and XML of the rows, some at a time, from row ``first`` on. Raises SheetFull and UnwritableValue."""
        stream, number = iter(rows), first
        while held := list(islice(stream, _BATCH)):
            if number + len(held) - 1 > MAX_ROWS:
                raise SheetFull(self._sheet, f"more than {MAX_ROWS:,} rows")
            yield len(held), self._written(held, number).encode()
            number += len(held)

    def _written(self, rows: list[RowValues], number: int) -> str:
        """The hot loop: the common values without a call each."""
        out: list[str] = []
        append, columns = out.append, self._columns
        for row in rows:
            digits = str(number)
            append(f'<row r="{digits}"{self._row_attributes}>')
            values = row if type(row) in (list, tuple) else self._listed(row)
            if len(values) > len(columns):
                self._widen(len(values))
            for column, value in zip(columns, values, strict=False):
                kind = type(value)
                if kind is str and value:
                    if value != column.last:
                        column.last_xml = self._text(number, column.index, str(value))
                        column.last = str(value)
                    append(f"{column.start}{digits}{column.text}{column.last_xml}</is></c>")
                elif kind is int or (kind is float and value - value == 0):  # type: ignore[operator]
                    append(f"{column.start}{digits}{column.number}{value!r}</v></c>")
                elif value is None or value == "":
                    if column.blank:
                        append(f"{column.start}{digits}{column.blank}")
                else:
                    append(self._other(number, column, value))
            if self._blanks and len(values) <= self._blanks[-1]:
                out += [f"{each.start}{digits}{each.blank}" for each in columns[len(values) :] if each.blank]
            append("</row>")
            number += 1
        return "".join(out)

    def _text(self, number: int, column: int, value: str) -> str:
        if len(value) * 2 > MAX_TEXT:
            self._refuse(number, column, value)
        return text_element(value)

    def _other(self, number: int, column: _Column, value: Value) -> str:
        self._refuse(number, column.index, value)
        return self._xml.cell(b"", place(number, column.index), column.style, value).decode()

    def _refuse(self, number: int, column: int, value: Value) -> None:
        why = self._xml.objection(value)
        if why:
            raise UnwritableValue(self._sheet, ref(number, column), why)

    def _listed(self, row: RowValues) -> Sequence[Value]:
        if not isinstance(row, Mapping):
            return row
        values: list[Value] = [None] * (max(row, default=-1) + 1)
        for column, value in row.items():
            values[column] = value
        return values

    def _widen(self, count: int) -> None:
        if count > MAX_COLUMNS:
            raise SheetFull(self._sheet, f"more than {MAX_COLUMNS:,} columns")
        self._columns += [_column(index, b"", blank=False) for index in range(len(self._columns), count)]
        self.last_column = len(self._columns) - 1


def _column(index: int, style: bytes, blank: bool) -> _Column:
    shape = f'" s="{style.decode()}"' if style else '"'
    text, number = f'{shape} t="inlineStr"><is>', f"{shape}><v>"
    return _Column(index, style, f'<c r="{letters(index)}', text, number, f"{shape}/>" if blank else "")
