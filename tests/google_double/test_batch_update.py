"""The requests of batchUpdate, each seen in the state afterwards and in the shape of its reply."""

from typing import Any

import gspread
import pytest

from . import GoogleDouble
from .state import SheetState

Body = dict[str, Any]


def send(book: gspread.Spreadsheet, *requests: Body, **more: Any) -> list[Body]:
    replies: list[Body] = book.batch_update({"requests": list(requests), **more})["replies"]
    return replies


def area(top: int, left: int, bottom: int, right: int, sheet_id: int = 0) -> Body:
    return {
        "sheetId": sheet_id, "startRowIndex": top, "endRowIndex": bottom, "startColumnIndex": left,
        "endColumnIndex": right,
    }  # fmt: skip


def text(value: str) -> Body:
    return {"userEnteredValue": {"stringValue": value}}


def read(book: gspread.Spreadsheet, fields: str, **params: Any) -> Body:
    return dict(book.fetch_sheet_metadata({"fields": fields, **params}))


def test_cells_are_written_as_said_without_being_read_as_typed(book: gspread.Spreadsheet, shared: SheetState) -> None:
    values: list[Body] = [
        text("0012"), text("=1+1"), {"userEnteredValue": {"numberValue": 4901234567894.0}},
        {"userEnteredValue": {"boolValue": False}}, {"userEnteredValue": {"formulaValue": '=IMAGE("https://x/y.png")'}},
        {}, {"note": "only a note"},
    ]  # fmt: skip
    start = {"sheetId": 0, "rowIndex": 1, "columnIndex": 0}
    send(book, {"updateCells": {"start": start, "rows": [{"values": values}], "fields": "userEnteredValue,note"}})
    tab = shared.tab("Sheet1")
    assert tab.values()[1][:4] == ["0012", "=1+1", 4901234567894, False]
    assert tab.cell(2, "E").text == ""
    assert tab.cell(2, "G").note == "only a note"
    data = read(
        book,
        "sheets.data(startRow,rowData/values(userEnteredValue,effectiveValue,formattedValue,note))",
        ranges="A2:G3",
    )
    cells = data["sheets"][0]["data"][0]["rowData"][0]["values"]
    assert data["sheets"][0]["data"][0]["startRow"] == 1
    assert cells[3] == {
        "userEnteredValue": {"boolValue": False}, "effectiveValue": {"boolValue": False}, "formattedValue": "FALSE",
    }  # fmt: skip
    assert cells[4] == {"userEnteredValue": {"formulaValue": '=IMAGE("https://x/y.png")'}}
    assert cells[5:] == [{}, {"note": "only a note"}]


def test_a_masked_field_that_is_not_given_is_cleared_and_an_unmasked_one_stays(
    book: gspread.Spreadsheet, shared: SheetState
) -> None:
    tab = shared.tab("Sheet1")
    book.sheet1.update([["a", "b"], ["c", "d"]], "A1")
    book.sheet1.update_notes({"A1": "n"})
    rows = [{"values": [{"note": "new"}]}]
    send(book, {"updateCells": {"start": {"sheetId": 0}, "rows": rows, "fields": "note"}})
    assert (tab.cell(1, 1).value, tab.cell(1, 1).note) == ("a", "new")
    send(book, {"updateCells": {"start": {"sheetId": 0}, "rows": [{"values": [{}]}], "fields": "userEnteredValue"}})
    assert (tab.cell(1, 1).value, tab.cell(1, 1).note) == (None, "new")
    send(book, {"updateCells": {"range": area(0, 0, 2, 2), "rows": [{"values": [text("x")]}], "fields": "*"}})
    assert tab.values() == [["x"]]
    assert tab.cell(1, 1).note == ""


