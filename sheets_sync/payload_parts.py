"""What bodies of create and edit are made from: the row as it is wanted, the step, the market, the listing. Pure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.desired import DesiredListing
from sheets_sync.plan import Step
from sheets_sync.records import Link
from sheets_sync.shop import CategoryRules, ShopProduct, UploadedImage

MAIN, VARIANT, DESCRIPTION, SIZE_CHART, CERTIFICATE = (
    "MAIN_IMAGE", "ATTRIBUTE_IMAGE", "DESCRIPTION_IMAGE", "SIZE_CHART_IMAGE", "CERTIFICATION_IMAGE",
)  # fmt: skip
# What goes up as a file, not as a picture: videos, and certificates that turn out to be a PDF.
VIDEO, CERTIFICATE_FILE = "VIDEO_FILE", "CERTIFICATION_FILE"
CERTIFICATION = "certification:"

Body = dict[str, Any]
Pictures = Mapping[tuple[str, str], UploadedImage]
"""Uploaded pictures by (address, use case)."""


@dataclass(frozen=True, slots=True)
class Market:
    """What a body needs to know of the shop and its market. `timezone` is that of dates and times in cells."""

    currency: str
    category_version: str
    weight_unit: str
    size_unit: str
    warehouse_id: str
    cart_id: str
    timezone: dt.tzinfo | None = None


@dataclass(frozen=True, slots=True)
class Parts:
    """Everything that bodies are made from. `actual` is a fresh read of the listing, None before it exists."""

    want: DesiredListing
    step: Step
    market: Market
    rules: CategoryRules | None = None
    pictures: Pictures = field(default_factory=dict)
    actual: ShopProduct | None = None
    link: Link | None = None
    foreign: frozenset[str] = frozenset()
    """Fields that someone changed on TikTok's side and that are to be left as they are."""
    now: dt.datetime | None = None
    """The moment of sending, with time zone: a 公開予約 that lies before it would be refused, and is left out."""

    def uri(self, address: str, use: str) -> str:
        """What the platform calls an uploaded picture, "" when it was not uploaded."""
        image = self.pictures.get((address, use))
        return image.uri if image else ""
