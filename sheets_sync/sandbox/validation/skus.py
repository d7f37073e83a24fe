"""SKUs and their variations: 12052050, 054, 520-529, 550-571, 591-600; pre-sale 12019094, 12019095, 12052273, 329."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from ..answers import ApiError, Wire
from .attributes import is_required
from .findings import Findings, Ground
from .money import check_price
from .placing import known_image
from .stock import check_stock
from .text import format_fault

_REQUIRED_SKU = re.compile(r"[A-Za-z0-9_-]{6,50}")
_CODE_LENGTHS = {"GTIN": (14,), "EAN": (8, 13, 14), "UPC": (12,), "ISBN": (10, 13), "JAN": (8, 13)}


@dataclass
class Standing:
    """What a product already has, when it is edited: SKUs and stock by SKU id, and how far it ever got."""

    skus: Mapping[str, Wire] = field(default_factory=dict)
    stock: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    submitted: bool = False
    ever_live: bool = False


@dataclass(frozen=True)
class Place:
    """The category's rules and attributes; both empty when the category was refused."""

    rules: Wire
    attributes: list[Wire]


@dataclass
class CheckedSku:
    """A SKU as it will be stored; `stock` is None where the request leaves it alone."""

    wire: Wire
    stock: dict[str, int] | None


def check_skus(
    body: Wire, place: Place, ground: Ground, standing: Standing, findings: Findings
) -> list[CheckedSku]:
    """The SKUs to keep. Faults come in the platform's order: list, variations, codes, price, stock."""
    given: list[Wire] = body["skus"]
    rules = place.rules
    _check_list(given, ground, standing, findings)
    kinds = [_sales_attributes(sku, place.attributes, ground, findings) for sku in given]
    _check_variations(given, kinds, ground, standing, findings)
    _check_required_options(kinds, place.attributes, findings)
    _check_sku_images(given, ground, findings)
    for sku in given:
        _check_seller_sku(sku, rules, ground, findings)
    codes = _identifier_codes(given, standing, findings)
    _check_pre_sale(given, rules, ground, standing, findings)
    prices = [_price(sku, ground, standing, findings) for sku in given]
    stocks = [_stock(sku, ground, standing, findings) for sku in given]
    return [
        CheckedSku(_stored(sku, kind, code, price), stock)
        for sku, kind, code, price, stock in zip(given, kinds, codes, prices, stocks, strict=True)
    ]


def _stored(sku: Wire, sales_attributes: list[Wire], code: Wire | None, price: Wire | None) -> Wire:
    wire: Wire = {"id": sku.get("id") or "", "seller_sku": sku.get("seller_sku") or "",
                  "external_sku_id": sku.get("external_sku_id") or "", "sales_attributes": sales_attributes,
                  "price": price}
    if code:
        wire["identifier_code"] = code
    for name in ("pre_sale", "sku_weight", "sku_dimensions"):
        if sku.get(name):
            wire[name] = sku[name]
    return wire


def _check_list(given: list[Wire], ground: Ground, standing: Standing, findings: Findings) -> None:
    if not given:
        findings.fail(12052902, "skus is empty")
    if len(given) > ground.market.skus:
        findings.fail(12052050, "the number of SKUs cannot exceed 100")  # the platform's own, outdated text
    ids = [sku["id"] for sku in given if sku.get("id")]
    if len(set(ids)) < len(ids):
        findings.fail(12052553, "sku id is repeated")
    if any(sku_id not in standing.skus for sku_id in ids):
        findings.fail(12052557, "sku id does not belong to this product")


def _sales_attributes(sku: Wire, attributes: list[Wire], ground: Ground, findings: Findings) -> list[Wire]:
    """Names and ids completed from the category; an id wins over a name; ids of new names stay empty."""
    known = {entry["id"]: entry for entry in attributes if entry["type"] == "SALES_PROPERTY"}
    by_name = {entry["name"]: entry for entry in known.values()}
    done = []
    for given in sku.get("sales_attributes") or []:
        attribute_id, name = given.get("id") or "", (given.get("name") or "").strip()
        if attribute_id and attribute_id not in known and attribute_id not in ground.custom_names:
            findings.fail(12052527, f"sales attribute id {attribute_id} does not exist")
            continue
        if not attribute_id and not name:
            findings.fail(12052241, "sales attribute id and name are both empty")
            continue
        category_attribute = known.get(attribute_id) if attribute_id else by_name.get(name)
        if category_attribute:
            attribute_id, name = category_attribute["id"], category_attribute["name"]
        elif attribute_id:
            name = ground.custom_names[attribute_id]
        else:
            attribute_id = ground.custom_ids.get(("", name), "")
        value = _sales_value(given, attribute_id, category_attribute, ground, findings)
        if not attribute_id:
            _check_name(name, 20, (12052242, 12052933), "sales attribute name", findings)
        done.append({"id": attribute_id, "name": name, **value})
    return done