def test_parts_of_a_format_are_changed_one_by_one(book: gspread.Spreadsheet, shared: SheetState) -> None:
    look = {"backgroundColor": {"red": 1}, "textFormat": {"bold": True, "fontSize": 12}, "wrapStrategy": "WRAP"}
    send(
        book,
        {"repeatCell": {"range": area(0, 0, 3, 2), "cell": {"userEnteredFormat": look}, "fields": "userEnteredFormat"}},
    )
    change = {"textFormat": {"bold": False}}
    fields = "userEnteredFormat(textFormat.bold,backgroundColorStyle)"
    send(book, {"repeatCell": {"range": area(1, 0, 2, 2), "cell": {"userEnteredFormat": change}, "fields": fields}})
    first, second = shared.tab("Sheet1").cell(1, 1).format, shared.tab("Sheet1").cell(2, 1).format
    assert first["backgroundColor"] == {"red": 1}
    assert second == {"textFormat": {"bold": False, "fontSize": 12}, "wrapStrategy": "WRAP"}


def test_validation_passes_over_hidden_rows_unless_told(
    book: gspread.Spreadsheet, shared: SheetState, google: GoogleDouble
) -> None:
    book.sheet1.update([["k"], ["a"], ["b"]], "A1")
    google.merchandiser(shared.id).filter_by_values("Sheet1", "A", ["a"])
    rule = {"condition": {"type": "BOOLEAN"}, "strict": False}
    request: Body = {"range": area(1, 1, 3, 2), "rule": rule}
    send(book, {"setDataValidation": request})
    tab = shared.tab("Sheet1")
    assert [tab.cell(row, "B").validation for row in (2, 3)] == [{}, {"condition": {"type": "BOOLEAN"}}]
    send(book, {"setDataValidation": request | {"filteredRowsIncluded": True}})
    assert tab.cell(2, "B").validation == {"condition": {"type": "BOOLEAN"}}
    send(book, {"setDataValidation": {"range": area(1, 1, 3, 2), "filteredRowsIncluded": True}})
    assert tab.cell(3, "B").validation == {}


