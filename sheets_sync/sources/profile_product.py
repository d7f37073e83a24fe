"""Makes a product of its rows, as a format says what they mean. Pure. Faults become issues, never a lost product."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from itertools import islice
from typing import Final

from sheets_sync.messages import Language, text
from sheets_sync.products import Option, Product, ProductKind, Variant
from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_profile import Profile
from sheets_sync.sources.cart_values import plain
from sheets_sync.sources.product_faults import Faults
from sheets_sync.sources.profile_layout import Row
from sheets_sync.sources.profile_options import Choice, choices
from sheets_sync.sources.profile_pictures import PictureRule
from sheets_sync.sources.profile_rows import Group
from sheets_sync.sources.profile_values import (
    STRICTER,
    grams,
    includes_tax,
    moment,
    sizes,
    status,
    stock,
    tax_rate,
    weight,
)
from sheets_sync.states import CartStatus

_SKU_FAULT: Final = ("sku_mangled", "seller_sku")
_PRICE_FAULT: Final = ("price_unreadable", "cart_price")
_BARCODE_FAULT: Final = ("barcode_mangled", "barcode")


@dataclass(slots=True)
class ProductMaker:
    """Makes products of one format. `metafields`: the setting of that name, attribute names and column keys by what
    the cart calls them (`custom.material`). `all_variants` False: a file with variants was not found. `untold`: see
    `Product.untold`.
    """

    profile: Profile
    language: Language = "ja"
    pictures: PictureRule = field(default_factory=PictureRule)
    metafields: dict[str, str] = field(default_factory=dict)
    all_variants: bool = True
    untold: frozenset[str] = frozenset()

    def __call__(self, group: Group, fingerprint: str = "") -> Product:
        """The product of a group with at least one row."""
        return _Making(self, group).product(fingerprint)


class _Making:
    """One product in the making."""

    def __init__(self, maker: ProductMaker, group: Group) -> None:
        self.maker, self.group, self.profile = maker, group, maker.profile
        self.key = group.key
        self.faults = Faults(group.key)
        rows = [row for _, row in group.rows]
        self.lead = [row for kind, row in group.rows if kind in ("product", "single")] or rows
        self.variant_rows = [row for kind, row in group.rows if kind == "variant"]
        self.offered = [*self.lead, *self.variant_rows]
        self._firsts: dict[str, str] = {}
        self.choices = self._told_apart(choices(group, maker.profile, self.lead))

    def product(self, fingerprint: str) -> Product:
        faults = self.faults
        variants = self._variants()
        self._tell_open_choices()
        attributes, brand, weight_told = self._attributes()
        cells = self._cells(attributes)
        self._look_over()
        return Product(
            key=self.key,
            title=self._first("title"),
            description=self._first_untouched("description"),
            brand=self._first("brand") or brand,
            product_type=self._listed("product_type")[0],
            tags=tuple(tag for tag in self._listed("tags") if tag),
            status=self._status(has_variants=any(variant.options for variant in variants)),
            updated_at=moment(self.lead, "updated", faults),
            images=self._images(),
            variants=variants,
            has_variants=any(variant.options for variant in variants),
            weight_g=self._weight(weight_told),
            kind=self._kind(),
            sale_starts=moment(self.lead, "sale_starts", faults),
            sale_ends=moment(self.lead, "sale_ends", faults),
            preorder=self._preorder(),
            cells=cells,
            attributes=attributes,
            issues=faults.issues,
            records=self.group.records,
            fingerprint=fingerprint,
            untold=self.maker.untold,
        )

    # ------------------------------------------------------------ variants

    def _variants(self) -> tuple[Variant, ...]:
        found: dict[str, Variant] = {}
        lines: dict[str, int] = {}
        has_variants = any(choice.options for choice in self.choices)
        filled = {plain(row.get("sku")): row for row in self.group.values}
        for choice in self.choices:
            row = choice.row
            if has_variants and not choice.options:
                sku, price = row.get("sku"), row.get("price")
                self.faults.say("variant_without_choice", None, row, sku=sku, price=price)
                continue
            words = " / ".join(option.value for option in choice.options)
            key = self._variant_key(choice, words) if has_variants else self.key
            if key in found:
                self.faults.say("variant_doubled", "option1_value", row, key, choice=words, first=lines[key])
                continue
            lines[key] = row.line
            found[key] = self._variant(choice, key, filled)
        if filled:
            row = next(iter(filled.values()))
            self.faults.say("side_rows_unused", None, row, read=row.get("sku"), count=len(filled))
        return tuple(found.values())

    def _told_apart(self, offered: list[Choice]) -> list[Choice]:
        """Several variants without any choice between them get one: their SKU codes."""
        if len(offered) < 2 or any(choice.options for choice in offered):
            return offered
        self.faults.told("variants_named_by_sku", None, offered[0].row)
        name = text("option_unnamed", self.maker.language)
        return [
            replace(choice, options=(Option(name, choice.row.get("sku") or choice.row.get("variant") or str(place)),))
            for place, choice in enumerate(offered, start=1)
        ]

    def _tell_open_choices(self) -> None:
        """Variants that stand for every value of an option ("any size"): nothing tells one such SKU from another."""
        for axis in self.lead[0].layout.axes if self.profile.rows == "parent_child" else ():
            values = next((read for row in self.lead if (read := row.cells[axis.value].strip())), "")
            blank = (row for row in self.variant_rows if not row.cells[axis.value].strip())
            for row in islice((row for row in blank if values and row.cells[axis.name].strip()), 1):
                self.faults.say("option_left_open", None, row, name=row.cells[axis.name].strip(), values=values)

    def _variant_key(self, choice: Choice, words: str) -> str:
        own = "" if choice.sku else plain(choice.row.get("variant"))
        return f"{self.key}/{own or words}"

    def _variant(self, choice: Choice, key: str, filled: dict[str, Row]) -> Variant:
        """`filled`: rows of side files by the SKU code that they name, "" for the product as a whole; taken out."""
        row, faults = choice.row, self.faults
        sku = faults.read(cart_values.code, choice.sku or row.get("sku"), _SKU_FAULT, row, key) or ""
        price, list_price = self._prices(row, key)
        beside = filled.pop(sku, None) or (None if choice.options else filled.pop("", None))
        stock_row = beside if beside and beside.get("stock") else row
        number, managed = stock(stock_row, stock_row.get("stock"), key, faults)
        included, rate = self._tax(row, key)
        barcode = "" if choice.sku else row.get("barcode")  # of a product with several SKUs in one row: none of theirs
        return Variant(
            key=key,
            sku=sku,
            price=price,
            stock=number,
            stock_managed=managed,
            barcode=faults.read(cart_values.barcode, barcode, _BARCODE_FAULT, row, key) or "",
            options=choice.options,
            image=self._variant_image(row),
            list_price=list_price,
            includes_tax=included,
            tax_rate_percent=rate,
        )

    def _tax(self, row: Row, key: str) -> tuple[bool | None, Decimal | None]:
        """Whether the row's price includes tax, and its rate: told by the row itself, or by the product's. What nobody
        understands is told where the price hangs on it.
        """
        rule = self.profile.tax
        code = row.get("tax") or self._first("tax") if rule.column else ""
        told = row.get("tax_rate") or self._first("tax_rate") if rule.rate else ""
        included, rate = includes_tax(rule, code), tax_rate(rule, told) if told else None
        unknown = code if included is None else ""
        if told and rate is None and not included:
            unknown = unknown or told
        if unknown:
            own = unknown in (row.get("tax"), row.get("tax_rate"))
            self.faults.say("tax_unknown", "cart_price", row if own else self.lead[0], key if own else "", read=unknown)
        return included, rate

    def _prices(self, row: Row, key: str) -> tuple[Decimal | None, Decimal | None]:
        """What is asked now, and the price that it is struck through with, where that is higher."""
        faults = self.faults
        normal = faults.read(cart_values.price, self._own_or_inherited(row, "price"), _PRICE_FAULT, row, key)
        struck = faults.read(cart_values.price, self._own_or_inherited(row, "list_price"), _PRICE_FAULT, row, key)
        reduced = faults.read(cart_values.price, row.get("sale_price"), _PRICE_FAULT, row, key)
        if reduced is not None and (normal is None or reduced < normal):
            if row.get("sale_price_starts") or row.get("sale_price_ends"):
                faults.told("sale_price_for_a_time", "cart_price", row, key, read=row.get("sale_price"))
            else:
                normal, struck = reduced, max(filter(None, (normal, struck)), default=None)
        if struck is not None and (normal is None or struck <= normal):
            struck = None
        return normal, struck

    def _own_or_inherited(self, row: Row, field: str) -> str:
        own = row.get(field)
        if own or not self.variant_rows:
            return own
        return self._first(field)

    # ------------------------------------------------------------ the product

    def _first(self, name: str) -> str:
        """What the first of the product's rows that tells a field says."""
        return self._first_untouched(name).strip()

    def _first_untouched(self, name: str) -> str:
        if name not in self._firsts:
            texts = (row.cells[row.layout.at[name]] for row in self.lead)
            self._firsts[name] = next((read for read in texts if read.strip()), "")
        return self._firsts[name]

    def _listed(self, name: str) -> list[str]:
        read = self._first(name)
        separator = next((mark for field, mark in self.profile.separators.items() if field == name), "")
        parts = read.split(separator) if separator else [read]
        return list(dict.fromkeys(part.strip() for part in parts if part.strip())) or [""]

    def _images(self) -> tuple[str, ...]:
        rule = self.maker.pictures
        found: dict[str, None] = {}
        seen: list[str] = []
        for row in self.lead:
            cells = [row.cells[column.at] for column in row.layout.pictures]
            if cells != seen:
                found |= dict.fromkeys(rule.pictures(row, row.layout.pictures, self.key))
                seen = cells
        return tuple(found or rule.fallback(self.lead[0].layout.pictures, self.key))

    def _variant_image(self, row: Row) -> str:
        if self.profile.rows == "parent_child" and not self.variant_rows:
            return ""  # the picture of a product of one piece
        columns = row.layout.variant_pictures
        return next(self.maker.pictures.pictures(row, columns, self.key), "") if columns else ""

    def _weight(self, told: str) -> Decimal | None:
        found = [value for row in self.offered if (value := weight(row, self.faults))]
        if not found and told:
            number, _, unit = told.partition(" ")
            found = [value] if (value := grams(number, unit, self.lead[0], self.faults)) else []
        return max(found, default=None)

    def _status(self, *, has_variants: bool) -> CartStatus:
        """A product that names its options, while the file that lists them is not there, would be sold without them: it
        counts as a draft until then.
        """
        said = status(self.lead, self.faults)
        row = self.lead[0]
        elsewhere = (axis for axis in row.layout.axes if axis.value == row.layout.nothing)
        named = [name for axis in elsewhere if (name := row.cells[axis.name].strip())]
        if has_variants or not named:
            return said
        code = "option_rows_missing" if self.maker.all_variants else "option_file_missing"
        self.faults.say(code, None, row, read="、".join(named))
        return said if self.maker.all_variants else max(said, CartStatus.DRAFT, key=STRICTER.index)

    def _kind(self) -> ProductKind:
        kind = ProductKind.GOODS
        for row in self.offered:
            for rule, test, at in row.layout.kinds_of_product:
                if not test(row.cells):
                    continue
                kind = rule.kind or kind
                if rule.tell:
                    self.faults.say(rule.tell, None, row, read=row.cells[at].strip(), sku=row.get("sku"))
        return kind

    def _preorder(self) -> bool:
        if self.profile.preorder is None:
            return False
        return any(row.layout.says("preorder", row.cells) for row in self.offered)

    def _attributes(self) -> tuple[dict[str, str], str, str]:
        """Attributes on which all rows agree, and the brand and weight among them. What differs from SKU to SKU is the
        SKUs' own affair.
        """
        if not any(row.layout.attributes for row in self.offered):
            return {}, "", ""
        told: dict[str, set[str]] = {}
        units: dict[str, str] = {}
        for row in self.offered:
            for name, value, unit in _pairs(row):
                told.setdefault(name, set()).add(f"{value}{unit}" if unit else value)
                units[name] = f"{value} {unit}"
        agreed = {name: next(iter(values)) for name, values in told.items() if len(values) == 1}
        options = {option.name for choice in self.choices for option in choice.options}
        known = self.profile.known_attributes
        brand = next((agreed.pop(name) for name in known.brand if name in agreed), "")
        weight_name = next((name for name in known.weight if name in agreed), "")
        if weight_name:
            del agreed[weight_name]
        kept = {name: value for name, value in agreed.items() if name not in options}
        return kept, brand, units.get(weight_name, "")

    def _cells(self, attributes: dict[str, str]) -> dict[str, str]:
        """Further cells. Attributes that the setting `metafields` names become what it says."""
        found = sizes(self.offered, self.faults)
        for name, at in self.lead[0].layout.cells.items():
            if value := next((read for row in self.lead if (read := row.cells[at].strip())), ""):
                found[name] = value
        for target, source in self.maker.metafields.items():
            value = attributes.pop(source, "")
            kind, _, name = target.partition(":")
            if value and name:
                attributes[name] = value
            elif value:
                found[kind] = value
        return found

    def _look_over(self) -> None:
        """Faults of rows as a whole."""
        for row in self.group.all_rows:
            if row.surplus:
                self.faults.say("row_shifted", None, row, read=row.surplus)
            if row.mended:
                self.faults.told("characters_removed", None, row)
        free = [row for kind, row in self.group.rows if kind == "free_option"]
        if free:
            self.faults.told("free_options", None, free[0], read=free[0].text, count=len(free))
        if len(self.group.parts) > 1 and not self.profile.columns.parent:
            self.faults.told("rows_apart", None, self.lead[0], lines=", ".join(map(str, self.group.parts)))


def _pairs(row: Row) -> Iterable[tuple[str, str, str]]:
    """The attributes of a row: name, value, unit."""
    cells = row.cells
    for at in row.layout.attributes:
        value = cells[at.value].strip()
        if value and (name := cells[at.name].strip() or at.fixed) and value not in ("-", "－"):
            yield name, value, cells[at.unit].strip()
