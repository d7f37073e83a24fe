"""A process that dies: after any number of changes to the store or the shop, and from then on it does nothing more.

Dying anywhere between two changes leaves the same world behind as dying right after the first of them. So dying after
each change in turn, commits and calls alike, is dying everywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

SHOP_CHANGES = frozenset(
    {"create", "edit", "partial_edit", "update_prices", "update_stock", "activate", "deactivate", "delete"}
    | {"upload_image"}
)
STORE_CHANGES = ("save_", "open_", "close_", "note_", "forget_")


class Died(BaseException):
    """The end of the process; no `except Exception` sees it."""


class Life:
    """How many changes are left; None = for ever."""

    def __init__(self) -> None:
        self.left: int | None = None
        self.dead = False
        self.changes: list[str] = []

    def dies_after(self, changes: int) -> None:
        self.left, self.dead, self.changes = changes, False, []

    def for_ever(self) -> None:
        self.left, self.dead = None, False

    def alive(self) -> None:
        if self.dead:
            raise Died

    def changed(self, what: str) -> None:
        self.changes.append(what)
        if self.left is not None and len(self.changes) >= self.left:
            self.dead = True
            raise Died


class Mortal:
    """A store or a shop as a mortal process sees it."""

    def __init__(self, inner: Any, life: Life, changes: Callable[[str], bool]) -> None:
        self._inner, self._life, self._changes = inner, life, changes

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._inner, name)

        def call(*given: Any, **named: Any) -> Any:
            self._life.alive()
            try:
                return method(*given, **named)
            finally:
                if self._changes(name):
                    self._life.changed(name)

        return call


def mortal_shop(life: Life) -> Callable[[Any], Any]:
    return lambda shop: Mortal(shop, life, SHOP_CHANGES.__contains__)


def mortal_store(life: Life) -> Callable[[Any], Any]:
    return lambda store: Mortal(store, life, lambda name: name.startswith(STORE_CHANGES))
