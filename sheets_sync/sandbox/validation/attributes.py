"""Product attributes (error codes 12052104, 182, 183, 240-256)."""

from ..answers import Wire
from .findings import Findings, Ground
from .numbers import plain_decimal
from .placing import condition_met
from .text import format_fault

VALUE_LENGTH = 2000


def check_attributes(body: Wire, attributes: list[Wire], ground: Ground, findings: Findings) -> list[Wire]:
    """The attributes to keep, values completed with their names: {id, name, values[]{id, name}}."""
    known = {entry["id"]: entry for entry in attributes if entry["type"] == "PRODUCT_PROPERTY"}
    kept: list[Wire] = []
    seen: set[str] = set()
    for given in body.get("product_attributes") or []:
        if given["id"] in seen:
            findings.fail(12052244, "duplicate attribute")
        elif given["id"] not in known:
            findings.fail(12052240, f"attribute {given['id']} is not an attribute of this category")
        else:
            values = _values(given, known[given["id"]], ground, findings)
            if values:
                kept.append({"id": given["id"], "name": known[given["id"]]["name"], "values": values})
        seen.add(given["id"])
    _check_required(known, kept, ground, findings)
    return kept


def is_required(attribute: Wire) -> bool:
    """The flag, under the platform's spelling or a corrected one."""
    return bool(attribute.get("is_requried") or attribute.get("is_required"))


def _check_required(known: dict[str, Wire], kept: list[Wire], ground: Ground, findings: Findings) -> None:
    present = {entry["id"] for entry in kept}
    for attribute in known.values():
        met = condition_met(attribute, {"product_attributes": kept})
        if attribute["id"] in present:
            conditional = attribute.get("requirement_conditions")
            if conditional and not met and ground.options.conditional_must_be_empty:
                findings.fail(12052183, f"attribute {attribute['name']} must be empty here")
        elif is_required(attribute):
            findings.fail(12052104, f"required attribute {attribute['name']} is missing")
        elif met:
            findings.fail(12052182, f"attribute {attribute['name']} is required with the chosen values")


def _values(given: Wire, attribute: Wire, ground: Ground, findings: Findings) -> list[Wire]:
    names = {value["id"]: value["name"] for value in attribute.get("values", [])}
    ids = {name: value_id for value_id, name in names.items()}
    kept: list[Wire] = []
    for value in given["values"]:
        value_id, name = value.get("id") or "", value.get("name") or ""
        if not value_id and not name:
            findings.fail(12052248, f"attribute {attribute['name']}: value id and name are both empty")
        elif value_id in names or name in ids:
            value_id = value_id if value_id in names else ids[name]
            kept.append({"id": value_id, "name": names[value_id]})
        elif value_id and not name:
            if not ground.options.soft_defaults:
                findings.fail(12052245, f"attribute {attribute['name']}: unknown value id {value_id}")
            findings.drop("product_attributes.value_id", value_id)
        elif _custom_value_stands(name, attribute, findings):
            kept.append({"id": "", "name": name})
    if len({(value["id"], value["name"]) for value in kept}) < len(kept):
        findings.fail(12052251, f"attribute {attribute['name']}: duplicate value")
    if len(kept) > 1 and not attribute.get("is_multiple_selection"):
        findings.fail(12052246, f"attribute {attribute['name']} takes one value only")
    return kept


def _custom_value_stands(name: str, attribute: Wire, findings: Findings) -> bool:
    label = attribute["name"]
    fault = format_fault(name)
    if not attribute.get("is_customizable"):
        findings.fail(12052247, f"attribute {label} takes no custom value")
    elif len(name) > VALUE_LENGTH:
        findings.fail(12052249, f"attribute {label}: value exceeds {VALUE_LENGTH} characters")
    elif attribute.get("value_data_format") == "POSITIVE_INT_OR_DECIMAL" and not _positive(name):
        findings.fail(12052256, f"attribute {label} must be a positive number")
    elif fault:
        findings.fail(12052935, f"attribute {label}: value format is invalid: {fault}")
    else:
        return True
    return False


def _positive(text: str) -> bool:
    number = plain_decimal(text)
    return number is not None and number > 0
