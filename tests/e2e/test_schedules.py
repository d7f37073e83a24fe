"""公開予約日時 from the cell to the day after."""

from __future__ import annotations

import datetime as dt

from .shop_folder import ShopFolder, product


def test_a_scheduled_product_goes_on_sale_and_is_kept_up_to_date_afterwards(shop: ShopFolder) -> None:
    shop.configure('stock_policy = "always"')
    shop.cart(product("ao"))
    shop.run("export")
    tomorrow = dt.datetime.now(dt.UTC).replace(tzinfo=None, microsecond=0) + dt.timedelta(days=1, hours=9)
    shop.fill("ao", scheduled_at=tomorrow)
    began = shop.moved.seconds
    assert shop.run("import", "--yes", "--wait") == 0
    assert shop.moved.seconds - began < 600, "a wait for reviews is no wait for the day of a schedule"
    assert shop.row("ao")["listing"] == "公開予約"
    shop.cart(product("ao", stock="2"))
    shop.run("export")
    assert shop.run("import", "--yes") == 0
    assert "公開後に送信: 在庫" in str(shop.row("ao")["planned"])

    shop.settle(days=2)
    assert shop.run("import", "--yes") == 0
    row = shop.row("ao")
    assert (row["state"], row["listing"], row.get("errors")) == ("連携済み", "出品中", None)
    assert shop.listings()["ao"]["skus"][0]["inventory"][0]["quantity"] == 2


def test_a_schedule_that_was_never_sent_in_time_is_told(shop: ShopFolder) -> None:
    shop.cart(product("ao"))
    shop.run("export")
    shop.fill("ao", scheduled_at=dt.datetime(2026, 1, 1, 10, 0))
    assert shop.run("import", "--yes") == 3
    assert "公開予約の日時が過ぎています" in str(shop.row("ao")["errors"])
    assert shop.listings() == {}
