"""Turns what can go wrong with a file into the run's errors, worded for the merchandiser."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sheets_sync.errors import SheetsSyncError, Unavailable, UsageError
from sheets_sync.ooxml import errors as ooxml
from sheets_sync.workbooks.open_files import is_held

_WINDOWS = os.name == "nt"
_LONGEST = 260
_NO_ROOM = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})

_FILE_CODES: dict[type[ooxml.WorkbookError], str] = {
    ooxml.OldWorkbook: "workbook_old_excel",
    ooxml.NotAWorkbook: "workbook_not_excel",
    ooxml.EncryptedWorkbook: "workbook_encrypted",
}


@contextmanager
def file_errors(path: Path) -> Iterator[None]:
    """OSError and the engine's errors inside the block become UsageError or Unavailable about `path`."""
    try:
        yield
    except OSError as error:
        raise _of_the_disk(path, error) from error
    except ooxml.WorkbookError as error:
        raise _of_the_contents(path, error) from error


def _of_the_disk(path: Path, error: OSError) -> SheetsSyncError:
    if isinstance(error, FileNotFoundError):
        if _too_long(error):
            return UsageError("workbook_path_too_long", name=path.name, folder=str(path.parent))
        return UsageError("workbook_missing", name=path.name)
    if error.errno in _NO_ROOM:
        return Unavailable("workbook_disk_full", name=path.name)
    if isinstance(error, PermissionError):
        return Unavailable("workbook_open" if is_held(path) else "workbook_not_allowed", name=path.name)
    return Unavailable("workbook_io", name=path.name, reason=error.strerror or type(error).__name__)


def _too_long(error: OSError) -> bool:
    """Whether it is the length of a path that hides the file: so Windows says it of 260 characters and more."""
    names = (name for name in (error.filename, error.filename2) if isinstance(name, str))
    return _WINDOWS and any(len(os.path.abspath(name)) >= _LONGEST for name in names)


def _of_the_contents(path: Path, error: ooxml.WorkbookError) -> SheetsSyncError:
    match error:
        case ooxml.SheetFull():
            return UsageError("workbook_too_large", tab=error.sheet)
        case ooxml.UnsupportedCell():
            return UsageError("workbook_cell_unwritable", tab=error.sheet, cell=error.ref)
    code = next((code for kind, code in _FILE_CODES.items() if isinstance(error, kind)), "workbook_damaged")
    return UsageError(code, name=path.name)
