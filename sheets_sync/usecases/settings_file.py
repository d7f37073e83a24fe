"""Changes single settings in `sheets_sync.toml` and leaves everything else in it, comments included, as it is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

import tomlkit
from tomlkit.exceptions import TOMLKitError
from tomlkit.items import Table

from sheets_sync.errors import UsageError
from sheets_sync.file_placing import put_in_place, take_away
from sheets_sync.pasted_paths import with_pasted_paths


def set_keys(path: Path, values: Mapping[str, str]) -> None:
    """Set keys such as `workbook.kind`; sections that are not there yet are added. Raises UsageError (unreadable)."""
    try:
        document = tomlkit.parse(with_pasted_paths(path.read_text("utf-8-sig")))
    except FileNotFoundError:
        raise UsageError("settings_missing", file=path.name) from None
    except (TOMLKitError, UnicodeDecodeError) as error:
        raise UsageError("settings_unreadable", file=path.name, reason=str(error)) from None
    for name, value in values.items():
        section, _, key = name.rpartition(".")
        table = document.setdefault(section, tomlkit.table()) if section else document
        if isinstance(table, Table) or table is document:
            table[key] = value
    beside = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        beside.write_text(tomlkit.dumps(document), "utf-8")
        put_in_place(beside, path)
    finally:
        take_away(beside)
