"""Makes a product of its rows in Shopify's CSV. Pure. Faults become issues of the product, never a lost product."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from operator import itemgetter
from typing import Final, Generic, NamedTuple, TypeVar

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

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Kind(Generic[_T]):
    """A kind of cell: how it is read, what it counts as where that fails, and what is said then of which column."""

    read: Callable[[str], _T]
    otherwise: _T
    code: str
    column: str


_SKU: Final = _Kind(cart_values.code, "", "sku_mangled", "seller_sku")
_PRICE: Final = _Kind(cart_values.price, None, "price_unreadable", "cart_price")
_BARCODE: Final = _Kind(cart_values.barcode, "", "barcode_mangled", "barcode")
_WEIGHT: Final = _Kind(cart_values.number, None, "weight_unreadable", "package_weight_g")
_STOCK: Final = _Kind(cart_values.whole, None, "stock_unreadable", "cart_stock")

_Columns = Mapping[str, Sequence[str]]
"""The rows of a product, turned: what each of them says of a field."""


def make_product(handle: str, rows: Sequence[ShopifyRow], fingerprint: str = "") -> Product:
    """The product that `rows` (at least one, all of the same handle) describe.

    A variant's key is the handle, or `handle/value / value` when the product has options. Of two rows with the same
    choices the first counts; the other is named in an issue. The weight is the heaviest variant's, None when all are 0.
    """
    columns = _turned(rows)
    choices = _choices(rows, columns)
    has_variants = any(options for _, options, _ in choices)
    faults = _Faults(handle)
    variants, weight = _variants(handle, choices, has_variants, faults)
    faults.sort(rows)
    faults.look_over(rows)
    return Product(
        key=handle,
        title=_first(columns["title"]),
        description=next((text for text in columns["description"] if text.strip()), ""),
        brand=_first(columns["vendor"]),
        product_type=_first(columns["product_type"]),
        tags=_tags(_first(columns["tags"])),
        status=_status(rows[0], _first(columns["status"]), _first(columns["published"]), faults),
        images=_images(columns["image"], columns["position"]),
        variants=variants,
        has_variants=has_variants,
        weight_g=weight,
        kind=ProductKind.GIFT_CARD if "true" in map(fold, filter(None, columns["gift_card"])) else ProductKind.GOODS,
        issues=tuple(issue for _, issue in faults.found),
        records=len(rows),
        fingerprint=fingerprint,
        untold=frozenset.intersection(*{row.table.untold for row in rows}),
    )


def _turned(rows: Sequence[ShopifyRow]) -> _Columns:
    return dict(zip(ShopifyRow._fields, zip(*rows, strict=True), strict=True))


class _Choice(NamedTuple):
    """A row that is a variant, what is chosen in it, and the choice in words."""

    row: ShopifyRow
    options: tuple[Option, ...]
    words: str


def _choices(rows: Sequence[ShopifyRow], columns: _Columns) -> list[_Choice]:
    """The rows that are variants, with their options. A product without any has its first row as the only one."""
    names = tuple(_first(columns[f"option{slot}_name"]) for slot in (1, 2, 3))
    found = [_Choice(row, *_chosen(names, row.values)) for row in rows if row.is_variant]
    return found or [_Choice(rows[0], (), "")]


@lru_cache(maxsize=4096)
def _chosen(names: tuple[str, ...], values: tuple[str, ...]) -> tuple[tuple[Option, ...], str]:
    """Options, and their values in words. Sizes and colours come again and again, so the same few are made once."""
    options = tuple(Option(name, value) for name, value in zip(names, values, strict=True) if value)
    if len(options) == 1 and fold(options[0].value) == _DEFAULT_VARIANT:
        options = ()
    return options, " / ".join(option.value for option in options)


def _variants(
    handle: str, choices: Iterable[_Choice], has_variants: bool, faults: "_Faults"
) -> tuple[tuple[Variant, ...], Decimal | None]:
    """The variants, and the weight of the heaviest."""
    offered: dict[str, _Choice] = {}
    for choice in choices:
        row, options, words = choice
        if has_variants and not options:
            faults.say("variant_without_options", None, row, handle, price=row.price, sku=row.sku)
            continue
        key = f"{handle}/{words}" if has_variants else handle
        if (first := offered.setdefault(key, choice)) is not choice:
            code, column = ("variant_doubled", "option1_value") if has_variants else ("variants_without_options", None)
            faults.say(code, column, row, key, choice=words, first=first.row.line, sku=row.sku)
    if not offered:
        return (), None
    keys = list(offered)
    rows, options_of, _ = zip(*offered.values(), strict=True)
    columns = _turned(rows)
    managed = [bool(row.tracker) or not row.table.has("tracker") for row in rows]
    variants = map(
        Variant,
        keys,
        faults.read(_SKU, columns["sku"], rows, keys),
        faults.read(_PRICE, columns["price"], rows, keys),
        _stock(managed, columns, rows, keys, faults),
        managed,
        faults.read(_BARCODE, columns["barcode"], rows, keys),
        options_of,
        columns["variant_image"],
        faults.read(_PRICE, columns["list_price"], rows, keys),
    )
    weights = faults.read(_WEIGHT, columns["weight"], rows, [handle] * len(rows))
    return tuple(variants), max((weight for weight in weights if weight and weight > 0), default=None)


def _stock(
    managed: Sequence[bool], columns: _Columns, rows: Sequence[ShopifyRow], keys: Sequence[str], faults: "_Faults"
) -> list[int | None]:
    """Stock by variant. `managed`: whether the cart manages it; managed but None: the file does not tell it.

    Shops with several locations export no quantity at all; an empty tracker means that stock is not managed.
    """
    told = [text if counted else "" for text, counted in zip(columns["stock"], managed, strict=True)]
    stock = faults.read(_STOCK, told, rows, keys)
    for place, count in enumerate(stock):
        if count is None or count > 0:
            continue
        row, key = rows[place], keys[place]
        if fold(row.policy) in ("continue", "true"):
            faults.say("sells_without_stock", "cart_stock", row, key, severity=Severity.INFO, read=row.stock)
        elif count < 0:
            faults.say("stock_negative", "cart_stock", row, key, severity=Severity.INFO, read=row.stock)
        stock[place] = 0
    return stock


def _status(first: ShopifyRow, read: str, published: str, faults: "_Faults") -> CartStatus:
    """Publication state by the status column; files without one tell it by their published column."""
    if not read:
        return CartStatus.DRAFT if fold(published) in ("false", "0") else CartStatus.ACTIVE
    if (status := _STATUS.get(fold(read))) is not None:
        return status
    faults.say("status_unreadable", "cart_status", first, first.handle, read=read[:_SHOWN])
    return CartStatus.DRAFT


class _Faults:
    """What is wrong with a product's rows, each fault with its row."""

    def __init__(self, handle: str) -> None:
        self.found: list[tuple[ShopifyRow, Issue]] = []
        self._handle = handle

    def read(
        self, kind: "_Kind[_T]", texts: Sequence[str], rows: Sequence[ShopifyRow], keys: Sequence[str]
    ) -> list[_T]:
        """The values of a column; an issue for each that is none."""
        try:
            return list(map(kind.read, texts))
        except UnreadableError:
            return [self._read(kind, *each) for each in zip(texts, rows, keys, strict=True)]

    def sort(self, rows: Sequence[ShopifyRow]) -> None:
        """Put what was found so far in the order of the rows."""
        if len(self.found) > 1:
            places = {id(row): place for place, row in enumerate(rows)}
            self.found.sort(key=lambda found: places[id(found[0])])

    def look_over(self, rows: Iterable[ShopifyRow]) -> None:
        """Faults of rows as a whole."""
        for row in rows:
            if row.surplus:
                self.say("row_shifted", None, row, self._handle, read=row.surplus[:_SHOWN])
            if row.mended:
                self.say("characters_removed", None, row, self._handle, severity=Severity.INFO)

    def say(
        self,
        code: str,
        column: str | None,
        row: ShopifyRow,
        key: str,
        *,
        severity: Severity = Severity.WARNING,
        **params: object,
    ) -> None:
        tab = Tab.PRODUCTS if key == self._handle else Tab.SKUS
        place = {"file": row.table.file, "line": row.line}
        issue = Issue(tab, key, column, code, severity, {**place, **params}, product_key=self._handle)
        self.found.append((row, issue))

    def _read(self, kind: "_Kind[_T]", text: str, row: ShopifyRow, key: str) -> _T:
        try:
            return kind.read(text)
        except UnreadableError as fault:
            self.say(kind.code, kind.column, row, key, read=fault.read[:_SHOWN])
            return kind.otherwise


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
