"""The 実行履歴 tab: a row per run."""

from __future__ import annotations

from dataclasses import replace

from sheets_sync.issue import Tab
from sheets_sync.records import Run
from sheets_sync.states import State
from sheets_sync.tables import CellValue, Patch
from sheets_sync.usecases.session import Session


def history_row(session: Session, run: Run) -> dict[str, CellValue]:
    """A run as cells. A run that is still at work shows the time of its writing as its end."""
    finished = run.finished or session.clock.now()
    row: dict[str, CellValue] = {
        "run_id": run.run_id,
        "started": session.local(run.started),
        "finished": session.local(finished),
        "command": run.command,
        "user": run.user,
        "exit": run.exit,
        "products": run.products or None,
        "note": "\n".join(filter(None, [run.note, *session.notes])) or None,
    }
    return row | {f"state_{state}": run.states.get(state, 0) for state in State if run.states}


def history_rows(session: Session, run: Run) -> list[dict[str, CellValue]]:
    """The tab's rows in a new workbook."""
    session.store.save_run(replace(run, finished=session.clock.now()))
    return [history_row(session, run)]


def add_history(session: Session, patch: Patch, run: Run) -> None:
    """Add the run to the workbook's tab and to the store's record."""
    session.store.save_run(replace(run, finished=session.clock.now()))
    patch.tab(Tab.HISTORY).appends.append(history_row(session, run))
