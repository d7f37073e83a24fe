"""The desired state: what the merchandiser's rows, with defaults and rules applied, want TikTok Shop to show."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sheets_sync.issue import Tab
from sheets_sync.products import Option, ProductKind
from sheets_sync.sale_period import ALWAYS, SalePeriod
from sheets_sync.states import Action, CartStatus, StockPolicy
from sheets_sync.tables import RowRef


@dataclass(slots=True)
class DesiredSku:
    """One SKU as it shall be. `tab` and `ref` say which row it is edited in.

    `price` in the shop's currency with tax, after override and price rule; None = nowhere given. `stock` after override
    and stock rule; None = the cart does not manage it and no rule gives a number. `stock_fixed`: she fixed the number.
    """

    tab: Tab
    ref: RowRef
    variant_key: str
    seller_sku: str = ""
    price: Decimal | None = None
    stock: int | None = None
    stock_fixed: bool = False
    cart_stock: int | None = None
    barcode: str = ""
    barcode_type: str = ""
    options: tuple[Option, ...] = ()
    image: str = ""
    presale_days: int | None = None
    excluded: bool = False
    gone: bool = False


@dataclass(slots=True)
class Taken:
    """A value that a blank cell took from a default: `origin` names the defaults row's kind and target for a person.

    `name`: the attribute's, "" for a column.
    """

    value: str
    origin: str
    name: str = ""


@dataclass(slots=True)
class DesiredListing:
    """One product as it shall be.

    `category` and `brand` are the platform's ids where they could be told, else "" with the text read in
    `category_text`/`brand_text`; `new_brand` is the name of a brand that is still to be made, `no_brand` means that the
    cell says ノーブランド.
    `dimensions_cm` is (length, width, height), whole centimetres, rounded up.
    `attributes`: attribute id (or `certification:<id>`) → values as typed. `cleared`: fields emptied on purpose.
    `replaced`: addresses of pictures whose content was seen to change, with the mark of the present content.
    `taken`: fields filled from 既定値. `held`: an accident holds the whole product (its issue says why).
    `action_result`: what 指示結果 says beside the instruction.
    `kind`, `sale`, `preorder`: what the cart says of how it is sold; `gone_on`: the day (ISO) it was missed.
    """

    ref: RowRef
    product_key: str
    sync: bool = False
    action: Action = Action.KEEP
    action_result: str = ""
    approved: bool = False
    title: str = ""
    description: str = ""
    category: str = ""
    category_text: str = ""
    brand: str = ""
    brand_text: str = ""
    new_brand: str = ""
    no_brand: bool = False
    images: tuple[str, ...] = ()
    package_weight_g: int | None = None
    dimensions_cm: tuple[int | None, int | None, int | None] = (None, None, None)
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    skus: tuple[DesiredSku, ...] = ()
    has_variants: bool = False
    priority: int | None = None
    stock_policy: StockPolicy = StockPolicy.INITIAL
    search_terms: tuple[str, ...] = ()
    features: tuple[str, ...] = ()
    size_chart: str = ""
    video: str = ""
    scheduled_at: dt.datetime | None = None
    max_order_quantity: int | None = None
    cart_status: CartStatus = CartStatus.ACTIVE
    gone: bool = False
    gone_on: str = ""
    kind: ProductKind = ProductKind.GOODS
    sale: SalePeriod = ALWAYS
    preorder: bool = False
    cleared: frozenset[str] = frozenset()
    taken: dict[str, Taken] = field(default_factory=dict)
    held: bool = False
    position: int = 0
    replaced: Mapping[str, str] = field(default_factory=dict)

    @property
    def active_skus(self) -> tuple[DesiredSku, ...]:
        """SKUs that shall be offered: not switched off by このSKUを除外."""
        return tuple(sku for sku in self.skus if not sku.excluded)
