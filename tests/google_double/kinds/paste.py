"""copyPaste and cutPaste. References inside formulas are left as they are."""

from typing import Any

from ..a1 import Area
from ..batch import Batch
from ..errors import bad, not_in_the_double
from ..overlap import bounds, within
from ..pasting import clear, read_block, write_block

_TYPES = ("PASTE_NORMAL", "PASTE_VALUES", "PASTE_FORMAT", "PASTE_NO_BORDERS", "PASTE_FORMULA", "PASTE_DATA_VALIDATION")


def _kind(request: dict[str, Any]) -> str:
    kind = str(request.get("pasteType", "PASTE_NORMAL"))
    if kind not in _TYPES:
        raise not_in_the_double(f"the paste type {kind}")
    return kind


def copy_paste(batch: Batch, request: dict[str, Any]) -> None:
    if request.get("pasteOrientation", "NORMAL") != "NORMAL":
        raise not_in_the_double("transposed pastes")
    kind = _kind(request)
    source = batch.area(request.get("source"))
    target = batch.area(request.get("destination"))
    block = read_block(source)
    height, width = len(block), len(block[0])
    bottom, right = target.ends()
    down, across = max((bottom - target.top) // height, 1), max((right - target.left) // width, 1)
    whole = [row * across for row in block] * down
    _check_room(batch, target, len(whole), len(whole[0]))
    write_block(target.sheet.grid, target.top, target.left, whole, kind)


def _check_room(batch: Batch, target: Area, height: int, width: int) -> None:
    grid = target.sheet.grid
    if target.top + height > grid.row_count or target.left + width > grid.column_count:
        raise bad("The paste does not fit into the grid.")
    batch.editable(Area(target.sheet, target.top, target.left, target.top + height, target.left + width).grid_range())


def cut_paste(batch: Batch, request: dict[str, Any]) -> None:
    """The cells move; rows, their heights and their metadata stay. A name for the whole block follows it."""
    kind = _kind(request)
    source = batch.editable(request.get("source"))
    place = request.get("destination") or {}
    sheet = batch.sheet(place.get("sheetId", 0))
    target = Area(sheet, place.get("rowIndex", 0), place.get("columnIndex", 0), None, None)
    block = read_block(source)
    _check_room(batch, target, len(block), len(block[0]))
    clear(source)
    write_block(sheet.grid, target.top, target.left, block, kind)
    for named in batch.spreadsheet.named_ranges:
        here = named["range"]
        if here.get("sheetId", 0) == source.sheet.id and within(here, source.grid_range()):
            top, left, bottom, right = bounds(here)
            down, across = target.top - source.top, target.left - source.left
            named["range"] = {
                "sheetId": sheet.id, "startRowIndex": top + down, "endRowIndex": bottom + down,
                "startColumnIndex": left + across, "endColumnIndex": right + across,
            }  # fmt: skip


KINDS = {"copyPaste": copy_paste, "cutPaste": cut_paste}
