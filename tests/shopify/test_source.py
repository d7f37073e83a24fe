"""A Shopify shop read whole, by pages and by bulk operation, and read again when something changed."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.ports import Known, Source
from sheets_sync.products import Product, ProductKind, Unchanged
from sheets_sync.shopify.source import ShopifyShop
from sheets_sync.states import CartStatus

from .. import shopify_double as double
from ..contracts import source_contract
from ..shopify_double import Media, Metafield, ShopifyDouble, Variant
from .conftest import Desk, StandingClock


def held(product: Product) -> double.Product:
    """A product of the contract as the shop would hold it."""
    pictures = {url: Media(url) for url in (*product.images, *(v.image for v in product.variants if v.image))}
    weight = (float(product.weight_g), "GRAMS") if product.weight_g else None
    variants = [
        Variant(
            sku=variant.sku or None,
            price=str(variant.price if variant.price is not None else "0"),
            options={option.name: option.value for option in variant.options},
            stock=variant.stock or 0,
            tracked=variant.stock_managed,
            barcode=variant.barcode or None,
            weight=weight,
            media=[pictures[variant.image]] if variant.image else [],
        )
        for variant in product.variants
    ]
    return double.Product(
        product.title,
        description_html=product.description,
        vendor=product.brand,
        product_type=product.product_type,
        tags=list(product.tags),
        status=product.status.upper(),
        media=[pictures[url] for url in pictures],
        variants=variants,
    )


@pytest.fixture(params=["pages", "bulk"])
def bulk_from(request: pytest.FixtureRequest) -> int:
    return 500 if request.param == "pages" else 0


class TestShopifyShop(source_contract.SourceContract):
    @pytest.fixture(autouse=True)
    def desk_of_this_test(self, desk: Desk, bulk_from: int) -> Iterator[None]:
        self.desk, self.bulk_from = desk, bulk_from
        yield

    def serve(self, products: tuple[Product, ...], tmp_path: Path) -> Source:
        for product in products:
            self.desk.shop.add(held(product))
        return self.desk.source(bulk_from=self.bulk_from)

    def test_all_products_come_in_the_carts_order_as_they_are(self, source: Source) -> None:
        """A shop has no product without a price, and its pictures of variants are pictures of the product too."""
        wanted = [source_contract.shown(product) for product in source_contract.CATALOGUE]
        got = [source_contract.shown(product) for product in self.products(source)]
        assert [p.images[:2] for p in got] == [p.images for p in wanted]
        for mine, theirs in zip(got, wanted, strict=True):
            assert [v.price or None for v in mine.variants] == [v.price for v in theirs.variants]
            strip = {"images": (), "variants": (), "fingerprint": ""}
            assert replaced(mine, **strip) == replaced(theirs, **strip)
            assert [replaced(v, price=None) for v in mine.variants] == [replaced(v, price=None) for v in theirs.variants]


def replaced(value: Any, **changed: Any) -> Any:
    from dataclasses import replace

    return replace(value, **changed)


def whole(source: ShopifyShop, known: Known = Known()) -> list[Product]:
    return [item for item in source.products(known) if isinstance(item, Product)]
