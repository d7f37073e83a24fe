"""One product of the shop with everything that belongs to it, whichever way it was read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

Node = Mapping[str, Any]


@dataclass(slots=True)
class Gathered:
    """`root`: the product's own fields. `media` in display order. `pictures`: media id by variant id."""

    root: Node
    variants: list[Node] = field(default_factory=list)
    media: list[Node] = field(default_factory=list)
    pictures: dict[str, str] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return str(self.root["id"])

    @property
    def whole(self) -> bool:
        """Whether as many variants came as the shop says that there are."""
        told = (self.root.get("variantsCount") or {}).get("count")
        return told is None or len(self.variants) == told


def number_of(gid: str) -> str:
    """The number at the end of a global id, as text: the key that never changes."""
    return gid.rpartition("/")[2].partition("?")[0]
