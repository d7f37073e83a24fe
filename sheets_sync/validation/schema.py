"""The pandera schemas of the two frames, made from the market's template.

Cells were parsed before (no coerce: one bad cell would hide the other rows' faults); every check is vectorised and
looks at one narrow column, so that pandera reports each failure exactly once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import pandas as pd
import pandera.pandas as pa

from sheets_sync.issue import Tab
from sheets_sync.template import Template
from sheets_sync.validation import texts
from sheets_sync.validation.faults import Params
from sheets_sync.validation.frames import (
    OPTIONS,
    PRODUCT_FLAGS,
    PRODUCT_NUMBERS,
    PRODUCT_TEXTS,
    SKU_FLAGS,
    SKU_NUMBERS,
)

NULL_CHECK = "not_nullable"
"""What pandera calls a blank cell where there must be none."""


@dataclass(frozen=True)
class Schema:
    """A frame's schema, each check named by its message code. `places`: (column, code) → fixed places of its text."""

    frame: pa.DataFrameSchema
    places: Mapping[tuple[str, str], Params]

    def failures(self, frame: pd.DataFrame) -> list[tuple[str, str, int]]:
        """(column, check, row) for each failure, none when all is well."""
        try:
            self.frame.validate(frame, lazy=True)
        except pa.errors.SchemaErrors as error:
            cases = error.failure_cases
            if cases["index"].isna().any():  # a column is not of its type: our own fault, not a row's
                raise
            return list(zip(cases["column"].tolist(), cases["check"].tolist(), cases["index"].tolist(), strict=True))
        return []


def product_schema(template: Template) -> Schema:
    """What each product row has to be."""
    build = _Builder(template, Tab.PRODUCTS)
    limits = template.limits
    for column in PRODUCT_TEXTS:
        build.text(column, int(limits[f"{column}_max"]), required=template.column(Tab.PRODUCTS, column).required)
        build.marks(column, html=column == "description")
    build.text("category", None, required=template.column(Tab.PRODUCTS, "category").required)
    build.count("image_1", "image_missing", 1, "images_too_many", int(limits["images_max"]))
    for column in PRODUCT_NUMBERS:
        build.number(column)
    build.flags(PRODUCT_FLAGS)
    return build.schema()


def sku_schema(template: Template) -> Schema:
    """What each SKU row has to be."""
    build = _Builder(template, Tab.SKUS)
    limits = template.limits
    build.text("seller_sku", int(limits["seller_sku_max"]), required=True, more=[_no_blanks()])
    for column in OPTIONS:
        build.text(column, int(limits["option_name_max" if column.endswith("name") else "option_value_max"]))
        build.marks(column)
    for column in SKU_NUMBERS:
        build.number(column)
    build.flags(SKU_FLAGS)
    return build.schema()


class _Builder:
    """Collects a frame's columns, and the places of the messages that are the same for all rows."""

    def __init__(self, template: Template, tab: Tab) -> None:
        self._template, self._tab = template, tab
        self._columns: dict[str, pa.Column] = {}
        self._places: dict[tuple[str, str], Params] = {}

    def text(self, column: str, longest: int | None, *, required: bool = False, more: Iterable[pa.Check] = ()) -> None:
        checks = list(more)
        if longest is not None:
            checks.append(pa.Check.str_length(max_value=longest, error="text_too_long"))
            self._places[column, "text_too_long"] = {"limit": longest}
        self._columns[column] = pa.Column(object, checks, nullable=not required)

    def marks(self, column: str, *, html: bool = False) -> None:
        faults = {**texts.FAULTS, "description_no_text": texts.NO_TEXT} if html else texts.FAULTS
        checks = [_unmarked(mark, code) for code, mark in faults.items()]
        self._columns[f"{column}|marks"] = pa.Column("uint8", checks)

    def number(self, column: str) -> None:
        """A number within its column's bounds (a price within the market's), there if the column requires it."""
        known = self._template.column(self._tab, column)
        checks, low, high = [], known.minimum, known.maximum
        code = "number_out_of_range"
        if column == "price":
            code, low, high = (
                "price_out_of_range",
                self._template.limits["price_min"],
                self._template.limits["price_max"],
            )
            checks.append(_decimals(self._template.price_decimals))
            self._places[column, "price_decimals"] = {"decimals": self._template.price_decimals}
        if low is not None and high is not None:
            checks.append(pa.Check.in_range(low, high, error=code))
            places = {"minimum": f"{low:,g}", "maximum": f"{high:,.15g}", "currency": self._template.currency}
            self._places[column, code] = places
        self._columns[column] = pa.Column(float, checks, nullable=not known.required and column != "price")

    def count(self, column: str, too_few: str, least: int, too_many: str, most: int) -> None:
        checks = [pa.Check.ge(least, error=too_few), pa.Check.le(most, error=too_many)]
        self._columns[column] = pa.Column("int64", checks)
        self._places[column, too_many] = {"limit": most}

    def flags(self, flags: Sequence[tuple[str, str]]) -> None:
        for column, code in flags:
            self._columns[f"{column}|{code}"] = pa.Column(bool, _unflagged(code))

    def schema(self) -> Schema:
        return Schema(pa.DataFrameSchema(self._columns, strict=True), self._places)


def _unmarked(mark: int, code: str) -> pa.Check:
    return pa.Check(lambda column: (column & mark) == 0, error=code)


def _unflagged(code: str) -> pa.Check:
    return pa.Check(lambda column: ~column, error=code)


def _no_blanks() -> pa.Check:
    return pa.Check(lambda column: ~column.str.contains(r"\s", regex=True), error="sku_code_blanks")


def _decimals(most: int) -> pa.Check:
    return pa.Check(lambda column: (column * 10**most % 1).round(6) % 1 == 0, error="price_decimals")
