"""Which columns a tab of a Google Sheet has: the template's, and the preview of the first picture beside the pictures.

The preview is a formula of the tool's own in each row, which looks at the row in which it stands: the same text in all
rows, so that it is right however rows are sorted, moved or copied.
It is no column of the template: nothing is ever read from it, and it may be deleted.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache

from sheets_sync.cell_lengths import cell_length, cut_to
from sheets_sync.errors import UsageError
from sheets_sync.gsheets.cell_values import MAX_TEXT, Entered, Formula, entered
from sheets_sync.issue import Tab
from sheets_sync.messages import Language, text
from sheets_sync.ooxml.refs import letters
from sheets_sync.tables import CellValue
from sheets_sync.template import Column, Kind, Owner, Template, fold
from sheets_sync.workbooks.shown_columns import shown_columns

PREVIEW = "preview"
_PICTURE = "image_1"


@cache
def preview_column() -> Column:
    ja, en = text("google_preview", "ja"), text("google_preview", "en")
    return Column(
        PREVIEW, ja, en, Owner.RESULT, Kind.HTML, width=10,
        help_ja=text("google_preview_help", "ja"), help_en=text("google_preview_help", "en"),
    )  # fmt: skip


def sheet_columns(template: Template, tab: Tab, sign_off: bool) -> tuple[Column, ...]:
    """The columns of a new tab from the left."""
    shown = shown_columns(template, tab, sign_off)
    place = next((i for i, column in enumerate(shown) if column.key == _PICTURE), None)
    if tab is not Tab.PRODUCTS or place is None:
        return shown
    return (*shown[:place], preview_column(), *shown[place:])


def preview_place(headings: Iterable[tuple[int, object]]) -> int | None:
    """The 0-based column that holds previews, told by its heading in either language."""
    names = {fold(preview_column().ja), fold(preview_column().en)}
    return next((index for index, value in headings if fold(str(value)) in names), None)


def preview_formula(places: Mapping[str, int]) -> Formula | None:
    """The preview of whichever row it stands in, None where the tab has no column of first pictures.

    Arguments stand between semicolons, which Google takes under every locale; under those with a decimal comma it takes
    nothing else.
    """
    if (picture := places.get(_PICTURE)) is None:
        return None
    column = letters(picture)
    return Formula(f'=IFERROR(IMAGE(INDEX({column}:{column};ROW()));"")')


def fitted(value: CellValue, column: Column, sheet: str, key: str, language: Language) -> Entered:
    """The value as a cell of Google's can hold it: a result of more than 50,000 characters is cut.

    Raises UsageError for a longer text of any other owner, naming its cell.
    """
    found = entered(value)
    if not isinstance(found, str) or len(found) * 2 <= MAX_TEXT or (length := cell_length(found)) <= MAX_TEXT:
        return found
    if column.owner is not Owner.RESULT:
        label = column.label(language)
        raise UsageError("google_text_too_long", tab=sheet, column=label, row=key or "?", length=f"{length:,}")
    return cut_to(found, MAX_TEXT)
