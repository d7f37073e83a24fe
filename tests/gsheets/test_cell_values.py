"""Values go to Google and come back as they were."""

from __future__ import annotations

import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.cell_lengths import cell_length, cut_to
from sheets_sync.gsheets.cell_values import (
    MAX_TEXT,
    Formula,
    cell_json,
    entered,
    from_extended,
    from_rendered,
    moment,
    same,
)
from sheets_sync.tables import CellError

TEXTS = st.text(st.characters(exclude_categories=["Cs"]))


NUMBERS = st.one_of(st.integers(-(10**15), 10**15), st.floats(allow_nan=False, allow_infinity=False))


@given(st.one_of(TEXTS, NUMBERS, st.booleans()))
def test_what_is_written_is_what_is_read(value: str | float | bool) -> None:
    cell = json.loads(cell_json(entered(value)))
    found = from_extended(cell.get("userEnteredValue"))
    assert same(found, entered(value))


@given(TEXTS)
def test_a_text_is_never_a_formula(value: str) -> None:
    cell = json.loads(cell_json(entered(value)))
    assert cell == ({"userEnteredValue": {"stringValue": value}} if value else {})


@given(st.datetimes(dt.datetime(1900, 1, 1), dt.datetime(2200, 1, 1)).map(lambda at: at.replace(microsecond=0)))
def test_moments_survive_as_serials(at: dt.datetime) -> None:
    assert moment(entered(at), with_time=True) == at
    assert moment(entered(at.date()), with_time=False) == at.date()


def test_a_serial_is_what_google_says_it_is() -> None:
    assert entered(dt.date(2026, 1, 2)) == 46024
    assert entered(dt.datetime(2026, 1, 2, 12)) == 46024.5


@pytest.mark.parametrize("value", ["明日", True, None, CellError("#N/A"), -5, 10**9])
def test_what_is_no_day_stays_as_it_is(value: object) -> None:
    assert moment(value, with_time=False) == value  # type: ignore[arg-type]


def test_kinds_are_told_apart() -> None:
    assert not same(True, 1)
    assert not same("=1", Formula("=1"))
    assert same(1, 1.0)
    assert same(None, None)
    assert from_rendered("#REF!") == CellError("#REF!")
    assert isinstance(from_rendered("#REF!"), CellError)
    assert not isinstance(from_rendered("#タグ"), CellError)
    assert from_rendered(320.0) == 320
    assert isinstance(from_rendered(320.0), int)


@given(st.text(st.sampled_from("aあ👗"), min_size=1).map(lambda text: text * (2 * MAX_TEXT // len(text))))
def test_a_text_is_cut_to_what_a_cell_holds(text: str) -> None:
    cut = cut_to(text, MAX_TEXT)
    assert cell_length(cut) <= MAX_TEXT
    assert cell_length(cut) >= MAX_TEXT - 2
    assert text.startswith(cut[:-1])
