"""Prices after tax, markup and rounding; stock after buffer and rule."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.products import Variant
from sheets_sync.rows.barcodes import barcode_type
from sheets_sync.rows.pricing import (
    PriceRule,
    StockRule,
    cart_price,
    effective_price,
    effective_stock,
    variant_price,
)

D = Decimal


@pytest.mark.parametrize(
    ("price", "rule", "shown"),
    [
        ("2980", PriceRule(), "2980"),
        ("2980.00", PriceRule(), "2980"),
        ("1999", PriceRule(prices_include_tax=False), "2199"),  # 2198.9
        ("1999", PriceRule(prices_include_tax=False, rounding="down"), "2198"),
        ("1001", PriceRule(prices_include_tax=False, tax_rate_percent=D(8), rounding="up"), "1082"),  # 1081.08
        ("1005", PriceRule(prices_include_tax=False), "1106"),  # 1105.5, half up and not to even
        ("19.999", PriceRule(decimals=2), "20.00"),
        ("0", PriceRule(prices_include_tax=False), "0"),
    ],
)
def test_the_carts_price_with_tax(price: str, rule: PriceRule, shown: str) -> None:
    assert str(cart_price(D(price), rule)) == shown


LISTED = PriceRule(field="list")
WITHOUT = PriceRule(prices_include_tax=False)


@pytest.mark.parametrize(
    ("variant", "rule", "shown"),
    [
        (Variant("v", price=D(1980), list_price=D(2980)), PriceRule(), "1980"),
        (Variant("v", price=D(1980), list_price=D(2980)), LISTED, "2980"),
        (Variant("v", price=D(1980)), LISTED, "1980"),
        (Variant("v", price=D(1980), list_price=D(0)), LISTED, "1980"),
        (Variant("v", list_price=D(2980)), LISTED, "2980"),
        (Variant("v", list_price=D(2980)), PriceRule(), "None"),
        # The price's own tax wins over the settings, one by one.
        (Variant("v", price=D(1000), includes_tax=False), PriceRule(), "1100"),
        (Variant("v", price=D(1000), includes_tax=True), WITHOUT, "1000"),
        (Variant("v", price=D(1000), tax_rate_percent=D(8)), WITHOUT, "1080"),
        (Variant("v", price=D(1000), tax_rate_percent=D(8)), PriceRule(), "1000"),
        (Variant("v", price=D(1999), includes_tax=False, tax_rate_percent=D(8)), PriceRule(rounding="down"), "2158"),
        (Variant("v", price=D(1999), includes_tax=False, tax_rate_percent=D(8)), PriceRule(rounding="up"), "2159"),
        (Variant("v", price=D(1000), includes_tax=False, tax_rate_percent=D(0)), PriceRule(), "1000"),
        (Variant("v", price=D(500), list_price=D(1000), includes_tax=False, tax_rate_percent=D(8)), LISTED, "1080"),
    ],
)
def test_a_variants_own_tax_and_the_price_that_is_asked_for(variant: Variant, rule: PriceRule, shown: str) -> None:
    assert str(variant_price(variant, rule)) == shown


@pytest.mark.parametrize(
    ("cart", "override", "rule", "sent"),
    [
        ("2980", None, PriceRule(), "2980"),
        ("2980", "1", PriceRule(markup_percent=D(50), round_to=100), "1"),
        ("2980", None, PriceRule(markup_percent=D(10)), "3278"),
        ("2980", None, PriceRule(markup_percent=D(10), round_to=10), "3280"),
        ("2980", None, PriceRule(markup_percent=D(10), round_to=100, rounding="down"), "3200"),
        ("2985", None, PriceRule(round_to=10), "2990"),
        ("2981", None, PriceRule(round_to=100, rounding="up"), "3000"),
        ("2980", None, PriceRule(markup_percent=D(-5)), "2831"),
        ("1000", None, PriceRule(markup_percent=0.1), "1001"),  # type: ignore[arg-type]
        ("19.99", None, PriceRule(markup_percent=D(10), decimals=2), "21.99"),
        ("19.99", None, PriceRule(round_to=5, decimals=2), "20.00"),
        (None, None, PriceRule(), "None"),
        (None, "500", PriceRule(), "500"),
    ],
)
def test_the_price_to_send(cart: str | None, override: str | None, rule: PriceRule, sent: str) -> None:
    price = effective_price(D(cart) if cart else None, D(override) if override else None, rule)
    assert str(price) == sent


def test_no_price_stays_no_price() -> None:
    assert cart_price(None, PriceRule(prices_include_tax=False)) is None


@given(st.integers(0, 10**7), st.sampled_from([1, 10, 100, 500]), st.sampled_from(["half_up", "up", "down"]))
def test_rounding_lands_on_the_step_and_less_than_one_step_away(yen: int, step: int, rounding: str) -> None:
    price = effective_price(D(yen), None, PriceRule(round_to=step, rounding=rounding))
    assert price is not None
    assert price % step == 0
    assert abs(price - yen) < step


@pytest.mark.parametrize(
    ("cart", "managed", "override", "rule", "sent"),
    [
        (5, True, None, StockRule(), 5),
        (0, True, None, StockRule(), 0),
        (5, True, None, StockRule(buffer=3), 2),
        (2, True, None, StockRule(buffer=3), 0),
        (0, True, None, StockRule(buffer=3, unmanaged=50), 0),
        (5, True, 9, StockRule(buffer=3), 9),
        (5, True, 0, StockRule(), 0),
        (None, False, None, StockRule(), None),
        (None, False, None, StockRule(unmanaged=50, buffer=3), 50),
        (None, False, 7, StockRule(unmanaged=50), 7),
        (None, True, None, StockRule(unmanaged=50), None),
    ],
)
def test_the_stock_to_send(
    cart: int | None, managed: bool, override: int | None, rule: StockRule, sent: int | None
) -> None:
    assert effective_stock(cart, managed, override, rule) == sent


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("4901234567894", "JAN"), ("4512345678906", "JAN"), ("49012347", "JAN"), ("0012345678905", "EAN"),
        ("12345670", "EAN"), ("012345678905", "UPC"), ("14901234567891", "GTIN"), ("9784101010014", "ISBN"),
        ("410101001X", "ISBN"), ("", ""), ("12345", ""), ("SKU-1", ""), ("４９０１２３４５６７８９４", ""),
    ],
)  # fmt: skip
def test_the_kind_of_a_barcode_is_told_by_its_digits(code: str, kind: str) -> None:
    assert barcode_type(code) == kind
