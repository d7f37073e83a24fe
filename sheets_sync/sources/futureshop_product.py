"""Makes a product of its joined rows in futureshop's files. Pure. Faults become issues, never a lost product."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Generic, Protocol, TypeVar

from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.products import Option, Product, ProductKind, Variant
from sheets_sync.sources import cart_values
from sheets_sync.sources.cart_values import UnreadableError, plain
from sheets_sync.sources.futureshop_dates import japan_time
from sheets_sync.sources.futureshop_files import GROUPS, OPTIONS, TAGS, FutureshopFiles
from sheets_sync.sources.futureshop_skus import Sku, skus_of
from sheets_sync.sources.joined_files import Joined, Row
from sheets_sync.states import CartStatus

_BREAK: Final = re.compile(r"\s*<br\s*/?>\s*", re.IGNORECASE)
_KEYWORD: Final = re.compile(r"[,，、\n\t]+")
_AXES: Final = ("選択肢1", "選択肢2")
_SHOWN: Final = 60
_RATES: Final = {"10": Decimal(10), "8": Decimal(8)}
_KINDS: Final = {"bundle": ProductKind.BUNDLE, "subscription": ProductKind.SUBSCRIPTION}

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class _Reading(Generic[_T]):
    """How a field is read, and what is said where it cannot be: message code and column of ours."""

    field: str
    read: Callable[[str], _T]
    code: str
    column: str


_SKU: Final = _Reading("code", cart_values.code, "sku_mangled", "seller_sku")
_PRICE: Final = _Reading("price", cart_values.price, "price_unreadable", "cart_price")
_STOCK: Final = _Reading("stock", cart_values.whole, "stock_unreadable", "cart_stock")
_BARCODE: Final = _Reading("barcode", cart_values.barcode, "barcode_mangled", "barcode")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What holds for all products of a reading. `stock_told`: a file has the stock of variations. `untold`: columns of
    ours that no file has a word of (`Product.untold`).
    """

    files: FutureshopFiles
    stock_told: bool
    untold: frozenset[str] = frozenset()


class Cells(Protocol):
    """A row, or all rows of a SKU."""

    def __getitem__(self, field: str) -> str: ...

    def row_of(self, field: str) -> Row: ...


@dataclass(frozen=True, slots=True)
class _Prices:
    """What all SKUs of a product share."""

    includes_tax: bool | None
    tax_rate_percent: Decimal | None
    list_price: Decimal | None


def make_product(joined: Joined, catalogue: Catalogue, images: tuple[str, ...], fingerprint: str = "") -> Product:
    """The product that the rows describe.

    A variant's key is 商品URLコード/横枝番/縦枝番, without a blank axis at its end; 商品URLコード where there are none.
    """
    draft = _Draft(joined, catalogue)
    skus = skus_of(joined, draft.kept, draft.say_row)
    status = draft.status(bool(skus))
    kind = draft.kind()
    prices = draft.prices()
    variants = tuple(draft.variant(sku, prices) for sku in skus) or (draft.only_variant(prices),)
    main, precedence = joined.main, catalogue.files.precedence
    draft.look_over()
    groups = draft.marks(GROUPS)
    return Product(
        key=joined.key,
        title=_BREAK.sub(" ", draft.first_of(precedence["title"])),
        description=draft.first_of(precedence["description"]),
        product_type=main["group"] or next(iter(groups), ""),
        tags=tuple(dict.fromkeys((*draft.marks(TAGS), *groups))),
        status=CartStatus.DRAFT if draft.held else status,
        updated_at=_updated(main, skus),
        images=images,
        variants=variants,
        has_variants=bool(skus),
        kind=kind,
        sale_starts=draft.moment("sale_starts"),
        sale_ends=draft.moment("sale_ends"),
        cells=draft.cells(),
        issues=tuple(draft.issues),
        records=joined.records,
        fingerprint=fingerprint,
        untold=catalogue.untold,
    )


def is_deleted(row: Row, files: FutureshopFiles) -> bool:
    """Whether the control column tells futureshop to delete what the row describes."""
    return row.has("control") and files.codes["control"].meaning(row["control"]) == "delete"


