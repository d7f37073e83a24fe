"""What `init --from` proposes for files of every arrangement is read back: products, choices, prices and pictures."""

from decimal import Decimal
from pathlib import Path

import pytest

from sheets_sync.products import Product
from sheets_sync.sources.mapping_file import mapping_text
from sheets_sync.sources.mapping_guess import Guess, guess
from sheets_sync.sources.profile_files import known_names, profile_of
from sheets_sync.sources.profiled_csv import ProfiledCsv

PARENT_NAMED = """\
行種別|商品コード|親コード|商品名|価格|在庫|色|サイズ|画像|関連商品コード
親|P1||麻のシャツ|||||https://x.example/1.jpg|P2
子|P1-0|P1||1,980円|5|白|M|https://x.example/1w.jpg|
子|P1-1|P1||1,980円|0|紺|M||
親|P2||湯のみ|1650|3|||https://x.example/2.jpg|
"""
SKU_ROWS_WITHOUT_TITLE = """\
商品番号|商品名|商品説明|画像URL1|SKUコード|カラー|サイズ|販売価格|在庫数
G1|麻のシャツ|<p>麻</p>|https://x.example/1.jpg|||||
G1||||P1-0|白|M|1980|5
G1||||P1-1|紺|M|1980|0
G2|湯のみ|<p>陶器</p>|https://x.example/2.jpg||||1650|3
"""
FIRST_ROW_FULL = """\
Handle ID|Product Title|Colour|Size|SKU code|Unit price|Qty|Picture URL
h1|麻のシャツ|白|M|P1-0|1980|5|https://x.example/1.jpg
h1||紺|M|P1-1|1980|0|
h2|湯のみ|||T|1650|3|https://x.example/2.jpg
"""
KEY_ON_FIRST_ROW_ONLY = """\
商品コード|商品名|色|サイズ|SKU|単価|在庫|画像
h1|麻のシャツ|白|M|P1-0|1980|5|https://x.example/1.jpg
||紺|M|P1-1|1980|0|
h2|湯のみ|||T|1650|3|https://x.example/2.jpg
"""
FLAT = """\
代表商品コード|商品コード|商品名|色|サイズ|売価|在庫数|画像
h1|P1-0|麻のシャツ|白|M|1980|5|https://x.example/1.jpg
h1|P1-1|麻のシャツ|紺|M|1980|0|https://x.example/1.jpg
h2|T|湯のみ|||1650|3|https://x.example/2.jpg
"""
FILES = {
    "parent named": (PARENT_NAMED, "parent_child"),
    "SKU rows without title": (SKU_ROWS_WITHOUT_TITLE, "parent_child"),
    "first row full": (FIRST_ROW_FULL, "first_row_full"),
    "key on the first row only": (KEY_ON_FIRST_ROW_ONLY, "first_row_full"),
    "flat": (FLAT, "flat"),
}


def proposed(text: str) -> Guess:
    heading, *rows = [line.split("|") for line in text.strip().splitlines()]
    return guess(heading, rows, known_names())


def read(text: str, folder: Path) -> list[Product]:
    """The products of a file by what is proposed for it."""
    file = folder / "unknown.csv"
    file.write_text(text.replace(",", "").replace("|", ","), "utf-8")
    profile = profile_of(mapping_text(proposed(text), "unknown", "ja"), "unknown")
    found = list(ProfiledCsv(str(file), profile, forced=True, language="ja").products())
    assert all(isinstance(item, Product) for item in found), found
    return [item for item in found if isinstance(item, Product)]


@pytest.mark.parametrize(("text", "rows"), FILES.values(), ids=FILES)
def test_a_file_of_any_arrangement_is_read_as_it_was_meant(text: str, rows: str, tmp_path: Path) -> None:
    assert proposed(text).rows == rows
    shirt, cup = read(text, tmp_path)
    assert (shirt.title, cup.title) == ("麻のシャツ", "湯のみ")
    assert [[option.value for option in variant.options] for variant in shirt.variants] == [["白", "M"], ["紺", "M"]]
    assert [(variant.sku, int(variant.price or 0), variant.stock) for variant in shirt.variants] == [
        ("P1-0", 1980, 5),
        ("P1-1", 1980, 0),
    ]
    (piece,) = cup.variants
    assert (piece.price, piece.stock, piece.options) == (Decimal(1650), 3, ())
    assert (shirt.images[0], cup.images) == ("https://x.example/1.jpg", ("https://x.example/2.jpg",))
    assert shirt.issues == cup.issues == ()


