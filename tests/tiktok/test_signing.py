"""Signatures: the published vectors, and any request against the published package's signer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import requests
from hypothesis import given
from hypothesis import strategies as st
from tiktok_shop_api.signing import Signer

from sheets_sync.tiktok.signing import json_bytes, sign, wire_query

VECTORS = json.loads((Path(__file__).parents[1] / "sandbox" / "vectors.json").read_text("utf-8"))
_text = st.text(st.characters(codec="utf-8"), max_size=30)
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | _text,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_text, inner, max_size=3),
    max_leaves=8,
)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_published_vectors(vector: dict[str, Any]) -> None:
    body = (vector["body"] or "").encode()
    assert sign(vector["secret"], vector["path"], vector["query"], body, vector["content_type"]) == vector["sign"]


@given(
    secret=st.text("0123456789abcdef", min_size=1, max_size=40),
    query=st.dictionaries(_text, _text, max_size=5),
    body=_json,
    content_type=st.sampled_from(["", "application/json", "multipart/form-data; boundary=x", "Multipart/Form-Data"]),
)
def test_any_request_is_signed_as_the_published_package_signs_it(
    secret: str, query: dict[str, str], body: Any, content_type: str
) -> None:
    sent = json_bytes(body)
    theirs = Signer.sign(
        path="/product/202309/products",
        query=list(query.items()),
        content_type=content_type,
        body=sent,
        app_secret=secret,
    )
    assert sign(secret, "/product/202309/products", query, sent, content_type) == theirs


@given(query=st.dictionaries(st.text(st.characters(codec="utf-8"), min_size=1), _text, max_size=5))
def test_what_arrives_is_what_was_signed(query: dict[str, str]) -> None:
    url = f"http://127.0.0.1/path?{wire_query(query)}"
    sent = requests.Request("GET", url).prepare().url or ""
    assert dict(parse_qsl(sent.partition("?")[2], keep_blank_values=True)) == query


def test_a_body_is_compact_utf8() -> None:
    assert json_bytes({"title": "半袖", "a": [1]}) == '{"title":"半袖","a":[1]}'.encode()
