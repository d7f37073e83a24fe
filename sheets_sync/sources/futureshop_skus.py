"""Finds the SKUs of a product in futureshop's variation files: rows of the same 枝番 (both axes) are one SKU."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Protocol

from sheets_sync.sources.futureshop_files import SKU_FILES
from sheets_sync.sources.joined_files import Joined, Row

Branches = tuple[str, str]
Named = tuple[Branches, Row]
_NONE: Branches = ("", "")


class Kept(Protocol):
    """The rows of a role but those that are marked as deleted."""

    def __call__(self, role: str) -> list[Row]: ...


class Say(Protocol):
    """Told of a row that cannot become part of a SKU: message code, the row, places of the message."""

    def __call__(self, code: str, row: Row, **params: object) -> None: ...


@dataclass(slots=True)
class Sku:
    """A SKU: its 枝番 (横軸, 縦軸; "" = no such axis) and its row in each of the files that have one."""

    branches: Branches
    rows: list[Row]
    _texts: dict[str, str] | None = None

    def __getitem__(self, field: str) -> str:
        """The first of its cells that has text. Only to be asked when all rows are there."""
        if self._texts is None:
            self._texts = {}
            for row in reversed(self.rows):
                self._texts |= {name: text for name, text in row.texts.items() if text}
        return self._texts.get(field, "")

    def row_of(self, field: str) -> Row:
        """Where a fault of the field is: the first row with text in that column, else the first with the column."""
        having = [row for row in self.rows if row.has(field)] or self.rows
        return next((row for row in having if row[field]), having[0])


def skus_of(joined: Joined, kept: Kept, say: Say) -> list[Sku]:
    """The SKUs in the order of the first file of `SKU_FILES` that has rows of the product; none: no variations.

    Rows of the others add to them. The file of choices has a row per choice, not per SKU: it only counts alone, and
    only where its rows name every axis of the product.
    """
    rows = {role: _named(kept(role), say) for role in SKU_FILES if joined.rows(role)}
    if len(rows) > 1 or not _complete(joined.main, rows.get("choices", ())):
        rows.pop("choices", None)
    base = next((role for role in SKU_FILES if rows.get(role)), None)
    if base is None:
        return []
    skus: dict[Branches, Sku] = {}
    for branches, row in rows.pop(base):
        if first := skus.get(branches):
            say("futureshop_sku_doubled", row, read=_shown(branches), first=first.rows[0].line)
        else:
            skus[branches] = Sku(branches, [row])
    for others in rows.values():
        _add(skus, others, say)
    return list(skus.values())


def _add(skus: dict[Branches, Sku], rows: Iterable[Named], say: Say) -> None:
    """Give each SKU its row of a further file."""
    seen: dict[Branches, int] = {}
    for branches, row in rows:
        if branches in seen:
            say("futureshop_sku_doubled", row, read=_shown(branches), first=seen[branches])
        elif branches in skus:
            skus[branches].rows.append(row)
            seen[branches] = row.line
        else:
            say("futureshop_row_without_sku", row, read=_shown(branches))


def _named(rows: Iterable[Row], say: Say) -> list[Named]:
    found = []
    for row in rows:
        branches = row["branch1"], row["branch2"]
        if branches != _NONE:
            found.append((branches, row))
        else:
            say("futureshop_branch_missing", row, read=row.text[:60])
    return found


def _complete(main: Row, choices: Iterable[Named]) -> bool:
    axes = (bool(main["axis1_name"]), bool(main["axis2_name"]))
    return any(axes) and all((bool(first), bool(second)) == axes for (first, second), _ in choices)


def _shown(branches: Branches) -> str:
    return "/".join(branches).strip("/")
