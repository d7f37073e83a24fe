"""Sends requests that may be sent twice without harm: again after a lost answer, and in halves where they are too many.

Google recommends 2 MB a request, names no limit, and gives a request up after 180 seconds. What it has no time or room
for in one piece passes in smaller ones.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from sheets_sync.gsheets.failures import NoAnswer, TooLarge
from sheets_sync.gsheets.spreadsheets import Spreadsheet

MOST_ROWS = 10_000
MOST_BYTES = 8_000_000
"""Of one request: what it counts are requests, so that few and large ones are faster than many."""
_PIECE = 1_000_000
_TRIES = 3


def pieces(rows: Sequence[str]) -> Iterator[tuple[int, Sequence[str]]]:
    """Rows of a long write as several requests, each with the number of its first row: only such can be halved."""
    first, size = 0, 0
    for index, row in enumerate(rows):
        length = len(row) * (1 if row.isascii() else 3)
        if size and size + length > _PIECE:
            yield first, rows[first:index]
            first, size = index, 0
        size += length
    if rows:
        yield first, rows[first:]


def send(
    spreadsheet: Spreadsheet,
    requests: Sequence[str],
    landed: Callable[[], bool] | None = None,
    *,
    whole: bool = False,
    tries: int = _TRIES,
) -> None:
    """Carry out all requests; `whole`: in one call or not at all. `landed` tells after a lost answer whether they were
    carried out, where the first of them must not be repeated. Raises what `Spreadsheet.write` raises.
    """
    if not requests:
        return
    try:
        spreadsheet.write(requests)
        return
    except NoAnswer:
        tries -= 1
        if not tries:
            raise
        spreadsheet.rest()
        if landed and landed():
            return
    except TooLarge:
        if whole or len(requests) == 1:
            raise
    half = len(requests) if whole else (len(requests) + 1) // 2
    send(spreadsheet, requests[:half], landed, whole=whole, tries=tries)
    send(spreadsheet, requests[half:], tries=tries)
