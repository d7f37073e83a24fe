"""A tick holds for exactly the values last checked; any change since voids it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.approval import Approval


def read(*runs: tuple[str, bool, bool]) -> tuple[Approval, str]:
    """The record after runs that read (values, ticked, checking), and the last values."""
    record = Approval()
    for now, ticked, checking in runs:
        record = Approval.from_text(record.after_reading(now, ticked=ticked, checking=checking).to_text())
    return record, runs[-1][0]


def holds(*runs: tuple[str, bool, bool]) -> bool:
    record, now = read(*runs)
    return record.holds(now)


CHECK, IMPORT = True, False


def test_a_tick_on_checked_values_holds() -> None:
    assert holds(("a", False, CHECK), ("a", True, IMPORT))
    assert holds(("a", False, CHECK), ("a", True, CHECK), ("a", True, IMPORT))


def test_a_tick_on_values_that_no_check_showed_is_void() -> None:
    assert not holds(("a", True, IMPORT))
    assert not holds(("a", False, CHECK), ("b", True, IMPORT))
    assert not holds(("a", False, IMPORT), ("a", True, IMPORT))


def test_no_tick_never_holds() -> None:
    assert not holds(("a", False, CHECK), ("a", False, IMPORT))


def test_a_change_voids_and_changing_back_does_not_heal() -> None:
    ticked = (("a", False, CHECK), ("a", True, IMPORT))
    assert not holds(*ticked, ("b", True, IMPORT))
    assert not holds(*ticked, ("b", True, CHECK), ("a", True, IMPORT))
    assert read(*ticked, ("b", True, CHECK))[0].void


def test_taken_out_checked_and_ticked_again_it_holds() -> None:
    void = (("a", False, CHECK), ("a", True, IMPORT), ("b", True, CHECK))
    assert holds(*void, ("b", False, CHECK), ("b", True, IMPORT))


@given(st.lists(st.tuples(st.sampled_from("ab"), st.booleans(), st.booleans()), min_size=1))
def test_what_holds_was_shown_by_a_check_and_ticked_ever_since(runs: list[tuple[str, bool, bool]]) -> None:
    if not holds(*runs):
        return
    now = runs[-1][0]
    since = next(i for i in range(len(runs) - 1, -1, -1) if i == 0 or not runs[i - 1][1])
    assert all(values == now and ticked for values, ticked, _ in runs[since:])
    shown = [values for values, _, checking in runs[:since] if checking]
    assert shown
    assert shown[-1] == now
