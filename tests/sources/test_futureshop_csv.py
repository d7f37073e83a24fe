"""futureshop's CSV files, files to products."""

import random
import zipfile
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sheets_sync.errors import UsageError
from sheets_sync.issue import Severity
from sheets_sync.messages import catalogue, text
from sheets_sync.ports import Known, Source
from sheets_sync.products import Option, Product, ProductKind, Skipped, Unchanged, Variant
from sheets_sync.sources.cart_values import UnreadableError
from sheets_sync.sources.futureshop_csv import FutureshopCsv, open_futureshop
from sheets_sync.sources.futureshop_dates import japan_time
from sheets_sync.states import CartStatus
from tests.contracts.source_contract import CATALOGUE, SourceContract, assert_issues_fit, shown
from tests.sources.futureshop_shop import GOODS, HEADINGS, Row, branch, files_of, goods, write

QUIET = {"futureshop_unconfirmed", "futureshop_no_pictures", "futureshop_columns_missing"}
"""Said of nearly all files of these tests."""

SHIRT = [
    branch("shirt", "白", "01", "M", "11", 商品管理番号="S-WM", JANコード="0490123456789"),
    branch("shirt", "白", "01", "L", "12"),
]


class TestFutureshopKeepsThePort(SourceContract):
    def serve(self, products: tuple[Product, ...], tmp_path: Path) -> Source:
        return FutureshopCsv(write(tmp_path / "files", files_of(products)))

    def test_all_products_come_in_the_carts_order_as_they_are(self, source: Source) -> None:
        assert [shown(product) for product in self.products(source)] == [held(shown(product)) for product in CATALOGUE]

    def test_an_empty_cart_has_no_products(self, tmp_path: Path) -> None:
        source = self.serve((), tmp_path)
        assert [item for item in source.products() if not isinstance(item, Skipped) or item.lines] == []
        assert source.records() == 0


def held(product: Product) -> Product:
    """A product without what futureshop's files have no column for."""
    variants = tuple(replace(variant, image="") for variant in product.variants)
    status = CartStatus.ACTIVE if product.status is CartStatus.ACTIVE else CartStatus.DRAFT
    return replace(product, variants=variants, status=status, brand="", weight_g=None)


def read(path: Path, **options: Any) -> tuple[list[Product], list[Skipped]]:
    """All products, and what is said besides, with what holds for any files asserted on the way."""
    source = open_futureshop(path, **options)
    items = list(source.products())
    assert source.records() == sum(i.lines if isinstance(i, Skipped) else i.records for i in items)
    products = [item for item in items if isinstance(item, Product)]
    skipped = [item for item in items if isinstance(item, Skipped)]
    for item in skipped:
        assert item.code in catalogue()
        assert "?" not in text(item.code, "ja", **item.params)
    for product in products:
        assert_issues_fit(product)
        for issue in product.issues:
            assert issue.code in catalogue()
            assert "?" not in text(issue.code, "ja", **issue.params)
    return products, [item for item in skipped if item.code not in QUIET]


def one(tmp_path: Path, row: Row, **files: Sequence[Row]) -> Product:
    """The product of a row of the products file and rows of others."""
    ((product,), _) = read(write(tmp_path / "files", {"ccGoods": [row], **files}))
    return product


def codes(product: Product) -> list[str]:
    return [issue.code for issue in product.issues]


# ---------------------------------------------------------------- products


def test_a_product_without_variations(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        goods("cup", 商品名="湯のみ<br>益子焼", 定価="1800", 消費税="0", JANコード="４９０１２３４５６７８９４",
              メイングループ="陶器",
              **{"販売期間(From)": "2026/12/01 10:00", "販売期間(to)": "2026/12/24",
                 "キーワード(コマースクリエイター)": "湯のみ,益子焼、陶器"}),
    )  # fmt: skip
    assert product == Product(
        key="cup",
        title="湯のみ 益子焼",
        description="<p>cupの説明</p>",
        product_type="陶器",
        updated_at="2026-11-20T10:00:00+09:00",
        sale_starts="2026-12-01T10:00:00+09:00",
        sale_ends="2026-12-24",
        variants=(
            Variant("cup", "cup-no", Decimal(1000), 5, barcode="4901234567894", list_price=Decimal(1800),
                    includes_tax=False),
        ),
        cells={"search_terms": "湯のみ\n益子焼\n陶器"},
        fingerprint=product.fingerprint,
    )  # fmt: skip
    assert codes(product) == []


