"""What to do next, by how the rows stand after a run."""

from __future__ import annotations

from sheets_sync.states import NEEDS_A_PERSON, State
from sheets_sync.usecases.result import RunResult


def next_step(result: RunResult) -> str:
    """Message code of the advice, "" where nothing is left to do."""
    states = result.states or {}
    if result.unwritten or result.unavailable:
        return ""
    if states.get(State.UNKNOWN):
        return "next_unknown"
    if states.get(State.REVIEW_FAILED):
        return "next_review"
    if any(states.get(state) for state in NEEDS_A_PERSON):
        return "next_check"
    if states.get(State.READY):
        return "next_send"
    if states.get(State.IN_REVIEW):
        return "next_import"
    return ""
