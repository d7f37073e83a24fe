"""Values of an area as `values.get` answers them: rendered, trailing empties dropped."""

from typing import Any

from . import formats
from .a1 import Area
from .errors import bad
from .grid import Formula, Look, Row, Value
from .values import ErrorValue, effective

RENDERINGS = ("FORMATTED_VALUE", "UNFORMATTED_VALUE", "FORMULA")
DATE_RENDERINGS = ("SERIAL_NUMBER", "FORMATTED_STRING")


_PACKAGE = "type.googleapis.com/google.apps.sheets.v4"


class Rendering:
    def __init__(self, value: str, dates: str, locale: str) -> None:
        if value not in RENDERINGS:
            raise bad(f"Invalid value at 'value_render_option' ({_PACKAGE}.ValueRenderOption), \"{value}\"")
        if dates not in DATE_RENDERINGS:
            raise bad(f"Invalid value at 'date_time_render_option' ({_PACKAGE}.DateTimeRenderOption), \"{dates}\"")
        self.value, self.dates_as_text, self.locale = value, dates == "FORMATTED_STRING", locale

    def row(self, row: Row, left: int, right: int) -> list[Any]:
        values = row.values[left:right]
        while values and values[-1] is None:
            values.pop()
        if self.value != "FORMATTED_VALUE" and not self.dates_as_text:
            return [
                "" if value is None else value if type(value) is not Formula else self._formula(value)
                for value in values
            ]
        return [self.cell(value, row.look(left + index)) for index, value in enumerate(values)]

    def cell(self, value: Value, look: Look | None) -> Any:
        if value is None:
            return ""
        if self.value == "FORMATTED_VALUE":
            return formats.shown(value, look, self.locale)
        if isinstance(value, Formula):
            return self._formula(value)
        if self.dates_as_text and not isinstance(value, (str, bool)) and formats.is_date(look):
            return formats.shown(value, look, self.locale)
        return value

    def _formula(self, value: Formula) -> Any:
        if self.value == "FORMULA":
            return value.text
        found = effective(value)
        if isinstance(found, ErrorValue):
            return found.text
        return "" if found is None else found


def value_range(area: Area, rendering: Rendering, major: str = "ROWS") -> dict[str, Any]:
    bottom, right = area.ends()
    rows: list[list[Any]] = [
        rendering.row(row, area.left, right) if row is not None else []
        for row in area.sheet.grid.rows[area.top : bottom]
    ]
    while rows and not rows[-1]:
        rows.pop()
    if major == "COLUMNS":
        rows = _columns(rows)
    found: dict[str, Any] = {"range": area.text(), "majorDimension": major}
    if rows:
        found["values"] = rows
    return found


def _columns(rows: list[list[Any]]) -> list[list[Any]]:
    columns: list[list[Any]] = [[] for _ in range(max((len(row) for row in rows), default=0))]
    for number, row in enumerate(rows):
        for column, value in zip(columns, row, strict=False):
            if value != "":
                column.extend([""] * (number - len(column)))
                column.append(value)
    return columns
