"""Writes products as the CSV files of a cart: the readers' opposite. The carts are in `cart_files*.py`."""

import csv
import io
import random
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from sheets_sync.products import Option, Product, Variant
from sheets_sync.states import CartStatus

Row = dict[str, str]
ACTIVE, DRAFT, ARCHIVED = CartStatus.ACTIVE, CartStatus.DRAFT, CartStatus.ARCHIVED


@dataclass(frozen=True)
class Cart:
    """A format and its files: headings by the file's stem, and the rows of one product by stem."""

    name: str
    headings: dict[str, list[str]]
    rows: Callable[[Product], dict[str, list[Row]]]
    held: Callable[[Product], Product]
    encoding: str = "utf-8"


def write_cart(cart: Cart, products: Sequence[Product], folder: Path, mixed: random.Random | None = None) -> Path:
    """Write the files and return a glob for all of them. `mixed`: rows of different products are interleaved."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [cart.rows(product) for product in products]
    for stem, headings in cart.headings.items():
        parts = [rows.get(stem, []) for rows in made]
        together = interleaved(parts, mixed) if mixed else [row for rows in parts for row in rows]
        (folder / f"{stem}.csv").write_bytes(csv_text(headings, together).encode(cart.encoding))
    return folder / "*.csv"


def interleaved(parts: Sequence[Sequence[Row]], mixed: random.Random) -> list[Row]:
    """Rows of several products in a random order in which each product's own rows keep theirs."""
    waiting = [list(rows) for rows in parts if rows]
    found = []
    while waiting:
        rows = mixed.choice(waiting)
        found.append(rows.pop(0))
        waiting = [rows for rows in waiting if rows]
    return found


def csv_text(headings: Sequence[str], rows: Iterable[Row]) -> str:
    """A file's text."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(headings)
    for row in rows:
        assert set(row) <= set(headings), set(row) - set(headings)
        writer.writerow([row.get(heading, "") for heading in headings])
    return text.getvalue()


def headings(names: str) -> list[str]:
    """Headings from one text: `a|b|c`."""
    return names.split("|")


def number(value: Decimal | int | None) -> str:
    return "" if value is None else str(value)


def two_states(status: CartStatus) -> CartStatus:
    return ACTIVE if status is ACTIVE else DRAFT


def each(product: Product, change: Callable[[Variant], Variant]) -> tuple[Variant, ...]:
    return tuple(change(variant) for variant in product.variants)


def renamed(options: Sequence[Option], *names: str) -> tuple[Option, ...]:
    return tuple(Option(name, option.value) for name, option in zip(names, options, strict=False))
