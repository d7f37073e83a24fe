"""One row of Shopify's product CSV by field, whichever generation of headings it came with.

Source of the names: Shopify Help Center, "Using CSV files to import and export products" (reference: Shopify 12).
"""

from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Any, Final, NamedTuple

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
_DESCRIPTION: Final = tuple(FIELDS).index("description")
_FILLED: Final[Mapping[str, tuple[str, ...]]] = {
    "description": ("description",),
    "barcode": ("barcode",),
    "weight": ("package_weight_g",),
    "image": tuple(f"image_{slot}" for slot in range(1, IMAGE_SLOTS + 1)),
    "variant_image": ("sku_image",),
}
"""Columns of ours by the field that fills them, for what people cut out of such files."""


class ShopifyRow(NamedTuple):
    """A row's cells by field, without surrounding blanks (the description as it is), "" where there is no such column.

    The last four: its table, the 1-based line where it begins, all of its cells, whether NULs were removed.
    """

    handle: str
    title: str
    description: str
    vendor: str
    product_type: str
    tags: str
    published: str
    status: str
    gift_card: str
    option1_name: str
    option1_value: str
    option2_name: str
    option2_value: str
    option3_name: str
    option3_value: str
    sku: str
    barcode: str
    price: str
    list_price: str
    tracker: str
    stock: str
    policy: str
    weight: str
    image: str
    position: str
    variant_image: str
    table: "ShopifyTable"
    line: int
    cells: list[str]
    mended: bool

    @property
    def names(self) -> tuple[str, str, str]:
        """Names of the options; normally only on a product's first row."""
        return self.option1_name, self.option2_name, self.option3_name

    @property
    def values(self) -> tuple[str, str, str]:
        """The choices of this row's variant."""
        return self.option1_value, self.option2_value, self.option3_value

    @property
    def is_variant(self) -> bool:
        """Whether the row is a choice to buy. A row may be that and a picture at once."""
        return bool(
            self.price or self.sku or self.option1_value or self.option2_value or self.option3_value or self.barcode
        )

    @property
    def is_note(self) -> bool:
        """Whether the row says nothing of a product: an explanation below the table, a stray cell."""
        if self.handle and self.title:
            return False
        return not (self.is_variant or self.image or self.variant_image or self.vendor or self.description.strip())

    @property
    def surplus(self) -> str:
        """First text beyond the last heading, "" normally: otherwise the row's cells are probably shifted."""
        if len(self.cells) <= self.table.width:
            return ""
        return next((cell.strip() for cell in self.cells[self.table.width :] if cell.strip()), "")

    @property
    def text(self) -> str:
        """First text of the row, to show a person which row is meant."""
        return next((cell.strip() for cell in self.cells if cell.strip()), "")


class ShopifyTable:
    """One CSV file of products: turns its records into rows."""

    def __init__(self, table: CsvTable) -> None:
        """Raises UsageError when the headings are not those of Shopify's product CSV."""
        kind_of(table.heading, table.path.name)
        self.file = table.path.name
        self.csv = table
        self.columns = match(table.heading, FIELDS)
        self.width = len(table.heading)
        self.layout = layout_print(table.heading, table.encoding)
        self.untold = frozenset(column for field, ours in _FILLED.items() if not self.has(field) for column in ours)
        self._pick = itemgetter(*(self.columns.at.get(field, self.width) for field in FIELDS))

    def has(self, field: str) -> bool:
        """Whether the file has a column for the field. A missing column is not the same as an empty cell."""
        return field in self.columns.at

    def handles(self) -> Iterator[str]:
        """Each record's handle, "" where it has none. Raises UsageError for a broken quote."""
        return map(str.strip, self.csv.column(self.columns.at.get("handle", self.width)))

    def records(self) -> Iterator[tuple[str, Record]]:
        """Each record with its handle, "" where it has none. Raises UsageError for a broken quote."""
        at = self.columns.at.get("handle", self.width)
        for record in self.csv.records():
            yield record.cells[at].strip() if at < len(record.cells) else "", record

    def rows(self) -> Iterator[ShopifyRow]:
        """The file's rows in order. Raises UsageError for a broken quote."""
        return map(self.row, self.csv.records())

    def row(self, record: Record) -> ShopifyRow:
        """A record by field."""
        line, read, mended = record
        cells = read if len(read) == self.width else read[: self.width] + [""] * (self.width - len(read))
        picked = self._pick([*cells, ""])
        values: list[Any] = list(map(str.strip, picked))
        values[_DESCRIPTION] = picked[_DESCRIPTION]
        values += self, line, read, mended
        return ShopifyRow._make(values)
