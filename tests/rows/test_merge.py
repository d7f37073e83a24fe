"""Every combination of what the cart said, what the cell says and what the cart says now, in every mode."""

from collections.abc import Mapping

import pytest

from sheets_sync.issue import Tab
from sheets_sync.rows.fields import IMAGES, fields_of
from sheets_sync.rows.merge import MergedRow, merge_row
from sheets_sync.states import Overwrite
from sheets_sync.template_files import load_template

FIELDS = fields_of(load_template("JP"), Tab.PRODUCTS)
VALUES = {"-": None, "A": "あ", "B": "い", "C": "う"}

# base, cell, cart (- is blank) → what the cell says afterwards, ! = the cart's value is shown as a conflict
MERGE = {
    "---": "-", "--A": "A", "-A-": "A", "-AA": "A", "-AB": "A!",
    "A--": "-", "A-A": "-", "A-B": "-!", "AA-": "-", "AAA": "A",
    "AAB": "B", "AB-": "B!", "ABA": "B", "ABB": "B", "ABC": "B!",
}  # fmt: skip
OVERWRITE = {
    "---": "-", "--A": "A", "-A-": "A", "-AA": "A", "-AB": "B",
    "A--": "-", "A-A": "A", "A-B": "B", "AA-": "-", "AAA": "A",
    "AAB": "B", "AB-": "-", "ABA": "A", "ABB": "B", "ABC": "C",
}  # fmt: skip
MODES = [
    (Overwrite.MERGE, False, MERGE),
    (Overwrite.MERGE, True, MERGE),
    (Overwrite.IF_UPDATED, False, MERGE),
    (Overwrite.IF_UPDATED, True, OVERWRITE),
    (Overwrite.ALWAYS, False, OVERWRITE),
    (Overwrite.ALWAYS, True, OVERWRITE),
]
TABLE = [
    pytest.param(mode, updated, case, end, id=f"{mode}{'-moved' if updated else ''} {case}")
    for mode, updated, table in MODES
    for case, end in table.items()
]


def row(column: str, letter: str) -> dict[str, str | None]:
    return {} if VALUES[letter] is None else {column: VALUES[letter]}


def after(cells: Mapping[str, str | None], merged: MergedRow) -> dict[str, object]:
    return {key: value for key, value in {**cells, **merged.writes}.items() if value is not None}


@pytest.mark.parametrize("column", ["title", IMAGES])
@pytest.mark.parametrize(("mode", "updated", "case", "end"), TABLE)
def test_a_prefilled_cell(mode: Overwrite, updated: bool, case: str, end: str, column: str) -> None:
    was, cell, now = (row(column, letter) for letter in case)
    merged = merge_row(was, cell, now, mode, updated, fields=FIELDS)
    assert after(cell, merged) == row(column, end[0])
    assert merged.conflicts == ({column: VALUES[case[2]]} if end.endswith("!") else {})
    assert merged.new_base == now
    assert not merged.typed_over


@pytest.mark.parametrize("case", [case for case in MERGE if case[0] == "-"])
def test_a_store_that_was_lost_is_as_good_as_a_blank_base(case: str) -> None:
    _, cell, now = (row("title", letter) for letter in case)
    lost = merge_row(None, cell, now, Overwrite.MERGE, False, fields=FIELDS)
    assert lost == merge_row({}, cell, now, Overwrite.MERGE, False, fields=FIELDS)


@pytest.mark.parametrize("mode", Overwrite)
@pytest.mark.parametrize("case", MERGE)
def test_a_cart_cell_always_shows_the_cart_and_what_was_typed_is_told(mode: Overwrite, case: str) -> None:
    was, cell, now = (row("cart_title", letter) for letter in case)
    merged = merge_row(was, cell, now, mode, False, fields=FIELDS)
    assert after(cell, merged) == now
    typed_over = case[1] not in ("-", case[0], case[2])
    assert merged.typed_over == ({"cart_title": VALUES[case[1]]} if typed_over else {})


@pytest.mark.parametrize("column", ["title", IMAGES])
def test_a_conflict_stays_until_she_takes_the_carts_value_or_the_cart_moves_again(column: str) -> None:
    a, b, c = (row(column, letter) for letter in "ABC")
    pending = merge_row(a, b, c, Overwrite.MERGE, False, fields=FIELDS).conflicts
    assert merge_row(c, b, c, Overwrite.MERGE, False, fields=FIELDS, pending=pending).conflicts == pending
    assert merge_row(c, c, c, Overwrite.MERGE, False, fields=FIELDS, pending=pending).conflicts == {}
    assert merge_row(c, b, b, Overwrite.MERGE, False, fields=FIELDS, pending=pending).conflicts == {}
    moved = merge_row(c, b, a, Overwrite.MERGE, False, fields=FIELDS, pending=pending)
    assert moved.conflicts == {column: VALUES["A"]}
    assert not moved.writes


def test_images_are_one_field_in_which_gaps_are_no_edits() -> None:
    base = {"image_1": "a", "image_2": "b"}
    gap = {"image_2": "a", "image_5": "b"}
    same = merge_row(base, gap, base, Overwrite.MERGE, False, fields=FIELDS)
    assert not same.writes
    longer = base | {"image_3": "c"}
    taken = merge_row(base, gap, longer, Overwrite.MERGE, False, fields=FIELDS)
    assert after(gap, taken) == longer
    swapped = {"image_1": "b", "image_2": "a"}
    kept = merge_row(base, swapped, longer, Overwrite.MERGE, False, fields=FIELDS)
    assert not kept.writes
    assert kept.conflicts == {IMAGES: "a\nb\nc"}


def test_overwritten_edits_are_told() -> None:
    merged = merge_row({"title": "あ"}, {"title": "い"}, {"title": "う"}, Overwrite.ALWAYS, False, fields=FIELDS)
    assert merged.replaced == {"title": "い"}
