"""What a person double-clicks who does not type commands: a file per command, for Windows and for the Mac.

A double click knows nothing of environments, and on Windows the search path seldom holds what pip installed. So a
starter names the very Python that laid it down, and the bare command only where that Python is not.
"""

from __future__ import annotations

import os
import shlex
import sys
from collections.abc import Iterator
from pathlib import Path

from sheets_sync.messages import Language, text

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
# `pushd` and not `cd`: it gives a shared folder (\\server\shop) a drive letter, which cmd.exe needs.
_WINDOWS = """@echo off
setlocal
pushd "%~dp0"
set "PY={python}"
if exist "%PY%" (
  "%PY%" -m sheets_sync {command}
) else (
  sheets-sync {command}
)
if errorlevel 9009 echo {gone}
pause
popd
"""
_MAC = """#!/bin/sh
cd "$(dirname "$0")" || exit 1
py={python}
if [ -x "$py" ]; then
  "$py" -m sheets_sync {command}
else
  sheets-sync {command} || [ $? != 127 ] || echo {gone}
fi
printf "\\n[Enter] "
read -r _
"""
_UTF8 = "chcp 65001 >nul"


def lay_starters(folder: Path, language: Language) -> Iterator[Path]:
    """Write the starters into a folder and yield their paths. Those of the other system know no Python by its path."""
    here = os.name == "nt"
    gone = text("starter_without_python", language)
    for name, command in STARTERS[language]:
        windows, mac = folder / f"{name}.bat", folder / f"{name}.command"
        windows.write_bytes(batch_file(command, sys.executable if here else "", gone))
        told = {"python": shlex.quote("" if here else sys.executable), "gone": shlex.quote(gone)}
        mac.write_text(_MAC.format(command=command, **told), "utf-8", newline="\n")
        mac.chmod(0o755)
        yield windows
        yield mac


def batch_file(command: str, python: str, gone: str) -> bytes:
    """A starter for Windows. cmd.exe reads it in the console's own encoding: that of this machine where it is one with
    Windows, that of Japanese Windows elsewhere; and in UTF-8, once told so, where that lacks a character of the path.
    """
    words = _WINDOWS.format(command=command, python=python.replace("%", "%%"), gone=gone)
    lines = words.splitlines()
    try:
        return _with_crlf(lines).encode("oem" if os.name == "nt" else "cp932")
    except UnicodeEncodeError:
        return _with_crlf([lines[0], _UTF8, *lines[1:]]).encode("utf-8")


def _with_crlf(lines: list[str]) -> str:
    return "".join(f"{line}\r\n" for line in lines)
