"""Rows, defaults and rules put together: what each product shall look like on TikTok Shop."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from sheets_sync.desired import DesiredListing, DesiredSku, Taken
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Option
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.accidents import Accidents
from sheets_sync.rows.attributes import asked_ids
from sheets_sync.rows.barcodes import barcode_type
from sheets_sync.rows.cart_attributes import cart_values, merged_value, value_of_new_row
from sheets_sync.rows.cart_facts import ENDS, GONE_ON, PREORDER, STARTS, kind_of, option_params, options_left_out
from sheets_sync.rows.categories import CategoryIndex, takes_suggestion
from sheets_sync.rows.defaults import Defaults, Resolved
from sheets_sync.rows.passing_over import WAITS
from sheets_sync.rows.plain import is_skus_note, plain_of
from sheets_sync.rows.pricing import PriceRule, StockRule, effective_price, effective_stock
from sheets_sync.rows.project import variant_label
from sheets_sync.rows.typed import CLEAR, Typed, TypedRow
from sheets_sync.sale_period import sale_period
from sheets_sync.shop import CategoryRules
from sheets_sync.states import Action, CartStatus, StockPolicy
from sheets_sync.template import IMAGE_SLOTS, OPTION_SLOTS, fold

SUGGESTED, ACTION_RESULT = "suggested_category", "action_result"
"""The result columns that have to be parsed with the product rows: 「候補どおり」 takes the text of the one, and the
other tells whether a sheet has seen that an instruction was carried out.
"""

_SIZES = ("package_length_cm", "package_width_cm", "package_height_cm")
_NO_BRAND = frozenset(map(fold, ("ノーブランド", "no brand")))
_NEW_BRAND = re.compile(r"\s*[{｛]{2}\s*(?:新規|new)\s*[}｝]{2}\s*(.*?)\s*", re.IGNORECASE)
"""`{{新規}}name`: a brand of the shop's own, to be made by the next import where there is none of that name."""

_UNKNOWN = BaseRow(Tab.PRODUCTS, "", "")


@dataclass(frozen=True, slots=True)
class DesiredRules:
    """The settings that turn rows into what is sent. `timezone`: the market's."""

    price: PriceRule = field(default_factory=PriceRule)
    stock: StockRule = field(default_factory=StockRule)
    stock_policy: StockPolicy = StockPolicy.INITIAL
    timezone: dt.tzinfo = dt.UTC


@dataclass(frozen=True, slots=True)
class Surroundings:
    """Everything beside the rows: `base` of the store by tab (the truth of cart cells), what the platform offers
    (`brands` name → id, `category_rules` by category id as far as they are known), settings, and what went wrong.
    """

    base: Mapping[Tab, Mapping[str, BaseRow]]
    categories: CategoryIndex
    brands: Mapping[str, str] = field(default_factory=dict)
    category_rules: Mapping[str, CategoryRules] = field(default_factory=dict)
    defaults: Defaults = field(default_factory=Defaults)
    rules: DesiredRules = field(default_factory=DesiredRules)
    accidents: Accidents = field(default_factory=Accidents)


def desired_listings(
    products: Sequence[TypedRow],
    skus: Iterable[TypedRow],
    attributes: Iterable[TypedRow],
    around: Surroundings,
) -> tuple[list[DesiredListing], list[Issue]]:
    """One listing per product row, in sheet order, with what is wrong in putting them together.

    `products` must have been parsed with SUGGESTED and ACTION_RESULT besides the editor's columns. Blank cells take the
    nearest default; blank without a default means "not set". Identical copies of a row are left out; other accidents
    leave their product `held`. The cells' own faults (`TypedRow.issues`) and the accidents' issues are not repeated.
    """
    assembly = _Assembly(around, _by_product(skus, around), _by_product(attributes, around))
    listings = [
        assembly.listing(row, position)
        for position, row in enumerate(products)
        if (Tab.PRODUCTS, row.ref) not in around.accidents.ignored
    ]
    return listings, assembly.issues


def _by_product(rows: Iterable[TypedRow], around: Surroundings) -> dict[str, list[TypedRow]]:
    found: dict[str, list[TypedRow]] = {}
    for row in rows:
        if (row.tab, row.ref) not in around.accidents.ignored:
            base = around.base.get(row.tab, {}).get(row.ref.key) if row.tab is Tab.SKUS else None
            found.setdefault(base.product_key if base else row.product_key, []).append(row)
    return found


