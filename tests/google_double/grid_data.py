"""Cells as `spreadsheets.get` answers them: only what the mask asks for is made."""

from typing import Any

from . import formats, masks
from .a1 import Area
from .grid import Look, Row, Value
from .values import ErrorValue, effective, to_extended

DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": {"red": 1, "green": 1, "blue": 1},
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {}, "fontFamily": "arial,sans,sans-serif", "fontSize": 10, "bold": False, "italic": False,
        "strikethrough": False, "underline": False, "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
}  # fmt: skip
_PLAIN = ("note", "dataValidation", "userEnteredFormat", "textFormatRuns")


def grid_data(area: Area, mask: masks.Mask, locale: str) -> dict[str, Any]:
    """`mask` is relative to GridData."""
    grid = area.sheet.grid
    bottom, right = area.ends()
    out: dict[str, Any] = {}
    if area.top and masks.wants(mask, "startRow"):
        out["startRow"] = area.top
    if area.left and masks.wants(mask, "startColumn"):
        out["startColumn"] = area.left
    if masks.wants(mask, "rowData"):
        cells = _Cells(masks.below(mask, "rowData", "values"), locale)
        rows: list[dict[str, Any]] = []
        for index in range(area.top, min(bottom, len(grid.rows))):
            row = grid.rows[index]
            values = cells.of_row(row, area.left, right) if row is not None else []
            rows.append({"values": values} if values else {})
        while rows and not rows[-1]:
            rows.pop()
        if rows:
            out["rowData"] = rows
    if masks.wants(mask, "rowMetadata"):
        below = masks.below(mask, "rowMetadata")
        out["rowMetadata"] = [masks.cut(_props(grid.row_props(i), 21), below) for i in range(area.top, bottom)]
    if masks.wants(mask, "columnMetadata"):
        below = masks.below(mask, "columnMetadata")
        out["columnMetadata"] = [masks.cut(_props(grid.column_props(i), 100), below) for i in range(area.left, right)]
    return out


def _props(props: dict[str, Any], size: int) -> dict[str, Any]:
    return {"pixelSize": size} | props


class _Cells:
    def __init__(self, mask: masks.Mask, locale: str) -> None:
        self.locale = locale
        self.plain = [(name, masks.below(mask, name)) for name in _PLAIN if masks.wants(mask, name)]
        self.entered = masks.wants(mask, "userEnteredValue")
        self.effective = masks.wants(mask, "effectiveValue")
        self.formatted = masks.wants(mask, "formattedValue")
        self.format = masks.below(mask, "effectiveFormat") if masks.wants(mask, "effectiveFormat") else None
        self.link = masks.wants(mask, "hyperlink")

    def of_row(self, row: Row, left: int, right: int) -> list[dict[str, Any]]:
        end = min(right, max(len(row.values), len(row.looks)))
        cells = [self.cell(row.value(column), row.look(column)) for column in range(left, end)]
        while cells and not cells[-1]:
            cells.pop()
        return cells

    def cell(self, value: Value, look: Look | None) -> dict[str, Any]:
        cell: dict[str, Any] = {}
        if value is not None:
            self._values(cell, value, look)
        if look:
            for name, mask in self.plain:
                if name in look:
                    part = masks.cut(look[name], mask)
                    if part:
                        cell[name] = part
        if self.format is not None and (value is not None or look):
            whole = DEFAULT_FORMAT | ((look or {}).get("userEnteredFormat") or {})
            cell["effectiveFormat"] = masks.cut(whole, self.format)
        return cell

    def _values(self, cell: dict[str, Any], value: Value, look: Look | None) -> None:
        if self.entered:
            cell["userEnteredValue"] = to_extended(value)
        found = effective(value)
        if self.effective and found is not None:
            cell["effectiveValue"] = to_extended(found)
        if self.formatted and found is not None:
            cell["formattedValue"] = formats.shown(value, look, self.locale)
        if self.link and isinstance(found, str) and not isinstance(value, str) and not isinstance(found, ErrorValue):
            text = getattr(value, "text", "")
            if text.upper().startswith("=HYPERLINK("):
                cell["hyperlink"] = text.split('"')[1]
