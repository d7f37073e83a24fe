"""futureshop's CSV files as a `Source`: those of 商品データ一括取得, in any combination, joined on 商品URLコード.

What the files cannot tell (stock without the stock file, pictures, codes that no manual explains) is said once per
reading, as `Skipped` that stand for no record (`lines` 0).
"""

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sheets_sync.errors import Unavailable
from sheets_sync.messages import Language, text
from sheets_sync.ports import NOTHING_KNOWN, Known, Source
from sheets_sync.products import Product, Skipped, Unchanged
from sheets_sync.sources import encoding as text_encoding
from sheets_sync.sources.csv_table import open_tables
from sheets_sync.sources.futureshop_files import (
    IMAGES,
    PICTURE_SETTINGS,
    PRODUCTS,
    SKU_FILES,
    FutureshopFiles,
    load_futureshop_files,
)
from sheets_sync.sources.futureshop_images import FutureshopImages
from sheets_sync.sources.futureshop_product import Catalogue, is_deleted, make_product
from sheets_sync.sources.joined_files import Joined, JoinedFiles
from sheets_sync.sources.record_prints import layout_print, records_print
from sheets_sync.template import IMAGE_SLOTS

# Columns of the products file without which something is missing from every product.
_WANTED = ("name", "price", "description", "number", "status", "stock_managed", "stock", "tax", "updated_at")
# Columns of ours, and the fields that fill them; titles and descriptions go by precedence.
_FILLED = {"barcode": ("barcode",), "search_terms": ("keywords",), "max_order_quantity": ("order_limit",)}
_OF_SKUS = frozenset({"barcode"})


@dataclass(frozen=True, slots=True)
class FoundFiles:
    """What a check-up tells: file names by the role's name for a person; what is lacking, with what it would add."""

    found: dict[str, list[str]]
    lacking: dict[str, str]


def open_futureshop(
    path: str | Path,
    encoding: str = text_encoding.AUTO,
    language: Language = "ja",
    *,
    image_base: str = "",
    image_count: int = 1,
) -> Source:
    """The source for futureshop's files: `path` is a file, folder, zip or glob. Raises UsageError (image_base)."""
    return FutureshopCsv(path, encoding, language, image_base=image_base, image_count=image_count)


