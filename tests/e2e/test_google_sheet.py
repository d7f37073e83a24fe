"""The main job once more, with the workbook in a Google Sheet: the same tests, and what only a shared sheet can do."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from sheets_sync.clock import SystemClock
from sheets_sync.sandbox import Sandbox
from tests.google_double import GoogleDouble
from tests.google_double.faults import Fault

from .google_folder import GoogleFolder
from .shop_folder import Time, product
from .test_instructions import (  # noqa: F401
    test_a_publish_given_again_brings_back_what_somebody_paused_since,
    test_the_same_instruction_given_again_is_a_new_one,
)
from .test_main_job import (  # the same promises  # noqa: F401
    listed,
    test_a_paused_product_stays_paused,
    test_an_adopted_listing_when_the_store_is_lost,
    test_excluding_a_sku_deletes_it_and_a_missing_row_does_not,
    test_limits_refuse_an_instruction_dragged_down,
    test_states_and_listings_add_up,
)


@pytest.fixture
def google(moved: Time) -> Iterator[GoogleDouble]:
    with GoogleDouble(clock=lambda: time.time() + moved.seconds) as double:
        double.keep_bodies = False
        yield double


@pytest.fixture
def shop(
    tmp_path: Path, sandbox: Sandbox, moved: Time, google: GoogleDouble, monkeypatch: pytest.MonkeyPatch
) -> GoogleFolder:
    def sleep(_clock: SystemClock, seconds: float) -> None:
        moved.seconds += seconds

    def now(_clock: SystemClock) -> dt.datetime:
        return dt.datetime.now(dt.UTC) + dt.timedelta(seconds=moved.seconds)

    monkeypatch.setattr(SystemClock, "sleep", sleep)
    monkeypatch.setattr(SystemClock, "now", now)
    return GoogleFolder(tmp_path, sandbox, moved, google)


def test_people_sort_and_edit_while_products_are_sent(shop: GoogleFolder) -> None:
    shop.cart(*(product(f"m{n}") for n in range(6)))
    assert shop.run("export") == 0
    shop.fill(*(f"m{n}" for n in range(6)))
    person = shop.google.merchandiser(shop.sheet.id)
    writes = iter(range(100))

    def at_work() -> None:
        key = person.column_of("商品", "カート商品ID")
        person.sort("商品", key, descending=next(writes) % 2 == 0)
        person.edit_under("商品", "カート商品ID", "m3", "メモ", "送信中に書いた")

    shop.google.between(lambda call: call.cost == "write", at_work)
    assert shop.run("import", "--yes", "--wait") == 0
    there = shop.listings()
    for n in range(6):
        row = shop.row(f"m{n}")
        assert (row["state"], row["tiktok_product_id"]) == ("連携済み", there[f"m{n}"]["id"])
        assert row.get("memo") == ("送信中に書いた" if n == 3 else None)


def test_results_that_could_not_be_written_are_written_later(shop: GoogleFolder) -> None:
    shop.cart(product("ao"))
    assert shop.run("export") == 0
    shop.fill("ao")
    shop.google.fail(Fault.UNAVAILABLE, lambda call: call.cost == "write", times=1000)
    assert shop.run("import", "--yes", "--wait") == 6
    assert len(shop.listings()) == 1
    shop.google.faults.armed.clear()
    assert shop.run("report") == 0
    assert shop.row("ao")["state"] == "連携済み"
    assert len(shop.listings()) == 1


def test_a_code_that_lost_its_zeros_is_not_sent(shop: GoogleFolder) -> None:
    """She cleared the format of a cell and typed the code again; or pasted it from elsewhere."""
    shop.cart(product("ao", sku="0012"), product("aka", sku="0013"), product("momo", sku="77"))
    assert shop.run("export") == 0
    shop.fill("ao", "aka", "momo")
    shop.type("ao", seller_sku=12)
    shop.type("aka", seller_sku="99")
    shop.type("momo", seller_sku=77)
    for _ in range(2):
        assert shop.run("import", "--yes", "--wait") == 3
        assert set(shop.listings()) == {"aka", "momo"}
        assert "0012" in str(shop.row("ao")["errors"])
    shop.type("ao", seller_sku="0012")
    assert shop.run("import", "--yes", "--wait") == 0
    assert {sku["seller_sku"] for one in shop.listings().values() for sku in one["skus"]} == {"0012", "99", "77"}


def test_restore_brings_the_sheet_back_without_its_instructions(shop: GoogleFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.type("ao", title="大切な名前", action="停止する（非公開）")
    shop.run("export")
    (copy,) = shop.folder.glob("google_*_copies/*.gz")
    shop.type("ao", title="消したい名前")
    assert shop.run("restore", copy.stem.rpartition("_")[2]) == 0
    row = shop.row("ao")
    assert (row["title"], row.get("action")) == ("大切な名前", None)


def test_a_sheet_that_is_not_shared_ends_with_the_next_step(
    shop: GoogleFolder, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.google.unshare(shop.sheet.id, shop.google.EMAIL)
    shop.cart(product("ao"))
    assert shop.run("export") in (2, 7)
    assert shop.google.EMAIL in capsys.readouterr().err
