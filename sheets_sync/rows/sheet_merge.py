"""One tab during an export: the merge applied to all sheet rows of a key, as changes of cells and a new base."""

from __future__ import annotations

import copy
import datetime as dt
from collections.abc import Collection, Iterator, Mapping, MutableMapping
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import cast

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.accidents import tool_cell_edited
from sheets_sync.rows.fields import Fields, fields_of
from sheets_sync.rows.merge import MergedRow, Row, merge_row
from sheets_sync.rows.plain import Line, PlainTab, cells_of, lines_of
from sheets_sync.rows.seen import absent_columns, edits, labels, lost_cells
from sheets_sync.states import Overwrite
from sheets_sync.tables import Snapshot, TabPatch

CONFLICT = "conflict:"
"""Prefix in `BaseRow.extra`: an open conflict of a field, with the cart's value that it is shown with."""


@dataclass(frozen=True, slots=True)
class CartRow:
    """A row as the cart has it now. `carried`: her cells of the same SKU from the other tab, as base and edits.
    `untold`: columns that this reading has no word of; their values are those of the base.
    """

    key: str
    product_key: str
    values: Row
    extra: Row
    updated: bool = False
    carried: BaseRow | None = None
    untold: Collection[str] = ()


@dataclass(slots=True)
class RowOutcome:
    """What became of a row. `appended`: its cells where it has to be appended; `restored`: it had been there before;
    `typed_over`: what stood in cells that are not hers, and was put back.
    """

    conflicts: dict[str, Plain]
    touched: bool = False
    restored: bool = False
    appended: dict[str, Plain] | None = None
    typed_over: list[Issue] = field(default_factory=list)


