"""Every cart's CSV format: files to products, and back the same."""

import csv
import random
import tempfile
from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.messages import catalogue, text
from sheets_sync.ports import Source
from sheets_sync.products import Option, Product, Skipped, Variant
from sheets_sync.sources.csv_table import open_tables
from sheets_sync.sources.open_source import open_csv
from sheets_sync.sources.profile_detection import detect
from sheets_sync.sources.profile_files import shipped
from sheets_sync.states import CartStatus
from tests.contracts.source_contract import CATALOGUE, SourceContract, assert_issues_fit, shown
from tests.sources.cart_files import BY_NAME, CARTS, YAHOO, Cart, write_cart


class FormatContract(SourceContract):
    """What every format keeps, as far as its files have a column for it."""

    name = ""

    @property
    def cart(self) -> Cart:
        return BY_NAME[self.name]

    def serve(self, products: tuple[Product, ...], tmp_path: Path) -> Source:
        return open_csv(write_cart(self.cart, products, tmp_path / "files"))

    def test_all_products_come_in_the_carts_order_as_they_are(self, source: Source) -> None:
        held = [self.cart.held(product) for product in CATALOGUE]
        assert [shown(product) for product in self.products(source)] == [shown(product) for product in held]

    def test_codes_keep_their_leading_zeros(self, source: Source) -> None:
        shirt, held = self.products(source)[0], self.cart.held(CATALOGUE[0])
        codes = [(variant.sku, variant.barcode) for variant in held.variants]
        assert [(variant.sku, variant.barcode) for variant in shirt.variants] == codes
        assert any(sku.startswith("00") or barcode.startswith("00") for sku, barcode in codes) or self.cart is YAHOO

    def test_no_stock_and_stock_that_is_not_managed_are_told_apart(self, source: Source) -> None:
        for product, held in zip(self.products(source), map(self.cart.held, CATALOGUE), strict=True):
            stock = [(variant.stock, variant.stock_managed) for variant in held.variants]
            assert [(variant.stock, variant.stock_managed) for variant in product.variants] == stock


class TestEccube(FormatContract):
    name = "eccube"


class TestMakeshop(FormatContract):
    name = "makeshop"


class TestRakuten(FormatContract):
    name = "rakuten"


class TestYahoo(FormatContract):
    name = "yahoo"


class TestBase(FormatContract):
    name = "base"


class TestNextEngine(FormatContract):
    name = "next_engine"


class TestWooCommerce(FormatContract):
    name = "woocommerce"


class TestColorme(FormatContract):
    name = "colorme"


class TestMatrixify(FormatContract):
    name = "matrixify"


def test_every_shipped_format_is_held_to_the_contract() -> None:
    held = {cls.name for cls in FormatContract.__subclasses__()}
    assert held == {name for name, profile in shipped().items() if profile.reader == "profile"} == set(BY_NAME)


# ---------------------------------------------------------------- random catalogues in every format

_words = st.text("あ漢アｱ①髙aZ09-~ ", min_size=1, max_size=10).map(str.strip).filter(bool)
_digits = st.text("0123456789", min_size=6, max_size=14)
_html = st.just("") | st.text("あa<p>\"\n,;\t' ", min_size=1, max_size=30).map(lambda text: f"<p>{text}</p>")
_prices = st.none() | st.integers(1, 10**6).map(Decimal)


@st.composite
def _variants(draw: st.DrawFn, key: str) -> tuple[Variant, ...]:
    names = draw(st.sampled_from([(), ("色",), ("色", "サイズ"), ("Size", "柄")]))
    if not names:
        return (draw(_variant(key, 0, ())),)
    chosen = draw(st.lists(st.tuples(*[_words] * len(names)), min_size=1, max_size=4, unique_by=" / ".join))
    return tuple(draw(_variant(key, n, tuple(map(Option, names, values)))) for n, values in enumerate(chosen))


@st.composite
def _variant(draw: st.DrawFn, key: str, place: int, options: tuple[Option, ...]) -> Variant:
    managed = draw(st.booleans())
    price = draw(_prices)
    return Variant(
        key="",
        sku=draw(st.just("") | st.just(f"0{key}/{place}")),
        price=price,
        stock=draw(st.none() | st.integers(0, 99999)) if managed else None,
        stock_managed=managed,
        barcode=draw(_digits | st.just("")),
        options=options,
        image=draw(st.just("") | _digits.map("https://shop.example/v/{}.jpg".format)),
        list_price=draw(st.none() | st.integers(1, 500).map(lambda more: price + more)) if price is not None else None,
    )


