"""Reads `templates/<market>.toml` into a `Template`. The only place that knows how those files are laid out."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.template import Choice, Column, Kind, Owner, OwnerStyle, Template

_PACKAGE = Path(__file__).parent


def templates_folder() -> Path:
    """Folder of the templates: inside the installed package, or beside it in a source checkout."""
    inside = _PACKAGE / "templates"
    return inside if inside.is_dir() else _PACKAGE.parent / "templates"


@cache
def load_template(market: str) -> Template:
    """The template of a market such as "JP". Raises UsageError naming the markets there are."""
    path = templates_folder() / f"{market.lower()}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem.upper() for p in templates_folder().glob("??.toml")))
        raise UsageError("unknown_market", read=market, known=known)
    return _template(_read(path))


def _read(path: Path) -> dict[str, Any]:
    data = tomllib.loads(path.read_text("utf-8"))
    base = data.pop("extends", None)
    return _merged(_read(path.parent / base), data) if base else data


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    for key, value in over.items():
        both_tables = isinstance(value, dict) and isinstance(base.get(key), dict)
        base[key] = _merged(base[key], value) if both_tables else value
    return base


def _template(data: Mapping[str, Any]) -> Template:
    choices = {
        name: tuple(Choice(key, e["ja"], e["en"], tuple(e.get("also", ()))) for key, e in entries.items())
        for name, entries in data["choices"].items()
    }
    return Template(
        market=data["market"],
        locale=data["locale"],
        currency=data["currency"],
        price_decimals=data["price_decimals"],
        weight_unit=data["weight_unit"],
        size_unit=data["size_unit"],
        category_version=data["category_version"],
        timezone=data["timezone"],
        limits=data["limits"],
        tab_names={Tab(key): Choice(key, e["ja"], e["en"]) for key, e in data["tabs"].items()},
        owners={Owner(k): OwnerStyle(e["colour"], e["text"], e["ja"], e["en"]) for k, e in data["owners"].items()},
        choices=choices,
        columns={
            Tab(tab): tuple(_columns(entries, data["columns"], choices))
            for tab, entries in data["columns"].items()
            if tab != "sku"
        },
    )


def _columns(
    entries: Mapping[str, Any], all_columns: Mapping[str, Any], choices: Mapping[str, tuple[Choice, ...]]
) -> Iterator[Column]:
    for key, entry in entries.items():
        match entry.get("include"):
            case "sku":
                yield from _columns(all_columns["sku"], all_columns, choices)
            case "state_counts":
                yield from (
                    Column(f"state_{c.id}", c.ja, c.en, Owner.RESULT, Kind.INTEGER, width=11) for c in choices["state"]
                )
            case _:
                yield from _column(key, entry)


def _column(key: str, entry: Mapping[str, Any]) -> Iterator[Column]:
    def one(key: str, suffix: str, required: bool) -> Column:
        return Column(
            key=key,
            ja=entry["ja"] + suffix,
            en=entry["en"] + suffix,
            owner=Owner(entry["owner"]),
            kind=Kind(entry["kind"]),
            width=entry.get("width", 14),
            choices=entry.get("choices", ""),
            prefill=entry.get("prefill", False),
            required=required,
            folded=entry.get("folded", False),
            when=entry.get("when", ""),
            minimum=entry.get("min"),
            maximum=entry.get("max"),
            synonyms=tuple(f"{name}{suffix}" for name in entry.get("synonyms", ())),
            alike=tuple(f"{name}{suffix}" for name in entry.get("alike", ())),
            help_ja=entry["help_ja"],
            help_en=entry["help_en"],
        )

    required = entry.get("required", False)
    if "repeat" not in entry:
        yield one(key, "", required)
        return
    for number in range(1, entry["repeat"] + 1):
        yield one(f"{key}_{number}", str(number), required and number == 1)
