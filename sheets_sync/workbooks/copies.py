"""Dated copies of the workbook, kept in a folder beside it: `<stem>_copies/<stem>_20261122-101500.xlsx`."""

from __future__ import annotations

import datetime as dt
import os
import re
import shutil
from collections.abc import Sequence
from pathlib import Path
from zoneinfo import ZoneInfo

from sheets_sync.errors import UsageError
from sheets_sync.file_placing import put_in_place, take_away
from sheets_sync.ports import Copy

_MOMENT = re.compile(r"(\d{4})(\d{2})(\d{2})-(\d{2})(\d{2})(\d{2})(.*)", re.DOTALL)


def folder(workbook: Path) -> Path:
    """Where the copies of a workbook are kept."""
    return workbook.with_name(f"{workbook.stem}_copies")


def kept(workbook: Path) -> Sequence[Copy]:
    """Kept copies, newest first."""
    start = f"{workbook.stem}_"
    names = (path.stem for path in folder(workbook).glob(f"*{workbook.suffix}") if path.name.startswith(start))
    stamps = sorted((name.removeprefix(start) for name in names), reverse=True)
    return [Copy(stamp, _label(stamp)) for stamp in stamps]


def stamp_of(moment: dt.datetime, timezone: str) -> str:
    """The stamp of a copy made at that moment: the time on the wall, as an export stamps its copies."""
    return f"{moment.astimezone(ZoneInfo(timezone)):%Y%m%d-%H%M%S}"


def keep(workbook: Path, stamp: str) -> None:
    """Copy the workbook as it is under a stamp, or `stamp-2` … where that one is taken."""
    _copy(workbook, free_place(workbook, stamp))


def free_place(workbook: Path, stamp: str) -> Path:
    """Where a copy of that stamp goes, or of `stamp-2` … where that one is taken. Makes the folder."""
    folder(workbook).mkdir(exist_ok=True)
    used, number = stamp, 1
    while place(workbook, used).exists():
        number += 1
        used = f"{stamp}-{number}"
    return place(workbook, used)


def prune(workbook: Path, keep_newest: int) -> None:
    """Take all but the newest copies away. One that somebody has open stays until the next time."""
    for copy in list(kept(workbook))[max(keep_newest, 0) :]:
        take_away(place(workbook, copy.stamp))


def require(workbook: Path, stamp: str) -> None:
    """Raise UsageError, naming the newest copies there are, when there is none of that stamp."""
    known = [copy.stamp for copy in kept(workbook)]
    if stamp not in known:
        raise UsageError("workbook_copy_missing", stamp=stamp, known=", ".join(known[:10]) or "-")


def bring_back(workbook: Path, stamp: str) -> None:
    """Put a kept copy in the workbook's place."""
    _copy(place(workbook, stamp), Path(os.path.realpath(workbook)))


def place(workbook: Path, stamp: str) -> Path:
    """The file of a copy."""
    return folder(workbook) / f"{workbook.stem}_{stamp}{workbook.suffix}"


def _copy(source: Path, target: Path) -> None:
    """As a whole or not at all: beside the target first, then in its place."""
    beside = target.with_name(f".{target.name}.{os.getpid()}.tmp")
    try:
        shutil.copy2(source, beside)
        put_in_place(beside, target)
    except BaseException:
        take_away(beside)
        raise


def _label(stamp: str) -> str:
    found = _MOMENT.fullmatch(stamp)
    if not found:
        return stamp
    year, month, day, hour, minute, second, rest = found.groups()
    return f"{year}-{month}-{day} {hour}:{minute}:{second}{rest}"
