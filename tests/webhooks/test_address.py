from __future__ import annotations

import pytest

from sheets_sync.messages import catalogue
from sheets_sync.webhooks.address import address_fault, path_of


@pytest.mark.parametrize("address", [
    "https://hooks.example.jp/tiktok", "https://hooks.example.jp", "https://a.example.co.jp/x?shop=1",
    "https://xn--wgv71a.example/",
])  # fmt: skip
def test_addresses_that_the_platform_takes(address: str) -> None:
    assert address_fault(address) == ""


@pytest.mark.parametrize(("address", "fault"), [
    ("http://hooks.example.jp/", "not_https"), ("hooks.example.jp", "not_https"), ("", "not_https"),
    ("ftp://hooks.example.jp/", "not_https"), ("https://hooks.example.jp:8443/", "port"),
    ("https://hooks.example.jp:443/", "port"), ("https://203.0.113.5/", "ip"), ("https://[2001:db8::1]/", "ip"),
    ("https://127.1/", "ip"), ("https://localhost/", "unreadable"), ("https:///tiktok", "unreadable"),
    ("https://[broken", "unreadable"), ("https://hooks.example.jp:x/", "unreadable"),
    ("https://me:pw@hooks.example.jp/", "unreadable"), ("https://日本.example/", "unreadable"),
    ("https://hooks.example.jp/a b", "unreadable"), ("https://hooks.example.jp/#top", "unreadable"),
    ("https://hooks.example.jp/" + "a" * 240, "long"),
])  # fmt: skip
def test_addresses_that_it_does_not_take(address: str, fault: str) -> None:
    assert address_fault(address) == f"webhook_address_{fault}"
    assert f"webhook_address_{fault}" in catalogue()


def test_the_path_at_which_events_arrive() -> None:
    assert path_of("https://hooks.example.jp/tiktok?x=1") == "/tiktok"
    assert path_of("https://hooks.example.jp") == "/"
