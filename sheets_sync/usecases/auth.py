"""Signing in to TikTok Shop: ask the seller for consent, trade the code for tokens, and choose the shop."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sheets_sync.errors import CredentialsError, ExitCode, UsageError
from sheets_sync.messages import Language, text
from sheets_sync.shop import AuthorisedShop
from sheets_sync.tiktok.consent import Redirect, RedirectListener, consent_link, is_platform, read_redirect
from sheets_sync.usecases.binding import bind, named
from sheets_sync.usecases.session import Session

LISTEN_SECONDS = 600.0
"""How long a listener waits; the code itself lives for 30 minutes."""
SCOPES = (
    "seller.authorization.info",
    "seller.product.basic",
    "seller.product.write",
    "seller.product.delete",
    "seller.logistics",
)
"""What this tool needs to do all of its work (reference: TikTok Shop API 1.6)."""


@dataclass(frozen=True, slots=True)
class Question:
    """What the seller is asked: the page to open, and the mark by which the answer is known again."""

    link: str
    state: str


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A sign-in with its shop. Expiries are local time of the market without zone, None where not told."""

    run_id: str
    seller: str
    shop: AuthorisedShop = field(repr=False)
    scopes: tuple[str, ...]
    access_expires: dt.datetime | None
    refresh_expires: dt.datetime | None

    @property
    def missing(self) -> tuple[str, ...]:
        return missing_scopes(self.scopes)

    @property
    def exit_code(self) -> ExitCode:
        return ExitCode.NEEDS_A_PERSON if self.missing else ExitCode.DONE

    def to_json(self) -> dict[str, Any]:
        """The command's JSON object: no token, no code, no cipher."""
        return {
            "command": "auth tiktok",
            "run_id": self.run_id,
            "seller": self.seller,
            "shop": {"id": self.shop.id, "name": self.shop.name, "region": self.shop.region},
            "scopes": list(self.scopes),
            "missing_scopes": list(self.missing),
            "access_expires": self.access_expires and self.access_expires.isoformat(),
            "refresh_expires": self.refresh_expires and self.refresh_expires.isoformat(),
        }


def missing_scopes(granted: Sequence[str]) -> tuple[str, ...]:
    """What is needed and was not granted; nothing where the granted ones are not known."""
    return tuple(scope for scope in SCOPES if scope not in granted) if granted else ()


def without_scope(scope: str, language: Language) -> dict[str, object]:
    """Places of `auth_scope_missing`: the scope and what cannot be done without it."""
    return {"scope": scope, "prevents": text(f"scope_{scope.replace('.', '_')}", language)}


def ask_consent(session: Session) -> Question:
    """The link for the seller. Raises UsageError without a service id, CredentialsError without an app."""
    tiktok = session.settings.tiktok
    _ = session.tiktok  # a missing app is told before anyone is sent to the consent page
    if is_platform(tiktok.auth_base) and not tiktok.service_id:
        raise UsageError("auth_service_id_missing")
    state = secrets.token_urlsafe(24)
    return Question(consent_link(tiktok.service_id, state, market=tiktok.market, auth_base=tiktok.auth_base), state)


def pasted_code(pasted: str, question: Question | None = None) -> str:
    """The code in what a person pasted: a redirect's whole address or the code alone.

    Raises UsageError (nothing in it, or the answer to another question), CredentialsError (consent refused).
    """
    found = read_redirect(pasted)
    if question is not None and found.state and not found.is_of(question.state):
        raise UsageError("auth_state_wrong")
    return _code(found)


def caught_code(session: Session, question: Question, port: int, show: Callable[[int], None]) -> str:
    """The code that the browser brings to this machine. `show` is called with the port once somebody listens there."""
    with RedirectListener(port, question.state, session.language) as listener:
        show(listener.port)
        return _code(listener.wait(LISTEN_SECONDS))


def _code(found: Redirect) -> str:
    if found.error:
        raise CredentialsError("auth_denied")
    if not found.code:
        raise UsageError("auth_code_unreadable")
    return found.code


def sign_in(
    session: Session,
    code: str,
    *,
    shop_id: str = "",
    pick: Callable[[Sequence[AuthorisedShop]], AuthorisedShop] | None = None,
) -> SignedIn:
    """Trade the code for tokens and choose the shop; with `code` "" the present sign-in is kept.

    `pick` asks a person which of several shops is meant; None = nobody is there to ask. Raises CredentialsError (code
    used or too old, no shop), UsageError (no such shop, another market), Refused (the store is another shop's),
    Unavailable. A sign-in that worked stays, even where the choice of the shop fails.
    """
    tokens = session.tiktok.tokens
    if code:
        tokens.sign_in(code)
    shops = session.shop.authorised_shops()
    if not shops:
        raise CredentialsError("auth_no_shop")
    shop = _choose(session, shops, shop_id, pick)
    bind(session, shop)
    tokens.choose(shop)
    known = tokens.credentials()
    return SignedIn(
        session.run_id,
        known.seller_name or shop.name,
        shop,
        known.scopes,
        local_moment(session, known.access_expires),
        local_moment(session, known.refresh_expires),
    )


def _choose(
    session: Session,
    shops: Sequence[AuthorisedShop],
    shop_id: str,
    pick: Callable[[Sequence[AuthorisedShop]], AuthorisedShop] | None,
) -> AuthorisedShop:
    """The shop that was named, that the settings or the store name already, the only one, or the one picked."""
    cipher, bound = session.settings.tiktok.shop_cipher.get_secret_value(), session.store.fact("shop_id")
    if shop_id:
        found = [shop for shop in shops if shop.id == shop_id]
        if not found:
            raise UsageError("auth_shop_unknown", read=shop_id, shops=named(shops))
    else:
        found = [shop for shop in shops if shop.cipher == cipher] if cipher else []
        found = found or [shop for shop in shops if shop.id == bound] or (list(shops) if len(shops) == 1 else [])
    if not found and pick is None:
        raise UsageError("auth_choose_shop", shops=named(shops))
    shop = found[0] if found or pick is None else pick(shops)
    if cipher and shop.cipher != cipher:
        raise UsageError("auth_shop_setting", shop=shop.name)
    return shop


def local_moment(session: Session, seconds: int) -> dt.datetime | None:
    """A moment in Unix seconds as local time of the market; 0 = not known."""
    return session.local(dt.datetime.fromtimestamp(seconds, dt.UTC)) if seconds else None


def shown(moment: dt.datetime | None, language: Language) -> str:
    """A local moment as a person reads it."""
    return f"{moment:%Y-%m-%d %H:%M}" if moment else text("auth_unknown", language)
