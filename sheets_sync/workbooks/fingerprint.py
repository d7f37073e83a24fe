"""Tells whether a workbook is still the one that was read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """Size, time of the last change (ns) and a hash of the archive's directory, which holds every member's checksum."""

    size: int
    modified: int
    directory: str


def fingerprint(path: Path) -> Fingerprint:
    """The fingerprint of a file as it is now. Costs a few reads at the file's end. Raises OSError."""
    with path.open("rb") as file:
        status = path.stat()
        return Fingerprint(status.st_size, status.st_mtime_ns, _directory(file))


def _directory(file: BinaryIO) -> str:
    """A file that is no archive has none: size and time must do."""
    try:
        with ZipFile(file) as archive:
            members = [(m.filename, m.CRC, m.file_size, m.date_time) for m in archive.infolist()]
    except (BadZipFile, ValueError, NotImplementedError):
        return ""
    return hashlib.sha256(repr(members).encode()).hexdigest()
