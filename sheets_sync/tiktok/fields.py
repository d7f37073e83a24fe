"""Single fields of the platform's answers, read leniently, since the platform's pages contradict each other: missing
lists, objects where a list was announced, ids as numbers. What is plainly no answer raises `OddAnswer`.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

Wire = Mapping[str, Any]


class OddAnswer(Exception):
    """The body is not what this endpoint answers."""


def part(data: Wire, name: str) -> Wire:
    """An object inside; a missing one counts as empty."""
    value = data.get(name)
    return value if isinstance(value, Mapping) else {}


def parts(data: Wire, name: str) -> list[Wire]:
    """A list of objects; missing counts as empty, one object as a list of one."""
    value = data.get(name)
    if isinstance(value, Mapping):
        return [value]
    return [entry for entry in value if isinstance(entry, Mapping)] if isinstance(value, list) else []


def text_of(data: Wire, name: str) -> str:
    """Ids arrive as text or, in places, as numbers: text either way."""
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, str | int | Decimal):
        return ""
    return str(value)


def texts_of(data: Wire, name: str) -> tuple[str, ...]:
    """A list of texts, one text counting as a list; blank ones are left out."""
    value = data.get(name)
    entries = value if isinstance(value, list) else [value]
    return tuple(entry for entry in entries if isinstance(entry, str) and entry)


def needed(data: Wire, name: str) -> str:
    """As `text_of`. Raises OddAnswer for a missing or blank one."""
    value = text_of(data, name)
    if not value:
        raise OddAnswer(f"the answer has no {name}")
    return value


def whole(data: Wire, name: str) -> int:
    """A whole number, 0 where there is none."""
    number = number_of(text_of(data, name))
    return int(number) if number is not None else 0


def number_of(text: str) -> Decimal | None:
    """None for what is no finite number."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def plain_number(number: Decimal) -> str:
    """10, not 1E+1; 7.62, not 7.620."""
    return f"{number.normalize():f}"
