"""A Shopify shop read whole, by pages and by bulk operation, and read again when something changed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.ports import Known, Source
from sheets_sync.products import Product, ProductKind, Skipped, Unchanged, Variant
from sheets_sync.shopify.source import ShopifyShop
from sheets_sync.states import CartStatus

from .. import shopify_double as double
from ..contracts import source_contract
from ..shopify_double import Media, Metafield
from .conftest import Desk


def held(product: Product) -> double.Product:
    """A product of the contract as the shop would hold it."""
    pictures = {url: Media(url) for url in (*product.images, *(v.image for v in product.variants if v.image))}
    weight = (float(product.weight_g), "GRAMS") if product.weight_g else None
    variants = [
        double.Variant(
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


def priceless(variants: tuple[Variant, ...]) -> list[Variant]:
    return [replace(variant, price=variant.price or None) for variant in variants]


@pytest.fixture(params=["pages", "bulk"])
def bulk_from(request: pytest.FixtureRequest) -> int:
    return 500 if request.param == "pages" else 0


class TestShopifyShop(source_contract.SourceContract):
    @pytest.fixture(autouse=True)
    def _take_desk(self, desk: Desk, bulk_from: int) -> None:
        self.desk, self.bulk_from = desk, bulk_from

    def serve(self, products: tuple[Product, ...], tmp_path: Path) -> Source:
        for product in products:
            self.desk.shop.add(held(product))
        return self.desk.source(bulk_from=self.bulk_from)

    def test_all_products_come_in_the_carts_order_as_they_are(self, source: Source) -> None:
        """But a shop has no product without a price, and pictures of its variants are the product's, too."""
        wanted = [source_contract.shown(product) for product in source_contract.CATALOGUE]
        got = [source_contract.shown(product) for product in self.products(source)]
        for mine, theirs in zip(got, wanted, strict=True):
            assert mine.images[: len(theirs.images)] == theirs.images
            assert priceless(mine.variants) == priceless(theirs.variants)
            assert replace(mine, images=(), variants=()) == replace(theirs, images=(), variants=())


def whole(source: ShopifyShop, known: Known | None = None) -> list[Product]:
    items = source.products(known) if known else source.products()
    return [item for item in items if isinstance(item, Product)]


def fill(desk: Desk, count: int) -> list[double.Product]:
    """Products that were made a while ago."""
    made = [desk.shop.add(double.Product(f"品 {n}", variants=[double.Variant(sku=f"S-{n}")])) for n in range(count)]
    desk.clock.sleep(3600)
    return made


def known_of(source: ShopifyShop, products: list[Product]) -> Known:
    return Known(source.mark(), {product.key: product.fingerprint for product in products})


# -- everything ------------------------------------------------------------------------------------------------------


def test_pages_and_bulk_tell_the_same(desk: Desk) -> None:
    picture = Media("https://cdn.example/1.jpg")
    desk.shop.add(
        double.Product(
            "大きなシャツ",
            description_html="<p>綿</p>",
            category=("aa-1", "衣類 > シャツ"),
            media=[picture, *(Media(f"https://cdn.example/{n}.jpg") for n in range(2, 40))],
            metafields=[Metafield("custom", "material", "list.single_line_text_field", '["綿", "麻"]')],
            variants=[
                double.Variant(f"B-{n}", "2980.00", {"色": f"{n // 20}", "番": f"{n % 20}"}, stock=n, media=[picture])
                for n in range(300)
            ],
        )
    )
    fill(desk, 12)
    choice = {"metafields": {"属性:素材": "custom.material"}}
    by_pages = whole(desk.source(bulk_from=500, **choice))
    in_bulk = whole(desk.source(bulk_from=0, **choice))
    assert by_pages == in_bulk
    assert [product.fingerprint for product in by_pages] == [product.fingerprint for product in in_bulk]
    first = by_pages[0]
    assert len(first.variants) == 300
    assert len(first.images) == 39
    assert [variant.sku for variant in first.variants] == [f"B-{n}" for n in range(300)]
    assert {variant.image for variant in first.variants} == {"https://cdn.example/1.jpg"}
    assert first.attributes == {"素材": "綿\n麻"}
    assert first.product_type == "衣類 > シャツ"


