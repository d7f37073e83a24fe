"""A small cart, a workbook in memory and a store's base, wired as the export use case wires them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from sheets_sync.issue import Tab
from sheets_sync.products import Option, Product, Skipped, Variant
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.accidents import Accidents, accidents_in
from sheets_sync.rows.export import ExportResult, export_patch
from sheets_sync.rows.new_rows import first_rows
from sheets_sync.rows.plain import PlainTab, lines_by_tab
from sheets_sync.rows.project import ExportRules
from sheets_sync.rows.seen import remember
from sheets_sync.states import Overwrite
from sheets_sync.tables import NewWorkbook, WorkbookIds
from sheets_sync.template_files import load_template
from tests.contracts.memory_workbook import MemoryWorkbook
from tests.contracts.workbook_contract import StoppedClock

JP = load_template("JP")
TODAY = dt.date(2026, 11, 22)
TABS = (Tab.PRODUCTS, Tab.SKUS)


def cup(key: str = "cup", **changes: Any) -> Product:
    """A product without variants."""
    variant = Variant(f"{key}-v", f"SKU-{key}", Decimal(1980), 7, barcode="4901234567894")
    made = Product(
        key, f"カップ {key}", "<p>陶器</p>", images=("https://shop.example/1.jpg",), variants=(variant,),
        updated_at="2026-11-01T09:00:00+09:00",
    )  # fmt: skip
    return replace(made, **changes)


def shirt(key: str = "shirt", sizes: Iterable[str] = ("S", "M"), **changes: Any) -> Product:
    """A product with variants."""
    variants = tuple(
        Variant(f"{key}-{size}", f"SKU-{key}-{size}", Decimal(2980), 5, options=(Option("サイズ", size),))
        for size in sizes
    )
    made = Product(
        key, f"シャツ {key}", "<p>綿</p>", product_type="トップス", images=("https://shop.example/s.jpg",),
        variants=variants, has_variants=True, updated_at="2026-11-01T09:00:00+09:00",
    )  # fmt: skip
    return replace(made, **changes)


def with_variant(product: Product, key: str, **changes: Any) -> Product:
    """The product with one of its variants changed."""
    return replace(product, variants=tuple(replace(v, **changes) if v.key == key else v for v in product.variants))


def accidents_of(bench: Bench) -> Accidents:
    """What happened to the bench's rows."""
    return accidents_in(lines_by_tab(bench.book.read(), bench.base, JP, TABS), bench.base, JP)


class Bench:
    """Exports into a workbook in memory and keeps the base, as the store would."""

    def __init__(self, language: Any = "ja") -> None:
        self.language = language
        self.under = "these settings"
        self.book = MemoryWorkbook(JP, StoppedClock())
        self.base: dict[Tab, dict[str, BaseRow]] = {tab: {} for tab in (*TABS, Tab.ATTRIBUTES)}
        self.words = {tab: PlainTab(tab, JP, language) for tab in TABS}

    def export(self, *products: Product | Skipped, mode: Overwrite = Overwrite.MERGE, **rules: Any) -> ExportResult:
        wanted = ExportRules(overwrite=mode, **rules)
        if not self.book.exists():
            first = first_rows(lambda: products, wanted, JP, self.language, TODAY, under=self.under)
            rows = {tab: first.rows(tab) for tab in TABS}
            self.book.create(NewWorkbook(JP, self.language, WorkbookIds("w", "c"), rows))
            self.keep(first.base_rows())
            return ExportResult(None, counts=first.counts, issues=first.issues, skipped=first.skipped)  # type: ignore[arg-type]
        result = export_patch(
            self.book.read(), products, self.base, wanted, today=TODAY, template=JP, language=self.language,
            under=self.under,
        )  # fmt: skip
        assert self.book.write(result.patch).vanished == ()
        self.keep(result.base_rows)
        for tab, keys in result.forget.items():
            for key in keys:
                self.base[tab].pop(key, None)
        return result

    def look(self) -> None:
        """What every run does after reading: remember her cells."""
        self.keep(list(remember(self.book.read(), self.base, JP)))

    def keep(self, rows: Iterable[BaseRow]) -> None:
        for row in rows:
            self.base[row.tab][row.key] = row

    # -- looking and touching

    def row(self, key: str, tab: Tab = Tab.PRODUCTS) -> dict[str, Plain]:
        """The only row of a key, as plain values."""
        (found,) = [row.cells for ref, row in self.book.read([tab]).tabs[tab].refs(tab) if ref.key == key]
        return self.words[tab].read_row(found, {})[0]

    def row_keys(self, tab: Tab = Tab.PRODUCTS) -> list[str]:
        return [ref.key for ref, _ in self.book.read([tab]).tabs[tab].refs(tab)]

    def cell(self, key: str, column: str, tab: Tab = Tab.PRODUCTS) -> Any:
        return self._grid_row(key, tab)[self.book.column(tab, column)]

    def type(self, key: str, tab: Tab = Tab.PRODUCTS, **cells: Any) -> None:
        """Type into cells of a row."""
        row = self._grid_row(key, tab)
        for column, value in cells.items():
            row[self.book.column(tab, column)] = value

    def delete(self, key: str, tab: Tab = Tab.PRODUCTS) -> None:
        grid = self.book.grid(tab)
        grid.remove(self._grid_row(key, tab))

    def copy_row(self, key: str, tab: Tab = Tab.PRODUCTS) -> None:
        self.book.grid(tab).append(list(self._grid_row(key, tab)))

    def _grid_row(self, key: str, tab: Tab) -> list[Any]:
        column = self.book.column(tab, "product_key" if tab is Tab.PRODUCTS else "variant_key")
        row = next(row for row in self.book.grid(tab)[1:] if row[column : column + 1] == [key])
        row.extend([None] * (len(self.book.grid(tab)[0]) - len(row)))
        return row