def test_a_picture_on_the_row_of_a_sku_is_that_skus(tmp_path: Path) -> None:
    shirt, _ = read(PARENT_NAMED, tmp_path)
    assert [variant.image for variant in shirt.variants] == ["https://x.example/1w.jpg", ""]
    assert shirt.images == ("https://x.example/1.jpg",)


def test_a_column_of_parents_counts_only_where_its_rows_are_there() -> None:
    every_row = proposed("親商品コード|SKU|商品名|色\nA|A-1|皿|白\nA|A-2|皿|黒")
    assert (every_row.rows, every_row.columns["key"]) == ("flat", "親商品コード")
    elsewhere = proposed("商品コード|商品名|親カテゴリ\nA|皿|食器\nB|椀|")
    assert (elsewhere.rows, elsewhere.columns["key"]) == ("flat", "商品コード")


def test_a_product_without_a_title_alone_is_no_arrangement() -> None:
    found = proposed("商品コード|商品名|価格\nA|皿|100\nB||200\nC|椀|300")
    assert (found.rows, found.columns["key"]) == ("flat", "商品コード")


def test_a_code_for_every_row_is_the_key_where_no_heading_tells_it() -> None:
    assert proposed("整理記号|名前|値段\nA1|皿|100\nA2|椀|200").columns["key"] == "整理記号"
    assert not proposed("棚|名前|値段\n東|皿|100\n東|椀|200").usable


@pytest.mark.parametrize(
    "heading",
    [
        "Product ID|Product Name|Price|Stock|Option1 Name|Option1 Value|Option2 Name|Option2 Value|SKU",
        "商品ID|品名|価格|在庫|オプション名1|オプション値1|オプション名2|オプション値2|SKU番号",
        "商品ID|品名|価格|在庫|バリエーション1（項目名）|バリエーション1（選択肢）|バリエーション2（項目名）|バリエーション2（選択肢）|SKU番号",
    ],
)
def test_axes_that_are_named_in_a_column_of_their_own(heading: str, tmp_path: Path) -> None:
    rows = "1|Tシャツ|1000|3|カラー|赤|サイズ|S|A\n1|Tシャツ|1000|0|カラー|青|サイズ|M|B\n2|帽子|500|3|||||C"
    shirt, cap = read(f"{heading}\n{rows}", tmp_path)
    options = [[(option.name, option.value) for option in variant.options] for variant in shirt.variants]
    assert options == [[("カラー", "赤"), ("サイズ", "S")], [("カラー", "青"), ("サイズ", "M")]]
    assert ([variant.sku for variant in shirt.variants], cap.has_variants) == (["A", "B"], False)


def test_the_only_code_names_products_where_it_repeats_and_no_state_does(tmp_path: Path) -> None:
    text = "商品番号|商品名|バリエーション1|価格|公開フラグ\n1|皿|赤|100|1\n1|皿|青|100|1\n2|椀||300|0"
    found = proposed(text)
    assert (found.columns["key"], found.columns.get("sku"), found.status) == ("商品番号", None, "公開フラグ")
    plate, bowl = read(text, tmp_path)
    assert (len(plate.variants), len(bowl.variants), bowl.status) == (2, 1, "draft")


def test_a_barcode_on_every_row_names_the_products_where_no_code_does() -> None:
    found = proposed("JANコード|商品名|カラー|価格\n4901234567894|皿|赤|100\n4901234567887|皿 青|青|100")
    assert [found.columns[name] for name in ("key", "sku", "barcode")] == ["JANコード"] * 3
    assert found.options == []


def test_of_several_headings_that_hold_a_name_one_with_values_counts() -> None:
    found = proposed(
        '商品コード|商品名|会員価格|特価価格|在庫数（合計）|JAN\nA|皿||980|3|="4901234567894"\nB|椀||500|0|'
    )
    assert (found.columns["price"], found.columns["stock"], found.columns["barcode"]) == (
        "特価価格",
        "在庫数（合計）",
        "JAN",
    )
