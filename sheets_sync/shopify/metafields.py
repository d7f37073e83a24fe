"""What a metafield says, as the text of a cell (Shopify, "Metafield types"). Pure."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, Final

_UNITS: Final = {
    "GRAMS": "g", "KILOGRAMS": "kg", "OUNCES": "oz", "POUNDS": "lb",
    "MILLIMETERS": "mm", "CENTIMETERS": "cm", "METERS": "m", "INCHES": "in", "FEET": "ft", "YARDS": "yd",
    "MILLILITERS": "ml", "CENTILITERS": "cl", "LITERS": "l", "CUBIC_METERS": "m³",
}  # fmt: skip
_GID: Final = "gid://shopify/"
_SPEAKING_PART: Final = {"money": "amount", "rating": "value", "link": "url"}
_MEASURES: Final = ("weight", "dimension", "volume")


def references(kind: str, value: str) -> tuple[str, ...]:
    """Ids of the things that a metafield refers to: materials, colours, other products. None for all other kinds."""
    if not kind.endswith("_reference"):
        return ()
    return tuple(gid for gid in _entries(kind, value) if isinstance(gid, str) and gid.startswith(_GID))


def cell_text(kind: str, value: str, names: Mapping[str, str]) -> str:
    """The text of a metafield of type `kind`; lists give a line for each entry.

    `names`: what a person calls the things that references point to; one that is not there is left out.
    """
    single = kind.removeprefix("list.")
    return "\n".join(text for entry in _entries(kind, value) if (text := _single(single, entry, names)))


def _entries(kind: str, value: str) -> list[Any]:
    """The value's entries: of a list all of them, else the value itself. What cannot be read stays as it stands."""
    if not kind.startswith("list."):
        return [value]
    try:
        entries = json.loads(value)
    except ValueError:
        return [value]
    return entries if isinstance(entries, list) else [value]


def _single(kind: str, entry: Any, names: Mapping[str, str]) -> str:
    if kind.endswith("_reference"):
        return names.get(str(entry), "")
    told = _object(entry)
    if told is None:
        return _plain(entry)
    if kind in _MEASURES:
        unit = str(told.get("unit") or "")
        return f"{_plain(told.get('value'))}{_UNITS.get(unit.upper(), unit)}"
    if kind in _SPEAKING_PART:
        return _plain(told.get(_SPEAKING_PART[kind]))
    if kind == "rich_text_field":
        return "\n".join(line for line in _blocks(told) if line)
    return entry if isinstance(entry, str) else json.dumps(entry, ensure_ascii=False)


def _object(entry: Any) -> dict[str, Any] | None:
    """The entry where it is an object, or the JSON text of one."""
    if isinstance(entry, str) and entry.startswith("{"):
        try:
            entry = json.loads(entry)
        except ValueError:
            return None
    return entry if isinstance(entry, dict) else None


def _plain(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def _blocks(node: Mapping[str, Any]) -> Iterable[str]:
    """The text of a rich text, a line per paragraph, heading and list entry."""
    children = [child for child in node.get("children") or () if isinstance(child, dict)]
    if node.get("type") in ("root", "list"):
        for child in children:
            yield from _blocks(child)
    else:
        yield _words(node).strip()


def _words(node: Mapping[str, Any]) -> str:
    inner = (_words(child) for child in node.get("children") or () if isinstance(child, dict))
    return str(node.get("value") or "") + "".join(inner)
