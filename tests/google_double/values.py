"""Values of cells as the API spells them: ExtendedValue in and out, limits, what formulas come to."""

import ast
import operator
import re
from typing import Any

from .errors import bad
from .grid import Formula, Value

MAX_CHARACTERS = 50_000
_QUOTED = re.compile(r'="((?:[^"]|"")*)"')
_LINK = re.compile(r'=HYPERLINK\(\s*"[^"]*"\s*[,;]\s*"((?:[^"]|"")*)"\s*\)', re.IGNORECASE)
_SUM = re.compile(r"=[-+*/().\d]+")
_SIGNS = {ast.Add: operator.add, ast.Sub: operator.sub, ast.Mult: operator.mul, ast.Div: operator.truediv}


class ErrorValue:
    """What a formula comes to that this double cannot work out, or that is wrong."""

    def __init__(self, kind: str, text: str, message: str) -> None:
        self.kind, self.text, self.message = kind, text, message


Effective = str | int | float | bool | ErrorValue | None


def number(value: float) -> int | float:
    """As a double: digits past the 15th are lost; whole ones come back without a point."""
    value = float(value)
    return int(value) if value.is_integer() and abs(value) < 1e21 else value


def check_text(text: str) -> str:
    if len(text) > MAX_CHARACTERS:
        raise bad(f"Your input contains more than the maximum of {MAX_CHARACTERS} characters in a single cell.")
    return text


def from_extended(value: dict[str, Any] | None) -> Value:
    if not value:
        return None
    text = value.get("stringValue")
    if text is not None:
        return check_text(text) or None
    if "numberValue" in value:
        return number(value["numberValue"])
    if "boolValue" in value:
        return bool(value["boolValue"])
    if "formulaValue" in value:
        if not value["formulaValue"].startswith("="):
            raise bad("Invalid value: formulaValue must begin with '='.")
        return Formula(check_text(value["formulaValue"]))
    raise bad("errorValue is read-only.")


def to_extended(value: Value | ErrorValue) -> dict[str, Any]:
    if isinstance(value, Formula):
        return {"formulaValue": value.text}
    if isinstance(value, ErrorValue):
        return {"errorValue": {"type": value.kind, "message": value.message}}
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, str):
        return {"stringValue": value}
    return {"numberValue": value}


def effective(value: Value) -> Effective:
    if not isinstance(value, Formula):
        return value
    return _evaluated(value.text)


def _evaluated(text: str) -> Effective:
    plain = text.replace(" ", "").upper()
    if plain in ("=TRUE()", "=TRUE"):
        return True
    if plain in ("=FALSE()", "=FALSE"):
        return False
    if plain.startswith("=IMAGE("):
        return None
    if found := _QUOTED.fullmatch(text) or _LINK.fullmatch(text):
        return found[1].replace('""', '"')
    if _SUM.fullmatch(plain):
        return _sum(plain[1:])
    return ErrorValue("ERROR", "#ERROR!", "This formula is not worked out by tests/google_double.")


def _sum(text: str) -> Effective:
    """Numbers, signs and brackets."""
    try:
        return number(_worked_out(ast.parse(text, mode="eval").body))
    except ZeroDivisionError:
        return ErrorValue("DIVIDE_BY_ZERO", "#DIV/0!", "Function DIVIDE parameter 2 cannot be zero.")
    except (SyntaxError, TypeError, KeyError):
        return ErrorValue("ERROR", "#ERROR!", "Formula parse error.")


def _worked_out(node: ast.expr) -> float:
    if isinstance(node, ast.Constant) and isinstance(node.value, int | float):
        return float(node.value)
    if isinstance(node, ast.UnaryOp):
        return -_worked_out(node.operand) if isinstance(node.op, ast.USub) else _worked_out(node.operand)
    if isinstance(node, ast.BinOp):
        return float(_SIGNS[type(node.op)](_worked_out(node.left), _worked_out(node.right)))
    raise TypeError(node)
