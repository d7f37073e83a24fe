"""Rows put aside on disk, so that a whole cart passes through a few megabytes of memory and is read only once."""

from __future__ import annotations

import marshal
import tempfile
from collections.abc import Iterator, Mapping

from sheets_sync.records import Plain

_BATCH = 256


class DiskSpool:
    """Keeps rows in the order they come, in a file without a name that goes with the process."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile(prefix="sheets_sync_")  # noqa: SIM115  closed with the spool itself
        self._sizes: list[int] = []
        self._batch: list[Mapping[str, Plain]] = []

    def append(self, row: Mapping[str, Plain], /) -> None:
        self._batch.append(row)
        if len(self._batch) >= _BATCH:
            self._flush()

    def __iter__(self) -> Iterator[Mapping[str, Plain]]:
        """All rows from the first on. None may be appended meanwhile."""
        self._flush()
        self._file.seek(0)
        for size in self._sizes:
            yield from marshal.loads(self._file.read(size))  # noqa: S302  nobody else can write to this file

    def _flush(self) -> None:
        self._sizes.append(self._file.write(marshal.dumps(self._batch)))
        self._batch = []
