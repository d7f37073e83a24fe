"""The tab `_lists`: whatever is written into it is found in it again, and lists never run into one another."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.tables import WorkbookIds
from sheets_sync.workbooks import lists
from tests.contracts.workbook_contract import TEMPLATE

_names = st.sampled_from(["category", "brand", "values:1", "values:2", "values:3"])
_entries = st.lists(st.text(min_size=1, max_size=5), max_size=6, unique=True)
_contents = st.dictionaries(_names, _entries, max_size=5)
_ids = st.builds(WorkbookIds, *[st.text(st.characters(codec="utf-8"), max_size=4)] * 3)

Sheet = dict[int, dict[int, str]]


def as_sheet(columns: list[tuple[str, list[str]]]) -> Sheet:
    rows = enumerate(lists.rows_of(columns), start=1)
    return {number: {i: entry for i, entry in enumerate(row) if entry} for number, row in rows}


def parsed(sheet: Sheet) -> lists.ListsTab:
    return lists.parse((number, cells) for number, cells in sorted(sheet.items()) if cells)


def entries(sheet: Sheet, name: str) -> list[str]:
    column = parsed(sheet).lists[name]
    return [sheet[number][column.index] for number in range(2, column.size + 2)]


def apply(sheet: Sheet, edits: dict[int, dict[int, str | None]]) -> None:
    for number, cells in edits.items():
        row = sheet.setdefault(number, {})
        for index, value in cells.items():
            row.pop(index, None)
            if value:
                row[index] = value


@given(_contents, st.lists(st.tuples(_contents, _ids), max_size=3), _ids)
def test_lists_and_ids_are_found_as_they_were_last_written(
    first: dict[str, list[str]], changes: list[tuple[dict[str, list[str]], WorkbookIds]], ids: WorkbookIds
) -> None:
    sheet = as_sheet(lists.first_contents(TEMPLATE, "ja", ids, first))
    wanted, bound = dict(first), ids
    for contents, bound in changes:
        apply(sheet, lists.edits(parsed(sheet), contents, bound))
        wanted |= contents
    assert parsed(sheet).ids == bound
    assert parsed(sheet).language == "ja"
    for name, given_entries in wanted.items():
        assert entries(sheet, name) == given_entries
    for name in lists.fixed_choices(TEMPLATE):
        assert entries(sheet, f"choice:{name}") == [choice.ja for choice in TEMPLATE.choices[name]]


def test_growing_lists_stand_where_their_drop_downs_look() -> None:
    columns = lists.first_contents(TEMPLATE, "en", WorkbookIds(), {"values:9": ["x"], "brand": ["b"]})
    headings = [heading for heading, _ in columns]
    for name in lists.GROWING:
        letter = chr(ord("A") + headings.index(name))
        assert f"_lists!${letter}$2" in lists.growing_range(TEMPLATE, name, "_lists")
    assert headings[-1] == "values:9"


def test_ids_that_stand_already_are_not_written_again() -> None:
    ids = WorkbookIds("w", "c", "s")
    sheet = as_sheet(lists.first_contents(TEMPLATE, "ja", ids, {}))
    assert lists.edits(parsed(sheet), None, ids) == {}


def test_an_empty_tab_takes_lists_and_ids() -> None:
    sheet: Sheet = {}
    apply(sheet, lists.edits(parsed(sheet), {"brand": ["甲"]}, WorkbookIds("w", "c", "s")))
    assert parsed(sheet).ids == WorkbookIds("w", "c", "s")
    assert entries(sheet, "brand") == ["甲"]