def test_only_what_the_query_chooses_is_read(desk: Desk, bulk_from: int) -> None:
    desk.shop.add(double.Product("選ばれた", tags=["TikTok Shop接続"]))
    desk.shop.add(double.Product("下書き", tags=["TikTok Shop接続"], status="DRAFT"))
    desk.shop.add(double.Product("ほか"))
    source = desk.source(query="tag:'TikTok Shop接続' status:active", bulk_from=bulk_from)
    assert [product.title for product in whole(source)] == ["選ばれた"]


def test_without_a_status_in_the_query_every_status_is_read(desk: Desk, bulk_from: int) -> None:
    for status in ("ACTIVE", "DRAFT", "ARCHIVED", "UNLISTED"):
        desk.shop.add(double.Product(status, status=status))
    told = {product.title: product.status for product in whole(desk.source(bulk_from=bulk_from))}
    assert told == {
        "ACTIVE": CartStatus.ACTIVE, "DRAFT": CartStatus.DRAFT, "ARCHIVED": CartStatus.ARCHIVED,
        "UNLISTED": CartStatus.DRAFT,
    }  # fmt: skip


def test_a_misspelt_filter_stops_the_run_instead_of_reading_everything(desk: Desk, bulk_from: int) -> None:
    fill(desk, 2)
    with pytest.raises(UsageError) as stopped:
        whole(desk.source(query="tags:'TikTok Shop接続'", bulk_from=bulk_from))
    assert stopped.value.code == "shopify_search_unclear"


def test_a_product_that_lost_its_tag_is_left_out_though_the_search_still_finds_it(desk: Desk, bulk_from: int) -> None:
    kept = desk.shop.add(double.Product("残る", tags=["TikTok Shop接続"]))
    lost = desk.shop.add(double.Product("外れた", tags=["TikTok Shop接続"]))
    desk.shop.let_search_lag()
    desk.shop.change(lost, tags=[])
    source = desk.source(query="tag:'TikTok Shop接続'", bulk_from=bulk_from)
    assert [product.key for product in whole(source)] == [str(kept.number)]


def test_a_product_deleted_while_pages_are_read_is_no_trouble(desk: Desk) -> None:
    products = fill(desk, 12)
    desk.shop.meanwhile(lambda: desk.shop.delete(products[0]), on="products", after=2)
    assert len(whole(desk.source())) >= 11


def test_missing_products_are_never_taken_for_deleted(desk: Desk) -> None:
    fill(desk, 60)
    desk.shop.page_end = 20
    with pytest.raises(Unavailable) as stopped:
        whole(desk.source())
    assert stopped.value.code == "shopify_incomplete"


def test_stock_is_counted_at_the_places_that_are_named(desk: Desk, bulk_from: int) -> None:
    desk.shop.add_location("倉庫")
    stock = {"本店": 3, "倉庫": 40}
    desk.shop.add(double.Product("箱", variants=[double.Variant(sku="A", stock=stock)]))
    desk.shop.add(double.Product("袋", variants=[double.Variant(sku="B", stock={"本店": 2})]))
    places = [f"gid://shopify/Location/{place.number}" for place in desk.shop.catalogue.locations]

    def stocks(*locations: str) -> list[int | None]:
        return [p.variants[0].stock for p in whole(desk.source(bulk_from=bulk_from, locations=locations))]

    assert stocks(places[1]) == [40, 0]
    assert stocks(*places) == [43, 2]
    assert stocks() == [43, 2]


def test_what_is_no_plain_goods_is_told(desk: Desk, bulk_from: int) -> None:
    part = desk.shop.add(double.Product("部品"))
    desk.shop.add(double.Product("券", is_gift_card=True))
    desk.shop.add(double.Product("定期便", requires_selling_plan=True))
    bundle = double.Product("セット", components=[part], variants=[double.Variant(requires_components=True)])
    desk.shop.add(bundle)
    desk.shop.add(double.Product("電子書籍", variants=[double.Variant(requires_shipping=False)]))
    kinds = [product.kind for product in whole(desk.source(bulk_from=bulk_from))]
    assert kinds == [
        ProductKind.GOODS, ProductKind.GIFT_CARD, ProductKind.SUBSCRIPTION, ProductKind.BUNDLE, ProductKind.DIGITAL,
    ]  # fmt: skip


