"""Cuts a long list of elements (rows, shared strings) by byte search, where the XML is of the plain shape that Excel,
LibreOffice, XlsxWriter and openpyxl write: no prefixes, comments, CDATA or document type in it."""

import re
from collections.abc import Iterable, Iterator

_LONGEST_HEAD = 1 << 24


class NotPlain(Exception):
    """Not of the plain shape: ask the parser instead."""


class PlainPart:
    """A part seen as head, batches of whole items, and tail.

    ``head`` ends with the start tag of the list, ``tail`` (known when the batches are used up) begins with its end
    tag. An empty list written as one tag is seen as two.
    """

    def __init__(self, chunks: Iterable[bytes], container: bytes, item: bytes) -> None:
        self._stream = iter(chunks)
        self._open_item, self._close = b"<" + item, b"</" + container + b">"
        opening = re.compile(rb"<%s(?:\s[^>]*)?>" % container)
        held, found = b"", None
        while found is None:
            chunk = next(self._stream, None)
            if chunk is None or len(held) > _LONGEST_HEAD:
                raise NotPlain
            held += chunk
            found = opening.search(held)
        self.head, self._held = held[: found.end()], held[found.end() :]
        if b"<!" in self.head:
            raise NotPlain
        if self.head.endswith(b"/>"):
            self.head, self._held = self.head[:-2] + b">", self._close + self._held
        self.tail = b""

    def batches(self) -> Iterator[bytes]:
        """The items, about 1 MiB at a time. Raises NotPlain at the first batch that is not plain."""
        held = self._held
        while True:
            end = held.find(self._close)
            cut = end if end >= 0 else held.rfind(self._open_item)
            if cut > 0:
                batch = held[:cut]
                if b"!" in batch and b"<!" in batch:
                    raise NotPlain
                yield batch
                held = held[cut:]
            if end >= 0:
                self.tail = b"".join([held, *self._stream])
                return
            chunk = next(self._stream, None)
            if chunk is None:
                raise NotPlain
            held += chunk
