"""`auth google` and `init --google`: who the tool is to Google, and the spreadsheet that it works in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from sheets_sync.cli.context import Caller
from sheets_sync.cli.progress import Watched
from sheets_sync.clock import SystemClock
from sheets_sync.messages import text
from sheets_sync.settings import DEFAULT_FILE, Settings, load_settings
from sheets_sync.usecases.auth_check import Checkup, google_checkup
from sheets_sync.usecases.auth_google import Chosen, choose, consent
from sheets_sync.usecases.open_workbook import CREDENTIALS, open_google
from sheets_sync.usecases.settings_file import set_keys


def sign_in(caller: Caller, client: Path | None, credentials: Path | None, *, browser: bool, port: int) -> int:
    """Get a person's consent where a client file is given, then say whether the spreadsheet can be worked in."""
    settings = _settings(caller, credentials)
    if client:
        file = consent(
            client, settings.folder, caller.language, show=lambda link: _show(caller, link), open_browser=browser,
            port=port,
        )  # fmt: skip
        settings = _with(settings, credentials=file.name)
        if _file(caller).is_file():
            set_keys(_file(caller), {"workbook.credentials": file.name})
        caller.tell("google_consent_kept", file=file.name)
    with Watched(caller.language, quiet=caller.quiet) as progress:
        found = google_checkup(settings, SystemClock(), progress)
    return _report(caller, found)


def chosen_spreadsheet(caller: Caller, folder: Path, credentials: Path | None, wanted: str) -> Chosen:
    """The spreadsheet that `init --google` shall name in the settings, adopted or made. Nothing is laid down yet."""
    workbook = {"kind": "google", "credentials": str(credentials.resolve()) if credentials else ""}
    values: dict[str, Any] = {"language": caller.language, "workbook": workbook}
    settings = Settings(**values).within(folder.resolve())
    clock = SystemClock()
    with Watched(caller.language, quiet=caller.quiet) as progress:
        title = text("google_title", caller.language)
        return choose(open_google(settings, clock, progress), settings, wanted, title, clock)


def name_in_settings(caller: Caller, folder: Path, credentials: Path | None, found: Chosen) -> None:
    """Write the spreadsheet into the settings just laid down, and the id of the cart whose workbook it holds."""
    values = {
        "workbook.kind": "google",
        "workbook.spreadsheet_id": found.spreadsheet.id,
        "workbook.credentials": _relative(credentials, folder) if credentials else CREDENTIALS,
    }
    set_keys(folder / DEFAULT_FILE, values | ({"cart.id": found.cart} if found.cart else {}))
    code = "google_adopted_workbook" if found.cart else "google_adopted"
    caller.say(text(code, caller.language, title=found.title, url=found.spreadsheet.url, cart=found.cart))


def _settings(caller: Caller, credentials: Path | None) -> Settings:
    """The settings, or the defaults where there are none yet: signing in comes before `init`."""
    begun = caller.config is not None or _file(caller).is_file()
    settings = caller.settings() if begun else load_settings(None, {})
    return _with(settings, credentials=str(credentials.resolve())) if credentials else settings


def _with(settings: Settings, *, credentials: str) -> Settings:
    return settings.model_copy(
        update={"workbook": settings.workbook.model_copy(update={"credentials": credentials})}
    )


def _file(caller: Caller) -> Path:
    return caller.config or Path(DEFAULT_FILE)


def _relative(file: Path, folder: Path) -> str:
    """As the settings name a file: by its name within their folder, else by its whole path."""
    whole, home = file.resolve(), folder.resolve()
    return whole.relative_to(home).as_posix() if whole.is_relative_to(home) else str(whole)


def _show(caller: Caller, link: str) -> None:
    """On stderr, and even when quiet: without it nothing goes on."""
    click.echo(text("google_consent_open", caller.language), err=True)
    click.echo(link, err=True)


def _report(caller: Caller, found: Checkup) -> int:
    caller.show(found.to_json(caller.language))
    for finding in found.findings:
        caller.say(finding.line(caller.language))
    return int(found.exit_code)
