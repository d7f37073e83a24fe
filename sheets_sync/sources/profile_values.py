"""Single values of a row as a format means them: stock, tax, status, weight, sizes, dates. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from decimal import ROUND_CEILING, Decimal
from functools import lru_cache
from typing import Final

from sheets_sync.cell_dates import read_moment
from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_profile import Tax
from sheets_sync.sources.cart_values import UnreadableError
from sheets_sync.sources.product_faults import Faults
from sheets_sync.sources.profile_layout import Row
from sheets_sync.states import CartStatus
from sheets_sync.template import fold

_SHOWN: Final = (
    "1", "true", "yes", "y", "on", "active", "published", "publish", "公開", "公開中", "表示", "表示する",
    "販売中", "する",
)  # fmt: skip
_HIDDEN: Final = (
    "0", "-1", "false", "no", "n", "off", "draft", "unpublished", "private", "unlisted", "非公開", "下書き", "非表示",
    "表示しない", "しない", "販売停止",
)  # fmt: skip
_USUAL: Final[Mapping[str, CartStatus]] = {
    **dict.fromkeys(_SHOWN, CartStatus.ACTIVE),
    **dict.fromkeys(_HIDDEN, CartStatus.DRAFT),
    **dict.fromkeys(("archived", "deleted", "廃止", "販売終了", "削除"), CartStatus.ARCHIVED),
}
STRICTER: Final = (CartStatus.ACTIVE, CartStatus.DRAFT, CartStatus.ARCHIVED)
"""States of a product in its cart, each stricter than the one before."""
_GRAMS: Final[Mapping[str, Decimal]] = {
    "g": Decimal(1), "gram": Decimal(1), "グラム": Decimal(1), "kg": Decimal(1000), "mg": Decimal("0.001"),
    "lb": Decimal("453.59237"), "lbs": Decimal("453.59237"), "oz": Decimal("28.349523125"),
}  # fmt: skip
_CENTIMETRES: Final[Mapping[str, Decimal]] = {
    "cm": Decimal(1), "mm": Decimal("0.1"), "m": Decimal(100), "in": Decimal("2.54"),
    "inch": Decimal("2.54"), "yd": Decimal("91.44"),
}  # fmt: skip
_LOWEST_RATE, _HIGHEST_RATE = 3, 30
_TIME: Final = re.compile(r"\d\s*[:：時]\s*\d?")
SIZES: Final = {"length": "package_length_cm", "width": "package_width_cm", "height": "package_height_cm"}


def status(rows: Sequence[Row], faults: Faults) -> CartStatus:
    """The strictest thing that any status column says; a word that nobody knows counts as a draft, and is told."""
    found = CartStatus.ACTIVE
    for number, _ in enumerate(rows[0].layout.status):
        for row in rows:
            at, rule = row.layout.status[number]
            if read := row.cells[at].strip():
                said = _status(read, rule.active, rule.draft, rule.archived)
                if said is None:
                    faults.say("cart_status_unknown", "cart_status", row, read=read)
                    said = CartStatus.DRAFT
                found = max(found, said, key=STRICTER.index)
                break
    return found


@lru_cache(maxsize=256)
def _status(read: str, active: tuple[str, ...], draft: tuple[str, ...], archived: tuple[str, ...]) -> CartStatus | None:
    """What a cell means; a column of codes holds few different ones."""
    word = fold(read)
    for words, meant in ((active, CartStatus.ACTIVE), (draft, CartStatus.DRAFT), (archived, CartStatus.ARCHIVED)):
        if any(fold(one) == word for one in words):
            return meant
    return _USUAL.get(word)


def stock(row: Row, value: str, key: str, faults: Faults) -> tuple[int | None, bool]:
    """Stock, and whether the cart manages it. Managed but None: the file does not tell it."""
    layout, cells = row.layout, row.cells
    if layout.says("unmanaged", cells):
        return None, False
    number = faults.read(cart_values.whole, value, ("stock_unreadable", "cart_stock"), row, key)
    if layout.says("sold_out", cells):
        return 0, True
    if number is None:
        unmanaged = layout.profile.stock.empty == "unmanaged" and layout.has("stock") and not value.strip()
        return None, not unmanaged
    if number <= 0 and layout.says("backorder", cells):
        faults.told("sells_without_stock", "cart_stock", row, key, read=value.strip())
    elif number < 0:
        faults.told("stock_negative", "cart_stock", row, key, read=value.strip())
    return max(number, 0), True


def includes_tax(rule: Tax, read: str) -> bool | None:
    """Whether a price includes tax, None = as the settings say. `read`: the cell of the tax column."""
    if rule.prices != "column":
        return {"included": True, "excluded": False, "settings": None}[rule.prices]
    word = fold(read)
    if any(fold(one) == word for one in rule.included):
        return True
    return False if any(fold(one) == word for one in rule.excluded) else None


def tax_rate(rule: Tax, read: str) -> Decimal | None:
    """The percentage that a cell means: a code of the format, 8, 8% or 0.08. None = as the settings say."""
    word = read.strip()
    if rule.rates:
        known = {fold(code): rate for code, rate in rule.rates.items()}
        if fold(word) in known:
            return _plain(Decimal(str(known[fold(word)])))
    try:
        number = cart_values.number(word.replace("％", "%").removesuffix("%"))
    except UnreadableError:
        return None
    if number is None:
        return None
    rate = number * 100 if 0 < number < 1 else number
    exempt = rate == 0 and not rule.rates
    return _plain(rate) if exempt or _LOWEST_RATE <= rate <= _HIGHEST_RATE else None  # else a code that nobody knows


def weight(row: Row, faults: Faults) -> Decimal | None:
    """The row's weight in grams."""
    read = row.get("weight")
    if not read:
        return None
    rule = row.layout.profile.weight
    if rule.unit == "column":
        unit = row.cells[row.layout.weight_unit].strip()
    else:
        unit = row.layout.unit("weight") if rule.unit == "heading" else rule.unit
    return grams(read, unit, row, faults)


