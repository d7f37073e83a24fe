"""Conditional formats: they have an index on their sheet and no id."""

from typing import Any

from ..batch import Batch
from ..colours import mirrored
from ..errors import bad
from ..resource import lean

_FORMATS = {"backgroundColor", "backgroundColorStyle", "textFormat"}
_TEXT = {"bold", "italic", "strikethrough", "underline", "foregroundColor", "foregroundColorStyle"}
Rule = dict[str, Any]


def _checked(batch: Batch, rule: Rule | None) -> Rule:
    if not rule or not rule.get("ranges"):
        raise bad("ConditionalFormatRule.ranges must contain at least one range.")
    if ("booleanRule" in rule) == ("gradientRule" in rule):
        raise bad("Exactly one of ConditionalFormatRule.booleanRule and gradientRule must be set.")
    sheets = {grid_range.get("sheetId", 0) for grid_range in rule["ranges"]}
    if len(sheets) > 1:
        raise bad("All ranges of a ConditionalFormatRule must be on the same sheet.")
    for grid_range in rule["ranges"]:
        batch.area(grid_range)
    if "booleanRule" in rule:
        _check_boolean(rule["booleanRule"])
    found: Rule = mirrored(rule)
    return found


def _check_boolean(rule: Rule) -> None:
    condition = rule.get("condition", {})
    values = condition.get("values", [])
    if not condition.get("type"):
        raise bad("BooleanRule.condition must be set.")
    if condition["type"] in ("ONE_OF_LIST", "ONE_OF_RANGE", "BOOLEAN"):
        raise bad(f"ConditionType {condition['type']} is not supported in conditional formats.")
    if condition["type"] == "CUSTOM_FORMULA" and (
        len(values) != 1 or not values[0].get("userEnteredValue", "").startswith("=")
    ):
        shown = values[0].get("userEnteredValue", "") if values else ""
        raise bad(f"Invalid ConditionValue.userEnteredValue: {shown}")
    cell_format = rule.get("format", {})
    if set(cell_format) - _FORMATS or set(cell_format.get("textFormat", {})) - _TEXT:
        raise bad(
            "ConditionalFormatRule.format only supports bold, italic, strikethrough, underline, foreground color and "
            "background color."
        )


def add_rule(batch: Batch, request: dict[str, Any]) -> None:
    rule = _checked(batch, request.get("rule"))
    rules = batch.sheet(rule["ranges"][0].get("sheetId", 0)).parts["conditionalFormats"]
    index = request.get("index", 0)
    if not 0 <= index <= len(rules):
        raise bad(f"Cannot add a conditional format at index: {index}, there are {len(rules)}.")
    rules.insert(index, rule)


def _rules(batch: Batch, request: dict[str, Any]) -> tuple[list[Rule], int]:
    sheet_id, index = request.get("sheetId", 0), request.get("index", 0)
    rules: list[Rule] = batch.sheet(sheet_id).parts["conditionalFormats"]
    if not 0 <= index < len(rules):
        raise bad(f"No conditional format on sheet: {sheet_id} at index: {index}")
    return rules, index


def update_rule(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    if "rule" in request:
        rule = _checked(batch, request["rule"])
        request = {"sheetId": rule["ranges"][0].get("sheetId", 0)} | request
        rules, index = _rules(batch, request)
        old, rules[index] = rules[index], rule
        return {"oldRule": lean(old), "oldIndex": index, "newRule": lean(rule), "newIndex": index}
    rules, index = _rules(batch, request)
    new_index = request.get("newIndex", 0)
    rule = rules.pop(index)
    rules.insert(new_index, rule)
    return {"newRule": lean(rule), "oldIndex": index, "newIndex": new_index}


def delete_rule(batch: Batch, request: dict[str, Any]) -> dict[str, Any]:
    rules, index = _rules(batch, request)
    return {"rule": lean(rules.pop(index))}


KINDS = {
    "addConditionalFormatRule": add_rule,
    "updateConditionalFormatRule": update_rule,
    "deleteConditionalFormatRule": delete_rule,
}