class _Assembly:
    def __init__(
        self, around: Surroundings, skus: Mapping[str, list[TypedRow]], attributes: Mapping[str, list[TypedRow]]
    ) -> None:
        self._around, self._skus, self._attributes = around, skus, attributes
        self._brands = {fold(name): brand for name, brand in around.brands.items()}
        self._brand_ids = frozenset(around.brands.values())
        self._hanging: dict[str, frozenset[str]] = {}
        self.issues: list[Issue] = []

    def listing(self, row: TypedRow, position: int) -> DesiredListing:
        """The product of one row."""
        key = row.ref.key
        base = self._around.base.get(Tab.PRODUCTS, {}).get(key, _UNKNOWN)
        listing = DesiredListing(row.ref, key, position=position)
        _plain_cells(listing, row, self._around.rules)
        listing.held = key in self._around.accidents.held or self._waits(key, base)
        listing.gone = base.gone
        status = base.base.get("cart_status")
        listing.cart_status = CartStatus(status) if status in set(CartStatus) else CartStatus.ACTIVE
        _cart_facts(listing, base, self._around.rules.timezone)
        defaults = self._category(listing, row, str(base.base.get("cart_type") or ""))
        self._brand(listing, row, defaults)
        _package(listing, row, defaults)
        self._attribute_values(listing, base, defaults)
        self._without_unasked(listing)
        rows = self._skus.get(key, [])
        listing.has_variants = (
            bool(base.extra.get("has_variants")) if base is not _UNKNOWN else _shows_variants(row, rows)
        )
        if listing.has_variants:
            listing.skus = tuple(self._sku(sku, sku.ref.key, listing) for sku in rows)
            if not rows:
                self.issues.append(Issue(Tab.PRODUCTS, key, "seller_sku", "skus_missing"))
            self._options_fit(listing, base)
        else:
            listing.skus = (self._sku(row, str(base.extra.get("variant_key") or key), listing),)
        return listing

    def _options_fit(self, listing: DesiredListing, base: BaseRow) -> None:
        """Hold a product with more options than there is room for, until every SKU's options were put together by hand:
        as the cart's first three they would look the same.
        """
        if not (names := options_left_out(base.extra)):
            return
        known = self._around.base.get(Tab.SKUS, {})
        skus = [sku for sku in listing.skus if not sku.excluded]
        combined = all(sku.options != _base_options(known.get(sku.ref.key, _UNKNOWN).base) for sku in skus)
        if not combined or len({sku.options for sku in skus}) < len(skus):
            key, params = listing.product_key, option_params(names)
            self.issues.append(Issue(Tab.PRODUCTS, key, "seller_sku", "options_too_many", params=params))

    def _waits(self, key: str, base: BaseRow) -> bool:
        if not (old := base.extra.get(WAITS)):
            return False
        self.issues.append(Issue(Tab.PRODUCTS, key, "product_key", "key_changed", params={"old": old, "new": key}))
        return True

    def _category(self, listing: DesiredListing, row: TypedRow, cart_type: str) -> Resolved:
        """Settle the category, by the cell or by default, and tell which defaults apply then."""
        text = row.text("category")
        defaults = self._around.defaults.resolve(cart_type)
        if not text and "category" not in row.bad and (default := defaults.columns.get("category")):
            text = str(default.value)
            listing.taken["category"] = Taken(text, default.origin)
        if takes_suggestion(text):
            if not (suggested := row.text(SUGGESTED)):
                self.issues.append(Issue(Tab.PRODUCTS, listing.product_key, "category", "suggestion_missing"))
            text = suggested or text
        listing.category = self._around.categories.id_of(text) if text else ""
        listing.category_text = "" if listing.category else text
        return self._around.defaults.resolve(cart_type, listing.category) if listing.category else defaults

    def _brand(self, listing: DesiredListing, row: TypedRow, defaults: Resolved) -> None:
        value = _taken(listing, row, "brand", defaults)
        text = value if isinstance(value, str) else ""
        listing.no_brand = fold(text) in _NO_BRAND
        if listing.no_brand:
            listing.cleared |= {"brand"}
        if not text or listing.no_brand:
            return
        if new := _NEW_BRAND.fullmatch(text):
            text = new[1]
            if fold(text) not in self._brands:
                listing.new_brand = text
                return
        listing.brand = self._brands.get(fold(text), text if text in self._brand_ids else "")
        listing.brand_text = "" if listing.brand else text

    def _attribute_values(self, listing: DesiredListing, base: BaseRow, defaults: Resolved) -> None:
        """Her values, then the cart's of what has no row yet, then the defaults of what is left blank. Rows that the
        category does not know are left out.
        """
        rules = self._around.category_rules.get(listing.category)
        theirs, known = cart_values(base, rules), self._around.base.get(Tab.ATTRIBUTES, {})
        rows: set[str] = set()
        asked = None if rules is None else {id_ for id_, _ in _names(rules)}
        blank: set[str] = set()
        for row in self._attributes.get(listing.product_key, ()):
            attribute, value = row.text("attribute_id"), row.values.get("value")
            rows.add(attribute)
            if asked and attribute in asked and value is not CLEAR and "value" not in row.bad:
                value = _text(merged_value(known.get(row.ref.key), plain_of(value), theirs.get(attribute)))
            if value is CLEAR:
                listing.cleared |= {f"attribute:{attribute}"}
                blank.add(attribute)
            elif attribute == "size_chart":
                listing.size_chart = listing.size_chart or row.text("value")
            elif "value" in row.bad:
                blank.add(attribute)
            elif (lines := _lines(value)) and (asked is None or attribute in asked):
                listing.attributes.setdefault(attribute, lines)
        for attribute in theirs.keys() - rows:
            first = value_of_new_row(known.get(f"{listing.product_key}/{attribute}"), theirs[attribute])
            if lines := _lines(_text(first)):
                listing.attributes[attribute] = lines
        for attribute, name in _names(rules) if rules else ():
            default = defaults.attributes.get(fold(name)) or defaults.attributes.get(fold(attribute))
            if default and attribute not in listing.attributes and attribute not in blank:
                listing.attributes[attribute] = default.values
                listing.taken[f"attribute:{attribute}"] = Taken("、".join(default.values), default.origin, name)

    def _without_unasked(self, listing: DesiredListing) -> None:
        """Leave out values whose condition is not met, and then those that hung on them."""
        rules = self._around.category_rules.get(listing.category)
        if not rules or listing.attributes.keys().isdisjoint(self._conditional(rules)):
            return
        while (extra := listing.attributes.keys() - asked_ids(rules, listing.attributes)):
            for attribute in extra:
                del listing.attributes[attribute]
                listing.taken.pop(f"attribute:{attribute}", None)

    def _conditional(self, rules: CategoryRules) -> frozenset[str]:
        """Ids of what a category asks for under conditions only."""
        if rules.category_id not in self._hanging:
            ids = {rule.id for rule in rules.attributes if rule.conditions and not rule.required}
            ids |= {f"certification:{rule.id}" for rule in rules.certificates if rule.conditions and not rule.required}
            self._hanging[rules.category_id] = frozenset(ids)
        return self._hanging[rules.category_id]

    def _sku(self, row: TypedRow, variant_key: str, listing: DesiredListing) -> DesiredSku:
        """A SKU as its row, 商品 or SKU, wants it."""
        base = self._around.base.get(row.tab, {}).get(row.ref.key, _UNKNOWN)
        rules, on_skus = self._around.rules, row.tab is Tab.SKUS
        gone = base.gone and on_skus
        if gone:
            params = {"sku": variant_label(base.base)}
            self.issues.append(
                Issue(Tab.SKUS, variant_key, None, "sku_gone", Severity.INFO, params, listing.product_key)
            )
        cart_price = base.base.get("cart_price")
        cart_stock, fixed = _whole(base.base.get("cart_stock")), _whole(row.values.get("stock"))
        stock = effective_stock(cart_stock, not base.extra.get("unmanaged"), fixed, rules.stock)
        code = row.text("seller_sku")
        barcode = row.text("barcode")
        return DesiredSku(
            row.tab,
            row.ref,
            variant_key,
            seller_sku="" if is_skus_note(code) else code,
            price=effective_price(
                None if cart_price is None else Decimal(str(cart_price)), _price(row.values.get("price")), rules.price
            ),
            stock=0 if gone or listing.gone else stock,
            stock_fixed=fixed is not None and not (gone or listing.gone),
            cart_stock=cart_stock,
            barcode=barcode,
            barcode_type=row.text("barcode_type") or barcode_type(barcode),
            options=_options(row) if on_skus else (),
            image=row.text("sku_image") if on_skus else "",
            presale_days=_whole(row.values.get("presale_days")),
            excluded=row.values.get("exclude") is True,
            gone=gone,
        )


