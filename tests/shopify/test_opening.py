"""A Shopify shop opened by the settings, and its check-up."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sheets_sync.errors import CredentialsError, SheetsSyncError, UsageError
from sheets_sync.messages import text
from sheets_sync.products import Product
from sheets_sync.settings import load_settings
from sheets_sync.usecases.auth_check import Finding, auth_check
from sheets_sync.usecases.session import open_session

from ..shopify_double import Product as Held
from ..shopify_double import ShopifyDouble, Variant


@pytest.fixture
def served() -> Iterator[ShopifyDouble]:
    with ShopifyDouble(clock=time.time) as running:
        running.add(Held("シャツ", variants=[Variant(sku="S-1", stock={"本店": 5})]))
        yield running


def findings(folder: Path, **cart: Any) -> dict[str, Finding]:
    """The check-up's lines on the cart, by code."""
    with open_session(load_settings(None, settings_of(folder, **cart)), "auth check", locked=False) as session:
        return {finding.code: finding for finding in auth_check(session, "x.toml").findings if finding.item == "cart"}


def settings_of(folder: Path, **cart: Any) -> dict[str, Any]:
    file = folder / "store.db"
    return {"cart": {"kind": "shopify", **cart}, "store": {"url": f"sqlite:///{file}"}}


def products(folder: Path, **cart: Any) -> list[Product]:
    with open_session(load_settings(None, settings_of(folder, **cart)), "export", locked=False) as session:
        return [item for item in session.source.products() if isinstance(item, Product)]


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_a_shop_that_is_ready_says_so(served: ShopifyDouble, tmp_path: Path) -> None:
    found = findings(tmp_path, api_base=served.url, access_token=served.token, locations=["本店"], writeback=["tag"])
    assert {code: str(finding.verdict) for code, finding in found.items()} == {
        "checkup_shopify_sign_in": "ok",
        "checkup_shopify_version_fine": "ok",
        "checkup_shopify_scopes_fine": "ok",
        "checkup_shopify_products": "ok",
    }
    assert found["checkup_shopify_products"].params == {"products": 1}
    assert "read_inventory" in str(found["checkup_shopify_scopes_fine"].params["scopes"])
    for finding in found.values():
        assert "?" not in finding.line("ja") + finding.line("en")


def test_what_is_not_right_is_told_with_what_to_do(served: ShopifyDouble, tmp_path: Path) -> None:
    served.facts |= {"taxesIncluded": False, "currencyCode": "USD"}
    served.answers_as_version = "2026-07"
    found = findings(tmp_path, api_base=served.url, access_token=served.token, query="vendor:無い")
    bad = {code for code, finding in found.items() if finding.verdict == "person"}
    assert bad == {
        "checkup_shopify_version", "checkup_shopify_empty", "checkup_shopify_tax_excluded", "checkup_shopify_currency",
    }  # fmt: skip


def test_scopes_that_lack_are_named(served: ShopifyDouble, tmp_path: Path) -> None:
    served.scopes -= {"write_products", "read_inventory"}
    found = findings(tmp_path, api_base=served.url, access_token=served.token, locations=["本店"], writeback=["tag"])
    lacking = found["checkup_shopify_scopes"]
    assert lacking.verdict == "credentials"
    assert lacking.params == {"missing": "read_inventory, write_products"}


@pytest.mark.parametrize(
    ("cart", "code"),
    [
        ({}, "shopify_shop_missing"),
        ({"shop": "shop.example.jp", "access_token": "shpat_x"}, "shopify_shop_unclear"),
        ({"shop": "example"}, "shopify_credentials_missing"),
        ({"shop": "example", "client_id": "x"}, "shopify_credentials_missing"),
        ({"shop": "example", "access_token": "shpat_x", "metafields": {"brand": "brand"}}, "shopify_metafield_wrong"),
        ({"shop": "example", "access_token": "shpat_x", "metafields": {"brnad": "c.b"}}, "shopify_metafield_place"),
    ],
)
def test_settings_that_do_not_fit_are_told_before_anything_is_asked(
    tmp_path: Path, cart: dict[str, Any], code: str
) -> None:
    found = findings(tmp_path, **cart)
    assert list(found) == [code]
    with pytest.raises(SheetsSyncError) as stopped:
        products(tmp_path, **cart)
    assert stopped.value.code == code
    assert "?" not in text(code, "ja", **stopped.value.params)


def test_the_export_reads_by_client_credentials(served: ShopifyDouble, tmp_path: Path) -> None:
    app = {"client_id": served.tokens.client_id, "client_secret": served.tokens.client_secret}
    (shirt,) = products(tmp_path, api_base=served.url, **app)
    assert shirt.variants[0].stock == 5
    products(tmp_path, api_base=served.url, **app)
    assert len(served.calls("token")) == 1
    assert (tmp_path / "shopify_credentials.json").is_file()
    log = "".join(file.read_text("utf-8") for file in (tmp_path / "logs").glob("*.log"))
    assert served.tokens.client_secret not in log
    assert "shpat_" not in log


def test_a_location_is_chosen_by_name(served: ShopifyDouble, tmp_path: Path) -> None:
    served.add_location("倉庫")
    here = {"api_base": served.url, "access_token": served.token}
    assert [p.variants[0].stock for p in products(tmp_path, **here, locations=["本店"])] == [5]
    assert [p.variants[0].stock for p in products(tmp_path, **here, locations=["倉庫"])] == [0]
    with pytest.raises(UsageError):
        products(tmp_path, **here, locations=["工場"])


def test_a_bad_token_is_told(served: ShopifyDouble, tmp_path: Path) -> None:
    with pytest.raises(CredentialsError) as stopped:
        products(tmp_path, api_base=served.url, access_token="shpat_wrong")
    assert stopped.value.code == "shopify_token_refused"
