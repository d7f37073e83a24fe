"""Whether another program has the workbook open.

Excel lays `~$name` beside a workbook, LibreOffice `.~lock.name#`; both may be left over after a crash. On Windows
Excel's hold on the file itself is the proof; elsewhere nothing stops a replacement, which the open program would then
overwrite with its next save, so the owner file has to be believed.
"""

from __future__ import annotations

import os
from pathlib import Path

_WINDOWS = os.name == "nt"


def owner_file(path: Path) -> Path | None:
    """The file that another program has laid beside the workbook, None when there is none."""
    return next((lock for lock in _owner_files(path) if os.path.lexists(lock)), None)


def held_by(path: Path) -> str | None:
    """Name of what shows that the workbook is held so that it must not be replaced; None when it is free."""
    lock = owner_file(path)
    if not _WINDOWS:
        return lock.name if lock else None
    try:
        with path.open("r+b"):
            return None
    except FileNotFoundError:
        return None
    except PermissionError:
        return lock.name if lock else path.name


def _owner_files(path: Path) -> tuple[Path, Path]:
    return path.with_name(f"~${path.name}"), path.with_name(f".~lock.{path.name}#")
