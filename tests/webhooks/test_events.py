from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.webhooks.events import Event, Kind, NotAnEvent, parse

SHOP = "7494049642642441621"


def body(number: Any, data: Any = None, **envelope: Any) -> bytes:
    whole = {
        "type": number, "tts_notification_id": "7327112393057371911", "shop_id": SHOP, "timestamp": 1767229200,
        "data": data, **envelope,
    }  # fmt: skip
    return json.dumps(whole, ensure_ascii=False).encode()


@pytest.mark.parametrize("number", [5, 15, 16, 18, 37, 50, 71])
@pytest.mark.parametrize("written", [1729592969712207008, "1729592969712207008"])
def test_product_ids_are_exact_text_however_they_are_written(number: int, written: object) -> None:
    event = parse(body(number, {"product_id": written, "update_time": 1767229195}))
    assert event == Event(number, Kind(number), "7327112393057371911", SHOP, "1729592969712207008", 1767229195)


@pytest.mark.parametrize("damaged", [
    1.729592969712207e18, "1.729592969712207E+18", True, None, [], {}, "", "１７２９", -5, "17295929697 12207008",
    "9" * 40,
])  # fmt: skip
def test_a_damaged_id_is_no_id(damaged: object) -> None:
    assert parse(body(5, {"product_id": damaged})).product_id == ""


def test_authorisation_events_keep_the_platforms_words() -> None:
    ended = parse(body(6, {"message": "The seller has\nwithdrawn \x1b[2Jthe authorization."}))
    assert (ended.kind, ended.product_id) == (Kind.DEAUTHORISED, "")
    assert ended.words == "The seller has withdrawn  [2Jthe authorization."
    soon = parse(body(7, {"message": "ends soon", "expiration_time": "1769817600"}))
    assert (soon.kind, soon.words, soon.expires) == (Kind.AUTHORISATION_ENDS, "ends soon", "1769817600")
    assert len(parse(body(6, {"message": "長" * 9999})).words) == 300


@pytest.mark.parametrize("number", [1, 11, 27, 0, -1, 999_999])
def test_other_types_are_taken_and_mean_nothing(number: int) -> None:
    event = parse(body(number, {"product_id": 7, "order_id": "5"}))
    assert (event.number, event.kind, event.product_id) == (number, None, "")


def test_samples_of_the_documentation() -> None:
    old = parse(body(37, {"product_id": 7, "audit": {"status": "PRE_APPROVED", "pre_approved_reason": "KYC_PENDING"}}))
    assert (old.kind, old.product_id) == (Kind.PRODUCT_AUDIT, "7")
    assert parse(body(16, {"product_id": "7", "product_type": "NORMAL"})).product_id == "7"


def test_moments() -> None:
    assert parse(body(5, {"product_id": 7, "update_time": "1767229195"})).at == 1767229195
    assert parse(body(5, {"product_id": 7, "update_time": 1767229195000})).at == 1767229195
    assert parse(body(5, {"product_id": 7, "update_time": "soon"})).at == 1767229200, "the envelope's"
    assert parse(body(5, {}, timestamp=True)).at == 0


@pytest.mark.parametrize("garbage", [
    b"", b"null", b"[]", b'"5"', b"5", b"{}", b"{", b"\xff\xfe\x00", b'{"type":"5"}', b'{"type":true}',
    b'{"type":5.0}', b"[" * 100_000, b'{"a":' * 50_000, b'{"type":' + b"9" * 10_000 + b"}", b"type=5&data=1",
])  # fmt: skip
def test_garbage_is_no_event(garbage: bytes) -> None:
    with pytest.raises(NotAnEvent):
        parse(garbage)


@pytest.mark.parametrize("data", [None, [], "text", 5, {"product_id": {"id": 1}}])
def test_odd_data_never_raises(data: object) -> None:
    assert parse(body(5, data)).product_id == ""


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=12,
)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "type": json_values | st.sampled_from(list(map(int, Kind))),
            "tts_notification_id": json_values,
            "shop_id": json_values,
            "timestamp": json_values,
            "data": json_values
            | st.dictionaries(
                st.sampled_from(["product_id", "update_time", "message", "expiration_time"]), json_values
            ),
        },
    )
)
def test_any_json_is_an_event_or_none(envelope: dict[str, Any]) -> None:
    try:
        event = parse(json.dumps(envelope).encode())
    except NotAnEvent:
        return
    assert event.product_id == "" or event.product_id.isdigit()
    assert "\n" not in event.words + event.expires


@given(st.binary(max_size=300))
def test_any_bytes_are_an_event_or_none(content: bytes) -> None:
    try:
        parse(content)
    except NotAnEvent:
        return
