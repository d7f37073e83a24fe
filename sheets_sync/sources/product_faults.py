"""Faults of a product's rows as issues: a cell that cannot be read costs its value, never the product."""

from collections.abc import Callable
from typing import Final, TypeVar

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.sources.cart_values import UnreadableError
from sheets_sync.sources.profile_layout import Row

_SHOWN: Final = 60
_T = TypeVar("_T")


class Faults:
    """The issues of one product, in the order they were found; the same one of the same row is told once."""

    def __init__(self, product_key: str) -> None:
        self._product = product_key
        self._issues: dict[tuple[str, str, int], Issue] = {}

    @property
    def issues(self) -> tuple[Issue, ...]:
        return tuple(self._issues.values())

    def say(
        self,
        code: str,
        column: str | None,
        row: Row,
        key: str = "",
        *,
        severity: Severity = Severity.WARNING,
        **params: object,
    ) -> None:
        """Note an issue of the product, or of the variant `key`. Texts that were read are cut to what can be shown."""
        tab = Tab.SKUS if key and key != self._product else Tab.PRODUCTS
        shown = {name: value[:_SHOWN] if isinstance(value, str) else value for name, value in params.items()}
        issue = Issue(
            tab, key or self._product, column, code, severity, {"file": row.layout.file, "line": row.line, **shown},
            product_key=self._product,
        )  # fmt: skip
        self._issues.setdefault((code, issue.row_key, row.line), issue)

    def told(self, code: str, column: str | None, row: Row, key: str = "", **params: object) -> None:
        """Note what is only to be known."""
        self.say(code, column, row, key, severity=Severity.INFO, **params)

    def read(
        self, read: Callable[[str], _T], text: str, if_not: tuple[str, str | None], row: Row, key: str = ""
    ) -> _T | None:
        """The cell's value; None where it is blank, and with the issue `if_not` (code, column) where it is no value."""
        if not text:
            return None
        try:
            return read(text)
        except UnreadableError as fault:
            self.say(*if_not, row, key, read=fault.read)
            return None