def _plain_cells(listing: DesiredListing, row: TypedRow, rules: DesiredRules) -> None:
    """Everything that is in the row as it shall be."""
    values = row.values
    listing.sync, listing.approved = values.get("sync") is True, values.get("approval") is True
    listing.action, listing.action_result = Action(row.text("action")), row.text(ACTION_RESULT)
    listing.title, listing.description = row.text("title"), row.text("description")
    listing.images = tuple([image for slot in range(1, IMAGE_SLOTS + 1) if (image := row.text(f"image_{slot}"))])
    listing.priority = _whole(values.get("priority"))
    listing.stock_policy = StockPolicy(row.text("stock_policy") or rules.stock_policy)
    listing.search_terms, listing.features = _lines(values.get("search_terms")), _lines(values.get("features"))
    listing.size_chart, listing.video = row.text("size_chart"), row.text("video")
    listing.max_order_quantity = _whole(values.get("max_order_quantity"))
    scheduled = values.get("scheduled_at")
    listing.scheduled_at = scheduled if isinstance(scheduled, dt.datetime) else None
    listing.cleared = frozenset(column for column, value in values.items() if value is CLEAR)


def _cart_facts(listing: DesiredListing, base: BaseRow, timezone: dt.tzinfo) -> None:
    """What the cart says of how the product is sold."""
    if not (extra := base.extra):
        return
    listing.kind, listing.preorder = kind_of(extra), extra.get(PREORDER) is True
    listing.sale = sale_period(str(extra.get(STARTS) or ""), str(extra.get(ENDS) or ""), timezone)
    listing.gone_on = str(extra.get(GONE_ON) or "")


