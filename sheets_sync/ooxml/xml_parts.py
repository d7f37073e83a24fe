"""Small XML parts as bytes with known places: found by expat, changed by cutting and pasting, never re-serialised."""

import codecs
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from xml.parsers import expat

from .cell_text import escape_attribute

_DECLARED = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([A-Za-z0-9._-]+)["']""")
_DECLARATION = re.compile(r"^\s*<\?xml.*?\?>", re.DOTALL)
_PEEK = 256


class UnreadableXmlError(ValueError):
    """XML that no workbook has: a document type declaration (entity bombs need one), an unknown encoding, no rows."""


@dataclass(slots=True)
class Element:
    """An element and where it stands: [start, open_end) is the start tag, [start, end) all of it."""

    name: str
    attributes: dict[str, str]
    start: int
    open_end: int
    parent: "Element | None"
    end: int = 0
    close_start: int = 0
    text: str = ""
    children: list["Element"] = field(default_factory=list)

    @property
    def empty_tag(self) -> bool:
        return self.close_start == self.end

    def first(self, name: str) -> "Element | None":
        return next((child for child in self.children if child.name == name), None)

    def every(self, name: str) -> Iterator["Element"]:
        return (child for child in self.children if child.name == name)


def defended_parser() -> expat.XMLParserType:
    """An expat parser that refuses document types, and with them entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True

    def refuse(*_: Any) -> None:
        raise UnreadableXmlError("a document type declaration is not allowed")

    parser.StartDoctypeDeclHandler = refuse
    parser.EntityDeclHandler = refuse
    return parser


def local(name: str) -> str:
    """Without its prefix: "x:row" -> "row"."""
    return name.rpartition(":")[2]


def whole(text: str | None, default: int = 0) -> int:
    """A whole number of an attribute; ``default`` where there is none."""
    return int(text) if text and text.isdecimal() else default


def prefix_of(tag: bytes) -> bytes:
    """b"<x:row r=..." -> b"x:"."""
    name = re.match(rb"<([^\s/>]+)", tag)
    head, colon, _ = name[1].rpartition(b":") if name else (b"", b"", b"")
    return head + colon


def tree(xml: bytes) -> Element:
    """The root of a part, with all below it. Raises ExpatError or UnreadableXmlError."""
    parser = defended_parser()
    stack: list[Element] = []
    roots: list[Element] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        at = parser.CurrentByteIndex
        element = Element(local(name), attributes, at, tag_end(xml, at), stack[-1] if stack else None)
        (stack[-1].children if stack else roots).append(element)
        stack.append(element)

    def end(_: str) -> None:
        element = stack.pop()
        if xml[element.open_end - 2 : element.open_end - 1] == b"/":
            element.close_start = element.end = element.open_end
        else:
            element.close_start = parser.CurrentByteIndex
            element.end = tag_end(xml, element.close_start)

    def text(data: str) -> None:
        stack[-1].text += data

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = text
    parser.Parse(xml, True)
    return roots[0]


def tag_end(xml: bytes | bytearray, at: int) -> int:
    """The place after the ``>`` of the tag that starts at ``at``; a ``>`` inside an attribute does not count."""
    end = xml.index(b">", at) + 1
    while True:
        tag = xml[at:end]
        if b'"' not in tag and b"'" not in tag:
            return end
        bare = re.sub(rb'"[^"]*"|\'[^\']*\'', b"", tag)
        if b'"' not in bare and b"'" not in bare:
            return end
        end = xml.index(b">", end) + 1


def splice(xml: bytes, edits: Iterable[tuple[int, int, bytes]]) -> bytes:
    """``xml`` with each [start, end) replaced; the edits must not overlap."""
    pieces, at = [], 0
    for start, end, new in sorted(edits, key=lambda edit: edit[:2]):
        pieces += [xml[at:start], new]
        at = end
    return b"".join([*pieces, xml[at:]])


def with_attributes(tag: bytes, attributes: Mapping[str, str | None]) -> bytes:
    """A start tag with attributes set (or, for None, dropped); the others stay as they are."""
    for name, value in attributes.items():
        present = re.search(rb"""\s+%s\s*=\s*("[^"]*"|'[^']*')""" % re.escape(name.encode()), tag)
        new = b"" if value is None else f' {name}="{escape_attribute(value)}"'.encode()
        if present:
            tag = tag[: present.start()] + new + tag[present.end() :]
        elif value is not None:
            cut = -2 if tag.endswith(b"/>") else -1
            tag = tag[:cut].rstrip() + new + tag[cut:]
    return tag


def utf8(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """A part's bytes in UTF-8, whatever encoding it has: all offsets then speak of UTF-8."""
    stream = iter(chunks)
    head = b""
    for chunk in stream:
        head += chunk
        if len(head) >= _PEEK:
            break
    encoding = _encoding(head)
    if encoding is None:
        yield head.removeprefix(codecs.BOM_UTF8)
        yield from stream
        return
    try:
        decode: Callable[[bytes, bool], str] = codecs.getincrementaldecoder(encoding)().decode
    except LookupError:
        raise UnreadableXmlError(f"unknown encoding {encoding!r}") from None
    first = _DECLARATION.sub("", decode(head, False).lstrip("\ufeff"), count=1)
    yield first.encode()
    for chunk in stream:
        yield decode(chunk, False).encode()
    yield decode(b"", True).encode()


def _encoding(head: bytes) -> str | None:
    if head[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    if head[:4] == b"<\0?\0":
        return "utf-16-le"
    if head[:4] == b"\0<\0?":
        return "utf-16-be"
    declared = _DECLARED.match(head.removeprefix(codecs.BOM_UTF8))
    name = declared[1].decode().lower() if declared else "utf-8"
    return None if name in ("utf-8", "utf8", "us-ascii", "ascii") else name
