"""The kinds of request that batchUpdate knows, a module for each family."""

from collections.abc import Callable
from typing import Any

from ..batch import Batch
from . import (
    banding,
    cells,
    conditional_formats,
    developer_metadata,
    dimensions,
    filters,
    find_replace,
    groups,
    merges,
    names,
    paste,
    protection,
    sheets,
    validation,
)

Kind = Callable[[Batch, dict[str, Any]], dict[str, Any] | None]
_FAMILIES: list[dict[str, Any]] = [
    banding.KINDS, cells.KINDS, conditional_formats.KINDS, developer_metadata.KINDS, dimensions.KINDS, filters.KINDS,
    find_replace.KINDS, groups.KINDS, merges.KINDS, names.KINDS, paste.KINDS, protection.KINDS, sheets.KINDS,
    validation.KINDS,
]  # fmt: skip
KINDS: dict[str, Kind] = {name: apply for family in _FAMILIES for name, apply in family.items()}