@st.composite
def _product(draw: st.DrawFn, key: str) -> Product:
    variants = draw(_variants(key))
    return Product(
        key=key,
        title=draw(_words),
        description=draw(_html),
        brand=draw(_words | st.just("")),
        product_type=draw(_words | st.just("")),
        tags=tuple(draw(st.lists(_words, max_size=3, unique=True))),
        status=draw(st.sampled_from(CartStatus)),
        images=tuple(draw(st.lists(_digits.map("https://shop.example/{}.jpg".format), max_size=5, unique=True))),
        variants=variants,
        has_variants=bool(variants[0].options),
        weight_g=draw(st.none() | st.integers(1, 99999).map(Decimal)),
    )


@st.composite
def _catalogue(draw: st.DrawFn) -> list[Product]:
    keys = draw(st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,8}[a-z0-9])?", fullmatch=True), max_size=5, unique=True))
    return [draw(_product(key)) for key in keys]


def read(source: Source) -> list[Product]:
    """All products, with what holds for any file asserted on the way; nothing may be left out."""
    items = list(source.products())
    assert source.records() == sum(i.lines if isinstance(i, Skipped) else i.records for i in items)
    products = [item for item in items if isinstance(item, Product)]
    for item in items:
        if isinstance(item, Skipped):
            assert item.lines == 0, item
            assert item.code in catalogue()
    for product in products:
        assert_issues_fit(product)
        for issue in product.issues:
            assert "?" not in text(issue.code, "ja", **issue.params)
    return products


@pytest.mark.parametrize("cart", CARTS, ids=lambda cart: cart.name)
@settings(max_examples=15, deadline=None)
@given(products=_catalogue(), seed=st.integers(0, 5))
def test_any_catalogue_reads_back_equal(cart: Cart, products: list[Product], seed: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = write_cart(cart, products, Path(folder), random.Random(seed) if seed else None)
        found = read(open_csv(path))
    expected = {product.key: cart.held(product) for product in products}
    assert {product.key: shown(product) for product in found} == {
        key: shown(product) for key, product in expected.items()
    }
    if not seed:
        assert [product.key for product in found] == [product.key for product in products]


# ---------------------------------------------------------------- files that no cart wrote

_anything = st.sampled_from(
    [
        *("", "", "a", "b", "a/b", " ", "'", "1", "0", "-3", "1,980円", "3.65E+11", "時価", "TRUE", "Y", "|", "k0|k1"),
        *("variation", "simple", "id:a", "item", "name", "DELETE", "Default Title", "あ" * 300, "2026/13/45"),
        *("色:赤=a&色:青=b", "https://x.example/1.jpg", "/1.jpg,2.jpg", "2026-01-02"),
    ]
)


@pytest.mark.parametrize("cart", CARTS, ids=lambda cart: cart.name)
@settings(max_examples=15, deadline=None)
@given(data=st.data())
def test_no_file_whatever_stands_in_it_loses_a_record_or_fails(cart: Cart, data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        written = 0
        for stem, headings in cart.headings.items():
            cells = st.lists(_anything, min_size=len(headings) - 2, max_size=len(headings) + 2)
            rows = data.draw(st.lists(cells, max_size=6))
            with (Path(folder) / f"{stem}.csv").open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows([headings, *rows])
            written += sum(bool("".join(row).strip()) for row in rows)
        source = open_csv(Path(folder) / "*.csv")
        items = list(source.products())
    assert source.records() == written
    assert sum(i.lines if isinstance(i, Skipped) else i.records for i in items) == written
    keys = [key for item in items if isinstance(item, Product) for key in {item.key, *(v.key for v in item.variants)}]
    assert len(keys) == len(set(keys))
    for item in items:
        if isinstance(item, Product):
            assert item.variants
            assert_issues_fit(item)
        said = item.issues if isinstance(item, Product) else (item,)
        assert all("?" not in text(one.code, "ja", **one.params) for one in said)


@pytest.mark.parametrize("cart", CARTS, ids=lambda cart: cart.name)
def test_files_of_a_cart_fit_its_format_alone(cart: Cart, tmp_path: Path) -> None:
    tables = open_tables(str(write_cart(cart, CATALOGUE, tmp_path)), "auto")
    found = detect(tables, shipped().values())
    assert (found.profile.name, found.also) == (cart.name, ())
