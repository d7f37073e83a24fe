"""Unmodified gspread does its work on the double, and finds there what it wrote."""

import gspread
import pytest
from gspread.utils import ValidationConditionType, ValueRenderOption

from . import Formula, GoogleDouble
from .clients import gspread_client
from .state import SheetState


def test_opens_by_key_with_what_gspread_reads_of_it(book: gspread.Spreadsheet, tab: gspread.Worksheet) -> None:
    assert book.title == "Shop"
    assert (tab.title, tab.id, tab.row_count, tab.col_count) == ("Sheet1", 0, 1000, 26)


def test_raw_values_stay_what_they_are(tab: gspread.Worksheet, shared: SheetState) -> None:
    tab.update([["0012", "=1+1", "4901234567894", True, 1.5, "2026-01-02"]], "A1")
    assert shared.tab("Sheet1").values() == [["0012", "=1+1", "4901234567894", True, 1.5, "2026-01-02"]]
    assert tab.get("A1:F1") == [["0012", "=1+1", "4901234567894", "TRUE", "1.5", "2026-01-02"]]


def test_typed_values_become_what_sheets_takes_them_for(tab: gspread.Worksheet, shared: SheetState) -> None:
    tab.update([["0012", "1,980", "50%", "true", "2026-01-02", "=1+1", "'007", "abc"]], "A1", raw=False)
    values = tab.get("A1:H1", value_render_option=ValueRenderOption.unformatted)
    assert values == [[12, 1980, 0.5, True, 46024, 2, "007", "abc"]]
    assert tab.get("A1:H1") == [["12", "1,980", "50%", "TRUE", "2026-01-02", "2", "007", "abc"]]
    assert shared.tab("Sheet1").cell(1, "F").value == Formula("=1+1")


def test_text_cells_keep_zeros_when_typed(tab: gspread.Worksheet) -> None:
    tab.format("A1:A9", {"numberFormat": {"type": "TEXT"}})
    tab.update_acell("A1", "0012")
    assert tab.acell("A1").value == "0012"


def test_trailing_empties_are_dropped_and_an_empty_range_has_no_values(book: gspread.Spreadsheet) -> None:
    tab = book.sheet1
    tab.update([["a", "", "c", ""], ["", "", "", ""], ["x"]], "B2")
    assert book.values_get("Sheet1!A1:Z99")["values"] == [[], ["", "a", "", "c"], [], ["", "x"]]
    assert book.values_get("Sheet1!A10:B20") == {"range": "Sheet1!A10:B20", "majorDimension": "ROWS"}
    columns = book.values_get("Sheet1!B2:D4", params={"majorDimension": "COLUMNS"})
    assert columns["values"] == [["a", "", "x"], [], ["c"]]


def test_ranges_come_back_clipped_and_quoted_where_needed(book: gspread.Spreadsheet) -> None:
    book.add_worksheet("My tab", 5, 3)
    assert book.values_get("Sheet1")["range"] == "Sheet1!A1:Z1000"
    assert book.values_get("'My tab'!B2:ZZ")["range"] == "'My tab'!B2:C5"
    assert book.values_get("'My tab'!C:C")["range"] == "'My tab'!C1:C5"


def test_null_skips_a_cell_and_empty_text_clears_it(book: gspread.Spreadsheet, shared: SheetState) -> None:
    book.sheet1.update([["a", "b", "c"]], "A1")
    body = {"valueInputOption": "RAW", "data": [{"range": "Sheet1!A1:C1", "values": [[None, "", "z"]]}]}
    reply = book.values_batch_update(body)
    assert shared.tab("Sheet1").values() == [["a", None, "z"]]
    assert (reply["totalUpdatedRows"], reply["totalUpdatedColumns"], reply["totalUpdatedCells"]) == (1, 2, 2)


def test_worksheets_are_added_duplicated_renamed_and_deleted(book: gspread.Spreadsheet, shared: SheetState) -> None:
    added = book.add_worksheet("商品", 20, 8)
    added.update([["a"]], "A1")
    copied = added.duplicate(new_sheet_name="商品 2")
    copied.update([["b"]], "A1")
    added.update_title("Products")
    book.del_worksheet(book.sheet1 if book.sheet1.title == "Sheet1" else book.worksheet("Sheet1"))
    assert sorted(shared.titles) == ["Products", "商品 2"]
    assert shared.tab("Products").values() == [["a"]]
    assert shared.tab("商品 2").values() == [["b"]]


def test_formats_notes_and_rules_are_kept_beside_the_values(tab: gspread.Worksheet, shared: SheetState) -> None:
    tab.update([["x"]], "B2")
    tab.format("B2", {"backgroundColor": {"red": 1.0, "green": 0.5, "blue": 0.0}, "textFormat": {"bold": True}})
    tab.update_notes({"B2": "why"})
    tab.add_validation("B2:B4", ValidationConditionType.one_of_list, ["one", "two"], strict=True, showCustomUi=True)
    cell = shared.tab("Sheet1").cell(2, "B")
    assert cell.value == "x"
    assert cell.note == tab.get_note("B2") == "why"
    assert cell.format["backgroundColorStyle"] == {"rgbColor": {"red": 1, "green": 0.5}}
    assert cell.validation["condition"]["values"] == [{"userEnteredValue": "one"}, {"userEnteredValue": "two"}]
    assert cell.validation["strict"]
    assert cell.validation["showCustomUi"]
    assert shared.tab("Sheet1").cell(5, "B").validation == {}


