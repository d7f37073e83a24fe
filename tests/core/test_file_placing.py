"""A finished file gets to its place although a virus scanner or OneDrive has it in hand for a moment."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path

import pytest

from sheets_sync import file_placing
from sheets_sync.file_placing import put_in_place, take_away
from sheets_sync.ooxml.atomic_file import replacing
from sheets_sync.tiktok.vaults import FileVault
from sheets_sync.usecases.settings_file import set_keys
from sheets_sync.workbooks import copies

Busy = Callable[[int], None]


@pytest.fixture
def busy(monkeypatch: pytest.MonkeyPatch) -> Busy:
    """The next so many renames are refused, as on Windows while another program has the file in hand."""
    renames = os.replace
    left = 0

    def refuse(source: str | Path, target: str | Path) -> None:
        nonlocal left
        left -= 1
        if left >= 0:
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        renames(source, target)

    def times(count: int) -> None:
        nonlocal left
        left = count

    monkeypatch.setattr(file_placing, "_PASSES", True)
    monkeypatch.setattr(file_placing, "_PAUSES", (0, 0, 0))
    monkeypatch.setattr(os, "replace", refuse)
    return times


def written(path: Path, words: str) -> Path:
    path.write_text(words, "utf-8")
    return path


def test_a_file_in_other_hands_for_a_moment_gets_to_its_place(tmp_path: Path, busy: Busy) -> None:
    beside, target = written(tmp_path / "new", "new"), written(tmp_path / "表.xlsx", "old")
    busy(3)
    put_in_place(beside, target)
    assert target.read_text("utf-8") == "new"
    assert not beside.exists()


def test_one_that_stays_in_other_hands_is_told_and_nothing_is_lost(tmp_path: Path, busy: Busy) -> None:
    beside, target = written(tmp_path / "new", "new"), written(tmp_path / "表.xlsx", "old")
    busy(4)
    with pytest.raises(PermissionError):
        put_in_place(beside, target)
    assert target.read_text("utf-8") == "old"
    take_away(beside)
    take_away(beside)
    assert os.listdir(tmp_path) == ["表.xlsx"]


def test_elsewhere_a_refusal_is_told_at_once(tmp_path: Path, busy: Busy, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(file_placing, "_PASSES", False)
    busy(1)
    with pytest.raises(PermissionError):
        put_in_place(written(tmp_path / "new", "new"), tmp_path / "old")


def test_everything_that_replaces_a_file_has_that_patience(tmp_path: Path, busy: Busy) -> None:
    workbook = written(tmp_path / "表.xlsx", "old")
    busy(2)
    with replacing(workbook, like=workbook) as file:
        file.write(b"new")
    busy(2)
    copies.keep(workbook, "20261122-101500")
    busy(2)
    copies.bring_back(workbook, "20261122-101500")
    busy(2)
    FileVault(tmp_path / "tokens.json").write("{}")
    settings = written(tmp_path / "sheets_sync.toml", "[cart]\n")
    busy(2)
    set_keys(settings, {"cart.path": "b.csv"})
    assert workbook.read_text("utf-8") == "new"
    assert (tmp_path / "tokens.json").read_text("utf-8") == "{}"
    assert 'path = "b.csv"' in settings.read_text("utf-8")
    assert sorted(os.listdir(tmp_path)) == ["sheets_sync.toml", "tokens.json", "表.xlsx", "表_copies"]


def test_a_copy_that_is_open_stays_and_holds_up_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    workbook = written(tmp_path / "表.xlsx", "old")
    for day in (20, 21, 22):
        copies.keep(workbook, f"202611{day}-101500")
    removes = os.unlink

    def refuse(path: str | Path) -> None:
        if "20261120" in str(path):
            raise PermissionError(errno.EACCES, "The process cannot access the file")
        removes(path)

    monkeypatch.setattr(os, "unlink", refuse)
    copies.prune(workbook, 1)
    assert [copy.stamp for copy in copies.kept(workbook)] == ["20261122-101500", "20261120-101500"]
