"""What the double refuses, with the words of the real API, and that nothing is left of a refused request."""

from typing import Any

import gspread
import pytest
from gspread.exceptions import APIError

from . import GoogleDouble
from .state import SheetState

Body = dict[str, Any]


def refusal(book: gspread.Spreadsheet, *requests: Body) -> APIError:
    with pytest.raises(APIError) as refused:
        book.batch_update({"requests": list(requests)})
    return refused.value


def cells(text: str, row: int = 0, column: int = 0, **more: Any) -> Body:
    rows = [{"values": [{"userEnteredValue": {"stringValue": text}}]}]
    start = {"sheetId": 0, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": rows, "fields": "userEnteredValue", **more}}


def test_a_batch_is_applied_whole_or_not_at_all(book: gspread.Spreadsheet, shared: SheetState) -> None:
    book.sheet1.update([["before", 1], ["row", 2]], "A1")
    book.sheet1.update_notes({"A1": "kept"})
    everything: list[Body] = [
        cells("after"),
        {"updateCells": {"range": {"sheetId": 0}, "fields": "note"}},
        {"addSheet": {"properties": {"title": "new"}}},
        {"deleteDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 0, "endIndex": 1}}},
        {"insertDimension": {"range": {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 0, "endIndex": 3}}},
        {"addNamedRange": {"namedRange": {"name": "N", "range": {"sheetId": 0}}}},
        {"updateSheetProperties": {"properties": {"sheetId": 0, "title": "renamed"}, "fields": "title"}},
        {"setBasicFilter": {"filter": {"range": {"sheetId": 0}}}},
        {"updateCells": {"start": {"sheetId": 99}, "rows": [], "fields": "note"}},
    ]
    error = refusal(book, *everything)
    assert error.code == 400
    assert error.error["message"] == "Invalid requests[8].updateCells: No grid with id: 99"
    assert error.error["status"] == "INVALID_ARGUMENT"
    assert shared.titles == ["Sheet1"]
    assert shared.tab("Sheet1").values() == [["before", 1], ["row", 2]]
    assert shared.tab("Sheet1").cell(1, 1).note == "kept"
    assert shared.state.named_ranges == []
    assert shared.tab("Sheet1").sheet.grid.column_count == 26
    assert "basicFilter" not in book.fetch_sheet_metadata()["sheets"][0]


def test_values_are_written_whole_or_not_at_all(book: gspread.Spreadsheet, shared: SheetState) -> None:
    data = [{"range": "Sheet1!A1", "values": [["x"]]}, {"range": "Nope!A1", "values": [["y"]]}]
    with pytest.raises(APIError, match="Unable to parse range: Nope!A1"):
        book.values_batch_update({"valueInputOption": "RAW", "data": data})
    assert shared.tab("Sheet1").values() == []


def test_unknown_names_are_refused_where_they_stand(book: gspread.Spreadsheet) -> None:
    error = refusal(book, {"repeatCell": {"ranges": {}}})
    expected = "Invalid JSON payload received. Unknown name \"ranges\" at 'requests[0].repeat_cell': Cannot find field."
    assert error.error["message"] == expected
    assert error.error["details"][0]["fieldViolations"][0]["field"] == "requests[0].repeat_cell"
    assert "Unknown name" in refusal(book, {"paintCell": {}}).error["message"]
    deep = refusal(book, cells("x", rows=[{"values": [{"userEnteredValue": {"text": "x"}}]}]))
    assert "requests[0].update_cells.rows[0].values[0].user_entered_value" in deep.error["message"]
    wrong = refusal(book, cells("x", rows=[{"values": [{"userEnteredValue": {"stringValue": 12}}]}]))
    assert "(TYPE_STRING), 12" in wrong.error["message"]
    two = refusal(book, cells("x", rows=[{"values": [{"userEnteredValue": {"stringValue": "1", "numberValue": 1}}]}]))
    assert "oneof" in two.error["message"]


def test_masks_are_checked(book: gspread.Spreadsheet) -> None:
    assert "Invalid field: user_entered_valu" in str(refusal(book, cells("x", fields="userEnteredValu")))
    assert "At least one field must be listed" in str(refusal(book, cells("x", fields="")))
    with pytest.raises(APIError, match="invalid argument"):
        book.fetch_sheet_metadata({"fields": "sheets.propertys"})


def test_query_parameters_are_checked(book: gspread.Spreadsheet) -> None:
    with pytest.raises(APIError, match="Cannot bind query parameter"):
        book.fetch_sheet_metadata({"includeGrid": "true"})
    with pytest.raises(APIError, match="'valueInputOption' is required but not specified"):
        book.values_update("A1", params={}, body={"values": [["x"]]})
    with pytest.raises(APIError, match="value_render_option"):
        book.values_get("A1", params={"valueRenderOption": "UNFORMATTED"})


def test_a_request_that_the_double_lacks_says_so(book: gspread.Spreadsheet) -> None:
    error = refusal(book, {"textToColumns": {"source": {"sheetId": 0}}})
    assert error.code == 501
    assert "tests/google_double does not know the request textToColumns" in error.error["message"]


def test_the_grid_has_limits(book: gspread.Spreadsheet, shared: SheetState) -> None:
    with pytest.raises(APIError, match=r"Range \(Sheet1!A1001\) exceeds grid limits. Max rows: 1000, max columns: 26"):
        book.sheet1.acell("A1001")
    with pytest.raises(APIError, match="exceeds grid limits"):
        book.sheet1.update([["x"]], "A1001")
    assert "beyond the last requested row of: 999" in str(refusal(book, cells("x", row=1000)))
    assert "Attempting to write column: 26, beyond the last requested column of: 25" in str(
        refusal(book, cells("x", column=26))
    )
    with pytest.raises(
        APIError, match=r"Requested writing within range \[Sheet1!A1:B1\], but tried writing to row \[2\]"
    ):
        book.sheet1.update([["a"], ["b"]], "A1:B1")
    with pytest.raises(APIError, match=r"but tried writing to column \[C\]"):
        book.sheet1.update([["a", "b", "c"]], "A1:B1")
    big = {"appendDimension": {"sheetId": 0, "dimension": "ROWS", "length": 400_000}}
    assert "above the limit of 10000000 cells" in str(refusal(book, big))
    assert shared.tab("Sheet1").sheet.grid.row_count == 1000


def test_a_cell_takes_50000_characters(book: gspread.Spreadsheet, shared: SheetState) -> None:
    book.sheet1.update([["x" * 50_000]], "A1")
    with pytest.raises(APIError, match="more than the maximum of 50000 characters in a single cell"):
        book.sheet1.update([["x" * 50_001]], "A1")
    assert "50000 characters" in str(refusal(book, cells("x" * 50_001)))
    assert len(str(shared.tab("Sheet1").cell(1, 1).value)) == 50_000


def test_titles_are_unique_and_the_last_tab_stays(book: gspread.Spreadsheet) -> None:
    assert 'A sheet with the name "Sheet1" already exists' in str(
        refusal(book, {"addSheet": {"properties": {"title": "Sheet1"}}})
    )
    assert "You can't remove all the visible sheets" in str(refusal(book, {"deleteSheet": {"sheetId": 0}}))


def test_protected_cells_are_refused_to_others(book: gspread.Spreadsheet, google: GoogleDouble) -> None:
    google.merchandiser(book.id).protect("Sheet1", 1, 1, ("A", "B"))
    assert "You are trying to edit a protected cell or object" in str(refusal(book, cells("x")))
    with pytest.raises(APIError, match="protected cell"):
        book.sheet1.update([["x"]], "B1")
    book.sheet1.update([["x"]], "C1")


def test_banding_and_validation_and_formats_of_rules_are_checked(book: gspread.Spreadsheet) -> None:
    band = {"addBanding": {"bandedRange": {"range": {"sheetId": 0}, "rowProperties": {}}}}
    book.batch_update({"requests": [band]})
    assert "already has alternating background colors" in str(refusal(book, band))
    no_values = {"condition": {"type": "ONE_OF_LIST"}}
    assert "Invalid requests[0].setDataValidation" in str(
        refusal(book, {"setDataValidation": {"range": {"sheetId": 0}, "rule": no_values}})
    )
    rule = {
        "ranges": [{"sheetId": 0}],
        "booleanRule": {"condition": {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": "A1>1"}]}},
    }
    assert "Invalid ConditionValue.userEnteredValue: A1>1" in str(
        refusal(book, {"addConditionalFormatRule": {"rule": rule, "index": 0}})
    )


def test_a_wrong_id_a_wrong_path_and_a_disabled_api(
    google: GoogleDouble, client: gspread.Client, book: gspread.Spreadsheet
) -> None:
    with pytest.raises(gspread.exceptions.SpreadsheetNotFound):
        client.open_by_key("nope")
    with pytest.raises(APIError) as page:
        client.http_client.request("get", "https://sheets.googleapis.com/v4/nothing")
    assert page.value.code == -1
    assert page.value.response.status_code == 404
    google.disable_api("sheets")
    with pytest.raises(APIError, match="has not been used in project") as off:
        book.sheet1.get("A1")
    assert off.value.error["details"][0]["reason"] == "SERVICE_DISABLED"
