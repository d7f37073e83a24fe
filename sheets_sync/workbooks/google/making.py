"""A new workbook in a spreadsheet that a person made, or beside what she has in it.

Everything is made into requests and put aside on disk first, so that what does not fit is told before anything is
sent. Tabs are filled under a name of their own and hidden; the last request of all names and shows them. Whatever stops
us before leaves no workbook, and the next attempt clears the half-made tabs away.
"""

from __future__ import annotations

import contextlib
import itertools
import tempfile
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Self

from sheets_sync.errors import SheetsSyncError, Unavailable, UsageError
from sheets_sync.gsheets import a1
from sheets_sync.gsheets.batch import (
    add_sheet,
    change_sheet,
    delete_sheet,
    new_row_json,
    resize,
    validation,
    write_rows,
)
from sheets_sync.gsheets.cell_values import Entered
from sheets_sync.gsheets.failures import LayoutChanged
from sheets_sync.gsheets.grid import Sheet
from sheets_sync.gsheets.spreadsheets import MOST_CELLS, About, Spreadsheet
from sheets_sync.issue import Tab
from sheets_sync.messages import text
from sheets_sync.tables import NewWorkbook, OwnColumn, key_text, row_key
from sheets_sync.template import Column
from sheets_sync.workbooks import lists
from sheets_sync.workbooks.google.columns import PREVIEW, fitted, preview_formula, sheet_columns
from sheets_sync.workbooks.google.dress import Dress, guide_dressed, protected
from sheets_sync.workbooks.google.own_columns import dates_shown, own_cells
from sheets_sync.workbooks.google.rules import values_rule
from sheets_sync.workbooks.google.sending import MOST_BYTES, MOST_ROWS, pieces, send
from sheets_sync.workbooks.guide import GuideRow, guide_rows
from sheets_sync.workbooks.looks import TAB_ORDER
from sheets_sync.workbooks.shown_columns import DATA_TABS

_SPARE = {Tab.DEFAULTS: 200, Tab.ATTRIBUTES: 20}
_SPARE_ROWS = 50
"""Blank rows below the last one, dressed as the others."""
_DEFAULT_TITLES = ("Sheet1", "シート1")


def refuse_taken_names(about: About, content: NewWorkbook) -> None:
    """Raise UsageError when a tab of hers has the name of one of ours: it is not ours to fill."""
    ours = {content.template.tab_name(tab, content.language).casefold() for tab in Tab}
    taken = [sheet.title for sheet in about.sheets if sheet.title.casefold() in ours]
    if taken:
        raise UsageError("google_tab_taken", tabs="、".join(taken), name=about.title)


@dataclass(slots=True)
class _New:
    """A tab in the making. `rows`: how many are filled, the heading included."""

    tab: Tab
    sheet: int
    name: str
    columns: Sequence[Column] = ()
    own: Sequence[OwnColumn] = ()
    width: int = 1
    rows: int = 0
    size: int = 1

    @property
    def spare(self) -> int:
        return 0 if self.tab is Tab.GUIDE else _SPARE.get(self.tab, _SPARE_ROWS)


