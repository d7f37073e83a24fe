"""The cell of a certificate: a file on each line and, where the category wants to know, `有効期限=2027-03-31`."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from dataclasses import dataclass

from sheets_sync.cell_dates import read_date

_EXPIRY = re.compile(r"\s*(?:有効期限|expir(?:es|y|ation)(?: date)?)\s*[=＝:：]\s*(.*?)\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the lines say. `expires`: the last day on which it holds. `unreadable`: a day that cannot be understood."""

    files: tuple[str, ...] = ()
    expires: dt.date | None = None
    unreadable: str = ""


def certificate(lines: Iterable[str]) -> Certificate:
    """Tell the files of a certificate from its last day."""
    files: list[str] = []
    expires, unreadable = None, ""
    for line in lines:
        found = _EXPIRY.fullmatch(line)
        if found is None:
            files.append(line)
        elif (day := read_date(found[1])) is not None:
            expires = day
        else:
            unreadable = found[1] or line
    return Certificate(tuple(files), expires, unreadable)
