"""Finds out how a text file is encoded, by reading all of it once: nothing is guessed from its beginning.

Order: byte order mark, UTF-8, CP932 (what Excel and Japanese carts call Shift_JIS: plain shift_jis lacks ①, ㈱, 髙).
Anything else has to be named in the settings.
"""

import codecs
from dataclasses import dataclass
from pathlib import Path

from sheets_sync.errors import UsageError

AUTO = "auto"

_CHUNK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
# Names people give to what is CP932 in fact, and UTF-8 with or without its mark.
_MEANT = {"shift_jis": "cp932", "shift_jisx0213": "cp932", "shift_jis_2004": "cp932", "utf-8": "utf-8-sig"}
# So many Japanese characters read well as UTF-8 before the first bad byte: it is UTF-8 with a fault, not CP932.
_SURELY_UTF8 = 5


@dataclass(frozen=True, slots=True)
class Fault:
    """Where a file stops being readable: 1-based `line`, `byte` counted from 1, and how many wide characters before."""

    line: int
    byte: int
    wide: int


def detect(path: Path, wanted: str = AUTO) -> str:
    """Name of the codec that reads the whole file; `wanted` is the setting: "auto" or a codec's name.

    Raises UsageError when the codec is unknown or does not fit (the first bad line and byte are named), OSError.
    """
    if wanted.strip().casefold() not in ("", AUTO):
        return _checked(path, _named(wanted), "encoding_wrong")
    with path.open("rb") as file:
        head = file.read(4096)
    for mark, codec in _MARKS:
        if head.startswith(mark):
            return _checked(path, codec, "encoding_damaged")
    if codec := _unmarked_utf16(head):
        return _checked(path, codec, "encoding_damaged")
    fault = first_fault(path, "utf-8")
    if fault is None:
        return "utf-8"
    if fault.wide >= _SURELY_UTF8:
        raise UsageError("encoding_damaged", file=path.name, codec="UTF-8", line=fault.line, byte=fault.byte)
    other = first_fault(path, "cp932")
    if other is None:
        return "cp932"
    raise UsageError("encoding_unclear", file=path.name, line=other.line, byte=other.byte)


def first_fault(path: Path, codec: str) -> Fault | None:
    """Where the file cannot be read with `codec`, or None when all of it can. Memory: one chunk."""
    decoder = codecs.getincrementaldecoder(codec)()
    lines, wide, done = 0, 0, 0
    with path.open("rb") as file:
        while True:
            chunk = file.read(_CHUNK)
            pending = len(decoder.getstate()[0])
            try:
                text = decoder.decode(chunk, final=not chunk)
            except UnicodeDecodeError as error:
                before = error.object[: error.start].decode(codec, "ignore")
                byte = done - pending + error.start + 1
                return Fault(lines + _line_ends(before) + 1, byte, wide + _wide(before))
            if not chunk:
                return None
            done += len(chunk)
            lines += _line_ends(text)
            if wide < _SURELY_UTF8:
                wide += _wide(text)


def has_nul(path: Path, codec: str) -> bool:
    """Whether there may be NUL characters in a file: where no byte is zero, these codecs make none."""
    if codec not in ("utf-8", "utf-8-sig", "cp932"):
        return True
    with path.open("rb") as file:
        return any(b"\0" in chunk for chunk in iter(lambda: file.read(_CHUNK), b""))


def _checked(path: Path, codec: str, code: str) -> str:
    fault = first_fault(path, codec)
    if fault:
        label = codec.removesuffix("-sig").upper()
        raise UsageError(code, file=path.name, codec=label, line=fault.line, byte=fault.byte)
    return codec


def _named(wanted: str) -> str:
    try:
        name = codecs.lookup(wanted.strip()).name
        "".encode(name)  # codecs that turn bytes into bytes (base64, zip) are not what is meant
    except (LookupError, UnicodeError):
        raise UsageError("encoding_unknown", read=wanted) from None
    return _MEANT.get(name, name)


def _unmarked_utf16(head: bytes) -> str:
    """UTF-16 without its mark: wherever there is ASCII, in the separators at least, every other byte is zero."""
    even, odd = head[::2].count(0), head[1::2].count(0)
    few = (even + odd) * 16 < len(head) or not head
    if few or min(even, odd) * 10 > even + odd:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def _line_ends(text: str) -> int:
    return text.count("\n") or text.count("\r")


def _wide(text: str) -> int:
    return 0 if text.isascii() else sum(character >= "\u0800" for character in text)
