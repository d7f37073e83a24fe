"""A run's end in plain words: counts per state, the first issues, and what is worth knowing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language, text
from sheets_sync.states import Listing, State
from sheets_sync.template import Template
from sheets_sync.template_files import load_template
from sheets_sync.usecases.result import RunResult

FIRST_ISSUES = 10
_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def summary(result: RunResult, language: Language) -> Iterator[str]:
    """Lines for a person."""
    template = load_template("JP")
    if result.states is not None and result.listings is not None:
        yield text("summary_products", language, products=result.products, skus=result.skus)
        states = [("state", s.value, result.states.get(s, 0)) for s in State]
        listings = [("listing", s.value, result.listings.get(s, 0)) for s in Listing]
        yield text("summary_states", language, counts=_counts(template, states, language))
        yield text("summary_listings", language, counts=_counts(template, listings, language))
    yield from _numbers(result, language)
    yield from _issues(result.issues, template, language, notes=result.states is None)
    for code, params in result.notes:
        yield text(code, language, **_spoken(params, language))


def _counts(template: Template, counts: list[tuple[str, str, int]], language: Language) -> str:
    shown = [f"{template.choice_label(kind, name, language)} {n}" for kind, name, n in counts if n]
    return text("list_separator", language).join(shown) or "0"


def _numbers(result: RunResult, language: Language) -> Iterator[str]:
    if "plan" in result.counts:  # a dry run: nothing was done, and a note tells what would be
        return
    code = f"summary_{result.command}"
    line = text(code, language, products=result.products, skus=result.skus, **result.counts)
    if not line.startswith(code):
        yield line


def _issues(issues: Sequence[Issue], template: Template, language: Language, *, notes: bool) -> Iterator[str]:
    """The first issues. `notes`: what is only to be known as well, such as what an export had to leave out."""
    found = sorted(issues, key=lambda issue: _ORDER[issue.severity])
    found = [issue for issue in found if notes or issue.severity is not Severity.INFO]
    for issue in found[:FIRST_ISSUES]:
        known = issue.column is not None and template.has(issue.tab, issue.column)
        label = template.column(issue.tab, issue.column or "").label(language) if known else ""
        mark = "" if issue.severity is Severity.ERROR else text(f"severity_{issue.severity}", language)
        mark += text(f"origin_{issue.origin}", language) if issue.origin else ""
        words = text(issue.code, language, **issue.params)
        tab = template.tab_name(issue.tab, language)
        # The text names the attribute; its id would say nothing to a person.
        row = issue.product if issue.tab is Tab.ATTRIBUTES else issue.row_key
        place = " ".join(filter(None, (tab, row, label)))
        yield text("summary_issue", language, mark=mark, place=place, text=words)
    if len(found) > FIRST_ISSUES:
        yield "  " + text("more_lines", language, count=len(found) - FIRST_ISSUES)


def _spoken(params: dict[str, object], language: Language) -> dict[str, object]:
    """A note that quotes another message says it in words."""
    if "code" not in params:
        return params
    inner = {key: value for key, value in params.items() if key not in ("code", "where")}
    return {**params, "text": text(str(params["code"]), language, **inner)}
