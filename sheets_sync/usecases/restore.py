"""Brings a kept copy of the workbook back, but never the instructions in it: what was to be done then was done then."""

from __future__ import annotations

from collections.abc import Sequence

from sheets_sync.errors import UsageError
from sheets_sync.issue import Tab
from sheets_sync.ports import Copy
from sheets_sync.tables import Patch
from sheets_sync.usecases.history import add_history
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session


def list_copies(session: Session) -> Sequence[Copy]:
    """Kept copies, newest first."""
    return session.workbook.copies()


def restore(session: Session, stamp: str) -> RunResult:
    """Put the copy `stamp` in the workbook's place (the present one is kept) and blank its 出品指示 cells."""
    known = {copy.stamp for copy in session.workbook.copies()}
    if stamp not in known:
        raise UsageError("copy_unknown", read=stamp, known=", ".join(sorted(known, reverse=True)) or "-")
    session.workbook.restore(stamp)
    session.workbook.clear_request(session.workbook.request())  # of an older moment, perhaps cancelled since
    snapshot = session.workbook.read()
    patch = Patch()
    blanked = 0
    for ref, row in snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS):
        if row.cells.get("action") not in (None, ""):
            patch.tab(Tab.PRODUCTS).set(ref, "action", None)
            blanked += 1
    session.notes.append(f"restore {stamp}")
    add_history(session, patch, session.run())
    session.workbook.write(patch)
    products = len({ref.key for ref, _ in snapshot.tabs[Tab.PRODUCTS].refs(Tab.PRODUCTS)})
    result = RunResult(session.command, session.run_id, products, counts={"stamp": stamp, "blanked": blanked})
    result.notes.append(("restored", {"stamp": stamp, "blanked": blanked}))
    return result
