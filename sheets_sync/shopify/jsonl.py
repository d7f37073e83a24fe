"""Joins the lines of a bulk result: children to their parents by `__parentId`, wherever in the file they stand.

Children mostly follow their parent, but need not (Shopify, "Bulk operations", `groupObjects`). So the file is looked
over once for children that stand apart: only their places in the file are remembered, and they are fetched from there
when their product's turn comes. Memory holds one product, those places, and which picture is which variant's.
"""

from __future__ import annotations

import json
from array import array
from collections.abc import Iterator
from dataclasses import dataclass, field
from io import FileIO
from pathlib import Path
from typing import Any, BinaryIO

from msgspec import UNSET, DecodeError, Struct, UnsetType, convert
from msgspec import field as named
from msgspec.json import Decoder

from sheets_sync.shopify.gathered import Gathered

_BLANK, _ROOT, _CHILD, _STRAY = range(4)
_LENGTH_BITS = 28
_LENGTH_MASK = (1 << _LENGTH_BITS) - 1
"""Where a line stands and how long it is, as one number: 64 GB of lines of up to 256 MB."""
_PRODUCT = "gid://shopify/Product/"
_VARIANT = "gid://shopify/ProductVariant/"

Line = dict[str, Any]


class BrokenResult(Exception):
    """The file is not what the shop wrote: a line is cut, or a child's parent is missing."""


class _Ends(Struct, gc=False):
    """Of a line no more than what it is and what it hangs on."""

    id: str
    parent: str | UnsetType = named(default=UNSET, name="__parentId")


_ends_of = Decoder(_Ends).decode
_lines_of = Decoder(list[Line]).decode
_UNREADABLE = (DecodeError, ValueError)


@dataclass(slots=True)
class Survey:
    """What the first look found: what each line is, in the order of the file; by the id of their product where the
    lines stand that stand apart; and of variants that stand apart, by their id, the id of their first picture.
    """

    kinds: bytearray = field(default_factory=bytearray)
    strays: dict[str, array[int]] = field(default_factory=dict)
    pictures: dict[str, str] = field(default_factory=dict)


def joined(file: Path, roots: int | None = None) -> Iterator[Gathered]:
    """The products of a result, in the order of their own lines. `roots`: as many there have to be, None = not told.

    Raises BrokenResult, before the first product where products are missing or a line is cut.
    """
    with file.open("rb") as stream, FileIO(file) as apart:
        survey = look_over(stream)
        if roots is not None and (came := survey.kinds.count(_ROOT)) != roots:
            raise BrokenResult(f"{came} products came, {roots} were told")
        stream.seek(0)
        for run in _runs(stream, survey.kinds):
            yield _product(run, apart, survey)
    if missing := len(survey.strays) + len(survey.pictures):
        raise BrokenResult(f"{missing} parents are missing")


# -- the first look --------------------------------------------------------------------------------------------------


def look_over(stream: BinaryIO) -> Survey:
    """Find the lines that do not stand behind their parent. Every line passes here: no calls in vain.

    Raises BrokenResult, with the number of the line.
    """
    found = Survey()
    note, strays, pictures = found.kinds.append, found.strays, found.pictures
    present: set[str | UnsetType] = set()
    place = 0
    for line in stream:
        try:
            ends = _ends_of(line)
        except _UNREADABLE:
            if line.isspace():
                note(_BLANK)
                place += len(line)
                continue
            ends = _odd(line, len(found.kinds) + 1)
        parent = ends.parent
        if parent is UNSET:
            note(_ROOT)
            present = {ends.id}
        elif parent in present:
            note(_CHILD)
            if ends.id.startswith(_VARIANT):
                present.add(ends.id)
        else:
            note(_STRAY)
            if parent.startswith(_VARIANT):
                pictures.setdefault(parent, ends.id)
            elif held := strays.get(parent):
                held.append(place << _LENGTH_BITS | len(line))
            else:
                strays[parent] = array("Q", (place << _LENGTH_BITS | len(line),))
        place += len(line)
    return found


def _odd(line: bytes, number: int) -> _Ends:
    """A line as Python's own reader takes it, which lets more pass: half a surrogate pair, of a text that was cut."""
    try:
        return convert(json.loads(line), _Ends)
    except _UNREADABLE as error:
        raise BrokenResult(f"line {number}: {error}") from None


# -- and the second --------------------------------------------------------------------------------------------------


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


def _product(run: list[bytes], apart: FileIO, survey: Survey) -> Gathered:
    """A product of its lines and of those that stand apart.

    Siblings keep the order of the file: those behind their parent stand before all strays, and strays are in order.
    """
    root, *children = _parsed(run)
    if places := survey.strays.pop(root["id"], None):
        children += _parsed([_line_at(apart, place) for place in places])
    product = Gathered(root)
    for line in children:
        gid, parent = line["id"], line["__parentId"]
        if gid.startswith(_VARIANT):
            product.variants.append(line)
        elif parent.startswith(_PRODUCT):
            product.media.append(line)
        else:
            product.pictures.setdefault(parent, gid)
    own = {variant["id"] for variant in product.variants}
    if not product.id or len(own) != len(product.variants):
        raise BrokenResult(f"variants of {product.id} came twice")
    if survey.pictures:
        for gid in own:
            if picture := survey.pictures.pop(gid, ""):
                product.pictures.setdefault(gid, picture)
    return product


def _parsed(lines: list[bytes]) -> list[Line]:
    """Lines as objects, all of a product at once, which is faster."""
    text = b"[" + b",".join(lines) + b"]"
    try:
        return _lines_of(text)
    except _UNREADABLE:
        pass
    try:
        return convert(json.loads(text), list[Line])
    except _UNREADABLE as error:
        raise BrokenResult(str(error)) from None


def _line_at(file: FileIO, place: int) -> bytes:
    """Read from the file without a buffer: only this line is wanted of what stands there."""
    file.seek(place >> _LENGTH_BITS)
    return file.read(place & _LENGTH_MASK)
