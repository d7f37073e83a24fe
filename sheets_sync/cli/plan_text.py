"""A plan in words: the question before an import, and the list that `plan` prints."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sheets_sync.messages import Language, text
from sheets_sync.plan import Plan
from sheets_sync.report import Standing, Voice, planned_text, state_of
from sheets_sync.states import State
from sheets_sync.usecases.send import numbers


def question(plan: Plan, language: Language) -> str:
    """The question with the numbers in it."""
    return text("confirm_import", language, **numbers(plan))


def plan_lines(standings: Iterable[Standing], voice: Voice) -> Iterator[str]:
    """A line per product that an import would touch or that waits."""
    for standing in standings:
        state: State = state_of(standing, voice.missing_codes)
        if standing.plan.steps or standing.plan.wait:
            words = planned_text(standing, state, voice).replace("\n", " / ")
            yield f"{standing.want.product_key}\t{words}"
