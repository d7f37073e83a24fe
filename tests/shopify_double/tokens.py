"""Access tokens: the static one of a custom app, and those of the client-credentials grant, which expire."""

import itertools
from collections.abc import Callable
from typing import Any


class Tokens:
    """`permitted`: whether the shop belongs to the app's organisation."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.static = {"shpat_double_static_token"}
        self.client_id = "double-client"
        self.client_secret = "shpss_double_secret"
        self.permitted = True
        self.lifetime = 86_399
        self.issued: dict[str, float] = {}
        self._numbers = itertools.count(1)

    def valid(self, token: str) -> bool:
        return token in self.static or self._clock() < self.issued.get(token, 0.0)

    def revoke(self) -> None:
        """Every token of the client-credentials grant stops working before its time."""
        self.issued.clear()

    def grant(self, wanted: dict[str, Any], scopes: set[str]) -> tuple[int, dict[str, Any]]:
        """HTTP status and body for a request of a token."""
        if wanted.get("grant_type") != "client_credentials":
            return 400, {"error": "unsupported_grant_type", "error_description": "grant_type is not supported"}
        if (wanted.get("client_id"), wanted.get("client_secret")) != (self.client_id, self.client_secret):
            return 401, {"error": "invalid_client", "error_description": "The client credentials are not valid"}
        if not self.permitted:
            told = "Oauth error shop_not_permitted: Client credentials cannot be performed on this shop."
            return 400, {"error": "shop_not_permitted", "error_description": told}
        token = f"shpat_granted_{next(self._numbers):04d}"
        self.issued[token] = self._clock() + self.lifetime
        return 200, {"access_token": token, "scope": ",".join(sorted(scopes)), "expires_in": self.lifetime}
