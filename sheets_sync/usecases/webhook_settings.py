"""Where TikTok Shop sends the events of this shop: registered, told, removed."""

from __future__ import annotations

from collections.abc import Mapping

from sheets_sync.errors import ShopConflict, ShopRejected, UsageError
from sheets_sync.usecases.session import Session
from sheets_sync.webhooks.address import address_fault, path_of

EVENTS = ("PRODUCT_STATUS_CHANGE", "PRODUCT_AUDIT_STATUS_CHANGE", "PRODUCT_INFORMATION_CHANGE")
"""What a listing's row depends on."""
ABOUT_US = ("SELLER_DEAUTHORIZATION", "UPCOMING_AUTHORIZATION_EXPIRATION")
"""Good to hear where the platform sends them here; nothing is lost where it refuses to."""


def register(session: Session, address: str) -> Mapping[str, str]:
    """Register an address; returns what is registered afterwards. Raises UsageError for an address that TikTok Shop
    does not take, ShopRejected when it refuses all the same.
    """
    if fault := address_fault(address):
        raise UsageError(fault, read=address)
    for event in EVENTS:
        session.shop.set_webhook(event, address)
    for event in ABOUT_US:
        try:
            session.shop.set_webhook(event, address)
        except (ShopRejected, ShopConflict):
            session.progress.step("webhook_not_taken", event=event)
    return registered(session)


def registered(session: Session) -> dict[str, str]:
    """Our events with their addresses."""
    found = session.shop.webhooks()
    return {event: found[event] for event in (*EVENTS, *ABOUT_US) if found.get(event)}


def remove(session: Session) -> Mapping[str, str]:
    """Have our events sent nowhere any more; returns what was registered before."""
    before = registered(session)
    for event in before:
        session.shop.delete_webhook(event)
    return before


def listening_path(addresses: Mapping[str, str]) -> str:
    """The path at which the listener is spoken to: that of the registered address, "/" where there is none."""
    return next((path_of(addresses[event]) for event in EVENTS if event in addresses), "/")
