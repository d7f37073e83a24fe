"""Obeys what people ask for by the menu in a shared sheet: the scheduled run carries it out, once.

A request is a command and the moment at which it was left (`check 2026-11-22T10:05:00.000Z`, templates/sheets_menu.gs).
It only says when to run: limits, approvals and everything else are those of any other run.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import logging
from collections.abc import Callable
from dataclasses import dataclass

from sheets_sync.errors import SheetsSyncError
from sheets_sync.messages import text
from sheets_sync.ports import Clock, Progress
from sheets_sync.settings import Settings
from sheets_sync.tables import Patch
from sheets_sync.template_files import load_template
from sheets_sync.usecases.history import add_history
from sheets_sync.usecases.open_workbook import open_workbook
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session

log = logging.getLogger(__name__)

OLDEST = dt.timedelta(hours=24)
"""A request that nobody obeyed for so long is nobody's wish any more."""
_AHEAD = dt.timedelta(hours=1)
"""Clocks differ; more than this is no clock."""
_OBEYED = "requests_obeyed"
_KEPT = OLDEST + _AHEAD


@dataclass(frozen=True, slots=True)
class Request:
    """A request as it stands in the sheet: its text, and what it means."""

    text: str
    command: str
    at: dt.datetime


def parse_request(words: str) -> Request | None:
    """What a request's text means, None where it means nothing."""
    command, _, moment = words.strip().partition(" ")
    try:
        at = dt.datetime.fromisoformat(moment)
    except ValueError:
        return None
    return Request(words, command, at) if command and at.tzinfo else None


def requested(settings: Settings, command: str, clock: Clock, progress: Progress) -> Request | None:
    """What is asked of this command, None for nothing: one call, and neither store nor log is touched.

    Raises what the workbook does: UsageError, Unavailable, CredentialsError.
    """
    workbook = open_workbook(settings, load_template(settings.tiktok.market), clock, progress)
    found = parse_request(workbook.request())
    return found if found and found.command == command else None


def obey(session: Session, request: Request, run: Callable[[Session], RunResult]) -> RunResult:
    """Run what is asked for, unless it was obeyed before or is out of date. Raises what the run raises.

    It is remembered as obeyed before anything is done: whatever happens then, it is not obeyed a second time.
    """
    age = session.clock.now() - request.at
    if request.text in _obeyed(session):  # its cell could not be cleared then
        return _left_alone(session, request)
    if not -_AHEAD <= age <= OLDEST:
        result = _left_alone(session, request)
        result.notes.append(("request_out_of_date", {"time": f"{session.local(request.at):%Y-%m-%d %H:%M}"}))
        return result
    session.store.save_fact(_OBEYED, "\n".join([*_recent(session), request.text]))
    session.notes.append(text("request_note", session.language, time=f"{session.local(request.at):%H:%M}"))
    try:
        result = run(session)
    except SheetsSyncError as error:
        _tell_in_the_sheet(session, error)
        raise
    finally:
        _clear(session, request)
    result.counts["requested"] = True
    return result


def nothing_requested(command: str) -> RunResult:
    """The end of a run that had nothing to do."""
    return RunResult(command, "", counts={"requested": False})


def _left_alone(session: Session, request: Request) -> RunResult:
    _clear(session, request)
    return nothing_requested(session.command)


def _obeyed(session: Session) -> list[str]:
    return session.store.fact(_OBEYED).splitlines()


def _recent(session: Session) -> list[str]:
    """What was obeyed and could still stand somewhere: older ones are refused for their age."""
    known = [(line, parse_request(line)) for line in _obeyed(session)]
    return [line for line, found in known if found and session.clock.now() - found.at <= _KEPT]


def _clear(session: Session, request: Request) -> None:
    """Take the request out of the sheet. Where that fails it is passed over the next time, and tried again."""
    try:
        session.workbook.clear_request(request.text)
    except SheetsSyncError as error:
        log.warning("the request %r stays in the sheet: %s", request.text, error)


def _tell_in_the_sheet(session: Session, error: SheetsSyncError) -> None:
    """Who asked sees only the sheet: a run that was refused or could not go on has its row in the history, too."""
    run = session.run()
    run.exit, run.note = int(error.exit_code), text(error.code, session.language, **error.params)
    patch = Patch()
    with contextlib.suppress(SheetsSyncError):
        add_history(session, patch, run)
        session.workbook.write(patch)
