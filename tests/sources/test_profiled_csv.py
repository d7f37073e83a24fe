"""What a format's files say besides plain products: taxes, statuses, free options, rows that are in no product."""

from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path

import pytest

from sheets_sync.errors import UsageError
from sheets_sync.messages import catalogue, text
from sheets_sync.ports import Known
from sheets_sync.products import Option, Product, ProductKind, Skipped, Unchanged
from sheets_sync.sources.open_source import open_csv
from sheets_sync.sources.profile_values import SIZES
from sheets_sync.sources.profiled_csv import CartSettings
from sheets_sync.states import CartStatus
from tests.contracts.source_contract import assert_issues_fit
from tests.sources.cart_writing import Row, csv_text

WOO: Row = {"ID": "1", "Type": "simple", "SKU": "A", "Name": "皿", "Regular price": "100"}
ITEM: Row = {"商品管理番号（商品URL）": "cup", "商品名": "湯のみ", "PC用商品説明文": "<p>益子焼</p>"}
SKU: Row = {"商品管理番号（商品URL）": "cup", "SKU管理番号": "cup", "販売価格": "1650", "在庫数": "3"}


def write(folder: Path, *rows: Row, file: str = "cart.csv", encoding: str = "utf-8") -> Path:
    """A file with exactly the columns that the rows name, in their order."""
    headings = list(dict.fromkeys(heading for row in rows for heading in row))
    path = folder / file
    path.write_bytes(csv_text(headings, rows).encode(encoding))
    return path


def read(path: Path, settings: CartSettings | None = None, **options: str) -> tuple[list[Product], list[Skipped]]:
    """All products and all that was left out; what holds for any file is asserted on the way."""
    source = open_csv(path, settings=settings, **options)  # type: ignore[arg-type]
    items = list(source.products())
    assert source.records() == sum(i.lines if isinstance(i, Skipped) else i.records for i in items)
    products = [item for item in items if isinstance(item, Product)]
    for product in products:
        assert_issues_fit(product)
        for issue in product.issues:
            assert "?" not in text(issue.code, "ja", **issue.params)
    skipped = [item for item in items if isinstance(item, Skipped)]
    for item in skipped:
        assert "?" not in text(item.code, "ja", **item.params)
    return products, [item for item in skipped if item.code != "columns_missing"]  # these files have few columns


def one(path: Path, settings: CartSettings | None = None) -> Product:
    (product,), skipped = read(path, settings)
    assert [item for item in skipped if item.lines] == []
    return product


def codes(product: Product) -> list[str]:
    return [issue.code for issue in product.issues]


def eccube(**more: str) -> Row:
    return {"商品ID": "7", "商品名": "皿", "公開ステータス(ID)": "1", "商品コード": "A", "販売価格": "100", **more}


def base(**more: str) -> Row:
    return {"商品ID": "7", "商品名": "皿", "種類ID": "", "種類名": "", "価格": "100", "公開状態": "1", **more}


# ---------------------------------------------------------------- prices and taxes


@pytest.mark.parametrize(
    ("read_", "price"),
    [
        ("1,980", 1980),
        ("¥1980", 1980),
        ("１，９８０円", 1980),
        ("1980.00", 1980),
        ("0", 0),
        ("￥19.80", Decimal("19.8")),
    ],
)
def test_prices_as_people_write_them(tmp_path: Path, read_: str, price: int) -> None:
    assert one(write(tmp_path, eccube(販売価格=read_))).variants[0].price == price


@pytest.mark.parametrize(
    ("column", "read_", "code"),
    [
        ("販売価格", "時価", "price_unreadable"),
        ("在庫数", "多数", "stock_unreadable"),
        ("商品コード", "3.65E+11", "sku_mangled"),
        ("JANコード", "4.9E+12", "barcode_mangled"),
        ("公開ステータス(ID)", "9", "cart_status_unknown"),
    ],
)
def test_what_cannot_be_read_is_told_and_the_product_comes_all_the_same(
    tmp_path: Path, column: str, read_: str, code: str
) -> None:
    product = one(write(tmp_path, eccube(**({"JANコード": "", "在庫数": "1"} | {column: read_}))))
    assert codes(product) == [code]
    assert product.issues[0].params["read"] == read_
    assert product.issues[0].params["line"] == 2


def test_taxes_stand_where_the_format_says(tmp_path: Path) -> None:
    variant = one(write(tmp_path, eccube(税率="8"))).variants[0]
    assert (variant.includes_tax, variant.tax_rate_percent) == (False, 8)
    variant = one(write(tmp_path, base(税率="2"))).variants[0]
    assert (variant.includes_tax, variant.tax_rate_percent) == (True, 8)
    for tax, rate, expected in (("0", "0.08", (False, 8)), ("1", "0.1", (True, 10)), ("", "", (None, None))):
        variant = one(write(tmp_path, ITEM | {"消費税": tax, "消費税率": rate}, SKU)).variants[0]
        assert (variant.includes_tax, variant.tax_rate_percent) == expected
    row = {
        "システム商品コード": "1",
        "商品名": "米",
        "販売価格": "100",
        "定価": "0",
        "消費税率": "",
        "軽減税率対象": "Y",
    }
    variant = one(write(tmp_path, row)).variants[0]
    assert (variant.includes_tax, variant.tax_rate_percent, variant.list_price) == (None, 8, None)


