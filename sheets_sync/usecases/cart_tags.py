"""How a listing stands, as the shop sees it in its cart: a tag of a closed list; no other tag is taken for ours."""

from __future__ import annotations

from sheets_sync.messages import Language
from sheets_sync.report import Standing
from sheets_sync.states import Listing
from sheets_sync.template import Template

PREFIX = "TikTok:"
_REVIEW_FAILED = "review_failed"
_LANGUAGES: tuple[Language, ...] = ("ja", "en")


def label(standing: Standing, template: Template, language: Language) -> str:
    """What is told of a product: that its review failed, else what TikTok Shop shows."""
    if standing.link and standing.link.audit == "FAILED":
        return template.choice_label("state", _REVIEW_FAILED, language)
    return template.choice_label("listing", standing.listing.value, language)


def tag(label: str) -> str:
    """The tag of a label. A comma would make two tags of it."""
    return PREFIX + label.replace(",", "")


def own_tags(template: Template) -> frozenset[str]:
    """Every tag that this tool ever writes, in both languages."""
    found = {tag(template.choice_label("listing", listing.value, code)) for listing in Listing for code in _LANGUAGES}
    return frozenset(found | {tag(template.choice_label("state", _REVIEW_FAILED, code)) for code in _LANGUAGES})
