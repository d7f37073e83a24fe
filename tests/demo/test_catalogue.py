"""The demo shop's catalogue: every fault that the demo shows is in it, and nothing else is wrong."""

import hashlib
from collections import Counter
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image

from sheets_sync.demo import pictures
from sheets_sync.products import Product, ProductKind, Skipped, Variant
from sheets_sync.sources.open_source import open_csv
from sheets_sync.states import CartStatus
from sheets_sync.template_files import load_template
from sheets_sync.validation.barcodes import barcode_fault

CATALOGUE = Path(pictures.__file__).parent / "catalogue" / "products.csv"
LIMITS = load_template("JP").limits


@pytest.fixture(scope="module")
def shop() -> dict[str, Product]:
    return {item.key: item for item in open_csv(CATALOGUE).products() if isinstance(item, Product)}


def variants(shop: dict[str, Product]) -> list[Variant]:
    return [variant for product in shop.values() for variant in product.variants]


def test_its_size_and_that_every_record_is_accounted_for() -> None:
    source = open_csv(CATALOGUE)
    items = list(source.products())
    products = [item for item in items if isinstance(item, Product)]
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert (len(products), sum(len(product.variants) for product in products)) == (26, 60)
    assert [item.code for item in skipped] == ["source_note_row"]
    assert source.records() == sum(product.records for product in products) + 1


def test_the_source_itself_finds_these_faults_and_no_others(shop: dict[str, Product]) -> None:
    found = {(issue.code, issue.row_key) for product in shop.values() for issue in product.issues}
    assert found == {
        ("stock_negative", "pocket-tee-mens/XL"),
        ("barcode_mangled", "pearl-earrings"),
    }
    assert [key for key, product in shop.items() if product.kind is not ProductKind.GOODS] == ["gift-card"]


def test_missing_and_doubled_codes(shop: dict[str, Product]) -> None:
    codes = Counter(variant.sku for variant in variants(shop))
    assert {code: count for code, count in codes.items() if count > 1} == {"BT-RD-M": 2}
    assert [variant.key for variant in variants(shop) if not variant.sku] == ["canvas-tote/ネイビー"]
    assert all(len(code) >= 5 or not code for code in codes)


def test_only_one_barcode_has_a_wrong_check_digit(shop: dict[str, Product]) -> None:
    wrong = [variant.key for variant in variants(shop) if variant.barcode and barcode_fault(variant.barcode, "")]
    assert wrong == ["kobachi-set"]
    barcodes = [variant.barcode for variant in variants(shop) if variant.barcode]
    assert len(set(barcodes)) == len(barcodes)


def test_full_width_digits_and_separators_are_understood(shop: dict[str, Product]) -> None:
    raw = CATALOGUE.read_text("utf-8")
    assert "１，９８０円" in raw
    assert "４９" in raw
    mug = shop["mino-mug"]
    assert (mug.variants[0].price, mug.variants[0].barcode) == (Decimal(1980), "4900000090017")
    assert "ﾏｸﾞｶｯﾌﾟ" in mug.title


def test_texts_beyond_the_limits(shop: dict[str, Product]) -> None:
    assert [key for key, product in shop.items() if len(product.title) > LIMITS["title_max"]] == ["gauze-towel"]
    too_long = [v.key for v in variants(shop) for o in v.options if len(o.value) > LIMITS["option_value_max"]]
    assert [key.split("/")[0] for key in too_long] == ["furoshiki-bag"]
    assert all(len(product.title) >= 5 for product in shop.values())


def test_what_is_missing(shop: dict[str, Product]) -> None:
    assert [key for key, product in shop.items() if not product.images] == ["tokoname-teapot"]
    assert [variant.key for variant in variants(shop) if variant.price is None] == ["hitokuchi-yokan"]
    not_managed = {key for key, product in shop.items() if not product.variants[0].stock_managed}
    assert not_managed == {"ippitsusen", "gift-card"}


def test_stock_that_ran_out(shop: dict[str, Product]) -> None:
    assert [variant.stock for variant in shop["pocket-tee-mens"].variants] == [5, 0, 14, 0]
    assert shop["konpeito"].variants[2].stock == 0


def test_what_the_cart_does_not_publish_is_not_tagged(shop: dict[str, Product]) -> None:
    hidden = {key: product.status for key, product in shop.items() if product.status is not CartStatus.ACTIVE}
    assert hidden == {"fleece-parka": CartStatus.DRAFT, "desk-calendar-2025": CartStatus.ARCHIVED}
    untagged = {key for key, product in shop.items() if "TikTok Shop接続" not in product.tags}
    assert untagged == {*hidden, "gift-card"}


def test_what_a_review_or_the_html_rules_object_to(shop: dict[str, Product]) -> None:
    assert [key for key, product in shop.items() if "日本一" in product.title] == ["light-rice-bowl"]
    sweets = shop["konpeito"].description
    assert all(part in sweets for part in ("<script>", "<table", "<a href=", "🎁"))
    assert [key for key, product in shop.items() if "<script" in product.description] == ["konpeito"]


def test_every_picture_is_drawn_differently_and_one_is_too_small(shop: dict[str, Product], tmp_path: Path) -> None:
    names = pictures.names_in(CATALOGUE)
    in_use = {name for product in shop.values() for name in product.images}
    in_use |= {variant.image for variant in variants(shop) if variant.image}
    assert set(names) == in_use
    pictures.draw(tmp_path, names)
    sizes = {name: Image.open(tmp_path / name).size for name in names}
    assert [name for name, size in sizes.items() if size != (1000, 1000)] == ["images/hat-straw-small.jpg"]
    assert sizes["images/hat-straw-small.jpg"] == (200, 200)
    contents = {hashlib.sha256((tmp_path / name).read_bytes()).hexdigest() for name in names}
    assert len(contents) == len(names) == 43


def test_drawing_again_gives_the_same_bytes(tmp_path: Path) -> None:
    for folder in ("one", "two"):
        pictures.draw(tmp_path / folder, ["images/mug-indigo.jpg", "unheard-of.png"])
    for name in ("images/mug-indigo.jpg", "unheard-of.png"):
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()
