"""From the cart's price and stock to what TikTok Shop shall show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Decimal

from sheets_sync.products import Variant

_ROUNDINGS: Mapping[str, str] = {"half_up": ROUND_HALF_UP, "up": ROUND_CEILING, "down": ROUND_FLOOR}
_HUNDRED = Decimal(100)


@dataclass(frozen=True, slots=True)
class PriceRule:
    """How a cart's price becomes the price to send.

    `round_to` counts the currency's smallest unit (1 yen; 1 cent where `decimals` is 2), so 10 makes 2,983 yen 2,980 or
    2,990. `rounding` is half_up, up or down. `decimals` are the currency's (template `price_decimals`).
    `prices_include_tax` and `tax_rate_percent` are for prices of which the cart does not tell it. `field`: "selling",
    or "list" for the price that the selling price is struck through with, where the cart has one.
    """

    markup_percent: Decimal = Decimal(0)
    round_to: int = 1
    rounding: str = "half_up"
    prices_include_tax: bool = True
    tax_rate_percent: Decimal = Decimal(10)
    decimals: int = 0
    field: str = "selling"

    @property
    def unit(self) -> Decimal:
        """The currency's smallest unit: 1 for yen, 0.01 for dollars."""
        return Decimal(1).scaleb(-self.decimals)


@dataclass(frozen=True, slots=True)
class StockRule:
    """`buffer` is held back from the cart's stock; `unmanaged` stands for stock that no cart manages (0: none)."""

    buffer: int = 0
    unmanaged: int = 0


def variant_price(variant: Variant, rule: PriceRule) -> Decimal | None:
    """What カート価格(税込) shows of a variant: the price that the rule asks for, by its own tax where that is told."""
    listed = variant.list_price if rule.field == "list" else None
    return cart_price(listed or variant.price, rule, variant.includes_tax, variant.tax_rate_percent)


def cart_price(
    price: Decimal | None, rule: PriceRule, includes_tax: bool | None = None, rate: Decimal | None = None
) -> Decimal | None:
    """The cart's price with tax, in whole units of the currency; None when the cart gives none.

    `includes_tax` and `rate` (percent): this price's own, None = as the rule says. A reduced rate (8 %) is the price's.
    """
    if price is None:
        return None
    with_tax = rule.prices_include_tax if includes_tax is None else includes_tax
    percent = _exact(rule.tax_rate_percent if rate is None else rate)
    taxed = price if with_tax else price * (_HUNDRED + percent) / _HUNDRED
    return _rounded(taxed, rule.unit, rule.rounding)


def effective_price(cart: Decimal | None, override: Decimal | None, rule: PriceRule) -> Decimal | None:
    """The price to send: her own price untouched, else the cart's (as `cart_price` gave it) by markup and rounding."""
    if override is not None or cart is None:
        return override
    raised = cart * (_HUNDRED + _exact(rule.markup_percent)) / _HUNDRED
    return _rounded(raised, rule.unit * max(1, rule.round_to), rule.rounding)


def effective_stock(cart: int | None, managed: bool, override: int | None, rule: StockRule) -> int | None:
    """The stock to send: her fixed number, else the cart's less the buffer (never below 0), else the rule's number for
    unmanaged stock. None when nothing gives a number.
    """
    if override is not None:
        return override
    if not managed:
        return rule.unmanaged or None
    return None if cart is None else max(0, cart - rule.buffer)


def _rounded(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    return ((value / step).quantize(Decimal(1), _ROUNDINGS[rounding]) * step).quantize(min(step, Decimal(1)))


def _exact(value: object) -> Decimal:
    """A percentage from settings, which may come as int or float: 7.7 means 7.7, not its binary neighbour."""
    return value if isinstance(value, Decimal) else Decimal(str(value))
