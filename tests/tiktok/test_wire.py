"""Answers in all their spellings become our values."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.shop import Brand, Condition, Fault, Reason, Warehouse
from sheets_sync.tiktok import shop_wire, wire
from sheets_sync.tiktok.fields import OddAnswer

PRODUCT = {
    "id": "1729592969712207008",
    "status": "FAILED",
    "audit": {"status": "FAILED"},
    "audit_failed_reasons": [
        {"position": "Main Image", "reasons": ["画像が不鮮明です"], "suggestions": ["差し替えてください"]},
        {"position": "Product Name"},
    ],
    "category_chains": [
        {"id": "601152", "parent_id": "0", "local_name": "レディースウェア", "is_leaf": False},
        {"id": "601226", "parent_id": "601152", "local_name": "Tシャツ", "is_leaf": True},
    ],
    "package_weight": {"value": "0.25", "unit": "KILOGRAM"},
    "package_dimensions": {"length": "30", "width": "22", "height": "3", "unit": "CENTIMETER"},
    "skus": [{"id": "1", "price": {"currency": "JPY", "sale_price": "2980", "tax_exclusive_price": "2700"}}],
}


def product(**changed: Any) -> Any:
    return wire.product({**PRODUCT, **changed})


def test_a_product() -> None:
    found = product()
    assert (found.id, found.status, found.audit, found.category_id) == (PRODUCT["id"], "FAILED", "FAILED", "601226")
    assert found.reasons == (
        Reason("Main Image", ("画像が不鮮明です",), ("差し替えてください",)),
        Reason("Product Name"),
    )
    assert found.skus[0].price == Decimal(2980)


@pytest.mark.parametrize(
    ("weight", "grams"),
    [
        ({"value": "0.25", "unit": "KILOGRAM"}, "250"),
        ({"value": "250", "unit": "GRAM"}, "250"),
        ({"value": "250.0", "unit": "GRAM"}, "250"),
        ({"value": "1", "unit": "POUND"}, "453.59237"),
        ({"value": Decimal("0.1"), "unit": "KILOGRAM"}, "100"),
        ({"value": 2, "unit": "KILOGRAM"}, "2000"),
    ],
)
def test_weights_in_grams(weight: dict[str, Any], grams: str) -> None:
    assert str(product(package_weight=weight).weight_g) == grams


@pytest.mark.parametrize("weight", [None, {}, [], {"value": "heavy", "unit": "GRAM"}, {"value": "1", "unit": "STONE"}])
def test_no_weight(weight: Any) -> None:
    assert product(package_weight=weight).weight_g is None


def test_sizes_in_centimetres() -> None:
    inches = {"length": "10", "width": "3", "height": "1.5", "unit": "INCH"}
    assert product(package_dimensions=inches).dimensions_cm == ("25.4", "7.62", "3.81")
    assert product(package_dimensions={"length": "100", "unit": "CENTIMETER"}).dimensions_cm is None
    assert product(package_dimensions=None).dimensions_cm is None


@pytest.mark.parametrize(
    ("price", "read"),
    [
        ({"sale_price": "2980", "tax_exclusive_price": "2700"}, Decimal(2980)),
        ({"tax_exclusive_price": "2980"}, Decimal(2980)),
        ({"amount": "2980"}, Decimal(2980)),
        ({"sale_price": "", "tax_exclusive_price": "2980"}, Decimal(2980)),
        ({"sale_price": 2980}, Decimal(2980)),
        ({"sale_price": "NaN"}, None),
        ({}, None),
    ],
)
def test_prices_by_any_name(price: dict[str, Any], read: Decimal | None) -> None:
    assert product(skus=[{"id": "1", "price": price}]).skus[0].price == read


def test_ids_that_arrive_as_numbers_stay_exact() -> None:
    assert product(id=1729592969712207011).id == "1729592969712207011"


@pytest.mark.parametrize("left_out", sorted(set(PRODUCT) - {"id", "status"}))
@pytest.mark.parametrize("value", [None, [], "odd", 3])
def test_fields_that_are_missing_or_odd(left_out: str, value: Any) -> None:
    assert product(**{left_out: value}).id == PRODUCT["id"]


@pytest.mark.parametrize("needed", ["id", "status"])
def test_no_product_at_all(needed: str) -> None:
    with pytest.raises(OddAnswer):
        product(**{needed: None})


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.decimals(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_NAMES = sorted({*PRODUCT, "errors", "detail", "extra_errors", "shops", "brands", "products", "warnings"})


@given(st.dictionaries(st.sampled_from(_NAMES), _json, max_size=6))
def test_nonsense_is_read_or_called_odd_and_nothing_else(data: dict[str, Any]) -> None:
    readers = (
        wire.product, wire.saved, wire.faults, wire.summaries, shop_wire.brands, shop_wire.shops, shop_wire.categories,
        shop_wire.warehouses, shop_wire.prerequisites, shop_wire.uploaded,
        lambda data: shop_wire.category_rules("1", data, data),
    )  # fmt: skip
    for read in readers:
        try:
            read(data)
        except OddAnswer:
            continue


# ---------------------------------------------------------------- faults and warnings


@pytest.mark.parametrize(
    ("data", "codes", "warnings"),
    [
        ({"check_result": "PASS", "fail_reasons": [], "warnings": {"message": ""}}, [], ()),
        ({"check_result": "PASS", "warnings": {"message": "dropped"}}, [], ("dropped",)),
        ({"check_result": "PASS", "warnings": [{"message": "a"}, {"message": "b"}]}, [], ("a", "b")),
        ({"fail_reasons": [{"code": 1, "message": "x"}, {"code": "2", "message": "y"}]}, ["1", "2"], ()),
        ({"fail_reasons": {"code": 12052051, "message": "long"}}, ["12052051"], ()),
        ({"check_result": "FAILED"}, [""], ()),
        ({}, [], ()),
    ],
)
def test_a_listing_check_in_all_its_forms(data: dict[str, Any], codes: list[str], warnings: tuple[str, ...]) -> None:
    found = wire.checked(data, "r")
    assert ([fault.code for fault in found.faults], found.warnings) == (codes, warnings)


def test_a_wrapped_fault_tells_its_causes() -> None:
    data = {
        "errors": [
            {
                "code": 12052990,
                "message": "check failed",
                "detail": {
                    "sku_id": "13",
                    "extra_errors": [
                        {"warehouse_id": "1", "code": 12052097, "message": "no warehouse. For details: https://x.test"},
                        {"code": 12052901, "message": "state"},
                    ],
                },
            },
            {"code": 12052048, "message": "not yours", "detail": {"product_id": "14"}},
        ]
    }
    assert wire.faults(data, "r1") == [
        Fault("13", "12052097", "no warehouse.", "r1"),
        Fault("13", "12052901", "state", "r1", conflict=True),
        Fault("14", "12052048", "not yours", "r1"),
    ]


@pytest.mark.parametrize("extra", [None, [], {}])
def test_a_wrapper_without_causes_stays(extra: Any) -> None:
    entry = {"code": 12052990, "message": "check failed", "detail": {"product_id": "1", "extra_errors": extra}}
    (fault,) = wire.faults({"errors": [entry]})
    assert fault.code in ("12052990", "")


@pytest.mark.parametrize(
    ("warnings", "read"),
    [
        ([{"message": "dropped"}, {"message": ""}], ("dropped",)),
        ({"message": "dropped"}, ("dropped",)),
        ({"message": ""}, ()),
        (None, ()),
    ],
)
def test_warnings_as_a_list_or_one(warnings: Any, read: tuple[str, ...]) -> None:
    assert wire.saved({"product_id": "1", "warnings": warnings}).warnings == read


# ---------------------------------------------------------------- spellings of the platform


@pytest.mark.parametrize(
    ("flags", "required"),
    [({"is_requried": True}, True), ({"is_required": True}, True), ({"is_requried": False}, False), ({}, False)],
)
def test_required_in_both_spellings(flags: dict[str, bool], required: bool) -> None:
    condition = {"condition_type": "VALUE_ID_MATCH", "attribute_id": "2", "attribute_value_id": "3"}
    entry = {"id": "1", "name": "素材", "requirement_conditions": [condition], **flags}
    (rule,) = shop_wire.category_rules("9", {}, {"attributes": [entry]}).attributes
    assert rule.required is required
    assert rule.conditions == (Condition("2", "3"),)


@pytest.mark.parametrize(
    ("brand", "usable"),
    [
        ({"authorized_status": "AUTHORIZED", "is_t1_brand": True}, True),
        ({"authorized_status": "AUTHORIZED", "brand_status": "AVAILABLE"}, True),
        ({"authorized_status": "AUTHORIZED", "brand_status": "UNAVAILABLE"}, False),
        ({"authorized_status": "UNAUTHORIEZD", "is_t1_brand": False}, True),
        ({"authorized_status": "UNAUTHORIEZD", "is_t1_brand": True}, False),
        ({"authorized_status": "UNAUTHORIZED", "is_t1_brand": True}, False),
        ({}, True),
    ],
)
def test_usable_brands(brand: dict[str, Any], usable: bool) -> None:
    found, _ = shop_wire.brands({"brands": [{"id": "1", "name": "工房", **brand}]})
    authorised = brand.get("authorized_status") == "AUTHORIZED"
    assert found == ([Brand("1", "工房", authorised)] if usable else [])


def test_sales_warehouses_that_are_not_disabled_those_at_work_first() -> None:
    def place(number: int, kind: str, status: str) -> dict[str, Any]:
        return {"id": str(number), "name": "倉庫", "type": kind, "effect_status": status, "is_default": True}

    places = [
        place(4, "SALES_WAREHOUSE", "RESTRICTED"),
        place(1, "SALES_WAREHOUSE", "ENABLED"),
        place(2, "RETURN_WAREHOUSE", "ENABLED"),
        place(3, "SALES_WAREHOUSE", "DISABLED"),
    ]
    assert shop_wire.warehouses({"warehouses": places}) == [Warehouse("1", "倉庫", True), Warehouse("4", "倉庫", True)]
    assert shop_wire.warehouses({}) == []


def test_the_samples_of_the_pages_survive_json() -> None:
    text = json.dumps({**PRODUCT, "has_draft": True, "update_time": 1767229200})
    found = wire.product(json.loads(text, parse_float=Decimal))
    assert (found.has_draft, found.update_time) == (True, 1767229200)
