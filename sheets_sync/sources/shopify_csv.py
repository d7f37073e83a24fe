"""Shopify's product CSV as a `Source`: a file, or several that one export was split into.

Rows of a product normally stand together. Where they do not (a file sorted by SKU, a product pasted twice), they are
brought together before the product is yielded, so a product is never half: a half one would look as if variants were
gone from the cart. That takes a first look over the file; memory holds one product, the keys, and what is torn apart.
Where the last reading is known and most of the file is as it was then, that one look is all: see `_Look`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain, groupby
from pathlib import Path

from msgspec.structs import replace

from sheets_sync.errors import Unavailable
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language, text
from sheets_sync.ports import NOTHING_KNOWN, Known
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.sources import encoding as text_encoding
from sheets_sync.sources.cart_values import is_mangled
from sheets_sync.sources.csv_table import CsvTable, Record, open_tables
from sheets_sync.sources.record_prints import records_print
from sheets_sync.sources.shopify_product import make_product
from sheets_sync.sources.shopify_rows import FIELDS, Part, Run, ShopifyRows, ShopifyTable, first, runs

_SHOWN = 60
_WANTED = {"description": "description", "sku": "sku", "price": "price", "stock": "stock", "image": "pictures"}
"""Fields without which something is missing from every product, and what they are called to a person."""
_MOST_HELD = 20_000
"""So many records are held at a time; where more of them changed, the file is read as if nothing were known."""


class ShopifyCsv:
    """The products of one or several CSV files. A record is a row with any text in it.

    Each record is in a product (`Product.records`) or in a `Skipped`: notes below the table, rows that belong to no
    product, products without a handle. All faults of a file's structure are raised before the first product.
    """

    def __init__(self, path: str | Path, encoding: str = text_encoding.AUTO, language: Language = "ja") -> None:
        """`path` is a file or a glob; `encoding` "auto" or a codec's name; `language` that of `Skipped.where`."""
        self._path = str(path)
        self._encoding = encoding
        self._language = language
        self._records = 0

    def tables(self) -> list[CsvTable]:
        """The files in natural order of their names, with the encoding and delimiter that fit them.

        Raises UsageError (missing, no CSV, unreadable encoding), Unavailable (cannot be opened).
        """
        return open_tables(self._path, self._encoding)

    def products(self, known: Known = NOTHING_KNOWN) -> Iterator[Product | Unchanged | Skipped]:
        """All products in the order of the file; a torn one stands where its last row does.

        Raises UsageError (not Shopify's product CSV, broken quotes, encoding), Unavailable.
        """
        tables = [ShopifyTable(table) for table in self.tables()]
        try:
            yield from self._products(tables, known.fingerprints)
        except (OSError, UnicodeError) as fault:
            raise Unavailable("source_unreadable", file=self._path, reason=str(fault)) from fault

    def records(self) -> int:
        """Records that the last complete `products()` read."""
        return self._records

    def mark(self) -> str:
        """Files keep no mark."""
        return ""

    def _products(
        self, tables: Sequence[ShopifyTable], fingerprints: Mapping[str, str]
    ) -> Iterator[Product | Unchanged | Skipped]:
        look = _Look(fingerprints)
        found: Iterable[Run | Unchanged]
        torn: Mapping[str, int] = {}
        if fingerprints and look.over(tables):
            found = look.runs()
        else:
            torn = {} if _in_order(tables) else _torn(tables)
            found = _runs(tables)
        held: dict[str, list[Run]] = {}
        taken: set[str] = set()
        records = 0
        for run in found:
            if isinstance(run, Unchanged):
                records += run.records
                taken.add(run.key)
                yield run
                continue
            records += run.rows + len(run.notes)
            if not run.handle or is_mangled(run.handle):
                yield from self._nameless(run)
            else:
                parts = held.setdefault(run.handle, [])
                parts.append(run)
                if len(parts) == torn.get(run.handle, 1):
                    yield self._unique(_joined(held.pop(run.handle)), parts[0], taken)
            for note in run.notes:
                yield self._skipped("source_note_row", note, read=first(note[1].cells)[:_SHOWN])
        if records and (read := self._lacking(tables)):
            yield Skipped("Shopify", "columns_missing", {"read": read}, 0)
        self._records = records

    def _lacking(self, tables: Sequence[ShopifyTable]) -> str:
        """Columns that no file has, with the headings looked for, for a person; "" for none."""
        absent = [field for field in _WANTED if not any(table.has(field) for table in tables)]
        named = ((text(f"maps_{_WANTED[field]}", self._language), "・".join(FIELDS[field])) for field in absent)
        return "、".join(f"{name}（{headings}）" for name, headings in named)

    def _unique(self, product: Product, run: Run, taken: set[str]) -> Product | Skipped:
        """The product, unless one of its keys is taken: handle "a/b" against variant "b" of "a"."""
        keys = {variant.key for variant in product.variants} | {product.key}
        if doubled := min(keys & taken, default=""):
            return self._skipped("source_key_taken", run.first, product.records, read=doubled)
        taken |= keys
        return product

    def _nameless(self, run: Run) -> Iterator[Skipped]:
        if run.parts:
            table, record = run.first
            title = table.text(record, "title")
            code = "source_handle_missing" if title else "source_row_without_product"
            if run.handle:
                code, title = "source_handle_mangled", run.handle
            yield self._skipped(code, run.first, run.rows, read=(title or first(record.cells))[:_SHOWN])

    def _skipped(self, code: str, place: tuple[ShopifyTable, Record], lines: int = 1, **params: object) -> Skipped:
        table, record = place
        where = text("source_place", self._language, file=table.file, line=record.line)
        return Skipped(where, code, params, lines)


