"""From the platform's event to the row: sandbox → listener → store → workbook, over loopback."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from sheets_sync.errors import CredentialsError, ShopUnavailable, UsageError
from sheets_sync.messages import text
from sheets_sync.push.context import PushContext
from sheets_sync.push.refresh import read_again
from sheets_sync.records import Link
from sheets_sync.sandbox import Sandbox
from sheets_sync.store import open_store
from sheets_sync.usecases.listen import ListenOptions, listen
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import open_session
from sheets_sync.webhooks.server import Listener
from sheets_sync.webhooks.signature import signature

from .shop_folder import ShopFolder, product

ADDRESS = "https://hooks.example.jp/tiktok"
QUICK = ListenOptions(port=0, address=ADDRESS, beat=0.01)


@dataclass
class Told:
    """Progress as a person sees it: message codes, with their texts made on the way."""

    lines: list[str] = field(default_factory=list)
    codes: list[str] = field(default_factory=list)

    def step(self, code: str, **params: object) -> None:
        self.codes.append(code)
        self.lines.append(text(code, "ja", **params))

    def advance(self, code: str, done: int, total: int) -> None:
        """Nothing to count."""


@dataclass
class Ear:
    """A listener at work in a thread of its own."""

    shop: ShopFolder
    told: Told = field(default_factory=Told)
    listener: Listener | None = None
    result: RunResult | None = None

    @property
    def counts(self) -> dict[str, Any]:
        assert self.result
        return self.result.counts

    def until(self, what: Callable[[], object], message: str) -> None:
        """Wait for something to become true, by real time: threads are at work."""
        end = time.monotonic() + 20
        while not what():
            assert time.monotonic() < end, f"{message}; told: {self.told.lines}"
            time.sleep(0.01)

    def deliver(self) -> int:
        return self.shop.sandbox.control.deliver_webhooks()

    def quiet(self, seconds: float = 31) -> None:
        """Let so much time pass that rows are written."""
        before = self.told.codes.count("listen_reviewed")
        self.shop.moved.seconds += seconds
        self.until(lambda: self.told.codes.count("listen_reviewed") > before, "no rows were written")

    def link(self, key: str) -> Any:
        store = open_store(self.shop.settings.store_url())
        try:
            return store.link(key)
        finally:
            store.close()

    def handled(self) -> object:
        """Events that are done with."""
        store = open_store(self.shop.settings.store_url())
        try:
            return store.cached("webhooks", "seen")
        finally:
            store.close()

    def post(self, body: bytes, signed: str | None = None) -> int:
        assert self.listener
        sandbox = self.shop.sandbox
        right = signature(sandbox.app_key, sandbox.app_secret, body)
        connection = http.client.HTTPConnection("127.0.0.1", self.listener.port, timeout=5)
        try:
            connection.request("POST", "/tiktok", body, {"Authorization": right if signed is None else signed})
            return connection.getresponse().status
        finally:
            connection.close()


@contextmanager
def listening(shop: ShopFolder, options: ListenOptions = QUICK) -> Iterator[Ear]:
    ear, stop, ready = Ear(shop), threading.Event(), threading.Event()
    failed: list[BaseException] = []

    def opened(listener: Listener) -> None:
        ear.listener = listener
        shop.sandbox.control.forward_webhooks(f"http://127.0.0.1:{listener.port}")
        ready.set()

    def run() -> None:
        try:
            with open_session(shop.settings, "listen", locked=False, progress=ear.told) as session:
                ear.result = listen(session, options, stop, opened)
        except BaseException as error:  # noqa: BLE001  raised again in the test's thread
            failed.append(error)
            ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        ready.wait(20)
        if not failed:
            yield ear
    finally:
        stop.set()
        thread.join(20)
        shop.sandbox.control.forward_webhooks("")
    if failed:
        raise failed[0]


@pytest.fixture
def manual(shop: ShopFolder) -> ShopFolder:
    """Reviews are decided by hand, and events go out when the test says so."""
    shop.sandbox.control.set(review_mode="manual", webhook_delivery="manual")
    shop.cart(product("ao"), product("aka"))
    assert shop.run("export") == 0
    shop.fill("ao", "aka")
    assert shop.run("import", "--yes") == 0
    assert shop.row("ao")["listing"] == "審査中"
    return shop


def decide(shop: ShopFolder, key: str, verdict: str = "pass") -> None:
    shop.sandbox.control.decide(shop.listings()[key]["id"], verdict)


# -- the whole way ---------------------------------------------------------------------------------------------------


def test_an_event_becomes_a_state_in_the_row(manual: ShopFolder) -> None:
    with listening(manual) as ear:
        ear.quiet()
        decide(manual, "ao")
        decide(manual, "aka", "fail")
        assert ear.deliver() == 4
        ear.until(lambda: ear.link("aka").audit == "FAILED" and ear.link("ao").status == "ACTIVATE", "not read")
        assert manual.row("ao")["listing"] == "審査中", "nothing is written at each event"
        ear.quiet()
        assert manual.row("ao")["listing"] == "出品中"
        row = manual.row("aka")
        assert row["state"] == "審査NG"
        assert row["review_reasons"]
        assert any("ao: 出品中" in line for line in ear.told.lines)
    assert ear.counts["received"] == 4
    assert (ear.counts["read"] >= 2, ear.counts["reviews"]) == (True, 2)
    assert ear.result
    assert ear.result.exit_code == 130


def test_the_address_is_registered_told_and_removed(manual: ShopFolder, capsys: pytest.CaptureFixture[str]) -> None:
    with listening(manual) as ear:
        assert ear.listener
        assert ear.listener.path == "/tiktok"
        registered = [line for line in ear.told.lines if ADDRESS in line]
    assert len(registered) == 5
    assert sum("PRODUCT_AUDIT_STATUS_CHANGE" in line for line in registered) == 1
    with listening(manual, ListenOptions(port=0, beat=0.01)) as again:
        assert again.listener
        assert again.listener.path == "/tiktok", "as registered, without being told again"
    code, told = manual.json(capsys, "listen", "--remove")
    assert (code, told["removed"]) == (0, 5)
    assert manual.json(capsys, "listen", "--remove")[1]["removed"] == 0
    with listening(manual, ListenOptions(port=0, beat=0.01)) as nothing:
        assert "listen_nothing_registered" in nothing.told.codes


@pytest.mark.parametrize("address", ["http://hooks.example.jp/", "https://203.0.113.5/", "https://hooks.example.jp:444/"])
def test_an_unfit_address_never_reaches_the_platform(manual: ShopFolder, address: str) -> None:
    manual.sandbox.control.clear_requests()
    with pytest.raises(UsageError), listening(manual, ListenOptions(port=0, address=address)):
        pass
    assert "set_webhook" not in [request["operation"] for request in manual.sandbox.control.requests]
    assert manual.run("listen", "--address", address) == 2


def test_a_pending_stop_is_carried_out_at_once(manual: ShopFolder) -> None:
    manual.type("ao", action="停止する（非公開）")
    assert manual.run("import", "--yes") == 0
    assert "審査通過後に停止" in str(manual.row("ao")["action_result"])
    with listening(manual) as ear:
        ear.quiet()
        decide(manual, "ao")
        decide(manual, "aka")
        ear.deliver()
        ear.until(lambda: manual.listings()["ao"]["status"] == "SELLER_DEACTIVATED", "it was not stopped")
        assert manual.listings()["aka"]["status"] == "ACTIVATE"
        ear.until(lambda: not ear.link("ao").hold, "the hold stays")
        ear.deliver()
        ear.quiet()
        row = manual.row("ao")
        assert row["listing"] == "停止中（非公開）"
        assert "停止済み" in str(row["action_result"])
        assert "action" not in row
    assert ear.counts["paused"] == 1
    assert manual.run("import", "--yes") == 0
    assert manual.listings()["ao"]["status"] == "SELLER_DEACTIVATED"


def test_changes_in_seller_center_show_as_drift(manual: ShopFolder) -> None:
    for key in ("ao", "aka"):
        decide(manual, key)
    manual.run("review")
    with listening(manual) as ear:
        ear.quiet()
        manual.sandbox.control.seller_edit(manual.listings()["ao"]["id"], title="セラーセンターで直した名前")
        ear.deliver()
        ear.until(lambda: ear.link("ao").drift, "the drift was not seen")
        ear.quiet()
        assert "セラーセンターで直した名前" in str(manual.row("ao")["tiktok_changes"])
        assert manual.row("ao")["title"] != "セラーセンターで直した名前"


# -- odd deliveries --------------------------------------------------------------------------------------------------


def test_duplicates_are_known_also_after_a_restart(manual: ShopFolder) -> None:
    control = manual.sandbox.control
    with listening(manual) as ear:
        control.webhook_trouble("duplicate", 2)
        decide(manual, "ao")
        assert ear.deliver() == 4
        ear.until(lambda: ear.link("ao").status == "ACTIVATE", "not read")
        ear.quiet()
        bodies = [one["body"].encode() for one in control.webhooks()]
    assert (ear.counts["received"], ear.counts["duplicates"]) == (4, 2)
    with listening(manual) as again:
        assert [again.post(body) for body in bodies] == [200] * 4
        again.quiet()
    assert (again.counts["received"], again.counts["duplicates"], again.counts["read"]) == (4, 4, 0)


def test_late_events_out_of_order_do_no_harm(manual: ShopFolder) -> None:
    with listening(manual) as ear:
        manual.sandbox.control.hold_webhooks()
        decide(manual, "ao")
        manual.sandbox.control.seller_deactivate(manual.listings()["ao"]["id"])
        manual.settle(hours=5)
        manual.sandbox.control.release_webhooks(reverse=True)
        assert ear.deliver() == 3
        ear.until(lambda: ear.link("ao").status == "SELLER_DEACTIVATED", "the newest state was not read")
        ear.quiet()
        assert manual.row("ao")["listing"] == "停止中（非公開）"
    assert manual.listings()["ao"]["status"] == "SELLER_DEACTIVATED"


def test_wrong_signatures_are_refused_and_sent_again_rightly(manual: ShopFolder) -> None:
    with listening(manual) as ear:
        ear.quiet()
        manual.sandbox.control.webhook_trouble("wrong_signature", 2)
        decide(manual, "ao")
        assert ear.deliver() == 0
        assert [one["tries"][0][1] for one in manual.sandbox.control.webhooks()] == [401, 401]
        assert ear.post(b'{"type":5}', signed="") == 401
        assert ear.link("ao").status == "PENDING"
    assert (ear.counts["refused"], ear.counts["received"]) == (3, 0)


def test_events_of_another_shop_and_unknown_products_change_nothing(manual: ShopFolder) -> None:
    control = manual.sandbox.control
    with listening(manual) as ear:
        ear.quiet()
        listing = manual.listings()["ao"]["id"]
        control.fire_webhook(5, {"product_id": int(listing), "status": "PRODUCT_STATUS_CHANGED"}, "7490000000000000001")
        control.fire_webhook(5, {"product_id": 1729999999999999999, "status": "PRODUCT_STATUS_CHANGED"})
        control.fire_webhook(15, {"product_id": 1.729999999999999e18})
        control.fire_webhook(37, {})
        control.clear_requests()
        assert ear.deliver() == 4
        manual.moved.seconds += 31
        time.sleep(0.1)
    assert (ear.counts["foreign"], ear.counts["ignored"], ear.counts["reviews"]) == (1, 3, 1)
    assert "get" not in [request["operation"] for request in control.requests]


def test_garbage_and_floods_never_end_it(manual: ShopFolder) -> None:
    with listening(manual) as ear:
        ear.quiet()
        for body in (b"", b"null", b"[" * 60_000, b"\xff", b'{"type":5,"data":{"product_id":{}}}', b'{"type":1}'):
            assert ear.post(body) == 200, "authentic, so nothing is gained by sending it again"
        assert ear.post(b"a" * 70_000) == 413
        listing = int(manual.listings()["ao"]["id"])
        shop = manual.sandbox.shop_id
        statuses = []
        began = time.monotonic()
        for number in range(300):
            event = {"type": 5, "tts_notification_id": f"{number}", "shop_id": shop, "data": {"product_id": listing}}
            statuses.append(ear.post(json.dumps(event).encode()))
        assert time.monotonic() - began < 10
        assert set(statuses) == {200}
        decide(manual, "ao")
        ear.deliver()
        ear.until(lambda: ear.link("ao").status == "ACTIVATE", "deaf after the flood")
    assert ear.counts["read"] < 300, "events that come together are read together"


def test_the_authorisations_end_is_told(manual: ShopFolder) -> None:
    with listening(manual) as ear:
        ear.quiet()
        manual.sandbox.control.fire_webhook(7, {"message": "soon", "expiration_time": "1797000000"})
        ear.deliver()
        ear.until(lambda: "listen_authorisation_ends" in ear.told.codes, "type 7 was not told")
        assert any("2026-12-11" in line for line in ear.told.lines)
        manual.sandbox.control.revoke()
        ear.deliver()
        ear.until(lambda: "listen_deauthorised" in ear.told.codes, "type 6 was not told")
    assert ear.result
    assert {code for code, _ in ear.result.notes} >= {"listen_authorisation_ends", "listen_deauthorised"}


# -- trouble on our side ---------------------------------------------------------------------------------------------


def test_another_run_is_waited_for(manual: ShopFolder) -> None:
    with listening(manual) as ear:
        ear.quiet()
        with open_session(manual.settings, "import"):
            decide(manual, "ao")
            assert ear.deliver() == 2
            time.sleep(0.1)
            assert ear.link("ao").status == "PENDING", "nothing is saved beside another run"
            manual.moved.seconds += 60
            time.sleep(0.1)
            assert manual.row("ao")["listing"] == "審査中"
        manual.moved.seconds += 16
        ear.until(lambda: ear.link("ao").status == "ACTIVATE", "not read after the other run")
        ear.quiet()
        assert manual.row("ao")["listing"] == "出品中"


def test_what_another_run_saved_meanwhile_is_never_overwritten(
    manual: ShopFolder, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A whole run may pass between reading a product and saving what was read."""
    passed: list[str] = []

    def read(ctx: PushContext, link: Link) -> Link:
        now = read_again(ctx, link)
        if not passed:
            passed.append(link.product_key)
            ctx.store.save_link(replace(link, sent={**link.sent, "marker": "of the other run"}))
        return now

    with listening(manual) as ear:
        ear.quiet()
        monkeypatch.setattr("sheets_sync.usecases.listen.read_again", read)
        decide(manual, "ao")
        ear.deliver()
        ear.until(lambda: ear.link("ao").status == "ACTIVATE", "it was not read again")
        assert ear.link("ao").sent["marker"] == "of the other run"
    assert passed == ["ao"]


