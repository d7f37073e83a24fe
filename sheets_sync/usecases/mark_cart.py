"""Tells the cart how its products stand on TikTok Shop, where the settings ask for it ([cart] writeback).

It comes last in a run and costs it nothing but time: what goes wrong here is a note, and the next run tries again.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sheets_sync.errors import SheetsSyncError
from sheets_sync.ports import CartMark
from sheets_sync.report import Standing
from sheets_sync.usecases.cart_tags import label, tag
from sheets_sync.usecases.open_cart import open_cart_writer
from sheets_sync.usecases.result import RunResult
from sheets_sync.usecases.session import Session

log = logging.getLogger(__name__)

MARKED = "cart_mark"
"""Kind under which the store remembers what was last written: product key and mark as one key, without a value."""
_AT_ONCE = 50


def mark_cart(session: Session, standings: Iterable[Standing], result: RunResult) -> None:
    """Write what changed since the last time. The settings of a rehearsal ask for nothing."""
    if not session.settings.cart.writeback:
        return
    known = {entry.partition(" ")[0]: entry for entry in session.store.cached_keys(MARKED)}
    marks = [mark for mark in _marks(session, standings) if known.get(mark.product_key) != _memo(session, mark)]
    if not marks:
        return
    session.progress.step("step_mark_cart", count=len(marks))
    faults: dict[str, str] = {}
    try:
        writer = open_cart_writer(session.settings, session.store, session.clock, session.progress)
        for start in range(0, len(marks), _AT_ONCE):
            some = marks[start : start + _AT_ONCE]
            faults |= (told := writer.write(some))
            _remember(session, known, [mark for mark in some if mark.product_key not in told])
    except SheetsSyncError as error:
        log.warning("the cart was not told: %s", error)
        result.notes.append(("cart_not_told", {"code": error.code, **error.params}))
    if faults:
        key, words = next(iter(faults.items()))
        result.notes.append(("cart_refused_mark", {"count": len(faults), "product": key, "words": words}))


def _marks(session: Session, standings: Iterable[Standing]) -> Iterator[CartMark]:
    """What the cart shall show of each product that has, or had, a listing."""
    for standing in standings:
        want, link = standing.want, standing.link
        if link is not None and link.product_id and not want.gone:
            state = label(standing, session.template, session.language)
            yield CartMark(want.product_key, link.product_id, state, tag(state))


def _memo(session: Session, mark: CartMark) -> str:
    ways = "+".join(sorted(session.settings.cart.writeback))
    return f"{mark.product_key} {ways} {mark.product_id} {mark.state}"


def _remember(session: Session, known: Mapping[str, str], written: Sequence[CartMark]) -> None:
    now = session.clock.now()
    for mark in written:
        if mark.product_key in known:
            session.store.forget_cached(MARKED, known[mark.product_key])
        session.store.save_cached(MARKED, _memo(session, mark), None, now)
