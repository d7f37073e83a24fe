"""The published client of the platform drives the sandbox: its models parse every answer."""

import io
import json
from typing import Any

import pytest
from tiktok_shop_api import TikTokShopError
from tiktok_shop_api.generated.models import (
    ActivateProductsRequest,
    CheckProductListingRequest,
    CreateProductRequest,
    DeactivateProductsRequest,
    DeleteProductsRequest,
    EditProductRequest,
    InventorySearchRequest,
    PartialEditProductRequest,
    RecommendCategoryRequest,
    RecoverProductsRequest,
    SearchProductsRequest,
    UpdateInventoryRequest,
    UpdatePriceRequest,
    UploadProductImageRequest,
)
from tiktok_shop_api.generated.types import File

from .conftest import Wire, picture


@pytest.fixture
def uploaded(published: Any) -> str:
    body = UploadProductImageRequest(
        data=File(payload=io.BytesIO(picture()), file_name="mug.jpg", mime_type="image/jpeg")
    )
    uri: str = published.products.upload_product_image(body=body).data.uri
    return uri


@pytest.fixture
def mug(published: Any, uploaded: str) -> Wire:
    return {
        "title": "陶器のマグカップ 300ml", "description": "<p>マグカップです。</p>", "category_id": "600024",
        "main_images": [{"uri": uploaded}], "package_weight": {"value": "350", "unit": "GRAM"},
        "skus": [{
            "seller_sku": "MUG-1", "price": {"currency": "JPY", "amount": "1980"},
            "inventory": [{"warehouse_id": published.sandbox.warehouse_id, "quantity": 5}],
        }],
    }


def test_reference_data(published: Any) -> None:
    shop = published.authorization.get_authorized_shops().data.shops[0]
    assert (shop.region, shop.name) == ("JP", "サンプル商店")
    tree = published.products.get_categories(category_version="v1").data.categories
    assert {"600024", "601226"} <= {entry.id for entry in tree if entry.is_leaf}
    rules = published.products.get_category_rules(category_id="601227").data
    assert rules.size_chart.is_required is True
    attributes = published.products.get_category_attributes(category_id="605197").data.attributes
    plating = next(entry for entry in attributes if entry.id == "100407")
    assert plating.requirement_conditions[0].attribute_value_id == "1001101"
    brands = published.products.get_brands(page_size=100).data
    assert (brands.total_count, len(brands.brands)) == (130, 100)
    more = published.products.get_brands(page_size=100, page_token=brands.next_page_token).data
    assert (len(more.brands), more.next_page_token) == (30, "")
    assert published.products.check_listing_prerequisites().data.check_results
    body = RecommendCategoryRequest(product_title="本革トートバッグ A4対応")
    assert published.products.recommend_category(body=body).data.leaf_category_id == "605250"
    warehouses = published.logistics.get_warehouse_list().data.warehouses
    assert warehouses[0].address.state == "東京都"
    options = published.logistics.get_warehouse_delivery_options(warehouse_id=warehouses[0].id, scope="WAREHOUSE").data
    assert options.delivery_options[0].weight_limit.max_weight == 25000


def test_a_listing_through_its_life(published: Any, mug: Wire) -> None:
    products = published.products
    created = products.create_product(body=CreateProductRequest.from_dict(mug)).data
    product_id, sku_id = created.product_id, created.skus[0].id

    read = products.get_product(product_id).data
    assert (read.title, read.skus[0].price.sale_price) == (mug["title"], "1980")
    assert read.status == "ACTIVATE"
    assert read.audit.status == "APPROVED"

    products.update_price(product_id, body=UpdatePriceRequest.from_dict(
        {"skus": [{"id": sku_id, "price": {"currency": "JPY", "amount": "1780"}}]}))
    products.update_inventory(product_id, body=UpdateInventoryRequest.from_dict(
        {"skus": [{"id": sku_id, "inventory": [{"quantity": 0}]}]}))
    found = products.search_products(page_size=10, body=SearchProductsRequest.from_dict(
        {"seller_skus": ["MUG-1"]})).data
    assert [(row.id, row.skus[0].price.tax_exclusive_price) for row in found.products] == [(product_id, "1780")]
    assert found.products[0].skus[0].inventory[0].quantity == 0
    stock = products.inventory_search(body=InventorySearchRequest(product_ids=[product_id])).data.inventory
    assert stock[0].skus[0].total_available_quantity == 0

    edited = products.edit_product(product_id, body=EditProductRequest.from_dict(
        {**mug, "title": "陶器のマグカップ 350ml", "skus": [{"id": sku_id, "seller_sku": "MUG-1"}]})).data
    assert edited.audit.status == "AUDITING"
    partial = products.partial_edit_product(product_id, body=PartialEditProductRequest.from_dict(
        {"title": "陶器のマグカップ 400ml"})).data
    assert partial.audit.status == "AUDITING"
    assert products.get_product(product_id).data.title == "陶器のマグカップ 400ml"

    ids = {"product_ids": [product_id]}
    products.deactivate_products(body=DeactivateProductsRequest.from_dict(ids))
    assert products.get_product(product_id).data.status == "SELLER_DEACTIVATED"
    products.activate_products(body=ActivateProductsRequest.from_dict(ids))
    assert products.get_product(product_id).data.status == "ACTIVATE"
    again = products.activate_products(body=ActivateProductsRequest.from_dict(ids)).data
    assert again.errors[0].detail.extra_errors[0].code == 12052901
    products.delete_products(body=DeleteProductsRequest.from_dict(ids))
    assert products.get_product(product_id).data.status == "DELETED"
    products.recover_products(body=RecoverProductsRequest.from_dict(ids))
    assert products.get_product(product_id).data.status == "SELLER_DEACTIVATED"


