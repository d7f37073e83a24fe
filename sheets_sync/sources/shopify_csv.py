"""Shopify's product CSV as a `Source`: a file, or several that one export was split into.

Rows of a product normally stand together. Where they do not (a file sorted by SKU, a product pasted twice), they are
brought together before the product is yielded, so a product is never half: a half one would look as if variants were
gone from the cart. That takes a first look over the file; memory holds one product, the keys, and what is torn apart.
Where the last reading is known and most of the file is as it was then, that one look is all: see `_Look`.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, groupby
from pathlib import Path

from sheets_sync.errors import Unavailable
from sheets_sync.issue import Issue, Severity, Tab
from sheets_sync.messages import Language, text
from sheets_sync.ports import NOTHING_KNOWN, Known
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.sources import encoding as text_encoding
from sheets_sync.sources.csv_table import CsvTable, Record, open_tables
from sheets_sync.sources.record_prints import records_print
from sheets_sync.sources.shopify_product import make_product
from sheets_sync.sources.shopify_rows import ShopifyRow, ShopifyTable

_SHOWN = 60
_MOST_HELD = 20_000
"""So many records are held at a time; where more of them changed, the file is read as if nothing were known."""


@dataclass(slots=True)
class _Run:
    """Rows that stand together and speak of one product. `handle` is "" when none of them names it."""

    handle: str
    rows: list[ShopifyRow] = field(default_factory=list)
    notes: list[ShopifyRow] = field(default_factory=list)

    def takes(self, row: ShopifyRow) -> bool:
        """Whether a row goes on with this run: same handle, or none (some tools name it on the first row only)."""
        if row.handle:
            return row.handle == self.handle
        return not row.title and bool(self.rows) and row.table is self.rows[-1].table


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
        runs: Iterable[_Run | Unchanged]
        torn: Mapping[str, int] = {}
        if fingerprints and look.over(tables):
            runs = look.runs()
        else:
            torn = {} if _in_order(tables) else _torn(tables)
            runs = _runs(_rows(tables))
        held: dict[str, list[_Run]] = {}
        taken: set[str] = set()
        records = 0
        for run in runs:
            if isinstance(run, Unchanged):
                records += run.records
                taken.add(run.key)
                yield run
                continue
            records += len(run.rows) + len(run.notes)
            if not run.handle:
                yield from self._nameless(run.rows)
            else:
                parts = held.setdefault(run.handle, [])
                parts.append(run)
                if len(parts) == torn.get(run.handle, 1):
                    yield self._unique(_joined(held.pop(run.handle)), parts[0].rows[0], taken)
            for note in run.notes:
                yield self._skipped("source_note_row", note, read=note.text[:_SHOWN])
        self._records = records

    def _unique(self, product: Product, first: ShopifyRow, taken: set[str]) -> Product | Skipped:
        """The product, unless one of its keys is taken: handle "a/b" against variant "b" of "a"."""
        keys = {variant.key for variant in product.variants} | {product.key}
        if doubled := min(keys & taken, default=""):
            return self._skipped("source_key_taken", first, product.records, read=doubled)
        taken |= keys
        return product

    def _nameless(self, rows: Sequence[ShopifyRow]) -> Iterator[Skipped]:
        if rows:
            code = "source_handle_missing" if rows[0].title else "source_row_without_product"
            yield self._skipped(code, rows[0], len(rows), read=(rows[0].title or rows[0].text)[:_SHOWN])

    def _skipped(self, code: str, row: ShopifyRow, lines: int = 1, **params: object) -> Skipped:
        where = text("source_place", self._language, file=row.table.file, line=row.line)
        return Skipped(where, code, params, lines)


class _Look:
    """One look over files whose last reading is known: keeps the records that changed, and of the others that they are
    there. It serves files in which every record names its product and no product's records stand apart.
    """

    def __init__(self, fingerprints: Mapping[str, str]) -> None:
        self._fingerprints = fingerprints
        self._found: list[Unchanged | list[tuple[ShopifyTable, Record]]] = []

    def over(self, tables: Iterable[ShopifyTable]) -> bool:
        """Whether the files are such, and few enough of their records changed."""
        seen: set[str] = set()
        last, held = "", 0
        together: list[tuple[ShopifyTable, Record]] = []
        for table in tables:
            for handle, record in table.records():
                if handle != last:
                    held += self._keep(last, together)
                    # With a slash in a handle, keys of variants and of products may be the same: no short way then.
                    if handle in seen or not handle or "/" in handle or held > _MOST_HELD:
                        return False
                    seen.add(handle)
                    last, together = handle, []
                elif not handle:
                    return False
                together.append((table, record))
        return held + self._keep(last, together) <= _MOST_HELD

    def runs(self) -> Iterator["_Run | Unchanged"]:
        """What was found, in the order of the files."""
        for found in self._found:
            if isinstance(found, Unchanged):
                yield found
            else:
                yield from _runs(table.row(record) for table, record in found)

    def _keep(self, handle: str, records: list[tuple[ShopifyTable, Record]]) -> int:
        """Note what became of a product's records; how many are held."""
        if not records:
            return 0
        known = self._fingerprints.get(handle)
        if known and known == records_print([(table.layout, record.cells) for table, record in records]):
            self._found.append(Unchanged(handle, len(records)))
            return 0
        self._found.append(records)
        return len(records)


def _in_order(tables: Iterable[ShopifyTable]) -> bool:
    """Whether every record names its product and no product's records stand apart: so it is in nearly all files."""
    handles = [handle for handle, _ in groupby(chain.from_iterable(table.handles() for table in tables))]
    return "" not in handles and len(set(handles)) == len(handles)


def _torn(tables: Iterable[ShopifyTable]) -> dict[str, int]:
    """Of how many runs a product's rows consist, where it is more than one."""
    runs = Counter(run.handle for run in _runs(_rows(tables)))
    return {handle: n for handle, n in runs.items() if handle and n > 1}


def _rows(tables: Iterable[ShopifyTable]) -> Iterator[ShopifyRow]:
    return chain.from_iterable(table.rows() for table in tables)


def _runs(rows: Iterable[ShopifyRow]) -> Iterator[_Run]:
    run = _Run("")
    for row in rows:
        if row.is_note:
            run.notes.append(row)
            continue
        if not run.takes(row):
            yield run
            run = _Run(row.handle)
        run.rows.append(row)
    yield run


def _joined(parts: Sequence[_Run]) -> Product:
    rows = [row for part in parts for row in part.rows]
    fingerprint = records_print([(row.table.layout, row.cells) for row in rows])
    product = make_product(parts[0].handle, rows, fingerprint)
    if len(parts) == 1:
        return product
    lines = ", ".join(str(part.rows[0].line) for part in parts)
    apart = Issue(
        Tab.PRODUCTS, product.key, None, "rows_apart", Severity.INFO, {"file": rows[0].table.file, "lines": lines},
        product_key=product.key,
    )  # fmt: skip
    return replace(product, issues=(*product.issues, apart))