def test_names_stand_for_what_metafields_refer_to(desk: Desk, bulk_from: int) -> None:
    cotton, linen = (desk.shop.catalogue.name("Metaobject", name) for name in ("綿", "麻"))
    both = Metafield("shopify", "fabric", "list.metaobject_reference", f'["{cotton}", "{linen}"]')
    gone = Metafield("shopify", "fabric", "list.metaobject_reference", '["gid://shopify/Metaobject/1"]')
    desk.shop.add(double.Product("布", metafields=[both]))
    desk.shop.add(double.Product("謎", metafields=[gone]))
    first, second = whole(desk.source(bulk_from=bulk_from, metafields={"attribute:Material": "shopify.fabric"}))
    assert first.attributes == {"Material": "綿\n麻"}
    assert second.attributes == {}
    assert [issue.code for issue in second.issues] == ["shopify_metafield_unread"]
    source_contract.assert_issues_fit(second)


def test_texts_for_search_engines_fill_columns(desk: Desk, bulk_from: int) -> None:
    """A product without them keeps what it has; another metafield of the same namespace is one."""
    hidden = Metafield("seo", "hidden", "number_integer", "1")
    desk.shop.add(
        double.Product("皿", seo_title="白い丸皿\t24cm", seo_description="{毎日}使える皿", metafields=[hidden])
    )
    desk.shop.add(double.Product("鉢"))
    places = {"title": "seo.title", "features": "seo.description", "属性:検索": "seo.hidden"}
    first, second = whole(desk.source(bulk_from=bulk_from, metafields=places))
    assert first.cells == {"title": "白い丸皿\t24cm", "features": "{毎日}使える皿"}
    assert first.attributes == {"検索": "1"}
    assert (second.cells, second.attributes, second.issues) == ({}, {}, ())


def test_an_answer_by_another_version_is_told(desk: Desk) -> None:
    fill(desk, 1)
    desk.shop.answers_as_version = "2026-07"
    items = list(desk.source().products())
    notes = [item for item in items if isinstance(item, Skipped)]
    assert [(note.code, note.lines) for note in notes] == [("step_shopify_version", 0)]
    assert len(items) == 2


# -- what changed ----------------------------------------------------------------------------------------------------


def test_only_what_changed_is_read_whole(desk: Desk, bulk_from: int) -> None:
    products = fill(desk, 30)
    first = desk.source(bulk_from=bulk_from)
    known = known_of(first, whole(first))
    desk.clock.sleep(3600)
    desk.shop.change(products[7], title="新しい名前")
    desk.shop.delete(products[3])
    new = desk.shop.add(double.Product("新商品"))
    asked = len(desk.shop.log)
    again = [item for item in desk.source(bulk_from=500).products(known) if not isinstance(item, Skipped)]
    assert [item.key for item in again] == [str(p.number) for p in (*products[:3], *products[4:], new)]
    changed = [item for item in again if isinstance(item, Product)]
    assert [product.title for product in changed] == ["新しい名前", "新商品"]
    assert [call.variables["ids"] for call in desk.shop.log[asked:] if "nodes" in call.roots] == [
        [products[7].gid, new.gid]
    ]


def test_a_change_right_before_the_end_of_a_reading_is_seen_the_next_time(desk: Desk) -> None:
    products = fill(desk, 3)
    source = desk.source()
    items = source.products()
    seen = [next(items)]
    desk.shop.change(products[0], title="読んだあとに変わった")
    seen += items
    known = known_of(source, [item for item in seen if isinstance(item, Product)])
    assert [product.title for product in whole(desk.source(), known)] == ["読んだあとに変わった"]


def test_what_moved_without_a_change_is_passed_over_and_not_looked_at_for_ever(desk: Desk) -> None:
    products = fill(desk, 3)
    first = desk.source()
    known = known_of(first, whole(first))
    desk.clock.sleep(3600)
    desk.shop.change(products[1])
    desk.clock.sleep(3600)
    second = desk.source()
    assert all(isinstance(item, Unchanged) for item in second.products(known))
    asked = len(desk.shop.log)
    assert whole(desk.source(), Known(second.mark(), known.fingerprints)) == []
    assert [call.roots for call in desk.shop.log[asked:]] == [["productsCount", "products"], ["products"]]


