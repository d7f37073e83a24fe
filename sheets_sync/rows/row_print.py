"""A print of what a row says: by it a row that stands as the store remembers it is told without its base row."""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Mapping

from sheets_sync.issue import Tab
from sheets_sync.records import BaseRow, Plain
from sheets_sync.rows.cart_facts import ATTRIBUTE, ENDS, PREORDER, STARTS
from sheets_sync.rows.passing_over import FINGERPRINT, PLACE
from sheets_sync.rows.plain import cells_of
from sheets_sync.rows.tag_rule import TAG, TAGGED

_SILENT = frozenset(
    (
        *(FINGERPRINT, PLACE, TAG, TAGGED, STARTS, ENDS, PREORDER),
        *("has_variants", "variant_key", "unmanaged"),
    )
)
"""Facts of a base row of which カート側の変更 never speaks. A row with any other one has no print."""

_KIND = "1"
"""Begins every print. Another one has to be chosen when the same row shall have another print than before."""

_BETWEEN = "|"
_BYTES = 12
_PLAIN_FORMAT = 2  # of marshal: the same bytes for the same values, whatever else points to them


def print_of(row: BaseRow) -> str:
    """What the store keeps beside a base row: the print of its cells ("" for a row of which something has to be told)
    and, of a product that may be passed over, its fingerprint.
    """
    cells = "" if row.gone or not _silent(row.extra) else cells_print(cells_of(row), _added_on(row))
    fingerprint = "" if row.gone else row.extra.get(FINGERPRINT, "")
    return f"{_KIND}{cells}{_BETWEEN}{fingerprint}"


def is_current(kept: str) -> bool:
    """Whether this version made the print."""
    return kept.startswith(_KIND)


def cells_in(kept: str) -> str:
    """The print of the cells in what `print_of` made, "" = there is none."""
    return kept[len(_KIND) : kept.index(_BETWEEN)]


def fingerprint_in(kept: str) -> str:
    """The fingerprint in it, with the mark of the settings that it was taken under."""
    return kept[kept.index(_BETWEEN) + 1 :]


def cells_print(cells: Mapping[str, Plain], added_on: str) -> str:
    """Print of a row's plain cells, blank ones left out; equal exactly when all are, types included. Raises ValueError
    for an error cell: that says nothing.
    """
    told = marshal.dumps([sorted(cells.items()), added_on], _PLAIN_FORMAT)
    return hashlib.blake2b(told, digest_size=_BYTES).hexdigest()


def _added_on(row: BaseRow) -> str:
    return row.added_on if row.tab is Tab.PRODUCTS else ""


def _silent(facts: Mapping[str, Plain]) -> bool:
    return facts.keys() <= _SILENT or all(name in _SILENT or name.startswith(ATTRIBUTE) for name in facts)
