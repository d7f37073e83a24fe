"""Which addresses TikTok Shop sends webhooks to (reference: TikTok Shop API 3.20). Pure."""

from __future__ import annotations

import ipaddress
from urllib.parse import urlsplit

LONGEST = 255


def address_fault(address: str) -> str:
    """Message code of what is wrong with an address, "" for one that the platform takes."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "webhook_address_unreadable"
    plain = address.isascii() and not any(sign.isspace() for sign in address) and parts.username is None
    faults = {
        "webhook_address_long": len(address) > LONGEST,
        "webhook_address_not_https": parts.scheme != "https",
        "webhook_address_port": port is not None,
        "webhook_address_ip": _is_ip(host),
        "webhook_address_unreadable": not plain or "." not in host.strip(".") or bool(parts.fragment),
    }
    return next((code for code, wrong in faults.items() if wrong), "")


def path_of(address: str) -> str:
    """The path at which events sent to an address arrive: "/" where it names none."""
    return urlsplit(address).path or "/"


def _is_ip(host: str) -> bool:
    """As browsers read it: `127.1` and `2130706433` are addresses too, so a last part of digits is never a name."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host.rsplit(".", 1)[-1].isdigit()
    return True
