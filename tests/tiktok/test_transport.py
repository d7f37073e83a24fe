"""What is repeated, what is not, and what leaves the house, against a server that answers to order."""

from __future__ import annotations

import logging
import socket
import threading
import traceback
from decimal import Decimal
from email.utils import formatdate
from typing import Any

import pytest
from tiktok_shop_api.signing import Signer

from sheets_sync.errors import (
    CredentialsError,
    SheetsSyncError,
    ShopConflict,
    ShopLimit,
    ShopRejected,
    ShopUnavailable,
    ShopUnknown,
    UsageError,
)
from sheets_sync.shop import AuthorisedShop, SearchFilter
from sheets_sync.tiktok.client import TikTokShop
from sheets_sync.tiktok.transport import MOST_TRIES, MOST_WAITING_SECONDS

from .conftest import ACCESS, APP_KEY, APP_SECRET, CIPHER, REFRESH, ShopOf
from .fake_clock import FakeClock
from .stub_server import Received, Reply, StubServer, failed, ok

PRODUCT = "1729592969712207008"
TOKENS = ok({"access_token": "fresh_access_token", "refresh_token": "fresh_refresh_token"})
WAREHOUSES: dict[str, Any] = {"warehouses": []}


def read(shop: TikTokShop) -> object:
    return shop.warehouses()


def write(shop: TikTokShop) -> object:
    return shop.deactivate([PRODUCT])


# ---------------------------------------------------------------- what leaves the house


@pytest.mark.parametrize(
    "call",
    [
        lambda shop: shop.create({"title": "半袖 Tシャツ & +%"}, "key-1"),
        lambda shop: list(shop.search(SearchFilter(seller_skus=("A b", "あ")))),
        lambda shop: shop.get(PRODUCT, "review"),
        lambda shop: shop.delete([PRODUCT]),
        lambda shop: shop.upload_image(b"\xff\xd8 bytes", "MAIN_IMAGE", "写真 1.jpg"),
        lambda shop: list(shop.brands()),
        lambda shop: shop.authorised_shops(),
    ],
)
def test_the_very_bytes_received_are_signed(open_shop: ShopOf, call: Any) -> None:
    with StubServer(ok({"product_id": PRODUCT, "id": PRODUCT, "status": "ACTIVATE", "uri": "u"})) as stub:
        call(open_shop(stub))
        (sent,) = stub.received
    query = list(sent.query.items())
    expected = Signer.sign(
        path=sent.path,
        query=query,
        content_type=sent.headers["content-type"],
        body=None if sent.headers["content-type"].startswith("multipart") else sent.body or None,
        app_secret=APP_SECRET,
    )
    assert sent.query["sign"] == expected
    assert sent.query["app_key"] == APP_KEY
    assert sent.headers["x-tts-access-token"] == ACCESS
    wanted = not sent.path.startswith("/authorization") and "upload" not in sent.path
    assert (sent.query.get("shop_cipher") == CIPHER) is wanted


def test_a_body_less_call_has_no_body(open_shop: ShopOf) -> None:
    with StubServer(ok(WAREHOUSES)) as stub:
        read(open_shop(stub))
    assert stub.received[0].body == b""


def test_each_try_is_signed_at_its_own_moment(open_shop: ShopOf, clock: FakeClock) -> None:
    busy = failed(36009002, status=429, Retry_After="2")
    with StubServer(busy, busy, ok(WAREHOUSES)) as stub:
        read(open_shop(stub))
    assert len({request.query["timestamp"] for request in stub.received}) == 3
    assert len({request.query["sign"] for request in stub.received}) == 3
    assert float(stub.received[-1].query["timestamp"]) == pytest.approx(clock.seconds, abs=1)


# ---------------------------------------------------------------- reads are repeated

