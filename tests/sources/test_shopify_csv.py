"""Shopify's product CSV, file to products."""

import random
import tracemalloc
from decimal import Decimal
from operator import attrgetter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from sheets_sync.errors import SheetsSyncError, UsageError
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import catalogue, text
from sheets_sync.ports import Source
from sheets_sync.products import Option, Product, ProductKind, Skipped, Variant
from sheets_sync.sources.shopify_csv import ShopifyCsv
from sheets_sync.states import CartStatus
from tests.contracts.source_contract import CATALOGUE, CUP, SHIRT, SourceContract, assert_issues_fit
from tests.sources.shopify_files import (
    CURRENT,
    MIXED,
    OLDER,
    Dialect,
    Row,
    csv_text,
    product_rows,
    write_products,
    write_rows,
)


class TestShopifyCsvKeepsThePort(SourceContract):
    def serve(self, products: tuple[Product, ...], tmp_path: Path) -> Source:
        return ShopifyCsv(write_products(products, tmp_path / "products.csv"))


def read(path: Path) -> list[Product | Skipped]:
    """All items, with what holds for any file asserted on the way."""
    source = ShopifyCsv(path)
    items = list(source.products())
    assert source.records() == sum(i.lines if isinstance(i, Skipped) else i.records for i in items)
    for item in items:
        if isinstance(item, Skipped):
            assert item.code in catalogue()
        else:
            assert_issues_fit(item)
            assert all(issue.code in catalogue() for issue in item.issues)
    return [item for item in items if not (isinstance(item, Skipped) and item.code == "columns_missing")]


def only(path: Path) -> Product:
    (item,) = read(path)
    assert isinstance(item, Product)
    return item


def one(tmp_path: Path, *rows: Row, columns: list[str] | None = None) -> Product:
    """The product that these rows make; handle and title are filled in."""
    full = [{"handle": "tee", **row} for row in rows]
    full[0] = {"title": "Tシャツ", **full[0]}
    return only(write_rows(tmp_path / "p.csv", *full, columns=columns))


def codes(product: Product) -> list[str]:
    return [issue.code for issue in product.issues]


# ---------------------------------------------------------------- whole catalogues, any dialect

_words = (
    st.text("あ漢アｱ①髙aZ09-~,;'\"\t é".replace("é", ""), min_size=1, max_size=12)
    .map(str.strip)
    .filter(lambda word: word.strip("'") == word and word != "")
)
_html = st.text("あa<p>\"\n,;\t' ", max_size=30)
_digits = st.text("0123456789", min_size=6, max_size=14)


@st.composite
def _products(draw: st.DrawFn) -> list[Product]:
    handles = draw(
        st.lists(st.from_regex(r"[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?", fullmatch=True), max_size=5, unique=True)
    )
    return [draw(_product(handle)) for handle in handles]


@st.composite
def _product(draw: st.DrawFn, handle: str) -> Product:
    has_variants = draw(st.booleans())
    if has_variants:
        names = draw(st.lists(_words, min_size=1, max_size=3, unique=True))
        choices = draw(st.lists(st.tuples(*[_words] * len(names)), min_size=1, max_size=4, unique_by=" / ".join))
        variants = tuple(
            draw(_variant(f"{handle}/{' / '.join(choice)}", tuple(map(Option, names, choice)))) for choice in choices
        )
    else:
        variants = (draw(_variant(handle, ())),)
    return Product(
        key=handle,
        title=draw(_words),
        description=draw(_html.filter(lambda html: html == "" or html.strip() != "")),
        brand=draw(_words | st.just("")),
        product_type=draw(_words | st.just("")),
        tags=tuple(draw(st.lists(_words.filter(lambda word: "," not in word), max_size=3, unique=True))),
        status=draw(st.sampled_from(CartStatus)),
        images=tuple(draw(st.lists(_digits.map("https://shop.example/{}.jpg".format), max_size=5, unique=True))),
        variants=variants,
        has_variants=has_variants,
        weight_g=draw(st.none() | st.integers(1, 9999).map(Decimal)),
    )


