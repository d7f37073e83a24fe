"""Which shop a folder works with: the store is bound to it once, and a token of another shop is refused afterwards."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.errors import Refused, UsageError
from sheets_sync.shop import AuthorisedShop
from sheets_sync.usecases.session import Session

CROSS_BORDER = "cross_border"
"""The fact that the shop's seller is one from abroad, for whom other prices are allowed (reference: 5.2)."""


def bind_shop(session: Session) -> None:
    """Bind the store to the shop at first use. Raises Refused (none or another one), UsageError (another market)."""
    bind(session, shop_meant(session, session.shop.authorised_shops()))


def shop_meant(session: Session, shops: Sequence[AuthorisedShop]) -> AuthorisedShop:
    """The shop of the settings or of the sign-in, or the only one that the token sees. Raises Refused."""
    cipher = session.shop_cipher
    shop = next((shop for shop in shops if shop.cipher == cipher), shops[0] if len(shops) == 1 else None)
    if shop is None:
        raise Refused("shop_not_chosen", shops=named(shops))
    return shop


def bind(session: Session, shop: AuthorisedShop) -> None:
    """Bind the store to this shop and API host."""
    check_shop(session, shop)
    session.store.save_fact("shop_id", shop.id)
    session.store.save_fact("api_host", session.settings.tiktok.api_base)
    session.store.save_fact(CROSS_BORDER, "yes" if shop.cross_border else "")


def check_shop(session: Session, shop: AuthorisedShop) -> None:
    """Refuse a shop of another market than the settings', and another one than the store is bound to."""
    market = session.settings.tiktok.market
    if shop.region and shop.region.upper() != market.upper():
        raise UsageError("wrong_market", shop=shop.name, found=shop.region, ours=market)
    known, host, now = session.store.fact("shop_id"), session.store.fact("api_host"), session.settings.tiktok.api_base
    if known and known != shop.id:
        raise Refused("bound_to_another_shop", found=known, ours=shop.id)
    if known and host and host != now:
        raise Refused("bound_to_another_host", found=host, ours=now)


def named(shops: Sequence[AuthorisedShop]) -> str:
    """Shops in a message: name and the id that `--shop` takes."""
    return ", ".join(f"{shop.name} ({shop.id})" for shop in shops)
