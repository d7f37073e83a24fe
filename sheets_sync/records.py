"""What the store remembers: the exported base, links to listings, the journal, consumed instructions, runs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sheets_sync.issue import Tab
from sheets_sync.shop import Reason
from sheets_sync.states import Action, Listing

Plain = None | bool | int | float | str
"""A value as the store keeps it: JSON without containers. Prices are text ("2980", "12.50"), flags are booleans."""


@dataclass(slots=True)
class BaseRow:
    """A row as the tool last wrote and last read it.

    `base`: what the cart said at the last export, by column key, for cart and prefilled columns: the third way of the
    merge and the truth of cart cells. `seen`: the editor cells as last read, which bring back a row that was deleted.
    `gone`: no longer in the cart. `extra`: facts without a column (the key of the only variant, cart tags).
    """

    tab: Tab
    key: str
    product_key: str
    base: dict[str, Plain] = field(default_factory=dict)
    seen: dict[str, Plain] = field(default_factory=dict)
    gone: bool = False
    added_on: str = ""
    extra: dict[str, Plain] = field(default_factory=dict)


@dataclass(slots=True)
class SkuLink:
    """Ties a variant to a SKU of TikTok. `price`, `stock`: last *sent* and accepted, None = never. `off`: who took the
    single SKU off sale while its listing is on (`ShopSku.off`).
    """

    variant_key: str
    sku_id: str
    seller_sku: str = ""
    price: str | None = None
    stock: int | None = None
    off: str = ""


@dataclass(slots=True)
class Link:
    """Ties a product to its listing and remembers both sides' last known state.

    `sent`: per field, the fingerprint of what was last accepted from us (prior state). `shop`: the same
    of what the shop showed right after (to see drift). `status`, `audit`: the platform's words at `checked_at`.
    `full_edit`: the next content edit must be a full one (after a refused edit, or with a version in review).
    `open_items`: what the seller has to settle before it goes on sale (`ShopProduct.open_items`).
    `hold`: to be paused as soon as it is live. `warnings`: what the platform dropped on an accepted call.
    """

    product_key: str
    product_id: str
    status: str = ""
    audit: str = ""
    listing: Listing = Listing.NONE
    reasons: tuple[Reason, ...] = ()
    sent: dict[str, str] = field(default_factory=dict)
    shop: dict[str, str] = field(default_factory=dict)
    skus: dict[str, SkuLink] = field(default_factory=dict)
    update_time: int = 0
    checked_at: dt.datetime | None = None
    synced_at: dt.datetime | None = None
    full_edit: bool = False
    hold: bool = False
    warnings: tuple[str, ...] = ()
    drift: dict[str, str] = field(default_factory=dict)
    open_items: tuple[str, ...] = ()


class Call(StrEnum):
    """A write to TikTok Shop."""

    CREATE = "create"
    EDIT = "edit"
    PARTIAL_EDIT = "partial_edit"
    PRICE = "price"
    STOCK = "stock"
    ACTIVATE = "activate"
    DEACTIVATE = "deactivate"
    DELETE = "delete"


class Outcome(StrEnum):
    """How an attempt ended. OPEN: begun, no answer recorded yet (the process may have died): treat as UNKNOWN."""

    OPEN = "open"
    PUSHED = "pushed"
    REJECTED = "rejected"
    UNKNOWN = "unknown"
    FAILED = "failed"


@dataclass(slots=True)
class Attempt:
    """One entry of the journal: written before the call (outcome OPEN), closed after it.

    `idempotency_key` is stored before it is used. `facts` is what settling needs if the answer never comes: the
    fingerprints sent, the SKUs by external id, the external product id. `looks`: moments at which a search for the
    listing found nothing.
    """

    id: str
    product_key: str
    call: Call
    payload_hash: str
    idempotency_key: str
    started_at: dt.datetime
    product_id: str = ""
    facts: dict[str, Any] = field(default_factory=dict)
    outcome: Outcome = Outcome.OPEN
    ended_at: dt.datetime | None = None
    shop_code: str = ""
    words: str = ""
    request_id: str = ""
    looks: list[dt.datetime] = field(default_factory=list)
    run_id: str = ""


@dataclass(slots=True)
class Instruction:
    """A 出品指示 that was taken from a cell. Consumed before the call; confirmed once the platform did it.

    A consumed value does nothing until the cell was read blank or different, which removes the record. `told`: what
    指示結果 said when this tool cleared the cell ("" = it did not): a value that stands beside these very words was
    filled in after that, and is a new instruction; in a sheet that somebody brought back from before, they are missing.
    """

    product_key: str
    action: Action
    consumed_at: dt.datetime
    confirmed_at: dt.datetime | None = None
    failed: str = ""
    told: str = ""


@dataclass(slots=True)
class Run:
    """One run of a command, as the history tab shows it. `states`: 状態 id → number of products."""

    run_id: str
    command: str
    started: dt.datetime
    user: str = ""
    finished: dt.datetime | None = None
    exit: int | None = None
    products: int = 0
    states: Mapping[str, int] = field(default_factory=dict)
    note: str = ""


@dataclass(frozen=True, slots=True)
class FetchedPicture:
    """A picture address as last fetched: which content it held, and when that was. `etag` is kept for older stores."""

    address: str
    content: str
    etag: str = ""
    fetched_at: dt.datetime | None = None
