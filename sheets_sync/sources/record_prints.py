"""Fingerprints of a product's records in a file, by which the next reading sees that nothing in them changed. Pure."""

import hashlib
import marshal
from collections.abc import Iterable, Sequence

_BYTES = 12
_PLAIN_FORMAT = 2  # of marshal: the same bytes for the same texts, whatever else points to them


def layout_print(heading: Sequence[str], encoding: str) -> str:
    """What the cells of a file mean: a file with other headings has other records, though its cells be the same."""
    return _print([encoding, *heading])


def records_print(records: Iterable[tuple[str, list[str]]]) -> str:
    """Fingerprint of the records that make a product, each with its file's `layout_print`; where they stand in the
    file does not count.
    """
    return _print(list(records))


def _print(value: list[str] | list[tuple[str, list[str]]]) -> str:
    return hashlib.blake2b(marshal.dumps(value, _PLAIN_FORMAT), digest_size=_BYTES).hexdigest()
