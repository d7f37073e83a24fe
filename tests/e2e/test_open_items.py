"""Products that are not on sale though nothing is wrong with them: the seller has something to settle first."""

from __future__ import annotations

import pytest

from sheets_sync.issue import Tab

from .shop_folder import ShopFolder, product, variants


def test_what_an_approved_product_waits_for_stands_in_its_row(shop: ShopFolder) -> None:
    shop.cart(product("ao", title="[PRE] 青いマグカップ 磁器 300ml"))
    shop.run("export")
    shop.fill("ao")
    assert shop.run("import", "--yes", "--wait") == 3
    row = shop.row("ao")
    assert row["listing"] == "公開待ち"
    assert "本人確認" in str(row["errors"])

    shop.sandbox.control.decide(shop.listings()["ao"]["id"], "pass")
    assert shop.run("review") == 0
    row = shop.row("ao")
    assert (row["state"], row["listing"], row.get("errors")) == ("連携済み", "出品中", None)


def test_why_a_product_was_not_submitted_stands_in_its_row(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao")
    shop.run("import", "--yes")
    known = shop.sandbox._world.main.products[shop.listings()["ao"]["id"]]
    known.condition, known.audit.status = "DRAFT", "NONE"
    known.audit.not_submitted_reasons = ["PAYMENT_ACCOUNT_NOT_LINKED"]
    assert shop.run("review") == 3
    row = shop.row("ao")
    assert row["listing"] == "下書き"
    assert "入金口座" in str(row["errors"])


def test_a_single_sku_that_is_off_sale_is_told_in_its_row(shop: ShopFolder) -> None:
    shop.cart(*variants("sara", {"S": "3", "M": "4"}), product("ao"))
    shop.run("export")
    shop.fill("sara", "ao")
    assert shop.run("import", "--yes", "--wait") == 0
    small, medium = (sku["id"] for sku in shop.listings()["sara"]["skus"])
    shop.settle(minutes=5)
    shop.sandbox.control.switch_sku(small, "PLATFORM")
    shop.sandbox.control.switch_sku(medium, "SELLER")
    assert shop.run("review") == 3
    told = [shop.row(f"sara/{size}", Tab.SKUS).get("sku_errors") for size in "SM"]
    assert "TikTokによって販売を停止" in str(told[0])
    assert "セラーセンターで販売を停止" in str(told[1])
    assert shop.row("ao").get("errors") is None

    shop.settle(minutes=5)
    shop.sandbox.control.switch_sku(small)
    shop.sandbox.control.switch_sku(medium)
    assert shop.run("review") == 0
    assert shop.row("sara").get("errors") is None


def test_a_fault_of_the_whole_shop_ends_the_import_instead_of_filling_every_row(
    shop: ShopFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    names = [f"cup{number:02d}" for number in range(30)]
    shop.cart(*(product(name) for name in names), product("ao"))
    shop.run("export")
    shop.fill("ao")
    assert shop.run("import", "--yes", "--wait") == 0
    shop.fill(*names)
    shop.type("ao", action="停止する（非公開）")
    shop.sandbox.control.fault("error", operation="create", code=12052402, count=None)  # no shipping template
    _, told = shop.json(capsys, "import", "--yes")
    assert 5 <= told["rejected"] <= 5 + shop.settings.tiktok.workers
    assert told["states"]["ready"] == 30 - told["rejected"]
    assert told["states"]["failed"] == told["rejected"]
    assert told["paused"] == 1, "a stop is carried out all the same"

    shop.sandbox.control.clear_faults()
    shop.settle(hours=2)
    assert shop.run("import", "--yes", "--wait") == 0
    assert len(shop.listings()) == 31
