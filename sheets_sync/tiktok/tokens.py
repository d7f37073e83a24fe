"""The access token to send now: kept in a credential file, renewed in time, and once, by whichever process is first.

Each refresh hands out a new refresh token and may kill the old one, so a refresh happens under a lock between
processes, after reading the file again.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path

from filelock import FileLock, Timeout

from sheets_sync.errors import CredentialsError, Unavailable
from sheets_sync.ports import Clock
from sheets_sync.shop import AuthorisedShop
from sheets_sync.tiktok.auth_host import AuthHost, Grant
from sheets_sync.tiktok.vaults import FileVault, Vault

log = logging.getLogger(__name__)

RENEW_BEFORE_SECONDS = 24 * 3600
_TRY_AGAIN_SECONDS = 300
_LOCK_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Credentials:
    """What the credential file holds. Expiries: Unix seconds, 0 = unknown. `seed` marks the settings it began with."""

    app_key: str
    access_token: str = field(default="", repr=False)
    refresh_token: str = field(default="", repr=False)
    access_expires: int = 0
    refresh_expires: int = 0
    open_id: str = ""
    seller_name: str = ""
    region: str = ""
    scopes: tuple[str, ...] = ()
    shop_id: str = ""
    shop_cipher: str = field(default="", repr=False)
    seed: str = ""

    def renewed(self, grant: Grant) -> Credentials:
        return replace(self, **asdict(grant))


class Tokens:
    """The tokens of one app and one seller. Safe to use from many threads and processes.

    They lie in `vault`; a path means a file there. `access_token` and `refresh_token` are those of the settings: they
    start it, and start it anew when they are changed later. Raises CredentialsError when there is no usable token,
    Unavailable when the vault or the authorisation host is out of reach.
    """

    def __init__(
        self,
        vault: Vault | Path,
        auth: AuthHost,
        clock: Clock,
        *,
        app_key: str,
        access_token: str = "",
        refresh_token: str = "",
    ) -> None:
        self._vault: Vault = FileVault(vault) if isinstance(vault, Path) else vault
        self._path = self._vault.path
        self._auth = auth
        self._clock = clock
        self._seeded = Credentials(
            app_key=app_key,
            access_token=access_token,
            refresh_token=refresh_token,
            seed=_mark(access_token, refresh_token),
        )
        self._lock = threading.RLock()
        self._present: Credentials | None = None
        self._renew_not_before = 0.0
        self._made = ""

    def credentials(self) -> Credentials:
        """What is known now, from memory or from the file."""
        present = self._present
        if present is None:
            with self._lock:
                present = self._present = self._read()
        return present

    def access(self) -> str:
        """The access token to send; renewed first when less than 24 h of its life remain."""
        known = self.credentials()
        if not known.access_token and not known.refresh_token:
            raise CredentialsError("tiktok_sign_in_first")
        now = self._clock.now().timestamp()
        # A token that looks old right after it was made tells of a clock that is days ahead: it is sent all the same.
        just_made = bool(known.access_token) and known.access_token == self._made and now < self._renew_not_before
        spent = not known.access_token or (self._ended(known) and not just_made)
        ending = 0 < known.access_expires - RENEW_BEFORE_SECONDS <= now and bool(known.refresh_token)
        if not spent and not (ending and now >= self._renew_not_before):
            return known.access_token
        try:
            self._made = self.renew(known.access_token)
            self._renew_not_before = now + _TRY_AGAIN_SECONDS
            return self._made
        except Unavailable:
            if spent:
                raise
            log.warning("access token could not be renewed yet; it is good until %s", known.access_expires)
            self._renew_not_before = now + _TRY_AGAIN_SECONDS
            return known.access_token

    def renew(self, refused: str) -> str:
        """Another access token than `refused`: the one that another process got meanwhile, or a fresh one."""
        with self._exclusive():
            known = self._read()
            if known.access_token in ("", refused) or self._ended(known):
                if not known.refresh_token:
                    raise CredentialsError("tiktok_sign_in_again")
                self._write(known)  # a file that cannot be written must show before the refresh token is spent
                known = self._present = known.renewed(self._auth.refresh(known.refresh_token))
                self._write(known)
                log.info("access token renewed, good until %s", known.access_expires)
            self._present = known
            return known.access_token

    def sign_in(self, auth_code: str) -> Credentials:
        """Begin anew with the code of the seller's consent. The shop has to be chosen again.

        A code that is refused leaves an earlier sign-in as it was.
        """
        with self._exclusive():
            try:
                present = self._read()
            except CredentialsError:  # a broken file holds nothing to keep
                present = self._seeded
            self._write(present)  # a file that cannot be written must show before the code is spent
            self._present = self._seeded.renewed(self._auth.by_code(auth_code))
            self._write(self._present)
            return self._present

    def choose(self, shop: AuthorisedShop) -> None:
        """Remember which shop of the seller is meant."""
        with self._exclusive():
            self._present = replace(self._read(), shop_id=shop.id, shop_cipher=shop.cipher)
            self._write(self._present)

    def _ended(self, known: Credentials) -> bool:
        return 0 < known.access_expires <= self._clock.now().timestamp()

    @contextmanager
    def _exclusive(self) -> Iterator[None]:
        try:
            with self._lock:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                with FileLock(f"{self._path}.lock", timeout=_LOCK_SECONDS, mode=0o600):
                    yield
        except (Timeout, OSError):
            raise Unavailable("tiktok_credential_file", path=str(self._path)) from None

    def _read(self) -> Credentials:
        """The vault's text where it belongs to this app and to the settings as they are now; otherwise the settings."""
        try:
            text = self._vault.read()
        except OSError:
            raise Unavailable("tiktok_credential_file", path=str(self._path)) from None
        if text is None:
            return self._seeded
        try:
            stored = json.loads(text)
            known = Credentials(**{**stored, "scopes": tuple(stored["scopes"])})
        except (ValueError, TypeError, KeyError):
            if self._seeded.refresh_token:
                return self._seeded
            raise CredentialsError("tiktok_credential_file_broken", path=str(self._path)) from None
        changed = self._seeded.seed and known.seed != self._seeded.seed
        return self._seeded if changed or known.app_key != self._seeded.app_key else known

    def _write(self, known: Credentials) -> None:
        self._vault.write(json.dumps(asdict(known), ensure_ascii=False, separators=(",", ":")))


def _mark(access_token: str, refresh_token: str) -> str:
    """A mark by which changed settings are noticed, without keeping their secrets twice."""
    both = f"{access_token}\n{refresh_token}"
    return hashlib.sha256(both.encode()).hexdigest()[:16] if both.strip() else ""
