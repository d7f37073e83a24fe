"""What happened on TikTok's side is found, whatever its search makes of it."""

from __future__ import annotations

from sheets_sync.states import Listing

from .builders import World, listing

DAY = 86400


def test_a_stop_that_is_no_update_is_found_within_a_day(world: World) -> None:
    world.live()
    world.sandbox.control.set(stops_are_updates=False)
    world.clock.seconds += 3600
    world.look()
    world.clock.seconds += 3600
    world.sandbox.control.take_down(world.listed()["id"])
    world.look()
    assert world.link().listing is Listing.LIVE, "the platform gave no sign of it"
    world.clock.seconds += DAY
    world.look()
    assert world.link().listing is Listing.TAKEN_DOWN


def test_a_deletion_that_the_search_hides_is_found_within_a_day(world: World) -> None:
    world.live(listing(), listing("P2"))
    world.sandbox.control.set(search_shows_deleted=False)
    world.sandbox.control.seller_delete(world.listed("P2")["id"])
    world.clock.seconds += DAY
    world.look()
    assert (world.link().listing, world.link("P2").listing) == (Listing.LIVE, Listing.DELETED)


def test_a_search_that_shows_nothing_does_not_make_every_listing_be_read(world: World) -> None:
    world.live(*(listing(f"K{number}") for number in range(25)))
    world.sandbox.control.search_lag(10 * DAY)
    world.clock.seconds += DAY
    for product in world.sandbox._world.main.products.values():
        world.sandbox._world.main.index._history[product.id].clear()
    world.operations()
    world.look()
    assert [row["operation"] for row in world.sandbox.control.requests] == ["search"]
