"""Listings as two narrow frames of typed columns: a row per product, and a row per SKU that shall be offered.

A column `key` holds what was read. A column `key|marks` holds what texts.py found in it. A column `key|code` is True
where a rule that looks across columns or rows is broken; its message's places wait in `details`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from sheets_sync.cells import shortened
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.issue import Tab
from sheets_sync.shop import Category, CategoryRules
from sheets_sync.states import StockPolicy
from sheets_sync.template import OPTION_SLOTS, Template, fold
from sheets_sync.validation import texts
from sheets_sync.validation.barcodes import barcode_fault
from sheets_sync.validation.brands import BrandChecks
from sheets_sync.validation.categories import CategoryChecks
from sheets_sync.validation.faults import Fault, Params
from sheets_sync.validation.variants import variant_faults

DIMENSIONS = ("package_length_cm", "package_width_cm", "package_height_cm")
OPTIONS = tuple(f"option{slot}_{part}" for slot in range(1, OPTION_SLOTS + 1) for part in ("name", "value"))
PRODUCT_TEXTS = ("title", "description")
PRODUCT_NUMBERS = ("package_weight_g", *DIMENSIONS, "priority", "max_order_quantity")
SKU_NUMBERS = ("price", "stock", "presale_days")
PRODUCT_FLAGS = (
    ("seller_sku", "sku_none"),
    ("seller_sku", "skus_too_many"),
    ("description", "description_images_too_many"),
    ("category", "category_unknown"),
    ("category", "category_unknown_closest"),
    ("category", "category_not_leaf"),
    ("category", "category_not_available"),
    ("brand", "brand_unknown"),
    ("brand", "brand_unknown_closest"),
    *((column, code) for code in ("dimension_required", "dimension_missing") for column in DIMENSIONS),
    *((column, code) for code in ("lines_too_many", "lines_too_long") for column in ("search_terms", "features")),
    ("scheduled_at", "schedule_past"),
    ("scheduled_at", "schedule_too_far"),
)
SKU_FLAGS = (
    ("seller_sku", "sku_code_plain"),
    ("seller_sku", "sku_code_doubled"),
    ("seller_sku", "sku_code_doubled_elsewhere"),
    ("stock", "stock_unmanaged"),
    ("stock", "stock_above_cart"),
    ("barcode", "barcode_not_digits"),
    ("barcode", "barcode_unknown_type"),
    ("barcode", "barcode_length"),
    ("barcode", "barcode_check_digit"),
    ("barcode", "barcode_doubled"),
    ("presale_days", "presale_differs"),
    ("presale_days", "presale_not_allowed"),
    ("option1_name", "option_required"),
    ("option1_value", "option_combination_doubled"),
    *((f"option{slot}_value", code) for code in ("option_missing", "option_value_missing") for slot in (1, 2, 3)),
    *(
        (f"option{slot}_name", code)
        for code in ("option_name_missing", "option_names_differ", "option_count_differs", "option_name_doubled")
        for slot in (1, 2, 3)
    ),
)
_SCHEDULE_DAYS = 90
_NAMES_SHOWN = 3
_PLAIN_CODE = re.compile(r"[A-Za-z0-9_-]{6,50}")
"""A seller SKU where the category wants plain ones (Partner Center, Get Category Rules: `seller_sku`)."""


@dataclass(frozen=True)
class Outside:
    """What is known about the world outside the rows. No `categories`, no `now`: not known, so nothing is judged by it.

    `brands`: names that may be offered instead of an unknown one.
    `clean` makes of a description what is really sent: it is asked only where the text as typed breaks a rule.
    """

    rules: Mapping[str, CategoryRules]
    categories: Mapping[str, Category] = field(default_factory=dict)
    brands_known: bool = True
    brands: Collection[str] = ()
    now: dt.datetime | None = None
    clean: Callable[[str], str] | None = None


class Place(NamedTuple):
    """Where a frame's row stands in the workbook; `listing` is the number of its product."""

    tab: Tab
    row_key: str
    product_key: str
    listing: int


