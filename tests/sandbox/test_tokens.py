"""Tokens expire, rotate and die; driven by the published package's OAuth helper."""

import pytest
from tiktok_shop_api import TikTokShopError
from tiktok_shop_api.auth import TikTokShopAuth

from sheets_sync.sandbox import Sandbox

from .conftest import START, Caller

SHOPS = "/authorization/202309/shops"


@pytest.fixture
def auth(sandbox: Sandbox) -> TikTokShopAuth:
    return TikTokShopAuth(sandbox.app_key, sandbox.app_secret, base_url=sandbox.url)


def code_of(auth: TikTokShopAuth, refresh_token: str) -> int:
    with pytest.raises(TikTokShopError) as caught:
        auth.refresh(refresh_token)
    return caught.value.code


def test_an_auth_code_works_once(auth: TikTokShopAuth, sandbox: Sandbox, call: Caller) -> None:
    code = sandbox.control.auth_code()
    tokens = auth.exchange_code(code)
    assert tokens.access_token_expire_in == int(START + 7 * 86400)
    assert tokens.seller_base_region == "JP"
    assert "seller.product.write" in (tokens.granted_scopes or [])
    assert call("GET", SHOPS, cipher=False).code == 0
    with pytest.raises(TikTokShopError) as caught:
        auth.exchange_code(code)
    assert caught.value.code == 36004004


def test_an_auth_code_lasts_half_an_hour(auth: TikTokShopAuth, sandbox: Sandbox) -> None:
    code = sandbox.control.auth_code()
    sandbox.control.advance(1801)
    with pytest.raises(TikTokShopError):
        auth.exchange_code(code)


def test_a_refresh_rotates_both_tokens(auth: TikTokShopAuth, sandbox: Sandbox, call: Caller) -> None:
    old_access, old_refresh = sandbox.access_token, sandbox.refresh_token
    tokens = auth.refresh(old_refresh)
    assert {tokens.access_token, tokens.refresh_token}.isdisjoint({old_access, old_refresh})
    assert code_of(auth, old_refresh) == 36004005
    dead = call("GET", SHOPS, cipher=False, change=lambda q, h: h.update({"x-tts-access-token": old_access}))
    assert (dead.status, dead.code) == (401, 105002)
    assert call("GET", SHOPS, cipher=False).code == 0
    assert auth.refresh(tokens.refresh_token).refresh_token != tokens.refresh_token


def test_the_old_access_token_may_survive(auth: TikTokShopAuth, sandbox: Sandbox, call: Caller) -> None:
    sandbox.control.set(old_access_token_survives=True)
    old_access = sandbox.access_token
    auth.refresh(sandbox.refresh_token)
    assert call("GET", SHOPS, cipher=False, change=lambda q, h: h.update({"x-tts-access-token": old_access})).code == 0


def test_tokens_expire_by_the_shops_clock(auth: TikTokShopAuth, sandbox: Sandbox, call: Caller) -> None:
    sandbox.control.advance(7 * 86400)
    assert call("GET", SHOPS, cipher=False).code == 105002
    auth.refresh(sandbox.refresh_token)
    assert call("GET", SHOPS, cipher=False).code == 0
    sandbox.control.advance(358 * 86400)
    assert code_of(auth, sandbox.refresh_token) == 36004001


def test_a_withdrawn_authorisation_cannot_be_refreshed(auth: TikTokShopAuth, sandbox: Sandbox, call: Caller) -> None:
    sandbox.control.revoke()
    assert call("GET", SHOPS, cipher=False).code == 105002
    assert code_of(auth, sandbox.refresh_token) == 36004005


def test_a_wrong_secret_gets_no_token(sandbox: Sandbox) -> None:
    wrong = TikTokShopAuth(sandbox.app_key, "wrong", base_url=sandbox.url)
    assert code_of(wrong, sandbox.refresh_token) == 36009004
