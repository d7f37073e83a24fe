"""The check-up of a Shopify cart: can it be signed in to, may it be read, and how much is there."""

from __future__ import annotations

from collections.abc import Iterator

from sheets_sync.errors import CredentialsError
from sheets_sync.settings import Cart
from sheets_sync.shopify import queries
from sheets_sync.shopify.locations import location_ids
from sheets_sync.shopify.search import search_for
from sheets_sync.usecases.open_shopify import check_metafields, open_api
from sheets_sync.usecases.session import Session

Told = tuple[str, str, dict[str, object]]
"""How a part ended ("ok", "note", "person"), message code and places."""


def shopify_check(session: Session) -> Iterator[Told]:
    """What is found, part by part. Raises what makes going on useless: no address, no token, no connection."""
    cart = session.settings.cart
    check_metafields(session.settings)
    api = open_api(session.settings, session.store, session.clock, session.progress)
    data = api.ask(queries.ABOUT).data
    about = data["shop"]
    shop = {"shop": about["name"], "address": about["myshopifyDomain"]}
    yield "ok", "checkup_shopify_sign_in", shop
    if api.answered_version not in ("", api.version):
        yield "person", "checkup_shopify_version", {"asked": api.version, "answered": api.answered_version}
    else:
        yield "ok", "checkup_shopify_version_fine", {"version": api.version}
    granted = {scope["handle"] for scope in data["currentAppInstallation"]["accessScopes"]}
    missing = [scope for scope in _needed(cart) if scope not in granted and _writing(scope) not in granted]
    if missing:
        raise CredentialsError("checkup_shopify_scopes", missing=", ".join(missing))
    yield "ok", "checkup_shopify_scopes_fine", {"scopes": ", ".join(_needed(cart))}
    location_ids(api, cart.locations)
    search = search_for(cart.query, api.version).text
    count = api.ask(queries.COUNT, {"query": search}).data["productsCount"]["count"]
    yield ("ok", "checkup_shopify_products", {"products": count}) if count else ("person", "checkup_shopify_empty", {})
    if about["taxesIncluded"] != cart.prices_include_tax:
        code = "checkup_shopify_tax_included" if about["taxesIncluded"] else "checkup_shopify_tax_excluded"
        yield "person", code, {}
    currency = session.template.currency
    if about["currencyCode"] != currency:
        yield "person", "checkup_shopify_currency", {"read": about["currencyCode"], "wanted": currency}


def _needed(cart: Cart) -> list[str]:
    """Rights that these settings need (Shopify, "Access scopes")."""
    needed = ["read_products"]
    if cart.locations:
        needed += ["read_inventory", "read_locations"]
    if cart.writeback:
        needed.append("write_products")
    return needed


def _writing(scope: str) -> str:
    """The right that includes a right to read."""
    return scope.replace("read_", "write_", 1)