def _package(listing: DesiredListing, row: TypedRow, defaults: Resolved) -> None:
    listing.package_weight_g = _whole(_taken(listing, row, "package_weight_g", defaults))
    length, width, height = (_whole(_taken(listing, row, column, defaults)) for column in _SIZES)
    listing.dimensions_cm = (length, width, height)


def _taken(listing: DesiredListing, row: TypedRow, column: str, defaults: Resolved) -> Typed:
    """The cell's value or, where it is blank, the default's. A cell that cannot be read takes none."""
    value = row.values.get(column)
    default = defaults.columns.get(column)
    if value is not None or default is None or column in row.bad:
        return value
    listing.taken[column] = Taken(str(default.value), default.origin)
    return default.value


def _shows_variants(row: TypedRow, skus: Sequence[TypedRow]) -> bool:
    """Without a store: whether the row looks like that of a product with variants."""
    return bool(skus) or is_skus_note(row.text("seller_sku"))


def _names(rules: CategoryRules) -> list[tuple[str, str]]:
    """What a category asks for beside its options, as (id, name)."""
    certificates = [(f"certification:{rule.id}", rule.name) for rule in rules.certificates]
    return [(rule.id, rule.name) for rule in rules.attributes if not rule.sales] + certificates


def _options(row: TypedRow) -> tuple[Option, ...]:
    pairs = ((row.text(f"option{n}_name"), row.text(f"option{n}_value")) for n in range(1, OPTION_SLOTS + 1))
    return tuple([Option(name, value) for name, value in pairs if name or value])


def _base_options(row: Mapping[str, Plain]) -> tuple[Option, ...]:
    """The options that the cart gives a SKU, as far as there are columns for them."""
    slots = range(1, OPTION_SLOTS + 1)
    pairs = ((str(row.get(f"option{n}_name") or ""), str(row.get(f"option{n}_value") or "")) for n in slots)
    return tuple([Option(name, value) for name, value in pairs if name or value])


def _lines(value: Typed) -> tuple[str, ...]:
    return tuple([line for part in value.splitlines() if (line := part.strip())]) if isinstance(value, str) else ()


def _text(value: Plain) -> str | None:
    return value if isinstance(value, str) else None


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def _price(value: Typed) -> Decimal | None:
    return value if isinstance(value, Decimal) else None
