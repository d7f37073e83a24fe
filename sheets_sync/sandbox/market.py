"""The limits of a market and the shop a new sandbox is seeded with, from the packaged data files."""

import tomllib
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from typing import Any

from .answers import Wire


@cache
def read_data(name: str) -> Wire:
    """One packaged TOML file as a dict. Shared between sandboxes: callers copy what they change."""
    return tomllib.loads(files(__package__).joinpath("data", name).read_text(encoding="utf-8"))


@dataclass(frozen=True)
class Market:
    """Limits by which requests are judged (Partner Center, Create Product; "Product pricing")."""

    region: str
    currency: str
    locale: str
    title_length: int
    description_length: int
    description_images: int
    description_image_side: int
    main_images: int
    skus: int
    sales_attributes: int
    sales_attribute_values: int
    price_local: tuple[int, int]
    price_cross_border: tuple[int, int]
    quantity: int
    seller_sku_length: int
    pre_order_days: tuple[int, int]


def load_market(name: str) -> Market:
    """The market's limits; a market without data raises ValueError."""
    if name != "JP":
        raise ValueError(f"the sandbox has no data for market {name!r}; it knows: JP")
    data: dict[str, Any] = read_data(f"{name.lower()}_market.toml")
    limits: dict[str, Any] = {
        field.name: tuple(data[field.name]) if isinstance(data[field.name], list) else data[field.name]
        for field in fields(Market)
    }
    return Market(**limits)
