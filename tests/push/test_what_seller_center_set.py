"""What was set elsewhere, or long ago, goes through an edit of ours unharmed: past schedules, order limits."""

from __future__ import annotations

import datetime as dt

from sheets_sync.plan import StepKind
from sheets_sync.states import Listing, StockPolicy

from .builders import CART, World, listing, shirt, steps


def scheduled(world: World, **changes: object) -> None:
    """P1 passed its review and waits for tomorrow."""
    tomorrow = (world.clock.now() + dt.timedelta(days=1)).replace(tzinfo=None)
    world.sheet(listing(scheduled_at=tomorrow, **changes))
    world.run()
    world.reviews_pass()
    world.look()
    assert world.link().listing is Listing.SCHEDULED


def the_day_comes(world: World) -> None:
    world.clock.seconds += 2 * 86400
    world.sandbox.control.settle()
    world.look()
    assert world.link().listing is Listing.LIVE


def test_a_whole_edit_does_not_name_a_schedule_that_has_passed(world: World) -> None:
    scheduled(world)
    the_day_comes(world)
    world.change("P1", max_order_quantity=3)  # only a whole edit can say it
    assert world.run()["P1"].done == [StepKind.EDIT]
    world.reviews_pass()
    assert world.listed()["skus"][0]["purchase_order_quantity_limit"] == {"maximum_order_quantity": 3}


def test_a_schedule_whose_cell_was_blanked_is_not_handed_back_once_it_has_passed(world: World) -> None:
    scheduled(world)
    the_day_comes(world)
    world.change("P1", max_order_quantity=3, scheduled_at=None)
    assert world.run()["P1"].done == [StepKind.EDIT]


def test_stock_of_a_scheduled_listing_waits_until_it_is_on_sale(world: World) -> None:
    scheduled(world, stock_policy=StockPolicy.ALWAYS)
    world.change_sku("P1", stock=2)
    assert world.run() == {}
    the_day_comes(world)
    assert steps(world.plan()) == ["stock"]
    world.run()
    assert world.stock() == 2


def test_an_order_limit_of_seller_center_survives_a_whole_edit(world: World) -> None:
    world.live(shirt())
    limit = {"maximum_order_quantity": 2, "cumulative_order_quantity": 6}
    world.sandbox.control.seller_edit(world.listed("T1")["id"], purchase_order_quantity_limit=limit)
    world.change("T1", cleared=frozenset({"video"}), title="別の名前のTシャツ")  # emptied on purpose: a whole edit
    assert world.run()["T1"].done == [StepKind.EDIT]
    world.reviews_pass()
    assert [sku["purchase_order_quantity_limit"] for sku in world.listed("T1")["skus"]] == [limit, limit]


def test_an_order_limit_of_the_sheet_leaves_the_total_of_seller_center(world: World) -> None:
    world.live()
    limit = {"maximum_order_quantity": 2, "cumulative_order_quantity": 6}
    world.sandbox.control.seller_edit(world.listed()["id"], purchase_order_quantity_limit=limit)
    world.change("P1", max_order_quantity=9)
    assert world.run()["P1"].done == [StepKind.EDIT]
    world.reviews_pass()
    assert world.listed()["skus"][0]["purchase_order_quantity_limit"] == {
        "maximum_order_quantity": 9, "cumulative_order_quantity": 9,
    }  # fmt: skip


def test_a_tied_listing_stays_tied_where_another_one_has_our_name_for_it(world: World) -> None:
    world.live()
    product_id = world.listed()["id"]
    shop = world.sandbox._world.main
    product = shop.products[product_id]
    product.external_id = product.base.content["external_product_id"] = ""  # made by hand, and tied by `link`
    shop.external_ids[f"{CART}:P1"] = "1729000000000000009"
    world.change("P1", max_order_quantity=3)
    assert world.run()["P1"].done == [StepKind.EDIT]
    world.reviews_pass()
    world.look()
    assert world.link().product_id == product_id
    assert world.sandbox.control.product(product_id)["external_product_id"] == f"{CART}:P1~{product_id[-8:]}"
    assert world.run() == {}
