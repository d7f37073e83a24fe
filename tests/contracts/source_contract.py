"""What every cart's adapter has to keep of the `Source` port's promises.

Inherit `SourceContract` in a class named `Test…` and say in `serve` how a cart that holds given products is set up.
"""

import itertools
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from sheets_sync.issue import Tab
from sheets_sync.ports import Known, Source
from sheets_sync.products import Option, Product, Skipped, Unchanged, Variant
from sheets_sync.states import CartStatus
from sheets_sync.template_files import load_template

SHIRT = Product(
    key="shirt",
    title="綿のシャツ",
    description='<p>綿100%</p>\n<ul><li>日本製, "手縫い"</li></ul>',
    brand="青空製作所",
    product_type="トップス",
    tags=("綿", "夏"),
    images=("https://shop.example/shirt-1.jpg", "https://shop.example/shirt-2.jpg"),
    variants=tuple(
        Variant(
            key=f"shirt/{colour} / {size}",
            sku=f"0012-{number}",
            price=Decimal("2980"),
            stock=number,
            barcode=f"00{4901234567000 + number}",
            options=(Option("カラー", colour), Option("サイズ", size)),
            image=f"https://shop.example/shirt-{colour}.jpg",
        )
        for number, (colour, size) in enumerate(itertools.product(("白", "紺"), ("M", "L")))
    ),
    has_variants=True,
    weight_g=Decimal("180"),
)
CUP = Product(
    key="cup",
    title="湯のみ",
    description="<p>益子焼</p>",
    product_type="陶器",
    status=CartStatus.DRAFT,
    images=("https://shop.example/cup.jpg",),
    variants=(Variant(key="cup", sku="CUP-1", price=Decimal("1650"), stock=0),),
)
PLAIN = Product(
    key="plain",
    title="試作品",
    status=CartStatus.ARCHIVED,
    variants=(Variant(key="plain", stock_managed=False),),
)
CATALOGUE = (SHIRT, CUP, PLAIN)


def shown(product: Product) -> Product:
    """A product without what is the cart's own affair: ids and times."""
    variants = tuple(replace(variant, key="") for variant in product.variants)
    return replace(product, key="", updated_at="", variants=variants)


class SourceContract:
    """Each test is a promise of `sheets_sync.ports.Source`."""

    def serve(self, products: tuple[Product, ...], tmp_path: Path) -> Source:
        """A cart that holds these products."""
        raise NotImplementedError

    @pytest.fixture
    def source(self, tmp_path: Path) -> Source:
        return self.serve(CATALOGUE, tmp_path)

    def products(self, source: Source) -> list[Product]:
        return [item for item in source.products() if isinstance(item, Product)]

    def test_all_products_come_in_the_carts_order_as_they_are(self, source: Source) -> None:
        assert [shown(product) for product in self.products(source)] == [shown(product) for product in CATALOGUE]

    def test_reading_again_gives_the_same(self, source: Source) -> None:
        assert list(source.products()) == list(source.products())

    def test_an_empty_cart_has_no_products(self, tmp_path: Path) -> None:
        source = self.serve((), tmp_path)
        assert list(source.products()) == []
        assert source.records() == 0

    def test_every_record_is_in_a_product_or_skipped(self, source: Source) -> None:
        items = list(source.products())
        counted = sum(item.lines if isinstance(item, Skipped) else item.records for item in items)
        assert source.records() == counted > 0

    def test_what_is_passed_over_is_still_accounted_for(self, source: Source) -> None:
        products = self.products(source)
        known = Known(source.mark(), {product.key: product.fingerprint for product in products})
        again = list(source.products(known))
        assert [item.key for item in again if not isinstance(item, Skipped)] == [product.key for product in products]
        assert source.records() == sum(i.lines if isinstance(i, Skipped) else i.records for i in again)
        strangers = [item for item in source.products(Known(known.mark, {})) if isinstance(item, Unchanged)]
        assert strangers == []

    def test_keys_are_unique_text_and_stay_the_same(self, source: Source) -> None:
        products = self.products(source)
        keys = [product.key for product in products]
        variant_keys = [variant.key for product in products for variant in product.variants]
        assert len(set(keys)) == len(keys)
        assert len(set(variant_keys)) == len(variant_keys)
        assert all(key and key == key.strip() for key in (*keys, *variant_keys))
        again = self.products(source)
        assert variant_keys == [variant.key for product in again for variant in product.variants]

    def test_a_product_without_variants_has_exactly_one(self, source: Source) -> None:
        for product in self.products(source):
            assert product.variants
            if not product.has_variants:
                assert len(product.variants) == 1
                assert product.variants[0].options == ()

    def test_codes_keep_their_leading_zeros(self, source: Source) -> None:
        shirt = self.products(source)[0]
        assert [variant.sku for variant in shirt.variants] == ["0012-0", "0012-1", "0012-2", "0012-3"]
        assert all(variant.barcode.startswith("00490") for variant in shirt.variants)

    def test_no_stock_and_stock_that_is_not_managed_are_told_apart(self, source: Source) -> None:
        _, cup, plain = self.products(source)
        assert (cup.variants[0].stock, cup.variants[0].stock_managed) == (0, True)
        assert (plain.variants[0].stock, plain.variants[0].stock_managed) == (None, False)

    def test_clean_products_have_no_issues(self, source: Source) -> None:
        assert [product.issues for product in self.products(source)] == [(), (), ()]


def assert_issues_fit(product: Product) -> None:
    """Each issue of a product names a row and a column that exist."""
    template: Any = load_template("JP")
    rows = {Tab.PRODUCTS: {product.key}, Tab.SKUS: {variant.key for variant in product.variants}}
    for issue in product.issues:
        assert issue.product == product.key
        assert issue.row_key in rows[issue.tab]
        assert issue.column is None or template.has(issue.tab, issue.column)
