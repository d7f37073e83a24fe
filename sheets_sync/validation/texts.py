"""What TikTok Shop refuses in any text: emoji, control characters, entities, symbols only, one character too often.

Source: Partner Center, product error codes 12052931 to 12052935. Thousands of texts are looked at in one go, as arrays
of code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from sheets_sync import description

Marks: TypeAlias = npt.NDArray[np.uint8]

EMOJI, CONTROL, BREAK, REPEATED, ENTITY, SYMBOLS, NO_TEXT = (1 << place for place in range(7))

FAULTS: Mapping[str, int] = {
    "text_emoji": EMOJI,
    "text_control": CONTROL | BREAK,
    "text_repeated": REPEATED,
    "text_entity": ENTITY,
    "text_symbols_only": SYMBOLS,
}
"""Message code → the marks that stand for it."""

_BLANK = 1 << 7
_CHUNK = 500_000
_SPACES = " \t\n\r\f\v\x85\xa0\u1680\u2028\u2029\u202f\u205f\u3000" + "".join(map(chr, range(0x2000, 0x200B)))
_WORD = re.compile(r"[^\W_]")
_WORD_IN_HTML = re.compile(r"(?:^|>)[^<]*?[^\W_<]")
_ANY_IN_HTML = re.compile(r"(?:^|>)[^<]*?[^\s<]")
_ANY_ENTITY = re.compile(r"&(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")
_HTML_ENTITY = re.compile(r"&(?!(?:amp|lt|gt|quot|#39);)(?:#\d+|#[xX][0-9a-fA-F]+|[A-Za-z][A-Za-z0-9]*);")


def _classes() -> Marks:
    table = np.zeros(0x110000, np.uint8)
    table[:0x20] = table[0x7F] = CONTROL
    table[[ord(char) for char in "\t\n\r"]] = BREAK
    table[[ord(char) for char in description.EMOJI]] = EMOJI
    table[description.EMOJI_PLANE.start : description.EMOJI_PLANE.stop] = EMOJI
    table[[ord(char) for char in _SPACES]] |= _BLANK
    return table


_CLASSES = _classes()


def marks(texts: Sequence[str], longest_run: int, *, html: bool = False) -> Marks:
    """A byte of marks for each text; `longest_run` is how often one character may stand in a row.

    In HTML the tags do not count as text, and the entities that HTML cannot do without are allowed.
    """
    found = np.zeros(len(texts), np.uint8)
    for first, last in _chunks(texts):
        found[first:last] = _character_marks(texts[first:last], longest_run)
    if html:
        found &= ~np.uint8(BREAK)
    entity = _HTML_ENTITY if html else _ANY_ENTITY
    for place, text in enumerate(texts):
        if "&" in text:
            if entity.search(text):
                found[place] |= ENTITY
            text = _ANY_ENTITY.sub(" ", text)  # noqa: PLW2901
        if (_WORD_IN_HTML if html else _WORD).search(text):
            continue
        if _ANY_IN_HTML.search(text) if html else text.strip():
            found[place] |= SYMBOLS
        else:
            found[place] = NO_TEXT
    return found


def offending(text: str, code: str, longest_run: int) -> str:
    """The part of a text that a fault speaks of, short enough to be shown."""
    match code:
        case "text_emoji":
            return "".join(dict.fromkeys(char for char in text if _CLASSES[ord(char)] & EMOJI))[:10]
        case "text_repeated":
            run = re.search(rf"(\S)\1{{{longest_run}}}", text)
            return run[1] if run else ""
        case "text_entity":
            return " ".join(dict.fromkeys(_ANY_ENTITY.findall(text)))[:40]
        case _:
            return text


def _chunks(texts: Sequence[str]) -> Iterator[tuple[int, int]]:
    first = size = 0
    for place, text in enumerate(texts):
        size += len(text)
        if size > _CHUNK:
            yield first, place + 1
            first, size = place + 1, 0
    if first < len(texts):
        yield first, len(texts)


def _character_marks(texts: Sequence[str], longest_run: int) -> Marks:
    """Marks that single characters and their repetition give. A line feed after each text keeps them apart."""
    joined = "\n".join(texts)
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), "<u4")
    starts = np.zeros(len(texts), np.int64)
    np.cumsum([len(text) + 1 for text in texts[:-1]], out=starts[1:])
    classes = _CLASSES[codes]
    classes[starts[1:] - 1] = _BLANK
    found = np.zeros(len(texts), np.uint8)
    filled = np.flatnonzero([bool(text) for text in texts])
    if filled.size:
        found[filled] = np.bitwise_or.reduceat(classes, starts[filled]) & ~np.uint8(_BLANK)
    if codes.size > longest_run:
        changes = np.flatnonzero((codes[1:] != codes[:-1]) | (classes[1:] & _BLANK > 0))
        edges = np.concatenate(([-1], changes, [codes.size - 1]))
        runs = edges[:-1][np.diff(edges) > longest_run] + 1
        found[np.searchsorted(starts, runs, side="right") - 1] |= REPEATED
    return found