def _sales_value(
    given: Wire, attribute_id: str, attribute: Wire | None, ground: Ground, findings: Findings
) -> Wire:
    names = {value["id"]: value["name"] for value in attribute["values"]} if attribute else {}
    value_id, name = given.get("value_id") or "", (given.get("value_name") or "").strip()
    if value_id:
        if value_id not in names and value_id not in ground.custom_names:
            findings.fail(12052529, f"sales attribute value id {value_id} does not exist")
        name = names.get(value_id) or ground.custom_names.get(value_id, "")
    elif not name:
        findings.fail(12052248, "sales attribute value id and name are both empty")
    else:
        known = ground.custom_ids.get((attribute_id, name), "")
        value_id = next((key for key, label in names.items() if label == name), known)
        if not value_id:
            _check_name(name, 50, (12052249, 12052934), "sales attribute value", findings)
    image = {"sku_img": {"uri": given["sku_img"]["uri"]}} if given.get("sku_img") else {}
    return {"value_id": value_id, "value_name": name, **image}


def _check_name(text: str, longest: int, codes: tuple[int, int], what: str, findings: Findings) -> None:
    if len(text) > longest:
        findings.fail(codes[0], f"{what} exceeds {longest} characters")
    fault = format_fault(text)
    if fault and "symbols" not in fault:
        findings.fail(codes[1], f"{what} format is invalid: {fault}")


def _check_variations(
    given: list[Wire], kinds: list[list[Wire]], ground: Ground, standing: Standing, findings: Findings
) -> None:
    market = ground.market
    if any(len(attributes) > market.sales_attributes for attributes in kinds):
        findings.fail(12052525, f"more than {market.sales_attributes} sales attributes")
    names = [sorted(attribute["id"] or attribute["name"] for attribute in attributes) for attributes in kinds]
    if any(len(set(row)) < len(row) for row in names):
        findings.fail(12052560, "a sales attribute is repeated within a SKU")
    if any(row != names[0] for row in names) or (len(given) > 1 and not names[0]):
        findings.fail(12052550, "every SKU must carry all sales attributes")
    had_some = any(sku["sales_attributes"] for sku in standing.skus.values())
    if had_some and given and not any(names):
        findings.fail(12052550, "at least one sales attribute must remain")
    combinations = [
        tuple(sorted((a["id"] or a["name"], a["value_id"] or a["value_name"]) for a in attributes))
        for attributes in kinds
    ]
    if len(given) > 1 and names[0] and len(set(combinations)) < len(combinations):
        findings.fail(12052560, "two SKUs have the same combination of values")
    for name in set(names[0]) if names else ():
        values = {value for row in combinations for kind, value in row if kind == name}
        if len(values) > market.sales_attribute_values:
            findings.fail(12052526, "too many values of a sales attribute")


def _check_required_options(kinds: list[list[Wire]], attributes: list[Wire], findings: Findings) -> None:
    """Options that the category asks for, of a product that has options at all."""
    given = {attribute["id"] for attribute in kinds[0]} if kinds else set()
    for attribute in attributes:
        if given and attribute["type"] == "SALES_PROPERTY" and is_required(attribute) and attribute["id"] not in given:
            findings.fail(12052104, f"required attribute {attribute['name']} is missing")


def _check_sku_images(given: list[Wire], ground: Ground, findings: Findings) -> None:
    holders: set[str] = set()
    counts: dict[str, list[bool]] = {}
    for sku in given:
        for attribute in sku.get("sales_attributes") or []:
            kind = attribute.get("id") or attribute.get("name") or ""
            image = attribute.get("sku_img")
            counts.setdefault(kind, []).append(bool(image))
            if image:
                holders.add(kind)
                known_image(image["uri"], ground, findings, 12052520, "variation image")
            elif attribute.get("supplementary_sku_images"):
                findings.fail(12052357, "supplementary images need sku_img")
    if len(holders) > 1:
        findings.fail(12052528, "variation images on more than one sales attribute")
    elif any(not all(counts[kind]) for kind in holders):
        findings.fail(12052522, "some values of the sales attribute have no variation image")