@dataclass
class SheetMerge:
    """A tab's rows by key, the store's base of it, and what the export changes in both."""

    tab: Tab
    base: MutableMapping[str, BaseRow]
    words: PlainTab
    fields: Fields
    mode: Overwrite
    today: dt.date
    all_lines: list[Line] = field(default_factory=list)
    absent: tuple[str, ...] = ()
    lines: dict[str, list[Line]] = field(default_factory=dict)
    patch: TabPatch = field(default_factory=TabPatch)
    base_rows: list[BaseRow] = field(default_factory=list)
    forget: set[str] = field(default_factory=set)
    issues: list[Issue] = field(default_factory=list)
    _lost: list[tuple[Line, dict[str, Plain]]] = field(default_factory=list)

    @classmethod
    def of(
        cls,
        snapshot: Snapshot | None,
        base: Mapping[str, BaseRow],
        words: PlainTab,
        mode: Overwrite,
        today: dt.date,
    ) -> SheetMerge:
        fields = fields_of(words.template, words.tab)
        sheet = snapshot.tabs.get(words.tab) if snapshot else None
        return cls(
            words.tab,
            cast(MutableMapping[str, BaseRow], copy.copy(base)),
            words,
            fields,
            mode,
            today,
            all_lines=lines_of(sheet, words, base),
            absent=absent_columns(sheet, fields, words) if sheet else (),
        )

    def index(self) -> None:
        """Group the rows by their true keys, their cells in lost columns as they were last seen."""
        for line in self.all_lines:
            self.lines.setdefault(line.key, []).append(line)
            if self.absent and not line.settled and (row := self.base.get(line.key)):
                lost = lost_cells(row, self.absent)
                line.cells.update(lost)
                self._lost.append((line, lost))

    def by_product(self) -> dict[str, list[str]]:
        """Keys of the base's rows by product."""
        told = {line.key: line.product for line in self.all_lines if line.settled}
        found: dict[str, list[str]] = {}
        for key in self.base:
            product = told[key] if key in told else self.base[key].product_key
            found.setdefault(product, []).append(key)
        return found

    def bring_back_lost_columns(self) -> None:
        """Write the cells of lost columns that nothing else wrote; call it last."""
        for line, cells in self._lost:
            for column, value in cells.items():
                if line.ref not in self.patch.removes and column not in self.patch.updates.get(line.ref, {}):
                    self.patch.set(line.ref, column, self.words.write(column, value))

    def columns_told(self) -> Iterator[Issue]:
        """Says which columns are back, and where she finds them."""
        if self.absent:
            columns = labels(self.tab, self.absent, self.words)
            yield Issue(self.tab, "", None, "columns_back", Severity.INFO, {"columns": columns})

    def set(self, line: Line, column: str, value: Plain) -> None:
        """Write a cell unless it says so already."""
        if line.cells.get(column) != value:
            self.patch.set(line.ref, column, self.words.write(column, value))

    def append(self, row: Row) -> None:
        self.patch.appends.append(self.words.write_row(row))

    def keep(self, row: BaseRow) -> None:
        """Note a base row for the store when it differs from what the store has."""
        if row != self.base.get(row.key):
            self.base_rows.append(row)

    def drop(self, key: str) -> None:
        """Take a row out of the sheet and out of the base."""
        self.forget.add(key)
        self.patch.removes.update(line.ref for line in self.lines.get(key, ()))

    def rename(self, old_key: str, new_key: str, product_key: str) -> None:
        """Let the rows of a key go by another one; the merge then writes it into their cells. Rows that have it go."""
        self.base[new_key] = replace(self.base.pop(old_key), key=new_key, product_key=product_key)
        if old_key == new_key:
            return
        self.patch.removes.update(line.ref for line in self.lines.pop(new_key, ()))
        if old_key in self.lines:
            self.lines[new_key] = self.lines.pop(old_key)
        self.forget.add(old_key)

    def cells(self, key: str) -> Row:
        """A row's cells as they stand, or as they were last seen."""
        if lines := self.lines.get(key):
            return lines[0].cells
        return cells_of(self.base[key]) if key in self.base else {}

    def merge(self, cart: CartRow, fields: Fields | None = None) -> RowOutcome:
        """Merge every sheet row of a key; a row that is not there is handed back to be appended."""
        fields = fields or self.fields
        old, lines = self.base.get(cart.key), self.lines.get(cart.key)
        if old and lines and self._at_rest(cart, old, lines):
            return _AT_REST
        carried = cells_of(cart.carried) if cart.carried else {}
        was: Row | None = old.base if old else None
        if cart.carried:
            was = {**(was or {}), **cart.carried.base}
        fields = fields.with_cells_of(cart.values, was or ())
        fields = fields.without(cart.untold) if cart.untold else fields
        pending = _pending(old)
        if not lines:
            cells = {**(cells_of(old) if old else {}), **carried}
            merged = merge_row(was, cells, cart.values, self.mode, cart.updated, fields=fields, pending=pending)
            final = _after(cells, merged)
            outcome = RowOutcome(merged.conflicts, touched=True, restored=old is not None, appended=final)
        else:
            outcome, final = RowOutcome({}), {}
            for line in reversed(lines):  # the topmost row speaks for the key
                cells = {**line.cells, **carried} if carried else line.cells
                merged = merge_row(was, cells, cart.values, self.mode, cart.updated, fields=fields, pending=pending)
                final = _after(cells, merged)
                self._write(line, cells, merged, final)
                outcome.conflicts, outcome.touched = merged.conflicts, outcome.touched or bool(merged.writes)
                outcome.typed_over += (
                    tool_cell_edited(line, column, typed, cart.values.get(column), cart.product_key)
                    for column, typed in merged.typed_over.items()
                )
            self.issues += outcome.typed_over
        if cart.untold:
            waiting = {column: value for column, value in pending.items() if column in cart.untold}
            outcome.conflicts = {**waiting, **outcome.conflicts}
        new = BaseRow(
            self.tab,
            cart.key,
            cart.product_key,
            base=dict(cart.values),
            seen=edits(final, cart.values, fields.editor),
            added_on=(old.added_on if old else "") or str(final.get("added_at") or self.today.isoformat()),
            extra={**cart.extra, **{CONFLICT + column: value for column, value in outcome.conflicts.items()}},
        )
        self.keep(new)
        if outcome.appended is not None and "added_at" in self.words.columns:
            outcome.appended["added_at"] = new.added_on
        return outcome

    def settled(self, key: str) -> bool:
        """Whether a key has one row, and that stands as the store remembers it (`settled.py`)."""
        lines = self.lines.get(key, ())
        return len(lines) == 1 and lines[0].settled

    def _at_rest(self, cart: CartRow, old: BaseRow, lines: list[Line]) -> bool:
        """Whether neither the cart nor she changed anything: most rows of most runs, found out cheaply."""
        line = lines[0]
        if not line.intact or len(lines) > 1 or cart.carried:
            return False
        if old.gone or old.base != cart.values or old.extra != cart.extra:
            return False
        if line.settled:
            return self.fields.merged.isdisjoint(old.seen) and old.base.keys().isdisjoint(old.seen)
        cells = line.cells
        return old.seen == {
            c: value for c in self._hers if (value := cells.get(c)) is not None and value != old.base.get(c)
        }

    @cached_property
    def _hers(self) -> tuple[str, ...]:
        """Editor columns without a base."""
        return tuple(column for column in self.fields.editor if column not in self.fields.merged)

    def _write(self, line: Line, cells: Row, merged: MergedRow, final: Row) -> None:
        for column, value in merged.writes.items():
            self.set(line, column, value)
        if cells is not line.cells:  # a SKU moved to this tab
            for column, value in final.items():
                self.set(line, column, value)


_AT_REST = RowOutcome({})


def _after(cells: dict[str, Plain], merged: MergedRow) -> dict[str, Plain]:
    """The cells of a row once a merge is written, blank ones left out."""
    if not merged.writes:
        return cells
    return {column: value for column, value in {**cells, **merged.writes}.items() if value is not None}


def _pending(old: BaseRow | None) -> Row:
    if old is None or not old.extra:
        return {}
    return {name.removeprefix(CONFLICT): v for name, v in old.extra.items() if name.startswith(CONFLICT)}
