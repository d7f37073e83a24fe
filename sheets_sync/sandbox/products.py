"""A product, its versions and its states (reference: TikTok Shop API 4)."""

import copy
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .answers import Wire
from .validation.package import grams

IN_REVIEW = ("AUDITING", "PRE_APPROVED")


@dataclass
class Audit:
    """The review side of a product, as Get Product shows it."""

    status: str = "NONE"
    reasons: list[Wire] = field(default_factory=list)
    pre_approved_reasons: list[str] = field(default_factory=list)
    not_submitted_reasons: list[str] = field(default_factory=list)


@dataclass
class Version:
    """One state of a listing's content. SKUs carry their price; stock belongs to the product."""

    content: Wire
    skus: list[Wire]

    def copy(self) -> "Version":
        return Version(copy.deepcopy(self.content), copy.deepcopy(self.skus))

    def same_content(self, other: "Version") -> bool:
        """Equal but for prices: such an edit needs no review."""
        return bool(_comparable(self) == _comparable(other))


def _comparable(version: Version) -> Any:
    content = dict(version.content)
    weight = content.pop("package_weight", None)
    skus = {sku["id"]: {key: part for key, part in sku.items() if key != "price"} for sku in version.skus}
    return content, grams(weight) if weight else Decimal(0), skus


@dataclass
class Product:
    """A listing with its versions.

    `condition` is the state without the review (`product_status` on the wire). `base` is what is live, or the only
    version of a product that is not on sale. `review` is a changed version of a live product under review, `refused`
    the last one that failed, `draft` one saved for later.
    """

    id: str
    created: float
    updated: float
    base: Version
    condition: str
    audit: Audit = field(default_factory=Audit)
    review: Version | None = None
    refused: Version | None = None
    draft: Version | None = None
    stock: dict[str, dict[str, int]] = field(default_factory=dict)  # SKU id -> warehouse id -> sellable quantity
    committed: dict[str, int] = field(default_factory=dict)  # SKU id -> quantity in open orders
    external_id: str = ""  # the key under which the shop's register of external ids holds this product
    skus_off: dict[str, str] = field(default_factory=dict)  # SKU id -> who took it off sale: SELLER or PLATFORM
    promotion: bool = False
    ever_live: bool = False
    submitted: bool = False
    review_round: int = 0  # a decision for an older round is void

    @property
    def status(self) -> str:
        if self.condition in ("INITIAL", "SELLER_DEACTIVATED", "PLATFORM_DEACTIVATED"):
            if self.audit.status in IN_REVIEW:
                return "PENDING"
            if self.audit.status == "FAILED":
                return "FAILED"
        return "DRAFT" if self.condition == "INITIAL" else self.condition

    @property
    def on_sale(self) -> bool:
        return self.condition == "ACTIVATE"

    def version_in_review(self) -> Version | None:
        if self.audit.status not in IN_REVIEW:
            return None
        return self.review or self.base

    def working_version(self, failed_counts: bool) -> Version:
        """What a partial edit builds on: draft, then version under review (then a refused one), then live."""
        refused = self.refused if failed_counts else None
        return self.draft or self.review or refused or self.base

    def versions(self) -> list[Version]:
        return [version for version in (self.base, self.review, self.refused, self.draft) if version is not None]

    def known_skus(self) -> dict[str, Wire]:
        """SKUs by id over the versions an edit may speak of; the live one gives the price."""
        found: dict[str, Wire] = {}
        for version in (self.draft, self.refused, self.review, self.base):
            for sku in version.skus if version else ():
                found[sku["id"]] = sku
        return found

    def forget_dropped_skus(self) -> None:
        """Stock of SKUs that no version holds any more goes with them."""
        alive = {sku["id"] for version in self.versions() for sku in version.skus}
        for book in (self.stock, self.committed):
            for sku_id in set(book) - alive:
                del book[sku_id]