@pytest.mark.parametrize(
    ("code", "rate"),
    [("8", 8), ("10％", 10), ("0.08", 8), ("0", 0), ("", None), ("1", None), ("標準", None), ("99", None)],
)
def test_a_rate_that_nobody_knows_is_left_to_the_settings(tmp_path: Path, code: str, rate: int | None) -> None:
    product = one(write(tmp_path, eccube(税率=code)))
    assert product.variants[0].tax_rate_percent == rate
    assert codes(product) == (["tax_unknown"] if code and rate is None else [])


def test_whether_a_price_includes_tax_is_not_guessed_in_silence(tmp_path: Path) -> None:
    product = one(write(tmp_path, ITEM | {"消費税": "9", "消費税率": "8"}, SKU, SKU | {"SKU管理番号": "b"}))
    assert (product.variants[0].includes_tax, codes(product)) == (None, ["variants_named_by_sku", "tax_unknown"])
    product = one(write(tmp_path, base(税率="9")))
    assert (product.variants[0].includes_tax, codes(product)) == (True, []), "the price does not hang on the rate"


def test_a_sale_price_that_holds_for_a_time_is_not_taken(tmp_path: Path) -> None:
    product = one(write(tmp_path, WOO | {"Sale price": "80"}))
    assert (product.variants[0].price, product.variants[0].list_price, codes(product)) == (80, 100, [])
    product = one(write(tmp_path, WOO | {"Sale price": "80", "Date sale price ends": "2026-12-01"}))
    assert (product.variants[0].price, product.variants[0].list_price) == (100, None)
    assert codes(product) == ["sale_price_for_a_time"]


# ---------------------------------------------------------------- status, kind, period


@pytest.mark.parametrize(
    ("shown", "visible", "status"),
    [
        ("1", "visible", CartStatus.ACTIVE),
        ("0", "visible", CartStatus.DRAFT),
        ("1", "hidden", CartStatus.DRAFT),
        ("-1", "", CartStatus.DRAFT),
    ],
)
def test_the_strictest_status_column_counts(tmp_path: Path, shown: str, visible: str, status: CartStatus) -> None:
    row = WOO | {"Published": shown, "Visibility in catalog": visible}
    assert one(write(tmp_path, row)).status is status


@pytest.mark.parametrize(
    ("kind", "expected", "told"),
    [
        ("simple", ProductKind.GOODS, []),
        ("simple, downloadable, virtual", ProductKind.DIGITAL, []),
        ("grouped", ProductKind.GOODS, ["grouped_product"]),  # its parts are products of their own
        ("bundle", ProductKind.BUNDLE, []),
        ("external", ProductKind.GOODS, ["sold_elsewhere"]),
        ("subscription", ProductKind.SUBSCRIPTION, []),
    ],
)
def test_what_is_no_plain_goods_is_told(tmp_path: Path, kind: str, expected: ProductKind, told: list[str]) -> None:
    product = one(write(tmp_path, WOO | {"Type": kind}))
    assert (product.kind, codes(product)) == (expected, told)


def test_sale_periods_and_preorders(tmp_path: Path) -> None:
    period = {"販売期間指定（開始日時）": "2026/11/01 10:00", "販売期間指定（終了日時）": "2026年12月31日"}
    product = one(write(tmp_path, ITEM | period | {"予約商品発売日": "2026/12/24"}, SKU))
    assert (product.sale_starts, product.sale_ends) == ("2026-11-01T10:00:00", "2026-12-31")
    assert product.preorder
    product = one(write(tmp_path, ITEM | {"販売期間指定（開始日時）": "近日"}, SKU))
    assert (product.sale_starts, codes(product)) == ("", ["sale_date_unreadable"])
    row = {"システム商品コード": "1", "商品名": "米", "販売価格": "9", "定価": "0", "掲載開始日": "2026/1/1"}
    assert one(write(tmp_path, row | {"掲載開始日指定フラグ": "N"})).sale_starts == ""
    assert one(write(tmp_path, row | {"掲載開始日指定フラグ": "Y"})).sale_starts == "2026-01-01"


# ---------------------------------------------------------------- stock, weight, sizes, attributes


