"""Joins the lines of a bulk result: children to their parents by `__parentId`, wherever in the file they stand.

Children mostly follow their parent, but need not (Shopify, "Bulk operations", `groupObjects`). So the file is looked
over once for children that stand apart, without reading their JSON: only their places in the file are remembered, and
they are fetched from there when their product's turn comes. Memory holds one product and those places.
"""

from __future__ import annotations

import json
import re
from array import array
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from io import FileIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

from sheets_sync.shopify.gathered import Gathered, Node

_OWN_ID = re.compile(rb'"id"\s*:\s*"([^"]*)"')
_PARENT_ID = re.compile(rb'"__parentId"\s*:\s*"([^"]*)"')
_BLANK, _ROOT, _CHILD, _STRAY = range(4)
_AT_ONCE = 50
"""Lines parsed together: fewer calls than one by one, and few enough to stay in the processor's cache."""
_ID_WITHIN = 80
"""A line's own id stands at its beginning, as it is asked for first."""
_LENGTH_BITS = 28
_LENGTH_MASK = (1 << _LENGTH_BITS) - 1
"""Where a line stands and how long it is, as one number: 64 GB of lines of up to 256 MB."""
_PRODUCT = "gid://shopify/Product/"
_IMAGE = "gid://shopify/MediaImage/"
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
            with FileIO(file) as apart:
                yield from map(_checked, _with_strays(stream, apart, survey))
    except (LookupError, TypeError, AttributeError) as error:
        raise BrokenResult(f"a line that is no record: {error}") from None


def _checked(product: Gathered) -> Gathered:
    """The product, if it has an id and each of its variants came once."""
    if not product.id or len({variant["id"] for variant in product.variants}) != len(product.variants):
        raise BrokenResult(f"variants of {product.id} came twice")
    return product


def look_over(stream: BinaryIO) -> Survey:
    """Find the lines that do not stand behind their parent, by bytes alone. Every line passes here: no calls in vain.

    Within a text the marks that are looked for would be escaped, so what is found is the line's own.
    """
    found = Survey()
    strays, note = found.strays, found.lines.append
    own_id, parent_id = _OWN_ID.search, _PARENT_ID.match
    present: set[bytes] = set()
    place = 0
    for line in stream:
        at = line.rfind(b'"__parentId"')
        named = (parent_id(line, at) or _PARENT_ID.search(line)) if at >= 0 else None
        if named is None:
            own = own_id(line)
            note(_BLANK if line.isspace() else _ROOT)
            present = {own[1].replace(b"\\/", b"/")} if own else present
        elif (parent := named[1].replace(b"\\/", b"/")) not in present:
            note(_STRAY)
            if parent not in strays:
                strays[parent] = array("Q")
            strays[parent].append(place << _LENGTH_BITS | len(line))
        else:
            note(_CHILD)
            if b"ProductVariant" in line[:_ID_WITHIN] and (own := own_id(line)):
                present.add(own[1].replace(b"\\/", b"/"))
        place += len(line)
    return found


# -- all children behind their parents -------------------------------------------------------------------------------


def _in_runs(stream: BinaryIO) -> Iterator[Gathered]:
    product: Gathered | None = None
    for lines in _batches(stream):
        for line in lines:
            if "__parentId" not in line:
                if product is not None:
                    yield product
                product = Gathered(line)
            elif product is not None:
                _take(product, line)
    if product is not None:
        yield product


def _batches(stream: BinaryIO) -> Iterator[list[Line]]:
    """The lines as objects, many parsed at a time, which is faster."""
    while raw := list(islice(stream, _AT_ONCE)):
        yield _parsed(raw)


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


def _with_strays(stream: BinaryIO, file: FileIO, survey: Survey) -> Iterator[Gathered]:
    """As `_in_runs`, with each product's strays fetched from their places.

    Siblings keep the order of the file: those behind their parent stand before all strays, and strays are in order.
    """
    strays = survey.strays
    for raw in _runs(stream, survey.lines):
        lines = _parsed(raw)
        product = Gathered(lines[0])
        del lines[0]
        places = _taken(strays, [product.root, *lines])
        while lines or places:
            for line in lines:
                _take(product, line)
            lines = _parsed([_line_at(file, place) for place in places]) if places else []
            places = _taken(strays, lines)
        yield product
    if strays:
        raise BrokenResult(f"{len(strays)} parents are missing")


def _taken(strays: dict[bytes, array[int]], parents: Sequence[Node]) -> list[int]:
    """The places of these lines' children, which are nobody's from now on. Pictures have none."""
    found: list[int] = []
    for line in parents:
        if not line["id"].startswith(_IMAGE) and (places := strays.pop(line["id"].encode(), None)):
            found += places
    return found


def _line_at(file: FileIO, place: int) -> bytes:
    """Read from the file without a buffer: only this line is wanted of what stands there."""
    file.seek(place >> _LENGTH_BITS)
    return file.read(place & _LENGTH_MASK)


def _runs(stream: BinaryIO, kinds: bytearray) -> Iterator[list[bytes]]:
    """Each product's own line with the children that stand behind it."""
    run: list[bytes] = []
    for kind, raw in zip(kinds, stream, strict=False):
        if kind == _ROOT:
            if run:
                yield run
            run = [raw]
        elif kind == _CHILD:
            run.append(raw)
    if run:
        yield run
