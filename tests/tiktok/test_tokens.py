"""The credential file: private, whole at any moment, renewed once, and never mixed up."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.errors import CredentialsError, Unavailable
from sheets_sync.sandbox import Sandbox
from sheets_sync.shop import AuthorisedShop
from sheets_sync.tiktok.auth_host import AuthHost
from sheets_sync.tiktok.exchange import Exchange
from sheets_sync.tiktok.tokens import Credentials, Tokens

from .conftest import APP_KEY, APP_SECRET
from .fake_clock import FakeClock
from .stub_server import Reply, StubServer, failed, ok

DAY = 86400


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    exchange = Exchange(read_seconds=2)
    yield exchange
    exchange.close()


class Bench:
    """Makes `Tokens` over one file, and reads the file."""

    def __init__(self, file: Path, exchange: Exchange, clock: FakeClock) -> None:
        self.file, self.exchange, self.clock = file, exchange, clock

    def tokens(self, base: str, app_key: str = APP_KEY, app_secret: str = APP_SECRET, **seed: str) -> Tokens:
        auth = AuthHost(base, app_key, app_secret, self.exchange)
        return Tokens(self.file, auth, self.clock, app_key=app_key, **seed)

    def of(self, sandbox: Sandbox, **seed: str) -> Tokens:
        return self.tokens(sandbox.url, sandbox.app_key, sandbox.app_secret, **seed)

    def stored(self) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.file.read_text("utf-8"))
        return found


@pytest.fixture
def bench(tmp_path: Path, exchange: Exchange, clock: FakeClock) -> Bench:
    return Bench(tmp_path / "secret" / "credentials.json", exchange, clock)


def seeds(sandbox: Sandbox) -> dict[str, str]:
    return {"access_token": sandbox.access_token, "refresh_token": sandbox.refresh_token}


def grant(access: str = "access_2", refresh: str = "refresh_2", ends: int = 0) -> Reply:
    return ok({"access_token": access, "refresh_token": refresh, "access_token_expire_in": ends})


def test_signing_in_fills_the_file(bench: Bench, sandbox: Sandbox, clock: FakeClock) -> None:
    known = bench.of(sandbox).sign_in(sandbox.control.auth_code())
    assert known.access_token == sandbox.access_token
    assert known.access_expires == int(clock.seconds) + 7 * DAY  # a moment, not a duration
    assert known.seller_name == "サンプル商店"
    assert "seller.product.write" in known.scopes
    assert bench.of(sandbox).access() == sandbox.access_token


def test_the_file_is_for_its_owner_alone(bench: Bench, sandbox: Sandbox) -> None:
    bench.of(sandbox).sign_in(sandbox.control.auth_code())
    assert stat.S_IMODE(bench.file.stat().st_mode) == 0o600
    assert sorted(entry.name for entry in bench.file.parent.iterdir()) == ["credentials.json", "credentials.json.lock"]


@pytest.mark.parametrize("code", ["", "never issued"])
def test_a_code_that_does_not_work(bench: Bench, sandbox: Sandbox, code: str) -> None:
    with pytest.raises(CredentialsError, match="tiktok_auth_code_used"):
        bench.of(sandbox).sign_in(code)


def test_a_code_works_once(bench: Bench, sandbox: Sandbox) -> None:
    code = sandbox.control.auth_code()
    bench.of(sandbox).sign_in(code)
    with pytest.raises(CredentialsError, match="tiktok_auth_code_used"):
        bench.of(sandbox).sign_in(code)


def test_without_any_token(bench: Bench, sandbox: Sandbox) -> None:
    with pytest.raises(CredentialsError, match="tiktok_sign_in_first"):
        bench.of(sandbox).access()


def test_a_wrong_secret_says_so(bench: Bench, sandbox: Sandbox) -> None:
    with pytest.raises(CredentialsError, match="tiktok_signature_wrong"):
        bench.tokens(sandbox.url, sandbox.app_key, "f" * 40).sign_in(sandbox.control.auth_code())


def test_settings_start_the_file_and_the_file_wins_afterwards(bench: Bench, sandbox: Sandbox) -> None:
    first = seeds(sandbox)
    tokens = bench.of(sandbox, **first)
    assert tokens.access() == first["access_token"]
    assert not bench.file.exists()
    renewed = tokens.renew(first["access_token"])
    assert renewed == sandbox.access_token != first["access_token"]
    assert bench.of(sandbox, **first).access() == renewed


def test_changed_settings_start_anew(bench: Bench, sandbox: Sandbox) -> None:
    first = seeds(sandbox)
    bench.of(sandbox, **first).renew(first["access_token"])
    assert bench.of(sandbox, access_token="pasted", refresh_token="anew").access() == "pasted"


def test_the_file_of_another_app_is_not_used(bench: Bench, sandbox: Sandbox) -> None:
    bench.of(sandbox).sign_in(sandbox.control.auth_code())
    with pytest.raises(CredentialsError, match="tiktok_sign_in_first"):
        bench.tokens(sandbox.url, "another app").access()


def test_the_chosen_shop_outlives_renewals(bench: Bench, sandbox: Sandbox) -> None:
    tokens = bench.of(sandbox, **seeds(sandbox))
    tokens.choose(AuthorisedShop("749", "サンプル商店", "JP", "ROW_chosen"))
    tokens.renew(tokens.access())
    again = bench.of(sandbox).credentials()
    assert (again.shop_id, again.shop_cipher) == ("749", "ROW_chosen")


def test_another_process_may_have_renewed_meanwhile(bench: Bench, sandbox: Sandbox) -> None:
    first = seeds(sandbox)
    one, other = bench.of(sandbox, **first), bench.of(sandbox, **first)
    assert other.access() == first["access_token"]
    renewed = one.renew(first["access_token"])
    assert other.renew(first["access_token"]) == renewed
    assert sum(request["operation"] == "token" for request in sandbox.control.requests) == 1


def test_what_another_process_left_behind_may_have_ended_too(
    bench: Bench, sandbox: Sandbox, clock: FakeClock
) -> None:
    first = seeds(sandbox)
    sleepy = bench.of(sandbox, **first)
    sleepy.credentials()
    bench.of(sandbox, **first).renew(first["access_token"])
    clock.seconds += 8 * DAY
    assert sleepy.renew(first["access_token"]) == sandbox.access_token
    assert sum(request["operation"] == "token" for request in sandbox.control.requests) == 2


@pytest.mark.parametrize(("left", "renews"), [(DAY + 5, False), (DAY - 5, True), (5, True), (-5, True)])
def test_renewed_in_its_last_day(bench: Bench, clock: FakeClock, left: int, renews: bool) -> None:
    with StubServer(grant("access_1", "refresh_1", int(clock.seconds) + left), grant("access_2", "refresh_2")) as stub:
        bench.tokens(stub.url).sign_in("code")
        assert bench.tokens(stub.url).access() == ("access_2" if renews else "access_1")
    if renews:
        assert stub.received[1].query["refresh_token"] == "refresh_1"
        assert (bench.stored()["access_token"], bench.stored()["refresh_token"]) == ("access_2", "refresh_2")


@pytest.mark.parametrize("trouble", [Reply(b"<html>", 503), Reply(cut="all"), failed(36009003), ok({})])
def test_a_token_still_good_is_used_while_the_host_is_away(bench: Bench, clock: FakeClock, trouble: Reply) -> None:
    ends = int(clock.seconds) + 2 * DAY
    with StubServer(grant("access_1", "refresh_1", ends), trouble, trouble, grant("access_2", "refresh_2")) as stub:
        bench.tokens(stub.url).sign_in("code")
        tokens = bench.tokens(stub.url)
        clock.seconds += DAY + 60
        assert [tokens.access() for _ in range(3)] == ["access_1"] * 3
        assert len(stub.received) == 2  # not asked again for each call
        clock.seconds += DAY
        with pytest.raises(Unavailable, match="tiktok_auth_unreachable"):
            tokens.access()
        assert tokens.access() == "access_2"


def test_an_access_token_alone_serves_until_it_is_refused(bench: Bench) -> None:
    with StubServer(ok()) as stub:
        tokens = bench.tokens(stub.url, access_token="only_access")
        assert tokens.access() == "only_access"
        with pytest.raises(CredentialsError, match="tiktok_sign_in_again"):
            tokens.renew("only_access")
        assert stub.received == []


def test_a_refresh_token_alone_is_enough(bench: Bench, sandbox: Sandbox) -> None:
    assert bench.of(sandbox, refresh_token=sandbox.refresh_token).access() == sandbox.access_token


def test_a_refused_refresh_token_asks_for_a_new_consent(bench: Bench, sandbox: Sandbox) -> None:
    first = seeds(sandbox)
    sandbox.control.revoke()
    with pytest.raises(CredentialsError, match="tiktok_sign_in_again"):
        bench.of(sandbox, **first).renew(first["access_token"])


@pytest.mark.parametrize("content", ["", "{", "[]", "null", '{"scopes": 3}', '{"scopes": [], "unheard": 1}', "\x00"])
def test_a_broken_file(bench: Bench, sandbox: Sandbox, content: str) -> None:
    bench.file.parent.mkdir()
    bench.file.write_text(content)
    with pytest.raises(CredentialsError, match="tiktok_credential_file_broken"):
        bench.of(sandbox).access()
    assert bench.of(sandbox, **seeds(sandbox)).access() == sandbox.access_token


def test_a_file_that_cannot_be_written_costs_no_refresh_token(bench: Bench, sandbox: Sandbox) -> None:
    bench.file.parent.mkdir()
    (bench.file.parent / f"credentials.json.{os.getpid()}.new").mkdir()  # a folder stands where the new file would
    tokens = bench.of(sandbox, **seeds(sandbox))
    with pytest.raises(Unavailable, match="tiktok_credential_file"):
        tokens.renew(sandbox.access_token)
    assert not any(request["operation"] == "token" for request in sandbox.control.requests)


def test_credentials_do_not_show_their_secrets() -> None:
    shown = repr(Credentials("app", "secret_access", "secret_refresh", shop_cipher="secret_cipher"))
    assert "secret" not in shown


def test_a_clock_that_is_days_ahead_does_not_renew_at_each_call(bench: Bench, clock: FakeClock) -> None:
    ended = int(clock.seconds) - DAY  # as a clock eight days ahead sees a token of a moment ago
    with StubServer(grant(ends=ended), grant("access_3", "refresh_3", ended)) as stub:
        tokens = bench.tokens(stub.url, access_token="access_1", refresh_token="refresh_1")
        tokens.sign_in("code")
        assert [tokens.access() for _ in range(5)] == ["access_3"] * 5
        assert len(stub.received) == 2
