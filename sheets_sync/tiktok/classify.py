"""What an answer of the platform means: one decision, made from the table in `codes.toml` and the HTTP status.

Codes decide, never whole messages: those carry quotes, names and changing help links. The one exception is 36009004, a
code with a dozen meanings (Partner Center, "Common errors"), which is told apart by key words.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any, Literal

Repair = Literal["", "token", "clock", "shop"]
BUSY = "tiktok_busy"
"""The advice of every answer that means "too many requests"."""

_MANY_FACES = "36009004"
_BODY_PATH = re.compile(r"body\.([a-z_][a-z_0-9.\[\]]*)", re.IGNORECASE)
_INDEX = re.compile(r"\[\d*\]|\.\d+(?=\.|$)")
_HELP_LINK = re.compile(r"\s*(?:for (?:more )?(?:details|information)[^:]*:?\s*)?https?://\S+\s*$", re.IGNORECASE)


class Kind(StrEnum):
    """What to do next. RETRY: surely nothing happened. UNKNOWN: a write that may have landed."""

    RETRY = "retry"
    CREDENTIALS = "credentials"
    REJECT = "reject"
    SELLER = "seller"
    CONFLICT = "conflict"
    LIMIT = "limit"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """A failed call, judged.

    `advice` names the text in the message catalogue. `column` is the column it speaks of, None when none can be told
    ("options" stands for the option columns). `repair` says what mends a CREDENTIALS verdict for one repetition.
    `wait` is how many seconds to wait at least before repeating.
    """

    kind: Kind
    advice: str
    column: str | None = None
    repair: Repair = ""
    wait: float = 0.0


@dataclass(frozen=True, slots=True)
class Entry:
    """A line of the table as written: `klass` is "unsure" where reads and writes differ."""

    klass: str
    advice: str
    column: str | None = None
    repair: Repair = ""
    wait: float = 0.0
    words: tuple[str, ...] = ()


_KINDS = {
    "busy": Kind.RETRY,
    "credentials": Kind.CREDENTIALS,
    "reject": Kind.REJECT,
    "seller": Kind.SELLER,
    "conflict": Kind.CONFLICT,
    "limit": Kind.LIMIT,
}


def classify(http_status: int, code: int | None, message: str, write: bool) -> Verdict:
    """Judge an answer that is not a success. `code` is None when the body was no envelope of the platform.

    A write is UNKNOWN where the platform may have begun it: 5xx without a clear code, broken body, internal errors.
    """
    entry = _entry(str(code), message) if code else None
    if entry is None:
        return _without_known_code(http_status, code, write)
    if entry.klass == "unsure":
        return _unsure(entry.advice, write, entry.wait)
    return Verdict(_KINDS[entry.klass], entry.advice, column_of(str(code), message), entry.repair, entry.wait)


def column_of(shop_code: str, words: str = "") -> str | None:
    """The column that the platform's code speaks of; `words` is its message, needed for codes with many meanings."""
    entry = _entry(shop_code, words)
    if entry is not None and entry.column:
        return entry.column
    path = _BODY_PATH.search(words)
    return _column_of_path(_INDEX.sub("", path[1])) if path else None


def advice(shop_code: str, words: str = "") -> str:
    """Message code of the advice for a person. A code that nobody knows is shown in the platform's own words."""
    entry = _entry(shop_code, words)
    return entry.advice if entry else "tiktok_refused"


def is_conflict(shop_code: str) -> bool:
    """Whether the code says that the listing's present state forbids the call."""
    entry = table().get(shop_code)
    return entry is not None and entry.klass == "conflict"


def seller_can_mend(shop_code: str) -> bool:
    """Whether the refusal ends once the seller did something in Seller Center: a permit, a warehouse, a contract."""
    entry = table().get(shop_code)
    return entry is not None and entry.klass == "seller"


def without_help_link(message: str) -> str:
    """The platform's message without the changing link that some carry at the end."""
    return _HELP_LINK.sub("", message).strip()


@cache
def table() -> dict[str, Entry]:
    """All codes with their meaning, 36009004 left out."""
    return {code: _line(line) for code, line in _file()["codes"].items()}


@cache
def faces() -> tuple[Entry, ...]:
    """The meanings of 36009004, in the order in which they are tried."""
    return tuple(_line(line) for line in _file()["faces_of_36009004"])


def _entry(shop_code: str, words: str) -> Entry | None:
    if shop_code != _MANY_FACES:
        return table().get(shop_code)
    said = without_help_link(words).lower()
    return next(face for face in faces() if all(word in said for word in face.words))


def _without_known_code(http_status: int, code: int | None, write: bool) -> Verdict:
    if http_status == 429:
        return Verdict(Kind.RETRY, BUSY)
    if http_status >= 500:
        return _unsure("tiktok_internal", write)
    if code:
        return Verdict(Kind.REJECT, "tiktok_refused")
    if http_status < 300 or http_status == 408:
        return _unsure("tiktok_odd_answer", write)
    return Verdict(Kind.REJECT, "tiktok_not_the_platform")


def _unsure(advice_code: str, write: bool, wait: float = 0.0) -> Verdict:
    return Verdict(Kind.UNKNOWN if write else Kind.RETRY, advice_code, wait=wait)


def _column_of_path(path: str) -> str | None:
    return next((column for start, column in _file()["columns_of_body"].items() if path.startswith(start)), None)


def _line(line: dict[str, Any]) -> Entry:
    return Entry(
        klass=line["class"],
        advice=line["advice"],
        column=line.get("column"),
        repair=line.get("repair", ""),
        wait=float(line.get("wait", 0)),
        words=tuple(line.get("words", ())),
    )


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads((resources.files(__package__) / "codes.toml").read_text("utf-8"))
