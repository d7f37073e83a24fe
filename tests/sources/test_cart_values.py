"""Single values as carts and spreadsheet programs write them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_values import UnreadableError


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2980", "2980"), ("2,980", "2980"), ("2,980.00", "2980"), ("1,234,567.5", "1234567.5"), ("25.00", "25"),
        ("42.99", "42.99"), ("¥2,980", "2980"), ("￥2980", "2980"), ("\\2980", "2980"), ("２，９８０円", "2980"),
        (" 2980 円 ", "2980"), ("'2980", "2980"), ("0", "0"), (".5", "0.5"), ("+3", "3"), ("0150", "150"),
    ],
)  # fmt: skip
def test_prices(text: str, value: str) -> None:
    assert cart_values.price(text) == Decimal(value)
    assert str(cart_values.price(text)) == value


@pytest.mark.parametrize("text", ["", "  ", "'", "\u3000"])
def test_a_blank_price_is_none(text: str) -> None:
    assert cart_values.price(text) is None


@pytest.mark.parametrize(
    "text",
    [
        "-100",
        "▲100",
        "29,80",
        "2.980,00",
        "1,23",
        "2980円〜",
        "お問い合わせ",
        "¥",
        "円",
        "1E+3",
        "NaN",
        "inf",
        "1 000",
        "１.２.３",
        "#N/A",
    ],
)
def test_unreadable_prices_say_what_was_read(text: str) -> None:
    with pytest.raises(UnreadableError) as fault:
        cart_values.price(text)
    assert fault.value.read == text


@given(st.integers(0, 10**12), st.sampled_from(["{:,}", "{}", "¥{:,}", "{:,}円", "{:,}.00", " '{} "]))
def test_any_amount_in_any_dress_is_the_same(amount: int, dress: str) -> None:
    assert cart_values.price(dress.format(amount)) == amount


@pytest.mark.parametrize(
    ("text", "value"), [("12", 12), ("-3", -3), ("−３", -3), ("1,200", 1200), ("5.0", 5), ("", None)]
)
def test_whole_numbers(text: str, value: int | None) -> None:
    assert cart_values.whole(text) == value


def test_a_fraction_is_no_whole_number() -> None:
    with pytest.raises(UnreadableError):
        cart_values.whole("1.5")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("4901234567894", "4901234567894"), ("0012345678905", "0012345678905"), ("'0012345678905", "0012345678905"),
        ("４９０１２３４５６７８９４", "4901234567894"), ("4901234567894.0", "4901234567894"),
        (" 978-4-00-000000-0 ", "978-4-00-000000-0"), ("", ""),
    ],
)  # fmt: skip
def test_barcodes_stay_text(text: str, value: str) -> None:
    assert cart_values.barcode(text) == value


@pytest.mark.parametrize("text", ["3.65E+11", "4.90E+12", "4.90123456789e+12", "4E+12", "'4.9E+12", "４．９Ｅ＋１２"])
def test_what_a_spreadsheet_destroyed_is_never_guessed(text: str) -> None:
    for read in (cart_values.barcode, cart_values.code):
        with pytest.raises(UnreadableError):
            read(text)


@pytest.mark.parametrize("text", ["1月2日", "'12月31日", "１月２日"])
def test_a_code_that_a_spreadsheet_took_for_a_day_is_never_guessed(text: str) -> None:
    with pytest.raises(UnreadableError):
        cart_values.code(text)


@pytest.mark.parametrize("text", ["1E5", "A-1E+5", "00123", "12.0", "ﾊﾝｶｸ", "1E-3", "1月号", "A1月2日"])
def test_codes_that_only_look_like_numbers_stay(text: str) -> None:
    assert cart_values.code(text) == text


@pytest.mark.parametrize(
    ("text", "value"), [('="0012"', "0012"), (' ="A-1" ', "A-1"), ('=""', ""), ('="', '="'), ("=A1", "=A1"), ("=", "=")]
)
def test_what_keeps_a_code_text_in_a_spreadsheet_is_none_of_it(text: str, value: str) -> None:
    """Carts write ="0012" so that Excel leaves the zeros alone."""
    assert cart_values.code(text) == value


def test_numbers_kept_as_text_are_numbers() -> None:
    assert (cart_values.barcode('="0012345678905"'), cart_values.price('="1,980"')) == ("0012345678905", Decimal(1980))
    with pytest.raises(UnreadableError):
        cart_values.barcode('="4.90E+12"')


def test_an_apostrophe_inside_a_code_stays() -> None:
    assert cart_values.code("A'1") == "A'1"
    assert cart_values.code("'A1") == "A1"
