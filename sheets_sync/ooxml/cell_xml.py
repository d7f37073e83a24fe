"""Writes cells: a value and a style become the XML of ``<c>``."""

import datetime
import math
from collections.abc import Iterable, Mapping

from .cell_text import escape_attribute, excel_length, text_element
from .errors import SheetFull, UnwritableValue
from .refs import ref
from .serials import Kind, to_serial
from .styles import Styles
from .values import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, CellError, Value

_MOMENTS = (datetime.date, datetime.time, datetime.timedelta)
_SHORT = 64
"""Texts up to here are remembered as XML: states and choices repeat."""
_MOST_RESTS = 1 << 14


class CellXml:
    """Cells of one workbook. ``styles`` gains date twins as dates meet cells without a date format."""

    def __init__(self, styles: Styles, date1904: bool) -> None:
        self._styles, self._date1904 = styles, date1904
        self._heads: dict[tuple[bytes, Kind], bytes] = {}
        self._rests: dict[tuple[bytes, type, Value], bytes] = {}

    def cell(self, prefix: bytes, place: bytes, style: bytes, value: Value) -> bytes:
        """``<c>`` with all in it; ``style`` is the number in the file, or b"" for none."""
        if prefix:
            return b'<%bc r="%b"%b' % (prefix, place, self._rest(prefix, style, value))
        kind = type(value)
        if kind is str and len(value) > _SHORT:  # type: ignore[arg-type]
            return b'<c r="%b"%b' % (place, self._rest(b"", style, value))
        rest = self._rests.get((style, kind, value))
        if rest is None:
            if len(self._rests) >= _MOST_RESTS:
                self._rests.clear()
            rest = self._rests[style, kind, value] = self._rest(b"", style, value)
        return b'<c r="%b"%b' % (place, rest)

    def _rest(self, prefix: bytes, style: bytes, value: Value) -> bytes:
        """All of the cell behind its reference."""
        shape = b' s="%b"' % style if style else b""
        if value is None or value == "":
            return shape + b"/>"
        if isinstance(value, str) and not isinstance(value, CellError):
            text = text_element(value).encode()
            if prefix:
                text = b"<%bt%b</%bt>" % (prefix, text[2:-4], prefix)
            return b'%b t="inlineStr"><%bis>%b</%bis></%bc>' % (shape, prefix, text, prefix, prefix)
        if isinstance(value, bool | CellError):
            shape += b' t="b"' if isinstance(value, bool) else b' t="e"'
            content = str(int(value)) if isinstance(value, bool) else escape_attribute(value)
        elif isinstance(value, int | float):
            content = repr(value)
        else:
            shape, content = self._dated(style, kind_of(value)), to_serial(value, self._date1904)
        return b"%b><%bv>%b</%bv></%bc>" % (shape, prefix, content.encode(), prefix, prefix)

    def _dated(self, style: bytes, kind: Kind) -> bytes:
        head = self._heads.get((style, kind))
        if head is None:
            number = self._styles.for_kind(int(style or 0), kind)
            head = self._heads[style, kind] = b' s="%d"' % number if style or number else b""
        return head

    def check(self, sheet: str, rows: Iterable[tuple[int, Mapping[int, Value]]]) -> None:
        """Raise SheetFull or UnwritableValue for the first place or value that a sheet cannot hold."""
        for row, cells in rows:
            if not 1 <= row <= MAX_ROWS:
                raise SheetFull(sheet, f"row {row} does not exist")
            for column, value in cells.items():
                if not 0 <= column < MAX_COLUMNS:
                    raise SheetFull(sheet, f"column {column} does not exist")
                kind = type(value)
                if kind is bool or (kind is str and len(value) * 2 <= MAX_TEXT):  # type: ignore[arg-type]
                    continue
                if why := self.objection(value):
                    raise UnwritableValue(sheet, ref(row, column), why)

    def objection(self, value: object) -> str:
        """Why no cell can hold the value; "" when one can."""
        if isinstance(value, str):
            length = excel_length(value)
            return f"text of {length:,} characters; a cell holds {MAX_TEXT:,}" if length > MAX_TEXT else ""
        if isinstance(value, float) and not math.isfinite(value):
            return f"{value} is no number that a cell can hold"
        if isinstance(value, _MOMENTS):
            try:
                to_serial(value, self._date1904)
            except ValueError as error:
                return str(error)
            return ""
        known = value is None or isinstance(value, int | float)
        return "" if known else f"a {type(value).__name__} has no place in a cell"


def kind_of(value: datetime.date | datetime.time | datetime.timedelta) -> Kind:
    if isinstance(value, datetime.datetime):
        return "datetime"
    if isinstance(value, datetime.date):
        return "date"
    return "time" if isinstance(value, datetime.time) else "duration"