@dataclass(frozen=True)
class Rows:
    """A frame with the place of each row, and what the flags' messages need, by (column, code) and row."""

    frame: pd.DataFrame
    places: Sequence[Place]
    details: Mapping[tuple[str, str], Mapping[int, Params]]


def product_rows(listings: Sequence[DesiredListing], template: Template, outside: Outside) -> Rows:
    """A row per listing."""
    limits = template.limits
    longest_run = int(limits["same_character_max"])
    titles = [listing.title for listing in listings]
    descriptions, description_marks = _descriptions(listings, template, outside)
    columns: dict[str, object] = {
        "title": _texts(titles),
        "title|marks": texts.marks(titles, longest_run),
        "description": _texts(descriptions),
        "description|marks": description_marks,
        "category": _texts([listing.category or listing.category_text for listing in listings]),
        "image_1": np.array([len(listing.images) for listing in listings], np.int64),
        "package_weight_g": _numbers([listing.package_weight_g for listing in listings]),
        **{
            column: _numbers([listing.dimensions_cm[side] for listing in listings])
            for side, column in enumerate(DIMENSIONS)
        },
        "priority": _numbers([listing.priority for listing in listings]),
        "max_order_quantity": _numbers([listing.max_order_quantity for listing in listings]),
    }
    faults = _product_faults(listings, descriptions, template, outside)
    details = _flagged(columns, faults, PRODUCT_FLAGS, len(listings))
    places = [
        Place(Tab.PRODUCTS, listing.product_key, listing.product_key, number) for number, listing in enumerate(listings)
    ]
    return Rows(pd.DataFrame(columns), places, details)


def sku_rows(listings: Sequence[DesiredListing], template: Template, outside: Outside) -> Rows:
    """A row per SKU that shall be offered, the SKUs of one listing one after the other."""
    groups = [listing.active_skus for listing in listings]
    skus = [sku for group in groups for sku in group]
    places = [
        Place(sku.tab, sku.ref.key, listing.product_key, number)
        for number, (listing, group) in enumerate(zip(listings, groups, strict=True))
        for sku in group
    ]
    columns: dict[str, object] = {
        "seller_sku": _texts([sku.seller_sku for sku in skus]),
        "price": _numbers([sku.price for sku in skus]),
        "stock": _numbers([sku.stock for sku in skus]),
        "presale_days": _numbers([sku.presale_days for sku in skus]),
    }
    columns.update(_option_columns(skus, int(template.limits["same_character_max"])))
    faults = [
        *_group_faults(listings, groups, outside),
        *_row_faults(skus, [listings[place.listing].stock_policy for place in places]),
        *_doubled_codes(skus, [place.product_key for place in places]),
    ]
    details = _flagged(columns, faults, SKU_FLAGS, len(skus))
    return Rows(pd.DataFrame(columns), places, details)


# ---------------------------------------------------------------- columns


def _texts(values: Iterable[str]) -> pd.Series[str]:
    return pd.Series([value or None for value in values], dtype=object)


def _numbers(values: Sequence[object]) -> pd.Series[float]:
    return pd.Series(np.array(values, dtype=np.float64))


def _flagged(
    columns: dict[str, object], faults: Iterable[Fault], flags: Sequence[tuple[str, str]], size: int
) -> dict[tuple[str, str], dict[int, Params]]:
    """Add a bool column for each flag; the places of the messages come back by flag and row."""
    details: dict[tuple[str, str], dict[int, Params]] = {}
    for fault in faults:
        details.setdefault((fault.column, fault.code), {})[fault.row] = fault.params
    for flag in flags:
        broken = np.zeros(size, np.bool_)
        broken[list(details.get(flag, ()))] = True
        columns["|".join(flag)] = broken
    return details


