"""Pages of a connection by cursors that hold a place in the order, so that what moves meanwhile is met or missed as it
is on the platform."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from graphql import GraphQLError

MOST = 250


@dataclass
class Page:
    """A connection's answer; `nodes` and `edges` speak of the same things."""

    nodes: list[Any]
    cursors: list[str]
    more_after: bool
    more_before: bool

    @property
    def edges(self) -> list[dict[str, Any]]:
        return [{"cursor": cursor, "node": node} for cursor, node in zip(self.cursors, self.nodes, strict=True)]

    @property
    def page_info(self) -> dict[str, Any]:
        return {
            "hasNextPage": self.more_after,
            "hasPreviousPage": self.more_before,
            "startCursor": self.cursors[0] if self.cursors else None,
            "endCursor": self.cursors[-1] if self.cursors else None,
        }


def everything(items: Sequence[Any]) -> Page:
    """The connection of a bulk operation: whole, whatever was asked for."""
    return Page(list(items), [""] * len(items), more_after=False, more_before=False)


def page(
    items: Sequence[Any],
    place: Callable[[Any], tuple[Any, ...]],
    *,
    first: int | None = None,
    after: str | None = None,
    last: int | None = None,
    before: str | None = None,
    reverse: bool = False,
    end: int | None = None,
) -> Page:
    """`place` tells an item's place in the order; `end`: how many items paging ever reaches."""
    size = first if first is not None else last
    if size is None:
        raise GraphQLError("you must provide one of first or last", extensions={"code": "BAD_REQUEST"})
    if not 0 <= size <= MOST:
        raise GraphQLError(f"first cannot exceed {MOST}", extensions={"code": "BAD_REQUEST"})
    ordered = sorted(items, key=place, reverse=reverse)[:end]
    low, high = 0, len(ordered)
    if after:
        mark = _read(after)
        low = sum(1 for item in ordered if (place(item) >= mark if reverse else place(item) <= mark))
    if before:
        mark = _read(before)
        high = sum(1 for item in ordered if (place(item) > mark if reverse else place(item) < mark))
    if first is not None:
        high = min(high, low + first)
    else:
        low = max(low, high - size)
    taken = ordered[low:high]
    return Page(taken, [_write(place(item)) for item in taken], high < len(ordered), low > 0)


def _write(place: tuple[Any, ...]) -> str:
    return base64.b64encode(json.dumps(place).encode()).decode()


def _read(cursor: str) -> tuple[Any, ...]:
    try:
        return tuple(json.loads(base64.b64decode(cursor)))
    except ValueError:
        raise GraphQLError("Invalid cursor for current pagination sort.", extensions={"code": "BAD_REQUEST"}) from None
