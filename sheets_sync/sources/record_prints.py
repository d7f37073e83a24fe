"""Fingerprints of a product's records in a file, by which the next reading sees that nothing in them changed. Pure."""

import hashlib
import marshal
from collections.abc import Iterable, Sequence

_BYTES = 12
_PLAIN_FORMAT = 2  # of marshal: the same bytes for the same texts, whatever else points to them


def layout_print(heading: Sequence[str], encoding: str) -> str:
    """What the cells of a file mean: a file with other headings has other records, though its cells be the same."""
    return _print([encoding, *heading])


def records_print(parts: Iterable[tuple[str, Sequence[list[str] | str]]]) -> str:
    """Fingerprint of the records that make a product, by the files that they stand in: each file's `layout_print` with
    the records' cells. Where they stand in the file does not count.
    """
    return _print(list(parts))


def _print(value: list[str] | list[tuple[str, Sequence[list[str] | str]]]) -> str:
    return hashlib.blake2b(marshal.dumps(value, _PLAIN_FORMAT), digest_size=_BYTES).hexdigest()
