"""Trouble on demand, and what it leaves behind."""

import threading
from typing import Any

import pytest
import requests

from sheets_sync.sandbox import NoSuchControlError, Sandbox

from .conftest import Caller, Wire

CATEGORIES = "/product/202309/categories"


def count(sandbox: Sandbox) -> int:
    return len(sandbox.control.products())


def test_rate_limit_and_overload(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.set(retry_after=3)
    sandbox.control.fault("rate_limit", operation="categories")
    limited = call("GET", CATEGORIES)
    assert (limited.status, limited.code, limited.raw.headers["Retry-After"]) == (429, 36009002, "3")
    sandbox.control.fault("unavailable", path="/product/")
    busy = call.send("GET", CATEGORIES)
    assert (busy.status_code, busy.headers["content-type"]) == (503, "text/html")
    assert call("GET", CATEGORIES).code == 0


@pytest.mark.parametrize(("kind", "code"), [("internal", 36009003), ("error", 12345), ("bad_signature", 106001),
                                            ("expire_token", 105002)])
def test_errors_before_the_write(call: Caller, sandbox: Sandbox, mug: Wire, kind: Any, code: int) -> None:
    sandbox.control.fault(kind, operation="create", code=12345)
    assert call.create(mug).code == code
    assert count(sandbox) == 0


@pytest.mark.parametrize("kind", ["internal", "error", "rate_limit"])
def test_errors_after_the_write(call: Caller, sandbox: Sandbox, mug: Wire, kind: Any) -> None:
    sandbox.control.fault(kind, operation="create", after_write=True)
    assert call.create(mug).code != 0
    assert count(sandbox) == 1


def test_a_time_out_took_effect(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    sandbox.control.fault("timeout", operation="create")
    lost = {**mug, "idempotency_key": "k", "external_product_id": "e"}
    assert call.create(lost).code == 36009007
    assert count(sandbox) == 1
    assert call.create(lost).data["product_id"] == sandbox.control.products()[0]["id"]


@pytest.mark.parametrize(("after_write", "left"), [(False, 0), (True, 1)])
def test_a_cut_connection(call: Caller, sandbox: Sandbox, mug: Wire, after_write: bool, left: int) -> None:
    sandbox.control.fault("drop", operation="create", after_write=after_write)
    with pytest.raises(requests.ConnectionError):
        call.create(mug)
    assert count(sandbox) == left
    assert call.create(mug).code == 0


def test_half_an_answer_took_effect(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    sandbox.control.fault("half_body", operation="create")
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        call.create(mug)
    assert count(sandbox) == 1


def test_an_answer_that_is_no_json_took_effect(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    sandbox.control.fault("not_json", operation="create")
    response = call.send("POST", "/product/202309/products", mug)
    assert (response.status_code, response.text[:6]) == (200, "<html>")
    assert count(sandbox) == 1


def test_a_slow_answer_waits_for_release(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    sandbox.control.fault("slow", operation="create", seconds=30, after_write=True)
    codes: list[int] = []
    sender = threading.Thread(target=lambda: codes.append(call.create(mug).code))
    sender.start()
    while count(sandbox) == 0:  # the write comes first, the answer waits
        pass
    assert codes == []
    sandbox.control.release()
    sender.join(5)
    assert codes == [0]


def test_the_nth_matching_request_and_the_count(call: Caller, sandbox: Sandbox) -> None:
    order = sandbox.control.fault("internal", method="GET", path=CATEGORIES, nth=2, count=2)
    assert [call("GET", CATEGORIES).code for _ in range(5)] == [0, 36009003, 36009003, 0, 0]
    assert [(f["id"], f["seen"], f["fired"]) for f in sandbox.control.faults()] == [(order, 3, 2)]
    sandbox.control.fault("internal", operation="categories", count=None)
    assert {call("GET", CATEGORIES).code for _ in range(4)} == {36009003}
    sandbox.control.clear_faults()
    assert call("GET", CATEGORIES).code == 0


def test_probability_is_repeatable(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.fault("internal", operation="prerequisites", probability=0.5, count=None)
    codes = [call("GET", "/product/202312/prerequisites").code for _ in range(40)]
    assert 5 < codes.count(0) < 35


def test_token_calls_have_faults_too(sandbox: Sandbox) -> None:
    sandbox.control.fault("unavailable", operation="token")
    assert requests.get(f"{sandbox.url}/api/v2/token/refresh", timeout=5).status_code == 503


def test_items_of_a_batch_fail_alone(call: Caller, sandbox: Sandbox, live_mug: str, mug: Wire) -> None:
    other = call.create(mug).data["product_id"]
    sandbox.control.advance(60)
    sandbox.control.fail_item(other, 12052332, "migration")
    errors = call.batch("deactivate", live_mug, other).data["errors"]
    assert errors == [{"code": 12052332, "message": "migration", "detail": {"product_id": other}}]
    assert call.status(live_mug)[0] == "SELLER_DEACTIVATED"
    assert call.batch("deactivate", other).data == {}
    sku = call.get(other).data["skus"][0]["id"]
    sandbox.control.fail_item(sku, 12052037, count=2)
    assert [bool(call.stock(other, {sku: 3}).data) for _ in range(3)] == [True, True, False]


def test_the_log_tells_of_faults(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.clear_requests()
    sandbox.control.fault("internal", operation="categories")
    call("GET", CATEGORIES)
    assert [(r["fault"], r["code"], r["status"]) for r in sandbox.control.requests] == [("internal", 36009003, 500)]


def test_unknown_kinds_are_refused(sandbox: Sandbox) -> None:
    with pytest.raises(NoSuchControlError):
        sandbox.control.fault("earthquake")  # type: ignore[arg-type]
