"""Folders of Windows users: with blanks, Japanese names and brackets; and places where nothing can be written."""

from __future__ import annotations

import errno
from pathlib import Path

import pytest

from sheets_sync.cli.main import run

CART = "Handle,Title,Variant SKU,Variant Price\nao,青いマグカップ,AO,1200\n"


@pytest.mark.parametrize("name", ["[TikTok] 出品", "山田 花子/OneDrive - 青空堂/デスクトップ", "100% [a-z]"])
@pytest.mark.parametrize("path", ["cart/*.csv", "cart/商品 [新].csv", "cart"])
def test_a_folder_s_name_is_no_pattern(tmp_path: Path, name: str, path: str) -> None:
    folder = tmp_path / name
    (folder / "cart").mkdir(parents=True)
    (folder / "cart" / "商品 [新].csv").write_text(CART, "utf-8")
    settings = folder / "sheets_sync.toml"
    settings.write_text(f'[cart]\npath = "{path}"\n', "utf-8")
    assert run(["export", "--quiet", "--config", str(settings)]) == 0
    assert (folder / "tiktok_products.xlsx").is_file()


def test_a_place_where_nobody_may_write_is_told_and_is_no_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(path: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", refuse)
    assert run(["demo", "--folder", str(tmp_path / "Program Files")]) == 6
    told = capsys.readouterr().err
    assert str(tmp_path / "Program Files") in told
    assert "別のフォルダー" in told
