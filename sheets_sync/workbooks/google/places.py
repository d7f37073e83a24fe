"""Where everything is on a tab at one moment: which row is which product, which column is which, what stands there.

Rows and columns are known by name, so that two moments can be compared: what was at a place before, and what is there
now, after she has sorted, inserted or moved something.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from functools import cached_property

from sheets_sync.gsheets.cell_values import Entered
from sheets_sync.gsheets.grid import Grid
from sheets_sync.issue import Tab
from sheets_sync.tables import RowRef, row_key
from sheets_sync.template import KEY_COLUMNS, Headings
from sheets_sync.workbooks.google.columns import PREVIEW, preview_place

_BARE = "?#"
Name = str
"""A column by name: the template's key, "preview", or `?heading` for one that is nobody's of ours."""


class Places:
    """One tab as it was at one moment, rows and columns 0-based. Rows without a key are `RowRef("", n)`, top down.

    `read`: the columns that were read below the heading; None = all of them.
    """

    def __init__(self, tab: Tab, grid: Grid, headings: Headings, read: Collection[int] | None = None) -> None:
        self.tab = tab
        self.grid = grid
        self.headings = headings
        self._read = read
        self.columns: dict[Name, int] = dict(headings.columns)
        texts = grid.row(0)
        if tab is Tab.PRODUCTS and (preview := preview_place(texts.items())) is not None:
            self.columns[PREVIEW] = preview
        named = set(self.columns.values())
        seen: Counter[str] = Counter()
        for index, value in texts.items():
            if index not in named:
                seen[str(value)] += 1
                self.columns[f"?{value}#{seen[str(value)]}"] = index

    @cached_property
    def names(self) -> Mapping[int, Name]:
        return {index: name for name, index in self.columns.items()}

    @cached_property
    def refs(self) -> Mapping[int, RowRef]:
        """Each row from the second to the last one that has a key, or anything else that was read."""
        keys = [(name, self.headings.columns[name]) for name in KEY_COLUMNS[self.tab] if name in self.headings.columns]
        seen: Counter[str] = Counter()
        found: dict[int, RowRef] = {}
        for row in range(1, self.last + 1):
            cells = {name: self.grid.shown(row, index) for name, index in keys} if row in self.grid.cells else {}
            key = row_key(self.tab, cells)
            found[row] = RowRef(key, seen[key])
            seen[key] += 1
        return found

    @cached_property
    def rows(self) -> Mapping[RowRef, int]:
        return {ref: row for row, ref in self.refs.items()}

    @cached_property
    def last(self) -> int:
        """The last row with a value in a column of ours; new rows go below it."""
        ours = set(self.headings.columns.values())
        filled = (row for row, cells in self.grid.cells.items() if any(column in ours for column in cells))
        return max(filled, default=0)

    @cached_property
    def width(self) -> int:
        """Columns up to the last one with anything in it."""
        return max((max(cells, default=-1) for cells in self.grid.cells.values()), default=-1) + 1

    @property
    def whole(self) -> bool:
        """Whether all of the tab was read."""
        return self._read is None

    def knows(self, column: int) -> bool:
        """Whether the cells of a column were read."""
        return self._read is None or column in self._read

    def counts(self) -> Counter[str]:
        """How often each key stands here."""
        return Counter(ref.key for ref in self.refs.values() if ref.key)

    def column(self, name: Name) -> int | None:
        """Where a column is; one without a heading is known by its place alone."""
        if not name.startswith(_BARE):
            return self.columns.get(name)
        place = int(name.removeprefix(_BARE))
        return None if place in self.names else place

    def at(self, ref: RowRef, name: Name) -> tuple[int, int] | None:
        """The place of a cell, None where its row or column is gone."""
        row, column = self.rows.get(ref), self.column(name)
        return None if row is None or column is None else (row, column)

    def named(self, row: int, column: int) -> tuple[RowRef, Name]:
        """Whose cell that place is."""
        return self.ref(row), self.names.get(column, f"{_BARE}{column}")

    def ref(self, row: int) -> RowRef:
        """Which row that is; all rows below the last one that was read count as rows without a key."""
        if row in self.refs:
            return self.refs[row]
        keyless = sum(not ref.key for ref in self.refs.values())
        return RowRef("", keyless + row - self.last - 1)

    def value(self, ref: RowRef, name: Name) -> Entered:
        """What was entered in a cell; None where it is blank or gone."""
        place = self.at(ref, name)
        return None if place is None else self.grid.entered(*place)
