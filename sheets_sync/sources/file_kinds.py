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
    code: str = ""

    def fits(self, names: Collection[str]) -> bool:
        """Whether a file with these folded headings is of this kind."""
        return (
            all(folded(heading) in names for heading in self.needs)
            and (not self.some or any(folded(heading) in names for heading in self.some))
            and not any(folded(heading) in names for heading in self.never)
        )


# Files of carts that hold no products, or that another kind of cart reads; the first that fits counts. Sources: the
# carts' manuals and exports (reference: cart CSV 2, Shopify 12).
_PRODUCT = ("Price", "Variant Price", "Description", "Body (HTML)", "Body HTML", "Product image URL", "Image Src")
_OTHERS = (
    FileKind("orders", "Shopify", ("Financial Status", "Lineitem name"), code="source_is_orders"),
    FileKind("orders", "Shopify", ("Name", "Email", "Lineitem name"), code="source_is_orders"),
    FileKind("orders", "EC-CUBE", ("注文ID", "注文番号"), code="source_is_orders"),
    FileKind("orders", "カート (cart)", ("注文番号",), ("注文日", "注文日時", "受注日"), code="source_is_orders"),
    FileKind("orders", "カート (cart)", ("受注番号",), ("受注日", "受注日時", "購入者名"), code="source_is_orders"),
    FileKind("orders", "カート (cart)", ("OrderId",), ("OrderTime", "LineId", "ItemId"), code="source_is_orders"),
    FileKind("orders", "WooCommerce", ("Order ID",), ("Order Date", "Order Total"), code="source_is_orders"),
    FileKind("customers", "Shopify", ("First Name", "Email"), never=("Title",), code="source_is_customers"),
    FileKind("customers", "カート (cart)", ("会員ID",), ("メールアドレス", "電話番号"), code="source_is_customers"),
    FileKind("customers", "EC-CUBE", ("会員ID", "お名前(姓)"), code="source_is_customers"),
    FileKind("inventory", "Shopify", ("Handle", "Title"), never=(*_PRODUCT, "Command"), code="source_is_inventory"),
    FileKind("inventory", "Shopify", ("URL handle", "Title"), never=_PRODUCT, code="source_is_inventory"),
    FileKind("futureshop", "futureshop", ("商品URLコード",), code="source_is_futureshop"),
)
_SHOPIFY = (
    FileKind(SHOPIFY, "Shopify", ("URL handle", "Title"), never=("Command", "Top Row", "Variant Command")),
    FileKind(SHOPIFY, "Shopify", ("Handle", "Title"), never=("Command", "Top Row", "Variant Command")),
)


def refuse_other_bytes(head: bytes, file: str) -> None:
    """Raises UsageError when the file's first bytes say that it is no CSV file at all."""
    for signature, code in _SIGNATURES:
        if head.startswith(signature):
            raise UsageError(code, file=file)
    if head.removeprefix(b"\xef\xbb\xbf").lstrip().lower().startswith(_HTML):
        raise UsageError("source_is_html", file=file)


def refuse_other_contents(heading: Sequence[str], file: str) -> None:
    """Raises UsageError when the headings are those of a file that holds no products, and says what it is."""
    names = {folded(name) for name in heading}
    for kind in _OTHERS:
        if kind.fits(names):
            raise UsageError(kind.code, file=file, kind=kind.label)


def kind_of(heading: Sequence[str], file: str) -> str:
    """`SHOPIFY` for a heading row of its product CSV.

    Raises UsageError that says what the file is instead, and names the first headings when that is unknown.
    """
    refuse_other_contents(heading, file)
    names = {folded(name) for name in heading}
    if any(kind.fits(names) for kind in _SHOPIFY):
        return SHOPIFY
    raise UsageError("source_no_products", file=file, read=first_headings(heading))


def first_headings(heading: Sequence[str]) -> str:
    """The first few headings, for a person."""
    return "、".join(name.strip()[:30] for name in heading[:6] if name.strip())
