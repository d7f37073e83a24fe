"""Several files that tell one catalogue, joined by the product's key."""

import csv
import random
import tracemalloc
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sheets_sync.errors import UsageError
from sheets_sync.messages import catalogue
from sheets_sync.products import Skipped
from sheets_sync.sources.csv_table import CsvTable
from sheets_sync.sources.file_kinds import FileKind
from sheets_sync.sources.joined_files import Joined, JoinedFiles, Role

GOODS = Role(FileKind("goods", "商品", ("コード", "名前")), {"key": ("コード",), "title": ("名前",)}, required=True)
STOCK = Role(FileKind("stock", "在庫", ("コード", "在庫")), {"key": ("コード",), "stock": ("在庫",), "shelf": ("棚",)})
PRICE = Role(FileKind("price", "価格", ("コード", "価格")), {"key": ("コード",), "price": ("価格",)})
ROLES = (GOODS, STOCK, PRICE)

Rows = Sequence[Sequence[str]]


def write(path: Path, *rows: Sequence[str]) -> Path:
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows(rows)
    return path


def joined(*paths: Path) -> JoinedFiles:
    return JoinedFiles([CsvTable(path) for path in paths], ROLES)


def read(*paths: Path) -> tuple[list[Joined], list[Skipped]]:
    """Everything read, with what holds for any set of files asserted on the way."""
    items = list(joined(*paths).products())
    found = [item for item in items if isinstance(item, Joined)]
    skipped = [item for item in items if isinstance(item, Skipped)]
    assert all(item.code in catalogue() for item in skipped)
    written = sum(len(list(CsvTable(path).records())) for path in paths)
    assert sum(item.records for item in found) + sum(item.lines for item in skipped) == written
    return found, skipped


def test_rows_of_other_files_come_with_their_product_in_any_order_of_files(tmp_path: Path) -> None:
    stock = write(tmp_path / "1.csv", ["在庫", "コード"], ["3", "b"], ["1", "a"], ["2", "a"])
    goods = write(tmp_path / "2.csv", ["コード", "名前"], ["a", "皿"], ["b", "椀"], ["c", "箸"])
    (a, b, c), skipped = read(stock, goods)
    assert [(item.key, item.main["title"]) for item in (a, b, c)] == [("a", "皿"), ("b", "椀"), ("c", "箸")]
    assert [row["stock"] for row in a.rows("stock")] == ["1", "2"]
    assert [(row["stock"], row.line, row.file.name) for row in b.rows("stock")] == [("3", 2, "1.csv")]
    assert c.rows("stock") == []
    assert skipped == []


