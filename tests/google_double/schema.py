"""Which fields the API has, and of what type: unknown names and wrong types are refused as Google's servers do."""

import re
from functools import cache
from pathlib import Path
from typing import Any

from .errors import ApiError, bad, violation
from .masks import Mask

Fields = dict[str, str]
_SCALARS: dict[str, tuple[type, ...]] = {"string": (str,), "int": (int, float), "float": (int, float), "bool": (bool,)}
_PROTO = {"string": "TYPE_STRING", "int": "TYPE_INT32", "float": "TYPE_DOUBLE", "bool": "TYPE_BOOL"}
_VALUE_TYPES = {"stringValue": (str,), "numberValue": (int, float), "boolValue": (bool,), "formulaValue": (str,)}


@cache
def types() -> dict[str, Fields]:
    found: dict[str, Fields] = {}
    for line in (Path(__file__).parent / "api_fields.txt").read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            name, *fields = line.split()
            found[name] = dict(field.split(":", 1) for field in fields)
    return found


def check(value: Any, kind: str, path: str = "") -> None:
    """Refuses what the API has no place for; takes nulls out of messages, which mean "not set"."""
    if kind == "any":
        return
    if kind.startswith("["):
        if not isinstance(value, list):
            raise _wrong(path, kind, value)
        for index, item in enumerate(value):
            check(item, kind[1:-1], f"{path}[{index}]")
    elif kind.startswith("{"):
        if not isinstance(value, dict):
            raise _wrong(path, kind, value)
        for name, item in value.items():
            check(item, kind[1:-1], f"{path}[{name}]")
    elif kind in _SCALARS:
        _check_scalar(value, kind, path)
    elif "|" in kind or kind.isupper():
        if value not in kind.split("|"):
            raise _wrong(path, "enum", value)
    elif kind == "CellData":
        _check_cell(value, path)
    else:
        _check_message(value, kind, path)


def _check_message(value: Any, kind: str, path: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(path, kind, value)
    fields = types()[kind]
    for name in [name for name, item in value.items() if item is None and name in fields]:
        del value[name]
    for name, item in value.items():
        if name not in fields:
            where = f" at '{path}'" if path else ""
            raise violation(f'Invalid JSON payload received. Unknown name "{name}"{where}: Cannot find field.', path)
        check(item, fields[name], f"{path}.{snake(name)}" if path else snake(name))


def _check_cell(cell: Any, path: str) -> None:
    """The same for a cell, of which there can be millions: its usual form is seen at a glance."""
    if isinstance(cell, dict) and len(cell) <= 1:
        value = cell.get("userEnteredValue")
        if not cell:
            return
        if isinstance(value, dict) and len(value) == 1:
            ((name, item),) = value.items()
            if type(item) in _VALUE_TYPES.get(name, ()):
                return
    _check_message(cell, "CellData", path)
    value = cell.get("userEnteredValue")
    if value and len(value) > 1:
        first, second, *_ = value
        raise violation(
            f"Invalid value at '{path}.user_entered_value' (oneof), oneof field 'value' is already set. "
            f"Cannot set '{second}' (after '{first}')",
            f"{path}.user_entered_value",
        )


def _check_scalar(value: Any, kind: str, path: str) -> None:
    right = isinstance(value, _SCALARS[kind]) and (kind == "bool" or not isinstance(value, bool))
    if right and kind == "int":
        right = value == int(value)
    if not right:
        raise _wrong(path, kind, value)


def _wrong(path: str, kind: str, value: Any) -> ApiError:
    shown = f'"{value}"' if isinstance(value, str) else str(value)[:80]
    proto = _PROTO.get(kind) or f"type.googleapis.com/google.apps.sheets.v4.{kind.strip('[]{}')}"
    return violation(f"Invalid value at '{path}' ({proto}), {shown}", path)


def snake(name: str) -> str:
    return re.sub(r"(?<!^)(?=[A-Z])", "_", name).lower()


def check_reply_mask(mask: Mask, kind: str, so_far: str = "") -> None:
    """A mask of the query parameter `fields`."""
    fields = types().get(kind.strip("[]{}"))
    for name, sub in mask.items():
        path = f"{so_far}.{name}" if so_far else name
        if fields is None:
            return  # beyond what this double reads
        if name not in fields:
            text = f"Error expanding 'fields' parameter. Cannot find matching fields for path '{path}'."
            details = [{"description": text, "field": so_far or path}]
            bad_request = {"@type": "type.googleapis.com/google.rpc.BadRequest", "fieldViolations": details}
            raise ApiError(400, "Request contains an invalid argument.", details=[bad_request])
        check_reply_mask(sub, fields[name], path)


def check_update_mask(mask: Mask, kind: str, so_far: str = "") -> None:
    """The `fields` of an update request."""
    fields = types().get(kind.strip("[]{}"))
    for name, sub in mask.items():
        path = f"{so_far}.{name}" if so_far else name
        if fields is not None and name not in fields:
            raise bad(f"Invalid field: {snake(path)}")
        if fields is not None:
            check_update_mask(sub, fields[name], path)