def test_variations_of_two_axes_are_joined_from_three_files(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        goods("shirt", バリエーション横軸名="カラー", バリエーション縦軸名="サイズ"),
        goodsVariationDetail=SHIRT,
        goodsVariationStock=[
            branch("shirt", "白", "01", "L", "12", 現在在庫数="0"),
            branch("shirt", "白", "01", "M", "11", 現在在庫数="7"),
        ],
        goodsVariationPrice=[
            branch("shirt", "白", "01", "L", "12", バリエーション販売価格="1,200"),
            branch("shirt", "白", "01", "M", "11"),
        ],
    )
    assert product.has_variants
    assert product.variants == (
        Variant("shirt/01/11", "S-WM", Decimal(1000), 7, barcode="0490123456789",
                options=(Option("カラー", "白"), Option("サイズ", "M")), includes_tax=True),
        Variant("shirt/01/12", "shirt-no0112", Decimal(1200), 0,
                options=(Option("カラー", "白"), Option("サイズ", "L")), includes_tax=True),
    )  # fmt: skip
    assert (codes(product), product.records) == ([], 7)


def test_variations_of_one_axis(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        goods("dish", バリエーション横軸名="サイズ"),
        goodsVariationDetail=[branch("dish", "大", "L"), branch("dish", "小", "S")],
    )
    assert [(v.key, v.sku, v.options) for v in product.variants] == [
        ("dish/L", "dish-noL", (Option("サイズ", "大"),)),
        ("dish/S", "dish-noS", (Option("サイズ", "小"),)),
    ]


def test_what_one_file_leaves_blank_another_fills(tmp_path: Path) -> None:
    row = branch("dish", "大", "L", 商品管理番号="D-L", JANコード="4901234567894", 現在在庫数="3")
    product = one(
        tmp_path,
        goods("dish", バリエーション横軸名="サイズ"),
        goodsVariationDetail=[branch("dish", "大", "L", 商品管理番号="", JANコード="")],
        goodsVariationStock=[row],
    )
    assert [(v.sku, v.barcode, v.stock) for v in product.variants] == [("D-L", "4901234567894", 3)]


def test_only_the_second_axis(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        goods("dish", バリエーション縦軸名="サイズ"),
        goodsVariationStock=[branch("dish", "", "", "大", "L", 現在在庫数="3")],
    )
    (variant,) = product.variants
    assert (variant.key, variant.options, variant.stock) == ("dish//L", (Option("サイズ", "大"),), 3)


def test_the_file_of_choices_tells_skus_only_where_each_row_is_one(tmp_path: Path) -> None:
    choices = [branch("a", "大", "L", 表示順="1"), branch("a", "小", "S", 表示順="2")]
    one_axis = one(tmp_path / "1", goods("a", バリエーション横軸名="サイズ"), goodsVariation=choices)
    assert [variant.key for variant in one_axis.variants] == ["a/L", "a/S"]
    two = goods("a", バリエーション横軸名="サイズ", バリエーション縦軸名="色")
    two_axes = one(tmp_path / "2", two, goodsVariation=[*choices, branch("a", "", "", "白", "W", 表示順="3")])
    assert (two_axes.has_variants, two_axes.status) == (False, CartStatus.DRAFT)
    assert codes(two_axes) == ["futureshop_variations_missing"]


def test_names_and_descriptions_for_other_services_come_first(tmp_path: Path) -> None:
    both = one(tmp_path / "1", goods("a", 外部連携商品名="連携名", 外部連携商品説明="連携説明"))
    assert (both.title, both.description) == ("連携名", "連携説明")
    neither = one(tmp_path / "2", goods("a", **{"商品説明（大）": "", "商品説明（小）": "小"}))
    assert (neither.title, neither.description) == ("aの商品", "小")


