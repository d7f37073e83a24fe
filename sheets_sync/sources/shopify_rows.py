"""Rows of Shopify's product CSV by field, whichever generation of headings they came with.

Source of the names: Shopify Help Center, "Using CSV files to import and export products" (reference: Shopify 12).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from typing import Final, NamedTuple

from sheets_sync.sources.csv_table import CsvTable, Record
from sheets_sync.sources.file_kinds import kind_of
from sheets_sync.sources.headings import match
from sheets_sync.sources.record_prints import layout_print
from sheets_sync.template import IMAGE_SLOTS

FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    "handle": ("URL handle", "Handle"),
    "title": ("Title",),
    "description": ("Description", "Body (HTML)"),
    "vendor": ("Vendor",),
    "product_type": ("Type",),
    "tags": ("Tags",),
    "published": ("Published on online store", "Published"),
    "status": ("Status",),
    "gift_card": ("Gift card",),
    "option1_name": ("Option1 name",),
    "option1_value": ("Option1 value",),
    "option2_name": ("Option2 name",),
    "option2_value": ("Option2 value",),
    "option3_name": ("Option3 name",),
    "option3_value": ("Option3 value",),
    "sku": ("SKU", "Variant SKU"),
    "barcode": ("Barcode", "Variant Barcode"),
    "price": ("Price", "Variant Price"),
    "list_price": ("Compare-at price", "Variant Compare At Price"),
    "tracker": ("Inventory tracker", "Variant Inventory Tracker"),
    "stock": ("Inventory quantity", "Variant Inventory Qty"),
    "policy": ("Continue selling when out of stock", "Variant Inventory Policy"),
    "weight": ("Weight value (grams)", "Variant Grams"),
    "image": ("Product image URL", "Image Src"),
    "position": ("Image position",),
    "variant_image": ("Variant image URL", "Variant Image"),
}
_OF_A_VARIANT: Final = ("price", "sku", "option1_value", "option2_value", "option3_value", "barcode")
_OF_A_PRODUCT: Final = (*_OF_A_VARIANT, "image", "variant_image", "vendor", "description")
_MOSTLY: Final = ("price", "image")
"""Nearly every row of a product says one of these."""
_FILLED: Final[Mapping[str, tuple[str, ...]]] = {
    "description": ("description",),
    "barcode": ("barcode",),
    "weight": ("package_weight_g",),
    "image": tuple(f"image_{slot}" for slot in range(1, IMAGE_SLOTS + 1)),
    "variant_image": ("sku_image",),
}
"""Columns of ours by the field that fills them, for what people cut out of such files."""


class ShopifyTable:
    """One CSV file of products: what stands where, and which of its records go together."""

    def __init__(self, table: CsvTable) -> None:
        """Raises UsageError when the headings are not those of Shopify's product CSV."""
        kind_of(table.heading, table.path.name)
        self.file = table.path.name
        self.csv = table
        self.columns = match(table.heading, FIELDS)
        self.width = len(table.heading)
        self.layout = layout_print(table.heading, table.encoding)
        self.untold = frozenset(column for field, ours in _FILLED.items() if not self.has(field) for column in ours)
        self._handle = self.columns.at["handle"]
        self._pick = itemgetter(*(self.columns.at.get(field, self.width) for field in FIELDS))
        self._mostly = [self.columns.at[field] for field in _MOSTLY if self.has(field)]

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field. A missing column is not the same as an empty cell."""
        return field in self.columns.at

    def handles(self) -> Iterator[str]:
        """Each record's handle, "" where it has none. Raises UsageError for a broken quote."""
        return map(str.strip, self.csv.column(self._handle))

    def records(self) -> Iterator[Record]:
        """The file's records in order. Raises UsageError for a broken quote."""
        return self.csv.records()

    def handle(self, record: Record) -> str:
        """What product a record names, "" where it names none."""
        cells = record.cells
        return cells[self._handle].strip() if self._handle < len(cells) else ""

    def text(self, record: Record, field: str) -> str:
        """What a record says of a field, "" where the file has no such column."""
        at = self.columns.at.get(field, self.width)
        return record.cells[at].strip() if at < min(self.width, len(record.cells)) else ""

    def is_note(self, record: Record) -> bool:
        """Whether a record says nothing of a product: an explanation below the table, a stray cell."""
        if self.text(record, "handle") and self.text(record, "title"):
            return False
        return not any(self.text(record, field) for field in _OF_A_PRODUCT)

    def surely_speaks(self, record: Record) -> bool:
        """Whether a record is no note, by one look: False leaves it open."""
        cells = record.cells
        return len(cells) == self.width and bool("".join([cells[at] for at in self._mostly]).strip())

    def turned(self, records: Iterable[Record]) -> tuple[Sequence[str], ...]:
        """What the records say field by field, as written; "" of a field that the file does not have."""
        rows = [record.cells for record in records]
        if {*map(len, rows)} != {self.width}:
            rows = [cells[: self.width] + [""] * (self.width - len(cells)) for cells in rows]
        columns: tuple[Sequence[str], ...] = self._pick([*zip(*rows, strict=True), ("",) * len(rows)])
        return columns

    def surplus(self, record: Record) -> str:
        """First text beyond the last heading, "" normally: otherwise the record's cells are probably shifted."""
        return first(record.cells[self.width :])