@pytest.mark.parametrize(
    ("row", "stock", "managed", "told"),
    [
        ({"Stock": "5"}, 5, True, []),
        ({"Stock": ""}, None, False, []),
        ({"Stock": "", "In stock?": "0"}, 0, True, []),
        ({"Stock": "-2"}, 0, True, ["stock_negative"]),
        ({"Stock": "0", "Backorders allowed?": "notify"}, 0, True, ["sells_without_stock"]),
    ],
)
def test_stock_and_what_stands_beside_it(
    tmp_path: Path, row: Row, stock: int | None, managed: bool, told: list[str]
) -> None:
    product = one(write(tmp_path, WOO | row))
    variant = product.variants[0]
    assert (variant.stock, variant.stock_managed, codes(product)) == (stock, managed, told)


@pytest.mark.parametrize(("unit", "grams"), [("kg", 1500), ("g", Decimal("1.5")), ("oz", Decimal("42.5242846875"))])
def test_units_stand_in_the_heading(tmp_path: Path, unit: str, grams: Decimal) -> None:
    product = one(write(tmp_path, WOO | {f"Weight ({unit})": "1.5", "Length (mm)": "305", "Width (in)": "10"}))
    assert product.weight_g == grams
    assert product.cells == {"package_length_cm": "31", "package_width_cm": "26"}


def test_an_unknown_unit_is_told_and_not_guessed(tmp_path: Path) -> None:
    product = one(write(tmp_path, WOO | {"Weight (stone)": "1"}))
    assert (product.weight_g, codes(product)) == (None, ["unit_unknown"])


def test_next_engine_knows_the_size_of_packages(tmp_path: Path) -> None:
    row = {"syohin_code": "a1", "syohin_name": "皿", "daihyo_syohin_code": "a", "omosa": "250"}
    product = one(write(tmp_path, row | {"haba": "20", "okuyuki": "30.5", "takasa": "5"}))
    assert product.cells == {"package_length_cm": "31", "package_width_cm": "20", "package_height_cm": "5"}
    assert product.weight_g == 250


def test_rakutens_attributes_become_brand_weight_and_attributes(tmp_path: Path) -> None:
    def sku(number: int, colour: str) -> Row:
        return SKU | {
            "SKU管理番号": f"s{number}", "バリエーション項目キー1": "c", "バリエーション項目選択肢1": colour,
            "商品属性（項目）1": "ブランド名", "商品属性（値）1": "青空窯", "商品属性（単位）1": "",
            "商品属性（項目）2": "総重量", "商品属性（値）2": "0.25", "商品属性（単位）2": "kg",
            "商品属性（項目）3": "素材", "商品属性（値）3": "陶器", "商品属性（単位）3": "",
            "商品属性（項目）4": "代表カラー", "商品属性（値）4": colour, "商品属性（単位）4": "",
            "商品属性（項目）5": "容量", "商品属性（値）5": "180", "商品属性（単位）5": "ml",
        }  # fmt: skip

    item = ITEM | {"バリエーション項目キー定義": "c|s", "バリエーション項目名定義": "カラー|サイズ"}
    product = one(write(tmp_path, item, sku(1, "白"), sku(2, "紺")))
    assert (product.brand, product.weight_g) == ("青空窯", 250)
    assert product.attributes == {"素材": "陶器", "容量": "180ml"}
    assert [variant.options for variant in product.variants] == [(Option("カラー", "白"),), (Option("カラー", "紺"),)]


def test_metafields_fill_the_columns_that_the_settings_name(tmp_path: Path) -> None:
    row = {
        "Handle": "cup", "Command": "MERGE", "Title": "湯のみ", "Variant Price": "100",
        "Metafield: custom.material [single_line_text_field]": "陶器", "Metafield: custom.shelf [x]": "B4",
        "Metafield: custom.category [single_line_text_field]": "食器",
    }  # fmt: skip
    settings = CartSettings(metafields={"category": "custom.category", "属性:素材": "custom.material"})
    product = one(write(tmp_path, row), settings)
    assert product.cells == {"category": "食器"}
    assert product.attributes == {"素材": "陶器", "custom.shelf": "B4"}


# ---------------------------------------------------------------- pictures


def test_pictures_that_are_only_named_get_the_formats_or_the_settings_address(tmp_path: Path) -> None:
    path = write(tmp_path, base(画像1="a.jpg", 画像2="い ろ.jpg", 画像3="https://x.example/c.jpg"))
    begin = "https://base-ec2.akamaized.net/images/item/origin/"
    assert one(path).images == (f"{begin}a.jpg", f"{begin}%E3%81%84%20%E3%82%8D.jpg", "https://x.example/c.jpg")
    settings = CartSettings(image_base="https://own.example/p/")
    assert one(path, settings).images[0] == "https://own.example/p/a.jpg"
    settings = CartSettings(image_base="https://own.example/{code}/{file}?w=800")
    assert one(path, settings).images[0] == "https://own.example/7/a.jpg?w=800"


