"""Joins the lines of a bulk result: children to their parents by `__parentId`, wherever in the file they stand.

Children mostly follow their parent, but need not (Shopify, "Bulk operations", `groupObjects`). So the file is looked
over once for children that stand apart, without reading their JSON: only their places in the file are remembered, and
they are fetched from there when their product's turn comes. Memory holds one product and those places.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from mmap import ACCESS_READ, mmap
from operator import itemgetter
from pathlib import Path
from typing import Any, BinaryIO

from sheets_sync.shopify.gathered import Gathered

_OWN_ID = re.compile(rb'"id"\s*:\s*"([^"]*)"')
_PARENT_ID = re.compile(rb'"__parentId"\s*:\s*"([^"]*)"')
_BLANK, _ROOT, _CHILD, _STRAY = range(4)
_AT_ONCE = 500
_LENGTH_BITS = 28
_LENGTH_MASK = (1 << _LENGTH_BITS) - 1
"""Where a line stands and how long it is, as one number: 64 GB of lines of up to 256 MB."""
_PRODUCT = "gid://shopify/Product/"
_VARIANT = "gid://shopify/ProductVariant/"

Line = dict[str, Any]


class BrokenResult(Exception):
    """The file is not what the shop wrote: a line is cut, or a child's parent is missing."""


@dataclass(slots=True)
class Survey:
    """What the first look found: what each line is, in the order of the file, and by the id of their parent where the
    lines stand that stand apart.
    """

    lines: bytearray = field(default_factory=bytearray)
    strays: dict[bytes, array[int]] = field(default_factory=dict)


def joined(file: Path, roots: int | None = None) -> Iterator[Gathered]:
    """The products of a result, in the order of their own lines. `roots`: as many there have to be, None = not told.

    Raises BrokenResult, before the first product where products are missing.
    """
    try:
        with file.open("rb") as stream:
            survey = look_over(stream)
            if roots is not None and (came := survey.lines.count(_ROOT)) != roots:
                raise BrokenResult(f"{came} products came, {roots} were told")
            stream.seek(0)
            if not survey.strays:
                yield from map(_checked, _in_runs(stream))
                return
            with mmap(stream.fileno(), 0, access=ACCESS_READ) as whole:
                yield from map(_checked, _with_strays(stream, whole, survey))
    except (LookupError, TypeError, AttributeError) as error:
        raise BrokenResult(f"a line that is no record: {error}") from None


def _checked(product: Gathered) -> Gathered:
    """The product, if it has an id and each of its variants came once."""
    if not product.id or len({variant["id"] for variant in product.variants}) != len(product.variants):
        raise BrokenResult(f"variants of {product.id} came twice")
    return product


def look_over(stream: BinaryIO) -> Survey:
    """Find the lines that do not stand behind their parent, by bytes alone."""
    found = Survey()
    strays, lines = found.strays, found.lines
    present: set[bytes] = set()
    place = 0
    for line in stream:
        parent = _parent(line)
        if parent is None:
            own = _OWN_ID.search(line)
            lines.append(_BLANK if line.isspace() else _ROOT)
            present = {_plain(own[1])} if own else present
        elif parent not in present:
            lines.append(_STRAY)
            places = strays.get(parent)
            if places is None:
                places = strays[parent] = array("Q")
            places.append(place << _LENGTH_BITS | len(line))
        else:
            lines.append(_CHILD)
            if b"ProductVariant" in line and (own := _OWN_ID.search(line)):
                present.add(_plain(own[1]))
        place += len(line)
    return found


def _parent(line: bytes) -> bytes | None:
    """The parent's id; None for a product's own line. Within a text the marks would be escaped, so it is no text's."""
    place = line.rfind(b'"__parentId"')
    if place < 0:
        return None
    found = _PARENT_ID.match(line, place) or _PARENT_ID.search(line)
    return _plain(found[1]) if found else None


def _plain(raw: bytes) -> bytes:
    """An id as bytes, without the escapes that the shop writes into it."""
    return raw.replace(b"\\/", b"/")


# -- all children behind their parents -------------------------------------------------------------------------------


def _in_runs(stream: BinaryIO) -> Iterator[Gathered]:
    product: Gathered | None = None
    for line in _lines(stream):
        if "__parentId" not in line:
            if product is not None:
                yield product
            product = Gathered(line)
        elif product is not None:
            _take(product, line)
    if product is not None:
        yield product


def _lines(stream: BinaryIO) -> Iterator[Line]:
    """The lines as objects, parsed many at a time, which is faster."""
    some: list[bytes] = []
    for line in stream:
        some.append(line)
        if len(some) == _AT_ONCE:
            yield from _parsed(some)
            some = []
    yield from _parsed(some)


def _parsed(lines: list[bytes]) -> list[Line]:
    try:
        found: list[Line] = json.loads(b"[" + b",".join([line for line in lines if not line.isspace()]) + b"]")
    except ValueError as error:
        raise BrokenResult(str(error)) from None
    return found


def _take(product: Gathered, line: Line) -> None:
    """Put a child where it belongs."""
    gid, parent = line["id"], line["__parentId"]
    if gid.startswith(_VARIANT):
        product.variants.append(line)
    elif parent.startswith(_PRODUCT):
        product.media.append(line)
    else:
        product.pictures.setdefault(parent, gid)


# -- children anywhere -----------------------------------------------------------------------------------------------


def _with_strays(stream: BinaryIO, whole: mmap, survey: Survey) -> Iterator[Gathered]:
    """As `_in_runs`, with each product's strays fetched from their places; children keep the order of the file."""
    strays = survey.strays
    for place, raw in _runs(stream, survey.lines):
        lines = _parsed(raw)
        waiting = lines
        apart: list[tuple[int, Line]] = []
        while waiting:
            places = [place for line in waiting for place in strays.pop(line["id"].encode(), ())]
            waiting = _parsed([_line_at(whole, place) for place in places])
            apart += zip(places, waiting, strict=True)
        if apart:
            lines = _in_order(place, raw, lines, apart)
        product = Gathered(next((line for line in lines if "__parentId" not in line), {}))
        for line in lines:
            if "__parentId" in line:
                _take(product, line)
        yield product
    if strays:
        raise BrokenResult(f"{len(strays)} parents are missing")


def _in_order(place: int, raw: list[bytes], run: list[Line], apart: list[tuple[int, Line]]) -> list[Line]:
    """A run that begins at `place`, and lines from elsewhere, in the order of the file."""
    for text, line in zip(raw, run, strict=True):
        apart.append((place << _LENGTH_BITS, line))
        place += len(text)
    apart.sort(key=itemgetter(0))
    return [line for _, line in apart]


def _line_at(whole: mmap, place: int) -> bytes:
    began = place >> _LENGTH_BITS
    return whole[began : began + (place & _LENGTH_MASK)]


def _runs(stream: BinaryIO, kinds: bytearray) -> Iterator[tuple[int, list[bytes]]]:
    """Each product's own line with the children that stand behind it, and where its own line stands.

    Strays in between are left out, so the places behind them are not quite theirs; their order is.
    """
    run: list[bytes] = []
    began = place = 0
    for kind, raw in zip(kinds, stream, strict=False):
        if kind == _ROOT:
            if run:
                yield began, run
            began, run = place, [raw]
        elif kind == _CHILD:
            run.append(raw)
        place += len(raw)
    if run:
        yield began, run
