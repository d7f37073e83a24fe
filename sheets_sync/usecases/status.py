"""How things stand, from what is known here, without writing (`status`) or with writing it into the rows (`report`)."""

from __future__ import annotations

from sheets_sync.usecases.check import look, tell, write
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session


def status(session: Session) -> RunResult:
    """Counts per state and the open issues; nothing is written and nothing is asked of TikTok Shop."""
    result = tell(session, look(session, online=False))
    for run in session.store.runs(1):
        result.notes.append(("last_run", {"command": run.command, "when": f"{session.local(run.started):%m/%d %H:%M}"}))
    return result


def report(session: Session) -> RunResult:
    """Write every result that is in the store into its row: what an earlier run could not write."""
    picture = look(session, online=False)
    result = tell(session, picture)
    write(session, picture, result)
    return result
