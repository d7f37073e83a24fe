"""Pictures from web addresses and from files beside the settings. Whatever goes wrong is an answer, not an exception.

The addresses come from cells that anybody may have filled. So nothing inside the house is fetched for them: the name is
resolved once, every address it stands for is judged, the connection goes to exactly that address, and each redirect is
judged anew.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import threading
import time
from collections import Counter, OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urljoin

import certifi
import urllib3
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, HTTPError, LocationValueError, NewConnectionError, SSLError
from urllib3.exceptions import TimeoutError as TimedOut
from urllib3.util import Timeout, Url, make_headers, parse_url

from sheets_sync.picture_mending import mend
from sheets_sync.ports import PictureFault, PreparedPicture

MOST_FILE_BYTES = 100_000_000
"""A video may be as large as the platform takes (Partner Center, Upload Product File)."""

_FILE_PATIENCE = 6
"""How many times as long as a picture a video may take."""

_GIVEN_UP_AFTER = 3
"""So many fetches in a row that a host left without an answer: it is not asked again in this run."""

_MOST_REDIRECTS = 5
_MOST_HOSTS = 50
_CHUNK = 65_536
_SCHEME = re.compile(r"[a-z][a-z0-9+.-]+:", re.IGNORECASE)
_SILENCE = frozenset({"picture_slow", "picture_unreachable"})
_NAT64 = ipaddress.ip_network("64:ff9b::/96")

Resolve = Callable[[str, int], list[str]]
_Host = tuple[str, str, int]


@dataclass(frozen=True, slots=True)
class _Bounds:
    """What one fetch may take: bytes, and seconds as a whole until `deadline` (monotonic)."""

    most_bytes: int
    seconds: float
    deadline: float


class _Unusable(Exception):
    def __init__(self, code: str, **params: object) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


class PictureFetcher:
    """Implements `ports.Pictures`. Safe to use from many threads.

    `folder` holds the files that cells name; nothing outside of it is read. `allow_private_addresses` opens loopback
    and private networks. `max_bytes` bounds a picture as fetched, `timeout_seconds` one fetch as a whole. `resolve`
    gives the IP addresses of a host name and port, by default the machine's own way.
    """

    def __init__(
        self,
        folder: Path,
        *,
        allow_private_addresses: bool = False,
        max_bytes: int = 20_000_000,
        timeout_seconds: float = 20,
        resolve: Resolve | None = None,
    ) -> None:
        self._folder = folder
        self._allow_private = allow_private_addresses
        self._max_bytes = max_bytes
        self._timeout_seconds = timeout_seconds
        self._resolve = resolve or _resolved
        self._pools: OrderedDict[_Host, HTTPConnectionPool] = OrderedDict()
        self._silent: Counter[str] = Counter()
        self._lock = threading.Lock()

    def fetch(self, address: str) -> bytes | PictureFault:
        """The bytes behind an http(s) address or a file name, as they are."""
        return self._fetch(address, self._bounds(self._max_bytes, self._timeout_seconds))

    def fetch_file(self, address: str) -> bytes | PictureFault:
        """The same for a video, which may be larger."""
        most = max(self._max_bytes, MOST_FILE_BYTES)
        return self._fetch(address, self._bounds(most, self._timeout_seconds * _FILE_PATIENCE))

    @staticmethod
    def _bounds(most_bytes: int, seconds: float) -> _Bounds:
        return _Bounds(most_bytes, seconds, time.monotonic() + seconds)

    def _fetch(self, address: str, bounds: _Bounds) -> bytes | PictureFault:
        address = address.strip()
        try:
            return self._content(f"https:{address}" if address.startswith("//") else address, bounds)
        except _Unusable as unusable:
            return PictureFault(unusable.code, {"address": _without_secrets(address), **unusable.params})

    def prepare(self, content: bytes, use: str) -> PreparedPicture | PictureFault:
        return mend(content, use)

    def _content(self, address: str, bounds: _Bounds) -> bytes:
        if address.lower().startswith(("http://", "https://")):
            return self._from_host(address, bounds)
        if not address or _SCHEME.match(address):
            raise _Unusable("picture_address")
        return self._file(address, bounds)

    # -- files

    def _file(self, name: str, bounds: _Bounds) -> bytes:
        try:
            folder = self._folder.resolve()
            path = (folder / name.replace("\\", "/")).resolve()
            if not path.is_relative_to(folder):
                raise _Unusable("picture_outside_folder", folder=str(folder))
            if not path.is_file():
                raise _Unusable("picture_file_missing", folder=str(folder))
            with path.open("rb") as file:
                content = file.read(bounds.most_bytes + 1)
        except (OSError, ValueError):
            raise _Unusable("picture_file_unreadable") from None
        if len(content) > bounds.most_bytes:
            raise _too_large(bounds)
        return content

    # -- the web

    def _from_host(self, address: str, bounds: _Bounds) -> bytes:
        """A host that hangs costs its time-out a few times, not once for each of a thousand pictures."""
        host = str(_parsed(address).host)
        with self._lock:
            if self._silent[host] >= _GIVEN_UP_AFTER:
                raise _Unusable("picture_host_silent", host=host, count=_GIVEN_UP_AFTER)
        try:
            content = self._download(address, bounds)
        except _Unusable as unusable:
            with self._lock:
                self._silent[host] = self._silent[host] + 1 if unusable.code in _SILENCE else 0
            raise
        with self._lock:
            self._silent[host] = 0
        return content

    def _download(self, address: str, bounds: _Bounds) -> bytes:
        for _ in range(_MOST_REDIRECTS + 1):
            with self._opened(_parsed(address), bounds) as response:
                location = response.headers.get("Location")
                if 300 <= response.status < 400 and location:
                    address = _joined(address, location)
                    continue
                if response.status in (404, 410):
                    raise _Unusable("picture_not_found")
                if response.status != 200:
                    raise _Unusable("picture_refused", status=response.status)
                return self._body(response, bounds)
        raise _Unusable("picture_redirects")

    @contextmanager
    def _opened(self, url: Url, bounds: _Bounds) -> Iterator[urllib3.BaseHTTPResponse]:
        try:
            response = self._answer(url, bounds.deadline)
        except SSLError:
            raise _Unusable("picture_certificate", host=url.host) from None
        except (NewConnectionError, ConnectTimeoutError):
            raise _Unusable("picture_unreachable", host=url.host) from None
        except TimedOut:
            raise _slow(bounds) from None
        except HTTPError:
            raise _Unusable("picture_unreachable", host=url.host) from None
        try:
            yield response
        finally:
            if response.status != 200:
                response.close()
            response.release_conn()

    def _answer(self, url: Url, deadline: float) -> urllib3.BaseHTTPResponse:
        """From a kept connection, or from the first of the host's addresses that can be reached."""
        host = _host(url)
        with self._lock:
            kept = self._pools.get(host)
        if kept is not None:
            try:
                return self._get(kept, url, deadline)
            except HTTPError:  # the far side may have closed it meanwhile: look the host up again
                with self._lock:
                    self._pools.pop(host, None)
        unreachable: HTTPError | None = None
        for address in self._checked_addresses(host):
            pool = _pool(host, address)
            try:
                response = self._get(pool, url, deadline)
            except (NewConnectionError, ConnectTimeoutError) as error:
                unreachable = error
                continue
            self._keep(host, pool)
            return response
        raise unreachable or _Unusable("picture_host_unknown", host=host[1])

    def _get(self, pool: HTTPConnectionPool, url: Url, deadline: float) -> urllib3.BaseHTTPResponse:
        left = max(0.001, deadline - time.monotonic())
        headers = make_headers(basic_auth=url.auth, user_agent="sheets-sync")
        headers |= {"Host": url.netloc or "", "Accept": "image/*, */*;q=0.5", "Accept-Encoding": "identity"}
        return pool.urlopen(
            "GET",
            url.request_uri,
            headers=headers,
            retries=False,
            redirect=False,
            assert_same_host=False,
            timeout=Timeout(connect=min(left, 5.0), read=left),
            preload_content=False,
            decode_content=False,
        )

    @staticmethod
    def _body(response: urllib3.BaseHTTPResponse, bounds: _Bounds) -> bytes:
        length = response.headers.get("Content-Length", "")
        if length.isdigit() and int(length) > bounds.most_bytes:
            response.close()
            raise _too_large(bounds)
        content = bytearray()
        try:
            while piece := response.read1(_CHUNK, decode_content=False):
                content += piece
                if len(content) > bounds.most_bytes:
                    raise _too_large(bounds)
                if time.monotonic() > bounds.deadline:
                    raise _slow(bounds)
        except TimedOut:
            raise _slow(bounds) from None
        except HTTPError:
            raise _Unusable("picture_cut") from None
        finally:
            if response.length_remaining != 0:
                response.close()
        return bytes(content)

    def _checked_addresses(self, host: _Host) -> list[str]:
        """Where the host is, provided that all of it is outside the house."""
        _, name, port = host
        try:
            found = self._resolve(name, port)
        except (OSError, UnicodeError):
            raise _Unusable("picture_host_unknown", host=name) from None
        if not self._allow_private and not all(is_public(address) for address in found):
            raise _Unusable("picture_private_address", host=name)
        return found

    def _keep(self, host: _Host, pool: HTTPConnectionPool) -> None:
        with self._lock:
            self._pools[host] = pool
            if len(self._pools) > _MOST_HOSTS:
                self._pools.popitem(last=False)


