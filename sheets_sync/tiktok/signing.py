"""What TikTok Shop wants to see signed, and the exact bytes that travel (Partner Center, "Sign your API request").

Sign what is sent and send what was signed: the body is made into bytes once, query values are signed as they are and
percent-encoded only on the wire.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from urllib.parse import quote

_NEVER_SIGNED = frozenset({"sign", "access_token"})


def sign(secret: str, path: str, query: Mapping[str, str], body: bytes = b"", content_type: str = "") -> str:
    """The signature of a request: 64 lowercase hex characters.

    `query` holds decoded values. `body` is left out of the signature when `content_type` is multipart.
    """
    names = sorted(name for name in query if name not in _NEVER_SIGNED)
    message = path + "".join(f"{name}{query[name]}" for name in names)
    media_type = content_type.partition(";")[0].strip().lower()
    signed_body = b"" if media_type == "multipart/form-data" else body
    key = secret.encode()
    return hmac.digest(key, key + message.encode() + signed_body + key, hashlib.sha256).hex()


def wire_query(query: Mapping[str, str]) -> str:
    """The query string as it is sent: everything outside RFC 3986's unreserved characters is percent-encoded."""
    return "&".join(f"{quote(name, safe='')}={quote(value, safe='')}" for name, value in query.items())


def json_bytes(value: Any) -> bytes:
    """A JSON body as compact UTF-8, without escapes: to be made once, then signed and sent.

    Half a character, as cutting a text leaves it behind, has no UTF-8: it goes out as "?", and ends no import. Numbers
    that were read from the platform as `Decimal` go back as numbers.
    """
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False, default=_number)
    return text.encode(errors="replace")


def _number(value: object) -> float:
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(f"{type(value).__name__} has no place in JSON")
