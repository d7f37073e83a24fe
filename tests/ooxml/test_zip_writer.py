"""Archives that the standard library reads back, whatever their size and shape."""

import io
import os
import random
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO

import pytest

from sheets_sync.ooxml import zip_writer
from sheets_sync.ooxml.zip_writer import MemberTooLargeError, ZipWriter, combine_crc


def finished(writer: ZipWriter, order: list[str]) -> None:
    writer.finish(order)
    writer.close()


def read(file: BinaryIO) -> dict[str, bytes]:
    with zipfile.ZipFile(file) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_checksums_are_joined() -> None:
    chance = random.Random(1)
    for size in (0, 1, 7, 100, 70_000):
        first, second = chance.randbytes(50), chance.randbytes(size)
        assert combine_crc(zlib.crc32(first), zlib.crc32(second), size) == zlib.crc32(first + second)


@pytest.mark.parametrize("zip64", [False, True])
def test_a_stream_of_many_blocks_with_a_late_head(zip64: bool) -> None:
    chunks = [bytes([65 + n % 26]) * 100_003 + os.urandom(10) for n in range(60)]
    file = io.BytesIO()
    writer = ZipWriter(file)
    with writer.stream(zipfile.ZipInfo("a.xml"), zip64=zip64) as member:
        member.write_head(b"<head 000>")
        member.write_all(chunks)
        member.replace_head(b"<head 123>")
    finished(writer, ["a.xml"])
    assert read(file) == {"a.xml": b"<head 123>" + b"".join(chunks)}


def test_as_small_as_one_stream() -> None:
    text = b"".join(b'<c r="A%d"><v>%d</v></c>' % (n, n * n % 977) for n in range(200_000))
    file = io.BytesIO()
    writer = ZipWriter(file)
    with writer.stream(zipfile.ZipInfo("a.xml")) as member:
        for at in range(0, len(text), 50_000):
            member.write(text[at : at + 50_000])
    finished(writer, ["a.xml"])
    with zipfile.ZipFile(file) as archive:
        assert archive.infolist()[0].compress_size < 1.01 * len(zlib.compress(text, 6))


def test_restart_forgets_what_was_written() -> None:
    file = io.BytesIO()
    writer = ZipWriter(file)
    with writer.stream(zipfile.ZipInfo("a.xml")) as member:
        member.write(os.urandom(3_000_000))
        member.restart()
        member.write(b"second try")
    finished(writer, ["a.xml"])
    assert read(file) == {"a.xml": b"second try"}


def test_copies_and_order(tmp_path: Path) -> None:
    path = tmp_path / "a.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("stored", b"abc", zipfile.ZIP_STORED)
        archive.writestr("日本語.xml", b"x" * 1000, zipfile.ZIP_DEFLATED)
        info = zipfile.ZipInfo("old", (1999, 12, 31, 23, 59, 58))
        info.external_attr, info.comment = 0o640 << 16, b"note"
        archive.writestr(info, b"")
    file = io.BytesIO()
    writer = ZipWriter(file)
    with zipfile.ZipFile(path) as archive, path.open("rb") as raw:
        for info in reversed(archive.infolist()):
            writer.copy(raw, info)
        finished(writer, archive.namelist())
        before = {
            info.filename: (info.CRC, info.date_time, info.external_attr, info.comment) for info in archive.infolist()
        }
    with zipfile.ZipFile(file) as archive:
        after = {
            info.filename: (info.CRC, info.date_time, info.external_attr, info.comment) for info in archive.infolist()
        }
    assert after == before
    assert list(after) == list(before)
    assert read(file)["日本語.xml"] == b"x" * 1000


def test_past_the_old_limits(monkeypatch: pytest.MonkeyPatch) -> None:
    """The limit of 4 GiB is brought down, and all that exceeds it goes into zip64 fields."""
    file = io.BytesIO()
    writer = ZipWriter(file)
    data = os.urandom(5000)
    with writer.stream(zipfile.ZipInfo("large"), zip64=True) as member:
        member.write(data)
    other = io.BytesIO()
    with zipfile.ZipFile(other, "w") as archive:
        archive.writestr("empty", b"")
        for n in range(0x10000):
            archive.getinfo("empty").orig_filename = str(n)
            writer.copy(other, archive.getinfo("empty"))
    finished(writer, [])
    with zipfile.ZipFile(file) as archive:
        assert len(archive.namelist()) == 0x10001
        assert archive.read("large") == data
    monkeypatch.setattr(zip_writer, "_FULL", 4000)
    writer = ZipWriter(io.BytesIO())
    with pytest.raises(MemberTooLargeError), writer.stream(zipfile.ZipInfo("large")) as member:
        member.write(data)
    writer.close()
