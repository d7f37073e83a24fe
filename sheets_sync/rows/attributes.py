"""属性: a row for each thing that a product's category asks for and that no default fills."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from sheets_sync import messages
from sheets_sync.desired import DesiredListing
from sheets_sync.issue import Tab
from sheets_sync.messages import Language
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.cart_attributes import VALUE, cart_values, merged_value, remembered_value, value_of_new_row
from sheets_sync.rows.plain import PlainTab, cells_of, plain_of
from sheets_sync.rows.typed import TypedRow
from sheets_sync.shop import CategoryRules, Condition
from sheets_sync.tables import TabPatch
from sheets_sync.template import Template

REQUIRED, OPTIONAL, NOT_NEEDED = "required", "optional", "not_needed"
SIZE_CHART = "size_chart"
CERTIFICATION = "certification:"


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing that a category asks of a product. `id` is the attribute's, `certification:<id>` or `size_chart`."""

    id: str
    kind: str
    name: str
    required: bool


def asked_by(rules: CategoryRules, values: Mapping[str, tuple[str, ...]], language: Language) -> list[Asked]:
    """What a category asks for, required first. Options (sales attributes) belong to the SKUs and are left out.

    `values`: the product's attributes as typed. What hangs on a condition is asked for, and then required, once an
    attribute has the value it names (Partner Center, Get Category Attributes and Rules: requirement conditions).
    """
    found = [*_attributes(rules, values), *_certificates(rules, values)]
    if rules.size_chart_required:
        found.append(Asked(SIZE_CHART, SIZE_CHART, messages.text("size_chart_name", language), required=True))
    return sorted(found, key=lambda asked: not asked.required)


