"""Opens a Shopify shop by what the settings say: its address, its token, and what is wanted of it."""

from __future__ import annotations

import re

from sheets_sync.errors import CredentialsError, UsageError
from sheets_sync.issue import Tab
from sheets_sync.ports import Clock, Progress, Store
from sheets_sync.settings import Cart, Settings
from sheets_sync.shopify.address import shop_host
from sheets_sync.shopify.bulk import Bulk
from sheets_sync.shopify.client import AdminApi
from sheets_sync.shopify.exchange import Exchange
from sheets_sync.shopify.locations import location_ids
from sheets_sync.shopify.products import Place
from sheets_sync.shopify.source import Choice, ShopifyShop
from sheets_sync.shopify.tokens import FixedToken, GrantedToken, Tokens
from sheets_sync.shopify.writing import ShopifyWriter
from sheets_sync.template import Owner
from sheets_sync.template_files import load_template
from sheets_sync.usecases.cart_tags import own_tags

_METAFIELD = re.compile(r"[^\s.]+\.[^\s.]+")


def open_shopify(settings: Settings, store: Store, clock: Clock, progress: Progress) -> ShopifyShop:
    """The shop as a source. Raises UsageError, CredentialsError, Unavailable."""
    cart = settings.cart
    check_metafields(settings)
    api = open_api(settings, store, clock, progress)
    template = load_template(settings.tiktok.market)
    choice = Choice(
        query=cart.query,
        metafields=cart.metafields,
        locations=location_ids(api, cart.locations),
        own_tags=own_tags(template),
        bulk_from=cart.bulk_from,
        prices_include_tax=cart.prices_include_tax,
        currency=template.currency,
    )
    return ShopifyShop(api, Bulk(api, store, clock, progress, f"shopify_bulk:{cart.id}"), choice, progress)


def open_shopify_writer(settings: Settings, store: Store, clock: Clock, progress: Progress) -> ShopifyWriter:
    """The shop as something that takes marks back. Raises as `open_api`."""
    ways = settings.cart.writeback
    api = open_api(settings, store, clock, progress)
    tags = own_tags(load_template(settings.tiktok.market))
    return ShopifyWriter(api, tags, tags="tag" in ways, metafields="metafield" in ways)


def open_api(settings: Settings, store: Store, clock: Clock, progress: Progress) -> AdminApi:
    """The shop's API. Nothing is asked yet. Raises UsageError (no usable address), CredentialsError (no secrets)."""
    cart = settings.cart
    host = cart.api_base or f"https://{shop_host(cart.shop)}"
    moved = f"shopify_moved:{host}"
    exchange = Exchange(store.fact(moved) or host, lambda base: store.save_fact(moved, base))
    return AdminApi(exchange, _tokens(settings, exchange, clock), cart.api_version, clock, progress)


def _tokens(settings: Settings, exchange: Exchange, clock: Clock) -> Tokens:
    cart: Cart = settings.cart
    fixed, secret = cart.access_token.get_secret_value(), cart.client_secret.get_secret_value()
    if fixed:
        return FixedToken(fixed)
    if not cart.client_id or not secret:
        raise CredentialsError("shopify_credentials_missing")
    file = settings.credentials_file.with_name("shopify_credentials.json")
    return GrantedToken(cart.client_id, secret, exchange, clock, file)


def check_metafields(settings: Settings) -> None:
    """Raises UsageError where the setting names what is no metafield or a column that no cart may fill."""
    template = load_template(settings.tiktok.market)
    known = template.keys(Tab.PRODUCTS, Owner.EDITOR)
    for name, metafield in settings.cart.metafields.items():
        if not _METAFIELD.fullmatch(metafield):
            raise UsageError("shopify_metafield_wrong", read=metafield)
        if not Place.of(name).attribute and name not in known:
            raise UsageError("shopify_metafield_place", read=name, known=", ".join(known))
