"""What a person does to the sheet, and that cells keep what belongs to them."""

import pytest

from . import GoogleDouble
from .merchandiser import Merchandiser
from .state import SheetState


@pytest.fixture
def her(google: GoogleDouble, shared: SheetState) -> Merchandiser:
    person = google.merchandiser(shared.id)
    rows = [["key", "title", "price"], ["'k1", "Tea", "300"], ["'k2", "Cup", "1,980"], ["'k3", "Pot", "50"]]
    for number, row in enumerate(rows, 1):
        for column, text in enumerate(row, 1):
            person.edit("Sheet1", number, column, text)
    person.note("Sheet1", 2, "B", "about tea")
    return person


def test_typing_is_understood_as_in_the_browser(her: Merchandiser, shared: SheetState) -> None:
    for row, text in enumerate(["0012", "1,980", "TRUE", "2026-01-02", "3-4", "'0012", "=TRUE()", "+81", " x "], 1):
        her.edit("Sheet1", row, "F", text)
    tab = shared.tab("Sheet1")
    values = [tab.cell(row, "F").value for row in range(1, 7)]
    assert values == [12, 1980, True, 46024, 46085, "0012"]
    assert [tab.cell(row, "F").text for row in (2, 4, 7)] == ["1,980", "2026-01-02", "TRUE"]
    assert tab.cell(9, "F").value == " x "


def test_edits_find_their_row_by_key(her: Merchandiser, shared: SheetState) -> None:
    her.edit_under("Sheet1", "key", "k3", "price", "70")
    assert shared.tab("Sheet1").values()[3] == ["k3", "Pot", 70]
    with pytest.raises(KeyError):
        her.edit_under("Sheet1", "key", "k9", "price", "70")


def test_sorting_whole_rows_and_only_some_columns(her: Merchandiser, shared: SheetState) -> None:
    her.sort("Sheet1", "C", descending=True)
    tab = shared.tab("Sheet1")
    assert [row[0] for row in tab.values()] == ["key", "k2", "k1", "k3"]
    assert tab.cell(3, "B").note == "about tea"
    her.sort("Sheet1", "C", columns=("B", "C"))
    assert tab.values()[1:] == [["k2", "Pot", 50], ["k1", "Tea", 300], ["k3", "Cup", 1980]]


def test_rows_and_columns_come_go_and_move(her: Merchandiser, shared: SheetState) -> None:
    tab = shared.tab("Sheet1")
    her.insert_rows("Sheet1", 2, 2)
    her.insert_columns("Sheet1", "A")
    assert tab.values() == [
        [None, "key", "title", "price"], [], [],
        [None, "k1", "Tea", 300], [None, "k2", "Cup", 1980], [None, "k3", "Pot", 50],
    ]  # fmt: skip
    her.delete_rows("Sheet1", 2, 2)
    her.delete_column("Sheet1", "A")
    her.move_column("Sheet1", "C", "A")
    her.move_row("Sheet1", 2, 5)
    assert tab.values() == [["price", "key", "title"], [1980, "k2", "Cup"], [50, "k3", "Pot"], [300, "k1", "Tea"]]
    assert tab.cell(4, "C").note == "about tea"


def test_cutting_and_copying_rows(her: Merchandiser, shared: SheetState) -> None:
    her.copy_row("Sheet1", 2, 5)
    her.cut_paste_row("Sheet1", 2, 7)
    values = shared.tab("Sheet1").values()
    assert values[1] == []
    assert values[4] == values[6] == ["k1", "Tea", 300]
    assert shared.tab("Sheet1").cell(2, "B").note == ""
    assert shared.tab("Sheet1").cell(7, "B").note == "about tea"


def test_filters_hide_by_what_is_shown(her: Merchandiser, shared: SheetState) -> None:
    her.filter_by_values("Sheet1", "C", ["1,980"])
    assert shared.tab("Sheet1").hidden_rows() == [3]
    her.edit("Sheet1", 3, "C", "1")
    assert shared.tab("Sheet1").hidden_rows() == [3], "a filter is not applied anew by an edit"
    her.clear_filter("Sheet1")
    assert shared.tab("Sheet1").hidden_rows() == []


def test_tabs_and_headings_get_other_names(her: Merchandiser, shared: SheetState, google: GoogleDouble) -> None:
    version = google.file(shared.id).version
    her.rename_heading("Sheet1", "price", "値段")
    her.rename_tab("Sheet1", "商品")
    her.add_tab("mine")
    her.delete_tab("mine")
    assert shared.titles == ["商品"]
    assert her.cells("商品")[0] == ["key", "title", "値段"]
    assert google.file(shared.id).version > version
