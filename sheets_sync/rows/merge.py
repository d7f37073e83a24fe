"""The three-way merge of one row: what the cart said last time, what the cell says, what the cart says now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum, auto

from sheets_sync.records import Plain
from sheets_sync.rows.fields import IMAGES, Fields
from sheets_sync.states import Overwrite

Row = Mapping[str, Plain]
"""Plain values by column key; a blank cell is left out or None."""

_NOTHING: Row = {}


class Verdict(Enum):
    """What becomes of a prefilled cell."""

    KEEP = auto()
    TAKE = auto()
    CONFLICT = auto()


def decide(was: object, cell: object, now: object, *, force: bool, open_conflict: bool) -> Verdict:
    """The decision for one field; None means blank on all three sides.

    `was`: the cart's value at the last export. `force`: the mode overwrites edits. `open_conflict`: the cell already
    disagreed with this very value of the cart when the cart moved. Without a base (`was` None) a filled cell is kept, a
    blank one takes the cart's value.
    """
    if cell == now:
        return Verdict.KEEP
    if force:
        return Verdict.KEEP if was is None and now is None else Verdict.TAKE  # the cart does not have this field
    if cell == was:
        return Verdict.TAKE
    if now == was:
        return Verdict.CONFLICT if open_conflict else Verdict.KEEP
    return Verdict.CONFLICT


@dataclass(slots=True)
class MergedRow:
    """What one row gets.

    `writes`: cells that change, None blanks one. `conflicts`: fields where cell and cart both moved, with the cart's
    value (of images all addresses, a line each). `typed_over`: tool cells that held something else than the tool wrote,
    with what was typed; they are among the writes. `replaced`: edits that `always` and `if-updated` overwrote.
    `new_base`: what the cart says now, the third way of the next merge.
    """

    new_base: Row
    writes: dict[str, Plain] = field(default_factory=dict)
    conflicts: dict[str, Plain] = field(default_factory=dict)
    typed_over: dict[str, Plain] = field(default_factory=dict)
    replaced: dict[str, Plain] = field(default_factory=dict)


def merge_row(
    base: Row | None,
    cells: Row,
    cart: Row,
    mode: Overwrite,
    updated: bool,
    *,
    fields: Fields,
    pending: Row = _NOTHING,
) -> MergedRow:
    """Merge one row (docs/design.md, section 5).

    `base` is None when nothing was ever exported or the store was lost. `updated`: the cart changed the product since
    then. `pending`: conflicts of earlier exports by field, with the cart's value that they were shown with.
    """
    merged = MergedRow(cart)
    was_row = _NOTHING if base is None else base
    for column in fields.tool:
        cell, now = cells.get(column), cart.get(column)
        if cell != now:
            merged.writes[column] = now
            if base is not None and cell is not None and cell != was_row.get(column):
                merged.typed_over[column] = cell
    force = mode is Overwrite.ALWAYS or (mode is Overwrite.IF_UPDATED and updated)
    for column in fields.prefill:
        cell, now = cells.get(column), cart.get(column)
        if cell == now:
            continue
        was = was_row.get(column)
        match decide(was, cell, now, force=force, open_conflict=column in pending and pending[column] == now):
            case Verdict.TAKE:
                merged.writes[column] = now
                if cell not in (None, was):
                    merged.replaced[column] = cell
            case Verdict.CONFLICT:
                merged.conflicts[column] = now
    if fields.images:
        _merge_images(merged, was_row, cells, cart, fields=fields, force=force, pending=pending)
    return merged


def _merge_images(
    merged: MergedRow, base: Row, cells: Row, cart: Row, *, fields: Fields, force: bool, pending: Row
) -> None:
    """Images are one field: the non-blank cells in order. A gap is no edit; taking the cart's fills from the left."""
    cell, now = image_list(cells, fields), image_list(cart, fields)
    if cell == now:
        return
    was = image_list(base, fields)
    shown = "\n".join(now) if now else None
    match decide(was, cell, now, force=force, open_conflict=IMAGES in pending and pending[IMAGES] == shown):
        case Verdict.TAKE:
            for column in fields.images:
                if cells.get(column) != cart.get(column):
                    merged.writes[column] = cart.get(column)
            if cell is not None and cell != was:
                merged.replaced[IMAGES] = "\n".join(cell)
        case Verdict.CONFLICT:
            merged.conflicts[IMAGES] = shown


def image_list(row: Row, fields: Fields) -> tuple[str, ...] | None:
    """The non-blank image cells in order, None when there are none."""
    return tuple([str(value) for column in fields.images if (value := row.get(column)) is not None]) or None