class _Look:
    """One look over files whose last reading is known: keeps the records that changed, and of the others that they are
    there. It serves files in which every record names its product and no product's records stand apart.
    """

    def __init__(self, fingerprints: Mapping[str, str]) -> None:
        self._fingerprints = fingerprints
        self._found: list[Unchanged | list[Part]] = []

    def over(self, tables: Iterable[ShopifyTable]) -> bool:
        """Whether the files are such, and few enough of their records changed."""
        seen: set[str] = set()
        last, held = "", 0
        together: list[Part] = []
        for table in tables:
            part = Part(table, [])
            for record in table.records():
                handle = table.handle(record)
                if handle != last:
                    held += self._keep(last, together)
                    # With a slash in a handle, keys of variants and of products may be the same: no short way then.
                    if handle in seen or not handle or "/" in handle or held > _MOST_HELD:
                        return False
                    seen.add(handle)
                    last, together, part = handle, [], Part(table, [])
                elif not handle:
                    return False
                if not part.records:
                    together.append(part)
                part.records.append(record)
        return held + self._keep(last, together) <= _MOST_HELD

    def runs(self) -> Iterator[Run | Unchanged]:
        """What was found, in the order of the files."""
        for found in self._found:
            if isinstance(found, Unchanged):
                yield found
            else:
                yield from runs(found)

    def _keep(self, handle: str, parts: list[Part]) -> int:
        """Note what became of a product's records; how many are held."""
        count = sum(len(part.records) for part in parts)
        if not count:
            return 0
        known = self._fingerprints.get(handle)
        if known and known == _print(parts):
            self._found.append(Unchanged(handle, count))
            return 0
        self._found.append(parts)
        return count


def _in_order(tables: Iterable[ShopifyTable]) -> bool:
    """Whether every record names its product and no product's records stand apart: so it is in nearly all files."""
    handles = [handle for handle, _ in groupby(chain.from_iterable(table.handles() for table in tables))]
    return "" not in handles and len(set(handles)) == len(handles)


def _torn(tables: Iterable[ShopifyTable]) -> dict[str, int]:
    """Of how many runs a product's rows consist, where it is more than one."""
    counted = Counter(run.handle for run in _runs(tables))
    return {handle: n for handle, n in counted.items() if handle and n > 1}


def _runs(tables: Iterable[ShopifyTable]) -> Iterator[Run]:
    return runs((table, table.records()) for table in tables)


def _joined(found: Sequence[Run]) -> Product:
    parts = [part for run in found for part in run.parts]
    product = make_product(found[0].handle, ShopifyRows(parts), _print(parts))
    if len(found) == 1:
        return product
    lines = ", ".join(str(run.first[1].line) for run in found)
    apart = Issue(
        Tab.PRODUCTS, product.key, None, "rows_apart", Severity.INFO, {"file": parts[0].table.file, "lines": lines},
        product_key=product.key,
    )  # fmt: skip
    return replace(product, issues=(*product.issues, apart))


def _print(parts: Iterable[Part]) -> str:
    return records_print([(table.layout, [record.cells for record in records]) for table, records in parts])
