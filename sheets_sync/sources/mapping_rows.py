"""Tells how the rows of an unknown file make products: a row per SKU, product rows and SKU rows, or the product's
fields on its first row only. Pure.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sheets_sync.sources.cart_profile import RowModel
from sheets_sync.sources.mapping_columns import MOSTLY, Column, bare, is_code


@dataclass(frozen=True, slots=True)
class Arrangement:
    """`key` names the product. Rows of SKUs name it in `parent`, or ("") they are the ones without a title."""

    rows: RowModel
    key: Column
    parent: Column | None = None


def by_parent(columns: Sequence[Column], marks: Iterable[str]) -> Arrangement | None:
    """Rows that name another row as their parent. `marks`: parts of headings that columns of parents have; what stands
    there has to be the code of a row that has no parent itself.
    """
    wanted = [bare(mark) for mark in marks]
    for column in columns:
        named = set(column.texts)
        if not named or not any(mark in bare(column.name) for mark in wanted):
            continue
        for target in columns:
            if target is column or target.repeats:
                continue
            above = [parent for code, parent in zip(target.cells, column.cells, strict=True) if code in named]
            if len(above) >= len(named) * MOSTLY and not any(above):
                return Arrangement("parent_child", target, column)
    return None


def by_blank_titles(
    title: Column,
    codes: Iterable[Column],
    others: Iterable[Column],
    chosen: Sequence[Column],
    offered: Sequence[Column],
) -> Arrangement | None:
    """Rows without a title go on with a product. Its key is one of `codes` (columns known to hold codes) or of
    `others`: rows with a title have each one of their own, and rows without have one of these (or, of a known column,
    none). What tells SKUs apart stands on the first row too, or on SKU rows only: `chosen` (choices and codes), and
    `offered` (prices and stock) where a file has none of these.
    """
    telling = [column for column in (*chosen, *offered) if column.texts]
    rows = range(len(title.cells))
    named = [at for at in rows if title.cells[at]]
    going_on = [at for at in rows if not title.cells[at] and any(column.cells[at] for column in telling)]
    if not named or not going_on or going_on[0] < named[0]:
        return None
    key = next(_keys(named, going_on, codes, others), None)
    if key is None:
        return None
    if any(not key.cells[at] for at in going_on):
        return Arrangement("first_row_full", key)
    telling = [column for column in chosen if column.texts and column is not key] or telling
    several = {key.cells[at] for at in going_on}
    full = [any(column.cells[at] for column in telling) for at in named if key.cells[at] in several]
    return Arrangement("first_row_full" if sum(full) >= len(full) * MOSTLY else "parent_child", key)


def _keys(
    named: Sequence[int], going_on: Sequence[int], codes: Iterable[Column], others: Iterable[Column]
) -> Iterator[Column]:
    for column, known in (*((code, True) for code in codes), *((other, False) for other in others)):
        own = [column.cells[at] for at in named]
        again = {column.cells[at] for at in going_on}
        if len(set(own)) == len(own) and all(map(is_code, own)) and again <= ({*own, ""} if known else set(own)):
            yield column
