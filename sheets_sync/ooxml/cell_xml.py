"""Writes cells: a value and a style become the XML of ``<c>``."""

import datetime
import math
from collections.abc import Iterable, Mapping

from .cell_text import excel_length, text_element
from .errors import SheetFull, UnwritableValue
from .refs import ref
from .serials import Kind, to_serial
from .styles import Styles
from .values import MAX_COLUMNS, MAX_ROWS, MAX_TEXT, CellError, Value

_MOMENTS = (datetime.date, datetime.time, datetime.timedelta)


class CellXml:
    """Cells of one workbook. ``styles`` gains date twins as dates meet cells without a date format."""

    def __init__(self, styles: Styles, date1904: bool) -> None:
        self._styles, self._date1904 = styles, date1904
        self._heads: dict[tuple[bytes, Kind], bytes] = {}

    def cell(self, prefix: bytes, place: bytes, style: bytes, value: Value) -> bytes:
        """``<c>`` with all in it; ``style`` is the number in the file, or b"" for none."""
        tag = b'<%bc r="%b"%b' % (prefix, place, b' s="%b"' % style if style else b"")
        if isinstance(value, str) and value:
            if isinstance(value, CellError):
                return b'%b t="e"><%bv>%b</%bv></%bc>' % (tag, prefix, _error(value), prefix, prefix)
            text = text_element(value).encode()
            if not prefix:
                return b'%b t="inlineStr"><is>%b</is></c>' % (tag, text)
            text = b"<%bt%b</%bt>" % (prefix, text[2:-4], prefix)
            return b'%b t="inlineStr"><%bis>%b</%bis></%bc>' % (tag, prefix, text, prefix, prefix)
        if value is None or isinstance(value, str):
            return tag + b"/>"
        if isinstance(value, bool):
            return b'%b t="b"><%bv>%d</%bv></%bc>' % (tag, prefix, value, prefix, prefix)
        if isinstance(value, _MOMENTS):
            tag = b'<%bc r="%b"%b' % (prefix, place, self._dated(style, kind_of(value)))
        return b"%b><%bv>%b</%bv></%bc>" % (tag, prefix, self.number(value).encode(), prefix, prefix)

    def number(self, value: float | datetime.date | datetime.time | datetime.timedelta) -> str:
        """The text of ``<v>`` for numbers and moments. The shortest text that reads back as the same number."""
        return repr(value) if isinstance(value, int | float) else to_serial(value, self._date1904)

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
                if type(value) is str and len(value) * 2 <= MAX_TEXT:
                    continue
                why = self.objection(value)
                if why:
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


def _error(value: str) -> bytes:
    return value.replace("&", "&amp;").replace("<", "&lt;").encode()
