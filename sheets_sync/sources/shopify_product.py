"""Makes a product of its rows in Shopify's CSV. Pure. Faults become issues of the product, never a lost product."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Final, TypeVar

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Option, Product, ProductKind, Variant
from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_values import UnreadableError
from sheets_sync.sources.shopify_rows import ShopifyRow
from sheets_sync.states import CartStatus
from sheets_sync.template import fold

# "unlisted" can be bought by its address but is kept out of the shop's pages: not published, as far as a channel goes.
_STATUS: Final = {
    "active": CartStatus.ACTIVE,
    "draft": CartStatus.DRAFT,
    "archived": CartStatus.ARCHIVED,
    "unlisted": CartStatus.DRAFT,
}
_DEFAULT_VARIANT: Final = "defaulttitle"
_SHOWN: Final = 60

# What to say of an unreadable cell: message code, and our column.
_SKU_FAULT: Final = ("sku_mangled", "seller_sku")
_PRICE_FAULT: Final = ("price_unreadable", "cart_price")
_BARCODE_FAULT: Final = ("barcode_mangled", "barcode")
_WEIGHT_FAULT: Final = ("weight_unreadable", "package_weight_g")
_STOCK_FAULT: Final = ("stock_unreadable", "cart_stock")

_T = TypeVar("_T")
_Columns = Mapping[str, Sequence[str]]
"""The rows of a product, turned: what each of them says of a field."""


def make_product(handle: str, rows: Sequence[ShopifyRow], fingerprint: str = "") -> Product:
    """The product that `rows` (at least one, all of the same handle) describe.

    A variant's key is the handle, or `handle/value / value` when the product has options. Of two rows with the same
    choices the first counts; the other is named in an issue. The weight is the heaviest variant's, None when all are 0.
    """
    draft = _Draft(handle)
    columns: _Columns = dict(zip(ShopifyRow._fields, zip(*rows, strict=True), strict=True))
    choices = _choices(rows, columns)
    has_variants = any(options for _, options in choices)
    for row, options in choices:
        draft.add_variant(row, options, has_variants)
    for row in rows:
        draft.look_over(row)
    return Product(
        key=handle,
        title=_first(columns["title"]),
        description=next((text for text in columns["description"] if text.strip()), ""),
        brand=_first(columns["vendor"]),
        product_type=_first(columns["product_type"]),
        tags=_tags(_first(columns["tags"])),
        status=draft.status(rows[0], _first(columns["status"]), _first(columns["published"])),
        images=_images(columns["image"], columns["position"]),
        variants=tuple(draft.variants.values()),
        has_variants=has_variants,
        weight_g=draft.weight,
        kind=ProductKind.GIFT_CARD if "true" in map(fold, filter(None, columns["gift_card"])) else ProductKind.GOODS,
        issues=tuple(draft.issues),
        records=len(rows),
        fingerprint=fingerprint,
    )


def _choices(rows: Sequence[ShopifyRow], columns: _Columns) -> list[tuple[ShopifyRow, tuple[Option, ...]]]:
    """The rows that are variants, with their options. A product without any has its first row as the only one."""
    names = tuple(_first(columns[f"option{slot}_name"]) for slot in (1, 2, 3))
    return [(row, _options(names, row.values)) for row in rows if row.is_variant] or [(rows[0], ())]


@lru_cache(maxsize=4096)
def _options(names: tuple[str, ...], values: tuple[str, ...]) -> tuple[Option, ...]:
    """What is chosen. Sizes and colours come again and again, so the same few are made once."""
    options = tuple(Option(name, value) for name, value in zip(names, values, strict=True) if value)
    if len(options) == 1 and fold(options[0].value) == _DEFAULT_VARIANT:
        return ()
    return options


class _Draft:
    """A product in the making: its variants by key, and the faults found on the way."""

    def __init__(self, handle: str) -> None:
        self.handle = handle
        self.variants: dict[str, Variant] = {}
        self.issues: list[Issue] = []
        self.weight: Decimal | None = None
        self._lines: dict[str, int] = {}

    def add_variant(self, row: ShopifyRow, options: tuple[Option, ...], has_variants: bool) -> None:
        """Add the row's variant, or say why it cannot be one."""
        if has_variants and not options:
            self._say("variant_without_options", None, row, self.handle, price=row.price, sku=row.sku)
            return
        choice = " / ".join(option.value for option in options)
        key = f"{self.handle}/{choice}" if has_variants else self.handle
        if key in self.variants:
            code, column = ("variant_doubled", "option1_value") if has_variants else ("variants_without_options", None)
            self._say(code, column, row, key, choice=choice, first=self._lines[key], sku=row.sku)
            return
        stock, managed = self._stock(row, key)
        self._lines[key] = row.line
        self.variants[key] = Variant(
            key=key,
            sku=self._read(cart_values.code, row.sku, _SKU_FAULT, row, key) or "",
            price=self._read(cart_values.price, row.price, _PRICE_FAULT, row, key),
            stock=stock,
            stock_managed=managed,
            barcode=self._read(cart_values.barcode, row.barcode, _BARCODE_FAULT, row, key) or "",
            options=options,
            image=row.variant_image,
            list_price=self._read(cart_values.price, row.list_price, _PRICE_FAULT, row, key),
        )
        weight = self._read(cart_values.number, row.weight, _WEIGHT_FAULT, row, self.handle)
        if weight and weight > (self.weight or 0):
            self.weight = weight

    def look_over(self, row: ShopifyRow) -> None:
        """Faults of a row as a whole."""
        if row.surplus:
            self._say("row_shifted", None, row, self.handle, read=row.surplus[:_SHOWN])
        if row.mended:
            self._say("characters_removed", None, row, self.handle, severity=Severity.INFO)

    def status(self, first: ShopifyRow, read: str, published: str) -> CartStatus:
        """Publication state by the status column; files without one tell it by their published column."""
        if not read:
            hidden = fold(published) in ("false", "0")
            return CartStatus.DRAFT if hidden else CartStatus.ACTIVE
        if (status := _STATUS.get(fold(read))) is not None:
            return status
        self._say("status_unreadable", "cart_status", first, self.handle, read=read[:_SHOWN])
        return CartStatus.DRAFT

    def _stock(self, row: ShopifyRow, key: str) -> tuple[int | None, bool]:
        """Stock, and whether the cart manages it. Managed but None: the file does not tell it.

        Shops with several locations export no quantity at all; an empty tracker means that stock is not managed.
        """
        if row.table.has("tracker") and not row.tracker:
            return None, False
        stock = self._read(cart_values.whole, row.stock, _STOCK_FAULT, row, key)
        if stock is None:
            return None, True
        if stock <= 0 and fold(row.policy) in ("continue", "true"):
            self._say("sells_without_stock", "cart_stock", row, key, severity=Severity.INFO, read=row.stock)
        elif stock < 0:
            self._say("stock_negative", "cart_stock", row, key, severity=Severity.INFO, read=row.stock)
        return max(stock, 0), True

    def _read(
        self, read: Callable[[str], _T], text: str, if_not: tuple[str, str], row: ShopifyRow, key: str
    ) -> _T | None:
        if not text:
            return None
        try:
            return read(text)
        except UnreadableError as fault:
            self._say(*if_not, row, key, read=fault.read[:_SHOWN])
            return None

    def _say(
        self,
        code: str,
        column: str | None,
        row: ShopifyRow,
        key: str,
        *,
        severity: Severity = Severity.WARNING,
        **params: object,
    ) -> None:
        tab = Tab.PRODUCTS if key == self.handle else Tab.SKUS
        place = {"file": row.table.file, "line": row.line}
        self.issues.append(Issue(tab, key, column, code, severity, {**place, **params}, product_key=self.handle))


def _images(images: Iterable[str], positions: Iterable[str]) -> tuple[str, ...]:
    """Pictures in display order: by position, those without one last; file order decides between equals."""
    placed = [(_position(position), image) for image, position in zip(images, positions, strict=True) if image]
    placed.sort(key=itemgetter(0))
    return tuple(dict.fromkeys(image for _, image in placed))


@lru_cache(maxsize=1024)
def _position(text: str) -> float:
    try:
        value = cart_values.number(text)
    except UnreadableError:
        value = None
    return float("inf") if value is None else float(value)


def _tags(text: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(tag.strip() for tag in text.split(",") if tag.strip()))


def _first(texts: Iterable[str]) -> str:
    return next(filter(None, texts), "")