def _slow(bounds: _Bounds) -> _Unusable:
    return _Unusable("picture_slow", seconds=f"{bounds.seconds:g}")


def _too_large(bounds: _Bounds) -> _Unusable:
    return _Unusable("picture_too_large", megabytes=f"{bounds.most_bytes / 1_000_000:g}")


def is_public(address: str) -> bool:
    """Whether an IP address is one of the open internet, also when it hides in a newer form."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv6Address):
        if found in _NAT64:
            found = ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)
        elif hidden := found.ipv4_mapped or found.sixtofour or (found.teredo and found.teredo[1]):
            found = hidden
    return found.is_global and not found.is_multicast


def _resolved(name: str, port: int) -> list[str]:
    entries = socket.getaddrinfo(name.strip("[]"), port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(entry[4][0]) for entry in entries))


def _parsed(address: str) -> Url:
    try:
        url = parse_url(address)
    except LocationValueError:
        raise _Unusable("picture_address") from None
    if url.scheme not in ("http", "https") or not url.host:
        raise _Unusable("picture_address")
    return url


def _joined(address: str, location: str) -> str:
    try:
        return urljoin(address, location)
    except ValueError:
        raise _Unusable("picture_address") from None


def _host(url: Url) -> _Host:
    return str(url.scheme), str(url.host), url.port or (443 if url.scheme == "https" else 80)


def _pool(host: _Host, address: str) -> HTTPConnectionPool:
    """Connections to `address` that speak to it as the host it was asked for."""
    scheme, name, port = host
    if scheme == "http":
        return HTTPConnectionPool(address, port, maxsize=8)
    named = name.strip("[]")
    return HTTPSConnectionPool(
        address, port, maxsize=8, server_hostname=named, assert_hostname=named, ca_certs=certifi.where()
    )


def _without_secrets(address: str) -> str:
    """The address for a message: without user, password and query."""
    return re.sub(r"(?<=//)[^/?#]*@", "", address).partition("?")[0]
