"""A column of a sample of an unknown file, and what its cells can be. Pure."""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_values import UnreadableError
from sheets_sync.sources.headings import distinct, folded

_TAG: Final = re.compile(r"<(p|br|div|span|ul|li|table|b|strong|h\d|img|a)[\s/>]", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"https?://\S+", re.IGNORECASE)
_PICTURE: Final = re.compile(r"\.(jpe?g|png|gif|webp)\b", re.IGNORECASE)
_CODE: Final = re.compile(r"[!-~]{1,40}")
_SEPARATORS: Final = (";", ",", "\n", "|")
MOSTLY: Final = 0.8
"""So much of a sample has to agree: hand-made files have odd cells."""


@dataclass(slots=True)
class Column:
    """The cells of all rows without what keeps them text in a spreadsheet, and `texts`, those that are not blank."""

    name: str
    cells: list[str] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)

    def mostly(self, test: Callable[[str], bool]) -> bool:
        return bool(self.texts) and sum(map(test, self.texts)) >= len(self.texts) * MOSTLY

    def may_be(self, field_name: str) -> bool:
        """Whether what stands in the column can be that field. A column without any text can."""
        test = TESTS.get(field_name)
        return not self.texts or test is None or self.mostly(test)

    @property
    def repeats(self) -> bool:
        return len(set(self.texts)) < len(self.texts)

    @property
    def names_every_row(self) -> bool:
        """Whether it has a code of its own for each row."""
        return bool(self.cells) and all(self.cells) and not self.repeats and self.mostly(is_code)


def columns_of(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> list[Column]:
    """The columns of a sample; rows may end early. A heading that comes twice is numbered."""
    columns = [Column(name) for name in distinct(heading)]
    for row in rows:
        for place, column in enumerate(columns):
            column.cells.append(cart_values.plain(row[place]) if place < len(row) else "")
    for column in columns:
        column.texts = [cell for cell in column.cells if cell]
    return columns


def bare(name: str) -> str:
    """A heading as it is compared with known names: `product_name` and `Product Name` are one."""
    return folded(name).replace("_", "").replace("-", "")


def is_code(text: str) -> bool:
    return bool(_CODE.fullmatch(text)) and not is_html(text)


def is_html(text: str) -> bool:
    return bool(_TAG.search(text))


def is_picture(text: str) -> bool:
    return bool(_ADDRESS.match(text) and _PICTURE.search(text))


def is_gtin(text: str) -> bool:
    if not (text.isascii() and text.isdecimal() and len(text) in (8, 12, 13, 14)):
        return False
    odd = sum(int(digit) for digit in text[-2::-2]) * 3
    even = sum(int(digit) for digit in text[-3::-2])
    return (odd + even + int(text[-1])) % 10 == 0


def separator(texts: Iterable[str]) -> str:
    """What stands between the pictures of a cell that has several."""
    for text in texts:
        for mark in _SEPARATORS:
            parts = [part for part in text.split(mark) if part.strip()]
            if len(parts) > 1 and all(_PICTURE.search(part) for part in parts):
                return mark
    return ""


def _is_price(text: str) -> bool:
    try:
        return cart_values.price(text) is not None
    except UnreadableError:
        return False


def _is_whole(text: str) -> bool:
    try:
        return cart_values.whole(text) is not None
    except UnreadableError:
        return False


TESTS: Final = {"price": _is_price, "list_price": _is_price, "stock": _is_whole}
"""What has to stand in the column of a field."""
