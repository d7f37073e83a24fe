"""The cells of one sheet: rows that are copied when they are first written after a snapshot, so that undoing a request
costs one list, whatever the size of the sheet."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

Look = dict[str, Any]  # note, dataValidation, userEnteredFormat, textFormatRuns: never changed in place, only replaced


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as typed, with its sign."""

    text: str


Value = str | int | float | bool | Formula | None


class Row:
    __slots__ = ("looks", "props", "values", "writer")

    def __init__(
        self, values: list[Value], looks: list[Look | None], props: dict[str, Any] | None, writer: object
    ) -> None:
        self.values = values
        self.looks = looks
        self.props = props
        self.writer = writer

    def copy(self, writer: object) -> "Row":
        return Row(self.values.copy(), self.looks.copy(), self.props, writer)

    def value(self, column: int) -> Value:
        return self.values[column] if column < len(self.values) else None

    def look(self, column: int) -> Look | None:
        return self.looks[column] if column < len(self.looks) else None

    def set_value(self, column: int, value: Value) -> None:
        values = self.values
        if column >= len(values):
            if value is None:
                return
            values.extend([None] * (column + 1 - len(values)))
        values[column] = value

    def set_look(self, column: int, look: Look | None) -> None:
        looks = self.looks
        if column >= len(looks):
            if not look:
                return
            looks.extend([None] * (column + 1 - len(looks)))
        looks[column] = look or None


class Grid:
    """`rows` may be shorter than `row_count`: what is missing is empty. All indexes start at 0, ends are exclusive."""

    def __init__(self, row_count: int, column_count: int) -> None:
        self.rows: list[Row | None] = []
        self.columns: list[dict[str, Any] | None] = []
        self.row_count = row_count
        self.column_count = column_count
        self._writer = object()

    def snapshot(self) -> tuple[Any, ...]:
        self._writer = object()
        return self.rows.copy(), self.columns.copy(), self.row_count, self.column_count

    def restore(self, snapshot: tuple[Any, ...]) -> None:
        self.rows, self.columns, self.row_count, self.column_count = snapshot
        self._writer = object()

    def twin(self) -> "Grid":
        """A copy that shares its rows until one of the two writes."""
        other = Grid(self.row_count, self.column_count)
        other.rows, other.columns = self.rows.copy(), self.columns.copy()
        self._writer = object()
        return other

    # cells

    def row(self, index: int) -> Row | None:
        return self.rows[index] if index < len(self.rows) else None

    def writable(self, index: int) -> Row:
        rows = self.rows
        if index >= len(rows):
            rows.extend([None] * (index + 1 - len(rows)))
        row = rows[index]
        if row is None:
            row = rows[index] = Row([], [], None, self._writer)
        elif row.writer is not self._writer:
            row = rows[index] = row.copy(self._writer)
        return row

    def value(self, row: int, column: int) -> Value:
        found = self.row(row)
        return found.value(column) if found else None

    def look(self, row: int, column: int) -> Look | None:
        found = self.row(row)
        return found.look(column) if found else None

    def used_rows(self) -> int:
        """How many rows from the top hold a value, up to the last one that does."""
        for index in range(len(self.rows) - 1, -1, -1):
            row = self.rows[index]
            if row is not None and any(value is not None for value in row.values):
                return index + 1
        return 0

    def used_columns(self) -> int:
        return max((_used(row.values) for row in self.rows if row is not None), default=0)

    def each_row(self, start: int, end: int) -> Iterator[tuple[int, Row | None]]:
        for index in range(start, end):
            yield index, self.row(index)

    # properties of whole rows and columns: pixelSize, hiddenByUser, hiddenByFilter, developerMetadata

    def row_props(self, index: int) -> dict[str, Any]:
        row = self.row(index)
        return (row.props if row else None) or {}

    def set_row_props(self, index: int, props: dict[str, Any]) -> None:
        if props or self.row_props(index):
            self.writable(index).props = props or None

    def column_props(self, index: int) -> dict[str, Any]:
        return (self.columns[index] if index < len(self.columns) else None) or {}

    def set_column_props(self, index: int, props: dict[str, Any]) -> None:
        if index >= len(self.columns):
            self.columns.extend([None] * (index + 1 - len(self.columns)))
        self.columns[index] = props or None

    # whole rows and columns

    def insert(self, dimension: str, at: int, count: int) -> None:
        if dimension == "ROWS":
            if at < len(self.rows):
                self.rows[at:at] = [None] * count
            self.row_count += count
            return
        if at < len(self.columns):
            self.columns[at:at] = [None] * count
        for index, row in enumerate(self.rows):
            if row is None or at >= max(len(row.values), len(row.looks)):
                continue
            mine = self.writable(index)
            if at < len(mine.values):
                mine.values[at:at] = [None] * count
            if at < len(mine.looks):
                mine.looks[at:at] = [None] * count
        self.column_count += count

    def delete(self, dimension: str, start: int, end: int) -> None:
        if dimension == "ROWS":
            del self.rows[start:end]
            self.row_count -= end - start
            return
        del self.columns[start:end]
        for index, row in enumerate(self.rows):
            if row is not None and start < max(len(row.values), len(row.looks)):
                mine = self.writable(index)
                del mine.values[start:end]
                del mine.looks[start:end]
        self.column_count -= end - start

    def move(self, dimension: str, start: int, end: int, to: int) -> None:
        """Moves [start, end) so that it comes to stand before what is at `to` now."""
        if dimension == "ROWS":
            self.rows.extend([None] * (max(end, to) - len(self.rows)))
            _move(self.rows, start, end, to)
            return
        self.columns.extend([None] * (max(end, to) - len(self.columns)))
        _move(self.columns, start, end, to)
        for index, row in enumerate(self.rows):
            if row is None or min(start, to) >= max(len(row.values), len(row.looks)):
                continue
            mine = self.writable(index)
            for cells in (mine.values, mine.looks):
                cells.extend([None] * (max(end, to) - len(cells)))
                _move(cells, start, end, to)

    def resize(self, row_count: int, column_count: int) -> None:
        if column_count < self.column_count:
            self.delete("COLUMNS", column_count, self.column_count)
        if row_count < self.row_count:
            self.delete("ROWS", row_count, self.row_count)
        self.row_count, self.column_count = row_count, column_count


def _used(values: list[Value]) -> int:
    count = len(values)
    while count and values[count - 1] is None:
        count -= 1
    return count


def _move(items: list[Any], start: int, end: int, to: int) -> None:
    block = items[start:end]
    del items[start:end]
    at = to if to <= start else to - (end - start)
    items[at:at] = block
