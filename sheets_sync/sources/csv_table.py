"""Reads a delimited file as a stream of records with their line numbers; a broken quote is named, never swallowed."""

import csv
import glob
import itertools
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, TextIO

from sheets_sync.errors import Unavailable, UsageError
from sheets_sync.sources import encoding
from sheets_sync.sources.file_kinds import refuse_other_bytes
from sheets_sync.sources.zipped_csv import Unpacked, is_archive, unpack

# A longer cell is a quote that was never closed: carts' own limit for one description is 512 KB.
CELL_LIMIT = 4_000_000
_DELIMITERS = (",", "\t", ";")
_END_OF_FILE = ["\x1a"]  # what old programs on Windows close a text file with


class Record(NamedTuple):
    """One record: the 1-based `line` where it begins, its cells, and whether NUL characters were taken out of it."""

    line: int
    cells: list[str]
    mended: bool = False


class CsvTable:
    """One file. `heading` is its first record that is not blank, as written; `encoding` is what it was read with."""

    def __init__(self, path: Path, wanted_encoding: str = encoding.AUTO) -> None:
        """Raises UsageError when the file is missing, empty, no CSV file or not readable as text, OSError."""
        self.path = path
        self._state = (0, 0)
        self.unpacked: Unpacked | None = None  # holds on to the file of an archive
        self.encoding, self._has_nul = self._readable(wanted_encoding)
        first = self._first_line()
        self.delimiter = max(_DELIMITERS, key=first.count)
        self.heading: Sequence[str] = next((cells for _, cells, _ in self._rows()), ())
        if not self.heading:
            raise UsageError("source_empty", file=path.name)

    def records(self) -> Iterator[Record]:
        """The records below the heading. Those without any text are left out: they are not records. Memory: one record.

        Raises UsageError for a quote that is not closed, or that closes in the middle of a cell; Unavailable when the
        file is no longer what it was when it was opened: half an export would look like a shop that lost products.
        """
        return itertools.starmap(Record, itertools.islice(self._rows(), 1, None))

    def column(self, at: int) -> Iterator[str]:
        """One column of `records()`, with no more work than that; "" for a record that ends before it."""
        return (cells[at] if at < len(cells) else "" for _, cells, _ in itertools.islice(self._rows(), 1, None))

    def _readable(self, wanted: str) -> tuple[str, bool]:
        if not self.path.is_file():
            raise UsageError("source_missing", path=str(self.path))
        with self.path.open("rb") as file:
            head = file.read(4096)
        if not head:
            raise UsageError("source_empty", file=self.path.name)
        refuse_other_bytes(head, self.path.name)
        self._state = _state_of(self.path)
        return _detected(self.path.absolute(), *self._state, wanted)

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        csv.field_size_limit(CELL_LIMIT)
        with self.path.open(encoding=self.encoding, newline="") as file:
            yield file

    def _first_line(self) -> str:
        with self._open() as file:
            return next((line for line in iter(lambda: file.readline(CELL_LIMIT), "") if line.strip()), "")

    def _rows(self) -> Iterator[tuple[int, list[str], bool]]:
        """What a `Record` is made of, the heading's first."""
        with self._open() as file:
            rows = csv.reader(file, delimiter=self.delimiter, strict=True)
            end, mended = 0, False
            try:
                for cells in rows:
                    begin, end = end + 1, rows.line_num
                    if self._has_nul and (mended := any("\0" in cell for cell in cells)):
                        cells = [cell.replace("\0", "") for cell in cells]  # noqa: PLW2901  the same record, mended
                    if any(map(str.strip, cells)) and cells != _END_OF_FILE:
                        yield begin, cells, mended
            except csv.Error:  # a quote that nothing closes, or closed within a cell: the rest cannot be trusted
                self._refuse_change()
                raise UsageError("quote_broken", file=self.path.name, line=end + 1) from None
        self._refuse_change()

    def _refuse_change(self) -> None:
        if _state_of(self.path) != self._state:
            raise Unavailable("source_changed", file=self.path.name)


def _state_of(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


@lru_cache(maxsize=32)
def _detected(path: Path, _size: int, _modified: int, wanted: str) -> tuple[str, bool]:
    """The encoding of a file as it is now, and whether there are NUL characters in it: each run opens a file twice, and
    looks through all of it once.
    """
    codec = encoding.detect(path, wanted)
    return codec, encoding.has_nul(path, codec)


def open_tables(path: str, encoding: str) -> list[CsvTable]:
    """The files that a path or glob names, in natural order (products_2 before products_10); of a folder or a zip
    archive, the CSV files in it.

    Raises UsageError (nothing there, no CSV, unreadable encoding or archive), Unavailable (cannot be opened).
    """
    try:
        return [table for name in _named(path) for table in _tables(Path(name), encoding)]
    except OSError as fault:
        raise Unavailable("source_unreadable", file=path, reason=str(fault)) from fault


def _named(path: str) -> list[str]:
    if Path(path).is_dir():
        names = [str(file) for file in Path(path).iterdir() if file.suffix.casefold() == ".csv"]
        if not names:
            raise UsageError("source_folder_empty", path=path)
    elif Path(path).exists() or not glob.has_magic(path):
        return [path]
    elif not (names := glob.glob(path)):
        raise UsageError("source_missing", path=path)
    return sorted(names, key=_natural)


def _tables(path: Path, encoding: str) -> Iterator[CsvTable]:
    if not is_archive(path):
        yield CsvTable(path, encoding)
        return
    unpacked = unpack(path)
    for file in sorted(unpacked.files, key=lambda file: _natural(file.name)):
        table = CsvTable(file, encoding)
        table.unpacked = unpacked
        yield table


def _natural(name: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", name)]
