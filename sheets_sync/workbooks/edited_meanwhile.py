"""What she saved into a file between our reading and our writing stays hers: such cells leave the patch."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sheets_sync.issue import Tab
from sheets_sync.rows.fields import fields_of
from sheets_sync.tables import CellValue, Patch, RowRef, SheetRow, Shorten, TabPatch, TabSnapshot
from sheets_sync.template import Owner, Template

Kept = tuple[tuple[Tab, str, str], ...]


def may_touch_hers(patch: TabPatch, hers: frozenset[str]) -> bool:
    """Whether a patch of a tab writes into columns of hers, or takes rows away."""
    return bool(patch.removes) or any(not hers.isdisjoint(cells) for cells in patch.updates.values())


def editor_columns(template: Template, tab: Tab) -> frozenset[str]:
    """Columns of a tab that the merchandiser writes."""
    return frozenset(column.key for column in template.columns[tab] if column.owner is Owner.EDITOR)


def spared(
    patch: Patch,
    before: Mapping[Tab, TabSnapshot],
    now: Mapping[Tab, TabSnapshot],
    template: Template,
    shorten: Shorten | None = None,
) -> tuple[Patch, Kept]:
    """The patch without cells of hers that hold something else `now` than when they were read, and without removals of
    rows in which one does. The second value names those cells (`WriteResult.kept`). `shorten`: with which was read.
    """
    kept: list[tuple[Tab, str, str]] = []
    tabs = dict(patch.tabs)
    for tab, sheet in now.items():
        if tab not in before or tab not in tabs:
            continue
        hers, pictures = editor_columns(template, tab), frozenset(fields_of(template, tab).images)
        was, rows = dict(before[tab].refs(tab)), dict(sheet.refs(tab))
        changes = tabs[tab]
        updates: dict[RowRef, dict[str, CellValue]] = {}
        for ref, cells in changes.updates.items():
            touched = hers & cells.keys()
            asked = touched | pictures if touched & pictures else touched
            moved = _moved(tab, was.get(ref), rows.get(ref), asked, shorten)
            if moved & pictures:
                moved |= pictures
            updates[ref] = {column: value for column, value in cells.items() if column not in moved}
            kept += [(tab, ref.key, column) for column in cells if column in moved]
        stay = {ref for ref in changes.removes if _moved(tab, was.get(ref), rows.get(ref), hers, shorten)}
        kept += [(tab, ref.key, "") for ref in sorted(stay)]
        tabs[tab] = replace(changes, updates=updates, removes=changes.removes - stay)
    return replace(patch, tabs=tabs), tuple(dict.fromkeys(kept))


def _moved(
    tab: Tab, was: SheetRow | None, now: SheetRow | None, columns: frozenset[str], shorten: Shorten | None
) -> frozenset[str]:
    """Those of the columns whose cell changed. Of a row that was read in short it can only be told whether anything in
    it did: then all of them count.
    """
    if was is None or now is None:
        return frozenset()
    if was.settled:
        return columns if shorten is None or shorten(tab, now.cells) is None else frozenset()
    return frozenset(column for column in columns if was.cells.get(column) != now.cells.get(column))
