"""Scattered cells become few requests that touch those cells and no others."""

from __future__ import annotations

import json
from collections.abc import Mapping

from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.gsheets.batch import new_row_json, write_cells
from sheets_sync.gsheets.cell_values import from_extended

CELLS = st.dictionaries(
    st.integers(0, 12), st.dictionaries(st.integers(0, 8), st.sampled_from(["a", 1, True, None]), min_size=1)
)


@given(CELLS)
def test_every_cell_is_written_once_and_nothing_else(cells: Mapping[int, Mapping[int, object]]) -> None:
    found: dict[int, dict[int, object]] = {}
    for request in map(json.loads, write_cells(7, cells)):  # type: ignore[arg-type]
        update = request["updateCells"]
        assert (update["fields"], update["start"]["sheetId"]) == ("userEnteredValue", 7)
        for row, entry in enumerate(update["rows"], start=update["start"]["rowIndex"]):
            for column, cell in enumerate(entry["values"], start=update["start"]["columnIndex"]):
                assert column not in found.setdefault(row, {})
                found[row][column] = from_extended(cell.get("userEnteredValue"))
    assert found == cells


def test_neighbours_travel_together() -> None:
    block = {row: {3: "a", 4: "b"} for row in range(100)}
    assert len(write_cells(1, block)) == 1
    assert len(write_cells(1, block | {200: {3: "c"}})) == 2


def test_blanks_at_the_end_of_a_new_row_stay_away() -> None:
    assert json.loads(new_row_json(["a", None, 1, None, None]))["values"] == [
        {"userEnteredValue": {"stringValue": "a"}}, {}, {"userEnteredValue": {"numberValue": 1}},
    ]  # fmt: skip
    assert json.loads(new_row_json([None])) == {"values": []}
