"""findReplace."""

import re
from typing import Any

from ..a1 import Area
from ..batch import Batch
from ..errors import bad
from ..formats import shown
from ..grid import Formula
from ..typed import enter


def find_replace(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    if not request.get("find"):
        raise bad("find must not be empty.")
    pattern = request["find"] if request.get("searchByRegex") else re.escape(request["find"])
    regex = re.compile(pattern, 0 if request.get("matchCase") else re.IGNORECASE)
    replacement = request.get("replacement", "")
    if not request.get("searchByRegex"):
        replacement = replacement.replace("\\", "\\\\")
    counts = {"valuesChanged": 0, "formulasChanged": 0, "occurrencesChanged": 0}
    rows: set[tuple[int, int]] = set()
    for area in _areas(batch, request):
        bottom, right = area.ends()
        for index in range(area.top, min(bottom, len(area.sheet.grid.rows))):
            for column in range(area.left, right):
                if _replace(batch, area, index, column, regex, replacement, request, counts):
                    rows.add((area.sheet.id, index))
    found = counts | {"rowsChanged": len(rows), "sheetsChanged": len({sheet for sheet, _ in rows})}
    return {name: count for name, count in found.items() if count}


def _areas(batch: Batch, request: dict[str, Any]) -> list[Area]:
    if "range" in request:
        return [batch.editable(request["range"])]
    if request.get("allSheets"):
        return [batch.editable({"sheetId": sheet.id}) for sheet in batch.spreadsheet.sheets]
    if "sheetId" in request:
        return [batch.editable({"sheetId": request["sheetId"]})]
    raise bad("One of range, sheetId and allSheets must be set.")


def _replace(
    batch: Batch, area: Area, index: int, column: int, regex: re.Pattern[str], replacement: str,
    request: dict[str, Any], counts: dict[str, int],
) -> bool:  # fmt: skip
    grid = area.sheet.grid
    value = grid.value(index, column)
    if value is None:
        return False
    is_formula = isinstance(value, Formula)
    if is_formula and not request.get("includeFormulas"):
        return False
    text = value.text if isinstance(value, Formula) else shown(value, grid.look(index, column), batch.locale)
    if request.get("matchEntireCell"):
        count = 1 if regex.fullmatch(text) else 0
        new = regex.sub(replacement, text, count=1) if count else text
    else:
        new, count = regex.subn(replacement, text)
    if not count:
        return False
    enter(grid.writable(index), column, new, batch.locale, batch.year)
    counts["formulasChanged" if is_formula else "valuesChanged"] += 1
    counts["occurrencesChanged"] += count
    return True


KINDS = {"findReplace": find_replace}
