"""One call's share of the work on one tab: the requests, and what their answer says about where everything landed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from sheets_sync.gsheets import a1
from sheets_sync.gsheets.batch import (
    append_columns,
    blank_if,
    insert_rows,
    new_row_json,
    row_json,
    validation,
    write_cells,
    write_rows,
)
from sheets_sync.gsheets.cell_values import Entered, same
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.tables import RowRef, key_text, row_key
from sheets_sync.template import KEY_COLUMNS, Template
from sheets_sync.workbooks.google.columns import PREVIEW, preview_formula
from sheets_sync.workbooks.google.dress import Dress, boxes
from sheets_sync.workbooks.google.places import Name, Places
from sheets_sync.workbooks.google.rules import is_box, values_rule
from sheets_sync.workbooks.google.sending import MOST_BYTES, MOST_ROWS
from sheets_sync.workbooks.google.work import Stray, TabWork


class Target(NamedTuple):
    """A written cell: whose it should be, and its value."""

    ref: RowRef
    name: Name
    value: Entered


@dataclass(slots=True)
class Room:
    """What one call may still carry."""

    bytes: int = MOST_BYTES
    rows: int = MOST_ROWS
    begun: bool = False

    def take(self, size: int) -> bool:
        """Whether so many bytes still fit; the first piece always does."""
        if self.begun and size > self.bytes:
            return False
        self.begun = True
        self.bytes -= size
        return True


@dataclass(slots=True)
class Part:
    """Requests for one tab, made for the places `before`. `blanked`: cells of hers that are emptied only if they hold
    that text.
    """

    template: Template
    language: Language
    work: TabWork
    before: Places
    values_columns: Mapping[str, int]
    new: Mapping[Name, int] = field(default_factory=dict)
    targets: dict[tuple[int, int], Target] = field(default_factory=dict)
    blanked: dict[tuple[int, int], str] = field(default_factory=dict)
    appended: list[tuple[dict[Name, Entered], dict[int, Entered]]] = field(default_factory=list)
    cleared: list[RowRef] = field(default_factory=list)
    lost: list[tuple[dict[Name, Entered], dict[Name, Entered]]] = field(default_factory=list)
    ruled: dict[int, RowRef] = field(default_factory=dict)

    @property
    def sheet(self) -> int:
        return self.before.grid.sheet.id

    @property
    def title(self) -> str:
        return self.before.grid.sheet.title

    @property
    def tab(self) -> Tab:
        return self.work.tab

    @property
    def columns(self) -> dict[Name, int]:
        return {**self.before.columns, **self.new}

    @property
    def first(self) -> int:
        """The row that the first appended one goes to: rows are inserted for them, so that nothing is written over."""
        return self.before.last + 1 if self.before.last else 1

    @property
    def back(self) -> list[str]:
        """What the answer has to show, as it stands right after the write: headings and keys, or all of a small tab."""
        if self.before.whole:
            return [a1.whole(self.title)]
        keys = {self.before.columns[name] for name in KEY_COLUMNS[self.tab] if name in self.before.columns}
        shown = sorted(keys | {column for _, column in self.blanked})
        return [a1.rows(self.title, 0, 0), *(a1.columns(self.title, column, column) for column in shown)]

    # ---------------------------------------------------------------- requests

    def fill(self, room: Room) -> list[str]:
        """Take from the work what this call has room for."""
        if self.work.pressing:
            return self._cells(room, self.work.pressing)
        requests = [*self._new_columns(), *self._rules(room), *self._cells(room, self.work.cells)]
        if len(self.targets) == sum(map(len, self.work.cells.values())):
            requests += self._lost_keys()
            requests += self._appends(room)
        if not self.work.filling:
            requests += self._bare_keys()
        return requests

    def _new_columns(self) -> Iterator[str]:
        """Columns that come back at the right of everything."""
        if not self.new:
            return
        grid = self.before.grid.sheet
        if (missing := max(self.new.values()) + 1 - grid.columns) > 0:
            yield append_columns(self.sheet, missing)
        dress = Dress(self.template, self.language, self.tab, self.sheet)
        for name, index in self.new.items():
            column = self.template.column(self.tab, name)
            yield write_rows(self.sheet, 0, index, [row_json([column.label(self.language)])])
            yield from dress.column(column, index, grid.rows, self.columns)
            if is_box(column) and self.before.last:
                yield boxes(self.sheet, 1, self.before.last + 1, index)

    def _cells(self, room: Room, work: Mapping[RowRef, Mapping[Name, Entered]]) -> list[str]:
        cells: dict[int, dict[int, Entered]] = {}
        for ref, wishes in work.items():
            columns = {name: self.new.get(name, self.before.column(name)) for name in wishes}
            places = {name: column for name, column in columns.items() if column is not None}
            if not room.take(sum(_size(wishes[name]) for name in places) + _ROW):
                break
            row = self.before.rows[ref]
            for name, column in places.items():
                self.targets[row, column] = Target(ref, name, wishes[name])
                text = self.work.blanked_as(ref, name) if wishes[name] is None else ""
                if text and type(entered := self.before.grid.entered(row, column)) is str and entered == text:
                    self.blanked[row, column] = text
                else:
                    cells.setdefault(row, {})[column] = wishes[name]
        blanks = (blank_if(self.sheet, row, column, text) for (row, column), text in self.blanked.items())
        return [*write_cells(self.sheet, cells), *blanks]

    def _appends(self, room: Room) -> Iterator[str]:
        columns = self.columns
        rows: list[str] = []
        for values in self.work.appends:
            cells: dict[int, Entered] = {columns[name]: value for name, value in values.items() if name in columns}
            if PREVIEW in columns and (formula := preview_formula(columns)):
                cells[columns[PREVIEW]] = formula
            row = new_row_json([cells.get(column) for column in range(max(cells, default=-1) + 1)])
            more = _RULE if self.tab is Tab.ATTRIBUTES else 0
            if room.rows <= 0 or not room.take(len(row.encode()) + more):
                break
            room.rows -= 1
            rows.append(row)
            self.appended.append((values, cells))
        if rows:
            yield insert_rows(self.sheet, self.first, len(rows), like_above=self.first > 1)
            yield write_rows(self.sheet, self.first, 0, rows)
            yield from self._append_rules()

    def _append_rules(self) -> Iterator[str]:
        """Boxes to tick, and for each attribute the values of its own."""
        columns, last = self.columns, self.first + len(self.appended)
        for column in self.template.columns[self.tab]:
            if is_box(column) and column.key in columns:
                yield boxes(self.sheet, self.first, last, columns[column.key])
        if self.tab is Tab.ATTRIBUTES and (value := columns.get("value")) is not None:
            for row, (values, _) in enumerate(self.appended, start=self.first):
                yield self._values_rule(row, value, key_text(values.get("attribute_id")))

    def _rules(self, room: Room) -> Iterator[str]:
        """Rows whose attribute has got a list of values meanwhile."""
        value, attribute = self.columns.get("value"), self.columns.get("attribute_id")
        if value is None or attribute is None:
            return
        for ref in sorted(self.work.rules):
            if not room.take(_RULE):
                return
            row = self.before.rows[ref]
            self.ruled[row] = ref
            yield self._values_rule(row, value, key_text(self.before.grid.shown(row, attribute)))

    def _values_rule(self, row: int, column: int, attribute: str) -> str:
        place = self.values_columns.get(attribute)
        rule = None if place is None else values_rule(place, self.template, self.language)
        return validation(self.sheet, (row, row + 1, column, column + 1), rule)

    def _bare_keys(self) -> list[str]:
        keys = [self.columns[name] for name in KEY_COLUMNS[self.tab]]
        self.cleared = sorted(self.work.bare)
        return write_cells(self.sheet, {self.before.rows[ref]: dict.fromkeys(keys) for ref in self.cleared})

    def _lost_keys(self) -> list[str]:
        """Keys that were taken out of wrong rows go back where the rest of such a row stands."""
        cells: dict[int, dict[int, Entered]] = {}
        for keys, rest in self.work.lost:
            for row, ref in self.before.refs.items():
                fits = all(same(self.before.grid.entered(row, self.columns.get(n, -1)), v) for n, v in rest.items())
                if not ref.key and fits and row not in cells:
                    cells[row] = {self.columns[name]: value for name, value in keys.items()}
                    break
        self.lost, self.work.lost = self.work.lost, []
        return write_cells(self.sheet, cells)

    def put_off(self) -> None:
        """The call was not made, or nobody knows: what it would have done for good is still to be done."""
        self.work.lost, self.lost = [*self.lost, *self.work.lost], []

    # ---------------------------------------------------------------- answers

    def landed(self, after: Places) -> bool:
        """See where everything landed; what did not land where it should stays to be done. True if all did."""
        fine = True
        overwritten = self._overwritten_keys(after)
        for (row, column), target in self.targets.items():
            whose = after.named(row, column)
            rekeyed = target.name in KEY_COLUMNS[self.tab] and whose[1] == target.name
            if rekeyed and target.ref in after.rows and target.ref.key:  # rows moved once more, while keys went back
                raise LostCell(self.title, row, column)
            if (row, column) in self.blanked and whose == (target.ref, target.name):
                fine = self._is_blanked(target, after) and fine
                continue
            if rekeyed or whose == (target.ref, target.name):
                self.work.done(target.ref, target.name)
                continue
            fine = False
            ref, name = whose
            self._astray(ref, name, (row, column), target.value, overwritten.get(row))
        used = {column for _, cells in self.appended for column in cells}
        stands = all(after.columns.get(name) == column for name, column in self.columns.items() if column in used)
        for row, (values, cells) in enumerate(self.appended, start=self.first):
            if stands:
                self._is_appended(values)
                continue
            fine = False
            for column, value in cells.items():
                ref, name = after.named(row, column)
                self.work.strays.append(Stray(ref, name, row, column, value, None))
        right = {ref for row, ref in self.ruled.items() if after.ref(row) == ref}
        self.work.rules -= right
        self.work.rules |= {after.ref(row) for row, ref in self.ruled.items() if after.ref(row) != ref}
        return self._cleared_right(after) and fine and len(right) == len(self.ruled)

    def _is_blanked(self, target: Target, after: Places) -> bool:
        """Whether a cell of hers is blank, or hers because she typed while we wrote. Else it is just written next."""
        found = after.value(target.ref, target.name)
        if found is None:
            self.work.done(target.ref, target.name)
        elif same(found, self.before.value(target.ref, target.name)):
            self.work.plainly.add((target.ref, target.name))
            return False
        else:
            self.work.leave(target.ref, target.name)
        return True

    def doubted(self, now: Places) -> None:
        """No answer came: see by what stands there now what was done. Cells that are right `TabWork.meet` finds."""
        before, found = self.before.counts(), now.counts()
        for values, cells in self.appended:
            key = row_key(self.tab, values)
            if key and found[key] > before[key]:
                found[key] -= 1
                self._is_appended(values)
                self._straighten(RowRef(key, before[key]), values, cells, now)
        self._cleared_right(now)
        self.work.doubtful |= {(target.name, target.value) for target in self.targets.values()}
        self._suspect(now)
        if any(now.columns.get(name) != column for name, column in self.before.columns.items()):
            self._suspect_columns(now)

    def _is_appended(self, values: dict[Name, Entered]) -> None:
        self.work.appends.remove(values)
        self.work.appended += 1

    def _overwritten_keys(self, after: Places) -> dict[int, RowRef]:
        """Rows in which a value of ours landed on the key, since columns moved: what they were before."""
        keys = KEY_COLUMNS[self.tab]
        hit = {r for (r, column), t in self.targets.items() if (n := after.names.get(column)) in keys and n != t.name}
        return {row: self.before.refs[row] for row in hit if row in self.before.refs}

    def _astray(
        self, ref: RowRef, name: Name, place: tuple[int, int], value: Entered, formerly: RowRef | None
    ) -> None:
        row, column = place
        if not self.before.knows(self.before.columns.get(name, column)):
            raise LostCell(self.title, row, column)
        prior = self.before.value(formerly or ref, name)
        on_key = formerly is not None and name in KEY_COLUMNS[self.tab]
        whose = ref if on_key or formerly is None else formerly
        self.work.strays.append(Stray(whose, name, row, column, value, prior, on_key))

    def _suspect(self, now: Places) -> None:
        """Rows that hold exactly what was meant for another one, and did not before: our write landed there."""
        by_row: dict[int, dict[Name, Entered]] = {}
        for (row, _), target in self.targets.items():
            by_row.setdefault(row, {})[target.name] = target.value
        shapes: dict[tuple[Name, ...], set[tuple[Entered, ...]]] = {}
        for written in by_row.values():
            names = tuple(sorted(written))
            shapes.setdefault(names, set()).add(tuple(written[name] for name in names))
        for names, values in shapes.items():
            for ref in now.refs.values():
                found = tuple(now.value(ref, name) for name in names)
                if found not in values:
                    continue
                for name, value in zip(names, found, strict=True):
                    ours = name in self.work.cells.get(ref, {})
                    prior = self.before.value(ref, name)
                    if not ours and not same(prior, value):
                        row_now = now.rows[ref]
                        self.work.strays.append(Stray(ref, name, row_now, now.columns[name], value, prior))

    def _suspect_columns(self, now: Places) -> None:
        """Columns moved, too: what was meant for one may stand in another, at the place that the first one had."""
        moved = {column: name for column, name in now.names.items() if self.before.names.get(column) != name}
        rows: dict[int, dict[int, Entered]] = {}
        for (row, column), target in self.targets.items():
            rows.setdefault(row, {})[column] = target.value
        written = [cells for cells in rows.values() if moved.keys() & cells.keys()]
        if not now.whole and (written or self.work.appends):
            raise LostCell(self.title, 0, min(moved, default=0))
        for row, ref in now.refs.items():
            for cells in written:
                if all(same(now.grid.entered(row, column), value) for column, value in cells.items()):
                    for column in moved.keys() & cells.keys():
                        if moved[column] in KEY_COLUMNS[self.tab]:
                            raise LostCell(self.title, row, column)
                        prior = self.before.value(ref, moved[column])
                        self.work.strays.append(Stray(ref, moved[column], row, column, cells[column], prior))
        for values, cells in self.appended:
            if values in self.work.appends:
                self._suspect_row(now, cells)

    def _straighten(
        self, ref: RowRef, values: Mapping[Name, Entered], cells: Mapping[int, Entered], now: Places
    ) -> None:
        """A new row part of which stands under the wrong headings: that part goes where it belongs."""
        names = {column: name for name, column in self.columns.items()}
        if (row := now.rows.get(ref)) is None:
            return
        for column in (column for column in cells if now.names.get(column) != names[column]):
            self.work.strays.append(Stray(*now.named(row, column), row, column, cells[column], None))
            if (name := names[column]) in values:
                self.work.cells.setdefault(ref, {})[name] = values[name]
                self.work.back.add((ref, name))

    def _suspect_row(self, now: Places, cells: Mapping[int, Entered]) -> None:
        """A new row that stands under the wrong headings is emptied."""
        for row in now.refs:
            if all(same(now.grid.entered(row, column), value) for column, value in cells.items()):
                for column, value in cells.items():
                    self.work.strays.append(Stray(*now.named(row, column), row, column, value, None))
                return

    def _cleared_right(self, after: Places) -> bool:
        """Whether the keys that were taken out are those that should go."""
        if not self.cleared:
            return True
        gone = self.before.counts()
        for ref in self.cleared:
            gone[ref.key] -= 1
        lost = gone - after.counts()
        left = after.counts() - gone
        self.work.bare = {ref for ref in self.cleared if left[ref.key] > 0 and ref in after.rows}
        for key in lost:
            ref = RowRef(key, 0)
            keys = {name: self.before.value(ref, name) for name in KEY_COLUMNS[self.tab]}
            others = (name for name in self.before.headings.columns if name not in keys)
            self.work.lost.append((keys, {name: self.before.value(ref, name) for name in others}))
        return not lost and not self.work.bare


class LostCell(Exception):
    """A value landed in a column whose former contents were not read."""

    def __init__(self, tab: str, row: int, column: int) -> None:
        super().__init__(f"{tab} {row} {column}")
        self.tab, self.row, self.column = tab, row, column


_ROW = 60
_CELL = 40
_RULE = 300


def _size(value: Entered) -> int:
    """About how many bytes a cell takes."""
    if not isinstance(value, str):
        return _CELL + 8
    return _CELL + len(value) * (1 if value.isascii() else 3)
