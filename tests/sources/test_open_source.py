"""Telling a product file from all others, by its headings."""

import csv
import re
from pathlib import Path

import pytest

from sheets_sync.errors import UsageError
from sheets_sync.messages import catalogue, text
from sheets_sync.products import Option, Product, Skipped
from sheets_sync.sources.csv_table import CsvTable, open_tables
from sheets_sync.sources.open_source import open_csv
from sheets_sync.sources.profile_detection import detect
from sheets_sync.sources.profile_files import shipped
from sheets_sync.sources.profiled_csv import CartSettings
from sheets_sync.template_files import templates_folder
from tests.contracts.source_contract import CATALOGUE, assert_issues_fit
from tests.sources.shopify_files import CURRENT, MIXED, OLDER, Dialect, write_products

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="real sample files are not part of the project")


@pytest.mark.parametrize("headings", [CURRENT, OLDER, MIXED])
@pytest.mark.parametrize("name", ["auto", "shopify", "", "Shopify"])
def test_shopify_is_told_by_its_headings(tmp_path: Path, headings: dict[str, str], name: str) -> None:
    path = write_products(CATALOGUE, tmp_path / "p.csv", Dialect(headings))
    assert list(open_csv(path, name).products()) == list(CATALOGUE)


def refusal(tmp_path: Path, heading: str) -> UsageError:
    path = tmp_path / "file.csv"
    path.write_text(heading + "\n1,2,3\n", "utf-8")
    return refusal_of(path)


def refusal_of(path: Path) -> UsageError:
    with pytest.raises(UsageError) as refused:
        open_csv(path)
    words = text(refused.value.code, "ja", **refused.value.params)
    assert path.name in words
    assert "?" not in words
    return refused.value


@pytest.mark.parametrize(
    ("heading", "code", "kind"),
    [
        ("商品URLコード,商品名", "source_is_futureshop", "futureshop"),
        ("Handle,Title,Option1 Name,Option1 Value,SKU,Location,On hand (new)", "source_is_inventory", "Shopify"),
        ("Name,Email,Financial Status,Lineitem name", "source_is_orders", "Shopify"),
        ("Customer ID,First Name,Last Name,Email", "source_is_customers", "Shopify"),
        ("注文番号,注文日時,購入者,商品名,販売価格", "source_is_orders", "カート (cart)"),
    ],
)
def test_other_files_are_named(tmp_path: Path, heading: str, code: str, kind: str) -> None:
    refused = refusal(tmp_path, heading)
    assert (refused.code, refused.params["kind"]) == (code, kind)


def told(path: Path) -> str:
    """The format that a file with these headings is read in."""
    return detect(open_tables(str(path), "auto"), shipped().values()).profile.name


@pytest.mark.parametrize(
    ("heading", "name"),
    [
        ("商品管理番号（商品URL）,商品番号,商品名,SKU管理番号", "rakuten"),
        ("*商品管理番号(商品URL),商品番号,商品名,SKU管理番号", "rakuten"),
        ("商品ID,公開ステータス(ID),公開ステータス(名称),商品名", "eccube"),
        ("商品ＩＤ,公開ステータス（ＩＤ）,商品名", "eccube"),
        ("ID,Type,SKU,Name,Published,Regular price", "woocommerce"),
        ("商品ID,商品名,種類ID,種類名,説明,価格", "base"),
        ("システム商品コード,独自商品コード,商品名,販売価格", "makeshop"),
        ("path,name,code,sub-code,price,caption", "yahoo"),
        ("syohin_code,syohin_name,baika_tnk", "next_engine"),
        ("商品ID,型番,商品名,販売価格,会員価格", "colorme"),
        ("ID,Handle,Command,Title,Body HTML,Variant Price", "matrixify"),
        ("Handle,Title,Variant Price", "shopify"),
    ],
)
def test_formats_are_told_by_their_headings(tmp_path: Path, heading: str, name: str) -> None:
    path = tmp_path / "anything.csv"
    path.write_text(heading + "\n", "utf-8")
    assert told(path) == name


def test_an_unknown_file_is_told_by_its_headings_and_what_to_do(tmp_path: Path) -> None:
    refused = refusal(tmp_path, "日付,売上,メモ")
    assert refused.code == "source_no_products"
    assert "日付、売上、メモ" in text(refused.code, "ja", **refused.params)
    assert "sheets-sync init --from" in text(refused.code, "ja", **refused.params)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        open_csv(tmp_path / "p.csv", "shopfy")
    assert refused.value.params["read"] == "shopfy"
    known = str(refused.value.params["known"]).split(", ")
    assert known[0] == "auto"
    assert set(known[1:]) == {path.stem for path in (templates_folder() / "carts").glob("*.toml")}


@needs_samples
def test_real_headings_of_japanese_shops_are_told(tmp_path: Path) -> None:
    for name, expected in (("rakuten_normal_item", "rakuten"), ("shopify_japan_store", "shopify")):
        path = tmp_path / f"{name}.csv"
        path.write_text((SAMPLES / f"{name}_header_names.txt").read_text("utf-8").replace("\n", "") + "\n", "utf-8")
        assert told(path) == expected
        assert list(open_csv(path).products()) == []


@needs_samples
def test_a_file_with_all_headings_of_a_rakuten_shop(tmp_path: Path) -> None:
    names = (SAMPLES / "rakuten_normal_item_header_names.txt").read_text("utf-8").replace("\n", "").split(",")
    headings = [name.strip() for name in names]
    filled: list[dict[str, str]] = [
        {"商品名": "湯のみ①", "商品画像タイプ1": "CABINET", "商品画像パス1": "/1.jpg",
         "バリエーション項目キー定義": "c", "バリエーション項目名定義": "カラー"},
        {"選択肢タイプ": "s", "商品オプション項目名": "名入れ", "商品オプション選択肢1": "あり"},
        {"SKU管理番号": "c1", "バリエーション項目キー1": "c", "バリエーション項目選択肢1": "白", "販売価格": "1980"},
    ]  # fmt: skip
    rows = [[(row | {headings[0]: "cup"}).get(name, "") for name in headings] for row in filled]
    with (tmp_path / "r.csv").open("w", encoding="cp932", newline="") as file:
        csv.writer(file).writerows([headings, *rows])
    source = open_csv(tmp_path / "r.csv", settings=CartSettings(shop="aozora"))
    (product,) = (item for item in source.products() if isinstance(item, Product))
    assert (product.title, product.records) == ("湯のみ①", 3)
    assert product.images == ("https://tshop.r10s.jp/aozora/cabinet/1.jpg",)
    assert product.variants[0].options == (Option("カラー", "白"),)


@needs_samples
@pytest.mark.parametrize("path", sorted(SAMPLES.glob("*.csv")), ids=lambda path: path.stem)
def test_every_record_of_real_files_is_read_or_listed_with_its_line(path: Path) -> None:
    source = open_csv(path)
    items = list(source.products())
    left_out = [item for item in items if isinstance(item, Skipped)]
    products = [item for item in items if isinstance(item, Product)]
    with path.open(encoding=CsvTable(path).encoding, newline="") as file:
        rows = [row for row in csv.reader(file) if "".join(row).strip()]
    assert sum(item.lines for item in left_out) + sum(item.records for item in products) == len(rows) - 1
    assert all(re.search(r"\d+行目", item.where) and item.code in catalogue() for item in left_out)
    for product in products:
        assert_issues_fit(product)
        assert all(issue.code in catalogue() for issue in product.issues)
    if path.stem.startswith("eccube"):
        assert [item.code for item in left_out] == ["row_key_missing"] * 3
    else:
        assert products