def test_groups_and_tags_are_tags(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        goods("a"),
        tag=[{"タグ": "TikTok", "商品URLコード": "a"}, {"タグ": "夏", "商品URLコード": "a", "コントロールカラム": "d"}],
        group=[{"商品URLコード": "a", "表示先グループ": "器/皿"}],
    )
    assert (product.tags, product.product_type) == (("TikTok", "器/皿"), "器/皿")
    assert [(i.code, i.severity) for i in product.issues] == [("futureshop_row_deleted", Severity.INFO)]


# ---------------------------------------------------------------- what the files do not say


def test_columns_that_a_shop_does_not_export_are_said_once(tmp_path: Path) -> None:
    few = ("商品URLコード", "商品名", "本体価格", "消費税")
    rows = [{"商品URLコード": key, "商品名": key, "本体価格": "500", "消費税": "1"} for key in ("a", "b")]
    source = FutureshopCsv(write(tmp_path / "files", {"goods": rows}, goods=few))
    items = list(source.products())
    a = next(item for item in items if isinstance(item, Product))
    assert (a.status, a.variants[0].stock, a.variants[0].stock_managed, a.issues) == (CartStatus.ACTIVE, None, True, ())
    told = {item.code: item.params for item in items if isinstance(item, Skipped)}
    assert told["futureshop_columns_missing"]["read"] == (
        "商品説明（大）、商品番号、ステータス、在庫管理、現在在庫数、最終更新日時"
    )
    assert "futureshop_unconfirmed" not in told


def test_half_and_full_width_headings_are_the_same(tmp_path: Path) -> None:
    names = ("商品URLコード", "商品名", "本体価格", "商品説明(大)", "ステータス(他社サービス)", "販売期間（From）")
    row = dict(zip(names, ("a", "皿", "500", "説明", "非公開", "2026/12/01 00:00:00"), strict=True))
    ((product,), _) = read(write(tmp_path / "files", {"goods": [row]}, goods=names))
    assert (product.description, product.status) == ("説明", CartStatus.DRAFT)
    assert product.sale_starts == "2026-12-01T00:00:00+09:00"


def test_without_the_stock_file_stock_is_unknown_and_that_is_said_once(tmp_path: Path) -> None:
    folder = write(tmp_path / "files", {
        "ccGoods": [goods("shirt", バリエーション横軸名="カラー", バリエーション縦軸名="サイズ")],
        "goodsVariationDetail": SHIRT,
    })  # fmt: skip
    ((product,), skipped) = read(folder)
    assert [(v.stock, v.stock_managed) for v in product.variants] == [(None, True), (None, True)]
    assert codes(product) == []
    assert [(item.code, item.lines) for item in skipped] == [("futureshop_stock_file_missing", 0)]


def test_a_sku_that_the_stock_file_leaves_out_is_told(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        goods("shirt", バリエーション横軸名="カラー", バリエーション縦軸名="サイズ"),
        goodsVariationDetail=SHIRT,
        goodsVariationStock=[branch("shirt", "白", "01", "M", "11", 現在在庫数="7")],
    )
    assert [v.stock for v in product.variants] == [7, None]
    assert [(i.row_key, i.column, i.code) for i in product.issues] == [
        ("shirt/01/12", "cart_stock", "futureshop_stock_missing")
    ]


def test_stock_that_is_not_managed(tmp_path: Path) -> None:
    product = one(tmp_path, goods("a", 在庫管理="0", 現在在庫数=""))
    assert (product.variants[0].stock, product.variants[0].stock_managed, codes(product)) == (None, False, [])


def test_a_missing_price_is_told(tmp_path: Path) -> None:
    row = goods("a", 本体価格="", バリエーション横軸名="色")
    product = one(tmp_path, row, goodsVariationDetail=[branch("a", "赤", "r")])
    assert (product.variants[0].price, codes(product)) == (None, ["futureshop_price_missing"])