def test_rakutens_pictures_by_type_and_shop(tmp_path: Path) -> None:
    item = ITEM | {
        "商品画像タイプ1": "CABINET", "商品画像パス1": "/cup/1.jpg",
        "商品画像タイプ2": "GOLD", "商品画像パス2": "/2.jpg",
        "商品画像タイプ3": "CABINET", "商品画像パス3": "cup/3.jpg",
    }  # fmt: skip
    path = write(tmp_path, item, SKU | {"SKU画像タイプ": "cabinet", "SKU画像パス": "/s.jpg"})
    product = one(path, CartSettings(shop="aozora"))
    assert product.images == (
        "https://tshop.r10s.jp/aozora/cabinet/cup/1.jpg",
        "https://tshop.r10s.jp/gold/aozora/2.jpg",
        "https://tshop.r10s.jp/aozora/cabinet/cup/3.jpg",
    )
    assert product.variants[0].image == "https://tshop.r10s.jp/aozora/cabinet/s.jpg"
    (product,), notes = read(path)
    assert product.images == ("/cup/1.jpg", "/2.jpg", "cup/3.jpg")
    assert [note.code for note in notes] == ["format_is_draft", "picture_shop_missing"]


def test_without_any_address_the_names_stay_and_the_setting_is_told(tmp_path: Path) -> None:
    (product,), notes = read(write(tmp_path, eccube(商品画像="a.jpg,b.jpg")))
    assert product.images == ("a.jpg", "b.jpg")
    assert [(note.code, note.params["count"], note.lines) for note in notes] == [("picture_base_missing", 2, 0)]


def test_commas_within_an_address_do_not_split_it(tmp_path: Path) -> None:
    row = WOO | {"Images": "https://x.example/a.jpg?size=1,2, https://x.example/b.jpg,https://x.example/c.jpg"}
    assert one(write(tmp_path, row)).images == (
        "https://x.example/a.jpg?size=1,2", "https://x.example/b.jpg", "https://x.example/c.jpg",
    )  # fmt: skip


# ---------------------------------------------------------------- variants


def test_free_options_are_no_skus_and_are_told(tmp_path: Path) -> None:
    free = {"商品管理番号（商品URL）": "cup", "選択肢タイプ": "s", "商品オプション項目名": "名入れ"}
    product = one(write(tmp_path, ITEM, free, free, SKU))
    assert (len(product.variants), product.has_variants, product.records) == (1, False, 4)
    assert codes(product) == ["free_options"]
    row = {"code": "cup", "name": "湯のみ", "price": "100", "caption": "", "options": "のし あり なし", "sub-code": ""}
    assert codes(one(write(tmp_path, row))) == ["free_options_in_cell"]


def test_yahoos_own_choices_with_codes_are_not_told_as_free(tmp_path: Path) -> None:
    row = {
        "code": "cup",
        "name": "湯のみ",
        "price": "100",
        "caption": "",
        "options": "色 白 紺",
        "sub-code": "色:白=c1&色:紺=c2",
    }
    product = one(write(tmp_path, row))
    assert [(variant.sku, variant.options) for variant in product.variants] == [
        ("c1", (Option("色", "白"),)), ("c2", (Option("色", "紺"),)),
    ]  # fmt: skip
    assert codes(product) == []


def test_rakutens_file_of_the_time_before_skus(tmp_path: Path) -> None:
    row = ITEM | {"コントロールカラム": "", "販売価格": "1650", "在庫数": "3"}
    products, skipped = read(write(tmp_path, row, row | {"商品管理番号（商品URL）": "gone", "コントロールカラム": "d"}))
    assert [(product.key, product.variants[0].price, product.variants[0].stock) for product in products] == [
        ("cup", 1650, 3)
    ]
    assert [item.code for item in skipped if item.lines] == ["row_deleted"]


def test_a_hidden_sku_is_told(tmp_path: Path) -> None:
    assert codes(one(write(tmp_path, ITEM, SKU | {"SKU倉庫指定": "1"}))) == ["variant_hidden"]


def test_several_skus_without_a_choice_are_told_apart_by_their_codes(tmp_path: Path) -> None:
    row = {"syohin_code": "a1", "syohin_name": "皿", "daihyo_syohin_code": "a"}
    product = one(write(tmp_path, row, row | {"syohin_code": "a2"}))
    assert [variant.options for variant in product.variants] == [(Option("種類", "a1"),), (Option("種類", "a2"),)]
    assert [variant.key for variant in product.variants] == ["a/a1", "a/a2"]
    assert codes(product) == ["variants_named_by_sku"]


def test_of_two_rows_with_the_same_choice_the_first_counts(tmp_path: Path) -> None:
    first = eccube(**{"規格分類1(名称)": "白", "商品コード": "A"})
    product = one(write(tmp_path, first, first | {"商品コード": "B"}))
    assert [variant.sku for variant in product.variants] == ["A"]
    assert codes(product) == ["variant_doubled"]


# ---------------------------------------------------------------- rows that are in no product


