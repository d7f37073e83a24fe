"""Alternating colours: one per area."""

from typing import Any

from .. import masks
from ..batch import Batch
from ..colours import mirrored, with_twins
from ..errors import bad
from ..overlap import overlap
from ..resource import lean


def add_banding(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    made = mirrored(request.get("bandedRange") or {})
    area = batch.area(made.get("range"))
    made["range"] = area.grid_range()
    banded = area.sheet.parts["bandedRanges"]
    if any(overlap(found["range"], made["range"]) for found in banded):
        raise bad(
            "You cannot add alternating background colors to a range that already has alternating background colors."
        )
    made.setdefault("bandedRangeId", batch.spreadsheet.new_id())
    banded.append(made)
    return {"bandedRange": lean(made)}


def _found(batch: Batch, banded_id: int) -> tuple[list[dict[str, Any]], int]:
    for sheet in batch.spreadsheet.sheets:
        for index, banded in enumerate(sheet.parts["bandedRanges"]):
            if banded["bandedRangeId"] == banded_id:
                return sheet.parts["bandedRanges"], index
    raise bad(f"No banded range with id: {banded_id}")


def update_banding(batch: Batch, request: dict[str, Any]) -> None:
    new = mirrored(request.get("bandedRange") or {})
    banded, index = _found(batch, new.get("bandedRangeId", 0))
    made = masks.update(banded[index], new, with_twins(masks.parse(request.get("fields", ""))))
    made["bandedRangeId"] = new["bandedRangeId"]
    made["range"] = batch.area(made.get("range")).grid_range()
    banded[index] = made


def delete_banding(batch: Batch, request: dict[str, Any]) -> None:
    banded, index = _found(batch, request.get("bandedRangeId", 0))
    del banded[index]


KINDS = {"addBanding": add_banding, "updateBanding": update_banding, "deleteBanding": delete_banding}
