"""Reads formats from files: the ones that come with the program (`templates/carts/`), and a shop's own mapping."""

import difflib
import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from sheets_sync.errors import UsageError
from sheets_sync.sources.cart_profile import FIELDS, Profile
from sheets_sync.sources.mapping_guess import KnownNames
from sheets_sync.template_files import templates_folder


@cache
def shipped() -> Mapping[str, Profile]:
    """The formats that come with the program, by name."""
    found = {path.stem: _profile(_toml(path), path) for path in sorted(_folder().glob("*.toml"))}
    for stem, profile in found.items():
        if profile.name != stem:
            raise ValueError(f"format {stem} calls itself {profile.name}")
    return found


def own(path: Path) -> Profile:
    """A shop's own mapping file. It may go on from a shipped format by `extends = "eccube"`.

    Raises UsageError: missing, no TOML, or every problem in it at once, each with its key.
    """
    if not path.is_file():
        raise UsageError("format_file_missing", path=str(path))
    data = _toml(path)
    base = data.pop("extends", "")
    if base:
        parent = _folder() / f"{base}.toml"
        if parent.stem not in shipped():
            raise UsageError("format_base_unknown", file=path.name, read=str(base), known=", ".join(shipped()))
        data = {**_merged(_toml(parent), data), "name": data.get("name", path.stem)}
    return _profile({"name": path.stem, "label": path.stem, **data}, path)


def profile_of(mapping: str, name: str) -> Profile:
    """The format that the text of a mapping file says. Raises UsageError like `own`."""
    return _profile({"name": name, "label": name, **tomllib.loads(mapping)}, Path(name))


def known_names() -> KnownNames:
    """Names that carts give their columns."""
    data = _toml(templates_folder() / "column_names.toml")
    return KnownNames(data["fields"], **data["parts"])


def _folder() -> Path:
    return templates_folder() / "carts"


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8-sig"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as fault:
        raise UsageError("format_unreadable", file=path.name, reason=str(fault)) from None


def _profile(data: Mapping[str, Any], path: Path) -> Profile:
    try:
        return Profile.model_validate(data)
    except ValidationError as fault:
        problems = [_problem(e["loc"], e["type"], e["msg"]) for e in fault.errors(include_url=False)]
        raise UsageError("format_invalid", file=path.name, problems="\n".join(problems)) from None


def _problem(loc: tuple[int | str, ...], kind: str, words: str) -> str:
    """One fault of a mapping; for a key that is not known the nearest that is."""
    where = ".".join(str(part) for part in loc)
    if choices := re.findall(r"'([^']*)'", words) if kind == "literal_error" else []:
        return f"  {where}: ? → {' / '.join(choices)}"
    if kind != "extra_forbidden":
        return f"  {where or '(file)'}: {words.removeprefix('Value error, ')}"
    known = FIELDS if "columns" in loc else tuple(Profile.model_fields)
    near = difflib.get_close_matches(str(loc[-1]), known, n=1, cutoff=0.5)
    return f"  {where}: ?" + (f" → {near[0]}" if near else "")


def _merged(base: dict[str, Any], over: Mapping[str, Any]) -> dict[str, Any]:
    """A table goes into a table key by key; anything else replaces what stood there."""
    for key, value in over.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        base[key] = _merged(base[key], value) if both else value
    return base
