"""Which host a shop answers at, from whatever a person put into `[cart] shop`. Pure."""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import urlsplit

from sheets_sync.errors import UsageError

_NAME = re.compile(r"[a-z0-9][a-z0-9-]*")
_HOST = ".myshopify.com"


def shop_host(text: str) -> str:
    """`example`, `example.myshopify.com`, an address of the shop's admin: all of them are `example.myshopify.com`.

    Raises UsageError for nothing at all and for a domain of the shop's own, which says nothing about its name.
    """
    read = text.strip().lower()
    if not read:
        raise UsageError("shopify_shop_missing")
    parts = urlsplit(read if "://" in read else f"https://{read}")
    host = (parts.hostname or "").rstrip(".")
    if host == "admin.shopify.com":
        host = parts.path.removeprefix("/store/").partition("/")[0]
    name = host.removesuffix(_HOST)
    if not _NAME.fullmatch(name):
        raise UsageError("shopify_shop_unclear", read=text.strip())
    return name + _HOST


def moved_to(base: str, location: str) -> str | None:
    """The base address that a redirect points to, None where a token must not be taken.

    Shops may answer under an alias and point to their lasting name (Shopify, "myshopify.com domain"). A token travels
    to another shop host over TLS, or from this machine to itself, and nowhere else.
    """
    try:
        here, there = urlsplit(base), urlsplit(location)
        host, port = there.hostname or "", there.port
    except ValueError:
        return None
    if there.scheme == "https" and host.endswith(_HOST) and port in (None, 443):
        return f"https://{host}"
    if is_loopback(base) and is_loopback(location) and there.scheme == here.scheme:
        return f"{there.scheme}://{there.netloc}"
    return None


def is_loopback(url: str) -> bool:
    """Whether an address leads back to this very machine."""
    try:
        host = urlsplit(url).hostname or ""
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
