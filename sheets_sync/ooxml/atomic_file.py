"""Replaces a file as a whole or not at all."""

import contextlib
import os
import stat
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from sheets_sync.file_placing import put_in_place, take_away


@contextlib.contextmanager
def replacing(target: Path, *, like: Path) -> Iterator[BinaryIO]:
    """A new file beside ``target`` that takes its place when the block ends well, and vanishes when it does not.

    The mode is that of ``target`` if it exists, else that of ``like``. A link is followed, so that the file it
    points to is replaced and not the link.
    """
    target = Path(os.path.realpath(target))
    mode = stat.S_IMODE((target if target.exists() else like).stat().st_mode)
    handle, name = tempfile.mkstemp(prefix=f".{target.name[:40]}.", suffix=".tmp", dir=target.parent)
    try:
        with os.fdopen(handle, "w+b") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, mode)
        put_in_place(name, target)
    except BaseException:
        take_away(name)
        raise
    with contextlib.suppress(OSError, AttributeError):
        folder = os.open(target.parent, os.O_RDONLY | os.O_DIRECTORY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