@dataclass(slots=True)
class Maker:
    """Makes one workbook. Raises UsageError (no room, a text too long), Unavailable, CredentialsError."""

    spreadsheet: Spreadsheet
    content: NewWorkbook
    about: About
    _new: list[_New] = field(default_factory=list)
    _open: list[str] = field(default_factory=list)
    _attributes: dict[int, str] = field(default_factory=dict)

    def make(self) -> None:
        refuse_taken_names(self.about, self.content)
        self._plan_tabs()
        first = self._first()
        with _PutAside() as batches:
            for batch in self._batches():
                batches.append(batch)
            self._send_all(first, batches)

    def _send_all(self, first: Sequence[str], batches: Iterable[Sequence[str]]) -> None:
        begun = False
        try:
            for batch in batches:
                self._send([*([] if begun else first), *batch], None if begun else self._begun)
                begun = True
            for batch in self._attribute_rules():
                self._send(batch, None)
            self._send([*self._last()], self._finished, whole=True)
        except SheetsSyncError:
            if begun:
                with contextlib.suppress(SheetsSyncError):
                    self.spreadsheet.write([delete_sheet(new.sheet) for new in self._new])
            raise

    # ---------------------------------------------------------------- tabs

    def _plan_tabs(self) -> None:
        template, language = self.content.template, self.content.language
        taken = {sheet.id for sheet in self.about.sheets}
        free = (number for number in itertools.count(1001) if number not in taken)
        for tab in (*TAB_ORDER, Tab.LISTS):
            new = _New(tab, next(free), template.tab_name(tab, language))
            if tab in DATA_TABS:
                new.columns = sheet_columns(template, tab, self.content.sign_off)
                new.own = self.content.own.get(tab, ())
                new.width = len(new.columns) + len(new.own)
            elif tab is Tab.GUIDE:
                new.width = 3
            else:
                new.width = max(len(self._lists()), 1)
            self._new.append(new)

    def _lists(self) -> list[tuple[str, Sequence[str]]]:
        content = self.content
        return lists.first_contents(content.template, content.language, content.ids, content.lists)

    def _first(self) -> list[str]:
        """Half-made tabs of an earlier attempt go, ours come: hidden, under names that say so."""
        marks = [making_name("", language) for language in ("ja", "en")]
        left = [sheet.id for sheet in self.about.sheets if any(sheet.title.endswith(mark) for mark in marks)]
        names = {new.sheet: making_name(new.name, self.content.language) for new in self._new}
        return [
            *map(delete_sheet, left),
            *(add_sheet(new.sheet, names[new.sheet], new.size, new.width, hidden=True) for new in self._new),
        ]

    def _last(self) -> Iterator[str]:
        """Dress the tabs, show them under their names, and take an empty default tab away."""
        template, language = self.content.template, self.content.language
        for place, new in enumerate(self._new):
            filled, new.size = new.rows, new.rows + new.spare
            if new.tab is not Tab.GUIDE and new.tab is not Tab.LISTS:
                yield self._grown(new)
                dress = Dress(template, language, new.tab, new.sheet)
                yield from dress.whole(new.columns, new.size, filled, own=len(new.own))
                yield from dates_shown(new.sheet, len(new.columns), new.own)
                if self.content.protect:
                    yield protected(new.sheet, new.columns, text("google_protected_why", language))
            elif new.tab is Tab.GUIDE:
                yield from guide_dressed(template, new.sheet, self._guide())
            hidden = new.tab is Tab.LISTS
            yield change_sheet(new.sheet, "title,hidden,index", title=new.name, hidden=hidden, index=place)
        yield from map(delete_sheet, self._defaults())

    def _guide(self) -> list[GuideRow]:
        content = self.content
        return list(guide_rows(content.template, content.language, sign_off=content.sign_off, shared=True))

    def _defaults(self) -> list[int]:
        """Tabs that a new spreadsheet comes with, if nobody has written in them."""
        named = [sheet for sheet in self.about.sheets if sheet.title in _DEFAULT_TITLES]
        if not named:
            return []
        contents = self.spreadsheet.values([a1.whole(sheet.title) for sheet in named])
        return [sheet.id for sheet, rows in zip(named, contents, strict=True) if not any(map(any, rows))]

    def _attribute_rules(self) -> Iterator[list[str]]:
        """Each attribute row offers the values of its own attribute: rules, so many at a time as one call may carry."""
        new = next(new for new in self._new if new.tab is Tab.ATTRIBUTES)
        value = next(index for index, column in enumerate(new.columns) if column.key == "value")
        listed = {name: index for index, (name, _) in enumerate(self._lists())}
        rules: list[str] = []
        for row, attribute in self._attributes.items():
            if (place := listed.get(f"{lists.VALUES}{attribute}")) is not None:
                rule = values_rule(place, self.content.template, self.content.language)
                rules.append(validation(new.sheet, (row, row + 1, value, value + 1), rule))
        for first in range(0, len(rules), MOST_ROWS):
            yield rules[first : first + MOST_ROWS]

    # ---------------------------------------------------------------- rows

    def _batches(self) -> Iterator[list[str]]:
        """Rows of all tabs as requests, so many at a time as one call may carry."""
        rows, size = 0, 0
        batch: list[str] = []
        for new in self._new:
            open_rows: list[str] = []
            if new.columns:
                headings = (column.label(self.content.language) for column in new.columns)
                open_rows.append(new_row_json([*headings, *(mine.heading or None for mine in new.own)]))
            for cells in self._rows(new):
                row = new_row_json(cells)
                if (rows >= MOST_ROWS and new.columns) or size + len(row.encode()) > MOST_BYTES:
                    yield [*batch, *self._written(new, open_rows)]
                    rows, size, batch, open_rows = 0, 0, [], []
                open_rows.append(row)
                rows, size = rows + bool(new.columns), size + len(row.encode())
            batch += self._written(new, open_rows)
        yield batch

    def _written(self, new: _New, rows: Sequence[str]) -> list[str]:
        if not rows:
            return []
        first, new.rows = new.rows, new.rows + len(rows)
        new.size = new.rows
        self._refuse_too_many(new)
        return [self._grown(new), *(write_rows(new.sheet, first + at, 0, piece) for at, piece in pieces(rows))]

    def _grown(self, new: _New) -> str:
        """The grid at the size that it needs now."""
        new.size = max(new.size, new.rows, 2)
        return resize(new.sheet, rows=new.size)

    def _refuse_too_many(self, new: _New) -> None:
        """Blank rows that will be added in the end count as well."""
        cells = self.about.cells + sum((max(other.rows, 2) + other.spare) * other.width for other in self._new)
        if cells > MOST_CELLS:
            raise UsageError("google_too_many_cells", tab=new.name, cells=f"{cells:,}")

    def _rows(self, new: _New) -> Iterator[Sequence[Entered]]:
        if new.tab is Tab.LISTS:
            yield from lists.rows_of(self._lists())
        elif new.tab is Tab.GUIDE:
            yield from (row.cells for row in self._guide())
        else:
            yield from self._data_rows(new)

    def _data_rows(self, new: _New) -> Iterator[Sequence[Entered]]:
        places = {column.key: index for index, column in enumerate(new.columns)}
        preview = places.get(PREVIEW)
        for number, row in enumerate(self.content.rows.get(new.tab, ()), start=1):
            cells: list[Entered] = [None] * len(new.columns)
            for key, value in row.items():
                index = places.get(key)
                if index is not None and value is not None:
                    column, name = new.columns[index], row_key(new.tab, row)
                    cells[index] = fitted(value, column, new.name, name, self.content.language)
            if preview is not None:
                cells[preview] = preview_formula(places)
            if new.tab is Tab.ATTRIBUTES:
                self._attributes[number] = key_text(row.get("attribute_id"))
            if new.own:
                cells += own_cells(new.own, number + 1, new.name, row_key(new.tab, row) or str(number + 1))
            yield cells

    # ---------------------------------------------------------------- sending

    def _send(self, requests: Sequence[str], landed: Callable[[], bool] | None, *, whole: bool = False) -> None:
        """Nobody but us writes into these tabs, and always the same cells: only the first and the last call of all
        must not be carried out twice.
        """
        try:
            send(self.spreadsheet, requests, landed, whole=whole)
        except LayoutChanged as error:
            raise Unavailable("google_moving", name=self.about.title) from error

    def _begun(self) -> bool:
        return {new.sheet for new in self._new} <= {sheet.id for sheet in self.spreadsheet.about().sheets}

    def _finished(self) -> bool:
        titles: Mapping[int, Sheet] = {sheet.id: sheet for sheet in self.spreadsheet.about().sheets}
        return all(new.sheet in titles and titles[new.sheet].title == new.name for new in self._new)


class _PutAside:
    """Batches of requests on disk, in a file without a name that goes with the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sheets_sync_")  # noqa: SIM115  closed with this
        self._sizes: list[int] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def append(self, batch: Sequence[str]) -> None:
        self._sizes.append(self._file.write("\n".join(batch).encode("utf-8", "surrogatepass")))

    def __iter__(self) -> Iterator[list[str]]:
        self._file.seek(0)
        for size in self._sizes:
            yield self._file.read(size).decode("utf-8", "surrogatepass").split("\n") if size else []


def making_name(name: str, language: str) -> str:
    """What a tab is called until it is whole."""
    return text("google_making", "ja" if language == "ja" else "en", tab=name)
