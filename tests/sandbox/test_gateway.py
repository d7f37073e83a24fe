"""The checks before any endpoint: their codes, their HTTP status and their order."""

import hmac

import pytest

from sheets_sync.sandbox import Sandbox
from sheets_sync.sandbox.gateway import Request, signature

from .conftest import Caller, FakeTime, Wire, picture

SHOPS = "/authorization/202309/shops"
CATEGORIES = "/product/202309/categories"


def test_signatures_of_the_published_vectors(vectors: list[Wire]) -> None:
    assert len(vectors) == 11
    for vector in vectors:
        headers = {"content-type": vector["content_type"]} if vector["content_type"] else {}
        body = (vector["body"] or "").encode()
        request = Request(vector["method"], vector["path"], vector["query"], headers, body)
        assert signature(vector["secret"], request) == vector["sign"], vector["name"]


def test_a_good_request_is_answered_in_the_envelope(call: Caller, sandbox: Sandbox) -> None:
    answer = call("GET", SHOPS, cipher=False)
    assert (answer.status, answer.code, answer.message) == (200, 0, "Success")
    assert len(answer.request_id) == 34
    assert answer.request_id[:14].isdigit()
    assert answer.data["shops"][0] == {
        "id": sandbox.shop_id, "name": "サンプル商店", "region": "JP", "seller_type": "LOCAL",
        "cipher": sandbox.shop_cipher, "code": "JPLCEXAMPLE01",
    }


