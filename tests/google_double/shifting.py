"""Keeps ranges (filters, conditional formats, names, protections …) on their cells as rows and columns come and go."""

from collections.abc import Callable
from typing import Any

from .spreadsheet import Sheet, Spreadsheet

Span = tuple[int, int]
Change = Callable[[int, int], Span | None]  # where a span is afterwards; None: nothing of it is left


def inserted(at: int, count: int) -> Change:
    return lambda start, end: (start + count if start >= at else start, end + count if end > at else end)


def deleted(first: int, last: int) -> Change:
    def moved(index: int) -> int:
        return index if index <= first else max(first, index - (last - first))

    def change(start: int, end: int) -> Span | None:
        start, end = moved(start), moved(end)
        return (start, end) if start < end else None

    return change


def moved(first: int, last: int, to: int) -> Change:
    low, high = min(first, to), max(last, to)
    by = (to - last) if to >= last else (to - first)
    other = -(last - first) if to >= last else last - first

    def change(start: int, end: int) -> Span:
        if first <= start and end <= last:
            return start + by, end + by
        if low <= start and end <= high and (end <= first or start >= last):
            return start + other, end + other
        return start, end

    return change


def shift(spreadsheet: Spreadsheet, sheet: Sheet, dimension: str, change: Change) -> None:
    name = "Row" if dimension == "ROWS" else "Column"
    parts = sheet.parts
    parts["merges"] = [found for found in parts["merges"] if _shift(found, name, change)]
    for rule in parts["conditionalFormats"]:
        rule["ranges"] = [found for found in rule["ranges"] if _shift(found, name, change)]
    parts["conditionalFormats"] = [rule for rule in parts["conditionalFormats"] if rule["ranges"]]
    for part in ("filterViews", "protectedRanges", "bandedRanges"):
        parts[part] = [found for found in parts[part] if _shift(found.get("range", {}), name, change)]
    groups = "rowGroups" if dimension == "ROWS" else "columnGroups"
    parts[groups] = [found for found in parts[groups] if _shift_group(found["range"], change)]
    if parts["basicFilter"] is not None:
        if not _shift(parts["basicFilter"]["range"], name, change):
            parts["basicFilter"] = None
        elif dimension == "COLUMNS":
            _shift_criteria(parts["basicFilter"], change)
    spreadsheet.named_ranges = [
        found
        for found in spreadsheet.named_ranges
        if found["range"].get("sheetId", 0) != sheet.id or _shift(found["range"], name, change)
    ]


def _shift(grid_range: dict[str, Any], name: str, change: Change) -> bool:
    start_name, end_name = f"start{name}Index", f"end{name}Index"
    start, end = grid_range.get(start_name, 0), grid_range.get(end_name)
    found = change(start, 1_000_000_000 if end is None else end)
    if found is None:
        return False
    if start_name in grid_range or found[0]:
        grid_range[start_name] = found[0]
    if end is not None:
        grid_range[end_name] = found[1]
    return True


def _shift_group(dimension_range: dict[str, Any], change: Change) -> bool:
    found = change(dimension_range.get("startIndex", 0), dimension_range["endIndex"])
    if found is None:
        return False
    dimension_range["startIndex"], dimension_range["endIndex"] = found
    return True


def _shift_criteria(basic_filter: dict[str, Any], change: Change) -> None:
    specs = []
    for spec in basic_filter.get("filterSpecs", []):
        column = spec.get("columnIndex", 0)
        found = change(column, column + 1)
        if found is not None:
            specs.append(spec | {"columnIndex": found[0]})
    if specs:
        basic_filter["filterSpecs"] = specs
    criteria = {}
    for key, item in basic_filter.get("criteria", {}).items():
        found = change(int(key), int(key) + 1)
        if found is not None:
            criteria[str(found[0])] = item
    if criteria:
        basic_filter["criteria"] = criteria
