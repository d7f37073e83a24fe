"""What cells mean: every kind of column, what is mended, what is refused, and the way back."""

import datetime as dt
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.cells import CellFault, cell_parser, clearable, render_cell, shortened
from sheets_sync.issue import Tab
from sheets_sync.messages import catalogue, text
from sheets_sync.rows.typed import CLEAR
from sheets_sync.tables import CellError
from sheets_sync.template import Column, Kind, Owner
from sheets_sync.template_files import load_template

JP = load_template("JP")


def column(key: str, tab: Tab = Tab.PRODUCTS) -> Column:
    return JP.column(tab, key)


def read(key: str, value, tab: Tab = Tab.PRODUCTS):
    return cell_parser(column(key, tab), JP)(value)


def code(key: str, value, tab: Tab = Tab.PRODUCTS) -> str:
    found = read(key, value, tab)
    assert isinstance(found, CellFault), found
    return found.code


@pytest.mark.parametrize(
    "value", [True, "TRUE", "true", "ＯＮ", "on", 1, 1.0, "1", "○", "◯", "〇", "☑", "オン", "はい", " YES ", "レ"]
)
def test_ways_to_say_on(value):
    assert read("sync", value) is True


@pytest.mark.parametrize("value", [False, "FALSE", "off", 0, "0", "×", "ｘ", "☐", "オフ", "いいえ"])
def test_ways_to_say_off(value):
    assert read("sync", value) is False


@pytest.mark.parametrize(
    "key",
    [
        "sync",
        "action",
        "title",
        "description",
        "seller_sku",
        "price",
        "stock",
        "image_1",
        "memo",
        "scheduled_at",
        "category",
        "brand",
        "search_terms",
    ],
)
@pytest.mark.parametrize("value", [None, "", "  ", "\u3000", "\xa0", "\u200b"])
def test_blank_is_not_set(key, value):
    assert read(key, value) is None


def test_flag_that_is_neither():
    assert read("sync", "たぶん") == CellFault("cell_not_flag", {"read": "たぶん"})
    assert code("sync", 2) == "cell_not_flag"


def test_choice_in_either_language():
    assert read("action", "出品する") == read("action", "publish") == "publish"
    assert read("action", "停止") == "pause"
    assert read("stock_policy", "Always send") == "always"


def test_unknown_choice_lists_the_choices():
    fault = read("stock_policy", "ときどき")
    assert fault.code == "cell_unknown_choice"
    assert "毎回送信" in text(fault.code, "ja", **fault.params)
    assert "Always send" in text(fault.code, "en", **fault.params)
    assert code("action", True) == "cell_unknown_choice"


@pytest.mark.parametrize(
    ("value", "price"),
    [
        (1980, "1980"),
        (1980.0, "1980"),
        ("1980", "1980"),
        ("1,980円", "1980"),
        ("￥１，９８０", "1980"),
        ("¥2,980.0", "2980"),
        ("1,980円（税込）", "1980"),
        ("12.50", "12.5"),
        (12.5, "12.5"),
        (19.990000000000002, "19.99"),
        ("0", "0"),
        ("1,234,567", "1234567"),
        (" 500 円 ", "500"),
        (".", None),
        ("1,98", None),
        ("abc", None),
        ("1e5", None),
        ("1 980", None),
        ("1.980,00", None),
        ("千円", None),
        ("1980円くらい", None),
        ("12,34,567", None),
    ],
)
def test_prices(value, price):
    found = read("price", value)
    if price is None:
        assert found.code == "cell_not_number"
        assert found.params == {"read": value}
    else:
        assert found == Decimal(price)
        assert str(found) == price


@pytest.mark.parametrize("value", [-1, -0.5, "-3", "▲100", "−5", "¥-5"])
def test_negative_prices_are_refused(value):
    assert code("price", value) == "cell_negative"
    assert code("stock", -1) == "cell_negative"


def test_cart_stock_may_be_negative():
    assert read("cart_stock", -2) == -2