def test_the_reply_can_hold_the_keys_as_they_stand_after_the_write(book: gspread.Spreadsheet) -> None:
    book.sheet1.update([["key", "v"], ["k1", "1"], ["k2", "2"]], "A1")
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}:batchUpdate"
    body = {
        "requests": [
            {"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 2}}}
        ],
        "includeSpreadsheetInResponse": True,
        "responseRanges": ["Sheet1!A:A"],
        "responseIncludeGridData": True,
    }
    fields = "updatedSpreadsheet.sheets.data.rowData.values.formattedValue"
    reply = book.client.request("post", url, params={"fields": fields}, json=body).json()
    rows = reply["updatedSpreadsheet"]["sheets"][0]["data"][0]["rowData"]
    keys = [row["values"][0]["formattedValue"] if row else None for row in rows]
    assert keys == ["key", None, "k1", "k2"]
    assert list(reply) == ["updatedSpreadsheet"]


def test_conditional_formats_have_an_index(book: gspread.Spreadsheet) -> None:
    def rule(formula: str) -> Body:
        condition = {"type": "CUSTOM_FORMULA", "values": [{"userEnteredValue": formula}]}
        look = {"backgroundColor": {"red": 1}}
        return {"ranges": [area(1, 0, 10, 3)], "booleanRule": {"condition": condition, "format": look}}

    for index, formula in enumerate(["=A2=1", "=A2=2", "=A2=3"]):
        send(book, {"addConditionalFormatRule": {"rule": rule(formula), "index": index}})
    send(book, {"updateConditionalFormatRule": {"index": 1, "rule": rule("=A2=9")}})
    (reply,) = send(book, {"deleteConditionalFormatRule": {"sheetId": 0, "index": 0}})
    assert reply["deleteConditionalFormatRule"]["rule"]["booleanRule"]["condition"]["values"] == [
        {"userEnteredValue": "=A2=1"}
    ]
    send(book, {"insertDimension": {"range": {"sheetId": 0, "dimension": "ROWS", "startIndex": 1, "endIndex": 3}}})
    rules = read(book, "sheets.conditionalFormats")["sheets"][0]["conditionalFormats"]
    formulas = [found["booleanRule"]["condition"]["values"][0]["userEnteredValue"] for found in rules]
    assert formulas == ["=A2=9", "=A2=3"]
    place = area(3, 0, 12, 3)
    del place["sheetId"]
    assert rules[0]["ranges"] == [place]
    assert rules[0]["booleanRule"]["format"]["backgroundColorStyle"] == {"rgbColor": {"red": 1}}


def test_rows_and_columns_with_their_properties(book: gspread.Spreadsheet, shared: SheetState) -> None:
    columns = {"sheetId": 0, "dimension": "COLUMNS", "startIndex": 1, "endIndex": 2}
    properties = {"pixelSize": 240, "hiddenByUser": True}
    send(
        book,
        {"updateDimensionProperties": {"range": columns, "properties": properties, "fields": "pixelSize,hiddenByUser"}},
        {"moveDimension": {"source": columns, "destinationIndex": 4}},
        {"addDimensionGroup": {"range": {**columns, "startIndex": 5, "endIndex": 8}}},
    )
    found = read(book, "sheets(columnGroups,data.columnMetadata(pixelSize,hiddenByUser))", ranges="A1:E1")["sheets"][0]
    assert found["data"][0]["columnMetadata"][3] == properties
    assert found["data"][0]["columnMetadata"][1] == {"pixelSize": 100}
    group = {"dimension": "COLUMNS", "startIndex": 5, "endIndex": 8}
    assert read(book, "sheets.properties.gridProperties.columnGroupControlAfter")["sheets"][0]["properties"]
    assert found["columnGroups"] == [{"range": group, "depth": 1}]
    send(
        book,
        {
            "updateDimensionGroup": {
                "dimensionGroup": {"range": group, "depth": 1, "collapsed": True},
                "fields": "collapsed",
            }
        },
    )
    hidden = read(book, "sheets.data.columnMetadata.hiddenByUser", ranges="F1:I1")["sheets"][0]["data"][0]
    assert hidden["columnMetadata"] == [{"hiddenByUser": True}] * 3 + [{}]


def test_inserted_rows_look_like_their_neighbours(book: gspread.Spreadsheet, shared: SheetState) -> None:
    rule = {"condition": {"type": "BOOLEAN"}}
    send(book, {"setDataValidation": {"range": area(1, 0, 2, 1), "rule": rule}})
    place = {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 4}
    send(book, {"insertDimension": {"range": place, "inheritFromBefore": True}})
    tab = shared.tab("Sheet1")
    assert [tab.cell(row, 1).validation for row in (2, 3, 4, 5)] == [rule, rule, rule, {}]


def test_pasting_by_copy_and_by_cut(book: gspread.Spreadsheet, shared: SheetState) -> None:
    book.sheet1.update([["a", "b"]], "A1")
    book.sheet1.update_notes({"A1": "n"})
    book.sheet1.define_named_range("A1:B1", "Pair")
    send(
        book, {"copyPaste": {"source": area(0, 0, 1, 2), "destination": area(2, 0, 4, 2), "pasteType": "PASTE_VALUES"}}
    )
    send(
        book, {"cutPaste": {"source": area(0, 0, 1, 2), "destination": {"sheetId": 0, "rowIndex": 6, "columnIndex": 1}}}
    )
    tab = shared.tab("Sheet1")
    assert tab.values() == [[], [], ["a", "b"], ["a", "b"], [], [], [None, "a", "b"]]
    assert (tab.cell(3, 1).note, tab.cell(7, "B").note) == ("", "n")
    assert book.values_get("Pair")["range"] == "Sheet1!B7:C7"


def test_sorting_by_several_columns_in_both_directions(book: gspread.Spreadsheet, shared: SheetState) -> None:
    book.sheet1.update([["b", 1], ["a", 1], ["", 5], ["a", 2], [7, 1]], "A1")
    specs = [{"dimensionIndex": 0, "sortOrder": "ASCENDING"}, {"dimensionIndex": 1, "sortOrder": "DESCENDING"}]
    send(book, {"sortRange": {"range": area(0, 0, 5, 2), "sortSpecs": specs}})
    assert shared.tab("Sheet1").values() == [[7, 1], ["a", 2], ["a", 1], ["b", 1], [None, 5]]


def test_the_spreadsheet_itself(book: gspread.Spreadsheet, shared: SheetState) -> None:
    properties = {"locale": "ja_JP", "timeZone": "Asia/Tokyo", "importFunctionsExternalUrlAccessAllowed": True}
    send(book, {"updateSpreadsheetProperties": {"properties": properties, "fields": ",".join(properties)}})
    assert read(book, "properties(locale,timeZone,title)")["properties"] == {
        "locale": "ja_JP", "timeZone": "Asia/Tokyo", "title": "Shop",
    }  # fmt: skip
    metadata = {"metadataKey": "sheets_sync", "metadataValue": "1", "visibility": "DOCUMENT"}
    create = {"createDeveloperMetadata": {"developerMetadata": metadata | {"location": {"spreadsheet": True}}}}
    row = {"dimensionRange": {"sheetId": 0, "dimension": "ROWS", "startIndex": 2, "endIndex": 3}}
    on_row = {"createDeveloperMetadata": {"developerMetadata": metadata | {"metadataKey": "row", "location": row}}}
    made, _ = send(book, create, on_row)
    assert made["createDeveloperMetadata"]["developerMetadata"]["location"]["locationType"] == "SPREADSHEET"
    assert read(book, "developerMetadata.metadataKey") == {"developerMetadata": [{"metadataKey": "sheets_sync"}]}
    book.sheet1.insert_row([], 1)
    url = f"https://sheets.googleapis.com/v4/spreadsheets/{book.id}/developerMetadata:search"
    lookup = {"dataFilters": [{"developerMetadataLookup": {"metadataKey": "row"}}]}
    (found,) = book.client.request("post", url, json=lookup).json()["matchedDeveloperMetadata"]
    assert found["developerMetadata"]["location"]["dimensionRange"]["startIndex"] == 3


def test_dates_are_numbers_with_a_format(book: gspread.Spreadsheet) -> None:
    cell = {
        "userEnteredValue": {"numberValue": 46024.5},
        "userEnteredFormat": {"numberFormat": {"type": "DATE_TIME", "pattern": "yyyy/mm/dd hh:mm"}},
    }
    rows = [{"values": [cell]}]
    send(book, {"updateCells": {"start": {"sheetId": 0}, "rows": rows, "fields": "userEnteredValue,userEnteredFormat"}})

    def value(**params: str) -> Any:
        return book.values_get("A1", params={**params})["values"][0][0]

    assert value() == "2026/01/02 12:00"
    assert value(valueRenderOption="UNFORMATTED_VALUE") == 46024.5
    assert value(valueRenderOption="UNFORMATTED_VALUE", dateTimeRenderOption="FORMATTED_STRING") == "2026/01/02 12:00"
    assert value(valueRenderOption="FORMULA") == 46024.5


@pytest.mark.parametrize(
    "shown", ["sheets.properties(title,sheetId)", "sheets/properties/title,sheets.properties.sheetId"]
)
def test_masks_may_be_spelt_three_ways(book: gspread.Spreadsheet, shown: str) -> None:
    assert read(book, shown) == {"sheets": [{"properties": {"title": "Sheet1", "sheetId": 0}}]}


def test_protections_that_warn_and_find_and_replace(book: gspread.Spreadsheet, shared: SheetState) -> None:
    (reply,) = send(book, {"addProtectedRange": {"protectedRange": {"range": area(0, 0, 1, 3), "warningOnly": True}}})
    made = reply["addProtectedRange"]["protectedRange"]
    assert made["warningOnly"]
    assert "sheetId" not in made["range"]
    book.sheet1.update([["tea pot", "Tea", "12"]], "A1")
    (reply,) = send(book, {"findReplace": {"find": "tea", "replacement": "cup", "allSheets": True}})
    assert reply["findReplace"] == {"valuesChanged": 2, "occurrencesChanged": 2, "rowsChanged": 1, "sheetsChanged": 1}
    assert shared.tab("Sheet1").values() == [["cup pot", "cup", "12"]]
