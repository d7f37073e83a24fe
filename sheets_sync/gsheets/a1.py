"""Ranges as Google's API wants them written: `'商品'!A1:C10`."""

from __future__ import annotations

from sheets_sync.ooxml.refs import letters


def quoted(title: str) -> str:
    """A tab's name as ranges and formulas spell it."""
    return "'" + title.replace("'", "''") + "'"


def whole(title: str) -> str:
    """All of a tab."""
    return quoted(title)


def columns(title: str, first: int, last: int) -> str:
    """Whole columns, both 0-based and included."""
    return f"{quoted(title)}!{letters(first)}:{letters(last)}"


def rows(title: str, first: int, last: int) -> str:
    """Whole rows, both 0-based and included."""
    return f"{quoted(title)}!{first + 1}:{last + 1}"


def area(title: str, first: int, last: int, left: int, right: int) -> str:
    """A rectangle, all 0-based and included."""
    return f"{quoted(title)}!{letters(left)}{first + 1}:{letters(right)}{last + 1}"