class _Draft:
    """A product in the making, with the faults found on the way. `held`: one may put the wrong thing on sale."""

    def __init__(self, joined: Joined, catalogue: Catalogue) -> None:
        self.joined, self.main, self.key = joined, joined.main, joined.key
        self.files, self.stock_told = catalogue.files, catalogue.stock_told
        self.issues: list[Issue] = []
        self.held = False
        self.managed = self._meaning("stock_managed") != "no"

    # ------------------------------------------------------------ the product

    def status(self, has_skus: bool) -> CartStatus:
        """Published only if every column that tells it says so; a file without them tells nothing against it."""
        found = self._meaning("status", holds=True)
        if self.main.has("status") and not self.main["status"]:
            self._unknown("status", holds=True)
        elsewhere = self._meaning("other_services", holds=True)
        if not has_skus and (self.main["axis1_name"] or self.main["axis2_name"]):
            self.held = True
            axes = "・".join(filter(None, (self.main["axis1_name"], self.main["axis2_name"])))
            self.say("futureshop_variations_missing", None, self.main, self.key, read=axes)
        return CartStatus.DRAFT if "draft" in (found, elsewhere) else CartStatus.ACTIVE

    def kind(self) -> ProductKind:
        if self._meaning("sample", holds=True) == "yes":
            self.held = True
            self.say("futureshop_sample", "cart_status", self.main, self.key)
        kinds = [kind for field, kind in _KINDS.items() if self._meaning(field, holds=True) == "yes"]
        return kinds[0] if kinds else ProductKind.GOODS

    def prices(self) -> _Prices:
        included = {"included": True, "excluded": False}.get(self._meaning("tax") or "")
        rate = None if included else _RATES.get(self._meaning("tax_rate") or "")  # a rate is added to net prices only
        try:
            list_price = cart_values.price(self.main["list_price"])
        except UnreadableError:
            list_price = None
            self._unknown("list_price", holds=False)
        return _Prices(included, rate, list_price or None)  # 0 stands for an open price

    def first_of(self, fields: Iterable[str]) -> str:
        """The first of these cells that has text."""
        return next((text for field in fields if (text := self.main[field])), "")

    def marks(self, role: str) -> tuple[str, ...]:
        """Tags or groups."""
        return tuple(row["tag"] for row in self.kept(role) if row["tag"])

    def moment(self, field: str) -> str:
        try:
            return japan_time(self.main[field])
        except UnreadableError as fault:
            heading = self.files.heading(field)
            self.say("futureshop_date_unreadable", None, self.main, self.key, heading=heading, read=fault.read[:_SHOWN])
            return ""

    def cells(self) -> Mapping[str, str]:
        found = {}
        if words := [word.strip() for word in _KEYWORD.split(self.main["keywords"]) if word.strip()]:
            found["search_terms"] = "\n".join(dict.fromkeys(words))
        try:
            limit = cart_values.whole(self.main["order_limit"])
        except UnreadableError:
            limit = None
            self._unknown("order_limit", holds=False)
        if limit and limit > 0:
            found["max_order_quantity"] = str(limit)
        return found

    def look_over(self) -> None:
        """Faults of the rows as rows, and what futureshop has that a listing has no room for."""
        for row in self.joined.all_rows:
            if row.surplus:
                self.say("row_shifted", None, row, self.key, read=row.surplus[:_SHOWN])
            if row.mended:
                self.say("characters_removed", None, row, self.key, severity=Severity.INFO)
        if rows := self.kept(OPTIONS):
            read = "、".join(dict.fromkeys(row["option"] for row in rows if row["option"]))[:_SHOWN]
            self.say("futureshop_options", None, rows[0], self.key, severity=Severity.INFO, read=read)

    # ------------------------------------------------------------ SKUs

    def only_variant(self, prices: _Prices) -> Variant:
        """The SKU of a product without variations."""
        main = self.main
        return self._variant(main, self.key, prices, code=main["number"], priced=main, told=main.has("stock"))

    def variant(self, sku: Sku, prices: _Prices) -> Variant:
        key = "/".join((self.key, *sku.branches)).rstrip("/")
        own = sku["number"] or self.main["number"]
        code = sku["code"] or (own + "".join(sku.branches) if own else "")
        priced = sku if sku["price"] else self.main
        if not priced["price"]:  # of a whole product the workbook shows it
            self.say("futureshop_price_missing", "cart_price", sku.row_of("price"), key)
        options = tuple(self._options(sku, key))
        return self._variant(sku, key, prices, options, code=code, priced=priced, told=self.stock_told)

    def _variant(
        self,
        cells: Cells,
        key: str,
        prices: _Prices,
        options: tuple[Option, ...] = (),
        *,
        code: str,
        priced: Cells,
        told: bool,
    ) -> Variant:
        """`priced`: where the price stands. `told`: there is a column that should tell the stock."""
        stock, managed = self._stock(cells, key, told)
        return Variant(
            key=key,
            sku=self._read(_SKU, code, cells, key) or "",
            price=self._read(_PRICE, priced["price"], priced, key),
            stock=stock,
            stock_managed=managed,
            barcode=self._read(_BARCODE, cells["barcode"], cells, key) or "",
            options=options,
            list_price=prices.list_price,
            includes_tax=prices.includes_tax,
            tax_rate_percent=prices.tax_rate_percent,
        )

    def _options(self, sku: Sku, key: str) -> Iterator[Option]:
        """横軸 first. An axis without name or a choice without text is named, so that no two SKUs look the same."""
        slot = 0
        for axis, branch in enumerate(sku.branches, 1):
            name, value = self.main[f"axis{axis}_name"], sku[f"value{axis}"]
            if not branch and not value:
                continue
            slot += 1
            if not name or not value:
                column = f"option{slot}_{'value' if name else 'name'}"
                self.say("futureshop_option_unnamed", column, sku.rows[0], key, read=value or branch)
            yield Option(name or _AXES[axis - 1], value or branch)

    def _stock(self, cells: Cells, key: str, told: bool) -> tuple[int | None, bool]:
        """Stock, and whether futureshop manages it. Managed but None: no file tells it."""
        if not self.managed:
            return None, False
        text = cells["stock"]
        if not text:
            if told:
                self.say("futureshop_stock_missing", "cart_stock", cells.row_of("stock"), key)
            return None, True
        stock = self._read(_STOCK, text, cells, key)
        if stock is not None and stock < 0:
            self.say("stock_negative", "cart_stock", cells.row_of("stock"), key, severity=Severity.INFO, read=text)
        return None if stock is None else max(stock, 0), True

    # ------------------------------------------------------------ small change

    def kept(self, role: str) -> list[Row]:
        """The rows of a role but those that the control column takes away, which are told."""
        kept = []
        for row in self.joined.rows(role):
            if is_deleted(row, self.files):
                self.say("futureshop_row_deleted", None, row, self.key, severity=Severity.INFO)
            else:
                kept.append(row)
        return kept

    def _meaning(self, field: str, *, holds: bool = False) -> str | None:
        """What a coded cell means, "" when it is blank or not there; an unknown spelling is told."""
        found = self.files.codes[field].meaning(self.main[field])
        if found is None:
            self._unknown(field, holds=holds)
        return found

    def _unknown(self, field: str, *, holds: bool) -> None:
        self.held |= holds
        code = "futureshop_code_holds" if holds else "futureshop_code_ignored"
        column = "cart_status" if holds else None
        heading, read = self.files.heading(field), self.main[field][:_SHOWN]
        self.say(code, column, self.main, self.key, heading=heading, read=read)

    def _read(self, reading: _Reading[_T], text: str, cells: Cells, key: str) -> _T | None:
        if not text:
            return None
        try:
            return reading.read(text)
        except UnreadableError as fault:
            self.say(reading.code, reading.column, cells.row_of(reading.field), key, read=fault.read[:_SHOWN])
            return None

    def say_row(self, code: str, row: Row, **params: object) -> None:
        """Something about a row of variations that could not become part of a SKU."""
        issue = Issue(Tab.PRODUCTS, self.key, None, code, Severity.WARNING, {**_place(row), **params})
        self.issues.append(issue)

    def say(
        self,
        code: str,
        column: str | None,
        row: Row,
        key: str,
        *,
        severity: Severity = Severity.WARNING,
        **params: object,
    ) -> None:
        tab = Tab.PRODUCTS if key == self.key else Tab.SKUS
        self.issues.append(Issue(tab, key, column, code, severity, {**_place(row), **params}, product_key=self.key))


def _place(row: Row) -> dict[str, object]:
    """Where a row stands. Texts speak of "line {line}", which says nothing without the file's name among several."""
    return {"file": row.file.name, "line": f"{row.file.name} {row.line}"}


def _updated(main: Row, skus: Iterable[Sku]) -> str:
    """最終更新日時 of the product, else the latest of its variations; as it stands where it is no date."""
    text = main["updated_at"] or max((row["updated_at"] for sku in skus for row in sku.rows), default="")
    try:
        return japan_time(plain(text))
    except UnreadableError:
        return text
