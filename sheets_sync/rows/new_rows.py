"""Rows of products that the workbook does not have yet, and the streams of them that fill a new workbook."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Protocol

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.cart_notes import fact_lines
from sheets_sync.rows.passing_over import PLACE, passing_facts
from sheets_sync.rows.plain import PlainTab
from sheets_sync.rows.project import ExportRules, ProjectedProduct, Projector, remarks
from sheets_sync.states import Listing, State
from sheets_sync.tables import CellValue
from sheets_sync.template import Template

Cells = dict[str, CellValue]


@dataclass(slots=True)
class ExportCounts:
    """What an export did, in products but for `skus` and `conflicts` (fields in conflict).

    `added` + `refreshed` + `unchanged` == `products`; `gone` are the rows whose product is not in the cart any more.
    """

    products: int = 0
    skus: int = 0
    added: int = 0
    refreshed: int = 0
    unchanged: int = 0
    conflicts: int = 0
    gone: int = 0


def new_product(shown: ProjectedProduct, today: dt.date, told: str = "") -> tuple[dict[str, Plain], BaseRow]:
    """The product row of a product that is new to the workbook, OFF unless it carries the tag, and its base. `told`:
    what stands in カート側の変更.
    """
    row, key = shown.product_row, shown.key
    hers: dict[str, Plain] = {"sync": shown.starts_on}
    results: dict[str, Plain] = {"added_at": today.isoformat(), "listing": Listing.NONE.value}
    if not shown.starts_on:
        results["state"] = State.OFF.value
    if told:
        results["cart_changes"] = told
    base = BaseRow(Tab.PRODUCTS, key, key, row, hers, added_on=today.isoformat(), extra=shown.extra)
    return row | hers | results, base


def new_skus(shown: ProjectedProduct, today: dt.date) -> Iterator[tuple[dict[str, Plain], BaseRow]]:
    """The SKU rows of such a product and their base."""
    for place, (key, row) in enumerate(shown.sku_rows.items()):
        extra = {**shown.sku_extra.get(key, {}), PLACE: place}
        yield row, BaseRow(Tab.SKUS, key, shown.key, row, added_on=today.isoformat(), extra=extra)


class Admission:
    """Lets each product and each variant in once: keys are unique in a cart, a second one would become a copied row."""

    def __init__(self) -> None:
        self._products: set[str] = set()
        self._variants: dict[str, str] = {}

    def knows(self, tab: Tab, key: str) -> bool:
        """Whether the cart has this product, or this variant."""
        return key in (self._products if tab is Tab.PRODUCTS else self._variants)

    def doubled(self, key: str, variants: Iterable[str]) -> Issue | None:
        """Why a product cannot be taken: its key, or the key of one of its variants, came before. `variants`: keys of
        those that have rows of their own.
        """
        if key in self._products:
            return Issue(Tab.PRODUCTS, key, "product_key", "doubled_in_cart", Severity.WARNING, {"read": key})
        self._products.add(key)
        for variant in variants:
            if (other := self._variants.setdefault(variant, key)) != key:
                params = {"read": variant, "other": other}
                return Issue(Tab.PRODUCTS, key, "product_key", "variant_doubled_in_cart", Severity.WARNING, params)
        return None


def rows_of_variants(product: Product) -> list[str]:
    """Keys of the variants that have rows of their own."""
    return [variant.key for variant in product.variants] if product.has_variants else []


class Spool(Protocol):
    """Holds rows in the order they come and gives them again."""

    def append(self, row: Mapping[str, Plain], /) -> None: ...

    def __iter__(self) -> Iterator[Mapping[str, Plain]]: ...


@dataclass
class FirstExport:
    """The rows of a new workbook as streams: nothing but one product is held at a time.

    `read` starts a fresh pass over the cart. A pass of `base_rows` puts the rows aside in spools, so that `rows` needs
    no pass of its own. `counts`, `issues` and `skipped` are complete once all base rows, or all of 商品, were given.
    `under`: mark of the settings that the rows hang on.
    """

    read: Callable[[], Iterable[Product | Unchanged | Skipped]]
    rules: ExportRules
    template: Template
    language: Language
    today: dt.date
    spool: Callable[[], Spool] = list
    under: str = ""
    counts: ExportCounts = field(default_factory=ExportCounts)
    issues: list[Issue] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)
    _spooled: dict[Tab, Spool] = field(default_factory=dict)

    def rows(self, tab: Tab) -> Iterator[Cells]:
        """Rendered rows of 商品 or SKU, in the cart's order."""
        words = PlainTab(tab, self.template, self.language)
        return map(words.write_row, self._spooled[tab] if tab in self._spooled else self._plain_rows(tab))

    def _plain_rows(self, tab: Tab) -> Iterator[Mapping[str, Plain]]:
        if tab is Tab.SKUS:
            for shown in self._shown():
                for row, _ in new_skus(shown, self.today):
                    yield row
            return
        for shown in self._counted():
            yield self._new_product(shown)[0]

    def base_rows(self) -> Iterator[BaseRow]:
        """What the store has to remember of all these rows."""
        products, skus = self.spool(), self.spool()
        for shown in self._counted():
            row, base = self._new_product(shown)
            products.append(row)
            yield base
            for row, base in new_skus(shown, self.today):
                skus.append(row)
                yield base
        self._spooled = {Tab.PRODUCTS: products, Tab.SKUS: skus}

    def _new_product(self, shown: ProjectedProduct) -> tuple[dict[str, Plain], BaseRow]:
        told = fact_lines(shown.extra, self.template, self.language, on=shown.starts_on, rule=self.rules.tag_rule)
        return new_product(shown, self.today, "\n".join(told))

    def _counted(self) -> Iterator[ProjectedProduct]:
        self.counts, self.issues, self.skipped = ExportCounts(), [], []
        for shown in self._shown(self.issues, self.skipped):
            self.counts.products += 1
            self.counts.added += 1
            self.counts.skus += max(1, len(shown.sku_rows))
            yield shown

    def _shown(
        self, issues: list[Issue] | None = None, skipped: list[Skipped] | None = None
    ) -> Iterator[ProjectedProduct]:
        project, admission = Projector(self.rules, self.template), Admission()
        for item in self.read():
            if isinstance(item, Skipped):
                if skipped is not None:
                    skipped.append(item)
                continue
            if isinstance(item, Unchanged):
                raise TypeError(f"{item.key!r} was passed over though nothing was exported yet")
            doubled, told = admission.doubled(item.key, rows_of_variants(item)), remarks(item)
            if issues is not None:
                issues += told
                issues += [doubled] if doubled else []
            if doubled is None:
                shown = project(item)
                if not told:
                    shown.extra |= passing_facts(item.fingerprint, self.under)
                yield shown


def first_rows(
    read: Callable[[], Iterable[Product | Unchanged | Skipped]],
    rules: ExportRules,
    template: Template,
    language: Language,
    today: dt.date,
    *,
    spool: Callable[[], Spool] = list,
    under: str = "",
) -> FirstExport:
    """Streams for a workbook that does not exist yet; `read` is the source's `products`, `spool` makes an empty one."""
    return FirstExport(read, rules, template, language, today, spool, under)
