"""What Google Sheets asks of a cell that is typed into: drop-downs, check boxes, bounds of numbers.

Cells that are not hers have no rule here: Google would mark every one of them as wrong. What she types there is put
back by the next run, and told.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ooxml.refs import letters
from sheets_sync.template import Column, Kind, Owner, Template
from sheets_sync.workbooks import lists
from sheets_sync.workbooks.cell_rules import cell_rule

Rule = dict[str, Any]
BOX: Rule = {"condition": {"type": "BOOLEAN"}, "strict": False}
"""A box to tick. It stands in rows with products only: in any other it would count as content."""


def is_box(column: Column) -> bool:
    return column.kind is Kind.FLAG and column.owner is Owner.EDITOR


def column_rule(
    template: Template, tab: Tab, column: Column, places: Mapping[str, int], language: Language
) -> Rule | None:
    """The rule of a whole column, None where anything may be typed (and for boxes, which go by rows)."""
    if column.owner is not Owner.EDITOR:
        return None
    sheet = lists.lists_sheet(template, language)
    match column.kind:
        case Kind.CHOICE:
            rule = _one_of(lists.choice_range(template, column.choices, sheet), strict=True)
        case Kind.CATEGORY:
            rule = _one_of(_growing(template, "category", sheet), strict=False)
        case Kind.BRAND:
            rule = _one_of(_growing(template, "brand", sheet), strict=False)
        case Kind.INTEGER | Kind.MONEY:
            rule = _number(cell_rule(template, tab, column, places, language))
        case _:
            return None
    return rule | ({"inputMessage": column.help(language)} if column.help(language) else {})


def values_rule(column: int, template: Template, language: Language) -> Rule:
    """The drop-down of one attribute's values, listed in a 0-based column of `_lists`. Other values may be typed."""
    name = letters(column)
    return _one_of(f"={lists.lists_sheet(template, language)}!${name}$2:${name}", strict=False)


def _growing(template: Template, name: str, sheet: str) -> str:
    """To the tab's end, however long it becomes: blank entries are not offered."""
    column = lists.growing_column(template, name)
    return f"={sheet}!${column}$2:${column}"


def _one_of(source: str, *, strict: bool) -> Rule:
    condition = {"type": "ONE_OF_RANGE", "values": [{"userEnteredValue": source}]}
    return {"condition": condition, "strict": strict, "showCustomUi": True}


def _number(rule: Mapping[str, Any]) -> Rule:
    """Bounds as a warning: `{{空}}` has to pass."""
    between = rule["criteria"] == "between"
    kind = "NUMBER_BETWEEN" if between else "NUMBER_GREATER_THAN_EQ"
    bounds = [rule["minimum"], rule["maximum"]] if between else [rule["value"]]
    values = [{"userEnteredValue": f"{bound:g}" if bound % 1 else str(int(bound))} for bound in bounds]
    return {"condition": {"type": kind, "values": values}, "strict": False}
