"""Weight and size of the parcel (error codes 12019011, 12019012, 12052003-005, 181, 915, 916, 12019060, 061)."""

from decimal import Decimal

from ..answers import Wire
from .findings import Findings
from .numbers import plain_decimal, whole_number

_SIDES = {"height": 12052003, "width": 12052004, "length": 12052005}


def check_package(body: Wire, rules: Wire, findings: Findings) -> None:
    weight, size = body.get("package_weight"), body.get("package_dimensions")
    if weight is None:
        findings.fail(12019011, "package weight is missing")
    else:
        _check_weight(weight, findings)
    if size is None:
        if rules.get("package_dimension", {}).get("is_required"):
            findings.fail(12019012, "package dimensions are required in this category")
        return
    _check_size(size, findings)
    imperial = [weight is not None and weight["unit"] == "POUND", size["unit"] == "INCH"]
    if any(imperial) and not all(imperial):
        findings.fail(12052915, "weight and size units are of different systems")


def _check_weight(weight: Wire, findings: Findings) -> None:
    places = {"KILOGRAM": 3, "GRAM": 0}.get(weight["unit"])
    if places is None:
        code = 12019060 if weight["unit"] == "POUND" else 12052916
        findings.fail(code, "weight unit must be KILOGRAM or GRAM in this market")
        return
    number = grams(weight)
    if number is None:
        findings.fail(12019011, "package weight is invalid")
    elif number == 0:
        findings.fail(12052181, "package weight must not be zero")
    elif number < 0 or len(weight["value"].partition(".")[2]) > places:
        findings.fail(12019011, f"package weight must be positive with at most {places} decimals")


def _check_size(size: Wire, findings: Findings) -> None:
    if size["unit"] != "CENTIMETER":
        code = 12019061 if size["unit"] == "INCH" else 12052916
        findings.fail(code, "size unit must be CENTIMETER in this market")
    for side, code in _SIDES.items():
        if not whole_number(size[side]):
            findings.fail(code, f"package {side} must be a positive whole number")


def grams(weight: Wire) -> Decimal | None:
    """A stored weight in grams, so that equal weights in two units compare equal; None when unreadable."""
    value = plain_decimal(weight["value"])
    return value * 1000 if value is not None and weight["unit"] == "KILOGRAM" else value
