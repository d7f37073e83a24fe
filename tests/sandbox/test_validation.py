"""What the platform refuses in a listing: one code per fault, in its order."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sheets_sync.sandbox import Sandbox
from sheets_sync.sandbox.answers import ApiError
from sheets_sync.sandbox.market import load_market
from sheets_sync.sandbox.options import SandboxOptions
from sheets_sync.sandbox.validation.money import check_price
from sheets_sync.sandbox.validation.text import format_fault

from .conftest import Caller, Wire, picture

Change = Callable[[Wire], Any]


def put(**fields: Any) -> Change:
    return lambda body: body.update(fields)


def sku(**fields: Any) -> Change:
    return lambda body: body["skus"][0].update(fields)


def price(amount: str | None = "1980", currency: str = "JPY") -> Change:
    return sku(price={"currency": currency, **({} if amount is None else {"amount": amount})})


def stock(warehouse_id: str = "7068517275539719942", **row: Any) -> Change:
    return sku(inventory=[{"warehouse_id": warehouse_id, "quantity": 5, **row}])


def weight(value: str, unit: str = "GRAM") -> Change:
    return put(package_weight={"value": value, "unit": unit})


def size(unit: str = "CENTIMETER", **sides: str) -> Change:
    return put(package_dimensions={"length": "30", "width": "20", "height": "10", "unit": unit, **sides})


def code(text: str, kind: str = "JAN") -> Change:
    return sku(identifier_code={"type": kind, "code": text})


MUG_FAULTS: dict[str, tuple[Change, int]] = {
    "title empty": (put(title=" "), 12052261),
    "title long": (put(title="あいうえお" * 51 + "あ"), 12052051),
    "title emoji": (put(title="マグカップ🎉"), 12052931),
    "title entity": (put(title="マグ&nbsp;カップ"), 12052931),
    "title control": (put(title="マグ\tカップ"), 12052931),
    "title symbols": (put(title="★★★！！"), 12052931),
    "title run": (put(title="マグカップ" + "ー" * 10), 12052931),
    "description empty": (put(description=""), 12052015),
    "description long": (put(description="<p>" + "あいうえお" * 2000 + "</p>"), 12052013),
    "description emoji": (put(description="<p>よい🎉</p>"), 12052932),
    "description nbsp": (put(description="<p>よい&nbsp;品</p>"), 12052932),
    "description script": (put(description="<p>a</p><script>1</script>"), 12052345),
    "description unclosed": (put(description="<p>あ<b>い</p>"), 12052344),
    "description handler": (put(description='<p onclick="x">あ</p>'), 12052350),
    "description image without size": (put(description='<p><img src="x"></p>'), 12052348),
    "description foreign image": (put(description='<img src="https://x.test/a" width="1" height="1">'), 12052340),
    "category format": (put(category_id="abc"), 12052002),
    "category unknown": (put(category_id="999"), 12052023),
    "category not leaf": (put(category_id="600001"), 12052024),
    "category of another version": (put(category_id="843024"), 12052230),
    "version unknown": (put(category_version="v9"), 12052217),
    "category invited only": (put(category_id="700646"), 12052221),
    "category prohibited": (put(category_id="700440"), 12052220),
    "category not main": (put(category_id="603015"), 12052225),
    "brand protected": (put(brand_id="7082427311584347919"), 12052201),
    "no image": (put(main_images=[]), 12052028),
    "outside image": (put(main_images=[{"uri": "https://example.test/a.jpg"}]), 12052300),
    "image unknown": (put(main_images=[{"uri": "tos-jp-i-x/0123"}]), 12052722),
    "attribute foreign": (put(product_attributes=[{"id": "1", "values": [{"name": "a"}]}]), 12052240),
    "skus empty": (put(skus=[]), 12052902),
    "seller sku long": (sku(seller_sku="a" * 51), 12052054),
    "seller sku space": (sku(seller_sku="a b"), 12019059),
    "sku of another product": (sku(id="17"), 12052557),
    "code digits": (code("123"), 12052591),
    "old ISBN without an X": (code("4003101014", "ISBN"), 12052591),
    "code X": (code("49012X4567894"), 12052598),
    "code type": (code("4901234567894", "QR"), 12052600),
    "currency": (price(currency="USD"), 12052084),
    "price words": (price("千円"), 12052012),
    "price decimals": (price("1980.00"), 12052073),
    "price zero": (price("0"), 12052570),
    "price high": (price("500001"), 12052570),
    "price missing": (price(None), 12052073),
    "stock high": (stock(quantity=100_000), 12052055),
    "stock negative": (stock(quantity=-1), 12052055),
    "warehouse unknown": (stock("1"), 12052097),
    "warehouse of returns": (stock("7068517275539719943"), 12052532),
    "warehouse disabled": (stock("7068517275539719944"), 12052531),
    "backorder alone": (stock(backorder_quantity=3), 12052910),
    "weight words": (weight("heavy"), 12019011),
    "weight zero": (weight("0"), 12052181),
    "weight decimals of grams": (weight("1.5"), 12019011),
    "weight decimals of kilograms": (weight("0.1234", "KILOGRAM"), 12019011),
    "weight in pounds": (weight("1", "POUND"), 12019060),
    "weight unit": (weight("1", "TON"), 12052916),
    "height": (size(height="0"), 12052003),
    "width": (size(width="1.5"), 12052004),
    "length": (size(length="x"), 12052005),
    "size in inches": (size("INCH"), 12019061),
    "search terms": (put(search_terms=["a"] * 16), 12052910),
    "schedule past": (put(scheduled_sale={"is_enabled_scheduled_sale": True, "schedule_sale_time": 1}), 12052910),
    "video unknown": (put(video={"id": "v1"}), 12052360),
    "pre-order not offered": (sku(pre_sale={"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": 5}}),
                              12019095),
    "certificate unknown": (put(certifications=[{"id": "1", "images": []}]), 12052655),
}


@pytest.mark.parametrize("name", MUG_FAULTS)
def test_faults_of_a_simple_listing(call: Caller, sandbox: Sandbox, mug: Wire, name: str) -> None:
    change, expected = MUG_FAULTS[name]
    change(mug)
    answer = call.create(mug)
    assert (answer.code, answer.status, answer.data) == (expected, 200, None), answer.message
    assert sandbox.control.products() == []


SHIRT_FAULTS: dict[str, tuple[Change, int]] = {
    "attribute missing": (put(product_attributes=[]), 12052104),
    "attribute twice": (lambda b: b["product_attributes"].append(b["product_attributes"][0]), 12052244),
    "attribute value twice": (lambda b: b["product_attributes"][0]["values"].append({"name": "コットン"}), 12052251),
    "attribute value empty": (lambda b: b["product_attributes"][0]["values"].append({"id": ""}), 12052248),
    "one value only": (lambda b: b["product_attributes"].append(
        {"id": "100398", "values": [{"id": "1001051"}, {"id": "1001052"}]}), 12052246),
    "no custom value": (lambda b: b["product_attributes"].append(
        {"id": "100398", "values": [{"name": "ペイズリー"}]}), 12052247),
    "custom value long": (lambda b: b["product_attributes"][0]["values"].append({"name": "あい" * 1001}), 12052249),
    "custom value emoji": (lambda b: b["product_attributes"][0]["values"].append({"name": "🎉"}), 12052935),
    "dimensions missing": (lambda b: b.pop("package_dimensions"), 12019012),
    "same combination": (lambda b: b["skus"][1].update(sales_attributes=b["skus"][0]["sales_attributes"]), 12052560),
    "kinds differ": (lambda b: b["skus"][1]["sales_attributes"].pop(), 12052550),
    "kind twice": (lambda b: [s["sales_attributes"].append({"id": "100000", "value_id": "1000003"})
                              for s in b["skus"]], 12052560),
    "no kinds": (lambda b: [s.pop("sales_attributes") for s in b["skus"]], 12052550),
    "four kinds": (lambda b: [s["sales_attributes"].extend(
        [{"name": "a", "value_name": "1"}, {"name": "b", "value_name": "2"}]) for s in b["skus"]], 12052525),
    "kind unknown": (lambda b: b["skus"][0]["sales_attributes"][0].update(id="9"), 12052527),
    "value unknown": (lambda b: b["skus"][0]["sales_attributes"][0].update(value_id="9"), 12052529),
    "kind name long": (lambda b: [s["sales_attributes"][1].update(name="あいう" * 7) for s in b["skus"]], 12052242),
    "value name long": (lambda b: b["skus"][0]["sales_attributes"][1].update(value_name="あいう" * 17), 12052249),
    "value emoji": (lambda b: b["skus"][0]["sales_attributes"][1].update(value_name="🎉"), 12052934),
    "image unknown": (lambda b: b["skus"][0]["sales_attributes"][0].update(sku_img={"uri": "tos-x/1"}), 12052520),
    "images on two kinds": (lambda b: [a.update(sku_img=b["main_images"][0]) for s in b["skus"]
                                       for a in s["sales_attributes"]], 12052528),
    "image on some": (lambda b: b["skus"][0]["sales_attributes"][0].update(sku_img=b["main_images"][0]), 12052522),
    "code twice": (lambda b: [s.update(identifier_code={"type": "JAN", "code": "4901234567894"})
                              for s in b["skus"]], 12052592),
    "too many": (lambda b: b.update(skus=[
        {**b["skus"][0], "sales_attributes": [{"name": "番", "value_name": str(n)}]} for n in range(301)]), 12052050),
    "too many values": (lambda b: b.update(skus=[
        {**b["skus"][0], "sales_attributes": [{"name": "番", "value_name": str(n)}]} for n in range(101)]), 12052526),
    "pre-order days": (lambda b: [s.update(
        pre_sale={"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": 31}})
        for s in b["skus"]], 12019094),
    "pre-order differs": (lambda b: b["skus"][0].update(
        pre_sale={"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": 5}}), 12052273),
    "size chart unknown": (put(size_chart={"image": {"uri": "tos-x/1"}}), 12052670),
    "size chart template": (put(size_chart={"template": {"id": "1"}}), 12052128),
    "units of two systems": (lambda b: b["package_dimensions"].update(unit="INCH"), 12019061),
}


@pytest.mark.parametrize("name", SHIRT_FAULTS)
def test_faults_of_a_listing_with_variations(call: Caller, shirt: Wire, name: str) -> None:
    change, expected = SHIRT_FAULTS[name]
    change(shirt)
    answer = call.create(shirt)
    assert answer.code == expected, answer.message


TYPE_FAULTS: dict[str, tuple[Change, str]] = {
    "title": (put(title=5), "body.title"),
    "no title": (lambda b: b.pop("title"), "body.title"),
    "null title": (put(title=None), "body.title"),
    "no weight": (lambda b: b.pop("package_weight"), "body.package_weight"),
    "weight number": (put(package_weight={"value": 350, "unit": "GRAM"}), "body.package_weight.value"),
    "price number": (sku(price={"currency": "JPY", "amount": 1980}), "body.skus[0].price.amount"),
    "quantity text": (stock(quantity="5"), "body.skus[0].inventory[0].quantity"),
    "quantity yes": (stock(quantity=True), "body.skus[0].inventory[0].quantity"),
    "no price": (lambda b: b["skus"][0].pop("price"), "body.skus[0].price"),
    "no inventory": (lambda b: b["skus"][0].pop("inventory"), "body.skus[0].inventory"),
    "images text": (put(main_images=["tos-x/1"]), "body.main_images[0]"),
    "category number": (put(category_id=600024), "body.category_id"),
    "mode": (put(save_mode="PUBLISH"), "body.save_mode"),
}


@pytest.mark.parametrize("name", TYPE_FAULTS)
def test_types_come_first_and_name_the_path(call: Caller, mug: Wire, name: str) -> None:
    change, path = TYPE_FAULTS[name]
    change(mug)
    mug.setdefault("description", "")
    answer = call.create(mug)
    assert answer.code == 36009004
    assert path in answer.message


def test_one_code_a_call_in_the_platforms_order_and_all_of_them_in_the_check(call: Caller, mug: Wire) -> None:
    mug.update(title="", description="", main_images=[], category_id="600001")
    mug["skus"][0]["price"]["amount"] = "0"
    assert call.create(mug).code == 12052261
    check = call("POST", "/product/202309/products/listing_check", mug).data
    assert check["check_result"] == "FAILED"
    assert [reason["code"] for reason in check["fail_reasons"]] == [
        12052261, 12052015, 12052024, 12052028, 12052570]
    assert isinstance(check["warnings"], dict)


def test_a_good_listing_passes_the_check_and_is_not_created(call: Caller, sandbox: Sandbox, shirt: Wire) -> None:
    check = call("POST", "/product/202309/products/listing_check", shirt).data
    assert (check["check_result"], check["fail_reasons"]) == ("PASS", [])
    assert sandbox.control.products() == []


def test_things_dropped_with_a_warning(call: Caller, sandbox: Sandbox, shirt: Wire) -> None:
    shirt["brand_id"] = "123"
    shirt["skus"][0]["identifier_code"] = {"type": "JAN", "code": "4901234567890"}
    shirt["product_attributes"].append({"id": "100398", "values": [{"id": "777"}]})
    answer = call.create(shirt)
    assert [w["message"] for w in answer.data["warnings"]] == [
        "The [brand_id]:123 field is incorrect and was cleared",
        "The [product_attributes.value_id]:777 field is incorrect and was cleared",
        "The [identifier_code]:4901234567890 field is incorrect and was cleared",
    ]
    read = call.get(answer.data["product_id"]).data
    assert read["brand"]["id"] == ""
    assert "identifier_code" not in read["skus"][0]
    sandbox.control.set(soft_defaults=False)
    assert call.create({**shirt, "external_product_id": "x"}).code == 12052026


def test_a_code_is_frozen_once_submitted(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    mug["skus"][0]["identifier_code"] = {"type": "JAN", "code": "4901234567894"}
    created = call.create(mug).data
    again = copy.deepcopy(mug)
    again["skus"][0] |= {"id": created["skus"][0]["id"], "identifier_code": {"type": "JAN", "code": "49123456"}}
    assert call.edit(created["product_id"], again).code == 12052593


def test_conditional_attributes_and_certificates(call: Caller, sandbox: Sandbox, mug: Wire, image: str) -> None:
    mug.update(category_id="605197", product_attributes=[
        {"id": "100405", "values": [{"name": "真鍮"}]}, {"id": "100406", "values": [{"name": "はい"}]}])
    assert call.create(mug).code == 12052182
    mug["product_attributes"].append({"id": "100407", "values": [{"id": "1001111"}]})
    assert call.create(mug).code == 0
    mug["product_attributes"][1] = {"id": "100406", "values": [{"name": "いいえ"}]}
    assert call.create(mug).code == 0
    sandbox.control.set(conditional_must_be_empty=True)
    assert call.create(mug).code == 12052183

    toy = {**mug, "category_id": "604207", "product_attributes": [{"id": "100414", "values": [{"id": "1001151"}]}]}
    assert call.create(toy).code == 12052105
    toy["certifications"] = [{"id": "7182427311584347003", "images": [{"uri": image}]}]
    assert call.create(toy).code == 0


def test_certificates_with_an_expiry_date(call: Caller, sandbox: Sandbox, mug: Wire, image: str) -> None:
    mug.update(
        category_id="601757", package_dimensions={"length": "9", "width": "7", "height": "2", "unit": "CENTIMETER"},
        product_attributes=[{"id": "101610", "values": [{"id": "1023572"}]},
                            {"id": "101613", "values": [{"name": "10000"}]}],
    )
    assert call.create(mug).code == 12052105
    mug["certifications"] = [{"id": "7182427311584347002", "images": [{"uri": image}]}]
    assert call.create(mug).code == 12052385
    mug["certifications"][0]["expiration_date"] = int(sandbox.control.now()) + 86400
    assert call.create(mug).code == 0
    mug["product_attributes"][1]["values"][0]["name"] = "たくさん"
    assert call.create(mug).code == 12052256


def test_a_size_chart_has_a_long_enough_short_side(call: Caller, shirt: Wire, image: str) -> None:
    shirt["category_id"] = "601227"
    assert call.create(shirt).code == 12052673
    shirt["size_chart"] = {"image": {"uri": image}}
    assert call.create(shirt).code == 12052671
    shirt["size_chart"] = {"image": {"uri": call.upload(picture(1024, 1500), "SIZE_CHART_IMAGE").data["uri"]}}
    assert call.create(shirt).code == 0


def test_pictures_of_another_use_are_measured_again(call: Caller, mug: Wire) -> None:
    small = call.upload(picture(200, 200), "ATTRIBUTE_IMAGE").data["uri"]
    assert call.create({**mug, "main_images": [{"uri": small}]}).code == 12052301
    large = call.upload(picture(4100, 400), "DESCRIPTION_IMAGE").data
    assert call.create({**mug, "main_images": [{"uri": large["uri"]}]}).code == 12052302
    text = f'<p><img src="{large["url"]}" width="400" height="40"></p>'
    assert call.create({**mug, "description": text}).code == 12052341
    fits = call.upload(picture(800, 400), "DESCRIPTION_IMAGE").data
    text = f'<p>見て<br><img src="{fits["url"]}" width="800" height="400"></p>'
    assert call.create({**mug, "description": text}).code == 0
    assert call.create({**mug, "description": text * 31}).code == 12052056
    assert call.create({**mug, "main_images": mug["main_images"] * 10}).code == 12052306


def test_a_forgotten_picture(call: Caller, sandbox: Sandbox, mug: Wire, image: str) -> None:
    sandbox.control.forget_image(image)
    assert call.create(mug).code == 12052722


@pytest.mark.parametrize(("description", "code"), [
    ("<p>あ</p><ul><li>い</li></ul>", 0), ("<p>あ<strong>い</strong></p>", 0), ("<div>あ</div>", 12052345),
    ("<p><p>あ</p></p>", 12052349), ("<ul><li><b><i>あ</i></b></li></ul>", 12052352),
    ('<p class="x">あ</p>', 12052350),
])
def test_the_older_html_rules(call: Caller, sandbox: Sandbox, mug: Wire, description: str, code: int) -> None:
    assert call.create({**mug, "description": description}).code == 0
    sandbox.control.set(strict_html=True)
    assert call.create({**mug, "description": description}).code == code


def test_switches_of_price_and_stock(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    mug["skus"][0]["inventory"][0]["quantity"] = 0
    assert call.create(mug).code == 0
    sandbox.control.set(accept_zero_stock=False)
    assert call.create(mug).code == 12052055
    sandbox.control.set(accept_zero_stock=True, jpy_decimals=True)
    mug["skus"][0]["price"]["amount"] = "1980.00"
    assert call.create(mug).code == 0
    mug["skus"][0]["price"]["amount"] = "1980.50"
    assert call.create(mug).code == 12052073
    sandbox.control.set(seller_type="CROSS_BORDER")
    assert call.create(mug).code == 12052424
    mug["skus"][0]["price"] = {"currency": "JPY", "sale_price": "10001"}
    assert call.create(mug).code == 12052570


def test_a_shop_without_warehouses(call: Caller, sandbox: Sandbox, mug: Wire) -> None:
    warehouses = call("GET", "/logistics/202309/warehouses").data["warehouses"]
    sandbox.control.set_warehouses([])
    assert call("GET", "/logistics/202309/warehouses").data == {}
    assert call.create(mug).code == 12052115
    sandbox.control.set_warehouses(warehouses[:1])
    assert call.create(mug).code == 12052535
    items = call("GET", "/product/202312/prerequisites").data["check_results"]
    assert {item["check_item"] for item in items if item["is_failed"]} == {"RETURN_WAREHOUSE"}


@pytest.mark.parametrize(("text", "fault"), [
    ("オーガニックコットンTシャツ 半袖", False), ("★新作★ ワンピース♪", False), ("A&B コラボ", False),
    ("髙﨑𠮷野", False),
    ("100%コットン（綿）〜春〜", False), ("！？★", True), ("⭐ランプ", True), ("©︎マグ☺️", True), ("a&#39;b", True),
    ("あ\x00い", True), ("ーーーーーーーーー", False), ("----------a", True),
])
def test_text_format(text: str, fault: bool) -> None:
    assert (format_fault(text) is not None) is fault


@given(st.text(max_size=20))
def test_any_price_text_is_accepted_as_yen_or_refused_with_a_code(text: str) -> None:
    market, options = load_market("JP"), SandboxOptions()
    try:
        stored = check_price({"currency": "JPY", "amount": text}, market, options)
    except ApiError as error:
        refusal = error.code
    else:
        assert 1 <= int(stored["amount"]) <= 500_000
        assert int(text) == int(stored["amount"])
        return
    assert refusal in (12052012, 12052073, 12052570)


SEEDS: list[Any] = [None, "", "1", "x", "-1", "1e3", "²", 0, -5, 10**30, True, 1.5, [], {}, [None], [{}], {"id": "1"},
                    {"uri": "tos-x/1"}, {"value": "1_0", "unit": "GRAM"}, [{"id": "100397", "values": [{}]}]]


def paths_of(value: Any, prefix: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path for key, part in children for path in ((*prefix, key), *paths_of(part, (*prefix, key)))]


def test_no_body_breaks_the_judge(call: Caller, sandbox: Sandbox, shirt: Wire, image: str) -> None:
    shirt |= {
        "size_chart": {"image": {"uri": image}}, "video": {"id": "v"}, "search_terms": ["a"], "brand_id": "1",
        "certifications": [{"id": "1", "images": [{"uri": image}], "expiration_date": 5}],
        "scheduled_sale": {"is_enabled_scheduled_sale": True, "schedule_sale_time": 5},
        "purchase_order_quantity_limit": {"maximum_order_quantity": 1, "cumulative_order_quantity": 2},
    }
    shirt["skus"][0] |= {
        "identifier_code": {"code": "4901234567894", "type": "JAN"},
        "pre_sale": {"type": "PRE_ORDER", "fulfillment_type": {"handling_duration_days": 5}},
    }
    codes = set()
    for number, path in enumerate(paths_of(shirt)):
        for seed in (SEEDS[number % len(SEEDS)], SEEDS[(number * 7 + 3) % len(SEEDS)], None):
            body = copy.deepcopy(shirt)
            holder: Any = body
            for key in path[:-1]:
                holder = holder[key]
            holder[path[-1]] = seed
            codes.add(call("POST", "/product/202309/products/listing_check", body).code)
            codes.add(call.create(body).code)
    assert 36009003 not in codes
    assert 36009004 in codes


def test_echoing_a_read_listing_is_no_change_of_content(
    call: Caller, sandbox: Sandbox, shirt: Wire, image: str
) -> None:
    for row in shirt["skus"]:
        row["sales_attributes"][0]["sku_img"] = {"uri": image}
    product_id = call.create(shirt).data["product_id"]
    sandbox.control.advance(60)
    read = call.get(product_id).data
    echo = {key: read[key] for key in ("title", "description", "main_images", "package_weight", "package_dimensions",
                                       "product_attributes", "external_product_id")}
    skus = [{key: part for key, part in row.items() if key != "price"} for row in read["skus"]]
    answer = call.edit(product_id, {**echo, "category_id": read["category_chains"][-1]["id"], "skus": skus})
    assert answer.data["audit"] == {"status": "APPROVED"}


def test_an_option_that_the_category_asks_for(call: Caller, sandbox: Sandbox, shirt: Wire, mug: Wire) -> None:
    sandbox.control.require_attribute("601226", "100000")
    own = [{"name": "丈", "value_name": size} for size in ("短い", "長い")]
    skus = [{**sku, "sales_attributes": [option]} for sku, option in zip(shirt["skus"], own, strict=False)]
    assert call.create({**shirt, "skus": skus[:1]}).code == 12052104
    assert call.create(shirt).code == 0
    sandbox.control.require_attribute("600024", "100000")
    assert call.create(mug).code == 0, "a product without options has none to give"
