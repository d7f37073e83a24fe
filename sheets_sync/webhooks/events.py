"""What a webhook says, as a value (reference: TikTok Shop API 3.21). Pure.

An event is only a hint to read the product: types and samples of the documentation contradict one another, so nothing
but the envelope, the product's id and a few words for a person are taken from it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

PRODUCT_ID_DIGITS = 25
WORDS = 300
"""Longest words of the platform that are passed on to a person."""


class Kind(IntEnum):
    """Events that mean something here. Others are taken and forgotten."""

    PRODUCT_STATUS = 5
    DEAUTHORISED = 6
    AUTHORISATION_ENDS = 7
    PRODUCT_INFORMATION = 15
    PRODUCT_CREATED = 16
    PRODUCT_CATEGORY = 18
    PRODUCT_AUDIT = 37
    SKU_STATUS = 50
    STOCK = 71


ABOUT_PRODUCTS = frozenset(Kind) - {Kind.DEAUTHORISED, Kind.AUTHORISATION_ENDS}


class NotAnEvent(Exception):
    """The body is no envelope of an event."""


@dataclass(frozen=True, slots=True)
class Event:
    """One event. `kind` is None for types that mean nothing here; `number` is the platform's own.

    `id`: of the notification, "" when it had none. `product_id`: "" where the event is about no product. `at`: Unix
    seconds, of the change where told, else of the sending. `words`, `expires`: the platform's, of types 6 and 7.
    """

    number: int
    kind: Kind | None
    id: str
    shop_id: str
    product_id: str = ""
    at: int = 0
    words: str = ""
    expires: str = ""


def parse(body: bytes) -> Event:
    """Read an envelope. Raises NotAnEvent for what is none: no JSON object, no whole number as type."""
    try:
        envelope = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAnEvent from None
    if not isinstance(envelope, dict):
        raise NotAnEvent
    number = envelope.get("type")
    if not isinstance(number, int) or isinstance(number, bool):
        raise NotAnEvent
    kind = Kind(number) if number in list(Kind) else None
    data = envelope.get("data")
    if not isinstance(data, dict):
        data = {}
    return Event(
        number=number,
        kind=kind,
        id=_id(envelope.get("tts_notification_id")),
        shop_id=_id(envelope.get("shop_id")),
        product_id=_id(data.get("product_id")) if kind in ABOUT_PRODUCTS else "",
        at=_seconds(data.get("update_time")) or _seconds(envelope.get("timestamp")),
        words=_words(data.get("message")),
        expires=_words(data.get("expiration_time")),
    )


def _id(value: Any) -> str:
    """An id as text: the wire has it as text or as an integer beyond 2^53. A float has lost its last digits already,
    and a wrong id is worse than none.
    """
    if isinstance(value, bool) or not isinstance(value, int | str):
        return ""
    text = str(value).strip()
    return text if text.isascii() and text.isdigit() and len(text) <= PRODUCT_ID_DIGITS else ""


def _seconds(value: Any) -> int:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 13:
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value < 10**13:
        return 0
    return value // 1000 if value >= 10**11 else value


def _words(value: Any) -> str:
    """Plain words on one line: what comes from outside never moves a terminal's cursor."""
    text = "" if isinstance(value, bool | dict | list) or value is None else str(value)
    return "".join(sign if sign.isprintable() else " " for sign in text[:WORDS]).strip()
