"""A format's columns found in one file: where each field stands, and columns that are put together of others.

A row is the record's own list of cells with a few more behind them: an empty one, where everything points that the
file does not have, and one for each field that has no column of its own (a template, the first of several that has
text, a fixed value). So that every field is one index, and a row costs no object of its own per field.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from sheets_sync.sources.cart_profile import (
    FIELDS,
    AttributePairs,
    Columns,
    Kind,
    Names,
    OptionAxis,
    Pictures,
    Profile,
    RowKind,
    When,
)
from sheets_sync.sources.csv_table import CsvTable, Record
from sheets_sync.sources.headings import distinct, folded
from sheets_sync.sources.record_prints import layout_print
from sheets_sync.sources.telling import Place
from sheets_sync.template import fold

MOST: Final = 100
"""Numbered columns go to 100: no cart has more."""
_PLACE: Final = re.compile(r"\{([^{}]+)\}")
_UNIT: Final = re.compile(r"[(（]([^()（）]+)[)）]")

Test = Callable[[list[str]], bool]
_Make = Callable[[list[str]], str]


class Axis(NamedTuple):
    """Where one axis of choices stands in a file; `number` tells axes of all files of a format apart."""

    number: int
    value: int
    name: int
    key: int
    fixed: str


class Picture(NamedTuple):
    """A column of pictures, with the rule that it came of."""

    at: int
    type: int
    rule: Pictures


class Attribute(NamedTuple):
    """A column of an attribute; its name is `fixed` or stands at `name`."""

    value: int
    name: int
    unit: int
    fixed: str


class Layout:
    """One file seen through a format. `nothing` is the index of the empty cell; `at`: field → index."""

    def __init__(
        self, table: CsvTable, profile: Profile, columns: Columns | None = None, kinds: Sequence[Kind] | None = None
    ) -> None:
        """`columns`, `kinds`: those of a side file; the format's own for the main one."""
        self.table = table
        self.file = table.path.name
        self.print = layout_print(table.heading, table.encoding)
        self.profile = profile
        self.main = columns is None
        names = distinct(table.heading)
        self.names = names
        self.width = self.nothing = len(names)
        self._index = {folded(name): index for index, name in enumerate(names)}
        self._made: list[_Make] = []
        columns = columns or profile.columns
        self.at = {field: self.find(getattr(columns, field)) for field in ("key", "parent", "sku", "title")}
        rules = [rule for rule in (kinds or profile.kinds) if self._tells(rule.when)]
        self._kinds = [(rule.kind, self.test(rule.when), rule.tell) for rule in rules]
        self._made_for_keys = len(self._made)
        self.at |= {field: self.find(getattr(columns, field)) for field in FIELDS if field not in self.at}
        if self.main:
            for field, value in profile.fixed.items():
                if self.at[field] == self.nothing:
                    self.at[field] = self._make(lambda _, value=value: value)  # type: ignore[misc]
        axes = (*profile.options, *(axis for side in profile.files for axis in side.options))
        self.axes = tuple(self._axes(axes))
        self.option_keys = self.find(profile.option_names.keys) if profile.option_names else self.nothing
        self.option_names = self.find(profile.option_names.names) if profile.option_names else self.nothing
        self.in_cell = self.find(profile.variants_in_cell.column) if profile.variants_in_cell else self.nothing
        self.pictures = tuple(picture for rule in profile.images for picture in self._pictures(rule))
        self.variant_pictures = tuple(self._pictures(profile.variant_image)) if profile.variant_image else ()
        self.attributes = tuple(found for pair in profile.attributes for found in self._attributes(pair))
        self.status = tuple((self.find(rule.column), rule) for rule in profile.status)
        self.at |= {"tax": self.find(profile.tax.column), "tax_rate": self.find(profile.tax.rate)}
        self.weight_unit = self.find(profile.weight.column)
        self.size_unit = self.find(profile.size.column)
        self.cells = {key: self.find(names) for key, names in profile.cells.items()}
        asked = {
            "unmanaged": profile.stock.unmanaged,
            "sold_out": profile.stock.sold_out,
            "backorder": profile.stock.backorder,
            "preorder": profile.preorder,
            "sale_starts": profile.sale_starts_when,
            "sale_ends": profile.sale_ends_when,
        }
        self._tests = {name: self.test(when) for name, when in asked.items() if when and self._tells(when)}
        self.kinds_of_product = tuple(
            (rule, self.test(rule.when), self.find(rule.when.column))
            for rule in profile.kind_of_product
            if self._tells(rule.when)
        )

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field. A missing column is not the same as an empty cell."""
        return self.at[field] != self.nothing

    def row(self, record: Record, *, keys_only: bool = False) -> "Row":
        """The record as a row; what stands beyond the last heading is kept apart. `keys_only`: to be asked for its kind
        and for the fields that tell where it belongs, nothing else.
        """
        cells = record.cells
        surplus = ""
        if len(cells) != self.width:
            surplus = next((cell.strip() for cell in cells[self.width :] if cell.strip()), "")
            cells = cells[: self.width] + [""] * (self.width - len(cells))
        cells.append("")
        for make in self._made[: self._made_for_keys] if keys_only else self._made:
            cells.append(make(cells))
        return Row(self, record.line, cells, record.mended, surplus)

    def keys(self) -> Iterator[str]:
        """What the column that names the product says in each record."""
        at = self.at["key"]
        if at < self.width:
            return self.table.column(at)
        return (self.row(record, keys_only=True).cells[at] for record in self.table.records())

    def says(self, name: str, cells: list[str], *, otherwise: bool = False) -> bool:
        """The row's answer to one of the format's questions (`unmanaged`, `preorder` …); `otherwise` where the format
        or the file does not tell.
        """
        test = self._tests.get(name)
        return otherwise if test is None else test(cells)

    def kind(self, cells: list[str]) -> tuple[RowKind, str]:
        """What a row is, and the message for one that is left out."""
        for kind, test, tell in self._kinds:
            if test(cells):
                return kind, tell
        return "single", ""

    def unit(self, field: str) -> str:
        """The unit in the heading of a field's column: `Weight (kg)` is in kg."""
        index = self.at[field]
        found = _UNIT.search(self.names[index]) if index < self.width else None
        return found[1].strip() if found else ""

    def find(self, names: Names, number: int | None = None) -> int:
        """Index of the column that has a field's text; `number` stands for `{n}`."""
        read = (index for name in names for index in self._one(name, number))
        found = [index for index in dict.fromkeys(read) if index != self.nothing]
        if len(found) > 1:
            first = found[0]
            return self._make(
                lambda cells: (
                    cells[first] if cells[first].strip() else next((cells[at] for at in found if cells[at].strip()), "")
                )
            )
        return found[0] if found else self.nothing

    def test(self, when: When) -> Test:
        """A question to rows as a function. A file without the column answers no."""
        indices = [index for name in when.column for index in self._one(name, None)]
        if not indices:
            return lambda _: False
        if when.besides_blank:
            others = self.find(when.besides_blank)
            alone = self.test(when.model_copy(update={"besides_blank": ()}))
            return lambda cells: not cells[others].strip() and alone(cells)
        if when.words or when.listed:
            return _any_of(indices, _asked(when))
        if len(indices) == 1:
            only, blank = indices[0], when.blank
            return lambda cells: (not cells[only].strip()) is blank
        if when.blank:
            return lambda cells: not any(cells[at].strip() for at in indices)
        return lambda cells: any(cells[at].strip() for at in indices)

    def _tells(self, when: When) -> bool:
        """Whether the file has a column that the question is about."""
        return any(True for name in when.column for _ in self._one(name, None))

    def _one(self, name: str, number: int | None) -> Iterator[int]:
        name = name.replace("{n}", str(number)) if number is not None else name
        if "*" in name.lstrip("*"):
            yield from (index for index, _ in self._matching(name))
        elif "{" in name:
            if "{n}" not in name:
                yield self._template(name)
        elif (index := self._index.get(folded(name))) is not None:
            yield index

    def _matching(self, name: str) -> Iterator[tuple[int, str]]:
        """Headings that a name with `*` fits, and what stands in the place of the first one."""
        pattern = re.compile("(.+)".join(re.escape(part.strip()) for part in name.split("*")), re.IGNORECASE)
        for index, heading in enumerate(self.names):
            if found := pattern.fullmatch(" ".join(heading.split())) or pattern.fullmatch("".join(heading.split())):
                yield index, found[1].strip()

    def _template(self, name: str) -> int:
        places = _PLACE.split(name)  # text, heading, text, heading, … text
        indices = [self._index.get(folded(heading), self.nothing) for heading in places[1::2]]
        if all(index == self.nothing for index in indices):
            return self.nothing
        texts = places[0::2]

        def put_together(cells: list[str]) -> str:
            values = [cells[index].strip() for index in indices]
            if not any(values):
                return ""
            return "".join(part for pair in zip(texts, [*values, ""], strict=True) for part in pair)

        return self._make(put_together)

    def _make(self, make: _Make) -> int:
        self._made.append(make)
        return self.width + len(self._made)

    def _numbered(self, names: Names) -> Iterable[int | None]:
        return range(1, MOST + 1) if any("{n}" in name for name in names) else (None,)

    def _axes(self, axes: Iterable[OptionAxis]) -> Iterator[Axis]:
        for place, axis in enumerate(axes):
            for number in self._numbered(axis.value):
                value, name, key = (self.find(names, number) for names in (axis.value, axis.name, axis.key))
                if value != self.nothing or name != self.nothing:
                    yield Axis(place * (MOST + 1) + (number or 0), value, name, key, axis.fixed)

    def _pictures(self, rule: Pictures) -> Iterator[Picture]:
        if not rule.column:
            yield Picture(self.nothing, self.nothing, rule)
        for number in self._numbered(rule.column):
            at = self.find(rule.column, number)
            if at != self.nothing:
                yield Picture(at, self.find(rule.type, number), rule)

    def _attributes(self, pair: AttributePairs) -> Iterator[Attribute]:
        for name in pair.value:
            if "*" in name:
                yield from (Attribute(at, self.nothing, self.nothing, key) for at, key in self._matching(name))
                return
        for number in self._numbered(pair.value):
            at = self.find(pair.value, number)
            if at != self.nothing:
                yield Attribute(at, self.find(pair.name, number), self.find(pair.unit, number), pair.fixed)


