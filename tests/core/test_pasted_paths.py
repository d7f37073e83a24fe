"""A path pasted into the settings as Windows copies it means what it says."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.pasted_paths import with_pasted_paths
from sheets_sync.settings import load_settings
from sheets_sync.usecases.settings_file import set_keys


def path_of(line: str) -> object:
    return tomllib.loads(with_pasted_paths(line))["path"]


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        (r'path = "C:\Users\山田 花子\OneDrive\new.csv"', r"C:\Users\山田 花子\OneDrive\new.csv"),
        (r'path = ""C:\Users\山田 花子\temp.csv""', r"C:\Users\山田 花子\temp.csv"),  # as "copy as path" puts it
        (r'path="data\new.csv"   # カートのCSV', r"data\new.csv"),
        (r'path = "\\server\shop\new.csv"', r"\\server\shop\new.csv"),
        (r'path = "C:\shop\"', "C:\\shop\\"),
        (r'path = "C:\\Users\\x.csv"', r"C:\Users\x.csv"),
        (r'path = "\\\\server\\shop\\x.csv"', r"\\server\shop\x.csv"),
        (r"path = 'C:\new.csv'", r"C:\new.csv"),
        ('path = "C:/shop/new.csv"', "C:/shop/new.csv"),
        ('path = "cart/*.csv"', "cart/*.csv"),
        ('path = ""', ""),
    ],
)
def test_a_path_means_what_it_says(written: str, meant: str) -> None:
    assert path_of(written) == meant


_names = st.text(st.characters(exclude_characters='"\\\r\n', exclude_categories=("Cs", "Cc")), min_size=1, max_size=8)


@given(st.lists(_names, min_size=1, max_size=5))
def test_any_windows_path_can_be_pasted(names: list[str]) -> None:
    path = "C:\\" + "\\".join(names)
    assert path_of(f'path = "{path}"') == path
    assert path_of(f'path = "{path.replace(chr(92), chr(92) * 2)}"') == path


def test_what_is_no_path_keeps_its_escapes() -> None:
    settings = '[cart]\nquery = "tag:a\\tb"\n# path = "C:\\new"\n'
    assert with_pasted_paths(settings) == settings


def test_notepad_s_settings_are_read_and_changed(tmp_path: Path) -> None:
    file = tmp_path / "sheets_sync.toml"
    file.write_bytes('\ufeff# 設定\r\n[cart]\r\npath = "C:\\temp\\商品 一覧.csv"   # ここ\r\n'.encode())
    assert load_settings(file).cart.path == "C:\\temp\\商品 一覧.csv"
    set_keys(file, {"workbook.kind": "google"})
    found = load_settings(file)
    assert (found.cart.path, found.workbook.kind) == ("C:\\temp\\商品 一覧.csv", "google")
    assert "# ここ" in file.read_text("utf-8")
