"""Which tabs and columns a workbook has under the settings of its shop."""

from __future__ import annotations

from sheets_sync.issue import Tab
from sheets_sync.template import Column, Template

DATA_TABS = (Tab.PRODUCTS, Tab.SKUS, Tab.ATTRIBUTES, Tab.DEFAULTS, Tab.HISTORY)
"""Tabs with rows, found by heading. The guide is for reading, `_lists` has a layout of its own (lists.py)."""

CHECKBOXES = ("sync", "approval")
"""Flags that every row carries: shown as boxes to tick. A flag that is normally blank stays a TRUE/FALSE list."""


def shown_columns(template: Template, tab: Tab, sign_off: bool) -> tuple[Column, ...]:
    """The tab's columns, without those of a setting that is off."""
    settings = {"": True, "sign_off": sign_off}
    return tuple(column for column in template.columns[tab] if settings.get(column.when, False))
