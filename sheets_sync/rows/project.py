"""What a product of the cart looks like as rows of the workbook: cart cells and prefilled cells, as plain values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from decimal import ROUND_CEILING
from enum import StrEnum
from functools import lru_cache
from zoneinfo import ZoneInfo

from sheets_sync.cells import trimmed
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Product, ProductKind, Variant
from sheets_sync.records import Plain
from sheets_sync.rows.cart_facts import facts_of, option_params, too_many_options
from sheets_sync.rows.fields import fields_of
from sheets_sync.rows.plain import PlainTab, skus_note
from sheets_sync.rows.pricing import PriceRule, variant_price
from sheets_sync.rows.tag_rule import TagRule, tag_facts
from sheets_sync.states import Overwrite
from sheets_sync.template import IMAGE_SLOTS, OPTION_SLOTS, Template, fold

LONGEST_CELL = 32_767
"""UTF-16 units that a cell of Excel holds."""


class DeletedInCart(StrEnum):
    """What happens to rows whose product is gone from the cart."""

    MARK = "mark"
    REMOVE_IF_OFF = "remove-if-off"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class ExportRules:
    """The settings of an export. `allow_gone`: the person said that so many products may be gone at once.
    `accept_key_changes`: rows take over the new keys that are offered.
    """

    price: PriceRule = field(default_factory=PriceRule)
    overwrite: Overwrite = Overwrite.MERGE
    tag_rule: TagRule = field(default_factory=TagRule)
    deleted_in_cart: DeletedInCart = DeletedInCart.MARK
    max_gone_percent: float = 20
    allow_gone: bool = False
    accept_key_changes: bool = False


@dataclass(slots=True)
class ProjectedProduct:
    """A product as rows: plain values by column key, blank ones left out.

    `sku_rows` by variant key, empty for a product without variants, whose SKU columns stand in `product_row`. `extra`
    and `sku_extra` are the facts without a column that go to the store. `starts_on`: it carries the tag. `untold`: see
    `Product.untold`.
    """

    product_row: dict[str, Plain]
    sku_rows: dict[str, dict[str, Plain]]
    extra: dict[str, Plain]
    sku_extra: dict[str, dict[str, Plain]] = field(default_factory=dict)
    starts_on: bool = False
    untold: frozenset[str] = frozenset()

    @property
    def key(self) -> str:
        return str(self.product_row["product_key"])

    @property
    def has_variants(self) -> bool:
        return bool(self.extra.get("has_variants"))


def project(product: Product, rules: ExportRules, template: Template) -> ProjectedProduct:
    """The cart and prefilled cells of one product. For a whole cart build a `Projector` once."""
    return Projector(rules, template)(product)


class Projector:
    """Shows products as the workbook shall (docs/design.md, section 4), for one template and one set of rules."""

    def __init__(self, rules: ExportRules, template: Template) -> None:
        self._rules = rules
        self._timezone = template.timezone
        prefilled = fields_of(template, Tab.PRODUCTS).prefill
        self._fillable = {tab: _fillable(template, tab) for tab in (Tab.PRODUCTS, Tab.SKUS)}
        self._words = {tab: PlainTab(tab, template, "en") for tab in (Tab.PRODUCTS, Tab.SKUS)}
        self._product_texts = tuple((key, _PRODUCT_CELLS[key]) for key in prefilled if key in _PRODUCT_CELLS)
        self._tag = fold(rules.tag_rule.tag)

    def __call__(self, product: Product) -> ProjectedProduct:
        row: dict[str, Plain] = {
            "product_key": product.key,
            "cart_title": cell_text(product.title),
            "cart_type": cell_text(product.product_type),
            "cart_status": product.status.value,
            "cart_updated_at": shown_moment(product.updated_at, self._timezone),
        }
        for column, value in self._product_texts:
            row[column] = value(product)
        if product.cells:
            row |= self._cells(Tab.PRODUCTS, product.cells, without=self._fillable[Tab.SKUS])
        images = [text for image in product.images if (text := cell_text(image))]
        row.update((f"image_{slot}", image) for slot, image in enumerate(images[:IMAGE_SLOTS], 1))
        tagged = bool(self._tag) and self._tag in map(fold, product.tags)
        extra: dict[str, Plain] = facts_of(product) | tag_facts(self._rules.tag_rule, carried=tagged)
        starts_on = tagged and product.kind is ProductKind.GOODS
        shown = ProjectedProduct(row, {}, extra, starts_on=starts_on, untold=product.untold)
        if product.has_variants:
            row["seller_sku"] = skus_note(len(product.variants))
            extra["has_variants"] = True
            for variant in product.variants:
                shown.sku_rows[variant.key] = _non_blank(self._sku_row(product, row["cart_title"], variant))
                shown.sku_extra[variant.key] = _sku_facts(variant)
        else:
            only = product.variants[0] if product.variants else Variant(product.key)
            row.update(self._sku_cells(only))
            row |= self._cells(Tab.PRODUCTS, {**product.cells, **only.cells})
            extra |= {"variant_key": only.key, **_sku_facts(only)}
        shown.product_row = _non_blank(row)
        return shown

    def _sku_row(self, product: Product, title: Plain, variant: Variant) -> dict[str, Plain]:
        row: dict[str, Plain] = {"product_key": product.key, "variant_key": variant.key, "product_title": title}
        for slot, option in enumerate(variant.options[:OPTION_SLOTS], 1):
            row[f"option{slot}_name"] = cell_text(option.name)
            row[f"option{slot}_value"] = cell_text(option.value)
        row.update(self._sku_cells(variant))
        row["sku_image"] = cell_text(variant.image)
        if product.cells or variant.cells:
            row |= self._cells(Tab.SKUS, {**product.cells, **variant.cells})
        return row

    def _cells(self, tab: Tab, cells: Mapping[str, str], without: Collection[str] = ()) -> dict[str, Plain]:
        """Further prefilled cells, as far as this tab has them. What is said for a whole product of a column of SKUs
        holds for each of them.
        """
        words, fillable = self._words[tab], self._fillable[tab]
        return {
            column: words.read(column, cell_text(text))
            for column, text in cells.items()
            if column in fillable and column not in without and text
        }

    def _sku_cells(self, variant: Variant) -> dict[str, Plain]:
        price = variant_price(variant, self._rules.price)
        return {
            "seller_sku": self._id("seller_sku", variant.sku),
            "cart_price": None if price is None else f"{price.normalize():f}",
            "cart_stock": variant.stock if variant.stock_managed else None,
            "barcode": self._id("barcode", variant.barcode),
        }

    def _id(self, column: str, text: str) -> Plain:
        """An id as its cell will be read again: full-width letters and blanks around it are mended on the way."""
        plain = text.isascii() and text.isprintable() and " " not in text
        return text if plain else self._words[Tab.SKUS].read(column, text)


def _fillable(template: Template, tab: Tab) -> frozenset[str]:
    """Editor columns that a cart may fill."""
    fields = fields_of(template, tab)
    return fields.further.union(fields.prefill)


def remarks(product: Product) -> list[Issue]:
    """What is to be told of a product when it is brought in: its record's faults, and what has no room in the sheet."""
    told = list(product.issues)
    if product.kind is not ProductKind.GOODS:
        told.append(Issue(Tab.PRODUCTS, product.key, None, f"cart_kind_{product.kind}", Severity.INFO))
    if names := too_many_options(product):
        params = option_params(names)
        told.append(Issue(Tab.PRODUCTS, product.key, None, "options_left_out", Severity.INFO, params))
    if len(product.images) > IMAGE_SLOTS:
        params = {"read": len(product.images), "max": IMAGE_SLOTS}
        told.append(Issue(Tab.PRODUCTS, product.key, f"image_{IMAGE_SLOTS}", "images_left_out", Severity.INFO, params))
    return told


