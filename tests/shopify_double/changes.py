"""The mutations on tags and metafields, with the refusals of the platform."""

import datetime as dt
import json
import re
from typing import Any

from graphql import GraphQLError

from .answering import Asking, answer
from .answers_products import digest
from .answers_roots import node
from .catalogue import Metafield, Product, Variant

MOST_METAFIELDS = 25
_CHECKS = {
    "number_integer": r"-?\d+",
    "number_decimal": r"-?\d+(\.\d+)?",
    "boolean": r"true|false",
    "url": r"(https?|mailto|sms|tel):\S+",
    "single_line_text_field": r"[^\n\r]+",
    "color": r"#[0-9A-Fa-f]{6}",
    "id": r".+",
}
_JSON = {"json", "rich_text_field", "money", "weight", "dimension", "volume", "rating"}
_OTHERS = {"multi_line_text_field", "date", "date_time", *_JSON}


@answer("Mutation.tagsAdd")
def tags_add(_root: Any, asking: Asking, id: str, tags: list[str]) -> dict[str, Any]:  # noqa: A002
    product, errors = _tagged(asking, id)
    if product:
        held = {tag.lower() for tag in product.tags}
        new = [clean for tag in tags if (clean := tag.strip()) and clean.lower() not in held]
        if new:
            asking.catalogue.change(product, tags=[*product.tags, *dict.fromkeys(new)])
    return {"node": product, "userErrors": errors}


@answer("Mutation.tagsRemove")
def tags_remove(_root: Any, asking: Asking, id: str, tags: list[str]) -> dict[str, Any]:  # noqa: A002
    product, errors = _tagged(asking, id)
    if product:
        gone = {tag.strip().lower() for tag in tags}
        left = [tag for tag in product.tags if tag.lower() not in gone]
        if left != product.tags:
            asking.catalogue.change(product, tags=left)
    return {"node": product, "userErrors": errors}


def _tagged(asking: Asking, identifier: str) -> tuple[Product | None, list[dict[str, Any]]]:
    found = node(None, asking, id=identifier)
    if isinstance(found, Product):
        return found, []
    return None, [{"field": ["id"], "message": "Product does not exist"}]


@answer("Mutation.metafieldsSet")
def metafields_set(_root: Any, asking: Asking, metafields: list[dict[str, Any]]) -> dict[str, Any]:
    """All of them or none."""
    if len(metafields) > MOST_METAFIELDS:
        raise GraphQLError(
            f"The input array size of {len(metafields)} is greater than the maximum allowed of {MOST_METAFIELDS}.",
            extensions={"code": "MAX_INPUT_SIZE_EXCEEDED"},
        )
    errors = [fault for place, one in enumerate(metafields) if (fault := _fault(asking, place, one))]
    if errors:
        return {"metafields": [], "userErrors": errors}
    return {"metafields": [_set(asking, one) for one in metafields], "userErrors": []}


def _set(asking: Asking, wanted: dict[str, Any]) -> Metafield:
    owner = node(None, asking, id=wanted["ownerId"])
    held = _existing(owner, wanted)
    if held is None:
        held = Metafield(wanted.get("namespace") or "$app", wanted["key"], wanted["type"], wanted["value"])
        owner.metafields.append(held)
    held.value, held.type = wanted["value"], wanted.get("type") or held.type
    held.updated_at = asking.catalogue.now()
    asking.catalogue.change(owner.product if isinstance(owner, Variant) else owner)
    return held


def _existing(owner: Any, wanted: dict[str, Any]) -> Metafield | None:
    place = (wanted.get("namespace") or "$app", wanted["key"])
    return next((one for one in owner.metafields if (one.namespace, one.key) == place), None)


def _fault(asking: Asking, place: int, wanted: dict[str, Any]) -> dict[str, Any] | None:
    def error(code: str, name: str, message: str) -> dict[str, Any]:
        field = ["metafields", str(place), name]
        return {"code": code, "field": field, "message": message, "elementIndex": None}

    owner = node(None, asking, id=wanted["ownerId"])
    if not isinstance(owner, Product | Variant):
        return error("INVALID", "ownerId", "Owner does not exist.")
    held = _existing(owner, wanted)
    kind = wanted.get("type") or (held.type if held else "")
    if not kind:
        return error("BLANK", "type", "Type can't be blank")
    if held and held.type != kind:
        return error("INVALID_TYPE", "type", f"Type must be consistent with the definition's type: '{held.type}'.")
    if not _type_exists(kind):
        return error("INVALID_TYPE", "type", "Type is not included in the list")
    if not wanted["value"]:
        return error("BLANK", "value", "Value can't be blank.")
    if len(wanted["key"]) < 2 or len(wanted.get("namespace") or "$app") < 3:
        return error("TOO_SHORT", "key", "Key is too short (minimum is 2 characters)")
    if "compareDigest" in wanted and wanted["compareDigest"] != (digest(held) if held else None):
        return error("STALE_OBJECT", "compareDigest", "The resource has been updated since it was loaded.")
    if not _fits(kind, wanted["value"]):
        return error("INVALID_VALUE", "value", f"Value is invalid for the type {kind}.")
    return None


def _type_exists(kind: str) -> bool:
    base = kind.removeprefix("list.")
    return base in _CHECKS or base in _OTHERS or base.endswith("_reference")


def _fits(kind: str, value: str) -> bool:
    try:
        if kind.startswith("list."):
            parts = json.loads(value)
            return isinstance(parts, list) and all(_fits(kind.removeprefix("list."), str(one)) for one in parts)
        if kind in _JSON:
            json.loads(value)
        if kind in {"date", "date_time"}:
            dt.datetime.fromisoformat(value)
    except ValueError:
        return False
    return kind not in _CHECKS or re.fullmatch(_CHECKS[kind], value) is not None


@answer("Mutation.metafieldsDelete")
def metafields_delete(_root: Any, asking: Asking, metafields: list[dict[str, Any]]) -> dict[str, Any]:
    """What does not exist is answered with null, not with an error."""
    deleted: list[dict[str, Any] | None] = []
    for wanted in metafields:
        owner = node(None, asking, id=wanted["ownerId"])
        held = _existing(owner, wanted) if isinstance(owner, Product | Variant) else None
        if held is None:
            deleted.append(None)
            continue
        owner.metafields.remove(held)
        asking.catalogue.change(owner.product if isinstance(owner, Variant) else owner)
        deleted.append(dict(wanted))
    return {"deletedMetafields": deleted, "userErrors": []}


@answer("Mutation.bulkOperationRunQuery")
def bulk_run(_root: Any, asking: Asking, query: str, groupObjects: bool = False) -> dict[str, Any]:  # noqa: N803
    operation, errors = asking.bulk.start(query, grouped=groupObjects)
    return {"bulkOperation": operation, "userErrors": errors}


@answer("Mutation.bulkOperationCancel")
def bulk_cancel(_root: Any, asking: Asking, id: str) -> dict[str, Any]:  # noqa: A002
    operation, errors = asking.bulk.cancel(id)
    return {"bulkOperation": operation, "userErrors": errors}
