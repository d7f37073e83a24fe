"""What the command line says where the console or the file behind it speaks CP932, as on Japanese Windows."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from sheets_sync.cli import context
from sheets_sync.cli.context import called_as, typable
from sheets_sync.cli.main import run

CART = "Handle,Title,Variant SKU,Variant Price,Variant Barcode\ncafé-🐱,ねこ🐱〜café〜,NEKO—1,1200,4.90E+12\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "山田 花子" / "デスクトップ"
    folder.mkdir(parents=True)
    (folder / "products.csv").write_text(CART, "utf-8")
    (folder / "sheets_sync.toml").write_text("", "utf-8")
    return folder


def spoken(folder: Path, *arguments: str, encoding: str = "cp932") -> tuple[int, bytes, bytes]:
    """Exit code and the raw bytes of stdout and stderr."""
    speaks = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0", "PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=folder, env={**os.environ, **speaks}, capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout, done.stderr


def test_a_name_that_cp932_cannot_say_ends_no_run(folder: Path) -> None:
    code, out, err = spoken(folder, "-m", "sheets_sync", "export")
    assert code in (0, 3), err.decode("cp932")
    assert "caf?-? 商品識別コード" in out.decode("cp932")
    assert (folder / "tiktok_products.xlsx").is_file()


def test_json_stays_json_in_any_encoding(folder: Path) -> None:
    code, out, _ = spoken(folder, "-m", "sheets_sync", "export", "--json", "--config", "gone🐱.toml")
    assert code == 2
    assert "gone🐱.toml" in json.loads(out.decode("ascii"))["error"]["message"]


def test_json_is_readable_where_stdout_speaks_utf_8(folder: Path) -> None:
    _, out, _ = spoken(folder, "-m", "sheets_sync", "export", "--json", "--config", "gone🐱.toml", encoding="utf-8")
    assert "gone🐱.toml" in out.decode("utf-8")


@pytest.fixture
def nothing_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None)


@pytest.mark.usefixtures("nothing_found")
def test_a_program_on_another_drive_is_named_by_its_whole_path(monkeypatch: pytest.MonkeyPatch) -> None:
    def other_drive(path: str) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    monkeypatch.setattr(context.os.path, "relpath", other_drive)
    monkeypatch.setattr(sys, "argv", [r"C:\Users\山田 花子\Scripts\sheets-sync"])
    assert called_as() == r'"C:\Users\山田 花子\Scripts\sheets-sync"'


@pytest.mark.usefixtures("nothing_found")
def test_a_module_is_called_by_its_python(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "sheets_sync" / "__main__.py")])
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.chdir(tmp_path)
    assert called_as() == "python -m sheets_sync"


@pytest.mark.usefixtures("nothing_found")
def test_advice_can_be_typed_where_the_name_alone_is_not_found(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "sheets_sync" / "__main__.py")])
    monkeypatch.setattr(sys, "executable", r"C:\Users\山田 花子\python.exe")
    advice = typable("次は「sheets-sync check」（②チェック）です。sheets-sync は止まりません")
    called = r'"C:\Users\山田 花子\python.exe" -m sheets_sync'
    assert advice == f"次は「{called} check」（②チェック）です。sheets-sync は止まりません"
    assert typable(r"C:\Scripts\sheets-sync check") == r"C:\Scripts\sheets-sync check"


def test_a_name_that_is_found_is_all_it_takes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/somewhere/{name}")
    monkeypatch.setattr(sys, "argv", ["/elsewhere/sheets-sync"])
    assert called_as() == "sheets-sync"
    assert typable("「sheets-sync check」") == "「sheets-sync check」"


def test_a_scheduled_run_without_any_stdin_asks_nobody(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "stdin", None)
    assert run(["import", "--config", str(folder / "sheets_sync.toml")]) == 2
    assert "--yes" in capsys.readouterr().err
