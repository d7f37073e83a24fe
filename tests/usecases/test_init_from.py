"""`init --from FILE`: an unknown file is looked at together, and can be exported afterwards."""

from __future__ import annotations

import io
from pathlib import Path

import pytest

from sheets_sync.cli.main import run
from sheets_sync.messages import catalogue
from sheets_sync.products import Product
from sheets_sync.sources.cart_profile import FIELDS
from sheets_sync.sources.mapping_guess import Guess, guess
from sheets_sync.sources.open_source import open_csv
from sheets_sync.sources.profile_files import known_names, own

UNKNOWN = """\
グループコード,品番,品名,説明文,売価(税込),新宿店在庫,商品識別,カラー,サイズ,写真1,メモ,公開
g1,0a-1,綿のシャツ,<p>綿100%</p>,"2,980円",3,4901234567894,白,M,https://x.example/1.jpg;https://x.example/2.jpg,x,公開
g1,0a-2,綿のシャツ,<p>綿100%</p>,"2,980円",0,4901234567887,紺,M,https://x.example/1.jpg;https://x.example/2.jpg,,公開
g2,0b-1,湯のみ,<p>陶器</p>,"1,650円",5,,,,https://x.example/3.jpg,,非公開
"""


class Terminal(io.StringIO):
    """A person at the keyboard who types this."""

    def isatty(self) -> bool:
        return True


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "our cart.csv").write_text(UNKNOWN, "utf-8")
    return tmp_path


def answers(monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("".join(f"{line}\n" for line in lines)))


def files(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if path.suffix in (".toml", ".bat", ".xlsx")}


def test_an_unknown_file_is_proposed_written_and_exported(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["export"]) == 2, "no settings yet"
    assert run(["init", "--from", "our cart.csv", "--yes"]) == 0
    said = capsys.readouterr().out
    for words in (
        "品名（例: 綿のシャツ）",
        "グループコード（例: g1）",
        "4901234567894",
        "使わない列: メモ",
        "2商品・3 SKU",
    ):
        assert words in said
    settings = (folder / "sheets_sync.toml").read_text("utf-8")
    assert 'path = "our cart.csv"' in settings
    assert 'format = "our cart.toml"' in settings
    assert run(["export", "--quiet"]) in (0, 3)
    assert "tiktok_products.xlsx" in files(folder)


def test_what_was_proposed_reads_the_file(folder: Path) -> None:
    assert run(["init", "--from", "our cart.csv", "--yes"]) == 0
    source = open_csv(folder / "our cart.csv", folder / "our cart.toml")
    shirt, cup = (item for item in source.products() if isinstance(item, Product))
    assert [(o.name, o.value) for o in shirt.variants[1].options] == [("カラー", "紺"), ("サイズ", "M")]
    assert (shirt.variants[0].sku, shirt.variants[0].price, shirt.variants[0].stock) == ("0a-1", 2980, 3)
    assert (shirt.variants[0].barcode, len(shirt.images), shirt.variants[0].includes_tax) == ("4901234567894", 2, True)
    assert (cup.title, cup.status, cup.has_variants) == ("湯のみ", "draft", False)


@pytest.mark.parametrize(("answer", "written"), [("y", True), ("n", False), ("", True)])
def test_a_person_is_asked(folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, written: bool) -> None:
    answers(monkeypatch, answer)
    assert run(["init", "--from", "our cart.csv"]) == 0
    assert ("our cart.toml" in files(folder)) is written
    assert ("sheets_sync.toml" in files(folder)) is written


def test_nothing_is_written_when_nobody_is_there(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO())
    assert run(["init", "--from", "our cart.csv"]) == 2
    assert files(folder) == set()


@pytest.mark.parametrize(("answer", "kept"), [("n", True), ("", True), ("y", False)])
def test_a_mapping_that_is_there_is_only_given_up_by_a_person(
    folder: Path, monkeypatch: pytest.MonkeyPatch, answer: str, kept: bool
) -> None:
    (folder / "our cart.toml").write_text("# mine", "utf-8")
    assert run(["init", "--from", "our cart.csv", "--yes"]) == 2
    assert (folder / "our cart.toml").read_text("utf-8") == "# mine"
    answers(monkeypatch, answer)
    assert run(["init", "--from", "our cart.csv"]) == 0
    assert ((folder / "our cart.toml").read_text("utf-8") == "# mine") is kept


def test_settings_that_are_there_stay_and_the_lines_for_them_are_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "sheets_sync.toml").write_text("# mine", "utf-8")
    assert run(["init", "--from", "our cart.csv", "--yes"]) == 0
    assert (folder / "sheets_sync.toml").read_text("utf-8") == "# mine"
    assert 'format = "our cart.toml"' in capsys.readouterr().out
    assert own(folder / "our cart.toml").columns.title == ("品名",)


