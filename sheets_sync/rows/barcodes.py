"""Which kind of code a barcode is, told by its digits."""

from __future__ import annotations

_JAPAN = ("45", "49")
_BOOKS = ("978", "979")


def barcode_type(code: str) -> str:
    """JAN, EAN, UPC, GTIN or ISBN by length and prefix, "" when neither tells (reference: TikTok Shop API 3.10).

    JAN is what EAN is called on goods with a Japanese prefix (GS1 Japan: 45 and 49).
    """
    if len(code) == 10 and code[:9].isdecimal() and (code[9].isdecimal() or code[9] in "Xx"):
        return "ISBN"
    if not (code.isascii() and code.isdecimal()):
        return ""
    if len(code) == 13 and code.startswith(_BOOKS):
        return "ISBN"
    if len(code) in (8, 13):
        return "JAN" if code.startswith(_JAPAN) else "EAN"
    return {12: "UPC", 14: "GTIN"}.get(len(code), "")
