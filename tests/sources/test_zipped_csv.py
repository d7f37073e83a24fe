"""Zip archives of CSV files."""

import struct
import zipfile
import zlib
from pathlib import Path

import pytest

from sheets_sync.errors import UsageError
from sheets_sync.messages import text
from sheets_sync.products import Product
from sheets_sync.sources.csv_table import open_tables
from sheets_sync.sources.open_source import open_csv

ROW = "商品ID,商品名,公開ステータス(ID),販売価格\n{key},皿,1,100\n"


def archive(path: Path, **members: str | bytes) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as zipped:
        for name, content in members.items():
            zipped.writestr(name, content)
    return path


def keys(path: Path) -> list[str]:
    return [item.key for item in open_csv(path).products() if isinstance(item, Product)]


def refusal(path: Path) -> UsageError:
    with pytest.raises(UsageError) as refused:
        open_csv(path)
    assert "?" not in text(refused.value.code, "ja", **refused.value.params)
    return refused.value


def test_all_csv_files_of_an_archive_are_read(tmp_path: Path) -> None:
    members = {
        "export/p_10.csv": ROW.format(key=3),
        "export/p_2.csv": ROW.format(key=2).encode("cp932"),
        "読んで.pdf": b"%PDF",
        "__MACOSX/export/._p_2.csv": b"\0\5",
    }
    assert keys(archive(tmp_path / "export.zip", **members)) == ["2", "3"]


def test_a_text_beside_the_csv_files_of_an_archive_explains_and_holds_no_products(tmp_path: Path) -> None:
    members = {"export/p.csv": ROW.format(key=1), "読んでください.txt": "ご利用ありがとうございます"}
    assert keys(archive(tmp_path / "export.zip", **members)) == ["1"]
    assert keys(archive(tmp_path / "text.zip", **{"p.txt": ROW.format(key=2)})) == ["2"]


def test_several_roles_in_one_archive(tmp_path: Path) -> None:
    goods = "システム商品コード,商品名,販売価格,定価\n1,皿,100,0\n"
    options = "システム商品コード,オプション1項目,オプション独自コード\n1,白,a\n1,紺,b\n"
    path = archive(tmp_path / "x.zip", **{"o.csv": options, "g.csv": goods})
    (product,) = (item for item in open_csv(path).products() if isinstance(item, Product))
    assert [variant.sku for variant in product.variants] == ["a", "b"]


def test_shopifys_files_in_an_archive(tmp_path: Path) -> None:
    members = {f"{n}.csv": f"Handle,Title,Price\np{n},皿,100\n" for n in (1, 2)}
    path = archive(tmp_path / "x.zip", **members)
    assert keys(path) == keys(path) == ["p1", "p2"]


def test_an_archive_under_another_name_and_in_a_glob(tmp_path: Path) -> None:
    archive(tmp_path / "1.csv", **{"p.csv": ROW.format(key=1)})
    (tmp_path / "2.csv").write_text(ROW.format(key=2), "utf-8")
    assert keys(tmp_path / "*.csv") == ["1", "2"]


def test_names_of_japanese_windows_are_decoded(tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    path.write_bytes(stored("商品一覧.csv".encode("cp932"), ROW.format(key=1).encode()))
    (table,) = open_tables(str(path), "auto")
    assert table.path.name == "商品一覧.csv"


def stored(name: bytes, content: bytes) -> bytes:
    """A zip archive of one stored file whose name has no flag for UTF-8."""
    common = struct.pack("<HHHHHLLLHH", 20, 0, 0, 0, 33, zlib.crc32(content), len(content), len(content), len(name), 0)
    local = b"PK\3\4" + common + name + content
    central = b"PK\1\2" + struct.pack("<H", 20) + common + struct.pack("<HHHLL", 0, 0, 0, 0, 0) + name
    return local + central + b"PK\5\6" + struct.pack("<HHHHLLH", 0, 0, 1, 1, len(central), len(local), 0)


def test_files_unpacked_vanish_with_their_tables(tmp_path: Path) -> None:
    tables = open_tables(str(archive(tmp_path / "x.zip", **{"p.csv": ROW.format(key=1)})), "auto")
    place = tables[0].path
    assert place.is_file()
    del tables
    assert not place.exists()


def test_members_cannot_leave_their_folder(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", **{"../../evil.csv": ROW.format(key=1), "..\\b.csv": ROW.format(key=2)})
    assert sorted(keys(path)) == ["1", "2"]
    assert not (tmp_path.parent / "evil.csv").exists()


@pytest.mark.parametrize(
    ("members", "code"),
    [
        ({"a.txt/": b"", "b.pdf": b"%PDF"}, "zip_without_csv"),
        ({"a.csv": b"0" * 60_000_000}, "zip_too_large"),
        ({f"{number}.csv": b"a" for number in range(501)}, "zip_too_large"),
        ({"[Content_Types].xml": b"<x/>", "xl/workbook.xml": b"<x/>"}, "source_is_excel"),
    ],
)
def test_archives_that_are_no_export_are_refused(tmp_path: Path, members: dict[str, bytes], code: str) -> None:
    assert refusal(archive(tmp_path / "x.zip", **members)).code == code


def test_archives_with_a_password_and_damaged_ones_are_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "x.zip", **{"p.csv": ROW.format(key=1)})
    whole = path.read_bytes()
    central = whole.index(b"PK\1\2")
    path.write_bytes(whole[: central + 8] + b"\1" + whole[central + 9 :])
    assert refusal(path).code == "zip_encrypted"
    path.write_bytes(whole[:45] + b"\xff\xff\xff" + whole[48:])
    assert refusal(path).code == "zip_damaged"
    path.write_bytes(whole[: len(whole) // 2])
    assert refusal(path).code == "zip_damaged"