@pytest.mark.parametrize(
    ("key", "value", "whole"),
    [
        ("package_weight_g", 250, 250),
        ("package_weight_g", "350ｇ", 350),
        ("package_weight_g", "1.2kg", 1200),
        ("package_weight_g", 249.2, 250),
        ("package_length_cm", 20.1, 21),
        ("package_length_cm", "30.5㎝", 31),
        ("package_height_cm", "25mm", 3),
        ("stock", "10個", 10),
        ("stock", 3.0, 3),
        ("presale_days", "7日", 7),
        ("priority", "１２", 12),
    ],
)
def test_whole_numbers(key, value, whole):
    found = read(key, value)
    assert found == whole
    assert type(found) is int


def test_half_a_piece_is_no_stock():
    assert read("stock", 2.7) == CellFault("cell_not_whole", {"read": "2.7"})
    assert code("stock", "30cm") == "cell_not_number"
    assert code("stock", True) == "cell_not_number"


@pytest.mark.parametrize("value", [10**15, 1e300, "9" * 60, float("inf"), float("nan")])
def test_numbers_beyond_all_use(value):
    assert code("price", value) in {"cell_too_large", "cell_not_number"}
    assert code("stock", value) in {"cell_too_large", "cell_not_number"}


@pytest.mark.parametrize(
    ("value", "ident"),
    [
        ("00123", "00123"),
        (123, "123"),
        (123.0, "123"),
        (4901234567894, "4901234567894"),
        (4901234567894.0, "4901234567894"),
        ("1729382256910270001", "1729382256910270001"),
        ("ＡＢ－１２", "AB-12"),
        ("\xa0 A-1 \u3000", "A-1"),
        ("=1+1", "=1+1"),
        ("-3", "-3"),
        ("@x", "@x"),
        ("1e5", "1e5"),
        ("NA", "NA"),
        (True, "TRUE"),
    ],
)
def test_codes_stay_text(value, ident):
    assert read("seller_sku", value) == ident


@pytest.mark.parametrize("value", ["8.9E+12", "4.90123E+12", 1729382256910270001, 1.72938225691027e18, 12.5])
def test_mangled_codes_are_told(value):
    assert code("barcode", value) == "cell_mangled"
    assert code("seller_sku", value) == "cell_mangled"


def test_keys_are_never_mended():
    assert read("variant_key", "shirt/Ｌ", Tab.SKUS) == "shirt/Ｌ"
    assert read("product_key", 8123.0) == "8123"


@pytest.mark.parametrize("value", [dt.datetime(2026, 1, 2), dt.date(2026, 1, 2)])
def test_date_where_text_was_meant(value):
    assert read("title", value) == CellFault("cell_is_date", {"read": "2026/01/02", "month": 1, "day": 2})
    assert read("option1_value", value, Tab.SKUS).code == "cell_is_date"
    assert code("seller_sku", value) == code("image_1", value) == "cell_is_date"
    assert read("price", value) == CellFault("cell_number_is_date", {"read": "2026/01/02"})
    assert code("package_length_cm", value) == code("stock", value) == "cell_number_is_date"
    assert code("image_1", dt.time(12, 30)) == code("stock", dt.timedelta(hours=30)) == "cell_is_time"


@pytest.mark.parametrize(
    "value", ["a.jpg\nb.jpg", "https://x.example/a.jpg,https://x.example/b.jpg", "a.jpg | //x.example/b.jpg"]
)
def test_several_pictures_in_one_cell_are_told(value):
    assert code("image_1", value) == "cell_several_images"


@pytest.mark.parametrize(
    "value", ["https://x.example/fetch/w_300,h_300/https://y.example/a.jpg", "mug, blue.jpg", "//x.example/a,b.jpg"]
)
def test_one_picture_is_one_however_it_is_called(value):
    assert read("image_1", value) == value