BAD_ANSWERS = {
    "429": failed(36009002, status=429),
    "429 page": Reply(b"<html>slow down</html>", 429),
    "36009002 below 200": failed(36009002),
    "503 page": Reply(b"<html>overload</html>", 503),
    "internal": failed(36009003, status=500),
    "timed out": failed(36009007),
    "not JSON": Reply(b"oops"),
    "a list": Reply([1, 2]),
    "no code": Reply({"message": "hello"}),
    "code is a word": Reply({"code": "ok", "data": {}}),
    "data is a list": Reply({"code": 0, "data": [1]}),
    "deep nesting": Reply(b"[" * 100_000),
    "cut": Reply(cut="all"),
    "half a body": Reply({"code": 0, "data": {"warehouses": []}}, cut="half"),
}


REFUSED_FOR_HASTE = ["429", "429 page", "36009002 below 200"]


@pytest.mark.parametrize("bad", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_read_outlives_a_bad_answer(open_shop: ShopOf, bad: Reply) -> None:
    with StubServer(bad, bad, ok(WAREHOUSES)) as stub:
        assert read(open_shop(stub)) == []
    assert len(stub.received) == 3


@pytest.mark.parametrize("bad", BAD_ANSWERS.values(), ids=BAD_ANSWERS)
def test_a_read_gives_up_in_the_end(open_shop: ShopOf, clock: FakeClock, bad: Reply) -> None:
    with StubServer(bad) as stub, pytest.raises(ShopUnavailable):
        read(open_shop(stub))
    assert len(stub.received) == MOST_TRIES
    assert sum(clock.slept) <= MOST_WAITING_SECONDS


def test_pauses_grow_and_keep_their_bounds(open_shop: ShopOf, clock: FakeClock) -> None:
    seen = []
    for _ in range(30):
        clock.slept.clear()
        with StubServer(failed(36009003)) as stub, pytest.raises(ShopUnavailable):
            read(open_shop(stub, requests_per_second=1e9))  # no pauses of the pacing in between
        assert len(clock.slept) == MOST_TRIES - 1
        seen.append(clock.slept[:])
    longest = [max(pauses) for pauses in zip(*seen, strict=True)]
    assert all(pause <= bound for pause, bound in zip(longest, (2, 4, 8, 16, 32), strict=True))
    assert longest[-1] > longest[0]


def test_the_platform_says_how_long_to_wait(open_shop: ShopOf, clock: FakeClock) -> None:
    with StubServer(failed(36009002, status=429, Retry_After="33"), ok(WAREHOUSES)) as stub:
        read(open_shop(stub))
    assert max(clock.slept) >= 33


def test_a_moment_to_wait_for_counts_from_the_servers_clock(open_shop: ShopOf, clock: FakeClock) -> None:
    date, later = (formatdate(1_600_000_000 + seconds, usegmt=True) for seconds in (0, 40))
    busy = failed(36009002, status=429, Date=date, Retry_After=later)
    with StubServer(busy, ok(WAREHOUSES)) as stub:
        read(open_shop(stub))
    assert 40 <= sum(clock.slept) < 50


def test_an_hours_wait_is_left_to_the_next_run(open_shop: ShopOf, clock: FakeClock) -> None:
    with StubServer(failed(36009002, status=429, Retry_After="3600")) as stub, pytest.raises(ShopUnavailable):
        read(open_shop(stub))
    assert len(stub.received) == 1
    assert sum(clock.slept) <= MOST_WAITING_SECONDS


def test_a_slow_read_is_repeated(open_shop: ShopOf) -> None:
    never = threading.Event()
    with StubServer(Reply(hold=never), ok(WAREHOUSES)) as stub:
        assert read(open_shop(stub, read_seconds=0.1)) == []
        never.set()
    assert len(stub.received) == 2


# ---------------------------------------------------------------- writes are not, but for what surely did nothing


@pytest.mark.parametrize("bad", [bad for bad in BAD_ANSWERS if bad not in REFUSED_FOR_HASTE])
def test_a_write_without_a_clear_answer_is_unknown_and_sent_once(open_shop: ShopOf, clock: FakeClock, bad: str) -> None:
    with StubServer(BAD_ANSWERS[bad]) as stub, pytest.raises(ShopUnknown):
        write(open_shop(stub))
    assert len(stub.received) == 1
    assert clock.slept == []


def test_a_slow_write_is_unknown(open_shop: ShopOf) -> None:
    never = threading.Event()
    with StubServer(Reply(hold=never)) as stub:
        with pytest.raises(ShopUnknown, match="tiktok_no_answer"):
            write(open_shop(stub, read_seconds=0.1))
        never.set()
    assert len(stub.received) == 1


def test_a_creation_that_names_no_product_is_unknown(open_shop: ShopOf) -> None:
    with StubServer(ok({})) as stub, pytest.raises(ShopUnknown):
        open_shop(stub).create({"title": "x"}, "key")


@pytest.mark.parametrize("bad", REFUSED_FOR_HASTE)
def test_a_write_refused_for_haste_is_repeated(open_shop: ShopOf, bad: str) -> None:
    with StubServer(BAD_ANSWERS[bad], ok()) as stub:
        assert write(open_shop(stub)) == []
    assert len(stub.received) == 2


def test_overload_that_says_nothing_was_done_is_no_riddle(open_shop: ShopOf) -> None:
    with StubServer(failed(36009002, status=503), ok()) as stub:
        assert write(open_shop(stub)) == []


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.parametrize("call", [read, write])
def test_no_connection_means_that_nothing_happened(open_shop: ShopOf, clock: FakeClock, call: Any) -> None:
    base = f"http://127.0.0.1:{closed_port()}"
    with StubServer(ok()) as stub, pytest.raises(ShopUnavailable, match="tiktok_unreachable"):
        call(open_shop(stub, api_base=base, requests_per_second=1e9))
    assert len(clock.slept) == MOST_TRIES - 1


@pytest.mark.parametrize("base", ["open-api.example.test", "ftp://example.test", "http://"])
def test_an_address_that_is_none(open_shop: ShopOf, base: str) -> None:
    with StubServer(ok()) as stub, pytest.raises(UsageError, match="tiktok_address_wrong"):
        read(open_shop(stub, api_base=base))


@pytest.mark.parametrize(
    ("code", "error"),
    [
        (12052051, ShopRejected),
        (12052700, ShopRejected),
        (4242, ShopRejected),
        (12052901, ShopConflict),
        (12052996, ShopConflict),
        (12052093, ShopLimit),
        (106001, CredentialsError),
        (105005, CredentialsError),
        (101000, CredentialsError),
    ],
)
def test_refusals_bring_code_words_and_request_id(open_shop: ShopOf, code: int, error: type[SheetsSyncError]) -> None:
    with StubServer(failed(code, "the words https://help.test/x")) as stub, pytest.raises(error) as caught:
        write(open_shop(stub))
    assert len(stub.received) == 1
    assert type(caught.value) is error
    told = caught.value.params
    assert (told["shop_code"], told["words"], told["request_id"]) == (str(code), "the words", "20260101090000BB")


def test_a_redirect_is_not_followed(open_shop: ShopOf) -> None:
    elsewhere = Reply(b"", 302, {"Location": "/elsewhere"})
    with StubServer(elsewhere) as stub, pytest.raises(ShopRejected, match="tiktok_not_the_platform"):
        write(open_shop(stub))
    assert len(stub.received) == 1


# ---------------------------------------------------------------- mended once, then repeated once


def expired_until_fresh(request: Received) -> Reply:
    if request.path.endswith("/token/refresh"):
        return TOKENS
    return ok() if request.headers["x-tts-access-token"] == "fresh_access_token" else failed(105002, status=401)


@pytest.mark.parametrize("call", [read, write])
def test_an_expired_token_is_renewed_once(open_shop: ShopOf, clock: FakeClock, call: Any) -> None:
    with StubServer(expired_until_fresh) as stub:
        assert call(open_shop(stub)) == []
    assert [request.path.rsplit("/", 1)[-1] for request in stub.received][1:2] == ["refresh"]
    assert len(stub.received) == 3
    assert sum(clock.slept) < 0.1


@pytest.mark.parametrize("code", [105002, 36009004])
def test_a_token_that_stays_refused_ends_the_run(open_shop: ShopOf, code: int) -> None:
    def refuse(request: Received) -> Reply:
        return TOKENS if "token" in request.path else failed(code, "x-tts-access-token invalid")

    with StubServer(refuse) as stub, pytest.raises(CredentialsError, match="tiktok_sign_in_again"):
        write(open_shop(stub))
    assert len(stub.received) == 3


def test_a_clock_that_is_off_is_corrected_by_the_servers(open_shop: ShopOf, clock: FakeClock) -> None:
    true_time = clock.seconds - 4000

    def strict(request: Received) -> Reply:
        if abs(int(request.query["timestamp"]) - true_time) < 30:
            return ok()
        return failed(36009004, "Invalid 'timestamp'", 400, Date=formatdate(true_time, usegmt=True))

    with StubServer(strict) as stub:
        shop = open_shop(stub)
        assert write(shop) == []
        assert write(shop) == []
    assert len(stub.received) == 3


def test_a_clock_that_cannot_be_corrected_ends_the_run(open_shop: ShopOf) -> None:
    off = failed(36009004, "Invalid 'timestamp'", 400)
    with StubServer(off) as stub, pytest.raises(CredentialsError, match="tiktok_clock_wrong"):
        write(open_shop(stub))
    assert len(stub.received) == 2


# ---------------------------------------------------------------- which shop


def test_the_only_shop_is_taken_and_remembered(open_shop: ShopOf) -> None:
    def answer(request: Received) -> Reply:
        shops = [{"id": "1", "name": "サンプル商店", "region": "JP", "cipher": "only_cipher"}]
        return ok({"shops": shops}) if request.path.endswith("/shops") else ok()

    with StubServer(answer) as stub:
        read(open_shop(stub, shop_cipher=""))
        read(open_shop(stub, shop_cipher=""))
    assert [request.query.get("shop_cipher") for request in stub.received] == [None, "only_cipher", "only_cipher"]


@pytest.mark.parametrize("number", [0, 2])
def test_none_or_several_shops_have_to_be_chosen_from(open_shop: ShopOf, number: int) -> None:
    shops = [{"id": str(n), "cipher": str(n), "name": f"店{n}"} for n in range(number)]
    with StubServer(ok({"shops": shops})) as stub, pytest.raises(CredentialsError, match="tiktok_shop_not_chosen"):
        read(open_shop(stub, shop_cipher=""))


# ---------------------------------------------------------------- secrets


def quoting(request: Received) -> Reply:
    """Each host quotes what it was sent."""
    if "/token/" in request.path:
        return failed(36004005, f"no record for {request.query['refresh_token']} of {request.query['app_secret']}")
    code = 105002 if request.method == "GET" else 12052051
    return failed(code, f"no {request.headers['x-tts-access-token']} {request.query['sign']} {APP_SECRET}")


def objects_below(value: object, seen: set[int]) -> list[object]:
    """`value` and everything of ours that it is made of."""
    if id(value) in seen or not type(value).__module__.startswith("sheets_sync"):
        return []
    seen.add(id(value))
    inner = list(getattr(value, "__dict__", {}).values())
    return [value, *(found for attribute in inner for found in objects_below(attribute, seen))]


@pytest.mark.parametrize(
    "reply",
    [
        failed(12052051, f"no {ACCESS} {APP_SECRET}"),
        failed(106001, f"secret {APP_SECRET}", 401),
        quoting,
        Reply(cut="all"),
        Reply(b"garbage"),
        Reply(hold=threading.Event()),
        None,
    ],
    ids=["rejected", "signature", "quoting", "cut", "garbage", "slow", "refused"],
)
def test_secrets_reach_neither_logs_nor_errors(
    open_shop: ShopOf, caplog: pytest.LogCaptureFixture, reply: Reply | Any | None
) -> None:
    caplog.set_level(logging.DEBUG)
    with StubServer(reply or ok()) as stub:
        base = stub.url if reply else f"http://127.0.0.1:{closed_port()}"
        shop = open_shop(stub, api_base=base, auth_base=base, read_seconds=0.05)
        told = []
        for call in (read, write):
            with pytest.raises(SheetsSyncError) as caught:
                call(shop)
            error = caught.value
            told += [repr(error), str(error), str(error.params), "".join(traceback.format_exception(error))]
        parts = objects_below(shop, set())
        if isinstance(reply, Reply) and reply.hold:
            reply.hold.set()
    assert len(parts) > 6
    text = "\n".join([caplog.text, *told, *map(repr, parts), repr(shop._tokens.credentials())])
    signatures = [request.query["sign"] for request in stub.received if "sign" in request.query]
    for secret in (APP_SECRET, ACCESS, REFRESH, *signatures):
        assert secret not in text


def test_calls_are_logged_with_path_code_and_request_id(open_shop: ShopOf, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "sheets_sync")
    with StubServer(failed(12052051)) as stub, pytest.raises(ShopRejected):
        write(open_shop(stub))
    assert "/product/202309/products/deactivate: HTTP 200, code 12052051, request 20260101090000BB" in caplog.text


# ---------------------------------------------------------------- many threads


def test_threads_share_one_renewal(open_shop: ShopOf) -> None:
    with StubServer(expired_until_fresh) as stub:
        shop = open_shop(stub)
        results: list[object] = []
        threads = [threading.Thread(target=lambda: results.append(write(shop))) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert results == [[]] * 8
    assert sum(request.path.endswith("/token/refresh") for request in stub.received) == 1


def test_a_shop_that_got_another_cipher_is_found_by_its_id_once(open_shop: ShopOf) -> None:
    moved = {"id": "749", "name": "サンプル商店", "region": "JP", "cipher": "cipher_now"}
    refused = failed(101000, "shop_cipher does not fit", 400)
    with StubServer(refused, ok({"shops": [moved]}), ok(WAREHOUSES), refused) as stub:
        shop = open_shop(stub, shop_cipher="")
        shop.tokens.choose(AuthorisedShop("749", "サンプル商店", "JP", "cipher_before"))
        assert read(shop) == []
        assert [request.query.get("shop_cipher") for request in stub.received] == ["cipher_before", None, "cipher_now"]
        assert shop.tokens.credentials().shop_cipher == "cipher_now"
        stub.replies[:] = [refused, ok({"shops": [moved]})]
        with pytest.raises(CredentialsError, match="tiktok_shop_mismatch"):
            read(shop)


def test_a_cipher_of_the_settings_is_a_persons_word(open_shop: ShopOf) -> None:
    shops = ok({"shops": [{"id": "749", "region": "JP", "cipher": "cipher_now"}]})
    with StubServer(failed(101000, status=400), shops) as stub:
        with pytest.raises(CredentialsError, match="tiktok_shop_mismatch"):
            read(open_shop(stub))
        assert len(stub.received) == 1


@pytest.mark.parametrize(
    ("cause", "error"),
    [(12052093, ShopLimit), (12052901, ShopConflict), (12052051, ShopRejected), (12001000, ShopUnknown)],
)
@pytest.mark.parametrize("place", ["errors", "detail", "data"])
def test_a_wrapped_refusal_is_judged_by_its_cause(
    open_shop: ShopOf, cause: int, error: type[SheetsSyncError], place: str
) -> None:
    causes = {"extra_errors": [{"code": cause, "message": "the cause"}]}
    entry = {"code": 12052990, "message": "check failed", "detail": causes}
    data = {"errors": {"errors": [entry]}, "detail": {"detail": causes}, "data": causes}[place]
    body = {"code": 12052990, "message": "check failed", "request_id": "1", "data": data}
    with StubServer(Reply(body)) as stub, pytest.raises(error) as caught:
        open_shop(stub).create({"title": "x"}, "key-1")
    assert (caught.value.params["shop_code"], caught.value.params["words"]) == (str(cause), "the cause")


def test_half_a_character_and_a_number_of_the_platforms_go_out_in_a_body(open_shop: ShopOf) -> None:
    with StubServer(ok({"product_id": PRODUCT})) as stub:
        open_shop(stub).create({"title": "マグ\ud83d", "kept": Decimal("1.5")}, "key-1")
    assert (stub.received[0].json["title"], stub.received[0].json["kept"]) == ("マグ?", 1.5)
