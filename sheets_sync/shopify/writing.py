"""Tells the shop how its products stand on TikTok Shop: a tag and two metafields (Shopify, `tagsAdd`, `metafieldsSet`).

Nothing is touched but the tags that this tool writes and its own namespace of metafields.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from typing import Any, TypeVar

from sheets_sync.ports import CartMark
from sheets_sync.shopify import queries
from sheets_sync.shopify.client import AdminApi

log = logging.getLogger(__name__)

NAMESPACE = "sheets_sync"
_PRODUCTS_AT_ONCE = 50
_TAGS_AT_ONCE = 10
_METAFIELDS_AT_ONCE = 25
_GID = "gid://shopify/Product/"
_TEXT = "single_line_text_field"

T = TypeVar("T")


class ShopifyWriter:
    """A Shopify shop as the port `CartWriter`. `own_tags`: every tag that is ours to remove."""

    def __init__(self, api: AdminApi, own_tags: frozenset[str], *, tags: bool, metafields: bool) -> None:
        self._api = api
        self._own_tags = own_tags
        self._with_tags = tags
        self._with_metafields = metafields

    def write(self, marks: Sequence[CartMark]) -> dict[str, str]:
        faults: dict[str, str] = {}
        for some in _chunks(marks, _PRODUCTS_AT_ONCE):
            there = self._tags_of(some)
            held = [mark for mark in some if mark.product_key in there]
            if self._with_tags:
                faults |= self._set_tags(held, there)
            if self._with_metafields:
                for few in _chunks(held, _METAFIELDS_AT_ONCE // 2):
                    faults |= self._set_metafields(few)
        return faults

    def _tags_of(self, marks: Sequence[CartMark]) -> dict[str, list[str]]:
        """The tags by product key, of those products that the shop still has."""
        reply = self._api.ask(queries.TAGS, {"ids": [_GID + mark.product_key for mark in marks]})
        nodes = zip(marks, reply.data["nodes"], strict=True)
        return {mark.product_key: node["tags"] for mark, node in nodes if node}

    def _set_tags(self, marks: Sequence[CartMark], there: dict[str, list[str]]) -> dict[str, str]:
        faults: dict[str, str] = {}
        changes: list[tuple[str, CartMark, list[str]]] = []
        for mark in marks:
            tags = there[mark.product_key]
            if stale := sorted(self._own_tags.intersection(tags) - {mark.tag}):
                changes.append(("r", mark, stale))
            if mark.tag and mark.tag not in tags:
                changes.append(("a", mark, [mark.tag]))
        for some in _chunks(changes, _TAGS_AT_ONCE):
            variables: dict[str, Any] = {}
            asked: dict[str, CartMark] = {}
            counts = {"a": 0, "r": 0}
            for kind, mark, tags in some:
                alias = f"{kind}{counts[kind]}"
                counts[kind] += 1
                variables |= {alias: _GID + mark.product_key, f"t{alias}": tags}
                asked[alias] = mark
            data = self._api.ask(queries.tag_changes(counts["a"], counts["r"]), variables).data
            for alias, mark in asked.items():
                if words := _words((data[alias] or {}).get("userErrors") or ()):
                    faults[mark.product_key] = words
        return faults

    def _set_metafields(self, marks: Sequence[CartMark]) -> dict[str, str]:
        """All or none are set; those that the shop finds fault with are left out and the rest is tried again."""
        faults: dict[str, str] = {}
        left = list(marks)
        while left:
            inputs = [entry for mark in left for entry in _metafields(mark)]
            told = self._api.ask(queries.METAFIELDS_SET, {"metafields": inputs}).data["metafieldsSet"]
            errors = told["userErrors"]
            if not errors:
                break
            bad = {left[place // 2].product_key for error in errors if (place := _place(error)) is not None}
            bad = bad or {mark.product_key for mark in left}
            faults |= dict.fromkeys(bad, _words(errors))
            left = [mark for mark in left if mark.product_key not in bad]
        return faults


def _metafields(mark: CartMark) -> Iterator[dict[str, str]]:
    for key, value in (("tiktok_product_id", mark.product_id), ("tiktok_state", mark.state)):
        owner = _GID + mark.product_key
        yield {"ownerId": owner, "namespace": NAMESPACE, "key": key, "type": _TEXT, "value": value}


def _place(error: dict[str, Any]) -> int | None:
    """Which metafield of the request an error speaks of: ["metafields", "3", "value"]."""
    field = error.get("field") or []
    return int(field[1]) if len(field) > 1 and str(field[1]).isdigit() else error.get("elementIndex")


def _words(errors: Sequence[dict[str, Any]]) -> str:
    return " / ".join(dict.fromkeys(str(error.get("message") or "") for error in errors))[:300]


def _chunks(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
