"""A workbook as values: what was read from its tabs and what shall be written into them.

Cells are addressed by row key and column key, never by position: people sort, filter and insert while we run.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.template import KEY_COLUMNS, Headings, Template


class CellError(str):
    """An error cell such as `#N/A`, by its text. `CellError("=")` is a formula that no program has calculated yet."""

    __slots__ = ()


CellValue: TypeAlias = bool | int | float | str | dt.datetime | dt.date | dt.time | dt.timedelta | CellError | None


@dataclass(slots=True)
class SheetRow:
    """One row as read: its 1-based `number` (for messages only) and its non-blank cells by column key.

    `settled`: only some of its cells are here, since the reader knows what the others say (see `Shorten`).
    """

    number: int
    cells: dict[str, CellValue]
    settled: bool = False

    def key(self, tab: Tab) -> str:
        """The row's key, "" when it has none."""
        return row_key(tab, self.cells)


Shorten: TypeAlias = Callable[[Tab, dict[str, CellValue]], dict[str, CellValue] | None]
"""Asked of each row while a workbook is read: which of its cells shall be kept (those of its key at least), None for
all. A large workbook is then never in memory as a whole."""


@dataclass(frozen=True, slots=True, order=True)
class RowRef:
    """Address of a row: its key, and which one where a key stands several times (copied rows), top down from 0."""

    key: str
    occurrence: int = 0


@dataclass(frozen=True, slots=True)
class WorkbookIds:
    """Which workbook this is, of which cart, bound to which shop ("" = not bound yet). Kept on the tab `_lists`."""

    workbook: str = ""
    cart: str = ""
    shop: str = ""


@dataclass(slots=True)
class TabSnapshot:
    """A tab as read: which columns it has and its rows from the top down. Blank rows are left out."""

    headings: Headings
    rows: list[SheetRow] = field(default_factory=list)
    _refs: tuple[Tab, int, list[tuple[RowRef, SheetRow]]] | None = field(default=None, repr=False, compare=False)

    def refs(self, tab: Tab) -> Sequence[tuple[RowRef, SheetRow]]:
        """Each row with its address, in sheet order; those without a key are left out. The keys do not change."""
        if self._refs is None or self._refs[:2] != (tab, len(self.rows)):
            self._refs = tab, len(self.rows), self._addressed(tab)
        return self._refs[2]

    def _addressed(self, tab: Tab) -> list[tuple[RowRef, SheetRow]]:
        seen: dict[str, int] = {}
        found: list[tuple[RowRef, SheetRow]] = []
        for row in self.rows:
            if key := row.key(tab):
                found.append((RowRef(key, seen.get(key, 0)), row))
                seen[key] = seen.get(key, 0) + 1
        return found


@dataclass(slots=True)
class Snapshot:
    """The workbook as saved at `saved_at`. `open_elsewhere`: another program holds it; unsaved edits are not here."""

    language: Language
    ids: WorkbookIds
    tabs: dict[Tab, TabSnapshot]
    saved_at: dt.datetime
    open_elsewhere: bool = False


@dataclass(frozen=True, slots=True)
class OwnColumn:
    """A column of hers, unknown to the template: its heading and its filled cells by 1-based number of the row.

    The heading is "" where she wrote below none.
    """

    heading: str
    cells: Mapping[int, CellValue]


@dataclass(frozen=True, slots=True)
class Whole:
    """All of a workbook that another kind of workbook can hold, read at one moment.

    `own`: her columns from the left. `lists`: drop-downs by name that are not the template's (`Patch.lists`).
    """

    snapshot: Snapshot
    own: Mapping[Tab, Sequence[OwnColumn]]
    lists: Mapping[str, Sequence[str]]


@dataclass(slots=True)
class TabPatch:
    """Changes of one tab: cells of existing rows, rows to append (column key → value), rows to take out."""

    updates: dict[RowRef, dict[str, CellValue]] = field(default_factory=dict)
    appends: list[dict[str, CellValue]] = field(default_factory=list)
    removes: set[RowRef] = field(default_factory=set)

    def set(self, ref: RowRef, column: str, value: CellValue) -> None:
        self.updates.setdefault(ref, {})[column] = value

    def __bool__(self) -> bool:
        return bool(self.updates or self.appends or self.removes)


@dataclass(slots=True)
class Patch:
    """Everything that one run writes, in one go. Values are rendered: labels, numbers, moments in local time.

    `lists`: new contents of drop-downs by name (`category`, `brand`, `values:<attribute id>`), None leaves them.
    `add_columns`: columns of the template that the tab lacks come back at its right (an export does that); otherwise
    values for them are dropped. `ids`: new ids for the workbook, None leaves them.
    """

    tabs: dict[Tab, TabPatch] = field(default_factory=dict)
    lists: Mapping[str, Sequence[str]] | None = None
    add_columns: bool = False
    ids: WorkbookIds | None = None

    def tab(self, tab: Tab) -> TabPatch:
        return self.tabs.setdefault(tab, TabPatch())

    def __bool__(self) -> bool:
        return any(self.tabs.values()) or self.lists is not None or self.ids is not None


@dataclass(frozen=True, slots=True)
class WriteResult:
    """What became of a patch. `vanished`: rows that were no longer there; `cells`: how many were written; `kept`: cells
    of hers, by tab, row and column, that she edited after they were read, and that were left to her ("" = a row that
    should have gone). Pictures are one field: edited in one cell, all of them are hers.
    """

    cells: int = 0
    appended: int = 0
    vanished: tuple[tuple[Tab, str], ...] = ()
    kept: tuple[tuple[Tab, str, str], ...] = ()


@dataclass(frozen=True)
class NewWorkbook:
    """Contents of a workbook to be made. `rows` may be streams; columns not named in a row stay blank.

    `own`: columns of hers that go to the right of ours; row 2 is the first of `rows`.
    """

    template: Template
    language: Language
    ids: WorkbookIds
    rows: Mapping[Tab, Iterable[Mapping[str, CellValue]]]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sign_off: bool = False
    protect: bool = False
    own: Mapping[Tab, Sequence[OwnColumn]] = field(default_factory=dict)


def key_text(value: CellValue) -> str:
    """A key cell as text: ids that a program turned into numbers become text again, blanks around it go."""
    if type(value) is str:
        return value.strip()
    if value is None or isinstance(value, CellError | bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value).strip()


def row_key(tab: Tab, cells: Mapping[str, CellValue]) -> str:
    """Key of a row, its parts joined by `/` (`product_key/attribute_id`); "" when every part is blank."""
    columns = KEY_COLUMNS[tab]
    if len(columns) == 1:
        return key_text(cells.get(columns[0]))
    parts = [key_text(cells.get(column)) for column in columns]
    return "/".join(parts) if any(parts) else ""
