"""Opaque page tokens that hold `+`, `/` and `=`, as the platform's do: a client that does not encode them fails."""

import base64
import binascii
import hashlib
import json
from collections.abc import Sequence
from typing import TypeVar

from .answers import ApiError

T = TypeVar("T")
_PREFIX, _SUFFIX = "6As/Q+", "=="


def page_of(rows: Sequence[T], size: int, token: str, question: object, code: int) -> tuple[Sequence[T], str]:
    """One page and the token of the next ("" at the end). A token of another question is refused with `code`."""
    digest = hashlib.sha256(json.dumps(question, sort_keys=True).encode()).hexdigest()[:8]
    start = _start(token, digest, code) if token else 0
    end = start + size
    return rows[start:end], _token(end, digest) if end < len(rows) else ""


def _token(offset: int, digest: str) -> str:
    return _PREFIX + base64.b64encode(f"{digest}{offset:010d}".encode()).decode().rstrip("=") + _SUFFIX


def _start(token: str, digest: str, code: int) -> int:
    inner = token.removeprefix(_PREFIX).removesuffix(_SUFFIX)
    try:
        text = base64.b64decode(inner + "=" * (-len(inner) % 4), validate=True).decode("ascii")
    except (binascii.Error, UnicodeDecodeError):
        text = ""
    if not token.startswith(_PREFIX) or not token.endswith(_SUFFIX) or text[:8] != digest or not text[8:].isdigit():
        raise ApiError(code, "page_token is invalid")
    return int(text[8:])
