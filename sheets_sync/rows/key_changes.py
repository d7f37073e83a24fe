"""Products that left the cart and came back under another key (CSV → API, a renamed Handle): told by SKU codes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.plain import is_skus_note
from sheets_sync.rows.project import ProjectedProduct
from sheets_sync.template import fold


@dataclass(frozen=True, slots=True)
class KeyChange:
    """A product whose key seems to have changed. `variants`: old variant key → new one, as far as the codes tell."""

    old: str
    new: str
    variants: Mapping[str, str] = field(default_factory=dict, hash=False)


class GoneCodes:
    """SKU codes of the rows whose product is not in the cart any more."""

    def __init__(self, gone: Collection[str], products: Mapping[str, BaseRow], skus: Iterable[BaseRow]) -> None:
        self._rows: dict[str, tuple[str, str]] = {}
        self._taken: set[str] = set()
        for key in gone:
            row = products[key]
            self._add(row.base.get("seller_sku"), key, str(row.extra.get("variant_key") or ""))
        for row in skus:
            if row.product_key in gone:
                self._add(row.base.get("seller_sku"), row.product_key, row.key)

    def _add(self, code: Plain, product: str, variant: str) -> None:
        if code and not is_skus_note(code):
            self._rows.setdefault(fold(str(code)), (product, variant))

    def change_to(self, shown: ProjectedProduct) -> KeyChange | None:
        """The gone product that this new one continues: the one with most of its codes. Each is offered once."""
        if not self._rows:
            return None
        new_key = str(shown.product_row["product_key"])
        rows = shown.sku_rows or {str(shown.extra.get("variant_key") or ""): shown.product_row}
        found: dict[str, dict[str, str]] = {}
        for variant, row in rows.items():
            code = row.get("seller_sku")
            if code and (hit := self._rows.get(fold(str(code)))) and hit[0] not in self._taken:
                found.setdefault(hit[0], {})[hit[1]] = variant
        if not found:
            return None
        old = max(found, key=lambda key: len(found[key]))
        self._taken.add(old)
        return KeyChange(old, new_key, found[old])
