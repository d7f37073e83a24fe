"""Changes to the parts around the sheets: recalculation, the calculation chain, hidden names of filters."""

import re
from collections.abc import Collection, Mapping

from .cell_text import escape_attribute
from .xml_parts import Element, prefix_of, splice, tree, whole, with_attributes

_BEFORE_CALC = (
    "sheets", "functionGroups", "externalReferences", "definedNames",
)  # fmt: skip
_LAST_ROW = re.compile(r"\$(\d+)\s*$")
_TRUE = ("1", "true", "on")


def recalculates(workbook: Element) -> bool:
    """The workbook is recalculated in full when opened anyway."""
    calc = workbook.first("calcPr")
    return calc is not None and calc.attributes.get("fullCalcOnLoad") in _TRUE


def edited_workbook(xml: bytes, *, recalculate: bool, filter_bottoms: Mapping[int, int]) -> bytes:
    """The workbook part with ``fullCalcOnLoad``, and filters' names (by sheet index) that reach down to a row."""
    root = tree(xml)
    edits = []
    if recalculate and not recalculates(root):
        edits.append(_recalculating(xml, root))
    names = root.first("definedNames")
    for name in names.every("definedName") if names else ():
        bottom = filter_bottoms.get(whole(name.attributes.get("localSheetId"), -1))
        end = _LAST_ROW.search(name.text)
        if name.attributes.get("name") == "_xlnm._FilterDatabase" and bottom is not None and end:
            text = name.text[: end.start()] + f"${bottom}"
            edits.append((name.open_end, name.close_start, escape_attribute(text).encode()))
    return splice(xml, edits)


def edited_calc_chain(xml: bytes, removed: Collection[tuple[str, str]]) -> bytes | None:
    """The chain without the cells (sheet id, reference); None when nothing is left of it.

    An entry without a sheet id has that of the entry before it, so the id moves on to the next one kept.
    """
    root = tree(xml)
    sheet, written = "", ""
    pieces = [xml[root.start : root.open_end]]
    for entry in root.every("c"):
        sheet = entry.attributes.get("i", sheet)
        if (sheet, entry.attributes.get("r", "")) in removed:
            continue
        tag = xml[entry.start : entry.end]
        if "i" not in entry.attributes and sheet != written:
            tag = with_attributes(tag, {"i": sheet})
        pieces.append(tag)
        written = sheet
    if len(pieces) == 1:
        return None
    return b"".join([xml[: root.start], *pieces, xml[root.close_start :]])


def without_part(relations: bytes, kind: str) -> bytes:
    """A relations part without the relations of a kind."""
    gone = (each for each in tree(relations).every("Relationship") if _kind(each) == kind)
    return splice(relations, [(each.start, each.end, b"") for each in gone])


def without_content_type(types: bytes, part: str) -> bytes:
    """[Content_Types].xml without the entry of a part."""
    gone = (each for each in tree(types).every("Override") if each.attributes.get("PartName", "")[1:] == part)
    return splice(types, [(each.start, each.end, b"") for each in gone])


def _kind(relation: Element) -> str:
    return relation.attributes.get("Type", "").rpartition("/")[2]


def _recalculating(xml: bytes, root: Element) -> tuple[int, int, bytes]:
    calc = root.first("calcPr")
    if calc is not None:
        return calc.start, calc.open_end, with_attributes(xml[calc.start : calc.open_end], {"fullCalcOnLoad": "1"})
    after = max(each.end for each in root.children if each.name in _BEFORE_CALC)
    return after, after, b'<%bcalcPr fullCalcOnLoad="1"/>' % prefix_of(xml[root.start : root.open_end])
