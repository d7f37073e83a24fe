"""What spreadsheets do to rows: copied, partly sorted, typed over, made by hand. Found before anything is believed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.fields import Fields, fields_of
from sheets_sync.rows.plain import Line, PlainTab, is_skus_note
from sheets_sync.tables import RowRef, Snapshot
from sheets_sync.template import KEY_COLUMNS, Template

FEW_ROWS = 3
FEW_PERCENT = 2
"""More rows than both of these in disorder are no slip of the hand: part of the sheet was sorted without the rest."""

_TABS = (Tab.PRODUCTS, Tab.SKUS)
_TELLING = ("title", "description", "seller_sku", "barcode")
"""Editor columns whose values are each row's own; choices such as sizes repeat and move for good reasons."""
_PRIVATE = frozenset({"person", "memo"})


@dataclass(slots=True)
class Accidents:
    """What was found. `held`: product keys that must not be sent. `ignored`: rows that do not count (identical
    copies). `true_keys`: rows whose key cell was typed over, with the key that they had. `shifted`: how many rows of a
    tab are in disorder, only where it was more than a few.
    """

    issues: list[Issue] = field(default_factory=list)
    held: set[str] = field(default_factory=set)
    ignored: set[tuple[Tab, RowRef]] = field(default_factory=set)
    true_keys: dict[tuple[Tab, RowRef], str] = field(default_factory=dict)
    shifted: dict[Tab, int] = field(default_factory=dict)


def accidents_in(
    lines: Mapping[Tab, Sequence[Line]], base: Mapping[Tab, Mapping[str, BaseRow]], template: Template
) -> Accidents:
    """Look through 商品 and SKU with what the store knows (docs/design.md, section 4, "Accidents")."""
    found = Accidents()
    for tab in _TABS:
        known = base.get(tab, {})
        fields = fields_of(template, tab)
        _copied_rows(found, lines[tab], fields)
        if not known:
            continue  # the store was lost: nothing tells what belongs where
        _unknown_rows(found, lines[tab], known, fields, tab)
        _typed_over_rows(found, lines[tab], known, fields)
        shifted = _rows_out_of_place(lines[tab], known, fields)
        if shifted > max(FEW_ROWS, len(lines[tab]) * FEW_PERCENT / 100):
            found.shifted[tab] = shifted
    _rows_without_product(found, lines)
    if found.shifted:
        _hold_everything(found, lines[Tab.PRODUCTS])
    return found


def blanked_keys(
    snapshot: Snapshot, base: Mapping[Tab, Mapping[str, BaseRow]], template: Template
) -> Iterator[Issue]:
    """Rows whose key was deleted from its cell: nobody finds them any more, and what she typed there would be lost
    without a word. Told by what else the tool wrote into them; notes and totals of her own are no such rows.
    """
    for tab in _TABS:
        keyless = [row for row in snapshot.tabs[tab].rows if not row.key(tab)]
        if not keyless:
            continue
        words, key_column = PlainTab(tab, template, snapshot.language), KEY_COLUMNS[tab][-1]
        marks = [column for column in fields_of(template, tab).tool if column != key_column]
        there, known = {ref.key for ref, _ in snapshot.tabs[tab].refs(tab)}, base.get(tab, {})
        lost = _by_marks({key: known[key] for key in known if key not in there}, marks)
        for row in keyless:
            mark = _mark(words.read_row(row.cells, {})[0], marks)
            candidates = lost.get(mark, ())
            if len(candidates) == 1 and any(value is not None for value in mark):
                (key,) = candidates
                params = {"row": row.number, "right": key}
                yield Issue(tab, key, key_column, "key_blanked", Severity.WARNING, params, known[key].product_key)


def product_of(line: Line, known: Mapping[str, BaseRow]) -> str:
    """Key of the product that a row belongs to; the store knows better than the cell."""
    if line.tab is Tab.PRODUCTS:
        return line.key
    row = known.get(line.key)
    return row.product_key if row else line.product


# ---------------------------------------------------------------- copied rows


def _copied_rows(found: Accidents, lines: Sequence[Line], fields: Fields) -> None:
    if not any(line.ref.occurrence for line in lines):
        return
    groups: dict[str, list[Line]] = {}
    for line in lines:
        groups.setdefault(line.key, []).append(line)
    compared = [column for column in fields.editor if column not in _PRIVATE]
    for first, *copies in groups.values():
        if not copies:
            continue
        product = first.key if first.tab is Tab.PRODUCTS else first.product
        same = all(copy.cells.get(c) == first.cells.get(c) for copy in copies for c in compared)
        if same:
            found.ignored.update((copy.tab, copy.ref) for copy in copies)
        else:
            found.held.add(product)
        column = KEY_COLUMNS[first.tab][-1]
        numbers = [line.number for line in (first, *copies)]
        for line in copies if same else (first, *copies):
            others = "・".join(str(n) for n in numbers if n != line.number)
            found.issues.append(
                Issue(
                    line.tab,
                    line.key,
                    column,
                    "duplicate_row_ignored" if same else "duplicate_row",
                    Severity.INFO if same else Severity.ERROR,
                    {"rows": others, "row": line.number},
                    product,
                )
            )


