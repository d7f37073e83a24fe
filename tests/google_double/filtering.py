"""Which rows a basic filter hides. They stay as they are when cells change: a filter is applied when it is set."""

import re
from typing import Any

from .errors import not_in_the_double
from .formats import shown
from .grid import Look, Value
from .spreadsheet import Sheet
from .values import ErrorValue, effective


def criteria_of(basic_filter: dict[str, Any]) -> dict[int, dict[str, Any]]:
    found = {int(column): criteria for column, criteria in basic_filter.get("criteria", {}).items()}
    for spec in basic_filter.get("filterSpecs", []):
        found[spec.get("columnIndex", 0)] = spec.get("filterCriteria", {})
    return found


def apply_filter(sheet: Sheet, locale: str) -> None:
    grid = sheet.grid
    for index in range(len(grid.rows)):
        props = grid.row_props(index)
        if "hiddenByFilter" in props:
            grid.set_row_props(index, {name: value for name, value in props.items() if name != "hiddenByFilter"})
    basic_filter = sheet.parts["basicFilter"]
    if basic_filter is None:
        return
    criteria = criteria_of(basic_filter)
    place = basic_filter["range"]
    bottom = min(place.get("endRowIndex", grid.row_count), grid.row_count)
    for index in range(place.get("startRowIndex", 0) + 1, bottom):
        cells = [(rule, grid.value(index, column), grid.look(index, column)) for column, rule in criteria.items()]
        if any(_hides(rule, value, look, locale) for rule, value, look in cells):
            grid.set_row_props(index, grid.row_props(index) | {"hiddenByFilter": True})


def _hides(rule: dict[str, Any], value: Value, look: Look | None, locale: str) -> bool:
    text = shown(value, look, locale)
    if text in rule.get("hiddenValues", []):
        return True
    condition = rule.get("condition")
    return condition is not None and not _holds(condition, value, text)


def _holds(condition: dict[str, Any], value: Value, text: str) -> bool:
    kind = condition.get("type", "")
    wanted = [found.get("userEnteredValue", "") for found in condition.get("values", [])]
    low = text.casefold()
    first = wanted[0].casefold() if wanted else ""
    texts = {
        "BLANK": text == "", "NOT_BLANK": text != "", "TEXT_EQ": low == first, "TEXT_NOT_EQ": low != first,
        "TEXT_CONTAINS": first in low, "TEXT_NOT_CONTAINS": first not in low,
        "TEXT_STARTS_WITH": low.startswith(first), "TEXT_ENDS_WITH": low.endswith(first),
    }  # fmt: skip
    if kind in texts:
        return texts[kind]
    if kind.startswith("NUMBER_") and wanted and re.fullmatch(r"-?\d+(\.\d+)?", wanted[0]):
        found = effective(value)
        if found is None or isinstance(found, (str, bool, ErrorValue)):
            return False
        number = float(wanted[0])
        numbers = {
            "NUMBER_GREATER": found > number, "NUMBER_GREATER_THAN_EQ": found >= number, "NUMBER_LESS": found < number,
            "NUMBER_LESS_THAN_EQ": found <= number, "NUMBER_EQ": found == number, "NUMBER_NOT_EQ": found != number,
        }  # fmt: skip
        if kind in numbers:
            return numbers[kind]
    raise not_in_the_double(f"the filter condition {kind}")