@st.composite
def _variant(draw: st.DrawFn, key: str, options: tuple[Option, ...]) -> Variant:
    managed = draw(st.booleans())
    return Variant(
        key=key,
        sku=draw(_words | st.just("")),
        price=draw(st.none() | st.integers(0, 10**7).map(Decimal) | st.decimals(0, 9999, places=2).map(_simplest)),
        stock=draw(st.none() | st.integers(0, 99999)) if managed else None,
        stock_managed=managed,
        barcode=draw(_digits | st.just("")),
        options=options,
        image=draw(st.just("") | _digits.map("images/{}.png".format)),
    )


def _simplest(value: Decimal) -> Decimal:
    return value.to_integral_value() if value == value.to_integral_value() else value


_dialects = st.builds(
    Dialect,
    headings=st.sampled_from([CURRENT, OLDER, MIXED]),
    delimiter=st.sampled_from([",", "\t", ";"]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp932"]),
    line_end=st.sampled_from(["\n", "\r\n", "\r"]),
    quote_all=st.booleans(),
    handle_on_first_row_only=st.booleans(),
    images_on_own_rows=st.booleans(),
)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("catalogues")


@settings(max_examples=100, deadline=None)
@given(products=_products(), dialect=_dialects)
def test_what_was_written_in_any_dialect_is_read_back(products: list[Product], dialect: Dialect, folder: Path) -> None:
    assert read(write_products(products, folder / "any.csv", dialect)) == products


@settings(max_examples=100, deadline=None)
@given(products=_products().filter(len), dialect=_dialects, seed=st.integers(0, 2**32), faults=st.integers(1, 6))
def test_no_record_is_lost_whatever_happens_to_the_file(
    products: list[Product], dialect: Dialect, seed: int, faults: int, folder: Path
) -> None:
    chance = random.Random(seed)
    rows = [row for product in products for row in product_rows(product, dialect)]
    for _ in range(faults):
        _harm(rows, chance)
    content = bytearray(csv_text(rows, dialect).encode(dialect.encoding))
    for _ in range(faults % 3):
        content[chance.randrange(len(content))] = chance.randrange(256)
    path = folder / "harmed.csv"
    path.write_bytes(content)
    found = _counted(path)
    if isinstance(found, SheetsSyncError):
        assert found.code in catalogue()  # refused as a whole, with a reason that a person can read
    elif faults % 3 == 0:
        assert found == sum(any(cell.replace("\0", "").strip() for cell in row.values()) for row in rows)


def _counted(path: Path) -> int | SheetsSyncError:
    """How many records the products and the skipped ones hold, or why the file was refused."""
    try:
        return sum(item.lines if isinstance(item, Skipped) else item.records for item in read(path))
    except SheetsSyncError as refusal:
        return refusal


def _harm(rows: list[Row], chance: random.Random) -> None:
    """Do to a list of rows what people and spreadsheet programs do."""
    at = chance.randrange(len(rows))
    match chance.randrange(6):
        case 0:
            chance.shuffle(rows)
        case 1:
            rows.insert(at, dict(rows[chance.randrange(len(rows))]))
        case 2:
            rows[at] = {**rows[at], chance.choice(list(CURRENT)): chance.choice(["", "？", "1E+12", "-3", "\0", "※"])}
        case 3:
            rows.insert(at, {chance.choice(list(CURRENT)): "※ここから下は予備"})
        case 4:
            rows[at] = {**rows[at], "handle": ""}
        case _:
            rows[at] = {**rows[at], "title": "", "option1_value": ""}


# ---------------------------------------------------------------- rows and products


def test_rows_of_a_product_that_stand_apart_are_brought_together(tmp_path: Path) -> None:
    shirt, cup = (product_rows(product, Dialect(CURRENT)) for product in (SHIRT, CUP))
    path = write_rows(tmp_path / "p.csv", shirt[1], *cup, shirt[0], shirt[3], shirt[2])
    first, second = read(path)
    assert first == CUP
    assert isinstance(second, Product)
    assert sorted(second.variants, key=attrgetter("key")) == sorted(SHIRT.variants, key=attrgetter("key"))
    assert replace(second, variants=(), images=()) == replace(SHIRT, variants=(), images=())
    assert second.images == SHIRT.images
    assert codes(second) == ["rows_apart"]
    assert second.issues[0].params["lines"] == "2, 4"


def test_a_product_pasted_twice_counts_once_and_says_so(tmp_path: Path) -> None:
    rows = product_rows(SHIRT, Dialect(CURRENT))
    first, second = read(write_rows(tmp_path / "p.csv", *rows, *product_rows(CUP, Dialect(CURRENT)), *rows))
    assert first == CUP
    assert second == SHIRT
    assert isinstance(second, Product)
    assert second.records == 8
    assert codes(second) == ["variant_doubled"] * 4 + ["rows_apart"]
    assert second.issues[0].params == {"file": "p.csv", "line": 8, "choice": "白 / M", "first": 2, "sku": "0012-0"}
    assert (second.issues[0].tab, second.issues[0].row_key) == (Tab.SKUS, "shirt/白 / M")


def test_notes_and_blank_rows_are_left_out_with_the_reason(tmp_path: Path) -> None:
    note = {"title": "※価格は税込です"}
    other = {"handle": "社内用: 9月更新"}
    rows = product_rows(CUP, Dialect(CURRENT))
    items = read(write_rows(tmp_path / "p.csv", *rows, {}, note, {"description": "  "}, {}, other))
    assert items == [
        CUP,
        Skipped("p.csv 4行目", "source_note_row", {"read": "※価格は税込です"}),
        Skipped("p.csv 7行目", "source_note_row", {"read": "社内用: 9月更新"}),
    ]
    assert [item.lines for item in items if isinstance(item, Skipped)] == [1, 1]


def test_a_product_without_a_handle_and_an_orphan_row_are_named(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "p.csv",
        {"price": "100", "sku": "A"},
        {"sku": "B"},
        {"title": "名無し", "price": "100"},
        {"option1_value": "M"},
        *product_rows(CUP, Dialect(CURRENT)),
    )
    orphan, nameless, cup = read(path)
    assert orphan == Skipped("p.csv 2行目", "source_row_without_product", {"read": "A"}, 2)
    assert nameless == Skipped("p.csv 4行目", "source_handle_missing", {"read": "名無し"}, 2)
    assert cup == CUP


def test_products_whose_handles_a_spreadsheet_destroyed_are_left_out(tmp_path: Path) -> None:
    rows = [{"handle": "4.90123E+12", "title": title, "price": "800"} for title in ("コップ", "皿")]
    first, cup, second = read(write_rows(tmp_path / "p.csv", rows[0], *product_rows(CUP, Dialect(CURRENT)), rows[1]))
    assert first == Skipped("p.csv 2行目", "source_handle_mangled", {"read": "4.90123E+12"}, 1)
    assert cup == CUP
    assert isinstance(second, Skipped)
    assert second.code == "source_handle_mangled"


def test_places_are_named_in_the_language_asked_for(tmp_path: Path) -> None:
    path = write_rows(tmp_path / "p.csv", {"title": "note"})
    (skipped,) = ShopifyCsv(path, language="en").products()
    assert skipped.where == "p.csv, line 2"  # type: ignore[union-attr]


def test_line_numbers_count_quoted_newlines(tmp_path: Path) -> None:
    path = write_rows(
        tmp_path / "p.csv",
        {"handle": "a", "title": "A", "description": "1\n2\n3", "price": "1"},
        {"handle": "b", "title": "B", "price": "高い"},
    )
    _, second = read(path)
    assert isinstance(second, Product)
    assert second.issues[0].params["line"] == 5


def test_keys_that_collide_leave_the_second_product_out(tmp_path: Path) -> None:
    first, second = read(
        write_rows(
            tmp_path / "p.csv",
            {"handle": "a", "title": "A", "option1_name": "色", "option1_value": "b"},
            {"handle": "a/b", "title": "A/B", "price": "1"},
        )
    )
    assert isinstance(first, Product)
    assert second == Skipped("p.csv 3行目", "source_key_taken", {"read": "a/b"})


def test_files_of_a_glob_are_read_in_natural_order_as_one(tmp_path: Path) -> None:
    rows = product_rows(SHIRT, Dialect(CURRENT))
    write_rows(tmp_path / "export_2.csv", *rows[:3])
    write_rows(tmp_path / "export_10.csv", *rows[3:], *product_rows(CUP, Dialect(CURRENT)))
    assert read(tmp_path / "export_*.csv") == [SHIRT, CUP]


def test_a_file_whose_name_looks_like_a_glob_is_a_file(tmp_path: Path) -> None:
    assert read(write_products(CATALOGUE, tmp_path / "products[1].csv")) == list(CATALOGUE)


def test_values_of_the_last_complete_reading_are_counted(tmp_path: Path) -> None:
    source = ShopifyCsv(write_products(CATALOGUE, tmp_path / "p.csv"))
    assert source.records() == 0
    next(iter(source.products()))
    assert source.records() == 0
    list(source.products())
    assert source.records() == 6


def test_memory_does_not_grow_with_the_file(tmp_path: Path) -> None:
    products = [replace(CUP, key=f"cup-{n}", description="陶" * 3000) for n in range(1500)]
    size = write_products(products, tmp_path / "p.csv").stat().st_size
    tracemalloc.start()
    try:
        assert sum(1 for _ in ShopifyCsv(tmp_path / "p.csv").products()) == 1500
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert size > 12_000_000
    assert peak < 6_000_000


# ---------------------------------------------------------------- variants and options


def test_a_single_variant_with_a_real_option_keeps_it(tmp_path: Path) -> None:
    product = one(tmp_path, {"option1_name": "サイズ", "option1_value": "フリー", "price": "100"})
    assert product.has_variants
    assert product.variants[0].key == "tee/フリー"


def test_default_title_is_no_option_in_any_spelling(tmp_path: Path) -> None:
    product = one(tmp_path, {"option1_name": "タイトル", "option1_value": "default title", "price": "100"})
    assert not product.has_variants
    assert product.variants == (Variant(key="tee", price=Decimal(100), stock_managed=False),)


def test_a_row_without_a_choice_among_variants_is_named(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        {"option1_name": "色", "price": "900", "sku": "BASE"},
        {"option1_value": "赤"},
        {"option1_value": "青"},
    )
    assert [variant.key for variant in product.variants] == ["tee/赤", "tee/青"]
    assert [v.options[0].name for v in product.variants] == ["色", "色"]
    where: dict[str, object] = {"file": "p.csv", "line": 2, "price": "900", "sku": "BASE"}
    assert product.issues == (
        Issue(Tab.PRODUCTS, "tee", None, "variant_without_options", Severity.WARNING, where, product_key="tee"),
    )


def test_several_rows_without_any_choice_make_one_variant(tmp_path: Path) -> None:
    product = one(tmp_path, {"price": "900"}, {"price": "1000"})
    assert [(v.key, v.price) for v in product.variants] == [("tee", Decimal(900))]
    assert codes(product) == ["variants_without_options"]


def test_missing_and_doubled_sku_codes_are_kept_for_the_check(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        *({"option1_name": "色", "option1_value": v, "sku": s} for v, s in [("赤", ""), ("青", "X"), ("白", "X")]),
    )
    assert [variant.sku for variant in product.variants] == ["", "X", "X"]
    assert product.issues == ()


def test_a_draft_with_nothing_but_its_name_is_a_product(tmp_path: Path) -> None:
    product = one(tmp_path, {"status": "draft"})
    assert product == Product(
        "tee", "Tシャツ", status=CartStatus.DRAFT, variants=(Variant("tee", stock_managed=False),)
    )


@pytest.mark.parametrize("lacking", [(), ("image",), ("price",)])
def test_a_row_with_a_handle_alone_is_a_note_whatever_columns_there_are(
    tmp_path: Path, lacking: tuple[str, ...]
) -> None:
    columns = [field for field in ("handle", "title", "sku", "price", "image") if field not in lacking]
    cup, stray = {"handle": "a", "title": "A", "sku": "1", "price": "1"}, {"handle": "a"}
    product, note = read(write_rows(tmp_path / "p.csv", cup, stray, columns=columns))
    assert isinstance(product, Product)
    assert product.records == 1
    assert note == Skipped("p.csv 3行目", "source_note_row", {"read": "a"}, 1)


def test_what_stands_as_stock_where_the_cart_counts_none_is_not_read(tmp_path: Path) -> None:
    product = one(tmp_path, {"handle": "a", "title": "A", "price": "1", "tracker": "", "stock": "たくさん"})
    assert (product.variants[0].stock, product.variants[0].stock_managed, product.issues) == (None, False, ())


def test_columns_that_every_product_needs_are_missed_aloud(tmp_path: Path) -> None:
    columns = ["handle", "title", "sku", "price", "description", "image"]
    source = ShopifyCsv(write_rows(tmp_path / "p.csv", *product_rows(CUP, Dialect(CURRENT)), columns=columns))
    (note,) = [item for item in source.products() if isinstance(item, Skipped)]
    assert (note.code, note.lines) == ("columns_missing", 0)
    assert note.params == {"read": "在庫数（Inventory quantity・Variant Inventory Qty）"}


def test_columns_that_the_file_lacks_are_not_an_error(tmp_path: Path) -> None:
    product = one(tmp_path, {"price": "100"}, columns=["handle", "title", "price"])
    assert product == Product("tee", "Tシャツ", variants=(Variant("tee", price=Decimal(100)),))


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("tracker", "quantity", "policy", "expected", "found"),
    [
        ("shopify", "5", "DENY", (5, True), []),
        ("shopify", "１，２００", "DENY", (1200, True), []),
        ("shopify", "3.0", "DENY", (3, True), []),
        ("shopify", "0", "DENY", (0, True), []),
        ("shopify", "-4", "DENY", (0, True), ["stock_negative"]),
        ("shopify", "-4", "CONTINUE", (0, True), ["sells_without_stock"]),
        ("shopify", "0", "continue", (0, True), ["sells_without_stock"]),
        ("shopify", "3", "continue", (3, True), []),
        ("shopify", "", "DENY", (None, True), []),
        ("shopify", "多数", "DENY", (None, True), ["stock_unreadable"]),
        ("shopify", "1.5", "DENY", (None, True), ["stock_unreadable"]),
        ("", "", "DENY", (None, False), []),
        ("", "12", "DENY", (None, False), []),
    ],
)
def test_stock(
    tmp_path: Path, tracker: str, quantity: str, policy: str, expected: tuple[int | None, bool], found: list[str]
) -> None:
    product = one(tmp_path, {"price": "1", "tracker": tracker, "stock": quantity, "policy": policy})
    assert (product.variants[0].stock, product.variants[0].stock_managed) == expected
    assert codes(product) == found
    assert all(issue.params["read"] == quantity for issue in product.issues)


