"""Writes a zip archive: members copied raw from another archive, and new ones deflated on several cores.

The standard library's zipfile cannot copy a member without inflating it. Layout: PKWARE APPNOTE 6.3.
"""

import copy
import os
import struct
import zlib
from collections import deque
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from typing import BinaryIO
from zipfile import ZIP_DEFLATED, ZipInfo

_LOCAL = struct.Struct("<4s2B4HL2L2H")
_CENTRAL = struct.Struct("<4s4B4HL2L5H2L")
_END = struct.Struct("<4s4H2LH")
_END64 = struct.Struct("<4sQ2H2L4Q")
_LOCATOR64 = struct.Struct("<4sLQL")
_UTF8, _DESCRIPTOR = 0x800, 0x08
_FULL = 0xFFFFFFFF
_ZIP64_ID = 1
_COPY = 1 << 20
_BLOCK = 1 << 19
_WINDOW = 1 << 15


class MemberTooLargeError(Exception):
    """A member passes 4 GiB that was not announced as one that may."""


class ZipWriter:
    """One archive being written from position 0 of a seekable file."""

    def __init__(self, file: BinaryIO, compresslevel: int = 6) -> None:
        self._file = file
        self._level = compresslevel
        self._entries: list[ZipInfo] = []
        self._pool = ThreadPoolExecutor(min(4, os.cpu_count() or 1), "deflate")

    def close(self) -> None:
        """Stop the workers. To be called also when writing failed."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def copy(self, source: BinaryIO, info: ZipInfo) -> None:
        """Copy a member's compressed bytes as they are. A data descriptor is folded into the new header."""
        source.seek(info.header_offset)
        header = source.read(_LOCAL.size)
        if len(header) < _LOCAL.size or header[:4] != b"PK\3\4":
            raise EOFError(f"no local header of {info.filename}")
        name_length, extra_length = struct.unpack_from("<2H", header, 26)
        source.seek(name_length + extra_length, os.SEEK_CUR)
        entry = self._entry(info)
        entry.CRC, entry.compress_size, entry.file_size = info.CRC, info.compress_size, info.file_size
        self._file.write(_local_header(entry, _needs_zip64(entry)))
        left = info.compress_size
        while left:
            data = source.read(min(left, _COPY))
            if not data:
                raise EOFError(f"{info.filename} is cut off")
            self._file.write(data)
            left -= len(data)
        self._entries.append(entry)

    def add(self, info: ZipInfo, data: bytes) -> None:
        """A whole new member; name, date and attributes from ``info``."""
        with self.stream(info) as member:
            member.write(data)

    def stream(self, info: ZipInfo, *, zip64: bool = False) -> "Member":
        """A new member written bit by bit. ``zip64`` must be True where it may pass 4 GiB."""
        entry = self._entry(info)
        entry.compress_type = ZIP_DEFLATED
        return Member(self._file, entry, self._pool, level=self._level, zip64=zip64, done=self._entries)

    def finish(self, order: Sequence[str]) -> None:
        """Write the directory; its entries stand in ``order`` (names), whatever the order of the data."""
        place = {name: index for index, name in enumerate(order)}
        entries = sorted(self._entries, key=lambda entry: place.get(entry.filename, len(place)))
        start = self._file.tell()
        for entry in entries:
            self._file.write(_central_header(entry))
        end = self._file.tell()
        count, size = len(entries), end - start
        if count >= 0xFFFF or start >= _FULL or size >= _FULL:
            self._file.write(_END64.pack(b"PK\6\6", 44, 45, 45, 0, 0, count, count, size, start))
            self._file.write(_LOCATOR64.pack(b"PK\6\7", 0, end, 1))
        count, size, start = min(count, 0xFFFF), min(size, _FULL), min(start, _FULL)
        self._file.write(_END.pack(b"PK\5\6", 0, 0, count, count, size, start, 0))

    def _entry(self, info: ZipInfo) -> ZipInfo:
        entry = copy.copy(info)
        entry.header_offset = self._file.tell()
        entry.flag_bits = info.flag_bits & ~_DESCRIPTOR
        entry.extra = _without_zip64(info.extra)
        entry.CRC = entry.compress_size = entry.file_size = 0
        return entry


