"""The search by which a shop's products are chosen (Shopify, "Search syntax"). Pure.

The shop's search runs on an index that lags, so what it names is looked for again on the products that came.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from sheets_sync.shopify.gathered import Node

_STATUS = "status:active,draft,archived"
_UNLISTED_SINCE = "2025-10"
_TERM = re.compile(
    r"""(?P<not>-|NOT\s+)?(?P<name>[\w.]+):(?P<value>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[^\s()'"]+)""", re.ASCII | re.X
)


@dataclass(frozen=True, slots=True)
class Search:
    """`text`: what the shop is asked. `tags` and `statuses`: what each product that it gives has to have."""

    text: str
    tags: tuple[str, ...] = ()
    statuses: frozenset[str] = frozenset()

    def gives(self, node: Node) -> bool:
        """Whether a product is one of those that were asked for."""
        held = {tag.casefold() for tag in node["tags"]}
        return held.issuperset(self.tags) and (not self.statuses or node["status"] in self.statuses)


def search_for(query: str, version: str) -> Search:
    """The search for the setting `[cart] query`. It always names the status: what the shop leaves out by itself is
    nobody's promise.
    """
    query = " ".join(query.split())
    every = _STATUS + (",unlisted" if version >= _UNLISTED_SINCE else "")
    terms = list(_TERM.finditer(query))
    text = query
    if not any(term["name"] == "status" for term in terms):
        text = f"({query}) {every}" if " OR " in f" {query} " else f"{query} {every}".strip()
    plain = not re.search(r"\bOR\b|[()]", _TERM.sub("", query))
    if not plain:  # alternatives: no single term has to hold
        return Search(text)
    wanted = [term for term in terms if not term["not"]]
    tags = (_bare(term["value"]) for term in wanted if term["name"] == "tag")
    statuses = [_bare(term["value"]) for term in wanted if term["name"] == "status"]
    return Search(
        text,
        tuple(tag.casefold() for tag in tags if "*" not in tag),
        frozenset(status.strip().upper() for status in statuses[0].split(",")) if len(statuses) == 1 else frozenset(),
    )


def _bare(value: str) -> str:
    if value[0] in "'\"":
        value = value[1:-1]
    return re.sub(r"\\(.)", r"\1", value)
