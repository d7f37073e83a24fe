"""Signing in to Google, and the spreadsheet that a shop works in: made anew or adopted."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sheets_sync.errors import UsageError
from sheets_sync.gsheets.consent import ask_consent
from sheets_sync.gsheets.spreadsheets import Spreadsheet, Spreadsheets
from sheets_sync.messages import Language, text
from sheets_sync.ports import Clock
from sheets_sync.settings import Settings
from sheets_sync.template_files import load_template
from sheets_sync.tiktok.vaults import FileVault
from sheets_sync.usecases.open_workbook import CREDENTIALS
from sheets_sync.workbooks.google.workbook import GoogleWorkbook

CONSENT_SECONDS = 300


def consent(
    client_file: Path, folder: Path, language: Language, *, show: Callable[[str], None], open_browser: bool, port: int
) -> Path:
    """Ask the person, and keep her consent in `folder`, for her alone to read. Returns the file."""
    kept = ask_consent(
        client_file,
        show=show,
        done=text("google_consent_done", language),
        open_browser=open_browser,
        port=port,
        seconds=CONSENT_SECONDS,
    )
    file = folder / CREDENTIALS
    FileVault(file).write(kept)
    return file


@dataclass(frozen=True, slots=True)
class Chosen:
    """A spreadsheet to work in. `cart`: id of the cart whose workbook it holds already, "" = none yet."""

    spreadsheet: Spreadsheet
    title: str
    cart: str = ""


def choose(google: Spreadsheets, settings: Settings, wanted: str, title: str, clock: Clock) -> Chosen:
    """Adopt the spreadsheet named by id or address, or make one. Raises UsageError, CredentialsError, Unavailable."""
    if not wanted:
        return Chosen(google.create(title), title)
    spreadsheet = google.open(wanted)
    about = spreadsheet.about()
    spreadsheet.touch(about)
    book = GoogleWorkbook(
        spreadsheet,
        load_template(settings.tiktok.market),
        language=settings.language,
        clock=clock,
        folder=settings.folder,
    )
    if not book.exists():
        return Chosen(spreadsheet, about.title)
    ids = book.read(()).ids
    if not ids.cart:
        raise UsageError("google_adopt_unknown", title=about.title)
    return Chosen(spreadsheet, about.title, ids.cart)