def asked_ids(rules: CategoryRules, values: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Ids of what a category takes of a product with these values; the rest has to be left out (reference: TikTok Shop
    API 2.4, 12052183).
    """
    return frozenset(asked.id for asked in (*_attributes(rules, values), *_certificates(rules, values)))


def attribute_rows(
    listings: Iterable[DesiredListing],
    rules: Mapping[str, CategoryRules],
    existing: Iterable[TypedRow],
    base: Mapping[Tab, Mapping[str, BaseRow]],
    *,
    template: Template,
    language: Language,
) -> tuple[TabPatch, list[BaseRow]]:
    """What 属性 needs: new rows, the cart's values, the column 必須 kept true, rows that nobody asks for any more; and
    what the store has to remember once that is written.

    `existing` must have been parsed with the tab's cart columns. Rows are made for products that are ON or whose
    category was chosen by hand, as far as the category's rules are known. A row that is not asked for any more shows
    不要 and is taken out once its value is blank. A row that was deleted comes back with its last seen value (`base`).
    """
    products = base.get(Tab.PRODUCTS, {})
    there: dict[str, dict[str, TypedRow]] = {}
    for row in existing:
        if row.ref.occurrence == 0:
            there.setdefault(row.product_key, {})[row.text("attribute_id")] = row
    writing = _Writing(PlainTab(Tab.ATTRIBUTES, template, language), base.get(Tab.ATTRIBUTES, {}))
    for listing in listings:
        known = rules.get(listing.category)
        if known is not None and not listing.ref.occurrence and not listing.gone:
            rows = there.get(listing.product_key, {})
            writing.product(listing, known, products.get(listing.product_key), rows, language)
    return writing.patch, writing.prefilled


@dataclass
class _Writing:
    """What becomes of the tab, product by product. `remembered`: its base rows by key."""

    words: PlainTab
    remembered: Mapping[str, BaseRow]
    patch: TabPatch = field(default_factory=TabPatch)
    prefilled: list[BaseRow] = field(default_factory=list)

    def product(
        self,
        listing: DesiredListing,
        rules: CategoryRules,
        product: BaseRow | None,
        there: Mapping[str, TypedRow],
        language: Language,
    ) -> None:
        """`there`: the product's rows by id; `product`: what the store remembers of it."""
        title = (product.base.get("cart_title") if product else None) or listing.title
        theirs = cart_values(product, rules)
        asked = {entry.id: entry for entry in asked_by(rules, listing.attributes, language)}
        for entry in asked.values():
            cells = {"product_title": title, **_cells(entry)}
            if entry.id in there:
                self._keep_true(there[entry.id], listing, entry, cells, theirs.get(entry.id))
            elif _open(entry, listing) and (there or listing.sync or "category" not in listing.taken):
                self._append(listing, entry, cells, theirs.get(entry.id))
        for attribute, row in there.items():
            if attribute not in asked:
                _not_needed(self.patch, self.words, row)

    def _keep_true(
        self, row: TypedRow, listing: DesiredListing, entry: Asked, cells: Mapping[str, Plain], now: str | None
    ) -> None:
        _put_right(self.patch, self.words, row, cells)
        value = _value(row, self._last(listing, entry), now)
        if VALUE not in row.bad and plain_of(row.values.get(VALUE)) != value:
            self.patch.set(row.ref, VALUE, self.words.write(VALUE, value))
        self._remember(listing, entry, value, now)

    def _append(self, listing: DesiredListing, entry: Asked, cells: Mapping[str, Plain], now: str | None) -> None:
        value = value_of_new_row(self._last(listing, entry), now)
        row = {**cells, "product_key": listing.product_key, VALUE: value}
        self.patch.appends.append(self.words.write_row(row))
        self._remember(listing, entry, value, now)

    def _last(self, listing: DesiredListing, entry: Asked) -> BaseRow | None:
        return self.remembered.get(f"{listing.product_key}/{entry.id}")

    def _remember(self, listing: DesiredListing, entry: Asked, value: Plain, now: str | None) -> None:
        key = f"{listing.product_key}/{entry.id}"
        if keep := remembered_value(self.remembered.get(key), key, listing.product_key, value, now):
            self.prefilled.append(keep)


def _value(row: TypedRow, last: BaseRow | None, now: str | None) -> Plain:
    """What the value cell of a row shall say; one that cannot be read stays as it is, and as it was remembered."""
    if VALUE in row.bad:
        return cells_of(last).get(VALUE) if last else None
    return merged_value(last, plain_of(row.values.get(VALUE)), now)


def _open(entry: Asked, listing: DesiredListing) -> bool:
    """Whether nothing else gives the value: neither a default nor, for the size chart, the product's own cell."""
    return f"attribute:{entry.id}" not in listing.taken and not (entry.id == SIZE_CHART and listing.size_chart)


def value_lists(rules: Iterable[CategoryRules]) -> dict[str, list[str]]:
    """Contents of the drop-downs of values, by list name (`Patch.lists`).

    A row names its attribute only, so an attribute of several categories offers what any of them takes.
    """
    found: dict[str, dict[str, None]] = {}
    for known in rules:
        for attribute in known.attributes:
            if attribute.values and not attribute.sales:
                found.setdefault(f"values:{attribute.id}", {}).update((name, None) for _, name in attribute.values)
    return {name: list(values) for name, values in found.items()}


def _attributes(rules: CategoryRules, values: Mapping[str, tuple[str, ...]]) -> Iterator[Asked]:
    for rule in rules.attributes:
        met = _met(rule.conditions, rules, values)
        if not rule.sales and (rule.required or met or not rule.conditions):
            yield Asked(rule.id, "attribute", rule.name, rule.required or met)


def _certificates(rules: CategoryRules, values: Mapping[str, tuple[str, ...]]) -> Iterator[Asked]:
    for rule in rules.certificates:
        met = _met(rule.conditions, rules, values)
        if rule.required or met or not rule.conditions:
            yield Asked(CERTIFICATION + rule.id, "certification", rule.name, rule.required or met)


def _met(conditions: Iterable[Condition], rules: CategoryRules, values: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether any condition holds: her value is the one it names, by id or by name."""
    for condition in conditions:
        names = {
            word
            for rule in rules.attributes
            if rule.id == condition.attribute_id
            for value_id, name in rule.values
            if value_id == condition.value_id
            for word in (value_id, name)
        }
        if names.intersection(values.get(condition.attribute_id, ())):
            return True
    return False


def _cells(asked: Asked) -> dict[str, Plain]:
    return {
        "kind": asked.kind,
        "attribute": asked.name,
        "attribute_id": asked.id,
        "required": REQUIRED if asked.required else OPTIONAL,
    }


def _put_right(patch: TabPatch, words: PlainTab, row: TypedRow, cells: Mapping[str, Plain]) -> None:
    for column, value in cells.items():
        if row.values.get(column) != value:
            patch.set(row.ref, column, words.write(column, value))


def _not_needed(patch: TabPatch, words: PlainTab, row: TypedRow) -> None:
    if row.values.get("value") is None and "value" not in row.bad:
        patch.removes.add(row.ref)
    elif row.text("required") != NOT_NEEDED:
        patch.set(row.ref, "required", words.write("required", NOT_NEEDED))
