"""Every rule with a listing that keeps it and one that breaks it."""

import dataclasses
import datetime as dt
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import catalogue, text
from sheets_sync.products import Option
from sheets_sync.shop import AttributeRule, CertificateRule
from sheets_sync.states import Action, StockPolicy
from sheets_sync.template_files import load_template
from sheets_sync.validation.check import check
from sheets_sync.validation.codes import MISSING_CODES, WARNING_CODES
from sheets_sync.validation.frames import PRODUCT_FLAGS, SKU_FLAGS
from sheets_sync.validation.texts import FAULTS
from tests.validation.listings import JP, LEAF, RULES, codes, found, listing, sku, variant, with_variants

TWO = (variant("P1/1", "赤", "M"), variant("P1/2", "赤", "L"))


def one(**changes):
    """A listing with one SKU that differs so from a right one."""
    return listing(skus=(sku(**changes),))


def pair(second=None, **changes):
    """A listing with two SKUs, the second one differing so from a right one."""
    return with_variants(TWO[0], second or dataclasses.replace(TWO[1], **changes))


PASSES = {
    "a right listing": listing(),
    "a right listing with variants": with_variants(*TWO),
    "title of 255": listing(title="あい" * 127 + "う"),
    "title with kanji of the second plane": listing(title="𠮷野の花器"),
    "title with nine equal characters": listing(title="ーーーーーーーーー花"),
    "title with a plain ampersand": listing(title="B&B ティー & ケーキ"),
    "title like a formula": listing(title="=1+1"),
    "description of 10,000": listing(description="<p>" + "あい" * 4996 + "</p>"),
    "description with line breaks": listing(description="<p>一</p>\n<p>二 &amp; 三</p>\t"),
    "30 pictures in the description": listing(description="説明" + "<img src='a'>" * 30),
    "nine pictures": listing(images=("a.jpg",) * 9),
    "all dimensions": listing(dimensions_cm=(30, 20, 3)),
    "heaviest": listing(package_weight_g=1_000_000),
    "no brand": listing(brand="", brand_text=""),
    "a known brand": listing(brand="72", brand_text="アクメ"),
    "fifteen search terms": listing(search_terms=("夏",) * 15),
    "five features": listing(features=("軽い",) * 5),
    "order limit": listing(max_order_quantity=99_999),
    "cheapest": one(price=Decimal(1)),
    "dearest": one(price=Decimal(500_000)),
    "none left": one(stock=0),
    "plenty": one(stock=99_999),
    "stock never sent": listing(skus=(sku(stock=None),), stock_policy=StockPolicy.NEVER),
    "gone from the cart": one(stock=None, gone=True),
    "fixed stock within the cart's": one(stock=5, stock_fixed=True, cart_stock=5),
    "SKU code of 50": one(seller_sku="A" * 50),
    "JAN of 13": one(barcode="4901234567894"),
    "JAN of 8": one(barcode="49123456", barcode_type="JAN"),
    "UPC": one(barcode="036000291452"),
    "GTIN": one(barcode="14901234567891"),
    "ISBN": one(barcode="9784003101018"),
    "ISBN with X": one(barcode="080442957X", barcode_type="ISBN"),
    "pre-order": one(presale_days=3),
    "one SKU with options": with_variants(TWO[0]),
    "one SKU of a product with variants, without options": with_variants(sku("P1/1")),
    "an excluded SKU may be anything": with_variants(*TWO, sku("P1/3", price=None, seller_sku="", excluded=True)),
    "longest option": with_variants(sku("P1/1", options=(Option("名前" * 10, "値段" * 25),))),
    "attribute by id": listing(attributes={"100397": ("1001039",)}),
    "attribute of one's own": listing(attributes={"100397": ("竹", "コットン")}),
    "condition not met": listing(attributes={"100397": ("麻",), "101619": ("なし",)}),
    "condition met": listing(
        attributes={"100397": ("麻",), "101619": ("あり",), "101610": ("単3",), "certification:7001": ("pse.jpg",)}
    ),
    "number": listing(attributes={"100397": ("麻",), "101700": ("1.5",)}),
    "an attribute nobody asks for": listing(attributes={"100397": ("麻",), "999": ("😀",)}),
}