SPOILT = {
    "app key": ({"app_key": "nobody"}, {}, 400, 36009004, "app_key"),
    "late": ({"timestamp": "1"}, {}, 400, 36009004, "timestamp"),
    "not a time": ({"timestamp": "soon"}, {}, 400, 36009004, "timestamp"),
    "no signature": ({"sign": ""}, {}, 400, 36009004, "signature"),
    "wrong signature": ({"sign": "0" * 64}, {}, 401, 106001, "sign"),
    "unknown token": ({}, {"x-tts-access-token": "other"}, 401, 36009004, "x-tts-access-token"),
    "no token": ({}, {"x-tts-access-token": ""}, 401, 36009004, "x-tts-access-token"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_spoilt_credentials(call: Caller, name: str) -> None:
    query, headers, status, code, word = SPOILT[name]
    answer = call("GET", CATEGORIES, change=lambda q, h: (q.update(query), h.update(headers)))
    assert (answer.status, answer.code, answer.data) == (status, code, None)
    assert word in answer.message


def test_the_order_of_checks_is_path_then_method_then_app_key_then_time_then_signature(call: Caller) -> None:
    def everything_wrong(query: dict[str, str], headers: dict[str, str]) -> None:
        query.update(app_key="x", timestamp="1", sign="")
        headers["x-tts-access-token"] = "x"

    assert call("GET", "/product/209901/products", change=everything_wrong).code == 36009009
    assert call("GET", "/product/209901/products", change=everything_wrong).status == 404
    assert call("PUT", CATEGORIES, change=everything_wrong).code == 36009010
    assert "app_key" in call("GET", CATEGORIES, change=everything_wrong).message
    time_and_sign = call("GET", CATEGORIES, change=lambda q, h: q.update(timestamp="1", sign=""))
    assert "timestamp" in time_and_sign.message


@pytest.mark.parametrize(("age", "code"), [(0, 0), (299, 0), (301, 36009004), (-29, 0), (-31, 36009004)])
def test_the_timestamp_window(call: Caller, sandbox: Sandbox, age: int, code: int) -> None:
    sandbox.control.skew(age)
    assert call("GET", CATEGORIES).code == code


def test_advancing_the_shop_leaves_the_timestamp_window_alone(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.advance(86400)
    assert call("GET", CATEGORIES).code == 0


def test_the_query_takes_part_in_the_signature_decoded(call: Caller) -> None:
    query = {"page_size": "100", "brand_name": "サンプル 工房 A+B/=&?"}
    assert call("GET", "/product/202309/brands", query=query).code == 0


def test_the_body_is_signed_as_sent(call: Caller) -> None:
    path = "/product/202309/categories/recommend"
    assert call("POST", path, {"product_title": "陶器のマグカップ"}).code == 0
    answer = call("POST", path, raw=b'{"product_title": "\\u9676\\u5668"}',
                  change=lambda q, h: q.update(sign=_sign_other_bytes(call, q)))
    assert (answer.status, answer.code) == (401, 106001)


def _sign_other_bytes(call: Caller, query: dict[str, str]) -> str:
    headers = {"content-type": "application/json"}
    body = '{"product_title": "陶器"}'.encode()
    request = Request("POST", "/product/202309/categories/recommend", query, headers, body)
    return signature(call.sandbox.app_secret, request)


def test_cipher_rules(call: Caller, sandbox: Sandbox) -> None:
    assert call("GET", CATEGORIES, cipher=False).code == 106013
    assert call("GET", CATEGORIES, cipher=False, query={"shop_cipher": "ROW_other"}).code == 101000
    refused = call("GET", SHOPS)
    assert refused.code == 36009004
    assert "unexpected" in refused.message
    files = {"data": ("a.jpg", picture())}
    assert call("POST", "/product/202309/images/upload", files=files).code == 36009004
    assert call("POST", "/product/202309/brands", {"name": "Aozora"}).code == 36009004
    assert call("POST", "/product/202309/categories/recommend", {"product_title": "マグカップ"}, cipher=False).code == 0


def test_missing_scope(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.set_scopes(["seller.product.basic"])
    answer = call("DELETE", "/product/202309/products", {"product_ids": ["1"]})
    assert (answer.status, answer.code) == (403, 105005)
    assert "seller.product.delete" in answer.message
    assert call("GET", CATEGORIES).code == 0
    sandbox.control.set_scopes(None)
    assert call("DELETE", "/product/202309/products", {"product_ids": ["1"]}).code == 0


def test_a_caller_outside_the_allow_list(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.set(address_allowed=False)
    answer = call("GET", CATEGORIES, cipher=False)
    assert (answer.status, answer.code) == (403, 36009033)


def test_content_types(call: Caller) -> None:
    path = "/product/202309/products"
    assert call("POST", path, raw=b"{not json").code == 36009022
    assert call("POST", path, {}, change=lambda q, h: h.update({"content-type": "text/plain"})).code == 36009022
    assert call("POST", path, raw=b"[1]").code == 36009004
    assert call("POST", "/product/202309/images/upload", {}, cipher=False).code == 36009023
    files = {"data": ("a.jpg", b"x")}
    assert call("POST", path, files=files).code == 36009022


def test_a_post_without_a_body_counts_as_an_empty_object(call: Caller) -> None:
    assert call.search(None).code == 0
    assert call.search({}).code == 0


def test_rate_limit_per_path(call: Caller, sandbox: Sandbox) -> None:
    sandbox.control.set(rate_per_second=0.1, retry_after=7)
    codes = [call("GET", CATEGORIES).code for _ in range(3)]
    limited = call("GET", CATEGORIES)
    assert codes[0] == 0
    assert (limited.status, limited.code) == (429, 36009002)
    assert limited.raw.headers["Retry-After"] == "7"
    assert call("GET", "/product/202312/prerequisites").code == 0


def test_business_errors_follow_the_switch_for_their_status(call: Caller, sandbox: Sandbox) -> None:
    assert (call.get("1").status, call.get("1").code) == (200, 12052032)
    sandbox.control.set(business_status=400)
    assert (call.get("1").status, call.get("1").code) == (400, 12052032)


def test_the_log_holds_no_secret(call: Caller, sandbox: Sandbox) -> None:
    call("GET", CATEGORIES, query={"keyword": "靴"})
    entry = sandbox.control.requests[-1]
    assert (entry["method"], entry["path"], entry["operation"], entry["code"]) == ("GET", CATEGORIES, "categories", 0)
    text = repr(sandbox.control.requests)
    for secret in (sandbox.app_secret, sandbox.access_token, sandbox.shop_cipher):
        assert secret not in text


def test_time_is_compared_with_the_clock_given(call: Caller, time: FakeTime) -> None:
    time.now += 10_000
    assert call("GET", CATEGORIES).code == 0
    assert hmac.compare_digest(call("GET", CATEGORIES).request_id[:8], "20261122")