def _descriptions(
    listings: Sequence[DesiredListing], template: Template, outside: Outside
) -> tuple[list[str], texts.Marks]:
    """Descriptions as typed, or as they will be sent where what was typed breaks a rule; with their marks."""
    longest_run = int(template.limits["same_character_max"])
    found = [listing.description for listing in listings]
    marks = texts.marks(found, longest_run, html=True)
    marks[[row for row, text in enumerate(found) if not text]] = 0
    if outside.clean is None:
        return found, marks
    longest = template.limits["description_max"]
    doubtful = [row for row, text in enumerate(found) if text and (marks[row] or len(text) > longest)]
    for row in doubtful:
        found[row] = outside.clean(found[row])
    marks[doubtful] = texts.marks([found[row] for row in doubtful], longest_run, html=True)
    return found, marks


def _option_columns(skus: Sequence[DesiredSku], longest_run: int) -> Iterator[tuple[str, object]]:
    """Option names and values with their marks. The same few texts stand in many rows, so each is looked at once."""
    for number, column in enumerate(OPTIONS):
        slot, is_value = divmod(number, 2)
        given = [
            (sku.options[slot].value if is_value else sku.options[slot].name) if len(sku.options) > slot else ""
            for sku in skus
        ]
        distinct = list(dict.fromkeys(given))
        marks = dict(zip(distinct, texts.marks(distinct, longest_run), strict=True))
        yield column, _texts(given)
        yield f"{column}|marks", np.array([marks[text] for text in given], np.uint8)


# ---------------------------------------------------------------- rules that look across columns


def _product_faults(
    listings: Sequence[DesiredListing], descriptions: Sequence[str], template: Template, outside: Outside
) -> Iterator[Fault]:
    categories, brands = CategoryChecks(outside.categories), BrandChecks(outside.brands)
    limits = template.limits
    now = _local(outside.now, template)
    for row, listing in enumerate(listings):
        if fault := categories.fault(listing):
            yield Fault(row, "category", *fault)
        if outside.brands_known and listing.brand_text and not listing.brand:
            yield Fault(row, "brand", *brands.fault(listing.brand_text))
        yield from _sku_count_faults(row, listing, limits)
        yield from _dimension_faults(row, listing, outside.rules.get(listing.category))
        yield from _lines_faults(row, listing, limits)
        if (pictures := descriptions[row].lower().count("<img")) > limits["description_images_max"]:
            params = {"count": pictures, "limit": int(limits["description_images_max"])}
            yield Fault(row, "description", "description_images_too_many", params)
        if now and listing.scheduled_at:
            yield from _schedule_faults(row, listing.scheduled_at, now)


def _sku_count_faults(row: int, listing: DesiredListing, limits: Mapping[str, float]) -> Iterator[Fault]:
    count = len(listing.active_skus)
    if not count:
        yield Fault(row, "seller_sku", "sku_none")
    elif count > limits["skus_max"]:
        yield Fault(row, "seller_sku", "skus_too_many", {"count": count, "limit": int(limits["skus_max"])})


def _dimension_faults(row: int, listing: DesiredListing, rules: CategoryRules | None) -> Iterator[Fault]:
    blank = [column for column, side in zip(DIMENSIONS, listing.dimensions_cm, strict=True) if side is None]
    if rules and rules.dimensions_required:
        yield from (Fault(row, column, "dimension_required") for column in blank)
    elif len(blank) < len(DIMENSIONS):
        yield from (Fault(row, column, "dimension_missing") for column in blank)


def _lines_faults(row: int, listing: DesiredListing, limits: Mapping[str, float]) -> Iterator[Fault]:
    for column, lines in (("search_terms", listing.search_terms), ("features", listing.features)):
        most, longest = int(limits[f"{column}_max"]), int(limits[f"{column}_characters_max"])
        if len(lines) > most:
            yield Fault(row, column, "lines_too_many", {"count": len(lines), "limit": most})
        if (length := sum(map(len, lines))) > longest:
            yield Fault(row, column, "lines_too_long", {"length": length, "limit": longest})


