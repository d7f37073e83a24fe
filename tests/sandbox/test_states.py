"""The state machine of a listing: what each call does in each state, and what a review makes of it."""

import copy

import pytest

from sheets_sync.sandbox import Sandbox

from .conftest import Caller, Wire


def create(call: Caller, body: Wire, **changes: object) -> str:
    answer = call.create({**body, **changes})
    assert answer.code == 0, answer.message
    product_id: str = answer.data["product_id"]
    return product_id


def sku_ids(call: Caller, product_id: str) -> list[str]:
    return [sku["id"] for sku in call.get(product_id).data["skus"]]


# --- creation and first review ----------------------------------------------------------------------------------------


def test_a_new_listing_is_reviewed_and_goes_on_sale(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    product_id = create(call, mug)
    assert call.status(product_id) == ("PENDING", "AUDITING")
    assert call.get(product_id).data["product_status"] == "INITIAL"
    sandbox.control.advance(59)
    assert call.status(product_id) == ("PENDING", "AUDITING")
    sandbox.control.advance(1)
    assert sandbox.control.settle() == 1
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")


def test_a_draft_is_not_reviewed_and_stores_no_stock(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    product_id = create(call, mug, save_mode="AS_DRAFT")
    sandbox.control.advance(1000)
    assert call.status(product_id) == ("DRAFT", "NONE")
    assert call.get(product_id).data["skus"][0]["inventory"] == []
    sku = {"id": sku_ids(call, product_id)[0], "seller_sku": "MUG-1"}
    assert call.edit(product_id, {**mug, "skus": [sku]}).code == 12052516
    assert call.edit(product_id, {**mug, "skus": [{**mug["skus"][0], **sku}]}).data["audit"] == {"status": "AUDITING"}
    assert call.status(product_id) == ("PENDING", "AUDITING")


@pytest.mark.parametrize(("mark", "position"), [
    ("[NG:title]", "Product Name"), ("[NG:image]", "Main Image"), ("[NG:description]", "Product Description"),
    ("[NG:category]", "Category"), ("[NG:price]", "Price"),
])
def test_marked_refusals(call: Caller, sandbox: Sandbox, mug: Wire, mark: str, position: str) -> None:
    product_id = create(call, mug, title=f"陶器のマグカップ {mark}")
    sandbox.control.advance(60)
    data = call.get(product_id).data
    assert (data["status"], data["product_status"], data["audit"]["status"]) == ("FAILED", "INITIAL", "FAILED")
    assert [reason["position"] for reason in data["audit_failed_reasons"]] == [position]
    assert data["audit_failed_reasons"][0]["suggestions"]


def test_content_rules_and_several_reasons(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    short = create(call, mug, title="マグ")
    claims = create(call, mug, title="世界一のマグカップ", description="<p>絶対痩せるカップ。[NG:price]</p>")
    sandbox.control.advance(60)
    assert call.get(short).data["audit_failed_reasons"][0]["reasons"] == ["商品情報が不足しています"]
    positions = [reason["position"] for reason in call.get(claims).data["audit_failed_reasons"]]
    assert positions == ["Price", "Product Name", "Product Description"]


def test_a_mended_listing_is_reviewed_again_and_loses_its_reasons(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    product_id = create(call, mug, title="陶器のマグカップ [NG:title]")
    sandbox.control.advance(60)
    assert call.partial(product_id, title="陶器のマグカップ").data["audit"] == {"status": "AUDITING"}
    assert call.get(product_id).data["audit_failed_reasons"] == []
    sandbox.control.advance(60)
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")


def test_pre_approval_waits_for_the_platform(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    product_id = create(call, mug, title="陶器のマグカップ [PRE]")
    sandbox.control.advance(10_000)
    assert call.status(product_id) == ("PENDING", "PRE_APPROVED")
    assert call.get(product_id).data["audit"]["pre_approved_reasons"] == ["KYC_PENDING"]
    sandbox.control.decide(product_id, "pass")
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")


@pytest.mark.parametrize(("mark", "status"), [("[FREEZE]", "FREEZE"), ("[TAKEDOWN]", "PLATFORM_DEACTIVATED")])
def test_enforcement_after_going_live(call: Caller, sandbox: Sandbox, mug: Wire, mark: str, status: str) -> None:
    sandbox.control.set(enforcement_seconds=30)
    product_id = create(call, mug, title=f"陶器のマグカップ {mark}")
    sandbox.control.advance(60)
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")
    sandbox.control.advance(30)
    assert call.status(product_id) == (status, "NONE")


def test_slow_and_manual_reviews_wait_for_a_decision(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    slow = create(call, mug, title="陶器のマグカップ [SLOW]")
    sandbox.control.set(review_mode="manual")
    manual = create(call, mug)
    sandbox.control.advance(90 * 86400)
    sandbox.control.set(access_token_seconds=1e9)
    assert sandbox.control.product(slow)["audit"]["status"] == "AUDITING"
    reasons = [{"listing_platform": "TIKTOK_SHOP", "position": "Main Image", "reasons": ["暗い"],
                "suggestions": ["明るく"]}]
    sandbox.control.decide(manual, "fail", reasons)
    sandbox.control.decide(slow)
    assert sandbox.control.product(manual)["audit_failed_reasons"] == reasons
    assert sandbox.control.product(slow)["status"] == "ACTIVATE"


def test_a_scheduled_listing_opens_at_its_time(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    opens = int(sandbox.control.now()) + 3600
    schedule = {"is_enabled_scheduled_sale": True, "schedule_sale_time": opens * 1000}
    product_id = create(call, mug, scheduled_sale=schedule)
    sandbox.control.advance(60)
    assert call.status(product_id) == ("SCHEDULED", "APPROVED")
    sandbox.control.advance(3600)
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")


def test_without_a_payment_account_nothing_is_submitted(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    sandbox.control.fail_prerequisite("BANk_ACCOUNT")
    product_id = create(call, mug)
    assert call.get(product_id).data["audit"] == {
        "status": "NONE", "pre_approved_reasons": [], "not_submitted_reasons": ["PAYMENT_ACCOUNT_NOT_LINKED"],
    }
    sandbox.control.fail_prerequisite("BANk_ACCOUNT", [])
    assert call.edit(product_id, mug).data["audit"]["status"] == "AUDITING"


# --- editing what is live ---------------------------------------------------------------------------------------------


def test_the_old_version_stays_on_sale_until_the_new_one_passes(
    call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire
) -> None:
    assert call.partial(live_mug, title="磁器のマグカップ 300ml").data["audit"] == {"status": "AUDITING"}
    assert call.status(live_mug) == ("ACTIVATE", "AUDITING")
    assert call.get(live_mug).data["title"] == mug["title"]
    assert call.get(live_mug, return_under_review_version="true").data["title"] == "磁器のマグカップ 300ml"
    sandbox.control.advance(60)
    assert call.status(live_mug) == ("ACTIVATE", "APPROVED")
    assert call.get(live_mug).data["title"] == "磁器のマグカップ 300ml"
    assert call.get(live_mug, return_under_review_version="true").code == 12052547


def test_a_refused_edit_leaves_the_old_version_on_sale(
    call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire
) -> None:
    call.partial(live_mug, title="磁器のマグカップ [NG:title]")
    sandbox.control.advance(60)
    data = call.get(live_mug).data
    assert (data["status"], data["audit"]["status"], data["title"]) == ("ACTIVATE", "FAILED", mug["title"])
    assert data["audit_failed_reasons"][0]["position"] == "Product Name"
    assert call.search({"status": "FAILED"}).data["total_count"] == 0
    assert call.search({"audit_status": ["FAILED"]}).data["total_count"] == 1


@pytest.mark.parametrize("switch", [False, True])
def test_what_a_partial_edit_after_a_refused_one_builds_on(
    call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire, switch: bool
) -> None:
    sandbox.control.set(failed_edit_is_base=switch)
    call.partial(live_mug, description="<p>あたらしい説明 [NG:description]</p>")
    sandbox.control.advance(60)
    call.partial(live_mug, title="磁器のマグカップ 300ml")
    reviewed = call.get(live_mug, return_under_review_version="true").data["description"]
    assert ("あたらしい" in reviewed) is switch


def test_price_and_stock_in_an_edit_need_no_review(call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire) -> None:
    body = copy.deepcopy(mug)
    body["skus"][0] |= {"id": sku_ids(call, live_mug)[0], "price": {"currency": "JPY", "amount": "1500"}}
    body["skus"][0]["inventory"][0]["quantity"] = 3
    assert call.edit(live_mug, body).data["audit"] == {"status": "APPROVED"}
    sku = call.get(live_mug).data["skus"][0]
    assert (sku["price"]["sale_price"], sku["inventory"][0]["quantity"]) == ("1500", 3)
    body["package_weight"] = {"value": "0.35", "unit": "KILOGRAM"}
    assert call.edit(live_mug, body).data["audit"] == {"status": "APPROVED"}


@pytest.mark.parametrize(("switch", "price"), [(True, "1500"), (False, "1980")])
def test_the_price_inside_a_content_edit(
    call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire, switch: bool, price: str
) -> None:
    sandbox.control.set(edit_price_at_once=switch)
    sku = {**mug["skus"][0], "id": sku_ids(call, live_mug)[0], "price": {"currency": "JPY", "amount": "1500"}}
    call.edit(live_mug, {**mug, "title": "磁器のマグカップ 300ml", "skus": [sku]})
    assert call.get(live_mug).data["skus"][0]["price"]["sale_price"] == price
    sandbox.control.advance(60)
    assert call.get(live_mug).data["skus"][0]["price"]["sale_price"] == "1500"


def test_a_full_edit_erases_what_is_left_out_but_not_price_and_stock(
    call: Caller, sandbox: Sandbox, mug: Wire
) -> None:
    product_id = create(call, mug, brand_id="7082427311584347912", search_terms=["マグ"], external_product_id="m-1")
    sandbox.control.advance(60)
    assert call.get(product_id).data["brand"]["name"] == "青空製作所"
    sku = {"id": sku_ids(call, product_id)[0]}
    assert call.edit(product_id, {**mug, "skus": [sku]}).code == 0
    sandbox.control.advance(60)
    data = call.get(product_id).data
    assert (data["brand"], data["external_product_id"]) == ({"id": "", "name": ""}, "")
    assert "search_terms" not in data
    assert data["skus"][0]["seller_sku"] == ""
    assert data["skus"][0]["price"]["sale_price"] == "1980"
    assert data["skus"][0]["inventory"][0]["quantity"] == 5


def test_a_sku_left_out_of_an_edit_is_deleted_with_the_review(call: Caller, sandbox: Sandbox, shirt: Wire) -> None:
    product_id = create(call, shirt)
    sandbox.control.advance(60)
    read = call.get(product_id).data["skus"]
    kept = [{"id": sku["id"], "seller_sku": sku["seller_sku"],
             "sales_attributes": [{"id": a["id"], "value_id": a["value_id"]} for a in sku["sales_attributes"]]}
            for sku in read[:2]]
    new = {**copy.deepcopy(shirt["skus"][2]), "seller_sku": "TS-new"}
    new["sales_attributes"][1] = {"name": "丈", "value_name": "ふつう"}
    assert call.partial(product_id, skus=[*kept, new]).code == 12052571
    sandbox.control.set(partial_blanks=False)
    answer = call.partial(product_id, skus=[*kept, new])
    new_id = answer.data["skus"][2]["id"]
    assert new_id not in {sku["id"] for sku in read}
    assert len(call.get(product_id).data["skus"]) == 3
    sandbox.control.advance(60)
    after = {sku["id"]: sku for sku in call.get(product_id).data["skus"]}
    assert list(after) == [read[0]["id"], read[1]["id"], new_id]
    assert after[new_id]["inventory"][0]["quantity"] == 20
    assert call.stock(product_id, {read[2]["id"]: 1}).data["errors"][0]["detail"]["extra_errors"][0]["code"] == 12052556


def test_a_partial_edit_replaces_lists_whole(call: Caller, sandbox: Sandbox, live_mug: str, image: str) -> None:
    call.partial(live_mug, main_images=[{"uri": image}, {"uri": image}], search_terms=["a", "b"])
    call.partial(live_mug, search_terms=["c"])
    sandbox.control.advance(60)
    data = call.get(live_mug).data
    assert len(data["main_images"]) == 2
    assert data["search_terms"] == ["c"]


def test_a_draft_of_a_live_product(call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire) -> None:
    answer = call.partial(live_mug, save_mode="AS_DRAFT", title="下書きのマグカップ")
    assert answer.data["audit"] == {"status": "NONE"}
    live = call.get(live_mug).data
    assert (live["has_draft"], live["title"], live["status"]) == (True, mug["title"], "ACTIVATE")
    assert call.get(live_mug, return_draft_version="true").data["title"] == "下書きのマグカップ"
    call.partial(live_mug, description="<p>説明だけ直す</p>")
    reviewed = call.get(live_mug, return_under_review_version="true").data
    assert reviewed["title"] == "下書きのマグカップ"
    assert reviewed["has_draft"] is False


def test_drafts_are_refused_during_review_and_for_stopped_products(
    call: Caller, sandbox: Sandbox, mug: Wire, live_mug: str
) -> None:
    pending = create(call, mug)
    assert call.partial(pending, save_mode="AS_DRAFT", title="下書きのマグカップ").code == 12052901
    sandbox.control.freeze_product(live_mug)
    assert call.partial(live_mug, title="磁器のマグカップ").code == 12052901
    assert call.edit(live_mug, mug).code == 12052901


def test_an_edit_during_the_first_review_replaces_it(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    product_id = create(call, mug)
    sandbox.control.advance(50)
    call.partial(product_id, title="磁器のマグカップ")
    sandbox.control.advance(50)
    assert call.status(product_id) == ("PENDING", "AUDITING")
    sandbox.control.advance(10)
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")
    sandbox.control.set(pending_edit="refuse")
    assert call.partial(create(call, mug), title="磁器のマグカップ").code == 12052901


# --- pausing and coming back ------------------------------------------------------------------------------------------


def test_deactivate_hides_at_once_and_only_live_products(call: Caller, mug: Wire, live_mug: str) -> None:
    assert call.batch("deactivate", live_mug).data == {}
    assert call.status(live_mug) == ("SELLER_DEACTIVATED", "NONE")
    assert call.get(live_mug).data["skus"][0]["status_info"] == {
        "status": "DEACTIVATED", "deactivation_source": "SELLER"}
    error = call.batch("deactivate", live_mug).data["errors"][0]
    assert (error["code"], error["detail"]) == (12052901, {"product_id": live_mug})


def test_editing_a_paused_product_brings_it_back_on_sale(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    call.batch("deactivate", live_mug)
    assert call.partial(live_mug, title="磁器のマグカップ").data["audit"] == {"status": "AUDITING"}
    assert call.status(live_mug) == ("PENDING", "AUDITING")
    sandbox.control.advance(60)
    assert call.status(live_mug) == ("ACTIVATE", "APPROVED")


def test_the_switch_that_keeps_a_paused_product_paused(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    sandbox.control.set(paused_edit="stay")
    call.batch("deactivate", live_mug)
    assert call.partial(live_mug, title="磁器のマグカップ").data["audit"] == {"status": "NONE"}
    sandbox.control.advance(60)
    assert call.status(live_mug) == ("SELLER_DEACTIVATED", "NONE")
    assert call.get(live_mug).data["title"] == "磁器のマグカップ"


def test_activate_goes_through_review(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    call.batch("deactivate", live_mug)
    assert call.batch("activate", live_mug).data == {}
    assert call.status(live_mug) == ("PENDING", "AUDITING")
    assert call.get(live_mug).data["product_status"] == "SELLER_DEACTIVATED"
    sandbox.control.advance(60)
    assert call.status(live_mug) == ("ACTIVATE", "APPROVED")


def test_a_failed_activation_review(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    call.batch("deactivate", live_mug)
    sandbox.control.seller_edit(live_mug, title="陶器のマグカップ [NG:image]")
    call.batch("activate", live_mug)
    sandbox.control.advance(60)
    assert call.status(live_mug) == ("FAILED", "FAILED")


def test_activate_wraps_its_refusals(call: Caller, mug: Wire, live_mug: str) -> None:
    draft = create(call, mug, save_mode="AS_DRAFT")
    errors = call.batch("activate", live_mug, draft, "1").data["errors"]
    assert [(e["code"], e["detail"]["product_id"], e["detail"]["extra_errors"][0]["code"]) for e in errors] == [
        (12052990, live_mug, 12052901), (12052990, draft, 12052901), (12052990, "1", 12052032)]


def test_deactivating_during_a_review_keeps_the_new_version_as_a_draft(
    call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire
) -> None:
    call.partial(live_mug, title="磁器のマグカップ")
    call.batch("deactivate", live_mug)
    sandbox.control.advance(60)
    data = call.get(live_mug).data
    assert (data["status"], data["has_draft"], data["title"]) == ("SELLER_DEACTIVATED", True, mug["title"])


def test_taken_down_products_are_cured_by_edit_or_activate(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    sandbox.control.take_down(live_mug)
    assert call.status(live_mug) == ("PLATFORM_DEACTIVATED", "NONE")
    call.partial(live_mug, title="磁器のマグカップ")
    sandbox.control.advance(60)
    assert call.status(live_mug) == ("ACTIVATE", "APPROVED")
    sandbox.control.take_down(live_mug)
    call.batch("activate", live_mug)
    assert call.status(live_mug) == ("PENDING", "AUDITING")


def test_a_frozen_product_takes_nothing_until_the_appeal(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    sandbox.control.freeze_product(live_mug)
    sku = sku_ids(call, live_mug)[0]
    assert call.prices(live_mug, {sku: "1000"}).code == 12052901
    assert call.stock(live_mug, {sku: 1}).code == 12052901
    for action in ("activate", "deactivate", "delete", "recover"):
        assert call.batch(action, live_mug).data["errors"]
    sandbox.control.unfreeze_product(live_mug)
    assert call.status(live_mug) == ("PLATFORM_DEACTIVATED", "NONE")


def test_delete_and_recover(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    assert call.batch("delete", live_mug).data == {}
    assert call.status(live_mug) == ("DELETED", "NONE")
    assert call.batch("delete", live_mug).data["errors"][0]["code"] == 12052901
    assert call.partial(live_mug, title="磁器のマグカップ").code == 12052901
    assert call.batch("recover", live_mug).data == {}
    assert call.status(live_mug) == ("SELLER_DEACTIVATED", "NONE")


def test_a_deleted_product_is_not_revived_by_its_review(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    product_id = create(call, mug)
    call.batch("delete", product_id)
    sandbox.control.advance(60)
    assert call.status(product_id) == ("DELETED", "NONE")


def test_batches_hold_twenty(call: Caller) -> None:
    assert call.batch("deactivate", *map(str, range(21))).code == 12019120
    assert call.batch("deactivate").code == 12052910


def test_a_product_of_another_shop(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    other = sandbox.control.add_shop("別の店")
    path = "/product/202309/products/deactivate"
    answer = call("POST", path, {"product_ids": [live_mug]}, {"shop_cipher": other["cipher"]}, cipher=False)
    assert answer.data["errors"][0]["code"] == 12052048
    assert len(call("GET", "/authorization/202309/shops", cipher=False).data["shops"]) == 2


# --- quota, idempotency, external ids ---------------------------------------------------------------------------------


def test_the_quota_counts_listings_and_activations_until_midnight_in_japan(
    call: Caller, sandbox: Sandbox, mug: Wire, live_mug: str
) -> None:
    sandbox.control.set(daily_quota=3)
    create(call, mug)
    create(call, mug, save_mode="AS_DRAFT")
    call.batch("deactivate", live_mug)
    call.batch("activate", live_mug)
    assert sandbox.control.quota_used() == 3
    assert call.create(mug).code == 12052093
    sandbox.control.advance(60)
    call.batch("deactivate", live_mug)
    assert call.batch("activate", live_mug).data["errors"][0]["detail"]["extra_errors"][0]["code"] == 12052093
    items = call("GET", "/product/202312/prerequisites").data["check_results"]
    assert next(i for i in items if i["check_item"] == "PRODUCT_QUANTITY_LIMIT")["is_failed"]
    seconds_left = 86400 - (sandbox.control.now() + 9 * 3600) % 86400
    sandbox.control.advance(seconds_left - 1)
    assert call.create(mug).code == 12052093
    sandbox.control.advance(1)
    assert call.create(mug).code == 0


def test_edits_count_by_switch_only(call: Caller, sandbox: Sandbox, live_mug: str) -> None:
    used = sandbox.control.quota_used()
    call.partial(live_mug, title="磁器のマグカップ")
    assert sandbox.control.quota_used() == used
    sandbox.control.set(quota_counts_edits=True)
    call.partial(live_mug, title="磁器のマグカップ 2")
    assert sandbox.control.quota_used() == used + 1


def test_a_repeated_idempotency_key_creates_nothing(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    first = call.create({**mug, "idempotency_key": "k1", "external_product_id": "e1"})
    second = call.create({**mug, "idempotency_key": "k1", "external_product_id": "e1"})
    assert second.data == first.data
    assert len(sandbox.control.products()) == 1
    sandbox.control.set(idempotency="error")
    assert call.create({**mug, "idempotency_key": "k1"}).code == 12052910


def test_a_failed_create_does_not_use_up_its_key(call: Caller, mug: Wire) -> None:
    assert call.create({**mug, "title": "", "idempotency_key": "k1"}).code == 12052261
    assert call.create({**mug, "idempotency_key": "k1"}).code == 0


def test_external_ids_are_unique_until_deletion(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    product_id = create(call, mug, external_product_id="e1")
    assert call.create({**mug, "external_product_id": "e1"}).code == 12052996
    other = create(call, mug, external_product_id="e2")
    assert call.partial(other, external_product_id="e1").code == 12052996
    call.batch("delete", product_id)
    assert create(call, mug, external_product_id="e1")
    sandbox.control.set(deleted_keeps_external_id=True)
    call.batch("delete", other)
    assert call.create({**mug, "external_product_id": "e2"}).code == 12052996
