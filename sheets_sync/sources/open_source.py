"""Finds the reader that fits a cart's CSV file by its headings."""

from pathlib import Path

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.ports import Source
from sheets_sync.sources import encoding as text_encoding
from sheets_sync.sources.csv_table import open_tables
from sheets_sync.sources.file_kinds import READABLE, kind_of
from sheets_sync.sources.shopify_csv import ShopifyCsv

AUTO = "auto"


def open_csv(
    path: str | Path,
    format: str = AUTO,  # noqa: A002 - the setting's own name
    encoding: str = text_encoding.AUTO,
    language: Language = "ja",
) -> Source:
    """The source for a CSV file, or for a glob of files of one kind.

    `format` is "auto" or a name of `file_kinds.READABLE`; `language` is that of places such as "products.csv 12行目".
    Raises UsageError (missing, no product file, a cart that cannot be read yet, unreadable encoding), Unavailable.
    """
    wanted = format.strip().casefold() or AUTO
    if wanted not in (AUTO, *READABLE):
        raise UsageError("source_format_unknown", read=format, known=", ".join((AUTO, *READABLE)))
    for table in open_tables(str(path), encoding):
        kind_of(table.heading, table.path.name)
    return ShopifyCsv(path, encoding, language)
