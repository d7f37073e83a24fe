"""Lays down what a shop starts with: the settings file and, for people who do not type, double-click starters."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.template_files import templates_folder

# File name of each starter and the command that it runs.
STARTERS = {
    "ja": (
        ("①カートから取り込む", "export"),
        ("②チェック", "check"),
        ("③TikTokへ送信", "import"),
        ("④審査結果を見る", "review"),
    ),
    "en": (
        ("1 Bring in from the cart", "export"),
        ("2 Check", "check"),
        ("3 Send to TikTok", "import"),
        ("4 See the review results", "review"),
    ),
}
_BAT = '@echo off\r\nchcp 65001 >nul\r\ncd /d "%~dp0"\r\nsheets-sync {command}\r\npause\r\n'
_COMMAND = '#!/bin/sh\ncd "$(dirname "$0")" || exit 1\nsheets-sync {command}\nprintf "\\n[Enter] "\nread -r _\n'


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
    for name, command in STARTERS[language]:
        # cmd.exe reads the file's own bytes; the commands in it are plain ASCII.
        windows, mac = folder / f"{name}.bat", folder / f"{name}.command"
        windows.write_bytes(_BAT.format(command=command).encode())
        mac.write_text(_COMMAND.format(command=command), "utf-8")
        mac.chmod(0o755)
        yield windows
        yield mac


def _quoted(value: str) -> str:
    """A TOML string: JSON's are TOML's."""
    return json.dumps(value, ensure_ascii=False)
