"""Addresses of a product's pictures, in whatever way a cart's file names them. Pure."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import quote

from sheets_sync.sources.profile_layout import Picture, Row

_ADDRESS: Final = re.compile(r"(https?:)?//", re.IGNORECASE)
_SAFE: Final = "/:?&=%#,;+@~!$'()*"
_NEXT_ADDRESS: Final = re.compile(r"[,;\s]+(?=https?://)", re.IGNORECASE)


@dataclass(slots=True)
class PictureRule:
    """What the settings say of pictures: `[cart] shop` and `image_base` (the start of addresses, or a pattern with
    `{file}`, `{code}` and `{shop}`, which goes before what the format knows). `unplaced`: pictures that are only named
    and that nothing gives an address for; `needs_shop`: for want of the shop's name only.
    """

    shop: str = ""
    image_base: str = ""
    unplaced: list[str] = field(default_factory=list)
    needs_shop: bool = False

    def pictures(self, row: Row, columns: Sequence[Picture], code: str) -> Iterator[str]:
        """The pictures of a row's columns in their order."""
        for column in columns:
            if not column.rule.column:
                continue
            cell = row.cells[column.at].strip()
            if cell:
                kind = row.cells[column.type].strip()
                for name in _split(cell, column.rule.separators):
                    yield self._address(name, column, kind, code)

    def fallback(self, columns: Iterable[Picture], code: str) -> Iterator[str]:
        """Addresses that are made of the product's code alone, for products without any other."""
        for column in columns:
            if column.rule.column:
                continue
            if self.shop or "{shop}" not in column.rule.base:
                yield self._filled(column.rule.base, "", code)
            else:
                self.unplaced.append(code)
                self.needs_shop = True

    def _address(self, name: str, column: Picture, kind: str, code: str) -> str:
        if _ADDRESS.match(name):
            return name if name[:2] != "//" else f"https:{name}"
        known = {key.casefold(): base for key, base in column.rule.bases.items()}
        base = self.image_base or known.get(kind.casefold(), "") or column.rule.base
        if not base or ("{shop}" in base and not self.shop):
            self.unplaced.append(name)
            self.needs_shop |= bool(base)
            return name
        if "{" not in base:
            base = base.rstrip("/") + "/{file}"
            name = name.lstrip("/")
        if name[:1] != "/" and base.partition("{file}")[0][-1:].isalnum():
            name = f"/{name}"  # what a pattern leaves to the file: …/cabinet{file}
        return self._filled(base, name, code)

    def _filled(self, base: str, name: str, code: str) -> str:
        places = {"{shop}": self.shop, "{code}": quote(code, safe=""), "{file}": quote(name, safe=_SAFE)}
        for place, value in places.items():
            base = base.replace(place, value)
        return base


def _split(cell: str, separators: Sequence[str]) -> Iterator[str]:
    """One picture or several in a cell. A comma within an address is no separator where addresses follow another."""
    parts: Iterable[str] = [cell]
    if separators:
        parts = _NEXT_ADDRESS.split(cell) if _ADDRESS.match(cell) else re.split(_any(separators), cell)
    yield from (part for text in parts if (part := text.strip().strip(",;").strip()))


def _any(separators: Sequence[str]) -> str:
    return "|".join(re.escape(separator) for separator in (*separators, "\n"))
