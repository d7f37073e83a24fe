"""The methods under `/values`: get, batchGet, update, batchUpdate, append, clear, batchClear."""

from dataclasses import dataclass, field
from typing import Any

from . import a1, metadata
from .errors import ApiError, bad, violation
from .grid import Row
from .metadata import matching
from .protected import check_editable
from .rendering import Rendering, value_range
from .spreadsheet import Spreadsheet
from .tables import last_table
from .typed import enter
from .values import check_text, number

Query = dict[str, list[str]]
_LIST = "type.googleapis.com/google.protobuf.ListValue"
INPUTS = ("RAW", "USER_ENTERED")


def one(query: Query, name: str, default: str = "") -> str:
    return query.get(name, [default])[-1]


@dataclass
class ValuesMethods:
    spreadsheet: Spreadsheet
    user: str
    owner: str
    year: int  # what a typed date without a year belongs to

    @property
    def locale(self) -> str:
        return str(self.spreadsheet.properties["locale"])

    def rendering(self, source: Query | dict[str, Any], prefix: str = "") -> Rendering:
        def option(name: str, default: str) -> str:
            name = prefix + name[0].upper() + name[1:] if prefix else name
            found = source.get(name, default)
            return str(found[-1] if isinstance(found, list) else found)

        return Rendering(
            option("valueRenderOption", "FORMATTED_VALUE"),
            option("dateTimeRenderOption", "SERIAL_NUMBER"),
            self.locale,
        )

    def get(self, text: str, query: Query) -> dict[str, Any]:
        area = a1.parse(self.spreadsheet, text)
        a1.check_inside(area)
        return value_range(area, self.rendering(query), one(query, "majorDimension", "ROWS"))

    def batch_get_by_filter(self, body: dict[str, Any]) -> dict[str, Any]:
        found = []
        for data_filter in body.get("dataFilters", []):
            for area in self._areas(data_filter):
                a1.check_inside(area)
                values = value_range(area, self.rendering(body), body.get("majorDimension", "ROWS"))
                found.append({"valueRange": values, "dataFilters": [data_filter]})
        return {"spreadsheetId": self.spreadsheet.id} | ({"valueRanges": found} if found else {})

    def _areas(self, data_filter: dict[str, Any]) -> list[a1.Area]:
        if "a1Range" in data_filter:
            return [a1.parse(self.spreadsheet, data_filter["a1Range"])]
        if "gridRange" in data_filter:
            return [a1.of_grid_range(self.spreadsheet, data_filter["gridRange"])]
        matched = matching(self.spreadsheet, data_filter)
        places = [metadata.holder(self.spreadsheet, found["location"]) for found in matched]
        return [
            a1.Area(sheet, index, 0, index + 1, None) if dimension == "ROWS"
            else a1.Area(sheet, 0, index, None, index + 1) if dimension
            else a1.Area(sheet, 0, 0, None, None)
            for sheet, dimension, index in places if sheet is not None
        ]  # fmt: skip

    def batch_get(self, query: Query) -> dict[str, Any]:
        found = [self.get(text, query) for text in query.get("ranges", [])]
        return {"spreadsheetId": self.spreadsheet.id} | ({"valueRanges": found} if found else {})

    def update(self, text: str, query: Query, body: dict[str, Any]) -> dict[str, Any]:
        if body.get("range") and not _same_range(body["range"], text):
            raise bad(f"Requested writing within range [{text}], but tried writing to range [{body['range']}]")
        area = a1.parse(self.spreadsheet, text)
        written = self._write(area, body, one(query, "valueInputOption"))
        return self._reply(written, one(query, "includeValuesInResponse") == "true", query, "response")

    def batch_update(self, body: dict[str, Any]) -> dict[str, Any]:
        option = body.get("valueInputOption", "")
        responses = []
        for data in body.get("data", []):
            area = a1.parse(self.spreadsheet, data.get("range", ""))
            written = self._write(area, data, option)
            include = bool(body.get("includeValuesInResponse"))
            responses.append(self._reply(written, include, body, "response"))
        rows = sum(found.get("updatedRows", 0) for found in responses)
        totals = {
            "totalUpdatedRows": rows,
            "totalUpdatedColumns": sum(found.get("updatedColumns", 0) for found in responses),
            "totalUpdatedCells": sum(found.get("updatedCells", 0) for found in responses),
            "totalUpdatedSheets": len({found["updatedRange"].rpartition("!")[0] for found in responses}),
        }
        return {
            "spreadsheetId": self.spreadsheet.id,
            **{name: count for name, count in totals.items() if count},
            "responses": responses,
        }

    def append(self, text: str, query: Query, body: dict[str, Any]) -> dict[str, Any]:
        area = a1.parse(self.spreadsheet, text)
        a1.check_inside(area)
        grid = area.sheet.grid
        table = last_table(area)
        rows = _rows(body)
        top, left = (table.ends()[0], table.left) if table else (area.top, area.left)
        if one(query, "insertDataOption", "OVERWRITE") == "INSERT_ROWS" and table and rows:
            grid.insert("ROWS", top, len(rows))
        elif top + len(rows) > grid.row_count:
            grid.insert("ROWS", grid.row_count, top + len(rows) - grid.row_count)
        width = max((len(row) for row in rows), default=0)
        if left + width > grid.column_count:
            grid.insert("COLUMNS", grid.column_count, left + width - grid.column_count)
        self.spreadsheet.check_size()
        target = a1.Area(area.sheet, top, left, top + len(rows), left + width)
        written = self._write(target, {"values": rows}, one(query, "valueInputOption"))
        include = one(query, "includeValuesInResponse") == "true"
        found: dict[str, Any] = {"spreadsheetId": self.spreadsheet.id}
        if table:
            found["tableRange"] = table.text()
        return found | {"updates": self._reply(written, include, query, "response")}

    def clear(self, text: str) -> dict[str, Any]:
        area = a1.parse(self.spreadsheet, text)
        a1.check_inside(area)
        check_editable(area, self.user, self.owner)
        bottom, right = area.ends()
        grid = area.sheet.grid
        for index in range(area.top, min(bottom, len(grid.rows))):
            row = grid.rows[index]
            if row is not None and len(row.values) > area.left:
                values = grid.writable(index).values
                values[area.left : right] = [None] * (min(right, len(values)) - area.left)
        return {"spreadsheetId": self.spreadsheet.id, "clearedRange": area.text()}

    def batch_clear(self, body: dict[str, Any]) -> dict[str, Any]:
        cleared = [self.clear(text)["clearedRange"] for text in body.get("ranges", [])]
        return {"spreadsheetId": self.spreadsheet.id, "clearedRanges": cleared}

    def _reply(self, written: "_Written", include: bool, source: Any, prefix: str) -> dict[str, Any]:
        area = written.area
        found: dict[str, Any] = {"spreadsheetId": self.spreadsheet.id, "updatedRange": area.text()}
        if written.cells:
            found |= {
                "updatedRows": len(written.rows),
                "updatedColumns": len(written.columns),
                "updatedCells": written.cells,
            }
        if include:
            found["updatedData"] = value_range(area, self.rendering(source, prefix))
        return found

    def _write(self, area: a1.Area, data: dict[str, Any], option: str) -> "_Written":
        if option not in INPUTS:
            raise bad("'valueInputOption' is required but not specified")
        rows = _rows(data)
        a1.check_inside(area)
        target = _target(area, rows)
        check_editable(target, self.user, self.owner)
        grid = area.sheet.grid
        written = _Written(target)
        for index, values in enumerate(rows):
            if not values:
                continue
            row = grid.writable(area.top + index)
            for offset, value in enumerate(values):
                if value is not None:
                    self._put(row, area.left + offset, value, option)
                    written.cells += 1
                    written.rows.add(index)
                    written.columns.add(offset)
        return written

    def _put(self, row: Row, column: int, value: Any, option: str) -> None:
        if isinstance(value, bool):
            row.set_value(column, value)
        elif isinstance(value, (int, float)):
            row.set_value(column, number(value))
        elif option == "RAW":
            row.set_value(column, check_text(value) or None)
        else:
            enter(row, column, value, self.locale, self.year)


