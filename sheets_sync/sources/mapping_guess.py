"""Proposes what the columns of an unknown file mean: by their headings first, by what stands in them second. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from sheets_sync.sources.cart_profile import RowModel
from sheets_sync.sources.headings import folded
from sheets_sync.sources.mapping_columns import TESTS, Column, columns_of, is_gtin, is_html, is_picture, separator
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


@dataclass(slots=True)
class Guess:
    """A proposal. `rows`: how the file's rows make products. `columns`: field → heading; `options`, `pictures`:
    headings; `status`: "" when there is none. `separator`: what stands between several pictures of one cell.
    `examples`: the first text of each heading.
    """

    headings: tuple[str, ...]
    rows: RowModel = "flat"
    columns: dict[str, str] = field(default_factory=dict)
    options: list[str] = field(default_factory=list)
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
        used = {*self.columns.values(), *self.options, *self.pictures, self.status}
        return [heading for heading in self.headings if heading not in used and heading.strip()]


def guess(heading: Sequence[str], rows: Iterable[Sequence[str]], known: KnownNames) -> Guess:
    """A proposal from the headings and some rows of a file."""
    columns = columns_of(heading, rows)
    names = tuple(column.name for column in columns)
    found = Guess(names, examples={column.name: column.texts[0] for column in columns if column.texts})
    _by_name(found, columns, known)
    _by_content(found, columns)
    arranged = _arrangement(found, columns, known)
    if arranged:
        _arrange(found, arranged, columns, known)
    else:
        _complete(found, columns)
    return found


def _by_name(found: Guess, columns: Sequence[Column], known: KnownNames) -> None:
    free = {folded(column.name): column for column in columns}
    for wanted, names in known.fields.items():
        column = next((free[folded(name)] for name in names if folded(name) in free), None)
        if column is None:
            parts = [folded(name) for name in names if len(name) > 1 and not name.isascii()]
            begin = [c for key, c in free.items() if any(key.startswith(part) for part in parts)]
            within = [c for key, c in free.items() if any(part in key for part in parts)] if wanted in TESTS else []
            column = next(iter([*begin, *within]), None)
        if column is not None and column.may_be(wanted):
            found.columns[wanted] = column.name
            del free[folded(column.name)]
    for key, column in list(free.items()):
        if any(part in key for part in known.pictures) and not any(
            mark in key for mark in ("alt", "説明", "名（", "position")
        ):
            found.pictures.append(column.name)
        elif any(folded(word) in key for word in known.options) and "id" not in key and not column.mostly(is_html):
            found.options.append(column.name)
        elif not found.status and any(key.startswith(folded(word)) for word in known.status):
            found.status = column.name


def _by_content(found: Guess, columns: Sequence[Column]) -> None:
    """What the headings did not tell: codes with a right check digit, addresses of pictures, descriptions."""
    taken = {*found.columns.values(), *found.pictures, *found.options, found.status}
    free = [column for column in columns if column.texts and column.name not in taken]
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
    taken = {*found.columns.values(), *found.options, *found.pictures, found.status}
    others = [column for column in columns if column.name not in taken and column not in codes]
    skus = [found.columns[field] for field in ("sku", "barcode") if field in found.columns]
    offered = [found.columns[field] for field in ("price", "stock") if field in found.columns]
    return by_blank_titles(
        at[found.columns["title"]], codes, others, [at[name] for name in (*found.options, *skus)],
        [at[name] for name in offered],
    )  # fmt: skip


def _codes(columns: Sequence[Column], known: KnownNames) -> list[Column]:
    """Columns that carts name products and SKUs in, the surest first."""
    by_name = {folded(column.name): column for column in columns}
    names = dict.fromkeys(folded(name) for field in ("key", "sku") for name in known.fields[field])
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
    if "sku" not in found.columns:
        used = {*found.columns.values(), *taken}
        free = (column for column in _codes(columns, known) if column.name not in used and not column.repeats)
        sku = key if parent else next(free, None)
        if sku:
            found.columns["sku"] = sku.name
    found.columns["key"] = key.name
    if parent:
        found.columns["parent"] = parent.name


def _groups(column: Column, title: Column) -> bool:
    """Whether a column names products that have several rows: each value has one title, and each title one value."""
    pairs = set(zip(column.cells, title.cells, strict=True))
    values, titles = {value for value, _ in pairs}, {name for _, name in pairs}
    return len(pairs) == len(values) == len(titles) and "" not in values and not column.mostly(is_html)


def _complete(found: Guess, columns: Sequence[Column]) -> None:
    """A file with one code has it as the product's key; options only count where a product has several rows."""
    by_name = {column.name: column for column in columns}
    title = by_name.get(found.columns.get("title", ""))
    named = by_name.get(found.columns.get("key", ""))
    if title is not None and title.repeats and (named is None or not named.repeats):
        free = [column for column in columns if column.name not in found.columns.values()]
        if group := next((column for column in free if _groups(column, title)), None):
            if named is not None:
                found.columns.setdefault("sku", named.name)
            found.columns["key"] = group.name
            found.options = [name for name in found.options if name != group.name]
    if "key" not in found.columns and "sku" in found.columns:
        found.columns["key"] = found.columns["sku"]
    if "sku" not in found.columns and "key" in found.columns and not by_name[found.columns["key"]].repeats:
        found.columns["sku"] = found.columns["key"]
    if "key" not in found.columns and title is not None:
        unused = (column for column in columns if column.name not in found.columns.values())
        if code := next((column for column in unused if column.names_every_row), None):
            found.columns |= {"key": code.name, "sku": code.name}
    key = by_name.get(found.columns.get("key", ""))
    if key is None or not key.repeats:
        found.options.clear()
