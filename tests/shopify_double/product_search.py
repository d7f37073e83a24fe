"""Which products a search means. A field that the platform does not know is ignored: everything matches it, and only
`extensions.search` tells."""

import datetime as dt
import operator
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from .catalogue import Product, Variant
from .search_words import SyntaxFault, Term, fulfils, parse, terms

SHOP_TIME = dt.timezone(dt.timedelta(hours=9))
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le,
}  # fmt: skip
_TEXTS: dict[str, Callable[[Product], Iterable[str]]] = {
    "tag": lambda product: product.tags,
    "vendor": lambda product: [product.vendor],
    "product_type": lambda product: [product.product_type],
    "handle": lambda product: [product.handle],
    "title": lambda product: [product.title, *product.title.split()],
    "sku": lambda product: [variant.sku or "" for variant in product.variants],
    "barcode": lambda product: [variant.barcode or "" for variant in product.variants],
    "category_id": lambda product: [product.category[0]] if product.category else [],
}
_TIMES = {"updated_at": "updated_at", "created_at": "created_at", "published_at": "published_at"}
_NUMBERS: dict[str, Callable[[Product], Iterable[int]]] = {
    "id": lambda product: [product.number],
    "variant_id": lambda product: [variant.number for variant in product.variants],
}
_FLAGS: dict[str, Callable[[Product], bool]] = {
    "gift_card": lambda product: product.is_gift_card,
    "bundles": lambda product: bool(product.components),
    "tracks_inventory": lambda product: any(variant.tracked for variant in product.variants),
    "has_only_default_variant": lambda product: not product.variants[0].options,
}


@dataclass
class Search:
    """A `query:` as read once; asked about each product."""

    text: str
    warnings: list[dict[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        try:
            self._wish = parse(self.text) if self.text.strip() else None
        except SyntaxFault:
            self._wish = None
            self._warn("query", "Syntax error: the rest of the query was ignored.")
            return
        for term in terms(self._wish) if self._wish else []:
            if term.field in _TIMES and not term.quoted and ":" in term.value:
                self._warn(term.field, f"Input `{term.value}` contains unescaped characters; quote it.")
            if not _known(term.field):
                self._warn(term.field, "Invalid search field for this query.")

    def matches(self, product: Product) -> bool:
        return self._wish is None or fulfils(self._wish, lambda term: _holds(term, product))

    def matches_variant(self, variant: Variant) -> bool:
        """For `productVariants`, by its own code and that of its product."""
        if self._wish is None:
            return True
        own = {"sku": variant.sku or "", "barcode": variant.barcode or "", "id": str(variant.number)}
        return fulfils(
            self._wish,
            lambda term: own[term.field] == term.value if term.field in own else _holds(term, variant.product),
        )

    def _warn(self, name: str, message: str) -> None:
        self.warnings.append({"field": name, "message": message})


def _known(name: str) -> bool:
    fixed = {"", "status", "tag_not", "published_status", "inventory_total", *_TEXTS, *_TIMES, *_NUMBERS, *_FLAGS}
    return name in fixed or name.startswith("metafields.")


def _holds(term: Term, product: Product) -> bool:
    name, value = term.field, term.value
    if not _known(name):
        return True
    if name in _TEXTS:
        return any(_same(term, text) for text in _TEXTS[name](product))
    if name in _NUMBERS:
        return value.isdigit() and any(_COMPARE[term.comparison](one, int(value)) for one in _NUMBERS[name](product))
    if name in _TIMES:
        return _time_holds(term, getattr(product, _TIMES[name]) or "")
    if name in _FLAGS:
        return _FLAGS[name](product) is (value.lower() == "true")
    if name.startswith("metafields."):
        full = name.removeprefix("metafields.")
        return any(f"{one.namespace}.{one.key}" == full and _same(term, one.value) for one in product.metafields)
    return _other(term, product)


def _other(term: Term, product: Product) -> bool:
    match term.field:
        case "status":
            return product.status.lower() in [one.strip().lower() for one in term.value.split(",")]
        case "tag_not":
            return not any(_same(term, tag) for tag in product.tags)
        case "published_status":
            return (product.published_at is not None) is (term.value.lower() == "published")
        case "inventory_total":
            total = sum(one if isinstance(one := v.stock, int) else sum(one.values()) for v in product.variants)
            return _COMPARE[term.comparison](total, int(term.value))
    words = " ".join([product.title, product.vendor, product.product_type, *product.tags]).lower()
    return term.value.lower() in words


def _same(term: Term, text: str) -> bool:
    """The platform folds case; a lone `*` asks whether there is anything at all."""
    wanted, found = term.value.lower(), text.lower()
    return (found.startswith(wanted) and bool(found)) if term.prefix else found == wanted


def _time_holds(term: Term, value: str) -> bool:
    if not value:
        return False
    wanted = term.value
    if not term.quoted and ":" in wanted:  # cut to the hour and read in shop time
        wanted = wanted.split(":")[0] + ":00:00+09:00"
    try:
        moment = dt.datetime.fromisoformat(wanted)
    except ValueError:
        return True
    moment = moment if moment.tzinfo else moment.replace(tzinfo=SHOP_TIME)
    return _COMPARE[term.comparison](dt.datetime.fromisoformat(value), moment)
