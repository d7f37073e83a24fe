"""Apps, auth codes and tokens: the authorisation host (platform page "Authorization overview")."""

import secrets
from dataclasses import dataclass, field

from .answers import ApiError, Wire
from .clock import SandboxClock
from .options import SandboxOptions

ALL_SCOPES = (
    "seller.authorization.info",
    "seller.product.basic",
    "seller.product.write",
    "seller.product.delete",
    "seller.logistics",
    "seller.shop.info",
    "serller.product.optimize",  # the platform's own spelling
)
AUTH_CODE_SECONDS = 1800.0


@dataclass
class Token:
    """One access token; `dead` once a refresh replaced it."""

    value: str = field(repr=False)
    expires: float
    scopes: tuple[str, ...]
    dead: bool = False


@dataclass
class _Grant:
    """What a refresh token or an auth code stands for."""

    expires: float
    scopes: tuple[str, ...]
    access: str = field(default="", repr=False)


class Tokens:
    """The tokens of one app and one seller."""

    def __init__(self, clock: SandboxClock, options: SandboxOptions, seller_name: str, region: str) -> None:
        self._clock = clock
        self._options = options
        self._seller = {"seller_name": seller_name, "seller_base_region": region, "user_type": 0,
                        "open_id": "7010736057180325637"}
        self.app_key = "6csandbox0001"
        self.app_secret = "5a6d" + "0123456789abcdef" * 2 + "beef"
        self._access: dict[str, Token] = {}
        self._refresh: dict[str, _Grant] = {}
        self._codes: dict[str, _Grant] = {}
        self._serial = 0
        first = self._issue(ALL_SCOPES)
        self.access_token: str = first["access_token"]
        self.refresh_token: str = first["refresh_token"]

    def find(self, value: str) -> Token | None:
        return self._access.get(value)

    def expired(self, token: Token) -> bool:
        return token.dead or self._clock.now() >= token.expires

    def expire_access(self) -> None:
        """All access tokens run out now; the refresh tokens live on."""
        for token in self._access.values():
            token.expires = min(token.expires, self._clock.now())

    def revoke(self) -> None:
        """The seller withdraws the authorisation: nothing works any more, a new consent is needed."""
        self.expire_access()
        self._refresh.clear()

    def set_scopes(self, scopes: tuple[str, ...]) -> None:
        for token in self._access.values():
            token.scopes = scopes
        for grant in self._refresh.values():
            grant.scopes = scopes

    def issue_code(self, scopes: tuple[str, ...] = ALL_SCOPES) -> str:
        """An auth code as the consent page hands it out: one use, 30 minutes."""
        self._serial += 1
        code = f"ROW_sandbox_code_{self._serial:04d}"
        self._codes[code] = _Grant(self._clock.now() + AUTH_CODE_SECONDS, scopes)
        return code

    def answer(self, path: str, query: dict[str, str]) -> Wire:
        """Data of `token/get` and `token/refresh`; refusals carry the codes of reference 1.3."""
        if query.get("app_key") != self.app_key:
            raise ApiError(36009004, "Invalid credentials. The 'app_key' query parameter is invalid.", status=400)
        if not secrets.compare_digest(query.get("app_secret", "").encode(), self.app_secret.encode()):
            raise ApiError(36009004, "Invalid credentials. The 'app_secret' query parameter is invalid.", status=400)
        if path.endswith("/get"):
            return self._from_code(query)
        return self._from_refresh(query)

    def _from_code(self, query: dict[str, str]) -> Wire:
        grant = self._codes.pop(query.get("auth_code", ""), None)
        if query.get("grant_type") != "authorized_code" or grant is None or self._clock.now() >= grant.expires:
            raise ApiError(36004004, "auth_code is invalid or has expired")
        return self._issue(grant.scopes)

    def _from_refresh(self, query: dict[str, str]) -> Wire:
        grant = self._refresh.get(query.get("refresh_token", ""))
        if query.get("grant_type") != "refresh_token" or grant is None:
            raise ApiError(36004005, "no authorization record for this refresh_token")
        if self._clock.now() >= grant.expires:
            raise ApiError(36004001, "refresh_token has expired")
        del self._refresh[query["refresh_token"]]
        old = self._access.get(grant.access)
        if old is not None and not self._options.old_access_token_survives:
            old.dead = True
        return self._issue(grant.scopes, refresh_expires=grant.expires)

    def _issue(self, scopes: tuple[str, ...], refresh_expires: float | None = None) -> Wire:
        self._serial += 1
        now = self._clock.now()
        access, refresh = f"ROW_sandbox_access_{self._serial:04d}", f"ROW_sandbox_refresh_{self._serial:04d}"
        token = Token(access, now + self._options.access_token_seconds, scopes)
        ends = refresh_expires if refresh_expires is not None else now + self._options.refresh_token_seconds
        self._access[access] = token
        self._refresh[refresh] = _Grant(ends, scopes, access)
        self.access_token, self.refresh_token = access, refresh
        return {
            "access_token": access,
            "access_token_expire_in": int(token.expires),
            "refresh_token": refresh,
            "refresh_token_expire_in": int(ends),
            **self._seller,
            "granted_scopes": list(scopes),
        }
