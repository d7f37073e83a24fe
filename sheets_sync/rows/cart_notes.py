"""What stands in カート側の変更: a line for each thing that the cart did and the merchandiser should know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from sheets_sync import messages
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.records import Plain
from sheets_sync.rows.fields import IMAGES
from sheets_sync.template import Template

LONGEST_VALUE = 200
"""Characters of the cart's value that are shown; the rest can be looked up in the cart."""


def conflict_lines(
    conflicts: Mapping[str, Plain], tab: Tab, template: Template, language: Language, sku: str = ""
) -> Iterator[str]:
    """A line per field that cell and cart both moved, with the cart's value. `sku` names the SKU that it is about."""
    for column, value in conflicts.items():
        label = template.column(tab, column).label(language)
        if column == IMAGES:
            label = messages.text("field_images", language)
        if sku:
            label = messages.text("field_of_sku", language, sku=sku, column=label)
        code = "cart_changed" if value is not None else "cart_emptied"
        yield messages.text(code, language, column=label, value=_short(value))


def _short(value: Plain) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
