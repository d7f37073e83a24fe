"""Products and variants that left the cart and came back under another key (CSV → API, a renamed Handle or option):
told by SKU codes.
"""

from __future__ import annotations

from collections import Counter
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


def renamed_variants(
    product_key: str, rows: Mapping[str, BaseRow], known: Collection[str], shown: ProjectedProduct
) -> KeyChange | None:
    """Variants that only got another name in the cart, such as S → Sサイズ: within one product, a SKU code that one
    variant lost and one new variant has tells it for certain. `rows`: the product's SKU rows as the store remembers
    them; one that went long ago, and that she takes off TikTok since, stays gone. `known`: keys that rows have by now.
    """
    left_out = {key for key, row in rows.items() if row.gone and row.seen.get("exclude") is True}
    was = _by_code({key: row.base for key, row in rows.items() if key not in left_out})
    now = _by_code(shown.sku_rows)
    pairs = {old: now[code] for code, old in was.items() if code in now}
    variants = {old: new for old, new in pairs.items() if old not in shown.sku_rows and new not in known}
    return KeyChange(product_key, product_key, variants) if variants else None


def _by_code(rows: Mapping[str, Mapping[str, Plain]]) -> dict[str, str]:
    """Variant keys by SKU codes that no other variant has."""
    codes = [(fold(str(row.get("seller_sku") or "")), key) for key, row in rows.items()]
    times = Counter(code for code, _ in codes)
    return {code: key for code, key in codes if code and times[code] == 1}


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
