"""`auth`: sign in to TikTok Shop, and see whether everything is ready."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sheets_sync.cli.context import Caller, command_options
from sheets_sync.messages import text

if TYPE_CHECKING:
    from sheets_sync.shop import AuthorisedShop
    from sheets_sync.usecases.auth import Question, SignedIn
    from sheets_sync.usecases.session import Session

TRIES = 3


@click.group(help="サインインと準備の確認 / Sign in, and see whether everything is ready.")
def auth() -> None:
    """The group; its help stands above."""


@auth.command(help="TikTok Shopにサインインする / Sign in to TikTok Shop and choose the shop.")
@click.option("--code", default="", metavar="CODE", help="認可コードか移動先のアドレス / The code or the address.")
@click.option(
    "--listen",
    type=click.IntRange(1, 65535),
    metavar="PORT",
    help="このポートで認可コードを受け取る / Catch the code on this port of this machine.",
)
@click.option("--shop", "shop_id", default="", metavar="ID", help="使うショップのID / Which of several shops.")
@command_options
def tiktok(caller: Caller, code: str, listen: int | None, shop_id: str) -> int:
    from sheets_sync.usecases.auth import pasted_code, sign_in  # noqa: PLC0415  commands load only what they use

    watched = caller.watched
    with caller.session(locked=False) as session:
        if code:
            code = pasted_code(code)
        elif listen or not (shop_id and session.tiktok.tokens.credentials().refresh_token):
            # A shop named alone is chosen within the sign-in there is.
            code = _consent(caller, session, listen, watched=watched)
        pick = (lambda shops: _pick(caller, shops)) if watched else None
        result = sign_in(session, code, shop_id=shop_id, pick=pick)
    caller.show(result.to_json())
    _say(caller, result)
    caller.tell("next_auth_tiktok")
    return int(result.exit_code)


@auth.command(help="Googleにサインインし、スプレッドシートを確認する / Sign in to Google, check the spreadsheet.")
@click.option(
    "--client",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="OAuthクライアントのJSON。ブラウザで許可する / An OAuth client's JSON: give consent in the browser.",
)
@click.option(
    "--credentials",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="サービスアカウントのJSON / A service account's JSON, in place of the settings'.",
)
@click.option("--no-browser", is_flag=True, help="ブラウザを開かない / Do not open the browser, only show the link.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="受け取るポート / Port that catches the answer.")
@command_options
def google(caller: Caller, client: Path | None, credentials: Path | None, no_browser: bool, port: int) -> int:
    from sheets_sync.cli.google_steps import sign_in  # noqa: PLC0415  commands load only what they use

    return sign_in(caller, client, credentials, browser=not no_browser, port=port)


@auth.command(help="カート・表・ショップの準備を確認する / Check cart, workbook and shop; nothing is written.")
@command_options
def check(caller: Caller) -> int:
    from sheets_sync.errors import UsageError  # noqa: PLC0415
    from sheets_sync.usecases.auth_check import auth_check, settings_failed  # noqa: PLC0415

    try:
        settings = caller.settings()
    except UsageError as error:
        result = settings_failed(error)
    else:
        name = caller.config.name if caller.config else "sheets_sync.toml"
        with caller.session(locked=False, settings=settings) as session:
            result = auth_check(session, name)
    caller.show(result.to_json(caller.language))
    for finding in result.findings:
        caller.say(finding.line(caller.language))
    return int(result.exit_code)


def _consent(caller: Caller, session: Session, port: int | None, *, watched: bool) -> str:
    """Show the link and get the code: from the browser, or pasted by the person at the terminal."""
    from sheets_sync.errors import UsageError  # noqa: PLC0415
    from sheets_sync.usecases.auth import LISTEN_SECONDS, ask_consent, caught_code  # noqa: PLC0415

    question = ask_consent(session)
    if port:

        def show(port: int) -> None:
            _show_link(caller, question)
            caller.tell("auth_listening", minutes=round(LISTEN_SECONDS / 60), port=port)

        return caught_code(session, question, port, show)
    if not watched:
        raise UsageError("auth_code_needed", link=question.link)
    _show_link(caller, question)
    return _paste(caller, question)


def _show_link(caller: Caller, question: Question) -> None:
    """On stderr, and even when quiet: without it nothing goes on."""
    click.echo(text("auth_open_link", caller.language), err=True)
    click.echo(question.link, err=True)


def _paste(caller: Caller, question: Question) -> str:
    from sheets_sync.errors import UsageError  # noqa: PLC0415
    from sheets_sync.usecases.auth import pasted_code  # noqa: PLC0415

    for left in reversed(range(TRIES)):
        try:
            return pasted_code(click.prompt(text("auth_paste", caller.language), err=True), question)
        except UsageError as error:
            if not left:
                raise
            click.echo(text(error.code, caller.language), err=True)
    raise AssertionError  # the last try returns or raises


def _pick(caller: Caller, shops: Sequence[AuthorisedShop]) -> AuthorisedShop:
    for number, shop in enumerate(shops, 1):
        click.echo(f"  {number}. {shop.name} (ID {shop.id}, {shop.region})", err=True)
    number = click.prompt(text("auth_which_shop", caller.language), type=click.IntRange(1, len(shops)), err=True)
    return shops[number - 1]


def _say(caller: Caller, result: SignedIn) -> None:
    from sheets_sync.usecases.auth import shown, without_scope  # noqa: PLC0415

    language, shop = caller.language, result.shop
    name = {"seller": result.seller, "shop": shop.name, "id": shop.id, "region": shop.region}
    caller.say(text("auth_signed_in", language, **name))
    access, refresh = shown(result.access_expires, language), shown(result.refresh_expires, language)
    caller.say(text("auth_expiries", language, access=access, refresh=refresh))
    caller.say(text("auth_scopes", language, scopes=", ".join(result.scopes) or text("auth_unknown", language)))
    for scope in result.missing:
        caller.say("  " + text("auth_scope_missing", language, **without_scope(scope, language)))
