"""Writes products as Shopify's product CSV, in either generation of headings and any dialect: the reader's opposite."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from sheets_sync.products import Product, Variant
from sheets_sync.states import CartStatus

CURRENT = {
    "title": "Title",
    "handle": "URL handle",
    "description": "Description",
    "vendor": "Vendor",
    "type": "Type",
    "tags": "Tags",
    "published": "Published on online store",
    "status": "Status",
    "sku": "SKU",
    "barcode": "Barcode",
    "option1_name": "Option1 name",
    "option1_value": "Option1 value",
    "option2_name": "Option2 name",
    "option2_value": "Option2 value",
    "option3_name": "Option3 name",
    "option3_value": "Option3 value",
    "price": "Price",
    "tracker": "Inventory tracker",
    "stock": "Inventory quantity",
    "policy": "Continue selling when out of stock",
    "weight": "Weight value (grams)",
    "image": "Product image URL",
    "position": "Image position",
    "variant_image": "Variant image URL",
    "gift_card": "Gift card",
    "market_price": "Price / 日本",
}
OLDER = {
    **CURRENT,
    "handle": "Handle",
    "description": "Body (HTML)",
    "published": "Published",
    "sku": "Variant SKU",
    "barcode": "Variant Barcode",
    "price": "Variant Price",
    "tracker": "Variant Inventory Tracker",
    "stock": "Variant Inventory Qty",
    "policy": "Variant Inventory Policy",
    "weight": "Variant Grams",
    "image": "Image Src",
    "variant_image": "Variant Image",
    "gift_card": "Gift Card",
    "option1_name": "Option1 Name",
    "option1_value": "Option1 Value",
    "market_price": "Price / International",
}
MIXED = {
    **OLDER,
    "price": "Price",
    "sku": "SKU",
    "image": "Product image URL",
    "handle": "ｈａｎｄｌｅ",
    "title": "*Title",
}

Row = dict[str, str]


@dataclass(frozen=True)
class Dialect:
    """How a file is written."""

    headings: Mapping[str, str]
    delimiter: str = ","
    encoding: str = "utf-8"
    line_end: str = "\r\n"
    quote_all: bool = False
    handle_on_first_row_only: bool = False
    images_on_own_rows: bool = False


def product_rows(product: Product, dialect: Dialect) -> list[Row]:
    """The rows of one product by field."""
    rows = [_variant_row(product, variant) for variant in product.variants]
    for position, image in enumerate(product.images, start=1):
        if dialect.images_on_own_rows or position > len(rows):
            rows.append({"handle": product.key})
        row = rows[-1] if dialect.images_on_own_rows else rows[position - 1]
        row |= {"image": image, "position": str(position)}
    rows[0] |= {
        "title": product.title,
        "description": product.description,
        "vendor": product.brand,
        "type": product.product_type,
        "tags": ", ".join(product.tags),
        "published": "TRUE" if product.status is CartStatus.ACTIVE else "FALSE",
        "status": product.status.value.capitalize(),
        "gift_card": "FALSE",
        "market_price": "999999",
    }
    if dialect.handle_on_first_row_only:
        for row in rows[1:]:
            del row["handle"]
    return rows


def _variant_row(product: Product, variant: Variant) -> Row:
    row = {
        "handle": product.key,
        "sku": variant.sku,
        "barcode": variant.barcode,
        "price": "" if variant.price is None else f"{variant.price}",
        "tracker": "shopify" if variant.stock_managed else "",
        "stock": "" if variant.stock is None else str(variant.stock),
        "policy": "DENY",
        "weight": "" if product.weight_g is None else str(product.weight_g),
        "variant_image": variant.image,
    }
    first = variant is product.variants[0]
    for slot, option in enumerate(variant.options, start=1):
        row |= {f"option{slot}_value": option.value, f"option{slot}_name": option.name if first else ""}
    if not product.has_variants:
        row |= {"option1_name": "Title", "option1_value": "Default Title"}
    return row


def csv_text(rows: Iterable[Row], dialect: Dialect, columns: Sequence[str] | None = None) -> str:
    """A file's text with its heading; `columns` are the fields that it has, all of them by default."""
    kept = columns or list(dialect.headings)
    text = io.StringIO(newline="")
    # csv.writer leaves "\n" bare when rows end with "\r", which nobody could read back
    quoting: Literal[0, 1] = csv.QUOTE_ALL if dialect.quote_all or dialect.line_end == "\r" else csv.QUOTE_MINIMAL
    writer = csv.writer(text, delimiter=dialect.delimiter, lineterminator=dialect.line_end, quoting=quoting)
    writer.writerow([dialect.headings[field] for field in kept])
    writer.writerows([row.get(field, "") for field in kept] for row in rows)
    return text.getvalue()


def write_products(products: Iterable[Product], path: Path, dialect: Dialect = Dialect(CURRENT)) -> Path:
    """Write a whole catalogue and return its path."""
    rows = [row for product in products for row in product_rows(product, dialect)]
    path.write_bytes(csv_text(rows, dialect).encode(dialect.encoding))
    return path


def write_rows(path: Path, *rows: Row, columns: Sequence[str] | None = None) -> Path:
    """Write single rows in the current generation of headings, UTF-8, and return the path."""
    path.write_bytes(csv_text(rows, Dialect(CURRENT), columns).encode())
    return path
