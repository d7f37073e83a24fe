"""When a call may be sent again: only where surely nothing happened, or nothing can happen twice."""

from __future__ import annotations

import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from requests.exceptions import SSLError
from urllib3.connectionpool import HTTPSConnectionPool
from urllib3.exceptions import MaxRetryError
from urllib3.exceptions import SSLError as TlsError

from sheets_sync.errors import SheetsSyncError, Unavailable
from sheets_sync.gsheets.failures import NoAnswer
from tests.workbooks.google_people import Desk


class Broken:
    """A session whose every request fails."""

    def __init__(self, error: Exception) -> None:
        self.error = error
        self.asked = 0

    def request(self, **_: Any) -> None:
        self.asked += 1
        raise self.error


def tls(cause: Exception) -> SSLError:
    """Trouble with TLS as requests raises it."""
    return SSLError(MaxRetryError(HTTPSConnectionPool("sheets.googleapis.com"), "/", TlsError(cause)))


CUT = ssl.SSLEOFError(8, "EOF occurred in violation of protocol")
UNTRUSTED = ssl.SSLCertVerificationError(1, "certificate verify failed")


@pytest.mark.parametrize(
    ("method", "cause", "kind", "asked"),
    [
        ("post", CUT, NoAnswer, 1),
        ("post", UNTRUSTED, Unavailable, 8),
        ("get", CUT, Unavailable, 8),
    ],
)
def test_trouble_with_tls_in_a_write_is_looked_at_before_it_is_sent_again(
    tmp_path: Path, method: str, cause: Exception, kind: type[SheetsSyncError], asked: int
) -> None:
    with Desk(tmp_path) as desk:
        client = desk.book._spreadsheet._client
        session: Any = Broken(tls(cause))
        client.session = session
        with pytest.raises(SheetsSyncError) as told:
            client.request(method, "https://sheets.googleapis.com/v4/spreadsheets/x")
        assert (type(told.value), session.asked) == (kind, asked)


def test_what_is_logged_outside_of_a_run_is_not_shown() -> None:
    """`auth google` keeps no log, and a person who has not shared the sheet yet is told so once, in her language."""
    code = "import logging, sheets_sync; logging.getLogger('sheets_sync.gsheets.client').warning('refused')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stderr == ""
