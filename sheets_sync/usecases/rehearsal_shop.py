"""What the shop of a rehearsal holds: the real shop's rules as far as they are known here, and its linked listings as
they were last known. Values in, the wire's form out; nothing is asked of TikTok.

A linked listing is made from its link (ids, states, prices, stock) and, for its content, from its row: what was sent
last is kept as fingerprints only. Fields that the row has changed since show something else, so that an edit of them is
an edit, and is reviewed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from sheets_sync.content import ATTRIBUTE, content, offered
from sheets_sync.desired import DesiredListing, DesiredSku
from sheets_sync.external_ids import external_product_id, external_sku_id
from sheets_sync.payload import PROPERTIES, create_body, pictures_needed
from sheets_sync.payload_parts import Market, Parts
from sheets_sync.plan import Step, StepKind
from sheets_sync.records import Link, SkuLink
from sheets_sync.shop import AttributeRule, CategoryRules, Condition, UploadedImage
from sheets_sync.usecases.platform_rules import PlatformRules

Wire = dict[str, Any]


def known_listing(want: DesiredListing, link: Link, market: Market, rules: CategoryRules | None) -> Wire:
    """A linked listing in Get Product's form."""
    pictures = {named: _picture(named[0]) for named in pictures_needed(want, None)}
    body = create_body(Parts(want, Step(StepKind.CREATE), market, rules, pictures), draft=True)
    body.pop("save_mode")
    names = {rule.id: dict(rule.values) for rule in rules.attributes} if rules else {}
    skus = {sku.variant_key: sku for sku in offered(want)}
    listing = body | {
        "id": link.product_id,
        "title": want.title,
        "status": link.status,
        "audit": {"status": link.audit},
        "audit_failed_reasons": [
            {"position": r.position, "reasons": list(r.reasons), "suggestions": list(r.suggestions)}
            for r in link.reasons
        ],
        "update_time": link.update_time,
        "create_time": link.update_time,
        "external_product_id": external_product_id(market.cart_id, want.product_key),
        "category_chains": [{"id": want.category or "0", "is_leaf": True}],
        "brand": {"id": want.brand},
        "product_attributes": [
            {
                "id": attribute["id"],
                "values": [_value(value, names.get(attribute["id"], {})) for value in attribute["values"]],
            }
            for attribute in body.get("product_attributes", ())
        ],
        "skus": [_sku(known, skus.get(key), market, rules) for key, known in link.skus.items()],
    }
    for name in (name for name, value in content(want).items() if link.sent.get(name) != value):
        _as_before(listing, name, {**link.shop, **link.drift}.get(name, ""))
    return listing


def _as_before(listing: Wire, name: str, note: str) -> None:
    """Let a field that the row has changed show what it showed before, where that was noted, else something else."""
    match name:
        case "title":
            listing["title"] = note or "before"
        case "description":
            listing["description"] = "<p>before</p>"
        case "images":
            listing["main_images"] = [{"uri": _picture("before").uri}]
        case "category" if note:
            listing["category_chains"] = [{"id": note, "is_leaf": True}]
        case "brand":
            listing["brand"] = {"id": note}
        case _ if name.startswith(ATTRIBUTE):
            kept = [entry for entry in listing["product_attributes"] if entry["id"] != name.removeprefix(ATTRIBUTE)]
            listing["product_attributes"] = kept
        case _:
            for part in PROPERTIES.get(name, ()):
                listing.pop(part, None)


def strange_listing(facts: Mapping[str, str]) -> Wire:
    """A listing that is no row's, as far as the guard against listing it twice needs it. See `sku_already_listed`."""
    return {
        "id": facts["id"],
        "title": facts["listing"],
        "status": "ACTIVATE",
        "audit": {"status": "APPROVED"},
        "skus": [{"id": _number(code), "seller_sku": code} for code in facts["read"].split(", ")],
    }


def _value(value: Mapping[str, str], names: Mapping[str, str]) -> Wire:
    value_id = value.get("id", "") or _number(value["name"])
    return {"id": value_id, "name": value.get("name", "") or names.get(value_id, value_id)}


