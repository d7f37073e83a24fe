"""The one catalogue of texts that a person reads, in Japanese and English.

Every `*.toml` beside this file is a part of it: `[code]` tables with `ja` and `en`. A code stands in one file only.
Places in a text are `{name}`, filled by `str.format`; a place without a value is shown as `?`, never as an exception.
"""

from __future__ import annotations

import string
import tomllib
from functools import cache
from importlib import resources
from typing import Literal

Language = Literal["ja", "en"]


class _Lenient(dict[str, object]):
    def __missing__(self, key: str) -> str:
        return "?"


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts by code. Raises ValueError when two files name the same code."""
    texts: dict[str, dict[str, str]] = {}
    for part in sorted(resources.files(__package__).iterdir(), key=lambda entry: entry.name):
        if not part.name.endswith(".toml"):
            continue
        for code, entry in tomllib.loads(part.read_text("utf-8")).items():
            if code in texts:
                raise ValueError(f"message {code!r} stands twice, the second time in {part.name}")
            texts[code] = entry
    return texts


def text(code: str, language: Language, /, **params: object) -> str:
    """The text of `code`, its places filled. An unknown code is shown as it is, so that nothing is ever swallowed."""
    entry = catalogue().get(code)
    if entry is None:
        return f"{code} {params}" if params else code
    return string.Formatter().vformat(entry[language], (), _Lenient(params))
