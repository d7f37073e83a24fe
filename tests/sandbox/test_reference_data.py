"""Categories, brands, recommendation, consent page: what the platform hands out."""

from typing import Any

import pytest
import requests
from tiktok_shop_api.auth import TikTokShopAuth

from sheets_sync.sandbox import Sandbox

from .conftest import Caller

CATEGORIES = "/product/202309/categories"
BRANDS = "/product/202309/brands"


@pytest.mark.parametrize(("version", "depth"), [("v1", 3), ("v2", 6)])
def test_trees_are_whole(call: Caller, version: str, depth: int) -> None:
    entries = {e["id"]: e for e in call("GET", CATEGORIES, query={"category_version": version}).data["categories"]}
    parents = {entry["parent_id"] for entry in entries.values()}
    assert parents - {"0"} <= set(entries)
    assert {key for key, entry in entries.items() if not entry["is_leaf"]} == parents - {"0"}
    leaves = [key for key, entry in entries.items() if entry["is_leaf"]]
    assert len(leaves) == 27

    def level(key: str) -> int:
        return 1 + level(entries[key]["parent_id"]) if entries[key]["parent_id"] != "0" else 1

    assert max(map(level, leaves)) == depth
    for leaf in leaves:
        query = {"category_version": version}
        assert call("GET", f"{CATEGORIES}/{leaf}/rules", query=query).code == 0
        assert call("GET", f"{CATEGORIES}/{leaf}/attributes", query=query).data["attributes"]


def test_versions_do_not_mix(call: Caller, sandbox: Sandbox) -> None:
    assert call("GET", f"{CATEGORIES}/840226/rules").code == 12052230
    assert call("GET", f"{CATEGORIES}/840226/rules", query={"category_version": "v2"}).code == 0
    assert call("GET", f"{CATEGORIES}/601152/attributes").code == 12052024
    sandbox.control.set(category_versions=["v2"], default_category_version="v2")
    assert call("GET", f"{CATEGORIES}/840226/rules").code == 0
    assert call("GET", CATEGORIES, query={"category_version": "v1"}).code == 12052217


def test_the_wires_spelling(call: Caller) -> None:
    attributes = call("GET", f"{CATEGORIES}/601226/attributes").data["attributes"]
    material = next(a for a in attributes if a["id"] == "100397")
    assert (material["is_requried"], material["is_multiple_selection"], material["type"]) == (
        True, True, "PRODUCT_PROPERTY")
    assert "distict" in call("GET", "/logistics/202309/warehouses").data["warehouses"][0]["address"]
    items = call("GET", "/product/202312/prerequisites").data["check_results"]
    assert "BANk_ACCOUNT" in {item["check_item"] for item in items}
    brand = call("GET", BRANDS, query={"page_size": "1"}).data["brands"][0]
    assert brand["authorized_status"] == "UNAUTHORIEZD"


def test_keyword_and_recommendation(call: Caller) -> None:
    names = [e["local_name"] for e in call("GET", CATEGORIES, query={"keyword": "シャツ"}).data["categories"]]
    assert names == ["Tシャツ", "メンズTシャツ・カットソー"]
    path = f"{CATEGORIES}/recommend"

    def leaf(title: str, version: str = "v1") -> Any:
        data = call("POST", path, {"product_title": title, "category_version": version}).data
        return data and data["leaf_category_id"]

    assert leaf("オーガニックコットンTシャツ 半袖") == "601226"
    assert leaf("オーガニックコットンTシャツ 半袖", "v2") == "840226"
    assert leaf("メンズTシャツ 黒") == "601740"
    assert leaf("18金 ネックレス") == "605197"
    assert leaf("なにか分からないもの") is None
    assert call("POST", path, {"product_title": "なにか分からないもの"}).code == 12019064
    chain = call("POST", path, {"product_title": "マグカップ"}).data["categories"]
    assert [(entry["level"], entry["is_leaf"]) for entry in chain] == [(1, False), (2, False), (3, True)]


def test_brands_by_prefix_and_authorisation(call: Caller) -> None:
    def names(**query: str) -> list[str]:
        return [brand["name"] for brand in call("GET", BRANDS, query={"page_size": "100", **query}).data["brands"]]

    assert names(brand_name="サンプル") == ["サンプル工房"]
    assert len(names(brand_name="sandbox brand 00")) == 9
    assert names(is_authorized="true") == ["青空製作所", "月光堂"]
    status = call("GET", BRANDS, query={"page_size": "5", "category_id": "600024", "brand_name": "月光"})
    assert status.data["brands"][0]["brand_status"] == "UNAVAILABLE"
    assert call("GET", BRANDS, query={"page_size": "101"}).code == 12019109
    assert call("GET", BRANDS).code == 12019109


@pytest.mark.parametrize(("name", "code"), [
    ("A", 12052189), ("A" * 31, 12052190), ("A🎉B", 12052191), ("A12345", 12052192), ("サンプル工房", 12052205),
    ("Aozora Goods", 0),
])
def test_custom_brands(call: Caller, name: str, code: int) -> None:
    answer = call("POST", BRANDS, {"name": name}, cipher=False)
    assert answer.code == code
    if code == 0:
        found = call("GET", BRANDS, query={"page_size": "5", "brand_name": name}).data["brands"]
        assert [brand["id"] for brand in found] == [answer.data["id"]]


def test_diagnoses_are_advice_on_live_products(call: Caller, live_mug: str) -> None:
    path = "/product/202405/products/diagnoses"
    data = call("GET", path, query={"product_ids": f"{live_mug},1"}).data
    assert [product["id"] for product in data["products"]] == [live_mug]
    assert call("GET", path).code == 12019120


def test_the_consent_page_hands_out_a_code(sandbox: Sandbox) -> None:
    answer = requests.get(f"{sandbox.url}/open/authorize?service_id=1&state=abc", timeout=5).json()
    assert answer["state"] == "abc"
    auth = TikTokShopAuth(sandbox.app_key, sandbox.app_secret, base_url=sandbox.url)
    assert auth.exchange_code(answer["code"]).access_token == sandbox.access_token


def test_delivery_options(call: Caller, sandbox: Sandbox) -> None:
    path = f"/logistics/202309/warehouses/{sandbox.warehouse_id}/delivery_options"
    assert call("GET", path).data["delivery_options"][0]["weight_limit"]["unit"] == "GRAM"
    assert call("GET", "/logistics/202309/warehouses/1/delivery_options").code == 12052097