class Member:
    """A member being written. Blocks are deflated independently (each primed with the last 32 KiB before it, so
    nothing is lost in size) by a pool of threads, and written in order: zlib works without the interpreter's lock.
    """

    def __init__(
        self, file: BinaryIO, entry: ZipInfo, pool: ThreadPoolExecutor, *, level: int, zip64: bool, done: list[ZipInfo]
    ) -> None:
        self._file, self._entry, self._pool, self._level, self._zip64 = file, entry, pool, level, zip64
        self._done = done
        self._start()

    def _start(self) -> None:
        self._file.write(_local_header(self._entry, self._zip64))
        self._parts: list[bytes] = []
        self._held = 0
        self._crc = 0
        self._size = 0
        self._window = b""
        self._jobs: deque[Future[bytes]] = deque()
        self._head: tuple[int, int, int] | None = None

    def __enter__(self) -> "Member":
        return self

    def __exit__(self, kind: object, *_: object) -> None:
        if kind is None:
            self.close()

    def write(self, data: bytes) -> None:
        self._parts.append(data)
        self._held += len(data)
        if self._held >= _BLOCK:
            self._submit(last=False)

    def write_all(self, chunks: Iterable[bytes]) -> None:
        for chunk in chunks:
            self.write(chunk)

    def write_head(self, data: bytes) -> None:
        """First bytes of the member, stored without compression so that ``replace_head`` can change them later."""
        if self._size or self._held or len(data) > 0xFFFF:
            raise ValueError("a head comes first and has 65,535 bytes at most")
        self._file.write(struct.pack("<B2H", 0, len(data), len(data) ^ 0xFFFF))
        self._head = (self._file.tell(), len(data), zlib.crc32(data))
        self._file.write(data)

    def replace_head(self, data: bytes) -> None:
        """Other bytes of the same length in place of the head's."""
        if self._head is None or len(data) != self._head[1]:
            raise ValueError("no head, or of another length")
        here = self._file.tell()
        self._file.seek(self._head[0])
        self._file.write(data)
        self._file.seek(here)
        self._head = (self._head[0], len(data), zlib.crc32(data))

    def restart(self) -> None:
        """Forget everything written to this member so far."""
        for job in self._jobs:
            job.cancel()
        self._file.seek(self._entry.header_offset)
        self._file.truncate()
        self._start()

    def flush(self) -> None:
        """Wait until everything but the end of the stream is in the file."""
        self._submit(last=False)
        self._drain(0)

    def close(self) -> None:
        self._submit(last=True)
        self._drain(0)
        entry, end = self._entry, self._file.tell()
        crc, size = self._crc, self._size
        if self._head is not None:
            crc, size = combine_crc(self._head[2], crc, size), size + self._head[1]
        entry.CRC, entry.file_size = crc, size
        header = len(_local_header(entry, self._zip64))
        entry.compress_size = end - entry.header_offset - header
        if not self._zip64 and _needs_zip64(entry):
            raise MemberTooLargeError(f"{entry.filename} passes 4 GiB")
        self._file.seek(entry.header_offset)
        self._file.write(_local_header(entry, self._zip64))
        self._file.seek(end)
        self._done.append(entry)

    def _submit(self, *, last: bool) -> None:
        block = self._parts[0] if len(self._parts) == 1 else b"".join(self._parts)
        if not block and not last:
            return
        self._parts, self._held = [], 0
        self._crc = zlib.crc32(block, self._crc)
        self._size += len(block)
        self._jobs.append(self._pool.submit(_deflate, block, self._window, self._level, last))
        self._window = block[-_WINDOW:]
        self._drain(8)

    def _drain(self, leave: int) -> None:
        while self._jobs and (len(self._jobs) > leave or self._jobs[0].done()):
            self._file.write(self._jobs.popleft().result())


def combine_crc(first: int, second: int, length: int) -> int:
    """CRC-32 of a message from those of its two halves; ``length`` is the second half's, in bytes."""
    shift, power = 1 << 31, 1 << 23  # 1 and x**8, as polynomials over GF(2), lowest power in the highest bit
    while length:
        if length & 1:
            shift = _times(power, shift)
        power = _times(power, power)
        length >>= 1
    return _times(shift, first) ^ second


def _times(a: int, b: int) -> int:
    product, bit = 0, 1 << 31
    while bit:
        if a & bit:
            product ^= b
        b = b >> 1 ^ (0xEDB88320 if b & 1 else 0)
        bit >>= 1
    return product


def _deflate(block: bytes, window: bytes, level: int, last: bool) -> bytes:
    if window:
        engine = zlib.compressobj(level, zlib.DEFLATED, -15, 8, zlib.Z_DEFAULT_STRATEGY, window)
    else:
        engine = zlib.compressobj(level, zlib.DEFLATED, -15)
    return engine.compress(block) + engine.flush(zlib.Z_FINISH if last else zlib.Z_SYNC_FLUSH)


def _needs_zip64(entry: ZipInfo) -> bool:
    return entry.file_size >= _FULL or entry.compress_size >= _FULL


def _name(entry: ZipInfo) -> bytes:
    return entry.orig_filename.encode("utf-8" if entry.flag_bits & _UTF8 else "cp437")


def _stamp(entry: ZipInfo) -> tuple[int, int]:
    year, month, day, hour, minute, second = entry.date_time
    return hour << 11 | minute << 5 | second // 2, (year - 1980) << 9 | month << 5 | day


def _local_header(entry: ZipInfo, zip64: bool) -> bytes:
    name, extra, version = _name(entry), entry.extra, entry.extract_version
    packed, size = entry.compress_size, entry.file_size
    if zip64:
        extra = struct.pack("<2H2Q", _ZIP64_ID, 16, size, packed) + extra
        packed = size = _FULL
        version = max(version, 45)
    time, date = _stamp(entry)
    return (
        _LOCAL.pack(
            b"PK\3\4", version, 0, entry.flag_bits, entry.compress_type, time, date,
            entry.CRC, packed, size, len(name), len(extra),
        )
        + name
        + extra
    )  # fmt: skip


def _central_header(entry: ZipInfo) -> bytes:
    name, extra, version = _name(entry), entry.extra, entry.extract_version
    wide = [number for number in (entry.file_size, entry.compress_size, entry.header_offset) if number >= _FULL]
    if wide:
        extra = struct.pack(f"<2H{len(wide)}Q", _ZIP64_ID, 8 * len(wide), *wide) + extra
        version = max(version, 45)
    time, date = _stamp(entry)
    return (
        _CENTRAL.pack(
            b"PK\1\2", entry.create_version, entry.create_system, version, 0, entry.flag_bits, entry.compress_type,
            time, date, entry.CRC, min(entry.compress_size, _FULL), min(entry.file_size, _FULL), len(name), len(extra),
            len(entry.comment), 0, entry.internal_attr, entry.external_attr, min(entry.header_offset, _FULL),
        )
        + name
        + extra
        + entry.comment
    )  # fmt: skip


def _without_zip64(extra: bytes) -> bytes:
    kept, at = b"", 0
    while at + 4 <= len(extra):
        field, length = struct.unpack_from("<2H", extra, at)
        if field != _ZIP64_ID:
            kept += extra[at : at + 4 + length]
        at += 4 + length
    return kept
