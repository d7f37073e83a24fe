"""Reads a workbook: the names of its sheets, and the rows of a sheet as a stream."""

from collections.abc import Callable, Container, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Self, TypeVar

from . import named_rows, sheet_rows
from .cell_values import CellValues
from .parts import Parts, State, open_parts
from .shared_strings import shared_texts
from .styles import Styles
from .values import Cell, NamedRow, Row, Value

_R = TypeVar("_R")


@dataclass(frozen=True, slots=True)
class SheetInfo:
    """A worksheet (chart sheets are left out) and whether people see it."""

    name: str
    state: State


class Package:
    """An open workbook, read only. A context manager; rows of different sheets may be read one after another."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._values: CellValues | None = None

    @classmethod
    def open(cls, path: Path) -> Self:
        """Open a workbook.

        Raises NotAWorkbook, OldWorkbook (.xls), EncryptedWorkbook, DamagedWorkbook, and OSError as ``open`` does.
        """
        return cls(open_parts(path))

    def close(self) -> None:
        self._parts.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def sheet_names(self) -> list[SheetInfo]:
        """The worksheets in the order of their tabs."""
        return [SheetInfo(sheet.name, sheet.state) for sheet in self._parts.sheets]

    def rows(
        self, sheet_name: str, *, columns: Callable[[dict[int, Cell]], Container[int]] | None = None
    ) -> Iterator[Row]:
        """The rows that hold a value or a formula, top to bottom, with their true numbers.

        ``columns`` is called once with the cells of row 1 ({} when it is empty) and returns the 0-based columns to
        decode in the rows below; other cells are skipped cheaply, and rows without a wanted cell are left out.
        Row 1 itself comes whole. Raises MissingSheet at once, DamagedWorkbook on the way.
        """
        sheet = self._parts.sheet(sheet_name)
        opened = self._opened(sheet.part)
        return self._guarded(sheet.part, lambda: sheet_rows.rows(opened, self._cell_values(), columns))

    def named_rows(
        self,
        sheet_name: str,
        columns: Callable[[dict[int, Cell]], Mapping[int, str]],
        odd: Callable[[Cell], Value] = lambda cell: cell.value,
    ) -> Iterator[NamedRow]:
        """The values below row 1 in columns that have names: quicker than ``rows``, and without what few ask for.

        ``columns`` is called once with the cells of row 1 ({} when it is empty), unless the sheet has no rows at all.
        ``odd`` gives the value of an error cell and of a formula without a cached result. Raises as ``rows`` does.
        """
        part = self._parts.sheet(sheet_name).part
        return self._guarded(part, lambda: named_rows.named_rows(self._opened(part), self._cell_values(), columns, odd))

    def _guarded(self, part: str, rows: Callable[[], Iterator[_R]]) -> Iterator[_R]:
        self._parts.info(part)
        with self._parts.xml_errors(part):
            yield from rows()

    def _opened(self, part: str) -> Callable[[], Iterator[bytes]]:
        return lambda: self._parts.chunks(part)

    def _cell_values(self) -> CellValues:
        if self._values is None:
            parts = self._parts
            strings, styles = parts.shared_strings, parts.styles
            with parts.xml_errors(strings or ""):
                texts = shared_texts(lambda: parts.chunks(strings)) if strings else []
            with parts.xml_errors(styles or ""):
                kinds = Styles(parts.read(styles) if styles else b"").kinds
            self._values = CellValues(texts, kinds, parts.date1904)
        return self._values
