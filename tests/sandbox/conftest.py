"""A running sandbox, a bare signing caller, and the published client pointed at it."""

import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import requests
from PIL import Image
from tiktok_shop_api import TikTokShop
from tiktok_shop_api.signing import Signer

from sheets_sync.sandbox import Sandbox, SandboxOptions

Wire = dict[str, Any]
START = 1_795_300_000.0  # 2026-11-22 07:26 in Japan


class FakeTime:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


@cache
def picture(width: int = 600, height: int = 600, kind: str = "JPEG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (width, height), "white").save(out, kind)
    return out.getvalue()


@dataclass
class Answer:
    status: int
    code: int
    data: Any
    message: str
    request_id: str
    raw: requests.Response


class Caller:
    """Signs with the published package's signer and sends with requests; any step can be spoilt."""

    def __init__(self, sandbox: Sandbox, time: FakeTime) -> None:
        self.sandbox = sandbox
        self.time = time
        self.session = requests.Session()

    def send(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: dict[str, str] | None = None,
        *,
        cipher: bool = True,
        files: dict[str, Any] | None = None,
        form: dict[str, str] | None = None,
        change: Callable[[dict[str, str], dict[str, str]], None] = lambda _query, _headers: None,
        raw: bytes | None = None,
    ) -> requests.Response:
        headers = {"x-tts-access-token": self.sandbox.access_token}
        content = raw if raw is not None else b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        if files is None and content:
            headers["content-type"] = "application/json"
        params = {"app_key": self.sandbox.app_key, "timestamp": str(int(self.time.now)), **(query or {})}
        if cipher:
            params["shop_cipher"] = self.sandbox.shop_cipher
        params["sign"] = Signer.sign(
            path=path, query=list(params.items()), content_type="multipart/form-data" if files else "application/json",
            body=content or None, app_secret=self.sandbox.app_secret,
        )
        change(params, headers)
        return self.session.request(
            method, self.sandbox.url + path, params=params, headers=headers, data=form if files else content,
            files=files, timeout=10,
        )

    def __call__(self, method: str, path: str, body: Any = None, query: dict[str, str] | None = None,
                 **more: Any) -> Answer:
        response = self.send(method, path, body, query, **more)
        envelope = response.json()
        return Answer(response.status_code, envelope["code"], envelope["data"], envelope["message"],
                      envelope["request_id"], response)

    # the calls tests use most

    def upload(self, content: bytes, use_case: str = "MAIN_IMAGE") -> Answer:
        return self("POST", "/product/202309/images/upload", cipher=False, files={"data": ("a.bin", content)},
                    form={"use_case": use_case})

    def create(self, body: Wire) -> Answer:
        return self("POST", "/product/202309/products", body)

    def get(self, product_id: str, **query: str) -> Answer:
        return self("GET", f"/product/202309/products/{product_id}", query=query)

    def edit(self, product_id: str, body: Wire) -> Answer:
        return self("PUT", f"/product/202509/products/{product_id}", body)

    def partial(self, product_id: str, **body: Any) -> Answer:
        return self("POST", f"/product/202509/products/{product_id}/partial_edit", body)

    def search(self, body: Wire | None = None, page_size: int = 100, **query: str) -> Answer:
        return self("POST", "/product/202502/products/search", body, {"page_size": str(page_size), **query})

    def prices(self, product_id: str, prices: dict[str, str]) -> Answer:
        skus = [{"id": sku, "price": {"currency": "JPY", "amount": amount}} for sku, amount in prices.items()]
        return self("POST", f"/product/202309/products/{product_id}/prices/update", {"skus": skus})

    def stock(self, product_id: str, quantities: dict[str, int]) -> Answer:
        skus = [
            {"id": sku, "inventory": [{"warehouse_id": self.sandbox.warehouse_id, "quantity": quantity}]}
            for sku, quantity in quantities.items()
        ]
        return self("POST", f"/product/202309/products/{product_id}/inventory/update", {"skus": skus})

    def batch(self, action: str, *product_ids: str) -> Answer:
        if action == "delete":
            return self("DELETE", "/product/202309/products", {"product_ids": list(product_ids)})
        return self("POST", f"/product/202309/products/{action}", {"product_ids": list(product_ids)})

    def status(self, product_id: str) -> tuple[str, str]:
        data = self.get(product_id).data
        return data["status"], data["audit"]["status"]


@pytest.fixture
def time() -> FakeTime:
    return FakeTime()


@pytest.fixture
def sandbox(time: FakeTime) -> Iterator[Sandbox]:
    options = SandboxOptions(rate_per_second=0)
    with Sandbox(clock=time, review_seconds=60, options=options) as running:
        yield running


@pytest.fixture
def call(sandbox: Sandbox, time: FakeTime) -> Caller:
    return Caller(sandbox, time)


@pytest.fixture
def image(call: Caller) -> str:
    uri: str = call.upload(picture()).data["uri"]
    return uri


@pytest.fixture
def mug(sandbox: Sandbox, image: str) -> Wire:
    """A listing without variations in a category that asks for nothing."""
    return {
        "title": "陶器のマグカップ 300ml",
        "description": "<p>電子レンジで使えるマグカップです。</p>",
        "category_id": "600024",
        "main_images": [{"uri": image}],
        "package_weight": {"value": "350", "unit": "GRAM"},
        "skus": [{
            "seller_sku": "MUG-1", "price": {"currency": "JPY", "amount": "1980"},
            "inventory": [{"warehouse_id": sandbox.warehouse_id, "quantity": 5}],
        }],
    }


@pytest.fixture
def shirt(sandbox: Sandbox, image: str) -> Wire:
    """A listing with two sales attributes, one of them the seller's own, and a required attribute."""
    def sku(color: str, size: str) -> Wire:
        return {
            "seller_sku": f"TS-{color}-{size}", "external_sku_id": f"v-{color}-{size}",
            "price": {"currency": "JPY", "amount": "2980"},
            "inventory": [{"warehouse_id": sandbox.warehouse_id, "quantity": 20}],
            "sales_attributes": [{"id": "100000", "value_id": color}, {"name": "丈", "value_name": size}],
        }

    return {
        "title": "オーガニックコットンTシャツ 半袖",
        "description": "<p>やわらかな肌ざわりの半袖Tシャツです。</p>",
        "category_id": "601226",
        "main_images": [{"uri": image}],
        "package_weight": {"value": "250", "unit": "GRAM"},
        "package_dimensions": {"length": "30", "width": "22", "height": "3", "unit": "CENTIMETER"},
        "product_attributes": [{"id": "100397", "values": [{"id": "1001039"}]}],
        "skus": [sku("1000001", "短い"), sku("1000001", "長い"), sku("1000002", "短い")],
        "external_product_id": "shirt-1",
    }


@pytest.fixture
def live_mug(call: Caller, sandbox: Sandbox, mug: Wire) -> str:
    """The id of a mug on sale."""
    product_id: str = call.create(mug).data["product_id"]
    sandbox.control.advance(60)
    assert call.status(product_id) == ("ACTIVATE", "APPROVED")
    return product_id


@pytest.fixture
def published(sandbox: Sandbox) -> Iterator[TikTokShop]:
    """The published client, signing by the machine's clock: its tests run a sandbox on that clock."""
    with Sandbox(options=SandboxOptions(rate_per_second=0)) as real_time, TikTokShop(
        real_time.app_key, real_time.app_secret, real_time.access_token, real_time.shop_cipher, base_url=real_time.url
    ) as client:
        client.sandbox = real_time  # type: ignore[attr-defined]
        yield client


@pytest.fixture
def vectors() -> list[Wire]:
    found: list[Wire] = json.loads(Path(__file__).with_name("vectors.json").read_text(encoding="utf-8"))
    return found
