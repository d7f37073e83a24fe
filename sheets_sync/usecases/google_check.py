"""The check-up of Google Sheets: who the tool is to Google, and whether the spreadsheet may be edited."""

from __future__ import annotations

from collections.abc import Iterator

from sheets_sync.gsheets.spreadsheets import MOST_CELLS, Spreadsheets

Told = tuple[str, str, dict[str, object]]
"""How a part ended ("ok", "note", "person"), message code and places."""
_NEARLY_FULL = 0.8


def google_check(google: Spreadsheets, spreadsheet: str) -> Iterator[Told]:
    """What is found, part by part. `spreadsheet`: id or address, "" = none chosen yet.

    Raises what makes going on useless: signed out, not shared, API not enabled, no such spreadsheet, no connection.
    """
    if google.address:
        yield "ok", "google_check_account", {"address": google.address}
    else:
        yield "ok", "google_check_consent", {}
    if not spreadsheet:
        code = "google_check_share_first" if google.address else "google_check_none_chosen"
        yield "person", code, {"address": google.address}
        return
    found = google.open(spreadsheet)
    about = found.about()
    found.touch(about)
    yield "ok", "google_check_editable", {"title": about.title, "url": found.url}
    if about.cells > MOST_CELLS * _NEARLY_FULL:
        yield "note", "google_check_nearly_full", {"cells": about.cells, "max": MOST_CELLS}
