"""What to do next, by how the rows stand after a run."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.states import NEEDS_A_PERSON, State
from sheets_sync.usecases.result import RunResult

# The first of these that some row is in decides.
_ADVICE: Sequence[tuple[frozenset[State], str]] = (
    (frozenset({State.UNKNOWN}), "next_unknown"),
    (frozenset({State.REVIEW_FAILED}), "next_review"),
    (NEEDS_A_PERSON, "next_check"),
    (frozenset({State.READY}), "next_send"),
    (frozenset({State.IN_REVIEW}), "next_import"),
)


def next_step(result: RunResult) -> str:
    """Message code of the advice, "" where nothing is left to do or the run itself says what went wrong."""
    if result.unwritten or result.unavailable:
        return ""
    if any(issue.code == "sku_already_listed" for issue in result.issues):
        return "next_link_first"
    states = {state for state, count in (result.states or {}).items() if count}
    return next((code for asked, code in _ADVICE if asked & states), "")
