"""What stands around the rows of a sheet: dimension and columns before them, filter and merges behind them."""

import re
from dataclasses import dataclass, field

from .refs import Area
from .sheet_plan import ColumnFormat, SheetPlan
from .xml_parts import Element, prefix_of, splice, tree, whole, with_attributes


@dataclass(slots=True)
class SheetFrame:
    """Head (through the start tag of ``<sheetData>``) and tail (from its end tag on) of a sheet part."""

    plan: SheetPlan
    prefix: bytes = b""
    _root_tag: bytes = field(default=b"")

    def head(self, head: bytes) -> bytes:
        """The edited head. Its columns' styles go into the plan."""
        self.prefix = prefix_of(head[head.rindex(b"<") :])
        root = self._parsed(head)
        self._root_tag = head[root.start : root.open_end]
        listed = root.first("cols")
        columns = list(listed.every("col")) if listed else []
        self.plan.columns = [column_format(column) for column in columns]
        return splice(head, [*self._dimension(head, root), *self._columns(head, root, listed, columns)])

    def tail(self, tail: bytes) -> bytes:
        """The edited tail. Raises UnsupportedCell for a value inside a merge or an array formula."""
        plan = self.plan
        plan.refuse_inside(plan.arrays, "part of the array formula in", head_allowed=True)
        opening = self._root_tag + b"<%bsheetData>" % self.prefix
        whole = opening + tail
        root = tree(whole)
        merged = root.first("mergeCells")
        areas = [Area.parse(each.attributes.get("ref", "")) for each in (merged.every("mergeCell") if merged else ())]
        plan.refuse_inside([area for area in areas if area], "hidden by the merged cells", head_allowed=True)
        return splice(whole, self._filter(whole, root))[len(opening) :]

    def _parsed(self, head: bytes) -> Element:
        return tree(head + b"</%bsheetData></%bworksheet>" % (self.prefix, self.prefix))

    def _dimension(self, head: bytes, root: Element) -> list[tuple[int, int, bytes]]:
        element, bounds = root.first("dimension"), self.plan.bounds()
        known = Area.parse(element.attributes.get("ref", "")) if element else None
        if element is None or known is None or bounds is None:
            return []
        merged = Area(
            min(known.top, bounds.top), min(known.left, bounds.left),
            max(known.bottom, bounds.bottom), max(known.right, bounds.right),
        )  # fmt: skip
        tag = with_attributes(head[element.start : element.open_end], {"ref": str(merged)})
        return [(element.start, element.open_end, tag)]

    def _columns(
        self, head: bytes, root: Element, listed: Element | None, columns: list[Element]
    ) -> list[tuple[int, int, bytes]]:
        plan = self.plan
        known = [(each.first, each.last) for each in plan.columns]
        new = [
            column
            for column in sorted({*plan.new_column_width, *plan.style_like})
            if not any(first <= column <= last for first, last in known)
        ]
        edits = []
        for column in new:
            later = next((each for each, (first, _) in zip(columns, known, strict=True) if first > column), None)
            at = later.start if later else listed.close_start if listed else 0
            edits.append((at, at, self._column(column)))
        if not new or (listed is not None and not listed.empty_tag):
            return edits
        body = b"".join(edit[2] for edit in edits)
        whole = b"<%bcols>%b</%bcols>" % (self.prefix, body, self.prefix)
        if listed is not None:
            return [(listed.start, listed.end, whole)]
        data = root.first("sheetData")
        at = data.start if data else len(head)
        return [(at, at, whole)]

    def _column(self, column: int) -> bytes:
        plan = self.plan
        width = plan.new_column_width.get(column)
        twin = plan.style_like.get(column)
        style = plan.column_style(twin) if twin is not None else b""
        return b'<%bcol min="%d" max="%d"%b%b/>' % (
            self.prefix, column + 1, column + 1,
            b' width="%b"' % format(width, ".10g").encode() if width is not None else b' width="9.140625"',
            (b' style="%b"' % style if style else b"") + (b' customWidth="1"' if width is not None else b""),
        )  # fmt: skip

    def _filter(self, tail: bytes, root: Element) -> list[tuple[int, int, bytes]]:
        area, plan = filter_area(root), self.plan
        if area is None or not plan.appended or plan.appended[-1] <= area.bottom:
            return []
        plan.filter_bottom = plan.appended[-1]
        return filter_edits(tail, root, plan.filter_bottom)


def filter_area(root: Element) -> Area | None:
    """Where the sheet's filter lies."""
    element = root.first("autoFilter")
    return Area.parse(element.attributes.get("ref", "")) if element else None


def filter_edits(xml: bytes, root: Element, bottom: int) -> list[tuple[int, int, bytes]]:
    """The filter's area down to another last row."""
    element, area = root.first("autoFilter"), filter_area(root)
    if element is None or area is None:
        return []
    tag = with_attributes(xml[element.start : element.open_end], {"ref": str(area._replace(bottom=bottom))})
    return [(element.start, element.open_end, tag)]


def widened_spans(row_tag: bytes, first: int, last: int) -> bytes:
    """A row's start tag whose ``spans`` hint covers the 0-based columns too."""
    found = re.search(rb'\sspans="(\d+):(\d+)"', row_tag)
    if not found or (int(found[1]) <= first + 1 and int(found[2]) >= last + 1):
        return row_tag
    spans = b' spans="%d:%d"' % (min(int(found[1]), first + 1), max(int(found[2]), last + 1))
    return row_tag[: found.start()] + spans + row_tag[found.end() :]


def column_format(column: Element) -> ColumnFormat:
    """One ``<col>``."""
    get = column.attributes.get
    return ColumnFormat(whole(get("min"), 1) - 1, whole(get("max"), 1) - 1, get("style", ""))
