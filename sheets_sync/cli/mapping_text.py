"""What the columns of an unknown file are taken for, in words: the list that stands before the question."""

from __future__ import annotations

from collections.abc import Iterator

from sheets_sync.messages import Language, text
from sheets_sync.sources.cart_profile import FIELDS
from sheets_sync.sources.mapping_guess import Guess
from sheets_sync.usecases.new_format import LookedAt

_SHOWN = 40


def mapping_lines(found: LookedAt, language: Language) -> Iterator[str]:
    """A line for each field with its column and the first value in it, then what comes of it."""
    if found.guess is None:
        return
    guess = found.guess
    yield text("mapping_found", language, file=found.file.name)
    yield text("mapping_rows", language, words=text(f"mapping_{guess.rows}", language))
    for field in FIELDS:
        if field in guess.columns:
            yield _line(field, [guess.columns[field]], guess, language)
    for field, headings in (
        ("options", guess.options),
        ("pictures", guess.pictures),
        ("status", [guess.status] if guess.status else []),
    ):
        if headings:
            yield _line(field, headings, guess, language)
    if guess.unused:
        yield text("mapping_unused", language, names=text("list_separator", language).join(guess.unused))
    yield text("mapping_result", language, products=found.products, skus=found.skus, left=found.left_out)


def _line(field: str, headings: list[str], guess: Guess, language: Language) -> str:
    example = next((guess.examples[heading] for heading in headings if heading in guess.examples), "")
    shown = " ".join(example.split())[:_SHOWN] or text("mapping_blank", language)
    names = text("list_separator", language).join(headings)
    return text("mapping_line", language, field=text(f"maps_{field}", language), heading=names, example=shown)