def test_rows_are_inserted_deleted_and_sorted_with_all_that_they_hold(
    tab: gspread.Worksheet, shared: SheetState
) -> None:
    tab.update([["k", "v"], ["c", 3], ["a", 1], ["b", 2]], "A1")
    tab.update_notes({"A2": "note of c"})
    tab.sort((1, "asc"), range="A2:B4")
    assert shared.tab("Sheet1").values() == [["k", "v"], ["a", 1], ["b", 2], ["c", 3]]
    assert shared.tab("Sheet1").cell(4, 1).note == "note of c"
    tab.insert_row(["new", 0], 2)
    tab.delete_rows(4)
    assert shared.tab("Sheet1").values() == [["k", "v"], ["new", 0], ["a", 1], ["c", 3]]
    assert shared.tab("Sheet1").sheet.grid.row_count == 1000


def test_append_falls_into_the_trap_of_a_hole_in_the_first_row(tab: gspread.Worksheet, shared: SheetState) -> None:
    tab.update([["a", "", "c"]], "A1")
    reply = tab.append_row(["1", "", "3"])
    assert reply["tableRange"] == "Sheet1!C1"
    assert reply["updates"]["updatedRange"] == "Sheet1!C2:E2"
    tab.clear()
    tab.update([["a", "", "c"]], "A1")
    assert tab.append_row(["1", "", "3"], table_range="A1")["updates"]["updatedRange"] == "Sheet1!A2:C2"
    assert shared.tab("Sheet1").values() == [["a", None, "c"], ["1", None, "3"]]


def test_append_grows_the_grid(book: gspread.Spreadsheet, shared: SheetState) -> None:
    tab = book.add_worksheet("small", 2, 2)
    tab.append_rows([["a", "b"], ["c", "d"], ["e", "f"]])
    assert shared.tab("small").values() == [["a", "b"], ["c", "d"], ["e", "f"]]
    assert shared.tab("small").sheet.grid.row_count == 3


def test_named_ranges_are_read_by_their_name_and_follow_inserted_rows(tab: gspread.Worksheet) -> None:
    tab.update([["a"], ["b"]], "A1")
    tab.define_named_range("A1:A2", "Letters")
    tab.insert_row([], 1)
    assert tab.spreadsheet.values_get("Letters")["range"] == "Sheet1!A2:A3"
    assert tab.spreadsheet.values_get("Letters")["values"] == [["a"], ["b"]]


def test_filters_hide_rows_and_go_again(tab: gspread.Worksheet, shared: SheetState) -> None:
    tab.update([["k"], ["a"], ["b"]], "A1")
    tab.set_basic_filter("A1:A3")
    meta = tab.spreadsheet.fetch_sheet_metadata()
    place = {"startRowIndex": 0, "endRowIndex": 3, "startColumnIndex": 0, "endColumnIndex": 1}
    assert meta["sheets"][0]["basicFilter"] == {"range": place}
    hide = {"range": {"sheetId": 0, **place}, "criteria": {"0": {"hiddenValues": ["b"]}}}
    tab.spreadsheet.batch_update({"requests": [{"setBasicFilter": {"filter": hide}}]})
    assert shared.tab("Sheet1").hidden_rows() == [3]
    tab.clear_basic_filter()
    assert shared.tab("Sheet1").hidden_rows() == []


def test_freezing_hiding_and_colours_of_a_tab(book: gspread.Spreadsheet) -> None:
    tab = book.add_worksheet("lists", 10, 2)
    tab.freeze(rows=1)
    tab.hide()
    tab.update_tab_color("#0000FF")
    found = next(
        sheet["properties"]
        for sheet in book.fetch_sheet_metadata()["sheets"]
        if sheet["properties"]["title"] == "lists"
    )
    assert found["gridProperties"] == {"rowCount": 10, "columnCount": 2, "frozenRowCount": 1}
    assert found["hidden"]
    assert found["tabColorStyle"] == {"rgbColor": {"blue": 1}}
    book.sheet1.freeze(rows=0)
    with pytest.raises(gspread.exceptions.APIError, match="You can't hide all the sheets in a document"):
        book.sheet1.hide()


def test_only_what_is_shared_can_be_opened_and_only_writers_write(google: GoogleDouble, client: gspread.Client) -> None:
    theirs = google.new_spreadsheet("Hers", owner="shop@example.com")
    with pytest.raises(PermissionError):
        client.open_by_key(theirs.id)
    other = gspread_client(google, "second@double.iam.gserviceaccount.com")
    google.share(theirs.id, "second@double.iam.gserviceaccount.com", "reader")
    book = other.open_by_key(theirs.id)
    with pytest.raises(gspread.exceptions.APIError) as refused:
        book.sheet1.update([["x"]], "A1")
    assert refused.value.code == 403
