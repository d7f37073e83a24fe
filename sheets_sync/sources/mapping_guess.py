"""Proposes what the columns of an unknown file mean: by their headings first, by what stands in them second. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.sources.cart_profile import RowModel
from sheets_sync.sources.mapping_columns import TESTS, Column, bare, columns_of, is_gtin, is_html, is_picture, separator
from sheets_sync.sources.mapping_rows import Arrangement, by_blank_titles, by_parent


@dataclass(frozen=True, slots=True)
class KnownNames:
    """Names that carts give their columns (`templates/column_names.toml`): `fields` by our field, the surest first, and
    parts of headings.
    """

    fields: Mapping[str, Sequence[str]]
    options: Sequence[str]
    pictures: Sequence[str]
    not_pictures: Sequence[str]
    status: Sequence[str]
    parents: Sequence[str]
    axes: Sequence[str]
    axis_names: Sequence[str]
    axis_values: Sequence[str]


@dataclass(slots=True)
class Guess:
    """A proposal. `rows`: how the file's rows make products. `columns`: field → heading; `options`, `pictures`:
    headings; `option_names`: the column that names the axis of a choice, where there is one; `status`: "" when there
    is none. `separator`: what stands between several pictures of one cell. `examples`: the first text of each heading.
    """

    headings: tuple[str, ...]
    rows: RowModel = "flat"
    columns: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
    option_names: dict[str, str] = field(default_factory=dict)
    pictures: list[str] = field(default_factory=list)
    separator: str = ""
    status: str = ""
    examples: dict[str, str] = field(default_factory=dict)

    @property
    def usable(self) -> bool:
        """Whether it says which column names the product and which one is its title."""
        return {"key", "title"} <= set(self.columns)

    @property
    def unused(self) -> list[str]:
        """Headings that mean nothing to us."""
        return [heading for heading in self.headings if heading not in self.used and heading.strip()]

    @property
    def used(self) -> set[str]:
        """Headings that mean something to us."""
        return {*self.columns.values(), *self.options, *self.option_names.values(), *self.pictures, self.status}


def guess(heading: Sequence[str], rows: Iterable[Sequence[str]], known: KnownNames) -> Guess:
    """A proposal from the headings and some rows of a file."""
    columns = columns_of(heading, rows)
    names = tuple(column.name for column in columns)
    found = Guess(names, examples={column.name: column.texts[0] for column in columns if column.texts})
    _pairs(found, columns, known)
    _by_name(found, columns, known)
    _by_content(found, columns)
    arranged = _arrangement(found, columns, known)
    if arranged:
        _arrange(found, arranged, columns, known)
    else:
        _complete(found, columns, known)
    return found


def _pairs(found: Guess, columns: Sequence[Column], known: KnownNames) -> None:
    """Axes in two columns each: its name in one, the choice in the other (オプション名1, オプション値1)."""
    headings = {bare(column.name): column.name for column in columns}
    for key, name in headings.items():
        if not any(bare(word) in key for word in known.axes):
            continue
        others = (key.replace(mark, other) for mark in known.axis_names if mark in key for other in known.axis_values)
        value = next((headings[other] for other in others if other in headings and headings[other] != name), "")
        if value and value not in found.used:
            found.options.append(value)
            found.option_names[value] = name


def _by_name(found: Guess, columns: Sequence[Column], known: KnownNames) -> None:
    free = {bare(column.name): column for column in reversed(columns) if column.name not in found.used}
    free = dict(reversed(free.items()))
    for wanted, names in known.fields.items():
        column = next((free[bare(name)] for name in names if bare(name) in free), None)
        if column is None:
            parts = [bare(name) for name in names if len(name) > 1 and not name.isascii()]
            begin = [c for key, c in free.items() if any(key.startswith(part) for part in parts)]
            within = [c for key, c in free.items() if any(part in key for part in parts)] if wanted in TESTS else []
            likely = [*begin, *within]
            column = next((c for c in likely if c.texts and c.may_be(wanted)), next(iter(begin), None))
        if column is not None and column.may_be(wanted):
            found.columns[wanted] = column.name
            del free[bare(column.name)]
    for key, column in list(free.items()):
        if any(part in key for part in known.pictures) and not any(
            mark in key for mark in ("alt", "説明", "名（", "position")
        ):
            found.pictures.append(column.name)
        elif any(bare(word) in key for word in known.options) and "id" not in key and not column.mostly(is_html):
            found.options.append(column.name)
        elif not found.status and any(key.startswith(bare(word)) for word in known.status):
            found.status = column.name


def _by_content(found: Guess, columns: Sequence[Column]) -> None:
    """What the headings did not tell: codes with a right check digit, addresses of pictures, descriptions."""
    free = [column for column in columns if column.texts and column.name not in found.used]
    for column in free:
        if column.mostly(is_picture):
            found.pictures.append(column.name)
        elif "barcode" not in found.columns and column.mostly(is_gtin):
            found.columns["barcode"] = column.name
        elif "description" not in found.columns and column.mostly(is_html):
            found.columns["description"] = column.name
    for column in columns:
        if column.name in found.pictures and not found.separator:
            found.separator = separator(column.texts)


def _arrangement(found: Guess, columns: Sequence[Column], known: KnownNames) -> Arrangement | None:
    """How the rows make products, None: a row per SKU, each with all fields."""
    if by_name := by_parent(columns, known.parents):
        return by_name
    at = {column.name: column for column in columns}
    if "title" not in found.columns:
        return None
    codes = _codes(columns, known)
    others = [column for column in columns if column.name not in found.used and column not in codes]
    skus = [found.columns[field] for field in ("sku", "barcode") if field in found.columns]
    offered = [found.columns[field] for field in ("price", "stock") if field in found.columns]
    return by_blank_titles(
        at[found.columns["title"]], codes, others, [at[name] for name in (*found.options, *skus)],
        [at[name] for name in offered],
    )  # fmt: skip


def _codes(columns: Sequence[Column], known: KnownNames) -> list[Column]:
    """Columns that carts name products and SKUs in, the surest first."""
    by_name = {bare(column.name): column for column in columns}
    names = dict.fromkeys(bare(name) for field in ("key", "sku") for name in known.fields[field])
    return [by_name[name] for name in names if name in by_name]


def _arrange(found: Guess, arranged: Arrangement, columns: Sequence[Column], known: KnownNames) -> None:
    """The key is what the rows hang together by; a SKU code is another column, or with rows that name their parent the
    same.
    """
    key, parent = arranged.key, arranged.parent
    found.rows = arranged.rows
    taken = {key.name, parent.name if parent else ""}
    found.columns = {field: name for field, name in found.columns.items() if name not in taken}
    found.options = [name for name in found.options if name not in taken]
    sku = key if parent else _other_code(found, columns, known, key)
    if sku:
        found.columns.setdefault("sku", sku.name)
    found.columns["key"] = key.name
    if parent:
        found.columns["parent"] = parent.name


def _other_code(found: Guess, columns: Sequence[Column], known: KnownNames, key: Column) -> Column | None:
    """A further column of codes, for SKUs."""
    used = {*found.used, key.name}
    return next((code for code in _codes(columns, known) if code.name not in used and not code.repeats), None)


def _groups(column: Column, title: Column) -> bool:
    """Whether a column names products that have several rows: each value has one title, and each title one value."""
    pairs = set(zip(column.cells, title.cells, strict=True))
    values, titles = {value for value, _ in pairs}, {name for _, name in pairs}
    return len(pairs) == len(values) == len(titles) and "" not in values and not column.mostly(is_html)


def _complete(found: Guess, columns: Sequence[Column], known: KnownNames) -> None:
    """A file with one code has it as the product's key; options only count where a product has several rows."""
    by_name = {column.name: column for column in columns}
    title = by_name.get(found.columns.get("title", ""))
    named, sku = (by_name.get(found.columns.get(field, "")) for field in ("key", "sku"))
    if title is not None and title.repeats and (named is None or not named.repeats):
        free = [column for column in columns if column.name not in found.used]
        if group := next((column for column in [sku, *free] if column and _groups(column, title)), None):
            _group(found, columns, known, group)
    at = found.columns
    if "key" not in at and "sku" in at:
        at["key"] = at["sku"]
    if "sku" not in at and "key" in at and not by_name[at["key"]].repeats:
        at["sku"] = at["key"]
    if "key" not in at and title is not None:
        barcode = [by_name[at["barcode"]]] if "barcode" in at else []
        unused = [column for column in columns if column.name not in found.used]
        if code := next((column for column in (*barcode, *unused) if column.names_every_row), None):
            at |= {"key": code.name, "sku": code.name}
    key = by_name.get(found.columns.get("key", ""))
    if key is None or not key.repeats:
        found.options.clear()
        found.option_names.clear()


def _group(found: Guess, columns: Sequence[Column], known: KnownNames, group: Column) -> None:
    """A column that names products takes the key's place; what was found for it is the SKUs' code."""
    if named := found.columns.get("key"):
        found.columns.setdefault("sku", named)
    if found.columns.get("sku") == group.name:
        del found.columns["sku"]
        if code := _other_code(found, columns, known, group):
            found.columns["sku"] = code.name
    found.columns["key"] = group.name
