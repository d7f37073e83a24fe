"""What a category cell means: `親 > 子 > 葉 [id]`, an id alone, a path alone."""

from __future__ import annotations

import re
from collections.abc import Mapping

from sheets_sync.template import fold

_ID_AT_END = re.compile(r"[\[［]\s*(\d+)\s*[\]］]\s*$")
_SUGGESTION = frozenset(map(fold, ("候補どおり", "候補通り", "As suggested")))
_ARROWS = str.maketrans("＞›»", ">>>")


def takes_suggestion(text: str) -> bool:
    """Whether a category cell says 「候補どおり」."""
    return fold(text) in _SUGGESTION


class CategoryIndex:
    """The leaf categories of the market: id → path such as `親 > 子 > 葉`."""

    def __init__(self, paths: Mapping[str, str]) -> None:
        self._paths = paths
        self._by_path: dict[str, str] = {}
        for category_id, path in paths.items():
            folded = _folded(path)
            self._by_path[folded] = "" if folded in self._by_path else category_id  # shared by two, it tells nothing

    def id_of(self, text: str) -> str:
        """The category that a text means, "" when it means none. Without a list of categories an id is believed."""
        found = _ID_AT_END.search(text)
        named = found[1] if found else fold(text)
        if named.isdecimal() and (named in self._paths or not self._paths):
            return named
        return self._by_path.get(_folded(text[: found.start()] if found else text), "")

    def path(self, category_id: str) -> str:
        """What a person calls the category; the id where that is all we know."""
        return self._paths.get(category_id, category_id)

    def label(self, category_id: str) -> str:
        """The category as drop-downs and cells show it."""
        path = self._paths.get(category_id)
        return f"{path} [{category_id}]" if path else category_id


def _folded(path: str) -> str:
    return fold(path.translate(_ARROWS))
