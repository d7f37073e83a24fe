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


class _Misfit(Exception):
    """Found somewhere below; each level that it passes adds where it stands."""

    def __init__(self, words: str, found: str) -> None:
        super().__init__()
        self.words, self.found, self.path = words, found, ""

    def within(self, step: str) -> None:
        joint = "." if step and self.path and not self.path.startswith("[") else ""
        self.path = step + joint + self.path


def check(value: Any, kind: str, path: str = "") -> None:
    """Refuses what the API has no place for; takes nulls out of messages, which mean "not set"."""
    try:
        _check(value, kind)
    except _Misfit as misfit:
        misfit.within(path)
        raise _refusal(misfit) from None


def _refusal(misfit: _Misfit) -> ApiError:
    if misfit.words == "unknown":
        where = f" at '{misfit.path}'" if misfit.path else ""
        message = f'Invalid JSON payload received. Unknown name "{misfit.found}"{where}: Cannot find field.'
        return violation(message, misfit.path)
    return violation(f"Invalid value at '{misfit.path}' ({misfit.words}), {misfit.found}", misfit.path)


def _check(value: Any, kind: str) -> None:
    if kind in _SCALARS:
        _check_scalar(value, kind)
    elif kind == "[CellData]":
        _check_cells(value)
    elif kind[0] == "[":
        _check_list(value, kind)
    elif kind[0] == "{":
        if not isinstance(value, dict):
            raise _wrong(kind, value)
        for name, item in value.items():
            _check_at(item, kind[1:-1], f"[{name}]")
    elif "|" in kind or kind.isupper():
        if value not in kind.split("|"):
            raise _wrong("enum", value)
    elif kind != "any":
        _check_message(value, kind)


def _check_at(value: Any, kind: str, step: str) -> None:
    try:
        _check(value, kind)
    except _Misfit as misfit:
        misfit.within(step)
        raise


def _check_list(value: Any, kind: str) -> None:
    if not isinstance(value, list):
        raise _wrong(kind, value)
    for index, item in enumerate(value):
        try:
            _check(item, kind[1:-1])
        except _Misfit as misfit:
            misfit.within(f"[{index}]")
            raise


def _check_message(value: Any, kind: str) -> None:
    if not isinstance(value, dict):
        raise _wrong(kind, value)
    fields = types()[kind]
    if None in value.values():
        for name in [name for name, item in value.items() if item is None and name in fields]:
            del value[name]
    for name, item in value.items():
        if name not in fields:
            raise _Misfit("unknown", name)
        try:
            _check(item, fields[name])
        except _Misfit as misfit:
            misfit.within(snake(name))
            raise
    if kind == "ExtendedValue" and len(value) > 1:
        first, second, *_ = value
        raise _Misfit("oneof", f"oneof field 'value' is already set. Cannot set '{second}' (after '{first}')")


def _check_cells(cells: Any) -> None:
    """Cells come by the million: their usual form is seen at a glance."""
    if not isinstance(cells, list):
        raise _wrong("[CellData]", cells)
    for index, cell in enumerate(cells):
        if type(cell) is dict and len(cell) == 1 and "userEnteredValue" in cell:
            value = cell["userEnteredValue"]
            if type(value) is dict and len(value) == 1:
                ((name, item),) = value.items()
                if type(item) in _VALUE_TYPES.get(name, ()):
                    continue
        _check_at(cell, "CellData", f"[{index}]")


def _check_scalar(value: Any, kind: str) -> None:
    right = isinstance(value, _SCALARS[kind]) and (kind == "bool" or not isinstance(value, bool))
    if right and kind == "int":
        right = value == int(value)
    if not right:
        raise _wrong(kind, value)


def _wrong(kind: str, value: Any) -> _Misfit:
    shown = f'"{value}"' if isinstance(value, str) else str(value)[:80]
    proto = _PROTO.get(kind) or f"type.googleapis.com/google.apps.sheets.v4.{kind.strip('[]{}')}"
    return _Misfit(proto, shown)


@cache
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
