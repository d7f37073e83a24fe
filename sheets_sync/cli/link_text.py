"""What `link` found, in words: the list that stands before its question."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheets_sync.adoption import Candidate, Match
from sheets_sync.messages import Language, text
from sheets_sync.template import Template


def found_lines(
    full: Sequence[Match], half: Sequence[Match], template: Template, language: Language
) -> Iterator[str]:
    """Full matches, a line each; then those that are only told, with what stands where."""
    yield text("link_full", language, count=len(full))
    for match in full:
        there = _listing(match.candidates[0], template, language)
        yield text("link_line", language, key=match.product_key, title=match.title, there=there)
    if half:
        yield text("link_half", language, count=len(half))
    for match in half:
        yield text("link_half_line", language, key=match.product_key, title=match.title, why=_why(match, language))
        for one in match.candidates:
            codes = text("list_separator", language).join(one.codes)
            yield text("link_half_listing", language, there=_listing(one, template, language), codes=codes)


def _why(match: Match, language: Language) -> str:
    separator = text("list_separator", language)
    missing, rivals = separator.join(match.missing), separator.join(match.rivals)
    code = f"link_why_{match.half}" + ("" if match.half != "some" or missing else "_blank")
    return text(code, language, missing=missing, rivals=rivals)


def _listing(one: Candidate, template: Template, language: Language) -> str:
    state = template.choice_label("listing", one.listing.value, language)
    return text("link_listing", language, title=one.title, state=state, id=one.product_id)
