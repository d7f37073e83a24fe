r"""Paths in settings as Windows hands them out, `"C:\shop\new.csv"`: with single backslashes, maybe quoted twice.

To TOML a backslash in quotes begins an escape: `\s` is an error, and `\n` a new line that nobody sees. So where a
setting is a path, backslashes are doubled before the text is read, unless that was done already.
"""

from __future__ import annotations

import re

_KEYS = "path|env_file|format|credentials|url"
_PATH = re.compile(rf'^([ \t]*(?:[a-z]+\.)?(?:{_KEYS})[ \t]*=[ \t]*)("{{1,2}})([^"\r\n]*\\[^"\r\n]*)\2', re.MULTILINE)
_SINGLE = re.compile(r"(?<!\\)(?:\\\\)*\\(?!\\)")


def with_pasted_paths(settings: str) -> str:
    """The text of a settings file in which pasted paths are what TOML takes for them; anything else as it is."""
    return _PATH.sub(_mended, settings)


def _mended(found: re.Match[str]) -> str:
    before, _, path = found.groups()
    # Doubled all over, it is TOML already; the two that a shared folder begins with say nothing.
    return f'{before}"{_doubled(path)}"' if _SINGLE.search(path) else f'{before}"{path}"'


def _doubled(path: str) -> str:
    return path.replace("\\", "\\\\")
