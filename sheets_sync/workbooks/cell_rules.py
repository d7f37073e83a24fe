"""What Excel asks of a cell that is typed into: one validation per column, with its hint in the workbook's language.

Validations reach to the sheet's end, so that appended rows have them. They are a courtesy, not a lock: pasted values
pass them, and the checks look at every cell anyway. Titles hold 32 characters, texts 255 (a limit of the format).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sheets_sync.issue import Tab
from sheets_sync.messages import Language, text
from sheets_sync.ooxml.refs import letters
from sheets_sync.template import Column, Kind, Owner, Template
from sheets_sync.workbooks import lists

Rule = dict[str, Any]
"""Options of XlsxWriter's `data_validation`."""


def cell_rule(template: Template, tab: Tab, column: Column, places: Mapping[str, int], language: Language) -> Rule:
    """Validation of a column. `places`: column key → 0-based index on the tab, for rules that look at other cells."""
    if column.owner is not Owner.EDITOR:
        return _refusal(column, language)
    sheet = lists.lists_sheet(template, language)
    match column.kind:
        case Kind.FLAG:
            rule: Rule = {"validate": "list", "source": ["TRUE", "FALSE"], "show_error": False}
        case Kind.CHOICE:
            rule = _drop_down(lists.choice_range(template, column.choices, sheet), "choice", "stop", language)
        case Kind.CATEGORY:
            rule = _drop_down(lists.growing_range(template, "category", sheet), "open_list", "warning", language)
        case Kind.BRAND:
            rule = _drop_down(lists.growing_range(template, "brand", sheet), "open_list", "warning", language)
        case Kind.INTEGER | Kind.MONEY:
            rule = _number(template, column, language)
        case _:
            rule = {"validate": "any"}
    if tab is Tab.ATTRIBUTES and column.key == "value" and "attribute_id" in places:
        id_cell = f"${letters(places['attribute_id'])}2"
        rule = {"validate": "list", "source": lists.values_range(id_cell, sheet), "show_error": False}
    hint = {"input_title": column.label(language)[:32], "input_message": column.help(language)[:255]}
    return rule | hint if column.help(language) else rule


def _refusal(column: Column, language: Language) -> Rule:
    """A rule that no value meets: typing is refused, while sorting, filtering and clearing go on working."""
    return {
        "validate": "custom",
        "value": "=FALSE",
        "error_title": text("cell_refused_title", language),
        "error_message": text(f"cell_refused_{column.owner}", language),
    }


def _drop_down(source: str, code: str, style: str, language: Language) -> Rule:
    return {
        "validate": "list",
        "source": source,
        "error_type": style,
        "error_title": text(f"cell_{code}_title", language),
        "error_message": text(f"cell_{code}_error", language),
    }


def _number(template: Template, column: Column, language: Language) -> Rule:
    """Bounds as a warning: `{{空}}` has to pass, and lengths with decimals are rounded up later."""
    low = _bound(column.minimum, template.limits.get(f"{column.key}_min"))
    high = _bound(column.maximum, template.limits.get(f"{column.key}_max"))
    rule: Rule = {"validate": "decimal", "error_type": "warning", "error_title": text("cell_number_title", language)}
    if high is None:
        message = text("cell_number_least", language, low=_shown(low or 0))
        return rule | {"criteria": ">=", "value": low or 0, "error_message": message}
    message = text("cell_number_between", language, low=_shown(low or 0), high=_shown(high))
    return rule | {"criteria": "between", "minimum": low or 0, "maximum": high, "error_message": message}


def _bound(own: float | None, limit: float | None) -> float | None:
    return own if own is not None else limit


def _shown(number: float) -> str:
    return f"{number:,.0f}" if float(number).is_integer() else f"{number:,.2f}"
