"""Proposes what the columns of an unknown file mean: by their headings first, by what stands in them second. Pure."""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_values import UnreadableError
from sheets_sync.sources.headings import distinct, folded

_TAG: Final = re.compile(r"<(p|br|div|span|ul|li|table|b|strong|h\d|img|a)[\s/>]", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_PICTURE: Final = re.compile(r"\.(jpe?g|png|gif|webp)\b", re.IGNORECASE)
_SEPARATORS: Final = (";", ",", "\n", "|")
_MOSTLY: Final = 0.8


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


@dataclass(slots=True)
class Guess:
    """A proposal. `columns`: field → heading; `options`, `pictures`: headings; `status`: "" when there is none.
    `separator`: what stands between several pictures of one cell. `examples`: the first text of each heading.
    """

    headings: tuple[str, ...]
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
    names = distinct(heading)
    columns = [_Column(name) for name in names]
    for row in rows:
        for place, column in enumerate(columns):
            column.cells.append(row[place].strip() if place < len(row) else "")
    for column in columns:
        column.texts = [cell for cell in column.cells if cell]
    found = Guess(names, examples={column.name: column.texts[0] for column in columns if column.texts})
    _by_name(found, columns, known)
    _by_content(found, columns)
    _complete(found, columns)
    return found


@dataclass(slots=True)
class _Column:
    """A column of the sample: the cells of all rows, and `texts`, those that are not blank."""

    name: str
    cells: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def mostly(self, test: Callable[[str], bool]) -> bool:
        return bool(self.texts) and sum(map(test, self.texts)) >= len(self.texts) * _MOSTLY

    def may_be(self, field_name: str) -> bool:
        """Whether what stands in the column can be that field. A column without any text can."""
        test = _TESTS.get(field_name)
        return not self.texts or test is None or self.mostly(test)

    @property
    def repeats(self) -> bool:
        return len(set(self.texts)) < len(self.texts)


def _is_price(text: str) -> bool:
    try:
        return cart_values.price(text) is not None
    except UnreadableError:
        return False


def _is_whole(text: str) -> bool:
    try:
        return cart_values.whole(text) is not None
    except UnreadableError:
        return False


def _is_gtin(text: str) -> bool:
    digits = text.strip("'")
    if not (digits.isascii() and digits.isdecimal() and len(digits) in (8, 12, 13, 14)):
        return False
    odd = sum(int(digit) for digit in digits[-2::-2]) * 3
    even = sum(int(digit) for digit in digits[-3::-2])
    return (odd + even + int(digits[-1])) % 10 == 0


def _is_html(text: str) -> bool:
    return bool(_TAG.search(text))


def _is_picture(text: str) -> bool:
    return bool(_ADDRESS.match(text) and _PICTURE.search(text))


_TESTS: Final = {"price": _is_price, "list_price": _is_price, "stock": _is_whole}


def _by_name(found: Guess, columns: Sequence[_Column], known: KnownNames) -> None:
    free = {folded(column.name): column for column in columns}
    for wanted, names in known.fields.items():
        column = next((free[folded(name)] for name in names if folded(name) in free), None)
        if column is None:
            parts = [folded(name) for name in names if len(name) > 1 and not name.isascii()]
            begin = [c for key, c in free.items() if any(key.startswith(part) for part in parts)]
            within = [c for key, c in free.items() if any(part in key for part in parts)] if wanted in _TESTS else []
            column = next(iter([*begin, *within]), None)
        if column is not None and column.may_be(wanted):
            found.columns[wanted] = column.name
            del free[folded(column.name)]
    for key, column in list(free.items()):
        if any(part in key for part in known.pictures) and not any(
            mark in key for mark in ("alt", "説明", "名（", "position")
        ):
            found.pictures.append(column.name)
        elif any(folded(word) in key for word in known.options) and "id" not in key and not column.mostly(_is_html):
            found.options.append(column.name)
        elif not found.status and any(key.startswith(folded(word)) for word in known.status):
            found.status = column.name


def _by_content(found: Guess, columns: Sequence[_Column]) -> None:
    """What the headings did not tell: codes with a right check digit, addresses of pictures, descriptions."""
    taken = {*found.columns.values(), *found.pictures, *found.options, found.status}
    free = [column for column in columns if column.texts and column.name not in taken]
    for column in free:
        if column.mostly(_is_picture):
            found.pictures.append(column.name)
        elif "barcode" not in found.columns and column.mostly(_is_gtin):
            found.columns["barcode"] = column.name
        elif "description" not in found.columns and column.mostly(_is_html):
            found.columns["description"] = column.name
    for column in columns:
        if column.name in found.pictures and not found.separator:
            found.separator = _separator(column.texts)


def _separator(texts: Iterable[str]) -> str:
    """What stands between the pictures of a cell that has several."""
    for text in texts:
        for mark in _SEPARATORS:
            parts = [part for part in text.split(mark) if part.strip()]
            if len(parts) > 1 and all(_PICTURE.search(part) for part in parts):
                return mark
    return ""


def _groups(column: _Column, title: _Column) -> bool:
    """Whether a column names products that have several rows: each value has one title, and each title one value."""
    pairs = set(zip(column.cells, title.cells, strict=True))
    values, titles = {value for value, _ in pairs}, {name for _, name in pairs}
    return len(pairs) == len(values) == len(titles) and "" not in values and not column.mostly(_is_html)


def _complete(found: Guess, columns: Sequence[_Column]) -> None:
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
    key = by_name.get(found.columns.get("key", ""))
    if key is None or not key.repeats:
        found.options.clear()
