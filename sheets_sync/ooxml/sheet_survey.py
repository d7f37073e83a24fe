"""Finds the last row of a sheet with content, below which new rows go, and the styles of its cells."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from .patch_by_parser import RowScan
from .plain_part import NotPlain, PlainPart
from .refs import column_index

_ROW = re.compile(rb'<row r="(\d+)"')
_CELL = re.compile(rb'<c r="([A-Z]{1,3})\d+"(?: s="(\d+)")?')
_CONTENT = (b"</v>", b"</is>", b"<f")


@dataclass(frozen=True, slots=True)
class LastRow:
    """Number of the last row with a value or formula (0 in an empty sheet), and its cells' styles by column."""

    number: int = 0
    styles: dict[int, bytes] = field(default_factory=dict)


def last_row(chunks: Callable[[], Iterable[bytes]]) -> LastRow:
    """Styled blank rows below the data do not count; ``chunks`` opens the part, and may be called twice."""
    try:
        return _by_search(chunks())
    except NotPlain:
        return _by_parser(chunks())


def _by_search(chunks: Iterable[bytes]) -> LastRow:
    found = b""
    for batch in PlainPart(chunks, b"sheetData", b"row").batches():
        content = max(map(batch.rfind, _CONTENT))
        if content >= 0:
            start = batch.rfind(b"<row", 0, content)
            end = batch.find(b"</row>", content)
            found = batch[start:end]
    if not found:
        return LastRow()
    row = _ROW.match(found)
    if row is None or found.count(b"<c") != found.count(b'<c r="'):
        raise NotPlain
    styles = {column_index(name.decode()): style for name, style in _CELL.findall(found)}
    return LastRow(int(row[1]), styles)


def _by_parser(chunks: Iterable[bytes]) -> LastRow:
    scan, found = RowScan(), LastRow()
    for chunk in chunks:
        scan.feed(chunk)
        for row in scan.rows:
            if any(cell.content for cell in row.cells):
                found = LastRow(row.number, {cell.column: cell.style.encode() for cell in row.cells})
        scan.rows.clear()
        if scan.tail_start >= 0:
            break
        scan.forget(scan.settled)
    return found
