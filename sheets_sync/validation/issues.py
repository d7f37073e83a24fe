"""Failures of a schema as issues: one pass over them, one issue for each."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from sheets_sync.cells import shortened
from sheets_sync.issue import Issue, Severity
from sheets_sync.template import Template
from sheets_sync.validation.codes import WARNING_CODES
from sheets_sync.validation.faults import Params
from sheets_sync.validation.frames import Rows
from sheets_sync.validation.schema import NULL_CHECK, Schema
from sheets_sync.validation.texts import FAULTS, offending

_MISSING = {"price": "price_missing"}


def issues_of(schema: Schema, rows: Rows, template: Template) -> Iterator[tuple[int, int, Issue]]:
    """Each failure of the frame as (number of its listing, row, issue), in the order of the schema's columns."""
    longest_run = int(template.limits["same_character_max"])
    columns: dict[str, list[Any]] = {}
    for name, check, row in schema.failures(rows.frame):
        column = name.partition("|")[0]
        code = _MISSING.get(column, "required_missing") if check == NULL_CHECK else check
        if column not in columns:
            columns[column] = rows.frame[column].tolist() if column in rows.frame else []
        value = columns[column][row] if columns[column] else None
        place = rows.places[row]
        params = {
            **_read(value, code, longest_run),
            **schema.places.get((column, code), {}),
            **rows.details.get((column, code), {}).get(row, {}),
        }
        severity = Severity.WARNING if code in WARNING_CODES else Severity.ERROR
        yield place.listing, row, Issue(place.tab, place.row_key, column, code, severity, params, place.product_key)


def _read(value: object, code: str, longest_run: int) -> Params:
    """What was read, as far as every message may speak of it."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return {}
    if isinstance(value, str):
        found = {"found": offending(value, code, longest_run)} if code in FAULTS else {}
        return {"read": shortened(value), "length": len(value), **found}
    return {"read": shortened(value), "count": value}