FAILS = [
    (listing(title=""), "title", "required_missing"),
    (listing(title="あい" * 128), "title", "text_too_long"),
    (listing(title="夏シャツ😀"), "title", "text_emoji"),
    (listing(title="夏シャツ⭐"), "title", "text_emoji"),
    (listing(title="夏\nシャツ"), "title", "text_control"),
    (listing(title="夏\x7fシャツ"), "title", "text_control"),
    (listing(title="A&nbsp;B"), "title", "text_entity"),
    (listing(title="&#12354;の本"), "title", "text_entity"),
    (listing(title="★☆★"), "title", "text_symbols_only"),
    (listing(title="すごいーーーーーーーーーー"), "title", "text_repeated"),
    (listing(description=""), "description", "required_missing"),
    (listing(description="<p><br></p>"), "description", "description_no_text"),
    (listing(description="<img src='a.jpg'>"), "description", "description_no_text"),
    (listing(description="<p>&nbsp;</p>"), "description", "description_no_text"),
    (listing(description="<p>★</p>"), "description", "text_symbols_only"),
    (listing(description="<p>" + "あい" * 5000 + "</p>"), "description", "text_too_long"),
    (listing(description="<p>説明😀</p>"), "description", "text_emoji"),
    (listing(description="<p>説明\x01</p>"), "description", "text_control"),
    (listing(description="<p>説明&nbsp;文</p>"), "description", "text_entity"),
    (listing(description="<p>説明</p>----------"), "description", "text_repeated"),
    (listing(description="説明" + "<IMG src='a'>" * 31), "description", "description_images_too_many"),
    (listing(category="", category_text=""), "category", "required_missing"),
    (listing(category="", category_text="ティシャツ"), "category", "category_unknown_closest"),
    (listing(category="", category_text="冷蔵庫"), "category", "category_unknown"),
    (listing(category="123", category_text=""), "category", "category_unknown"),
    (listing(category="600001"), "category", "category_not_leaf"),
    (listing(category="601999"), "category", "category_not_available"),
    (listing(brand_text="存在しない"), "brand", "brand_unknown"),
    (listing(images=()), "image_1", "image_missing"),
    (listing(images=("a",) * 10), "image_1", "images_too_many"),
    (listing(package_weight_g=None), "package_weight_g", "required_missing"),
    (listing(package_weight_g=0), "package_weight_g", "number_out_of_range"),
    (listing(dimensions_cm=(30, None, 3)), "package_width_cm", "dimension_missing"),
    (listing(dimensions_cm=(30, 20, 1001)), "package_height_cm", "number_out_of_range"),
    (listing(priority=1_000_000), "priority", "number_out_of_range"),
    (listing(max_order_quantity=0), "max_order_quantity", "number_out_of_range"),
    (listing(search_terms=("夏",) * 16), "search_terms", "lines_too_many"),
    (listing(search_terms=("夏" * 251,)), "search_terms", "lines_too_long"),
    (listing(features=("軽い",) * 6), "features", "lines_too_many"),
    (listing(features=("軽" * 1501,)), "features", "lines_too_long"),
    (listing(skus=()), "seller_sku", "sku_none"),
    (listing(skus=(sku(excluded=True),)), "seller_sku", "sku_none"),
    (with_variants(*(variant(f"P1/{n}", f"色{n}") for n in range(301))), "seller_sku", "skus_too_many"),
    (one(seller_sku=""), "seller_sku", "required_missing"),
    (one(seller_sku="A" * 51), "seller_sku", "text_too_long"),
    (one(seller_sku="A 1"), "seller_sku", "sku_code_blanks"),
    (one(seller_sku="A\u30001"), "seller_sku", "sku_code_blanks"),
    (one(price=None), "price", "price_missing"),
    (one(price=Decimal(0)), "price", "price_out_of_range"),
    (one(price=Decimal(500_001)), "price", "price_out_of_range"),
    (one(price=Decimal("1980.5")), "price", "price_decimals"),
    (one(stock=None), "stock", "stock_unmanaged"),
    (one(stock=100_000), "stock", "number_out_of_range"),
    (one(stock=-1), "stock", "number_out_of_range"),
    (one(stock=6, stock_fixed=True, cart_stock=5), "stock", "stock_above_cart"),
    (one(barcode="49012345A7894"), "barcode", "barcode_not_digits"),
    (one(barcode="４９０１２３４５６７８９４"), "barcode", "barcode_not_digits"),
    (one(barcode="490123456789X"), "barcode", "barcode_not_digits"),
    (one(barcode="12345"), "barcode", "barcode_unknown_type"),
    (one(barcode="4901234567894", barcode_type="UPC"), "barcode", "barcode_length"),
    (one(barcode="4901234567890"), "barcode", "barcode_check_digit"),
    (one(presale_days=2), "presale_days", "number_out_of_range"),
    (one(presale_days=31), "presale_days", "number_out_of_range"),
    (pair(options=()), "option1_value", "option_missing"),
    (pair(options=(Option("カラー", "赤"), Option("", ""), Option("柄", "無地"))), "option2_value", "option_missing"),
    (pair(options=(Option("カラー", "赤"), Option("", "L"))), "option2_name", "option_name_missing"),
    (pair(options=(Option("カラー", "赤"), Option("サイズ", ""))), "option2_value", "option_value_missing"),
    (pair(options=(Option("カラー", "赤"), Option("大きさ", "L"))), "option2_name", "option_names_differ"),
    (pair(options=(Option("カラー", "赤"),)), "option2_name", "option_count_differs"),
    (with_variants(sku("P1/1", options=(Option("", "赤"),))), "option1_name", "option_name_missing"),
    (with_variants(sku("P1/1", options=(Option("名前" * 10 + "名", "赤"),))), "option1_name", "text_too_long"),
    (with_variants(sku("P1/1", options=(Option("色", "値段" * 25 + "値"),))), "option1_value", "text_too_long"),
    (with_variants(sku("P1/1", options=(Option("色", "赤❗"),))), "option1_value", "text_emoji"),
    (with_variants(sku("P1/1", options=(Option("色", "---"),))), "option1_value", "text_symbols_only"),
    (listing(attributes={}), "value", "attribute_missing"),
    (listing(attributes={"100397": ("麻",), "101619": ("あり",), "101610": ("単3",)}), "value", "certificate_missing"),
    (
        listing(attributes={"100397": ("麻",), "101619": ("あり",), "certification:7001": ("a",)}),
        "value",
        "attribute_missing",
    ),
    (listing(attributes={"100397": ("麻",), "101619": ("たぶん",)}), "value", "attribute_not_offered"),
    (listing(attributes={"100397": ("麻",), "101700": ("1", "2")}), "value", "attribute_one_value"),
    (listing(attributes={"100397": ("麻", "麻")}), "value", "attribute_value_doubled"),
    (listing(attributes={"100397": ("麻",), "101700": ("0",)}), "value", "attribute_not_number"),
    (listing(attributes={"100397": ("麻",), "101700": ("約5",)}), "value", "attribute_not_number"),
    (listing(attributes={"100397": ("竹" * 9 + "木" * 1992,)}), "value", "attribute_too_long"),
    (listing(attributes={"100397": ("竹😀",)}), "value", "attribute_bad_text"),
]