def test_stock_is_unknown_where_the_file_has_no_such_column(tmp_path: Path) -> None:
    managed = one(tmp_path, {"tracker": "shopify"}, columns=["handle", "title", "price", "tracker"])
    assert (managed.variants[0].stock, managed.variants[0].stock_managed) == (None, True)
    not_managed = one(tmp_path, {"tracker": ""}, columns=["handle", "title", "price", "tracker"])
    assert (not_managed.variants[0].stock, not_managed.variants[0].stock_managed) == (None, False)


@pytest.mark.parametrize(
    ("status", "published", "expected", "found"),
    [
        ("Active", "FALSE", CartStatus.ACTIVE, []),
        ("DRAFT", "TRUE", CartStatus.DRAFT, []),
        ("archived", "TRUE", CartStatus.ARCHIVED, []),
        ("unlisted", "TRUE", CartStatus.DRAFT, []),
        ("", "true", CartStatus.ACTIVE, []),
        ("", "False", CartStatus.DRAFT, []),
        ("", "", CartStatus.ACTIVE, []),
        ("公開中？", "TRUE", CartStatus.DRAFT, ["status_unreadable"]),
    ],
)
def test_status(tmp_path: Path, status: str, published: str, expected: CartStatus, found: list[str]) -> None:
    product = one(tmp_path, {"price": "1", "status": status, "published": published})
    assert product.status is expected
    assert codes(product) == found


