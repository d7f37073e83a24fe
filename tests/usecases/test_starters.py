"""The double-click starters: run as a double click runs them where that can be done here, read where it cannot."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sheets_sync.cli.main import run
from sheets_sync.usecases.starters import STARTERS, batch_file, lay_starters

CART = "Handle,Title,Variant SKU,Variant Price\nao,青いマグカップ,AO,1200\n"


@pytest.mark.skipif(os.name == "nt", reason="the starters of the Mac")
def test_a_starter_works_where_nothing_is_on_the_search_path(tmp_path: Path) -> None:
    folder = tmp_path / "山田 花子" / "OneDrive - 青空堂" / "デスクトップ"
    assert run(["init", "--folder", str(folder), "--quiet"]) == 0
    (folder / "products.csv").write_text(CART, "utf-8")
    done = subprocess.run(
        [folder / "①カートから取り込む.command"],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, cwd=tmp_path, check=False,
        env={"PATH": "/usr/bin:/bin", "PYTHONPATH": os.pathsep.join(sys.path)},
    )  # fmt: skip
    assert "tiktok_products.xlsx" in done.stdout, done.stderr
    assert (folder / "tiktok_products.xlsx").is_file()


@pytest.mark.skipif(os.name == "nt", reason="the starters of the Mac")
def test_a_python_that_is_gone_is_told_in_japanese(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone" / "python"))
    starters = list(lay_starters(tmp_path, "ja"))
    done = subprocess.run(
        [starters[1]],
        stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=60, check=False,
        env={"PATH": "/usr/bin:/bin"},
    )  # fmt: skip
    assert "sheets_sync が見つかりません" in done.stdout


@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_command_has_a_starter_for_both_systems(tmp_path: Path, language: str) -> None:
    paths = {path.name: path for path in lay_starters(tmp_path, "ja" if language == "ja" else "en")}
    assert len(paths) == 8
    for name, command in STARTERS[language]:
        batch, shell = paths[f"{name}.bat"].read_bytes(), paths[f"{name}.command"].read_bytes()
        assert f"sheets-sync {command}\r\n".encode() in batch
        assert batch.count(b"\n") == batch.count(b"\r\n")
        assert f"sheets-sync {command} ".encode() in shell
        assert b"\r" not in shell
        name.encode("cp932")


def test_windows_reads_a_starter_in_its_own_encoding() -> None:
    python = r"C:\Users\山田 花子\100%\Python312\python.exe"
    words = batch_file("export", python, "見つかりません").decode("cp932")
    assert words.splitlines()[:5] == [
        "@echo off", "setlocal", 'pushd "%~dp0"', r'set "PY=C:\Users\山田 花子\100%%\Python312\python.exe"',
        'if exist "%PY%" (',
    ]  # fmt: skip
    assert words.endswith("if errorlevel 9009 echo 見つかりません\r\npause\r\npopd\r\n")


def test_a_path_that_its_encoding_lacks_is_written_in_utf_8() -> None:
    words = batch_file("export", r"C:\Users\𠮷田\python.exe", "見つかりません").decode("utf-8")
    assert words.startswith("@echo off\r\nchcp 65001 >nul\r\n")
    assert "𠮷田" in words
