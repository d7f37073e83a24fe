"""Rows with their cells read: values, faults tied to their cells, and the rows that have no key."""

import datetime as dt
import time
from decimal import Decimal

from sheets_sync.issue import Issue, Tab
from sheets_sync.rows.parse import typed_rows
from sheets_sync.rows.typed import CLEAR
from sheets_sync.tables import CellError, RowRef, SheetRow, TabSnapshot
from sheets_sync.template import Headings, Owner
from sheets_sync.template_files import load_template

JP = load_template("JP")


def rows(tab: Tab, *cells, **options):
    found = [SheetRow(number, dict(row)) for number, row in enumerate(cells, start=2)]
    return typed_rows(tab, TabSnapshot(Headings({}), found), JP, **options)


def test_a_product_row():
    (row,) = rows(
        Tab.PRODUCTS,
        {
            "product_key": 8123.0,
            "sync": True,
            "title": " シャツ ",
            "price": "1,980円",
            "brand": "{{空}}",
            "action": "出品する",
            "memo": None,
        },
    )
    assert (row.tab, row.ref, row.number, row.product_key) == (Tab.PRODUCTS, RowRef("8123"), 2, "8123")
    assert row.values == {
        "product_key": "8123",
        "sync": True,
        "title": "シャツ",
        "price": Decimal(1980),
        "brand": CLEAR,
        "action": "publish",
    }
    assert not row.bad
    assert not row.issues


def test_faults_name_their_cell_and_are_left_out():
    (row,) = rows(
        Tab.SKUS, {"product_key": "P", "variant_key": "P/M", "price": "abc", "stock": 5, "barcode": CellError("#N/A")}
    )
    assert row.bad == {"price", "barcode"}
    assert row.values == {"product_key": "P", "variant_key": "P/M", "stock": 5}
    assert row.issues == [
        Issue(Tab.SKUS, "P/M", "price", "cell_not_number", params={"read": "abc"}, product_key="P"),
        Issue(Tab.SKUS, "P/M", "barcode", "cell_error", params={"read": "#N/A"}, product_key="P"),
    ]
    assert row.issues[0].product == "P"


def test_attribute_rows_carry_both_keys():
    (row,) = rows(Tab.ATTRIBUTES, {"product_key": "P", "attribute_id": 100397, "value": dt.datetime(2026, 1, 2)})
    assert row.ref == RowRef("P/100397")
    assert (row.issues[0].row_key, row.issues[0].product_key, row.issues[0].code) == ("P/100397", "P", "cell_is_date")


def test_defaults_belong_to_no_product():
    (row,) = rows(Tab.DEFAULTS, {"match_kind": "すべて", "package_weight_g": "300g"})
    assert row.values == {"match_kind": "all", "package_weight_g": 300}
    assert row.product_key == ""


def test_result_and_cart_cells_are_read_on_request_only():
    cells = {"product_key": "P", "state": "審査中", "cart_title": "x", "cart_price": "abc"}
    (row,) = rows(Tab.PRODUCTS, cells)
    assert row.values == {"product_key": "P"}
    assert not row.issues
    (row,) = rows(Tab.PRODUCTS, cells, columns=("state",))
    assert row.values == {"product_key": "P", "state": "in_review"}
    (row,) = rows(Tab.PRODUCTS, cells, owners=(Owner.CART,))
    assert row.values == {"cart_title": "x"}
    assert row.bad == {"cart_price"}


def test_rows_without_a_key_are_left_out_and_copies_are_counted():
    found = rows(
        Tab.PRODUCTS, {"title": "x"}, {"product_key": "P"}, {"product_key": "Q"}, {"product_key": "P", "unknown": 1}
    )
    assert [(row.ref.key, row.ref.occurrence, row.number) for row in found] == [("P", 0, 3), ("Q", 0, 4), ("P", 1, 5)]


def test_growth_is_linear_and_quick():
    row = {
        "product_key": "P",
        "title": "半袖シャツ",
        "price": 1980,
        "stock": "12",
        "package_weight_g": 300,
        "sync": True,
        "action": "出品する",
    }
    start = time.process_time()
    rows(Tab.PRODUCTS, *({**row, "product_key": f"P{n}"} for n in range(5_000)))
    assert time.process_time() - start < 2