def test_a_known_file_needs_no_mapping(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "p.csv").write_text("商品ID,商品名,公開ステータス(ID),販売価格\n1,皿,1,100\n", "utf-8")
    assert run(["init", "--from", "p.csv", "--folder", "shop"]) == 0
    assert "EC-CUBE 4" in capsys.readouterr().out
    settings = (folder / "shop" / "sheets_sync.toml").read_text("utf-8")
    assert 'path = "../p.csv"' in settings
    assert 'format = "auto"' in settings


def test_the_files_that_tell_a_product_together_are_named_together(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "our cart.csv").unlink()
    (folder / "item.csv").write_text("システム商品コード,商品名,販売価格,定価\n1,麻,100,\n", "utf-8")
    assert run(["init", "--from", "item.csv", "--folder", "alone"]) == 0
    assert 'path = "../item.csv"' in (folder / "alone" / "sheets_sync.toml").read_text("utf-8")
    (folder / "option.csv").write_text("システム商品コード,オプション1項目,オプション独自コード\n1,白,a\n", "utf-8")
    capsys.readouterr()
    assert run(["init", "--from", "item.csv"]) == 0
    assert "option.csv" in capsys.readouterr().out
    assert 'path = "*.csv"' in (folder / "sheets_sync.toml").read_text("utf-8")
    assert run(["init", "--from", "option.csv", "--folder", "x"]) == 2
    (folder / "orders.csv").write_text("注文番号,注文日時\n1,2026\n", "utf-8")
    assert run(["init", "--from", "item.csv", "--folder", "strangers"]) == 0
    assert 'path = "../item.csv"' in (folder / "strangers" / "sheets_sync.toml").read_text("utf-8")


def test_futureshops_files_are_told_and_named_together(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name, text in futureshop_files().items():
        (folder / "fs").mkdir(exist_ok=True)
        (folder / "fs" / name).write_text(text, "cp932")
    assert run(["init", "--from", "fs/ccGoods.csv"]) == 0
    settings = (folder / "sheets_sync.toml").read_text("utf-8")
    assert ('kind = "futureshop"' in settings, 'path = "fs/*.csv"' in settings) == (True, True)
    assert run(["export", "--quiet"]) == 0
    assert "商品 1件（SKU 2件）" in capsys.readouterr().out


def futureshop_files() -> dict[str, str]:
    axes = ",".join(f"バリエーション別{what}（{axis}）" for axis in ("横軸", "縦軸") for what in ("選択肢", "枝番"))
    return {
        "ccGoods.csv": "商品URLコード,商品番号,商品名,本体価格,消費税,バリエーション横軸名\ntee,T,麻,100,1,色\n",
        "detail.csv": f"商品URLコード,{axes},商品管理番号\ntee,白,1,,,T-W\ntee,紺,2,,,T-N\n",
    }


@pytest.mark.parametrize(
    "text",
    [
        "注文番号,注文日時,購入者,商品名\n1,2026,山田,皿\n",
        "日付,売上,メモ\n1,2,3\n",
        "First Name,Email\na,b@c.example\n",
    ],
)
def test_files_that_are_no_products_are_refused(folder: Path, text: str) -> None:
    (folder / "x.csv").write_text(text, "utf-8")
    assert run(["init", "--from", "x.csv", "--yes"]) == 2
    assert files(folder) == set()


def test_every_field_has_a_name_for_people() -> None:
    assert [name for name in (*FIELDS, "options", "pictures", "status") if f"maps_{name}" not in catalogue()] == []


def test_an_export_says_once_what_is_not_confirmed_of_a_format(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "b.csv").write_text("商品ID,商品名,種類ID,種類名,価格\n1,皿,,,100\n2,椀,,,100\n", "utf-8")
    assert run(["init", "--from", "b.csv"]) == 0
    capsys.readouterr()
    assert run(["export", "--quiet"]) == 0
    said = capsys.readouterr().out
    assert said.count("お知らせ: BASE: この形式には") == 1
    assert "確認できていない点" in said
    assert "取り込めなかった" not in said


# ---------------------------------------------------------------- the proposal


def proposed(text: str) -> Guess:
    heading, *rows = [line.split("|") for line in text.strip().splitlines()]
    return guess(heading, rows, known_names())


def test_names_count_only_where_the_values_agree() -> None:
    found = proposed("商品コード|商品名|価格|在庫\nA|皿|お問い合わせ|あり\nB|椀|お問い合わせ|なし")
    assert found.columns == {"key": "商品コード", "sku": "商品コード", "title": "商品名"}


def test_values_tell_what_the_headings_do_not() -> None:
    found = proposed(
        "code|name|field1|field2|field3\n"
        "A|皿|4901234567894|<p>丸い皿</p>|https://x.example/a.jpg\n"
        "B|椀|4901234567887|<p>椀<br></p>|https://x.example/b.png"
    )
    assert (found.columns["barcode"], found.columns["description"], found.pictures) == ("field1", "field2", ["field3"])
    assert found.usable


def test_a_colour_of_products_without_variants_is_no_choice() -> None:
    assert proposed("商品コード|商品名|カラー\nA|皿|白\nB|椀|黒").options == []


def test_without_a_title_nothing_is_proposed() -> None:
    assert not proposed("商品コード|価格\nA|100").usable
