"""What a cart says of a product beyond the columns: kept with the product's base row (`BaseRow.extra`), so that every
later run can speak of it and act on it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sheets_sync.issue import Tab
from sheets_sync.products import Option, Product, ProductKind, Variant
from sheets_sync.records import Plain
from sheets_sync.template import IMAGE_SLOTS, OPTION_SLOTS

KIND = "kind"
IMAGES = "images"
OPTIONS = "options"
STARTS, ENDS = "sale_starts", "sale_ends"
PREORDER = "preorder"
REMARKS, MORE_REMARKS = "remarks", "more_remarks"
GONE_ON = "gone_on"
"""The day of the export that first missed a product."""

ATTRIBUTE = "attribute:"
"""Prefix of what the cart knows of a thing that categories may ask for, by its name."""

_REMARKS_KEPT = 20
_BETWEEN = "\n"


@dataclass(frozen=True, slots=True)
class Remark:
    """A fault of the cart's record, as it is told in the row. `sku` names the SKU that it is about, "" = the product;
    `column` may be "".
    """

    tab: Tab
    sku: str
    column: str
    code: str
    params: Mapping[str, object]


def facts_of(product: Product) -> dict[str, Plain]:
    """The facts of a product; what goes without saying is left out."""
    facts: dict[str, Plain] = {}
    if product.kind is not ProductKind.GOODS:
        facts[KIND] = product.kind.value
    if len(product.images) > IMAGE_SLOTS:
        facts[IMAGES] = len(product.images)
    if names := too_many_options(product):
        facts[OPTIONS] = _BETWEEN.join(names)
    facts |= {name: text for name, text in ((STARTS, product.sale_starts), (ENDS, product.sale_ends)) if text}
    if product.preorder:
        facts[PREORDER] = True
    facts |= {ATTRIBUTE + name: value for name, value in product.attributes.items() if value}
    if product.issues:
        facts[REMARKS] = _told(product)
    if (more := len(product.issues) - _REMARKS_KEPT) > 0:
        facts[MORE_REMARKS] = more
    return facts


def too_many_options(product: Product) -> tuple[str, ...]:
    """The option names of the variant that has the most, where these are more than TikTok Shop has room for."""
    most: tuple[Option, ...] = ()
    for variant in product.variants:
        if len(variant.options) > max(OPTION_SLOTS, len(most)):
            most = variant.options
    return tuple([option.name for option in most])


def options_left_out(extra: Mapping[str, Plain]) -> tuple[str, ...]:
    """As kept: all option names of a product that has more of them than TikTok Shop has room for, else nothing."""
    names = extra.get(OPTIONS)
    return tuple(names.split(_BETWEEN)) if isinstance(names, str) else ()


def option_params(names: Sequence[str]) -> dict[str, object]:
    """Places of the messages that speak of too many options."""
    return {
        "count": len(names),
        "max": OPTION_SLOTS,
        "names": "・".join(names[OPTION_SLOTS:]),
        "last": names[OPTION_SLOTS - 1],
        "slot": OPTION_SLOTS,
    }


def kind_of(extra: Mapping[str, Plain]) -> ProductKind:
    """What is sold; a kind that this version does not know counts as goods."""
    kind = extra.get(KIND)
    return ProductKind(kind) if kind and kind in set(ProductKind) else ProductKind.GOODS


def attributes_of(extra: Mapping[str, Plain]) -> dict[str, str]:
    """What the cart knows of things that categories may ask for, by name."""
    return {
        name.removeprefix(ATTRIBUTE): value
        for name, value in extra.items()
        if name.startswith(ATTRIBUTE) and isinstance(value, str)
    }


def remarks_of(extra: Mapping[str, Plain]) -> Iterator[Remark]:
    """The faults of the record as they were kept, at most the first twenty of them."""
    kept = extra.get(REMARKS)
    for tab, sku, column, code, params in json.loads(kept) if isinstance(kept, str) else ():
        yield Remark(Tab(tab), sku, column, code, params)


def _told(product: Product) -> str:
    variants = {variant.key: variant for variant in product.variants} if product.has_variants else {}
    kept = [
        [issue.tab.value, _label(variants.get(issue.row_key)), issue.column or "", issue.code, dict(issue.params)]
        for issue in product.issues[:_REMARKS_KEPT]
    ]
    return json.dumps(kept, ensure_ascii=False, separators=(",", ":"), default=str)


def _label(variant: Variant | None) -> str:
    if variant is None:
        return ""
    return "・".join(option.value for option in variant.options if option.value) or variant.sku or variant.key
