"""The shared strings of a workbook as plain text: rich text joined, phonetic guides (furigana) left out."""

import re
from collections.abc import Callable, Iterable, Iterator

from .cell_text import unescape_cell, unescape_xml
from .plain_part import NotPlain, PlainPart
from .xml_parts import defended_parser, local

_PLAIN = re.compile(
    r'\s*<si><t(?: xml:space="preserve")?>([^<]*)</t>(?:<rPh .*</rPh>)?(?:<phoneticPr[^>]*/>)?\s*', re.DOTALL
)
"""One run of text, with the phonetic guides that Japanese Excel keeps of what was typed."""


def shared_texts(chunks: Callable[[], Iterable[bytes]]) -> list[str]:
    """All texts in order; ``chunks`` opens the part, and may be called twice."""
    try:
        part = PlainPart(chunks(), b"sst", b"si")
        return [text for batch in part.batches() for text in _plain_entries(batch)]
    except NotPlain:
        return list(_parsed(chunks()))


def _plain_entries(batch: bytes) -> Iterator[str]:
    *entries, rest = batch.decode().split("</si>")
    for entry in entries:
        plain = _PLAIN.fullmatch(entry)
        if plain is not None:
            body = plain[1]
            yield unescape_cell(unescape_xml(body)) if "&" in body or "_x" in body or "\r" in body else body
        else:
            yield from _parsed([f"<sst>{entry}</si></sst>".encode()])
    if rest.strip():
        yield from _parsed([f"<sst>{rest}</sst>".encode()])


def _parsed(chunks: Iterable[bytes]) -> Iterator[str]:
    """The same by expat: any prefix, any nesting."""
    parser = defended_parser()
    path: list[str] = []
    pieces: list[str] = []
    done: list[str] = []

    def start(name: str, _: dict[str, str]) -> None:
        path.append(local(name))

    def text(data: str) -> None:
        if path[-1] == "t" and "rPh" not in path and len(path) > 2 and path[1] == "si":
            pieces.append(data)

    def end(_: str) -> None:
        if len(path) == 2 and path[1] == "si":
            done.append(unescape_cell("".join(pieces)))
            pieces.clear()
        path.pop()

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, text
    for chunk in chunks:
        parser.Parse(chunk, False)
        yield from done
        done.clear()
    parser.Parse(b"", True)
    yield from done
