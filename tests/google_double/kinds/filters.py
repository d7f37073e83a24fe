"""Basic filters, filter views, and sorting."""

from typing import Any

from .. import masks
from ..a1 import Area
from ..batch import Batch
from ..errors import bad
from ..filtering import apply_filter
from ..resource import lean
from ..sorting import sort_area


def _order(specs: list[dict[str, Any]]) -> list[tuple[int, bool]]:
    return [(spec.get("dimensionIndex", 0), spec.get("sortOrder") == "DESCENDING") for spec in specs]


def set_basic_filter(batch: Batch, request: dict[str, Any]) -> None:
    wanted = request.get("filter") or {}
    area = batch.area(wanted.get("range", {}))
    sheet = area.sheet
    found = {name: part for name, part in wanted.items() if name in ("criteria", "filterSpecs", "sortSpecs") and part}
    sheet.parts["basicFilter"] = {"range": area.grid_range(), **found}
    if "sortSpecs" in found:
        batch.editable(area.grid_range())
        sort_area(Area(sheet, area.top + 1, area.left, area.bottom, area.right), _order(found["sortSpecs"]))
    apply_filter(sheet, batch.locale)


def clear_basic_filter(batch: Batch, request: dict[str, Any]) -> None:
    sheet = batch.sheet(request.get("sheetId", 0))
    sheet.parts["basicFilter"] = None
    apply_filter(sheet, batch.locale)


def sort_range(batch: Batch, request: dict[str, Any]) -> None:
    specs = request.get("sortSpecs", [])
    if not specs:
        raise bad("At least one sort spec must be specified.")
    area = batch.editable(request.get("range"))
    bottom, right = area.ends()
    for column, _ in _order(specs):
        if not area.left <= column < right:
            raise bad(f"sortSpecs.dimensionIndex[{column}] must be within the range.")
    sort_area(Area(area.sheet, area.top, area.left, bottom, right), _order(specs))


def add_filter_view(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    view = dict(request.get("filter") or {})
    area = batch.area(view.get("range", {}))
    view.setdefault("filterViewId", batch.spreadsheet.new_id())
    view.setdefault("title", f"Filter {len(area.sheet.parts['filterViews']) + 1}")
    view["range"] = area.grid_range()
    area.sheet.parts["filterViews"].append(view)
    return {"filter": lean(view)}


def _view(batch: Batch, view_id: int) -> tuple[list[dict[str, Any]], int]:
    for sheet in batch.spreadsheet.sheets:
        for index, view in enumerate(sheet.parts["filterViews"]):
            if view["filterViewId"] == view_id:
                return sheet.parts["filterViews"], index
    raise bad(f"No filter view with id: {view_id}")


def update_filter_view(batch: Batch, request: dict[str, Any]) -> None:
    new = request.get("filter") or {}
    views, index = _view(batch, new.get("filterViewId", 0))
    views[index] = masks.update(views[index], new, masks.parse(request.get("fields", ""))) | {
        "filterViewId": new["filterViewId"]
    }


def delete_filter_view(batch: Batch, request: dict[str, Any]) -> None:
    views, index = _view(batch, request.get("filterId", 0))
    del views[index]


KINDS = {
    "setBasicFilter": set_basic_filter,
    "clearBasicFilter": clear_basic_filter,
    "sortRange": sort_range,
    "addFilterView": add_filter_view,
    "updateFilterView": update_filter_view,
    "deleteFilterView": delete_filter_view,
}
