"""Edits the rows of a plain sheet by byte search: only the cells to be changed are looked at."""

import functools
import re
from collections.abc import Iterable, Iterator

from .plain_part import NotPlain, PlainPart
from .refs import Area, column_index, letters
from .sheet_frame import SheetFrame, widened_spans
from .sheet_plan import SheetPlan

_ROW = re.compile(rb'<row r="(\d+)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"')
_STYLE = re.compile(rb'\ss="(\d+)"')
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_ARRAY = re.compile(rb'<f\s[^>]*?\bt="(?:array|dataTable)"[^>]*>')


def edited(chunks: Iterable[bytes], plan: SheetPlan) -> Iterator[bytes]:
    """The sheet part with the plan's edits. Raises NotPlain (possibly late) where the parser has to do it."""
    part = PlainPart(chunks, b"sheetData", b"row")
    frame = SheetFrame(plan)
    yield frame.head(part.head)
    rows = _Rows(plan)
    for batch in part.batches():
        yield rows.edited(batch)
    yield rows.rest()
    yield frame.tail(part.tail)


class _Rows:
    """The walk through the batches of rows, with the edits still to come."""

    def __init__(self, plan: SheetPlan) -> None:
        self._plan = plan
        self._order = sorted(plan.cells, reverse=True)
        self._tags = _Tags()
        self._names = {column: letters(column).encode() for row in plan.cells.values() for column in row}

    def edited(self, batch: bytes) -> bytes:
        """A batch of whole rows after the edits."""
        self._look_for_formulas(batch)
        final = batch.rfind(b"<row")
        if final < 0:
            return batch
        last = _ROW.match(batch, final)
        if last is None:
            raise NotPlain
        order, end, at, checked = self._order, int(last[1]), 0, False
        out: list[bytes] = []
        while order and order[-1] <= end:
            number = order.pop()
            start = batch.find(b'<row r="%d"' % number, at)
            if start >= 0:
                out.append(batch[at:start])
                at = self._edit_row(batch, start, number, out)
                continue
            if not checked and batch.count(b"<row") != batch.count(b'<row r="'):
                raise NotPlain
            checked = True
            start = _place_of_row(batch, at, number)
            out += (batch[at:start], self._plan.new_row(b"", number))
            at = start
        out.append(batch[at:])
        return b"".join(out)

    def rest(self) -> bytes:
        """The rows below all existing ones."""
        return b"".join(self._plan.new_row(b"", number) for number in reversed(self._order))

    def _look_for_formulas(self, batch: bytes) -> None:
        plan = self._plan
        if b"<f" not in batch:
            return
        if b't="array"' in batch or b't="dataTable"' in batch:
            found = (_attributes(tag).get("ref", "") for tag in _ARRAY.findall(batch))
            plan.arrays += [area for area in map(Area.parse, found) if area]
        plan.has_formulas = plan.has_formulas or b"<f>" in batch or b"<f " in batch

    def _edit_row(self, batch: bytes, start: int, number: int, out: list[bytes]) -> int:
        """Write the row's pieces to ``out``; the place behind it."""
        plan = self._plan
        at = batch.index(b">", start) + 1
        row_tag, here = batch[start:at], len(out)
        out.append(row_tag)
        empty_tag = row_tag.endswith(b"/>")
        if empty_tag or batch.startswith(b"</row>", at):
            made = plan.new_cells(b"", number, _attributes(row_tag))
            if made:
                open_tag = row_tag[:-2].rstrip() + b">" if empty_tag else row_tag
                made += b"</row>" if empty_tag else b""
                out[here] = widened_spans(open_tag, *plan.new_columns(number)) + made
            return at
        close = batch.find(b"</row>", at)
        if close < 0:
            raise NotPlain
        if self._edit_cells(batch, (at, close), number, row_tag, out):
            out[here] = widened_spans(row_tag, *plan.new_columns(number))
        return close + 6

    def _edit_cells(self, batch: bytes, inner: tuple[int, int], number: int, row_tag: bytes, out: list[bytes]) -> bool:
        """The hot loop. True when a cell was added that was not there before."""
        at, close = inner
        plan, tags, first, added = self._plan, self._tags, at, False
        cell_xml, cells, digits = plan.xml.cell, plan.cells[number], b'%d"' % number
        for column in sorted(cells):
            key = b'<c r="%b%b' % (self._names[column], digits)
            found = batch.find(key, at, close)
            if found < 0:
                here = _place_of_cell(batch, at, close, column)
                if cells[column] is not None:
                    beside = functools.partial(self._beside, batch, first, close, digits)
                    out += (batch[at:here], plan.new_cell(b"", number, column, _attributes(row_tag), beside))
                    at, added = here, True
                continue
            tag_at = found + len(key)
            tag_end = batch.index(b">", tag_at) + 1
            style, empty = tags[batch[tag_at:tag_end]]
            out += (batch[at:found], cell_xml(b"", key[6:-1], style, cells[column]))
            at = tag_end
            if not empty:
                at = batch.index(b"</c>", tag_end) + 4
                formula = batch.find(b"<f", tag_end, at)
                if formula >= 0:
                    plan.replace_formula(number, column, _attributes(batch[formula : batch.index(b">", formula) + 1]))
        out.append(batch[at : close + 6])
        return added

    def _beside(self, batch: bytes, start: int, close: int, digits: bytes, column: int) -> bytes | None:
        """Style of an existing cell of the row."""
        key = b'<c r="%b%b' % (letters(column).encode(), digits)
        found = batch.find(key, start, close)
        if found < 0:
            return None
        tag_at = found + len(key)
        return self._tags[batch[tag_at : batch.index(b">", tag_at) + 1]][0]


class _Tags(dict[bytes, tuple[bytes, bool]]):
    """Rest of a cell's start tag -> its style, and whether the tag is all of the cell."""

    def __missing__(self, tag: bytes) -> tuple[bytes, bool]:
        found = _STYLE.search(tag)
        known = self[tag] = (found[1] if found else b"", tag.endswith(b"/>"))
        return known


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in _ATTRIBUTE.findall(tag)}


def _place_of_row(batch: bytes, at: int, number: int) -> int:
    for found in _ROW.finditer(batch, at):
        if int(found[1]) > number:
            return found.start()
    return len(batch)


def _place_of_cell(batch: bytes, at: int, close: int, column: int) -> int:
    """Where a new cell belongs in its row."""
    if batch.count(b"<c", at, close) != batch.count(b'<c r="', at, close):
        raise NotPlain
    last = batch.rfind(b"<c ", at, close)
    if last < 0:
        return close
    found = _CELL.match(batch, last)
    if found is not None and _index(found[1]) < column:
        return close
    for found in _CELL.finditer(batch, at, close):
        if _index(found[1]) > column:
            return found.start()
    return close


@functools.cache
def _index(name: bytes) -> int:
    return column_index(name.decode())
