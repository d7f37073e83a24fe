"""Groups of rows and columns that can be folded."""

from typing import Any

from ..batch import Batch
from ..errors import bad, not_in_the_double
from ..resource import lean
from ..spreadsheet import Sheet
from .dimensions import span

Groups = list[dict[str, Any]]


def _groups(sheet: Sheet, dimension: str) -> Groups:
    found: Groups = sheet.parts["rowGroups" if dimension == "ROWS" else "columnGroups"]
    return found


def add_group(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    sheet, dimension, start, end = span(batch, request.get("range"))
    groups = _groups(sheet, dimension)
    depth = 1
    for group in groups:
        other = group["range"]
        if other["startIndex"] <= start and end <= other["endIndex"]:
            depth = max(depth, group["depth"] + 1)
        elif start < other["endIndex"] and other["startIndex"] < end:
            raise not_in_the_double("a group that crosses another")
    place = {"sheetId": sheet.id, "dimension": dimension, "startIndex": start, "endIndex": end}
    groups.append({"range": place, "depth": depth})
    sheet.grid_properties["rowGroupControlAfter" if dimension == "ROWS" else "columnGroupControlAfter"] = True
    return {"dimensionGroups": lean(groups)}


def _found(groups: Groups, start: int, end: int, depth: int) -> dict[str, Any]:
    for group in groups:
        place = group["range"]
        if (place["startIndex"], place["endIndex"]) == (start, end) and depth in (0, group["depth"]):
            return group
    raise bad(f"No dimension group over [{start}, {end}) at depth {depth}.")


def update_group(batch: Batch, request: dict[str, Any]) -> None:
    new = request.get("dimensionGroup") or {}
    if request.get("fields") not in ("collapsed", "*"):
        raise bad("The only field of a dimension group that can be updated is collapsed.")
    sheet, dimension, start, end = span(batch, new.get("range"))
    group = _found(_groups(sheet, dimension), start, end, new.get("depth", 0))
    group["collapsed"] = bool(new.get("collapsed"))
    grid = sheet.grid
    for index in range(start, end):
        props = grid.row_props(index) if dimension == "ROWS" else grid.column_props(index)
        changed = {name: value for name, value in props.items() if name != "hiddenByUser"}
        if group["collapsed"]:
            changed["hiddenByUser"] = True
        if dimension == "ROWS":
            grid.set_row_props(index, changed)
        else:
            grid.set_column_props(index, changed)


def delete_group(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    sheet, dimension, start, end = span(batch, request.get("range"))
    groups = _groups(sheet, dimension)
    groups.remove(_found(groups, start, end, 0))
    return {"dimensionGroups": lean(groups)} if groups else {}


KINDS = {
    "addDimensionGroup": add_group,
    "updateDimensionGroup": update_group,
    "deleteDimensionGroup": delete_group,
}
