"""Who sent a webhook (Partner Center, "Webhooks overview"; reference: TikTok Shop API 1.8). Pure."""

from __future__ import annotations

import hashlib
import hmac


def signature(app_key: str, app_secret: str, body: bytes) -> str:
    """What the header `Authorization` has to hold for the raw bytes of a body: lowercase hex, no `Bearer`."""
    return hmac.new(app_secret.encode(), app_key.encode() + body, hashlib.sha256).hexdigest()


def is_authentic(given: bytes, app_key: str, app_secret: str, body: bytes) -> bool:
    """Whether the header's bytes sign these raw bytes, told in a time that says nothing about the right answer.

    Without a secret nothing is authentic: an empty key would let anybody sign.
    """
    return bool(app_secret) and hmac.compare_digest(given, signature(app_key, app_secret, body).encode())
