"""Signatures, judged by the platform's vectors and by the published package."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tiktok_shop_api.webhooks import Webhooks

from sheets_sync.webhooks.signature import is_authentic, signature

W0 = (
    b'{"type":1,"tts_notification_id":"7380066284010030890","shop_id":"7495540735365777507","timestamp":1718305585,'
    b'"data":{"is_on_hold_order":true,"order_id":"576653688135258178","order_status":"UNPAID",'
    b'"update_time":1718305585}}'
)
W1 = (
    '{"type":5,"tts_notification_id":"7327112393057371910","shop_id":"7494049642642441621","timestamp":1767225600,'
    '"data":{"product_id":1729592969712207008,"status":"PRODUCT_AUDIT_FAILURE",'
    '"suspended_reason":"商品画像が不鮮明です","update_time":1767225590}}'
).encode()
VECTORS = [
    pytest.param("abcdef", "123", W0, "5dec0f11ec2f6783b8deee53c9ffbf8d024302f7c7e7fa55a35d17629031ac05", id="W0"),
    pytest.param(
        "6aexample1234",
        "0123456789abcdef0123456789abcdef01234567",
        W1,
        "ca4c2c1c329acff502136283d93fb78db6e92096f4a5b6afe8101bf135604214",
        id="W1",
    ),
]


@pytest.mark.parametrize(("key", "secret", "body", "right"), VECTORS)
def test_the_platforms_vectors(key: str, secret: str, body: bytes, right: str) -> None:
    assert signature(key, secret, body) == right
    assert is_authentic(right.encode(), key, secret, body)


def test_w1_is_as_long_as_told() -> None:
    assert len(W1) == 261


@pytest.mark.parametrize("given", [
    b"", b"Bearer ca4c2c1c329acff502136283d93fb78db6e92096f4a5b6afe8101bf135604214",
    b"CA4C2C1C329ACFF502136283D93FB78DB6E92096F4A5B6AFE8101BF135604214",
    b"ca4c2c1c329acff502136283d93fb78db6e92096f4a5b6afe8101bf13560421", b"\xff\xfe", "署名".encode(),
])  # fmt: skip
def test_anything_else_is_refused(given: bytes) -> None:
    assert not is_authentic(given, "6aexample1234", "0123456789abcdef0123456789abcdef01234567", W1)


def test_one_changed_byte_is_seen() -> None:
    right = signature("key", "secret", W1).encode()
    assert not is_authentic(right, "key", "secret", W1 + b"\n")
    assert not is_authentic(right, "key", "secret", W1.replace(b"7008", b"7000"))
    assert not is_authentic(right, "other", "secret", W1)


def test_without_a_secret_nobody_is_believed() -> None:
    assert not is_authentic(signature("key", "", W1).encode(), "key", "", W1)


@given(st.binary(max_size=200), st.text(min_size=1, max_size=20), st.text(min_size=1, max_size=40))
def test_as_the_published_package_signs(body: bytes, key: str, secret: str) -> None:
    assert Webhooks.verify(
        raw_body=body, signature=signature(key, secret, body), app_key=key, app_secret=secret
    )
