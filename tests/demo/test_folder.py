"""The demo's folder when it is run again: emptied as a whole, and not while somebody looks at what is in it."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from sheets_sync.cli.main import run
from sheets_sync.demo.run import MARK
from sheets_sync.workbooks import open_files


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """What an earlier demonstration left."""
    folder = tmp_path / "demo"
    (folder / "images").mkdir(parents=True)
    (folder / MARK).touch()
    (folder / "tiktok_products.xlsx").write_bytes(b"looked at")
    return folder


def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert run(["demo", "--folder", str(folder)]) == 6
    assert (folder / MARK).exists()  # so that the next try knows the folder for our own
    return capsys.readouterr().err


def test_a_workbook_that_is_looked_at_is_left_alone(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_files, "_WINDOWS", False)
    (folder / "~$tiktok_products.xlsx").touch()
    assert "開かれています" in refused(folder, capsys)
    assert (folder / "tiktok_products.xlsx").read_bytes() == b"looked at"


def test_any_other_file_that_is_open_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(path: str | Path, **_: object) -> None:
        raise PermissionError(errno.EACCES, "Access is denied", str(path))

    monkeypatch.setattr(os, "unlink", refuse)
    assert "閉じてから、もう一度" in refused(folder, capsys)


def test_a_folder_of_hers_is_not_touched(tmp_path: Path) -> None:
    (tmp_path / "売上.xlsx").write_bytes(b"hers")
    assert run(["demo", "--folder", str(tmp_path)]) == 2
    assert (tmp_path / "売上.xlsx").read_bytes() == b"hers"