def _any_of(indices: Sequence[int], asked: Callable[[str], bool]) -> Test:
    if len(indices) == 1:
        only = indices[0]
        return lambda cells: asked(cells[only])
    return lambda cells: any(asked(cells[at]) for at in indices)


def _asked(when: When) -> Callable[[str], bool]:
    """Whether a cell with text is one of the words, or has one of them in its list; answers are remembered, since
    columns of codes hold few different ones.
    """
    words, listed = frozenset(map(fold, when.words)), frozenset(map(fold, when.listed))

    @lru_cache(maxsize=256)
    def asked(cell: str) -> bool:
        if not cell:
            return False
        return fold(cell) in words or any(fold(part) in listed for part in cell.split(","))

    return asked


class Row(NamedTuple):
    """A record seen through its file's layout. `surplus`: first text beyond the last heading, "" normally."""

    layout: Layout
    line: int
    cells: list[str]
    mended: bool
    surplus: str

    @property
    def place(self) -> Place:
        """Where the row stands."""
        return Place(self.layout.file, self.line)

    def get(self, field: str) -> str:
        """The text of a field without surrounding blanks, "" where there is none."""
        return self.cells[self.layout.at[field]].strip()

    @property
    def text(self) -> str:
        """First text of the row, to show a person which row is meant."""
        return next((cell.strip() for cell in self.cells[: self.layout.width] if cell.strip()), "")
