"""The token to send: fixed, or granted, kept, renewed early, and once more when it was refused."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from sheets_sync.errors import CredentialsError, Unavailable
from sheets_sync.shopify import queries
from sheets_sync.shopify.tokens import GrantedToken

from .conftest import Desk


def granted(desk: Desk, **changed: str) -> GrantedToken:
    known = {"client_id": desk.shop.tokens.client_id, "client_secret": desk.shop.tokens.client_secret, **changed}
    return GrantedToken(**known, exchange=desk.exchange(), clock=desk.clock, file=desk.folder / "token.json")


def asked(desk: Desk) -> int:
    return len(desk.shop.calls("token"))


def test_a_token_is_asked_for_once_and_kept_for_the_next_run(desk: Desk) -> None:
    token = granted(desk).access()
    assert desk.shop.tokens.valid(token)
    assert granted(desk).access() == token
    assert asked(desk) == 1


@pytest.mark.skipif(os.name == "nt", reason="POSIX rights")
def test_only_the_owner_can_read_it(desk: Desk) -> None:
    granted(desk).access()
    assert (desk.folder / "token.json").stat().st_mode & 0o777 == 0o600
    assert "shpss" not in (desk.folder / "token.json").read_text("utf-8")


def test_it_is_renewed_before_it_ends(desk: Desk) -> None:
    tokens = granted(desk)
    first = tokens.access()
    desk.clock.sleep(desk.shop.tokens.lifetime - 300)
    second = tokens.access()
    assert second != first
    assert asked(desk) == 2


def test_a_token_that_was_withdrawn_is_renewed_once(desk: Desk) -> None:
    tokens = granted(desk)
    api = desk.api(tokens=tokens)
    api.ask(queries.ABOUT)
    desk.shop.tokens.revoke()
    assert api.ask(queries.ABOUT).data["shop"]["name"] == "青空雑貨店"
    assert asked(desk) == 2


def test_a_fixed_token_that_is_refused_asks_for_another(desk: Desk) -> None:
    api = desk.api()
    desk.shop.tokens.static.clear()
    with pytest.raises(CredentialsError) as stopped:
        api.ask(queries.ABOUT)
    assert stopped.value.code == "shopify_token_refused"


def test_a_shop_of_another_organisation_is_told(desk: Desk) -> None:
    desk.shop.tokens.permitted = False
    with pytest.raises(CredentialsError) as stopped:
        granted(desk).access()
    assert stopped.value.code == "shopify_shop_not_permitted"


def test_a_wrong_secret_is_told_without_telling_it(desk: Desk) -> None:
    with pytest.raises(CredentialsError) as stopped:
        granted(desk, client_secret="shpss_wrong").access()
    assert stopped.value.code == "shopify_secret_refused"
    assert "shpss_wrong" not in f"{stopped.value!r} {stopped.value.params}"


def test_a_token_of_another_app_is_not_used(desk: Desk) -> None:
    granted(desk).access()
    with pytest.raises(CredentialsError):
        granted(desk, client_id="another").access()


def test_a_broken_file_costs_no_more_than_asking_again(desk: Desk) -> None:
    granted(desk).access()
    for text in ("", "{", "[]", '{"of": "x"}'):
        (desk.folder / "token.json").write_text(text, "utf-8")
        assert desk.shop.tokens.valid(granted(desk).access())


def test_a_folder_that_cannot_be_written_costs_the_file_only(desk: Desk, tmp_path: Path) -> None:
    known = desk.shop.tokens
    tokens = GrantedToken(known.client_id, known.client_secret, desk.exchange(), desk.clock, tmp_path / "no" / "token")
    assert known.valid(tokens.access())


def test_a_host_out_of_order_is_tried_again(desk: Desk) -> None:
    desk.shop.fault("status", on="token", status=503, times=2)
    assert desk.shop.tokens.valid(granted(desk).access())
    desk.shop.fault("status", on="token", status=503, times=100)
    desk.clock.sleep(100_000)
    with pytest.raises(Unavailable):
        granted(desk).access()


def test_the_token_is_not_in_its_record(desk: Desk) -> None:
    tokens = granted(desk)
    token = tokens.access()
    assert token in json.loads((desk.folder / "token.json").read_text("utf-8")).values()
    assert token not in repr(tokens._kept)