def test_an_unreadable_price_is_said_and_left_open(tmp_path: Path) -> None:
    product = one(tmp_path, {"option1_name": "色", "option1_value": "赤", "price": "お問い合わせ"})
    assert product.variants[0].price is None
    (issue,) = product.issues
    assert (issue.tab, issue.row_key, issue.column) == (Tab.SKUS, "tee/赤", "cart_price")
    assert "お問い合わせ" in text(issue.code, "ja", **issue.params)


def test_a_mangled_barcode_is_said_and_left_open(tmp_path: Path) -> None:
    product = one(tmp_path, {"price": "1", "barcode": "4.90E+12", "sku": "1.2E+07"})
    assert (product.variants[0].barcode, product.variants[0].sku) == ("", "")
    assert [(i.code, i.row_key, i.column, i.params["read"]) for i in product.issues] == [
        ("sku_mangled", "tee", "seller_sku", "1.2E+07"),
        ("barcode_mangled", "tee", "barcode", "4.90E+12"),
    ]


def test_pictures_come_by_position_and_once(tmp_path: Path) -> None:
    product = one(
        tmp_path,
        {"price": "1", "image": "c.jpg", "position": "3"},
        {"image": "x.jpg"},
        {"image": "b.jpg", "position": "2"},
        {"image": "a.jpg", "position": "１"},
        {"image": "b.jpg", "position": "9"},
    )
    assert product.images == ("a.jpg", "b.jpg", "c.jpg", "x.jpg")


