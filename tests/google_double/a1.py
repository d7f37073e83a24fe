"""Ranges as text: `'My tab'!B2:D`, and back as the API writes them (quoted only where needed)."""

import re
from dataclasses import dataclass
from typing import Any

from .errors import ApiError, bad
from .spreadsheet import Sheet, Spreadsheet

_CELL = re.compile(r"\$?([A-Za-z]{0,3})\$?(\d*)")
_PLAIN_TITLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


@dataclass(frozen=True)
class Area:
    """Half-open, from 0; an end of None is open."""

    sheet: Sheet
    top: int
    left: int
    bottom: int | None
    right: int | None

    def ends(self) -> tuple[int, int]:
        """Bottom and right, clipped to the grid."""
        grid = self.sheet.grid
        bottom = grid.row_count if self.bottom is None else min(self.bottom, grid.row_count)
        right = grid.column_count if self.right is None else min(self.right, grid.column_count)
        return bottom, right

    def is_one_cell(self) -> bool:
        return self.bottom == self.top + 1 and self.right == self.left + 1

    def grid_range(self) -> dict[str, Any]:
        bottom, right = self.ends()
        return {
            "sheetId": self.sheet.id, "startRowIndex": self.top, "endRowIndex": bottom,
            "startColumnIndex": self.left, "endColumnIndex": right,
        }  # fmt: skip

    def text(self) -> str:
        bottom, right = self.ends()
        return area_text(self.sheet.title, self.top, self.left, bottom, right)


def letters(column: int) -> str:
    """0 → A, 26 → AA."""
    text = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str) -> int:
    """A → 0."""
    number = 0
    for letter in text.upper():
        number = number * 26 + ord(letter) - 64
    return number - 1


def quoted(title: str) -> str:
    needs = not _PLAIN_TITLE.fullmatch(title) or re.fullmatch(r"[A-Za-z]{1,3}\d+", title) is not None
    return "'" + title.replace("'", "''") + "'" if needs else title


def area_text(title: str, top: int, left: int, bottom: int, right: int) -> str:
    first = f"{letters(left)}{top + 1}"
    last = f"{letters(right - 1)}{bottom}"
    return f"{quoted(title)}!{first}" + ("" if first == last else f":{last}")


def unparseable(text: str) -> ApiError:
    return bad(f"Unable to parse range: {text}")


def parse(spreadsheet: Spreadsheet, text: str) -> Area:
    """Reads a range or the name of a named range or of a sheet; 400 when there is no such thing."""
    title, cells = _split(text)
    if title is None:
        for named in spreadsheet.named_ranges:
            if named["name"].casefold() == text.casefold():
                return of_grid_range(spreadsheet, named["range"])
        sheet = spreadsheet.by_title(text.strip("'"))
        if sheet is not None:
            return Area(sheet, 0, 0, None, None)
        sheet = spreadsheet.sheets[0]
    else:
        found = spreadsheet.by_title(title)
        if found is None:
            raise unparseable(text)
        sheet = found
    area = _cells(sheet, cells)
    if area is not None:
        return area
    for named in spreadsheet.named_ranges:
        if title is not None and named["name"].casefold() == cells.casefold():
            return of_grid_range(spreadsheet, named["range"])
    raise unparseable(text)


def of_grid_range(spreadsheet: Spreadsheet, grid_range: dict[str, Any]) -> Area:
    sheet = spreadsheet.by_id(grid_range.get("sheetId", 0))
    return Area(
        sheet, grid_range.get("startRowIndex", 0), grid_range.get("startColumnIndex", 0),
        grid_range.get("endRowIndex"), grid_range.get("endColumnIndex"),
    )  # fmt: skip


def check_inside(area: Area) -> None:
    """Reads and writes must begin inside the grid."""
    grid = area.sheet.grid
    if area.top >= grid.row_count or area.left >= grid.column_count:
        raise bad(
            f"Range ({_asked(area)}) exceeds grid limits. Max rows: {grid.row_count}, max columns: {grid.column_count}"
        )


def _asked(area: Area) -> str:
    bottom = area.bottom if area.bottom is not None else max(area.top + 1, area.sheet.grid.row_count)
    right = area.right if area.right is not None else max(area.left + 1, area.sheet.grid.column_count)
    return area_text(area.sheet.title, area.top, area.left, bottom, right)


def _split(text: str) -> tuple[str | None, str]:
    if text.startswith("'"):
        found = re.match(r"'((?:[^']|'')*)'(?:!(.*))?$", text, re.DOTALL)
        if found is None:
            raise unparseable(text)
        return found[1].replace("''", "'"), found[2] or ""
    if "!" in text:
        title, _, cells = text.rpartition("!")
        return title, cells
    return None, text


def _cells(sheet: Sheet, text: str) -> Area | None:
    if not text:
        return Area(sheet, 0, 0, None, None)
    first, _, last = text.partition(":")
    start = _CELL.fullmatch(first)
    if start is None or not first.strip("$"):
        return None
    if not last:
        if ":" in text or not (start[1] and start[2]):
            return None
        end = start
    else:
        found = _CELL.fullmatch(last)
        if found is None or not last.strip("$"):
            return None
        end = found
    rows = sorted(int(part[2]) - 1 for part in (start, end) if part[2])
    columns = sorted(column_number(part[1]) for part in (start, end) if part[1])
    if any(row < 0 for row in rows) or (not start[1] and end[1] and not start[2]):
        return None
    top, bottom = (rows[0] if start[2] or len(rows) > 1 else 0, rows[-1] + 1 if end[2] else None) if rows else (0, None)
    if columns and start[1]:
        left, right = columns[0], (columns[-1] + 1 if end[1] else None)
    else:
        left, right = 0, (columns[-1] + 1 if columns else None)
    return Area(sheet, top, left, bottom, right)
