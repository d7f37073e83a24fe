"""Colours that follow the values: states, cells that are missing or named in an error, rows that do not count.

They are conditional formats to the sheet's end. Their formulas look only at the row itself and at headings, so they
stay right however she sorts, and however rows are appended. Flags are asked for as `N(cell)=1`, since LibreOffice
saves `=TRUE` as `=1`, which no flag equals in Excel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ooxml.refs import letters
from sheets_sync.states import State
from sheets_sync.template import Column, Owner, Template


@dataclass(frozen=True, slots=True)
class Ink:
    """Fill and text colour (RRGGBB, "" = as it was)."""

    fill: str = ""
    text: str = ""
    bold: bool = False
    strike: bool = False


@dataclass(frozen=True, slots=True)
class Paint:
    """Where `formula` holds, the cells of `columns` (0-based) take `ink`. The formula is written for row 2 and the
    first of the columns.
    """

    columns: tuple[int, ...]
    formula: str
    ink: Ink


STATE_INKS: Mapping[State, Ink] = {
    State.OFF: Ink("E7E6E6", "7F7F7F"),
    State.INVALID: Ink("FFC7CE", "9C0006", bold=True),
    State.INCOMPLETE: Ink("FFE0B3", "7A4100", bold=True),
    State.FAILED: Ink("F4A6A0", "7B0000", bold=True),
    State.UNKNOWN: Ink("E4DFEC", "5F497A"),
    State.PLATFORM_STOPPED: Ink("C00000", "FFFFFF", bold=True),
    State.REVIEW_FAILED: Ink("FF9C8F", "7B0000", bold=True),
    State.WAITING: Ink("FFF2CC", "7F6000"),
    State.READY: Ink("DDEBF7", "1F4E78"),
    State.IN_REVIEW: Ink("D9D2F0", "3F3270"),
    State.SYNCED: Ink("C6EFCE", "006100"),
}
MISSING = Ink("FFD9A0", "7A4100")
ERROR = Ink("FFC7CE", "9C0006")
FADED = Ink("F2F2F2", "A6A6A6")
DEFAULTED = Ink("E3E3E3")
STRUCK = Ink("F2F2F2", "A6A6A6", strike=True)
ALARM = Ink("", "C00000", bold=True)

_ON_SALE = ("live", "scheduled", "pre_approved")
_TO_MEND = (State.INVALID, State.FAILED, State.REVIEW_FAILED, State.PLATFORM_STOPPED)
ERROR_COLUMNS = {
    Tab.PRODUCTS: ("errors", "review_reasons"),
    Tab.SKUS: ("sku_errors",),
    Tab.ATTRIBUTES: ("attribute_errors",),
    Tab.DEFAULTS: ("default_errors",),
}


def swatch_ink(swatch: str, template: Template) -> Ink:
    """The colours that a swatch of the guide shows (`guide.GuideRow`)."""
    match swatch.partition(":"):
        case ("owner", _, owner):
            style = template.owners[Owner(owner)]
            return Ink(style.colour, style.text)
        case ("state", _, state):
            return STATE_INKS[State(state)]
        case ("missing", _, _):
            return MISSING
        case ("error", _, _):
            return ERROR
        case ("default", _, _):
            return DEFAULTED
        case _:
            return Ink()


def paints(template: Template, tab: Tab, columns: Sequence[Column], language: Language) -> Iterator[Paint]:
    """The colour rules of a tab whose columns stand in the order given; of two that hold, the first wins."""
    places = {column.key: index for index, column in enumerate(columns)}
    if tab is Tab.PRODUCTS:
        yield from _state_cells(template, places, language)
        yield _still_on_sale(template, places, language)
        yield _not_yet_checked(template, columns, places, language)
    if tab is Tab.SKUS:
        yield Paint(tuple(places.values()), f"=N(${letters(places['exclude'])}2)=1", STRUCK)
    if tab is Tab.ATTRIBUTES:
        yield from _attribute_rows(template, places, language)
    if tab in ERROR_COLUMNS:
        yield from _named_cells(template, tab, columns, places, language)
    if tab is Tab.PRODUCTS:
        yield _filled_by_default(columns, places)


def _state_cells(template: Template, places: Mapping[str, int], language: Language) -> Iterator[Paint]:
    state = places["state"]
    for value, ink in STATE_INKS.items():
        yield Paint((state,), f'=${letters(state)}2="{template.choice_label("state", value, language)}"', ink)


def _still_on_sale(template: Template, places: Mapping[str, int], language: Language) -> Paint:
    """Off, and yet on sale: nothing is updated any more while customers go on buying."""
    listing, sync = letters(places["listing"]), letters(places["sync"])
    shown = ",".join(f'${listing}2="{template.choice_label("listing", value, language)}"' for value in _ON_SALE)
    return Paint((places["listing"], places["planned"]), f"=AND(N(${sync}2)<>1,OR({shown}))", ALARM)


def _not_yet_checked(
    template: Template, columns: Sequence[Column], places: Mapping[str, int], language: Language
) -> Paint:
    """Ticked since the last check: what is required and blank. After a check the errors tell it better (defaults)."""
    required = tuple(places[c.key] for c in columns if c.required and c.owner is Owner.EDITOR)
    sync, state = letters(places["sync"]), letters(places["state"])
    off = template.choice_label("state", State.OFF, language)
    cell = letters(required[0])
    return Paint(required, f'=AND(N(${sync}2)=1,{cell}2="",OR(${state}2="",${state}2="{off}"))', MISSING)


def _filled_by_default(columns: Sequence[Column], places: Mapping[str, int]) -> Paint:
    """Blank cells for which 次回の送信内容 names the value that 既定値 gives (`既定値を使用: heading=value, …`)."""
    editors = tuple(places[c.key] for c in columns if c.owner is Owner.EDITOR)
    cell, planned = letters(editors[0]), letters(places["planned"])
    return Paint(editors, f'=AND({cell}2="",ISNUMBER(FIND(" "&{cell}$1&"=",${planned}2)))', DEFAULTED)


def _attribute_rows(template: Template, places: Mapping[str, int], language: Language) -> Iterator[Paint]:
    required, value = letters(places["required"]), letters(places["value"])
    unneeded = template.choice_label("required", "not_needed", language)
    needed = template.choice_label("required", "required", language)
    yield Paint(tuple(places.values()), f'=${required}2="{unneeded}"', FADED)
    yield Paint((places["value"],), f'=AND(${required}2="{needed}",${value}2="")', MISSING)


def _named_cells(
    template: Template, tab: Tab, columns: Sequence[Column], places: Mapping[str, int], language: Language
) -> Iterator[Paint]:
    """Editor cells whose heading begins a line of the error column: orange while blank, red where something is wrong.

    On 商品 a filled cell is red only in states that ask for a change, so that filling a gap takes its colour away.
    """
    editors = tuple(places[c.key] for c in columns if c.owner is Owner.EDITOR)
    cell = letters(editors[0])
    lines = "".join(f"&CHAR(10)&${letters(places[key])}2" for key in ERROR_COLUMNS[tab] if key in places)
    named = f'ISNUMBER(FIND(CHAR(10)&{cell}$1&":",{lines[1:]}))'
    yield Paint(editors, f'=AND({cell}2="",{named})', MISSING)
    if tab is Tab.PRODUCTS:
        state = letters(places["state"])
        mend = ",".join(f'${state}2="{template.choice_label("state", value, language)}"' for value in _TO_MEND)
        named = f"{named},OR({mend})"
    yield Paint(editors, f'=AND({cell}2<>"",{named})', ERROR)
