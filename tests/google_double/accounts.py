"""Who may sign in: service accounts, people who gave their consent, and the tokens they hold."""

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

SHEETS = "https://www.googleapis.com/auth/spreadsheets"
READ_ONLY = "https://www.googleapis.com/auth/spreadsheets.readonly"
DRIVE = "https://www.googleapis.com/auth/drive"
DRIVE_FILE = "https://www.googleapis.com/auth/drive.file"
LIFETIME = 3599
LONGEST_OFF = 600
NOT_NOW = (
    "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
    "Check your iat and exp values in the JWT claim."
)
CLIENT_ID = "1234-double.apps.googleusercontent.com"


class TokenRefused(Exception):
    """What the token endpoint answers with status 400 (401 for an unknown client)."""

    def __init__(self, error: str, description: str, status: int = 400) -> None:
        super().__init__(description)
        self.error, self.description, self.status = error, description, status


@dataclass
class Token:
    email: str
    scopes: frozenset[str]
    expires: float


@cache
def private_key() -> str:
    """A throw-away key: nobody checks what it signs."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    ).decode()


@dataclass
class Accounts:
    clock: Callable[[], float]
    services: set[str] = field(default_factory=set)
    refresh_tokens: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    codes: dict[str, tuple[str, frozenset[str]]] = field(default_factory=dict)
    tokens: dict[str, Token] = field(default_factory=dict)
    revoked: set[str] = field(default_factory=set)
    person: str = "shop@example.com"  # who clicks "allow" on the consent page
    judges_time: bool = False  # whether a service account's JWT has to be made about now
    _count: int = 0

    def fresh(self, kind: str) -> str:
        self._count += 1
        return f"{kind}-{self._count:06}"

    def grant(self, form: dict[str, str]) -> dict[str, Any]:
        kind = form.get("grant_type", "")
        if kind == "urn:ietf:params:oauth:grant-type:jwt-bearer":
            return self._service_token(form.get("assertion", ""))
        if kind == "refresh_token":
            found = self.refresh_tokens.get(form.get("refresh_token", ""))
            if found is None or found[0] in self.revoked:
                raise TokenRefused("invalid_grant", "Token has been expired or revoked.")
            self._check_client(form)
            return self._issue(*found)
        if kind == "authorization_code":
            granted = self.codes.pop(form.get("code", ""), None)
            if granted is None:
                raise TokenRefused("invalid_grant", "Malformed auth code.")
            self._check_client(form)
            refresh = self.fresh("refresh")
            self.refresh_tokens[refresh] = granted
            return self._issue(*granted) | {"refresh_token": refresh}
        raise TokenRefused("unsupported_grant_type", f"Invalid grant_type: {kind}")

    def _check_client(self, form: dict[str, str]) -> None:
        if form.get("client_id", CLIENT_ID) != CLIENT_ID:
            raise TokenRefused("invalid_client", "The OAuth client was not found.", 401)

    def _service_token(self, assertion: str) -> dict[str, Any]:
        try:
            payload = assertion.split(".")[1]
            claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
            email, scopes, made = str(claims["iss"]), str(claims.get("scope", "")), float(claims["iat"])
        except (ValueError, KeyError, IndexError):
            raise TokenRefused("invalid_grant", "Invalid JWT.") from None
        if email not in self.services:
            raise TokenRefused("invalid_grant", "Invalid grant: account not found")
        if email in self.revoked:
            raise TokenRefused("invalid_grant", "Invalid JWT Signature.")
        if self.judges_time and abs(made - self.clock()) > LONGEST_OFF:
            raise TokenRefused("invalid_grant", NOT_NOW)
        return self._issue(email, frozenset(scopes.split()))

    def _issue(self, email: str, scopes: frozenset[str]) -> dict[str, Any]:
        token = self.fresh("access")
        self.tokens[token] = Token(email, scopes, self.clock() + LIFETIME)
        return {
            "access_token": token, "expires_in": LIFETIME, "token_type": "Bearer", "scope": " ".join(sorted(scopes)),
        }  # fmt: skip

    def holder(self, header: str) -> Token | None:
        found = self.tokens.get(header.removeprefix("Bearer "))
        if found is None or found.expires < self.clock() or found.email in self.revoked:
            return None
        return found
