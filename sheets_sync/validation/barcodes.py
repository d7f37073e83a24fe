"""What is wrong with a barcode of a type (Partner Center, Create Product, `identifier_code`)."""

from __future__ import annotations

from collections.abc import Mapping

from sheets_sync.rows.barcodes import barcode_type

LENGTHS: Mapping[str, tuple[int, ...]] = {
    "JAN": (8, 13),
    "EAN": (8, 13, 14),
    "UPC": (12,),
    "GTIN": (14,),
    "ISBN": (10, 13),
}


def check_digit(code: str) -> str:
    """The check digit that belongs at the end of a code (the present last character is not looked at).

    GS1: weights 3 and 1 from the right; ISBN of ten places: weights 2 to 10, eleven is X.
    """
    body = code[-2::-1]
    if len(code) == 10:
        rest = -sum(int(digit) * weight for weight, digit in enumerate(body, start=2)) % 11
        return "X" if rest == 10 else str(rest)
    return str(-(3 * sum(map(int, body[::2])) + sum(map(int, body[1::2]))) % 10)


def barcode_fault(code: str, given_type: str) -> tuple[str, dict[str, object]] | None:
    """What is wrong with a code of that type ("" = told by its digits), as message code and places; None if nothing."""
    kind = given_type or barcode_type(code)
    digits = code[:-1] if kind == "ISBN" and len(code) == 10 and code.endswith("X") else code
    if not (digits.isascii() and digits.isdigit()):
        return "barcode_not_digits", {"read": code}
    if not kind:
        return "barcode_unknown_type", {"read": code, "length": len(code)}
    if len(code) not in LENGTHS[kind]:
        lengths = " / ".join(map(str, LENGTHS[kind]))
        return "barcode_length", {"read": code, "length": len(code), "type": kind, "lengths": lengths}
    if code[-1] != (right := check_digit(code)):
        return "barcode_check_digit", {"read": code, "expected": code[:-1] + right}
    if kind == "ISBN" and len(code) == 10 and not code.endswith("X"):
        # Of the old form the platform takes those alone that end in X.
        new = f"978{code[:9]}0"
        return "barcode_isbn_old", {"read": code, "expected": new[:-1] + check_digit(new)}
    return None
