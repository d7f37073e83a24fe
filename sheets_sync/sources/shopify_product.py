"""Makes a product of its rows in Shopify's CSV. Pure. Faults become issues of the product, never a lost product."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import repeat
from operator import itemgetter
from typing import Final, Generic, TypeVar

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Option, Product, ProductKind, Variant
from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_values import UnreadableError
from sheets_sync.sources.shopify_rows import ShopifyRows
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
_NAMES: Final = ("option1_name", "option2_name", "option3_name")
_VALUES: Final = ("option1_value", "option2_value", "option3_value")
_SHOWN: Final = 60

_T = TypeVar("_T")
_Texts = Sequence[str] | Mapping[int, str]
"""Cells by the place of their row."""


@dataclass(frozen=True, slots=True)
class _Kind(Generic[_T]):
    """A kind of cell: how it is read, what it counts as where that fails, and what is said then of which column."""

    read: Callable[[str], _T]
    otherwise: _T
    code: str
    column: str


_remembered: Final = lru_cache(maxsize=4096)
"""Prices, weights and numbers of pieces come again and again."""
_SKU: Final = _Kind(cart_values.code, "", "sku_mangled", "seller_sku")
_PRICE: Final = _Kind(_remembered(cart_values.price), None, "price_unreadable", "cart_price")
_BARCODE: Final = _Kind(cart_values.barcode, "", "barcode_mangled", "barcode")
_WEIGHT: Final = _Kind(_remembered(cart_values.number), None, "weight_unreadable", "package_weight_g")
_STOCK: Final = _Kind(_remembered(cart_values.whole), None, "stock_unreadable", "cart_stock")


def make_product(handle: str, rows: ShopifyRows, fingerprint: str = "") -> Product:
    """The product that rows (at least one, all of the same handle) describe.

    A variant's key is the handle, or `handle/value / value` when the product has options. Of two rows with the same
    choices the first counts; the other is named in an issue. The weight is the heaviest variant's, None when all are 0.
    """
    faults = _Faults(handle, rows)
    places, chosen = _choices(rows)
    has_variants = any(options for options, _ in chosen)
    variants, weight = _variants(handle, _offered(rows, places, chosen, has_variants, faults), rows, faults)
    faults.sort()
    faults.look_over()
    return Product(
        key=handle,
        title=rows.first("title"),
        description=next((text for text in rows.columns["description"] if text.strip()), ""),
        brand=rows.first("vendor"),
        product_type=rows.first("product_type"),
        tags=_tags(rows.first("tags")),
        status=_status(rows.first("status"), rows.first("published"), faults),
        images=_images(rows.columns["image"], rows.columns["position"]),
        variants=variants,
        has_variants=has_variants,
        weight_g=weight,
        kind=ProductKind.GIFT_CARD if "true" in map(fold, set(rows.columns["gift_card"])) else ProductKind.GOODS,
        issues=tuple(issue for _, issue in faults.found),
        records=len(rows.records),
        fingerprint=fingerprint,
        untold=frozenset.intersection(*(part.table.untold for part in rows.parts)),
    )


_Choice = tuple[tuple[Option, ...], str]
"""What is chosen in a row, and the same in words."""


def _choices(rows: ShopifyRows) -> tuple[list[int], list[_Choice]]:
    """The rows that are variants, with their options. A product without any has its first row as the only one."""
    places = rows.variants()
    if not places:
        return [0], [((), "")]
    names = tuple(map(rows.first, _NAMES))
    values = zip(*([rows.columns[field][place] for place in places] for field in _VALUES), strict=True)
    return places, list(map(_chosen, repeat(names), values))


@lru_cache(maxsize=4096)
def _chosen(names: tuple[str, ...], values: tuple[str, ...]) -> tuple[tuple[Option, ...], str]:
    """Options, and their values in words. Sizes and colours come again and again, so the same few are made once."""
    told = zip(names, map(str.strip, values), strict=True)
    options = tuple(Option(name, value) for name, value in told if value)
    if len(options) == 1 and fold(options[0].value) == _DEFAULT_VARIANT:
        options = ()
    return options, " / ".join(option.value for option in options)


def _offered(
    rows: ShopifyRows, places: Iterable[int], chosen: Iterable[_Choice], has_variants: bool, faults: "_Faults"
) -> dict[str, tuple[int, tuple[Option, ...]]]:
    """The variants that count, by their keys: the row of each, and its options."""
    offered: dict[str, tuple[int, tuple[Option, ...]]] = {}
    for place, (options, words) in zip(places, chosen, strict=True):
        if has_variants and not options:
            price, sku = rows.cell(place, "price"), rows.cell(place, "sku")
            faults.say("variant_without_options", None, place, faults.handle, price=price, sku=sku)
            continue
        key = f"{faults.handle}/{words}" if has_variants else faults.handle
        first, _ = offered.setdefault(key, (place, options))
        if first != place:
            code, column = ("variant_doubled", "option1_value") if has_variants else ("variants_without_options", None)
            line, sku = rows.records[first][1].line, rows.cell(place, "sku")
            faults.say(code, column, place, key, choice=words, first=line, sku=sku)
    return offered


def _variants(
    handle: str, offered: Mapping[str, tuple[int, tuple[Option, ...]]], rows: ShopifyRows, faults: "_Faults"
) -> tuple[tuple[Variant, ...], Decimal | None]:
    """The variants, and the weight of the heaviest."""
    if not offered:
        return (), None
    keys = list(offered)
    columns = rows.columns
    places, options_of = zip(*offered.values(), strict=True)
    managed = _managed(places, rows)
    variants = map(
        Variant,
        keys,
        faults.read(_SKU, columns["sku"], places, keys),
        faults.read(_PRICE, columns["price"], places, keys),
        _stock(managed, places, rows, keys, faults),
        managed,
        faults.read(_BARCODE, columns["barcode"], places, keys),
        options_of,
        [columns["variant_image"][place].strip() for place in places],
        faults.read(_PRICE, columns["list_price"], places, keys),
    )
    weights = faults.read(_WEIGHT, columns["weight"], places, [handle] * len(keys))
    return tuple(variants), max((weight for weight in weights if weight and weight > 0), default=None)


def _managed(places: Sequence[int], rows: ShopifyRows) -> list[bool]:
    """Whether the cart manages the stock: an empty tracker means that it does not."""
    trackers = rows.columns["tracker"]
    return [bool(trackers[place].strip()) or not rows.records[place][0].has("tracker") for place in places]


def _stock(
    managed: Sequence[bool], places: Sequence[int], rows: ShopifyRows, keys: Sequence[str], faults: "_Faults"
) -> list[int | None]:
    """Stock by variant. Managed but None: the file does not tell it, as shops with several locations export no quantity
    at all.
    """
    told = rows.columns["stock"]
    counted = [told[place] if manages else "" for place, manages in zip(places, managed, strict=True)]
    stock = faults.read(_STOCK, dict(zip(places, counted, strict=True)), places, keys)
    for at, count in enumerate(stock):
        if count is not None and count <= 0:
            place, stock[at] = places[at], 0
            goes_on = fold(rows.cell(place, "policy")) in ("continue", "true")
            if goes_on or count < 0:
                code = "sells_without_stock" if goes_on else "stock_negative"
                faults.say(code, "cart_stock", place, keys[at], Severity.INFO, read=rows.cell(place, "stock"))
    return stock


def _status(read: str, published: str, faults: "_Faults") -> CartStatus:
    """Publication state by the status column; files without one tell it by their published column."""
    if not read:
        return CartStatus.DRAFT if fold(published) in ("false", "0") else CartStatus.ACTIVE
    if (status := _STATUS.get(fold(read))) is not None:
        return status
    faults.say("status_unreadable", "cart_status", 0, faults.handle, read=read[:_SHOWN])
    return CartStatus.DRAFT


class _Faults:
    """What is wrong with a product's rows, each fault with the place of its row among them."""

    def __init__(self, handle: str, rows: ShopifyRows) -> None:
        self.found: list[tuple[int, Issue]] = []
        self.handle = handle
        self._rows = rows

    def read(self, kind: "_Kind[_T]", texts: "_Texts", places: Sequence[int], keys: Sequence[str]) -> list[_T]:
        """The values of a column in the rows at `places`; an issue for each that is none."""
        try:
            return [kind.read(texts[place]) for place in places]
        except UnreadableError:
            return [self._read(kind, texts[place], place, key) for place, key in zip(places, keys, strict=True)]

    def sort(self) -> None:
        """Put what was found so far in the order of the rows."""
        self.found.sort(key=itemgetter(0))

    def look_over(self) -> None:
        """Faults of rows as a whole."""
        for place, (table, record) in enumerate(self._rows.records):
            if len(record.cells) > table.width and (surplus := table.surplus(record)):
                self.say("row_shifted", None, place, self.handle, read=surplus[:_SHOWN])
            if record.mended:
                self.say("characters_removed", None, place, self.handle, Severity.INFO)

    def say(
        self,
        code: str,
        column: str | None,
        place: int,
        key: str,
        severity: Severity = Severity.WARNING,
        **params: object,
    ) -> None:
        table, record = self._rows.records[place]
        tab = Tab.PRODUCTS if key == self.handle else Tab.SKUS
        params = {"file": table.file, "line": record.line, **params}
        self.found.append((place, Issue(tab, key, column, code, severity, params, product_key=self.handle)))

    def _read(self, kind: "_Kind[_T]", text: str, place: int, key: str) -> _T:
        try:
            return kind.read(text)
        except UnreadableError as fault:
            self.say(kind.code, kind.column, place, key, read=fault.read[:_SHOWN])
            return kind.otherwise


def _images(images: Iterable[str], positions: Iterable[str]) -> tuple[str, ...]:
    """Pictures in display order: by position, those without one last; file order decides between equals."""
    placed = sorted(zip(map(_position, positions), map(str.strip, images), strict=True), key=itemgetter(0))
    return tuple(dict.fromkeys(image for _, image in placed if image))


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
