"""Which brands were probably meant by a name that the shop's list does not have."""

from __future__ import annotations

import difflib
from collections.abc import Collection
from functools import cached_property

from sheets_sync.cells import shortened
from sheets_sync.template import fold
from sheets_sync.validation.faults import Params

_MOST_HINTS = 30
_LIKE_ENOUGH = 0.6
_SHOWN = 3


class BrandChecks:
    """Looks for names like the one that was read; no names mean that none is offered."""

    def __init__(self, names: Collection[str]) -> None:
        self._names = names
        self._hints: dict[str, str] = {}

    def fault(self, text: str) -> tuple[str, Params]:
        """What to say of an unknown brand, as message code and places."""
        if text not in self._hints and len(self._hints) < _MOST_HINTS:
            hits = difflib.get_close_matches(fold(text), self._by_folded, n=_SHOWN, cutoff=_LIKE_ENOUGH)
            self._hints[text] = " / ".join(self._by_folded[hit] for hit in hits)
        if hint := self._hints.get(text, ""):
            return "brand_unknown_closest", {"read": shortened(text), "closest": hint}
        return "brand_unknown", {"read": shortened(text)}

    @cached_property
    def _by_folded(self) -> dict[str, str]:
        return {fold(name): name for name in self._names}
