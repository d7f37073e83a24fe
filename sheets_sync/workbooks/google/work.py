"""What is still to be written on one tab, by names of rows and columns: it shrinks as cells are seen where they belong.

A cell that landed in a wrong place, because rows or columns moved while we wrote, is put back as a wish like any other.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.gsheets.cell_values import Entered, entered, same
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.rows.fields import fields_of
from sheets_sync.tables import CellValue, RowRef, TabPatch, TabSnapshot, row_key
from sheets_sync.template import KEY_COLUMNS, Owner, Template
from sheets_sync.workbooks.google.columns import PREVIEW, fitted
from sheets_sync.workbooks.google.places import Name, Places


@dataclass(frozen=True, slots=True)
class Stray:
    """A value of ours that landed in somebody else's cell. `prior`: what stood there before.

    `first`: it landed on a key, so nothing can be found in that row before it is put back.
    """

    ref: RowRef
    name: Name
    row: int
    column: int
    value: Entered
    prior: Entered
    first: bool = False


@dataclass(slots=True)
class TabWork:
    """Wishes for one tab. `back`: cells that are put back; `bare`: rows whose keys alone are still to be taken out;
    `lost`: keys that were taken out of a wrong row, with what else stood in that row. `pressing`: keys to put back
    before anything else. `rules`: attribute rows that shall offer the values of their attribute.
    `seen`: what stood in cells of hers when the patch was made, `new`: keys of rows to append that did not stand there
    then. `doubtful`: values of writes without an answer, which may stand in any row. `kept`: cells by row and column
    into which she typed since, and which stay hers ("" = a row that was to be taken out). `pictures`: columns that are
    one field together: hers, if any of them is. `wished`: what shall stand in them. `plainly`: cells that comparing
    did not empty.
    """

    tab: Tab
    cells: dict[RowRef, dict[Name, Entered]] = field(default_factory=dict)
    appends: list[dict[Name, Entered]] = field(default_factory=list)
    removes: set[RowRef] = field(default_factory=set)
    bare: set[RowRef] = field(default_factory=set)
    strays: list[Stray] = field(default_factory=list)
    rules: set[RowRef] = field(default_factory=set)
    back: set[tuple[RowRef, Name]] = field(default_factory=set)
    lost: list[tuple[dict[Name, Entered], dict[Name, Entered]]] = field(default_factory=list)
    pressing: dict[RowRef, dict[Name, Entered]] = field(default_factory=dict)
    written: int = 0
    appended: int = 0
    vanished: list[str] = field(default_factory=list)
    seen: dict[tuple[RowRef, Name], Entered] = field(default_factory=dict)
    new: set[str] = field(default_factory=set)
    doubtful: set[tuple[Name, Entered]] = field(default_factory=set)
    kept: list[tuple[str, Name]] = field(default_factory=list)
    pictures: frozenset[Name] = frozenset()
    plainly: set[tuple[RowRef, Name]] = field(default_factory=set)
    wished: dict[tuple[RowRef, Name], Entered] = field(default_factory=dict)

    @property
    def open(self) -> bool:
        return bool(self.cells or self.appends or self.removes or self.bare or self.strays or self.lost or self.rules)

    @property
    def filling(self) -> bool:
        """Whether anything but taking keys out is left."""
        return bool(self.cells or self.appends or self.removes or self.strays or self.lost)

    def names(self) -> set[Name]:
        """Columns that have to be seen before the next call."""
        found = {name for cells in self.cells.values() for name in cells} | {stray.name for stray in self.strays}
        found |= {name for keys, rest in self.lost for name in (*keys, *rest)}
        return found | self.pictures if found & self.pictures else found

    def meet(self, now: Places, new: Collection[Name] = ()) -> None:
        """Hold the wishes against what stands there: drop what is done, gone, or nobody's any more.

        `new`: columns that this very call will add.
        """
        again = self._still_pressing(now)
        self.pressing = again | self._put_back(now, [stray for stray in self.strays if stray.first])
        self.strays = [stray for stray in self.strays if not stray.first]
        if self.pressing:
            return
        self._put_back(now, self.strays)
        self.strays = []
        if twins := self.new & now.counts().keys():  # another copy of the tool was faster
            self.appends = [row for row in self.appends if row_key(self.tab, row) not in twins]
        self._take_apart(now)
        for ref, wishes in list(self.cells.items()):
            if ref not in now.rows:
                if any((ref, name) not in self.back for name in wishes):
                    self.vanished.append(ref.key)
                del self.cells[ref]
                continue
            hers = self._are_hers_now(ref, wishes, now)
            for name, value in list(wishes.items()):
                place = now.at(ref, name)
                if place is None:
                    if name not in new:
                        del wishes[name]
                elif now.knows(place[1]) and same(now.grid.entered(*place), value):
                    self.done(ref, name)
                elif name in hers:
                    self.leave(ref, name)
            if not self.cells.get(ref):
                self.cells.pop(ref, None)
        self.bare &= now.rows.keys()
        self.rules &= now.rows.keys()

    def _still_pressing(self, now: Places) -> dict[RowRef, dict[Name, Entered]]:
        """Keys that an earlier call should have put back, and perhaps did not."""
        found = {
            ref: {name: value for name, value in keys.items() if name in self.cells.get(ref, {})}
            for ref, keys in self.pressing.items()
            if ref in now.rows
        }
        return {ref: keys for ref, keys in found.items() if keys}

    def _are_hers_now(self, ref: RowRef, wishes: Collection[Name], now: Places) -> set[Name]:
        """Cells of hers in a row into which she has typed since they were read. A picture that she gave makes all of
        them hers.
        """
        found = {name for name in wishes if self._is_hers_now(ref, name, now)}
        if self.pictures.isdisjoint(wishes):
            return found
        others = (name for name in self.pictures if name not in wishes)
        if self.pictures & found or any(self._is_hers_now(ref, name, now) for name in others):
            found |= self.pictures
        return found

    def _is_hers_now(self, ref: RowRef, name: Name, now: Places) -> bool:
        """Whether she has typed into a cell of hers since it was read."""
        if (ref, name) not in self.seen or (ref, name) in self.back:  # nearly all are the tool's own
            return False
        place = now.at(ref, name)
        if place is None or not now.knows(place[1]):
            return False
        value = now.grid.shown(*place)
        if (name, value) in self.doubtful or (name in self.pictures and value == self.wished.get((ref, name), ())):
            return False
        return not alike(self.seen[ref, name], value)

    def blanked_as(self, ref: RowRef, name: Name) -> str:
        """The text that a cell of hers has to hold still to be emptied, "" where that does not matter: an instruction
        that she gives while an earlier one is taken away has to stay.
        """
        text = self.seen.get((ref, name))
        hers = (ref, name) not in self.back and (ref, name) not in self.plainly and ref not in self.bare
        return text if hers and type(text) is str and text.isprintable() else ""

    def leave(self, ref: RowRef, name: Name) -> None:
        """A cell stays as she has typed it."""
        self.cells.get(ref, {}).pop(name, None)
        if not self.cells.get(ref):
            self.cells.pop(ref, None)
        self.kept.append((ref.key, name))

    def done(self, ref: RowRef, name: Name) -> None:
        """A cell holds what it should."""
        wishes = self.cells.get(ref, {})
        if name in wishes:
            del wishes[name]
            if (ref, name) in self.back:
                self.back.discard((ref, name))
            else:
                self.written += ref not in self.bare
        if not wishes:
            self.cells.pop(ref, None)

    def _take_apart(self, now: Places) -> None:
        """Rows to take out are emptied first, but for their keys, by which a wrong one can still be told."""
        keys = KEY_COLUMNS[self.tab]
        for ref in sorted(self.removes & now.rows.keys()):
            if any(self._is_hers_now(ref, name, now) for name in now.headings.columns):
                self.kept.append((ref.key, ""))
                continue
            wishes = dict.fromkeys((n for n in (*now.headings.columns, PREVIEW) if n not in keys), None)
            self.cells[ref] = {name: None for name in wishes if now.at(ref, name)}
            self.bare.add(ref)
        self.removes.clear()

    def _put_back(self, now: Places, strays: Sequence[Stray]) -> dict[RowRef, dict[Name, Entered]]:
        """Strays, where they still hold exactly what was written there, become wishes. Returns these."""
        found: dict[RowRef, dict[Name, Entered]] = {}
        keyless = _rows_of(now, [stray for stray in strays if not stray.ref.key])
        for stray in strays:
            row = now.rows.get(stray.ref) if stray.ref.key else keyless.get(stray.row)
            column = now.columns.get(stray.name, stray.column)
            if row is None or not same(now.grid.entered(row, column), stray.value):
                continue
            ref, name = now.named(row, column)
            self.seen.pop((ref, name), None)  # what stands there is no edit of hers
            if name not in self.cells.get(ref, {}):
                found.setdefault(ref, {})[name] = stray.prior
                self.cells.setdefault(ref, {})[name] = stray.prior
                self.back.add((ref, name))
        return found


def _rows_of(now: Places, strays: Sequence[Stray]) -> dict[int, int]:
    """Where rows without a key are now, by where they were: such a row is known only by all that we wrote into it."""
    written: dict[int, dict[int, Entered]] = {}
    for stray in strays:
        written.setdefault(stray.row, {})[now.columns.get(stray.name, stray.column)] = stray.value
    found: dict[int, int] = {}
    for row, cells in written.items():
        rows = [row, *now.refs] if any(value is not None for value in cells.values()) else [row]
        for other in rows:
            taken = other in found.values() or now.ref(other).key
            if not taken and all(same(now.grid.entered(other, column), value) for column, value in cells.items()):
                found[row] = other
                break
    return found


def alike(one: Entered, other: Entered) -> bool:
    """Whether two readings of a cell found the same: moments are exact to a millisecond, errors are their texts."""
    if type(one) in _NUMBERS and type(other) in _NUMBERS:
        return math.isclose(one, other, abs_tol=1e-8)  # type: ignore[arg-type]  # both are numbers
    texts = isinstance(one, str) and isinstance(other, str)
    return str(one) == str(other) if texts else same(one, other)


_NUMBERS = (int, float)


def work_of(
    template: Template, tab: Tab, patch: TabPatch, language: Language, seen: TabSnapshot | None = None
) -> TabWork:
    """The wishes of a patch, in values that cells can hold. `seen`: the reading that it was made from, if any. Raises
    UsageError for a text that is too long.
    """

    title = template.tab_name(tab, language)

    def cells(values: Mapping[str, CellValue], key: str) -> dict[Name, Entered]:
        return {
            name: fitted(value, template.column(tab, name), title, key, language) for name, value in values.items()
        }

    work = TabWork(tab, removes=set(patch.removes))
    work.cells = {ref: cells(values, ref.key) for ref, values in patch.updates.items() if ref not in patch.removes}
    rows = (cells(values, row_key(tab, values)) for values in patch.appends)
    work.appends = [row for row in rows if any(value is not None for value in row.values())]
    if seen is None:
        return work
    read = dict(seen.refs(tab))
    work.new = {key for row in work.appends if (key := row_key(tab, row))} - {ref.key for ref in read}
    editor, work.pictures = set(template.keys(tab, Owner.EDITOR)), frozenset(fields_of(template, tab).images)
    for ref in (work.cells.keys() | work.removes) & read.keys():
        wishes = work.cells.get(ref, {})
        hers = editor.intersection(wishes) if wishes else editor
        if pictures := work.pictures.intersection(wishes or editor):
            work.wished |= {(ref, name): wishes.get(name) for name in pictures}
            hers = hers | work.pictures
        work.seen |= {(ref, name): entered(read[ref].cells.get(name)) for name in hers}
    return work