def test_variations_that_no_file_has_hold_the_product_back(tmp_path: Path) -> None:
    product = one(tmp_path, goods("a", バリエーション横軸名="色"))
    assert (product.status, codes(product)) == (CartStatus.DRAFT, ["futureshop_variations_missing"])


@pytest.mark.parametrize(
    ("cells", "status"),
    [
        ({"ステータス": "1"}, CartStatus.ACTIVE),
        ({"ステータス": "0"}, CartStatus.DRAFT),
        ({"ステータス": "公開"}, CartStatus.ACTIVE),
        ({"ステータス（他社サービス）": "1"}, CartStatus.ACTIVE),
        ({"ステータス（他社サービス）": "公開しない"}, CartStatus.DRAFT),
    ],
)
def test_status(tmp_path: Path, cells: dict[str, str], status: CartStatus) -> None:
    product = one(tmp_path, goods("a", **cells))
    assert (product.status, codes(product)) == (status, [])


@pytest.mark.parametrize("column", ["ステータス", "ステータス（他社サービス）", "サンプル商品設定", "バンドル販売"])
def test_a_code_that_is_not_known_is_told_and_holds_the_product_back(tmp_path: Path, column: str) -> None:
    product = one(tmp_path, goods("a", **{column: "7"}))
    assert product.status is CartStatus.DRAFT
    (issue,) = product.issues
    assert (issue.code, issue.params["heading"], issue.params["read"]) == ("futureshop_code_holds", column, "7")
    assert (issue.params["file"], issue.params["line"]) == ("ccGoods.csv", "ccGoods.csv 2")


def test_a_blank_status_tells_nothing_and_holds(tmp_path: Path) -> None:
    product = one(tmp_path, goods("a", ステータス=""))
    assert (product.status, codes(product)) == (CartStatus.DRAFT, ["futureshop_code_holds"])


def test_codes_that_cannot_do_harm_are_told_and_left_out(tmp_path: Path) -> None:
    row = goods("a", 消費税="9", 在庫管理="x", 定価="時価", 最大購入制限個数="-", **{"販売期間(to)": "年末"})
    product = one(tmp_path, row)
    assert sorted(codes(product)) == ["futureshop_code_ignored"] * 4 + ["futureshop_date_unreadable"]
    assert (product.status, product.variants[0].includes_tax, product.variants[0].stock) == (CartStatus.ACTIVE, None, 5)


def test_kinds(tmp_path: Path) -> None:
    assert one(tmp_path / "1", goods("a", バンドル販売="1")).kind is ProductKind.BUNDLE
    sample = one(tmp_path / "2", goods("a", サンプル商品設定="1"))
    assert (sample.kind, sample.status, codes(sample)) == (ProductKind.GOODS, CartStatus.DRAFT, ["futureshop_sample"])
    ((repeated,), _) = read(
        write(tmp_path / "3", {"ccGoods": [{**goods("a"), "定期購入": "1"}]}, ccGoods=(*GOODS, "定期購入"))
    )
    assert repeated.kind is ProductKind.SUBSCRIPTION


def test_values_that_cannot_be_read_are_told_with_file_and_line(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        goods("a", バリエーション横軸名="色"),
        goodsVariationDetail=[branch("a", "赤", "r", JANコード="4.90E+12")],
        goodsVariationStock=[branch("a", "赤", "r", 現在在庫数="多数")],
        goodsVariationPrice=[branch("a", "赤", "r", バリエーション販売価格="時価")],
    )
    assert [(i.code, i.params["line"]) for i in product.issues] == [
        ("stock_unreadable", "goodsVariationStock.csv 2"),
        ("price_unreadable", "goodsVariationPrice.csv 2"),
        ("barcode_mangled", "goodsVariationDetail.csv 2"),
    ]


# ---------------------------------------------------------------- rows that fit nowhere


