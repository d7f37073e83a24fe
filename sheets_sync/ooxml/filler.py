"""Fills the data sheets of a new workbook with rows, as a stream, in the styles of a sample row."""

from collections.abc import Iterable, Mapping
from pathlib import Path

from .atomic_file import replacing
from .cell_xml import CellXml
from .errors import SheetFull
from .parts import Parts, Sheet, open_parts
from .refs import Area, split_ref
from .row_xml import RowValues, RowXml
from .sheet_frame import column_format, filter_area, filter_edits
from .sheet_plan import row_style, style_of_column
from .styles import Styles
from .values import MAX_COLUMNS, MAX_ROWS
from .workbook_edits import edited_workbook
from .xml_parts import Element, splice, tree, with_attributes
from .zip_writer import Member, MemberTooLargeError, ZipWriter

_WHOLE_SHEET = Area(1, 0, MAX_ROWS, MAX_COLUMNS - 1)
_LARGEST_HEAD = 0xF000


def fill(
    skeleton: Path, target: Path, rows: Mapping[str, Iterable[RowValues]], *, compresslevel: int = 6
) -> dict[str, int]:
    """Write ``skeleton`` to ``target`` with rows in place of the sample rows; returns the rows written per sheet.

    Each sheet named in ``rows`` has a heading in row 1 and one sample row 2 whose cells carry the style of each
    column. A row is a sequence of values from column A on, or a mapping by 0-based column. Rows are taken one by one
    when their sheet's turn comes, in the order of the archive. None and "" are blank cells in the column's style.
    Dimension, filter and the filter's hidden name end with the last row. A missing target takes the skeleton's mode.

    Raises MissingSheet, SheetFull, UnwritableValue, OSError; ``target`` is then as it was before.
    """
    with open_parts(skeleton) as parts:
        filling = _Fill(parts, rows)
        with replacing(target, like=skeleton) as file:
            writer = ZipWriter(file, compresslevel)
            try:
                written = filling.write(writer)
                parts.close()  # some systems do not replace a file that is open
            finally:
                writer.close()
        return written


class _Fill:
    def __init__(self, parts: Parts, rows: Mapping[str, Iterable[RowValues]]) -> None:
        self._parts = parts
        with parts.xml_errors(parts.styles or ""):
            self._styles = Styles(parts.read(parts.styles) if parts.styles else b"")
        self._xml = CellXml(self._styles, parts.date1904)
        self._rows: dict[str, tuple[str, Sheet, Iterable[RowValues]]] = {}
        for name, stream in rows.items():
            sheet = parts.sheet(name)
            self._rows[parts.info(sheet.part).filename] = name, sheet, stream
        self._bottoms: dict[int, int] = {}

    def write(self, writer: ZipWriter) -> dict[str, int]:
        parts, written = self._parts, dict[str, int]()
        late = {parts.info(part).filename for part in (parts.workbook, parts.styles) if part}
        for info in parts.members:
            if info.filename in self._rows:
                name, sheet, rows = self._rows[info.filename]
                try:
                    with writer.stream(info) as member:
                        written[name] = self._fill_sheet(member, name, sheet, rows)
                except MemberTooLargeError as error:
                    raise SheetFull(name, str(error)) from error
            elif info.filename not in late:
                writer.copy(parts.file, info)
        workbook = edited_workbook(parts.read(parts.workbook), recalculate=False, filter_bottoms=self._bottoms)
        writer.add(parts.info(parts.workbook), workbook)
        if parts.styles:
            writer.add(parts.info(parts.styles), self._styles.xml())
        writer.finish([info.filename for info in parts.members])
        return written

    def _fill_sheet(self, member: Member, name: str, sheet: Sheet, rows: Iterable[RowValues]) -> int:
        with self._parts.xml_errors(sheet.part):
            skeleton = _Skeleton(self._parts.read(sheet.part))
        row_xml = skeleton.row_xml(name, self._xml)
        dimension = _Dimension(member, skeleton)
        member.write(skeleton.heading)
        count = 0
        for size, batch in row_xml.batches(rows, first=2):
            member.write(batch)
            count += size
        bottom = count + 1
        dimension.settle(Area(1, 0, bottom, max(row_xml.last_column, skeleton.last_column)))
        if filter_area(skeleton.root) is not None:
            self._bottoms[sheet.index] = bottom
        member.write(skeleton.tail(bottom))
        return count


class _Skeleton:
    """A data sheet taken apart: head, heading row, sample row, tail."""

    def __init__(self, xml: bytes) -> None:
        self.xml, self.root = xml, tree(xml)
        data = self.root.first("sheetData")
        rows = list(data.every("row")) if data else []
        if data is None or [row.attributes.get("r") for row in rows] != ["1", "2"]:
            raise ValueError("a skeleton sheet has a heading row 1 and one sample row 2")
        self._data, self._sample = data, rows[1]
        self.head = xml[: data.open_end]
        self.heading = xml[rows[0].start : rows[0].end]
        self.last_column = max((column for row in rows for column in _styles(row)), default=0)

    def row_xml(self, sheet: str, xml: CellXml) -> RowXml:
        """The writer of rows in the sample's styles and height."""
        styles = _styles(self._sample)
        listed = self.root.first("cols")
        columns = [column_format(each) for each in (listed.every("col") if listed else ())]
        default = {index: style_of_column(columns, index) for index in styles}
        row_default = row_style(self._sample.attributes)
        blanks = {index for index, style in styles.items() if style and style != (row_default or default[index])}
        tag = self.xml[self._sample.start : self._sample.open_end].replace(b"/>", b">")
        bare = with_attributes(tag, {"r": None, "spans": None})
        return RowXml(sheet, xml, styles, blanks, bare[len(b"<row") : -1].decode())

    def tail(self, bottom: int) -> bytes:
        """What follows the rows, its filter down to the last row."""
        cut = self._data.close_start
        edits = filter_edits(self.xml, self.root, bottom)
        return splice(self.xml[cut:], [(start - cut, end - cut, new) for start, end, new in edits])


class _Dimension:
    """Writes a sheet's head with room in ``<dimension>``, since the last row is known only after the stream."""

    def __init__(self, member: Member, skeleton: _Skeleton) -> None:
        self._member, self._head = member, skeleton.head
        self._element = skeleton.root.first("dimension")
        if len(self._head) > _LARGEST_HEAD:
            self._element = None
        if self._element is None:
            member.write(self._head)
        else:
            member.write_head(self._with(str(_WHOLE_SHEET)))

    def settle(self, area: Area) -> None:
        if self._element is not None:
            self._member.replace_head(self._with(str(area)))

    def _with(self, area: str) -> bytes:
        start, end = (self._element.start, self._element.end) if self._element else (0, 0)
        tag = b'<dimension ref="%b"' % area.encode()
        room = len('<dimension ref=""') + len(str(_WHOLE_SHEET))
        return splice(self._head, [(start, end, tag.ljust(room) + b"/>")])


def _styles(row: Element) -> dict[int, bytes]:
    placed = ((split_ref(cell.attributes.get("r", "")), cell) for cell in row.every("c"))
    return {at[1]: cell.attributes.get("s", "").encode() for at, cell in placed if at}
