"""Prices of SKUs (error codes 12052012, 073, 084, 424, 570)."""

from ..answers import ApiError, Wire
from ..market import Market
from ..options import SandboxOptions
from .numbers import plain_decimal


def check_price(price: Wire, market: Market, options: SandboxOptions) -> Wire:
    """The price as stored, {currency, amount}; ApiError when the platform would refuse it."""
    if price["currency"] != market.currency:
        raise ApiError(12052084, f"currency must be {market.currency}")
    cross_border = options.seller_type == "CROSS_BORDER"
    text = price.get("sale_price" if cross_border else "amount")
    if text is None:
        if cross_border:
            raise ApiError(12052424, "sale_price is required")
        raise ApiError(12052073, "price amount is missing")
    amount = plain_decimal(text)
    if amount is None:
        raise ApiError(12052012, "price format is invalid")
    if "." in text and not (options.jpy_decimals and amount == amount.to_integral_value()):
        raise ApiError(12052073, f"{market.currency} prices have no decimals")
    low, high = market.price_cross_border if cross_border else market.price_local
    if not low <= amount <= high:
        raise ApiError(12052570, f"price must be from {low} to {high} {market.currency}")
    return {"currency": market.currency, "amount": str(int(amount))}