def test_a_refusal_carries_the_platforms_code(published: Any, mug: Wire) -> None:
    with pytest.raises(TikTokShopError) as caught:
        published.products.create_product(body=CreateProductRequest.from_dict({**mug, "title": "あ" * 256}))
    assert (caught.value.code, caught.value.http_status) == (12052051, 200)
    assert caught.value.request_id


def test_the_listing_check_names_every_fault(published: Any, mug: Wire) -> None:
    wrong = {**mug, "title": "あ" * 256, "category_id": "601152"}
    result = published.products.check_product_listing(body=CheckProductListingRequest.from_dict(wrong)).data
    assert result.check_result == "FAILED"
    assert [reason.code for reason in result.fail_reasons][:3] == [12052051, 12052931, 12052024]


def test_review_reasons_parse(published: Any, mug: Wire) -> None:
    created = published.products.create_product(body=CreateProductRequest.from_dict(
        {**mug, "title": "日本一のマグカップ [NG:image]"})).data
    read = published.products.get_product(created.product_id).data
    assert read.status == "FAILED"
    assert [reason.position for reason in read.audit_failed_reasons] == ["Main Image", "Product Name"]
    assert "日本一" in read.audit_failed_reasons[1].suggestions[0]
    assert json.dumps(read.to_dict(), ensure_ascii=False)


def invented(model: Any, path: str = "") -> list[str]:
    """Fields of an answer which the published models do not know."""
    if isinstance(model, list):
        return [name for item in model for name in invented(item, f"{path}[]")]
    if not hasattr(model, "__attrs_attrs__"):
        return []
    found = [f"{path}.{name}" for name in model.additional_properties]
    for attribute in model.__attrs_attrs__:
        if attribute.name != "additional_properties":
            found += invented(getattr(model, attribute.name), f"{path}.{attribute.name}")
    return found


def test_no_answer_has_a_field_of_our_own_invention(published: Any, mug: Wire) -> None:
    products = published.products
    mug["skus"][0]["identifier_code"] = {"type": "JAN", "code": "4901234567894"}
    created = products.create_product(body=CreateProductRequest.from_dict({**mug, "brand_id": "1"}))
    product_id = created.data.product_id
    ids = {"product_ids": [product_id]}
    answers = {
        "create": created,
        "get": products.get_product(product_id),
        "search": products.search_products(page_size=10),
        "inventory_search": products.inventory_search(body=InventorySearchRequest.from_dict(ids)),
        "shops": published.authorization.get_authorized_shops(),
        "categories": products.get_categories(),
        "rules": products.get_category_rules(category_id="601757"),
        "attributes": products.get_category_attributes(category_id="601451"),
        "brands": products.get_brands(page_size=10),
        "prerequisites": products.check_listing_prerequisites(),
        "recommend": products.recommend_category(body=RecommendCategoryRequest(product_title="マグカップ")),
        "warehouses": published.logistics.get_warehouse_list(),
        "delivery": published.logistics.get_warehouse_delivery_options("7068517275539719942"),
        "recover": products.recover_products(body=RecoverProductsRequest.from_dict(ids)),
        "activate": products.activate_products(body=ActivateProductsRequest.from_dict(ids)),
        "inventory": products.update_inventory(product_id, body=UpdateInventoryRequest.from_dict(
            {"skus": [{"id": "1", "inventory": [{"quantity": 0}]}]})),
        "edit": products.edit_product(product_id, body=EditProductRequest.from_dict(mug)),
        "check": products.check_product_listing(body=CheckProductListingRequest.from_dict({**mug, "title": ""})),
    }
    assert {name: invented(answer) for name, answer in answers.items() if invented(answer)} == {}
