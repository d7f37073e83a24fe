"""Named ranges."""

import re
from typing import Any

from .. import masks
from ..batch import Batch
from ..errors import bad
from ..resource import lean

_NAME = re.compile(r"[^\W\d]\w{0,249}")
_CELL = re.compile(r"[A-Za-z]{1,3}\d+|[rR]\d*[cC]\d*|true|false", re.IGNORECASE)


def _check_name(batch: Batch, name: str, named_id: str) -> None:
    if not _NAME.fullmatch(name) or _CELL.fullmatch(name):
        raise bad(f"The name of a named range is invalid: {name}")
    for found in batch.spreadsheet.named_ranges:
        if found["name"].casefold() == name.casefold() and found["namedRangeId"] != named_id:
            raise bad(f'A named range with the name "{name}" already exists.')


def add_named_range(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    named = dict(request.get("namedRange") or {})
    named_id = named.get("namedRangeId") or str(batch.spreadsheet.new_id())
    if any(found["namedRangeId"] == named_id for found in batch.spreadsheet.named_ranges):
        raise bad(f"A named range with id {named_id} already exists.")
    _check_name(batch, named.get("name", ""), named_id)
    batch.area(named.get("range"))
    made = {"namedRangeId": named_id, "name": named["name"], "range": named["range"]}
    batch.spreadsheet.named_ranges.append(made)
    return {"namedRange": lean(made)}


def _found(batch: Batch, named_id: str) -> int:
    for index, named in enumerate(batch.spreadsheet.named_ranges):
        if named["namedRangeId"] == named_id:
            return index
    raise bad(f"No named range with id: {named_id}")


def update_named_range(batch: Batch, request: dict[str, Any]) -> None:
    new = request.get("namedRange") or {}
    index = _found(batch, new.get("namedRangeId", ""))
    named = masks.update(batch.spreadsheet.named_ranges[index], new, masks.parse(request.get("fields", "")))
    _check_name(batch, named.get("name", ""), new["namedRangeId"])
    batch.area(named.get("range"))
    batch.spreadsheet.named_ranges[index] = named | {"namedRangeId": new["namedRangeId"]}


def delete_named_range(batch: Batch, request: dict[str, Any]) -> None:
    del batch.spreadsheet.named_ranges[_found(batch, request.get("namedRangeId", ""))]


KINDS = {
    "addNamedRange": add_named_range,
    "updateNamedRange": update_named_range,
    "deleteNamedRange": delete_named_range,
}