def test_pictures_without_positions_keep_the_files_order(tmp_path: Path) -> None:
    assert one(tmp_path, {"image": "z.jpg"}, {"image": "a.jpg"}, {"image": "m.jpg"}).images == (
        "z.jpg",
        "a.jpg",
        "m.jpg",
    )


def test_the_heaviest_variant_gives_the_weight(tmp_path: Path) -> None:
    rows = [
        {"option1_value": v, "option1_name": "色", "weight": w}
        for v, w in [("赤", "0"), ("青", "226.796185"), ("白", "90")]
    ]
    assert one(tmp_path, *rows).weight_g == Decimal("226.796185")
    assert one(tmp_path, rows[0]).weight_g is None
    assert codes(one(tmp_path, {"price": "1", "weight": "軽い"})) == ["weight_unreadable"]


def test_tags_are_split_and_listed_once(tmp_path: Path) -> None:
    assert one(tmp_path, {"price": "1", "tags": "夏, TikTok Shop接続 ,,夏、新作,夏"}).tags == (
        "夏", "TikTok Shop接続", "夏、新作",
    )  # fmt: skip


def test_the_description_is_not_touched(tmp_path: Path) -> None:
    html = "  <p>a\r\nb</p>\n\n<table>\t</table> "
    assert one(tmp_path, {"price": "1", "description": html}).description == html