def test_an_open_workbook_is_waited_for(manual: ShopFolder) -> None:
    owner = manual.folder / f"~${manual.workbook.name}"
    with listening(manual) as ear:
        ear.quiet()
        owner.write_bytes(b"")
        decide(manual, "ao")
        ear.deliver()
        ear.until(lambda: ear.link("ao").status == "ACTIVATE", "not read")
        for _ in range(5):
            manual.moved.seconds += 40
            time.sleep(0.05)
        assert ear.told.codes.count("listen_workbook_open") == 1, "told once"
        owner.unlink()
        ear.quiet()
        assert manual.row("ao")["listing"] == "出品中"


def test_a_platform_out_of_reach_is_tried_again(manual: ShopFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(manual) as ear:
        ear.quiet()
        with monkeypatch.context() as patched:

            def fail(*_: object) -> None:
                raise ShopUnavailable("tiktok_unreachable")

            patched.setattr("sheets_sync.usecases.listen.read_again", fail)
            decide(manual, "ao")
            ear.deliver()
            ear.until(lambda: "tiktok_unreachable" in ear.told.codes, "the trouble was not told")
        manual.moved.seconds += 121
        ear.until(lambda: ear.link("ao").status == "ACTIVATE", "it was given up")


def test_a_bug_in_one_review_does_not_end_the_listening(manual: ShopFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    with listening(manual) as ear:
        with monkeypatch.context() as patched:
            patched.setattr("sheets_sync.usecases.listen.review", lambda _run: 1 / 0)
            manual.moved.seconds += 31
            ear.until(lambda: "listen_bug" in ear.told.codes, "the bug was not told")
        decide(manual, "ao")
        ear.deliver()
        ear.quiet(400)
        assert manual.row("ao")["listing"] == "出品中"


def test_a_call_in_doubt_is_left_to_the_review(manual: ShopFolder) -> None:
    """An edit without an answer: the review settles it before anything is concluded from a reading."""
    for key in ("ao", "aka"):
        decide(manual, key)
    manual.run("review")
    manual.type("ao", title="新しい名前の青いマグカップ 磁器")
    manual.sandbox.control.fault("drop", operation="partial_edit", after_write=True)
    manual.run("import", "--yes")
    assert manual.row("ao")["state"] == "送信結果確認中"
    with listening(manual) as ear:
        decide(manual, "ao")
        ear.deliver()
        ear.until(ear.handled, "the events were not looked at")
        assert not ear.link("ao").drift, "nothing is concluded from a reading yet"
        ear.quiet()
        assert manual.row("ao")["state"] != "送信結果確認中", "the review has settled it"
        assert not manual.row("ao").get("tiktok_changes"), "our own edit is nobody else's change"
    manual.sandbox.control.set(review_mode="auto")
    manual.run("import", "--yes", "--wait")
    assert manual.row("ao")["state"] == "連携済み"
    assert manual.listings()["ao"]["title"] == "新しい名前の青いマグカップ 磁器"


def test_a_withdrawn_authorisation_ends_it_before_it_begins(manual: ShopFolder) -> None:
    manual.sandbox.control.revoke()
    with pytest.raises(CredentialsError), listening(manual):
        pass
    assert manual.run("listen") == 7


def test_a_port_that_is_taken(manual: ShopFolder) -> None:
    with listening(manual) as ear:
        assert ear.listener
        assert manual.run("listen", "--port", str(ear.listener.port)) == 2


# -- the command -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(os.name == "nt", reason="signals of another process")
def test_ctrl_c_ends_with_130_and_one_json_object(manual: ShopFolder) -> None:
    arguments = ["listen", "--port", "0", "--json", "--config", str(manual.folder / "sheets_sync.toml")]
    port = _free_port()
    arguments[2] = str(port)
    process = subprocess.Popen(
        [sys.executable, "-m", "sheets_sync", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr
        while str(port) not in (line := process.stderr.readline()):
            assert line, "it ended early"
        process.send_signal(signal.SIGINT)
        out, _ = process.communicate(timeout=20)
    finally:
        process.kill()
    assert process.returncode == 130
    told = json.loads(out)
    assert (told["command"], told["received"]) == ("listen", 0)


def _free_port() -> int:
    with Sandbox() as other:
        return int(other.url.rsplit(":", 1)[1])
