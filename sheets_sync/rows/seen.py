"""Her cells as last read: what a deleted row or column comes back with."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from sheets_sync.cells import NOTES
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import text
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.accidents import Accidents, accidents_in
from sheets_sync.rows.fields import Fields, fields_of
from sheets_sync.rows.plain import Line, PlainTab, lines_by_tab
from sheets_sync.tables import CellError, Snapshot, TabSnapshot
from sheets_sync.template import Template

REMEMBERED = (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES)
"""Tabs whose rows come back when they were deleted."""

Row = Mapping[str, Plain]


def edits(cells: Row, base: Row, columns: Iterable[str]) -> dict[str, Plain]:
    """Editor cells that differ from the base, blanked ones as None: all that has to be remembered of a row."""
    found: dict[str, Plain] = {}
    for column in columns:
        value = cells.get(column)
        if value != base.get(column) and type(value) is not CellError:
            found[column] = value
    return found


def absent_columns(sheet: TabSnapshot, fields: Fields, words: PlainTab) -> tuple[str, ...]:
    """Columns of the template that the tab lost. They say nothing: neither that a cell is blank nor that it is not."""
    return tuple(key for key in words.columns if key not in sheet.headings.columns and key not in fields.optional)


def absent_told(snapshot: Snapshot, template: Template) -> Iterator[Issue]:
    """A warning per tab that lost columns of hers: that they count as blank may change what is sent."""
    for tab in (Tab.PRODUCTS, Tab.SKUS):
        words = PlainTab(tab, template, snapshot.language)
        fields = fields_of(template, tab)
        absent = absent_columns(snapshot.tabs[tab], fields, words)
        hers = [key for key in absent if key in fields.editor and key not in NOTES]
        if hers:
            yield Issue(tab, "", None, "columns_absent", Severity.WARNING, {"columns": labels(tab, hers, words)})


def labels(tab: Tab, columns: Iterable[str], words: PlainTab) -> str:
    """Columns as the workbook calls them."""
    named = (words.template.column(tab, key).label(words.language) for key in columns)
    return text("list_separator", words.language).join(named)


def lost_cells(base: BaseRow, absent: Iterable[str]) -> dict[str, Plain]:
    """The non-blank cells of a row in lost columns, as they were last seen."""
    found = ((column, base.seen.get(column, base.base.get(column))) for column in absent)
    return {column: value for column, value in found if value is not None}


def remember(
    snapshot: Snapshot,
    base: Mapping[Tab, Mapping[str, BaseRow]],
    template: Template,
    *,
    lines: Mapping[Tab, Sequence[Line]] | None = None,
    accidents: Accidents | None = None,
) -> Iterator[BaseRow]:
    """Base rows whose remembered edits changed, to be saved by every run that read the workbook. `lines`, `accidents`:
    the snapshot's, where they are known already.

    Without it a row that is deleted before the next export would come back as it was at the last one. Where part of the
    sheet was sorted without the rest nothing is remembered: what was remembered before is the evidence.
    """
    words = {tab: PlainTab(tab, template, snapshot.language) for tab in REMEMBERED}
    if lines is None:
        lines = lines_by_tab(snapshot, base, template, REMEMBERED)
    if (accidents or accidents_in(lines, base, template)).shifted:
        return
    for tab, sheet in snapshot.tabs.items():
        if tab not in REMEMBERED:
            continue
        fields, known = fields_of(template, tab), base.get(tab, {})
        absent = absent_columns(sheet, fields, words[tab])
        for line in lines[tab]:
            was = known.get(line.key)
            if line.ref.occurrence or (was is None and tab is not Tab.ATTRIBUTES):
                continue
            was = was or BaseRow(tab, line.key, str(line.cells.get("product_key") or ""))
            seen = edits(line.cells | lost_cells(was, absent), was.base, fields.editor)
            if seen != was.seen:
                yield replace(was, seen=seen)
