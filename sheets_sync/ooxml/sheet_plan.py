"""What is to be done to one sheet, and what is found out on the way through it."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from .cell_xml import CellXml
from .errors import UnsupportedCell
from .refs import Area, letters, ref
from .values import Value

_TRUE = ("1", "true", "on")


@dataclass(frozen=True, slots=True)
class ColumnFormat:
    """One ``<col>``: 0-based columns [first, last] and their default style ("" for none)."""

    first: int
    last: int
    style: str


@dataclass(slots=True)
class SheetPlan:
    """Edits of one sheet, the appended rows among them, and the state of the walk through its XML."""

    sheet: str
    cells: dict[int, Mapping[int, Value]]
    xml: CellXml
    appended: range = range(0)
    styles_above: Mapping[int, bytes] = field(default_factory=dict)
    new_column_width: Mapping[int, float] = field(default_factory=dict)
    style_like: Mapping[int, int] = field(default_factory=dict)
    columns: Sequence[ColumnFormat] = ()
    arrays: list[Area] = field(default_factory=list)
    replaced_formulas: list[str] = field(default_factory=list)
    has_formulas: bool = False
    filter_bottom: int | None = None

    def restart(self) -> None:
        """Forget what was found out, for another walk."""
        self.arrays.clear()
        self.replaced_formulas.clear()

    def bounds(self) -> Area | None:
        """The smallest area around all cells that get a value."""
        rows = [row for row, cells in self.cells.items() if any(value is not None for value in cells.values())]
        if not rows:
            return None
        columns = {column for row in rows for column, value in self.cells[row].items() if value is not None}
        return Area(min(rows), min(columns), max(rows), max(columns))

    def column_style(self, column: int) -> bytes:
        """Default style of a column, b"" for none."""
        return style_of_column(self.columns, column)

    def new_style(
        self, row: int, column: int, row_tag: Mapping[str, str], beside: Callable[[int], bytes | None]
    ) -> bytes:
        """Style of a cell that does not exist yet: as the column it shall look like, as its row, as its column, or
        (in an appended row) as the cell above. ``beside`` gives the style of another cell of the row, None for none.
        """
        twin = self.style_like.get(column)
        if twin is not None:
            style = beside(twin)
            return self.column_style(twin) if style is None else style
        style = row_style(row_tag) or self.column_style(column)
        return style or (self.styles_above.get(column, b"") if row in self.appended else b"")

    def replace_formula(self, row: int, column: int, formula: Mapping[str, str]) -> None:
        """A formula is about to be overwritten. Raises UnsupportedCell where other cells live on it."""
        kind, area = formula.get("t", ""), Area.parse(formula.get("ref", ""))
        alone = area is None or (area.top == area.bottom and area.left == area.right)
        if kind == "shared" and not alone:
            raise UnsupportedCell(self.sheet, ref(row, column), f"its formula is shared by {area}")
        if kind in ("array", "dataTable") and not alone:
            raise UnsupportedCell(self.sheet, ref(row, column), f"its formula fills {area}")
        self.replaced_formulas.append(ref(row, column))

    def refuse_inside(self, areas: Sequence[Area], why: str, *, head_allowed: bool) -> None:
        """Raise UnsupportedCell if a value is to be written into one of the areas (or only into its first cell)."""
        for area in areas:
            for row in _rows_within(self.cells, area):
                for column, value in self.cells[row].items():
                    first = head_allowed and (row, column) == (area.top, area.left)
                    if value is not None and area.left <= column <= area.right and not first:
                        raise UnsupportedCell(self.sheet, ref(row, column), f"{why} {area}")

    def new_cell(
        self, prefix: bytes, row: int, column: int, row_tag: Mapping[str, str], beside: Callable[[int], bytes | None]
    ) -> bytes:
        """A cell that its row did not have. Arguments as in ``new_style``."""
        style = self.new_style(row, column, row_tag, beside)
        return self.xml.cell(prefix, place(row, column), style, self.cells[row][column])

    def new_cells(self, prefix: bytes, row: int, row_tag: Mapping[str, str]) -> bytes:
        """All cells of a row that had none."""
        values = {column: value for column, value in self.cells[row].items() if value is not None}
        styles: dict[int, bytes] = {}
        for column in sorted(values, key=lambda column: (column in self.style_like, column)):
            styles[column] = self.new_style(row, column, row_tag, styles.get)
        return b"".join(
            self.xml.cell(prefix, place(row, column), styles[column], values[column]) for column in sorted(values)
        )

    def new_row(self, prefix: bytes, row: int) -> bytes:
        """A row that did not exist; b"" when nothing stands in it."""
        cells = self.new_cells(prefix, row, {})
        return b'<%brow r="%d">%b</%brow>' % (prefix, row, cells, prefix) if cells else b""

    def new_columns(self, row: int) -> tuple[int, int]:
        """First and last column that get a value in the row."""
        columns = [column for column, value in self.cells[row].items() if value is not None]
        return (min(columns), max(columns)) if columns else (0, 0)


def style_of_column(columns: Sequence[ColumnFormat], column: int) -> bytes:
    """Default style of a column, b"" for none."""
    return next((each.style.encode() for each in columns if each.first <= column <= each.last), b"")


def row_style(row_tag: Mapping[str, str]) -> bytes:
    """Default style of a row's missing cells, b"" for none."""
    return row_tag.get("s", "").encode() if row_tag.get("customFormat") in _TRUE else b""


def place(row: int, column: int) -> bytes:
    """Reference of a cell in bytes."""
    return b"%b%d" % (letters(column).encode(), row)


def _rows_within(cells: Mapping[int, object], area: Area) -> list[int]:
    if area.bottom - area.top < len(cells):
        return [row for row in range(area.top, area.bottom + 1) if row in cells]
    return [row for row in cells if area.top <= row <= area.bottom]