def test_stock_that_an_order_took_is_a_change(desk: Desk) -> None:
    shirt = desk.shop.add(double.Product("シャツ", variants=[double.Variant(sku="A", stock=5)]))
    source = desk.source()
    known = known_of(source, whole(source))
    desk.clock.sleep(3600)
    desk.shop.order(shirt.variants[0], 2)
    assert [product.variants[0].stock for product in whole(desk.source(), known)] == [3]


def test_stock_that_was_corrected_without_a_trace_is_a_change(desk: Desk) -> None:
    shirt = desk.shop.add(double.Product("シャツ", variants=[double.Variant(sku="A", stock=5)]))
    desk.clock.sleep(3600)
    source = desk.source()
    known = known_of(source, whole(source))
    shirt.variants[0].stock = 8
    assert [product.variants[0].stock for product in whole(desk.source(), known)] == [8]


def test_under_other_settings_everything_is_read_anew(desk: Desk) -> None:
    desk.shop.add(double.Product("布", metafields=[Metafield("custom", "m", "single_line_text_field", "綿")]))
    desk.clock.sleep(3600)  # so that the reading under the first settings comes long after the last change
    source = desk.source()
    known = known_of(source, whole(source))
    desk.clock.sleep(3600)
    assert whole(desk.source(), known) == []
    with_metafield = whole(desk.source(metafields={"属性:素材": "custom.m"}), known)
    assert [product.attributes for product in with_metafield] == [{"素材": "綿"}]


def test_many_changes_are_read_in_bulk(desk: Desk) -> None:
    products = fill(desk, 20)
    source = desk.source()
    known = known_of(source, whole(source))
    desk.clock.sleep(3600)
    for product in products[:15]:
        desk.shop.change(product, vendor="新しい会社")
    items = list(desk.source(bulk_from=10).products(known))
    assert [isinstance(item, Unchanged) for item in items] == [False] * 15 + [True] * 5
    assert len(desk.shop.bulk.operations) == 1


def test_our_own_tags_are_no_content(desk: Desk, bulk_from: int) -> None:
    shirt = desk.shop.add(double.Product("シャツ", tags=["綿"]))
    choice = {"own_tags": frozenset({"TikTok:出品中"}), "bulk_from": bulk_from}
    source = desk.source(**choice)
    products = whole(source)
    known = known_of(source, products)
    desk.clock.sleep(3600)
    desk.shop.change(shirt, tags=["綿", "TikTok:出品中"])
    assert whole(desk.source(**choice), known) == []
    assert products[0].tags == ("綿",)


def test_a_moved_price_is_a_decimal_as_the_cart_states_it(desk: Desk) -> None:
    variant = double.Variant(price="980.50", compare_at_price="1200.00", taxable=False)
    desk.shop.add(double.Product("本", variants=[variant]))
    (book,) = whole(desk.source())
    assert (book.variants[0].price, book.variants[0].list_price) == (Decimal("980.5"), Decimal(1200))
    assert book.variants[0].includes_tax is True


@pytest.mark.parametrize(
    ("facts", "choice", "told"),
    [
        ({}, {"prices_include_tax": True, "currency": "JPY"}, []),
        ({"taxesIncluded": False}, {"prices_include_tax": True}, ["checkup_shopify_tax_excluded"]),
        ({}, {"prices_include_tax": False}, ["checkup_shopify_tax_included"]),
        ({"currencyCode": "USD"}, {"currency": "JPY"}, ["checkup_shopify_currency"]),
        ({"currencyCode": "USD", "taxesIncluded": False}, {}, []),
    ],
)
def test_prices_that_the_settings_take_for_something_else_are_told(
    desk: Desk, facts: dict[str, object], choice: dict[str, object], told: list[str]
) -> None:
    """Whoever never ran the check-up would have listed the whole shop without tax."""
    desk.shop.facts |= facts
    desk.shop.add(double.Product("皿", variants=[double.Variant(price="100")]))
    items = list(desk.source(**choice).products())
    assert [item.code for item in items if isinstance(item, Skipped)] == told
    assert len([item for item in items if isinstance(item, Product)]) == 1
