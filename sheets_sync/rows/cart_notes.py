"""What stands in カート側の変更: a line for each thing that the cart did and the merchandiser should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sheets_sync import messages
from sheets_sync.issue import Issue, Tab
from sheets_sync.messages import Language
from sheets_sync.products import ProductKind
from sheets_sync.records import Plain
from sheets_sync.rows import cart_facts
from sheets_sync.rows.fields import IMAGES
from sheets_sync.rows.tag_rule import TagRule, tag_note
from sheets_sync.template import IMAGE_SLOTS, Template

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


def typed_over_lines(
    issues: Iterable[Issue], template: Template, language: Language, sku: str = ""
) -> Iterator[str]:
    """A line per cell that is not hers and was put back, with what she had typed: the row is the only place that keeps
    it. `sku` names the SKU that it is about.
    """
    for issue in issues:
        label = template.column(issue.tab, issue.column or "").label(language)
        if sku:
            label = messages.text("field_of_sku", language, sku=sku, column=label)
        words = messages.text(issue.code, language, **issue.params)
        yield messages.text("cart_remark", language, column=label, text=words)


def fact_lines(
    extra: Mapping[str, Plain], template: Template, language: Language, *, on: bool, rule: TagRule
) -> Iterator[str]:
    """A line per fact of a product (`BaseRow.extra`) that she should know for as long as it is so: what is sold, what
    found no room, where its tag went, and what is wrong with its record. `on`: what 連携対象 says.
    """
    if note := tag_note(extra, rule, on=on):
        yield messages.text(note, language, tag=rule.tag)
    if (kind := cart_facts.kind_of(extra)) is not ProductKind.GOODS:
        yield messages.text(f"cart_kind_{kind}", language)
    if names := cart_facts.options_left_out(extra):
        yield messages.text("options_left_out", language, **cart_facts.option_params(names))
    if count := extra.get(cart_facts.IMAGES):
        yield messages.text("images_left_out", language, read=count, max=IMAGE_SLOTS)
    for remark in cart_facts.remarks_of(extra):
        words = messages.text(remark.code, language, **remark.params)
        known = template.has(remark.tab, remark.column)
        label = template.column(remark.tab, remark.column).label(language) if known else ""
        if remark.sku:
            label = messages.text("field_of_sku", language, sku=remark.sku, column=label) if label else remark.sku
        yield messages.text("cart_remark", language, column=label, text=words) if label else words
    if more := extra.get(cart_facts.MORE_REMARKS):
        yield messages.text("more_lines", language, count=more)


def _short(value: Plain) -> str:
    text = " ".join(str(value).split())
    return text if len(text) <= LONGEST_VALUE else f"{text[: LONGEST_VALUE - 1]}…"
