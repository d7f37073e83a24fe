"""Opens the workbook that the settings name: an Excel file, or a Google Sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sheets_sync.ports import Clock, Progress, Workbook
from sheets_sync.settings import Settings
from sheets_sync.template import Template

if TYPE_CHECKING:
    from sheets_sync.gsheets.spreadsheets import Spreadsheets

CREDENTIALS = "google_credentials.json"
"""Where a person's consent is kept, unless the settings name another file."""


def open_workbook(settings: Settings, template: Template, clock: Clock, progress: Progress) -> Workbook:
    """The workbook, which need not exist yet. Raises CredentialsError and UsageError for a Google Sheet that the
    settings do not lead to.
    """
    if settings.workbook.kind == "google":
        return _google(settings, template, clock, progress)
    from sheets_sync.workbooks.excel import ExcelWorkbook  # noqa: PLC0415  loads XlsxWriter only when needed

    return ExcelWorkbook(
        settings.path(settings.workbook.path),
        template,
        language=settings.language,
        sign_off=settings.rules.sign_off,
        protect=settings.workbook.protect,
        clock=clock,
    )


def open_google(settings: Settings, clock: Clock, progress: Progress) -> Spreadsheets:
    """Google as the settings' account sees it. Raises CredentialsError."""
    from sheets_sync.gsheets.credentials import open_account  # noqa: PLC0415  loads gspread only when needed
    from sheets_sync.gsheets.spreadsheets import Spreadsheets  # noqa: PLC0415

    ours = settings.workbook
    account = open_account(settings.path(ours.credentials or CREDENTIALS))
    return Spreadsheets(account, clock=clock, progress=progress, api_base=ours.api_base)


def _google(settings: Settings, template: Template, clock: Clock, progress: Progress) -> Workbook:
    from sheets_sync.workbooks.google.workbook import GoogleWorkbook  # noqa: PLC0415  loads gspread only when needed

    return GoogleWorkbook(
        open_google(settings, clock, progress).open(settings.workbook.spreadsheet_id),
        template,
        language=settings.language,
        sign_off=settings.rules.sign_off,
        protect=settings.workbook.protect,
        clock=clock,
        folder=settings.folder,
    )