def grams(read: str, unit: str, row: Row, faults: Faults) -> Decimal | None:
    """A weight in grams. A unit that nobody knows is told, and the weight not used."""
    factor = _GRAMS.get(fold(unit) or "g")
    number = faults.read(cart_values.number, read, ("weight_unreadable", "package_weight_g"), row)
    if number is None:
        return None
    if factor is None:
        faults.say("unit_unknown", "package_weight_g", row, read=f"{read} {unit}")
        return None
    return _plain(number * factor)


def sizes(rows: Sequence[Row], faults: Faults) -> dict[str, str]:
    """Sizes of the package in whole centimetres by column key: the largest of all rows, rounded up."""
    found: dict[str, Decimal] = {}
    told = [(field, SIZES[field]) for field in SIZES if any(row.layout.has(field) for row in rows)]
    for row in rows if told else ():
        for field, column in told:
            read = row.cells[row.layout.at[field]].strip()
            if not read:
                continue
            rule = row.layout.profile.size
            unit = row.layout.unit(field) if rule.unit == "heading" else rule.unit
            unit = row.cells[row.layout.size_unit].strip() if unit == "column" else unit
            factor = _CENTIMETRES.get(fold(unit) or "cm")
            number = faults.read(cart_values.number, read, ("size_unreadable", column), row)
            if number is not None and factor is None:
                faults.say("unit_unknown", column, row, read=f"{read} {unit}")
            elif number is not None and factor is not None and number > 0:
                found[column] = max(number * factor, found.get(column, Decimal(0)))
    return {column: str(size.to_integral_value(ROUND_CEILING)) for column, size in found.items()}


def moment(rows: Iterable[Row], field: str, faults: Faults) -> str:
    """The first moment that the rows tell for a field as ISO 8601 text, "" for none. A day stays a day: what ends on it
    is sold through it.
    """
    for row in rows:
        read = row.get(field)
        if not read or not row.layout.says(field, row.cells, otherwise=True):
            continue
        if found := read_moment(read):
            return found.isoformat() if _TIME.search(read) else found.date().isoformat()
        if field != "updated":
            faults.say("sale_date_unreadable", None, row, read=read)
            return ""
        return read
    return ""


def _plain(value: Decimal) -> Decimal:
    integral = value.to_integral_value()
    return integral if value == integral else value.normalize()
