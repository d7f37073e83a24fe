"""Whether a product's category can hold it, and which one was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from functools import cached_property

from sheets_sync.cells import shortened
from sheets_sync.desired import DesiredListing
from sheets_sync.shop import Category
from sheets_sync.template import fold
from sheets_sync.validation.faults import Params

_MOST_HINTS = 30
_LIKE_ENOUGH = 0.6


class CategoryChecks:
    """Looks categories up in the tree; an empty tree means that it is not known, and only the text is judged."""

    def __init__(self, tree: Mapping[str, Category]) -> None:
        self._tree = tree
        self._hints: dict[str, str] = {}

    def fault(self, listing: DesiredListing) -> tuple[str, Params] | None:
        """What is wrong with a listing's category, as message code and places."""
        if not listing.category:
            return self._unknown(listing.category_text) if listing.category_text else None
        if not self._tree:
            return None
        read = shortened(listing.category_text or listing.category)
        category = self._tree.get(listing.category)
        if category is None:
            return self._unknown(listing.category_text or listing.category)
        if not category.leaf:
            return "category_not_leaf", {"read": read}
        return None if category.available else ("category_not_available", {"read": read})

    def _unknown(self, text: str) -> tuple[str, Params]:
        if text not in self._hints and len(self._hints) < _MOST_HINTS:
            self._hints[text] = self._closest(text)
        if hint := self._hints.get(text, ""):
            return "category_unknown_closest", {"read": shortened(text), "closest": hint}
        return "category_unknown", {"read": shortened(text)}

    def _closest(self, text: str) -> str:
        """`path [id]` of the leaf whose name is most like the last part of what was read; "" when none is."""
        last = fold(text.rsplit(">", 1)[-1].split("[", 1)[0])
        hits = difflib.get_close_matches(last, self._leaves, n=1, cutoff=_LIKE_ENOUGH)
        return self._path(self._leaves[hits[0]]) if hits else ""

    @cached_property
    def _leaves(self) -> dict[str, Category]:
        return {
            fold(category.name): category for category in self._tree.values() if category.leaf and category.available
        }

    def _path(self, leaf: Category) -> str:
        names, node = [leaf.name], self._tree.get(leaf.parent_id)
        while node is not None and len(names) < 10:
            names.insert(0, node.name)
            node = self._tree.get(node.parent_id)
        return f"{' > '.join(names)} [{leaf.id}]"