def test_a_missing_column_is_told_from_an_empty_cell(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", ["コード", "名前"], ["a", "皿"])
    stock = write(tmp_path / "stock.csv", ["コード", "在庫"], ["a", ""])
    files = joined(goods, stock)
    (item,) = files.products()
    assert isinstance(item, Joined)
    (row,) = item.rows("stock")
    assert (row["stock"], row.has("stock")) == ("", True)
    assert (row["shelf"], row.has("shelf")) == ("", False)
    assert [files.lacks(*field) for field in (("stock", "shelf"), ("stock", "stock"), ("price", "price"))] == [
        True, False, False,
    ]  # fmt: skip
    assert [role.name for role in files.absent] == ["price"]


def test_a_file_of_no_role_is_named_with_its_headings(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", ["コード", "名前"])
    other = write(tmp_path / "orders.csv", ["注文番号", "氏名"], ["1", "x"])
    with pytest.raises(UsageError) as stopped:
        joined(goods, other)
    assert stopped.value.code == "joined_file_unknown"
    assert stopped.value.params == {"file": "orders.csv", "read": "注文番号、氏名"}


def test_a_missing_role_is_named_with_what_was_found(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as stopped:
        joined(write(tmp_path / "stock.csv", ["コード", "在庫"]))
    assert stopped.value.code == "joined_role_missing"
    assert stopped.value.params == {"wanted": "商品", "found": "stock.csv（在庫）"}


def test_rows_without_a_product_are_told_with_file_and_line(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", ["コード", "名前"], ["a", "皿"], ["", "無名"], ["a", "皿2"])
    stock = write(tmp_path / "stock.csv", ["コード", "在庫"], ["a", "1"], ["z", "2"], ["", "3"])
    (a,), skipped = read(goods, stock)
    assert a.main["title"] == "皿"
    assert [(item.where, item.code, item.params["read"]) for item in skipped] == [
        ("goods.csv 3行目", "joined_key_missing", "無名"),
        ("goods.csv 4行目", "joined_key_doubled", "a"),
        ("stock.csv 3行目", "joined_row_without_product", "z"),
        ("stock.csv 4行目", "joined_key_missing", "3"),
    ]
    assert (skipped[1].params["other"], skipped[1].params["first"]) == ("goods.csv", 2)


def test_a_forgotten_file_does_not_flood_the_summary(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", ["コード", "名前"])
    stock = write(tmp_path / "stock.csv", ["コード", "在庫"], *([f"p{n}", "1"] for n in range(500)))
    _, skipped = read(goods, stock)
    assert len(skipped) == 21
    assert (skipped[-1].where, skipped[-1].lines) == ("stock.csv 22行目", 480)


def test_what_stands_beyond_the_headings_and_marks_in_cells_survive(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", ["コード", "名前"], ["a", "皿"])
    stock = write(tmp_path / "stock.csv", ["コード", "在庫"], ["a", "x\x1f\n\x1ey", "余り"])
    (a,), _ = read(goods, stock)
    (row,) = a.rows("stock")
    assert (row["stock"], row.surplus, a.main.surplus) == ("x\x1f\n\x1ey", "余り", "")


def test_reading_twice_gives_the_same(tmp_path: Path) -> None:
    goods = write(tmp_path / "goods.csv", ["コード", "名前"], ["a", "皿"])
    stock = write(tmp_path / "stock.csv", ["コード", "在庫"], ["a", "1"])
    files = joined(goods, stock)
    first, second = ([(i.key, [r.cells for r in i.all_rows]) for i in files.products()] for _ in range(2))  # type: ignore[union-attr]
    assert first == second == [("a", [["a", "皿"], ["a", "1"]])]


KEYS = st.text(alphabet="abcdef", min_size=1, max_size=3)


@settings(max_examples=60, deadline=None)
@given(
    goods=st.lists(KEYS, unique=True, max_size=8),
    cut=st.integers(0, 8),
    stock=st.lists(st.lists(st.tuples(KEYS, st.integers(0, 99)), max_size=8), max_size=3),
    chance=st.randoms(use_true_random=False),
)
def test_any_split_and_order_of_files_joins_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    goods: list[str],
    cut: int,
    stock: list[list[tuple[str, int]]],
    chance: random.Random,
) -> None:
    files = [*((GOODS, [(key, key) for key in part]) for part in (goods[:cut], goods[cut:]))]
    files += ((STOCK, [(key, str(value)) for key, value in part]) for part in stock)
    chance.shuffle(files)
    folder = tmp_path_factory.mktemp("split")
    paths = [
        write(folder / f"{n}.csv", ["コード", "名前" if role is GOODS else "在庫"], *rows)
        for n, (role, rows) in enumerate(files)
    ]
    found, _ = read(*paths)
    assert [item.key for item in found] == [key for role, rows in files if role is GOODS for key, _ in rows]
    for item in found:
        wanted = [value for role, rows in files if role is STOCK for key, value in rows if key == item.key]
        assert [row["stock"] for row in item.rows("stock")] == wanted


def test_memory_does_not_grow_with_the_side_files(tmp_path: Path) -> None:
    def peak(skus: int) -> int:
        goods = write(tmp_path / "goods.csv", ["コード", "名前"], *([f"p{n}", "皿"] for n in range(100)))
        stock = write(
            tmp_path / "stock.csv", ["コード", "在庫", "棚"], *([f"p{n % 100}", "1", "x" * 300] for n in range(skus))
        )
        files = joined(goods, stock)
        tracemalloc.start()
        for _ in files.products():
            pass
        _, highest = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        return highest

    assert peak(8000) < peak(800) * 2 + 200_000