class FutureshopCsv:
    """The products of futureshop's files. A record is a row of any of them with text in it."""

    def __init__(
        self,
        path: str | Path,
        encoding: str = text_encoding.AUTO,
        language: Language = "ja",
        *,
        image_base: str = "",
        image_count: int = 1,
    ) -> None:
        """`language` is that of places and role names; `image_base`, `image_count`: see `FutureshopImages`."""
        self._path, self._encoding, self._language = str(path), encoding, language
        self._images = FutureshopImages(image_base, image_count)
        self._image_settings = (image_base, str(image_count))
        self._records = 0

    @property
    def _data(self) -> FutureshopFiles:
        return load_futureshop_files(self._language)

    def _files(self) -> JoinedFiles:
        return JoinedFiles(open_tables(self._path, self._encoding), self._data.roles, self._language)

    def found(self) -> FoundFiles:
        """The files by role. Raises like `products`."""
        files = self._files()
        found = {
            role.kind.label: [file.name for file in files.files(role.name)]
            for role in self._data.roles
            if role not in files.absent
        }
        adds = self._data.adds
        return FoundFiles(
            found,
            {role.kind.label: adds[role.name][self._language] for role in files.absent if role.name in adds},
        )

    def products(self, known: Known = NOTHING_KNOWN) -> Iterator[Product | Unchanged | Skipped]:
        """All products in the order of the products file.

        Raises UsageError (a file that is none of futureshop's, no products file, broken quotes, encoding), Unavailable.
        """
        files = self._files()
        try:
            yield from self._products(files, known)
        except (OSError, UnicodeError, sqlite3.Error) as fault:
            raise Unavailable("source_unreadable", file=self._path, reason=str(fault)) from fault

    def records(self) -> int:
        """Rows that the last complete `products()` read."""
        return self._records

    def mark(self) -> str:
        """Files keep no mark."""
        return ""

    def _products(self, files: JoinedFiles, known: Known) -> Iterator[Product | Unchanged | Skipped]:
        stock_told = any(self._has(files, role, "stock") for role in SKU_FILES)
        catalogue = Catalogue(self._data, stock_told, frozenset(self._untold(files)))
        salt = self._salt(files)
        records = without_picture = unplaced = 0
        unplaced_name = ""
        yield from self._notes(files, first=not known.fingerprints)
        for item in files.products():
            if isinstance(item, Skipped):
                records += item.lines
                yield item
                continue
            records += item.records
            if is_deleted(item.main, self._data):
                yield self._deleted(item)
                continue
            fingerprint = _fingerprint(salt, item)
            if known.fingerprints.get(item.key) == fingerprint:
                yield Unchanged(item.key, item.records)
                continue
            images = self._images.of(item)
            without_picture += not images
            for name in images:
                if "://" not in name:
                    unplaced += 1
                    unplaced_name = unplaced_name or name
            yield make_product(item, catalogue, images, fingerprint)
        if without_picture and self._has_pictures(files):
            yield self._note("futureshop_without_picture", PRODUCTS, count=without_picture)
        if unplaced:
            yield self._note("picture_base_missing", IMAGES, count=unplaced, read=unplaced_name)
        self._records = records

    # ------------------------------------------------------------ what is said once

    def _notes(self, files: JoinedFiles, *, first: bool) -> Iterator[Skipped]:
        """What these files cannot tell; `first`: nothing was read from them before."""
        data = self._data
        unsure = [
            data.heading(field)
            for field, codes in data.codes.items()
            if not codes.confirmed and self._has(files, PRODUCTS, field)
        ]
        if first and unsure:
            yield self._note("futureshop_unconfirmed", PRODUCTS, read="、".join(unsure))
        if lacking := [data.heading(field) for field in _WANTED if files.lacks(PRODUCTS, field)]:
            yield self._note("futureshop_columns_missing", PRODUCTS, read="、".join(lacking))
        if any(map(files.files, SKU_FILES)) and not any(self._has(files, role, "stock") for role in SKU_FILES):
            yield self._note("futureshop_stock_file_missing", "stock")
        for file in files.files(PICTURE_SETTINGS):
            yield Skipped(file.name, "futureshop_no_addresses", {}, 0)
        if not self._has_pictures(files):
            yield self._note("futureshop_no_pictures", IMAGES)

    def _note(self, code: str, role: str, **params: object) -> Skipped:
        label = next(r.kind.label for r in self._data.roles if r.name == role)
        return Skipped(label, code, params, 0)

    def _deleted(self, item: Joined) -> Skipped:
        where = text("source_place", self._language, file=item.main.file.name, line=item.main.line)
        return Skipped(where, "futureshop_product_deleted", {"read": item.key}, item.records)

    def _has(self, files: JoinedFiles, role: str, field: str) -> bool:
        return any(field in file.at for file in files.files(role))

    def _has_pictures(self, files: JoinedFiles) -> bool:
        return self._images.is_pattern or bool(files.files(IMAGES))

    def _untold(self, files: JoinedFiles) -> Iterator[str]:
        """Columns of ours that no file has a word of."""
        for column, fields in {**self._data.precedence, **_FILLED}.items():
            roles = (PRODUCTS, *SKU_FILES) if column in _OF_SKUS else (PRODUCTS,)
            if not any(self._has(files, role, field) for role in roles for field in fields):
                yield column
        if not self._has_pictures(files):
            yield from (f"image_{slot}" for slot in range(1, IMAGE_SLOTS + 1))

    # ------------------------------------------------------------ fingerprints

    def _salt(self, files: JoinedFiles) -> tuple[str, list[str]]:
        """What changes how all rows are read, as a record: which columns there are, and the settings of pictures."""
        layouts = {
            layout_print((role.name, *file.table.heading), "")
            for role in self._data.roles
            for file in files.files(role.name)
        }
        return "", [*self._image_settings, *sorted(layouts)]


def _fingerprint(salt: tuple[str, list[str]], item: Joined) -> str:
    """In whatever order and however split the files come."""
    others = ((role, [row.raw for row in rows]) for role, rows in sorted(item.sides.items()))
    return records_print([salt, (PRODUCTS, [item.main.raw]), *others])