@pytest.mark.parametrize("right", PASSES.values(), ids=PASSES)
def test_what_is_right_passes(right):
    assert codes(right) == []


@pytest.mark.parametrize(
    ("wrong", "column", "code"), FAILS, ids=[f"{c}-{code}-{n}" for n, (_, c, code) in enumerate(FAILS)]
)
def test_what_is_wrong_is_said_once(wrong, column, code):
    assert codes(wrong) == [(column, code)]


def test_every_flag_and_mark_has_a_failing_case_and_a_message():
    raised = {code for _, _, code in FAILS}
    elsewhere = {  # tested below
        "sku_code_doubled",
        "sku_code_doubled_elsewhere",
        "barcode_doubled",
        "presale_differs",
        "presale_not_allowed",
        "schedule_past",
        "schedule_too_far",
        "dimension_required",
        "option_combination_doubled",
        "option_name_doubled",
        "option_required",
        "sku_code_plain",
        "brand_unknown_closest",
        "certificate_date_missing",
        "approval_missing",  # the sign-off's, in standings
        "approval_void",
    }
    known = {code for _, code in (*PRODUCT_FLAGS, *SKU_FLAGS)} | set(FAULTS) | MISSING_CODES | WARNING_CODES
    assert known - raised - elsewhere - {"size_chart_missing"} == set()
    assert all({"ja", "en"} <= set(catalogue()[code]) for code in known | raised)


