"""Bodies of create and edit. The judge of their form is the platform's published client."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from tiktok_shop_api.generated.models import CreateProductRequest, EditProductRequest, PartialEditProductRequest

from sheets_sync.external_ids import variant_of
from sheets_sync.payload import create_body, full_body, needs_full_body, partial_body, pictures_needed
from sheets_sync.payload_parts import CERTIFICATE, DESCRIPTION, MAIN, SIZE_CHART, VARIANT, Body, Market, Parts
from sheets_sync.plan import Step, StepKind
from sheets_sync.shop import SalesAttribute, ShopProduct, ShopSku, UploadedImage
from sheets_sync.states import Action, Listing
from tests.push.builders import RULES, SHIRT, change_sku, listing, shirt, sku, variant

from .listings import PAIRS, decide, linked

MARKET = Market("JPY", "v1", "GRAM", "CENTIMETER", "W1", "main", ZoneInfo("Asia/Tokyo"))
FULL = dataclasses.replace(
    shirt(
        brand="71",
        search_terms=("夏", "冬"),
        features=("軽い",),
        size_chart="chart.jpg",
        max_order_quantity=3,
        scheduled_at=dt.datetime(2026, 12, 1, 10, 0),  # a cell has no time zone
        description='<p>説明</p><img src="d.jpg">',
        attributes={"100397": ("コットン", "竹"), "certification:77": ("cert.jpg",)},
    ),
    skus=(
        variant("T1/w", "ホワイト", "S", barcode="4901234567894", barcode_type="JAN", image="w.jpg", presale_days=5),
        variant("T1/b", "ブラック", "S", image="b.jpg", presale_days=5),
    ),
)
USES = (MAIN, VARIANT, DESCRIPTION, SIZE_CHART, CERTIFICATE)
PICTURES = {
    (name, use): UploadedImage(f"uri-{name}", f"https://tiktok.example/{name}", 600, 400)
    for name in (
        "https://pictures.example/T1.jpg",
        "https://pictures.example/P1.jpg",
        "w.jpg",
        "b.jpg",
        "d.jpg",
        "chart.jpg",
        "cert.jpg",
    )
    for use in USES
}


def judged(model: Any, body: Body) -> Body:
    """The body, if the published model knows every property of it, whatever its depth."""
    parsed = model.from_dict(body)
    assert parsed.to_dict() == body
    _knows_all(parsed, model.__name__)
    return body


def _knows_all(value: Any, where: str) -> None:
    if isinstance(value, list):
        for entry in value:
            _knows_all(entry, where)
    elif hasattr(value, "additional_properties"):
        assert value.additional_properties == {}, where
        for name in vars(value) if hasattr(value, "__dict__") else value.__slots__:
            if name != "additional_properties":
                _knows_all(getattr(value, name, None), f"{where}.{name}")


def actual(listing: Listing = Listing.LIVE, **changes: Any) -> ShopProduct:
    """The listing as the platform shows it after FULL was accepted, with a SKU that the seller made there."""
    status, audit = PAIRS[listing]
    skus = tuple(
        ShopSku(
            f"17{n}",
            s.seller_sku,
            f"main:{s.variant_key}",
            s.price,
            {"W1": 5},
            tuple(
                SalesAttribute(o.name, o.value, f"a-{o.name}", f"v-{o.value}", f"uri-{s.image}" if not i else "")
                for i, o in enumerate(s.options)
            ),
            s.barcode,
            s.barcode_type,
            {"pre_sale": {"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": 5}}},
        )
        for n, s in enumerate(FULL.skus)
    )
    theirs = ShopSku("179", "HAND", "", Decimal(999), {"W1": 1}, (SalesAttribute("カラー", "金", "a-カラー", "v-金"),))
    found = ShopProduct(
        "1729",
        status,
        audit,
        "旧い名前",
        "<p>旧い</p>",
        SHIRT,
        brand_id="71",
        images=("old-1", "old-2"),
        attributes={"100397": (("1001039", "コットン"),), "555": (("", "手入力"),)},
        weight_g=Decimal("350.2"),
        dimensions_cm=("30", "22", "2.5"),
        external_id="main:T1",
        skus=(*skus, theirs),
        kept={
            "video": {"id": "v1"},
            "search_terms": ["旧"],
            "certifications": [{"id": "88", "images": [{"uri": "c"}]}],
        },
    )
    return dataclasses.replace(found, **changes)


def parts(want: Any = FULL, step: Step | None = None, **changes: Any) -> Parts:
    found = Parts(want, step or Step(StepKind.EDIT), MARKET, RULES[SHIRT], PICTURES, actual(), linked(FULL))
    return dataclasses.replace(found, **changes)


# -- create


def created(want: Any = FULL, action: Action = Action.PUBLISH) -> Body:
    (step,) = decide(want, None, action).steps
    draft = step.kind is StepKind.CREATE_DRAFT
    body = create_body(parts(want, step, actual=None, link=None), draft=draft)
    return judged(CreateProductRequest, body)


def test_a_create_says_everything() -> None:
    body = created()
    assert {name: body[name] for name in ("save_mode", "title", "category_id", "category_version", "brand_id")} == {
        "save_mode": "LISTING",
        "title": FULL.title,
        "category_id": SHIRT,
        "category_version": "v1",
        "brand_id": "71",
    }
    assert body["external_product_id"] == "main:T1"
    assert body["description"] == '<p>説明</p><img src="https://tiktok.example/d.jpg" width="600" height="400">'
    assert body["main_images"] == [{"uri": "uri-https://pictures.example/T1.jpg"}]
    assert body["package_weight"] == {"value": "350", "unit": "GRAM"}
    assert body["package_dimensions"] == {"length": "30", "width": "22", "height": "3", "unit": "CENTIMETER"}
    assert body["product_attributes"] == [{"id": "100397", "values": [{"id": "1001039"}, {"name": "竹"}]}]
    assert body["certifications"] == [{"id": "77", "images": [{"uri": "uri-cert.jpg"}]}]
    assert body["size_chart"] == {"image": {"uri": "uri-chart.jpg"}}
    assert (body["search_terms"], body["key_product_features"]) == (["夏", "冬"], ["軽い"])
    assert body["purchase_order_quantity_limit"] == {"maximum_order_quantity": 3}
    assert body["scheduled_sale"] == {"is_enabled_scheduled_sale": True, "schedule_sale_time": 1796086800000}


def test_a_create_says_everything_of_each_sku() -> None:
    first, second = created()["skus"]
    assert first == {
        "seller_sku": "S-T1-w",
        "external_sku_id": "main:T1/w",
        "sales_attributes": [
            {"id": "100000", "value_id": "1000001", "sku_img": {"uri": "uri-w.jpg"}},
            {"name": "サイズ", "value_name": "S"},
        ],
        "identifier_code": {"code": "4901234567894", "type": "JAN"},
        "pre_sale": {"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": 5}},
        "price": {"currency": "JPY", "amount": "1980"},
        "inventory": [{"warehouse_id": "W1", "quantity": 5}],
    }
    assert "identifier_code" not in second


def test_a_draft_says_so() -> None:
    body = created(action=Action.DRAFT)
    assert body["save_mode"] == "AS_DRAFT"
    assert [entry["price"]["amount"] for entry in body["skus"]] == ["1980", "1980"]


def test_what_is_not_set_is_not_sent() -> None:
    body = created(listing())
    assert set(body) == {
        "save_mode",
        "title",
        "description",
        "category_id",
        "category_version",
        "main_images",
        "package_weight",
        "external_product_id",
        "skus",
    }
    assert set(body["skus"][0]) == {"seller_sku", "external_sku_id", "price", "inventory"}


def test_gone_and_excluded_skus_are_not_created() -> None:
    assert [s["seller_sku"] for s in created(change_sku(FULL, 0, gone=True))["skus"]] == ["S-T1-b"]
    assert [s["seller_sku"] for s in created(change_sku(FULL, 1, excluded=True))["skus"]] == ["S-T1-w"]


@pytest.mark.parametrize(
    ("grams", "unit", "expected"),
    [(350, "GRAM", "350"), (350, "KILOGRAM", "0.350"), (1, "KILOGRAM", "0.001"), (12345, "KILOGRAM", "12.345")],
)
def test_weights_by_the_markets_unit(grams: int, unit: str, expected: str) -> None:
    market = dataclasses.replace(MARKET, weight_unit=unit)
    want = dataclasses.replace(FULL, package_weight_g=grams)
    body = create_body(parts(want, actual=None, link=None, market=market), draft=False)
    assert body["package_weight"] == {"value": expected, "unit": unit}


# -- partial edits

ALWAYS = {"save_mode", "category_version"}


@pytest.mark.parametrize(
    ("fields", "properties"),
    [
        (("title",), {"title"}),
        (("description",), {"description"}),
        (("brand",), {"brand_id"}),
        (("images",), {"main_images"}),
        (("weight",), {"package_weight"}),
        (("dimensions",), {"package_dimensions"}),
        (("attributes",), {"product_attributes", "certifications"}),
        (("size_chart",), {"size_chart"}),
        (("search_terms", "features"), {"search_terms", "key_product_features"}),
        (("scheduled_at",), {"scheduled_sale"}),
    ],
    ids=lambda value: "+".join(sorted(value)),
)
def test_a_partial_edit_carries_the_fields_of_its_step_only(fields: tuple[str, ...], properties: set[str]) -> None:
    body = judged(PartialEditProductRequest, partial_body(parts(step=Step(StepKind.EDIT, fields))))
    assert set(body) == ALWAYS | properties
    assert body["save_mode"] == "LISTING"


def test_price_and_stock_of_skus_that_exist_are_left_out_unless_the_step_says_them() -> None:
    skus = full_body(parts(step=Step(StepKind.EDIT, ("skus",))))["skus"]
    assert not any("price" in entry or "inventory" in entry for entry in skus)
    step = Step(StepKind.EDIT, prices=(("T1/w", "2480"),), stock=(("T1/b", 3),))
    body = judged(EditProductRequest, full_body(parts(step=step)))
    first, second, third = body["skus"]
    assert (first["price"]["amount"], "inventory" in first) == ("2480", False)
    assert (second["inventory"], "price" in second) == ([{"warehouse_id": "W1", "quantity": 3}], False)
    assert set(third) == {"id", "seller_sku", "sales_attributes"}


def test_lists_go_out_whole() -> None:
    step = Step(StepKind.EDIT, ("attributes", "images"))
    body = partial_body(parts(dataclasses.replace(FULL, attributes={"100397": ("竹",)}), step, rules=None))
    assert body["product_attributes"] == [
        {"id": "100397", "values": [{"name": "竹"}]},
        {"id": "555", "values": [{"name": "手入力"}]},
    ]
    assert [entry["id"] for entry in body["certifications"]] == ["88"]
    assert [s["id"] for s in full_body(parts(step=Step(StepKind.EDIT, ("skus",))))["skus"]] == ["170", "171", "179"]


def test_attributes_that_the_category_no_longer_knows_are_not_sent_back() -> None:
    body = partial_body(parts(step=Step(StepKind.EDIT, ("attributes",))))
    assert [entry["id"] for entry in body["product_attributes"]] == ["100397"]


def test_a_sku_is_removed_only_by_name_and_added_with_everything() -> None:
    want = dataclasses.replace(FULL, skus=(*FULL.skus[:1], sku("T1/n", options=FULL.skus[0].options)))
    removing = Step(StepKind.EDIT, ("skus",), (("T1/n", "10"),), (("T1/n", 2),), ("T1/n",), ("T1/b",))
    skus = judged(EditProductRequest, full_body(parts(want, removing)))["skus"]
    assert [entry.get("id") for entry in skus] == ["170", "179", None]
    assert (skus[2]["price"]["amount"], skus[2]["inventory"][0]["quantity"]) == ("10", 2)
    silent = full_body(parts(want, Step(StepKind.EDIT, ("skus",))))["skus"]
    assert [entry.get("id") for entry in silent] == ["170", "171", "179"]


def test_blank_cells_of_a_sku_stay_as_the_listing_has_them() -> None:
    blank = change_sku(change_sku(FULL, 0, barcode="", image="", presale_days=None), 1, image="", presale_days=None)
    step = Step(StepKind.EDIT, ("skus",))
    before, after = (full_body(parts(want, step))["skus"] for want in (FULL, blank))
    assert after == before


def test_options_that_the_listing_has_are_spoken_of_by_its_own_ids() -> None:
    first = full_body(parts(step=Step(StepKind.EDIT, ("skus",))))["skus"][0]
    assert [(a["id"], a["value_id"]) for a in first["sales_attributes"]] == [
        ("a-カラー", "v-ホワイト"),
        ("a-サイズ", "v-S"),
    ]


def test_stock_in_another_warehouse_is_listed_with_ours() -> None:
    skus = (dataclasses.replace(actual().skus[0], stock={"W1": 5, "W2": 40}), *actual().skus[1:])
    body = full_body(
        parts(step=Step(StepKind.EDIT, stock=(("T1/w", 1),), prices=(("T1/w", "1"),)), actual=actual(skus=skus))
    )
    assert body["skus"][0]["inventory"] == [
        {"warehouse_id": "W1", "quantity": 1},
        {"warehouse_id": "W2", "quantity": 40},
    ]


# -- full edits


def test_a_full_edit_keeps_what_the_sheet_does_not_speak_of() -> None:
    want = dataclasses.replace(
        FULL,
        brand="",
        images=(),
        search_terms=(),
        size_chart="",
        dimensions_cm=(None, None, None),
        package_weight_g=None,
        attributes={},
    )
    body = judged(EditProductRequest, full_body(parts(want, rules=None)))
    assert body["brand_id"] == "71"
    assert body["main_images"] == [{"uri": "old-1"}, {"uri": "old-2"}]
    assert body["package_weight"] == {"value": "351", "unit": "GRAM"}
    assert body["package_dimensions"]["height"] == "3"
    assert [entry["id"] for entry in body["product_attributes"]] == ["100397", "555"]
    assert (body["video"], body["search_terms"], body["certifications"][0]["id"]) == ({"id": "v1"}, ["旧"], "88")
    assert [entry["id"] for entry in body["skus"]] == ["170", "171", "179"]


def test_what_was_emptied_on_purpose_is_not_kept() -> None:
    cleared = frozenset({"brand", "search_terms", "attribute:555", "attribute:certification:88"})
    want = dataclasses.replace(FULL, brand="", search_terms=(), cleared=cleared)
    body = full_body(parts(want, rules=None))
    assert (body["brand_id"], body["search_terms"]) == ("", [])
    assert [entry["id"] for entry in body["product_attributes"]] == ["100397"]
    assert [entry["id"] for entry in body["certifications"]] == ["77"]


def test_what_others_changed_stays_theirs() -> None:
    body = full_body(parts(foreign=frozenset({"title", "description", "images"})))
    assert (body["title"], body["description"]) == ("旧い名前", "<p>旧い</p>")
    assert body["main_images"] == [{"uri": "old-1"}, {"uri": "old-2"}]
    assert full_body(parts())["title"] == FULL.title


def test_a_sku_without_any_stock_gets_a_number_when_it_is_submitted() -> None:
    bare = actual(Listing.DRAFT, skus=tuple(dataclasses.replace(s, stock={}) for s in actual().skus[:2]))
    step = Step(StepKind.PUBLISH, stock=(("T1/w", 4),))
    skus = full_body(parts(step=step, actual=bare))["skus"]
    assert [entry["inventory"][0]["quantity"] for entry in skus] == [4, 0]
    assert not any("inventory" in entry for entry in full_body(parts(step=step, actual=bare), draft=True)["skus"])


def test_a_moment_of_sale_in_the_past_is_not_sent_again_once_it_is_live() -> None:
    assert "scheduled_sale" not in full_body(parts())
    assert "scheduled_sale" in full_body(parts(actual=actual(Listing.IN_REVIEW)))


@pytest.mark.parametrize(
    ("step", "cleared", "needed"),
    [
        (Step(StepKind.EDIT, ("category",)), (), True),
        (Step(StepKind.EDIT, ("max_order_quantity",)), (), True),
        (Step(StepKind.EDIT, ("skus",)), (), True),
        (Step(StepKind.EDIT, prices=(("T1/w", "2480"),)), (), True),
        (Step(StepKind.EDIT, ("title",)), (), False),
        (Step(StepKind.EDIT, ("size_chart",)), ("size_chart",), True),
        (Step(StepKind.EDIT, ("title",)), ("size_chart",), False),
        (Step(StepKind.EDIT, ("brand",)), ("brand",), False),
        (Step(StepKind.EDIT, ("attributes",)), ("attribute:1",), True),
    ],
)
def test_when_a_partial_edit_cannot_say_it(step: Step, cleared: tuple[str, ...], needed: bool) -> None:
    want = dataclasses.replace(FULL, size_chart="", cleared=frozenset(cleared))
    assert needs_full_body(step, want) is needed


# -- pictures and SKUs


def test_pictures_are_needed_by_field() -> None:
    everything = pictures_needed(FULL, None)
    assert {use for _, use in everything} == set(USES)
    assert len(everything) == 6
    assert pictures_needed(FULL, ("title",)) == []
    assert pictures_needed(FULL, ("skus",)) == [("w.jpg", VARIANT), ("b.jpg", VARIANT)]
    assert pictures_needed(listing(skus=(sku(image="x.jpg"),)), ("skus",)) == []


def test_whose_sku_it_is() -> None:
    link = linked(FULL)
    assert [variant_of(entry, link, "main") for entry in actual().skus] == ["T1/w", "T1/b", ""]
    assert variant_of(dataclasses.replace(actual().skus[0], id="x"), None, "main") == "T1/w"
    assert variant_of(dataclasses.replace(actual().skus[0], id="x"), link, "another") == ""
