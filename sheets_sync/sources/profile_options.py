"""Which rows of a product are its variants, and what is chosen in each. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sheets_sync.products import Option
from sheets_sync.sources.cart_profile import Profile
from sheets_sync.sources.profile_layout import Row
from sheets_sync.sources.profile_rows import Group
from sheets_sync.template import fold

_DEFAULT: Final = "defaulttitle"
"""What Shopify and its kin write where there is nothing to choose."""


@dataclass(slots=True)
class Choice:
    """A variant: its row, what is chosen, and its own SKU code where the row has several (`sku`)."""

    row: Row
    options: tuple[Option, ...] = ()
    sku: str = ""


def choices(group: Group, profile: Profile, lead: Sequence[Row]) -> list[Choice]:
    """The variants of a product in their order; at least one. `lead`: the rows that speak of the product."""
    if profile.variants_in_cell and (found := list(_in_cell(group, profile))):
        return found
    rows = [row for kind, row in group.rows if kind == "variant"]
    own = not rows  # the product's own rows are its variants
    if own:
        rows = [row for kind, row in group.rows if kind == "single"] or [lead[0]]
        if profile.rows == "first_row_full":
            rows = [row for row in rows if _is_variant(row)] or rows[:1]
    if own and profile.rows == "parent_child":
        return [Choice(row) for row in rows]
    names = _Names(group, profile)
    found = [Choice(row, tuple(names.options(row))) for row in rows]
    if profile.drop_base_row and any(choice.options for choice in found):
        found = [choice for choice in found if choice.options]
    return found


_option = lru_cache(maxsize=4096)(Option)
"""Sizes and colours come again and again: the same few options are made once."""


def _is_variant(row: Row) -> bool:
    if any(row.cells[axis.value].strip() for axis in row.layout.axes):
        return True
    return any(row.get(field) for field in ("price", "sku", "barcode"))


class _Names:
    """Names of a product's axes, wherever its rows tell them."""

    def __init__(self, group: Group, profile: Profile) -> None:
        named = [row for kind, row in group.rows if kind == "names"]
        self._told_apart = bool(named)
        self._first: dict[int, str] = {}
        for row in named or [row for _, row in group.rows]:
            for axis in row.layout.axes:
                if name := row.cells[axis.name].strip():
                    self._first.setdefault(axis.number, name)
        self._by_key = _listed_names(group, profile)

    def options(self, row: Row) -> Iterator[Option]:
        cells = row.cells
        found = [(axis, value) for axis in row.layout.axes if (value := cells[axis.value].strip())]
        if len(found) == 1 and fold(found[0][1]) == _DEFAULT:
            return
        for place, (axis, value) in enumerate(found):
            own = "" if self._told_apart else cells[axis.name].strip()
            name = own or self._first.get(axis.number, "") or self._listed(cells[axis.key].strip(), place)
            yield _option(name or axis.fixed or str(place + 1), value)

    def _listed(self, key: str, place: int) -> str:
        """The name that the product's row lists for a key, or at its place where the key is not among them."""
        if key in self._by_key:
            return self._by_key[key]
        names = list(self._by_key.values())
        return names[place] if place < len(names) else key


def _listed_names(group: Group, profile: Profile) -> Mapping[str, str]:
    if profile.option_names is None:
        return {}
    for _, row in group.rows:
        names = row.cells[row.layout.option_names].strip()
        if names:
            separator = profile.option_names.separator
            keys = row.cells[row.layout.option_keys].strip() or names
            pairs = zip(keys.split(separator), names.split(separator), strict=False)
            return {key.strip(): name.strip() for key, name in pairs}
    return {}


def _in_cell(group: Group, profile: Profile) -> Iterator[Choice]:
    rule = profile.variants_in_cell
    if rule is None:
        return
    for kind, row in group.rows:
        if kind not in ("single", "product"):
            continue
        for part in row.cells[row.layout.in_cell].split(rule.between):
            chosen, _, sku = part.strip().rpartition(rule.code)
            pairs = [pair.partition(rule.name) for pair in chosen.split(rule.options) if pair.strip()]
            options = tuple(Option(name.strip(), value.strip()) for name, _, value in pairs if value.strip())
            if options:
                yield Choice(row, options, sku.strip())
