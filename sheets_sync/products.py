"""What a cart says about its products: the values that every source yields and nothing else.

A large shop has hundreds of thousands of these: they are msgspec's structs, which cost a tenth of a frozen dataclass.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Final

import msgspec

from sheets_sync.issue import Issue
from sheets_sync.states import CartStatus


class ProductKind(StrEnum):
    """What is sold. TikTok Shop lists goods; the others are told of and never sent by themselves."""

    GOODS = "goods"
    GIFT_CARD = "gift_card"
    SUBSCRIPTION = "subscription"
    BUNDLE = "bundle"
    DIGITAL = "digital"


class Option(msgspec.Struct, frozen=True):
    """One option of a variant: `name` is the axis (サイズ), `value` the choice (M)."""

    name: str
    value: str


class Variant(msgspec.Struct, frozen=True):
    """One stock-keeping choice of a product.

    `key` is the cart's own stable id as text, unique in the whole cart. `price` is in the shop's currency as the cart
    states it (before the tax rule), None when the cart gives none; `list_price` is the one it is struck through with.
    `includes_tax` and `tax_rate_percent` are this price's own where the cart tells them, None = as the settings say.
    `stock` is None when the cart does not manage it or does not tell it; `stock_managed` tells the two apart. `barcode`
    keeps leading zeros. `image`: an address or a file. `options`: all of them, also those that TikTok Shop has no room
    for. `cells`: further prefilled cells of the SKU's row, text by column key (`presale_days`).
    """

    key: str
    sku: str = ""
    price: Decimal | None = None
    stock: int | None = None
    stock_managed: bool = True
    barcode: str = ""
    options: tuple[Option, ...] = ()
    image: str = ""
    list_price: Decimal | None = None
    includes_tax: bool | None = None
    tax_rate_percent: Decimal | None = None
    cells: Mapping[str, str] = msgspec.field(default_factory=dict)


class Product(msgspec.Struct, frozen=True, eq=False):
    """A product as its cart shows it.

    `key` is the cart's own stable id as text. `description` is HTML. `images` are addresses or files in display order.
    A product without variants has exactly one `Variant` and `has_variants` False. `weight_g` is the weight of the
    packed product in grams where the cart knows it. `updated_at` is ISO 8601 text or "" when the cart does not tell.
    `sale_starts`, `sale_ends`: ISO 8601 text, "" = no limit. `preorder`: sold before it can be shipped. `cells`:
    further prefilled cells of the product's row, text by column key (`category`, `package_length_cm` …); `attributes`:
    what the cart knows of things that a category may ask for, value by name (素材 → 綿).
    `issues` are faults of the record itself (mangled barcode, unreadable price): the product is exported all the same.
    `records` is how many of the source's records (rows of a file, objects of an answer) the product was made of.
    `fingerprint` tells by itself whether the records changed; "" when the source does not take any. `untold`: prefilled
    columns of which this reading has no word at all (a file without the column, a file left out): what was told last
    stays, while a blank value means that the cart has none.
    """

    key: str
    title: str
    description: str = ""
    brand: str = ""
    product_type: str = ""
    tags: tuple[str, ...] = ()
    status: CartStatus = CartStatus.ACTIVE
    updated_at: str = ""
    images: tuple[str, ...] = ()
    variants: tuple[Variant, ...] = ()
    has_variants: bool = False
    weight_g: Decimal | None = None
    kind: ProductKind = ProductKind.GOODS
    sale_starts: str = ""
    sale_ends: str = ""
    preorder: bool = False
    cells: Mapping[str, str] = msgspec.field(default_factory=dict)
    attributes: Mapping[str, str] = msgspec.field(default_factory=dict)
    issues: tuple[Issue, ...] = ()
    records: int = 1
    fingerprint: str = ""
    untold: frozenset[str] = frozenset()

    def __eq__(self, other: object) -> bool:
        """Whether the cart says the same of both; how it was read does not count."""
        if not isinstance(other, Product):
            return NotImplemented
        return all(getattr(self, name) == getattr(other, name) for name in _SAID)

    __hash__ = None  # type: ignore[assignment]  # it holds mappings


_SAID: Final = tuple(
    name for name in Product.__struct_fields__ if name not in ("issues", "records", "fingerprint", "untold")
)


@dataclass(frozen=True, slots=True)
class Unchanged:
    """A product that the cart still has and that is as it was at the last complete reading (see `ports.Known`)."""

    key: str
    records: int = 1


@dataclass(frozen=True, slots=True)
class Skipped:
    """A record of the cart that could not become part of a product, and why. Its own type, never a gap in a list.

    `where` names the record for a person: "products.csv 12行目"; `lines` is how many records of the file it stands for;
    0 is a note on the cart as a whole, by which nothing is left out.
    """

    where: str
    code: str
    params: dict[str, object] = field(default_factory=dict, hash=False)
    lines: int = 1
