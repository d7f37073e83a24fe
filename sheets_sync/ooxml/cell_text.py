"""Text of cells, between Python and the file: XML escapes and Excel's ``_xHHHH_`` (ECMA-376 Part 1, ST_Xstring)."""

import re

_ENTITY = re.compile(r"&(?:#[xX]([0-9a-fA-F]+)|#([0-9]+)|(amp|lt|gt|quot|apos));")
# & comes last, so that "&amp;lt;" is not read twice.
_NAMED = {"&lt;": "<", "&gt;": ">", "&quot;": '"', "&apos;": "'", "&amp;": "&"}
_ESCAPED = re.compile(r"_x([0-9a-fA-F]{4})_")
_SURROGATE = re.compile("[\ud800-\udfff]")
_AMBIGUOUS = re.compile(r"_(?=x[0-9a-fA-F]{4}_)")
_FORBIDDEN = re.compile("[\x00-\x08\x0b-\x1f\ud800-\udfff\ufffe\uffff]")
_BLANK = " \t\n"


def unescape_xml(text: str) -> str:
    """Character data of an element as it stands in the file -> what an XML parser would hand over."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if "&" not in text:
        return text
    if "&#" in text:
        return _ENTITY.sub(_entity, text)
    for entity, character in _NAMED.items():
        text = text.replace(entity, character)
    return text


def unescape_cell(text: str) -> str:
    """``_x000D_`` -> CR and so on. Halves of a surrogate pair are joined; a lone half becomes U+FFFD."""
    if "_x" not in text:
        return text
    text = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    if _SURROGATE.search(text):
        text = text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return text


def escape_cell(text: str) -> str:
    """Text of a cell -> character data of ``<t>`` or ``<v>``: safe XML that Excel reads back as the same text."""
    if "_x" in text:
        text = _AMBIGUOUS.sub("_x005F_", text)
    if not text.isprintable() and _FORBIDDEN.search(text):
        text = _FORBIDDEN.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    if "&" in text:
        text = text.replace("&", "&amp;")
    if "<" in text:
        text = text.replace("<", "&lt;")
    if ">" in text:
        text = text.replace(">", "&gt;")
    return text


def escape_attribute(text: str) -> str:
    """Any text -> inside a double-quoted attribute."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def text_element(text: str) -> str:
    """``<t>`` with its text; blanks at the ends are kept by xml:space."""
    if text and (text[0] in _BLANK or text[-1] in _BLANK):
        return f'<t xml:space="preserve">{escape_cell(text)}</t>'
    return f"<t>{escape_cell(text)}</t>"


def excel_length(text: str) -> int:
    """Length as Excel counts it: UTF-16 code units."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le", "surrogatepass")) // 2


def _entity(found: re.Match[str]) -> str:
    if found[3]:
        return _NAMED[found[0]]
    code = int(found[1], 16) if found[1] else int(found[2])
    return chr(code) if code <= 0x10FFFF else "\ufffd"