class Part(NamedTuple):
    """Records of one file that stand together."""

    table: ShopifyTable
    records: list[Record]


class ShopifyRows:
    """The rows of one product, turned: so that many of them cost little more than one.

    `columns`: what each row says of a field, as written, "" where its file has no such column. `records`: the rows as
    they stand in their files.
    """

    def __init__(self, parts: Sequence[Part]) -> None:
        self.parts = parts
        self.records = [(table, record) for table, records in parts for record in records]
        turned = [table.turned(records) for table, records in parts]
        columns = turned[0] if len(turned) == 1 else [tuple(chain(*each)) for each in zip(*turned, strict=True)]
        self.columns: Mapping[str, Sequence[str]] = dict(zip(FIELDS, columns, strict=True))

    def first(self, field: str) -> str:
        """The first text that a row says of a field, without surrounding blanks."""
        column = self.columns[field]
        return column[0].strip() or first(column)

    def cell(self, row: int, field: str) -> str:
        """What the n-th row, from 0, says of a field, without surrounding blanks."""
        return self.columns[field][row].strip()

    def variants(self) -> list[int]:
        """The rows that are choices to buy. A row may be that and a picture at once."""
        told = zip(*map(self.columns.__getitem__, _OF_A_VARIANT), strict=True)
        return [row for row, texts in enumerate(told) if any(texts) and any(map(str.strip, texts))]


@dataclass(slots=True)
class Run:
    """Records that stand together and speak of one product. `handle` is "" when none of them names it."""

    handle: str
    parts: list[Part] = field(default_factory=list)
    notes: list[tuple[ShopifyTable, Record]] = field(default_factory=list)

    @property
    def rows(self) -> int:
        """How many records, without the notes."""
        return sum(len(part.records) for part in self.parts)

    @property
    def first(self) -> tuple[ShopifyTable, Record]:
        """The first of them."""
        return self.parts[0].table, self.parts[0].records[0]


def runs(found: Iterable[tuple[ShopifyTable, Iterable[Record]]]) -> Iterator[Run]:
    """Bring together what stands together. A record goes on with the one before when it has the same handle, or none:
    some tools name it on the first row only.
    """
    run = Run("")
    for table, records in found:
        part = Part(table, [])
        for record in records:
            handle = table.handle(record)
            if not table.surely_speaks(record) and table.is_note(record):
                run.notes.append((table, record))
                continue
            goes_on = handle == run.handle if handle else bool(part.records) and not table.text(record, "title")
            if not goes_on:
                yield run
                run, part = Run(handle), Part(table, [])
            if not part.records:
                run.parts.append(part)
            part.records.append(record)
    yield run


def first(texts: Iterable[str]) -> str:
    """The first of several cells that has text, without surrounding blanks, "" for none."""
    return next(filter(None, map(str.strip, texts)), "")
