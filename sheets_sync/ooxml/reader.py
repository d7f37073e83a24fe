"""Reads a workbook: the names of its sheets, and the rows of a sheet as a stream."""

from collections.abc import Callable, Container, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from . import sheet_rows
from .cell_values import CellValues
from .parts import Parts, State, open_parts
from .shared_strings import shared_texts
from .styles import Styles
from .values import Cell, Row


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
        return self._rows(sheet.part, columns)

    def _rows(self, part: str, columns: Callable[[dict[int, Cell]], Container[int]] | None) -> Iterator[Row]:
        self._parts.info(part)
        with self._parts.xml_errors(part):
            yield from sheet_rows.rows(lambda: self._parts.chunks(part), self._cell_values(), columns)

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
