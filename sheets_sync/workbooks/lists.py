"""Layout of the hidden tab `_lists`: columns A and B hold facts by name, each further column one drop-down list.

Row 1 names the lists (`choice:action`, `category`, `brand`, `values:<attribute id>`), their entries follow without a
gap. A drop-down finds the length of a growing list by counting its column, so that rewriting one changes cells only:
no defined name and no validation has to follow.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.ooxml.refs import letters
from sheets_sync.ooxml.values import MAX_ROWS
from sheets_sync.tables import WorkbookIds
from sheets_sync.template import Kind, Owner, Template

GROWING = ("category", "brand")
VALUES = "values:"
CHOICE = "choice:"
REQUEST = "request"
"""The fact by which people ask for a run (templates/sheets_menu.gs). Edits of lists and ids leave it alone."""
_FACTS = ("id", "value")
_FORMAT = "1"
_FIRST = len(_FACTS)


@dataclass(frozen=True, slots=True)
class ListColumn:
    """One list: its 0-based column on the tab and how many entries it has."""

    index: int
    size: int


@dataclass(frozen=True, slots=True)
class ListsTab:
    """What the tab `_lists` was found to hold. `fact_rows`: name of a fact → its 1-based row."""

    facts: Mapping[str, str] = field(default_factory=dict)
    fact_rows: Mapping[str, int] = field(default_factory=dict)
    lists: Mapping[str, ListColumn] = field(default_factory=dict)
    last_row: int = 0
    width: int = _FIRST

    @property
    def ids(self) -> WorkbookIds:
        return WorkbookIds(self.facts.get("workbook", ""), self.facts.get("cart", ""), self.facts.get("shop", ""))

    @property
    def language(self) -> Language | None:
        """The language that the workbook was made in, None where the tab does not tell."""
        match self.facts.get("language"):
            case "ja":
                return "ja"
            case "en":
                return "en"
            case _:
                return None


def fixed_choices(template: Template) -> tuple[str, ...]:
    """Names of the choices that editor columns offer; flags are no list."""
    names = (
        column.choices
        for columns in template.columns.values()
        for column in columns
        if column.owner is Owner.EDITOR and column.kind is Kind.CHOICE
    )
    return tuple(dict.fromkeys(names))


def first_contents(
    template: Template, language: Language, ids: WorkbookIds, lists: Mapping[str, Sequence[str]]
) -> list[tuple[str, Sequence[str]]]:
    """The columns of a new tab from the left: (heading, entries)."""
    facts = _facts(ids) | {"format": _FORMAT, "language": language}
    columns: list[tuple[str, Sequence[str]]] = [(_FACTS[0], list(facts)), (_FACTS[1], list(facts.values()))]
    columns += [
        (f"{CHOICE}{name}", [choice.label(language) for choice in template.choices[name]])
        for name in fixed_choices(template)
    ]
    columns += [(name, lists.get(name, ())) for name in GROWING]
    columns += [(name, entries) for name, entries in lists.items() if name not in GROWING]
    return columns


def rows_of(columns: Sequence[tuple[str, Sequence[str]]]) -> Iterator[list[str]]:
    """The columns as rows from row 1 down; "" where a list has ended."""
    yield [heading for heading, _ in columns]
    longest = max((len(entries) for _, entries in columns), default=0)
    for number in range(min(longest, MAX_ROWS - 1)):
        yield [entries[number] if number < len(entries) else "" for _, entries in columns]


def parse(rows: Iterable[tuple[int, Mapping[int, object]]]) -> ListsTab:
    """Understand the tab from its rows, given as (1-based number, values by 0-based column)."""
    headings: dict[int, str] = {}
    ends: dict[int, int] = {}
    facts: dict[str, str] = {}
    fact_rows: dict[str, int] = {}
    last = 0
    for last, cells in rows:
        if last == 1:
            headings = {index: str(value) for index, value in cells.items()}
            continue
        ends.update(dict.fromkeys(cells, last))
        if name := str(cells.get(0) or ""):
            facts[name], fact_rows[name] = str(cells.get(1) or ""), last
    lists = {name: ListColumn(i, max(ends.get(i, 1) - 1, 0)) for i, name in headings.items() if i >= _FIRST}
    return ListsTab(facts, fact_rows, lists, last, max([*headings, *ends, _FIRST - 1]) + 1)


def entries(rows: Iterable[tuple[int, Mapping[int, object]]]) -> dict[str, list[str]]:
    """What stands in the lists that are not the template's own, by their names; rows as for `parse`."""
    names: dict[int, str] = {}
    found: dict[str, list[str]] = {}
    for number, cells in rows:
        if number == 1:
            names = {i: str(name) for i, name in cells.items() if i >= _FIRST and not str(name).startswith(CHOICE)}
            found = {name: [] for name in names.values()}
            continue
        for index in names.keys() & cells.keys():
            found[names[index]].append(str(cells[index]))
    return found


def edits(
    tab: ListsTab, lists: Mapping[str, Sequence[str]] | None, ids: WorkbookIds | None
) -> dict[int, dict[int, str | None]]:
    """Cells to write (1-based row, 0-based column) so that the tab holds the lists and ids given. None = blank."""
    cells: dict[int, dict[int, str | None]] = {}
    if ids is not None:
        free = max([1, *tab.fact_rows.values()]) + 1
        for name, value in _facts(ids).items():
            if tab.facts.get(name) == value:
                continue
            row = tab.fact_rows.get(name, free)
            free += row == free
            cells.setdefault(row, {}).update({0: name, 1: value})
    width = tab.width
    for name, entries in (lists or {}).items():
        column = tab.lists.get(name) or ListColumn(width, 0)
        if name not in tab.lists:
            width += 1
            cells.setdefault(1, {})[column.index] = name
        kept = entries[: MAX_ROWS - 1]
        for number in range(max(len(kept), column.size)):
            cells.setdefault(number + 2, {})[column.index] = kept[number] if number < len(kept) else None
    return cells


def choice_range(template: Template, name: str, sheet: str) -> str:
    """Formula of a fixed choice's drop-down: an exact range, so that anything else can be refused."""
    column = letters(_FIRST + fixed_choices(template).index(name))
    return f"={sheet}!${column}$2:${column}${len(template.choices[name]) + 1}"


def growing_column(template: Template, name: str) -> str:
    """Letters of the column that lists categories or brands."""
    return letters(_FIRST + len(fixed_choices(template)) + GROWING.index(name))


def growing_range(template: Template, name: str, sheet: str) -> str:
    """Formula of the drop-down of categories or brands: as far down as its column is filled.

    OFFSET with COUNTA is what Excel and LibreOffice both take here; `A2:INDEX(…)` is refused by Excel in a validation.
    """
    column = growing_column(template, name)
    return f"=OFFSET({sheet}!${column}$2,0,0,MAX(1,COUNTA({sheet}!${column}:${column})-1),1)"


def values_range(id_cell: str, sheet: str) -> str:
    """Formula of an attribute's drop-down: the list whose heading names the id in `id_cell` of the same row."""
    place = f'MATCH("{VALUES}"&{id_cell},{sheet}!$1:$1,0)-1'
    return f"=OFFSET({sheet}!$A$2,0,{place},MAX(1,COUNTA(OFFSET({sheet}!$A:$A,0,{place}))-1),1)"


def lists_sheet(template: Template, language: Language) -> str:
    """Name of the tab as formulas spell it."""
    return template.tab_name(Tab.LISTS, language)


def _facts(ids: WorkbookIds) -> dict[str, str]:
    return {"workbook": ids.workbook, "cart": ids.cart, "shop": ids.shop}
