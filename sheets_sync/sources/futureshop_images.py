"""Addresses of futureshop's pictures: its files have none, so a pattern or a CSV of the shop's own tells them."""

import string
from urllib.parse import quote

from sheets_sync.errors import UsageError
from sheets_sync.sources.futureshop_files import IMAGES, MOST_IMAGES
from sheets_sync.sources.joined_files import Joined

_PLACES = ("code", "product_number", "n", "number", "file")


class FutureshopImages:
    """`base` is the setting image_base: a pattern with `{code}` (商品URLコード) or `{product_number}` and `{n}`, the
    picture's number from 1 (`{n:02}` = 01), or what stands before file names of the CSV. `count`: pictures per product.
    """

    def __init__(self, base: str = "", count: int = 1) -> None:
        """Raises UsageError for a pattern that cannot be filled."""
        try:
            places = {name for _, name, _, _ in string.Formatter().parse(base) if name is not None}
            if places <= set(_PLACES):
                _filled(base, "code", "number", 1, "file")
        except (ValueError, IndexError, KeyError):
            places = {base}
        if not places <= set(_PLACES):
            known = ", ".join(f"{{{name}}}" for name in _PLACES)
            raise UsageError("futureshop_image_base", read=base, known=known)
        self._base, self._count = base, count
        self.is_pattern = bool(places & {"code", "product_number"}) and "file" not in places

    def of(self, product: Joined) -> tuple[str, ...]:
        """Addresses in display order: those of the CSV, else those of the pattern."""
        number = product.main["number"]
        named = [row[f"image_{n}"] for row in product.rows(IMAGES) for n in range(1, MOST_IMAGES + 1)]
        found = [self._address(product.key, number, n, name) for n, name in enumerate(filter(None, named), 1)]
        if not found and self.is_pattern:
            found = [_filled(self._base, product.key, number, n) for n in range(1, self._count + 1)]
        return tuple(dict.fromkeys(found))

    def _address(self, code: str, number: str, n: int, name: str) -> str:
        if "://" in name or not self._base or self.is_pattern:
            return name
        if "{file" in self._base:
            return _filled(self._base, code, number, n, name)
        return f"{self._base.rstrip('/')}/{quote(name.lstrip('/'))}"


def _filled(base: str, code: str, product_number: str, n: int, file: str = "") -> str:
    return base.format(code=quote(code), product_number=quote(product_number), n=n, number=n, file=quote(file))
