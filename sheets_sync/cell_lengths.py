"""How long a text is to a spreadsheet, and what of a longer one a cell can hold. Both Excel and Google count UTF-16."""

from __future__ import annotations


def cell_length(text: str) -> int:
    """Characters as spreadsheets count them: those beyond the basic plane (emoji) are two."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def cut_to(text: str, most: int) -> str:
    """The beginning of a text that is longer than `most`, with … at its end; no character is split."""
    cut = text[: most - 1]
    while (over := cell_length(cut) - (most - 1)) > 0:
        cut = cut[: -((over + 1) // 2)]
    return f"{cut}…"
