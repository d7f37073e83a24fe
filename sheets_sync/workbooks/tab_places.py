"""Where things are in a workbook: which sheet is which tab, which column is which, which row has which key."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.tables import CellValue, RowRef, row_key
from sheets_sync.template import KEY_COLUMNS, Headings, Template


@dataclass(slots=True)
class TabPlaces:
    """A tab in its sheet. `rows`: key → 1-based row numbers, top down. `last_row`: the last one with our values."""

    sheet: str
    headings: Headings
    rows: dict[str, list[int]] = field(default_factory=dict)
    last_row: int = 1

    def note(self, tab: Tab, number: int, cells: Mapping[str, CellValue]) -> None:
        """Take a row into account."""
        self.last_row = number
        if key := row_key(tab, cells):
            self.rows.setdefault(key, []).append(number)

    def row(self, ref: RowRef) -> int | None:
        """Number of the row that `ref` means, None when it is gone."""
        numbers = self.rows.get(ref.key, ())
        return numbers[ref.occurrence] if ref.occurrence < len(numbers) else None


def find_sheets(
    template: Template, tabs: Iterable[Tab], sheets: Sequence[str], language: Language, workbook: str
) -> dict[Tab, str]:
    """Each tab's sheet, found by its name in either language. Raises UsageError for missing and doubled ones."""
    found: dict[Tab, list[str]] = {}
    for sheet in sheets:
        if tab := template.tab_of(sheet):
            found.setdefault(tab, []).append(sheet)
    places: dict[Tab, str] = {}
    for tab in tabs:
        match found.get(tab, []):
            case [sheet]:
                places[tab] = sheet
            case []:
                name = template.tab_name(tab, language)
                raise UsageError("workbook_tab_missing", tab=name, name=workbook, found=", ".join(sheets))
            case several:
                raise UsageError("workbook_tab_doubled", name=workbook, found=", ".join(several))
    return places


def read_headings(
    template: Template, tab: Tab, sheet: str, cells: Mapping[int, object], language: Language
) -> Headings:
    """Understand row 1, given as values by 0-based column. Raises UsageError where it leaves a doubt."""
    texts = [(index, str(value)) for index, value in sorted(cells.items()) if value is not None and str(value).strip()]
    headings = template.headings(tab, texts, language)
    if headings.doubled:
        raise UsageError("workbook_heading_doubled", tab=sheet, found="、".join(headings.doubled))
    for found, label in headings.unclear:
        raise UsageError("workbook_heading_unclear", tab=sheet, found=found, label=label)
    if headings.missing:
        labels = (template.column(tab, key).label(language) for key in headings.missing)
        raise UsageError("workbook_heading_missing", tab=sheet, found="、".join(labels))
    return headings


def key_places(tab: Tab, headings: Headings) -> Collection[int]:
    """0-based columns that a row's key is made of."""
    return {headings.columns[key] for key in KEY_COLUMNS[tab] if key in headings.columns}