def cell_text(text: str) -> str:
    """Text as its cell will be read again: without outer blanks, no longer than a cell can hold."""
    text = trimmed(text)
    if len(text) * 2 <= LONGEST_CELL:
        return text
    return text.encode("utf-16-le", "surrogatepass")[: LONGEST_CELL * 2].decode("utf-16-le", "ignore").rstrip()


def shown_moment(text: str, timezone: str) -> str:
    """A moment of the cart (ISO 8601) as the shop's wall clock shows it, to the second; other text stays as it is."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError:
        return trimmed(text)
    if moment.tzinfo is not None:
        moment = moment.astimezone(_zone(timezone)).replace(tzinfo=None)
    return moment.isoformat(" ", "seconds")


def variant_label(row: Mapping[str, Plain]) -> str:
    """What a person calls a SKU row: its choices (赤・M), else its code."""
    options = [str(value) for n in range(1, OPTION_SLOTS + 1) if (value := row.get(f"option{n}_value"))]
    return "・".join(options) or str(row.get("seller_sku") or row.get("variant_key") or "")


@lru_cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def _sku_facts(variant: Variant) -> dict[str, Plain]:
    return {} if variant.stock_managed else {"unmanaged": True}


def _non_blank(row: Mapping[str, Plain]) -> dict[str, Plain]:
    return {key: value for key, value in row.items() if value is not None and value != ""}


def _weight(product: Product) -> Plain:
    weight = product.weight_g
    return None if not weight else int(weight.to_integral_value(ROUND_CEILING))


_PRODUCT_CELLS: Mapping[str, Callable[[Product], Plain]] = {
    "title": lambda product: cell_text(product.title),
    "description": lambda product: cell_text(product.description),
    "brand": lambda product: cell_text(product.brand),
    "package_weight_g": _weight,
}
"""Editor cells that the cart can fill, where the template says so (`prefill`)."""
