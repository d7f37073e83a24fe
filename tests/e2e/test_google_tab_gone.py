"""The sheet is taken away while products are being sent: nothing of it is lost, and the person reads what to do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.sandbox import Sandbox
from tests.google_double import GoogleDouble

from .google_folder import GoogleFolder
from .shop_folder import Time, product


@pytest.fixture
def shop(tmp_path: Path, sandbox: Sandbox, moved: Time, moving_time: None, google: GoogleDouble) -> GoogleFolder:
    found = GoogleFolder(tmp_path, sandbox, moved, google)
    found.cart(product("ao"), product("aka"))
    assert found.run("export") == 0
    found.fill("ao", "aka")
    return found


def delete_tab(shop: GoogleFolder) -> Callable[[], object]:
    sheet = shop.google.file(shop.sheet.id).spreadsheet
    tab = shop.sheet.tab("商品").sheet
    place = sheet.sheets.index(tab)
    shop.google.merchandiser(shop.sheet.id).delete_tab("商品")
    return lambda: sheet.sheets.insert(place, tab)


def unshare(shop: GoogleFolder) -> Callable[[], object]:
    shop.google.unshare(shop.sheet.id, shop.google.EMAIL)
    return lambda: shop.google.share(shop.sheet.id, shop.google.EMAIL)


def double_heading(shop: GoogleFolder) -> Callable[[], object]:
    person = shop.google.merchandiser(shop.sheet.id)
    memo = person.column_of("商品", "メモ")
    person.edit("商品", 1, memo, "商品名")
    return lambda: person.edit("商品", 1, memo, "メモ")


@pytest.mark.parametrize("take", [delete_tab, unshare, double_heading])
def test_what_was_sent_is_told_and_written_once_the_sheet_is_back(
    shop: GoogleFolder, take: Callable[[GoogleFolder], Callable[[], object]], capsys: Any
) -> None:
    back: list[Callable[[], object]] = []
    shop.google.between(lambda _: bool(shop.sandbox.control.products()), lambda: back.append(take(shop)))
    code, told = shop.json(capsys, "import", "--yes", "--wait")
    assert (code, told["created"], len(shop.listings())) == (6, 2, 2)
    back[0]()
    assert shop.run("report") == 0
    for key, listing in shop.listings().items():
        row = shop.row(key)
        assert (row["state"], row["tiktok_product_id"]) == ("連携済み", listing["id"])
    assert shop.run("import", "--yes") == 0
    assert len(shop.listings()) == 2
