"""Whether another program has the workbook open.

Excel lays `~$name` beside a workbook, LibreOffice `.~lock.name#`; both may be left over after a crash. On Windows
Excel's hold on the file itself is the proof; elsewhere nothing stops a replacement, which the open program would then
overwrite with its next save, so the owner file has to be believed.
"""

from __future__ import annotations

import os
import time
from pathlib import Path

_WINDOWS = os.name == "nt"
_PAUSES = (0.1, 0.3, 0.6, 0.0)
"""Seconds between looks: a virus scanner or OneDrive lets go of a file again, Excel does not."""


def is_held(path: Path) -> bool:
    """Whether another program has the workbook open, so that it must not be replaced."""
    if not _WINDOWS:
        return any(os.path.lexists(path.with_name(name)) for name in (f"~${path.name}", f".~lock.{path.name}#"))
    if not os.access(path, os.W_OK):
        return False  # missing or read-only: another trouble, with a message of its own
    for pause in _PAUSES:
        try:
            with path.open("r+b"):
                return False
        except PermissionError:
            time.sleep(pause)
    return True