def test_rows_to_be_deleted_are_left_out_and_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "files", {
        "ccGoods": [goods("a", コントロールカラム="d", バリエーション横軸名="色"), goods("b", コントロールカラム="u")],
        "goodsVariationDetail": [branch("a", "赤", "r"), branch("a", "青", "b")],
        "goodsVariationStock": [],
    })  # fmt: skip
    products, skipped = read(folder)
    assert [product.key for product in products] == ["b"]
    assert [(i.where, i.code, i.lines) for i in skipped] == [("ccGoods.csv 2行目", "futureshop_product_deleted", 3)]


def test_rows_of_no_product_and_of_no_sku_are_told(tmp_path: Path) -> None:
    folder = write(tmp_path / "files", {
        "ccGoods": [goods("a", バリエーション横軸名="色"), goods("a", 商品名="again")],
        "goodsVariationDetail": [branch("a", "赤", "r"), branch("a", "赤2", "r"), branch("a", "無", "")],
        "goodsVariationStock": [branch("a", "青", "b", 現在在庫数="1"), branch("a", "赤", "r", 現在在庫数="2"),
                                branch("a", "赤", "r", 現在在庫数="3"), branch("z", "赤", "r", 現在在庫数="4")],
    })  # fmt: skip
    (product,), skipped = read(folder)
    assert [(v.key, v.stock) for v in product.variants] == [("a/r", 2)]
    assert [(i.code, i.params["line"]) for i in product.issues] == [
        ("futureshop_branch_missing", "goodsVariationDetail.csv 4"),
        ("futureshop_sku_doubled", "goodsVariationDetail.csv 3"),
        ("futureshop_row_without_sku", "goodsVariationStock.csv 2"),
        ("futureshop_sku_doubled", "goodsVariationStock.csv 4"),
    ]
    assert [(item.where, item.code) for item in skipped] == [
        ("ccGoods.csv 3行目", "joined_key_doubled"),
        ("goodsVariationStock.csv 5行目", "joined_row_without_product"),
    ]


def test_options_that_are_no_skus_are_told(tmp_path: Path) -> None:
    rows = [{"商品URLコード": "a", "項目名【基本情報】": name} for name in ("名入れ", "のし", "名入れ")]
    product = one(tmp_path, goods("a"), option=rows)
    assert not product.has_variants
    assert [(i.code, i.severity, i.params["read"]) for i in product.issues] == [
        ("futureshop_options", Severity.INFO, "名入れ、のし")
    ]


def test_a_file_that_is_none_of_futureshops_is_named(tmp_path: Path) -> None:
    folder = write(tmp_path / "files", {"ccGoods": [goods("a")], "member": []}, member=("会員番号", "氏名"))
    with pytest.raises(UsageError) as stopped:
        list(FutureshopCsv(folder).products())
    assert (stopped.value.code, stopped.value.params["file"]) == ("joined_file_unknown", "member.csv")


def test_a_folder_a_zip_archive_and_a_glob_read_the_same(tmp_path: Path) -> None:
    shirt = goods("shirt", バリエーション横軸名="色", バリエーション縦軸名="サイズ")
    pattern = write(tmp_path / "files", {"ccGoods": [shirt], "goodsVariationDetail": SHIRT})
    with zipfile.ZipFile(tmp_path / "all.zip", "w") as archive:
        for file in pattern.parent.glob("*.csv"):
            archive.write(file, file.name)
    (by_glob, _), (by_folder, _), (by_zip, _) = map(read, (pattern, pattern.parent, tmp_path / "all.zip"))
    assert [len(product.variants) for product in by_glob] == [2]
    assert by_glob == by_folder == by_zip


@pytest.mark.parametrize("broken", ["nothing", "quote"])
def test_what_cannot_be_read_at_all_stops_the_run(tmp_path: Path, broken: str) -> None:
    folder = tmp_path / "files"
    if broken == "quote":
        write(folder, {"ccGoods": [goods("a")]})
        with (folder / "ccGoods.csv").open("a") as file:
            file.write('"open')
    with pytest.raises(UsageError) as stopped:
        list(FutureshopCsv(folder).products())
    assert stopped.value.code in ("source_missing", "quote_broken")