def _sku(known: SkuLink, want: DesiredSku | None, market: Market, rules: CategoryRules | None) -> Wire:
    price = known.price or (str(want.price) if want and want.price is not None else "1")
    sku: Wire = {
        "id": known.sku_id,
        "seller_sku": known.seller_sku,
        "external_sku_id": external_sku_id(market.cart_id, known.variant_key),
        "price": {"currency": market.currency, "sale_price": price},
        "inventory": [{"warehouse_id": market.warehouse_id, "quantity": known.stock or 0}],
        "sales_attributes": list(_sales_attributes(want, rules)) if want else [],
    }
    if want and want.barcode:
        sku["identifier_code"] = {"code": want.barcode, "type": want.barcode_type}
    return sku


def _sales_attributes(want: DesiredSku, rules: CategoryRules | None) -> Iterator[Wire]:
    built_in = {rule.name: rule for rule in rules.attributes if rule.sales} if rules else {}
    for option in want.options:
        rule = built_in.get(option.name)
        values = {name: value_id for value_id, name in rule.values} if rule else {}
        yield {
            "id": rule.id if rule else _number(option.name),
            "name": option.name,
            "value_id": values.get(option.value) or _number(f"{option.name} {option.value}"),
            "value_name": option.value,
        }


def _picture(address: str) -> UploadedImage:
    """A picture that TikTok has already."""
    uri = f"tos-jp-i-known/{hashlib.sha256(address.encode()).hexdigest()[:32]}"
    return UploadedImage(uri, f"https://known.example/{uri}", 1000, 1000)


def _number(text: str) -> str:
    """An id made up for a name: the same name has the same one."""
    return f"7{int(hashlib.sha256(text.encode()).hexdigest()[:14], 16):018d}"


# -- rules -----------------------------------------------------------------------------------------------------------


def known_rules(platform: PlatformRules, category_version: str) -> Wire:
    """The real shop's cached categories, rules and brands as its API told them; {} keeps the sandbox's own."""
    if not platform.categories:
        return {}
    return {
        "category_version": category_version,
        "categories": [
            {
                "id": c.id,
                "parent_id": c.parent_id,
                "local_name": c.name,
                "is_leaf": c.leaf,
                "permission_statuses": ["AVAILABLE" if c.available else "INVITE_ONLY"],
            }
            for c in platform.categories.values()
        ],
        "rules": {key: _wire_rules(rules) for key, rules in platform.rules.items()},
        "attributes": {key: [_wire_attribute(a) for a in rules.attributes] for key, rules in platform.rules.items()},
        "brands": [
            {
                "id": key,
                "name": name,
                "authorized_status": "AUTHORIZED",
                "is_t1_brand": False,
                "brand_status": "AVAILABLE",
            }
            for key, name in platform.brands.items()
        ],
    }


def _wire_rules(rules: CategoryRules) -> Wire:
    return {
        "product_certifications": [
            {
                "id": c.id,
                "name": c.name,
                "is_required": c.required,
                "requirement_conditions": _wire_conditions(c.conditions),
                "expiration_date": {"is_required": c.expires},
            }
            for c in rules.certificates
        ],
        "size_chart": {"is_supported": rules.size_chart_supported, "is_required": rules.size_chart_required},
        "package_dimension": {"is_required": rules.dimensions_required},
        "allowed_special_product_types": ["PRE_ORDER"] if rules.pre_order else [],
        "seller_sku": {"is_required": rules.plain_codes},
    }


def _wire_attribute(rule: AttributeRule) -> Wire:
    return {
        "id": rule.id,
        "name": rule.name,
        "type": "SALES_PROPERTY" if rule.sales else "PRODUCT_PROPERTY",
        "is_requried": rule.required,
        "is_multiple_selection": rule.multiple,
        "is_customizable": rule.custom,
        "value_data_format": "POSITIVE_INT_OR_DECIMAL" if rule.number else "",
        "values": [{"id": value_id, "name": name} for value_id, name in rule.values],
        "requirement_conditions": _wire_conditions(rule.conditions),
    }


def _wire_conditions(conditions: Iterable[Condition]) -> list[Wire]:
    return [
        {"condition_type": "VALUE_ID_MATCH", "attribute_id": c.attribute_id, "attribute_value_id": c.value_id}
        for c in conditions
    ]