def test_what_belongs_to_no_product_is_told_with_its_line(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        WOO,
        WOO | {"ID": "", "Name": "名無し"},
        WOO | {"ID": "9", "Type": "variation", "Parent": "nobody", "Name": "迷子"},
        {"ID": "※以上", "Type": "", "SKU": "", "Name": ""},
    )
    products, skipped = read(path)
    assert [product.key for product in products] == ["1"]
    assert [(item.where, item.code) for item in skipped] == [
        ("cart.csv 3行目", "row_key_missing"),
        ("cart.csv 4行目", "row_without_parent"),
        ("cart.csv 5行目", "source_note_row"),
    ]


def test_sku_rows_without_their_product_row_are_told(tmp_path: Path) -> None:
    products, skipped = read(write(tmp_path, ITEM | {"商品管理番号（商品URL）": "other"}, SKU, SKU))
    assert [product.key for product in products] == ["other"]
    assert [item.code for item in skipped if item.lines] == ["row_without_parent"] * 2


def test_products_whose_keys_a_spreadsheet_destroyed_are_left_out_one_by_one(tmp_path: Path) -> None:
    cup, plate = (eccube(商品ID="4.90123E+12", 商品名=name) for name in ("コップ", "皿"))
    products, skipped = read(write(tmp_path, cup, eccube(商品ID="7"), plate))
    assert [product.key for product in products] == ["7"], "two products never become one"
    assert [(item.where, item.code) for item in skipped if item.lines] == [
        ("cart.csv 2行目", "row_key_mangled"),
        ("cart.csv 4行目", "row_key_mangled"),
    ]
    assert skipped[0].params == {"read": "4.90123E+12", "column": "商品ID"}


def test_a_row_that_names_a_destroyed_code_as_its_parent_leaves_its_product_whole(tmp_path: Path) -> None:
    parent = WOO | {"Type": "variable", "SKU": "3.65E+11", "Parent": ""}
    child = WOO | {"ID": "2", "Type": "variation", "SKU": "S", "Parent": "3.65E+11"}
    products, skipped = read(write(tmp_path, child, parent))
    assert [product.key for product in products] == ["1"]
    assert [(item.code, item.where) for item in skipped if item.lines] == [("row_key_mangled", "cart.csv 2行目")]


def test_many_rows_of_one_fault_are_told_together(tmp_path: Path) -> None:
    _, skipped = read(write(tmp_path, *[eccube(商品ID="")] * 50))
    assert [item.lines for item in skipped] == [1] * 20 + [30]
    assert skipped[-1].code == "row_key_missing_more"


def test_rows_marked_as_deleted_or_ignored_are_left_out_and_counted(tmp_path: Path) -> None:
    row = {"Handle": "a", "Command": "MERGE", "Title": "皿", "Variant Price": "1"}
    gone = [row | {"Handle": "b", "Command": "delete"}, row | {"Handle": "c", "Command": "DELETE"}]
    products, skipped = read(write(tmp_path, row, *gone, row | {"Handle": "d", "Command": "IGNORE"}))
    assert [product.key for product in products] == ["a"]
    assert [(item.code, item.lines) for item in skipped] == [("row_deleted", 2), ("row_ignored", 1)]
    _, skipped = read(write(tmp_path, eccube(商品削除フラグ="0"), eccube(商品ID="8", 商品削除フラグ="1")))
    assert [(item.code, item.where) for item in skipped] == [("row_deleted", "cart.csv 3行目")]


def test_products_whose_rows_stand_apart_are_brought_together(tmp_path: Path) -> None:
    white, navy = (eccube(**{"規格分類1(名称)": colour}) for colour in ("白", "紺"))
    (first, second), _ = read(write(tmp_path, white, eccube(商品ID="8"), navy))
    assert (first.key, second.key, len(second.variants)) == ("8", "7", 2)
    assert [(issue.code, issue.params["lines"]) for issue in second.issues] == [("rows_apart", "2, 4")]