@pytest.mark.parametrize(
    ("text_read", "moment"),
    [
        ("", ""),
        ("2026/12/01 10:00:05", "2026-12-01T10:00:05+09:00"),
        ("２０２６/12/1", "2026-12-01"),
        ("2026-12-01T10:00", "2026-12-01T10:00:00+09:00"),
        ("20261201", "2026-12-01"),
    ],
)
def test_moments_are_japans(text_read: str, moment: str) -> None:
    assert japan_time(text_read) == moment


@pytest.mark.parametrize("text_read", ["2026/02/30", "いつか", "2026/12", "10:00"])
def test_what_is_no_moment_is_not_guessed(text_read: str) -> None:
    with pytest.raises(UnreadableError):
        japan_time(text_read)


def test_the_products_file_has_to_be_there(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as stopped:
        list(FutureshopCsv(write(tmp_path / "files", {"goodsVariationDetail": SHIRT})).products())
    assert stopped.value.code == "joined_role_missing"


# ---------------------------------------------------------------- pictures


def test_pictures_by_pattern(tmp_path: Path) -> None:
    folder = write(tmp_path / "files", {"ccGoods": [goods("mug-1", 商品番号="M 1")]})
    base = "https://img.example.jp/{code:.3}/{code}_{n:02}_xl.jpg?no={product_number}"
    ((product,), _) = read(folder, image_base=base, image_count=2)
    assert product.images == (
        "https://img.example.jp/mug/mug-1_01_xl.jpg?no=M%201",
        "https://img.example.jp/mug/mug-1_02_xl.jpg?no=M%201",
    )


def test_pictures_by_a_csv_of_the_shop_come_before_the_pattern(tmp_path: Path) -> None:
    images = [{"商品URLコード": "a", "画像1": "a-front.jpg", "画像3": "https://x.example/b.jpg"}]
    folder = write(tmp_path / "files", {"ccGoods": [goods("a"), goods("b")], "images": images})
    (a, b), skipped = read(folder)
    assert (a.images, b.images) == (("a-front.jpg", "https://x.example/b.jpg"), ())
    assert [(item.code, item.params["count"]) for item in skipped] == [
        ("futureshop_without_picture", 1),
        ("picture_base_missing", 1),
    ]
    (a, b), _ = read(folder, image_base="https://img.example.jp/")
    assert (a.images, b.images) == (("https://img.example.jp/a-front.jpg", "https://x.example/b.jpg"), ())
    (a, b), _ = read(folder, image_base="https://img.example.jp/{code}/{file}")
    assert a.images == ("https://img.example.jp/a/a-front.jpg", "https://x.example/b.jpg")
    (a, b), _ = read(folder, image_base="https://img.example.jp/{code}.jpg")
    assert (a.images[0], b.images) == ("a-front.jpg", ("https://img.example.jp/b.jpg",))


def test_pictures_that_nothing_gives_an_address_for_are_told(tmp_path: Path) -> None:
    images = [{"商品URLコード": "a", "画像1": "正面 1.jpg", "画像2": "https://x.example/b.jpg"}]
    folder = write(tmp_path / "files", {"ccGoods": [goods("a")], "images": images})
    assert told(folder, "picture_base_missing") == [{"count": 1, "read": "正面 1.jpg"}]
    assert told(folder, "picture_base_missing", image_base="https://img.example.jp/") == []
    ((product,), _) = read(folder, image_base="https://img.example.jp/")
    assert product.images[0] == "https://img.example.jp/%E6%AD%A3%E9%9D%A2%201.jpg"


def told(folder: Path, code: str, **settings: str) -> list[object]:
    """Places of the messages of a code, of a reading."""
    _, notes = read(folder, **settings)
    return [note.params for note in notes if note.code == code]


def test_the_picture_settings_file_has_no_addresses(tmp_path: Path) -> None:
    rows = [{"商品URLコード": "a", "商品サムネイル指定": "1"}]
    ((product,), skipped) = read(write(tmp_path / "files", {"ccGoods": [goods("a")], "ccGoodsImage": rows}))
    assert (product.images, product.records) == ((), 2)
    assert [(item.where, item.code, item.lines) for item in skipped] == [
        ("ccGoodsImage.csv", "futureshop_no_addresses", 0)
    ]


@pytest.mark.parametrize("base", ["https://x/{cod}.jpg", "https://x/{code", "https://x/{}.jpg", "https://x/{code:q}"])
def test_a_pattern_that_cannot_be_filled_stops_at_once(tmp_path: Path, base: str) -> None:
    with pytest.raises(UsageError) as stopped:
        open_futureshop(tmp_path, image_base=base)
    assert (stopped.value.code, stopped.value.params["read"]) == ("futureshop_image_base", base)
    assert base in text(stopped.value.code, "ja", **stopped.value.params)


# ---------------------------------------------------------------- readings that follow


def test_only_what_changed_comes_again(tmp_path: Path) -> None:
    rows = [goods("shirt", バリエーション横軸名="カラー", バリエーション縦軸名="サイズ"), goods("cup"), goods("dish")]
    files: dict[str, list[Row]] = {"ccGoods": rows, "goodsVariationDetail": SHIRT}
    folder = write(tmp_path / "files", files)
    source = FutureshopCsv(folder)
    known = known_of(source)
    assert [i for i in source.products(known) if isinstance(i, Product | Unchanged)] == [
        Unchanged("shirt", 3), Unchanged("cup", 1), Unchanged("dish", 1),
    ]  # fmt: skip
    assert source.records() == 5
    write(folder.parent, {
        "ccGoods": [rows[2], goods("cup", 本体価格="900"), rows[0]],
        "goodsVariationDetail": [SHIRT[0], {**SHIRT[1], "JANコード": "4901234567894"}],
    })  # fmt: skip
    again = [item for item in source.products(known) if not isinstance(item, Skipped)]
    assert [(item.key, type(item).__name__) for item in again] == [
        ("dish", "Unchanged"), ("cup", "Product"), ("shirt", "Product"),
    ]  # fmt: skip


def test_a_new_column_a_new_file_and_new_settings_change_everything(tmp_path: Path) -> None:
    folder = write(tmp_path / "files", {"ccGoods": [goods("a")]})
    known = known_of(FutureshopCsv(folder))
    pattern = FutureshopCsv(folder, image_base="https://img.example.jp/{code}.jpg")
    assert any(isinstance(item, Product) for item in pattern.products(known))
    write(folder.parent, {"ccGoods": [goods("a")]}, ccGoods=(*GOODS, "定期購入"))
    assert any(isinstance(item, Product) for item in FutureshopCsv(folder).products(known))
    write(folder.parent, {"ccGoods": [goods("a")], "goodsVariationDetail": []})
    assert any(isinstance(item, Product) for item in FutureshopCsv(folder).products(known))


def test_what_is_not_confirmed_is_said_at_the_first_reading(tmp_path: Path) -> None:
    source = FutureshopCsv(write(tmp_path / "files", {"ccGoods": [goods("a")]}))
    first = [item for item in source.products() if isinstance(item, Skipped)]
    assert "ステータス、" in str(first[0].params["read"])
    later = [item.code for item in source.products(known_of(source)) if isinstance(item, Skipped)]
    assert (first[0].code, "futureshop_unconfirmed" in later) == ("futureshop_unconfirmed", False)


def known_of(source: FutureshopCsv) -> Known:
    return Known("", {item.key: item.fingerprint for item in source.products() if isinstance(item, Product)})


def test_the_files_that_were_found(tmp_path: Path) -> None:
    files = {"ccGoods_1": [goods("a")], "ccGoods_2": [goods("b")], "goodsVariationDetail": SHIRT}
    found = FutureshopCsv(write(tmp_path / "files", files)).found()
    assert found.found == {
        "商品一括登録用ファイル": ["ccGoods_1.csv", "ccGoods_2.csv"],
        "バリエーション詳細登録用ファイル": ["goodsVariationDetail.csv"],
    }
    assert found.lacking == {
        "バリエーション在庫のファイル": "バリエーションの在庫数",
        "バリエーション価格のファイル": "バリエーションごとの価格",
        "画像のURLを書いたCSV": "画像",
    }


# ---------------------------------------------------------------- any catalogue, any files

CODES = st.text(alphabet="abcXYZ019_-", min_size=1, max_size=8)
TEXTS = st.text(alphabet="あ漢Ａz9 ,\"'\n<>①㈱髙～－ｱ", max_size=12).map(str.strip)
PRICES = st.integers(0, 10**7).map(Decimal)


@st.composite
def products(draw: st.DrawFn, key: str) -> Product:
    axes = draw(st.lists(TEXTS.filter(bool), unique=True, max_size=2))
    managed = draw(st.booleans())
    tax = draw(st.sampled_from([True, False, None]))
    listed = draw(st.one_of(st.none(), st.integers(1, 10**7).map(Decimal)))
    choices = [draw(st.lists(TEXTS.filter(bool), unique=True, min_size=1, max_size=3)) for _ in axes]
    combinations: list[tuple[tuple[str, str], ...]] = [()]
    for values in choices:
        combinations = [(*done, (f"{n:02}", value)) for done in combinations for n, value in enumerate(values, 1)]
    variants = tuple(
        Variant(
            key="/".join((key, *(branch for branch, _ in combination))),
            sku=draw(CODES.filter(lambda code: "E+" not in code)),
            price=draw(PRICES),
            stock=draw(st.integers(0, 999)) if managed else None,
            stock_managed=managed,
            barcode=draw(st.sampled_from(["", "0012345678905", "4901234567894"])),
            options=tuple(Option(name, value) for name, (_, value) in zip(axes, combination, strict=True)),
            list_price=listed,
            includes_tax=tax,
        )
        for combination in combinations
    )
    return Product(
        key=key,
        title=draw(TEXTS),
        description=draw(TEXTS),
        product_type=draw(TEXTS),
        tags=tuple(draw(st.lists(TEXTS.filter(bool), unique=True, max_size=2))),
        status=draw(st.sampled_from([CartStatus.ACTIVE, CartStatus.DRAFT])),
        images=tuple(draw(st.lists(CODES, unique=True, max_size=12))),
        variants=variants,
        has_variants=bool(axes),
        kind=draw(st.sampled_from([ProductKind.GOODS, ProductKind.BUNDLE])),
        sale_ends=draw(st.sampled_from(["", "2026-12-24", "2026-12-24T18:30:00+09:00"])),
    )


@settings(max_examples=60, deadline=None)
@given(
    made=st.lists(CODES, unique=True, max_size=5).flatmap(lambda keys: st.tuples(*map(products, keys))),
    chance=st.randoms(use_true_random=False),
    encoding=st.sampled_from(["cp932", "utf-8", "utf-8-sig"]),
)
def test_any_catalogue_comes_back_from_files_in_any_order_and_any_splits(
    tmp_path_factory: pytest.TempPathFactory, made: tuple[Product, ...], chance: random.Random, encoding: str
) -> None:
    folder = tmp_path_factory.mktemp("files")
    files = files_of(made)
    parts = [(name, part) for name, rows in files.items() for part in split(rows, chance)]
    chance.shuffle(parts)
    names = {f"{n:02}": name for n, (name, _) in enumerate(parts)}
    headings = {file: HEADINGS[name] for file, name in names.items()}
    contents = {file: part for file, (_, part) in zip(names, parts, strict=True)}
    found, _ = read(write(folder, contents, encoding, **headings))
    assert {product.key: comparable(product) for product in found} == {p.key: comparable(p) for p in made}
    assert all(product.issues == () for product in found)


def split(rows: list[Row], chance: random.Random) -> list[list[Row]]:
    cut = chance.randint(0, len(rows))
    return [rows[:cut], rows[cut:]] if chance.random() < 0.5 else [rows]


def comparable(product: Product) -> Product:
    """Without the order of variations, which torn files do not keep."""
    variants = tuple(sorted(product.variants, key=lambda variant: variant.key))
    tags = tuple(sorted(product.tags))
    return replace(product, variants=variants, tags=tags, fingerprint="")
