"""Listings that are right in every way, for tests that then break one thing."""

import dataclasses
from collections.abc import Callable
from decimal import Decimal

from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.issue import Issue, Tab
from sheets_sync.messages import text
from sheets_sync.products import Option
from sheets_sync.shop import AttributeRule, Category, CategoryRules, CertificateRule, Condition
from sheets_sync.tables import RowRef
from sheets_sync.template_files import load_template
from sheets_sync.validation.check import check

JP = load_template("JP")
LEAF = "601226"
RULES = CategoryRules(
    LEAF,
    attributes=(
        AttributeRule("100000", "カラー", sales=True),
        AttributeRule(
            "100397", "素材", required=True, multiple=True, values=(("1001039", "コットン"), ("1001040", "麻"))
        ),
        AttributeRule("101619", "電池", custom=False, values=(("1000058", "あり"), ("1000059", "なし"))),
        AttributeRule("101610", "電池の種類", conditions=(Condition("101619", "1000058"),)),
        AttributeRule("101700", "容量", number=True),
    ),
    certificates=(CertificateRule("7001", "PSE", conditions=(Condition("101619", "1000058"),)),),
    size_chart_supported=True,
    pre_order=True,
)
CATEGORIES = {
    "600001": Category("600001", "0", "ファッション", leaf=False),
    LEAF: Category(LEAF, "600001", "Tシャツ", leaf=True),
    "601999": Category("601999", "600001", "医薬品", leaf=True, available=False),
}


def sku(key: str = "P1", **changes: object) -> DesiredSku:
    """A right SKU; with a key that has a slash it is edited on the tab SKU."""
    found = DesiredSku(
        tab=Tab.SKUS if "/" in key else Tab.PRODUCTS,
        ref=RowRef(key),
        variant_key=key,
        seller_sku=f"TS-{key.replace('/', '-')}",
        price=Decimal(1980),
        stock=5,
    )
    return dataclasses.replace(found, **changes)


def variant(key: str, *values: str, **changes: object) -> DesiredSku:
    """A right SKU of a product with variants: カラー, サイズ, 柄 with these values."""
    options = tuple(Option(name, value) for name, value in zip(("カラー", "サイズ", "柄"), values, strict=False))
    return sku(key, options=options, **changes)


def listing(key: str = "P1", **changes: object) -> DesiredListing:
    """A right listing with one SKU."""
    found = DesiredListing(
        ref=RowRef(key),
        product_key=key,
        sync=True,
        title="オーガニックコットンTシャツ 半袖 ★",
        description="<p>やわらかな肌ざわりの半袖Tシャツです。</p>",
        category=LEAF,
        category_text=f"ファッション > Tシャツ [{LEAF}]",
        images=("https://example.com/1.jpg",),
        package_weight_g=250,
        attributes={"100397": ("コットン",)},
        skus=(sku(key),),
    )
    return dataclasses.replace(found, **changes)


def with_variants(*skus: DesiredSku, **changes: object) -> DesiredListing:
    return listing(skus=skus, has_variants=True, **changes)


def found(*listings: DesiredListing, rules: CategoryRules | None = RULES, **options: object) -> list[Issue]:
    """Issues of the listings; each must have a whole message in both languages."""
    options.setdefault("categories", CATEGORIES)
    issues = check(listings, JP, {LEAF: rules} if rules else {}, **options)
    for issue in issues:
        for language in ("ja", "en"):
            said = text(issue.code, language, **issue.params)
            assert said != issue.code
            assert "?" not in said.replace('"?', "") or issue.code == "category_unknown_closest", said
    return issues


def codes(*listings: DesiredListing, **options: object) -> list[tuple[str, str]]:
    """(column, code) of each issue."""
    return [(issue.column, issue.code) for issue in found(*listings, **options)]


Change = Callable[..., DesiredListing]
