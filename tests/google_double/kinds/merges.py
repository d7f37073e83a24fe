"""mergeCells, unmergeCells and updateBorders."""

from typing import Any

from ..a1 import Area
from ..batch import Batch
from ..colours import mirrored
from ..errors import bad
from ..overlap import overlap, within

_EDGES = ("top", "bottom", "left", "right")


def merge_cells(batch: Batch, request: dict[str, Any]) -> None:
    area = batch.editable(request.get("range"))
    bottom, right = area.ends()
    kind = request.get("mergeType", "MERGE_ALL")
    areas = [area]
    if kind == "MERGE_ROWS":
        areas = [Area(area.sheet, row, area.left, row + 1, right) for row in range(area.top, bottom)]
    elif kind == "MERGE_COLUMNS":
        areas = [Area(area.sheet, area.top, column, bottom, column + 1) for column in range(area.left, right)]
    merges = area.sheet.parts["merges"]
    for part in areas:
        place = part.grid_range()
        if any(overlap(found, place) and not within(found, place) for found in merges):
            raise bad("You must select all cells in a merged range to merge or unmerge them.")
        merges[:] = [found for found in merges if not within(found, place)]
        merges.append(place)
        _keep_first(part)


def _keep_first(area: Area) -> None:
    bottom, right = area.ends()
    for index in range(area.top, min(bottom, len(area.sheet.grid.rows))):
        row = area.sheet.grid.writable(index)
        for column in range(area.left, right):
            if (index, column) != (area.top, area.left):
                row.set_value(column, None)


def unmerge_cells(batch: Batch, request: dict[str, Any]) -> None:
    area = batch.editable(request.get("range"))
    place = area.grid_range()
    merges = area.sheet.parts["merges"]
    if any(overlap(found, place) and not within(found, place) for found in merges):
        raise bad("You must select all cells in a merged range to merge or unmerge them.")
    merges[:] = [found for found in merges if not within(found, place)]


def update_borders(batch: Batch, request: dict[str, Any]) -> None:
    area = batch.editable(request.get("range"))
    bottom, right = area.ends()
    borders = mirrored({name: part for name, part in request.items() if name != "range"})
    for index in range(area.top, bottom):
        row = area.sheet.grid.writable(index)
        for column in range(area.left, right):
            edges = _edges(borders, (index == area.top, index == bottom - 1, column == area.left, column == right - 1))
            if edges:
                look = dict(row.look(column) or {})
                form = dict(look.get("userEnteredFormat") or {})
                form["borders"] = {
                    name: edge
                    for name, edge in (form.get("borders", {}) | edges).items()
                    if edge.get("style", "NONE") != "NONE"
                }
                look["userEnteredFormat"] = form
                row.set_look(column, look)


def _edges(borders: dict[str, Any], outer: tuple[bool, bool, bool, bool]) -> dict[str, Any]:
    inner = ("innerHorizontal", "innerHorizontal", "innerVertical", "innerVertical")
    names = [edge if is_outer else inside for edge, inside, is_outer in zip(_EDGES, inner, outer, strict=True)]
    return {edge: borders[name] for edge, name in zip(_EDGES, names, strict=True) if name in borders}


KINDS = {"mergeCells": merge_cells, "unmergeCells": unmerge_cells, "updateBorders": update_borders}
