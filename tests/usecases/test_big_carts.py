"""What keeps big carts fast: the cart is read once for a new workbook, and the collector leaves workbooks alone."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Iterator

import pytest

from sheets_sync.issue import Tab
from sheets_sync.products import Product, Skipped, Variant
from sheets_sync.rows.new_rows import first_rows
from sheets_sync.rows.project import ExportRules
from sheets_sync.template_files import load_template
from sheets_sync.usecases.spool import DiskSpool
from sheets_sync.usecases.unswept import sweep_again, unswept

JP = load_template("JP")


def test_a_spool_gives_its_rows_again_as_often_as_asked() -> None:
    spool = DiskSpool()
    rows = [
        {"key": f"k{n}", "title": "題名" * n, "price": n, "weight": n / 7, "on": True, "gone": None}
        for n in range(1000)
    ]
    for row in rows[:600]:
        spool.append(row)
    assert list(spool) == rows[:600]
    for row in rows[600:]:
        spool.append(row)
    assert list(spool) == rows
    assert list(spool) == rows
    assert list(DiskSpool()) == []


def test_rows_after_the_base_are_those_of_a_pass_of_their_own_and_the_cart_is_read_once() -> None:
    passes: list[int] = []

    def cart() -> Iterator[Product | Skipped]:
        passes.append(1)
        for n in range(5):
            skus = tuple(Variant(f"p{n}/{size}", f"S{n}{size}") for size in "SML")
            yield Product(f"p{n}", f"商品 {n}", variants=skus if n % 2 else skus[:1], has_variants=bool(n % 2))
        yield Skipped("products.csv 9行目", "no_key")

    plain = first_rows(cart, ExportRules(), JP, "ja", dt.date(2026, 11, 22))
    expected = {tab: list(plain.rows(tab)) for tab in (Tab.PRODUCTS, Tab.SKUS)}
    passes.clear()
    spooled = first_rows(cart, ExportRules(), JP, "ja", dt.date(2026, 11, 22), spool=DiskSpool)
    keys = [row.key for row in spooled.base_rows()]
    assert {tab: list(spooled.rows(tab)) for tab in expected} == expected
    assert keys == ["p0", "p1", "p1/S", "p1/M", "p1/L", "p2", "p3", "p3/S", "p3/M", "p3/L", "p4"]
    assert (spooled.counts.products, spooled.counts.skus, len(spooled.skipped)) == (5, 9, 1)
    assert len(passes) == 1


def test_sweeps_rest_inside_and_come_back_after_whatever_happens() -> None:
    assert gc.isenabled()
    with pytest.raises(KeyError):
        _nested()
    assert gc.isenabled()
    assert gc.get_freeze_count()
    sweep_again()
    assert not gc.get_freeze_count()


@unswept()
def _nested() -> None:
    with unswept():
        assert not gc.isenabled()
    assert not gc.isenabled()
    raise KeyError
