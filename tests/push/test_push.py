"""Plans carried out over real HTTP against the sandbox; asserted on what the shop and the store hold afterwards."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from decimal import Decimal

import pytest

from sheets_sync.desired import DesiredSku
from sheets_sync.plan import StepKind, Wait
from sheets_sync.products import Option
from sheets_sync.push.context import Task
from sheets_sync.push.run import push_all
from sheets_sync.push.uploads import FAULT
from sheets_sync.records import Call, Outcome
from sheets_sync.states import Action, Listing, StockPolicy

from .builders import CART, MUG, World, listing, shirt, sku, steps, variant

# -- new listings


def test_a_new_product_goes_to_review_and_on_sale(world: World) -> None:
    world.sheet(listing())
    assert world.run()["P1"].done == [StepKind.CREATE]
    assert world.status() == "PENDING"
    world.reviews_pass()
    world.look()
    link = world.link()
    assert (world.status(), link.listing, link.audit) == ("ACTIVATE", Listing.LIVE, "APPROVED")
    assert link.skus["P1"].sku_id == world.listed()["skus"][0]["id"]
    assert (world.price(), world.stock()) == ("1980", 5)
    assert not any(plan.steps for plan in world.plan().products)


def test_a_product_with_variants_is_listed_whole(world: World) -> None:
    world.live(shirt())
    product = world.listed("T1")
    assert [s["seller_sku"] for s in product["skus"]] == ["S-T1-w-s", "S-T1-w-m"]
    assert {s["external_sku_id"]: s["id"] for s in product["skus"]} == {
        f"{CART}:{key}": known.sku_id for key, known in world.link("T1").skus.items()
    }
    assert product["product_attributes"][0]["values"][0]["name"] == "コットン"


def test_publish_new_draft_makes_a_draft_and_a_publish_puts_it_on_sale_with_its_stock(world: World) -> None:
    world.rules = dataclasses.replace(world.rules, publish_new="draft")
    world.sheet(listing(stock_policy=StockPolicy.ALWAYS))
    world.run()
    assert world.status() == "DRAFT"
    assert world.run() == {}
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    assert (world.status(), world.stock(), world.link().skus["P1"].stock) == ("ACTIVATE", 5, 5)
    assert world.wants["P1"].action is Action.KEEP


def test_a_draft_is_saved_as_a_draft_again_and_sends_no_stock(world: World) -> None:
    world.sheet(listing())
    world.say("P1", Action.DRAFT)
    world.run()
    world.operations()
    world.change("P1", title="下書きの新しい名前")
    world.change_sku("P1", stock=9)
    assert world.run()["P1"].done == [StepKind.SAVE_DRAFT]
    assert (world.status(), world.listed()["title"]) == ("DRAFT", "下書きの新しい名前")
    assert world.operations() == ["edit"]


def test_a_draft_with_stock_never_sent_can_be_published_all_the_same(world: World) -> None:
    world.sheet(listing(stock_policy=StockPolicy.NEVER))
    world.say("P1", Action.DRAFT)
    world.run()
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    assert (world.status(), world.stock()) == ("ACTIVATE", 0)


# -- edits of live products


def test_an_edit_keeps_the_old_version_on_sale_until_the_review_passes(world: World) -> None:
    world.live()
    before = world.listed()["title"]
    world.change("P1", title="磁器のマグカップ 新しい名前")
    world.run()
    assert (world.status(), world.listed()["title"]) == ("ACTIVATE", before)
    assert world.link().audit == "AUDITING"
    world.reviews_pass()
    world.look()
    assert (world.status(), world.listed()["title"]) == ("ACTIVATE", "磁器のマグカップ 新しい名前")


def test_price_and_stock_go_by_their_own_calls(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.change_sku("P1", price=Decimal(2480))
    world.run()
    assert (world.operations(), world.price(), world.status()) == (["prices"], "2480", "ACTIVATE")
    world.change_sku("P1", stock=2)
    world.run()
    assert (world.operations(), world.stock(), world.status()) == (["inventory"], 2, "ACTIVATE")
    assert world.run() == {}
    assert world.operations() == []


def test_sales_do_not_make_stock_change(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.sandbox.control.sell(world.listed()["skus"][0]["id"], 3)
    assert world.run() == {}
    assert world.stock() == 2


def test_an_edit_while_another_is_in_review_keeps_what_the_first_one_changed(world: World) -> None:
    world.live()
    world.change("P1", title="一度目の変更をした名前")
    world.run()
    world.change("P1", description="<p>二度目の変更。</p>")
    world.run()
    assert world.operations() == ["partial_edit", "edit"]
    world.reviews_pass()
    product = world.listed()
    assert (product["title"], product["description"]) == ("一度目の変更をした名前", "<p>二度目の変更。</p>")


def test_after_a_refused_edit_everything_is_sent_again(world: World) -> None:
    world.live()
    world.change("P1", title="[NG:title] マグカップ", description="<p>良い説明。</p>")
    world.run()
    world.reviews_pass()
    world.look()
    link = world.link()
    assert (world.status(), link.audit, link.full_edit, bool(link.reasons)) == ("ACTIVATE", "FAILED", True, True)
    world.change("P1", title="良いマグカップの名前")
    world.operations()
    world.run()
    assert world.operations() == ["edit"]
    world.reviews_pass()
    world.look()
    assert (world.listed()["title"], world.listed()["description"]) == ("良いマグカップの名前", "<p>良い説明。</p>")
    assert world.link().reasons == ()


def test_a_first_review_that_failed_is_submitted_again_once_it_was_mended(world: World) -> None:
    world.sheet(listing(title="[NG:title] マグカップ"))
    world.run()
    world.reviews_pass()
    world.look()
    assert (world.status(), world.link().listing) == ("FAILED", Listing.NONE)
    assert world.run() == {}
    world.change("P1", title="良いマグカップの名前")
    world.change_sku("P1", price=Decimal(2222))
    world.run()
    world.reviews_pass()
    assert (world.status(), world.price()) == ("ACTIVATE", "2222")


def test_a_blank_cell_takes_nothing_away(world: World) -> None:
    skus = (
        variant("T1/w", "ホワイト", barcode="4901234567894", barcode_type="JAN", image="https://x.example/w.jpg"),
        variant("T1/b", "ブラック", image="https://x.example/b.jpg"),
    )
    world.live(shirt(skus=skus, brand="7082427311584347905", search_terms=("夏",), features=("軽い",)))
    before = world.listed("T1")
    blank = {"search_terms": (), "features": (), "brand": "", "attributes": {}, "dimensions_cm": (None, None, None)}
    world.change("T1", **blank)
    for position in (0, 1):
        world.change_sku("T1", position, barcode="", image="")
    assert world.run() == {}
    world.change("T1", title="名前だけを変えたTシャツ", category="605249")
    world.run()
    assert world.operations() == ["edit"]
    world.reviews_pass()
    after = world.listed("T1")
    for name in ("search_terms", "key_product_features", "brand", "package_dimensions"):
        assert after[name] == before[name], name
    for old, new in zip(before["skus"], after["skus"], strict=True):
        assert new.get("identifier_code") == old.get("identifier_code")
        assert [a.get("sku_img", {}).get("uri") for a in new["sales_attributes"]] == [
            a.get("sku_img", {}).get("uri") for a in old["sales_attributes"]
        ]


def test_what_was_emptied_on_purpose_is_emptied(world: World) -> None:
    world.live(shirt(brand="7082427311584347905", search_terms=("夏",), max_order_quantity=3))
    cleared = frozenset({"brand", "search_terms", "max_order_quantity"})
    world.change("T1", brand="", search_terms=(), max_order_quantity=None, cleared=cleared)
    world.run()
    world.reviews_pass()
    product = world.listed("T1")
    assert product["brand"]["id"] == ""
    assert not product.get("search_terms")
    assert not any("purchase_order_quantity_limit" in sku for sku in product["skus"])
    world.look()
    assert world.run() == {}


def test_what_the_seller_added_on_tiktok_survives_a_full_edit(world: World) -> None:
    world.live()
    product_id = world.listed()["id"]
    world.sandbox.control.seller_edit(product_id, key_product_features=["食洗機対応"], minimum_order_quantity=2)
    world.change("P1", title="[NG:title] 断られる名前")
    world.run()
    world.reviews_pass()
    world.look()
    world.change("P1", title="良いマグカップの名前")
    world.run()
    world.reviews_pass()
    product = world.listed()
    assert (product["title"], product["key_product_features"]) == ("良いマグカップの名前", ["食洗機対応"])
    assert product["minimum_order_quantity"] == 2


def test_a_category_is_changed_by_a_full_edit(world: World) -> None:
    world.live()
    world.change("P1", category="605249")
    world.run()
    assert world.operations() == ["edit"]
    world.reviews_pass()
    assert world.listed()["category_chains"][-1]["id"] == "605249"


# -- SKUs


def test_an_added_sku_comes_with_price_and_stock_and_needs_no_further_call(world: World) -> None:
    world.live(shirt())
    more = (*world.wants["T1"].skus, variant("T1/b-s", "ブラック", "S", price=Decimal(3300), stock=7))
    world.change("T1", skus=more)
    world.run()
    world.reviews_pass()
    world.look()
    assert world.operations() == ["edit"], "a partial one would blank price and stock of the others"
    assert world.run() == {}
    added = next(s for s in world.listed("T1")["skus"] if s["seller_sku"] == "S-T1-b-s")
    assert (added["price"]["sale_price"], added["inventory"][0]["quantity"]) == ("3300", 7)
    assert world.link("T1").skus["T1/b-s"].sku_id == added["id"]


def test_only_an_excluded_sku_is_taken_off(world: World) -> None:
    world.live(shirt())
    both = world.wants["T1"].skus
    world.change("T1", skus=both[:1])
    assert world.run() == {}
    world.change("T1", title="一行だけ残したTシャツの名前")
    world.run()
    world.reviews_pass()
    world.look()
    assert len(world.listed("T1")["skus"]) == 2
    world.change("T1", skus=(both[0], dataclasses.replace(both[1], excluded=True)))
    world.run()
    world.reviews_pass()
    world.look()
    assert [s["seller_sku"] for s in world.listed("T1")["skus"]] == ["S-T1-w-s"]
    assert world.run() == {}


def test_stock_of_a_missing_row_goes_to_nought_where_stock_is_ours(world: World) -> None:
    world.live(shirt(stock_policy=StockPolicy.ALWAYS))
    world.change("T1", skus=world.wants["T1"].skus[:1])
    world.run()
    assert (world.stock("T1", 0), world.stock("T1", 1), len(world.listed("T1")["skus"])) == (5, 0, 2)
    assert world.run() == {}


def test_a_sku_that_the_seller_made_on_tiktok_is_left_alone(world: World) -> None:
    world.live(shirt())
    product = world.listed("T1")
    theirs = {
        "seller_sku": "HAND-MADE",
        "price": {"currency": "JPY", "amount": "9999"},
        "inventory": [{"warehouse_id": world.sandbox.warehouse_id, "quantity": 1}],
        "sales_attributes": [
            {"id": product["skus"][0]["sales_attributes"][0]["id"], "value_name": "金色"},
            {"id": product["skus"][0]["sales_attributes"][1]["id"], "value_name": "特大"},
        ],
    }
    ours = [
        {"id": s["id"], "seller_sku": s["seller_sku"], "external_sku_id": s["external_sku_id"],
         "sales_attributes": s["sales_attributes"]}
        for s in product["skus"]
    ]  # fmt: skip
    world.sandbox.control.set(partial_blanks=False)
    world.client.partial_edit(product["id"], {"save_mode": "LISTING", "skus": [*ours, theirs]})
    world.reviews_pass()
    world.look()
    world.change_sku("T1", 0, seller_sku="NEW-CODE")
    world.run()
    world.reviews_pass()
    codes = {s["seller_sku"]: s["price"]["sale_price"] for s in world.listed("T1")["skus"]}
    assert codes == {"NEW-CODE": "1980", "S-T1-w-m": "1980", "HAND-MADE": "9999"}


def test_a_sku_without_a_picture_shares_that_of_its_colour(world: World) -> None:
    skus = (
        variant("T1/w-s", "ホワイト", "S", image="https://x.example/white.jpg"),
        variant("T1/w-m", "ホワイト", "M"),
    )
    world.live(shirt(skus=skus))
    pictures = [s["sales_attributes"][0].get("sku_img", {}).get("uri") for s in world.listed("T1")["skus"]]
    assert pictures[0] == pictures[1] is not None
    assert all("sku_img" not in s["sales_attributes"][1] for s in world.listed("T1")["skus"])


def test_a_link_without_sku_ids_is_read_again_before_prices_go_out(world: World) -> None:
    world.live(shirt(stock_policy=StockPolicy.ALWAYS))
    link = world.link("T1")
    blank = {key: dataclasses.replace(known, sku_id="") for key, known in link.skus.items()}
    world.store.save_link(dataclasses.replace(link, skus=blank))
    world.change_sku("T1", 1, price=Decimal(2500), stock=8)
    world.run()
    assert (world.price("T1", 1), world.stock("T1", 1)) == ("2500", 8)
    assert all(known.sku_id for known in world.link("T1").skus.values())


def test_price_of_a_sku_that_is_still_in_review_does_not_hold_up_the_others(world: World) -> None:
    world.live(shirt())
    world.change("T1", skus=(*world.wants["T1"].skus, variant("T1/b-s", "ブラック", "S")))
    world.run()
    for position in range(3):
        world.change_sku("T1", position, price=Decimal(2980))
    world.run()
    assert world.price("T1", 0) == "2980"
    world.reviews_pass()
    world.run()
    assert [s["price"]["sale_price"] for s in world.listed("T1")["skus"]] == ["2980"] * 3


def test_a_sku_that_the_seller_deleted_on_tiktok_is_named_before_it_comes_back(world: World) -> None:
    world.live(shirt())
    product = world.listed("T1")
    kept = product["skus"][0]
    body = {"save_mode": "LISTING", "skus": [{name: kept[name] for name in ("id", "seller_sku", "sales_attributes")}]}
    world.clock.seconds += 120
    world.sandbox.control.set(partial_blanks=False)
    world.client.partial_edit(product["id"], body)
    world.reviews_pass()
    world.clock.seconds += 60
    world.look()
    (step,) = world.plan().by_key()["T1"].steps
    assert (step.kind, step.added) == (StepKind.EDIT, ("T1/w-m",))


# -- stopping, publishing, deleting


def test_a_paused_product_is_published_once_with_everything_that_waited(world: World) -> None:
    world.paused()
    world.change("P1", title="再開する時の新しい名前")
    world.change_sku("P1", price=Decimal(3000))
    assert world.run() == {}
    assert (world.status(), world.operations()) == ("SELLER_DEACTIVATED", [])
    assert world.plan().by_key()["P1"].waiting == ("title", "price")
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    assert (world.status(), world.price(), world.listed()["title"]) == ("ACTIVATE", "3000", "再開する時の新しい名前")
    assert world.wants["P1"].action is Action.KEEP


@pytest.mark.parametrize("paused_edit", ["relist", "stay"])
def test_publishing_activates_only_what_is_still_paused_after_the_edit(world: World, paused_edit: str) -> None:
    world.paused()
    world.sandbox.control.set(paused_edit=paused_edit)
    world.say("P1", Action.PUBLISH)
    world.run()
    assert world.operations() == (["edit"] if paused_edit == "relist" else ["edit", "activate"])
    world.reviews_pass()
    assert world.status() == "ACTIVATE"
    done = world.store.instructions()["P1"]
    assert (done.action, done.confirmed_at is not None) == (Action.PUBLISH, True)


def test_stock_of_a_paused_product_is_kept_up_to_date_without_moving_it(world: World) -> None:
    world.paused(listing(stock_policy=StockPolicy.ALWAYS))
    world.change_sku("P1", stock=1)
    world.run()
    assert (world.operations(), world.stock(), world.status()) == (["inventory"], 1, "SELLER_DEACTIVATED")


def test_a_stop_with_edits_in_the_same_row_stops_and_sends_stock_only(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.change("P1", title="停止と同時に変えた名前")
    world.change_sku("P1", stock=0, price=Decimal(1))
    world.say("P1", Action.PAUSE)
    world.run()
    assert (world.operations(), world.status(), world.stock()) == (
        ["deactivate", "inventory"], "SELLER_DEACTIVATED", 0
    )  # fmt: skip


def test_a_stop_during_review_is_a_hold_until_it_is_live(world: World) -> None:
    world.sheet(listing())
    world.run()
    world.say("P1", Action.PAUSE)
    world.run()
    assert (world.link().hold, world.status()) == (True, "PENDING")
    world.change("P1", title="審査中に変えた名前")
    world.operations()
    assert world.run() == {}
    assert world.plan().by_key()["P1"].wait is Wait.HELD
    world.reviews_pass()
    world.run()
    assert (world.status(), world.operations(), world.link().hold) == ("SELLER_DEACTIVATED", ["deactivate"], False)
    assert world.wants["P1"].action is Action.KEEP


def test_a_hold_on_a_review_that_fails_is_done(world: World) -> None:
    world.sheet(listing(title="[NG:title] マグカップ"))
    world.run()
    world.say("P1", Action.PAUSE)
    world.run()
    world.reviews_pass()
    world.run()
    assert world.wants["P1"].action is Action.KEEP
    world.change("P1", title="良いマグカップの名前")
    assert world.run() == {}
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    assert world.status() == "ACTIVATE"


def test_a_publish_takes_a_hold_away(world: World) -> None:
    world.sheet(listing())
    world.run()
    world.say("P1", Action.PAUSE)
    world.run()
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    world.run()
    assert (world.status(), world.link().hold) == ("ACTIVATE", False)


def test_a_delete_deletes_and_only_a_publish_creates_anew(world: World) -> None:
    world.live()
    first = world.listed()["id"]
    world.say("P1", Action.DELETE)
    world.run()
    assert world.listings() == []
    world.change("P1", title="削除した後に変えた名前")
    assert world.run() == {}
    assert world.plan().by_key()["P1"].wait is Wait.DELETED
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    assert world.listed()["id"] != first
    assert world.status() == "ACTIVATE"


def test_a_taken_down_product_is_cured_by_a_publish_and_by_nothing_else(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.sandbox.control.take_down(world.listed()["id"])
    world.clock.seconds += 120
    world.change("P1", title="違反を直した名前")
    world.change_sku("P1", stock=1, price=Decimal(5))
    assert world.run() == {}
    assert world.operations() == []
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    assert (world.status(), world.listed()["title"], world.price()) == ("ACTIVATE", "違反を直した名前", "5")


@pytest.mark.parametrize("action", [Action.KEEP, Action.PUBLISH, Action.DELETE, Action.PAUSE])
def test_nothing_is_sent_to_a_frozen_product(world: World, action: Action) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.sandbox.control.freeze_product(world.listed()["id"])
    world.clock.seconds += 120
    world.change("P1", title="凍結中に変えた名前")
    world.change_sku("P1", stock=1, price=Decimal(5))
    world.say("P1", action)
    world.run()
    assert (world.operations(), world.status()) == ([], "FREEZE")


# -- behind our back


@pytest.mark.parametrize(
    ("change", "left"),
    [
        ({"title": "変えた名前のマグカップ"}, ["title"]),
        ({"skus": (sku("P1", price=Decimal(2480)),)}, ["price"]),
        ({"title": "変えた名前のマグカップ", "skus": (sku("P1", price=Decimal(2480)),)}, ["title", "price"]),
    ],
    ids=["edit", "price", "both"],
)
def test_hidden_behind_our_back_between_plan_and_push_it_stays_hidden(
    world: World, change: dict[str, object], left: list[str]
) -> None:
    world.live()
    world.change("P1", **change)
    product_id = world.listed()["id"]
    world.run(between=lambda: world.sandbox.control.seller_deactivate(product_id))
    assert world.status() == "SELLER_DEACTIVATED"
    assert world.link().listing is Listing.PAUSED
    world.reviews_pass()
    assert world.status() == "SELLER_DEACTIVATED"
    plan = world.plan().by_key()["P1"]
    assert (list(plan.waiting), plan.wait, plan.steps) == (left, Wait.PAUSED, ())


def test_hidden_behind_our_back_its_stock_still_goes_out(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.change_sku("P1", stock=0, price=Decimal(2480))
    product_id = world.listed()["id"]
    world.run(between=lambda: world.sandbox.control.seller_deactivate(product_id))
    assert (world.status(), world.stock(), world.price()) == ("SELLER_DEACTIVATED", 0, "1980")


def test_hidden_behind_our_back_a_publish_that_was_done_already_does_not_bring_it_back(world: World) -> None:
    world.live()
    world.change("P1", title="変えた名前のマグカップ")
    world.say("P1", Action.PUBLISH)
    product_id = world.listed()["id"]
    world.run(between=lambda: world.sandbox.control.seller_deactivate(product_id))
    world.reviews_pass()
    assert world.status() == "SELLER_DEACTIVATED"


def test_deleted_behind_our_back_nothing_is_created(world: World) -> None:
    world.live()
    world.change("P1", title="変えた名前のマグカップ")
    product_id = world.listed()["id"]
    world.run(between=lambda: world.sandbox.control.seller_delete(product_id))
    assert (world.listings(), world.link().listing) == ([], Listing.DELETED)
    world.run()
    assert world.listings() == []


def test_a_listing_of_ours_that_we_do_not_know_is_adopted(world: World) -> None:
    world.live()
    product_id = world.listed()["id"]
    world.store.forget_link("P1")
    world.change_sku("P1", price=Decimal(2480))
    world.run()
    assert (world.listed()["id"], world.link().product_id, world.price()) == (product_id, product_id, "2480")
    assert world.operations() == ["create", "prices"]


def test_a_listing_that_replaced_a_deleted_one_is_adopted_too(world: World) -> None:
    world.live()
    old = world.link()
    world.say("P1", Action.DELETE)
    world.run()
    gone = world.link()
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    new = world.listed()["id"]
    world.store.save_link(gone)
    world.plan()
    world.say("P1", Action.PUBLISH)
    world.run()
    assert (world.listed()["id"], world.link().product_id) == (new, new)
    assert new != old.product_id


# -- refusals


def test_what_was_refused_is_not_sent_again_until_it_changes(world: World) -> None:
    world.sheet(listing(category="700440"))
    assert world.run()["P1"].refused
    assert world.operations() == ["create"]
    world.run()
    assert world.operations() == []
    plan = world.plan().by_key()["P1"]
    assert (plan.refused, plan.wait) == ((StepKind.CREATE,), Wait.REFUSED)
    world.change("P1", category=MUG)
    world.run()
    assert (world.operations(), len(world.listings())) == (["create"], 1)


def test_a_refused_edit_does_not_hold_up_price_and_stock(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.change("P1", title="名" * 300)
    world.change_sku("P1", price=Decimal(2480), stock=1)
    told = world.run()["P1"]
    assert (told.refused, world.price(), world.stock()) == (True, "2480", 1)


def test_a_price_that_a_promotion_locks_does_not_hold_up_stock_and_is_tried_again(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    product_id = world.listed()["id"]
    world.sandbox.control.promotion(product_id)
    world.change_sku("P1", price=Decimal(2480), stock=9)
    told = world.run()["P1"]
    assert (told.refused, world.price(), world.stock()) == (True, "1980", 9)
    attempt = world.store.last_attempts()["P1", Call.PRICE]
    assert (attempt.outcome, attempt.shop_code) == (Outcome.FAILED, "12052038")
    world.sandbox.control.promotion(product_id, running=False)
    world.run()
    assert world.price() == "2480"


def test_stock_that_one_sku_is_refused_reaches_the_others_and_is_not_sent_again(world: World) -> None:
    world.live(shirt(stock_policy=StockPolicy.ALWAYS))
    first = world.listed("T1")["skus"][0]["id"]
    world.sandbox.control.fail_item(first, 12052055)
    for position in (0, 1):
        world.change_sku("T1", position, stock=50 + position)
    assert world.run()["T1"].refused
    assert (world.stock("T1", 0), world.stock("T1", 1)) == (5, 51)
    world.operations()
    world.run()
    assert world.operations() == []
    world.change_sku("T1", 0, stock=52)
    world.run()
    assert (world.stock("T1", 0), world.stock("T1", 1)) == (52, 51)


def test_nought_that_the_platform_refuses_is_said_and_never_pauses(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.sandbox.control.set(accept_zero_stock=False)
    world.change_sku("P1", stock=0)
    assert world.run()["P1"].refused
    assert (world.status(), world.stock()) == ("ACTIVATE", 5)


def test_a_nested_description_is_taken_by_the_older_rules_too(world: World) -> None:
    world.sandbox.control.set(strict_html=True, description_entities="none")
    nested = "<div><h2>特長</h2><ul><li><p>丈夫 &amp; <b><i>軽い</i></b></p><ul><li>300ml</li></ul></li></ul></div>"
    world.live(listing(description=nested))
    assert world.listed()["description"] == "特長<ul><li>丈夫 & <b>軽い</b></li><li>300ml</li></ul>"


def test_pictures_by_colour_stand_on_the_colour_wherever_the_cart_puts_it(world: World) -> None:
    def sized(size: str, colour: str) -> DesiredSku:
        options = (Option("サイズ", size), Option("カラー", colour))
        return sku(f"T1/{size}-{colour}", options=options, image=f"https://pictures.example/{colour}.jpg")

    world.live(shirt(skus=tuple(sized(size, colour) for size in "SM" for colour in ("ホワイト", "ブラック"))))
    shown: dict[str, set[str]] = {}
    for listed in world.listed("T1")["skus"]:
        for attribute in listed["sales_attributes"]:
            if picture := attribute.get("sku_img"):
                shown.setdefault(f"{attribute['name']} {attribute['value_name']}", set()).add(picture["uri"])
    assert set(shown) == {"カラー ホワイト", "カラー ブラック"}
    assert all(len(pictures) == 1 for pictures in shown.values())
    world.change("T1", max_order_quantity=3)  # a whole edit keeps them there
    assert world.run()["T1"].done == [StepKind.EDIT]


def second_warehouse(world: World) -> str:
    """The shop gets another one, which is not the default; its id."""
    other = "7068517275539719950"
    known = next(iter(world.sandbox._world.shops.values())).warehouses
    ours = next(place for place in known if place["id"] == world.sandbox.warehouse_id)
    world.sandbox.control.set_warehouses([*known, {**ours, "id": other, "is_default": False}])
    return other


@pytest.mark.parametrize("whole", [False, True], ids=["the SKU is refused", "the call is refused"])
def test_stock_that_lies_in_another_warehouse_is_counted_there(world: World, whole: bool) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.sandbox.control.set(stock_refused_whole=whole)
    other = second_warehouse(world)
    product = world.sandbox._world.main.products[world.listed()["id"]]
    product.stock = {sku: {other: 40} for sku in product.stock}  # as in a listing made by hand
    world.change_sku("P1", stock=3)
    assert world.run()["P1"].done == [StepKind.STOCK]
    assert world.listed()["skus"][0]["inventory"] == [{"warehouse_id": other, "quantity": 3}]


def test_stock_in_several_warehouses_of_which_none_is_ours_is_told(world: World) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    other = second_warehouse(world)
    product = world.sandbox._world.main.products[world.listed()["id"]]
    product.stock = {sku: {other: 40, "7068517275539719944": 2} for sku in product.stock}
    world.change_sku("P1", stock=3)
    assert world.run()["P1"].refused
    assert [a.shop_code for a in world.store.last_attempts().values() if a.call is Call.STOCK] != [""]


@pytest.mark.parametrize("whole", [False, True], ids=["the SKU is refused", "the call is refused"])
def test_stock_of_a_sku_in_two_warehouses_keeps_the_other_ones(world: World, whole: bool) -> None:
    world.live(listing(stock_policy=StockPolicy.ALWAYS))
    world.sandbox.control.set(stock_refused_whole=whole)
    other = second_warehouse(world)
    world.sandbox.control.seller_stock(world.listed()["skus"][0]["id"], 40, other)
    world.change_sku("P1", stock=3)
    world.run()
    rows = {row["warehouse_id"]: row["quantity"] for row in world.listed()["skus"][0]["inventory"]}
    assert rows == {world.sandbox.warehouse_id: 3, other: 40}


def test_a_failed_instruction_is_not_tried_again_until_it_is_given_again(world: World) -> None:
    world.paused()
    world.change("P1", title="名" * 300)
    world.say("P1", Action.PUBLISH)
    world.run()
    assert world.store.instructions()["P1"].failed
    world.operations()
    world.run()
    assert world.operations() == []
    world.change("P1", title="良いマグカップの名前")
    world.say("P1", Action.KEEP)
    world.run()
    world.say("P1", Action.PUBLISH)
    world.run()
    world.reviews_pass()
    assert world.status() == "ACTIVATE"


def test_warnings_stay_until_an_edit_has_none(world: World) -> None:
    world.sheet(listing(brand="1234567890"))
    world.run()
    assert any("brand_id" in words for words in world.link().warnings)
    world.reviews_pass()
    world.look()
    world.change_sku("P1", price=Decimal(2480))
    world.run()
    assert world.link().warnings
    world.change("P1", title="良いマグカップの名前", brand="")
    world.run()
    assert world.link().warnings == ()


# -- pictures


def test_pictures_are_uploaded_once_by_content(world: World) -> None:
    same = ("https://a.example/cup.jpg", "https://b.example/cup.jpg")
    world.sheet(listing("P1", images=same), listing("P2", images=same[:1]))
    world.run(workers=2)
    assert len(world.sandbox.control.images()) == 1
    assert sorted(set(world.gallery.fetches)) == sorted(world.gallery.fetches) == sorted(same)


def test_a_picture_that_tiktok_has_forgotten_is_uploaded_again(world: World) -> None:
    world.live()
    for image in world.sandbox.control.images():
        world.sandbox.control.forget_image(image["uri"])
    world.change("P1", images=("https://pictures.example/P1.jpg", "https://pictures.example/more.jpg"))
    assert not world.run()["P1"].refused
    world.reviews_pass()
    assert len(world.listed()["main_images"]) == 2


def test_pictures_of_a_description_are_hosted_by_tiktok(world: World) -> None:
    world.live(
        listing(
            description='<p>説明</p><img src="https://x.example/a.jpg?v=1&amp;w=2"><img src="https://x.example/bad.jpg">'
        )
    )
    assert "https://x.example/a.jpg?v=1&w=2" in world.gallery.fetches
    text = world.listed()["description"]
    assert "x.example" not in text
    assert text.count("<img") == 2


def test_a_picture_that_cannot_be_used_holds_its_product_until_it_can(world: World) -> None:
    bad = "https://pictures.example/P1.jpg"
    world.gallery.bad.add(bad)
    world.sheet(listing("P1"), listing("P2"))
    told = world.run()
    assert (told["P1"].refused, world.listings("P1"), len(world.listings("P2"))) == (True, [], 1)
    (issue,) = told["P1"].issues
    assert (issue.column, issue.code) == ("image_1", "picture_not_found")
    assert world.store.cached_keys(FAULT) == [f"MAIN_IMAGE {bad}"]
    world.gallery.bad.clear()
    world.run()
    assert len(world.listings("P1")) == 1
    assert world.store.cached_keys(FAULT) == []


# -- the run as a whole


def test_the_allowance_ends_mid_run_and_the_rest_waits_for_the_next_day(world: World) -> None:
    world.sandbox.control.set(daily_quota=2)
    world.sheet(*(listing(f"P{n}", priority=priority) for n, priority in enumerate((None, 2, 1, None))))
    told = world.run()
    assert [key for key, one in told.items() if one.limit] == ["P0"]
    assert [key for key in world.wants if world.listings(key)] == ["P1", "P2"]
    world.clock.seconds += 86_400
    world.run()
    assert all(world.listings(key) for key in world.wants)


def test_one_product_never_stops_the_others(world: World) -> None:
    world.sheet(listing("P1", category="700440"), listing("P2"), listing("P3", title="名" * 300), listing("P4"))
    told = world.run(workers=3)
    assert {key for key, one in told.items() if one.refused} == {"P1", "P3"}
    assert [key for key in world.wants if world.listings(key)] == ["P2", "P4"]


@pytest.mark.parametrize("kind", ["unavailable", "no server"])
def test_out_of_reach_the_run_ends_early(world: World, kind: str) -> None:
    world.sheet(*(listing(f"P{n:02}", images=("https://x.example/same.jpg",)) for n in range(40)))
    world.look()
    plan = world.plan()
    if kind == "unavailable":
        world.sandbox.control.fault("unavailable", operation="create", count=None)
    else:
        world.sandbox.stop()
    told = list(push_all(world.context(), world.tasks(plan), 2))
    assert 0 < len(told) <= 12
    assert all(one.later or one.unknown for one in told)


def test_a_token_that_expires_mid_run_is_renewed(world: World) -> None:
    world.sheet(*(listing(f"P{n}") for n in range(4)))
    world.run(between=lambda: world.sandbox.control.fault("expire_token", operation="create", nth=2))
    assert all(world.listings(key) for key in world.wants)


def test_drift_is_shown_and_left_alone_by_other_edits(world: World) -> None:
    world.live()
    world.clock.seconds += 120
    world.sandbox.control.seller_edit(world.listed()["id"], title="セラーセンターで変えた名前")
    world.reviews_pass()
    world.clock.seconds += 60
    world.look()
    assert world.link().drift == {"title": "セラーセンターで変えた名前"}
    world.change("P1", description="<p>新しい説明。</p>")
    world.run()
    world.reviews_pass()
    world.look()
    product = world.listed()
    assert (product["title"], product["description"]) == ("セラーセンターで変えた名前", "<p>新しい説明。</p>")
    assert world.link().drift == {"title": "セラーセンターで変えた名前"}


def test_drift_ours_sends_our_value_again(world: World) -> None:
    world.live()
    world.clock.seconds += 120
    world.sandbox.control.seller_edit(world.listed()["id"], title="セラーセンターで変えた名前")
    world.sandbox.control.seller_price(world.listed()["skus"][0]["id"], "5000")
    world.reviews_pass()
    world.clock.seconds += 60
    world.rules = dataclasses.replace(world.rules, drift="ours")
    world.run()
    world.reviews_pass()
    world.look()
    assert (world.listed()["title"], world.price()) == (world.wants["P1"].title, "1980")
    assert world.link().drift == {}
    assert steps(world.plan()) == []


def test_drift_of_a_price_is_seen_after_our_own_price_call(world: World) -> None:
    world.live()
    world.change_sku("P1", price=Decimal(2480))
    world.run()
    world.clock.seconds += 120
    world.sandbox.control.seller_price(world.listed()["skus"][0]["id"], "5000")
    world.look()
    assert world.link().drift == {"price:P1": "5000"}


def test_our_own_price_calls_do_not_make_the_next_run_read_the_shop(world: World) -> None:
    world.live(*(listing(f"P{n}") for n in range(5)))
    for n in range(5):
        world.change_sku(f"P{n}", price=Decimal(2480))
    world.run()
    world.clock.seconds += 3600
    world.sandbox.control.clear_requests()
    world.look()
    assert not [row for row in world.sandbox.control.requests if row["operation"] == "get"]


def test_a_huge_shop_is_searched_in_pages(world: World) -> None:
    world.live(*(listing(f"P{n}", images=("https://x.example/same.jpg",)) for n in range(120)))
    world.store.save_fact("swept_at", "")
    world.sandbox.control.clear_requests()
    world.look()
    operations = [row["operation"] for row in world.sandbox.control.requests]
    assert (operations.count("search"), operations.count("get")) == (2, 0)


def test_tasks_are_taken_as_workers_get_free(world: World) -> None:
    """However long the list, no more of it is in hand than workers: memory stays flat."""
    world.sheet(*(listing(f"P{n:02}", images=("https://x.example/same.jpg",)) for n in range(30)))
    tasks = world.tasks(world.plan())
    taken: list[str] = []

    def stream() -> Iterator[Task]:
        for task in tasks:
            taken.append(task.want.product_key)
            yield task

    ahead = []
    for done, _ in enumerate(push_all(world.context(), stream(), 3), start=1):
        ahead.append(len(taken) - done)
    assert len(taken) == 30
    assert max(ahead) <= 3


def test_closing_the_stream_finishes_what_is_in_hand_and_starts_no_more(world: World) -> None:
    world.sheet(*(listing(f"P{n:02}", images=("https://x.example/same.jpg",)) for n in range(20)))
    stream = push_all(world.context(), world.tasks(world.plan()), 2)
    next(stream)
    stream.close()
    created = [key for key in world.wants if world.listings(key)]
    assert 1 <= len(created) <= 4
    assert world.store.unsettled_attempts() == []
    assert set(world.store.links()) == set(created)