def _check_seller_sku(sku: Wire, rules: Wire, ground: Ground, findings: Findings) -> None:
    text = sku.get("seller_sku") or ""
    if rules.get("seller_sku", {}).get("is_required"):
        if not _REQUIRED_SKU.fullmatch(text):
            findings.fail(12019059, "seller_sku must be 6-50 letters, digits, - or _")
    elif len(text) > ground.market.seller_sku_length:
        findings.fail(12052054, f"seller_sku exceeds {ground.market.seller_sku_length} characters")
    elif re.search(r"\s", text):
        findings.fail(12019059, "seller_sku may not contain spaces")


def _identifier_codes(given: list[Wire], standing: Standing, findings: Findings) -> list[Wire | None]:
    kept: list[Wire | None] = []
    seen: set[str] = set()
    for sku in given:
        entry = sku.get("identifier_code") or {}
        code, kind = entry.get("code") or "", entry.get("type") or ""
        before = (standing.skus.get(sku.get("id") or "") or {}).get("identifier_code")
        if before and standing.submitted and code and code != before["code"]:
            findings.fail(12052593, "the identifier code cannot change once submitted")
        if not code:
            kept.append(before if standing.submitted else None)
            continue
        if _code_stands(code, kind, findings):
            if code in seen:
                findings.fail(12052592, "duplicate identifier code")
            kept.append({"code": code, "type": kind})
        else:
            kept.append(None)
        seen.add(code)
    return kept


def _code_stands(code: str, kind: str, findings: Findings) -> bool:
    if kind not in _CODE_LENGTHS:
        findings.fail(12052600, "identifier code type is missing or unknown")
    elif "X" in code[:-1] or (code.endswith("X") and kind != "ISBN"):
        findings.fail(12052598, "X may only be the last character of an ISBN")
    elif (
        not code.rstrip("X").isdigit() or not code.isascii() or len(code) not in _CODE_LENGTHS[kind]
        or (len(code) == 10 and not code.endswith("X"))  # ISBN: 13 digits, or 9 and an X
    ):
        findings.fail(12052591, f"{kind} must have {' or '.join(map(str, _CODE_LENGTHS[kind]))} digits")
    elif kind != "ISBN" and not _check_digit_fits(code):
        findings.drop("identifier_code", code)
    else:
        return True
    return False


def _check_digit_fits(code: str) -> bool:
    """GS1 check digit: weights 3 and 1 from the right."""
    return sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(code))) % 10 == 0


def _check_pre_sale(given: list[Wire], rules: Wire, ground: Ground, standing: Standing, findings: Findings) -> None:
    low, high = ground.market.pre_order_days
    entries = [sku.get("pre_sale") for sku in given]
    for entry in filter(None, entries):
        days = (entry.get("fulfillment_type") or {}).get("handling_duration_days")
        if entry.get("type") != "PRE_ORDER" or "PRE_ORDER" not in rules.get("allowed_special_product_types", []):
            findings.fail(12019095, "this pre-sale type is not supported here")
        elif days is None or not low <= days <= high:
            findings.fail(12019094, f"handling_duration_days must be from {low} to {high}")
    before = [standing.skus[sku["id"]].get("pre_sale") if sku.get("id") in standing.skus else entry
              for sku, entry in zip(given, entries, strict=True)]
    if standing.ever_live and entries != before:
        findings.fail(12052329, "pre-sale settings cannot change after the product went live")
    if any(entry != entries[0] for entry in entries):
        findings.fail(12052273, "pre-sale settings must be equal on all SKUs")


def _price(sku: Wire, ground: Ground, standing: Standing, findings: Findings) -> Wire | None:
    if sku.get("price") is None:
        before = standing.skus.get(sku.get("id") or "")
        if before is None:
            findings.fail(12052571, "a SKU has no price")
            return None
        kept: Wire = before["price"]
        return kept
    try:
        return check_price(sku["price"], ground.market, ground.options)
    except ApiError as error:
        findings.fail(error.code, error.message)
        return None


def _stock(sku: Wire, ground: Ground, standing: Standing, findings: Findings) -> dict[str, int] | None:
    rows, held = sku.get("inventory"), standing.stock.get(sku.get("id") or "") or {}
    if ground.for_draft:
        return None  # drafts do not store inventory
    if not rows:
        if not held:
            findings.fail(12052516, "inventory details are missing")
        return None
    stock, faults = check_stock(rows, ground.warehouses, ground.market, ground.options)
    for fault in faults:
        findings.fail(fault["code"], fault["message"])
    if held and not faults and set(stock) != set(held):
        findings.fail(12052533, "the warehouses of a SKU may not change")
    return stock