def test_error_cells_are_never_blank():
    for key in ("sync", "action", "title", "seller_sku", "price", "stock", "scheduled_at", "image_2"):
        assert read(key, CellError("#N/A")) == CellFault("cell_error", {"read": "#N/A"})
        assert read(key, CellError("=")).code == "cell_formula_unread"
    assert code("image_1", CellError("#VALUE!")) == "cell_picture"


def test_text_is_trimmed_and_otherwise_left_alone():
    assert read("title", "  シャツ\u3000") == "シャツ"
    assert read("title", "=HYPERLINK(1)") == "=HYPERLINK(1)"
    assert read("title", "a\x07b") == "ab"
    assert read("description", "<p>1</p>\r\n<p>2</p>\r") == "<p>1</p>\n<p>2</p>"
    assert read("search_terms", "夏\n半袖") == "夏\n半袖"
    assert read("title", 2026) == read("title", 2026.0) == "2026"
    assert read("title", True) == "TRUE"
    assert read("option1_value", 23.5, Tab.SKUS) == "23.5"
    assert code("category", 1.7e18) == "cell_mangled"
    assert read("category", 601226) == "601226"


@pytest.mark.parametrize(
    "key", ["brand", "search_terms", "image_2", "package_length_cm", "scheduled_at", "presale_days", "barcode"]
)
@pytest.mark.parametrize("word", ["{{空}}", "{{clear}}", " {{ Clear }} ", "｛｛空｝｝"])
def test_emptied_on_purpose(key, word):
    assert read(key, word) is CLEAR


@pytest.mark.parametrize(
    "key", ["title", "category", "image_1", "seller_sku", "price", "sync", "action", "package_weight_g"]
)
def test_what_cannot_be_emptied(key):
    assert code(key, "{{空}}") == "cell_not_clearable"


def test_braces_inside_a_text_are_text():
    assert read("title", "{{空}}箱") == "{{空}}箱"


@pytest.mark.parametrize(
    "value",
    [
        dt.datetime(2026, 11, 24, 10, 5),
        "2026/11/24 10:05",
        "2026-11-24T10:05:00",
        "2026-11-24 10:05:00.000",
        "2026年11月24日 10時5分",
        "２０２６／１１／２４　１０：０５",
        "2026/11/24(火) 10:05",
        "令和8年11月24日 午前10:05",
        "24/11/2026 10:05",
        "11/24/2026 10:05 AM",
        46350 + (10 * 60 + 5) / 1440,
    ],
)
def test_moments(value):
    assert read("scheduled_at", value) == dt.datetime(2026, 11, 24, 10, 5)


@pytest.mark.parametrize(
    "value", ["2026/11/24", dt.date(2026, 11, 24), 20261124, "20261124", "R8.11.24", 46350, "2026.11.24"]
)
def test_days(value):
    assert read("scheduled_at", value) == dt.datetime(2026, 11, 24)
    assert read("added_at", value) == dt.date(2026, 11, 24)


@pytest.mark.parametrize(
    "value",
    [
        "明日",
        "11/24 10:05",
        "26/11/24",
        "01/02/2026",
        "2026/13/01",
        "2026/02/30",
        "2026/11/24 25:00",
        "2026-11-24T10:05:00+09:00",
        12,
        True,
        1.5,
    ],
)
def test_unclear_moments_are_refused(value):
    assert code("scheduled_at", value) == "cell_not_moment"


def test_afternoon():
    assert read("scheduled_at", "2026/11/24 午後1時") == dt.datetime(2026, 11, 24, 13)
    assert read("scheduled_at", "2026/11/24 12:30 am") == dt.datetime(2026, 11, 24, 0, 30)


def test_her_own_notes_are_never_wrong():
    assert read("memo", dt.date(2026, 11, 24)) == "2026/11/24"
    assert read("memo", CellError("#REF!")) is None
    assert read("person", 12) == "12"


def test_what_was_read_is_shortened():
    assert len(shortened("あ" * 100)) == 40
    assert shortened("a\n b") == "a b"


# ---------------------------------------------------------------- there and back

