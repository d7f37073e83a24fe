"""Protected ranges. Who makes one may always edit it, whatever list of editors is sent."""

from typing import Any

from .. import masks
from ..batch import Batch
from ..errors import bad
from ..resource import lean

Found = tuple[list[dict[str, Any]], int]


def add_protected_range(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    made = dict(request.get("protectedRange") or {})
    if "namedRangeId" in made and "range" not in made:
        named = [found for found in batch.spreadsheet.named_ranges if found["namedRangeId"] == made["namedRangeId"]]
        if not named:
            raise bad(f"No named range with id: {made['namedRangeId']}")
        made["range"] = dict(named[0]["range"])
    if "tableId" in made or "range" not in made:
        raise bad("protectedRange.range must be specified.")
    area = batch.area(made["range"])
    if made.get("unprotectedRanges") and {"endRowIndex", "endColumnIndex"} & made["range"].keys():
        raise bad("unprotectedRanges is only supported on protected sheets.")
    made.setdefault("protectedRangeId", batch.spreadsheet.new_id())
    _keep_maker(batch, made)
    area.sheet.parts["protectedRanges"].append(made)
    return {"protectedRange": lean(made) | {"requestingUserCanEdit": True}}


def _keep_maker(batch: Batch, made: dict[str, Any]) -> None:
    made.pop("requestingUserCanEdit", None)
    if made.get("warningOnly"):
        made["editors"] = {}
        return
    editors = dict(made.get("editors") or {})
    editors["users"] = list(dict.fromkeys([*editors.get("users", []), batch.user]))
    made["editors"] = editors


def _found(batch: Batch, protected_id: int) -> Found:
    for sheet in batch.spreadsheet.sheets:
        for index, protected in enumerate(sheet.parts["protectedRanges"]):
            if protected["protectedRangeId"] == protected_id:
                return sheet.parts["protectedRanges"], index
    raise bad(f"No protected range with id: {protected_id}")


def update_protected_range(batch: Batch, request: dict[str, Any]) -> None:
    new = request.get("protectedRange") or {}
    ranges, index = _found(batch, new.get("protectedRangeId", 0))
    made = masks.update(ranges[index], new, masks.parse(request.get("fields", "")))
    made["protectedRangeId"] = new["protectedRangeId"]
    batch.area(made.get("range"))
    _keep_maker(batch, made)
    ranges[index] = made


def delete_protected_range(batch: Batch, request: dict[str, Any]) -> None:
    ranges, index = _found(batch, request.get("protectedRangeId", 0))
    del ranges[index]


KINDS = {
    "addProtectedRange": add_protected_range,
    "updateProtectedRange": update_protected_range,
    "deleteProtectedRange": delete_protected_range,
}
