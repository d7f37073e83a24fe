"""Writes CellData into cells, by a field mask relative to it."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from . import masks
from .colours import mirrored, with_twins
from .errors import bad
from .grid import Look, Row, Value
from .schema import check_update_mask
from .values import from_extended

_LOOKS = ("userEnteredFormat", "note", "dataValidation", "textFormatRuns")


@dataclass
class CellWriter:
    """`value`: whether values are written; `looks`: the mask of all else. Equal looks are shared."""

    value: bool
    looks: masks.Mask
    _shared: dict[str, Look] = field(default_factory=dict)
    _parts: dict[str, Any] = field(default_factory=dict)
    _repeated: dict[int, tuple[Look | None, Look | None]] = field(default_factory=dict)

    @classmethod
    def of(cls, fields: str) -> "CellWriter":
        return cls(*_read_mask(fields))

    def write_row(self, row: Row, left: int, cells: list[dict[str, Any]]) -> None:
        if self.looks:
            for column, cell in enumerate(cells, left):
                self.write(row, column, cell)
        elif self.value:
            row.values.extend([None] * (left - len(row.values)))
            row.values[left : left + len(cells)] = [from_extended(cell.get("userEnteredValue")) for cell in cells]

    def write(self, row: Row, column: int, cell: dict[str, Any]) -> None:
        if self.value:
            row.set_value(column, from_extended(cell.get("userEnteredValue")))
        if self.looks:
            old = row.look(column)
            if old or len(cell) > 1 or "userEnteredValue" not in cell:
                row.set_look(column, self._share(self._changed(old, cell)))

    def repeat(self, row: Row, column: int, cell: dict[str, Any], value: Value) -> None:
        """The same cell over and over: what becomes of a look is worked out once."""
        if self.value:
            row.set_value(column, value)
        if self.looks:
            old = row.look(column)
            known = self._repeated.get(id(old))
            if known is None:
                known = self._repeated[id(old)] = old, self._share(self._changed(old, cell))
            row.set_look(column, known[1])

    def _changed(self, old: Look | None, cell: dict[str, Any]) -> Look:
        out = dict(old or {})
        for name, mask in self.looks.items():
            new = cell.get(name)
            if isinstance(new, dict) and new:
                new = self._part(name, new)
            if mask:
                new = masks.update(out.get(name) or {}, new or {}, mask)
            if new:
                out[name] = new
            else:
                out.pop(name, None)
        return out

    def _part(self, name: str, part: dict[str, Any]) -> dict[str, Any]:
        if name == "dataValidation":
            check_validation(part)
        key = name + json.dumps(part, sort_keys=True)
        found = self._parts.get(key)
        if found is None:
            found = self._parts[key] = without_false(mirrored(part))
        return found

    def _share(self, look: Look) -> Look | None:
        if not look:
            return None
        if "note" in look:
            return look  # notes seldom are the same twice
        return self._shared.setdefault(json.dumps(look, sort_keys=True), look)


@cache
def _read_mask(fields: str) -> tuple[bool, masks.Mask]:
    """Whether values are written, and the mask of what else is."""
    if not fields:
        raise bad("At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)")
    mask = masks.parse(fields)
    check_update_mask(mask, "CellData")
    if not mask:
        return True, {name: {} for name in _LOOKS}
    value = mask.get("userEnteredValue")
    if value:
        raise bad(f"Invalid field: user_entered_value.{next(iter(value))}")
    return value is not None, {name: with_twins(sub) for name, sub in mask.items() if name in _LOOKS}


def without_false(value: dict[str, Any]) -> dict[str, Any]:
    """A validation rule as it is given back: what is false is left out."""
    return {name: item for name, item in value.items() if item is not False}


def check_validation(rule: dict[str, Any]) -> None:
    condition = rule.get("condition") or {}
    kind = condition.get("type")
    values = condition.get("values", [])
    if not kind:
        raise bad("DataValidationRule.condition must be set.")
    if kind == "ONE_OF_LIST" and not values:
        raise bad("BooleanCondition.values must contain at least one value for ONE_OF_LIST.")
    if kind in ("ONE_OF_RANGE", "CUSTOM_FORMULA"):
        if len(values) != 1:
            raise bad(f"BooleanCondition.values must contain exactly one value for {kind}.")
        text = values[0].get("userEnteredValue", "")
        if not text.startswith("=") and kind == "CUSTOM_FORMULA":
            raise bad(f"Formula must begin with '=': {text}")
    if kind == "BOOLEAN" and len(values) > 2:
        raise bad("BooleanCondition.values must contain at most two values for BOOLEAN.")
    if kind in ("NOT_BLANK", "BLANK") and values:
        raise bad(f"BooleanCondition.values must be empty for {kind}.")
