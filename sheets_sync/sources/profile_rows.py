"""Brings the rows of one product together, whatever the order and the number of files they stand in.

Rows of a product normally stand together. Where they do not (sorted by SKU, variations at the end of the file), a
product waits until its last row was read, so it is never half: a half one would look as if variants were gone from the
cart. That takes a first look over the file; memory holds the keys, and what is torn apart.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import NamedTuple

from sheets_sync.messages import Language
from sheets_sync.products import Skipped
from sheets_sync.sources.cart_profile import Profile, RowKind
from sheets_sync.sources.cart_values import is_mangled, plain
from sheets_sync.sources.csv_table import CsvTable, Record
from sheets_sync.sources.file_kinds import FileKind
from sheets_sync.sources.joined_files import KEY, Joined, JoinedFiles, Role
from sheets_sync.sources.joined_files import Row as FileRow
from sheets_sync.sources.profile_layout import Layout, Row
from sheets_sync.sources.telling import Telling

MAIN = "products"


class Placed(NamedTuple):
    """A row, and what it is for its product."""

    kind: RowKind
    row: Row


@dataclass(slots=True)
class Group:
    """All rows of one product. `values`: rows of files that only fill fields of its variants. `parts`: lines at which
    rows of it begin that stand together.
    """

    key: str
    rows: list[Placed] = field(default_factory=list)
    values: list[Row] = field(default_factory=list)
    parts: list[int] = field(default_factory=list)

    @property
    def records(self) -> int:
        return len(self.rows) + len(self.values)

    @property
    def first(self) -> Row:
        return self.rows[0].row

    @property
    def all_rows(self) -> Iterator[Row]:
        yield from (row for _, row in self.rows)
        yield from self.values


def groups(tables: Sequence[tuple[str, CsvTable]], profile: Profile, language: Language) -> Iterator[Group | Skipped]:
    """The products of files whose roles are known (`MAIN` or a side file's), and what belongs to none.

    Raises UsageError (broken quotes), OSError, UnicodeError.
    """
    if any(role != MAIN for role, _ in tables):
        yield from _joined([table for _, table in tables], profile, language)
    else:
        yield from _together([Layout(table, profile) for _, table in tables], profile, Telling(language))


# ---------------------------------------------------------------- files of one kind


class _Ref(NamedTuple):
    """Where a row belongs: to a product's key, or to the product whose SKU code is `sku`."""

    key: str
    sku: str = ""


def _together(layouts: Sequence[Layout], profile: Profile, telling: Telling) -> Iterator[Group | Skipped]:
    left, keys = _first_look(layouts, profile)
    held: dict[str, Group] = {}
    last = ""
    for ref, placed in _placed(layouts, profile):
        key = ref.key or keys.get(ref.sku, "")
        row = placed.row
        if placed.kind == "drop":
            telling.together(row.layout.kind(row.cells)[1], row.place)
        elif is_mangled(ref.sku or key):
            read, column = ref.sku or key, _key_heading(row, ref)
            yield from telling.one_by_one("row_key_mangled", row.place, read, column=column)
            continue
        elif not key:
            yield from telling.one_by_one(_unplaced(ref, row), row.place, _name_of(row), column=_key_heading(row, ref))
            continue
        else:
            group = held.get(key)
            if group is None:
                group = held[key] = Group(key)
            if key != last:
                group.parts.append(row.line)
                last = key
            group.rows.append(placed)
        left[key] -= 1
        if not left[key] and key in held:
            yield from _whole(held.pop(key), profile, telling)
    yield from telling.rest()


def _whole(group: Group, profile: Profile, telling: Telling) -> Iterator[Group | Skipped]:
    rows = group.rows
    if profile.rows == "parent_child" and not any(kind in ("product", "single") for kind, _ in rows):
        for _, row in rows:
            yield from telling.one_by_one("row_without_parent", row.place, group.key)
    elif len(rows) == 1 and _is_note(rows[0].row):
        yield from telling.one_by_one("source_note_row", rows[0].row.place, rows[0].row.text)
    else:
        yield group


def _first_look(layouts: Sequence[Layout], profile: Profile) -> tuple[Counter[str], Mapping[str, str]]:
    """How many rows each product has, those that are left out among them, and the product of each SKU code that
    variants may name as their parent. Mostly all rows name their product, and one column is all that is looked at.
    """
    if not any(layout.has("parent") for layout in layouts):
        alone = Counter(map(plain, chain.from_iterable(layout.keys() for layout in layouts)))
        if profile.rows != "first_row_full" or "" not in alone:
            return alone, {}
    rows: Counter[str] = Counter()
    waiting: Counter[str] = Counter()
    keys: dict[str, str] = {}
    by_sku = bool(profile.columns.parent) and profile.parent_by == "sku"
    for ref, (kind, row) in _placed(layouts, profile, keys_only=True):
        if ref.sku:
            waiting[ref.sku] += not is_mangled(ref.sku)
            continue
        rows[ref.key] += 1
        if by_sku and ref.key and kind != "drop" and (sku := row.get("sku")):
            keys.setdefault(sku, ref.key)
    for sku, count in waiting.items():
        if sku in keys:
            rows[keys[sku]] += count
    return rows, keys


def _placed(layouts: Iterable[Layout], profile: Profile, *, keys_only: bool = False) -> Iterator[tuple[_Ref, Placed]]:
    goes_on = profile.rows == "first_row_full"
    for layout in layouts:
        key_at, parent_at, nothing = layout.at["key"], layout.at["parent"], layout.nothing
        last = ""
        for record in layout.table.records():
            row = layout.row(record, keys_only=keys_only)
            kind = layout.kind(row.cells)[0]
            if kind == "variant" and parent_at != nothing:
                yield _parent(plain(row.cells[parent_at]), profile), Placed(kind, row)
                continue
            key = plain(row.cells[key_at])
            if goes_on:
                key = key or ("" if row.get("title") else last)
                last = key
            yield _Ref(key), Placed(kind, row)


def _parent(read: str, profile: Profile) -> _Ref:
    """`id:44` is a key whatever the others are."""
    name, colon, key = read.partition(":")
    if colon and name.strip().casefold() == "id":
        return _Ref(key.strip())
    return _Ref("", read) if profile.parent_by == "sku" else _Ref(read)


def _unplaced(ref: _Ref, row: Row) -> str:
    if ref.sku:
        return "row_without_parent"
    return "source_note_row" if _is_note(row) else "row_key_missing"


def _is_note(row: Row) -> bool:
    """Whether the row says nothing of a product: an explanation below the table, a stray cell."""
    if any(row.get(field) for field in ("title", "sku", "price", "barcode", "stock")):
        return False
    return sum(bool(cell.strip()) for cell in row.cells[: row.layout.width]) < 2


def _name_of(row: Row) -> str:
    return row.get("title") or row.text


def _key_heading(row: Row, ref: _Ref) -> str:
    columns = row.layout.profile.columns
    return (columns.parent if ref.sku else columns.key)[0]


# ---------------------------------------------------------------- several files of one export


def _joined(tables: Sequence[CsvTable], profile: Profile, language: Language) -> Iterator[Group | Skipped]:
    files = JoinedFiles(tables, roles(profile), language)
    layouts = {id(file.table): Layout(file.table, profile) for file in files.files(MAIN)}
    for side in profile.files:
        for file in files.files(side.role):
            layouts[id(file.table)] = Layout(file.table, profile, side.columns, side.kinds)
    telling = Telling(language)
    for item in files.products():
        if isinstance(item, Skipped):
            yield item
            continue
        group = _group(item, profile, layouts)
        if group.rows[0].kind == "drop":
            telling.together(group.first.layout.kind(group.first.cells)[1], group.first.place, group.records)
        else:
            yield group
    yield from telling.rest()


def layouts(tables: Iterable[tuple[str, CsvTable]], profile: Profile) -> list[Layout]:
    """Files whose roles are known, seen through their format."""
    sides = {side.role: side for side in profile.files}
    return [
        Layout(table, profile, side.columns, side.kinds) if (side := sides.get(role)) else Layout(table, profile)
        for role, table in tables
    ]


def roles(profile: Profile) -> list[Role]:
    """The files that an export of this format may consist of, the products' first."""
    main = FileKind(MAIN, profile.label, profile.detect.needs, profile.detect.some, profile.detect.never)
    found = [Role(main, {KEY: profile.columns.key}, required=True)]
    for side in profile.files:
        kind = FileKind(side.role, profile.label, side.detect.needs, side.detect.some, side.detect.never)
        found.append(Role(kind, {KEY: side.columns.key}))
    return found


def _group(item: Joined, profile: Profile, layouts: Mapping[int, Layout]) -> Group:
    def seen(row: FileRow) -> Row:
        return layouts[id(row.file.table)].row(Record(row.line, row.cells, row.mended))

    main = seen(item.main)
    group = Group(item.key, [Placed(main.layout.kind(main.cells)[0], main)])
    for side in profile.files:
        rows = [seen(row) for row in item.rows(side.role)]
        if side.gives == "values":
            group.values += rows
            continue
        for row in rows:
            kind = row.layout.kind(row.cells)[0]
            group.rows.append(Placed("variant" if kind == "single" else kind, row))
    if group.rows[0].kind == "single" and any(kind == "variant" for kind, _ in group.rows):
        group.rows[0] = Placed("product", main)
    return group
