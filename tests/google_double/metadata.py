"""Developer metadata: where it hangs, and how it is found again."""

from typing import Any

from .errors import bad
from .spreadsheet import Sheet, Spreadsheet

MAX_CHARACTERS = 30_000
Metadata = dict[str, Any]


def holder(spreadsheet: Spreadsheet, location: dict[str, Any]) -> tuple[Sheet | None, str, int]:
    """Sheet, dimension and index that a location speaks of; no sheet for the spreadsheet itself."""
    if location.get("spreadsheet"):
        return None, "", 0
    if "dimensionRange" in location:
        place = location["dimensionRange"]
        sheet = spreadsheet.by_id(place.get("sheetId", 0))
        start, end = place.get("startIndex", 0), place.get("endIndex", 0)
        if end - start != 1 or place.get("dimension") not in ("ROWS", "COLUMNS"):
            raise bad("DimensionRange for metadata must be a single row or column.")
        count = sheet.grid.row_count if place["dimension"] == "ROWS" else sheet.grid.column_count
        if end > count:
            raise bad("DimensionRange for metadata is out of the grid.")
        return sheet, place["dimension"], start
    if "sheetId" in location:
        return spreadsheet.by_id(location["sheetId"]), "", 0
    raise bad("DeveloperMetadata.location must be specified.")


def listed(spreadsheet: Spreadsheet, location: dict[str, Any]) -> list[Metadata]:
    """What hangs at a place, without where that is for rows and columns."""
    sheet, dimension, index = holder(spreadsheet, location)
    if sheet is None:
        return spreadsheet.developer_metadata
    if not dimension:
        found: list[Metadata] = sheet.parts["developerMetadata"]
        return found
    props = sheet.grid.row_props(index) if dimension == "ROWS" else sheet.grid.column_props(index)
    return list(props.get("developerMetadata", []))


def put(spreadsheet: Spreadsheet, location: dict[str, Any], items: list[Metadata]) -> None:
    sheet, dimension, index = holder(spreadsheet, location)
    if sheet is None:
        spreadsheet.developer_metadata = items
    elif not dimension:
        sheet.parts["developerMetadata"] = items
    else:
        grid = sheet.grid
        props = dict(grid.row_props(index) if dimension == "ROWS" else grid.column_props(index))
        props.pop("developerMetadata", None)
        if items:
            props["developerMetadata"] = items
        if dimension == "ROWS":
            grid.set_row_props(index, props)
        else:
            grid.set_column_props(index, props)


def check_room(spreadsheet: Spreadsheet) -> None:
    sizes: dict[Any, int] = {}
    for found in spreadsheet.each_metadata():
        location = found["location"]
        owner = location.get("sheetId", location.get("dimensionRange", {}).get("sheetId", "file"))
        sizes[owner] = sizes.get(owner, 0) + len(found["metadataKey"]) + len(found.get("metadataValue", ""))
    if any(size > MAX_CHARACTERS for size in sizes.values()):
        raise bad(f"This action would exceed the limit of {MAX_CHARACTERS} characters of developer metadata.")


def matching(spreadsheet: Spreadsheet, data_filter: dict[str, Any]) -> list[Metadata]:
    lookup = data_filter.get("developerMetadataLookup")
    if lookup is None:
        raise bad("tests/google_double finds metadata by developerMetadataLookup only")
    names = ("metadataId", "metadataKey", "metadataValue", "visibility")
    wanted = {name: lookup[name] for name in names if name in lookup}
    found = []
    for item in spreadsheet.each_metadata():
        if any(item.get(name) != value for name, value in wanted.items()):
            continue
        if lookup.get("locationType") not in (None, item["location"]["locationType"]):
            continue
        found.append(item)
    return found
