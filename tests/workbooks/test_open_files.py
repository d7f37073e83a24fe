"""Whether a workbook is held by another program is told the way the operating system tells it."""

from __future__ import annotations

import errno
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.workbooks import open_files
from sheets_sync.workbooks.file_errors import file_errors
from sheets_sync.workbooks.fingerprint import fingerprint


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "表.xlsx"
    path.write_bytes(b"content")
    return path


def held(monkeypatch: pytest.MonkeyPatch) -> None:
    """Opening for writing fails, as it does on Windows while Excel holds a file."""
    original = Path.open

    def refuse(self: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if "+" in mode:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        return original(self, mode, *rest, **options)

    monkeypatch.setattr(open_files, "_PAUSES", (0, 0, 0))
    monkeypatch.setattr(Path, "open", refuse)


@pytest.mark.parametrize("lock", ["~$表.xlsx", ".~lock.表.xlsx#"])
def test_an_owner_file_is_believed_where_nothing_else_tells(
    path: Path, lock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_files, "_WINDOWS", False)
    assert not open_files.is_held(path)
    (path.parent / lock).touch()
    assert open_files.is_held(path)


def test_on_windows_the_file_itself_tells(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "_WINDOWS", True)
    path.with_name("~$表.xlsx").touch()
    assert not open_files.is_held(path)  # left over after a crash
    assert not open_files.is_held(path.with_name("missing.xlsx"))
    held(monkeypatch)
    assert open_files.is_held(path)


def test_a_sharing_violation_means_that_the_workbook_is_open(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "_WINDOWS", True)
    held(monkeypatch)
    with pytest.raises(Unavailable, match="workbook_open"), file_errors(path):
        raise PermissionError(errno.EACCES, "Access is denied")


def test_a_moment_in_other_hands_is_no_open_workbook(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(open_files, "_WINDOWS", True)
    original, looks = Path.open, [True, False]

    def scanned(self: Path, mode: str = "r", *rest: Any, **options: Any) -> Any:
        if "+" in mode and looks.pop(0):
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        return original(self, mode, *rest, **options)

    monkeypatch.setattr(open_files, "_PAUSES", (0, 0, 0))
    monkeypatch.setattr(Path, "open", scanned)
    assert not open_files.is_held(path)


def test_a_path_that_windows_cannot_hold_is_told_as_such(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    long = f"C:\\{'長い名前のフォルダー' * 25}\\表_copies\\.表_20261122-101500.xlsx.4711.tmp"
    monkeypatch.setattr("sheets_sync.workbooks.file_errors._WINDOWS", False)
    with pytest.raises(UsageError, match="workbook_missing"), file_errors(path):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", long)
    monkeypatch.setattr("sheets_sync.workbooks.file_errors._WINDOWS", True)
    with pytest.raises(UsageError, match="workbook_path_too_long"), file_errors(path):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", long)
    with pytest.raises(UsageError, match="workbook_missing"), file_errors(path):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", str(path))


def test_a_fingerprint_changes_with_the_file(path: Path) -> None:
    before = fingerprint(path)
    assert fingerprint(path) == before
    path.write_bytes(b"CONTENT")
    assert fingerprint(path) != before