# ---------------------------------------------------------------- rows that nobody made but her


def _unknown_rows(
    found: Accidents, lines: Sequence[Line], known: Mapping[str, BaseRow], fields: Fields, tab: Tab
) -> None:
    unknown = [line for line in lines if line.key not in known]
    if not unknown:
        return
    there = {line.key for line in lines}
    key_column = KEY_COLUMNS[tab][-1]
    marks = [column for column in fields.tool if column != key_column]
    lost = _by_marks({key: row for key, row in known.items() if key not in there}, marks)
    for line in unknown:
        product = product_of(line, known)
        found.held.add(product)
        candidates = lost.get(_mark(line.cells, marks), [])
        if len(candidates) == 1 and any(line.cells.get(column) is not None for column in marks):
            true_key = candidates.pop()
            found.true_keys[tab, line.ref] = true_key
            params = {"read": line.key, "right": true_key}
            found.issues.append(Issue(tab, line.key, key_column, "key_typed_over", Severity.ERROR, params, product))
        else:
            found.issues.append(
                Issue(tab, line.key, key_column, "unknown_row", Severity.ERROR, {"read": line.key}, product)
            )


def _by_marks(rows: Mapping[str, BaseRow], marks: Sequence[str]) -> dict[tuple[Plain, ...], list[str]]:
    found: dict[tuple[Plain, ...], list[str]] = {}
    for key, row in rows.items():
        found.setdefault(_mark(row.base, marks), []).append(key)
    return found


def _mark(row: Mapping[str, Plain], columns: Sequence[str]) -> tuple[Plain, ...]:
    return tuple(row.get(column) for column in columns)


def _rows_without_product(found: Accidents, lines: Mapping[Tab, Sequence[Line]]) -> None:
    products = {line.key for line in lines[Tab.PRODUCTS]} | {
        key for (tab, _), key in found.true_keys.items() if tab is Tab.PRODUCTS
    }
    for line in lines[Tab.SKUS]:
        product = line.product
        if product not in products:
            params = {"read": product}
            found.issues.append(
                Issue(Tab.SKUS, line.key, "product_key", "sku_without_product", params=params, product_key=product)
            )


# ---------------------------------------------------------------- cells that are not hers


def _typed_over_rows(found: Accidents, lines: Sequence[Line], known: Mapping[str, BaseRow], fields: Fields) -> None:
    """Tool cells that hold something the tool did not write: told, and put back by the next export."""
    for line in lines:
        row = None if line.intact or line.ref.occurrence else known.get(line.key)
        if row is None:
            continue
        for column in fields.tool:
            cell = line.cells.get(column)
            if cell is not None and cell != row.base.get(column):
                found.issues.append(tool_cell_edited(line, column, cell, row.base.get(column), row.product_key))


def tool_cell_edited(line: Line, column: str, typed: Plain, right: Plain, product_key: str) -> Issue:
    """An info that keeps what was typed into a cell that is not hers."""
    code = "tool_cell_edited" if right is not None else "tool_cell_edited_blank"
    params = {"read": typed, "right": right}
    return Issue(line.tab, line.key, column, code, Severity.INFO, params, product_key)


# ---------------------------------------------------------------- part of the sheet sorted without the rest


def _rows_out_of_place(lines: Sequence[Line], known: Mapping[str, BaseRow], fields: Fields) -> int:
    """How many rows hold a value that belongs to another row, which in turn lost it."""
    columns = (*fields.tool, *(column for column in _TELLING if column in fields.prefill))
    astray: dict[str, list[tuple[Line, Plain, Plain]]] = {column: [] for column in columns}
    for line in lines:
        row = None if line.intact or line.ref.occurrence else known.get(line.key)
        if row is None:
            continue
        base, seen, cells = row.base, row.seen, line.cells
        for column in columns:
            cell, truth = cells.get(column), base.get(column)
            if cell != truth and cell is not None:
                truth = seen.get(column, truth)
                if cell != truth and not is_skus_note(cell):
                    astray[column].append((line, cell, truth))
    rows: set[str] = set()
    for moved in astray.values():
        if len(moved) > FEW_ROWS:
            lost: Counter[Plain] = Counter(truth for _, _, truth in moved if truth is not None)
            rows.update(line.key for line, cell, _ in moved if lost[cell])
    return len(rows)


def _hold_everything(found: Accidents, products: Sequence[Line]) -> None:
    params = {"count": sum(found.shifted.values())}
    for line in products:
        found.held.add(line.key)
        if not line.ref.occurrence:
            found.issues.append(Issue(Tab.PRODUCTS, line.key, None, "rows_shifted", params=params))