@dataclass
class _Written:
    area: a1.Area
    cells: int = 0
    rows: set[int] = field(default_factory=set)
    columns: set[int] = field(default_factory=set)


def _same_range(first: str, second: str) -> bool:
    def plain(text: str) -> str:
        return text.replace("'", "").replace("$", "").upper()

    return plain(first) == plain(second)


def _rows(data: dict[str, Any]) -> list[list[Any]]:
    rows: list[list[Any]] = data.get("values") or []
    if not isinstance(rows, list):
        raise _no_list("data.values", rows)
    for row_number, row in enumerate(rows):
        if not isinstance(row, list):
            raise _no_list(f"data.values[{row_number}]", row)
        for column_number, value in enumerate(row):
            if isinstance(value, (dict, list)):
                raise _bad_cell(row_number, column_number, value)
    if data.get("majorDimension") == "COLUMNS":
        height = max((len(column) for column in rows), default=0)
        rows = [[column[index] if index < len(column) else None for column in rows] for index in range(height)]
    return rows


def _no_list(path: str, value: Any) -> ApiError:
    shown = f'"{value}"' if isinstance(value, str) else str(value)
    return violation(f"Invalid value at '{path}' ({_LIST}), {shown}", path)


def _bad_cell(row: int, column: int, value: Any) -> ApiError:
    kind = "struct_value" if isinstance(value, dict) else "list_value"
    return bad(f"Invalid values[{row}][{column}]: {kind} {{\n}}\n")


def _target(area: a1.Area, rows: list[list[Any]]) -> a1.Area:
    """What will be written; a range of one cell may be overfilled, a larger one may not."""
    height, width = len(rows), max((len(row) for row in rows), default=0)
    top, left = area.top, area.left
    grid = area.sheet.grid
    if not area.is_one_cell():
        bottom, right = area.ends()
        for row in range(height):
            if top + row >= bottom and rows[row]:
                raise bad(f"Requested writing within range [{area.text()}], but tried writing to row [{top + row + 1}]")
        if left + width > right:
            raise bad(
                f"Requested writing within range [{area.text()}], but tried writing to column [{a1.letters(right)}]"
            )
    if top + height > grid.row_count or left + width > grid.column_count:
        asked = a1.area_text(area.sheet.title, top, left, top + max(height, 1), left + max(width, 1))
        raise bad(f"Range ({asked}) exceeds grid limits. Max rows: {grid.row_count}, max columns: {grid.column_count}")
    return a1.Area(area.sheet, top, left, top + max(height, 1), left + max(width, 1))
