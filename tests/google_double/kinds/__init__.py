"""The kinds of request that batchUpdate knows, a module for each family."""

from collections.abc import Callable
from typing import Any

from ..batch import Batch
from . import cells, dimensions, sheets

Kind = Callable[[Batch, dict[str, Any]], dict[str, Any] | None]
KINDS: dict[str, Kind] = {}
for family in (cells, dimensions, sheets):
    KINDS |= family.KINDS