# ---------------------------------------------------------------- rules across rows


def test_doubled_seller_sku_in_a_product_names_the_other_row():
    issues = found(with_variants(TWO[0], dataclasses.replace(TWO[1], seller_sku=TWO[0].seller_sku)))
    assert [(i.tab, i.row_key, i.column, i.code) for i in issues] == [
        (Tab.SKUS, "P1/1", "seller_sku", "sku_code_doubled"),
        (Tab.SKUS, "P1/2", "seller_sku", "sku_code_doubled"),
    ]
    assert [i.params["others"] for i in issues] == ["P1/2", "P1/1"]


def test_doubled_seller_sku_across_products_names_the_other_product():
    issues = found(listing("A", skus=(sku("A", seller_sku="X"),)), listing("B", skus=(sku("B", seller_sku="X"),)))
    assert [(i.product, i.code, i.params["others"]) for i in issues] == [
        ("A", "sku_code_doubled_elsewhere", "B"),
        ("B", "sku_code_doubled_elsewhere", "A"),
    ]


def test_seller_sku_of_a_product_that_is_off_does_not_count():
    off = listing("B", sync=False, skus=(sku("B", seller_sku="X"),))
    assert codes(listing("A", skus=(sku("A", seller_sku="X"),)), off) == []


def test_doubled_barcode_in_a_product():
    code = "4901234567894"
    twice = with_variants(*(dataclasses.replace(one, barcode=code) for one in TWO))
    assert codes(twice) == [("barcode", "barcode_doubled")] * 2
    assert codes(listing("A", skus=(sku("A", barcode=code),)), listing("B", skus=(sku("B", barcode=code),))) == []


def test_doubled_combination():
    issues = found(with_variants(TWO[0], TWO[1], variant("P1/3", "赤", "M")))
    assert [(i.row_key, i.code, i.params["others"]) for i in issues] == [
        ("P1/1", "option_combination_doubled", "P1/3"),
        ("P1/3", "option_combination_doubled", "P1/1"),
    ]


def test_doubled_option_name():
    options = (Option("色", "赤"), Option("色", "青"))
    twice = with_variants(sku("P1/1", options=options), sku("P1/2", options=(Option("色", "赤"), Option("色", "白"))))
    assert codes(twice) == [("option2_name", "option_name_doubled")] * 2


def test_the_odd_one_out_is_named_even_if_it_is_the_first():
    odd = variant("P1/1", "赤", "S")
    odd = dataclasses.replace(odd, options=(Option("色", "赤"), Option("サイズ", "S")))
    (issue,) = found(with_variants(odd, *(variant(f"P1/{n}", "赤", size) for n, size in ((2, "M"), (3, "L")))))
    assert (issue.row_key, issue.code) == ("P1/1", "option_names_differ")
    assert (issue.params["read"], issue.params["expected"]) == ("色", "カラー")


def test_pre_order_days_are_equal_and_allowed():
    mixed = with_variants(
        *(dataclasses.replace(one, presale_days=days) for one, days in zip(TWO, (7, None), strict=True))
    )
    assert codes(mixed) == [("presale_days", "presale_differs")]
    rules = dataclasses.replace(RULES, pre_order=False)
    assert codes(one(presale_days=7), rules=rules) == [("presale_days", "presale_not_allowed")]
    assert codes(one(presale_days=7), rules=None) == []


# ---------------------------------------------------------------- what the category asks for


def test_category_that_asks_for_sizes():
    rules = dataclasses.replace(RULES, dimensions_required=True)
    expected = [(f"package_{side}_cm", "dimension_required") for side in ("height", "length", "width")]
    assert sorted(codes(listing(), rules=rules)) == expected
    assert codes(listing(dimensions_cm=(30, 20, 3)), rules=rules) == []


