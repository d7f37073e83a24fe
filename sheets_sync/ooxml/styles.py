"""Cell styles, as far as they matter here: which ones show dates, and date twins of those that do not."""

from typing import Final

from .serials import Kind, kind_of_format
from .xml_parts import Element, splice, tree, whole, with_attributes

_TWIN_FORMAT: Final[dict[Kind, str]] = {"date": "14", "datetime": "22", "time": "21", "duration": "46"}
"""Built-in formats, shown in the reader's own way of writing dates."""


class Styles:
    """The style part of a workbook. An empty part (b"") means that the workbook has none."""

    def __init__(self, xml: bytes) -> None:
        self._xml = xml
        self._root = tree(xml) if xml else None
        self._twins: dict[tuple[int, Kind], int] = {}
        self._added: list[tuple[int, Kind]] = []
        self._formats = self._own_formats()
        self._xfs = self._cell_formats()
        self.kinds: list[Kind] = [self._kind(xf) for xf in self._xfs]

    def kind(self, style: int) -> Kind:
        return self.kinds[style] if 0 <= style < len(self.kinds) else ""

    def for_kind(self, style: int, kind: Kind) -> int:
        """``style`` itself if it shows dates or times already, else its twin with a date format, made on first use."""
        if self.kind(style) or not 0 <= style < len(self._xfs):
            return style
        twin = self._twins.get((style, kind))
        if twin is None:
            twin = self._twins[style, kind] = len(self.kinds)
            self.kinds.append(kind)
            self._added.append((style, kind))
        return twin

    @property
    def changed(self) -> bool:
        return bool(self._added)

    def xml(self) -> bytes:
        """The part with the twins added."""
        listed = self._root.first("cellXfs") if self._root else None
        if not self._added or listed is None:
            return self._xml
        new = b"".join(self._twin(self._xfs[style], _TWIN_FORMAT[kind]) for style, kind in self._added)
        tag = with_attributes(self._xml[listed.start : listed.open_end], {"count": str(len(self.kinds))})
        return splice(self._xml, [(listed.start, listed.open_end, tag), (listed.close_start, listed.close_start, new)])

    def _twin(self, xf: Element, number_format: str) -> bytes:
        tag = self._xml[xf.start : xf.open_end]
        changed = with_attributes(tag, {"numFmtId": number_format, "applyNumberFormat": "1"})
        return changed + self._xml[xf.open_end : xf.end]

    def _own_formats(self) -> dict[int, str]:
        listed = self._root.first("numFmts") if self._root else None
        found = (element.attributes for element in (listed.every("numFmt") if listed else ()))
        return {whole(each.get("numFmtId")): each.get("formatCode", "") for each in found}

    def _cell_formats(self) -> list[Element]:
        listed = self._root.first("cellXfs") if self._root else None
        return list(listed.every("xf")) if listed else []

    def _kind(self, xf: Element) -> Kind:
        number_format = whole(xf.attributes.get("numFmtId"))
        return kind_of_format(number_format, self._formats.get(number_format))
