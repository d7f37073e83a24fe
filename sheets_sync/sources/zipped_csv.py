"""Unpacks the CSV files of a zip archive, as carts hand out large exports, into a folder that vanishes after use."""

import shutil
import tempfile
import weakref
import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Final

from sheets_sync.errors import UsageError

_WANTED: Final = (".csv", ".tsv", ".txt")
"""Endings of files with products; the first of them that an archive has counts: beside CSV files a text explains."""
_MOST_BYTES: Final = 3_000_000_000
_MOST_FILES: Final = 500
# Text shrinks to a tenth or, full of the same HTML, to a hundredth. What shrinks more than that is no export.
_MOST_SHRUNK: Final = 400
_HARMLESS_BYTES: Final = 50_000_000
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1


class Unpacked:
    """Files of an archive; they are there as long as this object is."""

    def __init__(self, files: Sequence[Path], folder: Path) -> None:
        self.files = files
        self._end = weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)


def is_archive(path: Path) -> bool:
    """Whether a file is a zip archive, and no workbook (which is one inside). A damaged one is told by its name."""
    if not path.is_file() or not zipfile.is_zipfile(path):
        return path.is_file() and path.suffix.casefold() == ".zip"
    try:
        with zipfile.ZipFile(path) as archive:
            return "[Content_Types].xml" not in archive.namelist()
    except zipfile.BadZipFile:
        return True


def unpack(path: Path) -> Unpacked:
    """The CSV files of an archive, in the order of their names.

    Raises UsageError: damaged, encrypted, without CSV files, or unpacking to more than an export ever is. OSError.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            members = [member for member in archive.infolist() if not member.is_dir()]
            wanted = _with_products(members)
            _refuse(path, members, [member for _, member in wanted])
            folder = Path(tempfile.mkdtemp(prefix="sheets_sync_"))
            files: list[Path] = []
            found = Unpacked(files, folder)
            for number, (name, member) in enumerate(sorted(wanted, key=lambda pair: pair[0])):
                place = folder / str(number)
                place.mkdir()
                with archive.open(member) as packed, (place / name).open("wb") as file:
                    shutil.copyfileobj(packed, file, 1 << 20)
                files.append(place / name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, EOFError) as fault:
        raise UsageError("zip_damaged", file=path.name, reason=str(fault)) from None
    return found


def _refuse(path: Path, members: Sequence[zipfile.ZipInfo], wanted: Sequence[zipfile.ZipInfo]) -> None:
    if not wanted:
        found = "、".join(_name(member) for member in members[:5])
        raise UsageError("zip_without_csv", file=path.name, read=found)
    if any(member.flag_bits & _ENCRYPTED for member in wanted):
        raise UsageError("zip_encrypted", file=path.name)
    size, packed = sum(m.file_size for m in wanted), sum(m.compress_size for m in wanted)
    swollen = size > _HARMLESS_BYTES and size > packed * _MOST_SHRUNK
    if swollen or size > _MOST_BYTES or len(wanted) > _MOST_FILES:
        raise UsageError("zip_too_large", file=path.name, megabytes=size // 1_000_000, count=len(wanted))


def _with_products(members: Sequence[zipfile.ZipInfo]) -> list[tuple[str, zipfile.ZipInfo]]:
    """Members that hold products, with their names."""
    named = [(name, member) for member in members if (name := _wanted(member))]
    for ending in _WANTED:
        if found := [(name, member) for name, member in named if name.casefold().endswith(ending)]:
            return found
    return []


def _wanted(member: zipfile.ZipInfo) -> str:
    """The name of a file without its folders, "" where it cannot hold products (also what macOS adds)."""
    path = PurePosixPath(_name(member).replace("\\", "/"))
    hidden = path.name.startswith(".") or "__MACOSX" in path.parts
    return path.name if path.suffix.casefold() in _WANTED and not hidden else ""


def _name(member: zipfile.ZipInfo) -> str:
    """Japanese Windows writes names in CP932 without saying so; the library reads such names as CP437."""
    if member.flag_bits & _UTF8_NAME:
        return member.filename
    try:
        raw = member.orig_filename.encode("cp437")
    except UnicodeEncodeError:
        return member.filename
    for codec in ("utf-8", "cp932"):
        try:
            return raw.decode(codec).replace("\0", "")
        except UnicodeDecodeError:
            continue
    return member.filename