NASTY = [
    "=1+1",
    "@x",
    "-3",
    "+81",
    "00123",
    "1e5",
    "NA",
    "nan",
    "None",
    "TRUE",
    "1729382256910270001",
    "１２３",
    "a\xa0b",
    'シャツ, "L"',
    "1-2",
    "8.9e+",
    "'x",
]
PLAIN_TEXT = st.text(st.characters(blacklist_categories=("Cs", "Cc")), max_size=60)
EVERY_COLUMN = [(tab, c) for tab, columns in JP.columns.items() for c in columns]


def canonical(c: Column, raw: str) -> object:
    return cell_parser(c, JP)(raw)


def values(c: Column) -> st.SearchStrategy:
    match c.kind:
        case Kind.FLAG:
            known = st.booleans()
        case Kind.CHOICE:
            known = st.sampled_from([entry.id for entry in JP.choices[c.choices]])
        case Kind.INTEGER:
            known = st.integers(0, 10**15 - 1)
        case Kind.MONEY:
            known = st.decimals(0, 10**9, places=2, allow_nan=False).map(
                lambda d: Decimal(int(d)) if d == int(d) else d.normalize()
            )
        case Kind.DATE:
            known = st.dates(dt.date(1900, 3, 1))
        case Kind.DATETIME:
            known = st.datetimes(dt.datetime(1900, 3, 1))
        case Kind.ID if c.owner is not Owner.KEY:
            known = st.text(string.ascii_letters + string.digits + "-_=+@'.あ", min_size=1, max_size=50)
        case _:
            known = st.one_of(PLAIN_TEXT, st.sampled_from(NASTY)).map(lambda raw: canonical(c, raw))
    known = known.filter(lambda v: not isinstance(v, CellFault) and v != "")
    return st.one_of(st.none(), known, st.just(CLEAR)) if clearable(c) else st.one_of(st.none(), known)


@given(st.data(), st.sampled_from(EVERY_COLUMN), st.sampled_from(["ja", "en"]))
def test_values_come_back_the_same(data, tab_column, language):
    _, c = tab_column
    value = data.draw(values(c))
    if c.kind is Kind.ID and isinstance(cell_parser(c, JP)(value), CellFault):
        return  # text such as 8.9E+12 is what a mangled code looks like
    cell = render_cell(c, value, JP, language)
    assert cell_parser(c, JP)(cell) == value
    assert c.kind is not Kind.ID or value is None or isinstance(cell, str)


@pytest.mark.parametrize("raw", NASTY)
@pytest.mark.parametrize(
    "key", ["title", "description", "search_terms", "image_1", "category", "brand", "seller_sku", "barcode"]
)
def test_nasty_texts_come_back_the_same(key, raw):
    cell = render_cell(column(key), raw, JP, "ja")
    assert cell == raw
    assert read(key, cell) == ("123" if raw == "１２３" and column(key).kind is Kind.ID else raw)


def test_rendered_forms():
    assert render_cell(column("price"), Decimal(1980), JP, "ja") == 1980
    assert type(render_cell(column("price"), Decimal("1980"), JP, "ja")) is int
    assert render_cell(column("price"), Decimal("12.50"), JP, "en") == 12.5
    assert render_cell(column("action"), "publish", JP, "ja") == "出品する"
    assert render_cell(column("brand"), CLEAR, JP, "ja") == "{{空}}"
    assert render_cell(column("brand"), CLEAR, JP, "en") == "{{clear}}"


@given(
    st.sampled_from(EVERY_COLUMN),
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.datetimes(),
        st.dates(),
        st.times(),
        st.timedeltas(),
        st.text().map(CellError),
    ),
)
def test_any_cell_gets_an_answer_whose_message_is_whole(tab_column, value):
    found = cell_parser(tab_column[1], JP)(value)
    if isinstance(found, CellFault):
        entry = catalogue()[found.code]
        for language in ("ja", "en"):
            places = {name for _, name, _, _ in string.Formatter().parse(entry[language]) if name}
            assert places <= set(found.params)
