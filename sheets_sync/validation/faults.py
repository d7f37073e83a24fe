"""A fault before it is an issue: which column of which row, and what the message needs."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple, TypeAlias

Params: TypeAlias = Mapping[str, object]

_NONE: Params = MappingProxyType({})


class Fault(NamedTuple):
    """What is wrong with column `column` of row number `row` (0-based, in the frame or list at hand)."""

    row: int
    column: str
    code: str
    params: Params = _NONE
