"""Webhook settings, what fires when (reference 4.2), and the outbox with its ladder."""

import http.server
import json
import threading
import time as real_time
from collections.abc import Iterator
from typing import Any

import pytest
import requests
from tiktok_shop_api.webhooks import Webhooks

from sheets_sync.sandbox import NoSuchControlError, Sandbox

from .conftest import Caller, Wire, picture

ADDRESS = "https://hooks.example.jp/tiktok"
PATH = "/event/202309/webhooks"
ALL = (
    "PRODUCT_STATUS_CHANGE", "PRODUCT_AUDIT_STATUS_CHANGE", "PRODUCT_INFORMATION_CHANGE", "PRODUCT_CREATION",
    "PRODUCT_CATEGORY_CHANGE", "SELLER_DEAUTHORIZATION",
)


class Post(http.server.ThreadingHTTPServer):
    """Keeps what it is sent, and answers as told."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Take)
        self.got: list[tuple[str, str, bytes]] = []
        self.statuses: list[int] = []
        self.always = 200

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


class _Take(http.server.BaseHTTPRequestHandler):
    server: Post

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.got.append((self.path, self.headers["authorization"], body))
        self.send_response(self.server.statuses.pop(0) if self.server.statuses else self.server.always)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def post() -> Iterator[Post]:
    with Post() as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def wired(sandbox: Sandbox, call: Caller, post: Post) -> Sandbox:
    """Everything is wanted; deliveries go when the test says so."""
    sandbox.control.set(webhook_delivery="manual")
    for event in ALL:
        assert call("PUT", PATH, {"address": ADDRESS, "event_type": event}).code == 0
    sandbox.control.forward_webhooks(post.url)
    return sandbox


def fired(sandbox: Sandbox) -> list[tuple[int, str]]:
    """Number and telling word of the events since the last look."""
    told = []
    sandbox.control.settle()
    outbox = sandbox._world.outbox
    for one in outbox.deliveries:
        data = json.loads(one.body)["data"]
        word = data.get("status") or data.get("audit", {}).get("status") or data.get("change_source", "")
        told.append((one.type, word))
    outbox.deliveries.clear()
    return told


# --- settings ---------------------------------------------------------------------------------------------------------


def test_settings_are_set_shown_and_removed(call: Caller) -> None:
    assert call("GET", PATH).data == {"webhooks": [], "total_count": 0}
    assert call("PUT", PATH, {"address": ADDRESS, "event_type": ALL[0]}).data == {}
    assert call("PUT", PATH, {"address": ADDRESS + "2", "event_type": ALL[0]}).data == {}
    shown = call("GET", PATH).data
    assert shown["total_count"] == 1
    (one,) = shown["webhooks"]
    assert (one["event_type"], one["address"]) == (ALL[0], ADDRESS + "2")
    assert one["create_time"] > 1_700_000_000_000, "milliseconds"
    assert call("DELETE", PATH, {"event_type": ALL[0]}).data == {}
    assert call("DELETE", PATH, {"event_type": ALL[0]}).data == {}, "succeeds although nothing is set"
    assert call("GET", PATH).data["total_count"] == 0


@pytest.mark.parametrize("address", [
    "http://hooks.example.jp/", "https://hooks.example.jp:8443/", "https://203.0.113.5/", "https://[2001:db8::1]/",
    "https://localhost/", "hooks.example.jp", "https://hooks.example.jp/" + "a" * 255, "https://[broken/",
])
def test_unfit_addresses_are_refused(call: Caller, address: str) -> None:
    answer = call("PUT", PATH, {"address": address, "event_type": ALL[0]})
    assert (answer.code, call("GET", PATH).data["total_count"]) == (36009004, 0)


def test_unknown_events_missing_scope_and_methods(call: Caller, sandbox: Sandbox) -> None:
    assert call("PUT", PATH, {"address": ADDRESS, "event_type": "INVENTORY"}).code == 36009004
    assert call("PUT", PATH, {"address": ADDRESS}).code == 36009004
    assert call("PUT", PATH, {"address": ADDRESS, "event_type": "NEW_MESSAGE"}).code == 0
    assert call("POST", PATH, {}).code == 36009010
    sandbox.control.set_scopes(["seller.product.basic"])
    assert call("GET", PATH).code == 105005


# --- what fires when --------------------------------------------------------------------------------------------------


def test_nothing_fires_while_nobody_wants_it(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    call.create(mug)
    sandbox.control.advance(60)
    assert fired(sandbox) == []


def test_a_first_review_that_passes(call: Caller, wired: Sandbox, mug: Wire) -> None:
    call.create(mug)
    assert fired(wired) == [(16, ""), (37, "AUDITING")]
    wired.control.advance(60)
    assert fired(wired) == [(5, "PRODUCT_FIRST_PASS_REVIEW"), (37, "APPROVED")]


def test_a_first_review_that_fails_is_mended_and_replaced(call: Caller, wired: Sandbox, mug: Wire) -> None:
    product_id = call.create({**mug, "title": "陶器のマグカップ [NG:title]"}).data["product_id"]
    fired(wired)
    wired.control.advance(60)
    assert fired(wired) == [(5, "PRODUCT_AUDIT_FAILURE"), (37, "FAILED")]
    call.partial(product_id, title="陶器のマグカップ")
    assert fired(wired) == [(37, "AUDITING")]
    call.partial(product_id, title="陶器のマグカップ 大")
    assert fired(wired) == [(37, "AUDITING")]


def test_drafts_and_pre_approval(call: Caller, wired: Sandbox, mug: Wire) -> None:
    product_id = call.create({**mug, "save_mode": "AS_DRAFT"}).data["product_id"]
    assert fired(wired) == [(16, "")]
    sku = {**mug["skus"][0], "id": call.get(product_id).data["skus"][0]["id"]}
    call.edit(product_id, {**mug, "title": "陶器のマグカップ [PRE]", "skus": [sku]})
    assert fired(wired) == [(37, "AUDITING")]
    wired.control.advance(60)
    assert fired(wired) == [(37, "PRE_APPROVED")]
    wired.control.decide(product_id, "pass")
    assert fired(wired) == [(5, "PRODUCT_FIRST_PASS_REVIEW"), (37, "APPROVED")]


def test_edits_of_a_live_product(call: Caller, wired: Sandbox, live_mug: str) -> None:
    sku_id = call.get(live_mug).data["skus"][0]["id"]
    fired(wired)
    call.prices(live_mug, {sku_id: "2100"})
    call.stock(live_mug, {sku_id: 8})
    assert fired(wired) == [], "71 is not subscribed, and a price fires nothing"
    call.partial(live_mug, title="新しい陶器のマグカップ")
    assert fired(wired) == [(37, "AUDITING")]
    wired.control.advance(60)
    assert fired(wired) == [(5, "PRODUCT_STATUS_CHANGED"), (15, "OPEN_API"), (37, "APPROVED")]
    call.partial(live_mug, title="新しい陶器のマグカップ [NG:title]")
    wired.control.advance(60)
    assert fired(wired) == [(37, "AUDITING"), (5, "PRODUCT_AUDIT_FAILURE"), (37, "FAILED")]
    wired.control.seller_edit(live_mug, title="店頭で直した名前")
    assert fired(wired) == [(15, "SELLER_CENTER")]


def test_hiding_publishing_and_deleting(call: Caller, wired: Sandbox, live_mug: str) -> None:
    fired(wired)
    call.batch("deactivate", live_mug)
    assert fired(wired) == [(5, "PRODUCT_STATUS_CHANGED")]
    call.batch("activate", live_mug)
    assert fired(wired) == [(37, "AUDITING")]
    wired.control.advance(60)
    assert fired(wired) == [(5, "PRODUCT_STATUS_CHANGED"), (37, "APPROVED")]
    call.batch("delete", live_mug)
    call.batch("recover", live_mug)
    assert fired(wired) == [(5, "PRODUCT_STATUS_CHANGED")] * 2


def test_the_platform_steps_in(call: Caller, wired: Sandbox, live_mug: str) -> None:
    wired.control.deliver_webhooks()
    wired.control.freeze_product(live_mug)
    wired.control.unfreeze_product(live_mug)
    frozen, thawed = [json.loads(one["body"]) for one in wired.control.webhooks()[-2:]]
    assert [one["type"] for one in (frozen, thawed)] == [5, 5]
    assert frozen["data"]["suspended_reason"]


def test_a_listing_that_is_taken_down_as_soon_as_it_is_live_tells_both(call: Caller, wired: Sandbox, mug: Wire) -> None:
    call.create({**mug, "title": "陶器のマグカップ [TAKEDOWN]"})
    fired(wired)
    wired.control.advance(60)
    assert fired(wired) == [
        (5, "PRODUCT_FIRST_PASS_REVIEW"), (37, "APPROVED"), (5, "PRODUCT_STATUS_CHANGED"),
    ]


def test_another_category_and_other_skus_go_live(call: Caller, wired: Sandbox, shirt: Wire) -> None:
    wired.control.partner_center_webhook(50, ADDRESS)
    product_id = call.create(shirt).data["product_id"]
    wired.control.advance(60)
    fired(wired)
    known = {sku["seller_sku"]: sku["id"] for sku in call.get(product_id).data["skus"]}
    skus = [{**sku, "id": known[sku["seller_sku"]]} for sku in shirt["skus"][:2]]
    call.edit(product_id, {**shirt, "category_id": "605250", "skus": skus})
    wired.control.advance(60)
    assert {number for number, _ in fired(wired)} == {5, 15, 18, 37, 50}


def test_stock_changes_fire_where_partner_center_switched_them_on(call: Caller, wired: Sandbox, live_mug: str) -> None:
    sku_id = call.get(live_mug).data["skus"][0]["id"]
    wired.control.partner_center_webhook(71, ADDRESS)
    assert len(call("GET", PATH).data["webhooks"]) == len(ALL), "it stays out of the settings call"
    fired(wired)
    call.stock(live_mug, {sku_id: 8})
    wired.control.sell(sku_id, 3)
    assert [number for number, _ in fired(wired)] == [71, 71]
    with pytest.raises(NoSuchControlError):
        wired.control.partner_center_webhook(5, ADDRESS)


def test_ids_are_integers_and_exact(call: Caller, wired: Sandbox, mug: Wire) -> None:
    product_id = call.create(mug).data["product_id"]
    bodies = [json.loads(one["body"]) for one in wired.control.webhooks()]
    assert [body["data"]["product_id"] for body in bodies] == [int(product_id)] * 2
    wired.control.fire_webhook(15, {"product_id": product_id, "change_source": "SELLER_CENTER"})
    assert json.loads(wired.control.webhooks()[-1]["body"])["data"]["product_id"] == product_id


def test_revoking_tells_so(wired: Sandbox) -> None:
    wired.control.revoke()
    assert fired(wired) == [(6, "")]


# --- delivery ---------------------------------------------------------------------------------------------------------


def test_deliveries_are_signed_on_the_raw_body(call: Caller, wired: Sandbox, mug: Wire, post: Post) -> None:
    """The published package judges our signatures."""
    call.create({**mug, "title": "赤いマグカップ"})
    assert wired.control.deliver_webhooks() == 2
    assert [path for path, _, _ in post.got] == ["/tiktok"] * 2
    for _, signature, body in post.got:
        assert Webhooks.verify(
            raw_body=body, signature=signature, app_key=wired.app_key, app_secret=wired.app_secret
        )
    assert wired.control.deliver_webhooks() == 0, "what was taken is not sent again"


def test_the_published_package_reads_every_event(call: Caller, wired: Sandbox, shirt: Wire) -> None:
    """It parses strictly: a missing or a null field is an error."""
    for number in (50, 71):
        wired.control.partner_center_webhook(number, ADDRESS)
    product_id = call.create(shirt).data["product_id"]
    wired.control.advance(60)
    skus = call.get(product_id).data["skus"]
    wired.control.sell(skus[0]["id"])
    known = {sku["seller_sku"]: sku["id"] for sku in skus}
    fewer = [{**sku, "id": known[sku["seller_sku"]]} for sku in shirt["skus"][:2]]
    call.edit(product_id, {**shirt, "category_id": "605250", "skus": fewer})
    wired.control.advance(60)
    wired.control.freeze_product(product_id)
    wired.control.revoke()
    parsed = [Webhooks.parse(one["body"]) for one in wired.control.webhooks()]
    assert {event.type_ for event in parsed} == {5, 6, 15, 16, 18, 37, 50, 71}


def test_the_ladder(call: Caller, wired: Sandbox, mug: Wire, post: Post) -> None:
    call("DELETE", PATH, {"event_type": "PRODUCT_AUDIT_STATUS_CHANGE"})
    post.always = 500
    call.create({**mug, "save_mode": "AS_DRAFT"})
    for position, wait in enumerate((0, 120, 1800, 3 * 3600, 12 * 3600), start=1):
        if wait:
            wired.control.advance(wait - 1)
            wired.control.deliver_webhooks()
            assert len(post.got) == position - 1, "not before its time"
            wired.control.advance(1)
        wired.control.deliver_webhooks()
        assert len(post.got) == position
    wired.control.advance(30 * 86400)
    wired.control.deliver_webhooks()
    (lost,) = wired.control.webhooks()
    assert (len(post.got), lost["state"], len(lost["tries"])) == (5, "given_up", 5)
    assert len({body for _, _, body in post.got}) == 1, "the same bytes each time"


def test_a_later_rung_can_succeed(call: Caller, wired: Sandbox, mug: Wire, post: Post) -> None:
    post.statuses = [503, 401]
    call.create({**mug, "save_mode": "AS_DRAFT"})
    for wait in (0, 120, 1800, 3 * 3600):
        wired.control.advance(wait)
        wired.control.deliver_webhooks()
    (one,) = wired.control.webhooks()
    assert [status for _, status in one["tries"]] == [503, 401, 200]
    assert one["state"] == "delivered"


def test_wrong_signatures_and_duplicates_on_demand(call: Caller, wired: Sandbox, mug: Wire, post: Post) -> None:
    wired.control.webhook_trouble("wrong_signature")
    wired.control.webhook_trouble("duplicate")
    call.create(mug)
    wired.control.deliver_webhooks()
    right = [
        Webhooks.verify(raw_body=body, signature=sign, app_key=wired.app_key, app_secret=wired.app_secret)
        for _, sign, body in post.got
    ]
    assert right == [False, True, True]
    assert post.got[1] == post.got[2]
    with pytest.raises(NoSuchControlError, match="duplicate"):
        wired.control.webhook_trouble("lost")  # type: ignore[arg-type]


def test_late_and_out_of_order(call: Caller, wired: Sandbox, mug: Wire, post: Post) -> None:
    wired.control.hold_webhooks()
    call.create(mug)
    wired.control.advance(60)
    assert wired.control.deliver_webhooks() == 0
    wired.control.release_webhooks(reverse=True)
    assert wired.control.deliver_webhooks() == 4
    times = [json.loads(body)["data"]["update_time"] for _, _, body in post.got]
    assert times == sorted(times, reverse=True)
    assert times[0] > times[-1]


def test_nothing_leaves_the_machine_without_a_forward(call: Caller, wired: Sandbox, mug: Wire) -> None:
    wired.control.forward_webhooks("")
    call.create(mug)
    assert wired.control.deliver_webhooks() == 0
    assert [one["tries"][0][1] for one in wired.control.webhooks()] == [0, 0]


def test_a_listener_that_hangs_costs_a_try_and_blocks_nobody(
    call: Caller, wired: Sandbox, mug: Wire, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sheets_sync.sandbox.webhook_sending.PATIENCE_SECONDS", 0.2)
    with http.server.HTTPServer(("127.0.0.1", 0), _Take) as deaf:  # takes connections, never serves them
        wired.control.forward_webhooks(f"http://127.0.0.1:{deaf.server_address[1]}")
        call.create(mug)
        sending = threading.Thread(target=wired.control.deliver_webhooks)
        sending.start()
        assert call.search().code == 0
        sending.join(5)
    assert [one["tries"][0][1] for one in wired.control.webhooks()] == [0, 0]


def test_events_go_out_by_themselves(call: Caller, wired: Sandbox, mug: Wire, post: Post) -> None:
    """Nobody asks for anything: the review is decided when it is due, and told."""
    wired.control.set(webhook_delivery="auto")
    call.create(mug)
    wired.control.advance(60)
    end = real_time.monotonic() + 5
    while len(post.got) < 4 and real_time.monotonic() < end:
        real_time.sleep(0.01)
    assert [json.loads(body)["type"] for _, _, body in post.got] == [16, 37, 5, 37]


def test_controls_over_http(wired: Sandbox, post: Post) -> None:
    requests.post(f"{wired.url}/_sandbox/fire_webhook", json={"number": 5, "data": {"product_id": 7}}, timeout=5)
    requests.post(f"{wired.url}/_sandbox/deliver_webhooks", timeout=5)
    outbox = requests.get(f"{wired.url}/_sandbox/webhooks", timeout=5).json()["result"]
    assert [one["state"] for one in outbox] == ["delivered"]
    assert len(post.got) == 1


def test_pictures_are_no_events(call: Caller, wired: Sandbox) -> None:
    call.upload(picture())
    assert fired(wired) == []
