"""Tables of a sheet (Excel's "format as table"): their area follows appended rows, their headings must not change."""

from .refs import Area
from .xml_parts import Element, splice, tree, whole, with_attributes


def headings(table: Element) -> list[Area]:
    """The heading cells. Each holds the name of its column, and Excel calls the file damaged when they differ."""
    area = Area.parse(table.attributes.get("ref", ""))
    return [area._replace(bottom=area.top)] if area and whole(table.attributes.get("headerRowCount"), 1) else []


def extended(xml: bytes, appended: range) -> bytes:
    """The table with the rows that were appended directly below it; one with a totals row ends there."""
    root = tree(xml)
    area = Area.parse(root.attributes.get("ref", ""))
    totals = whole(root.attributes.get("totalsRowCount"))
    if area is None or totals or not appended or area.bottom != appended.start - 1:
        return xml
    longer = {"ref": str(area._replace(bottom=appended[-1]))}
    changed = [each for each in (root, root.first("autoFilter")) if each is not None]
    return splice(
        xml, [(each.start, each.open_end, with_attributes(xml[each.start : each.open_end], longer)) for each in changed]
    )
