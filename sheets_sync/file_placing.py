"""Puts a finished file in the place of another, as a whole or not at all, with patience for who else looks at it."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

_PASSES = os.name == "nt"
"""Whether a refusal may pass by itself. On Windows a virus scanner or OneDrive has a new file in hand for a moment, and
nobody can rename it meanwhile; elsewhere a refusal stays one."""

_PAUSES = (0.05, 0.1, 0.2, 0.4, 0.8)
"""Seconds between tries. Together less than a person notices, and longer than a scanner takes."""


def put_in_place(beside: str | Path, target: str | Path) -> None:
    """Rename `beside` to `target`, which is replaced. Both lie in one folder. Raises OSError."""
    for pause in _PAUSES if _PASSES else ():
        try:
            os.replace(beside, target)
        except PermissionError:
            time.sleep(pause)
        else:
            return
    os.replace(beside, target)


def take_away(beside: str | Path) -> None:
    """Remove what may be left of a file that did not get to its place. What cannot be removed stays, and harms nobody:
    the error that led here is the one to tell.
    """
    with suppress(OSError):
        os.unlink(beside)
