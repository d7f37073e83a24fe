"""Which tabs and columns a workbook has under the settings of its shop."""

from __future__ import annotations

import unicodedata

from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.template import Column, Kind, Template

DATA_TABS = (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES, Tab.DEFAULTS, Tab.HISTORY)
"""Tabs with rows, found by heading. The guide is for reading, `_lists` has a layout of its own (lists.py)."""

CHECKBOXES = ("sync", "approval")
"""Flags that every row carries: shown as boxes to tick. A flag that is normally blank stays a TRUE/FALSE list."""


def shown_columns(template: Template, tab: Tab, sign_off: bool) -> tuple[Column, ...]:
    """The tab's columns, without those of a setting that is off."""
    settings = {"": True, "sign_off": sign_off}
    return tuple(column for column in template.columns[tab] if settings.get(column.when, False))


def shown_width(template: Template, column: Column, language: Language) -> float:
    """Width in characters: the template's, or what the longest choice of a closed list needs in this language."""
    if column.kind is not Kind.CHOICE:
        return column.width
    return max(column.width, *(text_width(choice.label(language)) for choice in template.choices[column.choices]))


def text_width(text: str) -> int:
    """Width of a text in characters of a sheet; full-width ones count two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WFA" else 1 for character in text)
