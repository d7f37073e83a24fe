"""Tokens from the authorisation host (Partner Center, "Authorization overview"). These calls are not signed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.errors import CredentialsError, Unavailable
from sheets_sync.tiktok.classify import Kind, classify, without_help_link
from sheets_sync.tiktok.exchange import Exchange, NoAnswer, NotSent
from sheets_sync.tiktok.signing import wire_query


@dataclass(frozen=True, slots=True)
class Grant:
    """What a seller's consent gives. Expiries are moments in Unix seconds; 0 means unknown.

    The platform's `…_expire_in` fields are such moments, in spite of their name.
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    access_expires: int = 0
    refresh_expires: int = 0
    open_id: str = ""
    seller_name: str = ""
    region: str = ""
    scopes: tuple[str, ...] = ()


class AuthHost:
    """Raises CredentialsError when a new consent is needed, Unavailable when the host gave no clear answer."""

    def __init__(self, auth_base: str, app_key: str, app_secret: str, exchange: Exchange) -> None:
        self._base = auth_base.rstrip("/")
        self._app = {"app_key": app_key, "app_secret": app_secret}
        self._exchange = exchange

    def by_code(self, auth_code: str) -> Grant:
        """Tokens for the code that the consent page handed out; it works once, for 30 minutes."""
        return self._ask("/api/v2/token/get", {"auth_code": auth_code, "grant_type": "authorized_code"})

    def refresh(self, refresh_token: str) -> Grant:
        """New tokens, both of them: the refresh token given is dead afterwards."""
        return self._ask("/api/v2/token/refresh", {"refresh_token": refresh_token, "grant_type": "refresh_token"})

    def _ask(self, path: str, query: Mapping[str, str]) -> Grant:
        try:
            answer = self._exchange.send("GET", f"{self._base}{path}?{wire_query({**self._app, **query})}")
        except (NotSent, NoAnswer):
            raise Unavailable("tiktok_auth_unreachable") from None
        if answer.code == 0 and answer.status < 400 and isinstance(answer.data, dict):
            return _grant(answer.data)
        verdict = classify(answer.status, answer.code, answer.message, write=False)
        if verdict.kind is Kind.RETRY:
            raise Unavailable("tiktok_auth_unreachable")
        secrets = (*self._app.values(), *query.values())
        words = without_help_link(without(answer.message, secrets))
        told = verdict.advice if verdict.kind is Kind.CREDENTIALS else "tiktok_sign_in_refused"
        raise CredentialsError(told, shop_code=str(answer.code or ""), words=words, request_id=answer.request_id)


def without(text: str, secrets: tuple[str, ...]) -> str:
    """`text` with every secret that the other side may have quoted in it blacked out."""
    for secret in secrets:
        text = text.replace(secret, "***") if len(secret) > 5 else text
    return text


def _grant(data: Mapping[str, Any]) -> Grant:
    access, refresh = data.get("access_token"), data.get("refresh_token")
    if not (isinstance(access, str) and access and isinstance(refresh, str) and refresh):
        raise Unavailable("tiktok_auth_unreachable")
    scopes = data.get("granted_scopes")
    return Grant(
        access_token=access,
        refresh_token=refresh,
        access_expires=_moment(data.get("access_token_expire_in")),
        refresh_expires=_moment(data.get("refresh_token_expire_in")),
        open_id=str(data.get("open_id") or ""),
        seller_name=str(data.get("seller_name") or ""),
        region=str(data.get("seller_base_region") or ""),
        scopes=tuple(str(scope) for scope in scopes) if isinstance(scopes, list) else (),
    )


def _moment(value: object) -> int:
    return value if isinstance(value, int) else 0
