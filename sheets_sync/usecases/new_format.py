"""Looks at a cart's file that may be unknown, and lays down how it is to be read (`init --from FILE`)."""

from __future__ import annotations

import glob
import itertools
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.messages import Language
from sheets_sync.products import Product, Skipped
from sheets_sync.sources.cart_profile import Profile
from sheets_sync.sources.csv_table import CsvTable, open_tables
from sheets_sync.sources.futureshop_csv import FutureshopCsv
from sheets_sync.sources.mapping_file import mapping_text
from sheets_sync.sources.mapping_guess import Guess, guess
from sheets_sync.sources.profile_detection import detect
from sheets_sync.sources.profile_files import known_names, profile_of, shipped
from sheets_sync.sources.profiled_csv import ProfiledCsv

_LOOKED_AT = 300
"""Rows of the file that a proposal is made from."""


@dataclass(frozen=True, slots=True)
class LookedAt:
    """What a file turned out to be. `known`: the label of its format, "" for an unknown one; then `guess` says what its
    columns probably mean, `mapping` is that as a file, and the numbers are what reading the whole file by it gives.
    `files`: what the settings shall name, the file alone or all files of the same export beside it; `kind`: the
    cart's.
    """

    file: Path
    files: Path
    known: str = ""
    kind: str = "csv"
    guess: Guess | None = None
    mapping: str = ""
    products: int = 0
    skus: int = 0
    left_out: int = 0

    @property
    def mapping_name(self) -> str:
        """Name of the mapping file; the settings' own name is taken."""
        stem = self.file.stem
        return f"{stem}_cart.toml" if stem == "sheets_sync" else f"{stem}.toml"


def look_at(file: Path, language: Language) -> LookedAt:
    """Tell the format of a file, or propose one.

    Raises UsageError: no CSV, no products (orders, customers), a file without its products (stock alone), no column
    that could name the products; Unavailable.
    """
    tables = open_tables(str(file), "auto")
    try:
        profile = detect(tables, shipped().values()).profile
        return LookedAt(file, _all_files(file, lambda files: _are_of(files, profile)), profile.label)
    except UsageError as other:
        if other.code == "source_is_futureshop":
            return LookedAt(file, _all_files(file, _are_futureshops), "futureshop", "futureshop")
        if other.code != "source_no_products":
            raise
    return _proposed(file, tables, language)


def _all_files(file: Path, fit: Callable[[str], bool]) -> Path:
    """All CSV files of the folder where they are of one export and tell a product together, else the file alone."""
    around = file.parent / f"*{file.suffix}"
    pattern = str(Path(glob.escape(str(file.parent))) / around.name)
    try:
        return around if file.suffix.casefold() == ".csv" and fit(pattern) else file
    except (UsageError, Unavailable):
        return file


def _are_of(files: str, profile: Profile) -> bool:
    return len({role for role, _ in detect(open_tables(files, "auto"), [profile]).tables}) > 1


def _are_futureshops(files: str) -> bool:
    return len(FutureshopCsv(files).found().found) > 1


def _proposed(file: Path, tables: list[CsvTable], language: Language) -> LookedAt:
    table = tables[0]
    rows = (record.cells for record in itertools.islice(table.records(), _LOOKED_AT))
    found = guess(table.heading, rows, known_names())
    if not found.usable:
        read = "、".join(name.strip() for name in table.heading[:12] if name.strip())
        raise UsageError("mapping_impossible", file=file.name, read=read)
    mapping = mapping_text(found, file.stem, language)
    source = ProfiledCsv(str(file), profile_of(mapping, file.stem), forced=True, language=language)
    products = skus = left_out = 0
    for item in source.products():
        if isinstance(item, Product):
            products += 1
            skus += len(item.variants)
        elif isinstance(item, Skipped):
            left_out += item.lines
    return LookedAt(file, file, "", "csv", found, mapping, products, skus, left_out)


def from_folder(file: Path, folder: Path) -> str:
    """A file as the settings in a folder name it: relative where it can be, with forward slashes."""
    try:
        near = os.path.relpath(file.resolve(), folder.resolve())
    except ValueError:  # on another drive
        return file.resolve().as_posix()
    return Path(near).as_posix()
