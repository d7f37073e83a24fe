"""The merge table of docs/design.md, section 5, against the function that decides."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

import sheets_sync
from sheets_sync.rows.merge import Verdict, decide

DESIGN = Path(sheets_sync.__file__).parents[1] / "docs" / "design.md"
# First two cells of a row → what the cart said last time, what stands in the cell, what the cart says now.
CASES = {
    ("equals the cart's value", "any"): [("a", "b", "b"), (None, "b", "b"), (None, None, None)],
    ("as at the last export", "moved"): [("a", "a", "b"), ("a", "a", None)],
    ("edited", "as at the last export"): [("a", "hers", "a")],
    ("edited", "moved"): [("a", "hers", "b"), ("a", "hers", None)],
    ("blanked", "any"): [("a", None, "a"), ("a", None, "b")],
    ("filled", "does not have the field, and never had"): [(None, "hers", None)],
    ("blank, no base", "has a value"): [(None, None, "b")],
    ("filled, no base (store lost)", "has another value"): [(None, "hers", "b")],
}


def meant(words: str) -> set[Verdict]:
    """What the words of a cell allow."""
    if "show the cart's" in words:
        return {Verdict.CONFLICT}
    if words.startswith("take"):
        return {Verdict.TAKE}
    # A blank that meets a moved cart stays blank; that the cart moved is shown all the same.
    return {Verdict.KEEP, Verdict.CONFLICT} if "stays blank" in words else {Verdict.KEEP}


def table() -> dict[tuple[str, str], tuple[str, str]]:
    section = DESIGN.read_text("utf-8").split("\n## 5.")[1].split("\n## 6.")[0]
    rows = re.findall(r"^\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", section, re.MULTILINE)
    return {(cell, cart): (merged, forced) for cell, cart, merged, forced in rows if cell not in ("cell", "---")}


def test_the_table_has_every_case() -> None:
    assert set(table()) == set(CASES)


@pytest.mark.parametrize("row", CASES, ids=" / ".join)
def test_the_table_says_what_is_decided(row: tuple[str, str]) -> None:
    merged, forced = table()[row]
    for was, cell, now in CASES[row]:
        assert decide(was, cell, now, force=False, open_conflict=False) in meant(merged)
        assert decide(was, cell, now, force=True, open_conflict=False) in meant(forced)