def test_gift_cards_shifted_rows_and_nul_characters_are_pointed_out(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text(
        "Handle,Title,Price,Gift card\ncard,ギフト券,1000,TRUE\ntee,T\0シャツ,100,FALSE,はみ出し\n", "utf-8"
    )
    card, tee = read(path)
    assert isinstance(card, Product)
    assert isinstance(tee, Product)
    assert (card.kind, codes(card)) == (ProductKind.GIFT_CARD, [])
    assert tee.kind is ProductKind.GOODS
    assert tee.title == "Tシャツ"
    assert [(issue.code, issue.params.get("read")) for issue in tee.issues] == [
        ("row_shifted", "はみ出し"),
        ("characters_removed", None),
    ]


def test_the_price_that_is_struck_through_comes_along(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    for name in ("Compare-at price", "Variant Compare At Price"):
        path.write_text(f"Handle,Title,Price,{name}\ntee,Tシャツ,1000,1500\n", "utf-8")
        assert only(path).variants[0].list_price == 1500


# ---------------------------------------------------------------- files that cannot be read


def test_a_broken_quote_is_named_before_any_product_comes(tmp_path: Path) -> None:
    path = tmp_path / "p.csv"
    path.write_text('Handle,Title,Price\na,A,100\nb,"B,100\nc,C,100\nd,D,100\n', "utf-8")
    source = ShopifyCsv(path)
    with pytest.raises(UsageError) as refusal:
        next(source.products())
    assert (refusal.value.code, refusal.value.params) == ("quote_broken", {"file": "p.csv", "line": 3})


def test_a_missing_file_is_a_usage_error(tmp_path: Path) -> None:
    for name in ("none.csv", "none_*.csv", "."):
        with pytest.raises(UsageError) as refusal:
            list(ShopifyCsv(tmp_path / name).products())
        assert refusal.value.code == ("source_folder_empty" if name == "." else "source_missing")


# ---------------------------------------------------------------- real files

SAMPLES = Path(__file__).parents[2].parent / "shared" / "samples"
needs_samples = pytest.mark.skipif(not SAMPLES.is_dir(), reason="real sample files are not part of the project")


@needs_samples
@pytest.mark.parametrize(
    ("name", "products", "variants", "records", "mangled"),
    [
        ("shopify_partners_jewelery.csv", 20, 23, 41, 0),
        ("shopify_template_legacy_headers.csv", 3, 16, 17, 0),
        ("shopify_template_excel_mangled_barcodes.csv", 3, 16, 17, 16),
    ],
)
def test_real_files_are_read_whole(name: str, products: int, variants: int, records: int, mangled: int) -> None:
    source = ShopifyCsv(SAMPLES / name)
    items = [item for item in source.products() if isinstance(item, Product)]
    assert len(items) == products
    assert sum(len(product.variants) for product in items) == variants
    assert source.records() == records == sum(product.records for product in items)
    assert [code for product in items for code in codes(product)] == ["barcode_mangled"] * mangled


@needs_samples
def test_a_real_products_values() -> None:
    shirt, pants, hat = ShopifyCsv(SAMPLES / "shopify_template_legacy_headers.csv").products()
    assert isinstance(shirt, Product)
    assert isinstance(pants, Product)
    assert isinstance(hat, Product)
    assert shirt.variants[1].key == "example-shirt/Green / M"
    assert shirt.variants[1].options == (Option("Color", "Green"), Option("Size", "M"))
    assert shirt.tags == ("Made to Order", "Shirt Tag")
    assert (pants.status, hat.status) == (CartStatus.DRAFT, CartStatus.ARCHIVED)
    assert len(pants.images) == 4
    assert hat.variants == (
        Variant(
            "example-hat", "HAT_GRY_275", Decimal("17.99"), 50, barcode="122327648356", list_price=Decimal("22.99")
        ),
    )


def test_columns_that_a_file_lacks_are_named_so_that_nothing_is_blanked(tmp_path: Path) -> None:
    short, rest = tmp_path / "a.csv", tmp_path / "b.csv"
    short.write_text("Handle,Title,Variant SKU,Variant Price\ncup,湯のみ,C-1,900\n", "utf-8")
    cup = next(iter(ShopifyCsv(short).products()))
    assert isinstance(cup, Product)
    assert {"description", "barcode", "package_weight_g", "image_1", "image_9", "sku_image"} == cup.untold - {
        f"image_{slot}" for slot in range(2, 9)
    }
    rest.write_text("Handle,Title,Variant SKU,Variant Price,Variant Barcode\ncup,,,,4901234567894\n", "utf-8")
    both = [item for item in ShopifyCsv(tmp_path / "*.csv").products() if isinstance(item, Product)]
    assert "barcode" not in both[0].untold, "one of its files has the column"
