"""Brings a bulk result to a file, however often the connection breaks on the way.

The link is signed and asks for no token (Shopify, "Bulk operations": the link lives for seven days), so none is sent
there. Its address is never told anywhere: who knows it can read the shop's products.
"""

from __future__ import annotations

import logging
from pathlib import Path

import requests
import urllib3.exceptions
from tenacity import RetryError, Retrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from sheets_sync.ports import Clock
from sheets_sync.shopify.address import is_loopback

log = logging.getLogger(__name__)

MOST_TRIES = 8
_TIMEOUT_SECONDS = (10.0, 60.0)
_CHUNK = 1 << 18


class LinkDead(Exception):
    """The storage does not give this file (any more)."""


class _Cut(Exception):
    """Not all of the file has come yet."""


def download(url: str, file: Path, size: int | None, clock: Clock) -> None:
    """Fetch `url` into `file`, from where an earlier try ended. `size`: bytes that it has to have, None = not told.

    Raises LinkDead.
    """
    tries = Retrying(
        sleep=clock.sleep,
        wait=wait_random_exponential(multiplier=1, max=30),
        stop=stop_after_attempt(MOST_TRIES),
        retry=retry_if_exception_type(_Cut),
    )
    file.write_bytes(b"")
    try:
        tries(_fetch_rest, url, file, size)
    except RetryError:
        raise LinkDead from None


def _fetch_rest(url: str, file: Path, size: int | None) -> None:
    here = file.stat().st_size
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={here}-"} if here else {})
    try:
        with requests.Session() as session:
            session.trust_env = not is_loopback(url)
            with session.get(url, headers=headers, timeout=_TIMEOUT_SECONDS, stream=True) as response:
                if response.status_code in (400, 401, 403, 404, 410):
                    raise LinkDead
                if response.status_code == 416 and here == size:
                    return
                if response.status_code not in (200, 206):
                    raise _Cut
                whole = response.headers.get("Content-Length", "")
                with file.open("ab" if response.status_code == 206 else "wb") as out:
                    before = out.tell()
                    while chunk := response.raw.read1(_CHUNK):  # what has come so far, so that a cut loses none of it
                        out.write(chunk)
                    came = out.tell() - before
    except (requests.exceptions.RequestException, urllib3.exceptions.HTTPError) as error:
        log.info("download broke off (%s)", type(error).__name__)
        raise _Cut from None
    if whole.isdigit() and came < int(whole):
        raise _Cut
    if size is not None and (now := file.stat().st_size) != size:
        log.info("download has %d of %d bytes", now, size)
        if now > size:
            file.write_bytes(b"")
        raise _Cut
