"""Tells what a file is by its first bytes or its headings, so that a wrong file is named and not half understood."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final

from sheets_sync.errors import UsageError
from sheets_sync.sources.headings import folded

SHOPIFY: Final = "shopify"

# First bytes → message code.
_SIGNATURES = (
    (b"PK\x03\x04", "source_is_excel"),
    (b"\xd0\xcf\x11\xe0", "source_is_excel"),
    (b"%PDF", "source_is_pdf"),
    (b"\x1f\x8b", "source_is_archive"),
)
_HTML = (b"<!doctype", b"<html", b"<head", b"<table", b"<?xml")


@dataclass(frozen=True, slots=True)
class FileKind:
    """A kind of CSV file: it has all headings of `needs`, one of `some` (if given) and none of `never`.

    `label` is the cart's name; `code` the message for a file that this cart makes but that holds no products.
    """

    name: str
    label: str
    needs: tuple[str, ...]
    some: tuple[str, ...] = ()
    never: tuple[str, ...] = ()
    code: str = "source_format_not_yet"

    def fits(self, names: Collection[str]) -> bool:
        """Whether a file with these folded headings is of this kind."""
        return (
            all(folded(heading) in names for heading in self.needs)
            and (not self.some or any(folded(heading) in names for heading in self.some))
            and not any(folded(heading) in names for heading in self.never)
        )


# The first that fits wins. Sources: the carts' manuals and exports (reference: cart CSV 2, Shopify 12).
_PRODUCT = ("Price", "Variant Price", "Description", "Body (HTML)", "Product image URL", "Image Src")
_KINDS = (
    FileKind("orders", "Shopify", ("Financial Status", "Lineitem name"), code="source_is_orders"),
    FileKind("customers", "Shopify", ("First Name", "Email"), never=("Title",), code="source_is_customers"),
    FileKind("inventory", "Shopify", ("Handle", "Title"), never=_PRODUCT, code="source_is_inventory"),
    FileKind("inventory", "Shopify", ("URL handle", "Title"), never=_PRODUCT, code="source_is_inventory"),
    FileKind("matrixify", "Matrixify", ("Handle", "Title"), some=("Command", "Top Row", "Variant Command")),
    FileKind(SHOPIFY, "Shopify", ("URL handle", "Title")),
    FileKind(SHOPIFY, "Shopify", ("Handle", "Title")),
    FileKind("woocommerce", "WooCommerce", ("Type", "SKU", "Name", "Regular price")),
    FileKind("rakuten", "楽天市場 (Rakuten)", ("商品管理番号（商品URL）",)),
    FileKind("eccube", "EC-CUBE", ("商品ID", "公開ステータス(ID)")),
    FileKind("base", "BASE", ("商品ID", "種類ID", "種類名")),
    FileKind("futureshop", "futureshop", ("商品URLコード",)),
    FileKind("makeshop", "MakeShop", ("システム商品コード",)),
    FileKind("yahoo", "Yahoo!ショッピング (Yahoo! Shopping)", ("name", "code", "caption")),
    FileKind("next_engine", "ネクストエンジン (Next Engine)", ("syohin_code",)),
)
READABLE: Final = (SHOPIFY,)


def refuse_other_bytes(head: bytes, file: str) -> None:
    """Raises UsageError when the file's first bytes say that it is no CSV file at all."""
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            raise UsageError(code, file=file)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_HTML):
        raise UsageError("source_is_html", file=file)


def kind_of(heading: Sequence[str], file: str) -> str:
    """Name of the readable kind (one of `READABLE`) that a heading row tells.

    Raises UsageError that says what the file is instead, and names the first headings when that is unknown.
    """
    names = {folded(name) for name in heading}
    kind = next((kind for kind in _KINDS if kind.fits(names)), None)
    if kind is None:
        found = "、".join(name.strip()[:30] for name in heading[:6] if name.strip())
        raise UsageError("source_no_products", file=file, read=found)
    if kind.name not in READABLE:
        raise UsageError(kind.code, file=file, kind=kind.label)
    return kind.name
