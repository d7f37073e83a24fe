"""createDeveloperMetadata, updateDeveloperMetadata, deleteDeveloperMetadata."""

from typing import Any

from .. import masks, metadata
from ..batch import Batch
from ..errors import bad
from ..resource import lean


def create(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    wanted = request.get("developerMetadata") or {}
    if not wanted.get("metadataKey"):
        raise bad("DeveloperMetadata.metadataKey must be specified.")
    if not wanted.get("visibility"):
        raise bad("DeveloperMetadata.visibility must be specified.")
    spreadsheet = batch.spreadsheet
    made_id = wanted.get("metadataId") or spreadsheet.new_id()
    if any(found["metadataId"] == made_id for found in spreadsheet.each_metadata()):
        raise bad(f"Developer metadata with id {made_id} already exists.")
    location = dict(wanted.get("location") or {})
    sheet, dimension, _ = metadata.holder(spreadsheet, location)
    location["locationType"] = dimension[:-1] if dimension else "SHEET" if sheet else "SPREADSHEET"
    made = wanted | {"metadataId": made_id, "location": location}
    metadata.put(spreadsheet, location, [*metadata.listed(spreadsheet, location), made])
    metadata.check_room(spreadsheet)
    return {"developerMetadata": lean(made)}


def update(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    spreadsheet = batch.spreadsheet
    mask = masks.parse(request.get("fields", ""))
    if set(mask) - {"metadataKey", "metadataValue", "visibility"}:
        raise bad("tests/google_double updates key, value and visibility of metadata only")
    changed = []
    for data_filter in request.get("dataFilters", []):
        for old in metadata.matching(spreadsheet, data_filter):
            new = masks.update(old, request.get("developerMetadata") or {}, mask)
            _replace(batch, old, [new])
            changed.append(lean(new))
    metadata.check_room(spreadsheet)
    return {"developerMetadata": changed} if changed else {}


def delete(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    gone = metadata.matching(batch.spreadsheet, request.get("dataFilter") or {})
    for old in gone:
        _replace(batch, old, [])
    return {"deletedDeveloperMetadata": [lean(old) for old in gone]} if gone else {}


def _replace(batch: Batch, old: dict[str, Any], new: list[dict[str, Any]]) -> None:
    listed = metadata.listed(batch.spreadsheet, old["location"])
    kept = [found for found in listed if found["metadataId"] != old["metadataId"]]
    metadata.put(batch.spreadsheet, old["location"], [*kept, *new])


KINDS = {
    "createDeveloperMetadata": create,
    "updateDeveloperMetadata": update,
    "deleteDeveloperMetadata": delete,
}
