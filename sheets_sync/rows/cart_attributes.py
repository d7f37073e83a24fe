"""What a cart knows of a product's attributes (素材 → 綿), as prefilled values of its rows on 属性.

A value is merged like any prefilled cell: the cart's fills a blank one once and follows the cart while she leaves it.
"""

from __future__ import annotations

from collections.abc import Mapping

from sheets_sync.issue import Tab
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.cart_facts import attributes_of
from sheets_sync.rows.merge import Verdict, decide
from sheets_sync.rows.plain import cells_of
from sheets_sync.shop import CategoryRules
from sheets_sync.template import fold

VALUE = "value"
_NOTHING: Mapping[str, str] = {}


def cart_values(product: BaseRow | None, rules: CategoryRules | None) -> Mapping[str, str]:
    """The cart's values by attribute id, told by name (or id) where the category asks for such a thing."""
    if product is None or rules is None or not (known := attributes_of(product.extra)):
        return _NOTHING
    by_name = {fold(name): value for name, value in known.items()}
    asked = ((rule.id, rule.name) for rule in rules.attributes if not rule.sales)
    found = ((id_, by_name.get(fold(name)) or by_name.get(fold(id_))) for id_, name in asked)
    return {id_: value for id_, value in found if value}


def merged_value(last: BaseRow | None, cell: Plain, now: str | None) -> Plain:
    """What a value cell shall say. `last`: the row as remembered; `now`: the cart's value, None = it has none."""
    was = last.base.get(VALUE) if last else None
    taken = decide(was, cell, now, force=False, open_conflict=False) is Verdict.TAKE
    return now if taken else cell


def value_of_new_row(last: BaseRow | None, now: str | None) -> Plain:
    """What a row begins with: the cart's value or, where it was there before, what it said when it was last seen."""
    return merged_value(last, cells_of(last).get(VALUE) if last else None, now)


def remembered_value(last: BaseRow | None, key: str, product_key: str, value: Plain, now: str | None) -> BaseRow | None:
    """The row as the store shall remember it once `value` stands in its cell, None where nothing changes. Rows that no
    cart ever filled are left to what every reading remembers.
    """
    if now is None and (last is None or VALUE not in last.base):
        return None
    base: dict[str, Plain] = {} if now is None else {VALUE: now}
    seen: dict[str, Plain] = {} if value == now else {VALUE: value}
    row = BaseRow(Tab.ATTRIBUTES, key, product_key, base, seen)
    return None if row == last else row
