"""Telling a product file from all others, by its headings."""

from pathlib import Path

import pytest

from sheets_sync.errors import UsageError
from sheets_sync.messages import text
from sheets_sync.sources.open_source import open_csv
from tests.contracts.source_contract import CATALOGUE
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
        ("商品管理番号(商品URL),商品番号,商品名", "source_format_not_yet", "楽天市場 (Rakuten)"),
        ("商品ID,公開ステータス(ID),商品名", "source_format_not_yet", "EC-CUBE"),
        ("ID,Type,SKU,Name,Published,Regular price", "source_format_not_yet", "WooCommerce"),
        ("商品ID,商品名,種類ID,種類名", "source_format_not_yet", "BASE"),
        ("商品URLコード,商品名", "source_format_not_yet", "futureshop"),
        ("ID,Handle,Command,Title,Body HTML,Variant Price", "source_format_not_yet", "Matrixify"),
        ("Handle,Title,Option1 Name,Option1 Value,SKU,Location,On hand (new)", "source_is_inventory", "Shopify"),
        ("Name,Email,Financial Status,Lineitem name", "source_is_orders", "Shopify"),
        ("Customer ID,First Name,Last Name,Email", "source_is_customers", "Shopify"),
    ],
)
def test_other_files_are_named(tmp_path: Path, heading: str, code: str, kind: str) -> None:
    refused = refusal(tmp_path, heading)
    assert (refused.code, refused.params["kind"]) == (code, kind)


def test_an_unknown_file_is_told_by_its_headings_and_what_is_expected(tmp_path: Path) -> None:
    refused = refusal(tmp_path, "日付,売上,メモ")
    assert refused.code == "source_no_products"
    assert "日付、売上、メモ" in text(refused.code, "ja", **refused.params)
    assert "Handle" in text(refused.code, "ja", **refused.params)


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        open_csv(tmp_path / "p.csv", "shopfy")
    assert refused.value.params == {"read": "shopfy", "known": "auto, shopify"}


@needs_samples
@pytest.mark.parametrize(
    ("name", "kind"),
    [("eccube4_import_shift_jis.csv", "EC-CUBE"), ("woocommerce_sample_products.csv", "WooCommerce")],
)
def test_real_files_of_other_carts_are_named(name: str, kind: str) -> None:
    assert refusal_of(SAMPLES / name).params["kind"] == kind


@needs_samples
def test_real_headings_of_japanese_shops_are_told(tmp_path: Path) -> None:
    rakuten = (SAMPLES / "rakuten_normal_item_header_names.txt").read_text("utf-8").replace("\n", "")
    assert refusal(tmp_path, rakuten).params["kind"] == "楽天市場 (Rakuten)"
    shopify = (SAMPLES / "shopify_japan_store_header_names.txt").read_text("utf-8").replace("\n", "")
    path = tmp_path / "shopify.csv"
    path.write_text(shopify + "\n", "utf-8")
    assert list(open_csv(path).products()) == []
