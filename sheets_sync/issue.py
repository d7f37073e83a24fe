"""One thing about a row that a person has to look at: data, never an exception."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Tab(StrEnum):
    """A tab of the workbook, by its public name in JSON and in the template."""

    PRODUCTS = "products"
    SKUS = "skus"
    ATTRIBUTES = "attributes"
    DEFAULTS = "defaults"
    GUIDE = "guide"
    HISTORY = "history"
    LISTS = "lists"


class Severity(StrEnum):
    """ERROR holds the row back, WARNING asks for a look, INFO only tells."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


@dataclass(frozen=True, slots=True)
class Issue:
    """A row's problem, tied to one cell (`column` = column key) or to the whole row (`column` None).

    `row_key` is the product key, the variant key, or `product_key/attribute_id`. `code` is lower_snake and names the
    text in the message catalogue; `params` are the places in that text (what was read, what would be right).
    `product_key` says which product the row belongs to, so that a SKU's fault can hold its product. `origin` names the
    trial that found it ("rehearsal", "listing_check"), "" = it is so.
    """

    tab: Tab
    row_key: str
    column: str | None
    code: str
    severity: Severity = Severity.ERROR
    params: Mapping[str, object] = field(default_factory=dict, hash=False)
    product_key: str = ""
    origin: str = ""

    @property
    def product(self) -> str:
        """Key of the product that this issue belongs to."""
        return self.product_key or self.row_key
