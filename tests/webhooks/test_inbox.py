from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.webhooks.inbox import Debounce, Seen


def test_a_repetition_is_known_also_after_a_restart() -> None:
    seen = Seen()
    assert "7" not in seen
    seen.add("7")
    assert "7" in seen
    assert "7" in Seen(seen.ids())


def test_an_event_without_an_id_is_always_new() -> None:
    seen = Seen()
    seen.add("")
    assert "" not in seen


def test_the_oldest_are_forgotten() -> None:
    seen = Seen(most=3)
    for one in "12314":
        seen.add(one)
    assert seen.ids() == ["3", "1", "4"]
    assert Seen(["1", 2, None, "3", "4", "5"], most=3).ids() == ["3", "4", "5"]


@given(st.lists(st.sampled_from("abcdefgh")), st.integers(1, 5))
def test_never_more_than_allowed_and_the_newest_are_in(ids: list[str], most: int) -> None:
    seen = Seen(most=most)
    for one in ids:
        seen.add(one)
    assert len(seen.ids()) <= most
    assert set(ids[-most:]) <= set(seen.ids())


def test_it_is_written_once_it_has_been_quiet() -> None:
    rest = Debounce(quiet=30, at_most=300)
    assert not rest.is_due(1e9)
    rest.heard(0)
    rest.heard(20)
    assert not rest.is_due(49)
    assert rest.is_due(50)
    rest.done()
    assert not rest.is_due(1e9)
    assert not rest.waiting


def test_lasting_noise_does_not_put_it_off_for_ever() -> None:
    rest = Debounce(quiet=30, at_most=300)
    for second in range(0, 1000, 10):
        if rest.is_due(second):
            break
        rest.heard(second)
    assert second == 300


def test_what_could_not_be_written_is_tried_again() -> None:
    rest = Debounce(quiet=30, at_most=300)
    rest.heard(0)
    rest.again(30, 60)
    assert not rest.is_due(89)
    assert rest.is_due(90)
    rest.again(90, 60)
    rest.heard(91)
    assert not rest.is_due(149), "an event does not make a busy workbook free"
    assert rest.is_due(150)
