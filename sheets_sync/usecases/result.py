"""What a run tells when it ends: numbers, issues and an exit code, for a person's summary and for JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.errors import ExitCode
from sheets_sync.issue import Issue, Severity
from sheets_sync.messages import Language, text
from sheets_sync.states import NEEDS_A_PERSON, Listing, State


@dataclass(slots=True)
class RunResult:
    """The end of a run. `counts`: the further numbers of the command's JSON, by key. `notes`: message code and places.

    `unwritten`: the workbook could not be written now; everything is in the store and the next run writes it.
    `attention`: something was found that needs a person and that no row's state tells.
    """

    command: str
    run_id: str
    products: int = 0
    skus: int = 0
    states: Mapping[State, int] | None = None
    listings: Mapping[Listing, int] | None = None
    issues: Sequence[Issue] = ()
    counts: dict[str, Any] = field(default_factory=dict)
    notes: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    unwritten: bool = False
    interrupted: bool = False
    unavailable: bool = False
    attention: bool = False

    @property
    def exit_code(self) -> ExitCode:
        if self.interrupted:
            return ExitCode.INTERRUPTED
        if self.unwritten or self.unavailable:
            return ExitCode.UNAVAILABLE
        waiting = any(self.states[state] for state in NEEDS_A_PERSON if state in self.states) if self.states else False
        warned = any(issue.severity is not Severity.INFO for issue in self.issues)
        return ExitCode.NEEDS_A_PERSON if waiting or warned or self.attention else ExitCode.DONE

    def to_json(self, language: Language) -> dict[str, Any]:
        """The command's JSON object (docs/design.md, section 8)."""
        result: dict[str, Any] = {
            "command": self.command,
            "run_id": self.run_id,
            "products": self.products,
            "skus": self.skus,
        }
        if self.states is not None and self.listings is not None:
            result["states"] = {state.value: self.states.get(state, 0) for state in State}
            result["listings"] = {listing.value: self.listings.get(listing, 0) for listing in Listing}
            result["issues"] = [issue_json(issue, language) for issue in self.issues]
        return result | self.counts


def issue_json(issue: Issue, language: Language) -> dict[str, Any]:
    """An issue as the JSON shows it; only its message is localised."""
    return {
        "tab": issue.tab.value,
        "row_key": issue.row_key,
        "column": issue.column,
        "code": issue.code,
        "severity": issue.severity.value,
        "message": text(issue.code, language, **issue.params),
    }