def test_category_that_asks_for_a_size_chart():
    rules = dataclasses.replace(RULES, size_chart_required=True)
    (issue,) = found(listing(), rules=rules)
    assert (issue.tab, issue.row_key, issue.code) == (Tab.ATTRIBUTES, "P1/size_chart", "size_chart_missing")
    assert codes(listing(size_chart="chart.jpg"), rules=rules) == []


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("a.jpg", "有効期限=2027-03-31"), []),
        (("有効期限＝令和9年3月31日", "a.jpg", "b.pdf"), []),
        (("a.jpg", "expires: 2026/11/24"), []),
        (("a.jpg",), ["certificate_date_missing"]),
        (("a.jpg", "有効期限=来年"), ["certificate_date_unreadable"]),
        (("a.jpg", "有効期限="), ["certificate_date_unreadable"]),
        (("a.jpg", "有効期限=2026-11-23"), ["certificate_expired"]),
        (("有効期限=2027-03-31",), ["certificate_missing"]),
        ((*"abcdefghijk", "有効期限=2027-03-31"), ["certificate_files_many"]),
    ],
)
def test_certificates_with_a_last_day(lines, expected):
    rules = dataclasses.replace(RULES, certificates=(CertificateRule("7009", "PSE", required=True, expires=True),))
    right = listing(attributes={"100397": ("麻",), "certification:7009": lines})
    now = dt.datetime(2026, 11, 23, 15, 1, tzinfo=dt.UTC)  # the 24th in Japan
    assert [code for _, code in codes(right, rules=rules, now=now)] == expected


def test_category_that_asks_for_an_option():
    size = AttributeRule("100007", "サイズ", sales=True, required=True)
    rules = dataclasses.replace(RULES, attributes=(*RULES.attributes, size))
    colours = with_variants(variant("P1/1", "赤"), variant("P1/2", "青"))
    assert codes(colours, rules=rules) == [("option1_name", "option_required")]
    assert codes(with_variants(*TWO), rules=rules) == []
    assert codes(listing(), rules=rules) == [], "a product without variants has no options"


@pytest.mark.parametrize(("code", "right"), [("A-1_2x", True), ("A1", False), ("品番-00001", False), ("A" * 50, True)])
def test_category_that_asks_for_plain_codes(code, right):
    rules = dataclasses.replace(RULES, plain_codes=True)
    assert codes(one(seller_sku=code), rules=rules) == ([] if right else [("seller_sku", "sku_code_plain")])


def test_brands_like_the_one_that_was_read_are_offered():
    (issue,) = found(listing(brand_text="アクメー"), brands=["アクメ", "月光堂"])
    assert (issue.code, issue.params["closest"]) == ("brand_unknown_closest", "アクメ")
    assert "{{新規}}アクメー" in text(issue.code, "ja", **issue.params)


def test_attribute_issues_stand_in_their_row():
    (issue,) = found(listing(attributes={}))
    assert (issue.tab, issue.row_key, issue.product_key) == (Tab.ATTRIBUTES, "P1/100397", "P1")
    assert issue.params == {"name": "素材"}


def test_unknown_rules_ask_for_nothing():
    assert codes(listing(attributes={}), rules=None) == []
    assert codes(listing(category="123"), rules=None, categories=None) == []


def test_closest_category_is_offered_with_its_path():
    (issue,) = found(listing(category="", category_text="服 > Ｔシャツ［999］"))
    assert issue.params["closest"] == f"ファッション > Tシャツ [{LEAF}]"


def test_brands_that_could_not_be_looked_up_are_not_judged():
    assert codes(listing(brand_text="アクメ"), brands_known=False) == []


# ---------------------------------------------------------------- which rows, which moment, what is known


def test_only_listings_that_shall_be_sent_are_checked():
    off = listing(sync=False, title="")
    assert codes(off) == []
    assert codes(dataclasses.replace(off, action=Action.PAUSE)) == []
    assert codes(dataclasses.replace(off, action=Action.PUBLISH)) == [("title", "required_missing")]
    assert codes(dataclasses.replace(off, sync=True, held=True)) == []
    assert codes(off, everything=True) == [("title", "required_missing")]
    assert check([], JP, {}) == []


