"""TikTok Shop as values: what its answers mean to us. Field names on the wire stay inside the adapter."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from sheets_sync.states import Listing

UNDER_REVIEW = frozenset({"AUDITING", "PRE_APPROVED"})
"""Audits of a listing that has a version under review: being looked at, or passed and waiting for the seller."""


@dataclass(frozen=True, slots=True)
class Reason:
    """One objection of the review. `position` is the platform's free label of the place ("Main Image")."""

    position: str
    reasons: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SalesAttribute:
    """One option of a SKU on the platform: by id where it matched a built-in one, always with its names when read."""

    name: str = ""
    value: str = ""
    id: str = ""
    value_id: str = ""
    image_uri: str = ""


@dataclass(frozen=True, slots=True)
class ShopSku:
    """A SKU as the platform shows it. `stock` by warehouse id. `off`: who took it off sale ("SELLER", "PLATFORM" …), ""
    while it is on. `kept`: what an edit has to hand back besides, as on the wire.
    """

    id: str
    seller_sku: str = ""
    external_id: str = ""
    price: Decimal | None = None
    stock: dict[str, int] = field(default_factory=dict)
    attributes: tuple[SalesAttribute, ...] = ()
    barcode: str = ""
    barcode_type: str = ""
    off: str = ""
    kept: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ShopProduct:
    """A listing as Get Product shows it, in one of its versions.

    `status` and `audit` are the platform's words (reference: TikTok Shop API 4.1); `listing` is our word for the pair.
    `attributes`: attribute id → values, each (value id, name). Sizes are centimetres as text, `weight_g` is grams.
    `open_items`: what it waits for though it was approved, or why it was not submitted (KYC_PENDING …).
    `kept`: what we do not look into, as on the wire: a full edit hands it back, since it erases what it leaves out.
    """

    id: str
    status: str
    audit: str
    title: str = ""
    description: str = ""
    category_id: str = ""
    brand_id: str = ""
    images: tuple[str, ...] = ()
    attributes: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)
    weight_g: Decimal | None = None
    dimensions_cm: tuple[str, str, str] | None = None
    external_id: str = ""
    skus: tuple[ShopSku, ...] = ()
    reasons: tuple[Reason, ...] = ()
    has_draft: bool = False
    update_time: int = 0
    kept: dict[str, Any] = field(default_factory=dict)
    open_items: tuple[str, ...] = ()

    @property
    def listing(self) -> Listing:
        return listing_of(self.status, self.audit)


@dataclass(frozen=True, slots=True)
class ShopSummary:
    """A listing as Search shows it: enough to tell its state and find its SKUs; `skus` is (sku id, seller SKU)."""

    id: str
    title: str
    status: str
    audit: str
    has_draft: bool
    update_time: int
    skus: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Saved:
    """Answer of create, edit and partial edit. `skus` in the platform's order; `audit` is "" after a create."""

    product_id: str
    skus: tuple[ShopSku, ...] = ()
    warnings: tuple[str, ...] = ()
    audit: str = ""
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Fault:
    """A refusal inside an answer that is otherwise a success (batches, stock): `target` is the product or SKU id.

    `conflict`: the listing's state forbids it, as with `ShopConflict`.
    """

    target: str
    code: str
    words: str
    request_id: str = ""
    conflict: bool = False


@dataclass(frozen=True, slots=True)
class Checked:
    """Answer of the listing check: what a create of the same body would be refused for, and what it would drop."""

    faults: tuple[Fault, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UploadedImage:
    """A picture on TikTok's side. `uri` goes into JSON, `url` into the description's HTML."""

    uri: str
    url: str
    width: int = 0
    height: int = 0


@dataclass(frozen=True, slots=True)
class UploadedFile:
    """A PDF or a video on TikTok's side; `id` goes into JSON."""

    id: str
    url: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Category:
    """A node of the category tree. Only leaves that are `available` can hold products of this shop."""

    id: str
    parent_id: str
    name: str
    leaf: bool
    available: bool = True


@dataclass(frozen=True, slots=True)
class Condition:
    """Makes an attribute or certificate required when the attribute `attribute_id` has the value `value_id`."""

    attribute_id: str
    value_id: str


@dataclass(frozen=True, slots=True)
class AttributeRule:
    """An attribute of a category. `sales` ones make variants, the others describe the product."""

    id: str
    name: str
    sales: bool = False
    required: bool = False
    multiple: bool = False
    custom: bool = True
    number: bool = False
    values: tuple[tuple[str, str], ...] = ()
    conditions: tuple[Condition, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateRule:
    """A certificate of a category; `expires`: it goes with the date on which it ends."""

    id: str
    name: str
    required: bool = False
    conditions: tuple[Condition, ...] = ()
    expires: bool = False


@dataclass(frozen=True, slots=True)
class CategoryRules:
    """What a leaf category asks for (reference: TikTok Shop API 3.3, 3.4).

    `plain_codes`: every SKU needs a code of 6 to 50 letters, digits, hyphens and underscores.
    """

    category_id: str
    attributes: tuple[AttributeRule, ...] = ()
    certificates: tuple[CertificateRule, ...] = ()
    size_chart_required: bool = False
    size_chart_supported: bool = False
    dimensions_required: bool = False
    pre_order: bool = False
    plain_codes: bool = False


@dataclass(frozen=True, slots=True)
class Brand:
    """A brand that this shop can use. Only of an `authorised` one buyers see the name."""

    id: str
    name: str
    authorised: bool = False


@dataclass(frozen=True, slots=True)
class Warehouse:
    id: str
    name: str
    default: bool


@dataclass(frozen=True, slots=True)
class AuthorisedShop:
    id: str
    name: str
    region: str
    cipher: str
    cross_border: bool = False


@dataclass(frozen=True, slots=True)
class Prerequisite:
    """One item that a shop needs before it can list; `reasons` say what is open."""

    item: str
    failed: bool
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class SearchFilter:
    """What to search listings for. Times are Unix seconds. Everything blank means all listings."""

    status: str = "ALL"
    audit: tuple[str, ...] = ()
    seller_skus: tuple[str, ...] = ()
    created_from: dt.datetime | None = None
    updated_from: dt.datetime | None = None


_LISTINGS = {
    "DRAFT": Listing.DRAFT,
    "PENDING": Listing.IN_REVIEW,
    "ACTIVATE": Listing.LIVE,
    "SELLER_DEACTIVATED": Listing.PAUSED,
    "PLATFORM_DEACTIVATED": Listing.TAKEN_DOWN,
    "FREEZE": Listing.FROZEN,
    "DELETED": Listing.DELETED,
    "SCHEDULED": Listing.SCHEDULED,
}


def listing_of(status: str, audit: str) -> Listing:
    """Our word for the platform's pair of states (reference: TikTok Shop API 4.1).

    A product whose first review failed was never on sale: it shows as 未出品, and its 状態 says 審査NG.
    """
    if audit == "PRE_APPROVED" and status == "PENDING":
        return Listing.PRE_APPROVED
    return _LISTINGS.get(status, Listing.NONE)