def test_rows_with_too_many_or_too_few_cells(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("商品ID,商品名,公開ステータス(ID),販売価格\n1,皿,1,100,余り\n2,椀\n3,鉢,1,\x00300\n", "utf-8")
    (plate, bowl, pot), _ = read(path)
    assert codes(plate) == ["row_shifted"]
    assert (bowl.title, bowl.variants[0].price) == ("椀", None)
    assert (pot.variants[0].price, codes(pot)) == (300, ["characters_removed"])


def test_a_key_that_two_products_would_share_is_told(tmp_path: Path) -> None:
    row = eccube(**{"規格分類1(名称)": "白", "商品ID": "a"})
    products, skipped = read(write(tmp_path, row, eccube(**{"規格分類1(名称)": "", "商品ID": "a/白"})))
    assert [product.key for product in products] == ["a"]
    assert [item.code for item in skipped] == ["source_key_taken"]


# ---------------------------------------------------------------- headings, files, drafts


def test_headings_differ_in_width_marks_and_repetition(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text(
        "*商品管理番号(商品URL),商品名,商品名,ＳＫＵ管理番号,販売価格 ,商品画像パス１\na,皿,別名,,,\na,,,s,9,\n",
        "utf-8",
    )
    (product,), _ = read(path)
    assert (product.title, product.variants[0].sku, product.variants[0].price) == ("皿", "s", 9)


def test_cp932_with_its_own_characters(tmp_path: Path) -> None:
    title = "①㈱髙～−“"
    path = write(tmp_path, eccube(商品名=title), encoding="utf-8")
    path.write_bytes(path.read_text("utf-8").replace("−", "－").encode("cp932"))
    assert one(path).title == title.replace("−", "－")


@pytest.mark.parametrize("encoding", ["euc-jp", "utf-16"])
def test_other_encodings_on_request(tmp_path: Path, encoding: str) -> None:
    path = write(tmp_path, eccube(商品名="陶器の皿"), encoding=encoding)
    (product,), _ = read(path, encoding=encoding)
    assert product.title == "陶器の皿"


def test_a_draft_says_once_what_is_not_confirmed(tmp_path: Path) -> None:
    rows = [base(商品ID=str(number)) for number in range(5)]
    _, notes = read(write(tmp_path, *rows))
    assert [(note.code, note.lines) for note in notes] == [("format_is_draft", 0)]
    assert "税込" in text("format_is_draft", "ja", **notes[0].params)
    assert read(write(tmp_path, eccube()))[1] == []


def test_a_file_without_products_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("商品ID,商品名,種類ID,種類名\n", "utf-8")
    assert read(path) == ([], [])


def refusal(path: Path, **options: str) -> UsageError:
    with pytest.raises(UsageError) as refused:
        list(open_csv(path, **options).products())  # type: ignore[arg-type]
    assert refused.value.code in catalogue()
    assert "?" not in text(refused.value.code, "ja", **refused.value.params)
    return refused.value


def test_side_files_without_their_products_are_refused(tmp_path: Path) -> None:
    path = write(tmp_path, {"システム商品コード": "1", "オプション1項目": "白", "オプション独自コード": "a"})
    assert refusal(path).code == "products_file_missing"


def test_files_of_two_carts_are_refused(tmp_path: Path) -> None:
    write(tmp_path, eccube(), file="1.csv")
    write(tmp_path, WOO, file="2.csv")
    refused = refusal(tmp_path / "*.csv")
    assert refused.code == "files_of_two_carts"


MAKESHOP: Row = {
    "システム商品コード": "1", "商品名": "麻のTシャツ", "販売価格": "4400", "定価": "", "オプション１名称": "カラー"
}  # fmt: skip
MAKESHOP_OPTION: Row = {
    "システム商品コード": "1", "オプション独自コード": "T-W", "オプション1項目": "白", "販売価格": "4400", "数量": "5"
}  # fmt: skip


def test_a_forgotten_file_of_options_sells_nothing_without_its_choices(tmp_path: Path) -> None:
    plain = {**MAKESHOP, "システム商品コード": "2", "オプション１名称": ""}
    (shirt, cup), skipped = read(write(tmp_path, MAKESHOP, plain, file="item.csv"))
    assert (codes(shirt), shirt.status) == (["option_file_missing"], CartStatus.DRAFT)
    assert (codes(cup), cup.status) == ([], CartStatus.ACTIVE)
    assert "file_missing_variants" in [note.code for note in skipped]
    write(tmp_path, {**MAKESHOP_OPTION, "システム商品コード": "3"}, file="option.csv")
    (shirt, _), skipped = read(tmp_path / "*.csv")
    assert (codes(shirt), shirt.status) == (["option_rows_missing"], CartStatus.ACTIVE)
    write(tmp_path, MAKESHOP_OPTION, file="option.csv")
    (shirt, _), skipped = read(tmp_path / "*.csv")
    assert (codes(shirt), shirt.status, shirt.variants[0].sku) == ([], CartStatus.ACTIVE, "T-W")
    assert "file_missing_variants" not in [note.code for note in skipped]


def notes_of(path: Path, **options: str) -> dict[str, str]:
    """What is told of the files as a whole, by code."""
    items = list(open_csv(path, **options).products())  # type: ignore[arg-type]
    found = [item for item in items if isinstance(item, Skipped) and item.lines == 0]
    return {item.code: text(item.code, "ja", **item.params) for item in found}


def test_a_missing_column_is_told_and_is_no_empty_cell(tmp_path: Path) -> None:
    whole = eccube(**{"在庫数": "", "商品説明(詳細)": "", "商品画像": "", "JANコード": "", "販売制限数": "5"})
    assert one(write(tmp_path, whole)).untold == frozenset(SIZES.values()) | {"package_weight_g"}, "EC-CUBE has none"
    assert "columns_missing" not in notes_of(write(tmp_path, whole))
    assert one(write(tmp_path, whole)).cells == {"max_order_quantity": "5"}
    missing = ("在庫数", "商品画像", "JANコード")
    part = write(tmp_path, {name: cell for name, cell in whole.items() if name not in missing})
    assert one(part).untold >= {"image_1", "image_9", "barcode"}
    assert not one(part).untold & {"title", "description", "seller_sku"}
    said = notes_of(part)["columns_missing"]
    assert ("在庫数（在庫数）" in said, "画像（商品画像）" in said, "JAN" in said) == (True, True, False)


def test_a_side_files_column_is_no_gap(tmp_path: Path) -> None:
    path = write(tmp_path, {"code": "a", "name": "皿", "price": "100", "caption": "皿"}, file="data.csv")
    assert "在庫数（quantity）" in notes_of(path)["columns_missing"]
    write(tmp_path, {"code": "a", "quantity": "4"}, file="stock.csv")
    assert "columns_missing" not in notes_of(tmp_path / "*.csv")


def test_a_mapping_whose_headings_are_not_there_says_which(tmp_path: Path) -> None:
    mapping = tmp_path / "my.toml"
    mapping.write_text(
        '[detect]\nneeds = ["番号"]\n[columns]\nkey = "番号"\ntitle = "品名"\nbarcode = "JNA"\nprice = "売価"\n'
        '[[options]]\nvalue = "いろ"\nfixed = "色"\n[[images]]\ncolumn = "写真{n}"\n[[status]]\ncolumn = "表示"\n',
        "utf-8",
    )
    row = {"番号": "1", "品名": "皿", "JAN": "4901234567894", "売価": "100", "色": "白"}
    said = notes_of(write(tmp_path, row), format=str(mapping))["mapped_columns_missing"]
    assert all(word in said for word in ("JNA", "いろ", "写真{n}", "表示"))
    assert not any(word in said for word in ("品名", "売価"))


def test_a_forgotten_file_of_stock_is_told(tmp_path: Path) -> None:
    _, skipped = read(write(tmp_path, {"code": "a", "name": "皿", "price": "100", "caption": "皿"}))
    assert "file_missing_values" in [note.code for note in skipped]


def test_the_barcode_of_a_row_is_none_of_the_several_skus_in_it(tmp_path: Path) -> None:
    row: Row = {"code": "a", "name": "麻", "price": "100", "caption": "麻", "jan": "4901234567894"}
    assert one(write(tmp_path, {**row, "sub-code": ""})).variants[0].barcode == "4901234567894"
    several = one(write(tmp_path, {**row, "sub-code": "色:白=a-w&色:紺=a-n"}))
    assert [(variant.sku, variant.barcode) for variant in several.variants] == [("a-w", ""), ("a-n", "")]


def test_rows_of_side_files_without_a_product_are_told(tmp_path: Path) -> None:
    write(tmp_path, {"システム商品コード": "1", "商品名": "皿", "販売価格": "9", "定価": "0"}, file="goods.csv")
    option = {"システム商品コード": "1", "オプション1項目": "白", "オプション独自コード": "a", "販売価格": ""}
    write(tmp_path, option, option | {"システム商品コード": "2"}, file="option.csv")
    (product,), skipped = read(tmp_path / "*.csv")
    assert (product.variants[0].price, product.records) == (9, 2)
    assert [(item.where, item.lines) for item in skipped if item.lines] == [("option.csv 3行目", 1)]


def test_stock_of_skus_that_the_products_do_not_have_is_told(tmp_path: Path) -> None:
    row = {"code": "cup", "name": "湯のみ", "price": "9", "caption": "", "sub-code": "色:白=c1"}
    write(tmp_path, row, file="data.csv")
    stock = {"code": "cup", "sub-code": "c1", "quantity": "4"}
    write(tmp_path, stock, stock | {"sub-code": "c2"}, file="stock.csv")
    (product,), _ = read(tmp_path / "*.csv")
    assert (product.variants[0].stock, product.records) == (4, 3)
    assert [(issue.code, issue.params["read"]) for issue in product.issues] == [("side_rows_unused", "c2")]


def test_several_files_of_one_kind_are_one_export(tmp_path: Path) -> None:
    write(tmp_path, eccube(商品ID="1"), file="p_1.csv")
    write(tmp_path, eccube(商品ID="2"), eccube(商品ID="1", 商品コード="B"), file="p_10.csv")
    products, _ = read(tmp_path / "p_*.csv")
    assert sorted(product.key for product in products) == ["1", "2"]


# ---------------------------------------------------------------- a format that the settings name


def test_a_named_format_needs_only_its_key(tmp_path: Path) -> None:
    path = write(
        tmp_path,
        {"商品管理番号（商品URL）": "a", "販売価格": "10", "SKU管理番号": "s"},
        {"商品管理番号（商品URL）": "a"},
    )
    assert refusal(path).code == "source_no_products"
    (product,), _ = read(path, format="rakuten")
    assert product.variants[0].sku == "s"
    assert refusal(write(tmp_path, eccube()), format="rakuten").code == "key_column_missing"


# ---------------------------------------------------------------- what did not change


def fingerprints(items: Sequence[object]) -> dict[str, str]:
    return {item.key: item.fingerprint for item in items if isinstance(item, Product)}


def test_what_did_not_change_is_passed_over(tmp_path: Path) -> None:
    path = write(tmp_path, eccube(商品ID="1"), eccube(商品ID="2"))
    prints = fingerprints(list(open_csv(path).products()))
    write(tmp_path, eccube(商品ID="2"), eccube(商品ID="1", 販売価格="200"))
    source = open_csv(path)
    items = [item for item in source.products(Known("", prints)) if not isinstance(item, Skipped)]
    assert [type(item) for item in items] == [Unchanged, Product]
    assert source.records() == 2


def test_other_settings_and_other_headings_change_everything(tmp_path: Path) -> None:
    path = write(tmp_path, eccube())
    prints = fingerprints(list(open_csv(path).products()))
    settings = CartSettings(image_base="https://x.example")
    assert isinstance(next(iter(open_csv(path, settings=settings).products(Known("", prints)))), Product)
    path.write_text(path.read_text("utf-8").replace("販売価格", "通常価格"), "utf-8")
    assert isinstance(next(iter(open_csv(path).products(Known("", prints)))), Product)


@pytest.mark.parametrize(
    ("shown", "status"),
    [
        ("掲載する", CartStatus.ACTIVE),
        ("掲載しない", CartStatus.DRAFT),
        ("1", CartStatus.ACTIVE),
        ("", CartStatus.ACTIVE),
    ],
)
def test_colormes_words_for_what_is_shown(tmp_path: Path, shown: str, status: CartStatus) -> None:
    row = {"商品ID": "1", "商品名": "皿", "販売価格": "100", "会員価格": "", "掲載設定": shown}
    product = one(write(tmp_path, row))
    assert (product.status, codes(product)) == (status, [])


@pytest.mark.parametrize("named", ["属性 {n} の", "属性{n}の", "属性 {n} "])
def test_woocommerce_in_japanese(tmp_path: Path, named: str) -> None:
    """A Japanese WooCommerce exports the same file under translated headings."""
    name, value = named.format(n=1) + "名前", named.format(n=1) + "値"
    plate = {"ID": "1", "タイプ": "variable", "SKU": "P", "名前": "皿", "公開済み": "1", "カタログでの表示": "visible"}
    more = {
        "在庫の有無": "1",
        "在庫": "",
        "標準価格": "",
        "セール価格": "",
        "重量 (kg)": "0.2",
        "長さ(cm)": "20",
        "親": "",
    }
    one_of_it = {"ID": "2", "タイプ": "variation", "SKU": "P-W", "名前": "皿 - 白", "公開済み": "1"}
    own = {
        "在庫の有無": "1",
        "在庫": "3",
        "標準価格": "1200",
        "セール価格": "980",
        "親": "P",
        "画像": "https://x.example/w.jpg",
    }
    rows = (plate | more | {name: "色", value: "白, 紺"}, one_of_it | own | {name: "色", value: "白"})
    product = one(write(tmp_path, *rows))
    (variant,) = product.variants
    assert (product.title, product.weight_g, product.cells) == ("皿", 200, {"package_length_cm": "20"})
    assert (variant.sku, variant.price, variant.list_price, variant.stock) == ("P-W", 980, 1200, 3)
    assert ([(o.name, o.value) for o in variant.options], variant.image) == ([("色", "白")], "https://x.example/w.jpg")


def test_a_variation_for_any_value_is_told(tmp_path: Path) -> None:
    plate = WOO | {"Type": "variable", "SKU": "P", "Parent": "", "Attribute 1 name": "Size"}
    plate |= {"Attribute 1 value(s)": "Large, Small", "Attribute 2 name": "Color", "Attribute 2 value(s)": "Red, Blue"}
    red = WOO | {"ID": "2", "Type": "variation", "SKU": "P-R", "Parent": "P", "Attribute 1 name": "Size"}
    red |= {"Attribute 1 value(s)": "", "Attribute 2 name": "Color", "Attribute 2 value(s)": "Red"}
    product = one(write(tmp_path, plate, red))
    (issue,) = [issue for issue in product.issues if issue.code == "option_left_open"]
    assert (issue.params["name"], issue.params["values"], issue.params["line"]) == ("Size", "Large, Small", 3)


def test_yahoos_pictures_want_the_shop(tmp_path: Path) -> None:
    path = write(tmp_path, {"code": "a", "name": "皿", "price": "100", "caption": "皿"})
    assert "picture_shop_missing" in [note.code for note in read(path)[1]]
    assert one(path, CartSettings(shop="aozora")).images == ("https://item-shopping.c.yimg.jp/i/n/aozora_a",)