def test_scheduled_moments_are_judged_on_the_shop_clock():
    at = listing(scheduled_at=dt.datetime(2026, 11, 24, 10, 5))
    assert codes(at) == []
    assert codes(at, now=dt.datetime(2026, 11, 24, 1, 4, tzinfo=dt.UTC)) == []
    assert codes(at, now=dt.datetime(2026, 11, 24, 10, 5, tzinfo=ZoneInfo("Asia/Tokyo"))) == [
        ("scheduled_at", "schedule_past")
    ]
    assert codes(at, now=dt.datetime(2026, 8, 1)) == [("scheduled_at", "schedule_too_far")]


def test_cells_that_could_not_be_read_are_not_blamed_again():
    bad = listing(images=(), skus=(sku(price=None, stock=None),))
    known = [
        Issue(Tab.PRODUCTS, "P1", "image_2", "cell_error"),
        Issue(Tab.PRODUCTS, "P1", "price", "cell_not_number"),
        Issue(Tab.PRODUCTS, "P2", "stock", "cell_not_number"),
    ]
    assert codes(bad, known=known) == [("stock", "stock_unmanaged")]
    half = pair(options=(Option("カラー", "赤"), Option("サイズ", "")))
    assert codes(half, known=[Issue(Tab.SKUS, "P1/2", "option2_value", "cell_is_date", product_key="P1")]) == []


def test_description_is_judged_as_it_will_be_sent():
    asked = []

    def clean(html):
        asked.append(html)
        return html.replace("&nbsp;", " ").replace("😀", "")

    assert codes(listing(description="<p>説明&nbsp;😀</p>"), clean=clean) == []
    assert codes(listing(description="<p>説明</p>"), clean=clean) == []
    assert codes(listing(description="<p>😀</p>"), clean=clean) == [("description", "description_no_text")]
    assert len(asked) == 2


def test_severity_and_missing():
    (issue,) = found(one(stock=6, stock_fixed=True, cart_stock=5))
    assert issue.severity is Severity.WARNING
    (issue,) = found(one(stock=None))
    assert issue.severity is Severity.ERROR
    assert issue.code in MISSING_CODES


def test_all_faults_of_all_rows_come_at_once_in_sheet_order():
    first = listing("A", title="", images=(), skus=(sku("A/1", price=None), sku("A/2", stock=None)), attributes={})
    issues = found(first, listing("B"), listing("C", title="😀", package_weight_g=None))
    assert [i.product for i in issues] == sorted(i.product for i in issues)
    assert {(i.row_key, i.code) for i in issues} == {
        ("A", "required_missing"),
        ("A", "image_missing"),
        ("A/1", "price_missing"),
        ("A/1", "option_missing"),
        ("A/2", "stock_unmanaged"),
        ("A/2", "option_missing"),
        ("A/100397", "attribute_missing"),
        ("C", "text_emoji"),
        ("C", "text_symbols_only"),
        ("C", "required_missing"),
    }


def test_dollars_have_cents():
    us = load_template("US")
    dear = listing(skus=(sku(price=Decimal("19.99")),))
    assert check([dear], us, {}) == []
    (issue,) = check([listing(skus=(sku(price=Decimal("19.999")),))], us, {})
    assert issue.code == "price_decimals"
    (issue,) = check([listing(skus=(sku(price=Decimal("7600.01")),))], us, {})
    assert (
        text(issue.code, "en", **issue.params)
        == "The price to send is out of range (7600.01 USD). Use 0.01 to 7,600 USD."
    )


def test_messages_say_what_was_read_and_what_would_be_right():
    (issue,) = found(one(price=Decimal(600_000)))
    assert (
        text(issue.code, "ja", **issue.params)
        == "販売できる価格の範囲外です（送信価格: 600000 JPY）。1〜500,000 JPYにしてください。"
    )
    (issue,) = found(one(stock=100_000))
    assert (
        text(issue.code, "ja", **issue.params)
        == "範囲外の数字です（入力: 「100000」）。0〜99,999の数字を入力してください。"
    )
    (issue,) = found(listing(title="あい" * 200))
    assert issue.params["length"] == 400
    assert issue.params["limit"] == 255
    assert len(issue.params["read"]) == 40