def _schedule_faults(row: int, at: dt.datetime, now: dt.datetime) -> Iterator[Fault]:
    if at <= now:
        yield Fault(row, "scheduled_at", "schedule_past", {"read": f"{at:%Y/%m/%d %H:%M}"})
    elif at > now + dt.timedelta(days=_SCHEDULE_DAYS):
        params = {"read": f"{at:%Y/%m/%d %H:%M}", "limit": _SCHEDULE_DAYS}
        yield Fault(row, "scheduled_at", "schedule_too_far", params)


def _local(now: dt.datetime | None, template: Template) -> dt.datetime | None:
    """Now on the shop's clock, as cells tell moments."""
    return now.astimezone(ZoneInfo(template.timezone)).replace(tzinfo=None) if now and now.tzinfo else now


def _group_faults(
    listings: Sequence[DesiredListing], groups: Sequence[Sequence[DesiredSku]], outside: Outside
) -> Iterator[Fault]:
    first = 0
    for listing, group in zip(listings, groups, strict=True):
        rules = outside.rules.get(listing.category)
        for fault in variant_faults(group, rules.pre_order if rules else None):
            yield fault._replace(row=first + fault.row)
        for fault in _category_sku_faults(group, rules) if rules else ():
            yield fault._replace(row=first + fault.row)
        first += len(group)


def _category_sku_faults(skus: Sequence[DesiredSku], rules: CategoryRules) -> Iterator[Fault]:
    """What a category asks of SKUs: plain codes, and options of certain names where there are options."""
    for row, sku in enumerate(skus):
        if rules.plain_codes and sku.seller_sku and not _PLAIN_CODE.fullmatch(sku.seller_sku):
            yield Fault(row, "seller_sku", "sku_code_plain", {"read": shortened(sku.seller_sku)})
    if not skus or not skus[0].options:
        return
    names = {fold(option.name) for option in skus[0].options}
    missing = [rule.name for rule in rules.attributes if rule.sales and rule.required and fold(rule.name) not in names]
    if missing:
        yield Fault(0, "option1_name", "option_required", {"name": " / ".join(missing)})


def _row_faults(skus: Sequence[DesiredSku], policies: Sequence[StockPolicy]) -> Iterator[Fault]:
    for row, (sku, policy) in enumerate(zip(skus, policies, strict=True)):
        if sku.stock is None:
            if policy is not StockPolicy.NEVER and not sku.gone:
                yield Fault(row, "stock", "stock_unmanaged")
        elif sku.stock_fixed and sku.cart_stock is not None and sku.cart_stock < sku.stock:
            yield Fault(row, "stock", "stock_above_cart", {"read": sku.stock, "cart": sku.cart_stock})
        if sku.barcode and (fault := barcode_fault(sku.barcode, sku.barcode_type)):
            yield Fault(row, "barcode", *fault)


def _doubled_codes(skus: Sequence[DesiredSku], products: Sequence[str]) -> Iterator[Fault]:
    """SKU codes that stand twice in the shop: the platform lets them pass, and then nobody can tell the SKUs apart."""
    rows: dict[str, list[int]] = {}
    for row, sku in enumerate(skus):
        if sku.seller_sku:
            rows.setdefault(sku.seller_sku, []).append(row)
    for code, same in rows.items():
        if len(same) == 1:
            continue
        owners = {row: products[row] for row in same}
        elsewhere = len(set(owners.values())) > 1
        names = owners if elsewhere else {row: skus[row].ref.key for row in same}
        known = list(dict.fromkeys(names.values()))
        fault = "sku_code_doubled_elsewhere" if elsewhere else "sku_code_doubled"
        for row in same:
            params = {"read": shortened(code), "others": _others(known, names[row])}
            yield Fault(row, "seller_sku", fault, params)


def _others(names: Sequence[str], own: str) -> str:
    """The first few names that are not one's own."""
    others = [name for name in names[: _NAMES_SHOWN + 1] if name != own][:_NAMES_SHOWN]
    return ", ".join(others) + (" …" if len(names) - 1 > len(others) else "")
