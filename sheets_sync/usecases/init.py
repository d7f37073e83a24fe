"""Lays down what a shop starts with: the settings file and, for people who do not type, double-click starters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.template_files import templates_folder
from sheets_sync.usecases.starters import lay_starters


def lay_down(
    folder: Path, cart_file: str, language: Language, cart_format: str = "auto", cart_kind: str = "csv"
) -> Iterator[Path]:
    """Write the files and yield their paths. An existing settings file is never overwritten: UsageError.

    `cart_file`, `cart_format` and `cart_kind` are what the settings shall say of the cart's file.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = folder / "sheets_sync.toml"
    if settings.exists():
        raise UsageError("init_exists", file=str(settings))
    sample = (templates_folder() / "sheets_sync.toml").read_text("utf-8")
    sample = sample.replace('path = "products.csv"', f"path = {_quoted(cart_file)}")
    sample = sample.replace('kind = "csv"', f"kind = {_quoted(cart_kind)}")
    sample = sample.replace('format = "auto"', f"format = {_quoted(cart_format)}")
    settings.write_text(sample.replace('language = "ja"', f'language = "{language}"'), "utf-8")
    yield settings
    yield from lay_starters(folder, language)


def _quoted(value: str) -> str:
    """A TOML string: JSON's are TOML's."""
    return json.dumps(value, ensure_ascii=False)
