"""Formats as files: the shipped ones, and a shop's own mapping."""

from pathlib import Path

import pytest

from sheets_sync.errors import UsageError
from sheets_sync.messages import text
from sheets_sync.products import Option, Product
from sheets_sync.sources.cart_profile import Profile
from sheets_sync.sources.csv_table import open_tables
from sheets_sync.sources.open_source import open_csv
from sheets_sync.sources.profile_detection import detect
from sheets_sync.sources.profile_files import own, shipped

OWN = """
[detect]
needs = ["グループ"]
[columns]
key = "グループ"
sku = "{グループ}-{枝番}"
title = ["品名", "正式名"]
price = "売価"
stock = "新宿店"
[fixed]
brand = "青空製作所"
[[options]]
value = "色{n}"
name = "色名{n}"
fixed = "カラー"
[[images]]
column = "写真"
separators = [";"]
[[attributes]]
fixed = "素材"
value = "材"
[stock]
unmanaged = { column = "受注生産", words = ["はい"] }
"""


def write(folder: Path, content: str, name: str = "my_cart.toml") -> Path:
    path = folder / name
    path.write_text(content, "utf-8")
    return path


def test_all_shipped_formats_are_sound() -> None:
    assert len(shipped()) == 10
    assert all(profile.draft == bool(profile.unconfirmed) for profile in shipped().values())


def test_an_own_mapping_reads_a_file_that_nobody_knows(tmp_path: Path) -> None:
    csv = "グループ,枝番,品名,正式名,売価,新宿店,受注生産,色1,写真,材\n"
    csv += "g1,a,,陶器の皿,¥980,3,,白,https://x.example/1.jpg;https://x.example/2.jpg,陶\ng1,b,,,980,,はい,紺,,陶\n"
    (tmp_path / "stock.csv").write_text(csv, "utf-8")
    source = open_csv(tmp_path / "stock.csv", write(tmp_path, OWN))
    (product,) = (item for item in source.products() if isinstance(item, Product))
    assert (product.title, product.brand, len(product.images)) == ("陶器の皿", "青空製作所", 2)
    assert [(v.sku, v.price, v.stock, v.stock_managed) for v in product.variants] == [
        ("g1-a", 980, 3, True), ("g1-b", 980, None, False),
    ]  # fmt: skip
    assert product.variants[0].options == (Option("カラー", "白"),)
    assert product.attributes == {"素材": "陶"}


def test_an_own_mapping_may_go_on_from_a_shipped_one(tmp_path: Path) -> None:
    path = write(tmp_path, 'extends = "eccube"\n[tax]\nprices = "included"\n[columns]\nbrand = "ブランド"\n')
    found = own(path)
    assert (found.name, found.tax.prices, found.columns.brand) == ("my_cart", "included", ("ブランド",))
    assert found.columns.key == shipped()["eccube"].columns.key


@pytest.mark.parametrize(
    ("content", "code", "words"),
    [
        ('[columns]\nkey = "a"\nprise = "b"\n', "format_invalid", ["columns.prise", "detect"]),
        ('[detect]\nneeds = ["a"]\n[columns]\ntitle = "b"\n', "format_invalid", ["columns.key"]),
        ('[detect]\nneeds = ["a"]\n[columns]\nkey = "a"\n', "format_invalid", ["columns.title"]),
        (OWN + '[tax]\nprices = "column"\n', "format_invalid", ["tax", "included"]),
        (OWN + '[tax]\nprices = "sometimes"\n', "format_invalid", ["tax.prices", "? → included / excluded"]),
        (OWN.replace("[fixed]", "[fixed]\nbrandt = 'x'"), "format_invalid", ["brandt"]),
        ("[columns\n", "format_unreadable", ["1"]),
        ('extends = "eccubee"', "format_base_unknown", ["eccubee", "eccube"]),
        (OWN + "draft = true\n", "format_invalid", []),
    ],
)
def test_faults_of_a_mapping_are_all_named(tmp_path: Path, content: str, code: str, words: list[str]) -> None:
    with pytest.raises(UsageError) as refused:
        own(write(tmp_path, content))
    assert refused.value.code == code
    said = text(code, "ja", **refused.value.params)
    assert all(word in said for word in ["my_cart.toml", *words])


def test_a_mapping_may_name_its_encoding(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_bytes("グループ,品名\ng1,陶器\n".encode("euc-jp"))
    path = write(tmp_path, 'encoding = "euc-jp"\n' + OWN)
    (product,) = (item for item in open_csv(tmp_path / "a.csv", path).products() if isinstance(item, Product))
    assert product.title == "陶器"


def test_a_missing_mapping_names_the_command_that_makes_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as refused:
        open_csv(tmp_path / "x.csv", tmp_path / "none.toml")
    assert "init --from" in text(refused.value.code, "ja", **refused.value.params)


def test_the_more_specific_format_wins_and_the_other_is_told(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("code,name,price,colour\n1,皿,9,白\n", "utf-8")
    rough, fine = (
        Profile.model_validate(
            {"name": name, "label": name, "detect": {"needs": needs}, "columns": {"key": "code", "title": "name"}}
        )
        for name, needs in (("rough", ["code"]), ("fine", ["code", "colour"]))
    )
    found = detect(open_tables(str(tmp_path / "a.csv"), "auto"), [rough, fine])
    assert (found.profile.name, found.also) == ("fine", ("rough",))
