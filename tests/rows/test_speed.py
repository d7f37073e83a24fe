"""A shop of 25,000 products and 100,000 SKUs passes through the merge in seconds: a tenth of it, with a wide margin."""

from __future__ import annotations

import time
from typing import Any

from msgspec.structs import replace

from sheets_sync.issue import Tab
from sheets_sync.products import Product
from sheets_sync.rows.export import export_patch
from sheets_sync.rows.new_rows import first_rows
from sheets_sync.rows.project import ExportRules
from sheets_sync.states import Overwrite
from sheets_sync.tables import SheetRow, Snapshot, TabSnapshot, WorkbookIds
from sheets_sync.template import Headings
from tests.rows.bench import JP, TABS, TODAY, shirt

PRODUCTS = 2_500
"""A tenth of the shop that the figure is given for; the work grows in proportion."""


def test_ten_thousand_skus_merge_in_well_under_a_second() -> None:
    description = "<p>説明です</p>\n" + "綿の<b>シャツ</b>です。" * 100
    cart: list[Product] = [shirt(f"p{n}", sizes="SMLX", description=f"{description}{n}") for n in range(PRODUCTS)]
    first = first_rows(lambda: cart, ExportRules(), JP, "ja", TODAY)
    rows = {tab: [SheetRow(n, row) for n, row in enumerate(first.rows(tab), 2)] for tab in TABS}
    base: dict[Tab, dict[str, Any]] = {tab: {} for tab in TABS}
    for row in first.base_rows():
        base[row.tab][row.key] = row
    headings = {tab: Headings({column.key: n for n, column in enumerate(JP.columns[tab])}) for tab in TABS}
    tabs = {tab: TabSnapshot(headings[tab], rows[tab]) for tab in TABS}
    snapshot = Snapshot("ja", WorkbookIds(), tabs, None)  # type: ignore[arg-type]
    moved = [replace(p, title=f"新 {p.title}", images=(*p.images, "https://shop.example/new.jpg")) for p in cart]
    for products, mode in ((cart, Overwrite.MERGE), (moved, Overwrite.ALWAYS)):
        begun = time.process_time()
        rules = ExportRules(overwrite=mode)
        result = export_patch(snapshot, products, base, rules, today=TODAY, template=JP, language="ja")
        seconds = time.process_time() - begun
        assert (result.counts.products, result.counts.skus) == (PRODUCTS, 4 * PRODUCTS)
        assert result.counts.refreshed == (PRODUCTS if products is moved else 0)
        assert seconds < 2  # 0.3 s on an idle machine
