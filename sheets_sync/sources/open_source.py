"""Finds the reader that fits a cart's CSV files: by their headings, or as the settings say."""

from pathlib import Path

from sheets_sync.errors import UsageError
from sheets_sync.messages import Language
from sheets_sync.ports import Source
from sheets_sync.sources import encoding as text_encoding
from sheets_sync.sources.cart_profile import Profile
from sheets_sync.sources.csv_table import open_tables
from sheets_sync.sources.profile_detection import as_forced, detect
from sheets_sync.sources.profile_files import own, shipped
from sheets_sync.sources.profiled_csv import CartSettings, ProfiledCsv
from sheets_sync.sources.shopify_csv import ShopifyCsv

AUTO = "auto"


def open_csv(
    path: str | Path,
    format: str | Path = AUTO,  # noqa: A002 - the setting's own name
    encoding: str = text_encoding.AUTO,
    language: Language = "ja",
    settings: CartSettings | None = None,
) -> Source:
    """The source for a CSV file, a zip archive of them, or a glob of files of one export.

    `format` is "auto", the name of a format in `templates/carts/`, or the path of a mapping file (`*.toml`);
    `language` is that of places such as "products.csv 12行目". Raises UsageError (missing, no product file, unknown
    headings, a faulty mapping, unreadable encoding), Unavailable.
    """
    named = _named(format)
    if named is not None and named.encoding != text_encoding.AUTO and encoding == text_encoding.AUTO:
        encoding = named.encoding
    tables = open_tables(str(path), encoding)
    if named is None or named.reader == "shopify":
        found = detect(tables, shipped().values() if named is None else [named])
    else:
        found = as_forced(tables, named)
    if found.profile.reader == "shopify":
        return ShopifyCsv(path, encoding, language)
    return ProfiledCsv(
        str(path),
        found.profile,
        forced=named is not None,
        also=found.also,
        encoding=encoding,
        language=language,
        settings=settings,
    )


def _named(format_: str | Path) -> Profile | None:
    name = str(format_).strip()
    if name.casefold().endswith(".toml"):
        return own(Path(name))
    known = shipped()
    if name.casefold() in ("", AUTO):
        return None
    if name.casefold() not in known:
        raise UsageError("source_format_unknown", read=name, known=", ".join((AUTO, *known)))
    return known[name.casefold()]
